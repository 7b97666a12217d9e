"""A link that passes everything on to another, for those that change one thing of it."""

from __future__ import annotations

from .base import Link, LinkReceiver

__all__ = ["LinkWrapper"]


class LinkWrapper(Link):
    """Passes everything on to *link*.

    :param link: the link underneath.
    """

    def __init__(self, link: Link) -> None:
        self.url: str = link.url
        self._link = link

    def start(self, receiver: LinkReceiver) -> None:
        self._link.start(receiver)

    def write(self, data: bytes) -> None:
        self._link.write(data)

    async def drain(self) -> None:
        await self._link.drain()

    async def flush(self) -> None:
        await self._link.flush()

    def pause_reading(self) -> None:
        self._link.pause_reading()

    def resume_reading(self) -> None:
        self._link.resume_reading()

    async def set_baudrate(self, baudrate: int) -> None:
        await self._link.set_baudrate(baudrate)

    async def aclose(self) -> None:
        await self._link.aclose()
