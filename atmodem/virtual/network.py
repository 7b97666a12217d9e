"""What a virtual module's sockets stand on: the interface that real and simulated networks share."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol, TypeAlias

from attrs import field, frozen

__all__ = ["Accept", "Address", "Channel", "ChannelReceiver", "DatagramSocket", "Listener", "Network", "Psk", "Tls"]

#: IP address and port.
Address: TypeAlias = tuple[str, int]


class ChannelReceiver(Protocol):
    """Who gets what the far end of a connection sends."""

    def room(self) -> int:
        """Return how many bytes are taken now; at 0 the channel holds the sender back until it is resumed."""
        ...

    def received(self, data: bytes) -> None:
        """Take bytes, at most as many as :meth:`room` has said."""

    def ended(self) -> None:
        """Learn that the far end has ended the connection; called once, behind the last bytes."""


class Channel(ABC):
    """A connection to a far end.

    ``local`` and ``remote`` are the addresses of both ends.
    """

    local: Address
    remote: Address

    @abstractmethod
    def start(self, receiver: ChannelReceiver) -> None:
        """Deliver to *receiver* from now on. Called once."""

    @abstractmethod
    def resume(self) -> None:
        """Look again whether the receiver has room."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Queue *data* for the far end; ignored when the connection is over."""

    @property
    @abstractmethod
    def congested(self) -> bool:
        """Whether more is queued than a small rest, so that :meth:`drain` would wait."""

    @abstractmethod
    async def drain(self) -> None:
        """Wait until the network has taken what is queued, but for a small rest.

        Cancelling it leaves the queue as it is.

        :raises ConnectionError: the connection is over.
        """

    @abstractmethod
    def close(self) -> None:
        """Send what is queued, then close."""

    @abstractmethod
    def abort(self) -> None:
        """Drop the connection, and what is queued with it."""


class DatagramSocket(ABC):
    """A socket that sends and receives datagrams. ``local`` is its own address."""

    local: Address

    @abstractmethod
    def send(self, data: bytes, remote: Address) -> None:
        """Send one datagram; like any datagram it may be lost."""

    @abstractmethod
    def close(self) -> None:
        """Close it; nothing is received any more."""


class Listener(ABC):
    """A socket that takes connections."""

    @abstractmethod
    def close(self) -> None:
        """Take no more connections; those that were taken stay."""


@frozen
class Tls:
    """How a connection is secured.

    :param context: keys, certificates and what is verified.
    :param server_name: name that is sent to the server and looked for in its certificate; None on the server's side.
    """

    context: ssl.SSLContext
    server_name: str | None = None


@frozen
class Psk:
    """A connection secured by a key that both ends know.

    :param key: the key.
    :param identity: what it is called.
    """

    key: bytes = field(repr=False)
    identity: str


#: Called with each connection that is taken; it starts the channel or drops it.
Accept: TypeAlias = Callable[[Channel], None]


class Network(ABC):
    """Makes sockets."""

    @abstractmethod
    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        """Open a connection. Cancelled, it leaves nothing open.

        :raises OSError: it could not be opened; an :class:`ssl.SSLError` where security could not be agreed on.
        """

    @abstractmethod
    async def listen(self, local: Address, accept: Accept, *, tls: Tls | None = None) -> Listener:
        """Take connections at *local*.

        :raises OSError: the address is in use, or not permitted.
        """

    @abstractmethod
    async def datagrams(self, local: Address, received: Callable[[bytes, Address], None]) -> DatagramSocket:
        """Open a socket for datagrams at *local*; *received* gets each with its sender. Port 0 takes any free one.

        :raises OSError: the address is in use, or not permitted.
        """
