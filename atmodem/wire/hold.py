"""A final that may follow once more and belongs to what has just ended."""

from __future__ import annotations

__all__ = ["Hold"]


class Hold:
    """While it is on, nothing is written; the named final is dropped if it is the very next message."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._finals: frozenset[bytes] = frozenset()
        #: When it ends by itself; None while it is off.
        self.until: float | None = None

    def begin(self, finals: frozenset[bytes], now: float) -> None:
        """Wait for one of *finals*."""
        self._finals = finals
        self.until = now + self._seconds

    def end(self) -> None:
        """Wait no longer."""
        self.until = None

    def swallows(self, line: bytes) -> bool:
        """Tell whether *line* is such a final, and end the wait."""
        swallowed = self.until is not None and line in self._finals
        self.until = None
        return swallowed
