"""A scenario: what the participant is asked to talk about, and for tool tasks how it is verified."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from contracts.base import Contract, JsonObject, ScenarioId


class OpenChat(Contract):
    """Free conversation (HUMANS paper, Fig. 17)."""

    category: Literal["open_chat"] = "open_chat"
    id: ScenarioId
    title: str
    description: str
    prompt: str
    """The scenario's part of the system prompt."""


class GoalOriented(Contract):
    """A topic with helper goals (HUMANS paper, Fig. 18)."""

    category: Literal["goal_oriented"] = "goal_oriented"
    id: ScenarioId
    title: str
    description: str
    goals: tuple[str, ...] = Field(min_length=3, max_length=5)
    prompt: str


class ToolMode(StrEnum):
    """How simulated tools treat what a person said: as recorded, or forgiving where a voice may mislead."""

    FAITHFUL = "faithful"
    VOICE = "voice"


class Identity(Contract):
    """Who the participant plays; credentials are shown on the card as label and value."""

    name: str
    credentials: dict[str, str] = Field(default_factory=dict)


class ExactArgument(Contract):
    match: Literal["exact"] = "exact"
    value: JsonValue


class NameArgument(Contract):
    """Equal after folding case, accents, punctuation and leading @ or #; or within one edit in five letters."""

    match: Literal["name"] = "name"
    value: str


class KeywordsArgument(Contract):
    """Free text that contains, folded, at least ``share`` of the words; ``a|b`` stands for either."""

    match: Literal["keywords"] = "keywords"
    words: tuple[str, ...] = Field(min_length=1)
    share: float = Field(default=0.6, gt=0, le=1)


class NamesArgument(Contract):
    """A list that contains every one of the names, each as in `NameArgument`."""

    match: Literal["names"] = "names"
    values: tuple[str, ...] = Field(min_length=1)


class NumberArgument(Contract):
    """A number, or a text that is one, within ``tolerance``."""

    match: Literal["number"] = "number"
    value: float
    tolerance: float = Field(default=0.005, ge=0)


class OneOfArgument(Contract):
    """Any of the names, each as in `NameArgument`."""

    match: Literal["one_of"] = "one_of"
    values: tuple[str, ...] = Field(min_length=1)


class CountArgument(Contract):
    """For state: how many values stand at the pointer; ``value`` 0 means that nothing may stand there."""

    match: Literal["count"] = "count"
    value: int = Field(ge=0)


class AnyArgument(Contract):
    match: Literal["any"] = "any"


Comparator = Annotated[
    ExactArgument
    | NameArgument
    | KeywordsArgument
    | NamesArgument
    | NumberArgument
    | OneOfArgument
    | CountArgument
    | AnyArgument,
    Field(discriminator="match"),
]


class CallStep(Contract):
    """A successful call of one of ``functions`` with the given arguments; those not named are free."""

    kind: Literal["call"] = "call"
    id: str
    label: str
    functions: tuple[str, ...] = Field(min_length=1)
    arguments: dict[str, Comparator] = Field(default_factory=dict)
    after: tuple[str, ...] = ()
    """Steps that must have been met before; for real dependencies only."""
    at_most: int | None = Field(default=None, ge=1)
    """More successful calls of this kind are a violation, where doing it twice does harm."""


class StateStep(Contract):
    """A value at a JSON pointer into the state (``*`` for any one segment) holds; undone when the state is undone."""

    kind: Literal["state"] = "state"
    id: str
    label: str
    pointer: str
    holds: Comparator
    after: tuple[str, ...] = ()


Step = Annotated[CallStep | StateStep, Field(discriminator="kind")]


class ForbiddenCall(Contract):
    id: str
    label: str
    function: str
    arguments: dict[str, Comparator] = Field(default_factory=dict)


class VerificationSpec(Contract):
    required: tuple[Step, ...] = Field(min_length=1)
    forbidden: tuple[ForbiddenCall, ...] = ()
    may_change: tuple[str, ...] = ()
    """JSON pointers, ``*`` for one segment, that the task may change; a change elsewhere is a violation."""
    final_state: dict[str, Comparator] = Field(default_factory=dict)
    """Partial: JSON pointer to what must stand there at the end."""


class ReferenceCall(Contract):
    """One call of a run that completes the task. A text ``@function.key`` stands for that key of the function's latest
    result, for numbers that nobody can know before."""

    function: str
    arguments: JsonObject = Field(default_factory=dict)


class ToolTask(Contract):
    """A structured task over simulated tools (HUMANS paper, Fig. 19 and G.8.2)."""

    category: Literal["tool_task"] = "tool_task"
    id: ScenarioId
    title: str
    domains: tuple[str, ...] = Field(min_length=1)
    goal: str
    identity: Identity | None = None
    situation: str
    key_details: tuple[str, ...] = ()
    steps: tuple[str, ...] = Field(min_length=1)
    note: str | None = None
    prompt: str
    initial_state: dict[str, JsonObject] = Field(default_factory=dict)
    """Per domain."""
    functions: tuple[str, ...] = Field(min_length=1)
    mode: ToolMode = ToolMode.VOICE
    verification: VerificationSpec
    reference_run: tuple[ReferenceCall, ...] = Field(min_length=1)


Scenario = Annotated[OpenChat | GoalOriented | ToolTask, Field(discriminator="category")]
