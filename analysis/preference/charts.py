"""Figures 3 and 4 of the HUMANS paper with what noise reaches, and the models themselves."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.figures import COLOURS, GREY, figure
from analysis.preference.assessment import Assessment
from analysis.preference.sizes import SizeLine
from analysis.subsets.methods import METHODS


def draw_sizes(lines: Sequence[SizeLine], folder: Path) -> None:
    """``fig03_alignment`` and ``fig04_regression``."""
    methods = [m for m in dict.fromkeys(line.method for line in lines) if m in METHODS]
    full = next(line for line in lines if line.n is None)
    for name, attribute, label in (
        ("fig03_alignment", "plain_r", "Pearson r, subset score with ratings"),
        ("fig04_regression", "lomo_paper", "LOMO correlation (in-sample points included)"),
        ("held_out_difference_r", "difference_r", "held-out difference correlation"),
    ):
        with figure(folder, name) as canvas:
            axes = canvas.subplots()
            for i, method in enumerate(methods):
                mine = [line for line in lines if line.method == method]
                sizes = [line.n or 0 for line in mine]
                colour = GREY if method == "random" else COLOURS[i % len(COLOURS)]
                values = [getattr(line, attribute) for line in mine]
                axes.plot(sizes, values, color=colour, marker="o", markersize=3, label=METHODS[method].label)
                if attribute == "lomo_paper" and i == 0:
                    axes.fill_between(
                        sizes,
                        [line.lomo_null_mean for line in mine],
                        [line.lomo_null_q95 for line in mine],
                        color=GREY,
                        alpha=0.2,
                        linewidth=0,
                        label="permuted ratings, mean to 95 % point",
                    )
            axes.axhline(getattr(full, attribute), color="black", linewidth=0.8, linestyle="--", label="full benchmark")
            axes.set_xscale("log")
            ticks = sorted({line.n for line in lines if line.n})
            axes.set_xticks(ticks, [str(t) for t in ticks])
            axes.minorticks_off()
            axes.set_xlabel("items in the subset")
            axes.set_ylabel(label)
            axes.legend(loc="lower right", fontsize=7)


def draw_models(assessment: Assessment, folder: Path) -> None:
    """``models``: mean ratings with their intervals against predictions made without the model."""
    lines = assessment.models
    with figure(folder, "models", width=4.4, height=4.0) as canvas:
        axes = canvas.subplots()
        x = np.array([line.held_out_prediction for line in lines])
        y = np.array([line.rating for line in lines])
        half = np.array([[line.rating - line.rating_low, line.rating_high - line.rating] for line in lines]).T
        axes.errorbar(x, y, np.nan_to_num(half), fmt="o", color=COLOURS[0], ecolor=GREY, elinewidth=1, markersize=4)
        if len(lines) <= 12:
            for line in lines:
                at = (line.held_out_prediction, line.rating)
                axes.annotate(line.model, at, xytext=(4, 3), textcoords="offset points", fontsize=6.5)
        ends = [min(x.min(), y.min()), max(x.max(), y.max())]
        axes.plot(ends, ends, color=GREY, linewidth=0.7, linestyle=":")
        axes.set_xlabel("predicted without the model")
        axes.set_ylabel("mean rating")
