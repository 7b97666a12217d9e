"""TCP connections of a module as byte streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream, SocketAttribute

from ..errors import AtmodemError, CommandError, DataLost, InvalidArgument, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability, unsupported
from ..portable.drivers import SocketDriver
from ..portable.events import SocketClosed, SocketData, SocketReadable
from ..portable.values import Link
from .background import Ending
from .polling import Pauses

__all__ = ["TcpStream"]

#: Bytes that a stream holds when the module pushes data; beyond this the stream breaks.
ACTIVE_LIMIT = 4 * 1024 * 1024
#: Bytes that are fetched with one command at least: a reader of single bytes does not pay a command for each.
READ_AHEAD = 512


class TcpStream(ByteStream):
    """A TCP connection of the module, as an anyio byte stream. None of the modules can close one half of it.

    With passive receive the data wait in the module, which holds the far end back, until they are asked for here.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: SocketDriver,
        link: Link,
        released: Callable[[TcpStream], None],
    ) -> None:
        #: The module's number for the connection.
        self.link: int = link.number
        self._core = core
        self._driver = driver
        self._opened = link
        self._released = released
        self._buffer = bytearray()
        self._readable = False
        self._noticed = False
        self._asking = False
        self._over = False
        #: The link is not this stream's own any more: it was closed, or went with the module.
        self._gone = False
        self._closed = False
        self._error: SessionBroken | None = None
        self._send_error: SessionBroken | None = None
        self._ending = Ending(core, self._close)
        self._pauses = Pauses(link.polling)
        self._changed: asyncio.Event = asyncio.Event()
        self._receiving = False
        self._sending = False

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The far end and the own port, as anyio's typed attributes, where they are known."""
        known: dict[Any, Callable[[], Any]] = {}
        if self._opened.remote is not None:
            remote = self._opened.remote
            known[SocketAttribute.remote_address] = lambda: remote
            known[SocketAttribute.remote_port] = lambda: remote[1]
        if self._opened.local_port is not None:
            known[SocketAttribute.local_port] = lambda: self._opened.local_port
        return known

    # Receiving

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost: what was on its way is there for the next call.

        :raises anyio.EndOfStream: the far end has closed and all data were read.
        :raises anyio.BusyResourceError: another task receives already.
        :raises DataLost: received data could not be held; it counts them.
        :raises SessionBroken: the connection was lost.
        :raises SessionClosed: it was closed here.
        """
        if max_bytes < 1:
            raise InvalidArgument("max_bytes", "1 or more")
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        self._pauses.restart()
        try:
            while not self._check_readable():
                if self._readable and not self._asking:
                    self._ask(min(max(max_bytes, READ_AHEAD), self._driver.receive_limit))
                self._changed.clear()
                if await self._pauses.wait(self._changed, asking=self._asking):
                    self._readable = True
            data = bytes(self._buffer[:max_bytes])
            del self._buffer[: len(data)]
            return data
        finally:
            self._receiving = False

    def _check_readable(self) -> bool:
        """Tell whether data are held; raise where none will come any more."""
        self._check_open()
        if self._buffer:
            return True
        if self._error is not None:
            raise self._error
        if self._over and not self._asking:
            raise anyio.EndOfStream
        return False

    def _ask(self, limit: int) -> None:
        """Fetch data that wait in the module, in the background: a cancelled reader loses none."""
        self._asking = True
        self._readable = self._noticed = False

        async def work() -> None:
            try:
                data = await self._driver.receive(self.link, limit)
            except CommandError:
                data = b""
            except AtmodemError as error:
                self._break(SessionBroken(f"the connection was lost: {error}"))
                return
            finally:
                self._asking = False
                self._changed.set()
            if data is None:
                self._end()
                return
            # An answer that is full may have left more behind.
            self._readable = not self._over and (self._noticed or len(data) == limit)
            self._buffer += data

        self._core.spawn(work, "receive")

    def tell(self, event: SocketData | SocketReadable | SocketClosed) -> None:
        """Take an event of this link."""
        if isinstance(event, SocketClosed):
            self._end()
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
            self._break(DataLost(f"{lost} bytes were lost: the data were not read in time", lost=lost, advice=advice))
            return
        self._buffer += event.data
        if event.lost:
            self._break(DataLost(f"{event.lost} bytes of the connection were lost by the module", lost=event.lost))

    def _end(self) -> None:
        # Its number may belong to another link from now on: nothing more is asked of it.
        self._over = self._gone = True
        self._readable = False
        self._released(self)

    def fail(self, error: SessionBroken) -> None:
        """Break the stream, whose link is gone; data that are held can still be read."""
        self._gone = True
        self._break(error)

    def _break(self, error: SessionBroken) -> None:
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

    def _check_sendable(self) -> None:
        self._check_open()
        error = self._error or self._send_error
        if error is not None:
            raise error
        if self._over:
            raise SessionBroken("the far end has closed the connection")

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
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if not self._gone:
                await self._driver.close(self.link)
        finally:
            self._released(self)

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the connection was closed here")
