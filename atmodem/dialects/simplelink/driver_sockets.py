"""The sockets of a CC3220 under the portable sessions."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import attrs
from attrs import evolve

from ...errors import AtmodemError, CommandError, ConnectFailed, DataLost, SessionBroken
from ...portable.drivers import SocketDriver
from ...portable.events import SocketClosed, SocketConnected
from ...portable.modem_api import ModemAPI
from ...portable.values import Datagram, Endpoint, Link, Polling, TlsOptions
from ...wire.script import Script
from .commands.socket import Accept, Bind, Close, Connect, Listen, Recv, RecvFrom, Send, SendTo, SetSockOpt, Socket
from .driver_network import family_of, resolve
from .driver_tls import socket_options, tls_failure, verified
from .failures import GONE, told
from .readiness import Readiness
from .values.socket_options import IpAddMembership, SocketNonblocking, SocketOption, SocketRcvTimeo
from .values.sockets import Domain, Family, Protocol, SocketType

__all__ = ["SOCKETS", "SlSockets"]

SOCKETS = 16
#: Bytes of one Send: in base64 what the line holds.
SEND_LIMIT = 750
#: The same of one SendTo, whose line holds an address too.
DATAGRAM_LIMIT = 708
#: Bytes of one Recv: in base64 what the module's buffer holds.
RECEIVE_LIMIT = 735
#: Clients that may wait to be accepted.
BACKLOG = 8

#: A read comes when there is something to read; should that be gone again, it ends soon.
_READ_LIMIT = SocketRcvTimeo(seconds=0, microseconds=10_000)
#: Seconds until a read or an accept must have ended all the same.
_PATIENCE = 10.0
#: The question itself waits in the module.
_POLLING = Polling(0, 0)
_ANY = {Family.INET: "0.0.0.0", Family.INET6: "::"}  # noqa: S104 - any own address, as BSD sockets have it
#: Ports that nobody is known by.
_FIRST_PORT, _PORTS = 49152, 16384
_TRIES = 8
#: The far end has ended the TLS session.
_ENDED = ("TLS_CLOSED", "TLS_CLOSED_BY_PEER")


def _alone(script: Script) -> Script:
    """Let nothing else pass before the end: a late refusal does not tell whose it is."""
    deferred = script.deferred
    return script if deferred is None else evolve(script, deferred=evolve(deferred, holds=True))


class _Accept(Accept):
    __slots__ = ()

    def script(self) -> Script:
        return _alone(super().script())


class _Connect(Connect):
    __slots__ = ()

    def script(self) -> Script:
        return _alone(super().script())


class _Recv(Recv):
    __slots__ = ()

    def script(self) -> Script:
        return _alone(super().script())


class _RecvFrom(RecvFrom):
    __slots__ = ()

    def script(self) -> Script:
        return _alone(super().script())


@attrs.define(eq=False)
class _Open:
    """A socket that is open.

    :param number: the module's number for it.
    :param generation: the start of the module that it belongs to.
    :param family: family of its addresses.
    :param remote: where its datagrams go.
    :param port: where it listens.
    :param connected: it is a connection.
    :param flowing: the last read was full: there may be more.
    :param cut_off: the network was left: what has arrived can be read, and nothing follows.
    :param failure: the module could not send what it had taken.
    """

    number: int
    generation: int
    family: Family
    remote: Endpoint | None = None
    port: int | None = None
    connected: bool = False
    flowing: bool = False
    cut_off: bool = False
    failure: int | None = None


class SlSockets(SocketDriver):
    """Opens, uses and closes sockets. Links are counted on and never come again, unlike the module's own numbers."""

    send_limit: int = SEND_LIMIT
    datagram_limit: int = DATAGRAM_LIMIT
    receive_limit: int = RECEIVE_LIMIT

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._numbers = itertools.count()
        self._open: dict[int, _Open] = {}
        self._readiness = Readiness(modem)

    def reset(self) -> None:
        """Forget all sockets: the module has started anew."""
        self._open.clear()
        self._readiness = Readiness(self._modem)

    def failed(self, socket: int, status: int) -> None:
        """Learn that the module could not send what it had taken."""
        for held in self._open.values():
            if held.number == socket:
                held.failure = status

    def cut_off(self) -> None:
        """Learn that the network was left, and with it all connections."""
        for held in self._open.values():
            held.cut_off = held.connected

    async def close_all(self) -> None:
        """Close what another program has left open."""
        for number in range(SOCKETS):
            await self._close(number)

    # Opening

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a connection. Data wait in the module, whatever is asked for."""
        where = f"{host} port {port}"
        options: list[SocketOption] = [] if tls is None else socket_options(host, tls)
        try:
            address = await resolve(self._modem, host)
        except CommandError as error:
            raise told(ConnectFailed, error, f"could not connect to {where}") from error
        family = family_of(address)
        held = await self._new(family, SocketType.STREAM, Protocol.TCP if tls is None else Protocol.SEC)
        async with self._closed_on_failure(held, f"could not connect to {where}"):
            await self._set(held, [_READ_LIMIT, *options])
            await self._connect(_Connect(socket=held.number, family=family, port=port, address=address), where, tls)
        held.connected = True
        return self._told(self._linked(held, remote=(host, port)))

    async def _connect(self, command: Connect, where: str, tls: TlsOptions | None) -> None:
        try:
            await self._modem.send(command)
        except CommandError as error:
            if tls is None:
                raise
            if not verified(error, tls):
                raise tls_failure(error, where) from error

    @asynccontextmanager
    async def _closed_on_failure(self, held: _Open, what: str) -> AsyncIterator[None]:
        """Close a socket that could not be made ready."""
        try:
            yield
        except AtmodemError as error:
            if not isinstance(error, GONE):
                await self._close(held.number)
            if isinstance(error, CommandError) and not isinstance(error, ConnectFailed):
                raise told(ConnectFailed, error, what) from error
            raise

    async def open_udp(self, remote: Endpoint | None, local_port: int | None) -> Link:
        """Open a datagram socket on a port of its own, which is chosen here where none is given."""
        what = "could not open a socket for datagrams"
        family = Family.INET
        target: Endpoint | None = None
        if remote is not None:
            try:
                target = (await resolve(self._modem, remote[0]), remote[1])
            except CommandError as error:
                raise told(ConnectFailed, error, what) from error
            family = family_of(target[0])
        held = await self._new(family, SocketType.DGRAM, Protocol.UDP)
        held.remote = target
        async with self._closed_on_failure(held, what):
            await self._set(held, [_READ_LIMIT])
            own = await self._bind(held, local_port)
        return self._told(self._linked(held, remote=remote, local_port=own))

    async def _bind(self, held: _Open, port: int | None) -> int:
        """Give a socket an own port and return it; where the choice is free, one that nobody has."""
        tries = _TRIES if port is None else 1
        while True:
            own = _FIRST_PORT + secrets.randbelow(_PORTS) if port is None else port
            tries -= 1
            command = Bind(socket=held.number, family=held.family, port=own, address=_ANY[held.family])
            try:
                await self._modem.send(command)
            except CommandError as error:
                if error.name == "ADDRESS_IN_USE" and tries:
                    continue
                raise
            return own

    async def listen_tcp(self, port: int, *, passive: bool) -> Link:
        """Listen for IPv4 connections."""
        held = await self._new(Family.INET, SocketType.STREAM, Protocol.TCP)
        held.port = port
        async with self._closed_on_failure(held, f"could not listen on port {port}"):
            # Should a client go before it is accepted, nothing must wait for the next.
            await self._set(held, [SocketNonblocking(enabled=True)])
            await self._bind(held, port)
            await self._modem.send(Listen(socket=held.number, backlog=BACKLOG))
        return self._linked(held, local_port=port)

    async def accept(self, listener: int) -> Link | None:
        """Return the next client, if one comes within a short time."""
        held = self._of(listener)
        if not await self._readiness.wait(held.number) or not self._has(listener, held):
            return None
        try:
            accepted = await self._modem.send(_Accept(socket=held.number, family=held.family), timeout=_PATIENCE)
        except CommandError as error:
            if error.name == "WOULD_BLOCK":
                return None
            raise SessionBroken(f"the listener was lost: {error.message}", command=error.command) from error
        client = _Open(accepted.socket, held.generation, held.family, connected=True)
        try:
            await self._set(client, [_READ_LIMIT])
        except CommandError:
            await self._close(client.number)
            return None
        return self._linked(client, remote=(accepted.address, accepted.port), local_port=held.port)

    async def _new(self, family: Family, kind: SocketType, protocol: Protocol) -> _Open:
        generation = self._modem.generation
        try:
            made = await self._modem.send(Socket(domain=Domain(family.value), type=kind, protocol=protocol))
        except CommandError as error:
            name = "NO_FREE_LINK" if error.name == "NO_SOCKET" else None
            raise told(ConnectFailed, error, "could not make a socket", name=name) from error
        return _Open(made.socket, generation, family)

    async def _set(self, held: _Open, options: Iterable[SocketOption]) -> None:
        for option in options:
            await self._modem.send(SetSockOpt(socket=held.number, option=option))

    def _linked(self, held: _Open, *, remote: Endpoint | None = None, local_port: int | None = None) -> Link:
        number = next(self._numbers)
        self._open[number] = held
        return Link(number=number, polling=_POLLING, remote=remote, local_port=local_port)

    def _told(self, link: Link) -> Link:
        self._modem.publish(SocketConnected(link=link.number))
        return link

    def _has(self, link: int, held: _Open) -> bool:
        return self._open.get(link) is held and held.generation == self._modem.generation

    def _of(self, link: int) -> _Open:
        held = self._open.get(link)
        if held is None or held.generation != self._modem.generation:
            raise SessionBroken("the connection is closed")
        if held.failure is not None:
            raise SessionBroken(f"the module could not send what it had taken: {held.failure}")
        return held

    # Use

    async def send(self, link: int, data: bytes) -> None:
        """Hand data to the module's network stack, or send a datagram to the far end."""
        held = self._of(link)
        if held.remote is not None:
            await self.send_to(link, data, held.remote)
        else:
            await self._modem.send(Send(socket=held.number, data=data))

    async def send_to(self, link: int, data: bytes, remote: Endpoint) -> None:
        """Send one datagram to an address of its own."""
        held = self._of(link)
        address = await resolve(self._modem, remote[0], 4 if held.family is Family.INET else 6)
        await self._modem.send(
            SendTo(socket=held.number, family=held.family, port=remote[1], address=address, data=data)
        )

    async def receive(self, link: int, limit: int) -> bytes | None:
        """Return data, if some come within a short time."""
        held = self._of(link)
        waits = held.flowing or await self._readiness.wait(held.number)
        if not self._has(link, held):
            return None
        if not waits and not held.cut_off:
            return b""
        if not waits:
            await self._end(link)
            return None
        try:
            data = (await self._modem.send(_Recv(socket=held.number, length=limit), timeout=_PATIENCE)).data
        except CommandError as error:
            held.flowing = False
            if error.name == "WOULD_BLOCK":
                return b""
            if error.name not in _ENDED:
                raise SessionBroken(f"the connection was lost: {error.message}", command=error.command) from error
            data = b""
        held.flowing = len(data) == limit
        if data:
            return data
        await self._end(link)
        return None

    async def _end(self, link: int) -> None:
        """Close a connection whose far end has closed: nobody closes a link whose end was told."""
        await self.close(link)
        self._modem.publish(SocketClosed(link=link))

    async def receive_datagram(self, link: int) -> Datagram | None:
        """Return a datagram, if one comes within a short time. Who sent it the module does not tell."""
        held = self._of(link)
        if not await self._readiness.wait(held.number) or not self._has(link, held):
            return None
        # One byte more than fits tells that there was more: the module drops the rest of a datagram without a word.
        command = _RecvFrom(
            socket=held.number, family=held.family, port=0, address=_ANY[held.family], length=RECEIVE_LIMIT + 1
        )
        try:
            data = (await self._modem.send(command, timeout=_PATIENCE)).data
        except CommandError as error:
            if error.name == "WOULD_BLOCK":
                return None
            raise SessionBroken(f"the socket was lost: {error.message}", command=error.command) from error
        if len(data) > RECEIVE_LIMIT:
            raise DataLost(f"a datagram of more than {RECEIVE_LIMIT} bytes came", lost=1)
        return Datagram(data)

    async def join_group(self, link: int, group: str) -> None:
        """Join a multicast group."""
        held = self._of(link)
        await self._set(held, [IpAddMembership(group=group, interface=_ANY[Family.INET])])

    async def close(self, link: int) -> None:
        """Close a link, or a listener but none of its clients."""
        held = self._open.pop(link, None)
        if held is not None and held.generation == self._modem.generation:
            async with self._readiness.without(held.number):
                await self._close(held.number)

    async def _close(self, socket: int) -> None:
        with suppress(CommandError):  # it is closed already
            await self._modem.send(Close(socket=socket))
