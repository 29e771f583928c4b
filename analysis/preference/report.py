"""The HTML report: one file, figures inside, readable without this program."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.preference.assessment import LOMO_PAPER_LABEL, LOMO_STRICT_WARNING, Assessment
from analysis.preference.sizes import SizeLine
from analysis.preference.verdict import PREDICTIVE_P, SUGGESTIVE_P, p_text

STATISTIC_NAMES = {
    "lomo_paper": "LOMO correlation as in the paper",
    "lomo_strict": "Strict held-out correlation",
    "pair_accuracy": "Held-out pairs in the right order",
    "difference_r": "Held-out difference correlation",
}


FIGURES = ("models", "fig03_alignment", "fig04_regression", "held_out_difference_r")


def write_report(assessment: Assessment, sizes: Sequence[SizeLine], folder: Path) -> Path:
    """``report.html`` in the folder, from the figures that stand there."""
    environment = Environment(
        loader=PackageLoader("analysis.preference"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    figures = {name: _inline(folder / f"{name}.svg") for name in FIGURES}
    text = environment.get_template("report.html").render(
        a=assessment,
        sizes=sizes,
        figures=figures,
        names=STATISTIC_NAMES,
        paper_label=LOMO_PAPER_LABEL,
        strict_warning=LOMO_STRICT_WARNING,
        p=p_text,
        suggestive=SUGGESTIVE_P,
        predictive=PREDICTIVE_P,
    )
    path = folder / "report.html"
    path.write_text(text)
    return path


def _inline(path: Path) -> str | None:
    if not path.exists():
        return None
    svg = path.read_text()
    return svg[svg.index("<svg") :]
