"""The final verdict on a tool task: computed anew from the calls, beside the one the agent saw live."""

import asyncio

import structlog
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import known_log
from api.conversations.repository import events_of, jobs_of
from api.db.tables import ConversationRow
from contracts.scenario import Scenario, ToolTask
from contracts.verification import VerificationReport
from tools_sim.session import replay

log = structlog.get_logger(__name__)

scenario_adapter: TypeAdapter[Scenario] = TypeAdapter(Scenario)

CHANGES_VERDICT = frozenset({"tool_called", "tool_returned", "verified"})


async def settle(session: AsyncSession, row: ConversationRow) -> None:
    """Store the replayed verdict of an ended conversation, and whether it agrees with the live one.

    Called again when events come in late. A live verdict that never came is no disagreement.
    """
    scenario = scenario_adapter.validate_python(row.scenario)
    if not isinstance(scenario, ToolTask):
        return
    events = known_log.known(await events_of(session, row.id, known_log.TYPES), await jobs_of(session, row.id))
    report = await asyncio.to_thread(replay, scenario, known_log.completed_calls(events), seed=row.seed)
    row.replayed_report = report.model_dump(mode="json")
    if row.live_report is None:
        row.replay_agrees = None
        return
    row.replay_agrees = VerificationReport.model_validate(row.live_report) == report
    if not row.replay_agrees:
        log.error("The replayed verdict differs from the live one", conversation=row.id)
