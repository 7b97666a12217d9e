"""The links of the module: opening, closing, which are there."""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.network import Address, Channel
from ....virtual.results import Refused
from ....wire.command import Command
from ....wire.event import Event
from .. import commands as c
from .. import events as e
from ..values.sockets import Link as LinkRecord
from ..values.sockets import (
    LinkList,
    LinkMode,
    LinkOptions,
    LinkRole,
    LinkType,
    Persistence,
    SenderInfo,
    SendMode,
    UdpMode,
    WifiStatus,
)
from ..values.system import Messages
from .link import Link

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["NUMBERS", "Links"]

#: The numbers that links can have.
NUMBERS = range(5)
#: The number that stands for all links.
ALL = 5

_V6 = (LinkType.TCPV6, LinkType.UDPV6, LinkType.SSLV6)
_SSL = (LinkType.SSL, LinkType.SSLV6)
_LOOPBACK = {4: "127.0.0.1", 6: "::1"}
#: Seconds that a connection may take to open, where the command does not say.
_OPEN_LIMIT = 15.0
#: Numbers of the module's C library, where this host may have others.
_ERRNOS = {
    errno.ECONNRESET: 0x68,
    errno.ECONNREFUSED: 0x6F,
    errno.ENETUNREACH: 0x72,
    errno.ETIMEDOUT: 0x74,
    errno.EHOSTUNREACH: 0x76,
}
_TIMED_OUT = 0x74
_OTHER = 0x05
_DEFAULT_OPTIONS = c.CIPTCPOPT(so_linger=-1, tcp_nodelay=False, so_sndtimeo_ms=0, keep_alive_s=0)


class Links(Part):
    """Up to five links."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._links: dict[int, Link] = {}
        self._opening: set[int] = set()
        self._persistent: dict[int, bool] = {}
        self._options: dict[int, c.CIPTCPOPT] = {}
        self._had_links = False

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CIPMUX(mode=LinkMode.SINGLE): Keep.NEVER,
            c.CIPDINFO(mode=False): Keep.NEVER,
        }

    @property
    def any_open(self) -> bool:
        """Whether a link is open."""
        return bool(self._links)

    @property
    def open_links(self) -> tuple[Link, ...]:
        """The links, by number."""
        return tuple(self._links[number] for number in sorted(self._links))

    def get(self, number: int) -> Link | None:
        """Return the link with that number, or None."""
        return self._links.get(number)

    def free_number(self) -> int | None:
        """Return the lowest number that is not in use."""
        return next((n for n in NUMBERS if n not in self._links and n not in self._opening), None)

    def number_of(self, link_id: int | None) -> int:
        """Return the number that a command means; without CIPMUX=1 it must not give one, and means 0."""
        if (link_id is None) == self._module.numbered:
            raise Refused
        return 0 if link_id is None else link_id

    def addressed(self, link_id: int | None) -> Link:
        """Return the link that a command means; refuse the command where there is none."""
        link = self._links.get(self.number_of(link_id))
        if link is None:
            raise Refused
        return link

    # Life

    def power_up(self) -> None:
        self._had_links = False
        self._persistent.clear()
        self._options.clear()

    def power_down(self) -> None:
        for link in self._links.values():
            link.abort()
        self._links.clear()
        self._opening.clear()

    def outlet_cleared(self) -> None:
        for link in tuple(self._links.values()):
            link.resume()

    def network_lost(self) -> None:
        """Close the links, but those that are to survive."""
        for link in self.open_links:
            if not self._persistent.get(link.number):
                link.abort()
                self.remove(link)
                self.tell_closed(link)

    # What links bring about

    def add(self, link: Link) -> None:
        """Have *link* from now on."""
        self._links[link.number] = link
        self._had_links = True

    def remove(self, link: Link) -> None:
        """Have *link* no more; its number is free."""
        if self._links.get(link.number) is link:
            del self._links[link.number]
        if link.role is LinkRole.SERVER:
            self._module.server.client_gone()

    def far_end_closed(self, link: Link) -> None:
        """Learn that the far end has closed *link*."""
        if self._links.get(link.number) is not link:
            return
        link.close()
        if self._module.sending.reconnects(link):
            return
        self.remove(link)
        self.tell_closed(link)

    def tell_open(self, link: Link) -> None:
        """Tell that *link* is open."""
        self._module.emit(self._open_event(link))

    def _open_event(self, link: Link) -> Event:
        detailed = Messages.DETAILED_LINK in self._module.settings[c.SYSMSG].state
        if detailed and self._module.profile.detailed_links:
            record = link.record
            return e.LinkConn(
                status=0,
                link_id=record.link_id,
                type=record.type,
                tetype=record.tetype,
                remote_ip=record.remote_ip,
                remote_port=record.remote_port,
                local_port=record.local_port,
            )
        return e.ConnectMux(link_id=link.number) if self._module.numbered else e.ConnectSingle()

    def tell_closed(self, link: Link) -> None:
        """Tell that *link* is closed."""
        if not self._module.console.streaming:
            self._module.emit(e.ClosedMux(link_id=link.number) if self._module.numbered else e.ClosedSingle())

    # Opening

    @handles(c.CIPSTART)
    async def open(self, command: c.CIPSTART) -> None:
        """Open a link; tell so before the answer."""
        number = self.number_of(command.link_id)
        if number in self._links:
            raise Refused
        await self._open(number, command)

    @handles(c.CIPSTARTEX)
    async def open_any(self, command: c.CIPSTARTEX) -> None:
        """Open a link with the lowest free number; tell so before the answer."""
        number = self.free_number()
        if number is None or not self._module.numbered:
            raise Refused
        await self._open(number, command)

    async def _open(self, number: int, command: c.CIPSTART | c.CIPSTARTEX) -> None:
        self._module.addresses.need_network()
        link = Link(self._module, number, command.type, LinkRole.CLIENT, (command.remote_host, command.remote_port))
        self._opening.add(number)
        try:
            link.local_port = command.local_port or 0
            link.udp_mode = command.mode or UdpMode.FIXED
            limit = command.timeout_ms / 1000 if command.timeout_ms else _OPEN_LIMIT
            await asyncio.wait_for(self.connect(link), limit)
        except (OSError, UnknownHost) as error:
            raise self._refusal(error) from None
        finally:
            self._opening.discard(number)
        self.add(link)
        self.tell_open(link)
        if link.channel is not None:
            self.start_behind_answer(link, link.channel)

    async def connect(self, link: Link) -> None:
        """Connect *link* to its far end; datagrams only need a socket.

        :raises OSError: it cannot be reached.
        :raises UnknownHost: its name is not known.
        """
        version = 6 if link.kind in _V6 else 4
        host, port = link.host, link.remote[1]
        if link.is_datagram:
            link.remote = await self.datagram_route(host, port, version)
            local: Address = (_LOOPBACK[version], link.local_port)
            link.datagrams = await self._module.network.datagrams(local, link.datagram)
            link.local_port = link.datagrams.local[1]
            return
        route = await self._module.air.route(host, port, version)
        tls = await self._module.tls.of(link) if link.kind in _SSL else None
        channel = await self._module.network.connect(route, tls=tls)
        link.channel = channel
        link.remote = (route[0], port)
        link.local_port = channel.local[1]

    def start_behind_answer(self, link: Link, channel: Channel) -> None:
        """Let data of *link* come in, but none before the answer to the command under way."""
        self._module.console.after_answer(lambda: channel.start(link))

    async def datagram_route(self, host: str, port: int, version: int) -> Address:
        """Return where a datagram for *host* and *port* goes.

        :raises UnknownHost: the name is not known, or may not be reached.
        """
        if host in ("0.0.0.0", "255.255.255.255"):  # noqa: S104 - anybody
            return ("127.255.255.255", port)
        return await self._module.air.route(host, port, version)

    def _refusal(self, error: Exception) -> Refused:
        if not self._module.profile.tells_errno or not self._module.tells_causes:
            return Refused()
        if isinstance(error, TimeoutError):
            number = _TIMED_OUT
        elif isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
            number = _OTHER
        else:
            number = _ERRNOS.get(error.errno or 0, _OTHER)
        return Refused(lines=[b"+ERRNO:0x%x" % number])

    # Closing

    @handles(c.CIPCLOSE)
    def close(self, command: c.CIPCLOSE) -> None:
        """Close one link, or all; tell each before the answer."""
        number = self.number_of(command.link_id)
        links = self.open_links if number == ALL else (self._links.get(number),)
        if not any(links):
            raise Refused
        for link in links:
            if link is not None:
                link.close()
                self.remove(link)
                self.tell_closed(link)

    # Which are there

    @queries(c.CIPSTATE)
    def records(self) -> tuple[LinkRecord, ...]:
        """List the links."""
        return tuple(link.record for link in self.open_links)

    @handles(c.CIPSTATUS)
    def status(self, _: c.CIPSTATUS) -> LinkList:
        """Tell how far the network is, and list the links."""
        if self._links:
            state = WifiStatus.LINK_OPEN
        elif not self._module.wifi.online:
            state = WifiStatus.NOT_JOINED
        else:
            state = WifiStatus.LINKS_CLOSED if self._had_links else WifiStatus.JOINED
        return LinkList(state=state, records=self.records())

    # Modes

    @handles(c.CIPMUX)
    def set_mode(self, command: c.CIPMUX) -> None:
        """Number the links, or not."""
        settings = self._module.settings
        if command == settings[c.CIPMUX]:
            return
        if self._links or self._module.server.running or settings[c.CIPMODE].mode is SendMode.PASSTHROUGH:
            raise Refused
        settings.set(command)
        self._module.receiving.reset()

    @queries(c.CIPDINFO)
    def sender_info(self) -> SenderInfo:
        """Tell whether the sender comes with the data."""
        return SenderInfo(mode=self._module.settings[c.CIPDINFO].mode)

    @handles(c.CIPCONNPERSIST)
    def set_persistence(self, command: c.CIPCONNPERSIST) -> None:
        """Let a link survive the loss of the network, or not."""
        self._persistent[self.number_of(command.link_id)] = command.persist

    @queries(c.CIPCONNPERSIST)
    def persistence(self) -> Persistence:
        """Tell which links survive."""
        numbers = NUMBERS if self._module.numbered else NUMBERS[:1]
        return Persistence(persist=tuple(self._persistent.get(number, False) for number in numbers))

    # Options

    def concerned(self, link_id: int | None) -> range:
        """Return the numbers of the links that a setting is for."""
        number = self.number_of(link_id)
        return NUMBERS if number == ALL else range(number, number + 1)

    def listed(self) -> range:
        """Return the numbers of the links whose settings are listed."""
        return NUMBERS if self._module.numbered or self._module.profile.lists_all_links else NUMBERS[:1]

    @handles(c.CIPTCPOPT)
    def set_options(self, command: c.CIPTCPOPT) -> None:
        """Keep socket options; the sockets of this host do without them."""
        for number in self.concerned(command.link_id):
            self._options[number] = command

    @queries(c.CIPTCPOPT)
    def options(self) -> tuple[LinkOptions, ...]:
        """List the socket options."""
        return tuple(self._options_of(number) for number in self.listed())

    def _options_of(self, number: int) -> LinkOptions:
        options, default = self._options.get(number, _DEFAULT_OPTIONS), _DEFAULT_OPTIONS
        return LinkOptions(
            link_id=number,
            so_linger=_either(options.so_linger, default.so_linger),
            tcp_nodelay=bool(options.tcp_nodelay),
            so_sndtimeo_ms=_either(options.so_sndtimeo_ms, default.so_sndtimeo_ms),
            keep_alive_s=_either(options.keep_alive_s, default.keep_alive_s),
        )


def _either(value: int | None, default: int | None) -> int:
    return (default or 0) if value is None else value
