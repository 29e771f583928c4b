"""The table of selection methods."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import SubsetError
from analysis.subsets.anchors import Anchors
from analysis.subsets.automatic import CANDIDATES, Automatic
from analysis.subsets.item_properties import Difficulty, Variance
from analysis.subsets.learn import RandomSamplingLearn, RandomSearchLearn
from analysis.subsets.method import Method
from analysis.subsets.performance_prediction import IrtBased
from analysis.subsets.random_sampling import RandomSampling


@dataclass(frozen=True)
class MethodRow:
    """``in_paper``: one of the ten of Table 1. ``uses_scores``: whether the choice of items depends on source
    scores.
    """

    label: str
    method: Method
    in_paper: bool
    uses_scores: bool = True


METHODS: Mapping[str, MethodRow] = {
    "random": MethodRow("Random Sampling", RandomSampling(), True, uses_scores=False),
    "random-sampling-learn": MethodRow("Random-Sampling-Learn", RandomSamplingLearn(), True),
    "random-search-learn": MethodRow("Random-Search-Learn", RandomSearchLearn(), True),
    "variance": MethodRow("Variance-based", Variance(), True),
    "difficulty": MethodRow("Difficulty-based", Difficulty(), True),
    "irt": MethodRow("IRT-based", IrtBased(), True),
    "anchor": MethodRow("Anchor Points", Anchors(), True),
    "semantic": MethodRow("Semantic Embedding", Anchors(embedding="semantic"), True, uses_scores=False),
    "acoustic": MethodRow("Acoustic Embedding", Anchors(embedding="acoustic"), True, uses_scores=False),
    "combined": MethodRow("Combined Embedding", Anchors(embedding="combined"), True),
    "anchor-task": MethodRow("Anchors + task", Anchors(embedding="scores+task"), False),
    "anchor-task-hierarchical": MethodRow("Anchors + task, H-pIRT", CANDIDATES["anchor-task-hierarchical"], False),
    "anchor-calibrated": MethodRow("Anchors + task, calibrated", CANDIDATES["anchor-calibrated"], False),
    "search-calibrated": MethodRow("Search, calibrated", CANDIDATES["search-calibrated"], False),
    "stratified-hierarchical": MethodRow("Stratified, H-pIRT", CANDIDATES["stratified-hierarchical"], False),
    "optimal": MethodRow("C-optimal, H-pIRT", CANDIDATES["optimal"], False),
    "automatic": MethodRow("Automatic", Automatic(), False),
}

PAPER_METHODS = tuple(name for name, row in METHODS.items() if row.in_paper)


def method_row(name: str) -> MethodRow:
    """The row of a method by its name."""
    if name not in METHODS:
        raise SubsetError(f"method {name!r}; allowed: {', '.join(METHODS)}")
    return METHODS[name]
