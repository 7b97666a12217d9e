"""MXCHIP links under the portable sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from ...errors import AtmodemError, CommandError, CommandTimeout, ConnectFailed, LinkInUse, ModeConflict
from ...portable import events as portable
from ...portable.drivers import SocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Endpoint, Link, Polling, TlsOptions
from ...wire.event import Event
from .commands.sockets import CIPAUTOCONN, CIPRECV, CIPRECVCFG, CIPSEND, CIPSTART, CIPSTATUS, CIPSTOP
from .driver_tls import MxTls, check_names
from .events.sockets import (
    BroadcastData,
    PeerClosed,
    PeerConnected,
    ServerClosed,
    ServerConnected,
    ServerDisconnected,
    SocketData,
    UdpClosed,
    UdpConnected,
)
from .link_table import LINKS, LinkEntry, LinkTable, Peer
from .outcomes import Outcome
from .values.enums import AutoConnect, LinkState, LinkType, ReceiveMode
from .writable import check, label

__all__ = ["MxSockets"]

#: Bytes of one CIPSEND that every firmware takes.
SEND_LIMIT = 1024
#: Bytes of one CIPRECV: a good part of what a link keeps.
RECEIVE_LIMIT = 4096
#: No event tells of data that wait.
POLLING = Polling(0.01, 0.25)
#: Seconds until a link has opened or failed, and until one has closed.
_OPEN_LIMIT = {LinkType.SSL_CLIENT: 20.0}
_USUAL_LIMIT = 10.0
_CLOSE_LIMIT = 2.0
#: Looks at a server that no event tells of, and the seconds between two.
_LOOKS, _PAUSE = 50, 0.02

_BROADCAST = "255.255.255.255"
#: A port that datagrams of a link without a far end would go to; none are sent.
_NOBODY = 1
#: The module chooses a port of its own.
_ANY_PORT = 0

_OPENED = (ServerConnected, UdpConnected)
_CLOSED = (ServerClosed, ServerDisconnected, UdpClosed)
_SHUT = (LinkState.STOP, LinkState.CLOSE)
_SETTING_UP = (LinkState.START, LinkState.CONNECTING)


class MxSockets(SocketDriver):
    """Opens, uses and closes links with MXCHIP commands."""

    translates: tuple[type[Event], ...] = (*_OPENED, *_CLOSED, PeerConnected, PeerClosed, SocketData, BroadcastData)

    send_limit: int = SEND_LIMIT
    datagram_limit: int = SEND_LIMIT
    receive_limit: int = RECEIVE_LIMIT

    def __init__(self, modem: ModemAPI, tls: MxTls) -> None:
        self._modem = modem
        self._tls = tls
        self._table = LinkTable()
        self._mode = ReceiveMode.RAW
        self._claiming = asyncio.Lock()

    @property
    def in_use(self) -> bool:
        """Whether a link is open or a server runs."""
        return bool(self._table.links)

    async def prepare(self) -> None:
        """Close what another program, or the module by itself, has opened; data come as events."""
        self._table.reset()
        for number in range(LINKS):
            with suppress(CommandError):  # no link comes back by itself then
                await self._modem.send(CIPAUTOCONN(id=number, option=AutoConnect.OFF))
            await self._stop_unless_closed(number)
        await self._set_mode(ReceiveMode.RAW)

    async def _set_mode(self, mode: ReceiveMode) -> None:
        await self._modem.send(CIPRECVCFG(recv_mode=mode))
        self._mode = mode

    # What events tell

    def translate(self, event: Event) -> Iterable[portable.PortableEvent]:
        """Return what an event of a link means to the session that has it."""
        match event:
            case ServerConnected() | UdpConnected():
                yield from self._opened(event.id, event)
            case ServerClosed() | ServerDisconnected() | UdpClosed():
                yield from self._closed(event.id, event)
            case PeerConnected():
                peer = self._table.add_peer((event.ip, event.port))
                if peer is not None:
                    link = Link(number=peer.handle, polling=POLLING, remote=peer.remote)
                    yield portable.SocketAccepted(link=link, listener=peer.server, cause=event)
            case PeerClosed():
                gone = self._table.peer_at((event.ip, event.port))
                if gone is not None:
                    gone.end = event
                    yield portable.SocketReadable(link=gone.handle, cause=event)
            case SocketData() | BroadcastData():
                yield from self._received(event)
            case _:
                pass

    def _opened(self, number: int, event: Event) -> Iterable[portable.PortableEvent]:
        entry = self._table.links.get(number)
        if entry is None:
            return
        if entry.changing:
            entry.changing = False
            yield portable.SocketConnected(link=number, cause=event)
        elif entry.end is not None:
            # The module has connected again by itself: what comes now is not of the connection that a session has.
            self._table.release(entry, spent=True)
            yield portable.SocketClosed(link=number, cause=event)

    def _closed(self, number: int, event: Event) -> Iterable[portable.PortableEvent]:
        entry = self._table.links.get(number)
        if entry is None:
            self._table.foreign.discard(number)
        elif entry.changing:
            pass  # whoever opens or closes it waits for this
        elif entry.waits:
            # What has come before is still to be fetched.
            entry.end = event
            yield portable.SocketReadable(link=number, cause=event)
        else:
            self._table.release(entry, spent=True)
            yield portable.SocketClosed(link=number, cause=event)

    def _received(self, event: SocketData | BroadcastData) -> Iterable[portable.PortableEvent]:
        entry = self._table.links.get(event.id)
        if entry is None or entry.type is LinkType.TCP_SERVER:
            return
        lost = event.length - len(event.data) if event.short else 0
        if isinstance(event, BroadcastData):
            sender: Endpoint | None = (event.ip, event.port)
        else:
            sender = entry.remote if entry.type is LinkType.UDP_UNICAST else None
        yield portable.SocketData(link=event.id, data=event.data, lost=lost, sender=sender, cause=event)

    # Opening

    async def open_tcp(self, host: str, port: int, *, passive: bool, tls: TlsOptions | None) -> Link:
        """Open a connection and wait until it is there."""
        kind = LinkType.TCP_CLIENT if tls is None else LinkType.SSL_CLIENT
        check(CIPSTART(id=0, type=kind, domain=host, remote_port=port))
        if tls is not None:
            check_names(tls)
        entry = await self._claim(kind, (host, port), waits=passive)
        try:
            if tls is not None:
                await self._tls.set_up(entry.number, tls)
            command = CIPSTART(id=entry.number, type=kind, domain=host, remote_port=port)
            try:
                await self._start(entry, command, f"could not connect to {host} port {port}")
            except ConnectFailed as error:
                if tls is None or isinstance(error, LinkInUse) or not await self._reaches(entry, host, port):
                    raise
                raise self._tls.failure(error, host, port, tls) from error
        except BaseException as error:
            self._give_up(entry, error)
            raise
        if passive:
            return Link(number=entry.number, polling=POLLING, remote=(host, port))
        return Link(number=entry.number, pushes=True, remote=(host, port))

    async def open_udp(self, remote: Endpoint | None, local_port: int | None) -> Link:
        """Open a datagram link, whose data are pushed: the module does not keep the borders of those that wait."""
        host, port = remote or (_BROADCAST, _NOBODY)
        kind = LinkType.UDP_BROADCAST if host == _BROADCAST else LinkType.UDP_UNICAST
        own = local_port or _ANY_PORT
        check(CIPSTART(id=0, type=kind, domain=host, remote_port=port, local_port=own))
        entry = await self._claim(kind, remote, waits=False)
        command = CIPSTART(id=entry.number, type=kind, domain=host, remote_port=port, local_port=own)
        try:
            await self._start(entry, command, f"could not open a socket for {host} port {port}")
        except BaseException as error:
            self._give_up(entry, error)
            raise
        return Link(number=entry.number, pushes=True, remote=remote, local_port=local_port)

    async def _claim(self, kind: LinkType, remote: Endpoint | None, *, waits: bool) -> LinkEntry:
        """Take a free link, in the receive mode that all links share."""
        mode = ReceiveMode.COMMAND if waits else ReceiveMode.RAW
        async with self._claiming:
            if kind is LinkType.TCP_SERVER and self._table.server is not None:
                raise ConnectFailed(
                    "the one server is in use",
                    code="SERVER",
                    name="NO_FREE_LISTENER",
                    advice="it ends when its listener and all its clients are closed",
                )
            if mode is not self._mode and self._table.links:
                raise ModeConflict(
                    "the module has one receive mode for all links, and another is in use",
                    advice="datagrams are pushed: open connections beside them with passive=False",
                )
            number = self._table.free()
            if number is None:
                raise ConnectFailed("all five links are in use", code="LINKS", name="NO_FREE_LINK")
            port = 0 if remote is None else remote[1]
            entry = LinkEntry(number=number, type=kind, remote=remote, port=port, waits=waits)
            self._table.links[number] = entry
            try:
                if number in self._table.spent:
                    await self._stop_unless_closed(number)
                if mode is not self._mode:
                    await self._set_mode(mode)
            except BaseException as error:
                self._table.release(entry)
                if isinstance(error, CommandError):
                    raise _connect_failed(ConnectFailed, error, "no link could be prepared") from error
                raise
            return entry

    async def _start(self, entry: LinkEntry, command: CIPSTART, failure: str) -> None:
        """Open a link and wait for the event that tells how it went.

        :raises LinkInUse: somebody else has it open.
        :raises ConnectFailed: it could not be opened.
        """
        async with Outcome(self._modem, *_OPENED, *_CLOSED) as outcome:
            await self._set_up(command, failure)
            limit = _OPEN_LIMIT.get(entry.type, _USUAL_LIMIT)
            try:
                event = await outcome.get(limit, wanted=lambda event: getattr(event, "id", None) == entry.number)
            except CommandTimeout as error:
                await self._stop(entry.number)
                raise ConnectFailed(
                    f"{failure}: it took too long", code="TIMEOUT", name="TIMEOUT", command=label(command)
                ) from error
        if isinstance(event, ServerDisconnected):
            await self._stop(entry.number)
        if not isinstance(event, _OPENED):
            code = event.declaration.kind or event.declaration.name
            raise ConnectFailed(failure, code=code, name="CONNECT_FAILED", command=label(command))

    async def _set_up(self, command: CIPSTART, failure: str) -> None:
        """Send the command, whose refusal means that the link is not closed."""
        try:
            await self._modem.send(command)
        except CommandError as error:
            state = (await self._modem.send(CIPSTATUS(id=command.id))).status
            if state in _SHUT:
                raise _connect_failed(ConnectFailed, error, failure) from error
            self._table.foreign.add(command.id)
            raise _connect_failed(
                LinkInUse, error, f"link {command.id} is in use already: {state}", str(state)
            ) from error

    def _give_up(self, entry: LinkEntry, error: BaseException) -> None:
        """Let go of a link that was not opened; unless the module has told so, it is not known to be closed."""
        self._table.release(entry, spent=not isinstance(error, ConnectFailed))

    async def _reaches(self, entry: LinkEntry, host: str, port: int) -> bool:
        """Tell whether the far end is there at all: the module tells of TLS no more than that it failed."""
        command = CIPSTART(id=entry.number, type=LinkType.TCP_CLIENT, domain=host, remote_port=port)
        try:
            await self._start(entry, command, "")
        except ConnectFailed:
            return False
        entry.changing = True
        await self._stop(entry.number)
        return True

    async def reaches(self, host: str, port: int) -> bool:
        """Tell whether a plain connection to a far end can be opened.

        :raises ConnectFailed: no link is free to try.
        """
        try:
            link = await self.open_tcp(host, port, passive=self._mode is ReceiveMode.COMMAND, tls=None)
        except ConnectFailed as error:
            if isinstance(error, LinkInUse) or error.name == "NO_FREE_LINK":
                raise
            return False
        await self.close(link.number)
        return True

    # Listening

    async def listen_tcp(self, port: int, *, passive: bool) -> Link:
        """Start the one server; which of several a peer has connected to would not be told.

        Data of its peers wait in any case: those that are pushed do not tell whose they are.
        """
        server = self._table.server
        if server is not None and self._table.closing and server.port == port:
            self._table.closing = False
            return Link(number=server.number, local_port=port)
        entry = await self._claim(LinkType.TCP_SERVER, None, waits=True)
        entry.port = port
        failure = f"could not listen on port {port}"
        try:
            await self._set_up(CIPSTART(id=entry.number, type=LinkType.TCP_SERVER, local_port=port), failure)
            if not await self._listens(entry.number):
                raise ConnectFailed(failure, code="CLOSED", name="CONNECT_FAILED")
        except BaseException as error:
            self._give_up(entry, error)
            raise
        entry.changing = False
        return Link(number=entry.number, local_port=port)

    async def _listens(self, number: int) -> bool:
        """Look at a server until it listens or has failed. Without a network it waits, and is a listener too."""
        state = LinkState.START
        for _ in range(_LOOKS):
            state = (await self._modem.send(CIPSTATUS(id=number))).status
            if state not in _SETTING_UP:
                break
            await asyncio.sleep(_PAUSE)
        return state not in _SHUT

    # Use

    async def send(self, link: int, data: bytes) -> None:
        """Hand data to the connection."""
        peer = self._table.peers.get(link)
        if peer is None:
            await self._modem.send(CIPSEND(id=link, data=data))
        else:
            await self._modem.send(CIPSEND(id=peer.server, remote_port=peer.remote[1], data=data))

    async def receive(self, link: int, limit: int) -> bytes | None:
        """Return data that wait; None once the far end has closed and nothing waits any more."""
        of = self._table.peers.get(link) or self._table.links.get(link)
        if of is None:
            return None
        number, port = (of.server, of.remote[1]) if isinstance(of, Peer) else (of.number, of.port)
        # What was told before the question was asked, the answer knows of.
        ended = of.end is not None
        try:
            data = (await self._modem.send(CIPRECV(id=number, port=port, length=limit))).data
        except CommandError:
            data = b""
            if not ended:
                ended = (await self._modem.send(CIPSTATUS(id=number))).status != LinkState.CONNECTED
        if data or not ended:
            return data
        await self._let_go(of)
        return None

    async def _let_go(self, of: LinkEntry | Peer) -> None:
        """Forget a far end that has closed, and tell so: nothing waits any more."""
        if isinstance(of, LinkEntry):
            self._table.release(of, spent=True)
            self._modem.publish(portable.SocketClosed(link=of.number, cause=of.end))
        else:
            self._modem.publish(portable.SocketClosed(link=of.handle, cause=of.end))
            await self._forget_peer(of)

    # Closing

    async def close(self, link: int) -> None:
        """Close a link and wait until it is closed; a server that has peers goes on until the last one has gone."""
        peer = self._table.peers.get(link)
        entry = self._table.links.get(link)
        if peer is not None:
            if peer.end is None:
                with suppress(CommandError):  # it was faster
                    await self._modem.send(CIPSTOP(id=peer.server, remote_port=peer.remote[1]))
            await self._forget_peer(peer)
        elif entry is not None:
            if entry.type is LinkType.TCP_SERVER and self._table.peers:
                self._table.closing = True
            else:
                await self._close(entry)

    async def _forget_peer(self, peer: Peer) -> None:
        self._table.peers.pop(peer.handle, None)
        server = self._table.server
        if server is not None and self._table.closing and not self._table.peers:
            self._table.closing = False
            await self._close(server)

    async def _close(self, entry: LinkEntry) -> None:
        entry.changing = True
        try:
            await self._stop(entry.number)
        except AtmodemError:
            self._table.release(entry, spent=True)
            raise
        self._table.release(entry)

    async def _stop(self, number: int) -> None:
        """Close a link and wait for the event: one that comes late would be taken for that of the next link."""
        async with Outcome(self._modem, ServerClosed, UdpClosed) as outcome:
            with suppress(CommandError):  # it was closed already
                await self._modem.send(CIPSTOP(id=number))
                with suppress(CommandTimeout):  # likewise
                    await outcome.get(_CLOSE_LIMIT, wanted=lambda event: getattr(event, "id", None) == number)
        self._table.spent.discard(number)

    async def _stop_unless_closed(self, number: int) -> None:
        """Close a link of which nobody knows whether it is open; what is closed tells no event."""
        try:
            shut = (await self._modem.send(CIPSTATUS(id=number))).status in _SHUT
        except CommandError:
            shut = False
        if not shut:
            await self._stop(number)
        self._table.spent.discard(number)


def _connect_failed(
    kind: type[ConnectFailed], error: CommandError, what: str, text: str | None = None
) -> ConnectFailed:
    return kind(
        what, code=error.code, name=error.name, text=text or error.text, command=error.command, advice=error.advice
    )
