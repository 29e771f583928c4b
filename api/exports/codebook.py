"""What every exported column means."""

from collections.abc import Sequence
from typing import Any

from api.exports.columns import CONVERSATION_COLUMNS, DELAY_COLUMNS, RATING_COLUMNS, Column
from api.exports.schemas import Codebook, ColumnMeaning

CODEBOOK_COLUMNS = ("file", "column", "type", "unit", "meaning")

_LINES: Sequence[tuple[str, str, str]] = (
    ("conversations.jsonl", "conversation", "The columns of conversations.csv, as an object."),
    ("conversations.jsonl", "study", "The study file as it was."),
    ("conversations.jsonl", "model", "The model's row as it was."),
    ("conversations.jsonl", "scenario", "The scenario as it was."),
    ("conversations.jsonl", "turn_taking", "The turn-taking settings."),
    ("conversations.jsonl", "versions", "Software versions of API and worker by distribution."),
    ("conversations.jsonl", "microphone", "The microphone check: level, and the browser's audio processing."),
    ("conversations.jsonl", "assignment", "The draw: method, counts before it, ties, seed."),
    ("conversations.jsonl", "live_verdict", "The task's verdict as the agent saw it; null: no task."),
    ("conversations.jsonl", "replayed_verdict", "The verdict computed anew from the calls; null: no task."),
    ("conversations.jsonl", "rating", "Scores and feedback; null: not rated."),
    ("conversations.jsonl", "audio", "Stored audio: kind, number, digest, bytes."),
    ("events.jsonl", "conversation_id", "The conversation's random id."),
    ("events.jsonl", "position", "The conversation's total order, from 1."),
    ("events.jsonl", "source", "Who logged it: an agent job, or api."),
    ("events.jsonl", "sequence", "The source's own count, from 1."),
    ("events.jsonl", "at", "The source's clock, UTC."),
    ("events.jsonl", "received_at", "The API's clock, UTC."),
    ("events.jsonl", "body", "The event; its type says which fields it has (docs/record.md)."),
)


def _table(file: str, columns: Sequence[Column[Any]]) -> list[ColumnMeaning]:
    return [
        ColumnMeaning(file=file, column=each.name, type=each.type, unit=each.unit, meaning=each.meaning)
        for each in columns
    ]


def codebook() -> Codebook:
    """File by file, in the columns' order."""
    return Codebook(
        columns=[
            *_table("conversations.csv", CONVERSATION_COLUMNS),
            *_table("ratings.csv", RATING_COLUMNS),
            *_table("turn_delays.csv", DELAY_COLUMNS),
            *(
                ColumnMeaning(file=file, column=column, type="json", unit=None, meaning=meaning)
                for file, column, meaning in _LINES
            ),
        ]
    )
