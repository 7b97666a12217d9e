"""The module itself: start, identity, sleep, messages, power, clock."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Hex, Int
from ....wire.command import Command, QueryForm, Setting, command, param, payload
from ....wire.event import Evidence
from ....wire.reply import Labelled, Many, Maybe, NoReply, One, Reply
from ....wire.script import EchoEffect, Prompt, Script
from ..replies import Filters
from ..values.system import (
    AwakeCheck,
    ChipTemperature,
    CommandForms,
    DeepSleep,
    FilterOperation,
    FirmwareSlots,
    FirmwareVersion,
    GuideAddress,
    HeapRegion,
    Level,
    MemoryFree,
    MessageFilter,
    Messages,
    PlcpPreamble,
    RegexFlags,
    RegisterAccess,
    RegisterValue,
    RestartMode,
    SleepMode,
    WakeMode,
    WakeSource,
)

__all__ = [
    "AT",
    "ATE0",
    "ATE1",
    "CMD",
    "FACTPLCP",
    "GMR",
    "GSLP",
    "RESTORE",
    "RFCAL",
    "RFPOWER",
    "RST",
    "SLEEP",
    "SLEEPWKCFG",
    "SYSLOG",
    "SYSMSG",
    "SYSMSGFILTER",
    "SYSMSGFILTERCFG",
    "SYSRAM",
    "SYSREG",
    "SYSROLLBACK",
    "SYSSTORE",
    "SYSTEMP",
    "SYSTIMESTAMP",
    "TRANSINTVL",
    "USERDOCS",
    "USERMCUSLEEP",
    "USERWKMCUCFG",
]

_SECTION = "Basic AT Commands"
_USER_SECTION = "User AT Commands"

_RESTARTS = Script(restarts=True)


@command("AT", bare=True, timeout=1, section=_SECTION, evidence=Evidence.RUN)
class AT(Command[None]):
    """Ask whether the module takes commands.

    No answer can mean a wrong baud rate, passthrough, deep sleep, or a command that still waits for its data.

    :raises CommandError: never by itself; a half-typed line before it is answered with ``ERROR``.

    Source: Basic AT Commands, AT.
    """


@command("ATE0", bare=True, timeout=1, section=_SECTION, evidence=Evidence.RUN, script=Script(echo=EchoEffect.OFF))
class ATE0(Command[None]):
    """Switch the echo off; this command itself is still echoed. It is on after every start.

    :raises CommandError: never by itself.

    Source: Basic AT Commands, ATE.
    """


@command("ATE1", bare=True, timeout=1, section=_SECTION, evidence=Evidence.RUN, script=Script(echo=EchoEffect.ON))
class ATE1(Command[None]):
    """Switch the echo on; this command itself is not echoed yet.

    :raises CommandError: never by itself.

    Source: Basic AT Commands, ATE.
    """


@command("RST", timeout=2, section=_SECTION, execute=True, script=_RESTARTS, evidence=Evidence.RUN)
class RST(Command[None]):
    """Restart the module. OK comes first, the restart takes about a second; :class:`Ready` tells when it is over.

    It is obeyed even while another command runs, which is not answered then. Links, server, modes, echo and unsaved
    settings are gone.

    :param mode: into what it restarts; the firmware unless given (ESP32-C2 and C3).
    :raises CommandError: when the firmware does not know the mode.

    Source: Basic AT Commands, AT+RST.
    """

    mode: RestartMode | None = param(Choice(RestartMode), default=None)


@command("GMR", timeout=2, section=_SECTION, reply=Labelled(FirmwareVersion), evidence=Evidence.RUN)
class GMR(Command[FirmwareVersion]):
    """Ask for the versions of the firmware.

    :returns: the versions; lines that only some firmware prints are in ``others``.
    :raises CommandError: never by itself.

    Source: Basic AT Commands, AT+GMR.
    """


@command("CMD", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CMD(Command[None]):
    """List the commands that this firmware has, from 2.2; ``query()`` returns several hundred records.

    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+CMD.
    """

    query: ClassVar[QueryForm[tuple[CommandForms, ...]]] = QueryForm(Many(CommandForms))


@command(
    "GSLP",
    timeout=2,
    section=_SECTION,
    reply=Maybe(DeepSleep, bare=True),
    script=_RESTARTS,
    evidence=Evidence.RUN,
)
class GSLP(Command[DeepSleep | None]):
    """Go to deep sleep; afterwards the module starts anew.

    :param time_ms: how long in milliseconds; 0 restarts at once, an ESP32-C6 takes no less than 5.
    :returns: the time, where the firmware repeats it.
    :raises CommandError: for a time that the chip does not take.

    Source: Basic AT Commands, AT+GSLP.
    """

    time_ms: int = param(Int(0, 2147483647, "ms"))


@command("SYSTIMESTAMP", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class SYSTIMESTAMP(Setting):
    """Set the module's clock, from 2.1; ``query()`` reads it. Lost at a restart.

    :param timestamp: seconds since 1970.
    :raises CommandError: for a number that cannot be read.

    Source: Basic AT Commands, AT+SYSTIMESTAMP.
    """

    glued: ClassVar[bool] = True
    timestamp: int = param(Int(0, unit="s"))


@command("SLEEP", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class SLEEP(Setting):
    """Choose how the module sleeps between its duties; ``query()`` reads it. Lost at a restart.

    :param mode: how deep; in light sleep the first bytes of a line are lost unless a pin wakes the module first.
    :raises CommandError: while the own access point is on, and for modes that old firmware does not know.

    Source: Basic AT Commands, AT+SLEEP.
    """

    mode: SleepMode = param(Choice(SleepMode))


@command("SLEEPWKCFG", timeout=1, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class SLEEPWKCFG(Command[None]):
    """Choose what wakes the module from light sleep, from 2.1. Lost at a restart.

    :param wakeup_source: a pin; nothing else works today.
    :param param1: number of the GPIO.
    :param param2: level that wakes.
    :raises CommandError: for another source, or a pin that cannot wake.

    Source: Basic AT Commands, AT+SLEEPWKCFG.
    """

    wakeup_source: WakeSource = param(Choice(WakeSource))
    param1: int = param(Int(0))
    param2: Level | None = param(Choice(Level), default=None)


@command("RESTORE", timeout=10, section=_SECTION, script=_RESTARTS, evidence=Evidence.DOCUMENTATION)
class RESTORE(Command[None]):
    """Erase the stored settings and restart; :class:`Ready` tells when it is over.

    :raises CommandError: when flash cannot be erased.

    Source: Basic AT Commands, AT+RESTORE.
    """


@command("SYSRAM", timeout=1, section=_SECTION, reply=One(HeapRegion, glued=True), evidence=Evidence.RUN)
class SYSRAM(Command[HeapRegion]):
    """Ask for the heap of one kind, from 4.1; ``query()`` returns the free bytes of the common one.

    :param caps: capabilities that the memory must have, as bits of ESP-IDF: ``0x1800`` and the like.
    :returns: sizes in bytes.
    :raises CommandError: before 4.1, which has only the query.

    Source: Basic AT Commands, AT+SYSRAM.
    """

    caps: int = param(Hex())
    query: ClassVar[QueryForm[MemoryFree]] = QueryForm(One(MemoryFree, glued=True))


@command("RFPOWER", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class RFPOWER(Setting):
    """Set the power of the transmitters; ``query()`` reads it, which may be less than was set. Lost at a restart.

    :param wifi_power: Wi-Fi in quarters of a dBm, 40 to 84.
    :param ble_adv_power: advertising, as a step from 0 to 15 (0 to 7 on ESP32, 3 to 15 on C6); missing without
        Bluetooth.
    :param ble_scan_power: scanning, likewise.
    :param ble_conn_power: connections, likewise.
    :raises CommandError: while the interface in question is off.

    Source: Basic AT Commands, AT+RFPOWER.
    """

    wifi_power: int = param(Int(40, 84, "x 0.25 dBm"))
    ble_adv_power: int | None = param(Int(0, 15), default=None)
    ble_scan_power: int | None = param(Int(0, 15), default=None)
    ble_conn_power: int | None = param(Int(0, 15), default=None)


@command("SYSMSG", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class SYSMSG(Setting):
    """Choose what the module tells besides its answers; ``query()`` reads it. Stored while SYSSTORE is on.

    :param state: the end of passthrough, links in detail, and states in the middle of passthrough (which cannot be
        told from data).
    :raises CommandError: for bits that the firmware does not know.

    Source: Basic AT Commands, AT+SYSMSG.
    """

    glued: ClassVar[bool] = True
    state: Messages = param(Bitmask(Messages))


@command("SYSROLLBACK", timeout=5, section=_SECTION, execute=True, script=_RESTARTS, evidence=Evidence.RUN)
class SYSROLLBACK(Command[None]):
    """Restart into the other firmware image; ``query()`` (from 4.1) returns both.

    :raises CommandError: when there is no other image.

    Source: Basic AT Commands, AT+SYSROLLBACK.
    """

    query: ClassVar[QueryForm[FirmwareSlots]] = QueryForm(One(FirmwareSlots, glued=True), timeout=2)


@command("SYSLOG", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class SYSLOG(Setting):
    """Let the module tell the cause of an error, from 2.1; ``query()`` reads it. Lost at a restart.

    :param status: whether it does.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+SYSLOG.
    """

    status: bool = param(Bool())


@command("SYSSTORE", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class SYSSTORE(Setting):
    """Choose whether settings are written to flash, from 2.1; ``query()`` reads it. On after every start.

    :param store: whether they are; each setting wears flash then and survives a restart.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+SYSSTORE.
    """

    store: bool = param(Bool())


@command("SYSREG", timeout=1, section=_SECTION, reply=One(RegisterValue), evidence=Evidence.DOCUMENTATION)
class SYSREG(Command[RegisterValue | None]):
    """Read or write a register of the chip, from 2.2. Nothing checks the address: a wrong one restarts the module.

    :param direction: read or write.
    :param address: the register.
    :param value: what is written.
    :returns: what was read; None for a write.
    :raises CommandError: when a value is missing or cannot be read.

    Source: Basic AT Commands, AT+SYSREG.
    """

    direction: RegisterAccess = param(Choice(RegisterAccess))
    address: int = param(Hex())
    value: int | None = param(Hex(), default=None)

    def reply(self) -> Reply[RegisterValue] | Reply[None]:
        """Only reading returns a value."""
        return One(RegisterValue) if self.direction == RegisterAccess.READ else NoReply()


@command("TRANSINTVL", timeout=1, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class TRANSINTVL(Setting):
    """Set how long passthrough gathers bytes before it sends a packet, from 3.2; ``query()`` reads it.

    :param interval_ms: 0 to 1000 milliseconds; 20 after a start.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+TRANSINTVL.
    """

    interval_ms: int = param(Int(0, 1000, "ms"))


@command("SYSMSGFILTER", timeout=1, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class SYSMSGFILTER(Setting):
    """Switch the message filters on or off, from 3.2; ``query()`` reads it. Lost at a restart.

    A filter changes what the module prints, so that this client may no longer know its messages.

    :param enable: whether they work.
    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+SYSMSGFILTER.
    """

    enable: bool = param(Bool())


@command("SYSMSGFILTERCFG", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class SYSMSGFILTERCFG(Command[None]):
    """Add or delete a message filter, or clear all, from 3.2; ``query()`` lists them. Lost at a restart.

    :param operator: what to do.
    :param head_length: bytes of the expression for what is cut from the beginning, 0 to 64.
    :param tail_length: bytes of the expression for what is cut from the end, 0 to 64.
    :param cflags: how the expressions are read.
    :param data: both expressions, one behind the other; not for ``CLEAR``.
    :raises CommandError: for an expression that cannot be compiled, or a filter that is not there.

    Source: Basic AT Commands, AT+SYSMSGFILTERCFG.
    """

    operator: FilterOperation = param(Choice(FilterOperation))
    head_length: int | None = param(Int(0, 64, "bytes"), default=None)
    tail_length: int | None = param(Int(0, 64, "bytes"), default=None)
    cflags: RegexFlags | None = param(Bitmask(RegexFlags), default=None)
    data: bytes | None = payload(longest=128, default=None)
    query: ClassVar[QueryForm[tuple[MessageFilter, ...]]] = QueryForm(Filters(), timeout=1)

    def script(self) -> Script:
        """The expressions of a filter are sent behind a prompt."""
        clears = self.operator == FilterOperation.CLEAR
        return Script(prompt=Prompt.NONE if clears else Prompt.REQUIRED)


@command("RFCAL", timeout=10, section=_SECTION, script=_RESTARTS, evidence=Evidence.RUN)
class RFCAL(Command[None]):
    """Calibrate the radio anew, from 4.1; some firmware restarts afterwards.

    :raises CommandError: ``0x01090000`` in older firmware.

    Source: Basic AT Commands, AT+RFCAL.
    """


@command("SYSTEMP", timeout=1, section=_SECTION, evidence=Evidence.RUN)
class SYSTEMP(Command[None]):
    """Ask for the temperature of the chip, from 2.4 on ESP32-C3; ``query()`` returns it in degrees Celsius.

    :raises CommandError: ``0x01090000`` on other chips.

    Source: Basic AT Commands, AT+SYSTEMP.
    """

    query: ClassVar[QueryForm[ChipTemperature]] = QueryForm(One(ChipTemperature, glued=True))


@command("USERDOCS", timeout=1, section=_USER_SECTION, evidence=Evidence.DOCUMENTATION)
class USERDOCS(Command[None]):
    """Ask where the user guides of this firmware are, from 2.4; ``query()`` returns their web addresses.

    :raises CommandError: ``0x01090000`` in older firmware.

    Source: User AT Commands, AT+USERDOCS.
    """

    query: ClassVar[QueryForm[tuple[GuideAddress, ...]]] = QueryForm(Many(GuideAddress))


@command("USERWKMCUCFG", timeout=1, section=_USER_SECTION, evidence=Evidence.DOCUMENTATION)
class USERWKMCUCFG(Command[None]):
    """Set how the module wakes its host before it speaks, from 3.0. Lost at a restart.

    :param enable: whether it does.
    :param wake_mode: by a pin or by the serial line.
    :param wake_number: number of the GPIO or UART.
    :param wake_signal: level of the pin, or byte that is sent, 0 to 255.
    :param delay_ms: how long it waits, 0 to 60000 milliseconds.
    :param awake_check: what tells that the host is awake.
    :raises CommandError: for a pin that is not free.

    Source: User AT Commands, AT+USERWKMCUCFG.
    """

    enable: bool = param(Bool())
    wake_mode: WakeMode | None = param(Choice(WakeMode), default=None)
    wake_number: int | None = param(Int(0), default=None)
    wake_signal: int | None = param(Int(0, 255), default=None)
    delay_ms: int | None = param(Int(0, 60000, "ms"), default=None)
    awake_check: AwakeCheck | None = param(Bitmask(AwakeCheck), default=None)


@command("USERMCUSLEEP", timeout=1, section=_USER_SECTION, evidence=Evidence.DOCUMENTATION)
class USERMCUSLEEP(Command[None]):
    """Tell the module whether its host sleeps, from 3.0.

    :param state: it sleeps.
    :raises CommandError: while AT+USERWKMCUCFG is off.

    Source: User AT Commands, AT+USERMCUSLEEP.
    """

    state: bool = param(Bool())


@command("FACTPLCP", timeout=2, section="Signaling Test AT Commands", evidence=Evidence.DOCUMENTATION)
class FACTPLCP(Command[None]):
    """Choose the preamble of radio tests. In spite of its name it resets nothing.

    :param enable: whether the choice holds.
    :param tx_with_long: the preamble.
    :raises CommandError: in firmware without test commands.

    Source: Signaling Test AT Commands, AT+FACTPLCP.
    """

    enable: bool = param(Bool())
    tx_with_long: PlcpPreamble = param(Choice(PlcpPreamble))
