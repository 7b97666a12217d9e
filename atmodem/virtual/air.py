"""What surrounds a virtual module: access points, stations, and the names of hosts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from ipaddress import ip_address
from itertools import count
from typing import Protocol

import attrs

from ..errors import InvalidArgument
from .bluetooth import Bluetooth

__all__ = ["AccessPoint", "Air", "Hotspot", "Learner", "Security", "Trouble", "UnknownHost"]

#: Names that lead to this host unless a neighbourhood says otherwise.
_NAMES = ("localhost", "example.org", "broker.lan")
_LOOPBACK = {4: "127.0.0.1", 6: "::1"}
_LONGEST_SSID = 32

_serials = count(0x10)


class Security(Enum):
    """How an access point keeps strangers out."""

    OPEN = "open"
    WEP = "WEP"
    WPA_PSK = "WPA"
    WPA2_PSK = "WPA2"
    WPA_WPA2_PSK = "WPA/WPA2"
    WPA2_ENTERPRISE = "WPA2 enterprise"
    WPA3_PSK = "WPA3"
    WPA2_WPA3_PSK = "WPA2/WPA3"


class Trouble(Enum):
    """What may be wrong with an access point that is there."""

    #: It never answers a station.
    SILENT = "silent"
    #: It turns every station away.
    REFUSES = "refuses"
    #: It lets stations in, but gives out no addresses.
    NO_ADDRESS = "no address"


class UnknownHost(LookupError):
    """No address is known for this name, or the module may not reach it."""


def _check_ssid(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not 0 <= len(value.encode("utf-8", "surrogateescape")) <= _LONGEST_SSID:
        raise InvalidArgument(attribute.name, f"at most {_LONGEST_SSID} bytes in UTF-8")


def _usual_security(point: AccessPoint) -> Security:
    return Security.WPA2_PSK if point.password else Security.OPEN


@attrs.define(kw_only=True, eq=False)
class AccessPoint:
    """An access point in reach. Its attributes may be changed while modules see it.

    :param ssid: its name, at most 32 bytes.
    :param password: its key; empty for an open one. Unlike on real hardware it may be shorter than eight characters.
    :param security: how it keeps strangers out; by default WPA2 where there is a password.
    :param channel: 1 to 14.
    :param rssi: signal strength at the module in dBm.
    :param bssid: its hardware address.
    :param hidden: scans do not show its name.
    :param wps: it offers WPS.
    :param trouble: what is wrong with it; None for nothing.
    :param gateway: its own address.
    :param address: what it gives to a module.
    :param netmask: that of its network.
    :raises InvalidArgument: the name is too long.
    """

    ssid: str = attrs.field(validator=_check_ssid)
    password: str = attrs.field(default="", repr=False)
    security: Security = attrs.field(default=attrs.Factory(_usual_security, takes_self=True))
    channel: int = 6
    rssi: int = -42
    bssid: str = attrs.field(factory=lambda: f"02:00:5e:00:00:{next(_serials) & 0xFF:02x}")
    hidden: bool = False
    wps: bool = False
    trouble: Trouble | None = None
    gateway: str = "192.168.3.1"
    address: str = "192.168.3.112"
    netmask: str = "255.255.255.0"


class Hotspot(Protocol):
    """An access point that a module itself opens."""

    @property
    def ssid(self) -> str:
        """Its name."""
        ...

    @property
    def password(self) -> str:
        """Its key; empty when it is open."""
        ...

    def entered(self, mac: str) -> bool:
        """A station with this hardware address wants in; return whether there is room."""
        ...

    def left(self, mac: str) -> None:
        """A station has gone away."""


class Learner(Protocol):
    """A module that waits to be told its network."""

    def button_pressed(self, point: AccessPoint) -> None:
        """The WPS button of *point* was pressed."""

    def network_told(self, ssid: str, password: str) -> None:
        """A phone has told the name and the password of a network."""


class Air:
    """A neighbourhood that a test or a user scripts, shared by any number of virtual modules.

    :param access_points: those in reach; by default one called ``lab`` with the password ``secret``.
    :param names: addresses of this host by name, added to ``localhost``, ``example.org`` and ``broker.lan``. An address
        may stand in place of a name, so that one that the host's program holds leads here.
    :param services: where a name and port of the module's world are found on this host, as ``(address, port)``.
    :param allowed: names and addresses outside this host that modules may reach; by default none.
    :param bluetooth: the Bluetooth devices in reach; by default none.
    """

    def __init__(
        self,
        access_points: Iterable[AccessPoint] | None = None,
        *,
        names: Mapping[str, str] | None = None,
        services: Mapping[tuple[str, int], tuple[str, int]] | None = None,
        allowed: Collection[str] = (),
        bluetooth: Bluetooth | None = None,
    ) -> None:
        if access_points is None:
            access_points = [AccessPoint(ssid="lab", password="secret")]  # noqa: S106 - a made-up network
        self.access_points: list[AccessPoint] = list(access_points)
        self.names: dict[str, str] = {**dict.fromkeys(_NAMES, _LOOPBACK[4]), **(names or {})}
        self.services: dict[tuple[str, int], tuple[str, int]] = dict(services or {})
        self.allowed: frozenset[str] = frozenset(allowed)
        self.bluetooth: Bluetooth = Bluetooth() if bluetooth is None else bluetooth
        #: Access points that modules have opened.
        self.hotspots: list[Hotspot] = []
        #: Modules that wait to be told their network.
        self.learners: list[Learner] = []
        self._guests: dict[str, Hotspot] = {}
        self._off: set[AccessPoint] = set()
        self._watchers: dict[object, Callable[[], None]] = {}

    # Access points

    @property
    def visible(self) -> list[AccessPoint]:
        """The access points that are switched on."""
        return [point for point in self.access_points if point not in self._off]

    def find(self, ssid: str, bssid: str | None = None) -> AccessPoint | None:
        """Return the strongest access point of that name that is switched on, or None.

        :param bssid: its hardware address, where only that one will do.
        """
        found = [p for p in self.visible if p.ssid == ssid and bssid in (None, p.bssid)]
        return max(found, key=lambda point: point.rssi, default=None)

    def add(self, point: AccessPoint) -> None:
        """Put one more access point into reach."""
        self.access_points.append(point)
        self._changed()

    def switch_off(self, ssid: str) -> None:
        """Switch off the access points of that name; modules that have joined them lose the network.

        :raises LookupError: there is none.
        """
        self._off.update(self._named(ssid))
        self._changed()

    def switch_on(self, ssid: str) -> None:
        """Switch on again what :meth:`switch_off` has switched off.

        :raises LookupError: there is none of that name.
        """
        self._off.difference_update(self._named(ssid))
        self._changed()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call *changed* whenever an access point comes or goes; return what ends that, once or again."""
        watch = object()
        self._watchers[watch] = changed
        return lambda: self._forget(watch)

    def _forget(self, watch: object) -> None:
        self._watchers.pop(watch, None)

    def _named(self, ssid: str) -> list[AccessPoint]:
        found = [point for point in self.access_points if point.ssid == ssid]
        if not found:
            raise LookupError(f"no access point is called {ssid!r}")
        return found

    def _changed(self) -> None:
        for changed in tuple(self._watchers.values()):
            changed()

    # Stations that visit what modules open

    def enter(self, ssid: str, password: str = "", *, mac: str = "3c:22:fb:10:aa:01") -> None:
        """Let a station join the access point that a module has opened.

        :param mac: hardware address of the station.
        :raises LookupError: no module has opened one of that name.
        :raises PermissionError: the password is wrong, or there is no room.
        """
        for hotspot in self.hotspots:
            if hotspot.ssid == ssid:
                if hotspot.password != password:
                    raise PermissionError("wrong password")
                if not hotspot.entered(mac):
                    raise PermissionError("no room")
                self._guests[mac] = hotspot
                return
        raise LookupError(f"no module has opened {ssid!r}")

    def exit(self, mac: str) -> None:
        """Let a station go away that had joined a module's access point.

        :raises LookupError: it had joined none.
        """
        hotspot = self._guests.pop(mac, None)
        if hotspot is None:
            raise LookupError(f"{mac} has joined no module")
        hotspot.left(mac)

    # Telling modules their network

    def press_button(self, ssid: str) -> None:
        """Press the WPS button of an access point.

        :raises LookupError: there is none of that name that has such a button.
        """
        point = next((point for point in self._named(ssid) if point.wps), None)
        if point is None:
            raise LookupError(f"{ssid!r} has no such button")
        for learner in tuple(self.learners):
            learner.button_pressed(point)

    def tell_network(self, ssid: str, password: str) -> None:
        """Let a phone tell a network to the modules that wait for it."""
        for learner in tuple(self.learners):
            learner.network_told(ssid, password)

    # Hosts

    async def resolve(self, host: str, version: int = 4) -> list[str]:
        """Return the addresses of *host*; the name server of this machine is asked for allowed names alone.

        :param version: 4 or 6.
        :raises UnknownHost: there is none, or the module may not reach it.
        """
        known = self.names.get(host)
        if known is not None:
            return [_LOOPBACK[version] if known in _LOOPBACK.values() else known]
        if _is_loopback(host):
            return [host]
        if host not in self.allowed:
            raise UnknownHost(host)
        family = socket.AF_INET6 if version == 6 else socket.AF_INET
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnknownHost(host) from error
        return [str(entry[4][0]) for entry in found]

    async def route(self, host: str, port: int, version: int = 4) -> tuple[str, int]:
        """Return the address and port of this host, or of an allowed one, to which *host* and *port* lead.

        :raises UnknownHost: nothing is known of the name, or the module may not reach it.
        """
        service = self.services.get((host, port))
        return service or ((await self.resolve(host, version))[0], port)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
