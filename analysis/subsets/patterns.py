"""Items that cannot be told apart, merged."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.arrays import IntArray

Number = TypeVar("Number", bound=np.floating[Any])


def distinct_rows(rows: npt.NDArray[Number]) -> tuple[npt.NDArray[Number], IntArray]:
    """Distinct rows of R × D in the order of their first appearance, and each row's place among them: R."""
    # Equal rows have equal sums; different ones share one of these irrational combinations by a chance of 1e-12.
    mix = np.zeros(len(rows))
    for j in range(rows.shape[1]):
        mix += np.sqrt(2.0 + j * 1.618033988749895) * rows[:, j]
    _, first, inverse = np.unique(mix, return_index=True, return_inverse=True)
    if len(first) == len(rows):
        return rows, np.arange(len(rows))
    rank = np.argsort(np.argsort(first))
    return np.ascontiguousarray(rows[np.sort(first)]), rank[inverse.ravel()]
