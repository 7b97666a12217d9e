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
