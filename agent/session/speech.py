"""From an answer's text stream to audio frames that know what they say."""

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, tts
from livekit.agents.utils.audio import AudioByteStream

from agent.interface import PCM_RATE_HZ, AudioText
from agent.session.harness_voice import HarnessVoice, Line
from agent.session.spoken import Utterance

_FRAME_SAMPLES = PCM_RATE_HZ // 50
_SHORTEST_SENTENCE = 20
"""Shorter ones are synthesised with their successor, for the melody of speech."""
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|prof|no|vs|e\.g|i\.e|etc)|\b[a-z]|\d)\.$", re.IGNORECASE)
_BOUNDARY = re.compile(r"[.!?…]+[\"')\]]*\s+|\n+")
_MARKUP = re.compile(r"[*_`#~]+|\[([^\]]*)\]\([^)]*\)")


class HarnessText(str):
    """A line of the harness inside an answer's text stream."""

    __slots__ = ("line",)
    line: Line

    def __new__(cls, line: Line) -> "HarnessText":
        self = super().__new__(cls, line.value)
        self.line = line
        return self


@dataclass(frozen=True, slots=True)
class SpeechFrame:
    frame: rtc.AudioFrame
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Synthesis:
    """How text becomes speech when the model does not speak itself."""

    tts: tts.TTS[Any] | None
    harness: HarnessVoice
    conn_options: APIConnectOptions
    first_byte_s: float


async def speak(text: AsyncIterable[str], synthesis: Synthesis) -> AsyncIterator[SpeechFrame]:
    """The answer as audio at ``PCM_RATE_HZ``: the model's own, the harness's, or synthesised sentence by sentence.

    Raises what the synthesiser raises, and `TimeoutError` when it is silent for too long.
    """
    own: Utterance | None = None
    own_frames = AudioByteStream(PCM_RATE_HZ, 1, samples_per_channel=_FRAME_SAMPLES)
    written = ""
    async for piece in text:
        if isinstance(piece, AudioText):
            own = own or Utterance("model")
            own.text += piece
            for frame in own_frames.push(piece.pcm):
                yield SpeechFrame(frame, own)
            continue
        if isinstance(piece, HarnessText):
            async for part in _synthesised(written, synthesis):
                yield part
            written = ""
            for part in _harness(piece.line, synthesis.harness):
                yield part
            continue
        written += piece
        while (taken := take_sentence(written)) is not None:
            sentence, written = taken
            async for part in _synthesised(sentence, synthesis):
                yield part
    if own is not None:
        for frame in own_frames.flush():
            yield SpeechFrame(frame, own)
        own.complete = True
    async for part in _synthesised(written, synthesis):
        yield part


def take_sentence(text: str) -> tuple[str, str] | None:
    """The first sentence that is long enough to be spoken by itself, and the rest; None when none is finished."""
    for boundary in _BOUNDARY.finditer(text):
        if boundary.end() < _SHORTEST_SENTENCE or _ABBREVIATION.search(text[: boundary.end()].rstrip()):
            continue
        return text[: boundary.end()], text[boundary.end() :]
    return None


def spoken_form(text: str) -> str:
    """The text without marks that are written but not said."""
    return _MARKUP.sub(lambda match: match.group(1) or "", text).strip()


def _harness(line: Line, voice: HarnessVoice) -> list[SpeechFrame]:
    utterance = Utterance("harness", text=line.value, complete=True)
    stream = AudioByteStream(PCM_RATE_HZ, 1, samples_per_channel=_FRAME_SAMPLES)
    return [SpeechFrame(frame, utterance) for frame in [*stream.push(voice.say(line)), *stream.flush()]]


async def _synthesised(sentence: str, synthesis: Synthesis) -> AsyncIterator[SpeechFrame]:
    said = spoken_form(sentence)
    if not any(character.isalnum() for character in said):
        return
    if synthesis.tts is None:
        raise RuntimeError("the model answered in text and has no speech synthesis")
    utterance = Utterance("tts", text=sentence)
    resampler: rtc.AudioResampler | None = None
    async with synthesis.tts.synthesize(said, conn_options=synthesis.conn_options) as stream:
        while True:
            try:
                async with asyncio.timeout(synthesis.first_byte_s):
                    audio = await anext(stream)
            except StopAsyncIteration:
                break
            frames = [audio.frame]
            if audio.frame.sample_rate != PCM_RATE_HZ:
                resampler = resampler or rtc.AudioResampler(
                    audio.frame.sample_rate, PCM_RATE_HZ, num_channels=audio.frame.num_channels
                )
                frames = resampler.push(audio.frame)
            for frame in frames:
                yield SpeechFrame(frame, utterance)
    for frame in resampler.flush() if resampler is not None else []:
        yield SpeechFrame(frame, utterance)
    utterance.complete = True
