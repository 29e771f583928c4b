"""Files of encrypted bytes, named at random, whole or not there at all."""

import asyncio
import os
import secrets
from pathlib import Path


class BlobStore:
    """Writes to a temporary file, syncs it and its folder, and only then gives it its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def write(self, sealed: bytes) -> str:
        """Store for good; returns the blob's name."""
        name = secrets.token_hex(16)
        await asyncio.to_thread(self._write, name, sealed)
        return name

    async def read(self, name: str) -> bytes:
        """The bytes; raises `FileNotFoundError`."""
        return await asyncio.to_thread(self._path(name).read_bytes)

    async def delete(self, name: str) -> None:
        """Also when it is not there."""
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _write(self, name: str, sealed: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        temporary = path.with_suffix(".part")
        with temporary.open("xb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        for folder in (path.parent, self._folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
