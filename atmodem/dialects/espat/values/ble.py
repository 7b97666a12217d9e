"""Values of the commands of Bluetooth Low Energy; those of attributes are in :mod:`.gatt`."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import Bool, Choice, Int, OpenIntEnum, Quoting, SecretInt, Text
from ....wire.event import value
from ....wire.secret import Secret
from .bluetooth import ADDRESS

__all__ = [
    "AdvertisingChannel",
    "AdvertisingFilter",
    "AdvertisingParts",
    "AdvertisingType",
    "BleAddress",
    "BleAddressType",
    "BleAuthRequest",
    "BleConnection",
    "BleConnectionParameters",
    "BleIoCapability",
    "BleKeys",
    "BleMtu",
    "BleOtaStatus",
    "BlePasskey",
    "BlePhy",
    "BleRole",
    "BleRoleStatus",
    "BleRssi",
    "BleScanFilterPolicy",
    "BleScanFilterType",
    "BleScanType",
    "BleSecurity",
    "BluFiStatus",
    "HidButton",
    "HidModifier",
    "OwnAddressType",
    "PhysInUse",
    "PrimaryPhy",
]


class BleRole(OpenIntEnum):
    """Role of the module in Low Energy."""

    OFF = 0
    CLIENT = 1
    SERVER = 2
    #: Both at once; from release 5.0.
    DUAL = 3


class BleAddressType(OpenIntEnum):
    """Kind of a Low Energy address."""

    PUBLIC = 0
    RANDOM = 1


class OwnAddressType(OpenIntEnum):
    """Kind of the own address while scanning."""

    PUBLIC = 0
    RANDOM = 1
    #: Resolvable private address made from the public one.
    RPA_PUBLIC = 2
    #: Resolvable private address made from the random one.
    RPA_RANDOM = 3


class BleScanType(OpenIntEnum):
    """Whether scanning asks for scan responses."""

    PASSIVE = 0
    ACTIVE = 1


class BleScanFilterPolicy(OpenIntEnum):
    """Whose advertisements are told."""

    ALL = 0
    WHITELIST = 1
    #: Undirected ones, and those directed to a resolvable private address.
    UND_RPA_DIR = 2
    #: Those of the white list, and those directed to a resolvable private address.
    WLIST_RPA_DIR = 3


class BleScanFilterType(OpenIntEnum):
    """What a scan is narrowed by."""

    MAC = 1
    NAME = 2
    UUID = 3
    RSSI = 4


class AdvertisingType(OpenIntEnum):
    """Kind of advertising; those from 5 are extended advertising, which the first ESP32 lacks."""

    IND = 0
    DIRECT_HIGH = 1
    SCAN_IND = 2
    NONCONN = 3
    DIRECT_LOW = 4
    EXT_NOSCANNABLE = 5
    EXT_CONNECTABLE = 6
    EXT_SCANNABLE = 7


class AdvertisingChannel(enum.IntFlag):
    """Channels to advertise on."""

    CH37 = 1
    CH38 = 2
    CH39 = 4


class AdvertisingFilter(OpenIntEnum):
    """Who may scan and who may connect."""

    ANY = 0
    SCAN_WHITELIST = 1
    CONN_WHITELIST = 2
    WHITELIST = 3


class PrimaryPhy(OpenIntEnum):
    """Radio mode of the primary advertising channels."""

    PHY_1M = 1
    CODED = 3


class BlePhy(OpenIntEnum):
    """Radio mode of a connection or of the secondary advertising channels."""

    PHY_1M = 1
    PHY_2M = 2
    CODED = 3


@frozen(kw_only=True)
class BleRoleStatus:
    """The role that was chosen.

    :param role: the role; ``OFF`` when Low Energy is not started.
    """

    role: BleRole = value(Choice(BleRole))


@frozen(kw_only=True)
class BleAddress:
    """An own address.

    :param addr: the address.
    """

    addr: str = value(ADDRESS)


@frozen(kw_only=True)
class AdvertisingParts:
    """The parts from which the advertising data were made.

    :param name: name of the device.
    :param uuid: service UUID in hexadecimal digits, as the module prints it.
    :param manufacturer_data: in hexadecimal digits, as the module prints it.
    :param include_power: whether the transmit power is part of the data.
    """

    name: str = value(Text(Quoting.NEEDED, free=True))
    uuid: str = value(Text(Quoting.NEEDED))
    manufacturer_data: str = value(Text(Quoting.NEEDED))
    include_power: bool = value(Bool())


@frozen(kw_only=True)
class BleConnection:
    """An open connection.

    :param conn_index: 0 to 2.
    :param remote_addr: address of the peer.
    """

    conn_index: int = value(Int(0, 2))
    remote_addr: str = value(ADDRESS)


@frozen(kw_only=True)
class BleConnectionParameters:
    """Timing of a connection.

    :param conn_index: 0 to 2.
    :param min_interval: shortest interval, in units of 1.25 ms.
    :param max_interval: longest interval, in units of 1.25 ms.
    :param cur_interval: interval in use, in units of 1.25 ms.
    :param latency: connection events that the peer may skip.
    :param timeout: supervision timeout, in units of 10 ms.
    """

    conn_index: int = value(Int(0, 2))
    min_interval: int = value(Int(0))
    max_interval: int = value(Int(0))
    cur_interval: int = value(Int(0))
    latency: int = value(Int(0))
    timeout: int = value(Int(0))


@frozen(kw_only=True)
class BleMtu:
    """Size of the packets of a connection.

    :param conn_index: 0 to 2.
    :param mtu: bytes.
    """

    conn_index: int = value(Int(0, 2))
    mtu: int = value(Int())


@frozen(kw_only=True)
class PhysInUse:
    """Radio modes of a connection.

    :param addr: address of the peer.
    :param tx_phy: how the module sends.
    :param rx_phy: how it receives.
    """

    addr: str = value(ADDRESS)
    tx_phy: BlePhy = value(Choice(BlePhy))
    rx_phy: BlePhy = value(Choice(BlePhy))


@frozen(kw_only=True)
class BleRssi:
    """Signal strength of a connection.

    :param conn_index: 0 to 2; None where the firmware prints the strength alone.
    :param rssi: dBm; None when it could not be read.
    """

    conn_index: int | None = value(Int(0, 2), default=None)
    rssi: int | None = value(Int(), default=None)


class BleAuthRequest(OpenIntEnum):
    """What a pairing must bring about."""

    NO_BOND = 0
    BOND = 1
    #: Protection against a man in the middle.
    MITM = 4
    #: Secure Connections only.
    SC_ONLY = 8
    SC_BOND = 9
    SC_MITM = 12
    SC_MITM_BOND = 13


class BleIoCapability(OpenIntEnum):
    """What the host can show and enter."""

    DISPLAY_ONLY = 0
    DISPLAY_YES_NO = 1
    KEYBOARD_ONLY = 2
    NO_INPUT_NO_OUTPUT = 3
    KEYBOARD_DISPLAY = 4


class BleKeys(enum.IntFlag):
    """Keys that are handed over while bonding."""

    ENC = 1
    #: Resolves private addresses.
    IRK = 2
    #: Signs data.
    CSRK = 4
    #: Of Classic Bluetooth.
    LINK = 8


class BleSecurity(OpenIntEnum):
    """Encryption that is asked for."""

    NONE = 0
    ENCRYPT = 1
    NO_MITM = 2
    MITM = 3


@frozen(kw_only=True)
class BlePasskey:
    """The static passkey.

    :param passkey: six digits as a number; -1 when none is set.
    """

    passkey: Secret[int] = value(SecretInt(Int(-1, 999999)))


class HidModifier(enum.IntFlag):
    """Modifier keys of a keyboard report, by the USB HID usage tables."""

    LEFT_CONTROL = 0x01
    LEFT_SHIFT = 0x02
    LEFT_ALT = 0x04
    LEFT_GUI = 0x08
    RIGHT_CONTROL = 0x10
    RIGHT_SHIFT = 0x20
    RIGHT_ALT = 0x40
    RIGHT_GUI = 0x80


class HidButton(enum.IntFlag):
    """Buttons of a mouse report, by the USB HID usage tables."""

    LEFT = 0x01
    RIGHT = 0x02
    MIDDLE = 0x04
    BACK = 0x08
    FORWARD = 0x10


@frozen(kw_only=True)
class BluFiStatus:
    """Whether BluFi runs.

    :param state: True when it does.
    """

    state: bool = value(Bool())


@frozen(kw_only=True)
class BleOtaStatus:
    """Whether updates over Low Energy are taken.

    :param state: True when they are.
    """

    state: bool = value(Bool())
