"""The provider's server and what it remembers."""

import asyncio
import base64
import io
import math
import struct
import wave
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web

WORDS = "It is sunny in Paris."
TRANSCRIPT = "What is the weather in Paris?"
ARGUMENTS = {"city": "Paris"}
RATE_HZ = 24_000


class Fault(StrEnum):
    """What goes wrong with every request."""

    STATUS_500 = "status_500"
    STALL_BEFORE_REPLY = "stall_before_reply"
    STALL_MID_STREAM = "stall_mid_stream"
    MALFORMED = "malformed"
    BROKEN_AFTER_SOUND = "broken_after_sound"
    EMPTY = "empty"
    TEXT_ONLY = "text_only"
    NO_SOUND_FOR_WORDS = "no_sound_for_words"


@dataclass
class Provider:
    """Every request it was sent, and how it is to behave."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    audio_replies: set[str] = field(default_factory=set)
    fault: Fault | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    @property
    def openai_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def google_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> dict[str, Any]:
        return self.requests[-1]

    async def stalled(self) -> None:
        """Returns when the test is over."""
        await self.released.wait()


PROVIDER = web.AppKey("provider", Provider)


def tone(seconds: float = 0.1, rate_hz: int = RATE_HZ) -> bytes:
    """s16le samples of a quiet A."""
    samples = (int(3000 * math.sin(2 * math.pi * 440 * n / rate_hz)) for n in range(int(seconds * rate_hz)))
    return b"".join(struct.pack("<h", sample) for sample in samples)


def wav(samples: bytes, rate_hz: int = RATE_HZ) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(samples)
    return file.getvalue()


def wav_seconds(data: bytes) -> float:
    """Its length; raises when it is no WAV file of 16-bit mono."""
    with wave.open(io.BytesIO(data)) as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (1, 2)
        return float(reader.getnframes() / reader.getframerate())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def refusal(message: str, status: int = 400) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "invalid_request_error"}}, status=status)


async def event_stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response
