"""Two links joined in memory."""

from __future__ import annotations

from ..errors import LinkLost
from .base import Link
from .push import HIGH_WATER, PushLink

__all__ = ["memory_pair"]


class _MemoryLink(PushLink):
    """One end of the pair. Its send queue is what the other end has not delivered yet."""

    _peer: _MemoryLink

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._waiting = 0  # bytes kept

    @classmethod
    def pair(cls, url: str) -> tuple[_MemoryLink, _MemoryLink]:
        one, other = cls(url), cls(url)
        one._peer, other._peer = other, one
        return one, other

    def write(self, data: bytes) -> None:
        if data and self._lost is None and not self._over:
            self._peer._take(data)

    def _take(self, data: bytes) -> None:
        self._kept.append(data)
        self._waiting += len(data)
        if self._waiting > HIGH_WATER:
            self._peer._writable.clear()
        self._schedule()

    def _release(self) -> None:
        self._waiting = 0
        self._peer._writable.set()

    async def _finish(self) -> None:
        self._abort()

    def _abort(self) -> None:
        self._peer._lose(LinkLost(f"the other end of {self.url} was closed", url=self.url))


def memory_pair(url: str = "memory://") -> tuple[Link, Link]:
    """Return two links: what is written to one arrives at the other, in a later turn of the running loop.

    Closing one end loses the other, once everything written before has been delivered there.

    :param url: what both are called in messages.
    """
    return _MemoryLink.pair(url)
