"""What ``Get`` and ``Set`` read and write: status flags, version, clock, identity."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Hex, ListOf, OpenStrEnum, Text
from ....wire.event import value
from ..codecs import Number, Words
from ..options import Option, option

__all__ = [
    "BsdStatus",
    "DeviceSetting",
    "DeviceStatus",
    "DeviceValue",
    "GeneralPersistent",
    "GeneralTime",
    "GeneralVersion",
    "IotUdid",
    "NetAppStatus",
    "StatusBsd",
    "StatusDevice",
    "StatusFs",
    "StatusNetApp",
    "StatusNetCfg",
    "StatusWlan",
    "WlanStatus",
]


class DeviceStatus(OpenStrEnum):
    """Events of the device that were dropped."""

    GENERAL_ERROR = "general_error"


class WlanStatus(OpenStrEnum):
    """Events of the WLAN that were dropped."""

    CONNECTED_RESPONSE = "wlanasynconnectedresponse"
    DISCONNECTED_RESPONSE = "wlanasyncdisconnectedresponse"
    STA_CONNECTED = "sta_connected"
    STA_DISCONNECTED = "sta_disconnected"
    P2P_DEV_FOUND = "p2p_dev_found"
    CONNECTION_FAILED = "connection_failed"
    P2P_NEG_REQ_RECEIVED = "p2p_neg_req_received"
    RX_FILTERS = "rx_filters"
    WLAN_STA_CONNECTED = "wlan_sta_connected"


class BsdStatus(OpenStrEnum):
    """Events of the sockets that were dropped."""

    TX_FAILED = "tx_failed"


class NetAppStatus(OpenStrEnum):
    """Events of the network applications that were dropped."""

    IP_ACQUIRED = "ipacquired"
    IP_ACQUIRED_V6 = "ipacquired_v6"
    IP_LEASED = "ip_leased"
    IP_RELEASED = "ip_released"
    IPV4_LOST = "ipv4_lost"
    DHCP_ACQUIRE_TIMEOUT = "dhcp_acquire_timeout"
    IP_COLLISION = "ip_collision"
    IPV6_LOST = "ipv6_lost"


class DeviceSetting(Option):
    """The rows that ``Set`` writes."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


class DeviceValue(Option):
    """The rows that ``Get`` reads."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("status", "device")
class StatusDevice(DeviceValue):
    """Which events of the device were dropped; reading probably clears them.

    :param flags: the events.
    """

    flags: tuple[DeviceStatus, ...] = value(Words(DeviceStatus))


@option("status", "wlan")
class StatusWlan(DeviceValue):
    """Which events of the WLAN were dropped; reading probably clears them.

    :param flags: the events.
    """

    flags: tuple[WlanStatus, ...] = value(Words(WlanStatus))


@option("status", "bsd")
class StatusBsd(DeviceValue):
    """Which events of the sockets were dropped; reading probably clears them.

    :param flags: the events.
    """

    flags: tuple[BsdStatus, ...] = value(Words(BsdStatus))


@option("status", "netapp")
class StatusNetApp(DeviceValue):
    """Which events of the network applications were dropped; reading probably clears them.

    :param flags: the events.
    """

    flags: tuple[NetAppStatus, ...] = value(Words(NetAppStatus))


@option("status", "netcfg")
class StatusNetCfg(DeviceValue):
    """A row that the core knows and always refuses with ``PARAMETER_MISSING``."""


@option("status", "fs")
class StatusFs(DeviceValue):
    """A row that the core knows and always refuses with ``PARAMETER_MISSING``."""


@option("general", "version")
class GeneralVersion(DeviceValue):
    """Versions of chip and firmware.

    :param chip_id: number of the chip.
    :param fw: version of the firmware, ``x.x.x.x``.
    :param phy: version of the physical layer.
    :param nwp: version of the network processor.
    :param rom: version of the ROM.
    """

    chip_id: int = value(Hex())
    fw: str = value(Text())
    phy: str = value(Text())
    nwp: str = value(Text())
    rom: int = value(Number())


@option("general", "time")
class GeneralTime(DeviceSetting, DeviceValue):
    """Date and time; TLS needs them to be right.

    :param hour: 0 to 23.
    :param minute: 0 to 59.
    :param second: 0 to 59.
    :param day: 1 to 31.
    :param month: 1 to 12.
    :param year: with its century.
    """

    hour: int = value(Number(0, 23))
    minute: int = value(Number(0, 59))
    second: int = value(Number(0, 59))
    day: int = value(Number(1, 31))
    month: int = value(Number(1, 12))
    year: int = value(Number(0, 65535))


@option("general", "persistent")
class GeneralPersistent(DeviceSetting, DeviceValue):
    """Whether settings made from here on are kept over a restart, where their command leaves that to the system.

    :param enabled: they are kept.
    """

    enabled: bool = value(Bool())


@option("iot", "udid")
class IotUdid(DeviceValue):
    """The unique number of this device.

    :param udid: its 16 bytes.
    """

    udid: tuple[int, ...] = value(ListOf(Hex(0, 255)))
