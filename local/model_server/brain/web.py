"""The two functions of the web, which are offered beside a task's own: asked for in so many words, or not called.

Apart from the tasks, so that a word like "search" means the task's own search unless the web is named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local.model_server.brain.words import fold, ordinal_in, words_of
from local.model_server.conversation import Called, CallWish, Function, JsonValue, Returned

WEB_SEARCH = "web_search"
FETCH_URL = "fetch_url"

_WEB = r"(?:the )?(?:world wide )?(?:web|internet|net|google|duckduckgo)|online"
_LOOK = r"(?:search|look|browse|check|ask|see|find|research|google)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\b{_LOOK}\b(?: \w+){{0,3}}? ?\b(?:{_WEB})\b (?:(?:for|about|to find|and find)\b ?)?(?P<query>.+)$",
        rf"\b(?:{_LOOK}(?: (?:up|for|out))?|tell me) (?P<query>.+?) (?:on|in|from|with|using)? ?\b(?:{_WEB})\b",
        r"\bgoogle (?P<query>.+)$",
        r"\bweb search (?:for |about )?(?P<query>.+)$",
    )
)
_OPEN = re.compile(r"\b(?:open|read|visit|show)\b.*\b(?:page|result|site|website|article|link|it)\b|\bmore from\b")
_CLOSERS = re.compile(
    r"(?:^(?:for|about|something about|some|information (?:on|about))\s+|[ ,]*\b(?:please|thanks|thank you)$)"
)
_MOST_WORDS = 26


@dataclass(slots=True)
class Web:
    """What was asked of the web, and what came back; fed with a conversation's items in order."""

    offered: frozenset[str]
    wish: CallWish | None = None
    called: bool = False
    call_ids: set[str] = field(default_factory=set)
    output: JsonValue = None
    returned: bool = False
    pages: list[str] = field(default_factory=list)
    """The addresses that the last search found."""

    def hear(self, text: str) -> bool:
        """Whether these words ask for the web."""
        self.wish, self.called, self.returned, self.output = None, False, False, None
        if WEB_SEARCH in self.offered and (query := query_of(text)):
            self.wish = CallWish(WEB_SEARCH, {"query": query})
        elif FETCH_URL in self.offered and self.pages and _OPEN.search(fold(text)):
            which = ordinal_in(words_of(text)) or 1
            if which <= len(self.pages):
                self.wish = CallWish(FETCH_URL, {"url": self.pages[which - 1]})
        return self.wish is not None

    def call(self, item: Called) -> None:
        self.call_ids.add(item.call_id)
        self.called = self.called or (self.wish is not None and item.function == self.wish.function)

    def take(self, item: Returned) -> None:
        self.returned, self.output = True, item.output
        if isinstance(item.output, Mapping) and isinstance(found := item.output.get("results"), list):
            self.pages = [str(page["url"]) for page in found if isinstance(page, Mapping) and page.get("url")]

    def words(self) -> str:
        """The result, said aloud."""
        output = self.output
        if not isinstance(output, Mapping) or "error" in output:
            said = str(output.get("error", "")) if isinstance(output, Mapping) else str(output or "")
            return _speakable(said) if said else "Sorry, the web did not answer."
        where = "my built-in collection" if "built" in str(output.get("source")) else "the web"
        found = output.get("results")
        if isinstance(found, list):
            pages = [page for page in found if isinstance(page, Mapping)]
            if not pages:
                return f"I looked in {where}, but I found nothing about that."
            first = pages[0]
            return f"From {where}, {_speakable(str(first.get('title')))}: {_beginning(str(first.get('snippet')))}"
        return f"The page says: {_beginning(str(output.get('text', '')))}"


def split(functions: Sequence[Function]) -> tuple[tuple[Function, ...], frozenset[str]]:
    """The task's own functions, and the names of those of the web."""
    own = tuple(f for f in functions if f.name not in (WEB_SEARCH, FETCH_URL))
    return own, frozenset(f.name for f in functions) - {f.name for f in own}


def query_of(text: str) -> str | None:
    """What to search for; None when the words do not name the web."""
    said = " ".join(words_of(text))
    for form in _FORMS:
        if (found := form.search(said)) and (query := _CLOSERS.sub("", found.group("query")).strip()):
            return query
    return None


def _beginning(text: str) -> str:
    """The first sentences, as many as one listens to."""
    said = ""
    for sentence in re.split(r"(?<=[.!?])\s+", _speakable(text)):
        if said and len(f"{said} {sentence}".split()) > _MOST_WORDS:
            break
        said = f"{said} {sentence}".strip()
    words = said.split()
    return said if len(words) <= _MOST_WORDS + 10 else " ".join(words[: _MOST_WORDS + 10]).rstrip(",;") + "."


def _speakable(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[@#_{}\[\]\"\\…|*]+|https?://\S+", " ", text)).strip()
