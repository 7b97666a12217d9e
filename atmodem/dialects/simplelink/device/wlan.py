"""The WLAN: joining, scanning, profiles, policies, and the module's own network."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from ....virtual.air import AccessPoint, Security
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ....virtual.station import JoinFailure, JoinRefused, Station, StationState, StationTiming
from .. import events as e
from ..commands import wlan as c
from ..values import wlan as v
from ..values import wlan_options as o
from ..values.netapp_options import DhcpServerBasic
from ..values.wlan_policies import ConnectionOption, ConnectionPolicy
from .plain import plain
from .refusals import Code, Why, not_parsed
from .settings import Rows

if TYPE_CHECKING:
    import asyncio

    from .virtual import Virtual

__all__ = ["WlanPart"]

_MOST_PROFILES = 7
_ALL_PROFILES = 255
_MOST_NETWORKS = 30
_MOST_DENIED = 8
_OWN_WISH = 200
_NO_AUTHENTICATION = 202
#: What IEEE 802.11 calls an unspecified reason.
_LOST = 1
#: Seconds between attempts to join a network that is not there.
_RETRY = 1.0
_LEASE = 86400
_BUTTONS = (v.Security.WPS_PBC, v.Security.WPS_PIN)

_SCANNED: Mapping[Security, tuple[v.ScanSecurity, v.ScanCipher, v.KeyManagement]] = {
    Security.OPEN: (v.ScanSecurity.OPEN, v.ScanCipher.NONE, v.KeyManagement.NONE),
    Security.WEP: (v.ScanSecurity.WEP, v.ScanCipher.WEP104, v.KeyManagement.NONE),
    Security.WPA_PSK: (v.ScanSecurity.WPA, v.ScanCipher.TKIP, v.KeyManagement.PSK),
    Security.WPA2_PSK: (v.ScanSecurity.WPA2, v.ScanCipher.CCMP, v.KeyManagement.PSK),
    Security.WPA_WPA2_PSK: (v.ScanSecurity.WPA_WPA2, v.ScanCipher.TKIP_CCMP, v.KeyManagement.PSK),
    Security.WPA2_ENTERPRISE: (v.ScanSecurity.WPA2, v.ScanCipher.CCMP, v.KeyManagement.IEEE_802_1X),
    Security.WPA3_PSK: (v.ScanSecurity.WPA3, v.ScanCipher.CCMP, v.KeyManagement.PSK_SAE),
    Security.WPA2_WPA3_PSK: (v.ScanSecurity.WPA3, v.ScanCipher.CCMP, v.KeyManagement.PSK_SAE),
}


class WlanPart(Part):
    """Obeys the commands about the WLAN; it is also the listener of its station and what the air sees of it.

    :param module: the module that it belongs to.
    :param timing: how long its radio takes.
    """

    def __init__(self, module: Virtual, timing: StationTiming) -> None:
        self._module = module
        self._timing = timing
        self._station = Station(module.air, module.clock, self, timing)
        self._rows = Rows()
        self._profiles: dict[int, c.WlanProfileAdd] = {}
        self._wanted: c.WlanConnect | None = None
        self._joining: asyncio.Task[None] | None = None
        self._mode = self._next_mode = v.WlanRole.STA
        self._scan_from: float | None = None
        self._leaving = False
        self._denied: list[str] = []
        #: Stations of the module's own network, by hardware address, with their addresses.
        self.stations: dict[str, str] = {}

    def power_up(self) -> None:
        self.begin()

    def power_down(self) -> None:
        self._stop_joining()
        self._station.forget()
        self._wanted = None
        self.stations.clear()
        if self in self._module.air.hotspots:
            self._module.air.hotspots.remove(self)

    def dispose(self) -> None:
        self._station.close()

    def begin(self) -> None:
        """Start in the mode that was set, and join a stored network where the policy says so."""
        self._mode = self._next_mode
        if self._mode == v.WlanRole.AP:
            if self not in self._module.air.hotspots:
                self._module.air.hotspots.append(self)
        elif self._automatic and self._profiles and self._wanted is None:
            best = max(self._profiles.values(), key=lambda profile: profile.priority)
            self._join(c.WlanConnect(ssid=best.ssid, bssid=best.bssid, security=best.security, key=best.key))

    @property
    def _automatic(self) -> bool:
        return ConnectionOption.AUTO in self._rows[ConnectionPolicy].option

    # What it is in the air

    @property
    def ssid(self) -> str:
        """Name of the module's own network."""
        return self._rows[o.ApSsid].ssid

    @property
    def password(self) -> str:
        """Its key."""
        is_open = self._rows[o.ApSecurity].security == o.ApSecurityType.OPEN
        return "" if is_open else plain(self._rows[o.ApPassword].password)

    def entered(self, mac: str) -> bool:
        """A station wants in."""
        if len(self.stations) >= self._rows[o.ApMaxStations].stations or mac in self._denied:
            return False
        pool = self._module.netcfg.rows[DhcpServerBasic]
        first, last = IPv4Address(pool.first), IPv4Address(pool.last)
        taken = set(self.stations.values())
        free = (str(first + n) for n in range(int(last) - int(first) + 1))
        self.stations[mac] = address = next(address for address in free if address not in taken)
        self._module.emit(e.EventWlanStaAdded(mac=mac))
        self._module.emit(e.EventNetAppDhcpv4Leased(ip=address, lease=_LEASE, mac=mac))
        return True

    def left(self, mac: str) -> None:
        """A station has gone."""
        address = self.stations.pop(mac, None)
        if address is not None:
            self._module.emit(e.EventNetAppDhcpv4Released(ip=address, mac=mac, reason=0))
            self._module.emit(e.EventWlanStaRemoved(mac=mac))

    def dismiss(self, mac: str) -> None:
        """Send a station away.

        :raises Refused: there is no such station.
        """
        if mac not in self.stations:
            raise Refused(Code.NO_STATION)
        self._module.air.exit(mac)

    # What others ask of it

    @property
    def online(self) -> bool:
        """Whether the module has an address in a network, be it its own."""
        return self._station.online or self in self._module.air.hotspots

    @property
    def point(self) -> AccessPoint | None:
        """The access point in whose network it has an address; None where it has none."""
        return self._station.point if self._station.online else None

    @property
    def address(self) -> str:
        """Its IPv4 address as a station."""
        return self._module.netcfg.station_address().address

    # How the station fares

    def station_associated(self) -> None:
        """It has joined a network."""
        if (point := self._station.point) is not None:
            self._module.emit(e.EventWlanConnect(ssid=point.ssid, bssid=point.bssid))

    def station_online(self) -> None:
        """It has an address."""
        got = self._module.netcfg.station_address()
        self._module.emit(e.EventNetAppIpv4Acquired(ip=got.address, gateway=got.gateway, dns=got.dns))

    def station_disconnected(self) -> None:
        """It has left or lost its network."""
        reason = _OWN_WISH if self._leaving else _LOST
        if (point := self._station.point) is not None:
            self._module.emit_after(e.EventWlanDisconnect(ssid=point.ssid, bssid=point.bssid, reason=reason))

    # Joining

    @handles(c.WlanConnect)
    def connect(self, command: c.WlanConnect) -> None:
        """Begin to join a network."""
        self._leave()
        self._wanted = None
        self._stop_joining()
        if command.security in _BUTTONS:
            self._module.air.learners.append(self)
        else:
            self._join(command)

    @handles(c.WlanDisconnect)
    def disconnect(self, command: c.WlanDisconnect) -> None:
        """Leave the network."""
        if self._wanted is None and self not in self._module.air.learners:
            raise Refused(Code.ALREADY_DISCONNECTED)
        self._stop_joining()
        self._leave()
        self._wanted = None

    def _leave(self) -> None:
        self._leaving = True
        self._station.leave()
        self._leaving = False

    def _join(self, command: c.WlanConnect) -> None:
        self._stop_joining()
        self._wanted = command
        self._station.retry_interval = _RETRY if self._automatic else 0.0
        self._joining = self._module.spawn(self._joined(command))

    def button_pressed(self, point: AccessPoint) -> None:
        """Join the access point whose button was pressed, or that took the PIN."""
        self._join(c.WlanConnect(ssid=point.ssid, security=v.Security.WPA_WPA2, key=point.password or None))

    def network_told(self, ssid: str, password: str) -> None:
        """Heed no phone: provisioning is begun by no command."""

    def _stop_joining(self) -> None:
        if self in self._module.air.learners:
            self._module.air.learners.remove(self)
        if self._joining is not None:
            self._joining.cancel()
            self._joining = None

    async def _joined(self, command: c.WlanConnect) -> None:
        key = "" if command.key is None else plain(command.key)
        while True:
            try:
                await self._station.join(command.ssid, key, bssid=command.bssid)
                return
            except JoinRefused as refused:
                if refused.why is not JoinFailure.NOT_FOUND:
                    self._tell_failure(command)
                    return
            await sleep(self._module.clock, _RETRY)

    def _tell_failure(self, command: c.WlanConnect) -> None:
        point = self._module.air.find(command.ssid, command.bssid)
        if point is not None:
            told = e.EventWlanDisconnect(ssid=point.ssid, bssid=point.bssid, reason=_NO_AUTHENTICATION)
            self._module.emit_after(told)
        self._wanted = None

    # Scanning

    @handles(c.WlanScan)
    def scan(self, command: c.WlanScan) -> tuple[v.WlanNetwork, ...]:
        """List the networks that were found; the first call starts the scan."""
        now = self._module.clock.time()
        if not 1 <= command.count <= _MOST_NETWORKS:
            raise not_parsed(Why.OUT_OF_RANGE)
        if self._scan_from is None:
            self._scan_from = now
        if now - self._scan_from < self._timing.scan:
            raise Refused(Code.SCAN_NOT_READY)
        found = [point for point in self._module.air.visible if not point.hidden]
        return tuple(_network(point) for point in found[command.index : command.index + command.count])

    # Profiles and policies

    @handles(c.WlanProfileAdd)
    def add_profile(self, command: c.WlanProfileAdd) -> v.ProfileIndex:
        """Store a network."""
        index = next((n for n in range(_MOST_PROFILES) if n not in self._profiles), None)
        if index is None:
            raise Refused(Code.PROFILES_FULL)
        self._profiles[index] = command
        return v.ProfileIndex(index=index)

    @handles(c.WlanProfileGet)
    def profile(self, command: c.WlanProfileGet) -> v.WlanProfile:
        """Tell a stored network, without its key."""
        held = self._profiles.get(command.index)
        if held is None:
            raise Refused(Code.NO_PROFILE)
        return v.WlanProfile(
            ssid=held.ssid,
            bssid=held.bssid or "00:00:00:00:00:00",
            security=held.security,
            ext_user=held.ext_user or "",
            ext_anon_user=held.ext_anon_user or "",
            eap=held.eap,
            priority=held.priority,
        )

    @handles(c.WlanProfileDel)
    def delete_profile(self, command: c.WlanProfileDel) -> None:
        """Forget a network, or all."""
        if command.index == _ALL_PROFILES:
            self._profiles.clear()
        elif self._profiles.pop(command.index, None) is None:
            raise Refused(Code.NO_PROFILE)

    @handles(c.WlanPolicySet)
    def set_policy(self, command: c.WlanPolicySet) -> None:
        """Set a policy."""
        self._rows.set(command.option)
        self._station.retry_interval = _RETRY if self._automatic else 0.0

    @handles(c.WlanPolicyGet)
    def policy(self, command: c.WlanPolicyGet[Any]) -> object:
        """Tell a policy."""
        return self._rows.get(command.type)

    # Settings

    @handles(c.WlanSetMode)
    def set_mode(self, command: c.WlanSetMode) -> None:
        """Choose what to be after the next start."""
        self._next_mode = command.mode

    @handles(c.WlanSet)
    def set(self, command: c.WlanSet) -> None:
        """Write a setting."""
        option = command.option
        if isinstance(option, o.ApAccessListAddMac):
            if len(self._denied) >= _MOST_DENIED:
                raise Refused(Code.ACCESS_LIST_FULL)
            self._denied.append(option.mac)
        elif isinstance(option, o.ApAccessListDelMac):
            if option.mac not in self._denied:
                raise Refused(Code.ACCESS_LIST_EMPTY)
            self._denied.remove(option.mac)
        elif isinstance(option, o.ApAccessListDelIdx):
            if option.index >= len(self._denied):
                raise Refused(Code.ACCESS_LIST_EMPTY)
            del self._denied[option.index]
        else:
            self._rows.set(option)

    @handles(c.WlanGet)
    def get(self, command: c.WlanGet[Any]) -> object:
        """Tell a setting."""
        asked = command.option
        if asked is o.WlanConnection:
            return self._connection()
        if asked is o.ApAccessListNumEntries:
            return o.ApAccessListNumEntries(entries=len(self._denied))
        if isinstance(asked, o.AccessListRequest):
            return o.AccessList(macs=tuple(self._denied[asked.index :]))
        return self._rows.get(command.option)

    def _connection(self) -> o.WlanConnection:
        if self._mode == v.WlanRole.AP:
            there = o.ConnectionStatus.AP_CONNECTED_STATIONS if self.stations else o.ConnectionStatus.DISCONNECTED
            return o.WlanConnection(role=self._mode, status=there)
        nothing = o.WlanConnection(role=self._mode, status=o.ConnectionStatus.DISCONNECTED)
        point = self._station.point
        if self._wanted is None or point is None or self._station.state is StationState.DISCONNECTED:
            return nothing
        return o.WlanConnection(
            role=self._mode,
            status=o.ConnectionStatus.STATION_CONNECTED,
            security=self._wanted.security,
            ssid=point.ssid,
            bssid=point.bssid,
        )


def _network(point: AccessPoint) -> v.WlanNetwork:
    security, cipher, management = _SCANNED[point.security]
    return v.WlanNetwork(
        ssid=point.ssid,
        bssid=point.bssid,
        rssi=point.rssi,
        channel=point.channel,
        security=security,
        hidden=False,
        cipher=cipher,
        key_mgmt=management,
    )
