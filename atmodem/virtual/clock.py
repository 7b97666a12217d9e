"""What time a virtual module lives by: the event loop's, or one that a test moves by hand."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from typing import Protocol

__all__ = ["Clock", "ManualClock", "Timer", "sleep"]


class Timer(Protocol):
    """Something that was to happen later."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """A running event loop is one."""

    def time(self) -> float:
        """Return the time in seconds from some fixed moment."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Call *callback* in *delay* seconds."""
        ...


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait by *clock*. Cancelled, it leaves nothing behind."""
    over = asyncio.Event()
    timer = clock.call_later(seconds, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()


class _Entry:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = 0.0
        self._order = count()
        self._entries: list[tuple[float, int, _Entry]] = []

    def time(self) -> float:
        """Return the seconds that it was moved by so far."""
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Call *callback* when the clock is moved *delay* seconds on."""
        entry = _Entry(callback)
        heapq.heappush(self._entries, (self._now + max(0.0, delay), next(self._order), entry))
        return entry

    @property
    def due(self) -> float | None:
        """When the next callback is due; None when none is."""
        while self._entries and self._entries[0][2].callback is None:
            heapq.heappop(self._entries)
        return self._entries[0][0] if self._entries else None

    def advance(self, seconds: float) -> None:
        """Move on by *seconds*, calling on the way what comes due."""
        self.advance_to(self._now + seconds)

    def advance_to(self, time: float) -> None:
        """Move on to *time*, calling on the way what comes due."""
        while (due := self.due) is not None and due <= time:
            self._now = max(self._now, due)
            callback = heapq.heappop(self._entries)[2].callback
            if callback is not None:
                callback()
        self._now = max(self._now, time)
