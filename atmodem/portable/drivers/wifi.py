"""What a dialect does for Wi-Fi: the station, the module's own access point, provisioning, addresses."""

from __future__ import annotations

from typing import Protocol

from ...wire.secret import Secret
from ..capabilities import Capability, unsupported
from ..values import (
    AccessPoint,
    EnterpriseSettings,
    Interface,
    InterfaceAddresses,
    Ipv4Settings,
    ProvisioningMethod,
    SoftApSettings,
    SoftApStatus,
    Station,
    StationStatus,
)

__all__ = ["AddressDriver", "ProvisioningDriver", "SoftApDriver", "WifiDriver"]


class WifiDriver(Protocol):
    """The station and its network."""

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach, or those of one name."""
        ...

    async def join(self, ssid: str, password: str | Secret[str] | None, bssid: str | None) -> None:
        """Join a network and return once links can be opened.

        :param bssid: None unless the dialect has ``WIFI_BSSID``.
        :raises JoinFailed: with ``WRONG_PASSWORD``, ``NO_SUCH_NETWORK``, ``TIMEOUT`` or ``CONNECT_FAILED`` in ``name``.
        """
        ...

    async def leave(self) -> None:
        """Leave the network; nothing happens when none is joined."""
        ...

    async def status(self) -> StationStatus:
        """Return the state of the station."""
        ...

    async def join_enterprise(self, settings: EnterpriseSettings) -> None:
        """Join an enterprise network and return once links can be opened.

        :raises JoinFailed: as in :meth:`join`.
        """
        raise unsupported(Capability.WIFI_JOIN_ENTERPRISE)

    async def set_auto_reconnect(self, on: bool) -> None:
        """Let the module join again by itself when it has lost its network, or not."""
        raise unsupported(Capability.WIFI_SET_AUTO_RECONNECT)

    async def set_hostname(self, name: str) -> None:
        """Set the name that the station gives to DHCP servers."""
        raise unsupported(Capability.WIFI_SET_HOSTNAME)

    async def set_country(self, code: str) -> None:
        """Set the country, two letters of ISO 3166, whose channels are used."""
        raise unsupported(Capability.WIFI_SET_COUNTRY)


class SoftApDriver(Protocol):
    """The module's own access point."""

    async def start(self, settings: SoftApSettings) -> None:
        """Start it and return once stations can join.

        :raises ModeConflict: the module is a station and cannot be both.
        """
        ...

    async def stop(self) -> None:
        """Stop it; nothing happens when it does not run."""
        ...

    async def status(self) -> SoftApStatus:
        """Return its state."""
        ...

    async def stations(self) -> tuple[Station, ...]:
        """Return the stations in it."""
        raise unsupported(Capability.SOFTAP_STATIONS)

    async def disconnect(self, mac: str | None) -> None:
        """Throw out one station, or all."""
        raise unsupported(Capability.SOFTAP_DISCONNECT)


class ProvisioningDriver(Protocol):
    """Being told by a phone or a button what to join. Progress comes as ``ProvisioningProgress``."""

    async def start(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
        """Begin to listen and return at once.

        :param method: one whose capability the dialect has.
        :param key: the PIN of WPS, or the key of ESP-TOUCH v2.
        :raises ModeConflict: the module is in a state that excludes it.
        """
        ...

    async def stop(self) -> None:
        """Stop listening; nothing happens when it does not."""
        ...


class AddressDriver(Protocol):
    """Addresses of the module's interfaces."""

    async def read(self, interface: Interface) -> InterfaceAddresses:
        """Return the addresses of an interface."""
        ...

    async def set_ipv4(self, interface: Interface, settings: Ipv4Settings | None) -> bool:
        """Set a fixed IPv4 address, or with None get one by DHCP.

        :returns: whether it is in force at once; False where only a restart brings it.
        """
        ...

    async def set_dns(self, servers: tuple[str, ...]) -> None:
        """Set the name servers, or with none take those of DHCP."""
        raise unsupported(Capability.ADDRESSES_SET_DNS)

    async def set_ipv6(self, on: bool) -> None:
        """Switch IPv6 on or off."""
        raise unsupported(Capability.ADDRESSES_SET_IPV6)

    async def set_mac(self, interface: Interface, mac: str) -> None:
        """Set the hardware address, ``aa:bb:cc:dd:ee:ff``."""
        raise unsupported(Capability.ADDRESSES_SET_MAC)
