"""The rows that ``NetCfgSet`` writes and ``NetCfgGet`` reads."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ....errors import InvalidArgument
from ....wire.codecs import Codec, ListOf, OpenStrEnum, Text
from ....wire.event import value
from ..codecs import Address, Mac, Number, Word, Words
from ..options import Option, option

__all__ = [
    "ApStation",
    "ApStationDisconnect",
    "ApStationsConnected",
    "ApStationsInfo",
    "DhcpState",
    "GetMacAddr",
    "IfState",
    "InterfaceState",
    "Ipv4ApAddr",
    "Ipv4ApAddrStatic",
    "Ipv4DhcpClient",
    "Ipv4DnsClient",
    "Ipv4Mode",
    "Ipv4StaAddr",
    "Ipv4StaAddrDhcp",
    "Ipv4StaAddrDhcpLla",
    "Ipv4StaAddrReleaseIpOff",
    "Ipv4StaAddrReleaseIpSet",
    "Ipv4StaAddrStatic",
    "Ipv6AddrGlobal",
    "Ipv6AddrGlobalStateful",
    "Ipv6AddrGlobalStateless",
    "Ipv6AddrGlobalStatic",
    "Ipv6AddrLocal",
    "Ipv6AddrLocalStateful",
    "Ipv6AddrLocalStateless",
    "Ipv6AddrLocalStatic",
    "Ipv6Mode",
    "NetCfgSetting",
    "NetCfgValue",
    "SetMacAddr",
]


class InterfaceState(OpenStrEnum):
    """What is switched on or off for all interfaces."""

    IPV6_STA_LOCAL = "ipv6_sta_local"
    IPV6_STA_GLOBAL = "ipv6_sta_global"
    DISABLE_IPV4_DHCP = "disable_ipv4_dhcp"
    IPV6_LOCAL_STATIC = "ipv6_local_static"
    IPV6_LOCAL_STATELESS = "ipv6_local_stateless"
    IPV6_LOCAL_STATEFUL = "ipv6_local_stateful"
    IPV6_GLOBAL_STATIC = "ipv6_global_static"
    IPV6_GLOBAL_STATEFUL = "ipv6_global_stateful"
    DISABLE_IPV4_LLA = "disable_ipv4_lla"
    ENABLE_DHCP_RELEASE = "enable_dhcp_release"
    IPV6_GLOBAL_STATELESS = "ipv6_global_stateless"
    DISABLE_FAST_RENEW = "disable_fast_renew"


class Ipv4Mode(OpenStrEnum):
    """Where an IPv4 address comes from."""

    DHCP = "dhcp"
    #: From DHCP, or made up where there is no server.
    DHCP_LLA = "dhcp_lla"
    STATIC = "static"


class Ipv6Mode(OpenStrEnum):
    """Where an IPv6 address comes from."""

    STATELESS = "stateless"
    STATEFUL = "stateful"
    STATIC = "static"


class DhcpState(OpenStrEnum):
    """State of the DHCP client."""

    UNKNOWN_STATE = "unknown"
    DISABLED = "disabled"
    ENABLED = "enabled"
    BOUND = "bound"
    RENEW = "renew"
    REBIND = "rebind"


class NetCfgSetting(Option):
    """The rows that ``NetCfgSet`` writes."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


class NetCfgValue(Option):
    """The rows that ``NetCfgGet`` reads, named by their first word alone."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}
    named_by: ClassVar[int | None] = 1


@option("if", "state")
class IfState(NetCfgSetting, NetCfgValue):
    """What is switched on or off for all interfaces.

    :param flags: at least one when it is written: the core would take chance bits for none.
    """

    flags: tuple[InterfaceState, ...] = value(Words(InterfaceState))

    def check(self) -> None:
        if not self.flags:
            raise InvalidArgument("flags", Words(InterfaceState, needed=True).allowed)


# Hardware addresses


@option("set_mac_addr", "")
class SetMacAddr(NetCfgSetting):
    """Give the device another hardware address.

    :param mac: the address.
    """

    mac: str = value(Mac())


@option("get_mac_addr")
class GetMacAddr(NetCfgValue):
    """The hardware address of the device.

    :param mac: the address.
    """

    mac: str = value(Mac())


# IPv4


@option("ipv4_sta_addr", "static")
class Ipv4StaAddrStatic(NetCfgSetting):
    """Give the station a fixed address.

    :param address: the address.
    :param mask: mask of the subnet.
    :param gateway: address of the gateway.
    :param dns: address of the name server.
    """

    address: str = value(Address())
    mask: str = value(Address())
    gateway: str = value(Address())
    dns: str = value(Address())


@option("ipv4_sta_addr", "dhcp", comma=True)
class Ipv4StaAddrDhcp(NetCfgSetting):
    """Let the station get its address by DHCP."""


@option("ipv4_sta_addr", "dhcp_lla", comma=True)
class Ipv4StaAddrDhcpLla(NetCfgSetting):
    """Let the station get its address by DHCP, or make one up where there is no server."""


@option("ipv4_sta_addr", "release_ip_set", comma=True)
class Ipv4StaAddrReleaseIpSet(NetCfgSetting):
    """Give the address back to the DHCP server before leaving the network."""


@option("ipv4_sta_addr", "release_ip_off", comma=True)
class Ipv4StaAddrReleaseIpOff(NetCfgSetting):
    """Leave the network without giving the address back."""


@option("ipv4_sta_addr")
class Ipv4StaAddr(NetCfgValue):
    """The address of the station.

    :param mode: where it comes from.
    :param address: the address.
    :param mask: mask of the subnet.
    :param gateway: address of the gateway.
    :param dns: address of the name server.
    """

    mode: Ipv4Mode = value(Word(Ipv4Mode))
    address: str = value(Address())
    mask: str = value(Address())
    gateway: str = value(Address())
    dns: str = value(Address())


@option("ipv4_ap_addr", "static")
class Ipv4ApAddrStatic(NetCfgSetting):
    """Give the access point a fixed address.

    :param address: the address.
    :param mask: mask of the subnet.
    :param gateway: address of the gateway.
    :param dns: address of the name server.
    """

    address: str = value(Address())
    mask: str = value(Address())
    gateway: str = value(Address())
    dns: str = value(Address())


@option("ipv4_ap_addr")
class Ipv4ApAddr(NetCfgValue):
    """The address of the access point.

    :param mode: where it comes from.
    :param address: the address.
    :param mask: mask of the subnet.
    :param gateway: address of the gateway.
    :param dns: address of the name server.
    """

    mode: Ipv4Mode = value(Word(Ipv4Mode))
    address: str = value(Address())
    mask: str = value(Address())
    gateway: str = value(Address())
    dns: str = value(Address())


@option("ipv4_dns_client", "")
class Ipv4DnsClient(NetCfgSetting, NetCfgValue):
    """The second name server.

    :param address: its address.
    """

    address: str = value(Address())


@option("ipv4_dhcp_client")
class Ipv4DhcpClient(NetCfgValue):
    """What the DHCP client got.

    :param address: the address.
    :param mask: mask of the subnet.
    :param gateway: address of the gateway.
    :param dns1: address of the first name server.
    :param dns2: address of the second one.
    :param dhcp_server: address of the DHCP server.
    :param lease: seconds that the address is leased.
    :param renew: seconds until it is asked for again.
    :param state: state of the client.
    """

    address: str = value(Address())
    mask: str = value(Address())
    gateway: str = value(Address())
    dns1: str = value(Address())
    dns2: str = value(Address())
    dhcp_server: str = value(Address())
    lease: int = value(Number())
    renew: int = value(Number())
    state: DhcpState = value(Word(DhcpState))


# IPv6


@option("ipv6_addr_local", "static")
class Ipv6AddrLocalStatic(NetCfgSetting):
    """Give the station a fixed link-local address.

    :param address: the address.
    """

    address: str = value(Address(6))


@option("ipv6_addr_local", "stateless", comma=True)
class Ipv6AddrLocalStateless(NetCfgSetting):
    """Let the station make its link-local address."""


@option("ipv6_addr_local", "stateful", comma=True)
class Ipv6AddrLocalStateful(NetCfgSetting):
    """Let the station get its link-local address from a server."""


@option("ipv6_addr_local")
class Ipv6AddrLocal(NetCfgValue):
    """The link-local address of the station.

    :param mode: where it comes from.
    :param address: the address.
    """

    mode: Ipv6Mode = value(Word(Ipv6Mode))
    address: str = value(Address(6))


@option("ipv6_addr_global", "static")
class Ipv6AddrGlobalStatic(NetCfgSetting):
    """Give the station a fixed global address.

    :param address: the address.
    :param dns: address of the name server.
    """

    address: str = value(Address(6))
    dns: str = value(Address(6))


@option("ipv6_addr_global", "stateful", comma=True)
class Ipv6AddrGlobalStateful(NetCfgSetting):
    """Let the station get its global address from a server."""


@option("ipv6_addr_global", "stateless", comma=True)
class Ipv6AddrGlobalStateless(NetCfgSetting):
    """Let the station make its global address."""


@option("ipv6_addr_global")
class Ipv6AddrGlobal(NetCfgValue):
    """The global address of the station.

    :param mode: where it comes from.
    :param address: the address.
    """

    mode: Ipv6Mode = value(Word(Ipv6Mode))
    address: str = value(Address(6))


# Stations of the device's own network


@option("ap_station_disconnect", "")
class ApStationDisconnect(NetCfgSetting):
    """Send a station away.

    :param mac: its address.
    """

    mac: str = value(Mac())


@option("ap_stations_connected")
class ApStationsConnected(NetCfgValue):
    """How many stations have joined.

    :param count: their number.
    """

    count: int = value(Number())


@frozen(kw_only=True)
class ApStation:
    """A station that has joined.

    :param address: its IP address.
    :param mac: its hardware address.
    :param name: its name.
    """

    address: str
    mac: str
    name: str


@frozen
class _Station(Codec[ApStation]):
    """A station as ``address,mac,name``."""

    shape: ClassVar[str] = f"{Address().shape} *, *{Mac.shape},[^,;]*"
    allowed: ClassVar[str] = "a station"

    def write(self, value: ApStation) -> bytes:
        return b",".join((Address().write(value.address), Mac().write(value.mac), Text().write(value.name)))

    def read(self, text: bytes) -> ApStation:
        address, mac, name = text.split(b",", 2)
        return ApStation(address=Address().read(address), mac=Mac().read(mac), name=Text().read(name))


@option("ap_stations_info")
class ApStationsInfo(NetCfgValue):
    """The stations that have joined; the firmware prints the first of them again for each other.

    :param stations: the stations.
    """

    stations: tuple[ApStation, ...] = value(ListOf(_Station(), ";"))
