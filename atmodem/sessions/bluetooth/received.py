"""Received bytes of a Bluetooth connection, held for their reader."""

from __future__ import annotations

import asyncio

import anyio

from ...errors import AtmodemError, DataLost, InvalidArgument, SessionBroken, SessionClosed

__all__ = ["ReceivedBytes"]

#: Bytes that are held; beyond this the stream breaks.
LIMIT = 4 * 1024 * 1024


class ReceivedBytes:
    """Holds what has come until it is read."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._changed = asyncio.Event()
        self._receiving = False
        self._closed = False
        self._over = False
        self._error: AtmodemError | None = None

    def put(self, data: bytes, lost: int = 0) -> None:
        """Take bytes; *lost* is how many of those that were announced never came."""
        if self._closed or self._error is not None:
            return  # behind a gap, or a close, nothing is of use
        if len(self._held) + len(data) > LIMIT:
            gone = len(data) + lost
            self.fail(DataLost(f"{gone} bytes were not read in time", lost=gone, advice="read faster"))
            return
        self._held += data
        if lost:
            self.fail(DataLost(f"{lost} bytes of the connection were lost by the module", lost=lost))
        self._changed.set()

    def end(self) -> None:
        """Let the reader find the end behind what is held."""
        self._over = True
        self._changed.set()

    def fail(self, error: SessionBroken) -> None:
        """Let the reader find an error behind what is held."""
        if self._error is None and not self._over:
            self._error = error
        self._changed.set()

    def close(self) -> None:
        """Forget what is held."""
        self._closed = True
        self._held.clear()
        self._changed.set()

    async def get(self, max_bytes: int) -> bytes:
        """Return the next bytes. Cancelled, none is lost."""
        if max_bytes < 1:
            raise InvalidArgument("max_bytes", "1 or more")
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        try:
            while not self._held:
                if self._closed:
                    raise SessionClosed("the connection was closed here")
                if self._error is not None:
                    raise self._error
                if self._over:
                    raise anyio.EndOfStream
                self._changed.clear()
                await self._changed.wait()
            data = bytes(self._held[:max_bytes])
            del self._held[: len(data)]
            return data
        finally:
            self._receiving = False
