"""What a dialect does for MQTT."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import Message, MqttOptions

__all__ = ["MqttDriver"]


class MqttDriver(Protocol):
    """One connection to a broker, by the module's own client.

    ``MqttConnected`` comes before :meth:`connect` returns, messages as ``MessageReceived``, and the end of the
    connection as ``MqttDisconnected``. The module does not reconnect by itself: the session does, and subscribes again.
    """

    async def connect(self, options: MqttOptions) -> None:
        """Connect and return once the broker has accepted; whatever was left of an earlier connection is cleared first.

        :raises ConnectFailed: the broker was not reached.
        :raises BrokerRefused: it refused; ``name`` tells why, such as ``BAD_CREDENTIALS``.
        :raises TlsError: it is not who it should be.
        :raises InvalidArgument: an option cannot be written in this dialect.
        """
        ...

    async def disconnect(self) -> None:
        """Disconnect and clear up; nothing happens when there is no connection."""
        ...

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Publish and return when the module says that it is done.

        :raises InvalidArgument: no form of the command can carry topic or payload; the limit is named.
        :raises MqttError: the module could not publish.
        """
        ...

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe and return when the module says that it is done.

        :raises InvalidArgument: the filter cannot be carried, or the module has no room for another.
        :raises MqttError: the broker refused.
        """
        ...

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe; harmless where there is no such subscription."""
        raise unsupported(Capability.MQTT_UNSUBSCRIBE)

    def may_continue(self, message: Message, begun: bool) -> bool:
        """Tell whether the next piece may belong to the same message, where ``continues`` does not say.

        :param message: the piece.
        :param begun: it is not the first of its message.
        """
        return bool(message.continues)
