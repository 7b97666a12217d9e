"""Words of the MQTT commands, and the options of ``MqttSet``."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ....wire.codecs import Bool, OpenStrEnum, SecretText, Text
from ....wire.event import value
from ....wire.secret import Secret
from ..codecs import Number, PublishTopic, Qos, QosWord
from ..options import Block, CountOf, Option, option

__all__ = [
    "ClientIndex",
    "MqttClean",
    "MqttFlag",
    "MqttKeepalive",
    "MqttPassword",
    "MqttProtocol",
    "MqttSetting",
    "MqttSubscription",
    "MqttTopic",
    "MqttUser",
    "MqttWill",
]


class MqttFlag(OpenStrEnum):
    """How the broker is reached."""

    IP4 = "ip4"
    IP6 = "ip6"
    #: Its address is a name.
    URL = "url"
    #: By TLS.
    SEC = "sec"
    SKIP_DOMAIN_VERIFY = "skip_domain_verify"
    SKIP_CERT_VERIFY = "skip_cert_verify"
    SKIP_DATE_VERIFY = "skip_date_verify"


class MqttProtocol(OpenStrEnum):
    """Version of MQTT."""

    V3_1 = "v3_1"
    V3_1_1 = "v3_1_1"


@frozen(kw_only=True)
class ClientIndex:
    """A client that was made.

    :param index: its number.
    """

    index: int = value(Number())


@frozen(kw_only=True)
class MqttSubscription:
    """A topic to subscribe to.

    :param topic: the topic, which may hold wildcards.
    :param qos: highest quality of service.
    :param persistent: kept for the future.
    """

    topic: str = value(Text(shortest=1))
    qos: Qos = value(QosWord())
    persistent: int | None = value(Number(), default=None)


@frozen(kw_only=True)
class MqttTopic:
    """A topic that was subscribed to.

    :param topic: the topic.
    :param persistent: kept for the future.
    """

    topic: str = value(Text(shortest=1))
    persistent: int | None = value(Number(), default=None)


class MqttSetting(Option):
    """The options of ``MqttSet``."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("user")
class MqttUser(MqttSetting):
    """Name to log in with.

    :param name: the name.
    """

    name: str = value(Text())


@option("password")
class MqttPassword(MqttSetting):
    """Password to log in with.

    :param password: the password; kept as a secret.
    """

    password: str | Secret[str] = value(SecretText())


@option("will")
class MqttWill(MqttSetting):
    """Message that the broker publishes when the client is lost.

    :param topic: its topic.
    :param qos: its quality of service.
    :param retain: the broker keeps it.
    :param length: bytes of the message in the line; filled in.
    :param message: as it stands in the line: base64 text where ``MqttCreate`` chose that.
    """

    topic: str = value(PublishTopic(shortest=1))
    qos: Qos = value(QosWord())
    retain: bool = value(Bool())
    length: int | None = value(CountOf("message"), default=None)
    message: bytes = value(Block())


@option("keepalive")
class MqttKeepalive(MqttSetting):
    """Longest time without a sign of life.

    :param seconds: 0 to 65535.
    """

    seconds: int = value(Number(0, 65535, unit="s"))


@option("clean")
class MqttClean(MqttSetting):
    """Whether the broker forgets what it knew of the client.

    :param clean: it forgets.
    """

    clean: bool = value(Bool())
