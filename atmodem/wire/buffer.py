"""The bytes that have been received and not yet understood."""

from __future__ import annotations

__all__ = ["ReceiveBuffer"]


class ReceiveBuffer:
    """Received bytes with a read position and a memory of how far a line end was searched for.

    A line that arrives byte by byte is searched once, not once for each byte.
    """

    __slots__ = ("_searched", "data", "position")

    def __init__(self) -> None:
        self.data: bytes = b""
        self.position: int = 0
        self._searched = 0

    def __len__(self) -> int:
        return len(self.data) - self.position

    def append(self, data: bytes) -> None:
        """Add what was received."""
        if self.position:
            self.data = self.data[self.position :] + data
            self._searched = max(0, self._searched - self.position)
            self.position = 0
        else:
            self.data = self.data + data if self.data else bytes(data)

    def put_back(self, data: bytes) -> None:
        """Add bytes that were taken, in front of what is left."""
        self.data = data + self.data[self.position :]
        self.position = self._searched = 0

    def find(self, mark: bytes) -> int:
        """Return the index of the first *mark* at or behind the position, or -1."""
        start = max(self.position, self._searched)
        index = self.data.find(mark, start)
        if index < 0:
            self._searched = max(start, len(self.data) - len(mark) + 1)
        return index

    def find_either(self) -> int:
        """Return the index of the first CR or LF at or behind the position, or -1."""
        start = max(self.position, self._searched)
        ends = [index for index in (self.data.find(b"\r", start), self.data.find(b"\n", start)) if index >= 0]
        if ends:
            return min(ends)
        self._searched = max(start, len(self.data))
        return -1

    def take(self, count: int) -> bytes:
        """Remove and return the next *count* bytes, or all that there are."""
        start = self.position
        self.position = min(len(self.data), start + count)
        return self.data[start : self.position]

    def take_all(self) -> bytes:
        """Remove and return everything."""
        return self.take(len(self))
