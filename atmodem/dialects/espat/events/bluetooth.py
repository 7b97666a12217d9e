"""Events of Bluetooth Low Energy."""

from __future__ import annotations

from ....wire.codecs import Choice, Int, Mac, OpenIntEnum, Quoting, SecretText, Text
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value
from ....wire.secret import Secret
from ..values.ble import BleAddressType

__all__ = [
    "BleAuthCmpl",
    "BleCfgMtu",
    "BleConn",
    "BleConnFailed",
    "BleConnParam",
    "BleConnParamFailed",
    "BleDisconn",
    "BleHidConn",
    "BleHidDisconn",
    "BleIndicate",
    "BleNotify",
    "BleRead",
    "BleScan",
    "BleScanDone",
    "BleSecKeyReq",
    "BleSecKeyType",
    "BleSecNcReq",
    "BleSecNtfyKey",
    "BleSecReq",
    "BleSrvChg",
    "BleSync",
    "BleTtMode",
    "BleWrite",
    "PairingResult",
]

_INDEX = Int(0)
_ADDRESS = Mac(quoting=Quoting.ALWAYS)
#: Advertised bytes as hexadecimal digits; they may be missing.
_DIGITS = Text(Quoting.NEVER, pattern="[0-9A-Fa-f]*")


def _attribute_value() -> Data:
    return Data(maximum=1024, trailer=Trailer(b"\r\n"))


class PairingResult(OpenIntEnum):
    """How a pairing has ended."""

    DONE = 0
    FAILED = 1


@event("+BLECONN:<conn_index>,<mac>", name="BLECONN")
class BleConn(Event):
    """A connection is open.

    :param conn_index: its number, 0 to 2.
    :param mac: address of the peer.
    """

    conn_index: int = value(_INDEX)
    mac: str = value(_ADDRESS)


@event("+BLECONN:<conn_index>,-1", name="BLECONN", kind="failed")
class BleConnFailed(Event):
    """A connection could not be opened.

    :param conn_index: its number.
    """

    conn_index: int = value(_INDEX)


@event("+BLEDISCONN:<conn_index>,<mac>", name="BLEDISCONN")
class BleDisconn(Event):
    """A connection is closed.

    :param conn_index: its number.
    :param mac: address of the peer.
    """

    conn_index: int = value(_INDEX)
    mac: str = value(_ADDRESS)


@event("+BLESCAN:<mac>,<rssi>,<adv_data>,<scan_rsp_data>,<addr_type>", name="BLESCAN")
class BleScan(Event):
    """An advertiser was seen.

    :param mac: its address.
    :param rssi: its signal in dBm.
    :param adv_data: advertised bytes as hexadecimal digits; may be empty.
    :param scan_rsp_data: bytes of its scan response, likewise.
    :param addr_type: kind of its address.
    """

    mac: str = value(_ADDRESS)
    rssi: int = value(Int())
    adv_data: str = value(_DIGITS)
    scan_rsp_data: str = value(_DIGITS)
    addr_type: BleAddressType = value(Choice(BleAddressType))


@event("+BLESCANDONE", name="BLESCANDONE")
class BleScanDone(Event):
    """The scan is over."""


@event("+BLESYNC:<mac>,<rssi>,<data>", name="BLESYNC", evidence=Evidence.DOCUMENTATION)
class BleSync(Event):
    """Data of a periodic advertiser.

    :param mac: its address.
    :param rssi: its signal in dBm.
    :param data: the bytes as hexadecimal digits.
    """

    mac: str = value(_ADDRESS)
    rssi: int = value(Int())
    data: str = value(_DIGITS)


@event("+READ:<conn_index>,<mac>", name="READ")
class BleRead(Event):
    """The peer has read a characteristic.

    :param conn_index: number of the connection.
    :param mac: address of the peer.
    """

    conn_index: int = value(_INDEX)
    mac: str = value(_ADDRESS)


@event("+WRITE:<conn_index>,<srv_index>,<char_index>,[<desc_index>],<length>,<value>", name="WRITE")
class BleWrite(Event):
    """The peer has written.

    :param conn_index: number of the connection.
    :param srv_index: number of the service.
    :param char_index: number of the characteristic.
    :param desc_index: number of the descriptor; None for the characteristic's own value.
    :param length: how many bytes.
    :param value: the bytes.
    """

    conn_index: int = value(_INDEX)
    srv_index: int = value(_INDEX)
    char_index: int = value(_INDEX)
    desc_index: int | None = value(_INDEX, default=None)
    length: int = value(Int(0))
    short: bool = False
    value: bytes = value(_attribute_value())


@event("+NOTIFY:<conn_index>,<srv_index>,<char_index>,<length>,<value>", name="NOTIFY")
class BleNotify(Event):
    """The peer notifies.

    :param conn_index: number of the connection.
    :param srv_index: number of the service.
    :param char_index: number of the characteristic.
    :param length: how many bytes.
    :param value: the bytes.
    """

    conn_index: int = value(_INDEX)
    srv_index: int = value(_INDEX)
    char_index: int = value(_INDEX)
    length: int = value(Int(0))
    short: bool = False
    value: bytes = value(_attribute_value())


@event("+INDICATE:<conn_index>,<srv_index>,<char_index>,<length>,<value>", name="INDICATE")
class BleIndicate(Event):
    """The peer indicates; the module has confirmed it.

    :param conn_index: number of the connection.
    :param srv_index: number of the service.
    :param char_index: number of the characteristic.
    :param length: how many bytes.
    :param value: the bytes.
    """

    conn_index: int = value(_INDEX)
    srv_index: int = value(_INDEX)
    char_index: int = value(_INDEX)
    length: int = value(Int(0))
    short: bool = False
    value: bytes = value(_attribute_value())


@event("+SRV_CHG:<conn_index>", name="SRV_CHG")
class BleSrvChg(Event):
    """The peer has changed its services.

    :param conn_index: number of the connection.
    """

    conn_index: int = value(_INDEX)


@event("+BLECFGMTU:<conn_index>,<mtu>", name="BLECFGMTU")
class BleCfgMtu(Event):
    """The size of a transfer unit was agreed.

    :param conn_index: number of the connection.
    :param mtu: its bytes; -1 when it failed.
    """

    conn_index: int = value(_INDEX)
    mtu: int = value(Int(-1))


@event(
    "+BLECONNPARAM:<conn_index>,<min_interval>,<max_interval>,<cur_interval>,<latency>,<timeout>", name="BLECONNPARAM"
)
class BleConnParam(Event):
    """The parameters of a connection have changed.

    :param conn_index: number of the connection.
    :param min_interval: shortest interval in units of 1.25 ms.
    :param max_interval: longest interval in units of 1.25 ms.
    :param cur_interval: interval in use in units of 1.25 ms.
    :param latency: events that the peripheral may skip.
    :param timeout: supervision time in units of 10 ms.
    """

    conn_index: int = value(_INDEX)
    min_interval: int = value(Int(0))
    max_interval: int = value(Int(0))
    cur_interval: int = value(Int(0))
    latency: int = value(Int(0))
    timeout: int = value(Int(0))


@event("+BLECONNPARAM:<conn_index>,-1", name="BLECONNPARAM", kind="failed")
class BleConnParamFailed(Event):
    """The parameters of a connection were refused.

    :param conn_index: number of the connection.
    """

    conn_index: int = value(_INDEX)


@event("+BLESECREQ:<conn_index>", name="BLESECREQ")
class BleSecReq(Event):
    """The peer asks for pairing.

    :param conn_index: number of the connection.
    """

    conn_index: int = value(_INDEX)


@event("+BLEAUTHCMPL:<conn_index>,<result>", name="BLEAUTHCMPL")
class BleAuthCmpl(Event):
    """Pairing is over.

    :param conn_index: number of the connection.
    :param result: how it ended.
    """

    conn_index: int = value(_INDEX)
    result: PairingResult = value(Choice(PairingResult))


@event("+BLESECNTFYKEY:<conn_index>,<key>", name="BLESECNTFYKEY")
class BleSecNtfyKey(Event):
    """Show this key to the user of the peer.

    :param conn_index: number of the connection.
    :param key: six digits.
    """

    conn_index: int = value(_INDEX)
    key: Secret[str] = value(SecretText(Text(Quoting.NEVER)))


@event("+BLESECKEYTYPE:<conn_index>,<type>", name="BLESECKEYTYPE")
class BleSecKeyType(Event):
    """A key was exchanged.

    :param conn_index: number of the connection.
    :param type: kind of the key.
    """

    conn_index: int = value(_INDEX)
    type: int = value(Int(0))


@event("+BLESECKEYREQ:<conn_index>", name="BLESECKEYREQ")
class BleSecKeyReq(Event):
    """The key that the peer shows has to be entered.

    :param conn_index: number of the connection.
    """

    conn_index: int = value(_INDEX)


@event("+BLESECNCREQ:<conn_index>,<number>", name="BLESECNCREQ")
class BleSecNcReq(Event):
    """This number has to be compared with the one that the peer shows.

    :param conn_index: number of the connection.
    :param number: six digits as a number.
    """

    conn_index: int = value(_INDEX)
    number: int = value(Int(0))


@event("BLE_TT_MODE", name="BLE_TT_MODE", variants=("+BLE_TT_MODE",))
class BleTtMode(Event):
    """The module has started into Bluetooth passthrough."""


@event("+BLEHIDCONN", name="BLEHIDCONN", variants=("+BLEHIDCONN:<fields>",), evidence=Evidence.UNPROVEN)
class BleHidConn(Event):
    """A HID host has connected.

    :param fields: what stands behind the name in firmware that tells more.
    """

    fields: str | None = value(Text(Quoting.NEVER, free=True), default=None)


@event("+BLEHIDDISCONN", name="BLEHIDDISCONN", variants=("+BLEHIDDISCONN:<fields>",), evidence=Evidence.UNPROVEN)
class BleHidDisconn(Event):
    """The HID host is gone.

    :param fields: what stands behind the name in firmware that tells more.
    """

    fields: str | None = value(Text(Quoting.NEVER, free=True), default=None)
