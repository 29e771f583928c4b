"""The audio from which a segment is cut."""


class SegmentBuffer:
    """Samples (s16le mono) addressed by seconds since the stream began.

    Holds at most ``limit_s`` seconds: what comes on top is dropped until the beginning is, the start of a turn being
    worth more than its eleventh minute.
    """

    def __init__(self, sample_rate_hz: int, limit_s: float) -> None:
        self.sample_rate_hz = sample_rate_hz
        self._limit = int(limit_s * sample_rate_hz)
        self._data = bytearray()
        self._first = 0
        self._heard = 0

    def append(self, pcm: bytes) -> None:
        room = self._limit - len(self._data) // 2
        if room > 0 and self._first + len(self._data) // 2 == self._heard:
            self._data += pcm[: room * 2]
        self._heard += len(pcm) // 2

    def drop_before(self, at_s: float) -> None:
        """Forget what lies before ``at_s``."""
        first = int(at_s * self.sample_rate_hz)
        if first <= self._first:
            return
        del self._data[: (first - self._first) * 2]
        # After an overflow there is a hole up to now: start again behind it.
        self._first = first if self._data else self._heard

    def cut(self, start_s: float, end_s: float) -> bytes:
        """The samples between two moments, as far as they are held."""
        start = max(0, round(start_s * self.sample_rate_hz) - self._first)
        end = max(start, round(end_s * self.sample_rate_hz) - self._first)
        return bytes(self._data[start * 2 : end * 2])
