"""The recording of a job that is killed."""

import asyncio
import sys
from pathlib import Path

import pytest

from agent.delivery.recording_file import describe

pytestmark = [pytest.mark.anyio, pytest.mark.realtime]

SPOKEN_S = 4.0
MOST_LOST_S = 2.0

KILLED_JOB = """
import asyncio, os, signal, sys
from agent.room.recorder import new_recorder
from tests.agent.fakes.audio import Loudspeaker, Microphone

async def main():
    recorder = new_recorder(None)
    microphone = Microphone()
    heard = recorder.record_input(microphone)
    recorder.record_output(Loudspeaker())
    talking = asyncio.create_task(microphone.live(asyncio.Queue()))
    await recorder.start(output_path=sys.argv[1])
    heard_s = 0.0
    while heard_s < float(sys.argv[2]):
        heard_s += (await anext(heard)).duration
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_kill_costs_at_most_two_seconds_of_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "recording.ogg"
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_JOB, str(path), str(SPOKEN_S), cwd=Path(__file__).parents[2]
    )
    assert await killed.wait() == -9
    kept = describe(path)
    assert kept is not None
    assert SPOKEN_S - MOST_LOST_S <= kept.duration_s <= SPOKEN_S + 0.5
