"""Wi-Fi: the own access point and the stations in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.results import Refused
from ....wire.command import Command
from .. import commands as c
from .. import events as e
from ..values.wifi import DhcpPool, DhcpState, Netifs, Protocols2G, SoftApSecurity, SoftApStation, WifiMode
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["SoftAp"]

_SHORTEST_PASSWORD = 8
_MOST_STATIONS = 10
_LARGEST_POOL = 100
_POOL = c.CWDHCPS(enable=True, lease_min=120, start_ip="192.168.4.2", end_ip="192.168.4.101")


class SoftAp(Part):
    """The SoftAP interface."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._addresses: dict[str, str] = {}

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        network = c.CWSAP(
            ssid="ESP_B38DDF",
            password="",
            channel=1,
            ecn=SoftApSecurity.OPEN,
            max_conn=_MOST_STATIONS,
            hidden=False,
        )
        return {
            network: Keep.ASKED,
            c.CWDHCP(operate=True, mode=Netifs.STATION | Netifs.SOFTAP): Keep.ASKED,
            _POOL: Keep.ASKED,
            c.CWAPPROTO(protocol_2g=Protocols2G(7)): Keep.ASKED,
        }

    @property
    def enabled(self) -> bool:
        """Whether the interface runs."""
        return self._module.settings[c.CWMODE].mode in (WifiMode.SOFTAP, WifiMode.STATION_SOFTAP)

    def mode_changed(self) -> None:
        """Open the access point, or close it, as the mode now says."""
        hotspots = self._module.air.hotspots
        if self.enabled and self not in hotspots:
            hotspots.append(self)
        elif not self.enabled and self in hotspots:
            hotspots.remove(self)
            self._addresses.clear()

    def power_up(self) -> None:
        self.mode_changed()

    def power_down(self) -> None:
        self._addresses.clear()
        if self in self._module.air.hotspots:
            self._module.air.hotspots.remove(self)

    # For the neighbourhood

    @property
    def ssid(self) -> str:
        """Its name."""
        return self._module.settings[c.CWSAP].ssid

    @property
    def password(self) -> str:
        """Its key; empty when it is open."""
        return plain(self._module.settings[c.CWSAP].password)

    def entered(self, mac: str) -> bool:
        """Let a station in, and give it an address; return whether there was room."""
        most = self._module.settings[c.CWSAP].max_conn or _MOST_STATIONS
        pool = self._module.settings[c.CWDHCPS]
        first, last = IPv4Address(pool.start_ip or ""), IPv4Address(pool.end_ip or "")
        taken = set(self._addresses.values())
        free = (str(first + n) for n in range(int(last) - int(first) + 1) if str(first + n) not in taken)
        address = next(free, None)
        if len(self._addresses) >= most or address is None:
            return False
        self._addresses[mac] = address
        self._module.emit(e.StaConnected(mac=mac))
        self._module.emit(e.DistStaIp(mac=mac, ip=address))
        return True

    def left(self, mac: str) -> None:
        """Learn that a station has gone away."""
        if self._addresses.pop(mac, None) is not None:
            self._module.emit(e.StaDisconnected(mac=mac))

    # Commands

    @handles(c.CWSAP)
    def set_up(self, command: c.CWSAP) -> None:
        """Set up the access point."""
        self._need()
        password = plain(command.password)
        fits = not password if command.ecn is SoftApSecurity.OPEN else len(password) >= _SHORTEST_PASSWORD
        if not fits or not command.ssid:
            raise Refused
        self._module.settings.set(command)

    @queries(c.CWSAP)
    def settings(self) -> c.CWSAP:
        """Tell how it is set up."""
        self._need()
        return self._module.settings[c.CWSAP]

    @handles(c.CWLIF)
    def stations(self, _: c.CWLIF) -> tuple[SoftApStation, ...]:
        """List the stations in it."""
        self._need()
        return tuple(SoftApStation(ip=address, mac=mac) for mac, address in self._addresses.items())

    @handles(c.CWQIF)
    def throw_out(self, command: c.CWQIF) -> None:
        """Throw out one station, or all, behind the answer."""
        self._need()
        if command.mac is not None and command.mac not in self._addresses:
            raise Refused
        for mac in tuple(self._addresses) if command.mac is None else (command.mac,):
            self._module.console.after_answer(partial(self.left, mac))

    @handles(c.CWDHCP)
    def switch_dhcp(self, command: c.CWDHCP) -> None:
        """Switch DHCP on or off where it is told; on, it takes a fixed address away from the station."""
        now = self._module.settings[c.CWDHCP].mode
        mode = now | command.mode if command.operate else now & ~command.mode
        self._module.settings.set(c.CWDHCP(operate=True, mode=mode))
        if command.operate and Netifs.STATION in command.mode:
            self._module.addresses.forget_fixed()

    @queries(c.CWDHCP)
    def dhcp(self) -> DhcpState:
        """Tell where DHCP is on."""
        return DhcpState(state=self._module.settings[c.CWDHCP].mode)

    @handles(c.CWDHCPS)
    def set_pool(self, command: c.CWDHCPS) -> None:
        """Set the addresses that are given out."""
        self._need()
        if not command.enable:
            self._module.settings.set(_POOL)
            return
        if command.lease_min is None or command.start_ip is None or command.end_ip is None:
            raise Refused
        size = int(IPv4Address(command.end_ip)) - int(IPv4Address(command.start_ip))
        if not 0 <= size <= _LARGEST_POOL:
            raise Refused
        self._module.settings.set(command)

    @queries(c.CWDHCPS)
    def pool(self) -> DhcpPool:
        """Tell the addresses that are given out."""
        self._need()
        pool = self._module.settings[c.CWDHCPS]
        return DhcpPool(lease_min=pool.lease_min or 0, start_ip=pool.start_ip or "", end_ip=pool.end_ip or "")

    def _need(self) -> None:
        if not self.enabled:
            raise Refused
