"""The station: joining, leaving, scanning, its addresses, and names of hosts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ....virtual.air import AccessPoint as Point
from ....virtual.air import Security, UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.results import Answer, Lines, Refused
from ....virtual.station import JoinFailure as Failure
from ....virtual.station import JoinRefused, Station, StationTiming
from ....wire.command import Form
from ....wire.event import Event
from ....wire.secret import Secret
from ..commands.net import CIPDOMAIN, WJAPIP
from ..commands.system import WEVENT
from ..commands.wifi import WDHCP, WFVER, WJAP, WJAPQ, WJAPS, WMAC, WSCAN, WSCANOPT
from ..events.wifi import StationDown, StationUp
from ..values.enums import JoinFailure, ScanOption, StationState, Switch
from ..values.records import (
    AccessPoint,
    CurrentNetwork,
    HostAddress,
    HostAddresses,
    RadioVersion,
    ScanResult,
    StationMac,
    StationStatus,
    StoredNetwork,
)
from .plain import plain
from .settings import NO_ADDRESS
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["MAC", "Wifi"]

MAC = "bf:01:ad:e2:f5:ce"
_RADIO = "wl0: Sep 10 2014 11:28:46 version 5.90.230.10 , FWID 01-8bdaad8d"
#: Seconds after which joining is given up.
_JOIN_LIMIT = 20.0
#: Seconds between attempts to join the stored network.
_RETRY = 5.0
_FAILURES = {Failure.WRONG_PASSWORD: JoinFailure.WRONG_KEY, Failure.NOT_FOUND: JoinFailure.NETWORK_NOT_FOUND}
#: How the firmware counts what keeps strangers out.
_SECURITY = {
    Security.OPEN: "0",
    Security.WEP: "1",
    Security.WPA_PSK: "3",
    Security.WPA2_PSK: "5",
    Security.WPA_WPA2_PSK: "6",
}
_OTHER_SECURITY = "7"


class Wifi(Part):
    """Obeys the commands of the station.

    :param module: the module that it belongs to.
    :param timing: how long the radio takes.
    """

    def __init__(self, module: Virtual, timing: StationTiming) -> None:
        self._module = module
        self._timing = timing
        self._stored: Store[type[WJAP], WJAP] = Store(module.settings)
        self._joining: asyncio.Task[None] | None = None
        self._failure: JoinFailure | None = None
        self._fixed: WJAPIP | None = None
        self.station: Station = Station(module.air, module.clock, self, timing)

    @property
    def online(self) -> bool:
        """Whether the station has an address."""
        return self.station.online

    def need_network(self) -> None:
        """Refuse the command under way without a network."""
        if not self.online:
            raise Refused

    # Life

    def power_up(self) -> None:
        settings = self._module.settings
        self._fixed = settings[WJAPIP] if settings[WDHCP].option == Switch.OFF else None
        self._failure = None
        self._stored.restart()
        network = self._stored.get(WJAP)
        if network is not None:
            self._joining = self._module.spawn(self._find(network))

    def power_down(self) -> None:
        self._joining = None
        self.station.forget()

    def dispose(self) -> None:
        self.station.close()

    def restore(self) -> None:
        """Forget the stored network."""
        self._stored.restore()

    # How the station fares

    def station_associated(self) -> None:
        """Say nothing yet: an address comes later."""

    def station_online(self) -> None:
        """Tell it, and let the links connect."""
        self._failure = None
        self.tell(StationUp())
        self._module.links.network_came()
        self._module.mqtt.network_came()

    def station_disconnected(self) -> None:
        """Tell it; the links that led through it are lost."""
        self.tell(StationDown())
        self._lose_network()

    def _lose_network(self) -> None:
        self._module.links.network_lost()
        self._module.mqtt.network_lost()

    def tell(self, event: Event) -> None:
        """Print an event of the radio, unless these are switched off."""
        if self._module.settings[WEVENT].state == Switch.ON:
            self._module.emit(event)

    # Joining

    @handles(WJAP)
    def join(self, command: WJAP) -> None:
        """Store a network, and begin to join it behind the answer."""
        self._stored.set(WJAP, command)
        self._module.console.after_answer(lambda: self._begin(command))

    def learn(self, ssid: str, password: str) -> None:
        """Store and join a network that a phone has told."""
        command = WJAP(ssid=ssid, key=password or None)
        self._stored.set(WJAP, command)
        self._begin(command)

    def _begin(self, network: WJAP) -> None:
        self._stop_joining()
        if self.station.joined:
            # Whoever waits for the new network is not told of the old one.
            self.station.forget()
            self._lose_network()
        self._joining = self._module.spawn(self._join(network))

    def _stop_joining(self) -> None:
        if self._joining is not None:
            self._joining.cancel()
            self._joining = None

    async def _join(self, network: WJAP) -> None:
        try:
            await self.station.join(network.ssid, plain(network.key), limit=_JOIN_LIMIT)
        except JoinRefused as error:
            self._failed(error)

    async def _find(self, network: WJAP) -> None:
        """Join the stored network, however long it takes until it is there."""
        told = False
        while True:
            try:
                await self.station.join(network.ssid, plain(network.key), limit=_JOIN_LIMIT)
            except JoinRefused as error:
                if not told:
                    self._failed(error)
                told = True
            else:
                return
            await sleep(self._module.clock, _RETRY)

    def _failed(self, error: JoinRefused) -> None:
        self._failure = _FAILURES.get(error.why, JoinFailure.UNKNOWN)
        self.tell(StationDown())

    @handles(WJAPQ)
    def leave(self, _: WJAPQ) -> None:
        """Leave the network behind the answer; it stays stored."""
        self._module.console.after_answer(self._leave)

    def _leave(self) -> None:
        self._stop_joining()
        self.station.leave()

    @handles(WJAPS)
    def state(self, _: WJAPS) -> StationStatus:
        """Tell how joining goes."""
        if self.online:
            return StationStatus(state=StationState.STATION_UP)
        if self._joining is not None and not self._joining.done():
            return StationStatus(state=StationState.CONNECTING)
        code = self._failure if self._module.profile.tells_join_failure else None
        return StationStatus(state=StationState.STATION_DOWN, code=code)

    @queries(WJAP, Form.STORED)
    def stored_network(self) -> StoredNetwork:
        """Tell the network that is joined at each start."""
        network = self._stored.get(WJAP)
        if network is None:
            return StoredNetwork(ssid="")
        return StoredNetwork(ssid=network.ssid, key=None if network.key is None else Secret(plain(network.key)))

    @queries(WJAP)
    def live_network(self) -> Answer:
        """Tell the network that is joined."""
        point = self.station.point
        if not self.online or point is None:
            return Lines([b"+WJAP:0,0,0,0"])
        return CurrentNetwork(ssid=point.ssid, bssid=point.bssid, channel=point.channel, rssi=point.rssi)

    # Addresses

    @queries(WJAPIP)
    def address(self) -> WJAPIP:
        """Tell the address in use."""
        point = self.station.point
        if not self.online or point is None:
            return WJAPIP(ip=NO_ADDRESS, netmask=NO_ADDRESS, gateway=NO_ADDRESS, dns=NO_ADDRESS)
        if self._fixed is not None:
            return self._fixed
        return WJAPIP(ip=point.address, netmask=point.netmask, gateway=point.gateway, dns=NO_ADDRESS)

    @handles(CIPDOMAIN)
    async def resolve(self, command: CIPDOMAIN) -> HostAddresses:
        """Look a name up."""
        self.need_network()
        try:
            found = await self._module.air.resolve(command.domain)
        except UnknownHost:
            raise Refused from None
        return HostAddresses(number=len(found), rows=tuple(HostAddress(ip=ip) for ip in found))

    # The radio

    @handles(WSCAN)
    async def scan(self, command: WSCAN) -> ScanResult:
        """List the access points in reach."""
        await sleep(self._module.clock, self._timing.scan)
        found = [point for point in self._module.air.visible if command.ssid in (None, point.ssid)]
        full = self._module.settings[WSCANOPT].option == ScanOption.ADVANCED
        return ScanResult(number=len(found), rows=tuple(_seen(point, full=full) for point in found))

    @handles(WMAC)
    def mac(self, _: WMAC) -> StationMac:
        """Tell the hardware address."""
        return StationMac(mac=MAC)

    @handles(WFVER)
    def radio_version(self, _: WFVER) -> RadioVersion:
        """Tell what every virtual module has."""
        return RadioVersion(fver=_RADIO)


def _seen(point: Point, *, full: bool) -> AccessPoint:
    ssid = "" if point.hidden else point.ssid
    if not full:
        return AccessPoint(ssid=ssid, rssi=point.rssi)
    kind = _SECURITY.get(point.security, _OTHER_SECURITY)
    return AccessPoint(ssid=ssid, bssid=point.bssid, en=kind, channel=point.channel, rssi=point.rssi)
