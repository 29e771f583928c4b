"""Waves and samples: s16le mono PCM, WAV headers, sample rates."""

import io
import wave

import numpy as np
import soxr


class UnreadableAudioError(ValueError):
    """The bytes are no PCM wave that this program reads."""


def wav(pcm: bytes, rate_hz: int) -> bytes:
    """The samples as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(pcm)
    return out.getvalue()


def streaming_wav_header(rate_hz: int) -> bytes:
    """A WAV header for a body of unknown length: sizes are the largest there are."""
    header = bytearray(wav(b"", rate_hz))
    header[4:8] = b"\xff\xff\xff\xff"
    header[40:44] = b"\xff\xff\xff\xff"
    return bytes(header)


def samples_of(data: bytes) -> tuple[bytes, int]:
    """Mono 16-bit samples and their rate from a WAV file of 16-bit samples with one or more channels.

    Raises `UnreadableAudioError` for anything else. A data size that is too large (a streamed WAV) is cut to what came.
    """
    try:
        with wave.open(io.BytesIO(data), "rb") as reader:
            if reader.getsampwidth() != 2:
                raise UnreadableAudioError(f"{8 * reader.getsampwidth()}-bit samples; 16-bit are read")
            channels, rate_hz = reader.getnchannels(), reader.getframerate()
            frames = reader.readframes(min(reader.getnframes(), len(data)))
    except (wave.Error, EOFError) as error:
        raise UnreadableAudioError("not a PCM WAV file") from error
    frames = frames[: len(frames) // (2 * channels) * 2 * channels]
    if channels > 1:
        frames = np.frombuffer(frames, np.int16).reshape(-1, channels).mean(axis=1).astype(np.int16).tobytes()
    return frames, rate_hz


def resample(pcm: bytes, from_hz: int, to_hz: int) -> bytes:
    """The same sound at another rate."""
    if from_hz == to_hz or not pcm:
        return pcm
    return bytes(soxr.resample(np.frombuffer(pcm, np.int16), from_hz, to_hz, quality="HQ").tobytes())


def seconds(pcm: bytes, rate_hz: int) -> float:
    """How long s16le mono samples last."""
    return len(pcm) / 2 / rate_hz
