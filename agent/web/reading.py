"""The readable text of a document, short enough for a model to read in a conversation."""

from dataclasses import dataclass

import trafilatura

from agent.web.fetch import Document

MOST_CHARS = 4000
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """``shortened`` says that there was more text than this."""

    url: str
    title: str
    text: str
    shortened: bool = False


def read(document: Document) -> Page:
    """The title and the main text; the text is empty when there is none. Takes a while: not for the event loop."""
    if document.media_type not in _HTML:
        return shortened(Page(document.url, "", _as_text(document)))
    # Bytes without a stated charset are left to the library, which looks into the document.
    html: str | bytes = document.body if document.charset is None else _as_text(document)
    found = trafilatura.bare_extraction(html, include_comments=False, include_tables=True, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Page(document.url, "", "")
    return shortened(Page(document.url, found.title or "", (found.text or "").strip()))


def shortened(page: Page, most: int = MOST_CHARS) -> Page:
    """Cut behind the last sentence that fits, or else the last word."""
    if len(page.text) <= most:
        return page
    cut = page.text[:most]
    end = max(cut.rfind(mark) for mark in (". ", ".\n", "? ", "! ")) + 1
    if end < most // 2:
        end = cut.rfind(" ") if " " in cut else most
    return Page(page.url, page.title, cut[:end].rstrip() + " …", shortened=True)


def _as_text(document: Document) -> str:
    try:
        return document.body.decode(document.charset or "utf-8", errors="replace").strip()
    except LookupError:
        return document.body.decode("utf-8", errors="replace").strip()
