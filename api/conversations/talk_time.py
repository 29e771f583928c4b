"""How long a conversation has been going, as its participant is paid and timed."""

from datetime import datetime


def talked_s(
    *,
    ready_at: datetime | None,
    paused_s: float,
    paused_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
    time_limit_s: float,
) -> float:
    """Seconds from the assistant's readiness to the end or to ``now``, without those spent waiting for a new agent.

    Between 0 and the limit, whatever the clocks of worker and API make of it.
    """
    if ready_at is None:
        return 0.0
    moments = [moment for moment in (ended_at, paused_at) if moment is not None]
    stop = min(moments) if moments else now
    return min(max((stop - ready_at).total_seconds() - paused_s, 0.0), time_limit_s)
