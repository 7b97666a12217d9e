"""Wi-Fi: the station, its addresses, and the openings of the access point and of provisioning."""

from __future__ import annotations

from ..errors import InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.opening import Opening
from ..portable.values import (
    AccessPoint,
    EnterpriseSettings,
    Interface,
    InterfaceAddresses,
    Ipv4Settings,
    ProvisioningMethod,
    SoftApSettings,
    StationStatus,
)
from ..wire.secret import Secret
from .checks import check_address, check_bytes, check_mac
from .provisioning import Provisioner, Provisioning
from .softap import AccessPoints, SoftAp

__all__ = ["Wifi"]

_GROUP = 0x01
_SSID = 32
_PASSWORD = 64


class Wifi:
    """The module in Wi-Fi networks. Looking at it never raises; its methods tell when the dialect lacks them."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._access_points = AccessPoints(core)
        self._provisioner = Provisioner(core)

    # The station

    async def scan(self, ssid: str | None = None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach, strongest first.

        Cancelled, the scan goes on in the module and its result is dropped.

        :param ssid: only networks of this name, 1 to 32 bytes.
        :raises Unsupported: the dialect has no Wi-Fi.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_SCAN)
        if ssid is not None:
            check_bytes("ssid", ssid, 1, _SSID)
        found = await driver.scan(ssid)
        return tuple(sorted(found, key=lambda ap: -1000 if ap.rssi is None else ap.rssi, reverse=True))

    async def join(self, ssid: str, password: str | Secret[str] | None = None, *, bssid: str | None = None) -> None:
        """Join a network and return once links can be opened.

        Cancelled, the module goes on trying; :meth:`leave` stops it.

        :param ssid: name of the network, 1 to 32 bytes.
        :param password: its password, up to 64 bytes; None for an open network.
        :param bssid: hardware address of the one access point to join, as ``aa:bb:cc:dd:ee:ff``.
        :raises JoinFailed: with the reason in ``name``: ``WRONG_PASSWORD``, ``NO_SUCH_NETWORK``, ``TIMEOUT`` or
            ``CONNECT_FAILED``.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the dialect has no Wi-Fi, or takes no *bssid*.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_JOIN)
        if bssid is not None:
            self._core.require(driver, Capability.WIFI_BSSID)
            check_mac("bssid", bssid)
        check_bytes("ssid", ssid, 1, _SSID)
        if password is not None:
            check_bytes("password", password, 0, _PASSWORD)
        await driver.join(ssid, password, bssid)

    async def join_enterprise(self, settings: EnterpriseSettings) -> None:
        """Join an enterprise network and return once links can be opened. Its certificates stand in the module.

        Cancelled, the module goes on trying; :meth:`leave` stops it.

        :raises JoinFailed: as in :meth:`join`, or with the dialect's own name for a refused login.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the module cannot join such networks.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_JOIN_ENTERPRISE)
        check_bytes("ssid", settings.ssid, 1, _SSID)
        await driver.join_enterprise(settings)

    async def leave(self) -> None:
        """Leave the network; nothing happens when none is joined.

        :raises Unsupported: the dialect has no Wi-Fi.
        """
        await self._core.require(self._core.driver.wifi, Capability.WIFI_LEAVE).leave()

    async def status(self) -> StationStatus:
        """Return the state of the station; what the module does not tell is None.

        :raises Unsupported: the dialect has no Wi-Fi.
        """
        return await self._core.require(self._core.driver.wifi, Capability.WIFI_STATUS).status()

    async def set_auto_reconnect(self, on: bool) -> None:
        """Let the module join again by itself when it has lost its network, or not, until it starts anew.

        :raises Unsupported: the module always does, or never.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_SET_AUTO_RECONNECT)
        await driver.set_auto_reconnect(on)

    async def set_hostname(self, name: str) -> None:
        """Set the name that the station gives to DHCP servers.

        :param name: 1 to 32 letters, digits and hyphens.
        :raises InvalidArgument: another name; nothing was sent.
        :raises Unsupported: the module has no such name.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_SET_HOSTNAME)
        if not 1 <= len(name) <= 32 or not name.isascii() or not name.replace("-", "").isalnum():
            raise InvalidArgument("name", "1 to 32 letters, digits and hyphens")
        await driver.set_hostname(name)

    async def set_country(self, code: str) -> None:
        """Set the country whose channels are used.

        :param code: two letters of ISO 3166-1, such as ``DE``.
        :raises InvalidArgument: another text; nothing was sent.
        :raises Unsupported: the module knows no countries by name.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_SET_COUNTRY)
        if len(code) != 2 or not code.isascii() or not code.isalpha():
            raise InvalidArgument("code", "two letters of ISO 3166-1")
        await driver.set_country(code.upper())

    # The own access point, and being told what to join

    def access_point(self, settings: SoftApSettings) -> Opening[SoftAp]:
        """Open the module's own access point: ``async with modem.wifi.access_point(settings) as ap``.

        Cancelled, an access point that comes up all the same is closed in the background.

        :raises ModeConflict: it is open already, or the module cannot be station and access point at once.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the module has none.
        """
        return Opening(lambda: self._access_points.open(settings))

    def provision(
        self,
        method: ProvisioningMethod = ProvisioningMethod.SMARTCONFIG,
        *,
        key: str | Secret[str] | None = None,
    ) -> Opening[Provisioning]:
        """Let a phone or a button tell the module what to join: an async iterator of ``ProvisioningProgress``.

        Cancelled, the module stops listening in the background.

        :param method: how the module is told.
        :param key: the PIN of WPS, or the 16 bytes of ESP-TOUCH v2's key.
        :raises ModeConflict: the module is in a network already, or is being told.
        :raises InvalidArgument: a key that the method does not take; nothing was sent.
        :raises Unsupported: the module does not know the method.
        """
        return Opening(lambda: self._provisioner.open(method, key))

    # Addresses

    async def addresses(self, interface: Interface = Interface.STATION) -> InterfaceAddresses:
        """Return the addresses of an interface.

        :raises Unsupported: the module does not tell them.
        """
        return await self._core.require(self._core.driver.addresses, Capability.ADDRESSES_READ).read(interface)

    async def set_ipv4(self, settings: Ipv4Settings | None, *, interface: Interface = Interface.STATION) -> bool:
        """Set a fixed IPv4 address, or with None get one by DHCP, until the module starts anew.

        :param settings: address, mask and gateway, and name servers where they are to change too.
        :returns: whether it is in force at once; False where only a restart or the next join brings it.
        :raises InvalidArgument: an address that is none, or DHCP for the access point; nothing was sent.
        :raises Unsupported: the module takes none.
        """
        driver = self._core.require(self._core.driver.addresses, Capability.ADDRESSES_SET_IPV4)
        if settings is not None:
            for name, address in (
                ("address", settings.address),
                ("netmask", settings.netmask),
                ("gateway", settings.gateway),
            ):
                check_address(name, address, 4)
            if settings.dns:
                self._core.require(driver, Capability.ADDRESSES_SET_DNS)
                _check_servers(settings.dns)
        elif interface is Interface.SOFTAP:
            raise InvalidArgument("settings", "a fixed address: the access point asks no DHCP server")
        return await driver.set_ipv4(interface, settings)

    async def set_dns(self, *servers: str) -> None:
        """Set the name servers, or with none take those of DHCP.

        :raises InvalidArgument: an address that is none, or comes twice; nothing was sent.
        :raises Unsupported: the module sets them with its address alone, or never.
        """
        driver = self._core.require(self._core.driver.addresses, Capability.ADDRESSES_SET_DNS)
        _check_servers(servers)
        await driver.set_dns(servers)

    async def set_ipv6(self, on: bool) -> None:
        """Switch IPv6 on or off; a new join brings its addresses.

        :raises Unsupported: the module has no IPv6.
        """
        await self._core.require(self._core.driver.addresses, Capability.ADDRESSES_SET_IPV6).set_ipv6(on)

    async def set_mac(self, mac: str, *, interface: Interface = Interface.STATION) -> None:
        """Set the hardware address of an interface.

        :param mac: as ``aa:bb:cc:dd:ee:ff``; not that of a group.
        :raises InvalidArgument: another text; nothing was sent.
        :raises Unsupported: the module does not change it.
        """
        driver = self._core.require(self._core.driver.addresses, Capability.ADDRESSES_SET_MAC)
        check_mac("mac", mac)
        if int(mac[:2], 16) & _GROUP:
            raise InvalidArgument("mac", "the address of one station, not of a group")
        await driver.set_mac(interface, mac.lower())


def _check_servers(servers: tuple[str, ...]) -> None:
    for server in servers:
        check_address("servers", server)
    if len(set(servers)) < len(servers):
        raise InvalidArgument("servers", "different from one another")
