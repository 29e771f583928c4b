"""Slowing down who guesses a password."""

from collections import deque
from datetime import datetime, timedelta

_EVERYBODY = ""
_MOST_CALLERS = 10_000


class FailureThrottle:
    """So many attempts per caller within the window, and ten times as many over all callers together.

    Kept in memory: a restart forgets it, and nobody but the operator can restart the server.
    """

    def __init__(self, *, attempts: int = 8, window: timedelta = timedelta(minutes=5)) -> None:
        self._most = attempts
        self._window = window
        self._attempts: dict[str, deque[datetime]] = {}

    def wait_s(self, caller: str, now: datetime) -> float:
        """0.0 when an attempt may be made."""
        return max(self._wait_s(caller, self._most, now), self._wait_s(_EVERYBODY, 10 * self._most, now))

    def attempted(self, caller: str, now: datetime) -> None:
        if len(self._attempts) >= _MOST_CALLERS:
            self._forget_old(now)
        for key in (caller, _EVERYBODY):
            self._attempts.setdefault(key, deque(maxlen=10 * self._most)).append(now)

    def succeeded(self, caller: str) -> None:
        """The caller starts anew; what others tried still counts against them all."""
        self._attempts.pop(caller, None)

    def _wait_s(self, key: str, most: int, now: datetime) -> float:
        recent = [at for at in self._attempts.get(key, ()) if at > now - self._window]
        if len(recent) < most:
            return 0.0
        return (recent[-most] + self._window - now).total_seconds()

    def _forget_old(self, now: datetime) -> None:
        old = [key for key, attempts in self._attempts.items() if attempts[-1] <= now - self._window]
        for key in old:
            del self._attempts[key]
