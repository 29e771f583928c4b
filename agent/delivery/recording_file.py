"""What is in a recording, also in one whose writer was killed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import av


@dataclass(frozen=True, slots=True)
class RecordingFile:
    sha256: str
    duration_s: float


def describe(path: Path) -> RecordingFile | None:
    """The recording's checksum and length (blocking); None when there is no sound in it."""
    duration_s = 0.0
    try:
        with av.open(str(path)) as container:
            for packet in container.demux(audio=0):
                if packet.duration is not None and packet.time_base is not None:
                    duration_s += float(packet.duration * packet.time_base)
    except (av.FFmpegError, IndexError):
        # A torn end: what was read before it counts.
        pass
    if duration_s <= 0:
        return None
    return RecordingFile(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), duration_s=duration_s)
