"""Names for the kinds of arrays that travel through this package, and the one compiler of its loops."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
AnyFloatArray = npt.NDArray[np.floating[Any]]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code, kept on disk between runs."""
    return cast("Callable[P, R]", numba.njit(cache=True, fastmath=True)(function))


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A read-only copy."""
    copy = np.array(array, copy=True)
    copy.setflags(write=False)
    return copy
