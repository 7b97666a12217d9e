"""What a dialect does for links: TCP, UDP, TLS, listeners, passthrough, Ethernet frames."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import CredentialKind, Datagram, Endpoint, Link, ProgressCallback, TlsOptions, Transport

__all__ = ["CredentialDriver", "EthernetDriver", "PassthroughDriver", "SocketDriver"]


class SocketDriver(Protocol):
    """Links to the network.

    Data, closes and clients come as ``SocketData``, ``SocketReadable``, ``SocketClosed`` and ``SocketAccepted``, or by
    asking where a link's ``polling`` says so. The driver picks free numbers; one that is closed may come again at once.
    """

    #: Most bytes of one :meth:`send`; longer data are cut by the session.
    send_limit: int
    #: Most bytes of one datagram; a longer one is refused by the session.
    datagram_limit: int
    #: Most bytes to ask of one :meth:`receive`.
    receive_limit: int

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a connection.

        :param passive: data wait in the module until they are asked for; False unless the dialect can.
        :param tls: let the module protect it; None for plain TCP.
        :raises ConnectFailed: it cannot be opened; ``name`` is ``NO_FREE_LINK`` when all links are in use.
        :raises TlsError: the far end is not who it should be, or the handshake failed.
        :raises ModeConflict: links that are open use the other receive mode.
        """
        ...

    async def open_udp(self, remote: Endpoint | None, local_port: int | None) -> Link:
        """Open a datagram link.

        :param remote: where datagrams go; None for a link that takes them from anybody.
        :param local_port: own port; None lets the module choose.
        :raises ConnectFailed: it cannot be opened.
        """
        raise unsupported(Capability.UDP_OPEN)

    async def listen_tcp(self, port: int, *, passive: bool) -> Link:
        """Listen for connections on a port.

        :param passive: data of accepted links wait in the module; False unless the dialect can.
        :raises ConnectFailed: the port cannot be listened on, or the module has no listener left.
        """
        raise unsupported(Capability.TCP_LISTEN)

    async def accept(self, listener: int) -> Link | None:
        """Return the next client of a listener that polls, or None when none waits."""
        raise unsupported(Capability.TCP_LISTEN)

    async def send(self, link: int, data: bytes) -> None:
        """Hand all of *data* to the link: at most :attr:`send_limit` bytes, or one datagram to its remote end."""
        ...

    async def send_to(self, link: int, data: bytes, remote: Endpoint) -> None:
        """Send one datagram to an address of its own."""
        raise unsupported(Capability.UDP_SEND_TO)

    async def receive(self, link: int, limit: int) -> bytes | None:
        """Return data that wait, at most *limit* bytes; nothing where none do; None once the far end has closed."""
        ...

    async def receive_datagram(self, link: int) -> Datagram | None:
        """Return a datagram that waits, or None. Only links that poll and do not push are asked.

        :raises DataLost: one has come that the module cannot hand over whole; it is gone.
        """
        raise unsupported(Capability.UDP_OPEN)

    async def join_group(self, link: int, group: str) -> None:
        """Receive what is sent to a multicast address, too."""
        raise unsupported(Capability.UDP_JOIN_GROUP)

    async def close(self, link: int) -> None:
        """Close a link or a listener, which closes none of its clients; harmless when it is closed already."""
        ...


class CredentialDriver(Protocol):
    """Certificates and keys that the module keeps."""

    async def store(self, kind: CredentialKind, pem: bytes, slot: int, progress: ProgressCallback | None) -> str:
        """Keep a credential and return the name under which TLS finds it.

        :param kind: what it is.
        :param pem: the credential, as PEM.
        :param slot: which of several of its kind, from 0.
        :raises InvalidArgument: the module has no such slot or kind, or cannot take the bytes.
        """
        ...

    async def read(self, kind: CredentialKind, slot: int) -> bytes:
        """Return a credential as PEM."""
        ...

    async def delete(self, kind: CredentialKind, slot: int) -> None:
        """Forget a credential."""
        raise unsupported(Capability.CREDENTIALS_DELETE)


class PassthroughDriver(Protocol):
    """One link whose bytes pass bare. The escape and its pauses are the grammar's."""

    async def enter(self, remote: Endpoint, transport: Transport, tls: TlsOptions | None) -> None:
        """Open a link and enter passthrough on it; the stream has begun when this returns.

        :raises ConnectFailed: the link cannot be opened.
        :raises ModeConflict: open links, or another mode, exclude it.
        """
        ...

    async def left(self) -> None:
        """Bring the module back to ordinary links, after the stream was left."""
        ...

    async def set_autostart(self, remote: Endpoint | None, transport: Transport) -> None:
        """Let the module enter passthrough at each start, or with None no longer."""
        raise unsupported(Capability.PASSTHROUGH_SET_AUTOSTART)


class EthernetDriver(Protocol):
    """Raw frames of the wired network. They come as ``EthernetFrame``."""

    async def open(self) -> None:
        """Let frames pass to the host."""
        ...

    async def send_frame(self, frame: bytes) -> None:
        """Send one whole frame."""
        ...

    async def close(self) -> None:
        """Let frames pass no more."""
        ...
