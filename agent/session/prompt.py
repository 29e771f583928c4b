"""The system prompt (HUMANS paper, F.3)."""

from contracts.scenario import Scenario
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
