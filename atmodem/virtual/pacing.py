"""A serial line's speed: bytes take their time, and wait in a queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from ..errors import InvalidArgument
from .clock import Clock, Timer

__all__ = ["BITS_PER_BYTE", "Pacer"]

#: One start bit, eight data bits, one stop bit.
BITS_PER_BYTE = 10
#: Seconds of line time that are passed on in one go: finer steps would only wake the loop more often.
_STEP = 0.004


class Pacer:
    """Passes bytes on no faster than a serial line does, in order; a piece arrives when its last bit would.

    :param clock: what time it goes by.
    :param deliver: gets the bytes.
    :param baudrate: bits per second; None passes everything on at once.
    :raises InvalidArgument: for a speed that is not above zero.
    """

    def __init__(self, clock: Clock, deliver: Callable[[bytes], object], baudrate: int | None = None) -> None:
        self._clock = clock
        self._deliver = deliver
        self._queue: deque[bytes | Callable[[], object]] = deque()
        self._timer: Timer | None = None
        self._free_at = float("-inf")
        self.baudrate = baudrate
        #: Bytes that have not been passed on yet.
        self.waiting: int = 0

    @property
    def baudrate(self) -> int | None:
        """Bits per second; a change holds for what is passed on after it."""
        return self._baudrate

    @baudrate.setter
    def baudrate(self, value: int | None) -> None:
        if value is not None and value <= 0:
            raise InvalidArgument("baudrate", "above 0 bits per second, or None")
        self._baudrate = value

    def write(self, data: bytes) -> None:
        """Pass *data* on behind what waits already."""
        if self._baudrate is None and not self._queue and self._timer is None:
            self._deliver(data)
        elif data:
            self._queue.append(data)
            self.waiting += len(data)
            self._go_on(self._clock.time())

    def after(self, callback: Callable[[], object]) -> None:
        """Call *callback* once everything written so far has been passed on."""
        if not self._queue and self._timer is None:
            callback()
        else:
            self._queue.append(callback)

    def clear(self) -> None:
        """Forget what waits."""
        self._queue.clear()
        self.waiting = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_on(self, since: float) -> None:
        """Pass on what waits; the line has been free, or busy without a gap, *since* then."""
        while self._queue and self._timer is None:
            first = self._queue.popleft()
            if callable(first):
                first()
                continue
            if self._baudrate is None:
                self._arrive(first)
                continue
            size = max(1, int(_STEP * self._baudrate / BITS_PER_BYTE))
            piece, rest = first[:size], first[size:]
            if rest:
                self._queue.appendleft(rest)
            self._free_at = max(since, self._free_at) + len(piece) * BITS_PER_BYTE / self._baudrate
            self._timer = self._clock.call_later(self._free_at - self._clock.time(), partial(self._timed, piece))

    def _timed(self, piece: bytes) -> None:
        self._timer = None
        self._arrive(piece)
        # A timer that was late must not make the line slower.
        self._go_on(self._free_at)

    def _arrive(self, piece: bytes) -> None:
        self.waiting -= len(piece)
        self._deliver(piece)
