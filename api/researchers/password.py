"""The researchers' password, compared through an argon2id hash, which takes the same long time for every attempt."""

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError


class ResearcherPassword:
    """Checks one attempt at a time: hashing takes memory on purpose."""

    def __init__(self, password: str) -> None:
        self._hasher = PasswordHasher()
        self._password = password
        self._one_at_a_time = asyncio.Lock()

    async def is_right(self, attempt: str) -> bool:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._verify, attempt)

    @cached_property
    def _hash(self) -> str:
        # At the first attempt: a start should not wait for it.
        return self._hasher.hash(self._password)

    def _verify(self, attempt: str) -> bool:
        try:
            return self._hasher.verify(self._hash, attempt)
        except VerifyMismatchError:
            return False
