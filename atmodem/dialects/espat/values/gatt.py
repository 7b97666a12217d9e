"""Values of the commands for attributes of Bluetooth Low Energy."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import Bitmask, Bool, Choice, Hex, Int, OpenStrEnum, Quoting
from ....wire.counted import Data, Trailer
from ....wire.event import value

__all__ = [
    "GattAttribute",
    "GattCharacteristic",
    "GattIncludedService",
    "GattPrimaryService",
    "GattProperty",
    "GattService",
    "GattValue",
    "PeerAttribute",
    "SppPassthrough",
]

#: 16 bits or 128, always with 0x and in capitals; issue 582 of espressif/esp-at shows a long one.
_UUID = Hex(0, (1 << 128) - 1, width=4, upper=True)
#: An attribute holds no more, by the Bluetooth Core Specification.
_LONGEST_VALUE = 512


class GattAttribute(OpenStrEnum):
    """What a record of a discovery describes."""

    CHARACTERISTIC = "char"
    DESCRIPTOR = "desc"


class GattProperty(enum.IntFlag):
    """What may be done with a characteristic, by the Bluetooth Core Specification."""

    BROADCAST = 0x01
    READ = 0x02
    WRITE_WITHOUT_RESPONSE = 0x04
    WRITE = 0x08
    NOTIFY = 0x10
    INDICATE = 0x20
    SIGNED_WRITE = 0x40
    EXTENDED = 0x80


_PROPERTIES = Bitmask(GattProperty, digits=2)


@frozen(kw_only=True)
class GattService:
    """A service of the module's own.

    :param srv_index: its index, from 1.
    :param started: whether peers see it.
    :param uuid: 16 or 128 bits.
    :param primary: whether it is a primary service.
    """

    srv_index: int = value(Int(0))
    started: bool = value(Bool())
    uuid: int = value(_UUID)
    primary: bool = value(Bool())


@frozen(kw_only=True)
class GattPrimaryService:
    """A service of the peer.

    :param conn_index: 0 to 2.
    :param srv_index: its index, from 1.
    :param uuid: 16 or 128 bits.
    :param primary: whether it is a primary service.
    """

    conn_index: int = value(Int(0, 2))
    srv_index: int = value(Int(0))
    uuid: int = value(_UUID)
    primary: bool = value(Bool())


@frozen(kw_only=True)
class GattIncludedService:
    """A service of the peer that is part of another.

    :param conn_index: 0 to 2.
    :param srv_index: index of the service that includes it, from 1.
    :param uuid: UUID of the service that includes it.
    :param primary: whether that is a primary service.
    :param included_uuid: UUID of the included service.
    :param included_primary: whether that is a primary service.
    """

    conn_index: int = value(Int(0, 2))
    srv_index: int = value(Int(0))
    uuid: int = value(_UUID)
    primary: bool = value(Bool())
    included_uuid: int = value(_UUID)
    included_primary: bool = value(Bool())


@frozen(kw_only=True)
class GattCharacteristic:
    """A characteristic or descriptor of the module's own.

    :param kind: which of the two.
    :param srv_index: index of its service, from 1.
    :param char_index: index of the characteristic, from 1.
    :param desc_index: index of the descriptor, from 1; None for a characteristic.
    :param uuid: 16 or 128 bits; None for descriptors of older releases, which do not tell it.
    :param properties: what may be done with a characteristic; None for descriptors, and on the ESP32-C2.
    """

    kind: GattAttribute = value(Choice(GattAttribute, quoting=Quoting.ALWAYS))
    srv_index: int = value(Int(0))
    char_index: int = value(Int(0))
    desc_index: int | None = value(Int(0), default=None)
    uuid: int | None = value(_UUID, default=None)
    properties: GattProperty | None = value(_PROPERTIES, default=None)


@frozen(kw_only=True)
class PeerAttribute:
    """A characteristic or descriptor of the peer.

    :param kind: which of the two.
    :param conn_index: 0 to 2.
    :param srv_index: index of its service, from 1.
    :param char_index: index of the characteristic, from 1.
    :param desc_index: index of the descriptor, from 1; None for a characteristic.
    :param uuid: 16 or 128 bits; None where the firmware does not tell it.
    :param properties: what may be done with a characteristic; None for descriptors.
    """

    kind: GattAttribute = value(Choice(GattAttribute, quoting=Quoting.ALWAYS))
    conn_index: int = value(Int(0, 2))
    srv_index: int = value(Int(0))
    char_index: int = value(Int(0))
    desc_index: int | None = value(Int(0), default=None)
    uuid: int | None = value(_UUID, default=None)
    properties: GattProperty | None = value(_PROPERTIES, default=None)


@frozen(kw_only=True)
class GattValue:
    """The value of an attribute of the peer.

    :param conn_index: 0 to 2.
    :param length: its bytes.
    :param value: the bytes; releases before 2.1 end them at the first NUL.
    """

    conn_index: int = value(Int(0, 2))
    length: int = value(Int(0))
    value: bytes = value(Data(maximum=_LONGEST_VALUE, trailer=Trailer(b"\r\n", certain=True)))


@frozen(kw_only=True)
class SppPassthrough:
    """Attributes that carry Low Energy passthrough.

    :param tx_srv: service that the module sends to.
    :param tx_char: its characteristic.
    :param rx_srv: service that the module receives from.
    :param rx_char: its characteristic.
    :param auto_conn: whether a lost connection is opened again; None where the firmware does not tell.
    """

    tx_srv: int = value(Int())
    tx_char: int = value(Int())
    rx_srv: int = value(Int())
    rx_char: int = value(Int())
    auto_conn: bool | None = value(Bool(), default=None)
