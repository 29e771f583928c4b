"""What a conversation needs at a moment: a pure function of what is stored and the time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.room_event import EndReason

JOIN_WAIT_S = 6.0
"""An agent that was asked for and did not come by then is asked for again."""
MOST_ATTEMPTS = 3
HEARTBEAT_WAIT_S = 3.0
FIRST_HEARTBEAT_WAIT_S = 8.0
"""A job that has just taken the conversation is still loading its model's client."""
RESTART_GRACE_S = 10.0
"""After this process started: jobs that could not reach it wait longer and longer between their attempts."""
MOST_LOSSES = 3
OVERTIME_S = 15.0
"""For the agent to end the conversation itself."""
RETURN_WAIT_S = 90.0
"""A participant who left may come back."""
FIRST_VISIT_WAIT_S = 120.0
"""A participant who never came into the room."""
READY_WAIT_S = 180.0
"""An agent that is there but never becomes ready."""
LINGER_S = 6.0
"""An agent learns of the end by its heartbeat, says what is left to say, and leaves."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A conversation whose room is open."""

    created_at: datetime
    ready_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    overtime_s: float
    """Talked beyond the time limit; negative before."""
    agent_source: str | None
    agent_taken_at: datetime | None
    agent_seen_at: datetime | None
    dispatched_at: datetime | None
    dispatch_attempt: int
    losses: int
    participant_seen: bool
    participant_left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    attempt: int


@dataclass(frozen=True, slots=True)
class Replace:
    """The agent is lost; another is to come."""

    silent_s: float


@dataclass(frozen=True, slots=True)
class End:
    reason: EndReason


@dataclass(frozen=True, slots=True)
class CloseRoom:
    pass


Need = Dispatch | Replace | End | CloseRoom | None


def need(watched: Watched, *, now: datetime, started_at: datetime) -> Need:
    """What is to be done now; ``started_at`` is when this process began to watch."""

    def since(moment: datetime, grace_s: float = 0.0) -> float:
        # Nobody could reach a process that was not there: nothing counts from before it started.
        return (now - max(moment, started_at)).total_seconds() - (grace_s if moment < started_at else 0.0)

    if watched.ended_at is not None:
        return CloseRoom() if (now - watched.ended_at).total_seconds() >= LINGER_S else None
    if watched.overtime_s >= OVERTIME_S:
        return End(EndReason.TIME_UP)
    if watched.participant_left_at is not None and since(watched.participant_left_at) >= RETURN_WAIT_S:
        return End(EndReason.PARTICIPANT_LEFT)
    if not watched.participant_seen and since(watched.created_at) >= FIRST_VISIT_WAIT_S:
        return End(EndReason.PARTICIPANT_LEFT)
    waiting_since = watched.created_at if watched.ready_at is None else watched.paused_at
    if waiting_since is not None and since(waiting_since) >= READY_WAIT_S:
        return End(EndReason.TECHNICAL_FAILURE)
    if watched.agent_source is None:
        return _bring(watched, since(watched.dispatched_at) if watched.dispatched_at else None)
    return _check_agent(watched, since, now)


class _Since(Protocol):
    def __call__(self, moment: datetime, grace_s: float = 0.0) -> float: ...


def _bring(watched: Watched, waited_s: float | None) -> Need:
    if waited_s is not None and waited_s < JOIN_WAIT_S:
        return None
    if watched.dispatch_attempt >= MOST_ATTEMPTS:
        return End(EndReason.TECHNICAL_FAILURE)
    return Dispatch(watched.dispatch_attempt + 1)


def _check_agent(watched: Watched, since: _Since, now: datetime) -> Need:
    if watched.agent_seen_at is None or watched.agent_taken_at is None:
        raise ValueError("an agent that has the conversation was seen when it took it")
    only_took_it = watched.agent_seen_at <= watched.agent_taken_at
    patience_s = FIRST_HEARTBEAT_WAIT_S if only_took_it else HEARTBEAT_WAIT_S
    if since(watched.agent_seen_at, RESTART_GRACE_S) < patience_s:
        return None
    if watched.losses >= MOST_LOSSES:
        return End(EndReason.TECHNICAL_FAILURE)
    return Replace((now - watched.agent_seen_at).total_seconds())
