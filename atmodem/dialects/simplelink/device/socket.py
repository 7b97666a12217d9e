"""One socket of the module."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

import attrs

from ....virtual.network import Address, Channel, DatagramSocket, Listener
from ..values.socket_options import SocketOption
from ..values.sockets import Domain, Protocol, SocketType

__all__ = ["Socket"]

O = TypeVar("O", bound=SocketOption)  # noqa: E741 - an option

#: Bytes that a socket holds until they are read; the sender is held back then.
_WINDOW = 16384
#: Datagrams that wait to be read; more are lost.
_MOST_DATAGRAMS = 16


@attrs.define(eq=False, kw_only=True)
class Socket:
    """A socket: what is behind it, and what waits to be read.

    :param number: 0 to 15.
    :param stirred: called when there may be something to read.
    """

    number: int
    domain: Domain
    kind: SocketType
    protocol: Protocol
    stirred: Callable[[], None]
    #: Where it is bound on this host.
    local: Address | None = None
    #: The peer of a datagram socket.
    target: Address | None = None
    channel: Channel | None = None
    datagrams: DatagramSocket | None = None
    listener: Listener | None = None
    backlog: int = 1
    over: bool = False
    closed: bool = False
    clients: deque[Channel] = attrs.field(factory=deque, init=False)
    packets: deque[bytes] = attrs.field(factory=deque, init=False)
    data: bytearray = attrs.field(factory=bytearray, init=False)
    options: dict[type[SocketOption], SocketOption] = attrs.field(factory=dict, init=False)

    def option(self, row: type[O]) -> O | None:
        """Return an option that was set; None where it never was."""
        held = self.options.get(row)
        return held if isinstance(held, row) else None

    @property
    def readable(self) -> bool:
        """Whether a read, or an accept, would not wait."""
        return bool(self.data or self.packets or self.clients or self.over or self.closed)

    def take(self, most: int) -> bytes:
        """Take what waits, at most *most* bytes; of a datagram the rest is lost."""
        if self.packets:
            return self.packets.popleft()[:most]
        taken = bytes(self.data[:most])
        del self.data[:most]
        if self.channel is not None:
            self.channel.resume()
        return taken

    def arrived(self, packet: bytes, sender: Address) -> None:
        """Keep a datagram."""
        if len(self.packets) < _MOST_DATAGRAMS:
            self.packets.append(packet)
            self.stirred()

    def accepted(self, channel: Channel) -> None:
        """Keep a client that has come."""
        if len(self.clients) < self.backlog:
            self.clients.append(channel)
            self.stirred()
        else:
            channel.abort()

    def start(self, channel: Channel) -> None:
        """Use *channel*."""
        self.channel = channel
        channel.start(self)

    def room(self) -> int:
        """Called by the channel."""
        return _WINDOW - len(self.data)

    def received(self, data: bytes) -> None:
        """Called by the channel."""
        self.data += data
        self.stirred()

    def ended(self) -> None:
        """Called by the channel."""
        self.over = True
        self.stirred()

    def close(self) -> None:
        """Let go of the network; whoever waits learns it."""
        self.closed = True
        for part in (self.channel, self.datagrams, self.listener):
            if part is not None:
                part.close()
        for client in self.clients:
            client.abort()
        self.stirred()
