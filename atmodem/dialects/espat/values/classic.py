"""Values of the commands of Classic Bluetooth."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Hex, Int, OpenIntEnum, Quoting, Text
from ....wire.event import value
from .bluetooth import ADDRESS

__all__ = [
    "A2dpRole",
    "A2dpSource",
    "BtIoCapability",
    "BtScanMode",
    "ClassicConnection",
    "FoundDevice",
    "InquiryMode",
    "PinType",
    "SppRole",
]


class BtScanMode(OpenIntEnum):
    """Who may find the module and connect to it."""

    NONE = 0
    CONNECTABLE = 1
    BOTH = 2
    DISCOVERABLE = 3


class InquiryMode(OpenIntEnum):
    """Which devices are looked for."""

    GENERAL = 0
    #: Those that are discoverable for a limited time.
    LIMITED = 1


class SppRole(OpenIntEnum):
    """Role in the Serial Port Profile."""

    OFF = 0
    MASTER = 1
    SLAVE = 2


class A2dpRole(OpenIntEnum):
    """Role in audio streaming."""

    OFF = 0
    SOURCE = 1
    SINK = 2


class BtIoCapability(OpenIntEnum):
    """What the host can show and enter."""

    DISPLAY_ONLY = 0
    DISPLAY_YES_NO = 1
    KEYBOARD_ONLY = 2
    NO_INPUT_NO_OUTPUT = 3


class PinType(OpenIntEnum):
    """Whether the PIN is asked for at each pairing."""

    VARIABLE = 0
    FIXED = 1


@frozen(kw_only=True)
class FoundDevice:
    """A device that an inquiry found.

    :param addr: its address.
    :param name: its name; empty while it is not known.
    :param major_class: major device class, None where it is not told.
    :param minor_class: minor device class, None where it is not told.
    :param service_class: major service class, None where it is not told.
    :param rssi: signal strength in dBm, None where it is not told.
    """

    addr: str = value(ADDRESS)
    name: str = value(Text(Quoting.LENIENT, free=True), default="")
    major_class: int | None = value(Hex(), default=None)
    minor_class: int | None = value(Hex(), default=None)
    service_class: int | None = value(Hex(), default=None)
    rssi: int | None = value(Int(), default=None)


@frozen(kw_only=True)
class ClassicConnection:
    """An open connection.

    :param conn_index: always 0.
    :param remote_addr: address of the peer.
    """

    conn_index: int = value(Int(0, 0))
    remote_addr: str = value(ADDRESS)


@frozen(kw_only=True)
class A2dpSource:
    """The sound file that is played.

    :param url: where it is.
    :param type: its format, such as ``mp3``.
    """

    url: str = value(Text(Quoting.NEEDED, free=True))
    type: str = value(Text(Quoting.NEEDED))
