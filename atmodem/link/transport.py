"""A link over an asyncio transport."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import cast

from ..errors import LinkLost
from .push import PushLink

__all__ = ["TransportLink"]


class TransportLink(PushLink, asyncio.Protocol):
    """A link that is itself the protocol of its transport, so that bytes take no detour."""

    _transport: asyncio.Transport

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._released = asyncio.Event()

    def write(self, data: bytes) -> None:
        if data and self._lost is None and not self._over and not self._transport.is_closing():
            self._transport.write(data)

    @abstractmethod
    def _loss(self, cause: Exception | None) -> LinkLost:
        """Say what it means that the transport ended with *cause*."""

    def _hold(self) -> None:
        self._transport.pause_reading()

    def _release(self) -> None:
        self._transport.resume_reading()

    async def _finish(self) -> None:
        self._transport.close()
        await self._released.wait()

    def _abort(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by the transport."""
        self._deliver(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport."""
        self._lose(self._loss(exc))
        self._released.set()

    def pause_writing(self) -> None:
        """Called by the transport."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Called by the transport."""
        self._writable.set()
