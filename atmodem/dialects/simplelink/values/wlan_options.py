"""The rows that ``WlanSet`` writes and ``WlanGet`` reads."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ....wire.codecs import Bool, ListOf, OpenStrEnum, SecretText, Text
from ....wire.event import value
from ....wire.reply import One
from ....wire.secret import Secret
from ..codecs import ByteList, HexNumber, Mac, Number, Word
from ..options import Asking, Option, option
from .wlan import Security, WlanRole

__all__ = [
    "AccessList",
    "AccessListMode",
    "AccessListRequest",
    "ApAccessListAddMac",
    "ApAccessListDelIdx",
    "ApAccessListDelMac",
    "ApAccessListMode",
    "ApAccessListNumEntries",
    "ApChannel",
    "ApHiddenSsid",
    "ApMaxStaAging",
    "ApMaxStations",
    "ApPassword",
    "ApSecurity",
    "ApSecurityType",
    "ApSsid",
    "ApTransition",
    "ConnectionStatus",
    "GeneralApTxPower",
    "GeneralCountryCode",
    "GeneralDisableEntServerAuth",
    "GeneralInfoElement",
    "GeneralScanParams",
    "GeneralStaTxPower",
    "GeneralSuspendProfiles",
    "InfoElementRole",
    "P2pChannelNRegs",
    "P2pDevType",
    "RxFilterRemove",
    "RxFilterState",
    "RxFilterStore",
    "RxFilterSysState",
    "TriggeredRoaming",
    "WlanConnection",
    "WlanSetting",
    "WlanValue",
]


class ApSecurityType(OpenStrEnum):
    """Security of the device's own network."""

    OPEN = "open"
    WEP = "wep"
    WPA_WPA2 = "wpa_wpa2"


class AccessListMode(OpenStrEnum):
    """What the access list is for."""

    DISABLE = "disable"
    DENY_LIST = "deny_list"


class InfoElementRole(OpenStrEnum):
    """Where an information element is sent."""

    AP = "ap"
    P2P = "p2p"


class ConnectionStatus(OpenStrEnum):
    """What the device is connected to."""

    DISCONNECTED = "disconnected"
    STATION_CONNECTED = "station_connected"
    P2PCL_CONNECTED = "p2pcl_connected"
    P2PGO_CONNECTED = "p2pgo_connected"
    AP_CONNECTED_STATIONS = "ap_connected_stations"


class WlanSetting(Option):
    """The rows that ``WlanSet`` writes."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


class WlanValue(Option):
    """The rows that ``WlanGet`` reads."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


# The device's own network


@option("ap", "ssid")
class ApSsid(WlanSetting, WlanValue):
    """Name of the device's own network.

    :param ssid: at most 32 bytes.
    """

    ssid: str = value(Text(shortest=1, longest=32, free=True))


@option("ap", "channel")
class ApChannel(WlanSetting, WlanValue):
    """Channel of the device's own network.

    :param channel: 1 to 11.
    """

    channel: int = value(Number(1, 11))


@option("ap", "hidden_ssid")
class ApHiddenSsid(WlanSetting, WlanValue):
    """Whether the device's own network hides its name.

    :param mode: 0 no, 1 by an empty name, 2 by a name of as many zeros.
    """

    mode: int = value(Number(0, 2))


@option("ap", "security")
class ApSecurity(WlanSetting, WlanValue):
    """Security of the device's own network.

    :param security: its type.
    """

    security: ApSecurityType = value(Word(ApSecurityType))


@option("ap", "password")
class ApPassword(WlanSetting, WlanValue):
    """Password of the device's own network.

    :param password: at most 64 bytes; kept as a secret.
    """

    password: str | Secret[str] = value(SecretText(Text(longest=64, free=True)))


@option("ap", "max_stations")
class ApMaxStations(WlanSetting, WlanValue):
    """How many stations may join.

    :param stations: 1 to 4.
    """

    stations: int = value(Number(1, 4))


@option("ap", "max_sta_aging")
class ApMaxStaAging(WlanSetting, WlanValue):
    """After how long a silent station is dropped.

    :param seconds: the time.
    """

    seconds: int = value(Number(0, unit="s"))


@option("ap", "access_list_mode")
class ApAccessListMode(WlanSetting):
    """Whether the access list is used.

    :param mode: what it is for.
    """

    mode: AccessListMode = value(Word(AccessListMode))


@option("ap", "access_list_add_mac")
class ApAccessListAddMac(WlanSetting):
    """Add a station to the access list.

    :param mac: its address.
    """

    mac: str = value(Mac())


@option("ap", "access_list_del_mac")
class ApAccessListDelMac(WlanSetting):
    """Take a station off the access list.

    :param mac: its address.
    """

    mac: str = value(Mac())


@option("ap", "access_list_del_idx")
class ApAccessListDelIdx(WlanSetting):
    """Take an entry off the access list.

    :param index: its place.
    """

    index: int = value(Number(0))


@option("ap", "access_list_num_entries")
class ApAccessListNumEntries(WlanValue):
    """How long the access list is.

    :param entries: number of entries.
    """

    entries: int = value(Number())


@frozen(kw_only=True)
class AccessList:
    """Entries of the access list.

    :param macs: their addresses.
    """

    macs: tuple[str, ...] = value(ListOf(Mac(), ";"))


@option("access_list", answer=One(AccessList))
class AccessListRequest(Asking[AccessList], WlanValue):
    """The access list; ``WlanGet`` answers an :class:`AccessList`.

    :param index: place of the first entry to read.
    """

    index: int = value(Number(0))


# All roles


@option("general", "country_code")
class GeneralCountryCode(WlanSetting, WlanValue):
    """Country whose channels are used.

    :param code: ``US``, ``EU`` or ``JP``; two letters.
    """

    code: str = value(Text(shortest=2, longest=2))


@option("general", "sta_tx_power")
class GeneralStaTxPower(WlanSetting, WlanValue):
    """Power of transmission as a station.

    :param offset: dB below the most, 0 to 15.
    """

    offset: int = value(Number(0, 15))


@option("general", "ap_tx_power")
class GeneralApTxPower(WlanSetting, WlanValue):
    """Power of transmission as an access point.

    :param offset: dB below the most, 0 to 15.
    """

    offset: int = value(Number(0, 15))


@option("general", "info_element")
class GeneralInfoElement(WlanSetting):
    """An information element of the device's own beacons.

    :param index: its place.
    :param role: where it is sent.
    :param element_id: its number.
    :param oui1: first byte of the organisation's number.
    :param oui2: second byte.
    :param oui3: third byte.
    :param data: its text, at most 252 bytes.
    """

    index: int = value(Number(0))
    role: InfoElementRole = value(Word(InfoElementRole))
    element_id: int = value(Number(0, 255))
    oui1: int = value(Number(0, 255))
    oui2: int = value(Number(0, 255))
    oui3: int = value(Number(0, 255))
    data: str = value(Text(longest=252))


@option("general", "scan_params")
class GeneralScanParams(WlanSetting, WlanValue):
    """What a scan looks at.

    :param channel_mask: a bit for each channel; bit 0 is channel 1.
    :param rssi_threshold: weaker networks are left out; dBm.
    """

    channel_mask: int = value(HexNumber())
    rssi_threshold: int = value(HexNumber(signed=True))


@option("general", "suspend_profiles")
class GeneralSuspendProfiles(WlanSetting):
    """Profiles that are not connected to for the time being.

    :param mask: a bit for each profile.
    """

    mask: int = value(Number(0))


@option("general", "disable_ent_server_auth")
class GeneralDisableEntServerAuth(WlanSetting):
    """Whether an enterprise network need not prove who it is.

    :param disable: it need not.
    """

    disable: bool = value(Bool())


@option("p2p", "dev_type")
class P2pDevType(WlanSetting, WlanValue):
    """Type of the device in Wi-Fi Direct.

    :param type: such as ``1-0050F204-1``, at most 17 bytes.
    """

    type: str = value(Text(longest=17, free=True))


@option("p2p", "channel_n_regs")
class P2pChannelNRegs(WlanSetting, WlanValue):
    """Channels of Wi-Fi Direct.

    :param listen_channel: channel to listen on.
    :param listen_class: its regulatory class.
    :param channel: channel to work on.
    :param operating_class: its regulatory class.
    """

    listen_channel: int = value(Number(0))
    listen_class: int = value(Number(0))
    channel: int = value(Number(0))
    operating_class: int = value(Number(0))


@option("rx_filter", "state")
class RxFilterState(WlanSetting, WlanValue):
    """Which receive filters are on.

    :param bytes: a bit for each filter, 16 bytes.
    """

    bytes: tuple[int, ...] = value(ByteList(16))


@option("rx_filter", "sys_state")
class RxFilterSysState(WlanSetting, WlanValue):
    """Which of the system's receive filters are on.

    :param bytes: a bit for each filter, 4 bytes.
    """

    bytes: tuple[int, ...] = value(ByteList(4))


@option("rx_filter", "remove")
class RxFilterRemove(WlanSetting):
    """Remove receive filters.

    :param bytes: a bit for each filter, 16 bytes.
    """

    bytes: tuple[int, ...] = value(ByteList(16))


@option("rx_filter", "store", comma=True)
class RxFilterStore(WlanSetting):
    """Keep the receive filters over a restart."""


@option("network_assisted_roaming", "triggered_roaming")
class TriggeredRoaming(WlanSetting):
    """Whether the station looks for a better access point; development kit 7.10.

    :param enabled: it does.
    :param rssi_threshold: dBm below which it looks.
    """

    enabled: bool = value(Bool())
    rssi_threshold: int = value(Number())


@option("network_assisted_roaming", "ap_transition")
class ApTransition(WlanSetting):
    """Whether an access point may send the station to another one; development kit 7.10.

    :param enabled: it may.
    """

    enabled: bool = value(Bool())


@option("connection", "")
class WlanConnection(WlanValue):
    """What the device is connected to.

    :param role: what it is in its network.
    :param status: what it is connected to.
    :param security: security of the network.
    :param ssid: name of the network.
    :param bssid: address of the access point.
    :param device: name of the other device; in Wi-Fi Direct only.
    """

    role: WlanRole = value(Word(WlanRole))
    status: ConnectionStatus = value(Word(ConnectionStatus))
    security: Security | None = value(Word(Security), default=None)
    ssid: str | None = value(Text(free=True), default=None)
    bssid: str | None = value(Mac(), default=None)
    device: str | None = value(Text(), default=None)
