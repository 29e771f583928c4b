"""Inside a recognition process: decoders, one with the stock model and one for each set of hints lately used.

pocketsphinx holds the interpreter lock while it decodes, so none of this may run in the serving process.
"""

import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from math import exp, log
from multiprocessing import parent_process
from pathlib import Path

import numpy as np
from pocketsphinx import Decoder, get_model_path

from local.model_server.hearing.hints import Hints
from local.model_server.hearing.language_model import ModelBuilder

SAMPLE_RATE_HZ = 16_000
_LN_BASE = log(1.0001)
"""pocketsphinx counts in logarithms to the base 1.0001."""
_LANGUAGE_WEIGHT = 6.5
_FILLER = re.compile(r"^(?:<.*>|\[.*\]|\+\+.*\+\+)$")
_KEPT_DECODERS = 4
_HISS = 80.0
"""Root mean square of 16-bit samples, about -52 dBFS."""

_folder = Path()
_hinted: "OrderedDict[str, Decoder]" = OrderedDict()


def start(folder: str) -> None:
    """Makes this process ready: loads the stock model, and ends with its parent."""
    global _folder
    _folder = Path(folder)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _stock()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def ready() -> int:
    """Answers once the stock model is loaded."""
    _stock()
    return os.getpid()


@cache
def _stock() -> Decoder:
    return Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL")


@cache
def _dictionary() -> dict[str, list[str]]:
    entries: dict[str, list[str]] = {}
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.strip().partition(" ")
            entries.setdefault(word.split("(")[0], []).append(phones)
    return entries


@cache
def _builder() -> ModelBuilder:
    stock = _stock().get_lm()
    return ModelBuilder(_folder, _dictionary(), lambda words: exp(stock.prob(words) * _LN_BASE))


def prepare(hints: Hints) -> None:
    """Builds and loads the decoder for these hints, so that the next `transcribe` need not."""
    _decoder_for(hints)


def _decoder_for(hints: Hints) -> Decoder:
    decoder = _hinted.pop(hints.digest, None)
    if decoder is None:
        model, words = _builder().build(hints)
        decoder = Decoder(samprate=SAMPLE_RATE_HZ, lm=str(model), dict=str(words), loglevel="FATAL")
    _hinted[hints.digest] = decoder
    while len(_hinted) > _KEPT_DECODERS:
        _hinted.popitem(last=False)
    return decoder


def _quiet(pcm: bytes) -> bool:
    """Whether no 20 ms of it are louder than the hiss of a quiet room; the decoder hears words even there."""
    frame = SAMPLE_RATE_HZ // 50
    samples = np.frombuffer(pcm[: len(pcm) // (2 * frame) * 2 * frame], np.int16).astype(np.float32).reshape(-1, frame)
    return float(np.sqrt((samples**2).mean(axis=1)).max(initial=0.0)) < _HISS


def transcribe(pcm: bytes, hints: Hints) -> str:
    """The words of s16le mono audio at 16 kHz, in lower case; empty when nothing was recognised."""
    if len(pcm) < 2 * SAMPLE_RATE_HZ // 5 or _quiet(pcm):
        return ""
    stock = None if hints.sure and not hints.empty else _decode(_stock(), pcm)
    if hints.empty:
        return " ".join(stock.words if stock else ())
    decoder = _decoder_for(hints)
    hinted = _decode(decoder, pcm)
    if stock is None or stock.words == hinted.words:
        return " ".join(hinted.words)
    return " ".join(max((stock, hinted), key=lambda heard: _score(heard, decoder)).words)


@dataclass(frozen=True, slots=True)
class _Heard:
    words: tuple[str, ...]
    sound: float
    """Acoustic score, a logarithm to the decoder's base."""


def _decode(decoder: Decoder, pcm: bytes) -> _Heard:
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()
    segments = list(decoder.seg() or ())
    words = (re.sub(r"\(\d+\)$", "", s.word) for s in segments if not _FILLER.match(s.word))
    return _Heard(tuple(words), float(sum(s.ascore for s in segments)))


def _score(heard: _Heard, hinted: Decoder) -> float:
    """Acoustic score plus weighted log probability of the words under the even mixture of both language models."""
    models = (hinted.get_lm(), _stock().get_lm())
    words = ("<s>", *heard.words, "</s>")
    total = heard.sound * _LN_BASE
    for at in range(1, len(words)):
        # Newest first, as pocketsphinx wants a history.
        recent = list(reversed(words[max(0, at - 2) : at + 1]))
        mixed = sum(0.5 * exp(max(-60.0, model.prob(recent) * _LN_BASE)) for model in models)
        total += _LANGUAGE_WEIGHT * log(max(mixed, 1e-12))
    return total
