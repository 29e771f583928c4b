"""POST /v1/audio/transcriptions and /v1/audio/speech."""

from collections.abc import AsyncIterator, Mapping

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from local.model_server.conversation import JsonValue
from local.model_server.faults import HEADER, Fault, Faults, split_model
from local.model_server.hearing.hints import hints_from_prompt
from local.model_server.http_api.openai_wire import BadRequestError, text_tokens
from local.model_server.http_api.sse import event
from local.model_server.replies import Replies
from local.model_server.speaking.pcm import samples_of, seconds, streaming_wav_header, wav
from local.model_server.speaking.sentences import sentences
from local.model_server.speaking.voice import RATE_HZ

_MOST_BYTES = 25 * 1024 * 1024
_MOST_CHARACTERS = 4096
_TRANSCRIPT_FORMATS = ("json", "text", "verbose_json")
_CHUNK_BYTES = RATE_HZ * 2 // 10


class Transcriptions:
    """Puts speech into words; ``prompt`` holds words and names that may be said."""

    def __init__(self, replies: Replies, faults: Faults) -> None:
        self._recognizer = replies.recognizer
        self._faults = faults

    async def serve(self, request: Request) -> Response:
        async with request.form(max_files=1, max_part_size=_MOST_BYTES) as form:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise BadRequestError("'file' must be an uploaded file", param="file")
            data = await upload.read()
            fields = {k: str(v) for k, v in form.items() if not isinstance(v, UploadFile)}
        _, suffix = split_model(fields.get("model", ""))
        if "model" not in fields:
            raise BadRequestError("you must provide a model parameter", param="model")
        wanted = fields.get("response_format", "json")
        if wanted not in _TRANSCRIPT_FORMATS:
            raise BadRequestError(f"response_format {wanted!r} is not served", param="response_format")
        fault = self._faults.take("transcriptions", header=request.headers.get(HEADER), suffix=suffix)
        await self._faults.before(fault)
        pcm, rate_hz = samples_of(data)
        length_s = seconds(pcm, rate_hz)
        text = await self._recognizer.transcribe(data, hints_from_prompt(fields.get("prompt", "")))
        text = text[:1].upper() + text[1:]
        if fields.get("stream", "").lower() == "true":
            return StreamingResponse(self._faults.spoil(_deltas(text), fault), media_type="text/event-stream")
        if fault.stall_after_chunks is not None:
            await self._faults.stall()
        if fault.garbage:
            return Response(b'{"text": "', media_type="application/json")
        if wanted == "text":
            return PlainTextResponse(text + "\n")
        usage = {"type": "duration", "seconds": round(length_s)}
        if wanted == "json":
            return JSONResponse({"text": text, "usage": usage})
        segment = {
            "id": 0, "seek": 0, "start": 0.0, "end": length_s, "text": text, "tokens": [], "temperature": 0.0,
            "avg_logprob": 0.0, "compression_ratio": 1.0, "no_speech_prob": 0.0 if text else 1.0,
        }  # fmt: skip
        return JSONResponse(
            {
                "task": "transcribe",
                "language": "english",
                "duration": length_s,
                "text": text,
                "segments": [segment],
                "usage": usage,
            }
        )


async def _deltas(text: str) -> AsyncIterator[bytes]:
    for n, word in enumerate(text.split(" ") if text else ()):
        yield event({"type": "transcript.text.delta", "delta": word if n == 0 else f" {word}"})
    yield event({"type": "transcript.text.done", "text": text})


class Speech:
    """Speaks a text, sentence by sentence; the first is sent while the others are made."""

    def __init__(self, replies: Replies, faults: Faults) -> None:
        self._replies = replies
        self._faults = faults

    async def serve(self, request: Request, body: Mapping[str, JsonValue]) -> Response:
        text, wanted = body.get("input"), str(body.get("response_format") or "mp3")
        _, suffix = split_model(str(body.get("model", "")))
        if not isinstance(text, str) or not text.strip():
            raise BadRequestError("'input' must be a non-empty string", param="input")
        if len(text) > _MOST_CHARACTERS:
            raise BadRequestError(f"'input' has {len(text)} characters; {_MOST_CHARACTERS} are allowed", param="input")
        if wanted not in ("pcm", "wav"):
            raise BadRequestError(
                f"response_format {wanted!r} is not served here; use 'pcm' or 'wav'", param="response_format"
            )
        fault = self._faults.take("speech", header=request.headers.get(HEADER), suffix=suffix)
        await self._faults.before(fault)
        if body.get("stream_format") == "sse":
            chunks = self._faults.spoil(self._events(text), fault)
            return StreamingResponse(chunks, media_type="text/event-stream")
        chunks = self._faults.spoil(self._samples(text, header=wanted == "wav"), fault, audio=True)
        return StreamingResponse(chunks, media_type="audio/wav" if wanted == "wav" else "audio/pcm")

    async def _samples(self, text: str, *, header: bool) -> AsyncIterator[bytes]:
        if header:
            yield streaming_wav_header(RATE_HZ)
        for sentence in sentences(text):
            pcm = await self._replies.speak(sentence)
            for at in range(0, len(pcm), _CHUNK_BYTES):
                yield pcm[at : at + _CHUNK_BYTES]

    async def _events(self, text: str) -> AsyncIterator[bytes]:
        import base64

        async for piece in self._samples(text, header=False):
            yield event({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
        tokens = text_tokens(text)
        usage = {"input_tokens": tokens, "output_tokens": 0, "total_tokens": tokens}
        yield event({"type": "speech.audio.done", "usage": usage})


__all__ = ["Fault", "Speech", "Transcriptions", "wav"]
