"""Recognition for the serving process: a pool of decoding processes and a memory of what was heard."""

import asyncio
import hashlib
import multiprocessing
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from local.model_server.hearing import decoding
from local.model_server.hearing.hints import Hints
from local.model_server.speaking.pcm import resample, samples_of

_MOST_REMEMBERED = 2000
_RATE_HZ = 16_000


class Recognizer:
    """Owns the decoding processes. What was heard once is remembered by the audio's hash, whatever the hints were,
    so that a conversation's history reads the same in every request.
    """

    def __init__(self, *, processes: int, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._heard: OrderedDict[str, asyncio.Future[str]] = OrderedDict()
        self._prepared: set[str] = set()
        self._preparing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Starts the processes and waits until one can decode."""
        self._pool = ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=decoding.start,
            initargs=(str(self._cache_dir),),
        )
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._pool, decoding.ready) for _ in range(self._processes)))

    async def aclose(self) -> None:
        """Ends the processes; what they were decoding is dropped."""
        for task in self._preparing:
            task.cancel()
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
            self._pool = None

    async def transcribe(self, data: bytes, hints: Hints) -> str:
        """The words of a WAV file. Raises `UnreadableAudioError` for what is none."""
        key = hashlib.sha256(data).hexdigest()
        if (known := self._heard.get(key)) is not None:
            self._heard.move_to_end(key)
            return await asyncio.shield(known)
        pcm, rate_hz = samples_of(data)
        future: asyncio.Future[str] = asyncio.ensure_future(self._decode(resample(pcm, rate_hz, _RATE_HZ), hints))
        self._heard[key] = future
        while len(self._heard) > _MOST_REMEMBERED:
            self._heard.popitem(last=False)
        try:
            return await asyncio.shield(future)
        except Exception:
            self._heard.pop(key, None)
            raise

    async def _decode(self, pcm: bytes, hints: Hints) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._running(), decoding.transcribe, pcm, hints)

    def expect(self, hints: Hints) -> None:
        """Builds the language model of these hints ahead of the speech, in the background."""
        if hints.empty or hints.digest in self._prepared or self._pool is None:
            return
        self._prepared.add(hints.digest)
        task = asyncio.create_task(self._prepare(hints))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def _prepare(self, hints: Hints) -> None:
        await asyncio.get_running_loop().run_in_executor(self._running(), decoding.prepare, hints)

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            raise RuntimeError("the recognizer is not running")
        return self._pool
