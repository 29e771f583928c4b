"""Searching with the web, without it, and by the functions that a model is offered."""

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ddgs.exceptions import DDGSException, RatelimitException

from agent.settings import Settings, SettingsError
from agent.web.collection import HOST, built_in
from agent.web.fetch import Fetcher, FetchLimits
from agent.web.search import HOLD_OFF_S, BuiltInSearch, LiveSearch, SearchOrElse
from agent.web.tools import FETCH_URL, WEB_SEARCH, WebTools, web_tools
from contracts.base import JsonObject
from contracts.tool_call import ToolCall
from tests.agent.web.site import Names, only, site

pytestmark = pytest.mark.anyio
ANSWER = [{"title": "Rye bread", "href": "https://bread.example/", "body": "Rye takes more water."}]


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def refuse(error: Exception) -> Any:
    def ask(_query: str) -> list[dict[str, Any]]:
        raise error

    return ask


async def called(tools: WebTools, function: str, arguments: JsonObject) -> tuple[bool, Any]:
    result = await tools.call(ToolCall(call_id="1", function=function, arguments=arguments))
    return result.is_error, result.output if result.is_error else json.loads(result.output)


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("how do I bake bread", "bread"),
        ("boil an egg", "eggs"),
        ("why is the sky blue", "sky-blue"),
        ("removing red wine stains", "stains"),
        ("what to see in Lisbon", "lisbon"),
        ("training my puppy", "dog-training"),
        ("how far away is the moon", "moon"),
        ("prepare for a job interview", "job-interview"),
    ],
)
async def test_the_collection_finds_what_it_holds(query: str, slug: str) -> None:
    found = await BuiltInSearch(built_in()).search(query)
    assert found.hits[0].url == f"https://{HOST}/{slug}"
    assert found.source == "built-in collection"


async def test_the_collection_finds_nothing_where_it_holds_nothing() -> None:
    assert (await BuiltInSearch(built_in()).search("lattice quantum chromodynamics")).hits == ()


def test_the_collection_holds_a_few_dozen_short_pages() -> None:
    pages = built_in().pages
    assert len(pages) >= 40
    assert all(page.title and 150 < len(page.text) < 1000 for page in pages)


async def test_a_live_answer_is_used_while_there_is_one(executor: ThreadPoolExecutor) -> None:
    search = SearchOrElse(LiveSearch(executor, ask=lambda _query: ANSWER), BuiltInSearch(built_in()))
    found = await search.search("bread")
    assert (found.source, found.hits[0].title) == ("web", "Rye bread")


@pytest.mark.parametrize("error", [DDGSException("no records found"), RatelimitException("202"), OSError()])
async def test_without_the_web_the_collection_answers_and_says_so(
    error: Exception, executor: ThreadPoolExecutor
) -> None:
    search = SearchOrElse(LiveSearch(executor, ask=refuse(error)), BuiltInSearch(built_in()))
    tools = WebTools(search=search, fetcher=None, collection=built_in(), executor=executor)
    failed, answer = await called(tools, WEB_SEARCH, {"query": "bread"})
    assert not failed
    assert answer["source"] == "built-in collection"
    assert "built-in collection" in answer["note"]
    failed, page = await called(tools, FETCH_URL, {"url": answer["results"][0]["url"]})
    assert not failed
    assert "knead for ten minutes" in page["text"]


async def test_a_search_that_hangs_does_not_block_and_is_given_up(executor: ThreadPoolExecutor) -> None:
    let_go = threading.Event()

    def hang(_query: str) -> list[dict[str, Any]]:
        let_go.wait(10)
        return []

    search = SearchOrElse(LiveSearch(executor, ask=hang, patience_s=0.1), BuiltInSearch(built_in()))
    searching = asyncio.create_task(search.search("bread"))
    turns = 0
    while not searching.done():
        turns += 1
        await asyncio.sleep(0)
    let_go.set()
    assert searching.result().source == "built-in collection"
    assert turns > 10


async def test_a_search_that_failed_is_left_alone_for_a_while(executor: ThreadPoolExecutor) -> None:
    asked: list[str] = []
    now = [0.0]

    def limited(query: str) -> list[dict[str, Any]]:
        asked.append(query)
        raise RatelimitException

    search = SearchOrElse(LiveSearch(executor, ask=limited), BuiltInSearch(built_in()), monotonic=lambda: now[0])
    await search.search("one")
    await search.search("two")
    now[0] = HOLD_OFF_S
    await search.search("three")
    assert asked == ["one", "three"]


async def test_a_page_is_opened_by_its_address(executor: ThreadPoolExecutor) -> None:
    async with site() as here:
        here.serve_page("/")
        here.serve("/empty", "", "Content-Type: text/html")
        names = Names({"site.test": ["127.0.0.1"]})
        fetcher = Fetcher(tls=ssl.create_default_context(), resolver=names, allow=only(here.port))
        tools = WebTools(search=BuiltInSearch(built_in()), fetcher=fetcher, collection=built_in(), executor=executor)
        failed, page = await called(tools, FETCH_URL, {"url": here.url("/")})
        assert not failed
        assert (page["source"], page["title"], page["url"]) == ("web", "Rye bread", here.url("/"))
        assert await called(tools, FETCH_URL, {"url": here.url("/empty")}) == (
            True,
            "I found no text to read on that page.",
        )
        slow = Fetcher(
            tls=ssl.create_default_context(), limits=FetchLimits(total_s=0.2), resolver=names, allow=only(here.port)
        )
        tools = WebTools(search=BuiltInSearch(built_in()), fetcher=slow, collection=built_in(), executor=executor)
        assert (await called(tools, FETCH_URL, {"url": here.url("/drip")}))[1].startswith("That page took too long")


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (WEB_SEARCH, {}),
        (WEB_SEARCH, {"query": " "}),
        (WEB_SEARCH, {"query": 5}),
        (FETCH_URL, {}),
        (FETCH_URL, {"url": "https://8.8.8.8/"}),
        (FETCH_URL, {"url": "http://127.0.0.1/"}),
        (FETCH_URL, {"url": f"https://{HOST}/nothing"}),
        (FETCH_URL, {"url": f"https://{HOST}/../secret"}),
        ("other", {}),
    ],
)
async def test_a_call_that_cannot_be_answered_is_a_sentence(function: str, arguments: JsonObject) -> None:
    tools = web_tools("builtin", ssl.create_default_context())
    assert tools is not None
    failed, said = await called(tools, function, arguments)
    assert failed
    assert said.endswith(".")


def test_the_setting_chooses_and_a_wrong_one_is_named() -> None:
    env = dict.fromkeys(("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "EARWITNESS_API_URL"), "x")
    env["EARWITNESS_WORKER_TOKEN"] = "x"
    assert Settings.from_env(env).web_search == "live"
    assert Settings.from_env(env | {"EARWITNESS_WEB_SEARCH": "builtin"}).web_search == "builtin"
    with pytest.raises(SettingsError, match="EARWITNESS_WEB_SEARCH is 'sometimes'; allowed: live, builtin, off"):
        Settings.from_env(env | {"EARWITNESS_WEB_SEARCH": "sometimes"})
    assert web_tools("off", ssl.create_default_context()) is None
