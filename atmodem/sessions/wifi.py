"""The station: scanning, joining, leaving."""

from __future__ import annotations

from ..errors import InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.values import AccessPoint, StationStatus

__all__ = ["Wifi"]


class Wifi:
    """The module as a Wi-Fi station. Looking at it never raises; its methods tell when the dialect lacks it."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    async def scan(self, ssid: str | None = None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach, strongest first.

        Cancelled, the scan goes on in the module and its result is dropped.

        :param ssid: only networks of this name, 1 to 32 bytes.
        :raises Unsupported: the dialect has no Wi-Fi.
        """
        driver = self._core.require(self._core.driver.wifi, Capability.WIFI_SCAN)
        if ssid is not None:
            _check_ssid(ssid)
        found = await driver.scan(ssid)
        return tuple(sorted(found, key=lambda ap: -1000 if ap.rssi is None else ap.rssi, reverse=True))

    async def join(self, ssid: str, password: str | None = None, *, bssid: str | None = None) -> None:
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
        _check_ssid(ssid)
        if password is not None and len(password.encode("utf-8", "surrogateescape")) > 64:
            raise InvalidArgument("password", "at most 64 bytes")
        await driver.join(ssid, password, bssid)

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


def _check_ssid(ssid: str) -> None:
    if not 1 <= len(ssid.encode("utf-8", "surrogateescape")) <= 32:
        raise InvalidArgument("ssid", "1 to 32 bytes")
