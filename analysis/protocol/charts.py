"""Figures 2, 5 to 13, 14 and 15: correlation curves and the tasks that subsets are made of."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from analysis.figures import COLOURS, GREY, figure
from analysis.protocol.plan import label_of
from analysis.protocol.summary import Composition, Summary

_APPENDIX_ORDER = {
    "random": 5,
    "random-sampling-learn": 6,
    "random-search-learn": 7,
    "variance": 8,
    "difficulty": 9,
    "anchor": 10,
    "semantic": 11,
    "acoustic": 12,
    "combined": 13,
}


@dataclass(frozen=True)
class _Curves:
    """Methods over sizes in one figure; one alone comes with its figures in the title and the spread over pools."""

    name: str
    methods: tuple[str, ...]
    colours: tuple[str, ...]
    width: float = 4.6
    height: float = 3.2
    columns: int = 1

    def draw(self, summary: Summary, tasks: Sequence[str], folder: Path) -> None:
        del tasks
        alone = len(self.methods) == 1
        with figure(folder, self.name, width=self.width, height=self.height) as canvas:
            axes = canvas.subplots()
            for i, method in enumerate(self.methods):
                colour = self.colours[i % len(self.colours)]
                _curve(axes, summary, method, colour, style=("-", "--", ":")[i // len(COLOURS) % 3], spread=alone)
            _finish(axes)
            if alone:
                axes.set_title(_title(summary, self.methods[0]), fontsize=9, loc="left")
            else:
                axes.legend(loc="lower right", ncols=self.columns, fontsize=9 if self.columns == 1 else 7)


@dataclass(frozen=True)
class _Tasks:
    """What tasks a method's items come from."""

    name: str
    method: str

    def draw(self, summary: Summary, tasks: Sequence[str], folder: Path) -> None:
        _heatmap(next(c for c in summary.compositions if c.method == self.method), tasks, folder, self.name)


def draw_all(summary: Summary, tasks: Sequence[str], folder: Path, *, workers: int = 1) -> None:
    """Every figure of the protocol, as SVG and PNG; over processes when there are several."""
    drawings = _drawings(summary)
    if workers <= 1:
        for drawing in drawings:
            drawing.draw(summary, tasks, folder)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for drawn in [pool.submit(drawing.draw, summary, tasks, folder) for drawing in drawings]:
            drawn.result()


def _drawings(summary: Summary) -> list[_Curves | _Tasks]:
    methods = tuple(dict.fromkeys(row.method for row in summary.rows))
    ranked = sorted((m for m in methods if m != "random"), key=lambda m: -_merit(summary, m))
    shown = (*ranked[:2], *(["random"] if "random" in methods else []))
    drawings: list[_Curves | _Tasks] = [
        _Curves("fig02_best_methods", shown, tuple(GREY if m == "random" else COLOURS[i] for i, m in enumerate(shown))),
        _Curves("all_methods", methods, COLOURS, width=7.0, height=4.4, columns=2),
    ]
    for method in methods:
        number = _APPENDIX_ORDER.get(method)
        name = f"fig{number:02d}_{method}" if number else f"curve_{method}"
        drawings.append(_Curves(name, (method,), COLOURS[:1]))
    numbers = {"anchor": 14, "combined": 15}
    for method in (composition.method for composition in summary.compositions):
        prefix = f"fig{numbers[method]}_tasks" if method in numbers else "tasks"
        drawings.append(_Tasks(f"{prefix}_{method}", method))
    return drawings


def _merit(summary: Summary, method: str) -> float:
    rows = summary.of(method)
    return float(np.mean([row.pearson for row in rows])) if np.isnan(rows[0].aucc) else rows[0].aucc


def _curve(axes: Axes, summary: Summary, method: str, colour: str, *, style: str = "-", spread: bool = False) -> None:
    rows = summary.of(method)
    n = [row.n_items for row in rows]
    r, half = np.array([row.pearson for row in rows]), 1.96 * np.array([row.sem for row in rows])
    axes.plot(n, r, style, color=colour, marker="o", markersize=3, linewidth=1.4, label=label_of(method))
    axes.fill_between(n, r - half, r + half, color=colour, alpha=0.2, linewidth=0)
    if spread:
        low, high = [row.pool_low for row in rows], [row.pool_high for row in rows]
        axes.fill_between(n, low, high, color=GREY, alpha=0.15, linewidth=0, label="other pools of models")
        axes.legend(loc="lower right")


def _finish(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlabel("items in the subset")
    axes.set_ylabel("Pearson correlation with the full score")
    ticks = sorted({int(v) for line in axes.get_lines() for v in np.asarray(line.get_xdata())})
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.minorticks_off()
    for level in (0.90, 0.95):
        axes.axhline(level, color=GREY, linewidth=0.6, linestyle=":")
    axes.set_ylim(top=1.0)


def _title(summary: Summary, method: str) -> str:
    found = next(t for t in summary.thresholds if t.method == method and t.metric == "pearson")

    def said(value: float) -> str:
        return "–" if np.isnan(value) else f"{value:.0f}"

    aucc = "–" if np.isnan(found.aucc) else f"{found.aucc:.3f}"
    return f"{label_of(method)}   AUCC {aucc}, N90 {said(found.low_size)}, N95 {said(found.high_size)}"


def _heatmap(composition: Composition, tasks: Sequence[str], folder: Path, name: str) -> None:
    order = np.argsort(-composition.shares[0], kind="stable")
    percent = 100 * composition.shares[:, order].T
    with figure(folder, name, width=5.6, height=1.2 + 0.19 * len(tasks)) as canvas:
        axes = canvas.subplots()
        axes.grid(visible=False)
        axes.imshow(percent, aspect="auto", cmap="Reds", vmin=0)
        axes.set_xticks(range(len(composition.sizes)), [str(n) for n in composition.sizes])
        axes.set_yticks(range(len(tasks)), [tasks[t] for t in order], fontsize=6)
        axes.set_xlabel("items in the subset")
        dark = percent.max() * 0.6
        for row in range(percent.shape[0]):
            for column in range(percent.shape[1]):
                value = percent[row, column]
                colour = "white" if value > dark else "black"
                text = axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=5.5, color=colour)
                # It lies inside the axes: measuring a few hundred of them would not move anything.
                text.set_in_layout(False)
        axes.set_title(f"{label_of(composition.method)}: share of items by task (%)", fontsize=9, loc="left")
