"""Sockets: opening, sending, and reading with those who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.network import Address, Channel, DatagramSocket
from ....virtual.results import Answer, Refused
from ..commands import socket as c
from ..values.socket_options import (
    Alpn,
    SocketNonblocking,
    SocketRcvTimeo,
    SocketSecureAlpn,
    SocketSecureDomainNameVerification,
    SocketSecureExtClientChlngResp,
    SocketSecureFilesCaFileName,
    SocketSecureFilesCertificateFileName,
    SocketSecureFilesPrivateKeyFileName,
)
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
from .refusals import Code, code_of
from .settings import socket_default
from .socket import Socket
from .tls import TlsFiles, connect_securely, server_tls

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["SocketsPart"]

_MOST_SOCKETS = 16
_CONNECT_LIMIT = 60.0
_ANY = ("0.0.0.0", "::")  # noqa: S104 - names for any address, which are never bound
_BROADCAST, _EVERYBODY = "255.255.255.255", "127.255.255.255"
_LOOPBACK = {Domain.INET: "127.0.0.1", Domain.INET6: "::1"}
#: What ALPN calls the protocols.
_PROTOCOLS = {
    Alpn.H1: "http/1.1",
    Alpn.H2: "h2",
    Alpn.H2C: "h2c",
    Alpn.H2_14: "h2-14",
    Alpn.H2_16: "h2-16",
}
_BAD = Refused(Code.BAD_SOCKET)


class SocketsPart(Part):
    """Obeys the commands about sockets.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._table: dict[int, Socket] = {}
        self._wakers: set[asyncio.Event] = set()

    def power_down(self) -> None:
        for socket in tuple(self._table.values()):
            self._drop(socket)

    def __getitem__(self, number: int) -> Socket:
        """Return the socket of that number.

        :raises Refused: there is none.
        """
        socket = self._table.get(number)
        if socket is None:
            raise _BAD
        return socket

    # Opening and closing

    @handles(c.Socket)
    def open_socket(self, command: c.Socket) -> SocketNumber:
        """Make a socket."""
        if command.domain == Domain.RF or command.type == SocketType.RAW:
            raise Refused(Code.NOT_SUPPORTED)
        return SocketNumber(socket=self._new(command.domain, command.type, command.protocol).number)

    def _new(self, domain: Domain, kind: SocketType, protocol: Protocol) -> Socket:
        number = next((n for n in range(_MOST_SOCKETS) if n not in self._table), None)
        if number is None:
            raise Refused(Code.NO_SOCKET)
        socket = Socket(number=number, domain=domain, kind=kind, protocol=protocol, stirred=self._stir)
        self._table[number] = socket
        return socket

    @handles(c.Close)
    def close(self, command: c.Close) -> SocketNumber:
        """Close a socket; whoever reads it is refused."""
        self._drop(self[command.socket])
        return SocketNumber(socket=command.socket)

    def _drop(self, socket: Socket) -> None:
        del self._table[socket.number]
        socket.close()

    @handles(c.Bind)
    async def bind(self, command: c.Bind) -> None:
        """Give a socket an address; on this host that is always the loopback."""
        socket = self[command.socket]
        own = (*_ANY, *_LOOPBACK.values(), self._module.wlan.address)
        if command.address not in own:
            raise Refused(Code.ADDRESS_NOT_AVAILABLE)
        if socket.local is not None:
            raise Refused(Code.INVALID)
        if socket.kind == SocketType.DGRAM:
            await self._take_datagrams(socket, command.port)
        socket.local = (_LOOPBACK[socket.domain], command.port)

    async def _take_datagrams(self, socket: Socket, port: int) -> DatagramSocket:
        local = (_LOOPBACK[socket.domain], port)
        try:
            datagrams = await self._module.network.datagrams(local, socket.arrived)
        except OSError:
            raise Refused(Code.ADDRESS_IN_USE) from None
        socket.datagrams, socket.local = datagrams, datagrams.local
        return datagrams

    @handles(c.Listen)
    async def listen(self, command: c.Listen) -> None:
        """Take clients; they wait for ``Accept``."""
        socket = self[command.socket]
        if socket.kind != SocketType.STREAM or socket.listener is not None or socket.channel is not None:
            raise Refused(Code.INVALID)
        socket.backlog = max(1, command.backlog)
        local = socket.local or (_LOOPBACK[socket.domain], 0)
        tls = await server_tls(self._module.storage, _files(socket)) if socket.protocol == Protocol.SEC else None
        try:
            socket.listener = await self._module.network.listen(local, socket.accepted, tls=tls)
        except OSError:
            raise Refused(Code.ADDRESS_IN_USE) from None

    @handles(c.Connect)
    def connect(self, command: c.Connect) -> Awaitable[Answer]:
        """Connect a socket."""
        return self._module.later(command, self._connected(command), accepted=True)

    async def _connected(self, command: c.Connect) -> ConnectedPeer:
        socket = self[command.socket]
        if socket.channel is not None:
            raise Refused(Code.ALREADY_CONNECTED)
        target = await self._route(command.address, command.port, command.family)
        refused: Code | None = None
        if socket.kind == SocketType.DGRAM:
            socket.target = target
        else:
            try:
                async with asyncio.timeout(_CONNECT_LIMIT):
                    channel, refused = await self._open(socket, target)
            except OSError as error:
                raise Refused(code_of(error)) from None
            if socket.closed:
                channel.abort()
                raise _BAD
            socket.start(channel)
        if refused is not None:
            raise Refused(refused)
        return ConnectedPeer(port=command.port, address=command.address)

    async def _open(self, socket: Socket, target: Address) -> tuple[Channel, Code | None]:
        port = None if socket.local is None else socket.local[1]
        if socket.protocol != Protocol.SEC:
            return await self._module.network.connect(target, local_port=port), None
        return await connect_securely(self._module, target, _files(socket), local_port=port)

    async def _route(self, address: str, port: int, family: Family) -> Address:
        if not self._module.wlan.online:
            raise Refused(Code.NETWORK_UNREACHABLE)
        if address == _BROADCAST:
            return (_EVERYBODY, port)
        try:
            return await self._module.air.route(address, port, 6 if family == Family.INET6 else 4)
        except UnknownHost:
            raise Refused(Code.TIMED_OUT) from None

    @handles(c.Accept)
    def accept(self, command: c.Accept) -> Awaitable[Answer]:
        """Wait for a client."""
        return self._module.later(command, self._client(command), accepted=True)

    async def _client(self, command: c.Accept) -> AcceptedSocket:
        server = self[command.socket]
        if server.listener is None:
            raise Refused(Code.INVALID)
        await self._readable(server)
        socket = self._new(server.domain, server.kind, server.protocol)
        channel = server.clients.popleft()
        socket.start(channel)
        address, port = channel.remote
        return AcceptedSocket(socket=socket.number, family=command.family, port=port, address=address)

    # Sending

    @handles(c.Send)
    async def send(self, command: c.Send) -> None:
        """Send to the peer."""
        socket = self[command.socket]
        data = command.data or b""
        if socket.datagrams is not None or socket.target is not None:
            await self._send_datagram(socket, data, socket.target)
            return
        channel = socket.channel
        if channel is None:
            raise Refused(Code.NOT_CONNECTED)
        channel.write(data)
        try:
            await channel.drain()
        except ConnectionError:
            raise Refused(Code.RESET) from None

    @handles(c.SendTo)
    async def send_to(self, command: c.SendTo) -> None:
        """Send a datagram."""
        socket = self[command.socket]
        if socket.kind != SocketType.DGRAM:
            raise Refused(Code.NOT_SUPPORTED)
        target = await self._route(command.address, command.port, command.family)
        await self._send_datagram(socket, command.data or b"", target)

    async def _send_datagram(self, socket: Socket, data: bytes, target: Address | None) -> None:
        if target is None:
            raise Refused(Code.NOT_CONNECTED)
        datagrams = socket.datagrams or await self._take_datagrams(socket, 0)
        datagrams.send(data, target)

    # Reading

    @handles(c.Recv)
    def receive(self, command: c.Recv) -> Awaitable[Answer]:
        """Read from a connection."""
        return self._module.later(command, self._received(command), accepted=True)

    async def _received(self, command: c.Recv) -> ReceivedData:
        socket = self[command.socket]
        if socket.kind == SocketType.STREAM and socket.channel is None:
            raise Refused(Code.NOT_CONNECTED)
        await self._readable(socket)
        data = socket.take(command.length)
        return ReceivedData(socket=socket.number, format=command.format, length=len(data), data=data)

    @handles(c.RecvFrom)
    def receive_from(self, command: c.RecvFrom) -> Awaitable[Answer]:
        """Read a datagram."""
        return self._module.later(command, self._datagram(command), accepted=True)

    async def _datagram(self, command: c.RecvFrom) -> Datagram:
        socket = self[command.socket]
        if socket.kind != SocketType.DGRAM:
            raise Refused(Code.NOT_SUPPORTED)
        await self._readable(socket)
        data = socket.take(command.length)
        return Datagram(socket=socket.number, format=command.format, length=len(data), data=data)

    @handles(c.Select)
    def select(self, command: c.Select) -> Awaitable[Answer]:
        """Wait until something can be read."""
        return self._module.later(command, self._selected(command), accepted=True)

    async def _selected(self, command: c.Select) -> ReadableSockets:
        sockets = [self[number] for number in command.readsds]
        limit = command.timeout_sec + command.timeout_usec / 1e6
        await self._until(lambda: any(socket.readable for socket in sockets), limit)
        return ReadableSockets(readable=tuple(socket.number for socket in sockets if socket.readable))

    async def _readable(self, socket: Socket) -> None:
        """Wait as long as the options of *socket* say until a read need not wait.

        :raises Refused: the time is over, or it was closed.
        """
        nonblocking, timeout = socket.option(SocketNonblocking), socket.option(SocketRcvTimeo)
        limit: float | None = None
        if nonblocking is not None and nonblocking.enabled:
            limit = 0.0
        elif timeout is not None:
            limit = (timeout.seconds + timeout.microseconds / 1e6) or None
        if not await self._until(lambda: socket.readable, limit):
            raise Refused(Code.WOULD_BLOCK)
        if socket.closed:
            raise _BAD

    async def _until(self, ready: Callable[[], bool], limit: float | None) -> bool:
        """Wait until *ready*, at most *limit* seconds; return whether it is. Cancelled, it leaves nothing behind."""
        if ready() or limit == 0:
            return ready()
        waker, over = asyncio.Event(), asyncio.Event()

        def expire() -> None:
            over.set()
            waker.set()

        timer = None if limit is None else self._module.clock.call_later(limit, expire)
        self._wakers.add(waker)
        try:
            while not ready() and not over.is_set():
                waker.clear()
                await waker.wait()
            return ready()
        finally:
            self._wakers.discard(waker)
            if timer is not None:
                timer.cancel()

    def _stir(self) -> None:
        for waker in self._wakers:
            waker.set()

    # Options

    @handles(c.SetSockOpt)
    def set_option(self, command: c.SetSockOpt) -> None:
        """Write an option."""
        self[command.socket].options[type(command.option)] = command.option

    @handles(c.GetSockOpt)
    def get_option(self, command: c.GetSockOpt[Any]) -> object:
        """Read an option."""
        row = command.option
        held = self[command.socket].options.get(row)
        return socket_default(row) if held is None else held


def _files(socket: Socket) -> TlsFiles:
    """Return what the options of a socket say of TLS."""
    ca = socket.option(SocketSecureFilesCaFileName)
    certificate = socket.option(SocketSecureFilesCertificateFileName)
    key = socket.option(SocketSecureFilesPrivateKeyFileName)
    domain = socket.option(SocketSecureDomainNameVerification)
    alpn = socket.option(SocketSecureAlpn)
    if socket.option(SocketSecureExtClientChlngResp) is not None:
        raise Refused(Code.NOT_SUPPORTED)
    return TlsFiles(
        ca=None if ca is None else ca.file,
        certificate=None if certificate is None else certificate.file,
        key=None if key is None else key.file,
        domain=None if domain is None else domain.domain,
        protocols=() if alpn is None else tuple(_PROTOCOLS[flag] for flag in _offered(alpn)),
    )


def _offered(alpn: SocketSecureAlpn) -> tuple[Alpn, ...]:
    return tuple(_PROTOCOLS) if Alpn.FULL_LIST in alpn.flags else alpn.flags
