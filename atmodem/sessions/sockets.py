"""Links of a module, and TCP connections over them as byte streams."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream, SocketAttribute

from ..errors import AtmodemError, CommandError, InvalidArgument, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability, Support, unsupported
from ..portable.drivers import SocketDriver
from ..portable.events import ModuleRestarted, PortableEvent, SocketClosed, SocketData, SocketReadable
from ..portable.opening import Opening

__all__ = ["Sockets", "TcpStream"]

#: Bytes that a stream holds when the module pushes data; beyond this the stream breaks.
ACTIVE_LIMIT = 4 * 1024 * 1024


class Sockets:
    """The links of one modem: hands each link's events to the stream that has it open."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._streams: dict[int, TcpStream] = {}
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
            try:
                link = await driver.open_tcp(host, port, passive=waits, tls=None)
            except AtmodemError as error:
                if not opened.done():
                    opened.set_exception(error)
                return
            stream = TcpStream(self._core, self, driver, link.number, (host, port))
            self._streams[link.number] = stream
            if opened.done():
                await stream.aclose()
            else:
                opened.set_result(stream)

        self._core.spawn(work, "connect")
        try:
            return await opened
        except asyncio.CancelledError:
            if opened.done() and not opened.cancelled() and opened.exception() is None:
                self._core.spawn(opened.result().aclose, "close")
            raise

    def forget(self, stream: TcpStream) -> None:
        """Take no more events for a stream."""
        if self._streams.get(stream.link) is stream:
            del self._streams[stream.link]

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, SocketData | SocketReadable | SocketClosed):
            stream = self._streams.get(event.link)
            if stream is not None:
                stream.tell(event)
        elif isinstance(event, ModuleRestarted):
            self._break(SessionBroken("the module started anew", advice="open the connection again"))

    def _ended(self, error: AtmodemError) -> None:
        self._break(SessionBroken(f"the modem has ended: {error}"))

    def _break(self, error: SessionBroken) -> None:
        streams, self._streams = list(self._streams.values()), {}
        for stream in streams:
            stream.fail(error)


class TcpStream(ByteStream):
    """A TCP connection of the module, as an anyio byte stream. None of the modules can close one half of it.

    With passive receive the data wait in the module, which holds the far end back, until they are asked for here.
    """

    def __init__(
        self, core: ModemCore, sockets: Sockets, driver: SocketDriver, link: int, remote: tuple[str, int]
    ) -> None:
        #: The module's number for the connection.
        self.link = link
        self._core = core
        self._sockets = sockets
        self._driver = driver
        self._remote = remote
        self._generation = core.generation
        self._buffer = bytearray()
        self._readable = False
        self._fetching = False
        self._over = False
        self._closed = False
        self._error: SessionBroken | None = None
        self._changed: asyncio.Event = asyncio.Event()
        self._receiving = False
        self._sending = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def extra_attributes(self) -> Mapping[Any, Any]:
        """The remote address, as anyio's typed attributes."""
        return {
            SocketAttribute.remote_address: lambda: self._remote,
            SocketAttribute.remote_port: lambda: self._remote[1],
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
            while not self._buffer:
                self._check_open()
                if self._error is not None:
                    raise self._error
                if self._fetch(max_bytes) is False and self._over:
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
                self._over, self._readable = True, False
                self._sockets.forget(self)
                return
            # A full answer may have left more behind; an answer that is not full has not.
            self._readable = len(data) == size or (self._readable and self._noticed)
            self._buffer += data

        self._noticed = False
        self._core.spawn(work, "receive")
        return True

    _noticed = False

    def tell(self, event: SocketData | SocketReadable | SocketClosed) -> None:
        """Take an event of this link."""
        if isinstance(event, SocketData):
            self._buffer += event.data
            if event.lost:
                self.fail(SessionBroken(f"{event.lost} bytes of the connection were lost by the module"))
            elif len(self._buffer) > ACTIVE_LIMIT:
                lost = len(self._buffer)
                self._buffer.clear()
                self.fail(SessionBroken(f"{lost} bytes were not read in time", advice="use passive receive"))
        elif isinstance(event, SocketReadable):
            self._readable = self._noticed = True
        else:
            self._over = True
            self._sockets.forget(self)
        self._changed.set()

    def fail(self, error: SessionBroken) -> None:
        """Break the stream; data that are held can still be read."""
        if self._error is None:
            self._error = error
        self._over = True
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
            data = bytes(item)
            for start in range(0, len(data), self._driver.send_limit):
                self._check_open()
                if self._over:
                    raise self._error or SessionBroken("the far end has closed the connection")
                try:
                    await self._driver.send(self.link, data[start : start + self._driver.send_limit])
                except CommandError as error:
                    self.fail(SessionBroken(f"the module could not send: {error}"))
                    raise SessionBroken(f"the module could not send: {error}", command=error.command) from error
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
        if self._closed:
            return
        self._closed = True
        self._changed.set()
        if self._over or self._generation != self._core.generation or self._core.closed:
            self._sockets.forget(self)
            return
        done = asyncio.Event()

        async def work() -> None:
            try:
                await self._driver.close(self.link)
            except AtmodemError:
                pass  # the module or its line is gone, and the connection with it
            finally:
                self._sockets.forget(self)
                done.set()

        self._core.spawn(work, "close")
        await done.wait()

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the connection was closed here")
        if self._generation != self._core.generation:
            raise self._error or SessionBroken("the module started anew", advice="open the connection again")
