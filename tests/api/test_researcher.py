"""The researcher: signing in, the list, one conversation, the exports."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.preference.ratings import load_ratings
from analysis.scores.files import load_scores
from api.exports.spreadsheet import line
from contracts.conversation_event import AssistantBecameReady, DelayParts, TurnDelay
from tests.api.house import PASSWORD, RATING, House, some_wav

pytestmark = pytest.mark.anyio

DELAY = TurnDelay(
    turn=1,
    parts=DelayParts(
        vad_hangover_ms=2000,
        end_of_turn_ms=10,
        stt_ms=0,
        model_first_token_ms=300,
        tools_ms=0,
        tts_first_byte_ms=90,
        first_frame_ms=5,
    ),
    total_ms=2405,
)
FEEDBACK = '=HYPERLINK("http://evil")\nand a second line, with "quotes"'


async def _rated(house: House, feedback: str = FEEDBACK) -> str:
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            await job.take()
            await job.log(AssistantBecameReady(), DELAY)
            await job.put("/turns/1/audio", some_wav())
            house.clock.forward(60)
        await walker.step("/conversation/end")
        await walker.step("/rating", {**RATING, "feedback": feedback})
        return conversation_id


async def test_a_wrong_password_is_refused_and_after_some_the_right_one_has_to_wait_too(small_house: House) -> None:
    async with small_house.client() as client:

        async def attempt(password: str) -> httpx.Response:
            return await client.post("/api/researcher/login", json={"password": password})

        assert [(await attempt("wrong")).status_code for _ in range(8)] == [401] * 8
        refused = await attempt(PASSWORD)
        assert (refused.status_code, refused.json()["retry_after_s"]) == (429, 300)
        small_house.clock.forward(301)
        assert (await attempt(PASSWORD)).status_code == 200


async def test_a_session_ends_when_signed_out_and_after_half_a_day(small_house: House) -> None:
    async with small_house.researcher() as researcher:
        cookie = researcher.cookies["earwitness_researcher"]
        assert (await researcher.get("/api/researcher/session")).json()["study"]["id"] == "demo"
        assert (await researcher.post("/api/researcher/logout")).status_code == 204
        researcher.cookies.set("earwitness_researcher", cookie)
        assert (await researcher.get("/api/researcher/session")).status_code == 401
    async with small_house.researcher() as researcher:
        small_house.clock.forward(12 * 3600)
        assert (await researcher.get("/api/researcher/session")).status_code == 401


async def test_conversations_are_listed_newest_first_by_page_and_by_what_is_asked(house: House) -> None:
    ids = []
    for _ in range(5):
        house.clock.forward(10)
        async with house.participant() as walker:
            ids.append(await walker.to_conversation())
    async with house.researcher() as researcher:

        async def listed(**query: Any) -> dict[str, Any]:
            answer = await researcher.get("/api/researcher/conversations", params=query)
            assert answer.status_code == 200, answer.text
            page: dict[str, Any] = answer.json()
            return page

        everything = await listed()
        assert [item["id"] for item in everything["items"]] == ids[::-1]
        pages = [await listed(offset=offset, limit=2) for offset in (0, 2, 4)]
        assert [item["id"] for page in pages for item in page["items"]] == ids[::-1]
        assert {page["total"] for page in pages} == {5}
        for query, field in (
            ("model", "model_id"),
            ("scenario", "scenario_id"),
            ("category", "category"),
            ("stage", "stage"),
        ):
            value = everything["items"][0][field]
            found = await listed(**{query: value})
            assert [item["id"] for item in found["items"]] == [
                item["id"] for item in everything["items"] if item[field] == value
            ]
        refused = await researcher.get("/api/researcher/conversations", params={"stage": "asleep", "limit": 1000})
        assert refused.status_code == 422
        errors = {error["field"]: error["message"] for error in refused.json()["errors"]}
        assert set(errors) == {"stage", "limit"}
        assert "'rated'" in errors["stage"]


async def test_one_conversation_is_shown_with_everything_recorded_of_it(house: House) -> None:
    conversation_id = await _rated(house)
    async with house.researcher() as researcher:
        shown = (await researcher.get(f"/api/researcher/conversations/{conversation_id}")).json()
        assert shown["summary"]["stage"] == "rated"
        assert shown["rating"]["feedback"] == FEEDBACK
        assert shown["delays"] == [{"turn": 1, "parts": DELAY.parts.model_dump(), "total_ms": 2405}]
        assert [event["position"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
        assert {event["body"]["type"] for event in shown["events"]} >= {"path_step", "agent_dispatched", "ended"}
        [turn] = shown["turns"]
        assert (await researcher.get(turn["url"])).content == some_wav()
        assert (await researcher.get("/api/researcher/conversations/unknown")).status_code == 404


async def test_exports_hold_what_happened_and_the_codebook_explains_every_column(house: House) -> None:
    conversation_id = await _rated(house)
    async with house.participant() as walker:
        await walker.to_conversation()
    async with house.researcher() as researcher:

        async def export(name: str) -> str:
            answer = await researcher.get(f"/api/researcher/exports/{name}")
            assert answer.status_code == 200
            assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
            return answer.text

        tables = {
            name: list(csv.DictReader(io.StringIO(await export(name), newline="")))
            for name in ("conversations.csv", "ratings.csv", "turn_delays.csv")
        }
        assert [len(rows) for rows in tables.values()] == [2, 1, 1]
        conversation = tables["conversations.csv"][0]
        assert (conversation["conversation_id"], conversation["talked_s"]) == (conversation_id, "60.0")
        assert conversation["pay_total_usd"] == "0.75"
        [rating] = tables["ratings.csv"]
        assert (rating["understanding"], rating["feedback"]) == ("4", f"'{FEEDBACK}")
        [delay] = tables["turn_delays.csv"]
        assert (delay["model_first_token_ms"], delay["total_ms"]) == ("300.0", "2405.0")

        records = [json.loads(each) for each in (await export("conversations.jsonl")).splitlines()]
        assert records[0]["rating"]["feedback"] == FEEDBACK
        assert records[0]["assignment"]["method"] == "minimisation-1"
        assert records[1]["rating"] is None
        events = [json.loads(each) for each in (await export("events.jsonl")).splitlines()]
        assert {event["conversation_id"] for event in events} == {r["conversation"]["conversation_id"] for r in records}

        codebook = (await researcher.get("/api/researcher/exports/codebook.json")).json()["columns"]
        assert [dict(row) for row in csv.DictReader(io.StringIO(await export("codebook.csv")))] == [
            {key: value or "" for key, value in column.items()} for column in codebook
        ]
        explained = {(column["file"], column["column"]) for column in codebook}
        exported = {(name, column) for name, rows in tables.items() for column in rows[0]}
        exported |= {("conversations.jsonl", key) for key in records[0]} | {("events.jsonl", key) for key in events[0]}
        assert explained == exported
        assert all(column["meaning"] for column in codebook)


async def test_the_analysis_reads_ratings_from_the_exports_as_they_are(house: House, tmp_path: Path) -> None:
    await _rated(house)
    async with house.researcher() as researcher:
        for name in ("ratings.csv", "conversations.jsonl"):
            path = tmp_path / name
            path.write_bytes((await researcher.get(f"/api/researcher/exports/{name}")).content)
            assert len(load_ratings(path).models) == 1
        matrix = load_scores(tmp_path / "conversations.jsonl")
        assert (matrix.models, matrix.n_items) == (load_ratings(tmp_path / "ratings.csv").models, 1)


async def test_an_export_of_more_than_one_batch_has_every_conversation_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.exports.export_service._BATCH", 2)
    ids = set()
    for _ in range(5):
        async with house.participant() as walker:
            ids.add(await walker.to_conversation())  # all created at the same moment
    async with house.researcher() as researcher:
        text = (await researcher.get("/api/researcher/exports/conversations.csv")).text
    rows = [row["conversation_id"] for row in csv.DictReader(io.StringIO(text))]
    assert sorted(rows) == sorted(ids)


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")), min_size=1))
def test_no_cell_starts_a_formula_and_none_loses_its_text(values: list[str]) -> None:
    [cells] = csv.reader(io.StringIO(line(values).decode(), newline=""))
    for value, cell in zip(values, cells, strict=True):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell in (value, f"'{value}")


def test_negative_numbers_stay_numbers() -> None:
    assert line([-1.5, -2, True, None]) == b"-1.5,-2,true,\r\n"
