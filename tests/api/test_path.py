"""The participant's path: as a table, and walked over HTTP."""

from typing import Any

import pytest

from api.participants.path import TRANSITIONS, Action, after
from api.participants.schemas import Stage
from api.problems import OutOfStepError
from contracts.conversation_event import AssistantBecameReady, Ended
from contracts.room_event import EndReason
from tests.api.house import MICROPHONE, RATING, House

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", Action)
def test_an_action_leads_where_the_table_says_and_nowhere_else(stage: Stage, action: Action) -> None:
    if (stage, action) in TRANSITIONS:
        assert after(stage, action) is TRANSITIONS[stage, action]
    else:
        with pytest.raises(OutOfStepError) as refusal:
            after(stage, action)
        assert refusal.value.stage == stage


def test_every_path_ends_at_finished_and_never_goes_back() -> None:
    order = list(Stage)
    assert all(order.index(stage) < order.index(target) for (stage, _), target in TRANSITIONS.items())
    ends = set(TRANSITIONS.values()) - {stage for stage, _ in TRANSITIONS}
    assert ends == {Stage.FINISHED}


async def test_a_participant_walks_from_the_link_to_the_completion_code(house: House) -> None:
    async with house.participant() as walker:
        landing = await walker.step("", {"study": "demo"})
        assert (landing["stage"], landing["pay"]["most_usd"], landing["minutes"]) == ("landing", 4.0, 13)
        consent = await walker.step("/begin")
        version = consent["consent"]["version"]
        assert (await walker.step("/consent", {"accepted": True, "version": version}))["stage"] == "microphone"
        scenario = await walker.step("/microphone", MICROPHONE)
        assert scenario["stage"] == "scenario"
        conversation = await walker.step("/conversation")
        assert (conversation["stage"], conversation["agent"]) == ("conversation", "connecting")
        assert conversation["remaining_s"] is None
        assert conversation["card"] == scenario["card"]
        connection = await walker.client.get("/api/participation/connection")
        assert set(connection.json()) == {"url", "token"}

        async with house.worker(house.rooms.dispatched[-1]) as job:
            assert (await job.take()).status_code == 200
            await job.log(AssistantBecameReady())
            house.clock.forward(120)
            assert (await walker.view())["remaining_s"] == 480
            assert (await walker.view())["agent"] == "present"
            await job.log(Ended(reason=EndReason.TIME_UP))

        rating = await walker.view()
        assert (rating["stage"], rating["ended_reason"], rating["talked_s"]) == ("rating", "time_up", 120)
        assert [len(dimension["anchors"]) for dimension in rating["dimensions"]] == [6] * 5
        finished = await walker.step("/rating", RATING)
        assert (finished["stage"], finished["outcome"]) == ("finished", "completed")
        assert finished["completion_code"] == "DEMO-DONE"
        assert finished["pay"]["total_usd"] == 0.25 + 0.50 + 0.25
        assert await walker.view() == finished


async def test_who_does_not_consent_is_finished_with_a_code_of_their_own(small_house: House) -> None:
    async with small_house.participant() as walker:
        await walker.step("", {"study": "demo"})
        version = (await walker.step("/begin"))["consent"]["version"]
        finished = await walker.step("/consent", {"accepted": False, "version": version})
        assert (finished["outcome"], finished["completion_code"]) == ("no_consent", "DEMO-NO-CONSENT")
        assert finished["pay"]["total_usd"] == 0


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("/begin", None),
        ("/consent", {"accepted": True, "version": "2025-1"}),
        ("/microphone", MICROPHONE),
        ("/conversation/end", None),
        ("/rating", RATING),
    ],
)
async def test_a_call_out_of_step_is_answered_with_the_stage_and_changes_nothing(
    small_house: House, call: str, body: Any
) -> None:
    async with small_house.participant() as walker:
        before = await walker.to_scenario()
        answer = await walker.post(call, body)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["stage"] == "scenario"
        assert await walker.view() == before


async def test_consent_counts_for_the_text_that_is_shown_and_no_other(small_house: House) -> None:
    async with small_house.participant() as walker:
        await walker.step("", {"study": "demo"})
        await walker.step("/begin")
        answer = await walker.post("/consent", {"accepted": True, "version": "older"})
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error["field"] == "version"
        assert "'2025-1'" in error["message"]


async def test_ending_early_leads_to_the_rating_and_pays_the_minutes_talked(small_house: House) -> None:
    async with small_house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with small_house.worker(conversation_id) as job:
            await job.take()
            await job.log(AssistantBecameReady())
            small_house.clock.forward(60)
            rating = await walker.step("/conversation/end")
            assert (rating["ended_reason"], rating["talked_s"]) == ("participant_ended", 60)
            assert await job.beat() == {"order": "end", "reason": "participant_ended"}


async def test_leaving_before_the_assistant_was_ever_ready_leaves_nothing_to_rate(small_house: House) -> None:
    async with small_house.participant() as walker:
        await walker.to_conversation()
        finished = await walker.step("/conversation/end")
        assert (finished["stage"], finished["outcome"]) == ("finished", "technical_failure")
        assert finished["pay"]["total_usd"] == 0.25
