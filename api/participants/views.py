"""From what is stored to what the page shows; nothing here may name the model."""

from datetime import datetime
from typing import assert_never
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from api.assignments.repository import assignment_of
from api.context import Context
from api.conversations.repository import conversation_of, talk_time_s
from api.conversations.verdict import scenario_adapter
from api.db.tables import ConversationRow, ParticipantRow
from api.participants.repository import participant, recruitment_of
from api.participants.schemas import (
    AgentPresence,
    Card,
    CardTitle,
    ConsentShown,
    ConsentView,
    ConversationView,
    FinishedView,
    GoalOrientedCard,
    IdentityShown,
    LandingView,
    MicrophoneView,
    OpenChatCard,
    Outcome,
    PayEarned,
    RatingView,
    ScenarioView,
    Stage,
    StudyShown,
    ToolTaskCard,
    View,
)
from api.payments import pay
from api.ratings.anchors import DIMENSIONS
from api.ratings.repository import rating_of
from api.ratings.schemas import RatingDraft
from contracts.base import ScenarioId
from contracts.room_event import EndReason
from contracts.scenario import GoalOriented, OpenChat, Scenario, ToolTask
from contracts.study import StudySpec

STEPS = (
    "Read what this study is about and decide whether you want to take part.",
    "Try out your microphone and your sound.",
    "Read what the conversation is to be about.",
    "Talk with a voice assistant.",
    "Rate the conversation and say why.",
    "Get your completion code.",
)

_PROLIFIC_COMPLETION = "https://app.prolific.com/submissions/complete?"


def card_of(scenario: Scenario) -> Card:
    """The participant's side of a scenario: no prompt, no functions, no answer key."""
    match scenario:
        case OpenChat():
            return OpenChatCard(category="open_chat", title=scenario.title, description=scenario.description)
        case GoalOriented():
            return GoalOrientedCard(
                category="goal_oriented",
                title=scenario.title,
                description=scenario.description,
                goals=list(scenario.goals),
            )
        case ToolTask():
            identity = scenario.identity
            return ToolTaskCard(
                category="tool_task",
                title=scenario.title,
                goal=scenario.goal,
                identity=IdentityShown(name=identity.name, credentials=identity.credentials) if identity else None,
                situation=scenario.situation,
                key_details=list(scenario.key_details),
                steps=list(scenario.steps),
                note=scenario.note,
            )
    assert_never(scenario)


async def view_of(context: Context, session: AsyncSession, participant_id: str) -> View:
    """Where the participant is."""
    owner = await participant(session, participant_id)
    study = StudyShown(title=context.study.title, contact=context.study.contact)
    stage = Stage(owner.stage)
    if stage is Stage.LANDING:
        return LandingView(
            stage=stage,
            study=study,
            minutes=pay.minutes_announced(context.study),
            pay=pay.offered(context.study),
            steps=list(STEPS),
        )
    if stage is Stage.CONSENT:
        consent = context.study.consent
        shown = ConsentShown(version=consent.version, title=consent.title, paragraphs=list(consent.paragraphs))
        return ConsentView(stage=stage, study=study, consent=shown)
    if stage is Stage.MICROPHONE:
        return MicrophoneView(stage=stage, study=study)
    if stage is Stage.SCENARIO:
        return await _scenario_view(context, session, owner, study)
    row = await conversation_of(session, owner.id)
    if stage is Stage.FINISHED:
        return await _finished_view(context, session, owner, row, study)
    if row is None:
        raise LookupError("a participant past the scenario has a conversation")
    now = context.clock()
    if stage is Stage.CONVERSATION:
        return _conversation_view(row, study, now)
    return await _rating_view(session, row, study, now)


async def _scenario_view(
    context: Context, session: AsyncSession, owner: ParticipantRow, study: StudyShown
) -> ScenarioView:
    assignment = await assignment_of(session, owner.id)
    if assignment is None:
        raise LookupError("a participant past the microphone check has an assignment")
    return ScenarioView(
        stage=Stage.SCENARIO,
        study=study,
        card=card_of(context.library[ScenarioId(assignment.scenario_id)]),
        conversation_s=context.study.conversation_s,
    )


def _conversation_view(row: ConversationRow, study: StudyShown, now: datetime) -> ConversationView:
    return ConversationView(
        stage=Stage.CONVERSATION,
        study=study,
        card=card_of(scenario_adapter.validate_python(row.scenario)),
        conversation_s=row.time_limit_s,
        remaining_s=None if row.ready_at is None else row.time_limit_s - talk_time_s(row, now),
        agent=AgentPresence(row.agent),
    )


async def _rating_view(session: AsyncSession, row: ConversationRow, study: StudyShown, now: datetime) -> RatingView:
    kept = await rating_of(session, row.id)
    draft = RatingDraft(scores={}, feedback="")
    if kept is not None:
        draft = RatingDraft.model_validate({"scores": kept.scores, "feedback": kept.feedback})
    return RatingView(
        stage=Stage.RATING,
        study=study,
        card=CardTitle(title=row.scenario["title"]),
        ended_reason=EndReason(row.end_reason or EndReason.PARTICIPANT_ENDED),
        talked_s=talk_time_s(row, now),
        dimensions=list(DIMENSIONS.values()),
        draft=draft,
    )


async def _finished_view(
    context: Context, session: AsyncSession, owner: ParticipantRow, row: ConversationRow | None, study: StudyShown
) -> FinishedView:
    spec = context.study if row is None else StudySpec.model_validate(row.study)
    outcome = Outcome(owner.outcome or Outcome.COMPLETED)
    code = getattr(spec.completion_codes, outcome)
    recruited = await recruitment_of(session, owner.id) is not None
    return FinishedView(
        stage=Stage.FINISHED,
        study=study,
        outcome=outcome,
        completion_code=code,
        completion_url=_PROLIFIC_COMPLETION + urlencode({"cc": code}) if recruited else None,
        pay=await pay_of(session, spec, outcome, row, context.clock()),
    )


async def pay_of(
    session: AsyncSession, spec: StudySpec, outcome: Outcome | None, row: ConversationRow | None, now: datetime
) -> PayEarned:
    """What is earned so far; the task counts by the replayed verdict, or the live one before there is one."""
    kept = await rating_of(session, row.id) if row else None
    report = (row.replayed_report or row.live_report) if row else None
    return pay.earned(
        spec.pay,
        outcome=outcome,
        talked_s=talk_time_s(row, now) if row else 0.0,
        task_complete=bool(report and report["complete"]),
        feedback_given=kept is not None and kept.submitted_at is not None,
    )
