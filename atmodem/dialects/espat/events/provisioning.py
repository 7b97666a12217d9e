"""Events of SmartConfig and BluFi, by which a phone tells the network."""

from __future__ import annotations

from ....wire.codecs import Int, Quoting, SecretText, Text
from ....wire.counted import Data, Trailer
from ....wire.event import Event, event, value
from ....wire.secret import Secret

__all__ = [
    "BlufiConn",
    "BlufiData",
    "BlufiDisconn",
    "BlufiPassword",
    "BlufiSsid",
    "Scrd",
    "SmartGetWifiInfo",
    "SmartPassword",
    "SmartSsid",
    "SmartconfigConnectedWifi",
    "SmartconfigType",
]

#: Free text up to the end of the line.
_LINE = Text(Quoting.NEVER, free=True)


@event("smartconfig type:<type>", name="smartconfig type")
class SmartconfigType(Event):
    """The phone's protocol is known.

    :param type: ``ESPTOUCH``, ``AIRKISS``, ``ESPTOUCH_V2`` or ``UNKNOWN``.
    """

    type: str = value(_LINE)


@event("Smart get wifi info", name="Smart get wifi info", variants=("Smart get Wi-Fi info",))
class SmartGetWifiInfo(Event):
    """The data of the network are complete."""


@event("ssid:<ssid>", name="ssid")
class SmartSsid(Event):
    """Name of the network, by SmartConfig.

    :param ssid: the name.
    """

    ssid: str = value(_LINE)


@event("password:<password>", name="password")
class SmartPassword(Event):
    """Password of the network, by SmartConfig.

    :param password: the password.
    """

    password: Secret[str] = value(SecretText(_LINE))


@event("+SCRD:<length>,<data>", name="SCRD")
class Scrd(Event):
    """Further data of the phone, by ESP-TOUCH v2; printed as text.

    :param length: bytes of the data.
    :param data: the text.
    """

    length: int = value(Int(0))
    data: str = value(_LINE)


@event("smartconfig connected wifi", name="smartconfig connected wifi")
class SmartconfigConnectedWifi(Event):
    """The network is joined; after six seconds AT+CWSTOPSMART is due."""


@event("+BLUFICONN", name="BLUFICONN")
class BlufiConn(Event):
    """A BluFi peer has connected."""


@event("+BLUFIDISCONN", name="BLUFIDISCONN")
class BlufiDisconn(Event):
    """The BluFi peer is gone."""


@event("+SSID:<ssid>", name="SSID")
class BlufiSsid(Event):
    """Name of the network, by BluFi.

    :param ssid: the name.
    """

    ssid: str = value(_LINE)


@event("+PASSWORD:<password>", name="PASSWORD")
class BlufiPassword(Event):
    """Password of the network, by BluFi.

    :param password: the password.
    """

    password: Secret[str] = value(SecretText(_LINE))


@event("+BLUFIDATA:<length>,<data>", name="BLUFIDATA")
class BlufiData(Event):
    """The BluFi peer's own data, from 3.0.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(trailer=Trailer(b"\r\n")))
    short: bool = False
