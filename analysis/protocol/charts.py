"""Figures 2, 5 to 13, 14 and 15: correlation curves and the tasks that subsets are made of."""

from collections.abc import Sequence
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


def draw_all(summary: Summary, tasks: Sequence[str], folder: Path) -> None:
    """Every figure of the protocol, as SVG and PNG."""
    methods = list(dict.fromkeys(row.method for row in summary.rows))
    ranked = sorted((m for m in methods if m != "random"), key=lambda m: -_merit(summary, m))
    shown = ranked[:2] + (["random"] if "random" in methods else [])
    with figure(folder, "fig02_best_methods") as canvas:
        axes = canvas.subplots()
        for method, colour in zip(shown, (COLOURS[0], COLOURS[1], GREY), strict=False):
            _curve(axes, summary, method, colour)
        _finish(axes)
        axes.legend(loc="lower right")
    with figure(folder, "all_methods", width=7.0, height=4.4) as canvas:
        axes = canvas.subplots()
        for i, method in enumerate(methods):
            _curve(axes, summary, method, COLOURS[i % len(COLOURS)], style=("-", "--", ":")[i // len(COLOURS) % 3])
        _finish(axes)
        axes.legend(loc="lower right", ncols=2, fontsize=7)
    for method in methods:
        number = _APPENDIX_ORDER.get(method)
        with figure(folder, f"fig{number:02d}_{method}" if number else f"curve_{method}") as canvas:
            axes = canvas.subplots()
            _curve(axes, summary, method, COLOURS[0], spread=True)
            _finish(axes)
            axes.set_title(_title(summary, method), fontsize=9, loc="left")
    numbers = {"anchor": 14, "combined": 15}
    for composition in summary.compositions:
        number = numbers.get(composition.method)
        prefix = f"fig{number}_tasks" if number else "tasks"
        _heatmap(composition, tasks, folder, f"{prefix}_{composition.method}")


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
