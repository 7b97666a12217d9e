"""A byte stream over two characteristics of a peripheral."""

from __future__ import annotations

import anyio
from anyio.abc import ByteStream

from ...errors import AtmodemError, SessionBroken, SessionClosed, TransferIncomplete
from ...modem.core import ModemCore
from ...portable.capabilities import Capability, unsupported
from ...portable.values import GattHandle
from .notifications import Notifications
from .peer import Peer
from .received import ReceivedBytes

__all__ = ["NUS", "NUS_RX", "NUS_TX", "UartStream"]

#: The UART service of Nordic Semiconductor: what is written to *RX*, and what *TX* tells.
NUS = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
NUS_RX = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
NUS_TX = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"


class UartStream(ByteStream):
    """Bytes to a peripheral by writing one characteristic, and from it by the notifications of another.

    Low energy has no flow control: a program that does not read loses the stream (``DataLost``).
    """

    def __init__(self, core: ModemCore, peer: Peer, values: Notifications, send: GattHandle) -> None:
        #: The connection.
        self.peer: Peer = peer
        self._core = core
        self._values = values
        self._send_handle = send
        self._received = ReceivedBytes()
        self._sending = False
        self._closed = False
        core.spawn(self._pump, "uart")

    async def _pump(self) -> None:
        try:
            async for value in self._values:
                self._received.put(value)
        except SessionBroken as error:
            self._received.fail(error)
        except AtmodemError as error:
            self._received.fail(SessionBroken(str(error)))
        else:
            self._received.end()

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost.

        :raises anyio.BusyResourceError: another task receives already.
        :raises DataLost: values, or bytes, could not be held; it counts them.
        :raises SessionBroken: the peer has gone.
        :raises SessionClosed: the stream was closed here.
        """
        return await self._received.get(max_bytes)

    async def send(self, item: bytes) -> None:
        """Write bytes, in pieces of what one packet carries.

        Cancelled, the piece that the module has begun to take is finished; later pieces are not begun.

        :raises anyio.BusyResourceError: another task sends already.
        :raises TransferIncomplete: the peer has gone, or refuses; it counts the bytes that were written.
        :raises SessionClosed: the stream was closed here.
        """
        if self._sending:
            raise anyio.BusyResourceError("sending to")
        await anyio.lowlevel.checkpoint_if_cancelled()
        if self._closed:
            raise SessionClosed("the stream was closed here")
        self._sending = True
        sent = 0
        try:
            data = bytes(item)
            while sent < len(data):
                piece = data[sent : sent + self.peer.longest_value]
                try:
                    await self.peer.write(self._send_handle, piece)
                except SessionClosed:
                    raise
                except AtmodemError as error:
                    raise TransferIncomplete(f"not all was sent: {error}", transferred=sent) from error
                sent += len(piece)
        finally:
            self._sending = False

    async def send_eof(self) -> None:
        """Raise Unsupported: neither side can close one half."""
        raise unsupported(Capability.TCP_SEND_EOF, self._core.dialect.name)

    async def aclose(self) -> None:
        """Disconnect; idempotent. Cancelled, that goes on in the background."""
        self._closed = True
        self._received.close()
        await self.peer.aclose()
