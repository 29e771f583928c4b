"""The eight BFCL classes behave as recorded: a slice of the recordings travels with the tests."""

import gzip
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools_sim import bfcl_adapter
from tools_sim.domains.table import RECORDED_CLASSES
from tools_sim.recorded import open_recorded

_SLICE = Path(__file__).parent / "data" / "recorded_slice.jsonl.gz"
_TAGS = {"$mpf", "$decimal", "$complex", "$mpc", "$object"}


def _sequences() -> Iterator[dict[str, Any]]:
    with gzip.open(_SLICE, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        yield from map(json.loads, lines)


def _plain(node: Any) -> Any:
    """A recorded or returned value in comparable form: keys as text, entries of folders by name, sets sorted."""
    if isinstance(node, dict):
        if "$map" in node:
            return {str(key): _plain(value) for key, value in node["$map"]}
        if "$set" in node:
            return sorted(map(_plain, node["$set"]), key=str)
        if node.get("type") == "directory" and isinstance(node.get("contents"), list):
            return {**node, "contents": {key: _plain(value) for key, value in node["contents"]}}
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, set):
        return sorted(map(_plain, node), key=str)
    return [_plain(item) for item in node] if isinstance(node, list | tuple) else node


def _same(ours: Any, recorded: Any) -> bool:
    if isinstance(recorded, dict) and (tags := _TAGS & recorded.keys()):
        digits = recorded[tags.pop()]
        return not isinstance(ours, int | float) or math.isclose(ours, float(digits), rel_tol=1e-4)
    if isinstance(ours, bool) or isinstance(recorded, bool):
        return ours is recorded
    if isinstance(ours, int | float) and isinstance(recorded, int | float):
        return math.isclose(ours, recorded, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(ours, dict) and isinstance(recorded, dict):
        return ours.keys() == recorded.keys() and all(_same(ours[key], recorded[key]) for key in ours)
    if isinstance(ours, list) and isinstance(recorded, list):
        return len(ours) == len(recorded) and all(map(_same, ours, recorded))
    return bool(ours == recorded)


def _is_refusal(value: Any) -> bool:
    return isinstance(value, dict) and "error" in value


@pytest.mark.parametrize("sequence", list(_sequences()), ids=lambda sequence: sequence["id"])
def test_a_recorded_sequence_gives_the_recorded_results_and_states(sequence: dict[str, Any]) -> None:
    name = sequence["class"]
    domain = bfcl_adapter.make(name, (sequence["initial_config"] or {}).get(name, {}), sequence["long_context"])
    state = _plain(sequence["initial_state"])
    assert _same(_plain(bfcl_adapter.state(domain, name)), state)
    for call in sequence["calls"]:
        value = bfcl_adapter.call(domain, name, call["function"], call["args"])
        if call.get("state_changed"):
            state = _plain(call["state"])
        if call["compare"] == "exact":
            assert _same(_plain(value), _plain(call["return"])), call["call"]
        elif call["compare"] == "error":
            assert _is_refusal(value), call["call"]
        else:
            continue
        assert _same(_plain(bfcl_adapter.state(domain, name)), state), call["call"]


def test_every_documented_function_of_the_eight_classes_is_there() -> None:
    functions = {name: len(open_recorded(name, {}).tools()) for name in RECORDED_CLASSES}
    assert functions == {
        "GorillaFileSystem": 18,
        "MathAPI": 17,
        "MessageAPI": 10,
        "TwitterAPI": 14,
        "TicketAPI": 9,
        "TradingBot": 20,
        "TravelAPI": 18,
        "VehicleControlAPI": 22,
    }


def test_long_context_padding_of_one_session_is_not_that_of_another() -> None:
    first = open_recorded("TravelAPI", {}, long_context=True)
    second = open_recorded("TravelAPI", {}, long_context=True)
    card = next(iter(first.state.credit_card_list))
    first.state.credit_card_list[card]["balance"] = -1
    assert second.state.credit_card_list[card]["balance"] != -1
    assert open_recorded("TravelAPI", {}, long_context=True).state.digest() == second.state.digest()


def test_posts_without_tags_do_not_share_their_lists() -> None:
    domain = open_recorded("TwitterAPI", {"authenticated": True})
    for text in ("one", "two"):
        bfcl_adapter.call(domain, "TwitterAPI", "post_tweet", {"content": text})
    bfcl_adapter.call(domain, "TwitterAPI", "mention", {"tweet_id": 0, "mentioned_usernames": ["@bob"]})
    assert domain.state.tweets[1]["mentions"] == []


def test_a_field_of_another_type_is_kept_as_it_stands_in_a_recorded_configuration() -> None:
    domain = open_recorded("TravelAPI", {"access_token": 4711, "budget_limit": "high", "user_first_name": "Ana"})
    state = bfcl_adapter.state(domain, "TravelAPI")
    assert (state["access_token"], state["budget_limit"], state["user_first_name"]) == (4711, "high", "Ana")
    with pytest.raises(ValueError, match="access_token"):
        type(domain).load({"access_token": 4711})


def test_a_configuration_that_lacks_what_a_tool_needs_refuses_the_call_and_nothing_more() -> None:
    domain = open_recorded("TradingBot", {"authenticated": True, "account_info": {"account_id": 1}})
    assert _is_refusal(bfcl_adapter.call(domain, "TradingBot", "get_account_info", {}))
    assert bfcl_adapter.call(domain, "TradingBot", "trading_get_login_status", {}) == {"status": True}
