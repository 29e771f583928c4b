"""The language model of a conversation's hints and its dictionary: likely sentences mixed with the stock model."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from local.model_server.brain.first_names import FIRST_NAMES
from local.model_server.hearing.hints import Hints
from local.model_server.hearing.ngrams import START, Stock, arpa, extract
from local.model_server.hearing.phonemes import pronounce
from local.model_server.hearing.phrases import CLAUSES, TEMPLATES

_DRAWS = 8
"""Fillings drawn for each template; more costs time and gains nothing measurable."""
_STOCK_WORDS = 12000
_PAIRED_WORDS = 1000
_PARTNERS = 400
_MOST_KEPT = 60
"""Models in the folder; those not used for longest go."""
_FORMAT = "4"
"""Changes when files of earlier builds may not be used any more."""

Probability = Callable[[list[str]], float]


def corpus(hints: Hints) -> list[str]:
    """Sentences that are likely in this conversation. The same hints give the same sentences."""
    draw = random.Random(hints.digest)
    names, words = list(hints.names) or ["someone"], list(hints.words) or ["something"]
    clauses = [*CLAUSES, *(s for s in hints.sentences if len(s.split()) <= 12)]
    sentences = list(hints.sentences)

    others = [*FIRST_NAMES, *names]

    def fill(template: str) -> str:
        while "{" in template:
            for slot, options in (("{text}", clauses), ("{name}", names), ("{word}", words)):
                template = template.replace(slot, draw.choice(options), 1)
        return template

    for template in TEMPLATES:
        sentences.extend(fill(template) for _ in range(_DRAWS if "{" in template else 3))
        if "{name}" in template:
            # Every name is met at least once in every place.
            sentences.extend(fill(template.replace("{name}", name, 1)) for name in names[:40])
        if template.count("{name}") and "{text}" not in template:
            sentences.extend(fill(template.replace("{name}", draw.choice(others), 1)) for _ in range(12))
    sentences.extend(FIRST_NAMES)
    for clause in CLAUSES:
        sentences.extend(fill(clause) for _ in range(3))
    return [" ".join(s.split()) for s in sentences]


class ModelBuilder:
    """Builds models into one folder; the stock model's extract is made once and kept there too."""

    def __init__(self, folder: Path, dictionary: Mapping[str, list[str]], probability: Probability) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._probability = probability
        self._stock: Stock | None = None

    def build(self, hints: Hints) -> tuple[Path, Path]:
        """The files of the model and its dictionary, built unless they are there already."""
        name = f"{hints.digest}-{_FORMAT}"
        model, words_file = self._folder / f"{name}.lm", self._folder / f"{name}.dict"
        if model.exists() and words_file.exists():
            model.touch()
            return model, words_file
        stock = self.stock()
        sentences = [s.split() for s in corpus(hints)]
        said = {w for s in sentences for w in s}
        made = pronounce(sorted(w for w in said if w not in self._dictionary))
        unknown = {w for w in said if w not in self._dictionary and w not in made}
        usable = [s for s in sentences if not unknown.intersection(s)]
        common = list(stock.words)[:_PARTNERS]
        new = [w for w in said if w in self._dictionary and w not in set(list(stock.words)[:_PAIRED_WORDS])]
        pairs = {
            **stock.pairs,
            **extract(new, common, self._probability),
            **extract([START, *common], new, self._probability),
        }
        text = arpa(usable, Stock(stock.words, pairs))
        lines = [
            f"{word}{'' if n == 0 else f'({n + 1})'} {phones}"
            for word in sorted({*said, *stock.words} - unknown)
            for n, phones in enumerate(self._dictionary.get(word) or [made[word]])
        ]
        _write(model, text)
        _write(words_file, "\n".join(lines) + "\n")
        self._tidy()
        return model, words_file

    def _tidy(self) -> None:
        models = sorted(self._folder.glob("*.lm"), key=lambda f: f.stat().st_mtime, reverse=True)
        for old in models[_MOST_KEPT:]:
            old.unlink(missing_ok=True)
            old.with_suffix(".dict").unlink(missing_ok=True)

    def stock(self) -> Stock:
        """The commonest words of the stock model and their pairs; takes a few seconds the first time on a machine."""
        if self._stock is None:
            kept = self._folder / f"stock-{_FORMAT}.json"
            if kept.exists():
                words, pairs = json.loads(kept.read_text(encoding="utf-8"))
            else:
                ranked = sorted(((self._probability([w]), w) for w in self._dictionary), reverse=True)
                words = {w: p for p, w in ranked[:_STOCK_WORDS]}
                often = list(words)[:_PAIRED_WORDS]
                pairs = [[a, b, p] for (a, b), p in extract([START, *often], often, self._probability).items()]
                _write(kept, json.dumps([words, pairs]))
            self._stock = Stock(words, {(a, b): p for a, b, p in pairs})
        return self._stock


def _write(path: Path, text: str) -> None:
    """Whole or not at all: two processes may build the same model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f"{path.suffix}.{random.SystemRandom().getrandbits(40):x}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
