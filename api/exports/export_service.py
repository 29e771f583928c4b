"""To come."""

from collections.abc import AsyncIterator

Lines = AsyncIterator[bytes]
