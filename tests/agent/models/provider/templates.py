"""What the chat templates behind an OpenAI-compatible server refuse, by the names of the models."""

import base64
import itertools
from dataclasses import dataclass
from typing import Any

from tests.agent.models.provider.server import wav_seconds


@dataclass(frozen=True)
class Template:
    """Written down from the models' own papers, apart from the rows' capability flags."""

    alternates: bool = False
    system: bool = True
    recordings: int | None = None
    hears: bool = True


TEMPLATES = {
    "gpt-4o-audio-preview": Template(),
    "gpt-4o-mini-audio-preview": Template(),
    "earwitness-demo-audio": Template(),
    "Qwen/": Template(),
    "fixie-ai/": Template(),
    "ibm-granite/": Template(recordings=1),
    "mistralai/Voxtral": Template(alternates=True, system=False, recordings=5),
    "google/gemma-3n": Template(alternates=True, system=False),
}


def template_of(model: str) -> Template:
    return next((template for name, template in TEMPLATES.items() if model.startswith(name)), Template(hears=False))


def objection(body: dict[str, Any], known_replies: set[str]) -> str | None:
    """Why the messages cannot be taken; None when they can."""
    template = template_of(body["model"])
    messages = body["messages"]
    if not template.system and any(message["role"] == "system" for message in messages):
        return "System role not supported"
    if template.alternates and (fault := _out_of_turn(messages)):
        return fault
    recordings = 0
    for message in messages:
        if message["role"] == "assistant" and "audio" in message and message["audio"]["id"] not in known_replies:
            return f"Audio {message['audio']['id']} not found"
        parts = message.get("content")
        if message["role"] == "user" and not parts:
            return "User message without content"
        for part in parts if isinstance(parts, list) else []:
            if part["type"] == "input_audio":
                recordings += 1
                if part["input_audio"]["format"] != "wav" or wav_seconds(_decoded(part)) <= 0:
                    return "input_audio is not wav"
            elif part["type"] != "text" or not part["text"]:
                return f"part {part['type']} not supported"
    if recordings and not template.hears:
        return "This model does not take audio"
    if template.recordings is not None and recordings > template.recordings:
        return f"At most {template.recordings} audio(s) may be provided in one prompt."
    return None


def _decoded(part: dict[str, Any]) -> bytes:
    return base64.b64decode(part["input_audio"]["data"], validate=True)


def _out_of_turn(messages: list[dict[str, Any]]) -> str | None:
    turns = [
        message["role"]
        for message in messages
        if message["role"] in ("user", "assistant") and not message.get("tool_calls")
    ]
    if not turns or turns[0] != "user" or any(one == other for one, other in itertools.pairwise(turns)):
        return "Conversation roles must alternate user/assistant/user/assistant/..."
    return None
