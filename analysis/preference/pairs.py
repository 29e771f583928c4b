"""Which of two models do people prefer? Held-out pairs in the right order (HUMANS paper, Table 11)."""

from dataclasses import dataclass

from analysis.arrays import FloatArray, IntArray
from analysis.preference.pair_intervals import accuracy_interval, difference_interval, learnt_decay
from analysis.preference.uncertainty import Interval
from analysis.preference.validation import Tested, correct_order, pair_differences, tested


@dataclass(frozen=True)
class PairAccuracy:
    """Share of held-out pairs in the right order: regression, plain score, and the difference.

    ``…_permuted``: the same over relabelled ratings. The intervals are for other models of the same kind.
    """

    n_pairs: int
    regression: Interval
    regression_p: float
    regression_permuted: Tested
    plain: Interval
    plain_p: float
    plain_permuted: Tested
    difference: Interval
    difference_permuted: Tested


def pair_accuracy(
    gram: FloatArray,
    plain: FloatArray,
    ratings: FloatArray,
    pairs: IntArray,
    permutations: IntArray,
    permuted: FloatArray,
    *,
    exact: bool,
) -> PairAccuracy:
    """gram: R × R of item scores; ``plain``, ``ratings``: R; ``pairs``: Q × 2 to hold out.

    ``permuted``: the regression's accuracy for each of P ``permutations`` (P × R), the identity first.
    """
    actual = ratings[pairs[:, 0]] - ratings[pairs[:, 1]]
    by_regression = correct_order(pair_differences(gram, ratings[:, None], pairs)[:, 0], actual)
    guessed = plain[pairs[:, 0]] - plain[pairs[:, 1]]
    by_plain = correct_order(guessed, actual)
    shuffled = ratings[permutations]
    plain_permuted = correct_order(guessed, shuffled[:, pairs[:, 0]] - shuffled[:, pairs[:, 1]]).mean(axis=1)
    r = len(ratings)
    regression_null, plain_null = tested(permuted, exact=exact), tested(plain_permuted, exact=exact)
    return PairAccuracy(
        n_pairs=len(pairs),
        regression=accuracy_interval(float(by_regression.mean()), pairs, float(permuted.var()), decay=learnt_decay(r)),
        regression_p=regression_null.p,
        regression_permuted=regression_null,
        plain=accuracy_interval(float(by_plain.mean()), pairs, float(plain_permuted.var())),
        plain_p=plain_null.p,
        plain_permuted=plain_null,
        difference=difference_interval(by_regression, by_plain, pairs, float((permuted - plain_permuted).var())),
        difference_permuted=tested(permuted - plain_permuted, exact=exact),
    )
