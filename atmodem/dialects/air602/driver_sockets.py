"""The Air602 sockets under the portable sessions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from itertools import count

import attrs

from ...errors import CommandError, ConnectFailed, InvalidArgument, SessionBroken, TransferIncomplete
from ...portable.drivers import SocketDriver
from ...portable.events import PortableEvent, SocketAccepted, SocketClosed, SocketData
from ...portable.modem_api import ModemAPI
from ...portable.values import Datagram, Endpoint, Link, Polling, TlsOptions
from .commands.net import SKGHBN
from .commands.socket import SKCLS, SKCT, SKRCV, SKRPTM, SKSND, SKSTT
from .driver_reports import EarlyReports
from .events import SKTRPT
from .records import SocketState
from .values import Protocol, Role, SocketStatus, Switch

__all__ = ["AirSockets", "connect_failed"]

#: Sockets of the module.
SOCKETS = 20
#: Clients of one server, which have sockets of their own.
CLIENTS = 4
#: Bytes of one SKSND.
SEND_LIMIT = 512
#: Bytes of one SKRCV: a socket keeps no more.
RECEIVE_LIMIT = 511
#: Seconds until the module is asked again to take what it has not granted.
GRANT_PAUSE = 0.05
#: How often a connection is asked whether it still is, for data where these are not reported, and a server for clients.
_ALIVE = Polling(0.5, 2.0)
_DATA = Polling(0.02, 0.5)
_CLIENTS = Polling(0.1, 0.5)
#: How SKSTT refuses the number of a socket that is not open.
_NOT_OPEN = ("INV_PARAMS", "INV_SKT")
_BROADCAST = "255.255.255.255"
#: Own ports of datagram sockets that were given none.
_EPHEMERAL = range(49152, 65536)


@attrs.define(eq=False)
class _Server:
    """A TCP server. It stays open behind its listener, as the module closes clients with their server."""

    socket: int
    port: int
    listener: int | None


@attrs.define(eq=False)
class _Socket:
    """A socket that a link stands for.

    :param number: the driver's number.
    :param socket: the module's, which it gives to another socket as soon as the peer closes.
    :param remote: the peer; None for a socket of datagrams, which has no one peer.
    """

    number: int
    socket: int
    remote: Endpoint | None
    server: _Server | None = None


class AirSockets(SocketDriver):
    """Opens, uses and closes sockets with the commands of the Air602.

    Data are reported, or asked for where the firmware refuses that: then a peer must be slow, as a socket keeps 511
    bytes and loses the oldest without a word. Nothing tells of clients and closes, which SKSTT is asked for.
    """

    send_limit: int = SEND_LIMIT
    datagram_limit: int = SEND_LIMIT
    receive_limit: int = RECEIVE_LIMIT

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._numbers = count(1)
        self._links: dict[int, _Socket] = {}
        self._by_socket: dict[int, _Socket] = {}
        self._servers: list[_Server] = []
        self._opening = asyncio.Lock()
        self._early = EarlyReports()
        #: Data are reported; else the module is asked for them.
        self._reported = True

    @property
    def in_use(self) -> bool:
        """Whether a socket is open."""
        return bool(self._links or self._servers)

    def socket_of(self, link: int) -> int:
        """Return the module's number of a link's socket.

        :raises SessionBroken: the far end has closed it.
        """
        known = self._links.get(link)
        if known is None:
            raise SessionBroken("the far end has closed the connection")
        return known.socket

    async def reset(self) -> None:
        """Begin without sockets: those of another program are closed, and data are reported again."""
        self._links.clear()
        self._by_socket.clear()
        self._servers.clear()
        self._early = EarlyReports()
        try:
            await self._modem.send(SKRPTM(mode=Switch.ON))
        except CommandError:
            self._reported = False
        else:
            self._reported = True
        for socket in range(1, SOCKETS + 1):
            await self._close(socket)

    # What reports tell

    def translate(self, event: SKTRPT) -> Iterator[PortableEvent]:
        """Return what a report means: a client that was not known, and data."""
        sender = (event.ip, event.port)
        known = self._by_socket.get(event.socket)
        if known is not None and known.remote not in (None, sender):
            yield self._over(known, event)
            known = None
        if known is None:
            # Which of several servers it belongs to, SKSTT alone tells.
            if self._early.expects(sender) or len(self._servers) > 1:
                self._early.keep(event)
                return
            if not self._servers:
                return
            known, accepted = self._accepted(self._servers[0], event.socket, sender, event)
            yield accepted
        yield _data(known, event)

    def _over(self, known: _Socket, cause: SKTRPT | None = None) -> SocketClosed:
        """Forget a link whose socket is gone."""
        self._forget(known)
        return SocketClosed(link=known.number, cause=cause)

    def _forget(self, known: _Socket) -> None:
        self._links.pop(known.number, None)
        if self._by_socket.get(known.socket) is known:
            del self._by_socket[known.socket]

    def _accepted(
        self, server: _Server, socket: int, remote: Endpoint, cause: SKTRPT | None = None
    ) -> tuple[_Socket, SocketAccepted]:
        known = self._learn(socket, remote, server)
        link = self._link(known, remote, server.port)
        # Where the listener is closed nobody takes the client, and the session closes it.
        return known, SocketAccepted(link=link, listener=server.listener, cause=cause)

    def _link(self, known: _Socket, remote: Endpoint | None, local_port: int | None = None) -> Link:
        polling = _ALIVE if self._reported else _DATA
        return Link(number=known.number, pushes=self._reported, polling=polling, remote=remote, local_port=local_port)

    def _learn(self, socket: int, remote: Endpoint | None, server: _Server | None = None) -> _Socket:
        """Remember a socket that was opened; a link that had its number has ended."""
        old = self._by_socket.get(socket)
        if old is not None:
            self._modem.publish(self._over(old))
        known = _Socket(next(self._numbers), socket, remote, server)
        self._links[known.number] = self._by_socket[socket] = known
        return known

    # Opening

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a connection, to the address that the module finds for a name."""
        failure = f"could not connect to {host} port {port}"
        async with self._opening:
            remote = (await self._resolved(host, failure), port)
            for old in [known for known in self._links.values() if known.remote == remote]:
                # Once its number comes again, nothing would tell its reports from those of the new one.
                await self._checked(old)
            command = SKCT(protocol=Protocol.TCP, cs=Role.CLIENT, host_timeout=remote[0], remote_port=port)
            known = await self._open(command, remote, failure)
        return self._link(known, (host, port))

    async def open_udp(self, remote: Endpoint | None, local_port: int | None) -> Link:
        """Open a socket for datagrams: one for everybody is a server, which sends to the whole network."""
        async with self._opening:
            if remote is None or remote[0] == _BROADCAST:
                own = local_port or random.choice(_EPHEMERAL)  # noqa: S311 - a free port is no secret
                port = own if remote is None else remote[1]
                command = SKCT(protocol=Protocol.UDP, cs=Role.SERVER, remote_port=port, local_port=own)
                failure = f"could not open a socket on port {own}"
            else:
                failure = f"could not open a socket for {remote[0]} port {remote[1]}"
                host = await self._resolved(remote[0], failure)
                command = SKCT(
                    protocol=Protocol.UDP,
                    cs=Role.CLIENT,
                    host_timeout=host,
                    remote_port=remote[1],
                    local_port=local_port,
                )
            known = await self._open(command, None, failure)
            state = await self._state(known)
        own_port = local_port if state is None else state.local_port
        return self._link(known, remote, own_port)

    async def _resolved(self, host: str, failure: str) -> str:
        """Return an address: reports tell it, and SKCT takes names of 32 bytes at most."""
        try:
            if ip_address(host).version == 4:
                return host
        except ValueError:
            pass
        else:
            raise InvalidArgument("host", "a name or an IPv4 address")
        try:
            return (await self._modem.send(SKGHBN(host=host))).ip
        except CommandError as error:
            raise connect_failed(error, failure, name="NO_SUCH_HOST") from error

    async def _open(self, command: SKCT, remote: Endpoint | None, failure: str) -> _Socket:
        """Open a socket and hand over what came for it before its number was known.

        :param remote: from whom that may come; None for anybody.
        """
        with self._early.expecting(remote):
            socket = await self._connect(command, failure)
            known = self._learn(socket, remote)
        self._hand_over(known)
        await self._tidy()
        return known

    def _hand_over(self, known: _Socket) -> None:
        for event in self._early.taken(known.socket, known.remote):
            self._modem.publish(_data(known, event))

    async def _connect(self, command: SKCT, failure: str) -> int:
        if not await self._has_room():
            raise ConnectFailed("all twenty sockets are in use", code="SOCKETS", name="NO_FREE_LINK")
        try:
            return (await self._modem.send(command)).socket
        except CommandError as error:
            with suppress(CommandError):
                await self._free_dead()
            raise connect_failed(error, failure) from error

    async def _has_room(self) -> bool:
        """Tell whether a socket is free: why SKCT fails it does not tell."""
        if len(self._links) + (1 + CLIENTS) * len(self._servers) < SOCKETS:
            return True
        for known in tuple(self._links.values()):
            if await self._state(known) is None:
                self._modem.publish(self._over(known))
        taken = {known.socket for known in self._links.values()}
        for server in self._servers:
            taken |= {state.socket for state in await self._states(server.socket)}
        return len(taken) < SOCKETS

    async def _free_dead(self) -> None:
        """Close the socket of a connection that has failed, which keeps its number when it timed out."""
        taken = {*self._by_socket, *(server.socket for server in self._servers)}
        for socket in range(1, SOCKETS + 1):
            if socket in taken:
                continue
            states = await self._states(socket)
            if states and states[0].status != SocketStatus.DISCONNECTED:
                continue  # a client that nobody has asked for yet
            if states:
                await self._close(socket)
            return

    # Listening

    async def listen_tcp(self, port: int, *, passive: bool) -> Link:
        """Listen, with a server that is open still behind an earlier listener where there is one."""
        async with self._opening:
            server = next((server for server in self._servers if server.port == port), None)
            if server is None:
                # Idle clients stay connected: 0 seconds are no limit.
                command = SKCT(protocol=Protocol.TCP, cs=Role.SERVER, host_timeout="0", remote_port=port)
                socket = await self._connect(command, f"could not listen on port {port}")
                server = _Server(socket, port, None)
                self._servers.append(server)
            elif server.listener is not None:
                raise ConnectFailed(f"port {port} is listened on already", code="PORT", name="NO_FREE_LISTENER")
            server.listener = next(self._numbers)
        return Link(number=server.listener, polling=_CLIENTS, local_port=port)

    async def accept(self, listener: int) -> Link | None:
        """Ask for clients that have sent nothing yet; what else they do is told as it comes."""
        server = self._server_of(listener)
        found = None if server is None else await self._unknown_clients(server)
        if server is None or found is None:
            raise SessionBroken("the module has closed the server")
        for state in found:
            known, accepted = self._accepted(server, state.socket, (state.host, state.host_port))
            self._modem.publish(accepted)
            self._hand_over(known)
        # They were told as events.
        return None

    def _server_of(self, listener: int) -> _Server | None:
        return next((server for server in self._servers if server.listener == listener), None)

    async def _unknown_clients(self, server: _Server) -> list[SocketState] | None:
        """Return the clients that have no link yet; None where the server is gone."""
        own, *clients = await self._states(server.socket) or (None,)
        if own is None or own.status != SocketStatus.LISTENING:
            with suppress(ValueError):  # it was closed here meanwhile
                self._servers.remove(server)
            return None
        return [state for state in clients if state.status == SocketStatus.CONNECTED and not self._is_known(state)]

    def _is_known(self, state: SocketState) -> bool:
        known = self._by_socket.get(state.socket)
        return known is not None and known.remote == (state.host, state.host_port)

    async def _end_listening(self, server: _Server) -> None:
        """Close the clients that nobody has taken, and the server unless it has others."""
        server.listener = None
        for state in await self._unknown_clients(server) or ():
            await self._close(state.socket)
        await self._tidy()

    async def _tidy(self) -> None:
        """Close the servers that have neither listener nor client any more."""
        for server in tuple(self._servers):
            if server.listener is None and all(known.server is not server for known in self._links.values()):
                self._servers.remove(server)
                await self._close(server.socket)

    # Use

    async def send(self, link: int, data: bytes) -> None:
        """Send all of *data*, as many at a time as the module grants."""
        known = self._links.get(link)
        if known is None or (self._servers and await self._checked(known) is None):
            # The next client of a server may have its number.
            raise SessionBroken("the far end has closed the connection")
        sent = 0
        while sent < len(data):
            try:
                granted = (await self._modem.send(SKSND(socket=known.socket, data=data[sent:]))).actualsize
            except CommandError:
                await self._checked(known)
                raise
            sent += granted
            if not granted:
                await asyncio.sleep(GRANT_PAUSE)
            elif known.remote is None and sent < len(data):
                raise TransferIncomplete(f"the module has cut the datagram to {sent} bytes", transferred=sent)

    async def receive(self, link: int, limit: int) -> bytes | None:
        """Return what waits where nothing is reported; None once the far end has closed."""
        known = self._links.get(link)
        if known is None or await self._checked(known) is None:
            return None
        if self._reported:
            return b""
        return (await self._modem.send(SKRCV(socket=known.socket, maxsize=limit))).data

    async def receive_datagram(self, link: int) -> Datagram | None:
        """Return what waits where nothing is reported: the module keeps no borders of datagrams, and no ports."""
        data = await self.receive(link, RECEIVE_LIMIT)
        return Datagram(data) if data else None

    async def close(self, link: int) -> None:
        """Close a link, or a listener but none of its clients."""
        server = self._server_of(link)
        if server is not None:
            await self._end_listening(server)
            return
        known = self._links.get(link)
        if known is None:
            return
        if not self._servers or await self._state(known) is not None:
            await self._close(known.socket)
        self._forget(known)
        await self._tidy()

    async def _close(self, socket: int) -> None:
        with suppress(CommandError):  # it is closed already
            await self._modem.send(SKCLS(socket=socket))

    # State

    async def _states(self, socket: int) -> tuple[SocketState, ...]:
        """Return the state of a socket and of its clients; nothing where it is not open."""
        try:
            return await self._modem.send(SKSTT(socket=socket))
        except CommandError as error:
            if error.name not in _NOT_OPEN:
                raise
            return ()

    async def _state(self, known: _Socket) -> SocketState | None:
        """Return the state of a link's socket; None where the peer has closed it, whoever has its number now."""
        states = await self._states(known.socket)
        if not states or known.remote not in (None, (states[0].host, states[0].host_port)):
            return None
        if states[0].status != SocketStatus.DISCONNECTED:
            return states[0]
        # Firmware of 2020 keeps the number.
        await self._close(known.socket)
        return None

    async def _checked(self, known: _Socket) -> SocketState | None:
        """Return the state of a link's socket; where it is gone, forget it and tell."""
        state = await self._state(known)
        if state is None and known.number in self._links:
            self._modem.publish(self._over(known))
            await self._tidy()
        return state


def _data(known: _Socket, event: SKTRPT) -> SocketData:
    lost = event.length - len(event.data) if event.short else 0
    return SocketData(link=known.number, data=event.data, lost=lost, sender=(event.ip, event.port), cause=event)


def connect_failed(error: CommandError, what: str, name: str | None = None) -> ConnectFailed:
    """Return what it means that a socket could not be opened.

    :param name: why, where that is known better than the module tells it.
    """
    if name is None:
        name = "NO_FREE_LINK" if error.name == "NO_SKT" else error.name
    return ConnectFailed(
        f"{what}: {error.message}",
        code=error.code,
        name=name,
        text=error.text,
        command=error.command,
        advice=error.advice,
    )
