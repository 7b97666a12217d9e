"""Wi-Fi: the station, its networks, the radio."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Int, Mac, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, Maybe, One
from ....wire.script import Meaning, Script
from ....wire.secret import Secret
from ..values.wifi import (
    AccessPoint,
    AuthMode,
    Band,
    Bandwidth,
    Country,
    CountryPolicy,
    EapMethod,
    EapSecurity,
    EapWpa,
    EnterpriseNetwork,
    InterfaceBandwidth,
    JoinedNetwork,
    PmfPolicy,
    Protocols2G,
    Protocols5G,
    ReconnectPolicy,
    RunningInterfaces,
    ScanFields,
    ScanMode,
    StationStatus,
    WifiBand,
    WifiMode,
    WifiRole,
    WifiScanType,
)
from .limits import beyond

__all__ = [
    "CWAUTOCONN",
    "CWBANDMODE",
    "CWBANDWIDTH",
    "CWCONFIG",
    "CWCOUNTRY",
    "CWHOSTNAME",
    "CWINIT",
    "CWJAP",
    "CWJEAP",
    "CWLAP",
    "CWLAPOPT",
    "CWMODE",
    "CWQAP",
    "CWRECONNCFG",
    "CWSTAPROTO",
    "CWSTATE",
]

_SECTION = "Wi-Fi AT Commands"

_SSID = Text(Quoting.ALWAYS, longest=32)
_MAC = Mac(quoting=Quoting.ALWAYS)

_JOIN_FAILURES = {
    "1": Meaning("JOIN_TIMEOUT", "timeout", "the access point may be too far away"),
    "2": Meaning("WRONG_PASSWORD", "wrong password"),
    "3": Meaning("NO_SUCH_NETWORK", "no such network"),
    "4": Meaning("CONNECT_FAILED", "connect failed"),
    "Timeout": Meaning("JOIN_TIMEOUT", "timeout", "the access point or its server may be out of reach"),
}

#: Names are not escaped in the answer, so that each number of fields has a form of its own.
_JOINED = Maybe(
    JoinedNetwork,
    "<ssid>,<bssid>,<channel>,<rssi>,<pci_en>,<reconnect_interval_s>,<listen_interval>,<scan_mode>,<pmf>",
    variants=(
        "<ssid>,<bssid>,<channel>,<rssi>,<pci_en>,<reconnect_interval_s>,<listen_interval>,<scan_mode>",
        "<ssid>,<bssid>,<channel>,<rssi>,<pci_en>,<reconnect_interval_s>,<listen_interval>",
        "<ssid>,<bssid>,<channel>,<rssi>,<pci_en>,<reconnect_interval_s>",
        "<ssid>,<bssid>,<channel>,<rssi>,<pci_en>",
        "<ssid>,<bssid>,<channel>,<rssi>",
    ),
)


@command("CWMODE", timeout=5, section=_SECTION, evidence=Evidence.RUN)
class CWMODE(Command[None]):
    """Choose which Wi-Fi interfaces run; ``query()`` tells it. Stored while SYSSTORE is on.

    :param mode: station, own access point, both, or none.
    :param auto_connect: join the stored network at once, when the station runs; yes unless given.
    :raises CommandError: ``0x01070001`` for a mode that the chip does not have.

    Source: Wi-Fi AT Commands, AT+CWMODE.
    """

    mode: WifiMode = param(Choice(WifiMode))
    auto_connect: bool | None = param(Bool(), default=None)
    query: ClassVar[QueryForm[RunningInterfaces]] = QueryForm(One(RunningInterfaces))


@command("CWSTATE", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWSTATE(Command[None]):
    """Ask what the station does, from 2.2; ``query()`` returns its state and the name of its network.

    :raises CommandError: while the station is off.

    Source: Wi-Fi AT Commands, AT+CWSTATE.
    """

    query: ClassVar[QueryForm[StationStatus]] = QueryForm(One(StationStatus))


@command(
    "CWJAP",
    timeout=20,
    section=_SECTION,
    execute=True,
    script=Script(causes=(rb"\+CWJAP:(-?\d+)",), meanings=_JOIN_FAILURES),
    evidence=Evidence.RUN,
)
class CWJAP(Command[None]):
    """Join an access point; without anything, the stored one. Stored while SYSSTORE is on.

    :class:`WifiConnected` and :class:`WifiGotIp` come before the answer; IPv6 addresses may come later. ``query()``
    returns the network that is joined, or None. A cancelled call leaves the module joining.

    :param ssid: name of the network, up to 32 bytes.
    :param password: its password, up to 64 bytes; empty for an open network.
    :param bssid: address of the access point, where several have the name.
    :param auth_threshold: weakest security that is accepted. Up to 5.0 this is 0 for any, and 1 to refuse open
        networks and WEP.
    :param reconnect_interval_s: seconds between attempts after a loss, 0 to 7200; 0 never; 1 unless given.
    :param listen_interval: beacons between two that are listened to in modem sleep, 1 to 100; 3 unless given.
    :param scan_mode: which access point of the name is taken.
    :param timeout_s: how long the module tries, 3 to 600 seconds; 15 unless given.
    :param pmf: protection of management frames.
    :raises CommandError: ``JOIN_TIMEOUT``, ``WRONG_PASSWORD``, ``NO_SUCH_NETWORK`` or ``CONNECT_FAILED``; or another
        number without a name.

    Source: Wi-Fi AT Commands, AT+CWJAP.
    """

    ssid: str | None = param(_SSID, default=None)
    password: str | Secret[str] | None = param(SecretText(Text(Quoting.ALWAYS, longest=64)), default=None)
    bssid: str | None = param(_MAC, default=None)
    auth_threshold: AuthMode | None = param(Choice(AuthMode), default=None)
    reconnect_interval_s: int | None = param(Int(0, 7200, "s"), default=None)
    listen_interval: int | None = param(Int(1, 100), default=None)
    scan_mode: ScanMode | None = param(Choice(ScanMode), default=None)
    timeout_s: int | None = param(Int(3, 600, "s"), default=None)
    pmf: PmfPolicy | None = param(Bitmask(PmfPolicy), default=None)
    query: ClassVar[QueryForm[JoinedNetwork | None]] = QueryForm(_JOINED, timeout=3)

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return _join_limit(self.timeout_s)


@command("CWRECONNCFG", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWRECONNCFG(Command[None]):
    """Set how the station tries again after losing its network, from 2.2; ``query()`` reads it.

    Stored while SYSSTORE is on; AT+CWJAP sets the interval as well.

    :param interval_s: seconds between attempts, 0 to 7200; 0 never.
    :param repeat_count: how many attempts, 0 to 1000; 0 for ever.
    :param reconnect_now: begin at once (from 5.1).
    :raises CommandError: while the station is off.

    Source: Wi-Fi AT Commands, AT+CWRECONNCFG.
    """

    interval_s: int = param(Int(0, 7200, "s"))
    repeat_count: int = param(Int(0, 1000))
    reconnect_now: bool | None = param(Bool(), default=None)
    query: ClassVar[QueryForm[ReconnectPolicy]] = QueryForm(One(ReconnectPolicy))


@command(
    "CWLAP",
    timeout=15,
    section=_SECTION,
    execute=True,
    reply=Many(AccessPoint, "(<*>)"),
    evidence=Evidence.RUN,
)
class CWLAP(Command[tuple[AccessPoint, ...]]):
    """Scan for access points; without anything, for all of them.

    Which fields are told depends on AT+CWLAPOPT and on the firmware.

    :param ssid: only those of this name.
    :param mac: only the one of this address.
    :param channel: only those on this channel.
    :param scan_type: ask, or only listen.
    :param scan_time_min_ms: least time on a channel, 0 to 1500 milliseconds.
    :param scan_time_max_ms: most time on a channel, 0 to 1500 milliseconds.
    :param channels_2g: channels at 2.4 GHz, as bits.
    :param channels_5g: channels at 5 GHz, as bits (ESP32-C5).
    :returns: what was found; nothing is no error.
    :raises CommandError: while the station is off or joins.

    Source: Wi-Fi AT Commands, AT+CWLAP.
    """

    ssid: str | None = param(_SSID, default=None)
    mac: str | None = param(_MAC, default=None)
    channel: int | None = param(Int(0), default=None)
    scan_type: WifiScanType | None = param(Choice(WifiScanType), default=None)
    scan_time_min_ms: int | None = param(Int(0, 1500, "ms"), default=None)
    scan_time_max_ms: int | None = param(Int(0, 1500, "ms"), default=None)
    channels_2g: int | None = param(Int(0), default=None)
    channels_5g: int | None = param(Int(0), default=None)


@command("CWLAPOPT", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWLAPOPT(Command[None]):
    """Choose which fields and which access points a scan tells. Lost at a restart.

    :param sort: 1 sorts by signal in some firmware.
    :param print_mask: the fields.
    :param rssi_filter: weakest signal that is told, -100 to 40 dBm.
    :param authmode_mask: securities that are told: bit n for number n of :class:`AuthMode`.
    :raises CommandError: for a mask that the firmware does not know.

    Source: Wi-Fi AT Commands, AT+CWLAPOPT.
    """

    sort: int | None = param(Int(0, 1), default=None)
    print_mask: ScanFields = param(Bitmask(ScanFields))
    rssi_filter: int | None = param(Int(-100, 40, "dBm"), default=None)
    authmode_mask: int | None = param(Int(0, 0xFFFF), default=None)


@command("CWQAP", timeout=5, section=_SECTION, evidence=Evidence.RUN)
class CWQAP(Command[None]):
    """Leave the access point; :class:`WifiDisconnect` follows when one was joined.

    :raises CommandError: while the station is off.

    Source: Wi-Fi AT Commands, AT+CWQAP.
    """


@command("CWSTAPROTO", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWSTAPROTO(Setting):
    """Choose the 802.11 standards of the station, from 2.1; ``query()`` reads them. Stored while SYSSTORE is on.

    :param protocol_2g: at 2.4 GHz.
    :param protocol_5g: at 5 GHz (ESP32-C5).
    :raises CommandError: for a set that the chip does not have.

    Source: Wi-Fi AT Commands, AT+CWSTAPROTO.
    """

    glued: ClassVar[bool] = True
    protocol_2g: Protocols2G = param(Bitmask(Protocols2G))
    protocol_5g: Protocols5G | None = param(Bitmask(Protocols5G), default=None)


@command("CWAUTOCONN", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWAUTOCONN(Setting):
    """Join the stored network after each start, or do not; ``query()`` reads it. Stored always.

    :param enable: whether it is joined; yes from the factory.
    :raises CommandError: when it cannot be stored.

    Source: Wi-Fi AT Commands, AT+CWAUTOCONN.
    """

    glued: ClassVar[bool] = True
    enable: bool = param(Bool())


@command("CWHOSTNAME", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWHOSTNAME(Setting):
    """Set the host name of the station; ``query()`` reads it. Lost at a restart.

    :param hostname: up to 32 bytes.
    :raises CommandError: while the station is off.

    Source: Wi-Fi AT Commands, AT+CWHOSTNAME.
    """

    hostname: str = param(Text(Quoting.ALWAYS, longest=32, free=True), answer_quoting=Quoting.NEVER)


@command("CWCOUNTRY", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWCOUNTRY(Command[None]):
    """Set country and channels, from 2.1; ``query()`` tells them. Lost at a restart.

    :param policy: take the country over from the access point, or keep this one.
    :param country_code: two letters of ISO 3166-1, up to 3 bytes.
    :param start_channel: first channel, 1 to 14.
    :param channel_count: how many channels.
    :param channels_5g: channels at 5 GHz, as bits (ESP32-C5).
    :raises CommandError: for a country or channels that the chip does not have.

    Source: Wi-Fi AT Commands, AT+CWCOUNTRY.
    """

    policy: CountryPolicy = param(Choice(CountryPolicy))
    country_code: str = param(Text(Quoting.ALWAYS, longest=3))
    start_channel: int = param(Int(1, 14))
    channel_count: int = param(Int(0))
    channels_5g: int | None = param(Int(0), default=None)
    query: ClassVar[QueryForm[Country]] = QueryForm(One(Country))


@command("CWINIT", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CWINIT(Setting):
    """Load or unload the Wi-Fi driver, from 3.2; ``query()`` reads it. Loaded after every start.

    :param init: it is loaded; without it other Wi-Fi commands fail and much RAM is free.
    :raises CommandError: while links are open.

    Source: Wi-Fi AT Commands, AT+CWINIT.
    """

    init: bool = param(Bool())


@command("CWBANDMODE", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CWBANDMODE(Command[None]):
    """Choose the Wi-Fi bands, from 5.0 on ESP32-C5; ``query()`` reads them. Stored while SYSSTORE is on.

    :param band_mode: the bands.
    :param auto_connect: join the stored network at once; yes unless given.
    :raises CommandError: ``0x01090000`` on other chips.

    Source: Wi-Fi AT Commands, AT+CWBANDMODE.
    """

    band_mode: WifiBand = param(Choice(WifiBand))
    auto_connect: bool | None = param(Bool(), default=None)
    query: ClassVar[QueryForm[Band]] = QueryForm(One(Band))


@command("CWBANDWIDTH", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWBANDWIDTH(Command[None]):
    """Choose the bandwidth of channels, from 4.1; ``query()`` returns it for both interfaces.

    Stored while SYSSTORE is on.

    :param netif: the interface.
    :param bandwidth_2g: at 2.4 GHz.
    :param bandwidth_5g: at 5 GHz.
    :raises CommandError: while the interface is off.

    Source: Wi-Fi AT Commands, AT+CWBANDWIDTH.
    """

    netif: WifiRole = param(Choice(WifiRole))
    bandwidth_2g: Bandwidth = param(Choice(Bandwidth))
    bandwidth_5g: Bandwidth | None = param(Choice(Bandwidth), default=None)
    query: ClassVar[QueryForm[tuple[InterfaceBandwidth, ...]]] = QueryForm(Many(InterfaceBandwidth))


@command("CWCONFIG", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CWCONFIG(Setting):
    """Set times of inactivity, from 4.1; ``query()`` reads them. Stored while SYSSTORE is on.

    :param ap_inactive_s: seconds after which the own access point drops a silent station, 10 to 3600.
    :param sta_inactive_s: seconds after which the station drops a silent access point, 3 to 600.
    :param listen_interval: beacons between two that are listened to in modem sleep, 1 to 100.
    :raises CommandError: while the interface is off.

    Source: Wi-Fi AT Commands, AT+CWCONFIG.
    """

    ap_inactive_s: int | None = param(Int(10, 3600, "s"), default=None)
    sta_inactive_s: int | None = param(Int(3, 600, "s"), default=None)
    listen_interval: int | None = param(Int(1, 100), default=None)


@command(
    "CWJEAP",
    timeout=20,
    section=_SECTION,
    script=Script(causes=(rb"\+CWJEAP:(-?\w+)",), meanings=_JOIN_FAILURES),
    evidence=Evidence.DOCUMENTATION,
)
class CWJEAP(Command[None]):
    """Join an enterprise network, from 2.1; not in every firmware. Stored while SYSSTORE is on.

    Its certificates stand in the manufacturing store. ``query()`` returns the login that is stored. A cancelled call
    leaves the module joining.

    :param ssid: name of the network, up to 32 bytes.
    :param method: the method.
    :param identity: identity of the outer phase, up to 32 bytes.
    :param username: name of the inner phase (PEAP, TTLS), up to 32 bytes.
    :param password: password of the inner phase, up to 32 bytes.
    :param security: the certificates in use.
    :param timeout_s: how long the module tries, 3 to 600 seconds; 15 unless given.
    :param rssi: weakest signal that is accepted, -128 to 127 dBm.
    :param bssid: address of the access point, where several have the name.
    :param channel: its channel.
    :param scan_mode: which access point of the name is taken.
    :param auth_mode: generation of WPA.
    :raises CommandError: ``JOIN_TIMEOUT``, or ``EAP_…`` by the codes from 0x010a8001 on.

    Source: Wi-Fi AT Commands, AT+CWJEAP.
    """

    ssid: str = param(_SSID)
    method: EapMethod = param(Choice(EapMethod))
    identity: str = param(Text(Quoting.ALWAYS, longest=32))
    username: str | None = param(Text(Quoting.ALWAYS, longest=32), default=None)
    password: str | Secret[str] | None = param(SecretText(Text(Quoting.ALWAYS, longest=32)), default=None)
    security: EapSecurity = param(Bitmask(EapSecurity))
    timeout_s: int | None = param(Int(3, 600, "s"), default=None)
    rssi: int | None = param(Int(-128, 127, "dBm"), default=None)
    bssid: str | None = param(_MAC, default=None)
    channel: int | None = param(Int(0), default=None)
    scan_mode: ScanMode | None = param(Choice(ScanMode), default=None)
    auth_mode: EapWpa | None = param(Choice(EapWpa), default=None)
    query: ClassVar[QueryForm[EnterpriseNetwork | None]] = QueryForm(Maybe(EnterpriseNetwork), timeout=3)

    def time_limit(self) -> float:
        """The module's own limit and a margin."""
        return _join_limit(self.timeout_s)


def _join_limit(timeout_s: int | None) -> float:
    return beyond(20, None if timeout_s is None else timeout_s * 1000)
