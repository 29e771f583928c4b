"""The built-in collection: a few dozen short pages on everyday topics, for a machine without the web.

A page is a file under ``pages/``: its title in the first line, its text below. Its address is under a domain that is
reserved and never resolves.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agent.web.reading import Page

HOST = "collection.example"
TITLE_WEIGHT = 3
NEAR_ENOUGH = 0.4
"""The share of the best page's score that another must have."""

_FOLDER = Path(__file__).parent / "pages"
_EMPTY = frozenset(
    "a about an and any are away as at be by can could did do does far find for from get give has have how i if in info "
    "information into is it its know like look make me more much my of on or please search should some tell that the "
    "their them there these they this to up us was web were what when where which who why will with would you "
    "your".split()
)


@dataclass(frozen=True, slots=True)
class Collection:
    """Pages with their weighted words; ranked as BM25 does."""

    pages: tuple[Page, ...]
    words: tuple[Counter[str], ...]
    held_by: Counter[str]
    """How many pages hold a word."""

    @classmethod
    def of(cls, pages: Sequence[Page]) -> "Collection":
        words = tuple(Counter(_words(page.title) * TITLE_WEIGHT) + Counter(_words(page.text)) for page in pages)
        held_by = Counter(word for counted in words for word in counted)
        return cls(tuple(pages), words, held_by)

    def search(self, query: str, most: int) -> list[Page]:
        """The best pages first; none for a query that shares no telling word with any."""
        wanted = set(_words(query))
        lengths = [counted.total() for counted in self.words]
        average = sum(lengths) / len(lengths)
        scored = []
        for at, counted in enumerate(self.words):
            damping = 1.2 * (0.25 + 0.75 * lengths[at] / average)
            score = sum(self._rarity(w) * counted[w] * 2.2 / (counted[w] + damping) for w in wanted if w in counted)
            if score > 0:
                scored.append((-score, at))
        scored.sort()
        return [self.pages[at] for score, at in scored[:most] if score <= scored[0][0] * NEAR_ENOUGH]

    def page(self, host: str, path: str) -> Page | None:
        """The page at an address of the collection."""
        address = f"https://{host}{path}".rstrip("/")
        return next((page for page in self.pages if page.url == address), None)

    def _rarity(self, word: str) -> float:
        return math.log(1 + (len(self.pages) - self.held_by[word] + 0.5) / (self.held_by[word] + 0.5))


@cache
def built_in() -> Collection:
    """The collection that comes with the program."""
    pages = []
    for file in sorted(_FOLDER.glob("*.txt")):
        title, _, text = file.read_text(encoding="utf-8").partition("\n")
        pages.append(Page(f"https://{HOST}/{file.stem}", title.strip(), " ".join(text.split())))
    return Collection.of(pages)


def _words(text: str) -> list[str]:
    return [_stem(word) for word in re.findall(r"[a-z]+|\d+", text.lower()) if word not in _EMPTY]


def _stem(word: str) -> str:
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4), ("e", 4), ("y", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)]
    return word
