"""Events of MQTT."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ..capabilities import Capability
from ..values import Message
from .base import PortableEvent

__all__ = ["MessageReceived", "MqttConnected", "MqttDisconnected", "MqttReconnecting", "MqttSubscribed"]


@frozen(kw_only=True)
class MqttConnected(PortableEvent):
    """The broker has accepted the connection."""

    needs: ClassVar[Capability | None] = Capability.MQTT


@frozen(kw_only=True)
class MqttDisconnected(PortableEvent):
    """The connection to the broker has ended, whoever ended it."""

    needs: ClassVar[Capability | None] = Capability.MQTT


@frozen(kw_only=True)
class MqttReconnecting(PortableEvent):
    """The session begins an attempt to reach the broker again.

    :param attempt: counts from 1.
    """

    needs: ClassVar[Capability | None] = Capability.MQTT

    attempt: int


@frozen(kw_only=True)
class MqttSubscribed(PortableEvent):
    """The session has a subscription again after a reconnect.

    :param filter: its topic filter.
    """

    needs: ClassVar[Capability | None] = Capability.MQTT

    filter: str


@frozen(kw_only=True)
class MessageReceived(PortableEvent):
    """A message, or a piece of one, has come.

    :param message: what came.
    :param damaged: a part of it was lost on the line.
    """

    needs: ClassVar[Capability | None] = Capability.MQTT

    message: Message
    damaged: bool = False
