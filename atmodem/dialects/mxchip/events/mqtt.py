"""Events of MQTT. Firmware differs in whether the number of the subscription stands in front."""

from __future__ import annotations

from ....wire.codecs import Int
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value

__all__ = [
    "MqttCloseFailed",
    "MqttClosed",
    "MqttConnectFailed",
    "MqttConnected",
    "MqttInitFailed",
    "MqttMessage",
    "MqttPublishFailed",
    "MqttPublished",
    "MqttReconnecting",
    "MqttSubscribeFailed",
    "MqttSubscribed",
    "MqttUnsubscribeFailed",
    "MqttUnsubscribed",
]

_SECTION = "EVENT event notification"


@event("+MQTTEVENT:[<id>,]CONNECT,SUCCESS", name="MQTTEVENT", kind="CONNECT,SUCCESS", lead=True, section=_SECTION)
class MqttConnected(Event):
    """Connected to the broker.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event(
    "+MQTTEVENT:[<id>,]CONNECT,INIT_ERROR",
    name="MQTTEVENT",
    kind="CONNECT,INIT_ERROR",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class MqttInitFailed(Event):
    """The connection could not be prepared.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event("+MQTTEVENT:[<id>,]CONNECT,FAIL", name="MQTTEVENT", kind="CONNECT,FAIL", lead=True, section=_SECTION)
class MqttConnectFailed(Event):
    """Connecting failed.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event(
    "+MQTTEVENT:[<id>,]CONNECT,RECONNECTING",
    name="MQTTEVENT",
    kind="CONNECT,RECONNECTING",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class MqttReconnecting(Event):
    """The connection was lost, and the module tries again.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event("+MQTTEVENT:[<id>,]CLOSE,SUCCESS", name="MQTTEVENT", kind="CLOSE,SUCCESS", lead=True, section=_SECTION)
class MqttClosed(Event):
    """The service ended.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event(
    "+MQTTEVENT:[<id>,]CLOSE,FAIL",
    name="MQTTEVENT",
    kind="CLOSE,FAIL",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class MqttCloseFailed(Event):
    """The service could not be ended.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event("+MQTTEVENT:[<id>,]SUBSCRIBE,SUCCESS", name="MQTTEVENT", kind="SUBSCRIBE,SUCCESS", lead=True, section=_SECTION)
class MqttSubscribed(Event):
    """Subscribed.

    :param id: number of the subscription, where the firmware tells it.
    """

    id: int | None = value(Int(0, 5), default=None)


# The manual prints SBUSCRIBE.
@event(
    "+MQTTEVENT:[<id>,]SUBSCRIBE,FAIL",
    name="MQTTEVENT",
    kind="SUBSCRIBE,FAIL",
    lead=True,
    section=_SECTION,
    variants=("+MQTTEVENT:[<id>,]SBUSCRIBE,FAIL",),
)
class MqttSubscribeFailed(Event):
    """Subscribing failed.

    :param id: number of the subscription, where the firmware tells it.
    """

    id: int | None = value(Int(0, 5), default=None)


@event(
    "+MQTTEVENT:[<id>,]UNSUBSCRIBE,SUCCESS", name="MQTTEVENT", kind="UNSUBSCRIBE,SUCCESS", lead=True, section=_SECTION
)
class MqttUnsubscribed(Event):
    """A subscription ended.

    :param id: its number, where the firmware tells it.
    """

    id: int | None = value(Int(0, 5), default=None)


@event(
    "+MQTTEVENT:[<id>,]UNSUBSCRIBE,FAIL",
    name="MQTTEVENT",
    kind="UNSUBSCRIBE,FAIL",
    lead=True,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
)
class MqttUnsubscribeFailed(Event):
    """A subscription could not be ended.

    :param id: its number, where the firmware tells it.
    """

    id: int | None = value(Int(0, 5), default=None)


@event("+MQTTEVENT:[<id>,]PUBLISH,SUCCESS", name="MQTTEVENT", kind="PUBLISH,SUCCESS", lead=True, section=_SECTION)
class MqttPublished(Event):
    """The message of the last MQTTSEND was published.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event("+MQTTEVENT:[<id>,]PUBLISH,FAIL", name="MQTTEVENT", kind="PUBLISH,FAIL", lead=True, section=_SECTION)
class MqttPublishFailed(Event):
    """The message of the last MQTTSEND was not published.

    :param id: a number that some firmware puts in front.
    """

    id: int | None = value(Int(0), default=None)


@event("+MQTTRECV:<id>,<length>,<data>", name="MQTTRECV", lead=True)
class MqttMessage(Event):
    """A message was received. The manual lacks it; real clients live on it.

    :param id: number of the subscription; the topic is not told.
    :param length: number of bytes that the module announced.
    :param data: the message.
    :param short: it stopped before that number.
    """

    id: int = value(Int(0, 5))
    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535, trailer=Trailer(b"\r\n")))
    short: bool = False
