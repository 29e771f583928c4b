"""The table of selection methods."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import SubsetError
from analysis.subsets.anchors import Anchors
from analysis.subsets.automatic import Automatic
from analysis.subsets.calibrated import CalibratedAnchors, HierarchicalAnchors, HierarchicalStratified, SearchCalibrated
from analysis.subsets.item_properties import Difficulty, Variance
from analysis.subsets.learn import RandomSamplingLearn, RandomSearchLearn
from analysis.subsets.method import Method
from analysis.subsets.optimal_design import OptimalDesign
from analysis.subsets.performance_prediction import IrtBased
from analysis.subsets.random_sampling import RandomSampling
from analysis.subsets.systematic import Systematic


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
    "systematic": MethodRow("Systematic, calibrated", Systematic(), False),
    "anchor-task": MethodRow("Anchors + task", Anchors(embedding="scores+task"), False),
    "anchor-task-hierarchical": MethodRow("Anchors + task, H-pIRT", HierarchicalAnchors(), False),
    "anchor-calibrated": MethodRow("Anchors + task, calibrated", CalibratedAnchors(), False),
    "search-calibrated": MethodRow("Search, calibrated", SearchCalibrated(), False),
    "stratified-hierarchical": MethodRow("Stratified, H-pIRT", HierarchicalStratified(), False),
    "optimal": MethodRow("C-optimal, H-pIRT", OptimalDesign(), False),
    "automatic": MethodRow("Automatic", Automatic(), False),
}

PAPER_METHODS = tuple(name for name, row in METHODS.items() if row.in_paper)


def method_row(name: str) -> MethodRow:
    """The row of a method by its name."""
    if name not in METHODS:
        raise SubsetError(f"method {name!r}; allowed: {', '.join(METHODS)}")
    return METHODS[name]
