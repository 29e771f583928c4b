"""The whole cross-validation: over processes, resumable, the same numbers however it is cut."""

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.errors import AnalysisError
from analysis.protocol.evaluation import RepeatResult, evaluate_repeat, prepared, runnable
from analysis.protocol.plan import Plan
from analysis.scores.matrix import ScoreMatrix

_FINGERPRINT = "protocol.json"
Todo = Mapping[str, tuple[int, ...]]


def run_protocol(
    matrix: ScoreMatrix,
    plan: Plan,
    folder: Path,
    *,
    workers: int = 1,
    on_repeat: Callable[[int, int], None] = lambda *_: None,
) -> tuple[list[RepeatResult], dict[str, str]]:
    """Run what is missing in ``folder`` and return all repeats, with the methods that could not run and why.

    One file per repeat; a run that was cut off goes on where it stopped, and may be given more methods, sizes or
    repeats.
    ``on_repeat(done, total)`` is called after each. Results do not depend on ``workers``: every repeat is computed
    by one process with one thread, from seeds of its own.
    """
    plan.check(matrix.n_models)
    matrix = prepared(matrix)
    methods, refused = runnable(matrix, plan.methods)
    plan = replace(plan, methods=methods)
    evaluations = folder / "evaluations"
    evaluations.mkdir(parents=True, exist_ok=True)
    _check_fingerprint(folder / _FINGERPRINT, matrix, plan)
    jobs = {repeat: todo for repeat in range(plan.repeats) if (todo := _missing(evaluations, plan, repeat))}
    done = plan.repeats - len(jobs)
    on_repeat(done, plan.repeats)
    for result in _results(matrix, plan, jobs, workers):
        _write(evaluations, result)
        done += 1
        on_repeat(done, plan.repeats)
    return [_read(evaluations, repeat, plan) for repeat in range(plan.repeats)], refused


def _results(matrix: ScoreMatrix, plan: Plan, jobs: Mapping[int, Todo], workers: int) -> Iterator[RepeatResult]:
    if workers <= 1 or len(jobs) <= 1:
        with threadpool_limits(1):
            for repeat, todo in jobs.items():
                yield evaluate_repeat(matrix, plan, repeat, todo)
        return
    # A forked child would inherit locks of threads that do not exist in it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(workers, len(jobs)), mp_context=context, initializer=_start, initargs=(matrix, plan)
    ) as pool:
        futures = [pool.submit(_one, repeat, todo) for repeat, todo in jobs.items()]
        for future in as_completed(futures):
            yield future.result()


class _Worker:
    """What one worker process holds for its whole life."""

    matrix: ScoreMatrix
    plan: Plan


def _start(matrix: ScoreMatrix, plan: Plan) -> None:
    threadpool_limits(1)
    _Worker.matrix, _Worker.plan = matrix, plan


def _one(repeat: int, todo: Todo) -> RepeatResult:
    return evaluate_repeat(_Worker.matrix, _Worker.plan, repeat, todo)


def _check_fingerprint(path: Path, matrix: ScoreMatrix, plan: Plan) -> None:
    seen = hashlib.sha256(matrix.digest.encode())
    for kind in ("semantic", "acoustic", "metadata"):
        if (value := getattr(matrix.features, kind)) is not None:
            # Embeddings differ in their last digits between machines; the run is still the same run.
            seen.update(np.round(np.asarray(value, dtype=np.float64), 3).tobytes())
    kept = {k: v for k, v in asdict(plan).items() if k in ("n_folds", "seed", "pool")}
    mine = {"data_sha256": seen.hexdigest(), **kept}
    if path.exists():
        theirs = json.loads(path.read_text())
        if theirs != mine:
            changed = [key for key in mine if theirs.get(key) != mine[key]]
            raise AnalysisError(f"{path.parent} holds a run with another {', '.join(changed)}; choose another folder")
    path.write_text(json.dumps(mine, indent=1) + "\n")


def _file(folder: Path, repeat: int) -> Path:
    return folder / f"repeat-{repeat:04d}.json"


def _load(folder: Path, repeat: int) -> dict[str, Any]:
    path = _file(folder, repeat)
    loaded: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return loaded


def _missing(folder: Path, plan: Plan, repeat: int) -> Todo:
    have = _load(folder, repeat)
    todo = {name: tuple(n for n in plan.sizes if str(n) not in have.get(name, {})) for name in plan.methods}
    return {name: sizes for name, sizes in todo.items() if sizes}


def _write(folder: Path, result: RepeatResult) -> None:
    data = _load(folder, result.repeat)
    for name, by_size in result.estimates.items():
        for n, values in by_size.items():
            data.setdefault(name, {})[str(n)] = {
                "estimates": [None if np.isnan(v) else float(v) for v in values],
                "items_per_task": result.composition[name][n].tolist(),
            }
    with _replacing(_file(folder, result.repeat)) as path:
        path.write_text(json.dumps(data) + "\n")


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A neighbour to write to, which then takes the file's place, so that a cut-off run leaves no half file."""
    beside = path.with_suffix(".part")
    yield beside
    beside.replace(path)


def _read(folder: Path, repeat: int, plan: Plan) -> RepeatResult:
    data = _load(folder, repeat)
    return RepeatResult(
        repeat,
        {
            name: {n: np.array(data[name][str(n)]["estimates"], dtype=np.float64) for n in plan.sizes}
            for name in plan.methods
        },
        {name: {n: np.array(data[name][str(n)]["items_per_task"]) for n in plan.sizes} for name in plan.methods},
    )
