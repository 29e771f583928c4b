"""Conversations of the LMSYS-Chat-1M and WildChat kind, from JSON lines or parquet, and which of them are no use."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LONGEST_OPENING = 1500
_SHORTEST_OPENING_WORDS = 5
_CODE_SIGNS = ("```", "def ", "#include", "SELECT ", "</", "();", "NAME_1")


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    language: str
    flagged: bool
    """Moderated, toxic or redacted, as the file says."""
    user_turns: tuple[str, ...]


def read_conversations(path: Path) -> Iterator[Conversation]:
    """Every conversation of a file, in order. Raises `ValueError` for a file of another kind."""
    for row in _rows(path):
        turns = row.get("conversation")
        if not isinstance(turns, list):
            raise ValueError(f"{path.name}: a row has no `conversation`")
        said = tuple(str(turn.get("content", "")) for turn in turns if turn.get("role") == "user")
        yield Conversation(
            id=str(row.get("conversation_id") or row.get("conversation_hash") or _fingerprint(said)),
            language=str(row.get("language") or "English"),
            flagged=bool(row.get("toxic") or row.get("redacted")) or _moderated(row),
            user_turns=said,
        )


def useless(conversation: Conversation) -> str | None:
    """Why no spoken scenario can come of a conversation, before any model is asked; None when one may."""
    if conversation.language.casefold() not in ("english", "en"):
        return "not in English"
    if conversation.flagged:
        return "flagged or redacted in the file"
    if not conversation.user_turns or len(conversation.user_turns[0].split()) < _SHORTEST_OPENING_WORDS:
        return "too short"
    opening = conversation.user_turns[0]
    if len(opening) > _LONGEST_OPENING:
        return "too long to say"
    if any(sign in opening for sign in _CODE_SIGNS):
        return "code or placeholders"
    return None


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.suffix == ".parquet":
        try:
            from pyarrow import parquet
        except ImportError as error:
            raise ValueError(f"{path.name}: parquet files need the extra `analysis`") from error
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1000):
            yield from batch.to_pylist()
        return
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise ValueError(f"{path.name}, line {number}: {error.msg}") from error
                yield row


def _moderated(row: Mapping[str, Any]) -> bool:
    verdicts = row.get("openai_moderation") or []
    return any(isinstance(verdict, Mapping) and verdict.get("flagged") for verdict in verdicts)


def _fingerprint(turns: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(turns).encode("utf-8", "surrogatepass")).hexdigest()[:16]
