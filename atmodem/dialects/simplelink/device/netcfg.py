"""The network configuration: addresses of the device."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.handlers import handles
from ..commands.netapp import NetAPPGet, NetAPPSet
from ..commands.netcfg import NetCfgGet, NetCfgSet
from ..values import netcfg as n
from .settings import Rows

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["NetCfgPart"]

_NONE = "0.0.0.0"  # noqa: S104 - told, not bound
_LEASE = 86400
_FACTORY_MAC = "08:00:28:5b:55:e0"
_NO_ADDRESS = n.Ipv4StaAddr(mode=n.Ipv4Mode.DHCP, address=_NONE, mask=_NONE, gateway=_NONE, dns=_NONE)
_MASK = "255.255.255.0"


class NetCfgPart(Part):
    """Obeys the commands about addresses, and keeps the settings of the network applications.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: Settings of the network applications.
        self.rows: Rows = Rows()
        self._mac = _FACTORY_MAC
        self._interfaces = n.IfState(flags=(n.InterfaceState.IPV6_STA_LOCAL, n.InterfaceState.IPV6_LOCAL_STATELESS))
        self._mode = n.Ipv4Mode.DHCP
        self._static: n.Ipv4StaAddrStatic | None = None
        self._own = n.Ipv4ApAddr(
            mode=n.Ipv4Mode.STATIC, address="10.123.45.1", mask=_MASK, gateway="10.123.45.1", dns="10.123.45.1"
        )
        self._second_dns = _NONE
        self._local: n.Ipv6AddrLocal | None = None
        self._global = n.Ipv6AddrGlobal(mode=n.Ipv6Mode.STATELESS, address="::")

    @handles(NetAPPSet)
    def set_application(self, command: NetAPPSet) -> None:
        """Write a setting of a network application."""
        self.rows.set(command.option)

    @handles(NetAPPGet)
    def application(self, command: NetAPPGet[Any]) -> object:
        """Tell a setting of a network application."""
        return self.rows.get(command.option)

    @handles(NetCfgSet)
    def set(self, command: NetCfgSet) -> None:
        """Write a row."""
        row = command.option
        match row:
            case n.IfState():
                self._interfaces = row
            case n.SetMacAddr():
                self._mac = row.mac
            case n.Ipv4StaAddrStatic():
                self._static = row
            case n.Ipv4StaAddrDhcp():
                self._static, self._mode = None, n.Ipv4Mode.DHCP
            case n.Ipv4StaAddrDhcpLla():
                self._static, self._mode = None, n.Ipv4Mode.DHCP_LLA
            case n.Ipv4ApAddrStatic():
                self._own = n.Ipv4ApAddr(
                    mode=n.Ipv4Mode.STATIC, address=row.address, mask=row.mask, gateway=row.gateway, dns=row.dns
                )
            case n.Ipv4DnsClient():
                self._second_dns = row.address
            case n.ApStationDisconnect():
                self._module.wlan.dismiss(row.mac)
            case _:
                self._set_version_6(row)

    def _set_version_6(self, row: n.NetCfgSetting) -> None:
        match row:
            case n.Ipv6AddrLocalStatic():
                self._local = n.Ipv6AddrLocal(mode=n.Ipv6Mode.STATIC, address=row.address)
            case n.Ipv6AddrLocalStateless() | n.Ipv6AddrLocalStateful():
                self._local = None
            case n.Ipv6AddrGlobalStatic():
                self._global = n.Ipv6AddrGlobal(mode=n.Ipv6Mode.STATIC, address=row.address)
            case n.Ipv6AddrGlobalStateful():
                self._global = n.Ipv6AddrGlobal(mode=n.Ipv6Mode.STATEFUL, address="::")
            case n.Ipv6AddrGlobalStateless():
                self._global = n.Ipv6AddrGlobal(mode=n.Ipv6Mode.STATELESS, address="::")

    @handles(NetCfgGet)
    def get(self, command: NetCfgGet[Any]) -> object:
        """Tell a row."""
        stations = self._module.wlan.stations
        rows = {
            n.IfState: lambda: self._interfaces,
            n.GetMacAddr: lambda: n.GetMacAddr(mac=self._mac),
            n.Ipv4StaAddr: self.station_address,
            n.Ipv4ApAddr: lambda: self._own,
            n.Ipv4DnsClient: lambda: n.Ipv4DnsClient(address=self._second_dns),
            n.Ipv4DhcpClient: self._lease,
            n.Ipv6AddrLocal: self._link_local,
            n.Ipv6AddrGlobal: lambda: self._global,
            n.ApStationsConnected: lambda: n.ApStationsConnected(count=len(stations)),
            n.ApStationsInfo: self._stations,
        }
        return rows[command.id]()

    def station_address(self) -> n.Ipv4StaAddr:
        """Return the address of the station, as it is now."""
        static = self._static
        if static is not None:
            return n.Ipv4StaAddr(
                mode=n.Ipv4Mode.STATIC,
                address=static.address,
                mask=static.mask,
                gateway=static.gateway,
                dns=static.dns,
            )
        point = self._module.wlan.point
        if point is None:
            return _NO_ADDRESS
        return n.Ipv4StaAddr(
            mode=self._mode, address=point.address, mask=point.netmask, gateway=point.gateway, dns=point.gateway
        )

    def _lease(self) -> n.Ipv4DhcpClient:
        held = self.station_address()
        bound = self._static is None and held.address != _NONE
        return n.Ipv4DhcpClient(
            address=held.address,
            mask=held.mask,
            gateway=held.gateway,
            dns1=held.dns,
            dns2=self._second_dns,
            dhcp_server=held.gateway,
            lease=_LEASE if bound else 0,
            renew=_LEASE // 2 if bound else 0,
            state=n.DhcpState.BOUND if bound else n.DhcpState.DISABLED if self._static else n.DhcpState.ENABLED,
        )

    def _link_local(self) -> n.Ipv6AddrLocal:
        if self._local is not None:
            return self._local
        octets = bytes.fromhex(self._mac.replace(":", ""))
        host = bytes((octets[0] ^ 2,)) + octets[1:3] + b"\xff\xfe" + octets[3:]
        address = IPv6Address(b"\xfe\x80" + bytes(6) + host)
        return n.Ipv6AddrLocal(mode=n.Ipv6Mode.STATELESS, address=str(address))

    def _stations(self) -> n.ApStationsInfo:
        """Tell the first station once for each, as the firmware does."""
        stations = self._module.wlan.stations
        first = [n.ApStation(address=address, mac=mac, name="") for mac, address in stations.items()][:1]
        return n.ApStationsInfo(stations=tuple(first * len(stations)))
