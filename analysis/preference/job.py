"""`python -m analysis.preference.job`: one computation for the API, in a process of its own.

Reads a `JobAsked` from standard input and writes a `JobAnswer` to standard output. Scores come in, never words.
"""

import contextlib
import dataclasses
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.errors import AnalysisError, SubsetError
from analysis.preference.model import FEWEST_MODELS
from analysis.preference.release import HumanSubset, human_subset
from analysis.subsets.subset import Subset
from contracts.human_fit import (
    Failed,
    FitAsked,
    Fitted,
    JobAnswer,
    Refused,
    ScoredModel,
    SubsetCheckAsked,
    SubsetChecked,
    job_asked_adapter,
)
from contracts.rating import Rating

_LONGEST_NAME = 500
_NICENESS = 10
_MOST_MEMORY_BYTES = 3 << 30
# Words stay in the record: the regression reads the scores alone.
_NO_WORDS = "-"


def main() -> None:
    _keep_within_bounds()
    asked = job_asked_adapter.validate_json(sys.stdin.buffer.read())
    signal.alarm(asked.time_limit_s)
    with threadpool_limits(1):
        answer: JobAnswer = checked(asked) if isinstance(asked, SubsetCheckAsked) else fitted(asked)
    # Whoever asked may be gone: then nobody waits for the answer.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(answer.model_dump_json())
        sys.stdout.flush()


def _keep_within_bounds() -> None:
    """Behind the conversations' processes, and never with all of the machine's memory."""
    os.nice(_NICENESS)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def checked(asked: SubsetCheckAsked) -> SubsetChecked | Failed:
    """Load the subset and use it once on its own source models."""
    try:
        subset = _load(asked.subset)
        _check(subset)
        text = json.dumps(subset.to_json(), allow_nan=False)
    except AnalysisError as error:
        return Failed(reason=_shortened(str(error)))
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        # A file can break in more ways than a loader can name; each means the same to who uploaded it.
        return Failed(reason=f"not a whole subset ({type(error).__name__})")
    return SubsetChecked(subset=text, method=subset.method, n_items=subset.n, n_models=len(subset.source_models))


def fitted(asked: FitAsked) -> Fitted | Refused | Failed:
    """Human weights, or why there are none."""
    rated = {record.model for record in asked.ratings}
    try:
        subset = _load(asked.subset)
        matched = rated & set(subset.source_models)
        if len(matched) < FEWEST_MODELS:
            return Refused(
                reason=_too_few(sorted(rated), len(matched), subset.source_models),
                n_rated_models=len(rated),
                n_matched_models=len(matched),
            )
        found = human_subset(
            subset,
            [(record.model, _rating(record)) for record in asked.ratings],
            seed=asked.seed,
            dimension=asked.dimension,
        )
    except AnalysisError as error:
        return Failed(reason=_shortened(str(error)))
    return Fitted(
        human_subset=json.dumps({**found.to_json(), "models": _rated_models(found)}, allow_nan=False),
        n_rated_models=len(rated),
        n_matched_models=len(matched),
    )


def _load(text: str) -> Subset:
    return Subset.from_json(json.loads(text))


def _rating(record: ScoredModel) -> Rating:
    return Rating(scores=record.scores, feedback=_NO_WORDS)


def _rated_models(found: HumanSubset) -> list[dict[str, Any]]:
    """Each rated model: its mean rating, its plain score, and what was predicted without it; unknown is null."""
    lines = [dataclasses.asdict(line) for line in found.assessment.models]
    return [{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in line.items()} for line in lines]


def _check(subset: Subset) -> None:
    """What a hand-made file may break, and a file that `earwitness analysis select` wrote does not."""
    names = (*subset.items, *subset.tasks, *subset.source_models, subset.method)
    if any(not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME for name in names):
        raise SubsetError(f"items, tasks, models and method must be texts of 1 to {_LONGEST_NAME} characters")
    if any("\x00" in name or not _is_text(name) for name in names):
        raise SubsetError("a name of an item, task, model or the method is no text that could be shown")
    for kind, values in (("an item", subset.items), ("a source model", subset.source_models)):
        if len(set(values)) != len(values):
            raise SubsetError(f"{kind} stands twice")
    if subset.n == 0 or not subset.source_models:
        raise SubsetError("a subset needs at least one item and one source model with scores")
    if np.isnan(subset.source_scores).all():
        raise SubsetError("no source model has a score on any of the items")
    if not np.isfinite(subset.weights).all():
        raise SubsetError("a weight is not a finite number")
    if subset.bias is not None and not isinstance(subset.bias, int | float):
        raise SubsetError("the bias is neither a number nor null")
    estimates = subset.estimate_all(subset.source_scores)
    if not np.isfinite([estimate.score for estimate in estimates]).all():
        raise SubsetError("the estimator gives no finite score for one of its own source models")


def _is_text(name: str) -> bool:
    """JSON can hold halves of characters, which nothing else can."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _too_few(rated: Sequence[str], n_matched: int, scored: Sequence[str]) -> str:
    reason = (
        f"{_found(len(rated), n_matched)}; at least {FEWEST_MODELS} are needed, because with fewer no order of the "
        "models is rare enough to be told from chance."
    )
    if n_matched or not rated:
        return reason
    names = _shortened(f"rated: {', '.join(rated[:3])}; scored: {', '.join(scored[:3])}")
    return (
        f"{reason} Models are matched by their ids ({names}). Name them in the scores as models.yaml does, choose the "
        "items again and upload that subset."
    )


def _found(n_rated: int, n_matched: int) -> str:
    if not n_rated:
        return "No model has been rated yet"
    if not n_matched:
        return f"None of the {n_rated} rated models has scores on this subset's items"
    return f"{n_matched} of {n_rated} rated models {'has' if n_matched == 1 else 'have'} scores on this subset's items"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


if __name__ == "__main__":
    main()
