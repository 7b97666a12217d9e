"""A stream of bare data: what is sent into it, and how it is left."""

from __future__ import annotations

from .grammar import Escape

__all__ = ["Stream"]

_ESCAPE = b"+++"


class Stream:
    """One stream, from the reply that begins it to the silence behind its escape.

    :param escape: how it is left.
    :param lead: bytes that still belong to the reply that began it.
    """

    def __init__(self, escape: Escape, lead: bytes) -> None:
        self._escape = escape
        self._lead = lead
        #: Bursts of pluses that may have begun; the module decides which pauses are silence to it.
        self._begun: set[bytes] = set()
        self._written = float("-inf")
        self._held = b""
        self._held_until: float | None = None
        self._leave_at: float | None = None
        self._over_at: float | None = None
        self._limit = float("inf")
        self._tail = bytearray()
        #: The escape was sent and silence followed.
        self.over: bool = False

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` has to be called, or None."""
        times = (self._held_until, self._leave_at, self._over_at)
        return min((time for time in times if time is not None), default=None)

    def send(self, data: bytes, now: float) -> list[bytes]:
        """Return what to write for *data*.

        Three pluses alone between two silences would end the stream, so the last of them wait for more data or for the
        silence that sets them apart.
        """
        data = self._held + data
        begun = {b""} if now >= self._written + self._escape.before else {b"", *self._begun}
        kept = len(data)
        while any(burst + data[:kept] == _ESCAPE for burst in begun):
            kept -= 1
        data, self._held = data[:kept], data[kept:]
        self._held_until = now + self._escape.before if self._held else None
        if data:
            self._begun = {burst + data for burst in begun if _ESCAPE.startswith(burst + data)}
            self._written = now
        return [data] if data else []

    def receive(self, data: bytes, now: float) -> bytes:
        """Return the data in what was received; nothing while the stream is being left."""
        while self._lead and data and data[:1] == self._lead[:1]:
            self._lead, data = self._lead[1:], data[1:]
        if data:
            self._lead = b""
        if self._over_at is None:
            return data
        self._tail += data
        self._over_at = min(now + self._escape.after, self._limit)
        return b""

    def leave(self, now: float) -> None:
        """Send the escape after a silence; what is held back goes first."""
        quiet = max(self._written, now if self._held else float("-inf")) + self._escape.before
        self._leave_at = max(now, quiet)

    def tick(self, now: float) -> list[bytes]:
        """Return what is due to be written at *now*."""
        if self._held_until is not None and now >= self._held_until:
            writes = self.send(b"", now)
            if self._leave_at is not None:
                self._leave_at = now + self._escape.before
            return writes
        if self._leave_at is not None and self._held_until is None and now >= self._leave_at:
            self._leave_at = None
            self._over_at = now + self._escape.after
            self._limit = now + self._escape.longest
            return [_ESCAPE]
        if self._over_at is not None and now >= self._over_at:
            self._over_at = None
            self.over = True
        return []

    def finish(self) -> tuple[bytes, bytes]:
        """Return the last data and what followed the reply to the escape."""
        tail = bytes(self._tail)
        matches = list(self._escape.reply.finditer(tail)) if self._escape.reply is not None else []
        if not matches:
            return tail, b""
        last = matches[-1]
        return tail[: last.start()], tail[last.end() :]
