"""Pronunciations of words that the dictionary lacks: espeak-ng's IPA written as ARPAbet."""

import shutil
import subprocess

_SOUNDS = {
    "CH": "t\u0283",
    "JH": "d\u0292",
    "AY": "a\u026a",
    "AW": "a\u028a",
    "EY": "e\u026a",
    "OW": "o\u028a \u0259\u028a o",
    "OY": "\u0254\u026a",
    "IY": "i\u02d0 i",
    "UW": "u\u02d0 u",
    "AA": "\u0251\u02d0 \u0251 \u0252",
    "AO": "\u0254\u02d0 \u0254",
    "ER": "\u025c\u02d0 \u025a \u025d \u025c",
    "IH R": "\u026a\u0279",
    "EH R": "\u025b\u0279",
    "UH R": "\u028a\u0279",
    "AA R": "\u0251\u02d0\u0279",
    "AO R": "\u0254\u02d0\u0279 o\u02d0\u0279",
    "IH": "\u026a \u1d7b",
    "EH": "\u025b e",
    "AE": "\u00e6 a",
    "AH": "\u028c \u0259 \u0250",
    "UH": "\u028a",
    "B": "b",
    "D": "d",
    "F": "f",
    "G": "\u0261 g",
    "HH": "h",
    "Y": "j",
    "K": "k x",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "\u014b",
    "P": "p",
    "R": "\u0279 r",
    "S": "s",
    "SH": "\u0283",
    "T": "t \u027e \u0294",
    "TH": "\u03b8",
    "DH": "\u00f0",
    "V": "v",
    "W": "w",
    "Z": "z",
    "ZH": "\u0292",
    "AH N": "n\u0329",
    "AH L": "\u0259l",
}
"""Phones and the IPA signs of each, escaped because many look like other letters."""
_IPA = {sign: phones for phones, signs in _SOUNDS.items() for sign in signs.split()}
_LONGEST = max(map(len, _IPA))


def arpabet(ipa: str) -> str:
    """IPA as a string of ARPAbet phones; signs without a phone (stress, length) fall away."""
    phones: list[str] = []
    at = 0
    while at < len(ipa):
        for length in range(_LONGEST, 0, -1):
            if (found := _IPA.get(ipa[at : at + length])) is not None:
                phones.append(found)
                at += length
                break
        else:
            at += 1
    return " ".join(phones)


def pronounce(words: list[str]) -> dict[str, str]:
    """ARPAbet for each word; empty where espeak-ng is not installed."""
    program = shutil.which("espeak-ng") or shutil.which("espeak")
    if program is None or not words:
        return {}
    done = subprocess.run(
        [program, "-q", "--ipa", "-v", "en-us"],
        input="\n\n".join(words),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    if len(lines) != len(words):
        return {}
    return {word: phones for word, line in zip(words, lines, strict=True) if (phones := arpabet(line.replace(" ", "")))}
