"""The links of the module: opening, closing, losing and finding again, and what is told of that."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.network import Address, Channel
from ....virtual.results import Refused
from ....wire.event import Event
from ..commands.sockets import CIPAUTOCONN, CIPSTART, CIPSTATUS, CIPSTOP
from ..commands.system import CIPEVENT
from ..events.sockets import (
    PeerClosed,
    PeerConnected,
    ServerClosed,
    ServerConnected,
    ServerDisconnected,
    UdpClosed,
    UdpConnected,
)
from ..values.enums import AutoConnect, LinkState, LinkType, Switch
from ..values.records import LinkAutoConnect, LinkStatus
from .link import FarEnd, Link
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Links"]

_LOOPBACK = "127.0.0.1"
_EVERYBODY = "127.255.255.255"
_MOST_PEERS = 5
#: Seconds that a connection may take to open.
_OPEN_LIMIT = {LinkType.TCP_CLIENT: 10.0, LinkType.SSL_CLIENT: 20.0}
#: Seconds between attempts to find a lost far end again.
_RETRY = 1.0


class Links(Part):
    """Up to five links.

    :param module: the module that they belong to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._links: dict[int, Link] = {}
        #: What the links were that are stopped now.
        self._stopped: dict[int, LinkType] = {}
        self._stored: Store[int, CIPSTART] = Store(module.settings)
        self._auto: Store[int, AutoConnect] = Store(module.settings)

    def get(self, number: int) -> Link | None:
        """Return the link of that number, or None where it is closed."""
        return self._links.get(number)

    @property
    def all(self) -> tuple[Link, ...]:
        """The links that are not closed."""
        return tuple(self._links.values())

    @property
    def first_open(self) -> Link | None:
        """The link with the lowest number that something can be sent on, or None."""
        return next((link for _, link in sorted(self._links.items()) if link.is_open), None)

    def tell(self, event: Event) -> None:
        """Print an event of the links, unless these are switched off."""
        if self._module.settings[CIPEVENT].state == Switch.ON:
            self._module.emit(event)

    # Life

    def power_up(self) -> None:
        self._stored.restart()
        self._auto.restart()
        self._stopped.clear()
        for number in self._stored:
            command = self._stored.get(number)
            if command is not None and self._reconnects(number):
                self._links[number] = Link(number=number, command=command, lasting=True)

    def power_down(self) -> None:
        for link in self._links.values():
            link.release(abort=True)
        self._links.clear()

    def restore(self) -> None:
        """Forget the stored links."""
        self._stored.restore()
        self._auto.restore()

    def outlet_cleared(self) -> None:
        for link in self.all:
            link.resume()

    @property
    def _reachable(self) -> bool:
        return self._module.wifi.online or self._module.softap.running

    def network_came(self) -> None:
        """Open the links that wait for a network, or have lost it."""
        for link in self.all:
            lost = link.state is LinkState.DISCONNECTED and link.retry is None
            if link.state is LinkState.START or (lost and self._reconnects(link.number)):
                self._try(link)

    def network_lost(self) -> None:
        """Lose all links, unless the module's own access point is there."""
        if self._reachable:
            return
        for link in self.all:
            ends, was = tuple(link.ends.values()), link.state
            link.release(abort=True)
            for end in ends if link.is_server else ():
                self._tell_peer_closed(end)
            if link.is_server or was in (LinkState.START, LinkState.CONNECTING):
                link.state = LinkState.START
            else:
                link.state = LinkState.DISCONNECTED
                if was is LinkState.CONNECTED:
                    self._tell_lost(link)

    def _tell_lost(self, link: Link) -> None:
        self.tell(UdpClosed(id=link.number) if link.is_datagram else ServerDisconnected(id=link.number))

    def _tell_closed(self, link: Link) -> None:
        self.tell(UdpClosed(id=link.number) if link.is_datagram else ServerClosed(id=link.number))

    def _tell_peer_closed(self, end: FarEnd) -> None:
        self.tell(PeerClosed(ip=end.remote[0], port=end.remote[1]))

    # Opening

    @handles(CIPSTART)
    def start(self, command: CIPSTART) -> None:
        """Set a link up; begin to open it behind the answer."""
        old = self._links.get(command.id)
        if old is not None:
            if old.state is not LinkState.DISCONNECTED or self._reconnects(command.id):
                raise Refused
            old.release()
        link = self._links[command.id] = Link(number=command.id, command=command)
        self._stored.set(command.id, command)
        self._module.console.after_answer(lambda: self._try(link))

    def _try(self, link: Link) -> None:
        if self._links.get(link.number) is link and self._reachable:
            link.state = LinkState.CONNECTING
            link.opening = self._module.spawn(self._open(link))

    async def _open(self, link: Link) -> None:
        try:
            if link.is_server:
                await self._listen(link)
            elif link.is_datagram:
                await self._take_datagrams(link)
            else:
                async with asyncio.timeout(_OPEN_LIMIT[link.command.type]):
                    await self._connect(link)
        except (OSError, UnknownHost):
            self._failed(link)

    def _failed(self, link: Link) -> None:
        link.opening = None
        if link.lasting:
            link.state = LinkState.DISCONNECTED
            self._retry_later(link)
        else:
            self._forget(link)
            self._tell_closed(link)

    def _forget(self, link: Link) -> None:
        del self._links[link.number]
        self._stored.remove(link.number)
        self._stopped[link.number] = link.command.type

    async def _connect(self, link: Link) -> None:
        command = link.command
        route = await self._route(command)
        tls = None
        if command.type is LinkType.SSL_CLIENT:
            tls = await self._module.certificates.for_link(link.number, command.domain or "")
        local_port = command.local_port or None
        # Some drivers give the number of their socket for a port, which a program of this host may not have.
        if local_port is not None and local_port < 1024:
            local_port = None
        channel = await self._module.network.connect(route, local_port=local_port, tls=tls)
        end = FarEnd(self._module, link, channel, (route[0], command.remote_port or route[1]))
        self._opened(link)
        link.ends[end.remote[1]] = end
        self.tell(ServerConnected(id=link.number))
        channel.start(end)

    async def _take_datagrams(self, link: Link) -> None:
        command = link.command
        try:
            link.target = await self._route(command)
        except UnknownHost:
            if command.type is not LinkType.UDP_BROADCAST:
                raise
            link.target = (_EVERYBODY, command.remote_port or 0)
        received = partial(self._module.receiving.datagram, link)
        link.datagrams = await self._module.network.datagrams((_LOOPBACK, command.local_port or 0), received)
        self._opened(link)
        self.tell(UdpConnected(id=link.number))

    async def _listen(self, link: Link) -> None:
        local = (_LOOPBACK, link.command.local_port or 0)
        link.listener = await self._module.network.listen(local, partial(self._accepted, link))
        self._opened(link)

    def _opened(self, link: Link) -> None:
        link.opening = None
        link.lasting = True
        link.state = LinkState.CONNECTED
        link.waiting.clear()

    async def _route(self, command: CIPSTART) -> Address:
        return await self._module.air.route(command.domain or "", command.remote_port or 0)

    def _accepted(self, link: Link, channel: Channel) -> None:
        if len(link.ends) >= _MOST_PEERS:
            channel.abort()
            return
        end = FarEnd(self._module, link, channel, channel.remote)
        link.ends[end.remote[1]] = end
        self.tell(PeerConnected(ip=end.remote[0], port=end.remote[1]))
        channel.start(end)

    # Losing

    def end_lost(self, link: Link, end: FarEnd) -> None:
        """Learn that a far end has closed its connection."""
        link.ends.pop(end.remote[1], None)
        end.channel.close()
        if link.is_server:
            self._tell_peer_closed(end)
            return
        link.state = LinkState.DISCONNECTED
        self._tell_lost(link)
        self._retry_later(link)

    def _retry_later(self, link: Link) -> None:
        link.retry = self._module.clock.call_later(_RETRY, lambda: self._retry(link))

    def _retry(self, link: Link) -> None:
        link.retry = None
        if self._reconnects(link.number):
            self._try(link)

    def _reconnects(self, number: int) -> bool:
        return self._auto.get(number) != AutoConnect.OFF

    @handles(CIPAUTOCONN)
    def reconnect(self, command: CIPAUTOCONN) -> LinkAutoConnect | None:
        """Set or tell whether a link connects by itself."""
        if command.option is None:
            return LinkAutoConnect(option=AutoConnect.ON if self._reconnects(command.id) else AutoConnect.OFF)
        self._auto.set(command.id, command.option)
        return None

    # Closing

    @handles(CIPSTOP)
    def stop(self, command: CIPSTOP) -> None:
        """Close a link, or drop one peer of a server, behind the answer."""
        link = self._links.get(command.id)
        if command.remote_port is None:
            if link is not None:
                self._module.console.after_answer(lambda: self._stop(link))
            return
        end = None if link is None or not link.is_server else link.ends.get(command.remote_port)
        if link is None or end is None:
            raise Refused
        self._module.console.after_answer(lambda: self._drop(link, end))

    def _stop(self, link: Link) -> None:
        ends = tuple(link.ends.values())
        link.release()
        self._forget(link)
        for end in ends if link.is_server else ():
            self._tell_peer_closed(end)
        self._tell_closed(link)

    def _drop(self, link: Link, end: FarEnd) -> None:
        del link.ends[end.remote[1]]
        end.channel.close()
        self._tell_peer_closed(end)

    @handles(CIPSTATUS)
    def status(self, command: CIPSTATUS) -> LinkStatus:
        """Tell kind and state of a link."""
        link = self._links.get(command.id)
        if link is None:
            return LinkStatus(type=self._stopped.get(command.id, LinkType.TCP_CLIENT), status=LinkState.CLOSE)
        return LinkStatus(type=link.command.type, status=link.state)
