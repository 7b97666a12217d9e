"""Words of the network applications, and what their commands answer."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, OpenIntEnum, OpenStrEnum, Text
from ....wire.event import value
from ..codecs import BLOCK, Address, DataFormat, Number, Words

__all__ = [
    "HostAddress",
    "HostService",
    "MdnsService",
    "NetApp",
    "NetAppData",
    "NetAppFlag",
    "PingFlag",
    "PingReport",
    "ServiceListFlag",
    "ServiceOption",
]


class NetApp(OpenStrEnum):
    """Applications that can be started and stopped."""

    HTTP_SERVER = "http_server"
    DHCP_SERVER = "dhcp_server"
    MDNS = "mdns"
    DNS_SERVER = "dns_server"


class NetAppFlag(OpenStrEnum):
    """What a piece of data is to the network processor."""

    #: More follows.
    CONTINUATION = "continuation"
    #: It is metadata, not payload.
    METADATA = "metadata"
    #: It is gathered until all is there.
    ACCUMULATION = "accumulation"


class PingFlag(OpenIntEnum):
    """When a ping reports."""

    #: Once, at the end.
    AT_END = 0
    #: After each packet, with the totals so far.
    EACH = 1
    #: Once, after the first answer, at which it stops.
    FIRST_ANSWER = 2


class ServiceListFlag(OpenStrEnum):
    """Which services are listed, and with how many values."""

    FULL_IPV4_WITH_TEXT = "full_ipv4_with_text"
    FULL_IPV4 = "full_ipv4"
    SHORT_IPV4 = "short_ipv4"
    FULL_IPV6_WITH_TEXT = "full_ipv6_with_text"
    FULL_IPV6 = "full_ipv6"
    SHORT_IPV6 = "short_ipv6"


class ServiceOption(OpenStrEnum):
    """How a service is announced."""

    #: No other device of the network may have it.
    IS_UNIQUE_BIT = "is_unique_bit"
    #: With IPv6 too.
    IPV6_IPV4_SERVICE = "ipv6_ipv4_service"
    #: With IPv6 alone.
    IPV6_ONLY_SERVICE = "ipv6_only_service"
    #: Only its text is changed.
    UPDATE_TEXT = "update_text"
    #: It is forgotten at a restart.
    IS_NOT_PERSISTENT = "is_not_persistent"


@frozen(kw_only=True)
class HostAddress:
    """The address of a host.

    :param host: its name.
    :param address: its address.
    """

    host: str = value(Text(free=True))
    address: str = value(Address(None))


@frozen(kw_only=True)
class HostService:
    """Where a service is.

    :param service: its name.
    :param port: its port.
    :param address: address of its host.
    :param text: its description.
    """

    service: str = value(Text(free=True))
    port: int = value(Number())
    address: str = value(Address(None))
    text: str = value(Text(free=True), default="")


@frozen(kw_only=True)
class PingReport:
    """What a ping came to.

    :param sent: packets sent.
    :param received: answers received.
    :param rtt: ms that an answer took.
    """

    sent: int = value(Number())
    received: int = value(Number())
    rtt: int = value(Number())


@frozen(kw_only=True)
class MdnsService:
    """A service that was found.

    :param address: address of its host.
    :param port: its port.
    :param name: its name; not in the short lists.
    :param host: name of its host; not in the short lists.
    :param text: its description; only in the lists with text.
    :param endpoint: address and port as printed, where the firmware leaves out the comma between them: it does so with
        IPv6, and where one ends and the other begins cannot be told. ``address`` and ``port`` are None then.
    """

    address: str | None = value(Address(None), default=None)
    port: int | None = value(Number(), default=None)
    name: str | None = value(Text(), default=None)
    host: str | None = value(Text(), default=None)
    text: str | None = value(Text(free=True), default=None)
    endpoint: str | None = value(Text(), default=None)


@frozen(kw_only=True)
class NetAppData:
    """Data of a request of the network processor.

    :param handle: number of the request.
    :param flags: ``CONTINUATION`` when more is there.
    :param format: how they stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param data: the data themselves.
    """

    handle: int = value(Number())
    flags: tuple[NetAppFlag, ...] = value(Words(NetAppFlag, vanishes=True), default=())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    data: bytes = value(BLOCK)
