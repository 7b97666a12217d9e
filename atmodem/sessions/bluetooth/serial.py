"""Serial connections of classic Bluetooth, and taking them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import anyio
from anyio.abc import ByteStream, Listener, TaskGroup

from ...errors import AtmodemError, SessionBroken, SessionClosed, TransferIncomplete
from ...modem.core import ModemCore
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import ClassicDriver
from ...portable.events import BluetoothData
from ...portable.opening import Opening
from ..background import Ending
from ..passthrough import PassthroughStream
from .received import ReceivedBytes

__all__ = ["SerialListener", "SerialStream"]


class SerialStream(ByteStream):
    """A serial connection of classic Bluetooth, as an anyio byte stream. Neither side can close one half of it.

    What is not read in time breaks the stream (``DataLost``).
    """

    def __init__(
        self,
        core: ModemCore,
        driver: ClassicDriver,
        connection: int,
        address: str | None,
        released: Callable[[SerialStream], None],
    ) -> None:
        #: The module's number for the connection.
        self.connection: int = connection
        #: Address of the peer; None where the module does not tell.
        self.address: str | None = address
        self._core = core
        self._driver = driver
        self._released = released
        self._received = ReceivedBytes()
        self._gone: SessionBroken | None = None
        self._closed = False
        self._sending = False
        self._ending = Ending(core, self._close)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost.

        :raises anyio.EndOfStream: the peer has closed and all data were read.
        :raises anyio.BusyResourceError: another task receives already.
        :raises DataLost: received data could not be held; it counts them.
        :raises SessionBroken: the connection was lost.
        :raises SessionClosed: it was closed here.
        """
        return await self._received.get(max_bytes)

    async def send(self, item: bytes) -> None:
        """Hand all bytes to the connection.

        Cancelled, the piece that the module has begun to take is finished; later pieces are not begun.

        :raises anyio.BusyResourceError: another task sends already.
        :raises TransferIncomplete: the peer has gone; it counts the bytes that the module has taken.
        :raises ModeConflict: passthrough is on.
        :raises SessionClosed: it was closed here.
        """
        if self._sending:
            raise anyio.BusyResourceError("sending to")
        await anyio.lowlevel.checkpoint_if_cancelled()
        if self._closed:
            raise SessionClosed("the connection was closed here")
        self._core.require(self._driver)  # passthrough may have the line
        self._sending = True
        sent = 0
        try:
            data = bytes(item)
            while sent < len(data):
                piece = data[sent : sent + self._driver.send_limit]
                if self._closed:
                    raise SessionClosed("the connection was closed here")
                if self._gone is not None:
                    raise TransferIncomplete(f"not all was sent: {self._gone}", transferred=sent)
                try:
                    await self._driver.send(self.connection, piece)
                except AtmodemError as error:
                    raise TransferIncomplete(f"not all was sent: {error}", transferred=sent) from error
                sent += len(piece)
        finally:
            self._sending = False

    def passthrough(self) -> Opening[PassthroughStream]:
        """Let the bytes of the connection pass the line bare: ``async with stream.passthrough() as bare``.

        Meanwhile nothing comes here, and the module takes no commands. Leaving *bare* keeps the connection; a peer that
        has gone meanwhile is told of then. Cancelled, passthrough is left again in the background.

        :raises ModeConflict: another stream has the line.
        :raises ConnectFailed: the peer has gone.
        :raises SessionBroken: the connection was lost before.
        :raises SessionClosed: it was closed here.
        :raises Unsupported: the module cannot.
        """
        return Opening(self._enter_passthrough)

    async def _enter_passthrough(self) -> PassthroughStream:
        driver = self._core.require(self._driver, Capability.CLASSIC_PASSTHROUGH)
        if self._closed:
            raise SessionClosed("the connection was closed here")
        if self._gone is not None:
            raise self._gone
        bare = PassthroughStream(self._core, lambda: driver.passthrough_left(self.connection))
        return await bare.open(lambda: driver.enter_passthrough(self.connection))

    async def send_eof(self) -> None:
        """Raise Unsupported: neither side can close one half of a connection."""
        raise unsupported(Capability.TCP_SEND_EOF, self._core.dialect.name)

    async def aclose(self) -> None:
        """Close the connection; idempotent. Cancelled, the close goes on in the background."""
        self._closed = True
        self._received.close()
        await self._ending.wait()

    # For Classic

    def tell(self, event: BluetoothData) -> None:
        """Take what has come."""
        self._received.put(event.data, event.lost)

    def end(self) -> None:
        """Learn that the peer has closed."""
        self._gone = SessionBroken("the peer has closed the connection")
        self._received.end()
        self._released(self)

    def fail(self, error: SessionBroken) -> None:
        """Learn that the connection is lost."""
        self._gone = error
        self._received.fail(error)
        self._released(self)

    async def _close(self) -> None:
        try:
            if self._gone is None:
                await self._driver.disconnect(self.connection)
        finally:
            self._released(self)


class SerialListener(Listener[SerialStream]):
    """A module that takes serial connections, as an anyio listener.

    Peers that nobody takes when it is closed are closed with it.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: ClassicDriver,
        discoverable: bool,
        released: Callable[[SerialListener], None],
    ) -> None:
        self._core = core
        self._driver = driver
        self._discoverable = discoverable
        self._released = released
        self._waiting: deque[SerialStream] = deque()
        self._changed = asyncio.Event()
        self._accepting = False
        self._closed = False
        self._error: SessionBroken | None = None
        self._ending = Ending(core, self._close)

    @property
    def extra_attributes(self) -> dict[Any, Callable[[], Any]]:
        """None: a serial port has no address of its own."""
        return {}

    async def start(self) -> None:
        """Let peers connect."""
        await self._driver.listen_serial(self._discoverable)

    async def accept(self) -> SerialStream:
        """Return the next peer. Cancelled, no peer is lost.

        :raises anyio.BusyResourceError: another task accepts already.
        :raises SessionBroken: the module has started anew, or is gone.
        :raises SessionClosed: the listener was closed here.
        """
        if self._accepting:
            raise anyio.BusyResourceError("accepting from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._accepting = True
        try:
            while True:
                if self._closed:
                    raise SessionClosed("the listener was closed here")
                if self._waiting:
                    return self._waiting.popleft()
                if self._error is not None:
                    raise self._error
                self._changed.clear()
                await self._changed.wait()
        finally:
            self._accepting = False

    async def serve(self, handler: Callable[[SerialStream], Any], task_group: TaskGroup | None = None) -> None:
        """Call *handler* with each peer, in a task of its own, until the listener is closed.

        Cancelled, no peer is lost.

        :param handler: an async function that closes the stream when it is done.
        :param task_group: where the tasks run; None for a group of their own.
        :raises SessionBroken: the module has started anew, or is gone.
        :raises SessionClosed: the listener was closed here.
        """
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(anyio.create_task_group()) if task_group is None else task_group
            while True:
                tasks.start_soon(handler, await self.accept())

    async def aclose(self) -> None:
        """Let no more peers connect; idempotent. Cancelled, that goes on in the background."""
        self._closed = True
        self._changed.set()
        await self._ending.wait()

    # For Classic

    @property
    def closing(self) -> bool:
        """Whether it was closed here, although that may take its time."""
        return self._closed

    def take(self, stream: SerialStream) -> None:
        """Take a peer that has connected."""
        self._waiting.append(stream)
        self._changed.set()

    def listen_again(self) -> None:
        """Let the next peer connect, now that one has gone: some modules must be told."""
        if not self._closed and self._error is None and not self._core.closed:
            self._core.spawn(self._listen_again, "listen")

    async def _listen_again(self) -> None:
        try:
            if not self._closed and self._error is None:
                await self.start()
        except AtmodemError:
            pass  # it listens still, or the module is gone

    def fail(self, error: SessionBroken) -> None:
        """Learn that the module listens no more; peers that wait can still be taken."""
        if self._error is None:
            self._error = error
        self._changed.set()
        self._released(self)

    async def _close(self) -> None:
        try:
            if self._error is None:
                await self._driver.stop_listening()
            while self._waiting:
                await self._waiting.popleft().aclose()
        finally:
            self._released(self)
