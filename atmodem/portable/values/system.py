"""Values of the module itself: identity, memory, line, power, stores, files, updates."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import field, frozen

__all__ = [
    "FileInfo",
    "FileMode",
    "FlowControl",
    "Identity",
    "Memory",
    "NvsKind",
    "Parity",
    "Partition",
    "PowerSaving",
    "ProgressCallback",
    "Storage",
    "UartSettings",
    "UpdateStep",
]

#: Told bytes done and bytes in all (None where that is not known).
ProgressCallback: TypeAlias = Callable[[int, int | None], None]


@frozen(kw_only=True)
class Identity:
    """What the module is. What it does not tell is None.

    :param firmware: version of what speaks AT.
    :param model: kind of module or chip.
    :param mac: hardware address of the station as ``aa:bb:cc:dd:ee:ff``.
    :param details: everything else that it tells, by the dialect's own names.
    """

    firmware: str
    model: str | None = None
    mac: str | None = None
    details: Mapping[str, str] = field(factory=dict[str, str])


@frozen(kw_only=True)
class Memory:
    """Memory of the module, in bytes.

    :param free: free now.
    :param least_free: least that was ever free, or None where the module does not tell.
    """

    free: int
    least_free: int | None = None


class PowerSaving(enum.Enum):
    """How much the radio may sleep while the station stays joined."""

    OFF = "off"
    #: The radio sleeps between beacons.
    MODEM = "modem"
    #: The chip sleeps too, and bytes on the line may be lost.
    LIGHT = "light"


class Parity(enum.Enum):
    """Parity of a serial line."""

    NONE = "none"
    ODD = "odd"
    EVEN = "even"


class FlowControl(enum.Flag):
    """Flow control of a serial line, as the module sees it."""

    NONE = 0
    RTS = 1
    CTS = 2


@frozen(kw_only=True)
class UartSettings:
    """The serial line.

    :param baudrate: bits per second.
    :param data_bits: 5 to 8.
    :param stop_bits: 1, 1.5 or 2.
    :param parity: its parity.
    :param flow_control: its flow control.
    """

    baudrate: int
    data_bits: int = 8
    stop_bits: float = 1
    parity: Parity = Parity.NONE
    flow_control: FlowControl = FlowControl.NONE


class NvsKind(enum.Enum):
    """Type of a stored value."""

    U8 = "u8"
    I8 = "i8"
    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    TEXT = "text"
    BINARY = "binary"


@frozen(kw_only=True)
class Partition:
    """A part of the flash that may be read and written.

    :param name: its name.
    :param size: bytes.
    """

    name: str
    size: int


class FileMode(enum.Enum):
    """What a file is opened for."""

    READ = "read"
    #: Write an existing file, or a new one, from its beginning; what it held is gone.
    WRITE = "write"


@frozen(kw_only=True)
class FileInfo:
    """A file. What the module does not tell is None.

    :param name: its name.
    :param size: bytes in it.
    :param room: bytes that it may grow to.
    :param details: everything else that it tells, by the dialect's own names.
    """

    name: str
    size: int | None = None
    room: int | None = None
    details: Mapping[str, str] = field(factory=dict[str, str])


@frozen(kw_only=True)
class Storage:
    """Room for files, in bytes.

    :param free: still free.
    :param total: in all, or None where the module does not tell.
    """

    free: int
    total: int | None = None


class UpdateStep(enum.Enum):
    """How far an update of the firmware is."""

    STARTED = "started"
    CONNECTED = "connected"
    VERSION_KNOWN = "version_known"
    LOADING = "loading"
    INSTALLING = "installing"
    INSTALLED = "installed"
    FAILED = "failed"
