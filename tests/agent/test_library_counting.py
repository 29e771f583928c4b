"""The preset that counts as the library does, beside the library's own detector."""

import asyncio

import pytest
from livekit import rtc
from livekit.agents import vad
from livekit.plugins import silero

from agent.turns.detector import SpeechDetector
from contracts.turn_taking import HUMANS_2025
from tests.agent.fakes.audio import frames_of, silence
from tests.agent.fakes.speech import spoken
from tests.agent.fakes.stage import network

pytestmark = pytest.mark.anyio

TURN_CHANGES = {vad.VADEventType.START_OF_SPEECH, vad.VADEventType.END_OF_SPEECH}


async def _changes(detector: vad.VAD, frames: list[rtc.AudioFrame]) -> list[tuple[str, int]]:
    """What changes, and after how many samples."""
    stream = detector.stream()
    for frame in frames:
        stream.push_frame(frame)
    stream.end_input()
    return [(event.type.value, event.samples_index) async for event in stream if event.type in TURN_CHANGES]


async def test_humans_2025_starts_and_ends_speech_at_the_sample_where_the_library_does() -> None:
    pieces = [silence(0.30), spoken("What can you do for me today?"), silence(2.51)]
    pieces += [spoken("How does that"), silence(1.3), spoken("work, please?"), silence(2.5)]
    frames = frames_of(b"".join(pieces))
    library = silero.VAD.load(
        min_speech_duration=HUMANS_2025.min_speech_s,
        min_silence_duration=HUMANS_2025.min_silence_s,
        prefix_padding_duration=HUMANS_2025.prefix_padding_s,
        activation_threshold=HUMANS_2025.activation_threshold,
        sample_rate=HUMANS_2025.sample_rate_hz,
    )
    ours = SpeechDetector(network(), HUMANS_2025)
    async with asyncio.timeout(30):
        expected = await _changes(library, frames)
        assert [kind for kind, _ in expected] == ["start_of_speech", "end_of_speech"] * 2
        assert await _changes(ours, frames) == expected
