"""Values that mean the same whatever the module."""

from __future__ import annotations

import enum

from attrs import frozen

__all__ = ["AccessPoint", "Security", "StationStatus"]


class Security(enum.Enum):
    """How a network is protected."""

    OPEN = "open"
    WEP = "wep"
    WPA = "wpa"
    WPA2 = "wpa2"
    WPA_WPA2 = "wpa/wpa2"
    WPA3 = "wpa3"
    WPA2_WPA3 = "wpa2/wpa3"
    ENTERPRISE = "enterprise"
    OTHER = "other"


@frozen(kw_only=True)
class AccessPoint:
    """A network that a scan has found. What the module does not tell is None.

    :param ssid: its name; bytes that are not UTF-8 are surrogate escapes; empty for a hidden network.
    :param rssi: signal in dBm.
    :param channel: its channel.
    :param bssid: its hardware address as ``aa:bb:cc:dd:ee:ff``.
    :param security: how it is protected.
    """

    ssid: str
    rssi: int | None = None
    channel: int | None = None
    bssid: str | None = None
    security: Security | None = None


@frozen(kw_only=True)
class StationStatus:
    """The state of the station. What the module does not tell is None.

    :param joined: associated with an access point.
    :param ssid: its name.
    :param bssid: its hardware address.
    :param channel: its channel.
    :param rssi: signal in dBm.
    :param address: own IPv4 address.
    :param gateway: IPv4 address of the gateway.
    :param netmask: IPv4 netmask.
    """

    joined: bool
    ssid: str | None = None
    bssid: str | None = None
    channel: int | None = None
    rssi: int | None = None
    address: str | None = None
    gateway: str | None = None
    netmask: str | None = None
