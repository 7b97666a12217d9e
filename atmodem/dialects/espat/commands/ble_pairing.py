"""Bluetooth Low Energy: pairing and bonding. All of it is documented; none was run."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Int, SecretInt
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import Many, One
from ....wire.secret import Secret
from ..values.ble import BleAuthRequest, BleIoCapability, BleKeys, BlePasskey, BleSecurity
from ..values.bluetooth import BondedDevice

__all__ = [
    "BLECONFREPLY",
    "BLEENC",
    "BLEENCCLEAR",
    "BLEENCDEV",
    "BLEENCRSP",
    "BLEKEYREPLY",
    "BLESECPARAM",
    "BLESETKEY",
]

_SECTION = "Bluetooth LE AT Commands"

_CONNECTION = Int(0, 2)
_PASSKEY = SecretInt(Int(0, 999999))


@command("BLESECPARAM", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESECPARAM(Setting):
    """Set what a pairing must bring about; :meth:`query` asks for it.

    :param auth_req: bonding, protection against a man in the middle, and Secure Connections.
    :param iocap: what the host can show and enter.
    :param enc_key_size: 7 to 16 bytes.
    :param init_key: keys that the initiator hands over.
    :param rsp_key: keys that the responder hands over.
    :param auth_option: whether a peer that does not reach this level is disconnected; it is not when left out.
    :raises CommandError: ``ERROR`` before BLEINIT.

    Source: Bluetooth LE AT Commands, AT+BLESECPARAM.
    """

    auth_req: BleAuthRequest = param(Choice(BleAuthRequest))
    iocap: BleIoCapability = param(Choice(BleIoCapability))
    enc_key_size: int = param(Int(7, 16, "bytes"))
    init_key: BleKeys = param(Bitmask(BleKeys))
    rsp_key: BleKeys = param(Bitmask(BleKeys))
    auth_option: bool | None = param(Bool(), default=None)


@command("BLEENC", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEENC(Command[None]):
    """Ask the peer to encrypt the connection; BLESEC… events and BLEAUTHCMPL follow.

    :param conn_index: 0 to 2.
    :param sec_act: the encryption that is asked for.
    :raises CommandError: ``ERROR`` without that connection.

    Source: Bluetooth LE AT Commands, AT+BLEENC.
    """

    conn_index: int = param(_CONNECTION)
    sec_act: BleSecurity = param(Choice(BleSecurity))


@command("BLEENCRSP", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEENCRSP(Command[None]):
    """Answer the event BLESECREQ; BLEAUTHCMPL tells the outcome. On ESP32 and ESP32-C3.

    :param conn_index: 0 to 2.
    :param accept: whether to pair.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Bluetooth LE AT Commands, AT+BLEENCRSP.
    """

    conn_index: int = param(_CONNECTION)
    accept: bool = param(Bool())


@command("BLEKEYREPLY", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEKEYREPLY(Command[None]):
    """Answer the event BLESECKEYREQ with the passkey that the peer shows.

    :param conn_index: 0 to 2.
    :param passkey: six digits as a number, 0 to 999999.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Bluetooth LE AT Commands, AT+BLEKEYREPLY.
    """

    conn_index: int = param(_CONNECTION)
    passkey: int | Secret[int] = param(_PASSKEY)


@command("BLECONFREPLY", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLECONFREPLY(Command[None]):
    """Answer the event BLESECNCREQ: whether both sides show the same number.

    :param conn_index: 0 to 2.
    :param confirm: True when they do.
    :raises CommandError: ``ERROR`` when nothing was asked.

    Source: Bluetooth LE AT Commands, AT+BLECONFREPLY.
    """

    conn_index: int = param(_CONNECTION)
    confirm: bool = param(Bool())


@command("BLEENCDEV", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEENCDEV(Command[None]):
    """The bonded devices; :meth:`query` lists them.

    There are 15 places; beyond that the oldest is overwritten.

    :returns: from the query a tuple of :class:`~atmodem.dialects.espat.values.bluetooth.BondedDevice`.
    :raises CommandError: ``ERROR`` before BLEINIT.

    Source: Bluetooth LE AT Commands, AT+BLEENCDEV.
    """

    query: ClassVar[QueryForm[tuple[BondedDevice, ...]]] = QueryForm(Many(BondedDevice))


@command("BLEENCCLEAR", timeout=2, section=_SECTION, execute=True, evidence=Evidence.DOCUMENTATION)
class BLEENCCLEAR(Command[None]):
    """Forget one bonded device, or all.

    :param index: its place in the list, from 0; left out for all.
    :raises CommandError: ``ERROR`` for a place that is empty.

    Source: Bluetooth LE AT Commands, AT+BLEENCCLEAR.
    """

    index: int | None = param(Int(0), default=None)


@command("BLESETKEY", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESETKEY(Command[None]):
    """Set a passkey that holds for all connections; :meth:`query` asks for it.

    :param passkey: six digits as a number, 0 to 999999.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.ble.BlePasskey`.
    :raises CommandError: ``ERROR`` before BLEINIT.

    Source: Bluetooth LE AT Commands, AT+BLESETKEY.
    """

    passkey: int | Secret[int] = param(_PASSKEY)

    query: ClassVar[QueryForm[BlePasskey]] = QueryForm(One(BlePasskey))
