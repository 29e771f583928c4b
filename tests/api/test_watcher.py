"""The watcher over real conversations, with a clock that the test moves."""

import asyncio

import pytest

from api.conversations.repository import events_of
from api.conversations.watcher import Watcher
from contracts.conversation_event import AssistantBecameReady, ParticipantPresence
from contracts.room_event import ConversationEnded, EndReason, Notice, NoticeKind
from tests.api.house import House

pytestmark = pytest.mark.anyio


async def _look(watcher: Watcher) -> None:
    async with asyncio.TaskGroup() as tasks:
        await watcher.look(tasks)


async def _types(house: House, conversation_id: str) -> list[str]:
    async with house.context.database.reading() as session:
        return [event.type for event in await events_of(session, conversation_id)]


async def test_an_agent_that_does_not_come_is_asked_for_three_times_and_then_the_failure_is_owned(house: House) -> None:
    watcher = house.watcher()
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        for expected in (2, 3, 3):
            house.clock.forward(6)
            await _look(watcher)
            assert len(house.rooms.dispatched) == expected
        view = await walker.view()
        assert (view["stage"], view["outcome"], view["completion_code"]) == (
            "finished",
            "technical_failure",
            "DEMO-TECHNICAL",
        )
        assert (await _types(house, conversation_id)).count("agent_dispatched") == 3


async def test_a_lost_agent_is_told_of_within_five_seconds_and_replaced_while_the_time_stands_still(
    house: House,
) -> None:
    watcher = house.watcher()
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id, "first") as first:
            await first.take()
            await first.log(ParticipantPresence(change="joined"), AssistantBecameReady())
            house.clock.forward(60)
            await first.beat()
            [room] = house.rooms.rooms.values()
            house.clock.forward(3.5)
            await _look(watcher)
            assert [event.body for event in room.sent] == [Notice(kind=NoticeKind.AGENT_LOST)]
            assert len(room.dispatches) == 1
            assert len(house.rooms.dispatched) == 2
            view = await walker.view()
            assert (view["agent"], view["remaining_s"]) == ("lost", 540)
            assert await first.beat() == {"order": "superseded", "reason": None}

        async with house.worker(conversation_id, "second") as second:
            house.clock.forward(2)
            brief = (await second.take()).json()
            assert brief["elapsed_s"] == 60
            await second.log(AssistantBecameReady())
            house.clock.forward(1)
            view = await walker.view()
            assert (view["agent"], view["remaining_s"]) == ("present", 539)
        assert [kind for kind in await _types(house, conversation_id) if kind.startswith("agent_")] == [
            "agent_dispatched",
            "agent_lost",
            "agent_dispatched",
        ]


async def test_when_no_new_agent_comes_the_time_talked_is_paid(house: House) -> None:
    watcher = house.watcher()
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            await job.take()
            await job.log(ParticipantPresence(change="joined"), AssistantBecameReady())
            house.clock.forward(60)
            await job.beat()
        [room] = house.rooms.rooms.values()
        for _ in range(4):
            house.clock.forward(6)
            await _look(watcher)
        view = await walker.view()
        assert (view["stage"], view["ended_reason"], view["talked_s"]) == ("rating", "technical_failure", 60)
        assert room.sent[-1].body == ConversationEnded(reason=EndReason.TECHNICAL_FAILURE)


async def test_a_conversation_that_nobody_ends_is_ended_and_its_room_closed(house: House) -> None:
    watcher = house.watcher()
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            await job.take()
            await job.log(ParticipantPresence(change="joined"), AssistantBecameReady())
            house.clock.forward(616)
            await job.beat()
            await _look(watcher)
            view = await walker.view()
            assert (view["ended_reason"], view["talked_s"]) == ("time_up", 600)
            assert await job.beat() == {"order": "end", "reason": "time_up"}
        assert house.rooms.rooms
        house.clock.forward(6)
        await _look(watcher)
        assert not house.rooms.rooms
        house.clock.forward(60)
        await _look(watcher)


async def test_a_participant_who_does_not_come_back_has_left(small_house: House) -> None:
    watcher = small_house.watcher()
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            await job.take()
            await job.log(ParticipantPresence(change="joined"), AssistantBecameReady())
            small_house.clock.forward(40)
            await job.log(ParticipantPresence(change="left"))
            small_house.clock.forward(50)
            await job.log(ParticipantPresence(change="joined"))
            for _ in range(2):
                small_house.clock.forward(60)
                await job.beat()
                await _look(watcher)
            assert (await walker.view())["stage"] == "conversation"
            await job.log(ParticipantPresence(change="left"))
            small_house.clock.forward(90)
            await job.beat()
            await _look(watcher)
            assert (await walker.view())["ended_reason"] == "participant_left"


async def test_a_watcher_that_starts_anew_gives_running_agents_time_to_be_heard(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            await job.take()
            await job.log(ParticipantPresence(change="joined"), AssistantBecameReady())
            small_house.clock.forward(20)
            restarted = small_house.watcher()
            small_house.clock.forward(5)
            await _look(restarted)
            assert await job.beat() == {"order": "continue", "reason": None}
            small_house.clock.forward(2)
            await _look(restarted)
            assert (await walker.view())["agent"] == "present"
            assert "agent_lost" not in await _types(small_house, conversation_id)
