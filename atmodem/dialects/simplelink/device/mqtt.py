"""The MQTT client, which reaches no broker."""

from __future__ import annotations

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands import mqtt as c
from ..values.mqtt import ClientIndex
from .refusals import Code, Why, not_parsed

__all__ = ["MqttPart"]


class MqttPart(Part):
    """Obeys the commands about MQTT as a module does that has no network."""

    def __init__(self) -> None:
        self._made = False

    def power_down(self) -> None:
        self._made = False

    @handles(c.MqttCreate)
    def create(self, command: c.MqttCreate) -> ClientIndex:
        """Make the client."""
        if self._made:
            raise Refused(Code.REFUSED)
        self._made = True
        return ClientIndex(index=0)

    @handles(c.MqttDelete)
    def delete(self, command: c.MqttDelete) -> None:
        """Delete the client."""
        self._check()
        self._made = False

    @handles(c.MqttSet)
    def set(self, command: c.MqttSet) -> None:
        """Take a setting."""
        self._check()

    @handles(c.MqttConnect)
    def connect(self, command: c.MqttConnect) -> None:
        """Refuse: there is no broker."""
        self._check()
        raise Refused(Code.NOT_JOINED)

    @handles(c.MqttDisconnect)
    def disconnect(self, command: c.MqttDisconnect) -> None:
        """Refuse: nothing is connected."""
        self._not_connected()

    @handles(c.MqttPublish)
    def publish(self, command: c.MqttPublish) -> None:
        """Refuse, likewise."""
        self._not_connected()

    @handles(c.MqttSubscribe)
    def subscribe(self, command: c.MqttSubscribe) -> None:
        """Refuse, likewise."""
        self._not_connected()

    @handles(c.MqttUnsubscribe)
    def unsubscribe(self, command: c.MqttUnsubscribe) -> None:
        """Refuse, likewise."""
        self._not_connected()

    def _check(self) -> None:
        if not self._made:
            raise not_parsed(Why.UNKNOWN)

    def _not_connected(self) -> None:
        self._check()
        raise Refused(Code.BROKER_NOT_CONNECTED)
