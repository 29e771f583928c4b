"""Rooms on a real LiveKit server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
from livekit import api as livekit_api
from livekit.protocol.agent_dispatch import CreateAgentDispatchRequest
from livekit.protocol.models import DataPacket, ParticipantInfo
from livekit.protocol.room import (
    CreateRoomRequest,
    DeleteRoomRequest,
    ListParticipantsRequest,
    ListRoomsRequest,
    RoomParticipantIdentity,
    SendDataRequest,
)

from api.rooms.interface import AGENT_NAME, RoomsError
from contracts.room_event import TOPIC, RoomEvent

TOKEN_LIFE = timedelta(minutes=5)
"""A token is asked for anew at every connection; the server refreshes it for who stays."""

EMPTY_TIMEOUT_S = 120
DEPARTURE_TIMEOUT_S = 90
MOST_IN_ROOM = 3
"""The participant, an agent, and an agent that follows it."""

_CALL_TIMEOUT_S = 5.0


class LiveKitRooms:
    """`api.rooms.interface.Rooms` over LiveKit's server API; made inside a running event loop."""

    def __init__(self, *, url: str, api_key: str, api_secret: str) -> None:
        self._key = api_key
        self._secret = api_secret
        # No failover: it would repeat a call elsewhere that this server may have carried out.
        self._client = livekit_api.LiveKitAPI(
            url, api_key, api_secret, timeout=aiohttp.ClientTimeout(total=_CALL_TIMEOUT_S), failover=False
        )

    async def open(self, room: str) -> None:
        request = CreateRoomRequest(
            name=room,
            empty_timeout=EMPTY_TIMEOUT_S,
            departure_timeout=DEPARTURE_TIMEOUT_S,
            max_participants=MOST_IN_ROOM,
        )
        async with _mapped_errors():
            await self._client.room.create_room(request)

    async def dispatch(self, room: str, conversation_id: str) -> str:
        request = CreateAgentDispatchRequest(agent_name=AGENT_NAME, room=room, metadata=conversation_id)
        async with _mapped_errors():
            return (await self._client.agent_dispatch.create_dispatch(request)).id

    async def remove_agents(self, room: str) -> None:
        if not await self._exists(room):
            return
        async with _mapped_errors(missing_is_fine=True):
            for dispatch in await self._client.agent_dispatch.list_dispatch(room):
                await self._client.agent_dispatch.delete_dispatch(dispatch.id, room)
            present = await self._client.room.list_participants(ListParticipantsRequest(room=room))
            for participant in present.participants:
                if participant.kind == ParticipantInfo.Kind.AGENT:
                    await self._client.room.remove_participant(
                        RoomParticipantIdentity(room=room, identity=participant.identity)
                    )

    async def send(self, room: str, event: RoomEvent) -> None:
        request = SendDataRequest(
            room=room, data=event.model_dump_json().encode(), kind=DataPacket.Kind.RELIABLE, topic=TOPIC
        )
        # Asked first: about a room that is gone the server would keep this call waiting for seconds.
        if not await self._exists(room):
            return
        async with _mapped_errors(missing_is_fine=True):
            await self._client.room.send_data(request)

    async def close(self, room: str) -> None:
        async with _mapped_errors(missing_is_fine=True):
            await self._client.room.delete_room(DeleteRoomRequest(room=room))

    async def is_reachable(self) -> bool:
        try:
            await self._exists("readiness")
        except RoomsError:
            return False
        return True

    async def _exists(self, room: str) -> bool:
        async with _mapped_errors():
            return bool((await self._client.room.list_rooms(ListRoomsRequest(names=[room]))).rooms)

    def participant_token(self, room: str, identity: str) -> str:
        grants = livekit_api.VideoGrants(
            room_join=True,
            room=room,
            can_publish=True,
            can_publish_sources=["microphone"],
            can_publish_data=False,
            can_subscribe=True,
            can_update_own_metadata=False,
        )
        token = livekit_api.AccessToken(self._key, self._secret).with_identity(identity)
        return token.with_ttl(TOKEN_LIFE).with_grants(grants).to_jwt()

    async def aclose(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def _mapped_errors(*, missing_is_fine: bool = False) -> AsyncIterator[None]:
    try:
        yield
    except livekit_api.TwirpError as error:
        if missing_is_fine and error.code == "not_found":
            return
        raise RoomsError(f"LiveKit answered {error.code}", retryable=error.status >= 500) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise RoomsError(f"LiveKit could not be reached: {type(error).__name__}", retryable=True) from error
