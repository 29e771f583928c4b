"""What a participant earns: exact to the cent, and the same whenever it is computed."""

import math
from decimal import ROUND_HALF_UP, Decimal

from api.participants.schemas import Outcome, PayEarned, PayOffered
from contracts.study import Pay, StudySpec

_CENT = Decimal("0.01")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount))


def offered(study: StudySpec) -> PayOffered:
    """The rates, and the most there is to earn."""
    pay = study.pay
    most = _exact(pay.base_usd) + _exact(pay.task_completed_usd) + _exact(pay.feedback_usd)
    most += _exact(pay.per_minute_usd) * _exact(study.conversation_s) / 60
    return PayOffered(
        base_usd=pay.base_usd,
        per_minute_usd=pay.per_minute_usd,
        task_completed_usd=pay.task_completed_usd,
        feedback_usd=pay.feedback_usd,
        most_usd=float(_cents(most)),
    )


def earned(
    pay: Pay, *, outcome: Outcome | None, talked_s: float, task_complete: bool, feedback_given: bool
) -> PayEarned:
    """The parts and their sum; the time of a conversation that broke off is paid like any other."""
    if outcome is Outcome.NO_CONSENT:
        return PayEarned(
            base_usd=0.0, minutes=0.0, time_usd=0.0, task_completed_usd=0.0, feedback_usd=0.0, total_usd=0.0
        )
    base = _cents(_exact(pay.base_usd))
    time = _cents(_exact(pay.per_minute_usd) * _exact(talked_s) / 60)
    task = _cents(_exact(pay.task_completed_usd)) if task_complete else Decimal(0)
    feedback = _cents(_exact(pay.feedback_usd)) if feedback_given else Decimal(0)
    return PayEarned(
        base_usd=float(base),
        minutes=round(talked_s / 60, 2),
        time_usd=float(time),
        task_completed_usd=float(task),
        feedback_usd=float(feedback),
        total_usd=float(base + time + task + feedback),
    )


def minutes_announced(study: StudySpec) -> int:
    """What the landing page says the whole will take: the conversation, and three minutes around it."""
    return math.ceil(study.conversation_s / 60) + 3
