"""From the speech of a turn to what the model gets of it, and to the record."""

import asyncio
from collections.abc import Callable
from typing import Any

from livekit import rtc
from livekit.agents import llm, stt, utils

from agent.clock import Clock
from agent.interface import VoiceModel
from agent.session.delay import TurnMarks
from agent.session.failures import Component
from agent.session.harness_voice import Line
from agent.session.history import wav_bytes
from agent.session.options import ProviderPatience
from agent.session.ports import ConversationLog
from agent.turns.detector import Segment
from contracts.conversation_event import UserTurn


class Hearing:
    """Numbers the participant's turns, keeps their audio, and transcribes them for models that read.

    ``turn`` is the number of the last turn, 0 before the first; ``marks`` are its moments.
    """

    def __init__(
        self,
        model: VoiceModel,
        *,
        last_turn: int,
        log: ConversationLog,
        clock: Clock,
        patience: ProviderPatience,
        on_failure: Callable[[Component, BaseException], Line],
        on_apology: Callable[[Line], object],
        on_heard: Callable[[TurnMarks], None],
    ) -> None:
        self.turn = last_turn
        self.marks: TurnMarks | None = None
        self._model, self._log, self._clock, self._patience = model, log, clock, patience
        self._on_failure, self._on_apology, self._on_heard = on_failure, on_apology, on_heard
        self._segments: list[Segment] = []

    def add(self, segment: Segment) -> None:
        self._segments.append(segment)

    def take_segments(self) -> list[Segment]:
        segments, self._segments = self._segments, []
        return segments

    async def hear(self, segments: list[Segment]) -> list[llm.ChatContent] | None:
        """The content of the user's message; None when there is nothing to answer."""
        self.turn += 1
        last = segments[-1]
        now = self._clock.monotonic()
        marks = TurnMarks(
            turn=self.turn,
            stopped_wall=last.stopped_at,
            stopped=last.detected_monotonic - last.silence_s,
            detected=last.detected_monotonic,
            monotonic=self._clock.monotonic,
            hook_entered=now,
        )
        self.marks = marks
        frame = utils.combine_frames([segment.frame for segment in segments])
        turn = self.turn
        digest = self._log.keep_turn_audio(turn, wav_bytes(frame))
        transcript: str | None = None
        content: list[llm.ChatContent] | None = [llm.AudioContent(frame=[frame])]
        if (recogniser := self._model.stt) is not None and not self._model.spec.capabilities.audio_in:
            transcript = await self._transcribe(recogniser, frame)
            content = [transcript] if transcript else None
        self._log.append(
            UserTurn(
                turn=turn,
                started_at=self._clock.at(segments[0].started_at),
                stopped_at=self._clock.at(last.stopped_at),
                audio_s=frame.duration,
                audio_sha256=digest,
                transcript=transcript,
            )
        )
        marks.leave_hook()
        if content is not None:
            self._on_heard(marks)
        return content

    async def _transcribe(self, recogniser: stt.STT[Any], frame: rtc.AudioFrame) -> str | None:
        """The transcript, which may be empty; None when the provider failed, which has then been said."""
        try:
            async with asyncio.timeout(self._patience.stt_s):
                event = await recogniser.recognize(frame, conn_options=self._patience.conn_options)
        except Exception as error:  # noqa: BLE001 - whatever a provider's client raises ends in an apology
            self._on_apology(self._on_failure("stt", error))
            return None
        return event.alternatives[0].text.strip() if event.alternatives else ""
