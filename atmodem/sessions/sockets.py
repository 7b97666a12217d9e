"""Links of a module, and TCP connections over them as byte streams."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream, SocketAttribute

from ..errors import AtmodemError, CommandError, DataLost, InvalidArgument, ModuleReset, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability, Support, unsupported
from ..portable.drivers import SocketDriver
from ..portable.events import (
    ModuleRestarted,
    PortableEvent,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
)
from ..portable.opening import Opening

__all__ = ["Sockets", "TcpStream"]

#: Bytes that a stream holds when the module pushes data; beyond this the stream breaks.
ACTIVE_LIMIT = 4 * 1024 * 1024


class Sockets:
    """The links of one modem: hands each link's events to the stream that has it open."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._streams: dict[int, TcpStream] = {}
        #: Openings under way, and what came meanwhile for links that no stream has yet.
        self._opening = 0
        self._early: dict[int, TcpStream] = {}
        core.listen(self._event)
        core.on_end(self._ended)

    def connect_tcp(self, host: str, port: int, *, passive: bool | None = None) -> Opening[TcpStream]:
        """Open a TCP connection; see :meth:`atmodem.Modem.connect_tcp`."""
        return Opening(lambda: self._connect(host, port, passive))

    async def _connect(self, host: str, port: int, passive: bool | None) -> TcpStream:
        core = self._core
        driver = core.require(core.driver.sockets, Capability.TCP_CONNECT)
        if passive:
            core.require(driver, Capability.PASSIVE_RECEIVE)
        waits = core.capabilities[Capability.PASSIVE_RECEIVE] is not Support.NO if passive is None else passive
        if not host or any(ord(character) < 0x21 for character in host):
            raise InvalidArgument("host", "a host name or an address")
        if isinstance(port, bool) or not 1 <= port <= 65535:
            raise InvalidArgument("port", "from 1 to 65535")
        opened: asyncio.Future[TcpStream] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            """Open the link where a cancelled caller cannot leave it half open."""
            stream: TcpStream | None = None
            error: AtmodemError = SessionClosed("the modem is closed")
            try:
                stream = await self._open(driver, host, port, waits)
            except AtmodemError as refusal:
                error = refusal
            finally:
                if not opened.done():
                    if stream is None:
                        opened.set_exception(error)
                    else:
                        opened.set_result(stream)
                elif stream is not None:
                    stream.release()

        self._core.spawn(work, "connect")
        try:
            return await opened
        except asyncio.CancelledError:
            if not opened.cancelled() and opened.exception() is None:
                opened.result().release()
            raise

    async def _open(self, driver: SocketDriver, host: str, port: int, passive: bool) -> TcpStream:
        generation = self._core.generation
        self._opening += 1
        try:
            link = await driver.open_tcp(host, port, passive=passive, tls=None)
            if generation != self._core.generation:
                raise ModuleReset("the module started anew", advice="open the connection again")
            # The first data, or even the close, may have come in one read with the answer.
            stream = self._early.pop(link.number, None) or TcpStream(self._core, self, driver, link.number)
            stream.remote = (host, port)
            if not stream.over:
                self._streams[link.number] = stream
            return stream
        finally:
            self._opening -= 1
            if not self._opening:
                self._early.clear()

    def holds(self, stream: TcpStream) -> bool:
        """Tell whether the link of a stream is still its own."""
        return self._streams.get(stream.link) is stream

    def forget(self, stream: TcpStream) -> None:
        """Take no more events for a stream."""
        if self.holds(stream):
            del self._streams[stream.link]

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, SocketData | SocketReadable | SocketClosed):
            stream = self._streams.get(event.link) or self._early.get(event.link)
            if stream is None and self._opening and self._core.driver.sockets is not None:
                stream = self._early[event.link] = TcpStream(self._core, self, self._core.driver.sockets, event.link)
            if stream is not None:
                stream.tell(event)
        elif isinstance(event, SocketConnected):
            self._early.pop(event.link, None)
        elif isinstance(event, ModuleRestarted):
            self._break(SessionBroken("the module started anew", advice="open the connection again"))

    def _ended(self, error: AtmodemError) -> None:
        self._break(SessionBroken(f"the modem has ended: {error}"))

    def _break(self, error: SessionBroken) -> None:
        streams, self._streams = list(self._streams.values()), {}
        self._early.clear()
        for stream in streams:
            stream.fail(error)


class TcpStream(ByteStream):
    """A TCP connection of the module, as an anyio byte stream. None of the modules can close one half of it.

    With passive receive the data wait in the module, which holds the far end back, until they are asked for here.
    """

    def __init__(self, core: ModemCore, sockets: Sockets, driver: SocketDriver, link: int) -> None:
        #: The driver's number for the connection.
        self.link = link
        #: The far end as it was asked for.
        self.remote: tuple[str, int] = ("", 0)
        #: Whether the far end has closed it.
        self.over: bool = False
        self._core = core
        self._sockets = sockets
        self._driver = driver
        self._buffer = bytearray()
        self._readable = False
        #: Whether the module has told of more data since the last request.
        self._noticed = False
        self._fetching = False
        self._closed = False
        self._error: SessionBroken | None = None
        self._send_error: SessionBroken | None = None
        self._changed = asyncio.Event()
        self._receiving = False
        self._sending = False
        self._releasing = False
        self._released = asyncio.Event()

    @property
    def extra_attributes(self) -> Mapping[Any, Any]:
        """The remote address, as anyio's typed attributes."""
        return {
            SocketAttribute.remote_address: lambda: self.remote,
            SocketAttribute.remote_port: lambda: self.remote[1],
        }

    # Receiving

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost: what was on its way is there for the next call.

        :raises anyio.EndOfStream: the far end has closed and all data were read.
        :raises anyio.BusyResourceError: another task receives already.
        :raises SessionBroken: the connection was lost.
        :raises SessionClosed: it was closed here.
        """
        if max_bytes < 1:
            raise InvalidArgument("max_bytes", "1 or more")
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        try:
            while not self._buffer or self._closed:
                self._check_open()
                if self._error is not None:
                    raise self._error
                if not self._fetch(max_bytes) and self.over:
                    raise anyio.EndOfStream
                self._changed.clear()
                await self._changed.wait()
            data = bytes(self._buffer[:max_bytes])
            del self._buffer[: len(data)]
            return data
        finally:
            self._receiving = False

    def _fetch(self, limit: int) -> bool:
        """Ask the module for data that wait there, in the background; False when none do."""
        if self._fetching:
            return True
        if not self._readable:
            return False
        self._fetching = True
        size = min(limit, self._driver.receive_limit)

        async def work() -> None:
            try:
                data: bytes | None = await self._driver.receive(self.link, size)
            except CommandError:
                data = b""
            except AtmodemError as error:
                self.fail(SessionBroken(f"the connection was lost: {error}"))
                return
            finally:
                self._fetching = False
                self._changed.set()
            if data is None:
                self._far_end_closed()
                return
            # A full answer may have left more behind; an answer that is not full has not.
            self._readable = not self.over and (len(data) == size or self._noticed)
            self._buffer += data

        self._noticed = False
        self._core.spawn(work, "receive")
        return True

    def tell(self, event: SocketData | SocketReadable | SocketClosed) -> None:
        """Take an event of this link."""
        if isinstance(event, SocketClosed):
            self._far_end_closed()
        elif isinstance(event, SocketReadable):
            self._readable = self._noticed = True
        elif self._error is None and not self._closed:
            # Behind a gap, or a close, nothing is of use.
            self._take(event)
        self._changed.set()

    def _take(self, event: SocketData) -> None:
        if len(self._buffer) + len(event.data) > ACTIVE_LIMIT:
            lost = len(event.data) + event.lost
            advice = "read faster, or use passive receive"
            self.fail(DataLost(f"{lost} bytes were lost: the data were not read in time", lost=lost, advice=advice))
            return
        self._buffer += event.data
        if event.lost:
            self.fail(DataLost(f"{event.lost} bytes of the connection were lost by the module", lost=event.lost))

    def _far_end_closed(self) -> None:
        # Its number may belong to another link from now on: nothing more is asked of it.
        self.over, self._readable = True, False
        self._sockets.forget(self)

    def fail(self, error: SessionBroken) -> None:
        """Break the stream; data that are held can still be read."""
        if self._error is None:
            self._error = error
        self._changed.set()

    # Sending

    async def send(self, item: bytes) -> None:
        """Hand all bytes to the connection.

        Cancelled, the piece that the module has begun to take is finished; later pieces are not begun.

        :raises anyio.BusyResourceError: another task sends already.
        :raises SessionBroken: the connection was lost; how much arrived is not known.
        :raises SessionClosed: it was closed here.
        """
        if self._sending:
            raise anyio.BusyResourceError("sending to")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._sending = True
        try:
            self._check_sendable()
            data = bytes(item)
            for start in range(0, len(data), self._driver.send_limit):
                self._check_sendable()
                try:
                    await self._driver.send(self.link, data[start : start + self._driver.send_limit])
                except AtmodemError as error:
                    # A later piece would leave a gap. What the far end has sent can still be read.
                    self._send_error = self._error or SessionBroken(f"the module could not send: {error}")
                    raise self._send_error from error
        finally:
            self._sending = False

    async def send_eof(self) -> None:
        """Raise Unsupported: none of the modules can close one half of a connection."""
        raise unsupported(Capability.TCP_SEND_EOF, self._core.dialect.name)

    # Closing

    async def aclose(self) -> None:
        """Close the connection; idempotent.

        Cancelled, the close goes on in the background.
        """
        self._closed = True
        self._buffer.clear()
        self._changed.set()
        self.release()
        await self._released.wait()

    def release(self) -> None:
        """Close the link in the background, if it is still this stream's own; idempotent."""
        if self._releasing:
            return
        self._releasing = True
        if not self._sockets.holds(self):
            self._released.set()
            return

        async def work() -> None:
            try:
                await self._driver.close(self.link)
            except AtmodemError:
                pass  # the module or its line is gone, and the connection with it
            finally:
                self._sockets.forget(self)
                self._released.set()

        self._core.spawn(work, "close")

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the connection was closed here")

    def _check_sendable(self) -> None:
        self._check_open()
        error = self._error or self._send_error
        if error is not None:
            raise error
        if self.over:
            raise SessionBroken("the far end has closed the connection")
