"""Events of the network interfaces."""

from __future__ import annotations

from ....wire.codecs import Ip, Mac, Quoting
from ....wire.event import Event, Evidence, event, value

__all__ = [
    "DistStaIp",
    "EthConnected",
    "EthDisconnected",
    "EthGotIp",
    "StaConnected",
    "StaDisconnected",
    "WifiConnected",
    "WifiDisconnect",
    "WifiGotIp",
    "WifiGotIpv6Gl",
    "WifiGotIpv6Ll",
]


@event("WIFI CONNECTED", name="WIFI CONNECTED", evidence=Evidence.RUN)
class WifiConnected(Event):
    """The station is associated; it has no address yet."""


@event("WIFI GOT IP", name="WIFI GOT IP", evidence=Evidence.RUN)
class WifiGotIp(Event):
    """The station has an IPv4 address."""


@event("WIFI GOT IPv6 LL", name="WIFI GOT IPv6 LL", evidence=Evidence.DOCUMENTATION)
class WifiGotIpv6Ll(Event):
    """The station has a link-local IPv6 address."""


@event("WIFI GOT IPv6 GL", name="WIFI GOT IPv6 GL", evidence=Evidence.DOCUMENTATION)
class WifiGotIpv6Gl(Event):
    """The station has a global IPv6 address."""


@event("WIFI DISCONNECT", name="WIFI DISCONNECT", evidence=Evidence.RUN)
class WifiDisconnect(Event):
    """The network was lost or left."""


@event("+STA_CONNECTED:<mac>", name="STA_CONNECTED")
class StaConnected(Event):
    """A station has joined the own access point.

    :param mac: its hardware address.
    """

    mac: str = value(Mac(quoting=Quoting.ALWAYS))


@event("+STA_DISCONNECTED:<mac>", name="STA_DISCONNECTED")
class StaDisconnected(Event):
    """A station has left the own access point.

    :param mac: its hardware address.
    """

    mac: str = value(Mac(quoting=Quoting.ALWAYS))


@event("+DIST_STA_IP:<mac>,<ip>", name="DIST_STA_IP")
class DistStaIp(Event):
    """The own DHCP server has given an address.

    :param mac: hardware address of the station.
    :param ip: address that it got.
    """

    mac: str = value(Mac(quoting=Quoting.ALWAYS))
    ip: str = value(Ip(quoting=Quoting.ALWAYS))


@event("+ETH_CONNECTED", name="ETH_CONNECTED", evidence=Evidence.DOCUMENTATION)
class EthConnected(Event):
    """The Ethernet cable carries a signal."""


@event("+ETH_DISCONNECTED", name="ETH_DISCONNECTED", evidence=Evidence.DOCUMENTATION)
class EthDisconnected(Event):
    """The Ethernet cable carries no signal any more."""


@event("+ETH_GOT_IP:<ip>", name="ETH_GOT_IP", evidence=Evidence.DOCUMENTATION)
class EthGotIp(Event):
    """The Ethernet port has an IPv4 address.

    :param ip: the address.
    """

    ip: str = value(Ip(quoting=Quoting.LENIENT))
