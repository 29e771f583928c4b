"""`make bench-turn`: how long after the required silence the first sound of an answer comes.

First agent audio at the participant, minus the true end of speech, minus the 2.0 s of silence that the setting asks
for: what the harness adds by itself, since the models answer at once. Once in this process on bare audio, once over
WebRTC through a real LiveKit server on loopback. Beside it the worker's processor time per running conversation. Exits
1 when an arm of ours is slower than the stock session beyond doubt: the interval of its difference lies above zero.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from livekit import api as livekit_api
from livekit import rtc
from pydantic import JsonValue

from benchmarks.results import keep, show
from benchmarks.turn_arms import Arm, batches, in_room, on_audio
from benchmarks.worker_load import measure_worker
from local.build.livekit_server import build_livekit_server, find_livekit_server
from local.launcher.instance import Secrets, open_instance
from local.launcher.livekit_config import livekit_config
from local.launcher.ports import Ports, choose_ports
from participants_sim.speech import Utterance, synthesise
from participants_sim.voice import Voice
from tests.agent.fakes.audio import RATE_HZ, Loudspeaker, Microphone, frames_of

SILENCE_S = 2.0
SENTENCES = ("What can you do for me today?", "Please tell me more about it.", "How does that work?")
WINDOWS_REPEAT_FRAMES = 8
"""Frames of 20 ms after which they lie the same against the detector's windows of 32 ms."""
BOOTSTRAPS = 10_000
APART_S = 1.1


class TimedMicrophone(Microphone):
    """Knows when the last sample of what was said has come in.

    The n-th utterance lies the same against the detector's windows in every arm: where speech ends in a window moves
    the answer by up to 32 ms, whoever gives it.
    """

    async def run(self, to_say: "asyncio.Queue[tuple[Utterance, asyncio.Future[float]]]") -> None:
        started, sent, turn = time.monotonic(), 0, 0
        frames: list[rtc.AudioFrame] = []
        said: asyncio.Future[float] | None = None
        while True:
            if not frames and not to_say.empty() and (sent - turn) % WINDOWS_REPEAT_FRAMES == 0:
                utterance, said = to_say.get_nowait()
                turn += 1
                frames = frames_of(_ending_on_a_frame(utterance))
            frame = frames.pop(0) if frames else frames_of(bytes(2))[0]
            sent += 1
            self._frames.put_nowait(frame)
            if said is not None and not frames:
                said.set_result(time.monotonic())
                said = None
            await asyncio.sleep(max(0.0, started + sent * 0.02 - time.monotonic()))


class TimedLoudspeaker(Loudspeaker):
    """Lets one wait for the end of an answer."""

    def __init__(self) -> None:
        super().__init__()
        self._finished = asyncio.Condition()

    def _finish(self, interrupted: bool) -> None:
        super()._finish(interrupted)
        asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        async with self._finished:
            self._finished.notify_all()

    async def until_finished(self, answers: int) -> None:
        async with asyncio.timeout(20), self._finished:
            await self._finished.wait_for(lambda: len(self.stopped_at) >= answers)


def _ending_on_a_frame(utterance: Utterance) -> bytes:
    size = RATE_HZ // 50
    lead = -len(utterance.samples) % size
    return bytes(2 * lead) + utterance.samples.tobytes()


async def bare(arm: Arm, turns: int) -> list[float]:
    """Gaps of an arm on bare audio, in ms."""
    microphone, loudspeaker = TimedMicrophone(), TimedLoudspeaker()
    to_say: asyncio.Queue[tuple[Utterance, asyncio.Future[float]]] = asyncio.Queue()
    gaps = []
    async with on_audio(arm, microphone, loudspeaker):
        # Not before the session listens: it must hear the first frame.
        talking = asyncio.create_task(microphone.run(to_say))
        for sentence in itertools.islice(itertools.cycle(SENTENCES), turns):
            ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            answered = len(loudspeaker.started_at)
            to_say.put_nowait((synthesise(sentence), ended))
            end = await ended
            offset = time.time() - time.monotonic()
            await loudspeaker.until_finished(answered + 1)
            gaps.append((loudspeaker.started_at[answered] - offset - end - SILENCE_S) * 1000)
            await asyncio.sleep(0.3)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
    return gaps


async def over_webrtc(arm: Arm, turns: int, url: str, secrets: Secrets, folder: Path) -> list[float]:
    """Gaps of an arm through the LiveKit server, heard by a participant in another connection, in ms."""
    name = f"bench-{arm.name.replace(' / ', '-').replace(' ', '-')}"

    def token(identity: str) -> str:
        grant = livekit_api.VideoGrants(room_join=True, room=name)
        made = livekit_api.AccessToken(secrets.livekit_api_key, secrets.livekit_api_secret)
        return made.with_identity(identity).with_grants(grant).with_ttl(timedelta(hours=1)).to_jwt()

    async with livekit_api.LiveKitAPI(url, secrets.livekit_api_key, secrets.livekit_api_secret) as server:
        await server.room.create_room(livekit_api.CreateRoomRequest(name=name, empty_timeout=60))
    room, voice = rtc.Room(), Voice()
    await room.connect(url, token("assistant"))
    gaps = []
    try:
        await voice.connect(url, token("participant"))
        async with in_room(arm, room, "participant", folder / f"{name}.ogg"):
            await asyncio.sleep(2.0)
            for sentence in itertools.islice(itertools.cycle(SENTENCES), turns):
                end = await voice.say(synthesise(sentence))
                heard = await voice.first_heard_after(end)
                gaps.append((heard - end - SILENCE_S) * 1000)
                await voice.quiet_for(0.5)
                await asyncio.sleep(0.01 * (len(gaps) % 7))
    finally:
        await voice.aclose()
        await room.disconnect()
    return gaps


@asynccontextmanager
async def livekit_server(folder: Path) -> AsyncIterator[tuple[str, Secrets]]:
    """A LiveKit server of this run's own, on loopback."""
    ports: Ports = choose_ports(None)
    secrets = open_instance(folder).secrets
    config = folder / "livekit.yaml"
    config.write_text(livekit_config(ports, secrets).replace("auto_create: false", "auto_create: true"))
    program = find_livekit_server() or build_livekit_server()
    with (folder / "livekit.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(program, "--config", config, stdout=log, stderr=log)
        try:
            await _until_listening(ports.livekit)
            yield f"ws://127.0.0.1:{ports.livekit}", secrets
        finally:
            process.terminate()
            await process.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def measure(turns: int) -> dict[str, dict[Arm, list[float]]]:
    """Gaps in ms by place and arm; each setting's arms run beside a stock session of their own."""
    found: dict[str, dict[Arm, list[float]]] = {"in process": {}, "over WebRTC": {}}
    for arms in batches():
        results = await asyncio.gather(*(apart(i, bare(arm, turns)) for i, arm in enumerate(arms)))
        found["in process"] |= dict(zip(arms, results, strict=True))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with livekit_server(folder) as (url, secrets):
            for arms in batches():
                runs = (over_webrtc(arm, turns, url, secrets, folder) for arm in arms)
                results = await asyncio.gather(*(apart(i, run) for i, run in enumerate(runs)))
                found["over WebRTC"] |= dict(zip(arms, results, strict=True))
    return found


async def apart(index: int, run: Coroutine[None, None, list[float]]) -> list[float]:
    """Start arms apart: in lockstep each would wait for the others' work at the end of every turn."""
    await asyncio.sleep(index * APART_S)
    return await run


def compare(ours: list[float], stock: list[float]) -> tuple[float, float, float]:
    """Median difference turn by turn in ms, and its 95 % interval (percentile bootstrap over turns)."""
    differences = np.subtract(ours, stock)
    rng = np.random.default_rng(0)
    drawn = np.median(rng.choice(differences, (BOOTSTRAPS, len(differences))), axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(np.median(differences)), float(low), float(high)


def report(place: str, arms: dict[Arm, list[float]]) -> tuple[dict[str, JsonValue], list[str]]:
    """Print a place's table; its figures, and the arms that are slower than stock beyond doubt."""
    rows, kept, slower = [], dict[str, JsonValue](), []
    for arm, gaps in arms.items():
        stock = arms[arm.beside]
        median, p95, ratio = np.median(gaps), np.percentile(gaps, 95), np.median(gaps) / np.median(stock)
        difference, low, high = compare(gaps, stock)
        kept[arm.name] = {
            "n": len(gaps),
            "median_ms": round(float(median), 1),
            "p95_ms": round(float(p95), 1),
            "ratio_to_stock": round(float(ratio), 3),
            "minus_stock_ms": [round(difference, 1), round(low, 1), round(high, 1)],
        }
        beside = "" if arm.kind is None else f"{difference:+.0f} [{low:+.0f}, {high:+.0f}]"
        rows.append((arm.name, str(len(gaps)), f"{median:.0f}", f"{p95:.0f}", f"{ratio:.2f}", beside))
        if arm.kind is not None and low > 0:
            slower.append(f"{place}: {arm.name}")
    show(
        f"First sound of the answer after the required silence, {place}",
        ("arm", "n", "median ms", "p95 ms", "ratio to stock", "minus stock, ms [95 %]"),
        rows,
    )
    return kept, slower


def main() -> None:
    """Measure, print, keep; exit 1 when ours is slower than stock."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=30, help="turns per arm and place")
    turns = parser.parse_args().turns
    figures: dict[str, JsonValue] = {"turns_per_arm": turns, "silence_subtracted_s": SILENCE_S}
    slower = []
    for place, arms in asyncio.run(measure(turns)).items():
        figures[place.replace(" ", "_").lower()], found = report(place, arms)
        slower += found
    figures["worker"] = dict(measure_worker())
    print(keep("turn", figures))
    if slower:
        sys.exit(f"slower than the stock session: {', '.join(slower)}")


if __name__ == "__main__":
    main()
