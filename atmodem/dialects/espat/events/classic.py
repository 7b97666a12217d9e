"""Events of classic Bluetooth (ESP32 alone)."""

from __future__ import annotations

from ....wire.codecs import Hex, Int, Mac, Quoting, SecretInt, Text
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value
from ....wire.secret import Secret

__all__ = [
    "BtA2dpConn",
    "BtA2dpConnFailed",
    "BtA2dpDisconn",
    "BtCfmReq",
    "BtData",
    "BtKeyNtf",
    "BtKeyReq",
    "BtPinReq",
    "BtSppConn",
    "BtSppConnFailed",
    "BtSppDisconn",
    "BtSppDisconnFailed",
    "BtStartDisc",
]

_ADDRESS = Mac(quoting=Quoting.ALWAYS)


@event("+BTSTARTDISC:<*>", name="BTSTARTDISC", evidence=Evidence.DOCUMENTATION)
class BtStartDisc(Event):
    """A device was found.

    :param mac: its address.
    :param name: its name; may be empty.
    :param major_class: major class of the device.
    :param minor_class: minor class of the device.
    :param service_class: its services, as bits.
    :param rssi: its signal in dBm.
    """

    mac: str = value(_ADDRESS)
    name: str = value(Text(Quoting.NEVER, free=True))
    major_class: int = value(Hex())
    minor_class: int = value(Hex())
    service_class: int = value(Hex())
    rssi: int = value(Int())


@event("+BTSPPCONN:0,<mac>", name="BTSPPCONN")
class BtSppConn(Event):
    """The serial port is open.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)


@event("+BTSPPCONN:-1", name="BTSPPCONN", kind="failed")
class BtSppConnFailed(Event):
    """The serial port could not be opened."""


@event("+BTSPPDISCONN:0,<mac>", name="BTSPPDISCONN")
class BtSppDisconn(Event):
    """The serial port is closed.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)


@event("+BTSPPDISCONN:-1", name="BTSPPDISCONN", kind="failed")
class BtSppDisconnFailed(Event):
    """The serial port could not be closed."""


@event("+BTDATA:<length>,<data>", name="BTDATA")
class BtData(Event):
    """Data of the serial port.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(trailer=Trailer(b"\r\n")))
    short: bool = False


@event("+BTA2DPCONN:0,<mac>", name="BTA2DPCONN", evidence=Evidence.DOCUMENTATION)
class BtA2dpConn(Event):
    """The audio connection is open.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)


@event("+BTA2DPCONN:0,-1", name="BTA2DPCONN", kind="failed", evidence=Evidence.DOCUMENTATION)
class BtA2dpConnFailed(Event):
    """The audio connection could not be opened."""


@event("+BTA2DPDISCONN:0,<mac>", name="BTA2DPDISCONN", evidence=Evidence.DOCUMENTATION)
class BtA2dpDisconn(Event):
    """The audio connection is closed.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)


@event("+BTPINREQ:<mac>", name="BTPINREQ", evidence=Evidence.DOCUMENTATION)
class BtPinReq(Event):
    """The peer wants the PIN; AT+BTPINREPLY gives it.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)


@event("+BTCFMREQ:<mac>,<number>", name="BTCFMREQ", evidence=Evidence.DOCUMENTATION)
class BtCfmReq(Event):
    """This number has to be compared with the peer's; AT+BTSECCFM answers.

    :param mac: address of the peer.
    :param number: six digits as a number.
    """

    mac: str = value(_ADDRESS)
    number: int = value(Int(0))


@event("+BTKEYNTF:0,<key>", name="BTKEYNTF", evidence=Evidence.DOCUMENTATION)
class BtKeyNtf(Event):
    """Show this key to the user of the peer.

    :param key: six digits as a number.
    """

    key: Secret[int] = value(SecretInt(Int(0)))


@event("+BTKEYREQ:<mac>", name="BTKEYREQ", evidence=Evidence.DOCUMENTATION)
class BtKeyReq(Event):
    """The key that the peer shows has to be entered; AT+BTKEYREPLY gives it.

    :param mac: address of the peer.
    """

    mac: str = value(_ADDRESS)
