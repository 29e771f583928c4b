"""The five dimensions and their six anchors, in words of our own."""

from collections.abc import Mapping
from types import MappingProxyType

from api.ratings.schemas import AnchorShown, DimensionShown
from contracts.rating import Dimension

LEAST = 1
MOST = 6

_RECOMMENDATION_LABELS = (
    "Would warn others off",
    "Would not recommend",
    "Would rather not recommend",
    "Would rather recommend",
    "Would recommend",
    "Would recommend to anyone",
)
_QUALITY_LABELS = ("Very poor", "Poor", "Rather poor", "Rather good", "Good", "Excellent")


def _dimension(
    dimension: Dimension, title: str, question: str, descriptions: tuple[str, str, str, str, str, str]
) -> DimensionShown:
    recommendation = dimension is Dimension.OVERALL_RECOMMENDATION
    labels = _RECOMMENDATION_LABELS if recommendation else _QUALITY_LABELS
    return DimensionShown(
        id=dimension,
        title=title,
        question=question,
        anchors=[
            AnchorShown(score=score, label=label, description=description)
            for score, (label, description) in enumerate(zip(labels, descriptions, strict=True), start=LEAST)
        ],
    )


DIMENSIONS: Mapping[Dimension, DimensionShown] = MappingProxyType(
    {
        Dimension.OVERALL_RECOMMENDATION: _dimension(
            Dimension.OVERALL_RECOMMENDATION,
            "Overall recommendation",
            "If somebody asked you about this assistant, what would you tell them?",
            (
                "Talking with it was a waste of time. I would tell people to stay away from it.",
                "It failed me in ways that mattered. I would choose almost anything else.",
                "It got by now and then, but its faults kept getting in the way.",
                "It did what I wanted most of the time, with faults I noticed but could live with.",
                "I was glad to use it. What went wrong was small and soon forgotten.",
                "I can hardly think of anything to improve. I would bring it up unasked.",
            ),
        ),
        Dimension.UNDERSTANDING: _dimension(
            Dimension.UNDERSTANDING,
            "Understanding",
            "How well did it catch what you said, what you meant, and how you said it?",
            (
                "It answered things I had not said, again and again.",
                "I had to repeat or reword most of what I said.",
                "It missed or mistook something important more than once.",
                "It followed me, apart from a few words or hints that I had to clear up.",
                "It understood me at once nearly every time, unfinished sentences included.",
                "It caught every word, what I was after, and the tone I said it in.",
            ),
        ),
        Dimension.NATURALNESS: _dimension(
            Dimension.NATURALNESS,
            "Naturalness",
            "How much did it feel like a conversation: the voice, the timing, the length of its answers?",
            (
                "It was like a broken announcement: stalling, cutting in, or never coming to an end.",
                "Stiff and out of rhythm. I kept having to adapt to it.",
                "Often too long, too late or too flat to feel like talking.",
                "Mostly easy to talk with, with some pauses or phrases that sounded read out.",
                "It flowed. Only now and then was I reminded of the machine.",
                "It spoke, waited and stopped as a good listener would.",
            ),
        ),
        Dimension.RESPONSE_QUALITY: _dimension(
            Dimension.RESPONSE_QUALITY,
            "Response quality",
            "How correct, fitting, safe and useful was what it said?",
            (
                "Mostly wrong, beside the point, or something nobody should act on.",
                "Wrong or empty often enough that I could not rely on it.",
                "Some of it was useful, but I would check everything before using it.",
                "Sound on the whole, if sometimes vague or incomplete.",
                "Correct and to the point, with a small slip at most.",
                "Correct, complete and well judged throughout. It told me just what I needed.",
            ),
        ),
        Dimension.TASK_EFFECTIVENESS: _dimension(
            Dimension.TASK_EFFECTIVENESS,
            "Task effectiveness",
            "How well and how quickly did it get you where you wanted to go?",
            (
                "We got nowhere, or I ended up further away than I began.",
                "Little was achieved, and each step was hard work.",
                "Part of it was done, after detours that should not have been needed.",
                "Most of it was done, though it took more effort than it should.",
                "Everything that mattered was done without much trouble.",
                "All of it was done, and faster than I could have done it alone.",
            ),
        ),
    }
)
"""In the order of the page: the overall judgement first."""
