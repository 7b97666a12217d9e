"""Commands of the sockets."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ....wire.codecs import Choice
from ....wire.command import command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, One, Reply
from ....wire.script import Deferred, Script
from ..codecs import Address, DataFormat, LineData, Number, Sockets, Word
from ..options import OptionName, OptionValue
from ..values.socket_options import SocketOption
from ..values.sockets import (
    AcceptedSocket,
    ConnectedPeer,
    Datagram,
    Domain,
    Family,
    Protocol,
    ReadableSockets,
    ReceivedData,
    SocketNumber,
    SocketType,
)
from .base import CoreCommand, check_address, insist, printed_length

__all__ = [
    "Accept",
    "Bind",
    "Close",
    "Connect",
    "GetSockOpt",
    "Listen",
    "Recv",
    "RecvFrom",
    "Select",
    "Send",
    "SendTo",
    "SetSockOpt",
    "Socket",
]

S = TypeVar("S", bound=SocketOption)

_SOCKET = Number(0, 15)
_PORT = Number(0, 65535)
_FORMAT = Choice(DataFormat)
_LENGTH = Number(0, 1460, unit="bytes")
_WANTED = Number(1, 1460, unit="bytes")


@command("Socket", timeout=2, section="6.2, table 14", evidence=Evidence.RUN, reply=One(SocketNumber))
class Socket(CoreCommand[SocketNumber]):
    """Make a socket; there are 16.

    :param domain: family of protocols.
    :param type: kind of communication.
    :param protocol: the protocol; ``SEC`` for TLS.
    :returns: the number of the socket.
    :raises CommandError: ``NO_SOCKET`` when all are in use.

    Source: SWRU534 6.2, table 14.
    """

    domain: Domain = param(Word(Domain))
    type: SocketType = param(Word(SocketType))
    protocol: Protocol = param(Word(Protocol))


@command("Close", timeout=10, section="6.2, table 15", worker=True, evidence=Evidence.RUN, reply=One(SocketNumber))
class Close(CoreCommand[SocketNumber]):
    """Close a socket. It needs a free worker, as a pending ``Recv`` does.

    :param socket: its number, 0 to 15.
    :returns: the number again.
    :raises CommandError: ``BAD_SOCKET``; ``NO_WORKER`` while five commands pend.

    Source: SWRU534 6.2, table 15.
    """

    socket: int = param(_SOCKET)


@command(
    "Accept",
    timeout=0,
    section="6.2, table 16",
    worker=True,
    evidence=Evidence.RUN,
    reply=One(AcceptedSocket),
    script=Script(deferred=Deferred()),
)
class Accept(CoreCommand[AcceptedSocket]):
    """Wait for a client, for ever. The answer does not tell which socket it came to, so one such command may pend.

    :param socket: number of the listening socket, 0 to 15.
    :param family: family of its address.
    :returns: the new socket and the client's address.
    :raises CommandError: ``BAD_SOCKET``, ``WOULD_BLOCK``.

    Source: SWRU534 6.2, table 16.
    """

    socket: int = param(_SOCKET)
    family: Family = param(Word(Family))


@command("Bind", timeout=2, section="6.2, table 17", evidence=Evidence.RUN)
class Bind(CoreCommand[None]):
    """Give a socket a local address.

    :param socket: its number, 0 to 15.
    :param family: family of the address.
    :param port: the port.
    :param address: the address; ``0.0.0.0`` for any.
    :raises CommandError: ``ADDRESS_IN_USE``, ``ADDRESS_NOT_AVAILABLE``, ``BAD_SOCKET``.

    Source: SWRU534 6.2, table 17.
    """

    socket: int = param(_SOCKET)
    family: Family = param(Word(Family))
    port: int = param(_PORT)
    address: str = param(Address(None))

    def __attrs_post_init__(self) -> None:
        check_address(self.family, self.address)


@command("Listen", timeout=2, section="6.2, table 18", evidence=Evidence.RUN)
class Listen(CoreCommand[None]):
    """Listen for clients.

    :param socket: number of the socket, 0 to 15.
    :param backlog: how many may wait.
    :raises CommandError: ``BAD_SOCKET``.

    Source: SWRU534 6.2, table 18.
    """

    socket: int = param(_SOCKET)
    backlog: int = param(Number(0))


@command("Connect", timeout=60, section="6.2, table 19", worker=True, evidence=Evidence.RUN, reply=One(ConnectedPeer))
class Connect(CoreCommand[ConnectedPeer]):
    """Connect a socket. On a TLS socket some refusals tell a session that is up all the same.

    :param socket: its number, 0 to 15.
    :param family: family of the address.
    :param port: port of the peer.
    :param address: address of the peer; names are not taken.
    :returns: port and address again.
    :raises CommandError: ``CONNECTION_REFUSED``, ``TIMED_OUT``, ``NETWORK_UNREACHABLE``; ``TLS_NOT_VERIFIED``,
        ``TLS_DATE_WRONG``, ``TLS_REVOKED``, ``TLS_UNKNOWN_ROOT_CA`` with the session up.

    Source: SWRU534 6.2, table 19.
    """

    socket: int = param(_SOCKET)
    family: Family = param(Word(Family))
    port: int = param(_PORT)
    address: str = param(Address(None))

    def __attrs_post_init__(self) -> None:
        check_address(self.family, self.address)

    def script(self) -> Script:
        codec = Address(None)
        # The answer names the peer alone, in the module's own spelling.
        return Script(deferred=Deferred({"port": self.port, "address": codec.read(codec.write(self.address))}))


@command(
    "Select",
    timeout=0,
    section="6.2, table 20",
    worker=True,
    evidence=Evidence.RUN,
    reply=One(ReadableSockets),
    script=Script(deferred=Deferred()),
)
class Select(CoreCommand[ReadableSockets]):
    """Wait until a socket has something to read or a client to accept. One such command may pend.

    :param nfds: the highest number of a socket, plus one.
    :param readsds: numbers of the sockets, at least one.
    :param timeout_sec: whole seconds to wait.
    :param timeout_usec: the rest in µs.
    :returns: the sockets that are ready; none when the time is over.
    :raises CommandError: ``BAD_SOCKET``.

    Source: SWRU534 6.2, table 20.
    """

    nfds: int = param(Number(0, 16))
    readsds: tuple[int, ...] = param(Sockets(needed=True))
    timeout_sec: int = param(Number(0, unit="s"))
    timeout_usec: int = param(Number(0, 999999, unit="µs"))


@command("SetSockOpt", timeout=2, section="6.2, table 21", evidence=Evidence.RUN)
class SetSockOpt(CoreCommand[None]):
    """Write an option of a socket: ``SetSockOpt(socket=0, option=SocketKeepalive(enabled=True))``.

    :param socket: its number, 0 to 15.
    :param option: the option with its values; its level is one of the words that its class stands for.
    :raises CommandError: ``BAD_SOCKET`` and other codes of the sockets.

    Source: SWRU534 6.2, table 21.
    """

    socket: int = param(_SOCKET)
    option: SocketOption = param(OptionValue(SocketOption))


@command("GetSockOpt", timeout=2, section="6.2, table 22", evidence=Evidence.RUN)
class GetSockOpt(CoreCommand[S], Generic[S]):
    """Read an option of a socket: ``GetSockOpt(socket=0, option=SocketKeepalive)`` answers a ``SocketKeepalive``.

    :param socket: its number, 0 to 15.
    :param option: the class of the option; its level is one of the words that it stands for.
    :returns: an instance of that class.
    :raises CommandError: ``BAD_SOCKET`` and other codes of the sockets.

    Source: SWRU534 6.2, table 22.
    """

    socket: int = param(_SOCKET)
    option: type[S] = param(OptionName(SocketOption))

    def reply(self) -> Reply[Any]:
        return self.option.answer


@command("Recv", timeout=0, section="6.2, table 23", worker=True, evidence=Evidence.RUN, reply=Counted(ReceivedData))
class Recv(CoreCommand[ReceivedData]):
    """Read from a connected socket, waiting as long as its options say: for ever unless they set a limit.

    A read that is cancelled goes on in the module; what it brings is lost.

    :param socket: its number, 0 to 15.
    :param format: how the data shall stand in the line.
    :param length: most bytes of data, 1 to 1460; the module's own buffer holds about 1000, in base64 735.
    :returns: the data; none when the peer has closed.
    :raises CommandError: ``WOULD_BLOCK`` when the time is over, ``NOT_CONNECTED``, ``BAD_SOCKET``.

    Source: SWRU534 6.2, table 23.
    """

    socket: int = param(_SOCKET)
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(_WANTED)

    def script(self) -> Script:
        asked = printed_length(self.length, self.format)
        return Script(deferred=Deferred({"socket": self.socket}), asked=asked)


@command("RecvFrom", timeout=0, section="6.2, table 24", worker=True, evidence=Evidence.RUN, reply=Counted(Datagram))
class RecvFrom(CoreCommand[Datagram]):
    """Read a datagram, waiting as long as the options of the socket say.

    A read that is cancelled goes on in the module; what it brings is lost.

    :param socket: its number, 0 to 15.
    :param family: family of the address.
    :param port: taken but not heeded; 0 will do.
    :param address: taken but not heeded; ``0.0.0.0`` will do.
    :param format: how the data shall stand in the line.
    :param length: most bytes of data, 1 to 1460; the module's own buffer holds about 1000, in base64 735.
    :returns: the data, without their sender.
    :raises CommandError: ``WOULD_BLOCK`` when the time is over, ``BAD_SOCKET``.

    Source: SWRU534 6.2, table 24.
    """

    socket: int = param(_SOCKET)
    family: Family = param(Word(Family))
    port: int = param(_PORT)
    address: str = param(Address(None))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(_WANTED)

    def __attrs_post_init__(self) -> None:
        check_address(self.family, self.address)

    def script(self) -> Script:
        asked = printed_length(self.length, self.format)
        return Script(deferred=Deferred({"socket": self.socket}), asked=asked)


@command("Send", timeout=20, section="6.2, table 25", keep_commas=True, evidence=Evidence.RUN)
class Send(CoreCommand[None]):
    """Send on a connected socket. The line takes about 1000 bytes, in base64 750 bytes of data.

    The application reads exactly as many bytes as the length says, so that in binary any byte passes.

    :param socket: its number, 0 to 15.
    :param format: how the data stand in the line.
    :param length: bytes in the line; filled in.
    :param data: the data.
    :raises CommandError: ``NOT_CONNECTED``, ``BAD_SOCKET``; ``LENGTH_TOO_SMALL`` from the example application.

    Source: SWRU534 6.2, table 25.
    """

    socket: int = param(_SOCKET)
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", longest=1000)

    def __attrs_post_init__(self) -> None:
        insist(self.data is not None or self.length == 0, "data", "given")


@command("SendTo", timeout=10, section="6.2, table 26", keep_commas=True, wire="SendTo", evidence=Evidence.RUN)
class SendTo(CoreCommand[None]):
    """Send a datagram. In small letters the example application takes the name for that of ``Send``.

    :param socket: number of the socket, 0 to 15.
    :param family: family of the address.
    :param port: port of the peer.
    :param address: address of the peer.
    :param format: how the data stand in the line; in binary they must hold no CR, LF or NUL.
    :param length: bytes in the line; filled in.
    :param data: the data.
    :raises CommandError: ``BAD_SOCKET``, ``NETWORK_UNREACHABLE``.

    Source: SWRU534 6.2, table 26.
    """

    socket: int = param(_SOCKET)
    family: Family = param(Word(Family))
    port: int = param(_PORT)
    address: str = param(Address(None))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", longest=1000, codec=LineData())

    def __attrs_post_init__(self) -> None:
        insist(self.data is not None or self.length == 0, "data", "given")
        check_address(self.family, self.address)
