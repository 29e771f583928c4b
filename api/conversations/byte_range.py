"""Answering a request for a part of an audio file, so that a player can seek (RFC 9110, section 14)."""

import re

from fastapi import Response

from api.db.tables import AudioRow

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """The first and the last byte asked for; None for the whole file. Raises `ValueError` when there are none such.

    Several ranges at once are answered with the whole file, as the standard allows.
    """
    match = _RANGE.match(header.replace(" ", "")) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise ValueError("an empty range")
        return max(size - int(last), 0), size - 1
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise ValueError("a range that begins after the end")
    return start, end


def ranged_response(content: bytes, audio: AudioRow, header: str | None) -> Response:
    """The whole or the part asked for, as an attachment."""
    suffix = audio.media_type.partition("/")[2]
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{audio.sha256}"',
        "Content-Disposition": f'attachment; filename="{audio.kind}-{audio.number}.{suffix}"',
    }
    try:
        part = requested(header, len(content))
    except ValueError:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(content)}"})
    if part is None:
        return Response(content, media_type=audio.media_type, headers=headers)
    first, last = part
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], status_code=206, media_type=audio.media_type, headers=headers)
