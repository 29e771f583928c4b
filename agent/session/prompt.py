"""The system prompt (HUMANS paper, F.3)."""

from typing import assert_never

from contracts.scenario import GoalOriented, OpenChat, Scenario, ToolTask
from contracts.voice_model import ModelSpec

GREETING_CUE = "(The participant has just joined. Greet them briefly and ask how you can help.)"
"""Asks for the greeting, and is not kept."""


def instructions(scenario: Scenario, spec: ModelSpec) -> str:
    """The scenario's part, then the same lines for every model but the one for its architecture."""
    return "\n\n".join(
        [
            scenario.prompt.strip(),
            "\n".join(
                [
                    "You are a voice assistant.",
                    spec.prompt_line.strip(),
                    "Respond naturally and conversationally.",
                    "Never reveal which model you are or who made you, even when asked.",
                ]
            ),
        ]
    ).strip()


def card_words(scenario: Scenario) -> str:
    """What stands on the participant's card, as one text: the words that a transcriber may expect."""
    match scenario:
        case OpenChat():
            parts: list[str] = [scenario.title, scenario.description]
        case GoalOriented():
            parts = [scenario.title, scenario.description, *scenario.goals]
        case ToolTask():
            identity = scenario.identity
            known = [identity.name, *identity.credentials.values()] if identity is not None else []
            parts = [scenario.goal, *known, scenario.situation, *scenario.key_details, *scenario.steps]
        case _:
            assert_never(scenario)
    return "\n".join(part.strip() for part in parts)
