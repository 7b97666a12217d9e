"""Values of Wi-Fi: networks, the station, the module's own access point, and how it is told what to join."""

from __future__ import annotations

import enum

from attrs import field, frozen

from ...wire.secret import Secret
from .network import Ipv4Settings

__all__ = [
    "AccessPoint",
    "EapMethod",
    "EnterpriseSettings",
    "ProvisioningMethod",
    "Security",
    "SoftApSettings",
    "SoftApStatus",
    "Station",
    "StationStatus",
]


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


class EapMethod(enum.Enum):
    """How a station proves itself to an enterprise network."""

    TLS = "tls"
    PEAP = "peap"
    TTLS = "ttls"


@frozen(kw_only=True)
class EnterpriseSettings:
    """What joining an enterprise network takes.

    :param ssid: name of the network, 1 to 32 bytes.
    :param method: the outer method.
    :param identity: the outer, anonymous identity.
    :param username: the inner user, for PEAP and TTLS.
    :param password: the user's password.
    :param verify: check the server's certificate against the stored authority.
    :param client_certificate: show the stored client certificate; TLS always does.
    """

    ssid: str
    method: EapMethod
    identity: str = ""
    username: str = ""
    password: str | Secret[str] = field(default="", repr=False)
    verify: bool = True
    client_certificate: bool = False


@frozen(kw_only=True)
class SoftApSettings:
    """The module's own access point.

    :param ssid: its name, 1 to 32 bytes.
    :param password: 8 to 63 bytes; None for an open network.
    :param security: how it is protected; None for the module's best with a password.
    :param channel: 1 to 14; None leaves the choice to the module.
    :param hidden: do not tell the name.
    :param stations: most stations at a time; None for the module's limit.
    :param ipv4: own address; None leaves it as it is.
    """

    ssid: str
    password: str | Secret[str] | None = field(default=None, repr=False)
    security: Security | None = None
    channel: int | None = None
    hidden: bool = False
    stations: int | None = None
    ipv4: Ipv4Settings | None = None


@frozen(kw_only=True)
class SoftApStatus:
    """The state of the module's own access point. What the module does not tell is None.

    :param running: stations can join it.
    :param ssid: its name.
    :param channel: its channel.
    :param address: the module's IPv4 address in it.
    """

    running: bool
    ssid: str | None = None
    channel: int | None = None
    address: str | None = None


@frozen(kw_only=True)
class Station:
    """A station in the module's own access point.

    :param mac: its hardware address as ``aa:bb:cc:dd:ee:ff``.
    :param address: its IPv4 address, or None while it has none or the module does not tell.
    """

    mac: str
    address: str | None = None


class ProvisioningMethod(enum.Enum):
    """How a phone or a button tells the module what to join. Each is the capability ``provisioning.<value>``."""

    #: Whatever phone protocols the module listens to at once.
    SMARTCONFIG = "smartconfig"
    ESPTOUCH = "esptouch"
    ESPTOUCH_V2 = "esptouch_v2"
    AIRKISS = "airkiss"
    EASYLINK = "easylink"
    ALIBABA = "alibaba"
    #: A page or app behind an access point of the module.
    ACCESS_POINT = "access_point"
    WPS_BUTTON = "wps_button"
    WPS_PIN = "wps_pin"
    BLUFI = "blufi"
