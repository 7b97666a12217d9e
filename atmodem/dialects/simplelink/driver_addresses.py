"""Addresses of a CC3220 under the portable session."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface

from ...errors import CommandError
from ...portable.drivers import AddressDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Interface, InterfaceAddresses, Ipv4Settings
from .commands.netapp import NetAPPSet
from .commands.netcfg import NetCfgGet, NetCfgSet
from .values import netcfg as n
from .values.netapp_options import DhcpServerBasic

__all__ = ["SlAddresses", "set_own_address"]

_UNSET = ("0.0.0.0", "::")  # noqa: S104 - how the module prints that there is no address
_VERSION_6 = (n.InterfaceState.IPV6_STA_LOCAL, n.InterfaceState.IPV6_STA_GLOBAL)
#: What changes nothing for a station that has its address from DHCP or was given one; the row cannot be empty.
_NEUTRAL = n.InterfaceState.DISABLE_IPV4_LLA
_LEASE_S = 86400
#: Addresses that the DHCP server gives out at most.
_POOL = 100


class SlAddresses(AddressDriver):
    """Reads and sets addresses with commands of the network configuration."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self, interface: Interface) -> InterfaceAddresses:
        """Return the addresses of an interface."""
        send = self._modem.send
        mac = (await send(NetCfgGet(id=n.GetMacAddr))).mac
        if interface is Interface.SOFTAP:
            own = await send(NetCfgGet(id=n.Ipv4ApAddr))
            return _addresses(mac, own, (own.dns,), (), dhcp=False)
        station = await send(NetCfgGet(id=n.Ipv4StaAddr))
        second = (await send(NetCfgGet(id=n.Ipv4DnsClient))).address
        six: list[str] = []
        with suppress(CommandError):  # the station has no IPv6
            six.append((await send(NetCfgGet(id=n.Ipv6AddrLocal))).address)
            six.append((await send(NetCfgGet(id=n.Ipv6AddrGlobal))).address)
        return _addresses(mac, station, (station.dns, second), tuple(six), dhcp=station.mode != n.Ipv4Mode.STATIC)

    async def set_ipv4(self, interface: Interface, settings: Ipv4Settings | None) -> bool:
        """Set an address. The station has it at once, the access point when it starts."""
        send = self._modem.send
        if settings is None:
            await send(NetCfgSet(option=n.Ipv4StaAddrDhcp()))
        elif interface is Interface.SOFTAP:
            await set_own_address(self._modem, settings)
            return False
        else:
            known = (await send(NetCfgGet(id=n.Ipv4StaAddr))).dns
            row = n.Ipv4StaAddrStatic(
                address=settings.address,
                mask=settings.netmask,
                gateway=settings.gateway,
                dns=settings.gateway if known in _UNSET else known,
            )
            await send(NetCfgSet(option=row))
        return True

    async def set_ipv6(self, on: bool) -> None:
        """Let the station have IPv6 addresses, link-local and global, or none."""
        held = (await self._modem.send(NetCfgGet(id=n.IfState))).flags
        others = tuple(flag for flag in held if flag not in _VERSION_6)
        flags = (*others, *_VERSION_6) if on else others or (_NEUTRAL,)
        await self._modem.send(NetCfgSet(option=n.IfState(flags=flags)))

    async def set_mac(self, interface: Interface, mac: str) -> None:
        """Set the hardware address, which both interfaces share."""
        await self._modem.send(NetCfgSet(option=n.SetMacAddr(mac=mac)))


async def set_own_address(modem: ModemAPI, settings: Ipv4Settings) -> None:
    """Give the access point an address, and let its DHCP server give out others of that network."""
    row = n.Ipv4ApAddrStatic(
        address=settings.address, mask=settings.netmask, gateway=settings.gateway, dns=settings.address
    )
    await modem.send(NetCfgSet(option=row))
    network = IPv4Interface(f"{settings.address}/{settings.netmask}").network
    own = IPv4Address(settings.address)
    others = [network.network_address + n for n in range(1, min(network.num_addresses - 1, _POOL + 1))]
    # One run of addresses: the longer of those before and behind the own one.
    pool = max([a for a in others if a < own], [a for a in others if a > own], key=len)
    if pool:
        await modem.send(NetAPPSet(option=DhcpServerBasic(lease_s=_LEASE_S, first=str(pool[0]), last=str(pool[-1]))))


def _addresses(
    mac: str, told: n.Ipv4StaAddr | n.Ipv4ApAddr, dns: tuple[str, ...], six: tuple[str, ...], *, dhcp: bool
) -> InterfaceAddresses:
    return InterfaceAddresses(
        mac=mac,
        address=_known(told.address),
        netmask=_known(told.mask),
        gateway=_known(told.gateway),
        dns=tuple(server for server in dns if server not in _UNSET),
        ipv6=tuple(address for address in six if address not in _UNSET),
        dhcp=dhcp,
    )


def _known(address: str) -> str | None:
    return None if address in _UNSET else address
