"""Texts through an OpenAI-compatible embeddings endpoint: text-embedding-3-large in the paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import numpy as np
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from analysis.arrays import FloatArray
from analysis.errors import AnalysisError

_BATCH = 256


class _TemporaryError(Exception):
    """Too many requests, or a fault on the other side."""


@dataclass(frozen=True)
class OpenAiEmbeddings:
    """``client``: an httpx client with the base URL and the key in its headers; its owner closes it."""

    client: httpx.Client = field(repr=False)
    model: str = "text-embedding-3-large"
    attempts: int = 5

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """I × 3072 for the paper's model. Different texts are sent once each."""
        distinct = list(dict.fromkeys(texts))
        rows: dict[str, list[float]] = {}
        for start in range(0, len(distinct), _BATCH):
            batch = distinct[start : start + _BATCH]
            for attempt in Retrying(
                stop=stop_after_attempt(self.attempts),
                wait=wait_exponential_jitter(initial=0.5, max=20),
                retry=retry_if_exception_type(_TemporaryError),
                reraise=True,
            ):
                with attempt:
                    rows.update(zip(batch, self._send(batch), strict=True))
        return np.array([rows[text] for text in texts], dtype=np.float64)

    def _send(self, batch: Sequence[str]) -> list[list[float]]:
        try:
            # The endpoint refuses empty strings.
            answer = self.client.post("/embeddings", json={"model": self.model, "input": [t or " " for t in batch]})
        except httpx.TransportError as error:
            raise _TemporaryError(type(error).__name__) from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _TemporaryError(str(answer.status_code))
        if answer.is_error:
            raise AnalysisError(f"the embeddings endpoint answered {answer.status_code} for model {self.model!r}")
        data = sorted(answer.json()["data"], key=lambda row: row["index"])
        return [row["embedding"] for row in data]


def openai_client(api_key: str, base_url: str = "https://api.openai.com/v1") -> httpx.Client:
    """A client for :class:`OpenAiEmbeddings`; close it when done."""
    return httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {api_key}"}, timeout=60)
