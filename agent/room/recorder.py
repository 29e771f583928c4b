"""The library's recorder, writing soon enough that a kill costs little of the recording.

As it comes it hands audio to its encoder every 2.5 s, and the file's muxer keeps 256 kB before any of it is on disk:
minutes of a quiet conversation. It has no setting for either.
"""

from typing import Any

import av
from livekit.agents.voice.recorder_io import RecorderIO
from livekit.agents.voice.recorder_io import recorder_io as library

WRITE_S = 0.5
PAGE_US = 500_000
"""Length of an Ogg page; what is not yet a whole page is lost."""


class _FlushingAv:
    """PyAV, except that what it writes is on disk at each page."""

    def __getattr__(self, name: str) -> Any:
        return getattr(av, name)

    def open(self, file: Any, **how: Any) -> Any:
        return av.open(file, **(how | {"options": {"flush_packets": "1", "page_duration": str(PAGE_US)}}))


def new_recorder(session: Any) -> RecorderIO:
    """A recorder whose file is at most about two seconds behind, but for an answer that is still being said."""
    library.WRITE_INTERVAL = WRITE_S
    setattr(library, "av", _FlushingAv())  # noqa: B010 - a name that the library does not export
    return RecorderIO(agent_session=session)
