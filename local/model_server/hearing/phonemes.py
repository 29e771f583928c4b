"""Pronunciations of words that the dictionary lacks: espeak-ng's IPA written as ARPAbet."""

import shutil
import subprocess

_IPA = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "iː": "IY", "uː": "UW",
    "ɑː": "AA", "ɔː": "AO", "ɜː": "ER", "ɪɹ": "IH R", "ɛɹ": "EH R", "ʊɹ": "UH R", "ɑːɹ": "AA R", "ɔːɹ": "AO R", "oːɹ": "AO R",
    "ɪ": "IH", "i": "IY", "ɛ": "EH", "e": "EH", "æ": "AE", "a": "AE", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ʊ": "UH", "u": "UW",
    "ɑ": "AA", "ɔ": "AO", "o": "OW", "ɚ": "ER", "ɝ": "ER", "ɜ": "ER", "ᵻ": "IH", "ɒ": "AA",
    "b": "B", "d": "D", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "ŋ": "NG",
    "p": "P", "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T", "θ": "TH", "ð": "DH", "v": "V", "w": "W", "z": "Z", "ʒ": "ZH",
    "ɾ": "T", "ʔ": "T", "x": "K", "n̩": "AH N", "əl": "AH L",
}  # fmt: skip
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
