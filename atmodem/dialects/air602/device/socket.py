"""One socket of the module."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import attrs

from ....virtual.clock import Timer
from ....virtual.network import Address, Channel, DatagramSocket, Listener
from ..values import Protocol, Role, SocketStatus

__all__ = ["Socket"]

#: A socket keeps so many bytes until they are asked for; of more, the oldest are lost.
_BUFFER = 511


@attrs.define(eq=False, kw_only=True)
class Socket:
    """A socket: what is behind it, and what waits in its buffer.

    :param number: 1 to 20.
    :param protocol: TCP or UDP.
    :param role: client or server; the clients of a TCP server are clients.
    :param local_port: its own port.
    :param remote: address and port of the peer as the module knows it.
    :param target: where datagrams for the peer really go.
    :param server: the TCP server that accepted it.
    :param idle_limit: seconds of silence after which it is closed; 0 for never.
    """

    number: int
    protocol: Protocol
    role: Role
    local_port: int = 0
    remote: Address = ("0.0.0.0", 0)  # noqa: S104 - told, not bound
    target: Address | None = None
    server: Socket | None = None
    idle_limit: float = 0.0
    channel: Channel | None = None
    datagrams: DatagramSocket | None = None
    listener: Listener | None = None
    idle_timer: Timer | None = None
    gone: asyncio.Event = attrs.field(factory=asyncio.Event)
    sending: asyncio.Task[None] | None = None
    _kept: bytearray = attrs.field(factory=bytearray, init=False)

    @property
    def status(self) -> SocketStatus:
        """What SKSTT tells of it."""
        if self.channel is not None or self.datagrams is not None:
            return SocketStatus.CONNECTED
        return SocketStatus.LISTENING if self.listener is not None else SocketStatus.DISCONNECTED

    @property
    def waiting(self) -> int:
        """Bytes that wait in the buffer."""
        return len(self._kept)

    def keep(self, data: bytes) -> None:
        """Put *data* into the buffer, over what is oldest there."""
        self._kept += data
        del self._kept[:-_BUFFER]

    def take(self, most: int) -> bytes:
        """Take what waits in the buffer."""
        taken = bytes(self._kept[:most])
        del self._kept[:most]
        return taken

    def send(self, data: bytes, spawn: Callable[..., asyncio.Task[None]]) -> None:
        """Send *data*; :attr:`sending` is at work while the network has not taken it."""
        if self.channel is not None:
            self.channel.write(data)
            if self.sending is None or self.sending.done():
                self.sending = spawn(_drain(self.channel))
        elif self.datagrams is not None and self.target is not None:
            self.datagrams.send(data, self.target)

    def close(self) -> None:
        """Let go of the network."""
        for part in (self.channel, self.datagrams, self.listener):
            if part is not None:
                part.close()
        self.channel = self.datagrams = self.listener = None
        if self.idle_timer is not None:
            self.idle_timer.cancel()
        self.gone.set()


async def _drain(channel: Channel) -> None:
    with suppress(ConnectionError):
        await channel.drain()
