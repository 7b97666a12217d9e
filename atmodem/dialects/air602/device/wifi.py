"""Wi-Fi: station, access point, scanning, and configuration from outside."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ....virtual.air import AccessPoint as Point
from ....virtual.air import Security as PointSecurity
from ....virtual.air import Trouble
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Answer, Final, Refused
from ....virtual.station import JoinRefused, Station, StationTiming
from ....wire.secret import Secret
from ..commands.net import APLKSTT, APNIP, LKSTT, NIP
from ..commands.provisioning import CNTPARAM, CUSTDATA, ONESHOT, WWPS
from ..commands.system import MAC
from ..commands.wifi import (
    APCHL,
    APENCRY,
    APKEY,
    APSSID,
    APWJOIN,
    BSSID,
    CHLL,
    KEY,
    SLIST,
    SSID,
    WARC,
    WATC,
    WJOIN,
    WLEAV,
    WPRT,
    WSCAN,
)
from ..records import (
    AccessPoint,
    ConnectedStations,
    CustomData,
    JoinedNetwork,
    LinkStatus,
    NetworkParameters,
    WpsPin,
)
from ..values import (
    AddressMode,
    KeyFormat,
    LeaveMode,
    NetworkType,
    Protection,
    ScanType,
    Security,
    Selection,
    Switch,
    WpsMode,
)
from ..values import Station as Guest
from .codes import Code
from .system import ap_mac

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["WifiPart"]

#: Seconds after which the firmware gives a network up.
_JOIN_LIMIT = 20.0
#: The buffers of a scan hold no more.
_MOST_SCANNED = 45
_MOST_GUESTS = 8
#: What the module takes for the strength of its own network, without the sign.
_OWN_RSSI = 30
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 - printed, not bound


class _OwnNetwork:
    """The access point of the module. It gives addresses to its guests in the order in which they come."""

    def __init__(self, module: Virtual) -> None:
        parameters = module.parameters
        self.ssid = parameters[APSSID].ssid
        self.password = _plain_key(parameters[APKEY]) if parameters[APENCRY].mode != Security.OPEN else ""
        self._first = IPv4Address(str(parameters[APNIP].ip)) + 1
        self.guests: dict[str, str] = {}

    def entered(self, mac: str) -> bool:
        taken = set(self.guests.values())
        if len(self.guests) >= _MOST_GUESTS:
            return False
        free = next(ip for n in range(_MOST_GUESTS) if (ip := str(self._first + n)) not in taken)
        self.guests[mac] = free
        return True

    def left(self, mac: str) -> None:
        self.guests.pop(mac, None)


class WifiPart(Part):
    """Obeys the commands about networks.

    :param module: the module that it belongs to.
    :param timing: how long the radio takes.
    """

    def __init__(self, module: Virtual, timing: StationTiming) -> None:
        self._module = module
        self._timing = timing
        self._joining: asyncio.Future[None] | None = None
        self._addressed = asyncio.Event()
        self._own: _OwnNetwork | None = None
        self._pin: str | None = None
        self._user_data = ""
        self.station: Station = Station(module.air, module.clock, self, timing)

    @property
    def online(self) -> bool:
        """Whether anybody can be reached: the station has an address, or the access point is open."""
        return self._station_up or self._own is not None

    @property
    def address(self) -> str:
        """The module's own address."""
        if self._own is not None and not self.station.joined:
            return self._module.parameters[APNIP].ip or _NO_ADDRESS
        return self._station_status().ip or _NO_ADDRESS

    @property
    def _station_up(self) -> bool:
        static = self._module.parameters[NIP].type == AddressMode.STATIC
        return self.station.joined if static else self.station.online

    def power_down(self) -> None:
        self._close_own()
        self.station.forget()
        self._joining = None

    def dispose(self) -> None:
        self.station.close()

    # How the station fares

    def station_associated(self) -> None:
        """Answer whoever waits for that: an address comes later."""
        if self._joining is not None and not self._joining.done():
            self._joining.set_result(None)

    def station_online(self) -> None:
        """Wake who waits for it; on the line this firmware tells of no network."""
        self._addressed.set()

    async def until_online(self) -> None:
        """Wait for an address. Cancelled, it leaves nothing behind."""
        while not self.online:
            self._addressed.clear()
            await self._addressed.wait()

    def station_disconnected(self) -> None:
        """Let the connections go that led through it."""
        if self._own is None:
            self._module.sockets.drop_all()
            self._module.mqtt.network_lost()

    # Joining

    @handles(WJOIN)
    async def join_command(self, _: WJOIN) -> JoinedNetwork:
        """Join or open what is configured, as far as the copy in flash says."""
        return await self.join()

    @handles(APWJOIN)
    def open_access_point(self, _: APWJOIN) -> None:
        """Open the access point alone."""
        self._open_own()

    async def join(self) -> JoinedNetwork:
        """Join the network, or open the access point, as configured; return once associated.

        :raises Refused: that failed, or is under way already.
        """
        if self._joining is not None:
            raise Refused(Code.BUSY)
        kind = self._module.parameters[WPRT].type
        if kind in (NetworkType.AP, NetworkType.APSTA):
            self._open_own()
        if kind == NetworkType.AP:
            return self._own_network(kind)
        try:
            point = await self._associate()
        except JoinRefused:
            if kind == NetworkType.ADHOC and self._module.parameters[WATC].enable:
                self._open_own()
                return self._own_network(kind)
            raise Refused(Code.JOIN) from None
        return JoinedNetwork(
            bssid=point.bssid,
            type=kind,
            channel=point.channel,
            encry=_protection(point),
            ssid=point.ssid,
            rssi=abs(point.rssi),
        )

    async def _associate(self) -> Point:
        parameters = self._module.parameters
        fixed = parameters[BSSID]
        self.station.retry_interval = 1.0 if parameters[WARC].count else 0.0
        self._joining = asyncio.get_running_loop().create_future()
        try:
            self._module.spawn(
                self._join_station(
                    self._joining,
                    parameters[SSID].ssid,
                    _plain_key(parameters[KEY]),
                    fixed.bssid if fixed.mode == Selection.FIXED else None,
                )
            )
            await self._joining
        finally:
            self._joining = None
        if self.station.point is None:
            raise Refused(Code.JOIN)
        return self.station.point

    async def _join_station(
        self, associated: asyncio.Future[None], ssid: str, password: str, bssid: str | None
    ) -> None:
        try:
            await self.station.join(ssid, password, bssid=bssid, limit=_JOIN_LIMIT)
        except JoinRefused as error:
            # Without an address the network is joined all the same.
            if not associated.done():
                associated.set_exception(error)

    @handles(WLEAV)
    def leave(self, command: WLEAV) -> None:
        """Leave the network, or close the access point."""
        if command.mode == LeaveMode.AP:
            self._close_own()
        else:
            self.station.leave()

    def leave_all(self) -> None:
        """Switch the radio off."""
        self._close_own()
        self.station.leave()

    @handles(WSCAN)
    async def scan(self, _: WSCAN) -> Final:
        """List the networks on the channels that the copy in flash names."""
        await sleep(self._module.clock, self._timing.scan)
        channels = self._module.parameters[CHLL].channel_list
        found = [p for p in self._module.air.visible if channels >> (p.channel - 1) & 1][:_MOST_SCANNED]
        return self._module.listed(WSCAN(), tuple(_seen(point) for point in found))

    @handles(LKSTT)
    def station_status(self, _: LKSTT) -> LinkStatus:
        """Tell whether the station has an address."""
        return self._station_status()

    def _station_status(self) -> LinkStatus:
        point, static = self.station.point, self._module.parameters[NIP]
        if not self._station_up or point is None:
            return LinkStatus(status=False)
        if static.type == AddressMode.STATIC:
            return LinkStatus(
                status=True,
                ip=static.ip,
                netmask=static.netmask,
                gateway=static.gateway,
                dns1=static.dns,
                dns2=_NO_ADDRESS,
            )
        return LinkStatus(
            status=True,
            ip=point.address,
            netmask=point.netmask,
            gateway=point.gateway,
            dns1=point.gateway,
            dns2=_NO_ADDRESS,
        )

    # The access point

    def _open_own(self) -> None:
        self._close_own()
        self._own = _OwnNetwork(self._module)
        self._module.air.hotspots.append(self._own)

    def _close_own(self) -> None:
        if self._own is not None:
            self._module.air.hotspots.remove(self._own)
            self._own = None

    def _own_network(self, kind: NetworkType) -> JoinedNetwork:
        parameters = self._module.parameters
        return JoinedNetwork(
            bssid=ap_mac(parameters[MAC].mac),
            type=kind,
            channel=parameters[APCHL].channel or 1,
            encry=Protection.OPEN if parameters[APENCRY].mode == Security.OPEN else Protection.ENCRYPTED,
            ssid=parameters[APSSID].ssid,
            rssi=_OWN_RSSI,
        )

    @handles(APLKSTT)
    def own_status(self, _: APLKSTT) -> LinkStatus:
        """Tell whether the access point is open."""
        held = self._module.parameters[APNIP]
        if self._own is None:
            return LinkStatus(status=False)
        return LinkStatus(
            status=True, ip=held.ip, netmask=held.netmask, gateway=held.gateway, dns1=held.dns, dns2=_NO_ADDRESS
        )

    @handles(SLIST)
    def guests(self, _: SLIST) -> Answer:
        """List the stations that have joined the access point."""
        found = {} if self._own is None else self._own.guests
        stations = tuple(Guest(mac=mac, ip=ip) for mac, ip in found.items())
        record = ConnectedStations(count=len(stations), stations=stations)
        (text,) = self._module.written(SLIST(), record)
        return Final(b"+OK=" + (text if self._module.profile.doubles_comma else text.replace(b",,", b",", 1)))

    # Configuration from outside

    def provision(self, ssid: str, password: str, user_data: str = "") -> None:
        """Let a phone send a network and data of the user, while ONESHOT is on; the module joins that network.

        :raises LookupError: ONESHOT is off.
        """
        if self._module.parameters[ONESHOT].status != Switch.ON:
            raise LookupError("one-key configuration is not on")
        self._module.parameters.set(ONESHOT(status=Switch.OFF))
        self._user_data = user_data
        self._learn(ssid, password)

    def _learn(self, ssid: str, password: str) -> None:
        self._module.parameters.set(SSID(ssid=ssid), save=True)
        self._module.parameters.set(KEY(format=KeyFormat.ASCII, index=0, key=password), save=True)
        self._module.spawn(self._join_silently())

    async def _join_silently(self) -> None:
        with suppress(Refused):
            await self.join()

    @handles(WWPS)
    async def protected_setup(self, command: WWPS) -> WpsPin | Final | None:
        """Keep or tell the PIN, or learn a network from an access point that offers WPS."""
        if command.mode == WpsMode.SET_PIN:
            if not isinstance(command.pin, Secret):
                raise Refused(Code.INV_PARAMS)
            self._pin = command.pin.reveal()
            return None
        if command.mode == WpsMode.GET_PIN:
            return Final(b"+OK=" + (b"\0" * 8 if self._pin is None else self._pin.encode()))
        offering = next((p for p in self._module.air.visible if p.wps and p.trouble is not Trouble.REFUSES), None)
        if offering is not None:
            self._learn(offering.ssid, offering.password)
        return None

    @handles(CUSTDATA)
    def user_data(self, _: CUSTDATA) -> Answer:
        """Tell what a phone has sent."""
        if self._module.profile.quotes_user_data:
            return CustomData(data=Secret(self._user_data))
        return Final(b"+OK=" + self._user_data.encode())

    @handles(CNTPARAM)
    def network_parameters(self, _: CNTPARAM) -> NetworkParameters:
        """Tell the network that is configured."""
        fixed = self._module.parameters[BSSID]
        key = Secret(_plain_key(self._module.parameters[KEY]))
        if fixed.mode == Selection.FIXED and fixed.bssid is not None:
            return NetworkParameters(bssid_en=fixed.mode, ssid_or_bssid=fixed.bssid.replace(":", ""), key=key)
        return NetworkParameters(bssid_en=Selection.AUTO, ssid_or_bssid=self._module.parameters[SSID].ssid, key=key)


def _plain_key(held: KEY | APKEY) -> str:
    """Return a key as an access point knows it; digits of a short key stand for its characters."""
    key = held.key.reveal() if isinstance(held.key, Secret) else held.key
    if held.format == KeyFormat.HEX and len(key) < 64:  # 64 digits are the key itself
        with suppress(ValueError):
            return bytes.fromhex(key).decode("latin-1")
    return key


def _protection(point: Point) -> Protection:
    return Protection.OPEN if point.security is PointSecurity.OPEN else Protection.ENCRYPTED


def _seen(point: Point) -> AccessPoint:
    return AccessPoint(
        bssid=point.bssid,
        type=ScanType.AP,
        channel=point.channel,
        encry=_protection(point),
        ssid="" if point.hidden else point.ssid,
        rssi=abs(point.rssi),
    )
