"""CSV (RFC 4180) that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from api.exports.columns import Value

# The last four are full-width forms, which some spreadsheets read as the plain ones.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: Value) -> str:
    """A text that would start a formula gets an apostrophe in front; numbers, negative ones too, stay as they are."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case int() | float():
            return repr(value)
        case str():
            return f"'{value}" if value.lstrip(" ").startswith(_STARTS_A_FORMULA) else value


def line(values: Iterable[Value]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([cell(value) for value in values])
    return text.getvalue().encode()
