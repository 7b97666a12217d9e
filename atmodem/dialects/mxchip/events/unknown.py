"""Events beyond the known kinds: firmware variants have more, and nothing they tell is lost."""

from __future__ import annotations

from ....wire.event import Event, event, value
from ..values.codecs import EventName, OtherKind

__all__ = [
    "OtherAlinkEvent",
    "OtherBluetoothEvent",
    "OtherEvent",
    "OtherGomeEvent",
    "OtherIlopEvent",
    "OtherLinkEvent",
    "OtherMqttEvent",
    "OtherQlinkEvent",
    "OtherUpdateEvent",
    "OtherWifiEvent",
]


@event("+WEVENT:<kind>", name="WEVENT", lead=True, fallback=True)
class OtherWifiEvent(Event):
    """Something of Wi-Fi, such as ``CONNECTTED``, ``TIMEOUT`` or ``UNBIND,SUCCESS`` of custom firmware.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+CIPEVENT:<kind>", name="CIPEVENT", lead=True, fallback=True)
class OtherLinkEvent(Event):
    """Something of links.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+MQTTEVENT:<kind>", name="MQTTEVENT", lead=True, fallback=True)
class OtherMqttEvent(Event):
    """Something of MQTT.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+BTEVENT:<kind>", name="BTEVENT", lead=True, fallback=True)
class OtherBluetoothEvent(Event):
    """Something of Bluetooth.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+OTAEVENT:<kind>", name="OTAEVENT", lead=True, fallback=True)
class OtherUpdateEvent(Event):
    """Something of a firmware update.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+ILOPEVENT:<kind>", name="ILOPEVENT", lead=True, fallback=True)
class OtherIlopEvent(Event):
    """Something of the ILOP cloud.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+GOMEEVENT:<kind>", name="GOMEEVENT", lead=True, fallback=True)
class OtherGomeEvent(Event):
    """Something of the GOME cloud.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+QLINKEVENT:<kind>", name="QLINKEVENT", lead=True, fallback=True)
class OtherQlinkEvent(Event):
    """Something of the QLINK cloud.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+ALINKEVENT:<kind>", name="ALINKEVENT", lead=True, fallback=True)
class OtherAlinkEvent(Event):
    """Something of the Alink cloud.

    :param kind: what the module told.
    """

    kind: str = value(OtherKind())


@event("+<event>:<kind>", name="EVENT", lead=True, fallback=True)
class OtherEvent(Event):
    """An event of an unknown name.

    :param event: its name, which ends in ``EVENT``.
    :param kind: what the module told.
    """

    event: str = value(EventName())
    kind: str = value(OtherKind())
