"""Slowing down who guesses a password."""

from collections import deque
from datetime import datetime, timedelta


class FailureThrottle:
    """At most ``failures`` within ``window``, over all callers: addresses are cheap, and there is one password.

    Kept in memory: a restart forgets it, and nobody but the operator can restart the server.
    """

    def __init__(self, *, failures: int = 10, window: timedelta = timedelta(minutes=5)) -> None:
        self._most = failures
        self._window = window
        self._failed_at: deque[datetime] = deque(maxlen=failures)

    def wait_s(self, now: datetime) -> float:
        """0.0 when an attempt may be made."""
        if len(self._failed_at) < self._most:
            return 0.0
        return max(0.0, (self._failed_at[0] + self._window - now).total_seconds())

    def failed(self, now: datetime) -> None:
        self._failed_at.append(now)

    def succeeded(self) -> None:
        self._failed_at.clear()
