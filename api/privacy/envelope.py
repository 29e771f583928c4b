"""Envelope encryption: each participant's audio has its own key, wrapped by the master key."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class DecryptionError(Exception):
    """The bytes were changed, or are not this key's."""


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """AES-256-GCM; ``context`` binds a ciphertext to what it belongs to, so that it cannot stand in for another."""

    key: bytes

    def encrypt(self, plain: bytes, *, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, context.encode())

    def decrypt(self, sealed: bytes, *, context: str) -> bytes:
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("the stored bytes do not decrypt with this key") from error


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """Wraps and unwraps participants' keys; a wrapped key that is deleted takes its audio with it."""

    key: bytes

    def new_wrapped_key(self, participant_id: str) -> bytes:
        return DataKey(self.key).encrypt(os.urandom(KEY_BYTES), context=f"participant:{participant_id}")

    def unwrap(self, wrapped: bytes, participant_id: str) -> DataKey:
        return DataKey(DataKey(self.key).decrypt(wrapped, context=f"participant:{participant_id}"))
