"""The module's end of a pseudo terminal."""

from __future__ import annotations

import os
import tty

from ..link.push import HIGH_WATER, LOW_WATER, PushLink

__all__ = ["PtyLink", "open_pty"]

_READ_SIZE = 4096


class PtyLink(PushLink):
    """The controlling end of a pseudo terminal.

    Like a serial port, it does not learn whether a program has the other end open; what is printed meanwhile waits.
    """

    def __init__(self, url: str, master: int, slave: int) -> None:
        super().__init__(url)
        self._master = master
        # As long as one program holds the other end, this one can be read without errors.
        self._slave = slave
        self._queue = bytearray()
        self._closed = False
        self._reading = True
        os.set_blocking(master, False)
        self._loop.add_reader(master, self._read)

    def write(self, data: bytes) -> None:
        if self._closed or self._over:
            return
        if not self._queue:
            data = data[self._send(data) :]
        if data:
            self._queue += data
            self._loop.add_writer(self._master, self._flush)
            if len(self._queue) > HIGH_WATER:
                self._writable.clear()

    def _send(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self._master, data)
        except (BlockingIOError, InterruptedError):
            return 0

    def _flush(self) -> None:
        del self._queue[: self._send(self._queue)]
        if not self._queue:
            self._loop.remove_writer(self._master)
        if len(self._queue) <= LOW_WATER:
            self._writable.set()

    def _read(self) -> None:
        try:
            data = os.read(self._master, _READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        self._deliver(data)

    def _hold(self) -> None:
        if self._reading and not self._closed:
            self._reading = False
            self._loop.remove_reader(self._master)

    def _release(self) -> None:
        if not self._reading and not self._closed:
            self._reading = True
            self._loop.add_reader(self._master, self._read)

    async def _finish(self) -> None:
        self._abort()

    def _abort(self) -> None:
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self._master)
            self._loop.remove_writer(self._master)
            os.close(self._slave)
            os.close(self._master)


def open_pty() -> tuple[PtyLink, str]:
    """Return the module's end of a new pseudo terminal, and the path of the other end."""
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    return PtyLink(path, master, slave), path
