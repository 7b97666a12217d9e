"""Bluetooth Low Energy: keyboard and mouse, BluFi, updates. None of it was run."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Int, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One
from ....wire.script import Prompt, Script
from ..values.ble import BleAddress, BleOtaStatus, BluFiStatus, HidButton, HidModifier
from ..values.wifi import AuthMode

__all__ = [
    "BLEHIDCONSUMER",
    "BLEHIDINIT",
    "BLEHIDKB",
    "BLEHIDMUS",
    "BLEHIDNAME",
    "BLEOTA",
    "BLEOTANAME",
    "BLUFI",
    "BLUFIADDR",
    "BLUFINAME",
    "BLUFISEND",
]

_SECTION = "Bluetooth LE AT Commands"

_KEY = Int(0, 255)
_STEP = Int(-127, 127)
_NAME = Text(Quoting.ALWAYS, free=True)


@command("BLEHIDINIT", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEHIDINIT(Setting):
    """Switch the keyboard and mouse profile on or off; :meth:`query` asks for it.

    It excludes the other Low Energy commands. On ESP32 and ESP32-C3.

    :param init: True to switch it on.
    :raises CommandError: ``ERROR`` while Low Energy is used otherwise.

    Source: Bluetooth LE AT Commands, AT+BLEHIDINIT.
    """

    init: bool = param(Bool())


@command("BLEHIDNAME", timeout=2, section=_SECTION)
class BLEHIDNAME(Setting):
    """Set the name of the keyboard and mouse; :meth:`query` asks for it. On ESP32 and ESP32-C3.

    :param name: the name.
    :raises CommandError: ``ERROR`` before BLEHIDINIT.

    Source: the firmware; it has left Bluetooth LE AT Commands.
    """

    name: str = param(_NAME, answer_quoting=Quoting.NEEDED)


@command("BLEHIDKB", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEHIDKB(Command[None]):
    """Send a keyboard report: the keys that are down, each by its number in the USB HID usage tables, 0 for none.

    On ESP32 and ESP32-C3.

    :param modifiers: modifier keys that are down.
    :param key1: 0 to 255.
    :param key2: 0 to 255.
    :param key3: 0 to 255.
    :param key4: 0 to 255.
    :param key5: 0 to 255.
    :param key6: 0 to 255.
    :raises CommandError: ``ERROR`` without a host.

    Source: Bluetooth LE AT Commands, AT+BLEHIDKB.
    """

    modifiers: HidModifier = param(Bitmask(HidModifier))
    key1: int = param(_KEY)
    key2: int = param(_KEY)
    key3: int = param(_KEY)
    key4: int = param(_KEY)
    key5: int = param(_KEY)
    key6: int = param(_KEY)


@command("BLEHIDMUS", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEHIDMUS(Command[None]):
    """Send a mouse report. On ESP32 and ESP32-C3.

    :param buttons: buttons that are down.
    :param x: steps to the right, -127 to 127.
    :param y: steps down, -127 to 127.
    :param wheel: steps of the wheel, -127 to 127.
    :raises CommandError: ``ERROR`` without a host.

    Source: Bluetooth LE AT Commands, AT+BLEHIDMUS.
    """

    buttons: HidButton = param(Bitmask(HidButton))
    x: int = param(_STEP)
    y: int = param(_STEP)
    wheel: int = param(_STEP)


@command("BLEHIDCONSUMER", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEHIDCONSUMER(Command[None]):
    """Press a key of the consumer page, such as volume up. On ESP32 and ESP32-C3.

    :param usage_id: its number in the USB HID usage tables, 0 to 65535; 233 is volume up.
    :raises CommandError: ``ERROR`` without a host.

    Source: Bluetooth LE AT Commands, AT+BLEHIDCONSUMER.
    """

    usage_id: int = param(Int(0, 65535))


@command("BLUFI", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLUFI(Command[None]):
    """Start or stop BluFi provisioning; :meth:`query` asks whether it runs.

    Low Energy must be off, that is ``BLEINIT=0``.

    :param option: True to start.
    :param auth_floor: weakest security of an access point that the module joins; any when left out.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.ble.BluFiStatus`.
    :raises CommandError: ``ERROR`` while Low Energy is used otherwise.

    Source: Bluetooth LE AT Commands, AT+BLUFI.
    """

    option: bool = param(Bool())
    auth_floor: AuthMode | None = param(Choice(AuthMode), default=None)

    query: ClassVar[QueryForm[BluFiStatus]] = QueryForm(One(BluFiStatus))


@command("BLUFINAME", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLUFINAME(Setting):
    """Set the name under which BluFi is found, before it starts; :meth:`query` asks for it.

    :param name: at most 26 bytes; ``BLUFI_DEVICE`` until it is set.
    :raises CommandError: ``ERROR`` for a longer name.

    Source: Bluetooth LE AT Commands, AT+BLUFINAME.
    """

    glued: ClassVar[bool] = True

    name: str = param(Text(Quoting.ALWAYS, longest=26, free=True), answer_quoting=Quoting.NEEDED)


@command(
    "BLUFISEND",
    timeout=10,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    script=Script(prompt=Prompt.BARE),
)
class BLUFISEND(Command[None]):
    """Send data of your own to the BluFi peer; from release 3.0.

    :param length: bytes of the data, 1 to 600; filled in.
    :param data: the data.
    :raises CommandError: ``ERROR`` without a peer.

    Source: Bluetooth LE AT Commands, AT+BLUFISEND.
    """

    length: int | None = length_of("data", Int(1, 600, "bytes"), default=None)
    data: bytes | None = payload()


@command("BLUFIADDR", timeout=2, section=_SECTION)
class BLUFIADDR(Command[None]):
    """The address of BluFi; :meth:`query` asks for it.

    :returns: from the query a :class:`~atmodem.dialects.espat.values.ble.BleAddress`.
    :raises CommandError: ``ERROR`` before BLUFI.

    Source: the firmware; Bluetooth LE AT Commands does not have it.
    """

    query: ClassVar[QueryForm[BleAddress]] = QueryForm(One(BleAddress, glued=True))


@command("BLEOTA", timeout=5, section=_SECTION, evidence=Evidence.UNPROVEN)
class BLEOTA(Command[None]):
    """Take updates of the firmware over Low Energy, or no more; :meth:`query` asks for it. From release 5.1.

    :param enable: True to take them.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.ble.BleOtaStatus`.
    :raises CommandError: ``ERROR`` when it is not taken.

    Source: the firmware; Bluetooth LE AT Commands does not have it.
    """

    enable: bool = param(Bool())

    query: ClassVar[QueryForm[BleOtaStatus]] = QueryForm(One(BleOtaStatus))


@command("BLEOTANAME", timeout=2, section=_SECTION, evidence=Evidence.UNPROVEN)
class BLEOTANAME(Setting):
    """Set the name under which updates over Low Energy are offered; :meth:`query` asks for it. From release 5.1.

    :param name: the name.
    :raises CommandError: ``ERROR`` when it is not taken.

    Source: the firmware; Bluetooth LE AT Commands does not have it.
    """

    name: str = param(_NAME, answer_quoting=Quoting.NEEDED)
