"""The rules of speech and silence, by themselves and against the library's own detector."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit import rtc
from livekit.agents import vad
from livekit.plugins import silero

from agent.turns.detector import Segment, SpeechDetector
from agent.turns.segments import Change, Rules, Speech, Window, hear, wait
from contracts.turn_taking import HUMANS_2025, TRUE_END_2025
from tests.agent.fakes.audio import frames_of, silence
from tests.agent.fakes.speech import noise, spoken
from tests.agent.fakes.stage import network

WINDOW_S = 0.032
TRUE_END, SMOOTHED = Rules.of(TRUE_END_2025), Rules.of(HUMANS_2025)


def play(
    probabilities: list[float], rules: Rules, *, assistant_speaking: bool = False
) -> list[tuple[Change, float, Speech]]:
    """Every change with its time, for windows whose smoothed probability is the raw one."""
    speech, changes = Speech(), []
    for index, probability in enumerate(probabilities):
        start_s = index * WINDOW_S
        window = Window(start_s, start_s + WINDOW_S, probability, probability, start_s + WINDOW_S)
        speech, change = hear(speech, window, rules, assistant_speaking=assistant_speaking)
        if change is not None:
            changes.append((change, window.end_s, speech))
    return changes


def windows(seconds: float, probability: float) -> list[float]:
    return [probability] * round(seconds / WINDOW_S)


def test_speech_starts_after_0_1_s_and_ends_2_s_after_its_last_window() -> None:
    changes = play(windows(0.32, 0.0) + windows(0.96, 0.9) + windows(3.2, 0.0), TRUE_END)
    assert [change for change, _, _ in changes] == [Change.STARTED, Change.ENDED]
    assert changes[0][1] == pytest.approx(0.32 + 4 * WINDOW_S)
    assert changes[1][1] == pytest.approx(1.28 + 2.0, abs=WINDOW_S)
    assert changes[1][2].end_s == pytest.approx(1.28)


def test_the_end_need_not_wait_for_a_whole_window() -> None:
    speech = Speech(speaking=True, end_s=1.0)
    assert wait(speech, 2.99, TRUE_END)[1] is None
    assert wait(speech, 3.0, TRUE_END)[1] is Change.ENDED
    assert wait(speech, 3.0, SMOOTHED)[1] is None


def test_a_pause_shorter_than_the_required_silence_does_not_end_speech() -> None:
    changes = play(windows(0.5, 0.9) + windows(1.9, 0.0) + windows(0.5, 0.9) + windows(2.2, 0.0), TRUE_END)
    assert [change for change, _, _ in changes] == [Change.STARTED, Change.ENDED]


def test_a_burst_while_the_assistant_speaks_is_ignored_once() -> None:
    changes = play(windows(0.3, 0.9) + windows(3.0, 0.0), TRUE_END, assistant_speaking=True)
    assert [change for change, _, _ in changes] == [Change.IGNORED]


def test_a_burst_while_nobody_speaks_is_speech() -> None:
    assert play(windows(0.3, 0.9) + windows(3.0, 0.0), TRUE_END)[0][0] is Change.STARTED


def test_the_guard_can_be_switched_off() -> None:
    rules = Rules.of(TRUE_END_2025.model_copy(update={"burst_guard": False}))
    assert play(windows(0.3, 0.9), rules, assistant_speaking=True)[0][0] is Change.STARTED


def test_a_word_a_short_pause_and_more_words_are_one_barge_in_from_the_first_word_on() -> None:
    changes = play(windows(0.2, 0.9) + windows(0.2, 0.0) + windows(0.5, 0.9), TRUE_END, assistant_speaking=True)
    change, at_s, speech = changes[0]
    assert change is Change.STARTED
    assert at_s == pytest.approx(0.5, abs=2 * WINDOW_S)
    assert speech.onset_s == 0.0


@given(st.lists(st.sampled_from([0.0, 0.3, 0.9]), max_size=300), st.booleans())
@settings(max_examples=60, deadline=None)
def test_starts_and_ends_alternate_whatever_is_heard(probabilities: list[float], assistant_speaking: bool) -> None:
    kept = [
        change
        for change, _, _ in play(probabilities, TRUE_END, assistant_speaking=assistant_speaking)
        if change is not Change.IGNORED
    ]
    assert kept == [Change.STARTED if index % 2 == 0 else Change.ENDED for index in range(len(kept))]


async def _events(detector: vad.VAD, pcm: bytes) -> list[vad.VADEvent]:
    stream: Any = detector.stream()
    for frame in frames_of(pcm):
        stream.push_frame(frame)
    stream.end_input()
    events = [event async for event in stream if event.type is not vad.VADEventType.INFERENCE_DONE]
    await stream.aclose()
    return events


SPEECH = silence(0.7) + spoken("Please send a message to Anna.") + silence(2.5) + spoken("And to Tom.") + silence(2.6)


@pytest.mark.anyio
async def test_the_librarys_way_of_counting_is_reproduced_to_the_window() -> None:
    stock = silero.VAD.load(
        min_speech_duration=0.1, min_silence_duration=2.0, prefix_padding_duration=0.2, activation_threshold=0.4
    )
    ours = await _events(SpeechDetector(network(), HUMANS_2025), SPEECH)
    theirs = await _events(stock, SPEECH)
    assert [(event.type, round(event.timestamp, 3)) for event in ours] == [
        (event.type, round(event.timestamp, 3)) for event in theirs
    ]


@pytest.mark.anyio
async def test_the_end_is_found_close_to_the_last_audible_sample_and_never_long_before_it() -> None:
    for text in ("Please send a message to Anna.", "What is this?", "I would like to hear a story about cats."):
        speech = spoken(text)
        detector = SpeechDetector(network(), TRUE_END_2025)
        segments: list[Segment] = []
        detector.listener.on_segment = segments.append
        await _events(detector, silence(1.0) + speech + silence(2.6))
        audio = bytes(segments[0].frame.data.cast("B"))
        assert speech in audio
        # What follows the last audible sample is the kept tail, from where the end was found.
        tail_s = (len(audio) - audio.index(speech) - len(speech)) / 32_000
        assert tail_s == pytest.approx(0.3, abs=0.03)
        assert segments[0].silence_s == pytest.approx(2.0, abs=0.03)


@pytest.mark.anyio
async def test_a_short_noise_under_the_guard_is_told_and_nothing_else() -> None:
    detector = SpeechDetector(network(), TRUE_END_2025)
    detector.assistant_speaking = True
    ignored: list[float] = []
    detector.listener.on_ignored = ignored.append
    assert await _events(detector, silence(0.5) + noise(0.3) + silence(2.6)) == []
    assert len(ignored) == 1


@pytest.mark.anyio
async def test_audio_at_another_rate_is_judged_alike() -> None:
    resampler = rtc.AudioResampler(16_000, 48_000)
    stream: Any = SpeechDetector(network(), TRUE_END_2025).stream()
    for frame in frames_of(SPEECH):
        for piece in resampler.push(frame):
            stream.push_frame(piece)
    stream.end_input()
    events = [event async for event in stream if event.type is vad.VADEventType.END_OF_SPEECH]
    await stream.aclose()
    assert len(events) == 2
    assert events[0].frames[0].sample_rate == 48_000
