"""What may be said in a conversation: the names and words that help a recogniser."""

import hashlib
import re
from dataclasses import dataclass

from local.model_server.brain import web
from local.model_server.brain.concepts import name_words, said_of
from local.model_server.brain.dialogue import Dialogue
from local.model_server.brain.words import STOP_WORDS, spoken_form, words_of
from local.model_server.conversation import Conversation, Returned, Said

_PLAIN = re.compile(r"[a-z]+(?:'[a-z]+)?$")


@dataclass(frozen=True, slots=True)
class Hints:
    """``names`` and ``words`` fill templates; ``sentences`` are taken as they are. All in spoken form."""

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    sure: bool = True
    """The speech is about this; otherwise it may be about anything, and both decodings are weighed."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((self.names, self.words, self.sentences)).encode()).hexdigest()[:24]

    @property
    def empty(self) -> bool:
        return not (self.names or self.words or self.sentences)


NO_HINTS = Hints()


def hints_for(conversation: Conversation) -> Hints:
    """From the system prompt, the function schemas and everything that results showed; empty without functions."""
    if not web.split(conversation.functions)[0]:
        return NO_HINTS
    dialogue = Dialogue(conversation)
    knowledge = dialogue.knowledge
    sources = [i.text for i in conversation.items if isinstance(i, Said) and i.role in ("system", "assistant")]
    shown = [r.text for r in knowledge.records[-40:]]
    described = [said_of(f) for f in conversation.functions]
    function_words = " ".join(" ".join(name_words(f.name)) for f in conversation.functions)
    names = _spoken(spoken_form(n) for n in knowledge.people)
    words = _content(" ".join([*sources[:1], *shown, *described, function_words, *_strings(conversation)]))
    tags = _spoken(spoken_form(str(t)) for r in knowledge.records[-40:] for t in r.fields.get("tags") or ())
    return Hints(names, tuple(sorted({*words, *tags})), _spoken([*shown, *_sentences(sources[:1])]))


def hints_from_prompt(prompt: str) -> Hints:
    """From the ``prompt`` of a transcription request: capitalised or joined words are taken for names too."""
    if not prompt.strip():
        return NO_HINTS
    names = {spoken_form(w) for w in re.findall(r"\b[A-Z][a-z]+\b|\b\w+_\w+\b", prompt)}
    return Hints(_spoken(sorted(names - STOP_WORDS)), _content(prompt), _spoken(_sentences([prompt])), sure=False)


def _strings(conversation: Conversation) -> list[str]:
    return [str(i.output)[:4000] for i in conversation.items if isinstance(i, Returned)]


def _sentences(texts: list[str]) -> list[str]:
    return [s for t in texts for s in re.split(r"(?<=[.!?;:])\s+|\n", t) if 1 < len(s.split()) < 40][:60]


def _content(text: str) -> tuple[str, ...]:
    apart = spoken_form(text)
    return tuple(
        sorted({w for w in words_of(apart) if _PLAIN.match(w) and w not in STOP_WORDS and 2 < len(w) < 20})[:400]
    )


def _spoken(texts: "object") -> tuple[str, ...]:
    said: dict[str, None] = {}
    for text in texts:  # type: ignore[attr-defined]
        words = [w for w in words_of(spoken_form(text)) if _PLAIN.match(w)]
        if words:
            said[" ".join(words)] = None
    return tuple(said)
