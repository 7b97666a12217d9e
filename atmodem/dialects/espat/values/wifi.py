"""Values of the commands about Wi-Fi."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import Bitmask, Choice, Int, Ip, Mac, OpenIntEnum, Quoting, SecretText, Text
from ....wire.event import value
from ....wire.secret import Secret

__all__ = [
    "AccessPoint",
    "AuthMode",
    "Band",
    "Bandwidth",
    "Country",
    "CountryPolicy",
    "DhcpPool",
    "DhcpState",
    "EapMethod",
    "EapSecurity",
    "EapWpa",
    "EnterpriseNetwork",
    "InterfaceBandwidth",
    "JoinedNetwork",
    "Netifs",
    "PmfPolicy",
    "Protocols2G",
    "Protocols5G",
    "ReconnectPolicy",
    "RunningInterfaces",
    "ScanFields",
    "ScanMode",
    "SmartConfigType",
    "SoftApSecurity",
    "SoftApStation",
    "StationState",
    "StationStatus",
    "WifiBand",
    "WifiMode",
    "WifiRole",
    "WifiScanType",
]


class WifiMode(OpenIntEnum):
    """Which Wi-Fi interfaces run."""

    NULL = 0
    STATION = 1
    SOFTAP = 2
    STATION_SOFTAP = 3


class StationState(OpenIntEnum):
    """How far the station is.

    ``NEVER_JOINED``: nothing was tried since the start. ``ASSOCIATED``: joined, without an IPv4 address.
    ``GOT_IP``: joined, with one. ``JOINING``: at it, or at it again. ``DISCONNECTED``: left or lost.
    """

    NEVER_JOINED = 0
    ASSOCIATED = 1
    GOT_IP = 2
    JOINING = 3
    DISCONNECTED = 4


class AuthMode(OpenIntEnum):
    """How an access point secures its network."""

    OPEN = 0
    WEP = 1
    WPA_PSK = 2
    WPA2_PSK = 3
    WPA_WPA2_PSK = 4
    WPA2_ENTERPRISE = 5
    WPA3_PSK = 6
    WPA2_WPA3_PSK = 7
    WAPI_PSK = 8
    OWE = 9
    WPA3_ENT_192 = 10
    WPA3_EXT_PSK = 11
    WPA3_EXT_PSK_MIXED_MODE = 12
    DPP = 13
    WPA3_ENTERPRISE = 14
    WPA2_WPA3_ENTERPRISE = 15


class SoftApSecurity(OpenIntEnum):
    """How the own access point secures its network; newer firmware knows more than these."""

    OPEN = 0
    WPA_PSK = 2
    WPA2_PSK = 3
    WPA_WPA2_PSK = 4


class ScanMode(OpenIntEnum):
    """Which access point of a name is taken: the first that is found, or the strongest."""

    FAST = 0
    ALL_CHANNELS = 1


class WifiScanType(OpenIntEnum):
    """Whether a scan asks or only listens."""

    ACTIVE = 0
    PASSIVE = 1


class PmfPolicy(enum.IntFlag):
    """Protection of management frames."""

    CAPABLE = 1
    REQUIRED = 2


class ScanFields(enum.IntFlag):
    """Fields of an access point that a scan prints."""

    ECN = 1
    SSID = 2
    RSSI = 4
    MAC = 8
    CHANNEL = 16
    FREQ_OFFSET = 32
    FREQCAL_VAL = 64
    PAIRWISE_CIPHER = 128
    GROUP_CIPHER = 256
    WIFI_PROTOCOL = 512
    WPS = 1024


class Netifs(enum.IntFlag):
    """Network interfaces, as a set."""

    STATION = 1
    SOFTAP = 2
    ETHERNET = 4


class WifiRole(OpenIntEnum):
    """One Wi-Fi interface."""

    STATION = 0
    SOFTAP = 1


class Protocols2G(enum.IntFlag):
    """802.11 standards at 2.4 GHz."""

    B = 1
    G = 2
    N = 4
    LR = 8
    AX = 16


class Protocols5G(enum.IntFlag):
    """802.11 standards at 5 GHz."""

    N = 4
    AX = 16
    A = 32
    AC = 64


class Bandwidth(OpenIntEnum):
    """Bandwidth of a channel; ``KEEP`` leaves it as it is, or tells that the band is not there."""

    KEEP = 0
    MHZ_20 = 1
    MHZ_40 = 2


class WifiBand(OpenIntEnum):
    """Bands in use."""

    BAND_2G = 1
    BAND_5G = 2
    DUAL = 3


class CountryPolicy(OpenIntEnum):
    """Whether the country is taken over from the access point."""

    FOLLOW_AP = 0
    FIXED = 1


class EapMethod(OpenIntEnum):
    """Method of an enterprise login."""

    TLS = 0
    PEAP = 1
    TTLS = 2


class EapSecurity(enum.IntFlag):
    """Certificates of an enterprise login."""

    CLIENT_CERT = 1
    VERIFY_CA = 2


class EapWpa(OpenIntEnum):
    """Generation of WPA of an enterprise network."""

    WPA2 = 0
    WPA3 = 1
    WPA3_192 = 2


class SmartConfigType(OpenIntEnum):
    """Protocol by which a phone tells the network."""

    ESPTOUCH = 1
    AIRKISS = 2
    ESPTOUCH_AIRKISS = 3
    ESPTOUCH_V2 = 4


@frozen(kw_only=True)
class RunningInterfaces:
    """Which Wi-Fi interfaces run."""

    mode: WifiMode = value(Choice(WifiMode))


@frozen(kw_only=True)
class StationStatus:
    """What the station does.

    :param state: how far it is.
    :param ssid: name of its network; empty when there is none.
    """

    state: StationState = value(Choice(StationState))
    ssid: str = value(Text(Quoting.ALWAYS, free=True))


@frozen(kw_only=True)
class JoinedNetwork:
    """The network that is joined; old firmware tells only the first four.

    :param ssid: its name.
    :param bssid: address of the access point.
    :param channel: its channel.
    :param rssi: its signal in dBm.
    :param pci_en: weakest security that is accepted (up to 5.0: 1 refuses open networks and WEP).
    :param reconnect_interval_s: seconds between attempts to join again; 0 never.
    :param listen_interval: beacons between two that are listened to in modem sleep.
    :param scan_mode: which access point of the name was taken.
    :param pmf: protection of management frames, as bits.
    """

    ssid: str = value(Text(Quoting.ALWAYS, free=True))
    bssid: str = value(Mac(quoting=Quoting.ALWAYS))
    channel: int = value(Int(0))
    rssi: int = value(Int())
    pci_en: int | None = value(Int(0), default=None)
    reconnect_interval_s: int | None = value(Int(0), default=None)
    listen_interval: int | None = value(Int(0), default=None)
    scan_mode: ScanMode | None = value(Choice(ScanMode), default=None)
    pmf: PmfPolicy | None = value(Bitmask(PmfPolicy), default=None)


@frozen(kw_only=True)
class ReconnectPolicy:
    """How the station tries again after losing its network.

    :param interval_s: seconds between attempts; 0 never.
    :param repeat_count: how many; 0 for ever.
    """

    interval_s: int = value(Int(0))
    repeat_count: int = value(Int(0))


@frozen(kw_only=True)
class AccessPoint:
    """An access point that a scan has found; which fields are there depends on AT+CWLAPOPT and the firmware.

    :param ecn: its security.
    :param ssid: its name; empty when it hides it.
    :param rssi: its signal in dBm.
    :param mac: its address.
    :param channel: its channel.
    :param freq_offset: offset of its frequency in kHz; -1 unknown.
    :param freqcal_val: calibration value of its frequency; -1 unknown.
    :param pairwise_cipher: number of its pairwise cipher.
    :param group_cipher: number of its group cipher.
    :param wifi_protocol: its 802.11 standards as bits: 1 b, 2 g, 4 n, 16 ax.
    :param wps: 1 when it offers WPS.
    """

    ecn: AuthMode | None = value(Choice(AuthMode), default=None)
    ssid: str | None = value(Text(Quoting.ALWAYS, free=True), default=None)
    rssi: int | None = value(Int(), default=None)
    mac: str | None = value(Mac(quoting=Quoting.ALWAYS), default=None)
    channel: int | None = value(Int(0), default=None)
    freq_offset: int | None = value(Int(), default=None)
    freqcal_val: int | None = value(Int(), default=None)
    pairwise_cipher: int | None = value(Int(0), default=None)
    group_cipher: int | None = value(Int(0), default=None)
    wifi_protocol: int | None = value(Int(0), default=None)
    wps: int | None = value(Int(0), default=None)


@frozen(kw_only=True)
class SoftApStation:
    """A station in the own access point.

    :param ip: address that the own DHCP server gave it.
    :param mac: its hardware address.
    """

    ip: str = value(Ip())
    mac: str = value(Mac())


@frozen(kw_only=True)
class DhcpState:
    """The interfaces on which DHCP is on."""

    state: Netifs = value(Bitmask(Netifs))


@frozen(kw_only=True)
class DhcpPool:
    """Address pool of the own DHCP server.

    :param lease_min: minutes of a lease.
    :param start_ip: first address.
    :param end_ip: last address.
    """

    lease_min: int = value(Int(0))
    start_ip: str = value(Ip())
    end_ip: str = value(Ip())


@frozen(kw_only=True)
class Band:
    """The bands in use."""

    band_mode: WifiBand = value(Choice(WifiBand))


@frozen(kw_only=True)
class Country:
    """Country and channels at 2.4 GHz.

    :param policy: whether the country is taken over from the access point.
    :param country_code: two letters of ISO 3166-1.
    :param start_channel: first channel.
    :param channel_count: how many channels.
    """

    policy: CountryPolicy = value(Choice(CountryPolicy))
    country_code: str = value(Text(Quoting.ALWAYS))
    start_channel: int = value(Int(0))
    channel_count: int = value(Int(0))


@frozen(kw_only=True)
class InterfaceBandwidth:
    """Bandwidth of one interface.

    :param netif: the interface.
    :param bandwidth_2g: at 2.4 GHz.
    :param bandwidth_5g: at 5 GHz.
    """

    netif: WifiRole = value(Choice(WifiRole))
    bandwidth_2g: Bandwidth = value(Choice(Bandwidth))
    bandwidth_5g: Bandwidth | None = value(Choice(Bandwidth), default=None)


@frozen(kw_only=True)
class EnterpriseNetwork:
    """The enterprise login that is stored.

    :param ssid: name of the network.
    :param method: the method.
    :param identity: identity of the outer phase.
    :param username: name of the inner phase.
    :param password: password of the inner phase.
    :param security: the certificates in use.
    """

    ssid: str = value(Text(Quoting.ALWAYS, free=True))
    method: EapMethod = value(Choice(EapMethod))
    identity: str = value(Text(Quoting.ALWAYS))
    username: str = value(Text(Quoting.ALWAYS))
    password: Secret[str] = value(SecretText(Text(Quoting.ALWAYS)))
    security: EapSecurity = value(Bitmask(EapSecurity))
