"""A subset as `earwitness analysis select` writes it, and rated conversations put straight into the record."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from analysis.subsets.selector import Selector
from api.db.database import Database
from api.db.tables import ConversationRow, ParticipantRow, RatingRow
from contracts.rating import Dimension
from tests.analysis.matrices import small_matrix
from tests.api.house import MovedClock

MODELS = tuple(f"model-{number}" for number in range(10))
FEEDBACK = "words that only the record may hold"


@cache
def subset_file(n: int = 12) -> str:
    """Ten models on ``n`` items; the higher a model's number, the better its scores."""
    matrix = small_matrix(n_models=len(MODELS), n_items=80)
    order = np.argsort(matrix.full_scores)
    ranked = replace(matrix.of_models(order.tolist()), models=MODELS)
    return json.dumps(Selector(method="anchor", n=n, seed=0, calibrate=False).fit(ranked).to_json())


def rising(models: Sequence[str]) -> dict[str, list[int]]:
    """Ratings that follow the models' order."""
    return {model: [1 + min(number // 2 + extra, 5) for extra in (0, 0, 1)] for number, model in enumerate(models)}


async def rate(database: Database, clock: MovedClock, ratings: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
    """A conversation for each rating; returns each model's participants."""
    participants: dict[str, list[str]] = {}
    async with database.writing() as session:
        for model, scores in ratings.items():
            for score in scores:
                person = _participant(clock)
                talk = _conversation(clock, person.id, model)
                session.add(person)
                await session.flush()
                session.add(talk)
                await session.flush()
                session.add(
                    RatingRow(
                        conversation_id=talk.id,
                        scores=dict.fromkeys(Dimension, score),
                        feedback=FEEDBACK,
                        saved_at=clock(),
                        submitted_at=clock(),
                    )
                )
                participants.setdefault(model, []).append(person.id)
    return participants


def _participant(clock: MovedClock) -> ParticipantRow:
    return ParticipantRow(
        id=secrets.token_hex(16),
        study_id="demo",
        study_version="1",
        session_hash=secrets.token_hex(32),
        stage="finished",
        outcome="completed",
        arrived_at=clock(),
        consent_version="1",
        consented_at=clock(),
        microphone=None,
        finished_at=clock(),
        wrapped_key=b"a wrapped key",
    )


def _conversation(clock: MovedClock, participant_id: str, model: str) -> ConversationRow:
    return ConversationRow(
        id=secrets.token_hex(16),
        participant_id=participant_id,
        study_id="demo",
        model_id=model,
        scenario_id="messaging-welcome-teammate",
        category="tool_task",
        stage="rated",
        room_name=secrets.token_hex(16),
        participant_identity=secrets.token_hex(16),
        seed=0,
        time_limit_s=600,
        study={},
        model={},
        scenario={},
        turn_taking={},
        versions={},
        created_at=clock(),
        ready_at=clock(),
        ended_at=clock(),
        end_reason="time_up",
        paused_s=0,
        paused_at=None,
        agent="gone",
        agent_source=None,
        agent_seen_at=None,
        dispatched_at=None,
        dispatch_attempt=1,
        dispatch_id=None,
        losses=0,
        participant_seen=True,
        participant_left_at=None,
        room_closed_at=clock(),
        last_position=0,
        live_report=None,
        replayed_report=None,
        replay_agrees=None,
    )
