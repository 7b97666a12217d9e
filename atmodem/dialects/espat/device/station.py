"""Wi-Fi: the station, its networks, the radio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual import air
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.results import Lines, Refused
from ....virtual.station import JoinFailure, JoinRefused, Station, StationState, StationTiming
from ....wire.command import Command
from .. import commands as c
from .. import events as e
from ..values.wifi import (
    AccessPoint,
    AuthMode,
    Bandwidth,
    CountryPolicy,
    InterfaceBandwidth,
    JoinedNetwork,
    PmfPolicy,
    Protocols2G,
    ReconnectPolicy,
    ScanFields,
    ScanMode,
    StationStatus,
    WifiMode,
    WifiRole,
)
from ..values.wifi import StationState as State
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["WifiStation"]

_STATES = {
    StationState.IDLE: State.NEVER_JOINED,
    StationState.JOINING: State.JOINING,
    StationState.ASSOCIATED: State.ASSOCIATED,
    StationState.ONLINE: State.GOT_IP,
    StationState.REJOINING: State.JOINING,
    StationState.DISCONNECTED: State.DISCONNECTED,
}
_CODES = {
    JoinFailure.TIMEOUT: 1,
    JoinFailure.WRONG_PASSWORD: 2,
    JoinFailure.NOT_FOUND: 3,
    JoinFailure.REFUSED: 4,
}
_SECURITIES = {
    air.Security.OPEN: AuthMode.OPEN,
    air.Security.WEP: AuthMode.WEP,
    air.Security.WPA_PSK: AuthMode.WPA_PSK,
    air.Security.WPA2_PSK: AuthMode.WPA2_PSK,
    air.Security.WPA_WPA2_PSK: AuthMode.WPA_WPA2_PSK,
    air.Security.WPA2_ENTERPRISE: AuthMode.WPA2_ENTERPRISE,
    air.Security.WPA3_PSK: AuthMode.WPA3_PSK,
    air.Security.WPA2_WPA3_PSK: AuthMode.WPA2_WPA3_PSK,
}
#: In order of the bits that choose them.
_SCAN_FIELDS = (
    *("ecn", "ssid", "rssi", "mac", "channel", "freq_offset", "freqcal_val"),
    *("pairwise_cipher", "group_cipher", "wifi_protocol", "wps"),
)
_CCMP = 4
_BGN = 7
_JOIN_LIMIT = 15
_RETRY_INTERVAL = 1
_LISTEN_INTERVAL = 3
#: From this release on, the fourth place of CWJAP is a threshold, not a yes or no.
_THRESHOLD_SINCE = (5, 1)


class WifiStation(Part):
    """The station interface."""

    def __init__(self, module: Virtual, timing: StationTiming) -> None:
        self._module = module
        self._timing = timing
        self._station = Station(module.air, module.clock, self, timing)
        #: The network that is stored, as the command that joins it.
        self._stored: c.CWJAP | None = None
        self._joined = c.CWJAP()
        self._bandwidths = dict.fromkeys(WifiRole, Bandwidth.MHZ_40)

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CWMODE(mode=WifiMode.STATION): Keep.ASKED,
            c.CWLAPOPT(print_mask=ScanFields(0x7FF), rssi_filter=-100, authmode_mask=0xFFFF): Keep.NEVER,
            c.CWRECONNCFG(interval_s=0, repeat_count=0): Keep.ASKED,
            c.CWAUTOCONN(enable=True): Keep.ALWAYS,
            c.CWSTAPROTO(protocol_2g=Protocols2G(_BGN)): Keep.ASKED,
            c.CWHOSTNAME(hostname="espressif"): Keep.NEVER,
            c.CWCOUNTRY(
                policy=CountryPolicy.FOLLOW_AP, country_code="CN", start_channel=1, channel_count=13
            ): Keep.NEVER,
            c.CWCONFIG(ap_inactive_s=300, sta_inactive_s=6): Keep.ASKED,
            c.CWINIT(init=True): Keep.NEVER,
        }

    @property
    def online(self) -> bool:
        """Whether the station has an address."""
        return self._station.online

    @property
    def joined(self) -> bool:
        """Whether the station is in a network."""
        return self._station.joined

    @property
    def point(self) -> air.AccessPoint | None:
        """The access point that the station has joined or lost."""
        return self._station.point

    @property
    def enabled(self) -> bool:
        """Whether the station interface runs."""
        return self._module.settings[c.CWMODE].mode in (WifiMode.STATION, WifiMode.STATION_SOFTAP)

    def forget_network(self) -> None:
        """Forget which network is stored."""
        self._stored = None

    # Life

    def power_up(self) -> None:
        if self._module.settings[c.CWAUTOCONN].enable:
            self._join_stored()

    def power_down(self) -> None:
        self._station.forget()

    def dispose(self) -> None:
        self._station.close()

    def _join_stored(self) -> None:
        if self._stored is not None and self.enabled and not self.joined:
            self._module.spawn(self._join_quietly(self._stored))

    async def _join_quietly(self, network: c.CWJAP) -> None:
        try:
            await self._join(network)
        except JoinRefused:
            return

    async def learn(self, ssid: str, password: str) -> None:
        """Join a network that was not told by a command, and store it."""
        network = c.CWJAP(ssid=ssid, password=password)
        await self._join_quietly(network)
        if self.online and self._module.settings.storing:
            self._stored = network

    async def _join(self, network: c.CWJAP) -> None:
        self._joined = network
        self._station.retry_interval = (
            _RETRY_INTERVAL if network.reconnect_interval_s is None else network.reconnect_interval_s
        )
        await self._station.join(
            network.ssid or "",
            plain(network.password),
            bssid=network.bssid,
            weakest=self._weakest(network),
            limit=network.timeout_s or _JOIN_LIMIT,
        )

    def _weakest(self, network: c.CWJAP) -> air.Security:
        threshold = network.auth_threshold or AuthMode.OPEN
        if self._module.profile.release < _THRESHOLD_SINCE:
            return air.Security.WPA_PSK if threshold else air.Security.OPEN
        return next((mine for mine, theirs in _SECURITIES.items() if theirs == threshold), air.Security.OPEN)

    # What the station tells

    def station_associated(self) -> None:
        """Called by the station."""
        self._module.emit(e.WifiConnected())

    def station_online(self) -> None:
        """Called by the station."""
        self._module.emit(e.WifiGotIp())
        if self._module.settings[c.CIPV6].enable:
            for event in (e.WifiGotIpv6Ll(), e.WifiGotIpv6Gl()):
                self._module.emit_after(event)
        self._module.sntp.network_came()

    def station_disconnected(self) -> None:
        """Called by the station."""
        self._module.links.network_lost()
        self._module.mqtt.network_lost()
        self._module.emit(e.WifiDisconnect())

    # Joining

    @handles(c.CWJAP)
    async def join(self, command: c.CWJAP) -> None:
        """Join the network, or the stored one."""
        self._need_station()
        network = command if command.ssid is not None else self._stored
        if network is None:
            raise Refused
        try:
            await self._join(network)
        except JoinRefused as refused:
            raise Refused(lines=[b"+CWJAP:%d" % _CODES[refused.why]]) from None
        settings = self._module.settings
        settings.set(c.CWRECONNCFG(interval_s=int(self._station.retry_interval), repeat_count=0))
        if settings.storing:
            self._stored = network

    @queries(c.CWJAP)
    def joined_network(self) -> JoinedNetwork | None:
        """Tell the network that is joined."""
        point = self.point
        if point is None or not self.joined:
            return None
        network = self._joined
        return JoinedNetwork(
            ssid=point.ssid,
            bssid=point.bssid,
            channel=point.channel,
            rssi=point.rssi,
            pci_en=int(network.auth_threshold or 0),
            reconnect_interval_s=int(self._station.retry_interval),
            listen_interval=network.listen_interval or _LISTEN_INTERVAL,
            scan_mode=network.scan_mode or ScanMode.FAST,
            pmf=network.pmf or PmfPolicy(0),
        )

    @handles(c.CWQAP)
    def leave(self, _: c.CWQAP) -> None:
        """Leave the network behind the answer."""
        self._need_station()
        self._module.console.after_answer(self._station.leave)

    @queries(c.CWSTATE)
    def state(self) -> StationStatus:
        """Tell how far the station is."""
        self._need_station()
        return StationStatus(state=_STATES[self._station.state], ssid=self.point.ssid if self.point else "")

    @handles(c.CWRECONNCFG)
    def set_retry(self, command: c.CWRECONNCFG) -> None:
        """Set how a lost network is looked for; it is looked for without end."""
        self._need_station()
        self._module.settings.set(c.CWRECONNCFG(interval_s=command.interval_s, repeat_count=command.repeat_count))
        self._station.retry_interval = command.interval_s

    @queries(c.CWRECONNCFG)
    def retry(self) -> ReconnectPolicy:
        """Tell how a lost network is looked for."""
        policy = self._module.settings[c.CWRECONNCFG]
        return ReconnectPolicy(interval_s=policy.interval_s, repeat_count=policy.repeat_count)

    # Scanning

    @handles(c.CWLAP)
    async def scan(self, command: c.CWLAP) -> tuple[AccessPoint, ...]:
        """List the access points, the strongest first."""
        self._need_station()
        await sleep(self._module.clock, self._timing.scan)
        options = self._module.settings[c.CWLAPOPT]
        points = [point for point in self._module.air.visible if _is_wanted(point, command, options)]
        return tuple(self._seen(point, options) for point in sorted(points, key=lambda point: -point.rssi))

    def _seen(self, point: air.AccessPoint, options: c.CWLAPOPT) -> AccessPoint:
        cipher = 0 if point.security is air.Security.OPEN else _CCMP
        values: dict[str, Any] = {
            "ecn": _SECURITIES[point.security],
            "ssid": "" if point.hidden else point.ssid,
            "rssi": point.rssi,
            "mac": point.bssid,
            "channel": point.channel,
            "freq_offset": -1,
            "freqcal_val": -1,
            "pairwise_cipher": cipher,
            "group_cipher": cipher,
            "wifi_protocol": _BGN,
            "wps": int(point.wps),
        }
        shown = _SCAN_FIELDS[: self._module.profile.scan_fields]
        return AccessPoint(**{name: values[name] for bit, name in enumerate(shown) if options.print_mask >> bit & 1})

    # The radio

    @handles(c.CWMODE)
    def set_mode(self, command: c.CWMODE) -> None:
        """Switch the interfaces on and off."""
        self._need_driver()
        self._module.settings.set(c.CWMODE(mode=command.mode))
        if not self.enabled:
            self._station.leave()
            self._station.forget()
        elif command.auto_connect is not False:
            self._module.console.after_answer(self._join_stored)
        self._module.softap.mode_changed()

    @handles(c.CWHOSTNAME)
    def set_hostname(self, command: c.CWHOSTNAME) -> None:
        """Set the name."""
        self._need_station()
        self._module.settings.set(command)

    @queries(c.CWHOSTNAME)
    def hostname(self) -> c.CWHOSTNAME:
        """Tell the name."""
        self._need_station()
        return self._module.settings[c.CWHOSTNAME]

    @handles(c.CWINIT)
    def load_driver(self, command: c.CWINIT) -> None:
        """Load or unload the driver."""
        if not command.init and self._module.links.any_open:
            raise Refused
        self._module.settings.set(command)
        if not command.init:
            self._station.leave()
            self._station.forget()

    @queries(c.CWCONFIG)
    def configuration(self) -> Lines:
        """Tell the times; the listen interval is 0 until it is set."""
        config = self._module.settings[c.CWCONFIG]
        values = (config.ap_inactive_s or 0, config.sta_inactive_s or 0, config.listen_interval or 0)
        return Lines([b"+CWCONFIG:%d,%d,%d" % values])

    @handles(c.CWBANDWIDTH)
    def set_bandwidth(self, command: c.CWBANDWIDTH) -> None:
        """Set the bandwidth of an interface."""
        if command.bandwidth_2g is not Bandwidth.KEEP:
            self._bandwidths[command.netif] = command.bandwidth_2g

    @queries(c.CWBANDWIDTH)
    def bandwidths(self) -> tuple[InterfaceBandwidth, ...]:
        """Tell the bandwidth of both interfaces."""
        return tuple(
            InterfaceBandwidth(netif=netif, bandwidth_2g=bandwidth, bandwidth_5g=Bandwidth.KEEP)
            for netif, bandwidth in self._bandwidths.items()
        )

    def _need_driver(self) -> None:
        if not self._module.settings[c.CWINIT].init:
            raise Refused

    def _need_station(self) -> None:
        self._need_driver()
        if not self.enabled:
            raise Refused


def _is_wanted(point: air.AccessPoint, command: c.CWLAP, options: c.CWLAPOPT) -> bool:
    return (
        command.ssid in (None, point.ssid)
        and command.mac in (None, point.bssid)
        and command.channel in (None, 0, point.channel)
        and point.rssi >= (options.rssi_filter if options.rssi_filter is not None else -100)
        and bool(
            (options.authmode_mask if options.authmode_mask is not None else 0xFFFF) >> _SECURITIES[point.security] & 1
        )
    )
