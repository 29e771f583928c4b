"""A room's audio, in and out, recorded on the way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice import io, room_io
from livekit.agents.voice.recorder_io import RecorderIO

from agent.interface import PCM_RATE_HZ
from agent.room.recorder import new_recorder
from agent.turns.silence_fill import SilenceFill

MICROPHONE_RATE_HZ = 16_000
FRAME_MS = 20


@dataclass(slots=True)
class RoomAudio:
    """The participant's microphone, never silent in time, and the assistant's voice; both go into the recording."""

    microphone: io.AudioInput
    voice: io.AudioOutput
    _room: room_io.RoomIO
    _fill: SilenceFill
    _recorder: RecorderIO

    @classmethod
    async def open(cls, session: AgentSession[Any], room: rtc.Room, identity: str, *, recording: Path) -> Self:
        """Listen to the participant with this identity, whenever they are in the room."""
        link = room_io.RoomIO(
            session,
            room,
            participant=identity,
            options=room_io.RoomOptions(
                text_input=False,
                text_output=False,
                close_on_disconnect=False,
                participant_identity=identity,
                audio_input=room_io.AudioInputOptions(
                    sample_rate=MICROPHONE_RATE_HZ,
                    frame_size_ms=FRAME_MS,
                    # The browser has done it; twice is a distortion.
                    auto_gain_control=False,
                    pre_connect_audio=False,
                ),
                audio_output=room_io.AudioOutputOptions(sample_rate=PCM_RATE_HZ, track_name="assistant"),
            ),
        )
        await link.start()
        source, sink = session.input.audio, session.output.audio
        if source is None or sink is None:
            raise RuntimeError("the room gave no audio")
        fill = SilenceFill(source, sample_rate_hz=MICROPHONE_RATE_HZ)
        recorder = new_recorder(session)
        audio = cls(
            microphone=recorder.record_input(fill),
            voice=recorder.record_output(sink),
            _room=link,
            _fill=fill,
            _recorder=recorder,
        )
        await recorder.start(output_path=recording)
        return audio

    @property
    def recording_started_at(self) -> float:
        """Second 0 of the recording, wall time."""
        started = self._recorder.recording_started_at
        if started is None:
            raise RuntimeError("the recorder has not started")
        return started

    async def finish_recording(self) -> None:
        """The recording's file is whole when this returns."""
        await self._recorder.aclose()

    async def aclose(self) -> None:
        await self._fill.aclose()
        await self._room.aclose()
