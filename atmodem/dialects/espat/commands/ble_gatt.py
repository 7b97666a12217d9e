"""Bluetooth Low Energy: attributes, own and the peer's. All of it is documented; none was run."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bool, Int
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Many, One
from ....wire.script import Prompt, Script
from ..values.gatt import (
    GattCharacteristic,
    GattIncludedService,
    GattPrimaryService,
    GattService,
    GattValue,
    PeerAttribute,
    SppPassthrough,
)

__all__ = [
    "BLEGATTCCHAR",
    "BLEGATTCINCLSRV",
    "BLEGATTCPRIMSRV",
    "BLEGATTCRD",
    "BLEGATTCWR",
    "BLEGATTSCHAR",
    "BLEGATTSIND",
    "BLEGATTSNTFY",
    "BLEGATTSSETATTR",
    "BLEGATTSSRV",
    "BLEGATTSSRVCRE",
    "BLEGATTSSRVSTART",
    "BLEGATTSSRVSTOP",
    "BLESPP",
    "BLESPPCFG",
]

_SECTION = "Bluetooth LE AT Commands"

_CONNECTION = Int(0, 2)
_INDEX = Int(1)
_LENGTH = Int(0, unit="bytes")
#: Records of characteristics and of descriptors have different places between the index and the UUID.
_ATTRIBUTE = "<srv_index>,<char_index>[,<desc_index>][,<uuid>][,<properties>]"
_VALUE = Script(prompt=Prompt.BARE)


@command("BLEGATTSSRVCRE", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEGATTSSRVCRE(Command[None]):
    """Create the own services that the firmware image describes, before any peer connects; on ESP32 and ESP32-C3.

    :raises CommandError: ``ERROR`` before BLEINIT, with an open connection, and without a description in flash.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSSRVCRE.
    """


@command("BLEGATTSSRVSTART", timeout=3, section=_SECTION, execute=True, evidence=Evidence.DOCUMENTATION)
class BLEGATTSSRVSTART(Command[None]):
    """Start own services; on ESP32 and ESP32-C3.

    :param srv_index: the service, from 1; left out for all.
    :raises CommandError: ``ERROR`` before BLEGATTSSRVCRE.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSSRVSTART.
    """

    srv_index: int | None = param(_INDEX, default=None)


@command("BLEGATTSSRVSTOP", timeout=3, section=_SECTION, execute=True, evidence=Evidence.DOCUMENTATION)
class BLEGATTSSRVSTOP(Command[None]):
    """Stop own services; on ESP32 and ESP32-C3.

    :param srv_index: the service, from 1; left out for all.
    :raises CommandError: ``ERROR`` before BLEGATTSSRVCRE.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSSRVSTOP.
    """

    srv_index: int | None = param(_INDEX, default=None)


@command("BLEGATTSSRV", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEGATTSSRV(Command[None]):
    """The own services; :meth:`query` lists them.

    :returns: from the query a tuple of :class:`~atmodem.dialects.espat.values.gatt.GattService`.
    :raises CommandError: ``ERROR`` before BLEGATTSSRVCRE.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSSRV.
    """

    query: ClassVar[QueryForm[tuple[GattService, ...]]] = QueryForm(Many(GattService))


@command("BLEGATTSCHAR", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEGATTSCHAR(Command[None]):
    """The own characteristics and descriptors; :meth:`query` lists them.

    :returns: from the query a tuple of :class:`~atmodem.dialects.espat.values.gatt.GattCharacteristic`.
    :raises CommandError: ``ERROR`` before BLEGATTSSRVCRE.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSCHAR.
    """

    query: ClassVar[QueryForm[tuple[GattCharacteristic, ...]]] = QueryForm(
        Many(GattCharacteristic, f"<kind>,{_ATTRIBUTE}")
    )


@command("BLEGATTSNTFY", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION, script=_VALUE)
class BLEGATTSNTFY(Command[None]):
    """Notify a client of a value.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :param char_index: the characteristic, from 1.
    :param length: bytes of the value, at most the MTU less 3; filled in.
    :param data: the value.
    :raises CommandError: ``ERROR`` when the client has not asked for notifications, or the value is too long.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSNTFY.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)
    char_index: int = param(_INDEX)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload()


@command("BLEGATTSIND", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION, script=_VALUE)
class BLEGATTSIND(Command[None]):
    """Indicate a value to a client, which confirms it.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :param char_index: the characteristic, from 1.
    :param length: bytes of the value, at most the MTU less 3; filled in.
    :param data: the value.
    :raises CommandError: ``ERROR`` when the client has not asked for indications, or the value is too long.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSIND.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)
    char_index: int = param(_INDEX)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload()


@command("BLEGATTSSETATTR", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION, script=_VALUE)
class BLEGATTSSETATTR(Command[None]):
    """Set the value of an own characteristic or descriptor, for clients to read.

    :param srv_index: the service, from 1.
    :param char_index: the characteristic, from 1.
    :param desc_index: the descriptor, from 1; left out for the characteristic itself, and on the ESP32-C2.
    :param length: bytes of the value; filled in.
    :param data: the value.
    :raises CommandError: ``ERROR`` for an attribute that is not there, or a value that is too long for it.

    Source: Bluetooth LE AT Commands, AT+BLEGATTSSETATTR.
    """

    srv_index: int = param(_INDEX)
    char_index: int = param(_INDEX)
    desc_index: int | None = param(_INDEX, default=None)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload()


@command(
    "BLEGATTCPRIMSRV",
    timeout=15,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Many(GattPrimaryService),
)
class BLEGATTCPRIMSRV(Command[tuple[GattPrimaryService, ...]]):
    """Discover the primary services of the peer.

    :param conn_index: 0 to 2.
    :returns: the services; an ESP32 as peer shows two more than it lists itself.
    :raises CommandError: ``ERROR`` without that connection, and now and then right after it was opened.

    Source: Bluetooth LE AT Commands, AT+BLEGATTCPRIMSRV.
    """

    conn_index: int = param(_CONNECTION)


@command(
    "BLEGATTCINCLSRV",
    timeout=15,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Many(GattIncludedService),
)
class BLEGATTCINCLSRV(Command[tuple[GattIncludedService, ...]]):
    """Discover the services that a service of the peer includes.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :returns: the included services.
    :raises CommandError: ``ERROR`` without that connection, or before BLEGATTCPRIMSRV.

    Source: Bluetooth LE AT Commands, AT+BLEGATTCINCLSRV.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)


@command(
    "BLEGATTCCHAR",
    timeout=15,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    reply=Many(PeerAttribute, f"<kind>,<conn_index>,{_ATTRIBUTE}"),
)
class BLEGATTCCHAR(Command[tuple[PeerAttribute, ...]]):
    """Discover the characteristics and descriptors of a service of the peer.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :returns: the characteristics, each followed by its descriptors.
    :raises CommandError: ``ERROR`` without that connection, or before BLEGATTCPRIMSRV.

    Source: Bluetooth LE AT Commands, AT+BLEGATTCCHAR.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)


@command("BLEGATTCRD", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION, reply=Counted(GattValue))
class BLEGATTCRD(Command[GattValue]):
    """Read a characteristic or descriptor of the peer.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :param char_index: the characteristic, from 1.
    :param desc_index: the descriptor, from 1; left out for the characteristic itself.
    :returns: the value.
    :raises CommandError: ``ERROR`` when it cannot be read.

    Source: Bluetooth LE AT Commands, AT+BLEGATTCRD.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)
    char_index: int = param(_INDEX)
    desc_index: int | None = param(_INDEX, default=None)


@command("BLEGATTCWR", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION, script=_VALUE)
class BLEGATTCWR(Command[None]):
    """Write a characteristic or descriptor of the peer.

    :param conn_index: 0 to 2.
    :param srv_index: the service, from 1.
    :param char_index: the characteristic, from 1.
    :param desc_index: the descriptor, from 1; left out for the characteristic itself.
    :param length: bytes of the value; filled in.
    :param data: the value.
    :raises CommandError: ``ERROR`` when it cannot be written, or the value is too long.

    Source: Bluetooth LE AT Commands, AT+BLEGATTCWR.
    """

    conn_index: int = param(_CONNECTION)
    srv_index: int = param(_INDEX)
    char_index: int = param(_INDEX)
    desc_index: int | None = param(_INDEX, default=None)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload()


@command("BLESPPCFG", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESPPCFG(Command[None]):
    """Choose the attributes that carry passthrough, or forget them; :meth:`query` asks for them.

    :param enable: True to choose; False forgets all, and the rest is left out.
    :param tx_srv: service to send to, from 1.
    :param tx_char: its characteristic: a client writes it, a server notifies with it.
    :param rx_srv: service to receive from, from 1.
    :param rx_char: its characteristic: a client is notified by it, a server has it written.
    :param auto_conn: whether a lost connection is opened again; it is when left out.
    :returns: nothing; the query an :class:`~atmodem.dialects.espat.values.gatt.SppPassthrough`.
    :raises CommandError: ``ERROR`` for attributes that cannot carry it.

    Source: Bluetooth LE AT Commands, AT+BLESPPCFG.
    """

    enable: bool = param(Bool())
    tx_srv: int | None = param(_INDEX, default=None)
    tx_char: int | None = param(_INDEX, default=None)
    rx_srv: int | None = param(_INDEX, default=None)
    rx_char: int | None = param(_INDEX, default=None)
    auto_conn: bool | None = param(Bool(), default=None)

    query: ClassVar[QueryForm[SppPassthrough]] = QueryForm(One(SppPassthrough))


@command(
    "BLESPP",
    timeout=5,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    script=Script(prompt=Prompt.REQUIRED, stream=True),
)
class BLESPP(Command[None]):
    """Enter passthrough: from the prompt on, all bytes are data of the peer, until the escape.

    :raises CommandError: ``ERROR`` without a connection or BLESPPCFG, and while the peer has not asked for
        notifications.

    Source: Bluetooth LE AT Commands, AT+BLESPP.
    """
