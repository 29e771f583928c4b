"""A conversation's items as a model's template can take them: pure functions from items to items."""

from collections.abc import Sequence
from typing import TypeAlias

from livekit.agents import llm

Items: TypeAlias = list[llm.ChatItem]

OPENING = "(The conversation begins.)"
"""Stands before the assistant's greeting where a template insists that the user speaks first."""

AUDIO_GONE = "(Said aloud earlier; the recording is no longer attached.)"
"""Stands for a user turn whose audio is no longer sent and that was never transcribed."""

_INSTRUCTIONS = ("system", "developer")


def spoken_items(items: Sequence[llm.ChatItem]) -> Items:
    """Messages that say something, and tool calls that were answered, in their order; everything else is dropped."""
    called = {item.call_id for item in items if item.type == "function_call"}
    answered = {item.call_id for item in items if item.type == "function_call_output"}
    settled = called & answered
    kept: Items = []
    for item in items:
        if item.type == "message":
            if any(_says_something(content) for content in item.content):
                kept.append(item)
        elif item.type in ("function_call", "function_call_output") and item.call_id in settled:
            kept.append(item)
    return kept


def _says_something(content: llm.ChatContent) -> bool:
    if isinstance(content, llm.AudioContent):
        return bool(content.frame)
    return not isinstance(content, str) or bool(content.strip())


def with_one_preamble(items: Sequence[llm.ChatItem], *, system_role: bool) -> Items:
    """Instructions in one message at the start; later ones are told by the user.

    With ``system_role`` false the preamble itself stands at the head of the first user message.
    """
    preamble: list[llm.ChatContent] = []
    rest: Items = []
    for item in items:
        if item.type != "message" or item.role not in _INSTRUCTIONS:
            rest.append(item)
        elif not rest:
            preamble.extend(item.content)
        else:
            rest.append(item.model_copy(update={"role": "user"}))
    if not preamble:
        return rest
    if system_role:
        return [llm.ChatMessage(role="system", content=preamble), *rest]
    return _told_by_first_user_message(preamble, rest)


def _told_by_first_user_message(preamble: list[llm.ChatContent], items: Items) -> Items:
    if items and items[0].type == "message" and items[0].role == "user":
        head = items[0]
        return [head.model_copy(update={"content": [*preamble, *head.content]}), *items[1:]]
    return [llm.ChatMessage(role="user", content=preamble), *items]


def with_turns_alternating(items: Sequence[llm.ChatItem]) -> Items:
    """User and assistant in turn, the user first: messages of one role in a row become one."""
    merged: Items = []
    for item in items:
        last = merged[-1] if merged else None
        if item.type == "message" and last is not None and last.type == "message" and last.role == item.role:
            # The later id stays: tool calls are tied to their message by it.
            merged[-1] = item.model_copy(update={"content": _joined(last.content, item.content)})
            continue
        if not any(_is_turn(earlier) for earlier in merged) and not _is_user_or_instructions(item):
            merged.append(llm.ChatMessage(role="user", content=[OPENING]))
        merged.append(item)
    return merged


def _is_turn(item: llm.ChatItem) -> bool:
    return item.type == "message" and item.role in ("user", "assistant")


def _is_user_or_instructions(item: llm.ChatItem) -> bool:
    return item.type == "message" and item.role != "assistant"


def _joined(earlier: list[llm.ChatContent], later: list[llm.ChatContent]) -> list[llm.ChatContent]:
    """The contents one after the other, with audio that meets made one recording."""
    head, tail = earlier[-1] if earlier else None, later[0] if later else None
    if not (isinstance(head, llm.AudioContent) and isinstance(tail, llm.AudioContent)) or _rate(head) != _rate(tail):
        return [*earlier, *later]
    transcript = " ".join(part for part in (head.transcript, tail.transcript) if part) or None
    both = llm.AudioContent(frame=[*head.frame, *tail.frame], transcript=transcript)
    return [*earlier[:-1], both, *later[1:]]


def _rate(audio: llm.AudioContent) -> int:
    return audio.frame[0].sample_rate if audio.frame else 0


def with_recent_audio(items: Sequence[llm.ChatItem], turns: int) -> Items:
    """Audio in the last ``turns`` user messages that have any; older audio as its transcript, or a marker.

    The newest recording always stays: it is what the model is to answer.
    """
    heard = [index for index, item in enumerate(items) if _has_audio(item)]
    faded = set(heard[: -max(turns, 1)])
    return [_in_text(item) if index in faded and item.type == "message" else item for index, item in enumerate(items)]


def _has_audio(item: llm.ChatItem) -> bool:
    return item.type == "message" and any(isinstance(content, llm.AudioContent) for content in item.content)


def _in_text(message: llm.ChatMessage) -> llm.ChatMessage:
    content = [
        (part.transcript or AUDIO_GONE) if isinstance(part, llm.AudioContent) else part for part in message.content
    ]
    return message.model_copy(update={"content": content})
