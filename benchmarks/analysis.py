"""``make bench-analysis``: speed beside the plain reference, Table 1 whole, quality on real data, honesty on rated
data.

    python -m benchmarks.analysis [speed] [table1] [quality] [people] [coverage]

Everything by default. The reference and the data are looked for in ``../shared``; what is not there is left out and
named. py-irt is timed by the interpreter that ``EARWITNESS_PYIRT_PYTHON`` names, if any.
"""

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from analysis.preference.ratings import load_ratings
from analysis.protocol.charts import draw_all
from analysis.protocol.plan import Plan
from analysis.protocol.runner import run_protocol
from analysis.protocol.summary import summarise
from analysis.protocol.tables import all_tables
from analysis.scores.files import load_scores
from analysis.subsets.methods import PAPER_METHODS
from benchmarks import analysis_coverage, analysis_people, analysis_quality, analysis_speed, analysis_verdicts
from benchmarks.results import FOLDER, keep

SHARED = Path(__file__).parents[1].parent / "shared"
REFERENCE = SHARED / "reference" / "selection"
DATA = SHARED / "data" / "scores"
# Choosing automatically refits every candidate without each source model: fewer repeats show what it is worth.
REPEATS = {"realsumm": 16, "summeval": 16, "helm_lite": 16, "synthetic": 4}


def main(parts: list[str]) -> None:
    """Run the parts named, or all, and keep each one's figures as soon as it is done."""
    workers = int(os.environ.get("EARWITNESS_BENCH_WORKERS", os.cpu_count() or 1))
    for part in parts or list(PARTS):
        start = time.perf_counter()
        # One thread per process, so that CPU seconds compare like with like; Table 1 is timed as its command runs it.
        with threadpool_limits(None if part == "table1" else 1):
            found = PARTS[part](workers)
        print(f"{part}: {time.perf_counter() - start:.0f} s", flush=True)
        print(f"kept in {keep('analysis', {**_kept(), part: found})}", flush=True)


def _kept() -> dict[str, Any]:
    path = FOLDER / "analysis.json"
    figures: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return {k: v for k, v in figures.items() if k not in ("measured_at", "on")}


def _missing(what: Path) -> dict[str, Any]:
    print(f"left out: {what} is not there", flush=True)
    return {"left_out": f"{what.name} is not there"}


def _speed(_: int) -> dict[str, Any]:
    if not REFERENCE.is_dir():
        return _missing(REFERENCE)
    matrix, reference = analysis_speed.synthetic(REFERENCE)
    python = os.environ.get("EARWITNESS_PYIRT_PYTHON")
    return {
        **analysis_speed.measure(matrix, reference),
        "item_response_fit": analysis_speed.item_response(matrix, REFERENCE, Path(python) if python else None),
    }


def _table1(workers: int) -> dict[str, Any]:
    if not REFERENCE.is_dir():
        return _missing(REFERENCE)
    matrix, _ = analysis_speed.synthetic(REFERENCE)
    plan = Plan(PAPER_METHODS)
    _forget_peak()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What the system keeps for ended children counts the parent's own peak at their start: they are asked while alive.
    workers_kb: dict[int | None, int] = {}

    def look(done: int, total: int) -> None:
        del done, total
        workers_kb.update({child.pid: _peak_kb(child.pid) for child in multiprocessing.active_children()})

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        results, _ = run_protocol(matrix, plan, Path(folder), workers=workers, on_repeat=look)
        wall = time.perf_counter() - start
        summary = summarise(results, plan, matrix.full_scores)
        draw_all(summary, matrix.tasks, Path(folder), workers=workers)
        whole = time.perf_counter() - start
    print(all_tables(summary)[0].markdown(), flush=True)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall_s": wall,
        "wall_with_tables_and_figures_s": whole,
        "workers": workers,
        "workers_cpu_s": children.ru_utime + children.ru_stime - before.ru_utime - before.ru_stime,
        "evaluations": summary.n_evaluations,
        # The parent and its workers together, each at its peak.
        "memory_gb": (_peak_kb() + sum(workers_kb.values())) / 2**20,
        "parent_gb": _peak_kb() / 2**20,
        "aucc": {row.method: row.aucc for row in summary.rows},
    }


def _forget_peak() -> None:
    """Start the count of this process's peak memory again: making the synthetic matrix takes more than the protocol."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_kb(pid: int | None = None) -> int:
    """The most memory that a process, this one by default, ever held."""
    lines = Path(f"/proc/{pid or 'self'}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def _quality(workers: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, repeats in REPEATS.items():
        if name == "synthetic":
            if not REFERENCE.is_dir():
                found[name] = _missing(REFERENCE)
                continue
            matrix, pool = analysis_speed.synthetic(REFERENCE)[0], None
        else:
            if not (DATA / f"{name}.npz").exists():
                found[name] = _missing(DATA / f"{name}.npz")
                continue
            matrix, pool = load_scores(DATA / f"{name}.npz"), 18
        found[name] = analysis_quality.quality(
            matrix, analysis_quality.EVERYTHING, repeats=repeats, pool=pool, workers=workers
        )
        print(name, json.dumps(found[name]["aucc"], indent=1), flush=True)
    return found


def _people(_: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("realsumm", "summeval"):
        path = DATA / f"{name}.npz"
        if not path.exists():
            found[name] = _missing(path)
            continue
        matrix, ratings = load_scores(path), load_ratings(path)
        found[name] = analysis_people.table(matrix, ratings, draws=60)
        print(name, json.dumps(found[name], indent=1), flush=True)
        found[name]["verdicts"] = analysis_verdicts.ratings_table(matrix, ratings)
    found["verdicts on noise"] = analysis_verdicts.noise_table()
    return found


def _coverage(_: int) -> dict[str, Any]:
    return dict(analysis_coverage.table(DATA))


PARTS = {"speed": _speed, "table1": _table1, "quality": _quality, "people": _people, "coverage": _coverage}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; all when none is named")
    named = parser.parse_args().parts
    if unknown := sorted(set(named) - set(PARTS)):
        parser.error(f"unknown parts {unknown}; allowed: {list(PARTS)}")
    main(named)
