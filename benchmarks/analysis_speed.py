"""Ours against the plain reference on the synthetic 18 × 15,964 matrix: CPU seconds of one evaluation, in one run."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analysis.scores.features import ItemFeatures
from analysis.scores.matrix import ScoreMatrix
from analysis.subsets.anchors import Anchors, principal_components
from analysis.subsets.item_response import binarised, fit_abilities, fit_item_response, sigmoid
from analysis.subsets.method import Estimator
from analysis.subsets.methods import method_row
from analysis.subsets.performance_prediction import IrtBased
from analysis.subsets.source import Source

SIZES = (10, 50, 200, 1000)
PROTOCOL_SIZES = (10, 20, 30, 50, 100, 200)
# The reference searches this many candidates; its time is multiplied up to the paper's thousand.
REFERENCE_CANDIDATES = 40


def synthetic(reference: Path) -> tuple[ScoreMatrix, Any]:
    """The synthetic matrix with the paper's 40 tasks, and the reference's module of methods."""
    sys.path.insert(0, str(reference))
    import ref_methods
    import synth

    made = synth.make()
    features = ItemFeatures(semantic=made["sem"], acoustic=made["aco"], metadata=made["meta"])
    names = [name for name, _, _ in synth.TASKS]
    return ScoreMatrix.of(made["S"], task=made["task"], tasks=names, features=features), ref_methods


def cpu_seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """The least CPU time of a few calls."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def measure(matrix: ScoreMatrix, reference: Any) -> dict[str, Any]:
    """Per method and size: the reference's and our CPU seconds for fit on 12 models and estimates of 6."""
    source_rows = np.arange(12)
    scores, task = np.array(matrix.scores), np.array(matrix.task)
    reduced = ScoreMatrix.of(
        scores,
        task=task,
        features=ItemFeatures(
            semantic=principal_components(np.asarray(matrix.features.semantic), 50),
            acoustic=principal_components(np.asarray(matrix.features.acoustic), 50),
            metadata=matrix.features.metadata,
        ),
    )
    source = Source.of(reduced.of_models(source_rows))
    targets = scores[12:]
    combined = Anchors(embedding="combined").points(source)
    responses, thresholds = binarised(scores[:12], task)
    parameters = fit_item_response(responses, 5)
    items = (parameters.discrimination, parameters.difficulty)
    peers: Mapping[str, tuple[Any, dict[str, Any]]] = {
        "random": (reference.Random, {}),
        "random-sampling-learn": (reference.RandomSamplingLearn, {}),
        "random-search-learn": (reference.RandomSearchLearn, {"N": REFERENCE_CANDIDATES}),
        "variance": (reference.Variance, {}),
        "difficulty": (reference.Difficulty, {}),
        "irt": (reference.IRT, {"irt": items}),
        "anchor": (reference.Anchor, {}),
        "semantic": (reference.Anchor, {"emb": reduced.features.semantic}),
        "acoustic": (reference.Anchor, {"emb": reduced.features.acoustic}),
        "combined": (reference.Anchor, {"emb": combined}),
    }
    binary = reference.binarize(scores, task)

    def ours(name: str, sizes: tuple[int, ...]) -> Callable[[], None]:
        method = method_row(name).method

        def one() -> None:
            # The fit of the item response model is compared on its own: both sides are given the same parameters.
            if isinstance(method, IrtBased):
                fitted: Mapping[int, Estimator] = method.choose(source, parameters, thresholds, sizes, seed=0)
            else:
                fitted = method.path(source, sizes, seed=0)
            for n in sizes:
                fitted[n].estimate(targets[:, fitted[n].items])

        one()
        return one

    found: dict[str, Any] = {}
    for name, (peer, options) in peers.items():
        found[name] = {}
        times = 1000 / REFERENCE_CANDIDATES if name == "random-search-learn" else 1.0
        repeats = 1 if times > 1 else 2
        for n in SIZES:
            y = binary if name == "irt" else scores

            def one(peer: Any = peer, options: Any = options, n: int = n, y: Any = y) -> None:
                fitted = peer().fit(y[:12], task, n, 0, **options)
                fitted.predict(y[12:][:, fitted.idx])

            theirs = times * cpu_seconds(one, repeats)
            found[name][str(n)] = _pair(theirs, cpu_seconds(ours(name, (n,))))

        def six(peer: Any = peer, options: Any = options, y: Any = binary if name == "irt" else scores) -> None:
            for n in PROTOCOL_SIZES:
                fitted = peer().fit(y[:12], task, n, 0, **options)
                fitted.predict(y[12:][:, fitted.idx])

        found[name]["six sizes of the protocol"] = _pair(
            times * cpu_seconds(six, 1), cpu_seconds(ours(name, PROTOCOL_SIZES))
        )
        print(name, {n: f"{v['ratio']:.1f}x" for n, v in found[name].items()}, flush=True)
    return {"per_evaluation": found, "reference_candidates_timed": REFERENCE_CANDIDATES}


def _pair(theirs: float, ours: float) -> dict[str, float]:
    return {"reference_cpu_s": theirs, "ours_cpu_s": ours, "ratio": theirs / ours}


_FIT = """
import sys, time, numpy as np
sys.path.insert(0, sys.argv[1])
import torch
torch.set_num_threads(1)
from pyirt_fit import fit
y = np.load(sys.argv[2])
start = time.process_time()
found = fit(y.astype(float), epochs=500)
np.savez(sys.argv[3], A=found["A"], B=found["B"], t=time.process_time() - start)
"""


def item_response(matrix: ScoreMatrix, reference: Path, python: Path | None) -> dict[str, Any]:
    """CPU seconds of one fit on 12 models, and the log-loss on models held out, ours and py-irt's.

    py-irt runs in an interpreter that has torch and py-irt; without one only our figures are given.
    """
    scores, task = np.array(matrix.scores), np.array(matrix.task)
    responses, _ = binarised(scores, task)
    sources, targets = responses[:12], responses[12:]
    ours = fit_item_response(sources, 5)
    found: dict[str, Any] = {
        "ours_cpu_s": cpu_seconds(lambda: fit_item_response(sources, 5)),
        "ours_held_out_log_loss": _held_out_loss(ours.discrimination, ours.difficulty, targets),
    }
    if python is None:
        return found
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        np.save(at / "responses.npy", sources.astype(np.uint8))
        command = [str(python), "-c", _FIT, str(reference), str(at / "responses.npy"), str(at / "pyirt.npz")]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        with np.load(at / "pyirt.npz") as theirs:
            seconds = float(theirs["t"])
            loss = _held_out_loss(theirs["A"].astype(float), theirs["B"].astype(float).ravel(), targets)
    return {
        **found,
        "pyirt_cpu_s": seconds,
        "ratio": seconds / found["ours_cpu_s"],
        "pyirt_held_out_log_loss": loss,
    }


def _held_out_loss(discrimination: Any, difficulty: Any, targets: Any) -> float:
    """Abilities from a twentieth of the items, mean log-loss on the others; the mean of five such splits."""
    losses = []
    for seed in range(5):
        seen = np.random.default_rng(seed).random(targets.shape[1]) < 0.05
        ability = fit_abilities(targets[:, seen], discrimination[seen], difficulty[seen], prior_precision=1.0)
        p = np.clip(sigmoid(ability @ discrimination[~seen].T - difficulty[~seen]), 1e-6, 1 - 1e-6)
        y = targets[:, ~seen]
        losses.append(float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()))
    return float(np.mean(losses))
