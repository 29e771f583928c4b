"""A job in a real room, with a real API server: the participant comes, mutes, reloads, and leaves."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from livekit import api as livekit_api
from livekit import rtc

from agent.delivery.recording_file import describe
from agent.job import Workshop, hold
from agent.registry import load_models
from agent.session.harness_voice import HarnessVoice
from agent.settings import Settings
from contracts.base import Contract, ConversationId
from contracts.brief import ConversationBrief
from contracts.conversation_event import Ended, ParticipantPresence, UserTurn
from contracts.room_event import AssistantReady, ConversationEnded, EndReason, Snapshot
from contracts.turn_taking import TRUE_END_2025
from participants_sim.speech import synthesise
from participants_sim.voice import Voice
from tests.agent.fakes.api_server import ApiServer
from tests.agent.fakes.stage import SCENARIO, network
from tests.api.livekit_server import KEY, SECRET, binary, running_server

pytestmark = [pytest.mark.anyio, pytest.mark.realtime]

ID = ConversationId("c0ffee")
ROOM, PARTICIPANT = "the-room", "participant"
GRACE_S = 4.0
ROOT = Path(__file__).parents[2]
Body = TypeVar("Body", bound=Contract)


@pytest.fixture
async def livekit_url(tmp_path: Path) -> AsyncIterator[str]:
    program = binary()
    async with running_server(program, tmp_path) as url:
        async with livekit_api.LiveKitAPI(url, KEY, SECRET) as server:
            await server.room.create_room(livekit_api.CreateRoomRequest(name=ROOM, empty_timeout=60))
        yield url


@pytest.fixture
async def api() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    # Its provider is away, so that the harness speaks: what the model says does not matter here.
    model = next(spec for spec in load_models(ROOT / "models.yaml").models if spec.id == "demo-end-to-end")
    server.stored.brief = ConversationBrief(
        conversation_id=ID,
        participant_identity=PARTICIPANT,
        model=model,
        scenario=SCENARIO,
        turn_taking=TRUE_END_2025,
        time_limit_s=600,
        ready_at=None,
        elapsed_s=0,
        history=(),
        seed=1,
        recording_part=1,
    )
    server.start()
    yield server
    await asyncio.to_thread(server.stop)


def token(identity: str) -> str:
    grants = livekit_api.VideoGrants(room_join=True, room=ROOM)
    return livekit_api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(grants).to_jwt()


def logged(api: ApiServer, kind: type[Body]) -> list[Body]:
    return [event.body for events in api.stored.events.values() for event in events if isinstance(event.body, kind)]


async def until(api: ApiServer, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.to_thread(api.changed.wait, 0.2)
            api.changed.clear()


def workshop(tmp_path: Path, api: ApiServer, livekit_url: str) -> Workshop:
    env = {
        "LIVEKIT_URL": livekit_url,
        "LIVEKIT_API_KEY": KEY,
        "LIVEKIT_API_SECRET": SECRET,
        "EARWITNESS_API_URL": api.url,
        "EARWITNESS_WORKER_TOKEN": "token",
        "EARWITNESS_SPOOL_DIR": str(tmp_path / "spool"),
        "EARWITNESS_LOCAL_OPENAI_URL": "http://127.0.0.1:9/v1",
    }
    return Workshop(
        settings=Settings.from_env(env),
        env=env,
        network=network(),
        harness=HarnessVoice(pcm={}),
        tls=ssl.create_default_context(),
        away_s=GRACE_S,
    )


def changes(api: ApiServer) -> list[str]:
    return [each.change for each in logged(api, ParticipantPresence)]


async def test_a_participant_mutes_reloads_and_leaves_for_good(
    tmp_path: Path, api: ApiServer, livekit_url: str
) -> None:
    room, voice = rtc.Room(), Voice()
    await room.connect(livekit_url, token("assistant"))
    held = asyncio.create_task(hold(workshop(tmp_path, api, livekit_url), ID, room))
    try:
        await voice.connect(livekit_url, token(PARTICIPANT))
        await voice.until(lambda body: isinstance(body, AssistantReady))

        await voice.say(synthesise("Hello, who are you?"))
        microphone = next(iter(voice.room.local_participant.track_publications.values())).track
        assert isinstance(microphone, rtc.LocalAudioTrack)
        microphone.mute()
        await until(api, lambda: "microphone_muted" in changes(api) and bool(logged(api, UserTurn)))
        microphone.unmute()
        await until(api, lambda: "microphone_unmuted" in changes(api))

        await voice.aclose()
        await until(api, lambda: "left" in changes(api))
        voice = Voice()
        await voice.connect(livekit_url, token(PARTICIPANT))
        await voice.until(lambda body: isinstance(body, Snapshot) and body.remaining_s is not None)
        await until(api, lambda: changes(api).count("joined") == 2)
        assert not held.done()
        assert logged(api, Ended) == []

        await voice.aclose()
        await asyncio.wait_for(held, GRACE_S + 15)
    finally:
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await voice.aclose()
        await room.disconnect()
    assert logged(api, Ended) == [Ended(reason=EndReason.PARTICIPANT_LEFT)]
    assert api.stored.beats > 1
    recording = tmp_path / "recording.ogg"
    recording.write_bytes(api.stored.recordings[1])
    kept = describe(recording)
    assert kept is not None
    assert kept.duration_s > GRACE_S


async def test_a_job_that_is_ordered_to_leave_goes_without_a_word(
    tmp_path: Path, api: ApiServer, livekit_url: str
) -> None:
    room, voice = rtc.Room(), Voice()
    await room.connect(livekit_url, token("assistant"))
    held = asyncio.create_task(hold(workshop(tmp_path, api, livekit_url), ID, room))
    try:
        await voice.connect(livekit_url, token(PARTICIPANT))
        await voice.until(lambda body: isinstance(body, AssistantReady))
        api.stored.order = {"order": "end", "reason": "participant_ended"}
        await asyncio.wait_for(held, 15)
        assert not any(isinstance(event.body, ConversationEnded) for event in voice.events)
    finally:
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await voice.aclose()
        await room.disconnect()
    assert logged(api, Ended) == []
    assert 1 in api.stored.recordings
