"""Admission: as many conversations at a time as there are places, whoever comes at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.api.house import House, open_house

pytestmark = pytest.mark.anyio

PLACES = 3


@pytest.fixture
async def narrow_house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, database_url, max_conversations=PLACES) as opened:
        yield opened


async def test_of_many_who_start_at_once_only_as_many_as_there_are_places_are_admitted(narrow_house: House) -> None:
    async with AsyncExitStack() as stack:
        walkers = [await stack.enter_async_context(narrow_house.participant()) for _ in range(12)]
        for walker in walkers:
            await walker.to_scenario()
        answers = await asyncio.gather(*(walker.post("/conversation") for walker in walkers))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] * PLACES + [503] * (12 - PLACES)
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.json()["retry_after_s"] > 0
        assert refused.headers["retry-after"]
        assert len(narrow_house.rooms.dispatched) == PLACES


async def test_who_is_refused_stays_where_they_are_and_comes_in_when_a_place_is_free(narrow_house: House) -> None:
    async with AsyncExitStack() as stack:
        walkers = [await stack.enter_async_context(narrow_house.participant()) for _ in range(PLACES + 1)]
        *admitted, waiting = walkers
        for walker in admitted:
            await walker.to_conversation()
        before = await waiting.to_scenario()
        assert (await waiting.post("/conversation")).status_code == 503
        assert await waiting.view() == before
        await admitted[0].step("/conversation/end")
        # The agent of the ended conversation holds its place until the room is closed.
        assert (await waiting.post("/conversation")).status_code == 503
        narrow_house.clock.forward(10)
        async with asyncio.TaskGroup() as tasks:
            await narrow_house.watcher().look(tasks)
        assert (await waiting.post("/conversation")).status_code == 200


async def test_starting_twice_at_once_makes_one_conversation(narrow_house: House) -> None:
    async with narrow_house.participant() as walker:
        await walker.to_scenario()
        answers = await asyncio.gather(*(walker.post("/conversation") for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert len(narrow_house.rooms.dispatched) == 1
