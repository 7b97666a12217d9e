"""Values of the MQTT commands."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Bool, Choice, Int, OpenIntEnum, Quoting, Text
from ....wire.event import value

__all__ = ["MqttConnection", "MqttScheme", "MqttState", "MqttSubscription"]


class MqttScheme(OpenIntEnum):
    """How the broker is reached, and which certificates take part."""

    #: Plain TCP.
    TCP = 1
    #: TLS without any certificate.
    TLS = 2
    #: TLS; the broker's certificate is verified.
    TLS_VERIFY = 3
    #: TLS; the module shows its certificate.
    TLS_CLIENT_CERT = 4
    #: TLS with both certificates.
    TLS_MUTUAL = 5
    #: WebSocket over TCP.
    WS = 6
    #: WebSocket over TLS without any certificate.
    WSS = 7
    #: WebSocket over TLS; the broker's certificate is verified.
    WSS_VERIFY = 8
    #: WebSocket over TLS; the module shows its certificate.
    WSS_CLIENT_CERT = 9
    #: WebSocket over TLS with both certificates.
    WSS_MUTUAL = 10


class MqttState(OpenIntEnum):
    """How far the MQTT client is."""

    #: Nothing is configured.
    UNINITIALISED = 0
    #: MQTTUSERCFG was given.
    USER_CONFIGURED = 1
    #: MQTTCONNCFG was given.
    CONNECTION_CONFIGURED = 2
    #: The broker was lost or left.
    DISCONNECTED = 3
    #: The broker is reached.
    CONNECTED = 4
    #: The broker is reached and no topic is subscribed any more.
    CONNECTED_WITHOUT_SUBSCRIPTION = 5
    #: The broker is reached and topics are subscribed.
    SUBSCRIBED = 6


@frozen(kw_only=True)
class MqttConnection:
    """State and settings of the MQTT client.

    :param link_id: always 0.
    :param state: how far it is.
    :param scheme: how the broker is reached; 0, a member without a name, before MQTTUSERCFG.
    :param host: the broker's name or address; empty before MQTTCONN.
    :param port: the broker's port; 0 before MQTTCONN, when the module prints none.
    :param path: path of a WebSocket, with a slash in front.
    :param reconnect: whether a lost connection is opened again.
    """

    link_id: int = value(Int(0, 0))
    state: MqttState = value(Choice(MqttState))
    scheme: MqttScheme = value(Choice(MqttScheme, unnamed=True))
    host: str = value(Text(Quoting.ALWAYS))
    port: int = value(Int(0, 65535, empty=0), answer_quoting=Quoting.ALWAYS)
    path: str = value(Text(Quoting.ALWAYS))
    reconnect: bool = value(Bool())


@frozen(kw_only=True)
class MqttSubscription:
    """One subscribed topic filter.

    :param link_id: always 0.
    :param state: how far the client is.
    :param topic: the filter; empty in the only record of a client without subscriptions.
    :param qos: quality of service that was asked for, 0 to 2.
    """

    link_id: int = value(Int(0, 0))
    state: MqttState = value(Choice(MqttState))
    topic: str = value(Text(Quoting.ALWAYS, free=True))
    qos: int = value(Int(0, 2))
