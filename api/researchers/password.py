"""The researchers' password, kept only as an argon2id hash."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError


class ResearcherPassword:
    """Checks one attempt at a time: hashing takes memory on purpose."""

    def __init__(self, password: str) -> None:
        self._hasher = PasswordHasher()
        self._hash = self._hasher.hash(password)
        self._one_at_a_time = asyncio.Lock()

    async def is_right(self, attempt: str) -> bool:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._verify, attempt)

    def _verify(self, attempt: str) -> bool:
        try:
            return self._hasher.verify(self._hash, attempt)
        except VerifyMismatchError:
            return False
