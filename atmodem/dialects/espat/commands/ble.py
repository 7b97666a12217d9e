"""Bluetooth Low Energy: role, address, name, scanning and advertising. All of it is documented; none was run."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, HexBytes, Int, Mac, Quoting, Text, TextOrInt
from ....wire.command import Command, QueryForm, Setting, command, param
from ....wire.event import Evidence
from ....wire.reply import One
from ..values.ble import (
    AdvertisingChannel,
    AdvertisingFilter,
    AdvertisingParts,
    AdvertisingType,
    BleAddress,
    BleAddressType,
    BlePhy,
    BleRole,
    BleRoleStatus,
    BleScanFilterPolicy,
    BleScanFilterType,
    BleScanType,
    OwnAddressType,
    PrimaryPhy,
)

__all__ = [
    "BLEADDR",
    "BLEADVDATA",
    "BLEADVDATAEX",
    "BLEADVPARAM",
    "BLEADVSTART",
    "BLEADVSTOP",
    "BLEINIT",
    "BLENAME",
    "BLEPERIODICDATA",
    "BLEPERIODICSTART",
    "BLEPERIODICSTOP",
    "BLESCAN",
    "BLESCANPARAM",
    "BLESCANRSPDATA",
    "BLESYNCSTART",
    "BLESYNCSTOP",
    "BLEWL",
]

_SECTION = "Bluetooth LE AT Commands"

_MAC = Mac(quoting=Quoting.ALWAYS)
_SCAN_TIME = Int(4, 16384, "units of 0.625 ms")
_ADVERTISING_TIME = Int(32, 16384, "units of 0.625 ms")


@command("BLEINIT", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEINIT(Command[None]):
    """Start Low Energy in a role, or stop it; :meth:`query` asks for the role.

    Another role can be chosen only after ``OFF``. While Low Energy runs, sockets have no passthrough.

    :param init: the role; ``DUAL`` from release 5.0.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.ble.BleRoleStatus`.
    :raises CommandError: ``ERROR`` in another role, in passthrough mode, or without memory.

    Source: Bluetooth LE AT Commands, AT+BLEINIT.
    """

    init: BleRole = param(Choice(BleRole))

    query: ClassVar[QueryForm[BleRoleStatus]] = QueryForm(One(BleRoleStatus))


@command("BLEADDR", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADDR(Command[None]):
    """Choose the kind of the own address; :meth:`query` asks for the address.

    :param addr_type: public or random.
    :param random_addr: a static random address, whose two highest bits are 1; left out, the module makes a private one.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.ble.BleAddress`.
    :raises CommandError: ``ERROR`` for an address that is no static one, and before BLEINIT.

    Source: Bluetooth LE AT Commands, AT+BLEADDR.
    """

    addr_type: BleAddressType = param(Choice(BleAddressType))
    random_addr: str | None = param(_MAC, default=None)

    query: ClassVar[QueryForm[BleAddress]] = QueryForm(One(BleAddress, glued=True))


@command("BLENAME", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLENAME(Setting):
    """Set the name of the device; :meth:`query` asks for it.

    The name is read by peers that are connected; advertising needs it in its data.

    :param name: at most 32 bytes; ``ESP-AT`` until it is set.
    :raises CommandError: ``ERROR`` before BLEINIT.

    Source: Bluetooth LE AT Commands, AT+BLENAME.
    """

    name: str = param(Text(Quoting.ALWAYS, longest=32, free=True), answer_quoting=Quoting.LENIENT)


@command("BLESCANPARAM", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESCANPARAM(Setting):
    """Set how scanning is done; :meth:`query` asks for it.

    :param scan_type: whether scan responses are asked for.
    :param own_addr_type: kind of the own address while scanning.
    :param filter_policy: whose advertisements are told.
    :param scan_interval: time between starts, 4 to 16384 units of 0.625 ms; at least the window.
    :param scan_window: time of listening, 4 to 16384 units of 0.625 ms.
    :raises CommandError: ``ERROR`` for a window beyond the interval, and in another role than the client's.

    Source: Bluetooth LE AT Commands, AT+BLESCANPARAM.
    """

    glued: ClassVar[bool] = True

    scan_type: BleScanType = param(Choice(BleScanType))
    own_addr_type: OwnAddressType = param(Choice(OwnAddressType))
    filter_policy: BleScanFilterPolicy = param(Choice(BleScanFilterPolicy))
    scan_interval: int = param(_SCAN_TIME)
    scan_window: int = param(_SCAN_TIME)


@command("BLESCAN", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESCAN(Command[None]):
    """Start or stop scanning.

    BLESCAN events come before or after the success, and BLESCANDONE at the end.

    :param enable: True to start.
    :param duration_s: seconds to scan; 0 or left out: until it is stopped.
    :param filter_type: what *filter_param* is.
    :param filter_param: an address, name or UUID as text, or the weakest signal in dBm as number.
    :param duplicate_check: whether an advertiser is told only once.
    :raises CommandError: ``ERROR`` in another role than the client's, and when there is nothing to stop.

    Source: Bluetooth LE AT Commands, AT+BLESCAN.
    """

    enable: bool = param(Bool())
    duration_s: int | None = param(Int(0, unit="s"), default=None)
    filter_type: BleScanFilterType | None = param(Choice(BleScanFilterType), default=None)
    filter_param: str | int | None = param(TextOrInt(), default=None)
    duplicate_check: bool | None = param(Bool(), default=None)


@command("BLESCANRSPDATA", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESCANRSPDATA(Command[None]):
    """Set the data of the scan response.

    :param data: at most 31 bytes, made of fields with length and type as in advertising.
    :raises CommandError: ``ERROR`` in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLESCANRSPDATA.
    """

    data: bytes = param(HexBytes(Quoting.ALWAYS, longest=31, upper=True))


@command("BLEADVPARAM", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADVPARAM(Setting):
    """Set how advertising is done; :meth:`query` asks for it.

    *peer_addr_type* goes with *peer_addr*, and *primary_phy* with *secondary_phy*; the first ESP32 lacks the latter.

    :param adv_int_min: shortest interval, 32 to 16384 units of 0.625 ms.
    :param adv_int_max: longest interval, 32 to 16384 units of 0.625 ms.
    :param adv_type: kind of advertising.
    :param own_addr_type: kind of the own address.
    :param channel_map: channels to advertise on.
    :param filter_policy: who may scan and connect; anyone when left out.
    :param peer_addr_type: kind of *peer_addr*.
    :param peer_addr: address of the peer; in answers all zeros where none is set.
    :param primary_phy: radio mode of the primary channels; 1M when left out.
    :param secondary_phy: radio mode of the secondary channels; 1M when left out.
    :raises CommandError: ``ERROR`` for an interval that ends before it begins, and in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLEADVPARAM.
    """

    glued: ClassVar[bool] = True

    adv_int_min: int = param(_ADVERTISING_TIME)
    adv_int_max: int = param(_ADVERTISING_TIME)
    adv_type: AdvertisingType = param(Choice(AdvertisingType))
    own_addr_type: BleAddressType = param(Choice(BleAddressType))
    channel_map: AdvertisingChannel = param(Bitmask(AdvertisingChannel))
    filter_policy: AdvertisingFilter | None = param(Choice(AdvertisingFilter), default=None)
    peer_addr_type: BleAddressType | None = param(Choice(BleAddressType), default=None)
    peer_addr: str | None = param(_MAC, default=None, answer_quoting=Quoting.NEEDED)
    primary_phy: PrimaryPhy | None = param(Choice(PrimaryPhy), default=None)
    secondary_phy: BlePhy | None = param(Choice(BlePhy), default=None)


@command("BLEADVDATA", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADVDATA(Command[None]):
    """Set the advertising data; what BLEADVDATAEX had set is overwritten.

    :param data: fields of length, type and content: at most 31 bytes, 119 with extended advertising.
    :raises CommandError: ``ERROR`` for data that are too long for the kind of advertising, and in another role than the
        server's.

    Source: Bluetooth LE AT Commands, AT+BLEADVDATA.
    """

    data: bytes = param(HexBytes(Quoting.ALWAYS, longest=119, upper=True))


@command("BLEADVDATAEX", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADVDATAEX(Command[None]):
    """Make the advertising data from parts and start to advertise; :meth:`query` asks for the parts.

    The kind of advertising becomes ``IND``; what BLEADVDATA had set is overwritten.

    :param name: name of the device.
    :param uuid: UUID of the service, most significant byte first.
    :param manufacturer_data: data of the manufacturer, which begin with its number.
    :param include_power: whether the transmit power is told.
    :returns: nothing; the query an :class:`~atmodem.dialects.espat.values.ble.AdvertisingParts`.
    :raises CommandError: ``ERROR`` for parts of more than 31 bytes in all, and in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLEADVDATAEX.
    """

    name: str = param(Text(Quoting.ALWAYS))
    uuid: bytes = param(HexBytes(Quoting.ALWAYS, longest=16, upper=True))
    manufacturer_data: bytes = param(HexBytes(Quoting.ALWAYS, upper=True))
    include_power: bool = param(Bool())

    query: ClassVar[QueryForm[AdvertisingParts]] = QueryForm(One(AdvertisingParts, glued=True))


@command("BLEADVSTART", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADVSTART(Command[None]):
    """Start to advertise; it ends when a peer connects, which the event BLECONN tells.

    :raises CommandError: ``ERROR`` in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLEADVSTART.
    """


@command("BLEADVSTOP", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEADVSTOP(Command[None]):
    """Stop advertising.

    :raises CommandError: ``ERROR`` in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLEADVSTOP.
    """


@command("BLEPERIODICDATA", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEPERIODICDATA(Command[None]):
    """Set the data of periodic advertising; from release 2.4, not on the first ESP32.

    :param data: the data; the line limit leaves room for 116 bytes.
    :raises CommandError: ``ERROR`` in another role than the server's.

    Source: Bluetooth LE AT Commands, AT+BLEPERIODICDATA.
    """

    data: bytes = param(HexBytes(Quoting.ALWAYS, upper=True))


@command("BLEPERIODICSTART", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEPERIODICSTART(Command[None]):
    """Start periodic advertising, while extended advertising of type ``EXT_NOSCANNABLE`` runs.

    From release 2.4, not on the first ESP32.

    :raises CommandError: ``ERROR`` without that advertising.

    Source: Bluetooth LE AT Commands, AT+BLEPERIODICSTART.
    """


@command("BLEPERIODICSTOP", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEPERIODICSTOP(Command[None]):
    """Stop periodic advertising; from release 2.4, not on the first ESP32.

    :raises CommandError: ``ERROR`` when there is none.

    Source: Bluetooth LE AT Commands, AT+BLEPERIODICSTOP.
    """


@command("BLESYNCSTART", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESYNCSTART(Command[None]):
    """Follow the periodic advertising of a device, while scanning; BLESYNC events tell the data.

    From release 2.4, not on the first ESP32.

    :param target_addr: address of the device.
    :raises CommandError: ``ERROR`` without a scan.

    Source: Bluetooth LE AT Commands, AT+BLESYNCSTART.
    """

    target_addr: str = param(_MAC)


@command("BLESYNCSTOP", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLESYNCSTOP(Command[None]):
    """Stop following periodic advertising, which the end of the scan does too.

    From release 2.4, not on the first ESP32.

    :raises CommandError: ``ERROR`` when none is followed.

    Source: Bluetooth LE AT Commands, AT+BLESYNCSTOP.
    """


@command("BLEWL", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class BLEWL(Command[None]):
    """Add a device to the white list or remove it; from release 3.0.

    :param add: True to add.
    :param addr_type: kind of the address.
    :param addr: address of the device.
    :raises CommandError: ``ERROR`` when the list stays as it is.

    Source: Bluetooth LE AT Commands, AT+BLEWL.
    """

    add: bool = param(Bool())
    addr_type: BleAddressType | None = param(Choice(BleAddressType), default=None)
    addr: str | None = param(_MAC, default=None)
