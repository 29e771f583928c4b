"""Ratings and pay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.participants.schemas import Outcome
from api.payments import pay
from api.ratings.anchors import DIMENSIONS
from contracts.conversation_event import AssistantBecameReady
from contracts.rating import Dimension
from contracts.study import Pay
from tests.api.house import RATING, House, Walker

pytestmark = pytest.mark.anyio

PAPER = Pay(base_usd=0.25, per_minute_usd=0.25, task_completed_usd=1.0, feedback_usd=0.25)


async def _to_rating(house: House, walker: Walker) -> None:
    conversation_id = await walker.to_conversation()
    async with house.worker(conversation_id) as job:
        await job.take()
        await job.log(AssistantBecameReady())
    house.clock.forward(60)
    await walker.step("/conversation/end")


async def test_what_is_typed_is_kept_piece_by_piece(house: House) -> None:
    async with house.participant() as walker:
        await _to_rating(house, walker)

        async def save(**draft: object) -> int:
            return (await walker.client.put("/api/participation/rating-draft", json=draft)).status_code

        assert (await walker.view())["draft"] == {"scores": {}, "feedback": ""}
        assert await save(scores={"understanding": 2}) == 204
        assert await save(feedback="It was") == 204
        assert await save(scores={"understanding": 3, "naturalness": 6}) == 204
        draft = {"scores": {"understanding": 3, "naturalness": 6}, "feedback": "It was"}
        assert (await walker.view())["draft"] == draft
        for wrong in ({"scores": {"understanding": 7}}, {"scores": {"charm": 3}}, {"feedback": "x" * 5001}):
            assert await save(**wrong) == 422
        assert (await walker.view())["draft"] == draft


async def test_a_rating_wants_every_dimension_and_some_words(house: House) -> None:
    async with house.participant() as walker:
        await _to_rating(house, walker)
        incomplete = {**RATING, "scores": {"understanding": 3}}
        answer = await walker.post("/rating", incomplete)
        assert answer.status_code == 422
        assert "naturalness" in answer.text
        assert (await walker.post("/rating", {**RATING, "feedback": " \n "})).status_code == 422
        assert (await walker.view())["stage"] == "rating"
        assert (await walker.step("/rating", RATING))["stage"] == "finished"
        assert (await walker.post("/rating", RATING)).status_code == 409
        assert (await walker.client.put("/api/participation/rating-draft", json={})).status_code == 409


async def test_feedback_may_hold_any_text_a_keyboard_can_send(house: House) -> None:
    async with house.participant() as walker:
        await _to_rating(house, walker)
        odd = {**RATING, "feedback": "nul \x00 and \U0001f600 and \u202e"}
        assert (await walker.step("/rating", odd))["stage"] == "finished"


def test_each_dimension_has_six_anchors_and_no_two_are_alike() -> None:
    assert list(DIMENSIONS) == list(Dimension)
    descriptions = [anchor.description for dimension in DIMENSIONS.values() for anchor in dimension.anchors]
    assert len(set(descriptions)) == len(descriptions) == 30
    for dimension in DIMENSIONS.values():
        assert [anchor.score for anchor in dimension.anchors] == [1, 2, 3, 4, 5, 6]


def test_a_full_conversation_with_its_task_done_earns_the_papers_four_dollars() -> None:
    full = pay.earned(PAPER, outcome=Outcome.COMPLETED, talked_s=600, task_complete=True, feedback_given=True)
    assert full.total_usd == 4.0


def test_a_technical_failure_is_paid_for_the_time_it_took() -> None:
    broken = pay.earned(
        PAPER, outcome=Outcome.TECHNICAL_FAILURE, talked_s=90, task_complete=False, feedback_given=False
    )
    assert (broken.time_usd, broken.total_usd) == (0.38, 0.63)


@given(
    st.floats(0, 3600, allow_nan=False),
    st.booleans(),
    st.booleans(),
    st.tuples(*[st.integers(0, 500).map(lambda cents: cents / 100)] * 4),
)
def test_the_parts_sum_to_the_total_in_whole_cents(
    talked_s: float, task: bool, feedback: bool, rates: tuple[float, float, float, float]
) -> None:
    base, minute, task_usd, feedback_usd = rates
    spec = Pay(base_usd=base, per_minute_usd=minute, task_completed_usd=task_usd, feedback_usd=feedback_usd)
    got = pay.earned(spec, outcome=None, talked_s=talked_s, task_complete=task, feedback_given=feedback)
    parts = [got.base_usd, got.time_usd, got.task_completed_usd, got.feedback_usd]
    assert round(sum(parts), 2) == got.total_usd
    assert all(abs(round(part * 100) - part * 100) < 1e-6 for part in parts)
    assert abs(got.time_usd - minute * talked_s / 60) <= 0.005 + 1e-9
