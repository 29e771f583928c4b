"""Web search: DuckDuckGo where it answers, the built-in collection where it does not."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import structlog
from ddgs import DDGS
from ddgs.exceptions import DDGSException

from agent.web.collection import Collection
from agent.web.errors import UnreachableError
from agent.web.reading import Page, shortened

logger = structlog.get_logger(__name__)

Source = Literal["web", "built-in collection"]

MOST_HITS = 5
SNIPPET_CHARS = 300
SEARCH_S = 6.0
REQUEST_S = 4
HOLD_OFF_S = 60.0
"""After a failure, for so long nobody is asked: what limits the rate is not to be pressed."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    url: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Found:
    """``hits`` may be empty; ``source`` says where they are from."""

    hits: tuple[Hit, ...]
    source: Source


class Search(Protocol):
    async def search(self, query: str) -> Found:
        """The best few pages; raises `WebError`."""
        ...


class BuiltInSearch:
    """Searches the built-in collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def search(self, query: str) -> Found:
        return Found(tuple(map(_hit, self._collection.search(query, MOST_HITS))), "built-in collection")


class LiveSearch:
    """Searches with DuckDuckGo; raises `UnreachableError` when it does not answer, or not in time.

    ``ask`` makes the blocking request and raises `DDGSException`.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        ask: "Callable[[str], list[dict[str, Any]]] | None" = None,
        patience_s: float = SEARCH_S,
    ) -> None:
        self._executor, self._ask, self._patience_s = executor, ask or duckduckgo, patience_s

    async def search(self, query: str) -> Found:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience_s):
                answers = await loop.run_in_executor(self._executor, self._ask, query)
        except (TimeoutError, DDGSException, OSError) as error:
            raise UnreachableError("The web search does not answer.") from error
        hits = [_live_hit(answer) for answer in answers[:MOST_HITS]]
        return Found(tuple(hit for hit in hits if hit.url), "web")


class SearchOrElse:
    """Asks the first search, and the second while the first does not answer."""

    def __init__(self, first: Search, second: Search, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._first, self._second, self._monotonic = first, second, monotonic
        self._not_before = float("-inf")

    async def search(self, query: str) -> Found:
        if self._monotonic() >= self._not_before:
            try:
                return await self._first.search(query)
            except UnreachableError as error:
                self._not_before = self._monotonic() + HOLD_OFF_S
                logger.warning("the web search does not answer", cause=type(error.__cause__).__name__)
        return await self._second.search(query)


def duckduckgo(query: str) -> list[dict[str, Any]]:
    """Blocks for some seconds at most."""
    return DDGS(timeout=REQUEST_S).text(query, max_results=MOST_HITS, backend="duckduckgo")


def _live_hit(answer: dict[str, Any]) -> Hit:
    snippet = shortened(Page("", "", str(answer.get("body") or "")), SNIPPET_CHARS).text
    return Hit(str(answer.get("title") or "")[:200], str(answer.get("href") or ""), snippet)


def _hit(page: Page) -> Hit:
    return Hit(page.title, page.url, shortened(page, SNIPPET_CHARS).text)
