"""Values of the network: addresses, time, pings, services."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

__all__ = ["Endpoint", "Interface", "InterfaceAddresses", "Ipv4Settings", "NetworkTime", "PingResult", "Service"]

#: Host name or address, and port.
Endpoint: TypeAlias = tuple[str, int]


class Interface(enum.Enum):
    """An interface of the module."""

    STATION = "station"
    SOFTAP = "softap"


@frozen(kw_only=True)
class Ipv4Settings:
    """A fixed IPv4 address.

    :param address: the address.
    :param netmask: its mask, such as ``255.255.255.0``.
    :param gateway: the gateway.
    :param dns: name servers, the first one asked first; none leaves them as they are.
    """

    address: str
    netmask: str
    gateway: str
    dns: tuple[str, ...] = ()


@frozen(kw_only=True)
class InterfaceAddresses:
    """The addresses of an interface. What the module does not tell is None, or empty where there may be several.

    :param mac: hardware address as ``aa:bb:cc:dd:ee:ff``.
    :param address: IPv4 address; None while it has none.
    :param netmask: IPv4 netmask.
    :param gateway: IPv4 gateway.
    :param dns: name servers.
    :param ipv6: IPv6 addresses, as :mod:`ipaddress` writes them.
    :param dhcp: whether the IPv4 address comes from a DHCP server.
    """

    mac: str | None = None
    address: str | None = None
    netmask: str | None = None
    gateway: str | None = None
    dns: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()
    dhcp: bool | None = None


@frozen(kw_only=True)
class NetworkTime:
    """The module's clock.

    :param time: the time; with its zone where the module tells it, naive local time of the configured zone else.
    :param synchronized: whether a time server has set it, or None where the module does not tell.
    """

    time: datetime
    synchronized: bool | None = None


@frozen(kw_only=True)
class PingResult:
    """What came of a ping.

    :param sent: requests sent.
    :param received: answers to them.
    :param milliseconds: round trip time, the average of several; None without an answer.
    """

    sent: int
    received: int
    milliseconds: float | None = None


@frozen(kw_only=True)
class Service:
    """A service told by mDNS.

    :param kind: its type, such as ``_http``.
    :param port: its port.
    :param instance: its name.
    :param protocol: ``_tcp`` or ``_udp``.
    :param host: the host's name without ``.local``.
    :param address: the host's address, where it is known.
    :param text: its TXT record.
    """

    kind: str
    port: int
    instance: str = ""
    protocol: str = "_tcp"
    host: str = ""
    address: str | None = None
    text: Mapping[str, str] = field(factory=dict[str, str])
