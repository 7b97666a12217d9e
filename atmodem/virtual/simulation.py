"""A network without a host: what connects to what is scripted, and nothing happens by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from errno import ECONNREFUSED
from itertools import count

from .network import Accept, Address, Channel, ChannelReceiver, DatagramSocket, Listener, Network, Psk, Tls

__all__ = ["FarEnd", "ScriptedChannel", "SimulatedNetwork"]

_HOST = "127.0.0.1"


class FarEnd:
    """The other end of a module's connection, in the hands of a script."""

    def __init__(self, channel: ScriptedChannel) -> None:
        self._channel = channel
        #: What the module has sent.
        self.received: bytearray = bytearray()
        #: The module has closed the connection.
        self.closed = False
        #: Called when the module has sent something.
        self.heard: Callable[[], object] = lambda: None

    def send(self, data: bytes) -> None:
        """Send *data* to the module."""
        self._channel.arriving += data
        self._channel.deliver()

    def close(self) -> None:
        """Close the connection, behind what was sent."""
        self._channel.ending = True
        self._channel.deliver()


class ScriptedChannel(Channel):
    """A connection whose other end, ``far``, is in the hands of a script."""

    def __init__(self, local: Address, remote: Address) -> None:
        self.local: Address = local
        self.remote: Address = remote
        self.far: FarEnd = FarEnd(self)
        self.arriving: bytearray = bytearray()
        self.ending = False
        self._receiver: ChannelReceiver | None = None
        self._over = False

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self.deliver()

    def resume(self) -> None:
        self.deliver()

    def write(self, data: bytes) -> None:
        if not self._over:
            self.far.received += data
            self.far.heard()

    @property
    def congested(self) -> bool:
        return False

    async def drain(self) -> None:
        if self._over:
            raise ConnectionResetError("the connection is over")

    def close(self) -> None:
        self._over = self.far.closed = True

    def abort(self) -> None:
        self.close()

    def deliver(self) -> None:
        """Hand the module what the script has sent, as far as it has room."""
        receiver = self._receiver
        if receiver is None or self._over:
            return
        while self.arriving and (room := receiver.room()) > 0:
            piece = bytes(self.arriving[:room])
            del self.arriving[:room]
            receiver.received(piece)
        if self.ending and not self.arriving and not self._over:
            self._over = True
            receiver.ended()


class _Listener(Listener):
    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close

    def close(self) -> None:
        self._close()


class _Datagrams(DatagramSocket):
    def __init__(self, local: Address, sent: Callable[[bytes, Address], None], close: Callable[[], object]) -> None:
        self.local = local
        self._sent = sent
        self._close = close

    def send(self, data: bytes, remote: Address) -> None:
        self._sent(data, remote)

    def close(self) -> None:
        self._close()


class SimulatedNetwork(Network):
    """A network in which a script plays every far end.

    :param refused: ports on which nobody listens.
    :param served: ports on which a far end is played by a function, which is called with each of its connections.
    """

    def __init__(
        self, refused: frozenset[int] = frozenset(), served: Mapping[int, Callable[[FarEnd], object]] | None = None
    ) -> None:
        self._refused = refused
        self._served = served or {}
        self._ports = count(49152)
        self._listening: dict[int, Accept] = {}
        self._datagrams: dict[int, Callable[[bytes, Address], None]] = {}
        #: The far ends of all connections, in the order in which they were opened.
        self.far_ends: list[FarEnd] = []
        #: All datagrams that the module has sent, with where they went.
        self.sent: list[tuple[bytes, Address]] = []

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        if remote[1] in self._refused:
            raise ConnectionRefusedError(ECONNREFUSED, "nobody listens there")
        channel = ScriptedChannel((_HOST, local_port or next(self._ports)), remote)
        self.far_ends.append(channel.far)
        serve = self._served.get(remote[1])
        if serve is not None:
            serve(channel.far)
        return channel

    async def listen(self, local: Address, accept: Accept, *, tls: Tls | None = None) -> Listener:
        self._listening[local[1]] = accept
        return _Listener(lambda: self._listening.pop(local[1]))

    async def datagrams(self, local: Address, received: Callable[[bytes, Address], None]) -> DatagramSocket:
        port = local[1] or next(self._ports)
        self._datagrams[port] = received
        return _Datagrams((local[0], port), self._sent, lambda: self._datagrams.pop(port))

    def _sent(self, data: bytes, remote: Address) -> None:
        self.sent.append((data, remote))

    def dial(self, port: int | None = None) -> FarEnd:
        """Connect to the module; return the far end.

        :param port: where it listens; by default where it began to listen last.
        :raises ConnectionRefusedError: the module does not listen there.
        """
        port = next(reversed(self._listening), None) if port is None else port
        accept = None if port is None else self._listening.get(port)
        if accept is None or port is None:
            raise ConnectionRefusedError(ECONNREFUSED, "the module does not listen")
        channel = ScriptedChannel((_HOST, port), (_HOST, next(self._ports)))
        self.far_ends.append(channel.far)
        accept(channel)
        return channel.far

    def datagram(self, data: bytes, sender: Address, port: int | None = None) -> None:
        """Let a datagram arrive at the module.

        :param port: where it goes; by default to the socket that was opened last.
        :raises LookupError: the module has no such socket.
        """
        port = next(reversed(self._datagrams), None) if port is None else port
        if port is None or port not in self._datagrams:
            raise LookupError("the module has no such socket")
        self._datagrams[port](data, sender)
