"""Time, injected: tests and benchmarks put their own in its place."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall time for what is recorded, monotonic time for what is measured; both in seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.perf_counter

    def now(self) -> datetime:
        """The wall time, UTC-aware."""
        return self.at(self.wall())

    @staticmethod
    def at(wall_s: float) -> datetime:
        """A moment of the wall clock as a UTC-aware time."""
        return datetime.fromtimestamp(wall_s, tz=UTC)
