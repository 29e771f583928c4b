"""Conversation without tools: reflective, with a question back; and the fixed answers about what this program is."""

import re
from collections.abc import Sequence
from zlib import crc32

from local.model_server.brain.topics import TOPICS, Topic
from local.model_server.brain.words import STOP_WORDS, fold, words_of

WHO_I_AM = (
    "I am a small rule-based demonstration program, not a language model. I can talk a little and do simple tasks."
)

_REFLECT = {
    "i": "you",
    "i'm": "you are",
    "i've": "you have",
    "i'll": "you will",
    "i'd": "you would",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "am": "are",
    "myself": "yourself",
    "you": "I",
    "your": "my",
    "you're": "I am",
    "we": "you",
    "our": "your",
    "was": "were",
}

_IDENTITY = re.compile(
    r"\b(?:who|what) (?:are|r) you\b|what(?:'s| is) your name|(?:which|what) model|who made you|"
    r"what kind of (?:ai|assistant|model|program)|are you (?:a |an )?(?:real|human|person|robot|bot|machine|program|ai|"
    r"gpt|chatgpt|gemini|computer|language model)"
)

_OPEN = (
    "I see. Can you tell me more about that?",
    "That is interesting. How did it start?",
    "And what do you think about it yourself?",
    "What matters most to you there?",
)


def greeting(abilities: str, topic: str | None) -> str:
    """The first words of a conversation."""
    if abilities:
        return f"Hello! I can {abilities}. What would you like to do?"
    if topic:
        return f"Hello! I hear it is about {topic}. What would you like to know first?"
    return "Hello! It is nice to talk with you. What is on your mind today?"


def fixed_answer(text: str) -> str | None:
    """Answers that are the same with and without tools; None when the words ask for none of them."""
    said = fold(text)
    words = words_of(text)
    if _IDENTITY.search(said):
        return WHO_I_AM
    if re.search(
        r"\b(?:good ?bye|bye|see you|that(?:'s| is| was) all|that will be all|nothing else|i'm done|i am done)\b", said
    ):
        return "All right. Goodbye, and have a nice day."
    if re.search(r"\bthank(?:s| you)\b", said) and len(words) <= 6:
        return "You are welcome. Is there anything else?"
    if re.search(r"\b(?:repeat|say that again|pardon|what did you say)\b", said) and len(words) <= 8:
        return "repeat"
    if (
        words
        and words[0] in ("hello", "hi", "hey")
        and len([w for w in words if w not in STOP_WORDS]) <= 1
        and len(words) <= 5
    ):
        return "Hello! What can I do for you?"
    return None


def converse(text: str, said_before: Sequence[str]) -> str:
    """A short answer on the topic with a question back; never the same sentence twice while there is another."""
    said = fold(text)
    options: list[str] = []
    for topic in TOPICS:
        if _is_about(topic, words_of(text)):
            options.extend(topic.answers)
    if not options:
        for earlier in reversed(said_before[-6:]):
            ongoing = next((topic for topic in TOPICS if earlier in topic.answers), None)
            if ongoing is not None:
                options.extend(ongoing.answers)
                break
    if reflected := _reflection(text):
        options.append(reflected)
    options.extend(_OPEN)
    fresh = [o for o in options if o not in said_before] or list(_OPEN)
    return fresh[0] if options[0] in fresh else fresh[crc32(said.encode()) % min(2, len(fresh))]


def _is_about(topic: Topic, words: list[str]) -> bool:
    signs = topic.words.split()
    return any(w == s or (s.endswith("*") and w.startswith(s[:-1])) for s in signs for w in words)


def _reflection(text: str) -> str | None:
    found = re.search(r"\bi (?:am|feel|like|want|need|think|love|have|would like|enjoy|hate|was)\b.*", fold(text))
    if not found:
        return None
    words = [_REFLECT.get(w, w) for w in words_of(found.group())[:14]]
    return f"So {' '.join(words)}. What makes you say that?" if len(words) > 2 else None


def topic_of(prompt: str) -> str | None:
    """What a goal-oriented prompt is about, in a few words."""
    found = re.search(
        r"user (?:is|wants|would like|needs) (?:to )?((?:planning|learn\w*|find\w*|get\w*|help with)?[^.;,]*)", prompt
    )
    if not found or "free conversation" in prompt:
        return None
    words = found.group(1).split(" and ")[0].strip()
    return words if 1 < len(words.split()) <= 8 else None
