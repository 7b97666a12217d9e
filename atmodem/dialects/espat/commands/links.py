"""Links: opening, closing, options, which are there."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Choice, Int, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, One, Table
from ..values.sockets import (
    Link,
    LinkList,
    LinkMode,
    LinkOptions,
    LinkType,
    Persistence,
    SenderInfo,
    UdpMode,
)
from .limits import beyond

__all__ = [
    "CIPCLOSE",
    "CIPCONNPERSIST",
    "CIPDINFO",
    "CIPMUX",
    "CIPSTART",
    "CIPSTARTEX",
    "CIPSTATE",
    "CIPSTATUS",
    "CIPTCPOPT",
]

_SECTION = "TCP/IP AT Commands"

_LINK = Int(0, 4)
_LINK_OR_ALL = Int(0, 5)
_HOST = Text(Quoting.ALWAYS, longest=64)
_ADDRESS = Text(Quoting.ALWAYS)
_PORT = Int(0, 65535)
_KEEP_ALIVE = Int(0, 7200, "s")
_LIMIT = Int(0, 60000, "ms")

_STREAMS = ("type", (LinkType.TCP, LinkType.TCPV6, LinkType.SSL, LinkType.SSLV6))
_DATAGRAMS = ("type", (LinkType.UDP, LinkType.UDPV6))


@command(
    "CIPSTATUS",
    timeout=2,
    section=_SECTION,
    evidence=Evidence.RUN,
    reply=Table(LinkList, Link, "STATUS:<state>", rows="records", plain=False),
)
class CIPSTATUS(Command[LinkList]):
    """Ask for the state of the network and the open links; AT+CWSTATE and AT+CIPSTATE are its successors.

    :returns: both.
    :raises CommandError: never by itself.

    Source: TCP/IP AT Commands, AT+CIPSTATUS.
    """


@command("CIPSTATE", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSTATE(Command[None]):
    """List the open links, from 2.3 (ESP8266 2.2.2); ``query()`` returns them.

    :raises CommandError: ``0x01090000`` in older firmware.

    Source: TCP/IP AT Commands, AT+CIPSTATE.
    """

    query: ClassVar[QueryForm[tuple[Link, ...]]] = QueryForm(Many(Link))


@command("CIPSTART", timeout=25, section=_SECTION, evidence=Evidence.RUN)
class CIPSTART(Command[None]):
    """Open a link. :class:`Connect` (or :class:`LinkConn`) comes before the answer.

    A cancelled call leaves the module at it, and the link open when it succeeds.

    :param link_id: its number, 0 to 4, with CIPMUX=1; must be left out else.
    :param type: what it speaks.
    :param remote_host: address or name of the far end, up to 64 bytes.
    :param remote_port: its port, 0 to 65535.
    :param keep_alive_s: idle seconds before the far end is asked, 0 to 7200; 0 never (TCP, SSL).
    :param local_port: own port (UDP).
    :param mode: who becomes the far end (UDP).
    :param local_ip: own address, where there are several.
    :param timeout_ms: how long the module tries, 0 to 60000 milliseconds (from 4.1).
    :raises CommandError: without a network, for a name that is not known, a number in use, or a far end that refuses:
        from 5.0 with SYSLOG on the errno, such as ``0x6f`` ``ECONNREFUSED``.

    Source: TCP/IP AT Commands, AT+CIPSTART.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    type: LinkType = param(Choice(LinkType, Quoting.ALWAYS))
    remote_host: str = param(_HOST)
    remote_port: int = param(_PORT)
    keep_alive_s: int | None = param(_KEEP_ALIVE, default=None, when=_STREAMS)
    local_port: int | None = param(_PORT, default=None, when=_DATAGRAMS)
    mode: UdpMode | None = param(Choice(UdpMode), default=None, when=_DATAGRAMS)
    local_ip: str | None = param(_ADDRESS, default=None)
    timeout_ms: int | None = param(_LIMIT, default=None)

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return beyond(25, self.timeout_ms)


@command("CIPSTARTEX", timeout=25, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPSTARTEX(Command[None]):
    """Open a link and let the module choose its number, which only :class:`ConnectMux` tells. Needs CIPMUX=1.

    A cancelled call leaves the module at it, and the link open when it succeeds.

    :param type: what it speaks.
    :param remote_host: address or name of the far end, up to 64 bytes.
    :param remote_port: its port, 0 to 65535.
    :param keep_alive_s: idle seconds before the far end is asked, 0 to 7200; 0 never (TCP, SSL).
    :param local_port: own port (UDP).
    :param mode: who becomes the far end (UDP).
    :param local_ip: own address, where there are several.
    :param timeout_ms: how long the module tries, 0 to 60000 milliseconds (from 4.1).
    :raises CommandError: as AT+CIPSTART, and when all numbers are in use.

    Source: TCP/IP AT Commands, AT+CIPSTARTEX.
    """

    type: LinkType = param(Choice(LinkType, Quoting.ALWAYS))
    remote_host: str = param(_HOST)
    remote_port: int = param(_PORT)
    keep_alive_s: int | None = param(_KEEP_ALIVE, default=None, when=_STREAMS)
    local_port: int | None = param(_PORT, default=None, when=_DATAGRAMS)
    mode: UdpMode | None = param(Choice(UdpMode), default=None, when=_DATAGRAMS)
    local_ip: str | None = param(_ADDRESS, default=None)
    timeout_ms: int | None = param(_LIMIT, default=None)

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return beyond(25, self.timeout_ms)


@command("CIPTCPOPT", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPTCPOPT(Command[None]):
    """Set socket options, from 2.1; ``query()`` returns those of the links. Stored while SYSSTORE is on.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param so_linger: seconds that closing may wait for the far end; -1 off. The module is deaf that long.
    :param tcp_nodelay: send small pieces at once.
    :param so_sndtimeo_ms: milliseconds that sending may take; 0 no limit.
    :param keep_alive_s: idle seconds before the far end is asked, 0 to 7200; 0 never.
    :raises CommandError: for a number that is not allowed in this mode.

    Source: TCP/IP AT Commands, AT+CIPTCPOPT.
    """

    link_id: int | None = param(_LINK_OR_ALL, default=None, leading=True)
    so_linger: int | None = param(Int(-1, unit="s"), default=None)
    tcp_nodelay: bool | None = param(Bool(), default=None)
    so_sndtimeo_ms: int | None = param(Int(0, unit="ms"), default=None)
    keep_alive_s: int | None = param(_KEEP_ALIVE, default=None)
    query: ClassVar[QueryForm[tuple[LinkOptions, ...]]] = QueryForm(Many(LinkOptions))


@command("CIPCLOSE", timeout=10, section=_SECTION, execute=True, evidence=Evidence.RUN)
class CIPCLOSE(Command[None]):
    """Close a link; :class:`Closed` comes before the answer.

    :param link_id: its number, with CIPMUX=1; 5 for all; without anything, the one link.
    :raises CommandError: when it is closed already, which does no harm.

    Source: TCP/IP AT Commands, AT+CIPCLOSE.
    """

    link_id: int | None = param(_LINK_OR_ALL, default=None)


@command("CIPDINFO", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPDINFO(Command[None]):
    """Let received data come with the address of their sender, or not; ``query()`` reads it. Off after every start.

    :param mode: whether they do.
    :raises CommandError: never by itself.

    Source: TCP/IP AT Commands, AT+CIPDINFO.
    """

    mode: bool = param(Bool())
    query: ClassVar[QueryForm[SenderInfo]] = QueryForm(One(SenderInfo, glued=True))


@command("CIPMUX", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class CIPMUX(Setting):
    """Choose one link, or five with numbers; ``query()`` reads it. One after every start.

    :param mode: which.
    :raises CommandError: while a link is open, a server runs or passthrough is on.

    Source: TCP/IP AT Commands, AT+CIPMUX.
    """

    mode: LinkMode = param(Choice(LinkMode))


@command("CIPCONNPERSIST", timeout=1, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPCONNPERSIST(Command[None]):
    """Keep links when the network goes, or close them, from 5.0; ``query()`` reads it. Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; must be left out else.
    :param persist: keep it.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: TCP/IP AT Commands, AT+CIPCONNPERSIST.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    persist: bool = param(Bool())
    query: ClassVar[QueryForm[Persistence]] = QueryForm(One(Persistence))
