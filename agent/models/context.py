"""The conversation as one model must be sent it, through the stock plugins.

The library's formatters leave `AudioContent` out. Here each recording and each earlier spoken reply becomes a marker in
the text, the stock formatter does its work, and the markers are exchanged for what the provider takes.
"""

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypedDict

from livekit import rtc
from livekit.agents import llm

from agent.models import history
from contracts.voice_model import ModelSpec

AUDIO_REPLY_KEY = "openai_audio"
"""In ``ChatMessage.extra``: the `AudioReply` under which the provider keeps what the assistant said."""

EXPIRY_MARGIN_S = 60.0

_MARKER = re.compile("(\x00[a-z]+:[0-9]+\x00)")


class AudioReply(TypedDict):
    """A spoken reply kept by the provider; ``expires_at`` in seconds of Unix time."""

    id: str
    expires_at: float


class ShapedContext(llm.ChatContext):
    """A context whose audio reaches the provider, for the OpenAI and Google formats."""

    def __init__(
        self, items: history.Items, *, encode: Callable[[llm.AudioContent], bytes], audio_replies: dict[str, str]
    ) -> None:
        super().__init__(items)
        self._encode = encode
        self._audio_replies = audio_replies

    @property
    def sends_audio_replies(self) -> bool:
        return bool(self._audio_replies)

    def forget_audio_replies(self) -> None:
        """Earlier replies are sent as text from here on: the provider does not know their ids any more."""
        self._audio_replies.clear()

    def to_provider_format(self, format: str, **options: Any) -> tuple[list[dict[str, Any]], Any]:  # noqa: A002
        recordings: dict[str, bytes] = {}
        replies: dict[str, str] = {}
        marked = [self._marked(item, recordings, replies) if item.type == "message" else item for item in self.items]
        messages, extra = llm.ChatContext(marked).to_provider_format(format, **options)
        if format == "google":
            return [_google_turn(message, recordings) for message in messages], extra
        return [_openai_message(message, recordings, replies) for message in messages], extra

    def _marked(
        self, message: llm.ChatMessage, recordings: dict[str, bytes], replies: dict[str, str]
    ) -> llm.ChatMessage:
        if message.id in self._audio_replies:
            marker = f"\x00reply:{len(replies)}\x00"
            replies[marker] = self._audio_replies[message.id]
            return message.model_copy(update={"content": [marker]})
        content: list[llm.ChatContent] = []
        for part in message.content:
            if isinstance(part, llm.AudioContent):
                marker = f"\x00audio:{len(recordings)}\x00"
                recordings[marker] = self._encode(part)
                content.append(marker)
            else:
                content.append(part)
        return message.model_copy(update={"content": content})


def _openai_message(message: dict[str, Any], recordings: dict[str, bytes], replies: dict[str, str]) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, str) or "\x00" not in content:
        return message
    if content in replies:
        return {**{key: value for key, value in message.items() if key != "content"}, "audio": {"id": replies[content]}}
    parts = [_openai_part(piece, recordings) for piece in _MARKER.split(content) if piece.strip()]
    return {**message, "content": parts}


def _openai_part(piece: str, recordings: dict[str, bytes]) -> dict[str, Any]:
    if piece not in recordings:
        return {"type": "text", "text": piece.strip()}
    data = base64.b64encode(recordings[piece]).decode("ascii")
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}


def _google_turn(turn: dict[str, Any], recordings: dict[str, bytes]) -> dict[str, Any]:
    parts = [
        {"inline_data": {"data": recordings[part["text"]], "mime_type": "audio/wav"}}
        if part.get("text") in recordings
        else part
        for part in turn["parts"]
    ]
    return {**turn, "parts": parts}


@dataclass(slots=True)
class ContextShaper:
    """Shapes the context of one conversation after its model's capability flags.

    Keeps the encoded form of the recordings that the latest context held, so that each is encoded once.
    """

    spec: ModelSpec
    now: Callable[[], float] = time.time
    _encoded: dict[tuple[int, ...], tuple[list[rtc.AudioFrame], bytes]] = field(default_factory=dict)

    def __call__(self, context: llm.ChatContext) -> ShapedContext:
        capabilities = self.spec.capabilities
        items = history.spoken_items(context.items)
        if capabilities.merge_user_messages or not capabilities.system_role:
            items = history.with_one_preamble(items, system_role=capabilities.system_role)
        if capabilities.merge_user_messages:
            items = history.with_turns_alternating(items)
        if self.spec.audio_history_turns is not None:
            items = history.with_recent_audio(items, self.spec.audio_history_turns)
        self._forget_what_is_not_in(items)
        replies = self._audio_replies(items) if capabilities.assistant_audio_by_id else {}
        return ShapedContext(items, encode=self._encode, audio_replies=replies)

    def _audio_replies(self, items: history.Items) -> dict[str, str]:
        """Message id to the provider's audio id, for replies that were heard to their end and are still kept."""
        replies: dict[str, str] = {}
        for item in items:
            if item.type != "message" or item.role != "assistant" or item.interrupted:
                continue
            reply: AudioReply | None = item.extra.get(AUDIO_REPLY_KEY)
            if reply is not None and reply["expires_at"] > self.now() + EXPIRY_MARGIN_S:
                replies[item.id] = reply["id"]
        return replies

    def _encode(self, audio: llm.AudioContent) -> bytes:
        key = _identity(audio)
        if key not in self._encoded:
            # The frames are kept beside their encoding, so that their identities are not given to others.
            self._encoded[key] = (list(audio.frame), rtc.combine_audio_frames(audio.frame).to_wav_bytes())
        return self._encoded[key][1]

    def _forget_what_is_not_in(self, items: history.Items) -> None:
        current = {
            _identity(part)
            for item in items
            if item.type == "message"
            for part in item.content
            if isinstance(part, llm.AudioContent)
        }
        for key in self._encoded.keys() - current:
            del self._encoded[key]


def _identity(audio: llm.AudioContent) -> tuple[int, ...]:
    return tuple(id(frame) for frame in audio.frame)


def unshaped(context: llm.ChatContext) -> llm.ChatContext:
    """For realtime sessions, which keep the conversation themselves."""
    return context
