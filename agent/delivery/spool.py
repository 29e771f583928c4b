"""What one agent job has to deliver, kept on disk until the API has acknowledged it.

A folder a job: ``events.jsonl`` (append-only), ``acknowledged`` (a number), ``turns/<turn>.wav``, ``recording.ogg``,
``meta.json``. Whoever delivers a folder holds its lock; a job that dies loses it.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from contracts.base import ConversationId
from contracts.conversation_event import ConversationEvent, ConversationEventBody, RecordingStored


@dataclass(frozen=True, slots=True)
class TurnAudio:
    turn: int
    path: Path


class Spool:
    """One job's events, turns and recording; `append` and `keep_turn_audio` survive a kill as soon as they return."""

    def __init__(self, folder: Path, lock: int) -> None:
        meta = json.loads((folder / "meta.json").read_text())
        self.folder, self._lock = folder, lock
        self.conversation_id = ConversationId(meta["conversation_id"])
        self.source: str = meta["source"]
        self.recording_part: int = meta["recording_part"]
        self._cut_torn_line()
        self._events = (folder / "events.jsonl").open("ab", buffering=0)
        self._unsent = [event for event in self._stored() if event.sequence > self.acknowledged]
        self._last = self._unsent[-1].sequence if self._unsent else self.acknowledged

    @classmethod
    def create(cls, root: Path, conversation_id: ConversationId, source: str, *, recording_part: int) -> Self:
        """A new, locked spool."""
        folder = root / f"{conversation_id}--{source}"
        # Set up under another name first: a half-made folder is nobody's.
        making = root / f".{folder.name}"
        (making / "turns").mkdir(parents=True, mode=0o700)
        meta = {"conversation_id": conversation_id, "source": source, "recording_part": recording_part}
        (making / "meta.json").write_text(json.dumps(meta))
        lock = _locked(making)
        if lock is None:
            raise OSError(f"{making}: locked by another process")
        making.rename(folder)
        return cls(folder, lock)

    @classmethod
    def adopt(cls, folder: Path) -> Self | None:
        """The spool in ``folder`` when its job is gone; None while someone holds it, or when it is no spool."""
        if not (folder / "meta.json").is_file():
            return None
        lock = _locked(folder)
        if lock is None:
            return None
        if not (folder / "meta.json").is_file():
            os.close(lock)
            return None
        return cls(folder, lock)

    @staticmethod
    def folders(root: Path, conversation_id: ConversationId | None = None) -> list[Path]:
        """Every job's folder, the oldest first; of one conversation when given."""
        if not root.is_dir():
            return []
        pattern = f"{conversation_id}--*" if conversation_id is not None else "*--*"
        found = [path for path in root.glob(pattern) if path.is_dir() and not path.name.startswith(".")]
        return sorted(found, key=lambda path: path.stat().st_ctime)

    @property
    def acknowledged(self) -> int:
        """The API has every event up to here."""
        path = self.folder / "acknowledged"
        return int(path.read_text()) if path.is_file() else 0

    @property
    def recording(self) -> Path:
        return self.folder / "recording.ogg"

    def note_recording_start(self, at: datetime) -> None:
        """Second 0 of the recording; kept beside it, for whoever delivers it."""
        (self.folder / "recording_started_at").write_text(at.isoformat())

    @property
    def recording_started_at(self) -> datetime | None:
        path = self.folder / "recording_started_at"
        return datetime.fromisoformat(path.read_text()) if path.is_file() else None

    @property
    def empty(self) -> bool:
        return not self._unsent and not self.turn_audio() and not self.recording.is_file()

    def append(self, body: ConversationEventBody, at: datetime) -> ConversationEvent:
        """Number the event and write it."""
        self._last += 1
        event = ConversationEvent(sequence=self._last, at=at, body=body)
        self._events.write(event.model_dump_json().encode() + b"\n")
        self._unsent.append(event)
        return event

    def keep_turn_audio(self, turn: int, wav: bytes) -> str:
        """Keep the audio; the answer is its SHA-256."""
        path = self.folder / "turns" / f"{turn}.wav"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(wav)
        unfinished.rename(path)
        return hashlib.sha256(wav).hexdigest()

    def sync(self) -> None:
        """Flush to the disk itself (blocking)."""
        os.fsync(self._events.fileno())

    def unsent(self, limit: int) -> tuple[ConversationEvent, ...]:
        """The oldest events that are not acknowledged."""
        return tuple(self._unsent[:limit])

    def acknowledge(self, through: int) -> None:
        """Every event up to ``through`` is stored; a smaller number than before changes nothing."""
        if through <= self.acknowledged:
            return
        path = self.folder / "acknowledged"
        unfinished = path.with_suffix(".part")
        unfinished.write_text(str(through))
        unfinished.rename(path)
        self._unsent = [event for event in self._unsent if event.sequence > through]

    def rewind(self, through: int) -> None:
        """The API has less than was acknowledged: send again what follows ``through``."""
        (self.folder / "acknowledged").write_text(str(through))
        self._unsent = [event for event in self._stored() if event.sequence > through]

    def turn_audio(self) -> list[TurnAudio]:
        """Turns whose audio is not stored yet, in order."""
        found = [TurnAudio(int(path.stem), path) for path in (self.folder / "turns").glob("*.wav")]
        return sorted(found, key=lambda audio: audio.turn)

    def has_logged_recording(self) -> bool:
        return any(isinstance(event.body, RecordingStored) for event in self._stored())

    def close(self) -> None:
        """Let another process deliver what is left."""
        self._events.close()
        os.close(self._lock)

    def remove(self) -> None:
        """Everything is delivered."""
        self._events.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def _stored(self) -> Iterator[ConversationEvent]:
        path = self.folder / "events.jsonl"
        if path.is_file():
            for line in path.read_bytes().splitlines():
                yield ConversationEvent.model_validate_json(line)

    def _cut_torn_line(self) -> None:
        """A machine that lost power may leave half a line, which was never promised to anyone."""
        path = self.folder / "events.jsonl"
        if path.is_file() and (data := path.read_bytes()) and not data.endswith(b"\n"):
            path.write_bytes(data[: data.rfind(b"\n") + 1])


def _locked(folder: Path) -> int | None:
    """An exclusive lock on the folder, held until closed or the process ends; None when someone else has it."""
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
