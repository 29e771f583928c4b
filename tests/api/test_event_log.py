"""The log: each event once, in order, for good."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.conversations.repository import events_of
from contracts.conversation_event import (
    AgentJoined,
    AssistantBecameReady,
    AssistantTurn,
    Ended,
    ParticipantPresence,
    ToolCalled,
    Verified,
)
from contracts.room_event import EndReason
from contracts.tool_call import ToolCall
from contracts.verification import VerificationReport
from tests.api.house import House, Job, open_house

pytestmark = pytest.mark.anyio


def turn(number: int) -> AssistantTurn:
    return AssistantTurn(turn=number, text=f"reply {number}", interrupted=False, spoken_by="model")


async def _log(house: House, conversation_id: str, source: str = "job-1") -> list[tuple[int, dict[str, Any]]]:
    async with house.context.database.reading() as session:
        events = await events_of(session, conversation_id)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    return [(event.sequence, event.body) for event in events if event.source == source]


deliveries = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 6)), max_size=12)
"""Of a log of twelve events: from which on, and how many."""


def test_however_batches_are_cut_repeated_and_reordered_each_event_is_stored_once_in_order(
    database_url: str, tmp_path: Path
) -> None:
    loop = asyncio.new_event_loop()
    # One house for all examples, on one loop, since a database's connections belong to a loop.
    opened = open_house(tmp_path, database_url)
    house = loop.run_until_complete(opened.__aenter__())

    async def example(pieces: list[tuple[int, int]]) -> None:
        async with house.participant() as walker:
            conversation_id = await walker.to_conversation()
            async with house.worker(conversation_id) as job:
                through = 0
                for first, length in [*pieces, (1, 12)]:
                    last = min(first + length - 1, 12)
                    answer = await job.send(job.batch(first, [turn(n) for n in range(first, last + 1)]))
                    if first > through + 1:
                        assert (answer.status_code, answer.json()["through"]) == (409, through)
                    else:
                        through = max(through, last)
                        assert (answer.status_code, answer.json()) == (200, {"through": through})
        log = await _log(house, conversation_id)
        assert log == [(n, turn(n).model_dump(mode="json")) for n in range(1, 13)]

    @hypothesis_settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
    )
    @given(deliveries)
    def law(pieces: list[tuple[int, int]]) -> None:
        loop.run_until_complete(example(pieces))

    try:
        law()
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.close()


async def test_the_same_batch_delivered_many_times_at_once_is_stored_once(house: House) -> None:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            batch = job.batch(1, [turn(n) for n in range(1, 6)])
            answers = await asyncio.gather(*(job.send(batch) for _ in range(8)))
            assert {answer.status_code for answer in answers} == {200}
        assert [sequence for sequence, _ in await _log(house, conversation_id)] == [1, 2, 3, 4, 5]


async def test_sources_that_write_at_once_are_put_into_one_order(house: House) -> None:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()

        async def write(source: str) -> None:
            async with house.worker(conversation_id, source) as job:
                for _ in range(5):
                    await job.log(turn(1), turn(2))

        await asyncio.gather(*(write(f"job-{n}") for n in range(4)))
        for n in range(4):
            assert [sequence for sequence, _ in await _log(house, conversation_id, f"job-{n}")] == list(range(1, 11))


async def test_a_batch_with_a_hole_in_it_is_refused_whole(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            batch = job.batch(1, [turn(1), turn(2), turn(3)])
            del batch["events"][1]
            assert (await job.send(batch)).status_code == 422
        assert await _log(small_house, conversation_id) == []


@pytest.mark.parametrize("statement", ["UPDATE events SET source = 'forged'", "DELETE FROM events"])
async def test_the_database_itself_refuses_to_change_or_delete_events(house: House, statement: str) -> None:
    async with house.participant() as walker:
        await walker.to_conversation()
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.context.database.writing() as session:
            await session.execute(text(statement))


async def test_any_text_comes_back_as_it_was_sent(house: House) -> None:
    odd = "nul \x00, emoji \U0001f600, quotes ' \" \\, lines \r\n\u2028, right-to-left \u202e"
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            call = ToolCall(call_id="c", function="f", arguments={"b": odd, "a": [1.5, None, {"z": 1, "y": 2}]})
            await job.log(ToolCalled(turn=1, call=call))
        [(_, body)] = await _log(house, conversation_id)
        assert body["call"]["arguments"] == call.arguments
        assert list(body["call"]["arguments"]) == ["b", "a"]


@pytest.mark.parametrize("source", ["nul \x00", "line\n", "\u00e9"])
async def test_a_source_no_database_could_store_is_refused(house: House, source: str) -> None:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id, source) as job:
            assert (await job.send(job.batch(1, [turn(1)]))).status_code == 422
            assert (await job.take()).status_code == 422
        async with house.worker("nul%00") as job:
            assert (await job.take()).status_code == 422


async def test_a_job_cannot_write_in_the_apis_name(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id, "api") as job:
            assert (await job.send(job.batch(1, [turn(1)]))).status_code == 422
            assert (await job.take()).status_code == 422


async def _started(house: House, job: Job) -> None:
    await job.take()
    await job.log(AgentJoined(versions={"livekit-agents": "1.8.9"}, resumed=False))
    await job.log(ParticipantPresence(change="joined"), AssistantBecameReady())


async def test_events_are_taken_after_the_end_and_change_nothing_but_the_verdict(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            await _started(small_house, job)
            small_house.clock.forward(60)
            await job.log(Ended(reason=EndReason.TIME_UP))
            small_house.clock.forward(60)
            await job.log(Ended(reason=EndReason.PARTICIPANT_LEFT), turn(2))
            report = VerificationReport(steps=(), progress=0, complete=False)
            await job.log(Verified(report=report))
        view = await walker.view()
        assert (view["ended_reason"], view["talked_s"]) == ("time_up", 60)
        async with small_house.researcher() as researcher:
            shown = (await researcher.get(f"/api/researcher/conversations/{conversation_id}")).json()
            assert shown["versions"]["livekit-agents"] == "1.8.9"
            assert shown["verdict"]["live"] == report.model_dump(mode="json")


async def test_a_job_that_lost_the_conversation_no_longer_ends_it(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with (
            small_house.worker(conversation_id, "old") as old,
            small_house.worker(conversation_id, "new") as new,
        ):
            await _started(small_house, old)
            await new.take()
            await old.log(Ended(reason=EndReason.PARTICIPANT_LEFT))
            assert (await walker.view())["stage"] == "conversation"
            assert await old.beat() == {"order": "superseded", "reason": None}
            assert await new.beat() == {"order": "continue", "reason": None}
