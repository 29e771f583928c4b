"""The readable text of a document, short enough for a model to read in a conversation."""

from dataclasses import dataclass, replace

import trafilatura

from agent.web.fetch import Document

MOST_CHARS = 4000
READ_BYTES = 300_000
"""Of a page of HTML: what a model is given stands near its beginning, and reading competes with live audio."""
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
    whole = len(document.body) <= READ_BYTES
    document = replace(document, body=document.body[:READ_BYTES])
    html: str | bytes = document.body if document.charset is None else _as_text(document)
    found = trafilatura.bare_extraction(html, fast=True, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Page(document.url, "", "")
    page = shortened(Page(document.url, found.title or "", (found.text or "").strip()))
    return page if whole else replace(page, shortened=True)


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
