"""What a conversation needs, as a pure function of what is stored and the time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.conversations import watch_rules as rules
from api.conversations.watch_rules import CloseRoom, Dispatch, End, Need, Replace, Watched, need
from contracts.room_event import EndReason

START = datetime(2026, 1, 5, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


WAITING = Watched(
    created_at=at(0),
    ready_at=None,
    paused_at=None,
    ended_at=None,
    overtime_s=-600,
    agent_source=None,
    agent_taken_at=None,
    agent_seen_at=None,
    dispatched_at=at(0),
    dispatch_attempt=1,
    losses=0,
    participant_seen=True,
    participant_left_at=None,
)
TALKING = replace(
    WAITING, ready_at=at(3), agent_source="job", agent_taken_at=at(1), agent_seen_at=at(100), dispatch_attempt=1
)
OVER = replace(TALKING, ended_at=at(100))


@pytest.mark.parametrize(
    ("watched", "now_s", "expected"),
    [
        (WAITING, 5.9, None),
        (WAITING, 6, Dispatch(2)),
        (replace(WAITING, dispatch_attempt=2), 6, Dispatch(3)),
        (replace(WAITING, dispatch_attempt=3), 6, End(EndReason.TECHNICAL_FAILURE)),
        (TALKING, 102.9, None),
        (TALKING, 103, Replace(3.0)),
        (replace(TALKING, losses=3), 103, End(EndReason.TECHNICAL_FAILURE)),
        (replace(TALKING, agent_taken_at=at(100)), 107.9, None),
        (replace(TALKING, agent_taken_at=at(100)), 108, Replace(8.0)),
        (replace(TALKING, overtime_s=14.9), 101, None),
        (replace(TALKING, overtime_s=15), 101, End(EndReason.TIME_UP)),
        (replace(TALKING, participant_left_at=at(11)), 100.9, None),
        (replace(TALKING, participant_left_at=at(11)), 101, End(EndReason.PARTICIPANT_LEFT)),
        (replace(TALKING, participant_seen=False, agent_seen_at=at(119)), 120, End(EndReason.PARTICIPANT_LEFT)),
        (replace(TALKING, ready_at=None, agent_seen_at=at(179)), 180, End(EndReason.TECHNICAL_FAILURE)),
        (replace(TALKING, paused_at=at(50), agent_seen_at=at(229)), 230, End(EndReason.TECHNICAL_FAILURE)),
        (OVER, 105.9, None),
        (OVER, 106, CloseRoom()),
    ],
)
def test_a_conversation_needs(watched: Watched, now_s: float, expected: Need) -> None:
    assert need(watched, now=at(now_s), started_at=at(-1000)) == expected


def test_after_a_restart_nobody_is_blamed_for_silence_while_there_was_nobody_to_talk_to() -> None:
    restarted = 130.0
    patience = rules.RESTART_GRACE_S + rules.HEARTBEAT_WAIT_S
    assert need(TALKING, now=at(restarted + patience - 0.1), started_at=at(restarted)) is None
    assert need(TALKING, now=at(restarted + patience), started_at=at(restarted)) == Replace(restarted + patience - 100)
    assert need(WAITING, now=at(restarted + 5.9), started_at=at(restarted)) is None
    assert need(WAITING, now=at(restarted + 6), started_at=at(restarted)) == Dispatch(2)


def test_a_heartbeat_after_the_restart_is_worth_no_more_than_any_other() -> None:
    beaten = replace(TALKING, agent_seen_at=at(131))
    assert need(beaten, now=at(134), started_at=at(130)) == Replace(3.0)
