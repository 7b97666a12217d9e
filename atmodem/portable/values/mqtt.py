"""Values of MQTT."""

from __future__ import annotations

from attrs import field, frozen

from ...wire.secret import Secret
from .sockets import TlsOptions

__all__ = ["Message", "MqttOptions", "Will"]


@frozen(kw_only=True)
class Will:
    """What the broker publishes when the module vanishes.

    :param topic: where to.
    :param payload: the message.
    :param qos: 0, 1 or 2.
    :param retain: the broker keeps it for later subscribers.
    """

    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False


@frozen(kw_only=True)
class MqttOptions:
    """One connection to a broker.

    :param host: its name or address.
    :param port: its port.
    :param client_id: 1 to 23 bytes are safe with every broker.
    :param username: user, or None.
    :param password: the user's password, or None.
    :param keep_alive: seconds between signs of life; None for the module's own setting.
    :param clean_session: let the broker forget the session at the end.
    :param will: what it publishes when the module vanishes.
    :param tls: protection; None for plain TCP.
    :param websocket_path: path on the server; None for MQTT without WebSocket.
    """

    host: str
    port: int = 1883
    client_id: str
    username: str | None = None
    password: str | Secret[str] | None = field(default=None, repr=False)
    keep_alive: int | None = None
    clean_session: bool = True
    will: Will | None = None
    tls: TlsOptions | None = None
    websocket_path: str | None = None


@frozen(kw_only=True)
class Message:
    """A message that came, or a piece of one. What the wire does not tell is None.

    :param topic: its topic.
    :param filter: the subscription that it came by.
    :param payload: its bytes.
    :param qos: how it was delivered.
    :param retain: it was kept by the broker from before.
    :param continues: more pieces of this message follow.
    """

    topic: str | None
    filter: str | None = None
    payload: bytes
    qos: int | None = None
    retain: bool | None = None
    continues: bool | None = None
