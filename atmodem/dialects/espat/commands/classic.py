"""Classic Bluetooth of the ESP32: discovery, serial port, audio and pairing. None of it was run."""

from __future__ import annotations

from typing import ClassVar

from ....errors import InvalidArgument
from ....wire.codecs import Bool, Choice, Hex, Int, Mac, Quoting, SecretInt, SecretText, Text
from ....wire.command import Command, QueryForm, Setting, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Many, Maybe, One
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..values.ble import BleAddress
from ..values.bluetooth import BondedDevice
from ..values.classic import (
    A2dpRole,
    A2dpSource,
    BtIoCapability,
    BtScanMode,
    ClassicConnection,
    FoundDevice,
    InquiryMode,
    PinType,
    SppRole,
)

__all__ = [
    "BTA2DPCONN",
    "BTA2DPCTRL",
    "BTA2DPDISCONN",
    "BTA2DPINIT",
    "BTA2DPSRC",
    "BTADDR",
    "BTCOD",
    "BTENCCLEAR",
    "BTENCDEV",
    "BTINIT",
    "BTKEYREPLY",
    "BTNAME",
    "BTPINREPLY",
    "BTPOWER",
    "BTSCANMODE",
    "BTSECCFM",
    "BTSECPARAM",
    "BTSPPCONN",
    "BTSPPDISCONN",
    "BTSPPINIT",
    "BTSPPSEND",
    "BTSPPSTART",
    "BTSTARTDISC",
]

_SECTION = "Classic Bluetooth AT Commands"

#: There is one connection.
_CONNECTION = Int(0, 0)
_MAC = Mac(quoting=Quoting.ALWAYS)
_POWER = Int(0, 7)


@command("BTINIT", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTINIT(Setting):
    """Start or stop Classic Bluetooth; :meth:`query` asks for it.

    :param init: True to start.
    :raises CommandError: ``ERROR`` without memory.

    Source: Classic Bluetooth AT Commands, AT+BTINIT.
    """

    init: bool = param(Bool())


@command("BTNAME", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTNAME(Setting):
    """Set the name of the device; :meth:`query` asks for it.

    :param name: at most 32 bytes; ``ESP32_AT`` until it is set.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTNAME.
    """

    name: str = param(Text(Quoting.ALWAYS, longest=32, free=True), answer_quoting=Quoting.LENIENT)


@command("BTADDR", timeout=2, section=_SECTION, evidence=Evidence.UNPROVEN)
class BTADDR(Command[None]):
    """The own address; :meth:`query` asks for it.

    :returns: from the query a :class:`~atmodem.dialects.espat.values.ble.BleAddress`.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: the firmware; Classic Bluetooth AT Commands does not have it.
    """

    query: ClassVar[QueryForm[BleAddress]] = QueryForm(One(BleAddress))


@command("BTSCANMODE", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSCANMODE(Setting):
    """Choose who may find the module and connect to it; :meth:`query` asks for it.

    :param mode: who may.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTSCANMODE; the query stands in the firmware alone.
    """

    glued: ClassVar[bool] = True

    mode: BtScanMode = param(Choice(BtScanMode))


@command(
    "BTSTARTDISC",
    timeout=65,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Many(FoundDevice, "<addr>,[<name>],[<major_class>],[<minor_class>],[<service_class>],[<rssi>]"),
)
class BTSTARTDISC(Command[tuple[FoundDevice, ...]]):
    """Look for devices.

    Firmware that tells them after the success does so by the event BTSTARTDISC.

    :param inquiry_mode: which devices are looked for.
    :param length: how long, 1 to 48 units of 1.28 s.
    :param max_responses: how many answers are taken; 0 for all.
    :returns: the devices that were told before the success.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTSTARTDISC.
    """

    inquiry_mode: InquiryMode = param(Choice(InquiryMode))
    length: int = param(Int(1, 48, "units of 1.28 s"))
    max_responses: int = param(Int(0))


@command("BTSPPINIT", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSPPINIT(Setting):
    """Choose the role in the Serial Port Profile; :meth:`query` asks for it.

    :param init: the role.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTSPPINIT.
    """

    init: SppRole = param(Choice(SppRole))


@command("BTSPPCONN", timeout=20, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSPPCONN(Command[None]):
    """Open a serial connection; :meth:`query` tells the one that is open.

    The event BTSPPCONN tells the outcome after the success.

    :param conn_index: always 0.
    :param sec_mode: sum of 0x0001 (authorisation), 0x0036 (encryption), 0x3000 (protection against a man in the middle)
        and 0x4000 (a PIN of 16 digits); 0 for no security.
    :param remote_addr: address of the peer.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.classic.ClassicConnection`.
    :raises CommandError: ``ERROR`` in another role than the master's.

    Source: Classic Bluetooth AT Commands, AT+BTSPPCONN.
    """

    conn_index: int = param(_CONNECTION)
    sec_mode: int = param(Hex(0, 0xFFFF, width=4))
    remote_addr: str = param(_MAC)

    query: ClassVar[QueryForm[tuple[ClassicConnection, ...]]] = QueryForm(
        Many(ClassicConnection, none=(b"-1",)), timeout=2
    )


@command("BTSPPDISCONN", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSPPDISCONN(Command[None]):
    """Close the serial connection; the event BTSPPDISCONN comes before or after the success.

    :param conn_index: always 0.
    :raises CommandError: ``ERROR`` without a connection.

    Source: Classic Bluetooth AT Commands, AT+BTSPPDISCONN.
    """

    conn_index: int = param(_CONNECTION)


@command("BTSPPSTART", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSPPSTART(Command[None]):
    """Start to serve serial connections; the event BTSPPCONN tells when one opens.

    :raises CommandError: ``ERROR`` in another role than the slave's.

    Source: Classic Bluetooth AT Commands, AT+BTSPPSTART.
    """


@command("BTSPPSEND", timeout=10, section=_SECTION, execute=True, evidence=Evidence.DOCUMENTATION)
class BTSPPSEND(Command[None]):
    """Send data over the serial connection; without parameters, enter passthrough.

    In passthrough all bytes from the prompt on are data of the peer, until the escape.

    :param conn_index: always 0.
    :param length: bytes of the data; filled in.
    :param data: the data.
    :raises CommandError: ``ERROR`` without a connection.
    :raises InvalidArgument: for data without a connection.

    Source: Classic Bluetooth AT Commands, AT+BTSPPSEND.
    """

    conn_index: int | None = param(_CONNECTION, default=None)
    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    data: bytes | None = payload(default=None)

    def __attrs_post_init__(self) -> None:
        if self.conn_index is None and (self.length is not None or self.data is not None):
            raise InvalidArgument("conn_index", "given with data")

    def script(self) -> Script:
        if self.conn_index is None:
            return Script(prompt=Prompt.REQUIRED, stream=True)
        return Script(prompt=Prompt.BARE)


@command("BTA2DPINIT", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTA2DPINIT(Setting):
    """Choose the role in audio streaming; :meth:`query` asks for it.

    :param role: the role.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTA2DPINIT.
    """

    role: A2dpRole = param(Choice(A2dpRole))


@command("BTA2DPCONN", timeout=20, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTA2DPCONN(Command[None]):
    """Open an audio connection; :meth:`query` tells the one that is open.

    The event BTA2DPCONN tells the outcome after the success.

    :param conn_index: always 0.
    :param remote_addr: address of the peer.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.classic.ClassicConnection`.
    :raises CommandError: ``ERROR`` before BTA2DPINIT.

    Source: Classic Bluetooth AT Commands, AT+BTA2DPCONN.
    """

    conn_index: int = param(_CONNECTION)
    remote_addr: str = param(_MAC)

    query: ClassVar[QueryForm[tuple[ClassicConnection, ...]]] = QueryForm(
        Many(ClassicConnection, none=(b"",)), timeout=2
    )


@command("BTA2DPDISCONN", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTA2DPDISCONN(Command[None]):
    """Close the audio connection, which the event BTA2DPDISCONN tells.

    :param conn_index: always 0.
    :raises CommandError: ``ERROR`` without a connection.

    Source: Classic Bluetooth AT Commands, AT+BTA2DPDISCONN.
    """

    conn_index: int = param(_CONNECTION)


@command("BTA2DPSRC", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTA2DPSRC(Command[None]):
    """Choose the sound file that a source plays; :meth:`query` asks for it.

    :param conn_index: always 0.
    :param url: an MP3 file at ``http://``, ``https://`` or ``flash://``.
    :returns: nothing; the query an :class:`~atmodem.dialects.espat.values.classic.A2dpSource`, or None where no file is
        chosen.
    :raises CommandError: ``ERROR`` in another role than the source's.

    Source: Classic Bluetooth AT Commands, AT+BTA2DPSRC.
    """

    conn_index: int = param(_CONNECTION)
    url: str = param(Text(Quoting.ALWAYS))

    query: ClassVar[QueryForm[A2dpSource | None]] = QueryForm(Maybe(A2dpSource, none=(b"NULL,NULL",)))


@command("BTA2DPCTRL", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTA2DPCTRL(Command[None]):
    """Control the play.

    :param conn_index: always 0.
    :param ctrl: 0 stop, 1 start; for a sink 2 forward, 3 backward, 4 fast forward, 5 end of it; for a source 2 pause.
    :raises CommandError: ``ERROR`` without a connection.

    Source: Classic Bluetooth AT Commands, AT+BTA2DPCTRL.
    """

    conn_index: int = param(_CONNECTION)
    ctrl: int = param(Int(0, 5))


@command("BTSECPARAM", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSECPARAM(Setting):
    """Set how devices are paired; :meth:`query` asks for it.

    :param io_cap: what the host can show and enter.
    :param pin_type: whether the PIN is fixed.
    :param pin_code: the fixed PIN, at most 16 bytes.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTSECPARAM.
    """

    io_cap: BtIoCapability = param(Choice(BtIoCapability))
    pin_type: PinType = param(Choice(PinType))
    pin_code: str | Secret[str] = param(
        SecretText(Text(Quoting.ALWAYS, longest=16, free=True)), answer_quoting=Quoting.NEEDED
    )


@command("BTKEYREPLY", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTKEYREPLY(Command[None]):
    """Answer the event BTKEYREQ with the passkey that the peer shows.

    :param conn_index: always 0.
    :param key: six digits as a number, 0 to 999999.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Classic Bluetooth AT Commands, AT+BTKEYREPLY.
    """

    conn_index: int = param(_CONNECTION)
    key: int | Secret[int] = param(SecretInt(Int(0, 999999)))


@command("BTPINREPLY", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTPINREPLY(Command[None]):
    """Answer the event BTPINREQ with the PIN.

    :param conn_index: always 0.
    :param pin: 1 to 16 bytes.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Classic Bluetooth AT Commands, AT+BTPINREPLY.
    """

    conn_index: int = param(_CONNECTION)
    pin: str | Secret[str] = param(SecretText(Text(Quoting.ALWAYS, shortest=1, longest=16)))


@command("BTSECCFM", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTSECCFM(Command[None]):
    """Answer the event BTCFMREQ: whether both sides show the same number.

    :param conn_index: always 0.
    :param accept: True when they do.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Classic Bluetooth AT Commands, AT+BTSECCFM.
    """

    conn_index: int = param(_CONNECTION)
    accept: bool = param(Bool())


@command("BTENCDEV", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTENCDEV(Command[None]):
    """The bonded devices; :meth:`query` lists them.

    :returns: from the query a tuple of :class:`~atmodem.dialects.espat.values.bluetooth.BondedDevice`.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTENCDEV.
    """

    query: ClassVar[QueryForm[tuple[BondedDevice, ...]]] = QueryForm(Many(BondedDevice))


@command("BTENCCLEAR", timeout=2, section=_SECTION, execute=True, evidence=Evidence.DOCUMENTATION)
class BTENCCLEAR(Command[None]):
    """Forget one bonded device, or all.

    :param index: its place in the list, from 0; left out for all.
    :raises CommandError: ``ERROR`` for a place that is empty.

    Source: Classic Bluetooth AT Commands, AT+BTENCCLEAR.
    """

    index: int | None = param(Int(0), default=None)


@command("BTCOD", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTCOD(Command[None]):
    """Set the class of device, by the numbers that the Bluetooth SIG assigns.

    :param major: major device class, 0 to 31.
    :param minor: minor device class, 0 to 63.
    :param service: major service class, 0 to 2047.
    :raises CommandError: ``ERROR`` before BTINIT.

    Source: Classic Bluetooth AT Commands, AT+BTCOD.
    """

    major: int = param(Int(0, 31))
    minor: int = param(Int(0, 63))
    service: int = param(Int(0, 2047))


@command("BTPOWER", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BTPOWER(Setting):
    """Set the transmit power; :meth:`query` asks for it.

    :param min_power: lowest level, 0 to 7.
    :param max_power: highest level, 0 to 7; at least the lowest.
    :raises CommandError: ``ERROR`` for levels in the wrong order.

    Source: Classic Bluetooth AT Commands, AT+BTPOWER.
    """

    min_power: int = param(_POWER)
    max_power: int = param(_POWER)
