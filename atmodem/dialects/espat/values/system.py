"""Values of the commands about the module itself."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import Bool, Float, Hex, Int, OpenIntEnum, Quoting, Text
from ....wire.event import value

__all__ = [
    "AwakeCheck",
    "ChipTemperature",
    "CommandForms",
    "DeepSleep",
    "FilterOperation",
    "FirmwareSlots",
    "FirmwareVersion",
    "GuideAddress",
    "HeapRegion",
    "Level",
    "MemoryFree",
    "MessageFilter",
    "Messages",
    "PlcpPreamble",
    "RegexFlags",
    "RegisterAccess",
    "RegisterValue",
    "RestartMode",
    "SleepMode",
    "WakeMode",
    "WakeSource",
]


class RestartMode(OpenIntEnum):
    """Into what the module restarts."""

    RUN = 0
    DOWNLOAD = 1


class SleepMode(OpenIntEnum):
    """How deep the module sleeps between its duties."""

    OFF = 0
    MODEM = 1
    LIGHT = 2
    MODEM_LISTEN_INTERVAL = 3


class WakeSource(OpenIntEnum):
    """What wakes the module from light sleep; only GPIO works today."""

    TIMER = 0
    UART = 1
    GPIO = 2


class Level(OpenIntEnum):
    """Level of a pin."""

    LOW = 0
    HIGH = 1


class WakeMode(OpenIntEnum):
    """How the module wakes its host."""

    GPIO = 1
    UART = 2


class AwakeCheck(enum.IntFlag):
    """What tells the module that its host is awake."""

    USERMCUSLEEP = 1
    SLEEP_COMMAND = 2
    AWAKE_AFTER_DELAY = 4


class Messages(enum.IntFlag):
    """What the module tells besides its answers."""

    QUIT_PROMPT = 1
    DETAILED_LINK = 2
    STATUS_IN_PASSTHROUGH = 4


class FilterOperation(OpenIntEnum):
    """What becomes of a message filter."""

    CLEAR = 0
    ADD = 1
    DELETE = 2


class RegexFlags(enum.IntFlag):
    """How a filter's regular expressions are read."""

    EXTENDED = 1
    ICASE = 2
    NEWLINE = 4


class RegisterAccess(OpenIntEnum):
    """Direction of an access to a chip register."""

    READ = 0
    WRITE = 1


class PlcpPreamble(OpenIntEnum):
    """Length of the preamble in radio tests."""

    SHORT = 0
    LONG = 1


@frozen(kw_only=True)
class FirmwareVersion:
    """What AT+GMR tells; only the first line is the same in all firmware.

    :param at_version: release of the AT core, with commit, chip and date in brackets.
    :param sdk_version: release of ESP-IDF.
    :param compile_time: when the firmware was built.
    :param bin_version: version of the whole image.
    :param others: further lines, as they came.
    """

    at_version: str = value(Text(), label="AT version:")
    sdk_version: str | None = value(Text(), default=None, label="SDK version:")
    compile_time: str | None = value(Text(), default=None, label="compile time")
    bin_version: str | None = value(Text(), default=None, label="Bin version")
    others: tuple[str, ...] = ()


@frozen(kw_only=True)
class CommandForms:
    """A command that this firmware has.

    :param index: its place in the list, from 0.
    :param name: its name with the prefix, such as ``"AT+GMR"``.
    :param test: it has the form ``=?``.
    :param query: it has the form ``?``.
    :param set: it has the form ``=…``.
    :param execute: it has the form without anything.
    """

    index: int = value(Int(0))
    name: str = value(Text(Quoting.ALWAYS))
    test: bool = value(Bool())
    query: bool = value(Bool())
    set: bool = value(Bool())
    execute: bool = value(Bool())


@frozen(kw_only=True)
class DeepSleep:
    """The time in milliseconds that a module is going to sleep, where it repeats it."""

    time_ms: int = value(Int(0))


@frozen(kw_only=True)
class MemoryFree:
    """Free heap.

    :param free: bytes free now.
    :param minimum_free: fewest bytes that were ever free since the start; None before 2.1.
    """

    free: int = value(Int(0))
    minimum_free: int | None = value(Int(0), default=None)


@frozen(kw_only=True)
class HeapRegion:
    """Heap of one kind, in bytes.

    :param largest_free_block: the largest piece that can be had.
    :param free: free now.
    :param minimum_free: fewest that were ever free since the start.
    :param total: size of the heap.
    """

    largest_free_block: int = value(Int(0))
    free: int = value(Int(0))
    minimum_free: int = value(Int(0))
    total: int = value(Int(0))


@frozen(kw_only=True)
class FirmwareSlots:
    """The two firmware images in flash.

    :param running_address: address of the one that runs.
    :param running_version: its version.
    :param rollback_address: address of the other.
    :param rollback_version: its version.
    """

    running_address: int = value(Hex())
    running_version: str = value(Text(Quoting.NEEDED))
    rollback_address: int = value(Hex())
    rollback_version: str = value(Text(Quoting.NEEDED))


@frozen(kw_only=True)
class RegisterValue:
    """What stands in a register: 32 bits."""

    value: int = value(Hex())


@frozen(kw_only=True)
class MessageFilter:
    """A filter of messages.

    :param index: its place in the list.
    :param head: regular expression of what is cut from the beginning.
    :param tail: regular expression of what is cut from the end.
    """

    index: int = value(Int(0))
    head: str = value(Text(Quoting.ALWAYS, free=True))
    tail: str = value(Text(Quoting.ALWAYS, free=True))


@frozen(kw_only=True)
class ChipTemperature:
    """Temperature of the chip in degrees Celsius."""

    celsius: float = value(Float(2))


@frozen(kw_only=True)
class GuideAddress:
    """Web address of a user guide."""

    url: str = value(Text(Quoting.NEEDED, free=True))
