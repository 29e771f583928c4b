"""From a conversation to a reply: hears what is audio, asks the brain, speaks."""

import asyncio
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from local.model_server.brain.dialogue import respond
from local.model_server.conversation import Conversation, Reply, Said
from local.model_server.hearing.hints import hints_for
from local.model_server.hearing.recognizer import Recognizer
from local.model_server.speaking.voice import Voice

_AUDIO_LIFE_S = 3600
_MOST_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class SpokenId:
    """The name of a reply that was spoken; good for an hour, as OpenAI's are."""

    id: str
    expires_at: int


class Replies:
    """The one road from a request to a reply, the same for every API."""

    def __init__(self, recognizer: Recognizer, voice: Voice) -> None:
        self.recognizer = recognizer
        self._voice = voice
        self._spoken: OrderedDict[str, tuple[int, str]] = OrderedDict()

    async def reply(self, conversation: Conversation) -> tuple[Reply, Conversation]:
        """The reply, and the conversation with its audio put into words."""
        heard = await self._in_words(conversation)
        reply = await asyncio.to_thread(respond, heard)
        if reply.text:
            # While the reply is spoken there is time to get ready for what may be said next.
            self.recognizer.expect(await asyncio.to_thread(hints_for, heard))
        return reply, heard

    async def _in_words(self, conversation: Conversation) -> Conversation:
        texts: dict[int, str] = {}
        for i, item in enumerate(conversation.items):
            if isinstance(item, Said) and item.audio:
                known = conversation.with_texts(texts)
                hints = await asyncio.to_thread(hints_for, known)
                texts[i] = " ".join([await self.recognizer.transcribe(wave, hints) for wave in item.audio])
        return conversation.with_texts(texts)

    async def speak(self, text: str) -> bytes:
        """s16le mono at 24 kHz."""
        return await asyncio.to_thread(self._voice.speak, text)

    def remember_spoken(self, text: str) -> SpokenId:
        """An id under which later requests may refer to this reply."""
        spoken = SpokenId(f"audio_{secrets.token_hex(12)}", int(time.time()) + _AUDIO_LIFE_S)
        self._spoken[spoken.id] = (spoken.expires_at, text)
        while len(self._spoken) > _MOST_REMEMBERED:
            self._spoken.popitem(last=False)
        return spoken

    def spoken(self, audio_id: str) -> str | None:
        """What was said under an id; None when it is unknown or has expired."""
        expires_at, text = self._spoken.get(audio_id, (0, ""))
        return text if expires_at > time.time() else None
