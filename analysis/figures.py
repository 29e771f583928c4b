"""How figures look, and writing them as SVG and PNG."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

COLOURS = ("#0b5fa5", "#d1495b", "#3a7d44", "#e08e1b", "#6a4c93", "#5c5c5c", "#00a6a6", "#a05a2c")
GREY = "#8a8a8a"
_STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "earwitness",
}


@contextmanager
def figure(folder: Path, name: str, *, width: float = 4.6, height: float = 3.2) -> Iterator[Figure]:
    """A figure to draw on, ``width`` × ``height`` inches; afterwards ``name.svg`` and ``name.png`` stand in the folder.

    The same data give the same files.
    """
    with mpl.rc_context(_STYLE):
        canvas = Figure(figsize=(width, height), dpi=200, layout="constrained")
        yield canvas
        folder.mkdir(parents=True, exist_ok=True)
        _lay_out(canvas)
        canvas.savefig(folder / f"{name}.svg", metadata={"Date": None})
        canvas.savefig(folder / f"{name}.png")


def _lay_out(canvas: Figure) -> None:
    """Work the layout out once: with an engine of its own each file would be drawn twice to find the same one."""
    if (engine := canvas.get_layout_engine()) is not None:
        engine.execute(canvas)
        canvas.set_layout_engine(None)
