"""Events of the MQTT client."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Int, Quoting, Text
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value
from ..values.mqtt import MqttScheme

__all__ = [
    "MqttConnected",
    "MqttDisconnected",
    "MqttNote",
    "MqttNote2",
    "MqttPubFail",
    "MqttPubOk",
    "MqttSubRecv",
]

_LINK = Int(0)


@event(
    '+MQTTCONNECTED:<link_id>,<scheme>,<host>,"<port>",<path>,<reconnect>', name="MQTTCONNECTED", evidence=Evidence.RUN
)
class MqttConnected(Event):
    """The broker is reached: before the OK of AT+MQTTCONN, and again after each reconnect.

    :param link_id: 0.
    :param scheme: how it is reached.
    :param host: the broker.
    :param port: its port.
    :param path: path of a WebSocket, with a slash in front; else empty.
    :param reconnect: the module reconnects by itself.
    """

    link_id: int = value(_LINK)
    scheme: MqttScheme = value(Choice(MqttScheme))
    host: str = value(Text(Quoting.ALWAYS))
    port: int = value(Int(0, 65535))
    path: str = value(Text(Quoting.ALWAYS, free=True))
    reconnect: bool = value(Bool())


@event("+MQTTDISCONNECTED:<link_id>", name="MQTTDISCONNECTED", evidence=Evidence.RUN)
class MqttDisconnected(Event):
    """The broker is lost or left.

    :param link_id: 0.
    """

    link_id: int = value(_LINK)


@event("+MQTTSUBRECV:<link_id>,<topic>,<length>,<data>", name="MQTTSUBRECV", evidence=Evidence.RUN)
class MqttSubRecv(Event):
    """A message, or a piece of one: above about 1000 bytes it comes in several records that nothing marks as such.

    :param link_id: 0.
    :param topic: its topic.
    :param length: bytes of this record.
    :param data: the bytes.
    """

    link_id: int = value(_LINK)
    topic: str = value(Text(Quoting.ALWAYS, free=True))
    length: int = value(Int(0))
    data: bytes = value(Data(trailer=Trailer(b"\r\n", certain=True)))
    short: bool = False


@event("+MQTTPUB:OK", name="MQTTPUB", kind="OK", evidence=Evidence.RUN)
class MqttPubOk(Event):
    """A message was sent, when no AT+MQTTPUBRAW waits for it."""


@event("+MQTTPUB:FAIL", name="MQTTPUB", kind="FAIL", evidence=Evidence.RUN)
class MqttPubFail(Event):
    """A message was not sent, when no AT+MQTTPUBRAW waits for it."""


@event("ALREADY SUBSCRIBE", name="MQTT_NOTE", evidence=Evidence.DOCUMENTATION)
class MqttNote(Event):
    """The topic was subscribed to already; OK follows."""


@event("NO UNSUBSCRIBE", name="MQTT_NOTE2", evidence=Evidence.DOCUMENTATION)
class MqttNote2(Event):
    """The topic was not subscribed to; OK follows."""
