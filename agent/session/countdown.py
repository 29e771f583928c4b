"""The time of a conversation: starts when the assistant is ready, warns a minute before the end."""

import asyncio
from collections.abc import Awaitable, Callable

WARNING_S = 60.0


class Countdown:
    """Counts ``limit_s`` less what is used already; owned by the conversation, which closes it."""

    def __init__(
        self,
        *,
        limit_s: float,
        elapsed_s: float,
        monotonic: Callable[[], float],
        on_nearly_up: Callable[[], None],
        on_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._left_s = max(0.0, limit_s - elapsed_s)
        self._warns = limit_s > WARNING_S and self._left_s > WARNING_S
        self._monotonic = monotonic
        self._on_nearly_up, self._on_up = on_nearly_up, on_up
        self._started: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def remaining_s(self) -> float | None:
        """None until it has started."""
        if self._started is None:
            return None
        return max(0.0, self._left_s - (self._monotonic() - self._started))

    def start(self) -> None:
        """Count from now; a second start changes nothing."""
        if self._started is None:
            self._started = self._monotonic()
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        if self._warns:
            await asyncio.sleep((self.remaining_s or 0.0) - WARNING_S)
            self._on_nearly_up()
        await asyncio.sleep(self.remaining_s or 0.0)
        await self._on_up()
