"""Interpolated trigrams: a small corpus over the stock model's words and word pairs, as an ARPA file.

P(w | history) mixes the corpus with the stock model, so that what a conversation is about is likely and everything else
stays possible. Neither alone hears both.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import log10

START, END = "<s>", "</s>"
_UNIGRAM_SHARE = 0.35
"""The corpus's share of a word on its own."""
_BIGRAM_SHARE = 0.6
_TRIGRAM_SHARE = 0.75
_TRUST = 4.0
"""Occurrences of a context at which the corpus has half its share."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stock:
    """An extract of the stock model: word probabilities, and the pairs that it knows better than by its words."""

    words: Mapping[str, float]
    pairs: Mapping[Pair, float]


def extract(words: list[str], partners: list[str], probability: Callable[[list[str]], float]) -> dict[Pair, float]:
    """Pairs of the stock model worth keeping, from each word to each partner; ``probability`` takes newest first."""
    alone = {w: probability([w]) for w in {*words, *partners}}
    kept: dict[Pair, float] = {}
    for first in words:
        for second in partners:
            p = probability([second, first])
            if p > 3e-4 and p > 3 * alone[second]:
                kept[first, second] = p
    return kept


def arpa(sentences: Iterable[list[str]], stock: Stock) -> str:
    """The mixture of both as ARPA text, normalised by back-off."""
    ones: Counter[str] = Counter()
    twos: dict[str, Counter[str]] = defaultdict(Counter)
    threes: dict[Pair, Counter[str]] = defaultdict(Counter)
    for words in sentences:
        marked = [START, *words, END]
        ones.update(marked[1:])
        for a, b in itertools.pairwise(marked):
            twos[a][b] += 1
        for a, b, c in zip(marked, marked[1:], marked[2:], strict=False):
            threes[a, b][c] += 1
    p1 = _unigrams(ones, stock)
    p2 = _bigrams(twos, stock, p1)
    p3 = _trigrams(threes, p2, p1)
    lines = ["\\data\\", f"ngram 1={len(p1) + 1}", f"ngram 2={sum(map(len, p2.values()))}"]
    lines += [f"ngram 3={sum(map(len, p3.values()))}", "", "\\1-grams:"]
    lines.append(f"-99.0000 {START} {_backoff(p2.get(START, {}), p1)}")
    lines += [f"{log10(p):.4f} {w} {_backoff(p2.get(w, {}), p1)}" for w, p in sorted(p1.items())]
    lines += ["", "\\2-grams:"]
    for a in sorted(p2):
        for b, p in sorted(p2[a].items()):
            lower = {c: _pair(p2, p1, b, c) for c in p3.get((a, b), {})}
            lines.append(f"{log10(p):.4f} {a} {b} {_backoff(p3.get((a, b), {}), lower)}")
    lines += ["", "\\3-grams:"]
    for (a, b), following in sorted(p3.items()):
        lines += [f"{log10(p):.4f} {a} {b} {c}" for c, p in sorted(following.items())]
    return "\n".join([*lines, "", "\\end\\", ""])


def _unigrams(ones: Counter[str], stock: Stock) -> dict[str, float]:
    total, known = sum(ones.values()), sum(stock.words.values())
    vocabulary = {*ones, *stock.words}
    return {
        w: _UNIGRAM_SHARE * ones[w] / total + (1 - _UNIGRAM_SHARE) * stock.words.get(w, 0.0) / known
        for w in vocabulary
        if ones[w] or stock.words.get(w)
    }


def _bigrams(twos: Mapping[str, Counter[str]], stock: Stock, p1: Mapping[str, float]) -> dict[str, dict[str, float]]:
    from_stock: dict[str, dict[str, float]] = defaultdict(dict)
    for (a, b), p in stock.pairs.items():
        if b in p1 and (a in p1 or a == START):
            from_stock[a][b] = p
    mixed: dict[str, dict[str, float]] = {}
    for a in {*twos, *from_stock}:
        counts = twos.get(a, Counter())
        seen = sum(counts.values())
        share = _BIGRAM_SHARE * seen / (seen + _TRUST)
        known = from_stock.get(a, {})
        row = {
            b: share * counts[b] / max(1, seen) + (1 - share) * known.get(b, 0.5 * p1[b])
            for b in {*counts, *known}
            if b in p1
        }
        scale = min(1.0, 0.95 / max(sum(row.values()), 1e-9))
        mixed[a] = {b: p * scale for b, p in row.items()}
    return mixed


def _trigrams(
    threes: Mapping[Pair, Counter[str]], p2: Mapping[str, Mapping[str, float]], p1: Mapping[str, float]
) -> dict[Pair, dict[str, float]]:
    mixed: dict[Pair, dict[str, float]] = {}
    for (a, b), counts in threes.items():
        seen = sum(counts.values())
        share = _TRIGRAM_SHARE * seen / (seen + _TRUST / 2)
        row = {c: share * n / seen + (1 - share) * _pair(p2, p1, b, c) for c, n in counts.items()}
        scale = min(1.0, 0.95 / sum(row.values()))
        mixed[a, b] = {c: p * scale for c, p in row.items()}
    return mixed


def _pair(p2: Mapping[str, Mapping[str, float]], p1: Mapping[str, float], a: str, b: str) -> float:
    row = p2.get(a, {})
    if b in row:
        return row[b]
    left, lower = 1 - sum(row.values()), 1 - sum(p1[w] for w in row)
    return max(left, 1e-4) / max(lower, 1e-4) * p1.get(b, 1e-9)


def _backoff(row: Mapping[str, float], lower: Mapping[str, float]) -> str:
    left, below = 1 - sum(row.values()), 1 - sum(lower[w] for w in row)
    return f"{log10(max(left, 1e-4) / max(below, 1e-4)):.4f}"
