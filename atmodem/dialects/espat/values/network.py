"""Values of the commands about addresses, names and time."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Int, Ip, OpenIntEnum, OpenStrEnum, Quoting, Text
from ....wire.event import value

__all__ = [
    "AddressField",
    "AddressKey",
    "DnsMode",
    "InterfaceAddress",
    "InterfaceKey",
    "IpPreference",
    "MdnsAnswer",
    "MdnsLine",
    "MdnsMode",
    "MdnsQuery",
    "Netif",
    "PingTime",
    "ResolvedAddress",
    "SntpTime",
]


class InterfaceKey(OpenStrEnum):
    """An address of an interface, as AT+CIFSR names it; LL is link-local and GL global."""

    APIP = "APIP"
    APIP6LL = "APIP6LL"
    APIP6GL = "APIP6GL"
    APMAC = "APMAC"
    STAIP = "STAIP"
    STAIP6LL = "STAIP6LL"
    STAIP6GL = "STAIP6GL"
    STAMAC = "STAMAC"
    ETHIP = "ETHIP"
    ETHIP6LL = "ETHIP6LL"
    ETHIP6GL = "ETHIP6GL"
    ETHMAC = "ETHMAC"


class AddressKey(OpenStrEnum):
    """An address setting of an interface."""

    IP = "ip"
    GATEWAY = "gateway"
    NETMASK = "netmask"
    IP6LL = "ip6ll"
    IP6GL = "ip6gl"


class DnsMode(OpenIntEnum):
    """Where the DNS servers come from."""

    AUTO = 0
    MANUAL = 1


class IpPreference(OpenIntEnum):
    """Which addresses of a name are wanted."""

    PREFER_IPV4 = 1
    IPV4 = 2
    IPV6 = 3


class MdnsMode(OpenIntEnum):
    """What mDNS does."""

    OFF = 0
    PUBLISH = 1
    QUERY = 2


class MdnsQuery(OpenIntEnum):
    """What an mDNS query asks for."""

    PTR = 0
    TXT = 1
    SRV = 2
    SRV_TXT = 3
    A = 4
    AAAA = 5
    A_AAAA = 6


class Netif(OpenIntEnum):
    """A network interface, or all of them."""

    ALL = 0
    STATION = 1
    SOFTAP = 2
    ETHERNET = 3


@frozen(kw_only=True)
class InterfaceAddress:
    """An address of an interface that is up.

    :param key: which one.
    :param value: the IP or hardware address.
    """

    key: InterfaceKey = value(Choice(InterfaceKey))
    value: str = value(Text(Quoting.ALWAYS))


@frozen(kw_only=True)
class AddressField:
    """An address setting of an interface.

    :param key: which one.
    :param value: the address.
    """

    key: AddressKey = value(Choice(AddressKey))
    value: str = value(Text(Quoting.ALWAYS))


@frozen(kw_only=True)
class ResolvedAddress:
    """An IP address of a name."""

    ip: str = value(Ip(None, Quoting.NEEDED))


@frozen(kw_only=True)
class PingTime:
    """Round trip in milliseconds."""

    time_ms: int = value(Int(0))


@frozen(kw_only=True)
class MdnsLine:
    """A line of an mDNS answer, such as ``A=192.168.3.112``."""

    text: str = value(Text(Quoting.NEVER, free=True))


@frozen(kw_only=True)
class MdnsAnswer:
    """What an mDNS query has found.

    :param length: bytes of the answer as the module counts them.
    :param lines: its lines; each begins with IF, IP, PTR, SRV, TXT, A or AAAA and an equals sign.
    """

    length: int = value(Int(0))
    lines: tuple[MdnsLine, ...] = ()


@frozen(kw_only=True)
class SntpTime:
    """Local time as ``asctime`` writes it; the year 1970 means that it is not set yet."""

    time: str = value(Text(Quoting.NEVER, free=True))
