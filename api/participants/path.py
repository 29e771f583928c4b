"""The participant's path as a table: which action leads from which stage to which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.participants.schemas import Stage
from api.problems import OutOfStepError


class Action(StrEnum):
    BEGIN = "begin"
    ACCEPT_CONSENT = "accept_consent"
    REFUSE_CONSENT = "refuse_consent"
    PASS_MICROPHONE_CHECK = "pass_microphone_check"  # noqa: S105  not a password
    START_CONVERSATION = "start_conversation"
    END_CONVERSATION = "end_conversation"
    ABANDON_CONVERSATION = "abandon_conversation"
    """Nothing worth rating took place."""
    RATE = "rate"


TRANSITIONS: Mapping[tuple[Stage, Action], Stage] = MappingProxyType(
    {
        (Stage.LANDING, Action.BEGIN): Stage.CONSENT,
        (Stage.CONSENT, Action.ACCEPT_CONSENT): Stage.MICROPHONE,
        (Stage.CONSENT, Action.REFUSE_CONSENT): Stage.FINISHED,
        (Stage.MICROPHONE, Action.PASS_MICROPHONE_CHECK): Stage.SCENARIO,
        (Stage.SCENARIO, Action.START_CONVERSATION): Stage.CONVERSATION,
        (Stage.CONVERSATION, Action.END_CONVERSATION): Stage.RATING,
        (Stage.CONVERSATION, Action.ABANDON_CONVERSATION): Stage.FINISHED,
        (Stage.RATING, Action.RATE): Stage.FINISHED,
    }
)


def after(stage: Stage, action: Action) -> Stage:
    """Where ``action`` leads; raises `OutOfStepError` where it cannot be done."""
    try:
        return TRANSITIONS[stage, action]
    except KeyError:
        raise OutOfStepError(action=action, stage=stage) from None
