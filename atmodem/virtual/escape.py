"""The escape out of a data mode: three pluses alone between two silences."""

from __future__ import annotations

from collections.abc import Callable

from .clock import Clock, Timer

__all__ = ["EscapeWatch"]


class EscapeWatch:
    """Tells the escape from data. A piece is what comes without a silence in it; only a piece by itself is an escape.

    :param clock: what time it goes by.
    :param guard: seconds of silence that set a piece apart.
    :param passed: gets what is data.
    :param escaped: called when the escape has come.
    :param last_input: when the host last sent something.
    """

    sequence = b"+++"

    def __init__(
        self,
        clock: Clock,
        guard: float,
        passed: Callable[[bytes], object],
        escaped: Callable[[], object],
        last_input: float = float("-inf"),
    ) -> None:
        self._clock = clock
        self._guard = guard
        self._passed = passed
        self._escaped = escaped
        self._last_input = last_input
        self._held = b""
        self._timer: Timer | None = None

    def feed(self, data: bytes) -> None:
        """Take what the host sent."""
        self.stop()
        now = self._clock.time()
        apart = bool(self._held) or now - self._last_input >= self._guard
        self._last_input = now
        piece, self._held = self._held + data, b""
        if apart and self.sequence.startswith(piece):
            self._held = piece
            self._timer = self._clock.call_later(self._guard, self._silence)
        else:
            self._passed(piece)

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _silence(self) -> None:
        self._timer = None
        held, self._held = self._held, b""
        if held == self.sequence:
            self._escaped()
        else:
            self._passed(held)
