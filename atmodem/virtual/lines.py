"""How a module makes command lines out of the bytes that it receives."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

__all__ = ["Line", "LineReader"]


@frozen
class Line:
    """A line that is complete.

    :param text: the line without its end; only its beginning when it is too long.
    :param end: the bytes that ended it.
    :param too_long: it exceeds the limit of the module.
    """

    text: bytes
    end: bytes
    too_long: bool = False


class LineReader:
    """Collects bytes up to a line's end, in bounded memory.

    :param ends: what ends a line, each by itself; other line end characters are part of the line.
    :param limit: most bytes of a line, its end included.
    """

    def __init__(self, ends: Sequence[bytes], limit: int) -> None:
        self._ends = tuple(ends)
        self._longest_end = max(map(len, self._ends))
        self._limit = limit
        self._text = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> tuple[Line | None, bytes]:
        """Take *data*; return the first line that it completes, and what follows that line."""
        known = len(self._text)
        self._text += data
        found = self._find(max(0, known - self._longest_end + 1))
        if found is None:
            self._shorten()
            return None, b""
        position, end = found
        after = position + len(end)
        line = Line(bytes(self._text[:position]), end, too_long=self._too_long or after > self._limit)
        rest = bytes(self._text[after:])
        self.clear()
        return line, rest

    def clear(self) -> None:
        """Forget the line that was begun."""
        self._text.clear()
        self._too_long = False

    def _find(self, start: int) -> tuple[int, bytes] | None:
        places = [(place, end) for end in self._ends if (place := self._text.find(end, start)) >= 0]
        return min(places, default=None)

    def _shorten(self) -> None:
        """Keep no more of an endless line than is needed to say that it is too long and to see its end."""
        if len(self._text) > self._limit + self._longest_end:
            self._too_long = True
            del self._text[self._limit : 1 - self._longest_end or None]
