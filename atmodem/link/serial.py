"""A link over a serial device or pty, driven by pyserial-asyncio (POSIX)."""

from __future__ import annotations

import asyncio
import os
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import serial
import serial_asyncio

from ..errors import LinkError, LinkLost
from .arguments import checked_baudrate
from .ports import port_error
from .threads import open_in_thread
from .transport import TransportLink

__all__ = ["SerialLink", "open_serial"]

#: Seconds between two looks at the driver's output queue, while closing or about to change the speed.
_OUTPUT_POLL = 0.002
#: Bits of a byte on the line: eight and its frame.
_BITS_PER_BYTE = 10


class _Port:
    """The port as pyserial-asyncio's transport sees it.

    It stands between that and pyserial because their own way is to wait in the loop for output to leave, to close in
    the loop, to spin when a write finds no room, and to report failures to the loop's exception handler.
    """

    def __init__(self, port: serial.Serial, failed: Callable[[Exception], None]) -> None:
        self._port = port
        self._failed = failed
        self._fd: int = port.fileno()
        self._lock = threading.Lock()
        self.timeout = self.write_timeout = 0.0  # set by the transport, which wants a port that never blocks

    # For the transport, in the loop.

    def fileno(self) -> int:
        return self._fd

    def read(self, size: int) -> bytes:
        try:
            data = os.read(self._fd, size)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError as exc:
            self._failed(exc)
            return b""
        if not data:
            self._failed(EOFError("end of file"))
        return data

    def write(self, data: bytes) -> int:
        try:
            return os.write(self._fd, data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as exc:
            self._failed(exc)
            return len(data)

    def flush(self) -> None:
        """Do nothing: the link has waited already."""

    def close(self) -> None:
        """Do nothing: the link calls :meth:`release` in a worker thread."""

    # For the link.

    def output_left(self) -> int:
        """Number of bytes that the driver has yet to send."""
        try:
            return self._port.out_waiting
        except OSError as exc:
            self._failed(exc)
            return 0

    @property
    def baudrate(self) -> int:
        """Bits per second."""
        return self._port.baudrate

    def set_baudrate(self, baudrate: int) -> None:
        """Change the speed once the last byte is on the wire (worker thread)."""
        with self._lock:
            if self._port.is_open:
                termios.tcdrain(self._fd)
                self._port.baudrate = baudrate

    def release(self, discard: bool) -> None:
        """Close the port (worker thread); *discard* what it has yet to send."""
        with self._lock:
            if discard:
                with suppress(termios.error):
                    termios.tcflush(self._fd, termios.TCOFLUSH)
            self._port.close()


class SerialLink(TransportLink):
    """An open serial device or pty."""

    def __init__(self, url: str, port: serial.Serial) -> None:
        super().__init__(url)
        self._port = _Port(port, self._failed)
        self._discard = False
        #: When the line will have carried what was written: an adapter has a buffer that the driver does not count.
        self._free_at = 0.0
        self._transport = serial_asyncio.SerialTransport(self._loop, self, self._port)

    def write(self, data: bytes) -> None:
        if not data or self._lost is not None or self._over:
            return
        self._free_at = max(self._free_at, self._loop.time()) + len(data) * _BITS_PER_BYTE / self._port.baudrate
        if not self._transport.get_write_buffer_size():
            # Mostly there is room: the transport would wait for the loop to find that out.
            data = data[self._port.write(data) :]
        if data:
            self._transport.write(data)

    async def flush(self) -> None:
        await self._sent()
        await asyncio.sleep(self._free_at - self._loop.time())

    async def set_baudrate(self, baudrate: int) -> None:
        checked_baudrate(baudrate)
        await self._sent()
        if self._lost is not None:
            raise self._lost
        if self._over:
            return
        try:
            await self._loop.run_in_executor(None, self._port.set_baudrate, baudrate)
        except (OSError, ValueError, termios.error) as exc:
            raise LinkError(f"{self.url} does not take {baudrate} bit/s: {exc}", url=self.url) from exc

    def connection_lost(self, exc: Exception | None) -> None:
        releasing = self._loop.run_in_executor(None, self._port.release, self._discard)
        releasing.add_done_callback(lambda _: self._released.set())

    async def _sent(self) -> None:
        """Wait until the driver has passed on everything, or the link has gone."""
        while self._is_sending():  # noqa: ASYNC110 - the driver does not tell when it is done
            await asyncio.sleep(_OUTPUT_POLL)

    def _is_sending(self) -> bool:
        transport = self._transport
        return not transport.is_closing() and (transport.get_write_buffer_size() or self._port.output_left()) > 0

    async def _finish(self) -> None:
        await self._sent()
        await super()._finish()

    def _abort(self) -> None:
        # The transport takes its end badly when it comes twice.
        if not self._transport.is_closing():
            self._discard = True
            self._transport.abort()

    def _failed(self, cause: Exception) -> None:
        """Learn from the port that it is gone, while the transport is using it."""
        self._lose(self._loss(cause))
        self._loop.call_soon(self._abort)

    def _loss(self, cause: Exception | None) -> LinkLost:
        return LinkLost(f"{self.url} hung up: {cause}", url=self.url, advice="plug it in again and reconnect")


async def open_serial(url: str, *, baudrate: int, rtscts: bool) -> SerialLink:
    """Open the device or pty *url* for this program alone, off the loop.

    Cancelled, it closes what it has opened.

    :param baudrate: bits per second.
    :param rtscts: whether the RTS and CTS lines hold the senders back.
    :raises PortNotFound: there is no such port.
    :raises PortBusy: another program has it open.
    :raises PortNotPermitted: this user may not open it.
    :raises LinkError: it is not a serial port, or refuses the settings.
    """
    port = await open_in_thread(partial(_open, url, baudrate, rtscts), serial.Serial.close)
    return SerialLink(url, port)


def _open(path: str, baudrate: int, rtscts: bool) -> serial.Serial:
    try:
        return serial.Serial(path, baudrate, rtscts=rtscts, exclusive=True)
    except (OSError, ValueError, termios.error) as exc:
        raise port_error(path, path, exc) from exc
