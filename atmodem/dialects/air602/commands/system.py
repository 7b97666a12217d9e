"""The module itself: probe, reset, echo, flash, versions, names, power."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Choice, Int, Mac, SecretText, Text
from ....wire.command import Command, QueryForm, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import Inline, MaybeInline
from ....wire.script import EchoEffect, Script
from ....wire.secret import Secret
from ..records import DeviceName, FirmwareVersion, HardwareId, MacAddress, Temperature
from ..setting import InlineSetting
from ..values import InterfaceMode, PowerSave, UserDefaults, WakeBy

__all__ = [
    "AOLM",
    "APMAC",
    "CMDM",
    "DBG",
    "DDNS",
    "DNAME",
    "ENTS",
    "HWV",
    "IOC",
    "IOM",
    "MAC",
    "NULL",
    "PASS",
    "PMTF",
    "PORTM",
    "QMAC",
    "QMAC2",
    "QVER",
    "RSTF",
    "TEM",
    "UPDP",
    "UPNP",
    "E",
    "Z",
]


@command("", timeout=1, section="2.2.1.1", evidence=Evidence.RUN)
class NULL(Command[None]):
    """Ask with the null command ``AT+`` whether the module listens.

    A plain ``AT`` gets no answer in this dialect.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.1.
    """


@command("Z", timeout=2, section="2.2.1.2", script=Script(restarts=True), evidence=Evidence.RUN)
class Z(Command[None]):
    """Reset the module.

    The reset follows 100 ms after the reply, and :class:`~atmodem.dialects.air602.events.READY` when the module runs
    again. What was set without ``save``, echo, SKRPTM, sockets and the MQTT session are gone then.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.2.
    """


@command("E", timeout=1, section="2.2.1.3", script=Script(echo=EchoEffect.TOGGLE), evidence=Evidence.RUN)
class E(Command[None]):
    """Switch the echo of commands on if it is off, and off if it is on.

    It is off after each start, and nothing tells how it stands.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.3.
    """


@command("ENTS", timeout=2, section="2.2.1.5")
class ENTS(Command[None]):
    """Enter or leave a power saving mode.

    Standby and sleep drop the network and end in a reset. The firmware checks all four ranges in each mode.

    :param ps_type: the mode.
    :param wake_type: what ends standby or sleep; with ``WIFI_OFF``, whether the mode is left or entered.
    :param delay_time: time until it begins, 100 to 1000 ms.
    :param wake_time: time until the timer ends it, 1000 to 65535 ms; without meaning where no timer does.
    :raises CommandError: ``OPS`` for ``WIFI_OFF`` in automatic mode.

    Source: manual 2.2.1.5.
    """

    ps_type: PowerSave = param(Choice(PowerSave))
    wake_type: WakeBy = param(Choice(WakeBy))
    delay_time: int = param(Int(100, 1000, "ms"))
    wake_time: int = param(Int(1000, 65535, "ms"))

    def script(self) -> Script:
        return Script(restarts=self.ps_type != PowerSave.WIFI_OFF)


@command("RSTF", timeout=3, section="2.2.1.6", evidence=Evidence.RUN)
class RSTF(Command[None]):
    """Restore the factory settings in flash; they take effect after :class:`Z`.

    :raises CommandError: ``FLASH``.

    Source: manual 2.2.1.6.
    """


@command("PMTF", timeout=3, section="2.2.1.7", evidence=Evidence.RUN)
class PMTF(Command[None]):
    """Write all parameters from RAM to flash, as if each had been set with ``save=True``.

    :raises CommandError: ``FLASH``.

    Source: manual 2.2.1.7.
    """


@command("QMAC", execute=True, timeout=3, section="2.2.1.8", reply=Inline(MacAddress), evidence=Evidence.RUN)
class QMAC(Command[MacAddress]):
    """Ask for the hardware address of the station interface; ``QMAC()`` and ``QMAC.query()`` are the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.8.
    """

    query: ClassVar[QueryForm[MacAddress]] = QueryForm(Inline(MacAddress))


@command("QMAC2", timeout=3, section="1.2.1", reply=Inline(MacAddress), evidence=Evidence.UNPROVEN)
class QMAC2(Command[MacAddress]):
    """Ask for the hardware address of the access point by an old name; use :class:`APMAC`.

    :raises CommandError: ``UNSUPP`` from firmware of 2018 on.

    Source: command table of the manual, 1.2.1.
    """


@command("APMAC", execute=True, timeout=3, section="2.2.1.9", reply=Inline(MacAddress), evidence=Evidence.RUN)
class APMAC(Command[MacAddress]):
    """Ask for the hardware address of the access point; ``APMAC()`` and ``APMAC.query()`` are the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.9.
    """

    query: ClassVar[QueryForm[MacAddress]] = QueryForm(Inline(MacAddress))


@command("QVER", execute=True, timeout=3, section="2.2.1.10", reply=Inline(FirmwareVersion), evidence=Evidence.RUN)
class QVER(Command[FirmwareVersion]):
    """Ask for the version of the firmware; ``QVER()`` and ``QVER.query()`` are the same.

    :raises CommandError: never by itself.

    Source: manual 2.2.1.10.
    """

    query: ClassVar[QueryForm[FirmwareVersion]] = QueryForm(Inline(FirmwareVersion))


@command("DNAME", timeout=3, section="2.2.2.22", evidence=Evidence.DOCUMENTATION)
class DNAME(Command[None]):
    """Set the name of the device.

    The firmware of 2018 knows the command but no name: it refuses one, and answers the query without a value.

    :param devicename: the name, 1 to 32 bytes.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` from firmware of 2018.

    Source: manual 2.2.2.22.
    """

    devicename: str = param(Text(shortest=1, longest=32))
    save: bool = form_flag(default=False)

    query: ClassVar[QueryForm[DeviceName | None]] = QueryForm(MaybeInline(DeviceName))


@command("PASS", timeout=3, section="2.2.2.23", bare_query=True, evidence=Evidence.RUN)
class PASS(InlineSetting):
    """Set or read the password of the built-in web server.

    :param password: six bytes; from the factory ``000000``.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS``.

    Source: manual 2.2.2.23.
    """

    password: str | Secret[str] = param(SecretText(Text(shortest=6, longest=6, free=True)))
    save: bool = form_flag(default=False)


@command("PORTM", timeout=3, section="2.2.3.1", bare_query=True, evidence=Evidence.RUN)
class PORTM(InlineSetting):
    """Set or read the host interface.

    Anything but ``UART_LOW`` is a binary protocol after the next start, and locks a client of AT commands out.

    :param mode: the interface.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.3.1.
    """

    mode: InterfaceMode = param(Choice(InterfaceMode))
    save: bool = form_flag(default=False)


@command("TEM", execute=True, timeout=3, section="", reply=Inline(Temperature))
class TEM(Command[Temperature]):
    """Ask for the temperature of the chip; ``TEM()`` and ``TEM.query()`` are the same.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """

    query: ClassVar[QueryForm[Temperature]] = QueryForm(Inline(Temperature))


@command("IOM", timeout=3, section="", bare_query=True)
class IOM(InlineSetting):
    """Set or read the mode of the pins.

    :param mode: 0 to 2.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: int = param(Int(0, 2))
    save: bool = form_flag(default=False)


@command("CMDM", timeout=3, section="", bare_query=True)
class CMDM(InlineSetting):
    """Set or read the command mode flag.

    :param mode: 0 or 1.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: int = param(Int(0, 1))
    save: bool = form_flag(default=False)


@command("AOLM", timeout=3, section="")
class AOLM(Command[None]):
    """Nothing: the firmware only answers ``+OK``.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """


@command("DDNS", timeout=3, section="")
class DDNS(Command[None]):
    """Nothing: the firmware only answers ``+OK``.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """


@command("UPNP", timeout=3, section="")
class UPNP(Command[None]):
    """Nothing: the firmware only answers ``+OK``.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """


@command("IOC", timeout=3, section="")
class IOC(Command[None]):
    """Nothing: the firmware only answers ``+OK``.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """


@command("&UPDP", timeout=3, section="")
class UPDP(Command[None]):
    """Begin or end to edit the user defaults: between the two, setters change these in place of the running values.

    :param mode: begin or end.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: UserDefaults = param(Choice(UserDefaults))


@command("&DBG", timeout=3, section="")
class DBG(Command[None]):
    """Set the debug level; its output goes to the debug port.

    :param level: the level.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    level: int = param(Int())


@command("&MAC", timeout=3, section="")
class MAC(InlineSetting):
    """Set or read the hardware address of the station interface, which is part of the factory data.

    :param mac: the address.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mac: str = param(Mac(separator=""))


@command("&HWV", execute=True, timeout=3, section="", reply=Inline(HardwareId))
class HWV(Command[HardwareId]):
    """Ask for the identification of the hardware; ``HWV()`` and ``HWV.query()`` are the same.

    :raises CommandError: never by itself.

    Source: firmware; not in the manual.
    """

    query: ClassVar[QueryForm[HardwareId]] = QueryForm(Inline(HardwareId))
