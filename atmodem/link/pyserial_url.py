"""A link over any URL that pyserial opens (``rfc2217://``, ``spy://``, ``loop://``…), with two threads."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

import serial

from ..errors import InvalidArgument, LinkError, LinkLost, PortNotFound
from .arguments import checked_baudrate, redacted
from .ports import port_error
from .push import HIGH_WATER, LOW_WATER, PushLink
from .threads import open_in_thread

__all__ = ["PyserialLink", "open_pyserial"]

T = TypeVar("T")

#: Seconds after which a blocked read looks whether the link is closing, where pyserial cannot interrupt it.
_READ_POLL = 0.2
#: Seconds that a thread gets to end by itself before the port is closed under it.
_PATIENCE = 1.0
#: Largest number of bytes read or written in one call.
_PIECE = 4096


class PyserialLink(PushLink):
    """An open pyserial port of any kind, with one thread that reads and one that writes."""

    def __init__(self, url: str, port: serial.Serial) -> None:
        super().__init__(url)
        self._port = port
        self._unsent = 0
        self._all_sent = asyncio.Event()
        self._all_sent.set()
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._taken = threading.Event()
        self._stopping = False
        self._released = asyncio.Event()
        self._reader = threading.Thread(target=self._read_on, name=f"atmodem[{url}].reader", daemon=True)
        self._writer = threading.Thread(target=self._write_on, name=f"atmodem[{url}].writer", daemon=True)
        self._writer.start()
        self._reader.start()

    def write(self, data: bytes) -> None:
        if data and self._lost is None and not self._over:
            self._unsent += len(data)
            self._all_sent.clear()
            if self._unsent > HIGH_WATER:
                self._writable.clear()
            self._outgoing.put(data)

    async def set_baudrate(self, baudrate: int) -> None:
        checked_baudrate(baudrate)
        await self._all_sent.wait()
        if self._lost is not None:
            raise self._lost
        if self._over:
            return
        try:
            await self._loop.run_in_executor(None, self._change_baudrate, baudrate)
        except Exception as exc:
            raise LinkError(f"{self.url} does not take {baudrate} bit/s: {exc}", url=self.url) from exc

    # In the loop.

    def _release(self) -> None:
        self._taken.set()

    def _arrived(self, data: bytes) -> None:
        self._deliver(data)
        if self._stopping or not self._kept:
            self._taken.set()

    def _sent(self, count: int) -> None:
        self._unsent -= count
        if not self._unsent:
            self._all_sent.set()
        if self._unsent <= LOW_WATER:
            self._writable.set()

    def _failed(self, cause: Exception) -> None:
        self._lose(LinkLost(f"{self.url} was lost: {cause}", url=self.url, advice="connect again"))
        self._abort()

    async def _finish(self) -> None:
        await self._all_sent.wait()
        self._abort()
        await self._released.wait()

    def _abort(self) -> None:
        if not self._stopping:
            self._stopping = True
            self._all_sent.set()
            self._taken.set()
            self._outgoing.put(None)
            self._loop.run_in_executor(None, self._stop).add_done_callback(lambda _: self._released.set())

    # In worker threads.

    def _read_on(self) -> None:
        port = self._port
        try:
            # While it is closing, loop:// makes room for its writer only when somebody reads.
            while not self._stopping or self._writer.is_alive():
                data = port.read(min(port.in_waiting, _PIECE) or 1)
                if data and not self._stopping:
                    self._taken.clear()
                    if not self._call(self._arrived, data):
                        return
                    self._taken.wait()
        except Exception as exc:  # noqa: BLE001 - what a handler of pyserial raises depends on what it stands on
            self._call(self._failed, exc)

    def _write_on(self) -> None:
        while (data := self._outgoing.get()) is not None:
            for start in range(0, len(data), _PIECE):
                piece = data[start : start + _PIECE]
                if self._stopping:
                    return
                try:
                    self._port.write(piece)
                except Exception as exc:  # noqa: BLE001 - as above
                    self._call(self._failed, exc)
                    return
                self._call(self._sent, len(piece))

    def _call(self, function: Callable[[T], object], argument: T) -> bool:
        """Call *function* in the loop; if that was closed with the link open, let the threads end."""
        try:
            self._loop.call_soon_threadsafe(function, argument)
        except RuntimeError:
            self._outgoing.put(None)
            return False
        return True

    def _change_baudrate(self, baudrate: int) -> None:
        self._port.flush()
        self._port.baudrate = baudrate

    def _stop(self) -> None:
        self._interrupt("cancel_write")
        self._writer.join(_PATIENCE)
        self._interrupt("cancel_read")
        self._reader.join(_PATIENCE)
        _close(self._port)
        self._writer.join()
        self._reader.join()

    def _interrupt(self, method: str) -> None:
        with suppress(Exception):  # not every port has it, and loop:// has no room for it when full
            getattr(self._port, method)()


async def open_pyserial(url: str, shown_url: str, *, baudrate: int, rtscts: bool) -> PyserialLink:
    """Open *url* by pyserial, off the loop.

    Cancelled, it closes what it has opened. pyserial's own limits hold: its RFC 2217 client keeps what it receives in
    a buffer without limit, and gives up when the server takes nothing for five seconds.

    :param shown_url: the URL without credentials, for messages.
    :param baudrate: bits per second.
    :param rtscts: whether the RTS and CTS lines hold the senders back.
    :raises InvalidArgument: pyserial has no handler for the scheme.
    :raises PortNotFound: there is no such port, or nothing listens there.
    :raises PortBusy: another program has it open.
    :raises PortNotPermitted: this user may not open it.
    :raises LinkError: it does not open for another reason.
    """
    opener = partial(_open, url, shown_url, baudrate, rtscts)
    return PyserialLink(shown_url, await open_in_thread(opener, _close))


def _open(url: str, shown_url: str, baudrate: int, rtscts: bool) -> serial.Serial:
    try:
        port = serial.serial_for_url(url, baudrate, rtscts=rtscts, exclusive=True, do_not_open=True)
        port.timeout = None if hasattr(port, "cancel_read") else _READ_POLL
    except ValueError:
        raise InvalidArgument("url", "one that pyserial has a handler for") from None
    except serial.SerialException as exc:
        raise InvalidArgument("url", f"what its handler takes: {redacted(str(exc))}") from None
    try:
        port.open()
    except Exception as exc:  # noqa: BLE001 - what a handler of pyserial raises depends on what it stands on
        raise _open_error(shown_url, port.port or url, exc) from (exc if shown_url == url else None)
    return port


def _close(port: serial.Serial) -> None:
    # After a hang-up pyserial forgets to close its socket.
    connection: socket.socket | None = getattr(port, "_socket", None)
    port.close()
    if connection is not None:
        connection.close()


def _open_error(url: str, path: str, error: BaseException) -> LinkError:
    cause = error
    while cause.__context__ is not None and getattr(cause, "errno", None) is None:
        cause = cause.__context__
    if isinstance(cause, ConnectionRefusedError | socket.gaierror):
        advice = "check host and port, or start the server"
        return PortNotFound(f"{url}: there is no server: {cause.strerror}", url=url, advice=advice)
    return port_error(url, path, cause)
