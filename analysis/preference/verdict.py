"""What to tell a reader, in words."""

from dataclasses import dataclass
from typing import Literal

from analysis.preference.pairs import PairAccuracy
from analysis.preference.validation import Tested

Choice = Literal["counted", "none", "unknown"]

# The customary 1 % and 0.1 %. Not 5 %: ratings have five dimensions and benchmarks many subsets, and whoever reads one
# verdict is not told of the others.
SUGGESTIVE_P, PREDICTIVE_P = 0.01, 0.001


@dataclass(frozen=True)
class Verdict:
    """``level``: "not predictive", "suggestive" or "predictive"; ``text``: what to tell a reader."""

    level: Literal["not predictive", "suggestive", "predictive"]
    text: str


def verdict_of(
    n_models: int, difference_r: Tested, pairs: PairAccuracy, choice: Choice, nested: Tested | None
) -> Verdict:
    """From the permutation p of the held-out difference correlation.

    ``nested``: the same statistic with subset, size, method and seed chosen anew inside each fold, which counts where
    ``choice`` is "counted": both p values must pass then. Noise passes the first level in at most 1 % and the second
    in at most 0.1 % of cases, whichever of the candidates was picked. ``choice`` is "none" where all items were taken,
    and "unknown" where the choice could not be repeated: the verdict then says on what condition it holds.
    """
    figures = (
        f"held-out pairs are ordered rightly in {pairs.regression.value:.0%} of cases, permutation "
        f"{_equation(difference_r.p)}"
    )
    if difference_r.p > SUGGESTIVE_P:
        return Verdict(
            "not predictive",
            f"With {n_models} models this cannot be told from noise: {figures}. A high in-sample correlation does not "
            "change that; relabelled ratings reach one too.",
        )
    counted = nested.p if nested is not None and choice == "counted" else None
    if counted is not None and counted > SUGGESTIVE_P:
        return Verdict(
            "not predictive",
            f"With {n_models} models this cannot be told from noise once the choice of items is counted: with subset, "
            f"size, method and seed chosen anew inside each fold, {_equation(counted)}. Taken alone, {figures}; that "
            "would be a sign only if these very items were fixed before anyone saw a rating.",
        )
    if counted is not None:
        condition = f" Chosen anew inside each fold, {_equation(counted)}."
    elif choice == "unknown":
        condition = " This takes it that the items were fixed before anyone saw a rating."
    else:
        condition = ""
    if max(difference_r.p, counted or 0.0) > PREDICTIVE_P:
        return Verdict(
            "suggestive",
            f"With {n_models} models there is a sign that these items predict ratings, and no more than that: "
            f"{figures}.{condition} Rate more models before relying on it.",
        )
    beside = (
        f"It also orders pairs better than the plain score ({pairs.plain.value:.0%})."
        if pairs.difference.low > 0
        else f"That the regression beats the plain score ({pairs.plain.value:.0%} of pairs) is not shown."
    )
    return Verdict(
        "predictive",
        f"With {n_models} models these items predict ratings better than chance: {figures}.{condition} {beside}",
    )


def p_text(p: float) -> str:
    """Three decimals, four where a verdict may hang on the fourth, and "< 0.001" for less."""
    if p < PREDICTIVE_P:
        return f"< {PREDICTIVE_P:g}"
    return f"{p:.4f}" if p < 2 * SUGGESTIVE_P else f"{p:.3f}"


def _equation(p: float) -> str:
    text = p_text(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"
