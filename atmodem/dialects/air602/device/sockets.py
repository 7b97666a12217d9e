"""Sockets: opening, sending, receiving by report or by polling."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.network import Address, Channel
from ....virtual.results import Answer, Final, Payload, Refused, Silence
from ..commands.net import SKGHBN
from ..commands.socket import ATRM, SKCLS, SKCT, SKRCV, SKRPTM, SKSDF, SKSND, SKSRCIP, SKSTT
from ..events import SKTRPT
from ..records import ResolvedAddress, SenderAddress, SocketNumber, SocketState
from ..values import Protocol, Role, Switch
from .codes import Code
from .reading import GRANT_LIMIT
from .socket import Socket

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["SocketsPart"]

_MOST_SOCKETS = 20
_MOST_CLIENTS = 4
_CONNECT_LIMIT = 25.0
#: Seconds for which SKSND waits for a network that is behind, before it grants nothing.
_GRANT_PATIENCE = 1.0
_IDLE_LIMIT = 120
_LONGEST_IDLE = 10_000_000
_LOOPBACK = "127.0.0.1"
_NOBODY = "0.0.0.0"  # noqa: S104 - told, not bound
_BROADCAST = "255.255.255.255"


class _OneByte:
    """Takes nothing, but is complete only when something comes: the data phase of a size of 0."""

    data = b""

    def __init__(self) -> None:
        self.complete = False

    def take(self, data: bytes) -> bytes:
        self.complete = True
        return data


class _Receiver:
    """Takes what a connection brings."""

    def __init__(self, part: SocketsPart, socket: Socket) -> None:
        self._part = part
        self._socket = socket

    def room(self) -> int:
        return self._part.room(self._socket)

    def received(self, data: bytes) -> None:
        self._part.arrived(self._socket, data, self._socket.remote)

    def ended(self) -> None:
        self._part.drop(self._socket)


class SocketsPart(Part):
    """Obeys the commands about sockets.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._table: dict[int, Socket] = {}
        self._last_sender = _NOBODY
        #: Reports what arrives instead of keeping it.
        self.reporting: bool = False
        #: What the next SKSND are granted at most, where that is less than usual.
        self.grants: deque[int] = deque()
        #: Number of the socket of transparent mode.
        self.default: int | None = None

    def __getitem__(self, number: int) -> Socket:
        """Return the socket of that number.

        :raises KeyError: it is not open.
        """
        return self._table[number]

    def power_up(self) -> None:
        self.reporting = False
        self.default = None
        self._last_sender = _NOBODY

    def power_down(self) -> None:
        self.drop_all()

    def outlet_cleared(self) -> None:
        for socket in tuple(self._table.values()):
            if socket.channel is not None:
                socket.channel.resume()

    def drop(self, socket: Socket) -> None:
        """Close a socket and free its number, without a word: what waits in its buffer is lost."""
        for client in self._clients_of(socket):
            self.drop(client)
        self._table.pop(socket.number, None)
        socket.close()

    def drop_all(self) -> None:
        """Close all sockets."""
        for socket in tuple(self._table.values()):
            self.drop(socket)

    @property
    def transparent_socket(self) -> Socket | None:
        """The socket of transparent mode; for a server, the client that has come last."""
        found = self._table.get(self.default or 0)
        if found is not None and found.listener is not None:
            return next(reversed(self._clients_of(found)), None)
        return found

    def _clients_of(self, server: Socket) -> list[Socket]:
        return [socket for socket in self._table.values() if socket.server is server]

    def _new(self, protocol: Protocol, role: Role, server: Socket | None = None) -> Socket | None:
        number = next((n for n in range(1, _MOST_SOCKETS + 1) if n not in self._table), None)
        if number is None:
            return None
        socket = self._table[number] = Socket(number=number, protocol=protocol, role=role, server=server)
        return socket

    # Opening

    @handles(SKCT)
    async def open_command(self, command: SKCT) -> SocketNumber:
        """Open a socket."""
        is_server = (command.protocol, command.cs) == (Protocol.TCP, Role.SERVER)
        if command.local_port == 0 and not is_server:
            raise Refused(Code.INV_PARAMS)
        local = command.local_port or 0
        if command.cs == Role.SERVER:
            local = local or command.remote_port
        if (local if is_server else command.remote_port) == 0:
            raise Refused(Code.INV_PARAMS)
        socket = await self._open(command.protocol, command.cs, command.host_timeout, command.remote_port, local)
        return SocketNumber(socket=socket.number)

    async def open_automatic(self, command: ATRM) -> Socket:
        """Open the socket of automatic mode.

        :raises Refused: it could not be opened.
        """
        local = command.port if command.cs == Role.SERVER else 0
        return await self._open(command.protocol, command.cs, command.host_timeout, command.port, local)

    async def _open(self, protocol: Protocol, role: Role, host: str, remote_port: int, local_port: int) -> Socket:
        idle = _idle_limit(host) if (protocol, role) == (Protocol.TCP, Role.SERVER) else 0
        socket = self._new(protocol, role)
        if socket is None:
            raise Refused(self._module.profile.no_free_socket)
        try:
            async with asyncio.timeout(_CONNECT_LIMIT):
                if role == Role.SERVER:
                    await self._serve(socket, remote_port, local_port, idle)
                else:
                    await self._reach(socket, host, remote_port, local_port)
        except TimeoutError:
            # It keeps its number until it is closed.
            raise Refused(Code.SKT_CONN) from None
        except BaseException as error:
            self.drop(socket)
            if isinstance(error, OSError):
                raise Refused(Code.SKT_CONN) from None
            raise
        return socket

    async def _reach(self, socket: Socket, host: str, remote_port: int, local_port: int) -> None:
        try:
            if not self._module.wifi.online:
                raise UnknownHost(host)
            target = await self._module.air.route(host, remote_port)
        except UnknownHost:
            # An address that leads nowhere is a peer that does not answer; a name, one that is not resolved.
            raise Refused(Code.SKT_CONN if _is_address(host) else Code.INV_PARAMS) from None
        socket.remote = (host if _is_address(host) else target[0], remote_port)
        if socket.protocol == Protocol.TCP:
            channel = await self._module.network.connect(target, local_port=local_port or None)
            self._start(socket, channel)
        else:
            socket.target = target
            await self._take_datagrams(socket, local_port)

    async def _serve(self, socket: Socket, remote_port: int, local_port: int, idle_limit: float) -> None:
        if not self._module.wifi.online:
            raise Refused(Code.SKT_CONN)
        if socket.protocol == Protocol.UDP:
            socket.remote = (_BROADCAST, remote_port)
            await self._take_datagrams(socket, local_port)
            return
        socket.idle_limit = idle_limit
        socket.local_port = local_port
        accept = partial(self._accepted, socket)
        socket.listener = await self._module.network.listen((_LOOPBACK, local_port), accept)

    async def _take_datagrams(self, socket: Socket, local_port: int) -> None:
        received = partial(self._datagram, socket)
        socket.datagrams = await self._module.network.datagrams((_LOOPBACK, local_port), received)
        socket.local_port = socket.datagrams.local[1]

    def _accepted(self, server: Socket, channel: Channel) -> None:
        full = len(self._clients_of(server)) >= _MOST_CLIENTS
        socket = None if full else self._new(Protocol.TCP, Role.CLIENT, server)
        if socket is None:
            channel.abort()
            return
        socket.remote = channel.remote
        socket.idle_limit = server.idle_limit
        self._start(socket, channel)

    def _start(self, socket: Socket, channel: Channel) -> None:
        socket.channel = channel
        socket.local_port = channel.local[1]
        self._stir(socket)
        channel.start(_Receiver(self, socket))

    def _stir(self, socket: Socket) -> None:
        """Begin to wait anew for an idle client of a server."""
        if socket.idle_timer is not None:
            socket.idle_timer.cancel()
        if socket.idle_limit:
            socket.idle_timer = self._module.clock.call_later(socket.idle_limit, lambda: self.drop(socket))

    # Receiving

    def room(self, socket: Socket) -> int:
        """Return how many bytes a connection may bring now: none that the line could not take."""
        printed = self.reporting or self._in_stream(socket)
        return 0 if printed and self._module.outlet.congested else self._module.profile.segment

    def _in_stream(self, socket: Socket) -> bool:
        return self._module.console.streaming and socket is self.transparent_socket

    def arrived(self, socket: Socket, data: bytes, sender: Address) -> None:
        """Print, report or keep what has arrived."""
        self._last_sender = sender[0]
        self._stir(socket)
        if self._in_stream(socket):
            self._module.write(data)
        elif self.reporting and not self._module.console.streaming:
            self._report(socket, data, sender)
        else:
            socket.keep(data)

    def _report(self, socket: Socket, data: bytes, sender: Address) -> None:
        report = SKTRPT(socket=socket.number, length=len(data), ip=sender[0], port=sender[1], data=data)
        text = self._module.framing.event(self._module.vocabulary, report)
        limit = self._module.profile.report_limit
        lost = 0 if limit is None else max(0, len(data) - limit)
        self._module.write(text[: len(text) - lost])

    def _datagram(self, socket: Socket, data: bytes, sender: Address) -> None:
        if sender == socket.target and socket.role == Role.CLIENT:
            sender = socket.remote
        elif socket.role == Role.SERVER:
            # It answers by broadcast, to the port of who has sent last; here to that one alone.
            socket.target = sender
            socket.remote = (_BROADCAST, sender[1])
        self.arrived(socket, data, sender)

    @handles(SKRCV)
    def receive(self, command: SKRCV) -> Final:
        """Tell what waits in the buffer, the bytes right behind the answer."""
        socket = self._open_socket(command.socket)
        data = b"" if self.reporting else socket.take(command.maxsize)
        return Final(b"+OK=%d\r\n\r\n%b" % (len(data), data), bare=True)

    @handles(SKRPTM)
    def set_reporting(self, command: SKRPTM) -> None:
        """Report what arrives, or keep it."""
        self.reporting = command.mode == Switch.ON

    @queries(SKRPTM)
    def told_reporting(self) -> Final:
        """Tell which, with the stray LF of this firmware."""
        return Final(b"+OK=%d\n" % self.reporting)

    @queries(SKSRCIP)
    def told_sender(self) -> SenderAddress:
        """Tell who has sent last, and forget it."""
        sender, self._last_sender = self._last_sender, _NOBODY
        return SenderAddress(ip=sender)

    # Sending

    @handles(SKSND)
    def send(self, command: SKSND) -> Answer | Awaitable[Answer]:
        """Grant bytes and take just these."""
        socket = self._open_socket(command.socket)
        if socket.channel is None and socket.datagrams is None:
            raise Refused(Code.INV_PARAMS)
        self.default = socket.number
        asked = command.size or 0
        if socket.sending is not None and not socket.sending.done():
            return self._grant_later(socket, socket.sending, asked)
        return self._grant(socket, asked)

    async def _grant_later(self, socket: Socket, sending: asyncio.Task[None], asked: int) -> Answer:
        done, _ = await asyncio.wait((sending,), timeout=_GRANT_PATIENCE)
        return self._grant(socket, asked) if done else Final(b"+OK=0")

    def _grant(self, socket: Socket, asked: int) -> Answer:
        size = min(asked, self.grants.popleft() if self.grants else GRANT_LIMIT)
        if asked and not size:
            return Final(b"+OK=0")
        self._module.accept(size)
        if size:
            return Payload(intake=Counted(size), then=partial(self._sent, socket))
        return Payload(intake=_OneByte(), then=lambda _: Silence())

    def _sent(self, socket: Socket, data: bytes) -> Silence:
        self._stir(socket)
        socket.send(data, self._module.spawn)
        return Silence()

    @handles(SKSDF)
    def set_default(self, command: SKSDF) -> None:
        """Choose the socket of transparent mode, whether it is open or not."""
        self.default = command.socket

    # State

    @handles(SKSTT)
    def status(self, command: SKSTT) -> Final:
        """Tell the state of a socket, and those of the clients of a server."""
        if command.socket not in self._table and self._module.profile.tells_unused:
            unused = Socket(number=command.socket, protocol=Protocol.TCP, role=Role.CLIENT)
            return self._module.listed(command, [self._state(unused)])
        socket = self._open_socket(command.socket)
        return self._module.listed(command, [self._state(one) for one in (socket, *self._clients_of(socket))])

    def _state(self, socket: Socket) -> SocketState:
        host, port = (self._module.wifi.address, 0) if socket.listener is not None else socket.remote
        return SocketState(
            socket=socket.number,
            status=socket.status,
            host=host,
            host_port=port,
            local_port=socket.local_port,
            rx_data=socket.waiting,
        )

    @handles(SKCLS)
    def close_command(self, command: SKCLS) -> None:
        """Close a socket."""
        if command.socket not in self._table:
            raise Refused(Code.OPS)
        self.drop(self._table[command.socket])

    def _open_socket(self, number: int) -> Socket:
        socket = self._table.get(number)
        if socket is None:
            raise Refused(Code.INV_PARAMS)
        return socket

    @handles(SKGHBN)
    async def resolve(self, command: SKGHBN) -> ResolvedAddress:
        """Resolve a host name."""
        with suppress(UnknownHost):
            if self._module.wifi.online:
                return ResolvedAddress(ip=(await self._module.air.resolve(command.host))[0])
        raise Refused(Code.INV_PARAMS)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _idle_limit(text: str) -> float:
    """Return the idle limit of a TCP server in seconds."""
    if not text:
        return _IDLE_LIMIT
    if not text.isdigit() or int(text) > _LONGEST_IDLE:
        raise Refused(Code.INV_PARAMS)
    return int(text)
