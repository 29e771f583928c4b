"""The language model of a conversation's hints: templates and sentences as ARPA trigrams, with a dictionary beside it."""

import random
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from pocketsphinx.lm import ArpaBoLM

from local.model_server.hearing.hints import Hints
from local.model_server.hearing.phonemes import pronounce
from local.model_server.hearing.phrases import CLAUSES, TEMPLATES

_DRAWS = 12
"""Fillings drawn for each template; more costs time and gains nothing measurable."""


def corpus(hints: Hints) -> list[str]:
    """Sentences that are likely in this conversation. The same hints give the same sentences."""
    draw = random.Random(hints.digest)
    names, words = list(hints.names) or ["someone"], list(hints.words) or ["something"]
    clauses = [*CLAUSES, *(s for s in hints.sentences if len(s.split()) <= 12)]
    sentences = list(hints.sentences)

    def fill(template: str) -> str:
        while "{" in template:
            for slot, options in (("{text}", clauses), ("{name}", names), ("{word}", words)):
                template = template.replace(slot, draw.choice(options), 1)
        return template

    for template in TEMPLATES:
        times = 1 if "{" not in template else _DRAWS
        sentences.extend(fill(template) for _ in range(max(times, 3)))
        if "{name}" in template:
            # Every name is met at least once in every place.
            sentences.extend(fill(template.replace("{name}", name, 1)) for name in names[:40])
    for clause in CLAUSES:
        sentences.extend(fill(clause) for _ in range(4))
    return [" ".join(s.split()) for s in sentences]


def build(hints: Hints, folder: Path, dictionary: Mapping[str, list[str]]) -> tuple[Path, Path]:
    """The files of the model and its dictionary in ``folder``, built unless they are there already."""
    model, words_file = folder / f"{hints.digest}.lm", folder / f"{hints.digest}.dict"
    if model.exists() and words_file.exists():
        return model, words_file
    sentences = corpus(hints)
    vocabulary = {w for s in sentences for w in s.split()}
    made = pronounce(sorted(w for w in vocabulary if w not in dictionary))
    unknown = {w for w in vocabulary if w not in dictionary and w not in made}
    usable = [s for s in sentences if not unknown.intersection(s.split())]
    builder = ArpaBoLM(text="\n".join(usable), add_start=True, discount_mass=0.4)
    builder.compute()
    text = StringIO()
    builder.write(text)
    lines = []
    for word in sorted(vocabulary - unknown):
        for n, phones in enumerate(dictionary.get(word) or [made[word]]):
            lines.append(f"{word}{'' if n == 0 else f'({n + 1})'} {phones}")
    folder.mkdir(parents=True, exist_ok=True)
    _write(model, text.getvalue())
    _write(words_file, "\n".join(lines) + "\n")
    return model, words_file


def _write(path: Path, text: str) -> None:
    """Whole or not at all: two processes may build the same model."""
    partial = path.with_suffix(f"{path.suffix}.{random.getrandbits(40):x}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
