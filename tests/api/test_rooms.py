"""What rooms promise, held by the real ones and by their local twin."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from livekit.protocol.agent_dispatch import CreateAgentDispatchRequest
from livekit.protocol.room import ListRoomsRequest

from api.rooms.interface import AGENT_NAME, Rooms, RoomsError
from api.rooms.live import LiveKitRooms
from api.rooms.local import LocalRooms
from contracts.room_event import Notice, NoticeKind, RoomEvent
from tests.api.livekit_server import KEY, SECRET, binary, running_server

pytestmark = pytest.mark.anyio

EVENT = RoomEvent(sent_at=datetime(2026, 1, 5, tzinfo=UTC), body=Notice(kind=NoticeKind.AGENT_LOST))


@pytest.fixture
async def livekit_url(tmp_path: Path) -> AsyncIterator[str]:
    program = binary()
    async with running_server(program, tmp_path) as url:
        yield url


async def _keep_their_promises(rooms: Rooms) -> None:
    """The contract: the whole life of a room, each call also repeated."""
    assert await rooms.is_reachable()
    for _ in range(2):
        await rooms.open("the-room")
    first = await rooms.dispatch("the-room", "conversation")
    second = await rooms.dispatch("the-room", "conversation")
    assert first
    assert first != second
    await rooms.send("the-room", EVENT)
    for _ in range(2):
        await rooms.remove_agents("the-room")
    for _ in range(2):
        await rooms.close("the-room")
    # Of a room that is gone nothing more is asked.
    await rooms.send("the-room", EVENT)
    await rooms.remove_agents("the-room")
    assert rooms.participant_token("the-room", "a") != rooms.participant_token("the-room", "b")


async def test_local_rooms_keep_the_promises_of_rooms() -> None:
    await _keep_their_promises(LocalRooms())


async def test_real_rooms_keep_the_promises_of_rooms(livekit_url: str) -> None:
    rooms = LiveKitRooms(url=livekit_url, api_key=KEY, api_secret=SECRET)
    try:
        await _keep_their_promises(rooms)
    finally:
        await rooms.aclose()


async def test_on_the_real_server_rooms_and_dispatches_are_as_they_should_be(livekit_url: str) -> None:
    rooms = LiveKitRooms(url=livekit_url, api_key=KEY, api_secret=SECRET)
    try:
        await rooms.open("the-room")
        await rooms.dispatch("the-room", "the-conversation")
        [room] = (await rooms._client.room.list_rooms(ListRoomsRequest())).rooms
        assert room.name == "the-room"
        assert (room.empty_timeout, room.departure_timeout, room.max_participants) == (120, 90, 3)
        assert room.metadata == ""
        # The server adds a nameless one of its own to every room.
        listed = await rooms._client.agent_dispatch.list_dispatch("the-room")
        [dispatch] = [each for each in listed if each.agent_name]
        wanted = CreateAgentDispatchRequest(agent_name=AGENT_NAME, metadata="the-conversation")
        assert (dispatch.agent_name, dispatch.metadata) == (wanted.agent_name, wanted.metadata)
        await rooms.remove_agents("the-room")
        assert await rooms._client.agent_dispatch.list_dispatch("the-room") == []
        await rooms.close("the-room")
        assert not (await rooms._client.room.list_rooms(ListRoomsRequest())).rooms
    finally:
        await rooms.aclose()


async def test_a_server_that_is_not_there_is_an_error_that_may_pass() -> None:
    rooms = LiveKitRooms(url="ws://127.0.0.1:1", api_key=KEY, api_secret=SECRET)
    try:
        assert not await rooms.is_reachable()
        with pytest.raises(RoomsError) as refusal:
            await rooms.open("the-room")
        assert refusal.value.retryable
    finally:
        await rooms.aclose()
