"""From ratings in the record to human weights, through the real computation."""

import asyncio
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from analysis.preference.job import checked, fitted
from api.db.database import Database
from api.db.tables import SubsetRow
from api.human_subsets import job, repository
from api.human_subsets.fit_service import queued
from api.human_subsets.runner import FitRunner
from api.human_subsets.schemas import FitSent
from api.privacy.withdrawal import withdraw
from contracts.base import ModelId
from contracts.human_fit import Failed, FitAsked, Fitted, JobAnswer, Refused, ScoredModel, SubsetCheckAsked
from contracts.rating import Dimension
from tests.api.house import PASSWORD, House, MovedClock
from tests.api.study_ratings import FEEDBACK, MODELS, rate, rising, subset_file
from tests.api.test_restart import running

pytestmark = pytest.mark.anyio

SUBSETS = "/api/researcher/subsets"


async def _upload(client: httpx.AsyncClient, file: str | None = None, **params: str) -> dict[str, Any]:
    answer = await client.post(SUBSETS, content=(file or subset_file()).encode(), params=params)
    assert answer.status_code == 200, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def _fits(client: httpx.AsyncClient, subset: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{SUBSETS}/{subset}/fits")
    assert answer.status_code == 200, answer.text
    fits: list[dict[str, Any]] = answer.json()["items"]
    return fits


async def _stored(house: House) -> str:
    """A subset with its first fit waiting, as an upload leaves it."""
    row = SubsetRow(
        id="subset",
        label="A subset",
        sha256="0" * 64,
        uploaded_at=house.clock(),
        method="anchor",
        n_items=12,
        n_models=10,
        content="{}",
    )
    async with house.context.database.writing() as session:
        session.add(row)
        await session.flush()
        session.add(queued(house.context, row.id, FitSent(), by_itself=True))
    return row.id


def _too_few(reason: str = "too few") -> Refused:
    return Refused(reason=reason, n_rated_models=0, n_matched_models=0)


class Answers:
    """In place of the real computation, where what is computed does not matter; the last answer stays."""

    def __init__(self, *answers: JobAnswer) -> None:
        self.asked: list[FitAsked] = []
        self._answers = list(answers) or [_too_few()]

    async def __call__(self, asked: FitAsked) -> JobAnswer:
        self.asked.append(asked)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture
async def researcher(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.researcher() as client:
        yield client


async def test_ratings_in_the_record_become_a_human_subset_that_holds_everything(
    house: House, researcher: httpx.AsyncClient
) -> None:
    await rate(house.context.database, house.clock, rising(MODELS[:7]) | {"unscored": [3]})
    added = await _upload(researcher, label=" Ten\u00a0models\x00")
    assert (added["known"], added["subset"]["label"], added["subset"]["n_items"]) == (False, "Ten models", 12)
    await FitRunner(house.context).step()

    [fit] = await _fits(researcher, added["subset"]["id"])
    assert (fit["state"], fit["n_ratings"], fit["n_rated_models"], fit["n_matched_models"]) == ("done", 22, 8, 7)
    base = f"{SUBSETS}/{added['subset']['id']}/fits/{fit['id']}"
    shown = (await researcher.get(base)).json()["result"]
    assert shown["n_models"] == 7
    assert shown["verdict"]["level"] == fit["verdict"]
    assert shown["verdict"]["text"].startswith("With 7 models")
    assert {line["model"] for line in shown["models"]} == set(MODELS[:7])
    assert {line["model"] for line in shown["new_models"]} == set(MODELS[7:])
    assert all(line["low"] < line["rating"] < line["high"] for line in shown["new_models"])
    assert shown["statistics"]["difference_r"]["p"] < 0.05
    assert shown["unmatched"] == ["unscored"]

    download = await researcher.get(f"{base}/human-subset.json")
    assert download.headers["content-disposition"].startswith("attachment")
    file = download.json()
    assert file["format"] == "earwitness.human-subset/1"
    assert file["subset"] == json.loads(subset_file())
    assert len(file["items"]) == len(file["preference_model"]["weights"]) == 12
    assert (file["fit"]["n_ratings"], file["fit"]["dimension"], file["fit"]["seed"]) == (
        22,
        "overall_recommendation",
        0,
    )
    assert file["alpha"] == shown["alpha"]
    assert file["fit"]["n_ratings_before_subset"] == fit["n_ratings_before_subset"] == 22
    assert FEEDBACK not in download.text


async def test_with_three_rated_models_it_is_refused_and_says_how_many_are_needed(
    house: House, researcher: httpx.AsyncClient
) -> None:
    await rate(house.context.database, house.clock, rising(MODELS[:3]))
    added = await _upload(researcher)
    await FitRunner(house.context).step()
    [fit] = await _fits(researcher, added["subset"]["id"])
    assert (fit["state"], fit["n_matched_models"], fit["verdict"]) == ("refused", 3, None)
    assert fit["reason"].startswith("3 of 3 rated models have scores")
    assert "at least 5 are needed" in fit["reason"]
    base = f"{SUBSETS}/{added['subset']['id']}/fits/{fit['id']}"
    assert (await researcher.get(base)).json()["result"] is None
    assert (await researcher.get(f"{base}/human-subset.json")).status_code == 409


@pytest.mark.parametrize(
    ("rated", "said"),
    [
        ([], "No model has been rated yet; at least 5 are needed"),
        (["a", "b"], "None of the 2 rated models has scores on this subset's items; at least 5"),
        (["model-0", "b"], "1 of 2 rated models has scores on this subset's items; at least 5"),
    ],
)
def test_a_refusal_says_what_to_do_when_no_id_matches(rated: list[str], said: str) -> None:
    ratings = tuple(ScoredModel(model=ModelId(name), scores=dict.fromkeys(Dimension, 3)) for name in rated)
    answer = fitted(
        FitAsked(
            subset=subset_file(),
            ratings=ratings,
            seed=0,
            dimension=Dimension.OVERALL_RECOMMENDATION,
            time_limit_s=60,
        )
    )
    assert isinstance(answer, Refused)
    assert answer.reason.startswith(said)
    unmatched = "(rated: a, b; scored: model-0, model-1, model-2). Name them in the scores as models.yaml does"
    assert (unmatched in answer.reason) == (rated == ["a", "b"])


async def test_a_fit_that_was_running_when_the_api_died_is_computed_by_the_next(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    started = asyncio.Event()

    async def never(_: FitAsked) -> JobAnswer:
        started.set()
        return await asyncio.Future()

    dying = asyncio.create_task(FitRunner(house.context, never).step())
    await started.wait()
    [fit] = await _fits(researcher, subset)
    assert fit["state"] == "running"
    refusal = await researcher.delete(f"{SUBSETS}/{subset}")
    assert refusal.status_code == 409
    assert "delete it when that is over" in refusal.json()["detail"]
    dying.cancel()
    await asyncio.wait([dying])

    answers = Answers()
    await FitRunner(house.context, answers).step()
    [fit] = await _fits(researcher, subset)
    assert (fit["state"], len(answers.asked)) == ("refused", 1)
    assert (await researcher.delete(f"{SUBSETS}/{subset}")).status_code == 204
    assert (await researcher.get(SUBSETS)).json() == {"items": []}
    assert (await researcher.get(f"{SUBSETS}/{subset}/fits")).status_code == 404


async def _execute(house: House, statement: str) -> None:
    async with house.context.database.engine.begin() as connection:
        await connection.execute(text(statement))


async def test_a_fit_whose_answer_found_no_database_is_computed_again(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    answers = Answers()

    async def first_without_a_database(asked: FitAsked) -> JobAnswer:
        if not answers.asked:
            await _execute(house, "ALTER TABLE human_subset_fits RENAME TO elsewhere")
        return await answers(asked)

    runner = FitRunner(house.context, first_without_a_database)
    with pytest.raises(SQLAlchemyError):
        await runner.step()
    await _execute(house, "ALTER TABLE elsewhere RENAME TO human_subset_fits")
    [fit] = await _fits(researcher, subset)
    assert fit["state"] == "running"
    await runner.step()
    [fit] = await _fits(researcher, subset)
    assert (fit["state"], len(answers.asked)) == ("refused", 2)


async def test_the_answer_of_a_runner_that_was_replaced_is_not_kept(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    started, replaced = asyncio.Event(), asyncio.Event()

    async def late(_: FitAsked) -> JobAnswer:
        started.set()
        await replaced.wait()
        return _too_few("late")

    replaced_one = asyncio.create_task(FitRunner(house.context, late).step())
    await started.wait()
    await FitRunner(house.context, Answers(_too_few("in time"))).step()
    replaced.set()
    await replaced_one
    [fit] = await _fits(researcher, subset)
    assert fit["reason"] == "in time"


async def test_a_subset_that_is_deleted_while_ratings_are_compared_holds_up_no_other(
    house: House, researcher: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    subset = await _stored(house)
    runner = FitRunner(house.context, Answers())
    await runner.step()
    await rate(house.context.database, house.clock, {MODELS[0]: [4]})
    house.clock.forward(901)
    counted = repository.counted_ratings

    async def while_it_is_deleted(session: AsyncSession) -> repository.CountedRatings:
        assert (await researcher.delete(f"{SUBSETS}/{subset}")).status_code == 204
        return await counted(session)

    monkeypatch.setattr(repository, "counted_ratings", while_it_is_deleted)
    await runner.step()
    assert (await researcher.get(SUBSETS)).json() == {"items": []}


async def test_a_computation_that_fails_by_itself_leaves_the_last_finished_one(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    finished = Fitted(
        human_subset=json.dumps({"verdict": {"level": "suggestive"}}), n_rated_models=5, n_matched_models=5
    )
    failed = Failed(reason="broke off")
    runner = FitRunner(house.context, Answers(finished, failed, failed, finished))
    states = []
    for _ in range(4):
        await runner.step()
        states.append([fit["state"] for fit in await _fits(researcher, subset)])
        await rate(house.context.database, house.clock, {MODELS[0]: [4]})
        house.clock.forward(901)
    assert states == [["done"], ["failed", "done"], ["failed", "done"], ["done"]]


async def test_a_subset_without_a_name_is_named_after_its_method_at_no_great_length(
    house: House, researcher: httpx.AsyncClient
) -> None:
    added = await _upload(researcher, _changed(method="m" * 400))
    assert added["subset"]["label"] == "m" * 120


async def test_ratings_of_who_withdrew_and_drafts_are_left_out_and_words_never_leave_the_record(
    house: House, researcher: httpx.AsyncClient
) -> None:
    participants = await rate(house.context.database, house.clock, rising(MODELS[:6]))
    subset = await _stored(house)
    answers = Answers()
    runner = FitRunner(house.context, answers)
    await runner.step()
    assert await withdraw(house.context, participants[MODELS[0]][0])
    house.clock.forward(901)
    await runner.step()
    assert [len(asked.ratings) for asked in answers.asked] == [18, 17]
    assert FEEDBACK not in answers.asked[0].model_dump_json()
    # The newer one that the server asked for takes the place of the older.
    [fit] = await _fits(researcher, subset)
    assert (fit["n_ratings"], fit["by_itself"]) == (17, True)


async def test_a_computation_says_how_many_ratings_were_in_when_the_subset_was_uploaded(
    house: House, researcher: httpx.AsyncClient
) -> None:
    await rate(house.context.database, house.clock, {MODELS[0]: [2, 3]})
    house.clock.forward(1)
    subset = await _stored(house)
    house.clock.forward(1)
    await rate(house.context.database, house.clock, {MODELS[0]: [4]})
    await FitRunner(house.context, Answers()).step()
    [fit] = await _fits(researcher, subset)
    assert (fit["n_ratings"], fit["n_ratings_before_subset"]) == (3, 2)


async def test_new_ratings_are_fitted_by_itself_but_not_at_each_rating(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    answers = Answers()
    runner = FitRunner(house.context, answers)
    await runner.step()
    for _ in range(20):
        await rate(house.context.database, house.clock, {MODELS[0]: [4]})
        house.clock.forward(60)
        await runner.step()
    assert [len(asked.ratings) for asked in answers.asked] == [0, 15]
    # Nothing new: nothing to do.
    house.clock.forward(900)
    await runner.step()
    house.clock.forward(900)
    await runner.step()
    assert [len(asked.ratings) for asked in answers.asked] == [0, 15, 20]
    assert len(await _fits(researcher, subset)) == 1


async def test_a_researcher_asks_with_a_seed_and_a_dimension_and_the_same_twice_is_one(
    house: House, researcher: httpx.AsyncClient
) -> None:
    subset = await _stored(house)
    answers = Answers()
    runner = FitRunner(house.context, answers)
    await runner.step()
    house.clock.forward(1)
    sent = {"dimension": "naturalness", "seed": 7}
    first, again = [(await researcher.post(f"{SUBSETS}/{subset}/fits", json=sent)).json() for _ in range(2)]
    assert first["id"] == again["id"]
    await runner.step()
    assert (answers.asked[-1].dimension, answers.asked[-1].seed) == (Dimension.NATURALNESS, 7)
    latest, earlier = await _fits(researcher, subset)
    assert (latest["dimension"], latest["by_itself"], earlier["by_itself"]) == ("naturalness", False, True)
    wrong = await researcher.post(f"{SUBSETS}/{subset}/fits", json={"dimension": "charm", "seed": -1})
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"dimension", "seed"}
    assert "naturalness" in wrong.text


async def test_the_same_subset_in_another_layout_is_recognised(house: House, researcher: httpx.AsyncClient) -> None:
    first = await _upload(researcher)
    again = await _upload(researcher, json.dumps(json.loads(subset_file()), indent=3))
    assert (first["known"], again["known"]) == (False, True)
    assert first["subset"] == again["subset"]
    assert len((await researcher.get(SUBSETS)).json()["items"]) == 1
    assert len(await _fits(researcher, first["subset"]["id"])) == 1


def _changed(**changes: Any) -> str:
    return json.dumps(json.loads(subset_file()) | changes)


_WHOLE = json.loads(subset_file())
HOSTILE = {
    "deep": '{"format": "earwitness.subset/1", "items": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a text": '"earwitness.subset/1"',
    "no items": _changed(items=[]),
    "items twice": _changed(items=[_WHOLE["items"][0]] * 12),
    "items of numbers": _changed(items=[{"item": n, "task": "t", "weight": 1} for n in range(12)]),
    "a weight beyond numbers": _changed(items=[*_WHOLE["items"][:-1], _WHOLE["items"][-1] | {"weight": 1e999}]),
    "scores beyond 1": _changed(sources={"models": ["m"], "scores": [[7.0] * 12]}),
    "another estimator": _changed(estimator={"kind": "os.system", "items": []}),
    "half an estimator": _changed(estimator={"kind": "p-irt", "items": [0]}),
    "no models": _changed(sources={"models": [], "scores": []}),
    "half a surrogate": _changed(method="\ud800"),
    "an option beyond numbers": _changed(options={"share": float("nan")}),
    "a calibration beyond numbers": _changed(calibration={"scale": float("nan"), "degrees": 3}),
    "a bias in words": _changed(
        bias="none",
        estimator={
            "kind": "p-irt",
            "items": list(range(12)),
            "discrimination": [[1.0]] * 12,
            "difficulty": [0.0] * 12,
            "balance": [1 / 12] * 12,
            "thresholds": [0.5] * 12,
            "observed": "binary",
            "prior_precision": 1.0,
        },
    ),
    "no scores": _changed(sources=_WHOLE["sources"] | {"scores": [[None] * 12] * len(MODELS)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_subset_is_refused_with_a_short_reason(name: str) -> None:
    answer = checked(SubsetCheckAsked(subset=HOSTILE[name], time_limit_s=60))
    assert isinstance(answer, Failed), answer
    assert 0 < len(answer.reason) < 600


async def test_a_broken_upload_is_refused_with_what_is_allowed(small_house: House) -> None:
    contents = [
        b"\xff\xfe\x00",
        b'{"format": "something"}',
        b'["earwitness.subset/1"]',
        b'{"format": "earwitness.subset/1"',
        HOSTILE["scores beyond 1"].encode(),
    ]
    async with small_house.researcher() as researcher:
        for content in contents:
            answer = await researcher.post(SUBSETS, content=content)
            assert answer.status_code == 422, answer.text
            [error] = answer.json()["errors"]
            assert error["field"] == "file"
            assert "earwitness analysis select" in error["message"]
        large = await researcher.post(SUBSETS, content=b" " * (8 * 1024 * 1024 + 1))
        assert large.status_code == 413
        assert (await researcher.get(SUBSETS)).json() == {"items": []}


async def test_a_computation_that_breaks_off_hangs_or_lacks_its_extra_fails_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert await job.answer_to(SubsetCheckAsked(subset="{}", time_limit_s=1)) == Failed(
        reason="The computation took more than 1 s and was stopped."
    )
    with monkeypatch.context() as full:
        full.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        answer = await job.answer_to(SubsetCheckAsked(subset="{}", time_limit_s=20))
    assert isinstance(answer, Failed)
    assert "could not be started: No such file or directory" in answer.reason
    monkeypatch.setattr(job, "_MODULE", "analysis.no_such_module")
    assert await job.answer_to(SubsetCheckAsked(subset="{}", time_limit_s=20)) == Failed(reason=job.BROKE_OFF)
    assert "`analysis`" in (job.missing_extra(("no_such_library",)) or "")
    assert job.missing_extra() is None


async def test_what_is_cancelled_leaves_no_process_behind() -> None:
    def children() -> str:
        listed = subprocess.run(
            ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False
        )
        return listed.stdout

    asked = asyncio.create_task(job.answer_to(SubsetCheckAsked(subset="{}", time_limit_s=60)))
    async with asyncio.timeout(30):
        while True:
            if "analysis.preference.job" in children():
                break
            # A process that has started does not say so.
            await asyncio.sleep(0.02)
    asked.cancel()
    await asyncio.wait([asked])
    assert asked.cancelled()
    assert "analysis.preference.job" not in children()


async def test_killed_while_it_computes_the_api_computes_it_when_it_is_back(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    await rate(database, MovedClock(), rising(MODELS[:7]))
    await database.aclose()
    async with running(tmp_path, sqlite_url) as server, httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        await client.post("/api/researcher/login", json={"password": PASSWORD})
        subset = (await _upload(client))["subset"]["id"]
        assert await _state(client, subset, {"running"}) == "running"
        server.kill()
        await server.start()
        assert await _state(client, subset, {"done", "refused", "failed"}) == "done"
        log = server.log.read_text()
    assert FEEDBACK not in log
    assert "Traceback" not in log


async def _state(client: httpx.AsyncClient, subset: str, wanted: set[str]) -> str:
    """The only fit's state, once it is one of these."""
    async with asyncio.timeout(60):
        while True:
            [fit] = await _fits(client, subset)
            if fit["state"] in wanted:
                return str(fit["state"])
            # The API has no other way to say so.
            await asyncio.sleep(0.1)
