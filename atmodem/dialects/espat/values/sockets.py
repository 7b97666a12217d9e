"""Values of the commands about links."""

from __future__ import annotations

from attrs import field, frozen

from ....wire.codecs import Bool, Choice, Int, Ip, ListOf, OpenIntEnum, OpenStrEnum, OrEmpty, Quoting
from ....wire.counted import Data, Trailer
from ....wire.event import value

__all__ = [
    "LengthReport",
    "Link",
    "LinkList",
    "LinkMode",
    "LinkOptions",
    "LinkRole",
    "LinkType",
    "PassthroughStart",
    "Persistence",
    "ReceiveMode",
    "ReceiveType",
    "ReceivedData",
    "SendMode",
    "SenderInfo",
    "ServerMode",
    "ServerType",
    "UdpMode",
    "WaitingLengths",
    "WifiStatus",
]


class LinkType(OpenStrEnum):
    """What a link speaks; the names with v6 go over IPv6."""

    TCP = "TCP"
    TCPV6 = "TCPv6"
    UDP = "UDP"
    UDPV6 = "UDPv6"
    SSL = "SSL"
    SSLV6 = "SSLv6"


class ServerType(OpenStrEnum):
    """What a server speaks."""

    TCP = "TCP"
    TCPV6 = "TCPv6"
    SSL = "SSL"
    SSLV6 = "SSLv6"


class LinkRole(OpenIntEnum):
    """Which side of a link the module is."""

    CLIENT = 0
    SERVER = 1


class LinkMode(OpenIntEnum):
    """One link, or five with numbers."""

    SINGLE = 0
    MULTIPLE = 1


class UdpMode(OpenIntEnum):
    """Who is the far end of a UDP link: the one that was given, the first sender, or the last."""

    FIXED = 0
    FIRST_SENDER = 1
    LAST_SENDER = 2


class SendMode(OpenIntEnum):
    """Sending in announced pieces, or passing through whatever comes."""

    NORMAL = 0
    PASSTHROUGH = 1


class ReceiveMode(OpenIntEnum):
    """Received data are pushed, or kept until they are fetched."""

    ACTIVE = 0
    PASSIVE = 1


class LengthReport(OpenIntEnum):
    """What a notice of waiting data counts."""

    TOTAL = 0
    NEXT_DATAGRAM = 1


class ServerMode(OpenIntEnum):
    """What becomes of the server."""

    DELETE = 0
    CREATE = 1


class PassthroughStart(OpenIntEnum):
    """Into which passthrough the module starts."""

    OFF = 0
    TCP_UDP_CLIENT = 1
    BLE = 2
    SERVER = 3


class WifiStatus(OpenIntEnum):
    """The digit of AT+CIPSTATUS."""

    NOT_STARTED = 0
    STARTED = 1
    JOINED = 2
    LINK_OPEN = 3
    LINKS_CLOSED = 4
    NOT_JOINED = 5


@frozen(kw_only=True)
class Link:
    """An open link.

    :param link_id: its number, 0 to 4.
    :param type: what it speaks.
    :param remote_ip: address of the far end.
    :param remote_port: port of the far end.
    :param local_port: port of the module.
    :param tetype: which side the module is.
    """

    link_id: int = value(Int(0))
    type: LinkType = value(Choice(LinkType, Quoting.ALWAYS))
    remote_ip: str = value(Ip(None, Quoting.ALWAYS))
    remote_port: int = value(Int(0))
    local_port: int = value(Int(0))
    tetype: LinkRole = value(Choice(LinkRole))


@frozen(kw_only=True)
class LinkList:
    """State of the network and the open links.

    :param state: state of the network.
    :param records: the links.
    """

    state: WifiStatus = value(Choice(WifiStatus))
    records: tuple[Link, ...] = field(default=())


@frozen(kw_only=True)
class LinkOptions:
    """Socket options of a link.

    :param link_id: its number.
    :param so_linger: seconds that closing may wait; -1 off.
    :param tcp_nodelay: small pieces are sent at once.
    :param so_sndtimeo_ms: milliseconds that sending may take; 0 no limit.
    :param keep_alive_s: idle seconds before the far end is asked; 0 never; None in firmware that has no such option.
    """

    link_id: int = value(Int(0))
    so_linger: int = value(Int())
    tcp_nodelay: bool = value(Bool())
    so_sndtimeo_ms: int = value(Int())
    keep_alive_s: int | None = value(Int(), default=None)


@frozen(kw_only=True)
class SenderInfo:
    """Whether received data come with the address of their sender."""

    mode: bool = value(Bool("true", "false"))


@frozen(kw_only=True)
class Persistence:
    """Which links survive the loss of the network: one value, or one for each link."""

    persist: tuple[bool, ...] = value(ListOf(Bool()))


@frozen(kw_only=True)
class WaitingLengths:
    """Bytes that wait to be fetched: one number, or one for each link.

    An idle link has 0, -1 (up to 2.4) or None.
    """

    lengths: tuple[int | None, ...] = value(ListOf(OrEmpty(Int(-1))))


@frozen(kw_only=True)
class ReceiveType:
    """How received data of a link are handed over.

    :param link_id: its number.
    :param mode: pushed or kept.
    :param length_report: what the notice counts; None before 5.1.
    """

    link_id: int = value(Int(0))
    mode: ReceiveMode = value(Choice(ReceiveMode))
    length_report: LengthReport | None = value(Choice(LengthReport), default=None)


@frozen(kw_only=True)
class ReceivedData:
    """Data fetched from a link.

    :param length: how many bytes.
    :param remote_ip: address of the sender, where AT+CIPDINFO is on.
    :param remote_port: port of the sender, likewise.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    remote_ip: str | None = value(Ip(None, Quoting.NEEDED), default=None)
    remote_port: int | None = value(Int(0, 65535), default=None)
    data: bytes = value(
        Data(maximum=0x7FFFFFFF, trailer=Trailer(b"\r\n", certain=True), prefix="<remote_ip>,<remote_port>,")
    )
