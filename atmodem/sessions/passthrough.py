"""One link of a module whose bytes pass bare."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import ByteStream

from ..errors import AtmodemError, DataLost, InvalidArgument, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability, unsupported
from ..portable.events import PortableEvent, SocketData
from ..portable.opening import Opening
from ..portable.values import Endpoint, TlsOptions, Transport
from .arguments import check_endpoint

__all__ = ["Passthrough", "PassthroughStream"]

#: Bytes that are held for a slow reader; beyond this the stream breaks.
LIMIT = 4 * 1024 * 1024
#: Bytes that go to the line at once.
PIECE = 4096


class PassthroughStream(ByteStream):
    """A connection whose bytes pass the line bare, as an anyio byte stream.

    The module takes no commands meanwhile: other sessions raise ``ModeConflict``. No module tells that the far end has
    closed; some open the connection again by themselves.
    """

    def __init__(self, core: ModemCore, left: Callable[[], Awaitable[None]]) -> None:
        self._core = core
        self._when_left = left
        self._buffer = bytearray()
        self._changed = asyncio.Event()
        self._receiving = False
        self._sending = False
        self._closing = asyncio.Event()
        self._left = asyncio.Event()
        self._error: SessionBroken | None = None

    # Life

    async def open(self, enter: Callable[[], Awaitable[None]]) -> PassthroughStream:
        """Enter passthrough by *enter*, and return the stream.

        Cancelled, passthrough is left again in the background.

        :raises ModeConflict: another stream has the line.
        """
        core = self._core
        core.reserve_stream(self.taken, self.aclose)
        opened: asyncio.Future[PassthroughStream] = asyncio.get_running_loop().create_future()
        core.spawn(lambda: self._run(enter, opened), "passthrough")
        try:
            return await opened
        except asyncio.CancelledError:
            if opened.done() and not opened.cancelled() and opened.exception() is None and not core.closed:
                core.spawn(self.aclose, "leave")
            raise

    async def _run(self, enter: Callable[[], Awaitable[None]], opened: asyncio.Future[PassthroughStream]) -> None:
        """Enter passthrough, and leave it when the stream or the modem is closed.

        One task does both, so that passthrough is left whatever becomes of whoever has opened it.
        """
        core = self._core
        try:
            await enter()
        except BaseException as error:
            self._left.set()
            core.release_stream()
            if not opened.done():
                told = error if isinstance(error, AtmodemError) else SessionClosed("the modem is closed")
                opened.set_exception(told)
            if not isinstance(error, AtmodemError):
                raise
            return
        try:
            if not opened.done():
                opened.set_result(self)
                await self._closing.wait()
        finally:
            with anyio.CancelScope(shield=True):
                await self._leave()

    async def _leave(self) -> None:
        self._closing.set()
        self._changed.set()
        try:
            await self._core.leave_stream()
            await self._when_left()
        except AtmodemError as error:
            self.fail(SessionBroken(f"passthrough could not be left: {error}"))
        finally:
            self._core.release_stream()
            self._left.set()

    def fail(self, error: SessionBroken) -> None:
        """Break the stream; data that are held can still be read."""
        if self._error is None:
            self._error = error
        self._changed.set()

    # Receiving

    def taken(self, data: bytes) -> None:
        """Take bytes of the stream."""
        if self._closing.is_set():
            return
        self._buffer += data
        if len(self._buffer) > LIMIT:
            lost = len(self._buffer)
            self._buffer.clear()
            self.fail(DataLost(f"{lost} bytes were not read in time", lost=lost))
        self._changed.set()

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost.

        :raises anyio.BusyResourceError: another task receives already.
        :raises SessionBroken: the link to the module was lost, or bytes could not be held (``DataLost``).
        :raises SessionClosed: the stream was closed here.
        """
        if max_bytes < 1:
            raise InvalidArgument("max_bytes", "1 or more")
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        try:
            self._check_open()
            while not self._buffer:
                if self._error is not None:
                    raise self._error
                self._changed.clear()
                await self._changed.wait()
                self._check_open()
            data = bytes(self._buffer[:max_bytes])
            del self._buffer[: len(data)]
            return data
        finally:
            self._receiving = False

    # Sending

    async def send(self, item: bytes) -> None:
        """Send bytes of any value; none of them is taken for the end of passthrough.

        Cancelled, what was handed to the line is sent; how much that is, is not told.

        :raises anyio.BusyResourceError: another task sends already.
        :raises SessionBroken: the link to the module was lost.
        :raises SessionClosed: the stream was closed here.
        """
        if self._sending:
            raise anyio.BusyResourceError("sending to")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._sending = True
        try:
            data = bytes(item)
            for start in range(0, len(data), PIECE):
                self._check_open()
                if self._error is not None:
                    raise self._error
                await self._core.write_stream(data[start : start + PIECE])
        finally:
            self._sending = False

    async def send_eof(self) -> None:
        """Raise Unsupported: none of the modules can close one half of a connection."""
        raise unsupported(Capability.TCP_SEND_EOF, self._core.dialect.name)

    # Closing

    async def aclose(self) -> None:
        """Leave passthrough behind everything that was sent, and close the connection; idempotent.

        Cancelled, that goes on in the background.
        """
        self._closing.set()
        self._changed.set()
        await self._left.wait()

    def _check_open(self) -> None:
        if self._closing.is_set() and self._error is None:
            raise SessionClosed("the stream was closed here")


class Passthrough:
    """The passthrough of one modem: there is one stream at a time."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._stream: PassthroughStream | None = None
        core.listen(self._event)
        core.on_end(self._ended)

    def open(self, host: str, port: int, *, transport: Transport, tls: TlsOptions | None) -> Opening[PassthroughStream]:
        """Open a link whose bytes pass bare; see :meth:`atmodem.Modem.passthrough`."""
        return Opening(lambda: self._enter((host, port), transport, tls))

    async def _enter(self, remote: Endpoint, transport: Transport, tls: TlsOptions | None) -> PassthroughStream:
        core = self._core
        wanted = {
            Capability.PASSTHROUGH: True,
            Capability.PASSTHROUGH_UDP: transport is Transport.UDP,
            Capability.PASSTHROUGH_TLS: transport is Transport.TLS,
        }
        needed = [capability for capability, needs in wanted.items() if needs]
        driver = core.require(core.driver.passthrough, *needed)
        check_endpoint(remote)
        if tls is not None and transport is not Transport.TLS:
            raise InvalidArgument("transport", "TLS where its options are given")
        options = TlsOptions() if tls is None and transport is Transport.TLS else tls
        self._stream = PassthroughStream(core, driver.left)
        return await self._stream.open(lambda: driver.enter(remote, transport, options))

    async def set_autostart(self, remote: Endpoint | None, transport: Transport) -> None:
        """Choose what the module does at its start; see :meth:`atmodem.Modem.set_passthrough_autostart`."""
        core = self._core
        wanted = (Capability.PASSTHROUGH_UDP,) if transport is Transport.UDP else ()
        wanted = (Capability.PASSTHROUGH_TLS,) if transport is Transport.TLS else wanted
        driver = core.require(core.driver.passthrough, Capability.PASSTHROUGH_SET_AUTOSTART, *wanted)
        if remote is not None:
            check_endpoint(remote)
        await driver.set_autostart(remote, transport)

    def _event(self, event: PortableEvent) -> None:
        # What the far end has sent before passthrough was on.
        if self._stream is not None and isinstance(event, SocketData):
            self._stream.taken(event.data)

    def _ended(self, error: AtmodemError) -> None:
        if self._stream is not None:
            self._stream.fail(SessionBroken(f"the modem has ended: {error}"))
