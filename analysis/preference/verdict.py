"""What to tell a reader, in words."""

from dataclasses import dataclass
from typing import Literal

from analysis.preference.nested import Nested
from analysis.preference.pairs import PairAccuracy
from analysis.preference.validation import Tested

# The customary two-sided 5 % and 1 %, halved because only one direction counts.
SUGGESTIVE_P, PREDICTIVE_P = 0.025, 0.005


@dataclass(frozen=True)
class Verdict:
    """``level``: "not predictive", "suggestive" or "predictive"; ``text``: what to tell a reader."""

    level: Literal["not predictive", "suggestive", "predictive"]
    text: str


def verdict_of(n_models: int, difference_r: Tested, pairs: PairAccuracy, nested: Nested | None) -> Verdict:
    """From the permutation p of the held-out difference correlation.

    Where the choice of items could be repeated inside the folds, both p values must pass: this subset's, and that of
    the nested choice. Noise passes the first level in at most 2.5 % and the second in at most 0.5 % of cases then,
    however the subset was chosen among the candidates.
    """
    figures = (
        f"held-out pairs are ordered rightly in {pairs.regression.value:.0%} of cases, permutation p = "
        f"{p_text(difference_r.p)}"
    )
    if difference_r.p >= SUGGESTIVE_P:
        return Verdict(
            "not predictive",
            f"With {n_models} models this cannot be told from noise: {figures}. A high in-sample correlation does not "
            "change that; relabelled ratings reach one too.",
        )
    if nested is not None and nested.difference_r.p >= SUGGESTIVE_P:
        return Verdict(
            "not predictive",
            f"With {n_models} models this cannot be told from noise once the choice of items is counted: with subset, "
            f"size, method and seed chosen anew inside each fold, p = {p_text(nested.difference_r.p)}. Taken alone, "
            f"{figures}; that would be a sign only if these very items were fixed before anyone saw a rating.",
        )
    deciding = max(difference_r.p, nested.difference_r.p) if nested else difference_r.p
    counted = (
        f"Chosen anew inside each fold, p = {p_text(nested.difference_r.p)}."
        if nested
        else "This holds for items that were fixed before anyone saw a rating: a choice made on these ratings is not "
        "counted here."
    )
    if deciding >= PREDICTIVE_P:
        return Verdict(
            "suggestive",
            f"With {n_models} models there is a sign that these items predict ratings, and no more than that: "
            f"{figures}. {counted} Rate more models before relying on it.",
        )
    beside = (
        f"It also orders pairs better than the plain score ({pairs.plain.value:.0%})."
        if pairs.difference.low > 0
        else f"That the regression beats the plain score ({pairs.plain.value:.0%} of pairs) is not shown."
    )
    return Verdict(
        "predictive",
        f"With {n_models} models these items predict ratings better than chance: {figures}. {counted} {beside}",
    )


def p_text(p: float) -> str:
    """Three decimals, and "below 0.001" for less."""
    return f"{p:.3f}" if p >= 0.001 else "below 0.001"
