"""Faults on demand: delays, failures, stalls and garbage, for tests and studies of what calls this server."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Component = Literal["chat", "transcriptions", "speech", "embeddings", "gemini"]
COMPONENTS: tuple[Component, ...] = get_args(Component)
HEADER = "x-earwitness-faults"
SUFFIX = "+fault:"


class Fault(BaseModel):
    """What goes wrong in a request. Everything is off by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay_ms: int = Field(default=0, ge=0, le=600_000)
    """Before the first byte."""
    chunk_delay_ms: int = Field(default=0, ge=0, le=60_000)
    """Before every chunk of a stream but the first."""
    status: int | None = Field(default=None, ge=400, le=599)
    """Answers with this status and the API's own error body."""
    times: int | None = Field(default=None, ge=1)
    """How many requests meet this fault; None for all. Counted for the faults of the server only."""
    stall_after_chunks: int | None = Field(default=None, ge=0)
    """The stream stops for good after so many chunks; 0 before the first. The connection stays open."""
    garbage: bool = False
    """Malformed JSON or events, audio cut in the middle of a sample."""


class FaultError(Exception):
    """A fault that answers with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"fault: status {status}")
        self.status = status


@dataclass(slots=True)
class Faults:
    """The faults set on this server; those of a single request are read from it and win."""

    _set: dict[Component, Fault] = field(default_factory=dict)
    _left: dict[Component, int | None] = field(default_factory=dict)
    _stalled: set[asyncio.Event] = field(default_factory=set)

    def set(self, faults: Mapping[Component, Fault]) -> None:
        """Replaces every fault of the server and lets go of stalled streams."""
        self._set = dict(faults)
        self._left = {component: fault.times for component, fault in faults.items()}
        for event in self._stalled:
            event.set()
        self._stalled.clear()

    def current(self) -> dict[str, object]:
        """What is set, with the requests left to fail."""
        return {c: {**f.model_dump(exclude_defaults=True), "left": self._left.get(c)} for c, f in self._set.items()}

    def take(self, component: Component, *, header: str | None = None, suffix: str | None = None) -> Fault:
        """The fault that the next request of a component meets."""
        if header or suffix:
            return parse(header or suffix or "")
        left = self._left.get(component)
        if component not in self._set or left == 0:
            return Fault()
        if left is not None:
            self._left[component] = left - 1
        return self._set[component]

    async def before(self, fault: Fault) -> None:
        """Delays, then raises `FaultError` where the fault is a status."""
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.status is not None:
            raise FaultError(fault.status)

    async def stall(self) -> None:
        """Waits until the faults are set anew or the caller goes."""
        event = asyncio.Event()
        self._stalled.add(event)
        try:
            await event.wait()
        finally:
            self._stalled.discard(event)

    async def spoil(self, chunks: AsyncIterator[bytes], fault: Fault, *, audio: bool = False) -> AsyncIterator[bytes]:
        """A stream with its delays, its stall and its garbage."""
        count = 0
        async for chunk in chunks:
            if fault.stall_after_chunks is not None and count >= fault.stall_after_chunks:
                await self.stall()
                return
            if count and fault.chunk_delay_ms:
                await asyncio.sleep(fault.chunk_delay_ms / 1000)
            count += 1
            if not fault.garbage:
                yield chunk
            elif audio:
                yield chunk[: len(chunk) // 2 | 1]
                return
            elif count == 2:
                yield b'data: {"choices": [{"delta": {"content": "\n\n'
            else:
                yield chunk


def parse(text: str) -> Fault:
    """A fault written as JSON, or as ``key=value`` pairs: ``status=503,delay_ms=200``; a bare key means true."""
    if text.lstrip().startswith("{"):
        return Fault.model_validate(json.loads(text))
    values: dict[str, object] = {}
    for pair in filter(None, (p.strip() for p in text.split(","))):
        key, _, value = pair.partition("=")
        values[key.strip()] = value.strip() if value else True
    return Fault.model_validate(values)


def split_model(model: str) -> tuple[str, str | None]:
    """A model id and the fault written behind it: ``earwitness-demo-chat+fault:status=500``."""
    name, mark, fault = model.partition(SUFFIX)
    return name, fault if mark else None
