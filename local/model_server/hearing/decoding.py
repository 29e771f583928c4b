"""Inside a recognition process: two decodings of one wave, and the likelier of the two.

pocketsphinx holds the interpreter lock while it decodes, so none of this may run in the serving process.
"""

import os
import re
import threading
from collections import OrderedDict
from functools import cache
from math import exp, log
from multiprocessing import parent_process
from pathlib import Path

from pocketsphinx import Decoder, get_model_path

from local.model_server.hearing.hints import Hints
from local.model_server.hearing.language_model import build

SAMPLE_RATE_HZ = 16_000
_LN_BASE = log(1.0001)
"""pocketsphinx counts in logarithms to the base 1.0001."""
_LANGUAGE_WEIGHT = 6.5
_FILLER = re.compile(r"^(?:<.*>|\[.*\]|\+\+.*\+\+)$")
_KEPT_DECODERS = 4

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


def prepare(hints: Hints) -> None:
    """Builds and loads the decoder for these hints, so that the next `transcribe` need not."""
    _decoder_for(hints)


def _decoder_for(hints: Hints) -> Decoder:
    decoder = _hinted.pop(hints.digest, None)
    if decoder is None:
        model, words = build(hints, _folder, _dictionary())
        decoder = Decoder(samprate=SAMPLE_RATE_HZ, lm=str(model), dict=str(words), loglevel="FATAL")
    _hinted[hints.digest] = decoder
    while len(_hinted) > _KEPT_DECODERS:
        _hinted.popitem(last=False)
    return decoder


def transcribe(pcm: bytes, hints: Hints) -> str:
    """The words of s16le mono audio at 16 kHz, in lower case; empty when nothing was recognised."""
    if len(pcm) < SAMPLE_RATE_HZ // 5:
        return ""
    stock = _decode(_stock(), pcm)
    if hints.empty:
        return " ".join(stock[0])
    decoder = _decoder_for(hints)
    hinted = _decode(decoder, pcm)
    if stock[0] == hinted[0] or not hinted[0]:
        return " ".join(stock[0])
    candidates = sorted(((_score(words, sound, decoder), words) for words, sound in (stock, hinted)), reverse=True)
    return " ".join(candidates[0][1])


def _decode(decoder: Decoder, pcm: bytes) -> tuple[list[str], float]:
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()
    words: list[str] = []
    sound = 0.0
    for segment in decoder.seg() or ():
        sound += segment.ascore
        if not _FILLER.match(segment.word):
            words.append(re.sub(r"\(\d+\)$", "", segment.word))
    return words, sound


def _score(words: list[str], sound: float, hinted: Decoder) -> float:
    """Acoustic score plus weighted log probability under the even mixture of both language models."""
    told, stock = hinted.get_lm(), _stock().get_lm()
    total = sound * _LN_BASE
    context: list[str] = ["<s>"]
    for word in [*words, "</s>"]:
        recent = [word, *reversed(context[-2:])]
        mixed = 0.5 * exp(_ln(told, recent)) + 0.5 * exp(_ln(stock, recent))
        total += _LANGUAGE_WEIGHT * log(max(mixed, 1e-12))
        context.append(word)
    return total


def _ln(model: "object", recent: list[str]) -> float:
    """Natural log probability of the newest word; newest first, as pocketsphinx wants it."""
    return max(-27.0, float(model.prob(recent)) * _LN_BASE)  # type: ignore[attr-defined]
