"""One utterance taken apart: the command, and the words that are to be passed on as they are."""

import re
from dataclasses import dataclass
from functools import cached_property

from local.model_server.brain.wordlist import word_set
from local.model_server.brain.words import fold, likeness, words_of

_MARKER = re.compile(
    r"\b(?:saying(?: that)?|that says?|which says?|that reads?|reading|to say|and say|says|say|"
    r"with the (?:text|message|words?|content|comment)|"
    r"(?:the |my )?(?:message|text|comment|post|tweet|content) (?:is|should (?:say|be|read))|"
    r"(?:it|which) should (?:say|read)|quote)\b\s*[:,]?\s*(?=\S)",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"\b(?:(?:tell|ask|remind|let|inform|notify|warn)\s+(?P<who>@?\w+(?:\s+(?!that\b|to\b|know\b|i\b|we\b|the\b)\w+)??)"
    r"\s+(?:know\s+)?(?:that|to|if|about|know)|"
    r"(?:write|message|text|send(?: a| another)?(?: \w+)? (?:message|note|text))\s+(?:to\s+)?(?P<to>@?\w+)\s+"
    r"(?:that|and say|to say)|"
    r"send\s+(?P<gets>@?\w+)\s+(?:a|an|another|one|the)\s+(?:\w+\s+)?(?:message|note|text)\s+(?:that|to say|and say))"
    r"\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_TELL_MISHEARD = re.compile(
    r"\b(?:tell|remind|inform|notify|warn)\s+(?!(?:me|us|a|an|the|my|about)\b)(?P<who>@?\w+)\s+(?P<rest>\S+\s+\S.*)$",
    re.IGNORECASE,
)
"""As `_TELL`, with the "that" misheard: "tell Bob the to she is here"."""
_INVITE = re.compile(r"\b(?P<verb>invite)\s+(?P<who>@?\w+)\s+(?P<rest>(?:to|for)\s+\S.*)$", re.IGNORECASE)
_THAT = re.compile(
    r"^(?P<command>(?:\w+ ){0,3}\w+) that (?P<rest>(?:the|i|we|my|our|it|he|she|they|there|you|everyone|everybody|\w+ "
    r"(?:is|are|was|were|has|have|will|can))\b.*\s.*\s.*)$",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"\b(?:find|search|look|show|read|which|what|list)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“](.{2,}?)[\"”]|(?<=\s)'(.{4,}?)'(?=$|[\s.,!?])")
_OPENERS = re.compile(
    r"^(?:(?:uh|um|er|well|okay|ok|so|hi|hello|hey|please|yes|yeah|sure|now|then|and|alright|great|thanks|thank you|"
    r"perfect|good)\b[ ,.!]*)+",
    re.IGNORECASE,
)
_CLOSERS = re.compile(r"[ ,.!?]*(?:\b(?:please|thanks|thank you|okay|ok)\b[ ,.!?]*)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Utterance:
    """``command`` is what the person wants, ``quoted`` what they dictate (None when they dictate nothing)."""

    text: str
    command: str
    quoted: str | None
    told: str | None = None
    """Who was to be told, in "tell Bob that ..."."""

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.command)

    @cached_property
    def all_words(self) -> list[str]:
        return words_of(self.text)


def take_apart(text: str) -> Utterance:
    """Finds where the command ends and the dictated words begin."""
    plain = _CLOSERS.sub("", _OPENERS.sub("", text.strip())).strip()
    if quote := _QUOTED.search(plain):
        inside = quote.group(1) or quote.group(2)
        command = f"{plain[: quote.start()]} {plain[quote.end() :]}"
        return Utterance(plain, _MARKER.sub(" ", command), inside.strip())
    tell = _TELL.search(plain)
    marker = _MARKER.search(plain)
    if marker and (tell is None or marker.start() <= tell.start("rest")):
        return Utterance(plain, plain[: marker.start()], _clean(plain[marker.end() :]))
    told = (tell.group("who") or tell.group("to") or tell.group("gets")) if tell else None
    if tell and told and not re.match(r"(?:me|us)\b", told, re.IGNORECASE):
        command = plain[: tell.start("rest")]
        return Utterance(
            plain, re.sub(r"\b(?:that|to|if)\s*$", "", command), _clean(tell.group("rest")), tell.group("who")
        )
    if misheard := _TELL_MISHEARD.search(plain):
        command = plain[: misheard.start("rest")].strip()
        return Utterance(plain, command, _clean(misheard.group("rest")), misheard.group("who"))
    if invite := _INVITE.search(plain):
        # Where there is no function for inviting, an invitation is a message.
        command = f"{plain[: invite.start('rest')]}with a message"
        return Utterance(plain, command, f"Come {_clean(invite.group('rest'))}", invite.group("who"))
    if (that := _THAT.match(plain)) and not _LOOKS.search(that.group("command")):
        return Utterance(plain, that.group("command"), _clean(that.group("rest")))
    if ":" in plain and len(plain.split(":", 1)[1].split()) > 1 and not re.search(r"\d:\d", plain):
        before, after = plain.split(":", 1)
        return Utterance(plain, before, _clean(after))
    if (near := _misheard_marker(plain)) is not None:
        return Utterance(plain, plain[: near[0]], _clean(plain[near[1] :]))
    return Utterance(plain, plain, None)


def _misheard_marker(text: str) -> tuple[int, int] | None:
    """Where a word that sounds like "saying" stands with words on both sides, if anywhere."""
    for word in re.finditer(r"\b(\w{4,8})\b", text):
        if (
            word.start() > 8
            and len(text[word.end() :].split()) >= 2
            and fold(word.group()) not in ("says", "send", "sent")
            and max(likeness(fold(word.group()), "saying"), likeness(fold(word.group()), "sane")) >= 0.8
        ):
            return word.start(), word.end()
    return None


def _clean(text: str) -> str:
    return text.strip(" ,:;\"'“”").strip()


def without_opener(text: str) -> str:
    """An answer without its polite beginning and end: "um, it should say hello please" is "hello"."""
    plain = _CLOSERS.sub("", _OPENERS.sub("", text.strip())).strip(" ,.")
    return re.sub(
        r"^(?:(?:it|the (?:message|post|comment|tweet|text))\s+(?:should|is|says?|can)(?:\s+(?:say|be|read))?|"
        r"(?:just )?(?:say|write|put)|(?:that )?(?:would|should) be|it's|its|it is|i mean|to|for|"
        r"my (?:\w+ ){1,2}is)\s*[:,]?\s+",
        "",
        plain,
        flags=re.IGNORECASE,
    ).strip()


_AGREES = word_set("yes yeah yep yup sure correct right absolutely definitely ok okay exactly affirmative")
_REFUSES = word_set("no nope nah wrong incorrect not negative")


def yes_or_no(text: str) -> bool | None:
    """What a short answer says; None when it is neither, or long."""
    words = words_of(text)
    if not words or len(words) > 6:
        return None
    if words[0] in _REFUSES or "not" in words[:3] or "don't" in words[:3]:
        return False
    if words[0] in _AGREES or " ".join(words[:2]) in ("go ahead", "do it", "please do", "that's right", "of course"):
        return True
    return None


def gives_up(text: str) -> bool:
    """Whether the person drops what they were doing."""
    return bool(
        re.search(r"\b(?:never ?mind|forget (?:it|that|about)|cancel that|stop that|skip (?:it|that))\b", fold(text))
    )
