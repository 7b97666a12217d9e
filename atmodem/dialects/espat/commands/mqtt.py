"""MQTT: one client, at one broker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ....wire.codecs import Bool, Choice, Int, ListOf, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Many, One
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..values.mqtt import MqttConnection, MqttScheme, MqttSubscription
from .limits import beyond

__all__ = [
    "MQTTALPN",
    "MQTTCLEAN",
    "MQTTCLIENTID",
    "MQTTCONN",
    "MQTTCONNCFG",
    "MQTTLONGCLIENTID",
    "MQTTLONGPASSWORD",
    "MQTTLONGUSERNAME",
    "MQTTPASSWORD",
    "MQTTPUB",
    "MQTTPUBRAW",
    "MQTTSNI",
    "MQTTSUB",
    "MQTTUNSUB",
    "MQTTUSERCFG",
    "MQTTUSERNAME",
]

_SECTION = "Commandes MQTT"
#: Of commands that the manual lacks: the page of the public documentation.
_DOCUMENTED = "MQTT AT Commands"

_LINK = Int(0, 0)
_QOS = Int(0, 2)
_TOPIC = Text(Quoting.ALWAYS, longest=128)
_TIMEOUT = Int(3000, 60000, "ms")
_LONG = Int(1, 1024, "bytes")


@command("MQTTUSERCFG", timeout=3, section=_SECTION, evidence=Evidence.RUN)
class MQTTUSERCFG(Command[None]):
    """Choose transport, names and certificates; the first command of a connection.

    It is taken again only after MQTTCLEAN. A client id, user name or password that makes the line too long goes into
    MQTTLONGCLIENTID, MQTTLONGUSERNAME or MQTTLONGPASSWORD afterwards.

    :param link_id: always 0.
    :param scheme: how the broker is reached.
    :param client_id: at most 256 bytes.
    :param username: at most 64 bytes; may be empty.
    :param password: at most 64 bytes; may be empty.
    :param cert_key_id: which client certificate is shown; 0 is the first.
    :param ca_id: which certificate authority is trusted; 0 is the first.
    :param path: path of a WebSocket, at most 32 bytes; empty for other schemes.
    :raises CommandError: when a connection is configured already, or a value is not taken.
    :raises InvalidArgument: for a line of more than 256 bytes.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTUSERCFG.
    """

    link_id: int = param(_LINK)
    scheme: MqttScheme = param(Choice(MqttScheme))
    client_id: str = param(Text(Quoting.ALWAYS, longest=256))
    username: str = param(Text(Quoting.ALWAYS, longest=64))
    password: str | Secret[str] = param(SecretText(Text(Quoting.ALWAYS, longest=64)))
    cert_key_id: int = param(Int(0))
    ca_id: int = param(Int(0))
    path: str = param(Text(Quoting.ALWAYS, longest=32))


@command("MQTTCLIENTID", timeout=2, section=_SECTION)
class MQTTCLIENTID(Command[None]):
    """Set the client id alone, behind MQTTUSERCFG.

    It left the documentation with release 3.0 and is in every firmware since.

    :param link_id: always 0.
    :param client_id: at most 256 bytes.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: Commandes MQTT; MQTT AT Commands of release 2.1, AT+MQTTCLIENTID.
    """

    link_id: int = param(_LINK)
    client_id: str = param(Text(Quoting.ALWAYS, longest=256))


@command("MQTTUSERNAME", timeout=2, section=_SECTION)
class MQTTUSERNAME(Command[None]):
    """Set the user name alone, behind MQTTUSERCFG.

    It left the documentation with release 3.0 and is in every firmware since.

    :param link_id: always 0.
    :param username: at most 64 bytes.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: Commandes MQTT; MQTT AT Commands of release 2.1, AT+MQTTUSERNAME.
    """

    link_id: int = param(_LINK)
    username: str = param(Text(Quoting.ALWAYS, longest=64))


@command("MQTTPASSWORD", timeout=2, section=_SECTION)
class MQTTPASSWORD(Command[None]):
    """Set the password alone, behind MQTTUSERCFG.

    It left the documentation with release 3.0 and is in every firmware since.

    :param link_id: always 0.
    :param password: at most 64 bytes.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: Commandes MQTT; MQTT AT Commands of release 2.1, AT+MQTTPASSWORD.
    """

    link_id: int = param(_LINK)
    password: str | Secret[str] = param(SecretText(Text(Quoting.ALWAYS, longest=64)))


@command("MQTTCONNCFG", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class MQTTCONNCFG(Command[None]):
    """Set keep-alive, session and last will, behind MQTTUSERCFG.

    :param link_id: always 0.
    :param keepalive_s: seconds between pings, 0 to 7200; 0 becomes 120.
    :param disable_clean_session: whether the broker keeps the session.
    :param lwt_topic: topic of the last will, at most 128 bytes; empty for none.
    :param lwt_message: text of the last will, at most 128 bytes.
    :param lwt_qos: quality of service of the last will, 0 to 2.
    :param lwt_retain: whether the broker keeps the last will.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTCONNCFG.
    """

    link_id: int = param(_LINK)
    keepalive_s: int = param(Int(0, 7200, "s"))
    disable_clean_session: bool = param(Bool())
    lwt_topic: str = param(_TOPIC)
    lwt_message: str = param(Text(Quoting.ALWAYS, longest=128))
    lwt_qos: int = param(_QOS)
    lwt_retain: bool = param(Bool())


@command("MQTTCONN", timeout=20, section=_SECTION, evidence=Evidence.RUN)
class MQTTCONN(Command[None]):
    """Connect to the broker; :meth:`query` asks for state and settings.

    The event MQTTCONNECTED comes before the success. With *reconnect* the module goes on trying after a failure, until
    MQTTCLEAN.

    :param link_id: always 0.
    :param host: name or address of the broker, at most 128 bytes.
    :param port: 1 to 65535.
    :param reconnect: whether a lost connection is opened again.
    :param timeout_ms: how long to try, 3000 to 60000 ms, from release 5.0; 15000 when left out.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.mqtt.MqttConnection`.
    :raises CommandError: when the broker cannot be reached or refuses; ``0x010a6004`` when it is connected already.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTCONN.
    """

    link_id: int = param(_LINK)
    host: str = param(Text(Quoting.ALWAYS, longest=128))
    port: int = param(Int(1, 65535))
    reconnect: bool = param(Bool())
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    query: ClassVar[QueryForm[MqttConnection]] = QueryForm(One(MqttConnection), timeout=2)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("MQTTPUB", timeout=18, section=_SECTION, evidence=Evidence.RUN)
class MQTTPUB(Command[None]):
    """Publish a short text; MQTTPUBRAW publishes any bytes.

    With QoS 1 and 2 the success tells that the broker has the message.

    :param link_id: always 0.
    :param topic: at most 128 bytes.
    :param data: a text without CR, LF and NUL that leaves the line within 256 bytes.
    :param qos: quality of service, 0 to 2.
    :param retain: whether the broker keeps the message.
    :param timeout_ms: how long to try, 3000 to 60000 ms, from release 5.0; 15000 when left out.
    :raises CommandError: ``0x010a6006`` without a connection, ``0x010a600c`` when it could not be published.
    :raises InvalidArgument: for a text or line that the command cannot carry.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTPUB.
    """

    link_id: int = param(_LINK)
    topic: str = param(_TOPIC)
    data: str = param(Text(Quoting.ALWAYS))
    qos: int = param(_QOS)
    retain: bool = param(Bool())
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command(
    "MQTTPUBRAW",
    timeout=18,
    section=_SECTION,
    evidence=Evidence.RUN,
    script=Script(prompt=Prompt.REQUIRED, done=(b"+MQTTPUB:OK",), fail=(b"+MQTTPUB:FAIL",)),
)
class MQTTPUBRAW(Command[None]):
    """Publish bytes.

    The message itself may come back as an event before the success, which with QoS 1 and 2 tells that the broker has
    it.

    :param link_id: always 0.
    :param topic: at most 128 bytes.
    :param length: bytes of the message; filled in.
    :param qos: quality of service, 0 to 2.
    :param retain: whether the broker keeps the message.
    :param timeout_ms: how long to try, 3000 to 60000 ms, from release 5.0; 15000 when left out.
    :param data: the message; how long it can be depends on the module's free memory.
    :raises CommandError: ``+MQTTPUB:FAIL`` when it could not be published, ``0x010a6006`` without a connection.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTPUBRAW.
    """

    link_id: int = param(_LINK)
    topic: str = param(_TOPIC)
    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    qos: int = param(_QOS)
    retain: bool = param(Bool())
    timeout_ms: int | None = param(_TIMEOUT, default=None)
    data: bytes | None = payload()

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("MQTTSUB", timeout=18, section=_SECTION, evidence=Evidence.RUN)
class MQTTSUB(Command[None]):
    """Subscribe to a topic; :meth:`query` lists the subscriptions.

    To subscribe again is no error. Messages come as MQTTSUBRECV events.

    :param link_id: always 0.
    :param topic: a topic or filter, at most 128 bytes.
    :param qos: highest quality of service to deliver with, 0 to 2.
    :param timeout_ms: how long to try, 3000 to 60000 ms, from release 5.0; 15000 when left out.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.mqtt.MqttSubscription`, with one
        record of an empty topic where there is no subscription.
    :raises CommandError: when the broker refuses, without a connection, and beyond ten topics.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTSUB.
    """

    link_id: int = param(_LINK)
    topic: str = param(_TOPIC)
    qos: int = param(_QOS)
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    query: ClassVar[QueryForm[tuple[MqttSubscription, ...]]] = QueryForm(Many(MqttSubscription), timeout=2)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("MQTTUNSUB", timeout=18, section=_SECTION, evidence=Evidence.RUN)
class MQTTUNSUB(Command[None]):
    """Unsubscribe from a topic; one that is not subscribed is no error.

    :param link_id: always 0.
    :param topic: the topic or filter as it was subscribed, at most 128 bytes.
    :param timeout_ms: how long to try, 3000 to 60000 ms, from release 5.0; 15000 when left out.
    :raises CommandError: without a connection, or when the broker does not confirm.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTUNSUB.
    """

    link_id: int = param(_LINK)
    topic: str = param(_TOPIC)
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("MQTTCLEAN", timeout=10, section=_SECTION, evidence=Evidence.RUN)
class MQTTCLEAN(Command[None]):
    """Disconnect and forget the configuration; the event MQTTDISCONNECTED may come before the success.

    :param link_id: always 0.
    :raises CommandError: ``0x010a6003`` when there is nothing to clean.

    Source: Commandes MQTT; MQTT AT Commands, AT+MQTTCLEAN.
    """

    link_id: int = param(_LINK)


@command(
    "MQTTLONGCLIENTID",
    timeout=3,
    section=_DOCUMENTED,
    evidence=Evidence.RUN,
    script=Script(prompt=Prompt.REQUIRED),
)
class MQTTLONGCLIENTID(Command[None]):
    """Set a client id that no command line can carry, behind MQTTUSERCFG.

    From release 3.0, on the ESP8266 from 2.2.2.

    :param link_id: always 0.
    :param length: bytes of the client id, 1 to 1024; filled in.
    :param data: the client id as bytes, usually UTF-8.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: MQTT AT Commands, AT+MQTTLONGCLIENTID.
    """

    link_id: int = param(_LINK)
    length: int | None = length_of("data", _LONG, default=None)
    data: bytes | None = payload()


@command(
    "MQTTLONGUSERNAME",
    timeout=3,
    section=_DOCUMENTED,
    evidence=Evidence.SOURCE,
    script=Script(prompt=Prompt.REQUIRED),
)
class MQTTLONGUSERNAME(Command[None]):
    """Set a user name that no command line can carry, behind MQTTUSERCFG.

    From release 3.0, on the ESP8266 from 2.2.2.

    :param link_id: always 0.
    :param length: bytes of the user name, 1 to 1024; filled in.
    :param data: the user name as bytes, usually UTF-8.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: MQTT AT Commands, AT+MQTTLONGUSERNAME.
    """

    link_id: int = param(_LINK)
    length: int | None = length_of("data", _LONG, default=None)
    data: bytes | None = payload()


@command(
    "MQTTLONGPASSWORD",
    timeout=3,
    section=_DOCUMENTED,
    evidence=Evidence.RUN,
    script=Script(prompt=Prompt.REQUIRED),
)
class MQTTLONGPASSWORD(Command[None]):
    """Set a password that no command line can carry, behind MQTTUSERCFG.

    From release 3.0, on the ESP8266 from 2.2.2.

    :param link_id: always 0.
    :param length: bytes of the password, 1 to 1024; filled in.
    :param data: the password as bytes, usually UTF-8.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: MQTT AT Commands, AT+MQTTLONGPASSWORD.
    """

    link_id: int = param(_LINK)
    length: int | None = length_of("data", _LONG, default=None)
    data: bytes | Secret[bytes] | None = payload(secret=True)


@command("MQTTALPN", timeout=2, section=_DOCUMENTED, evidence=Evidence.DOCUMENTATION)
class MQTTALPN(Command[None]):
    """Set the application protocols that MQTT over TLS offers; from release 2.4.

    :param link_id: always 0.
    :param counts: how many protocols there are, 0 to 5; 0 forgets them; filled in.
    :param alpn: their names, most wanted first.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: MQTT AT Commands, AT+MQTTALPN.
    """

    link_id: int = param(_LINK)
    counts: int | None = length_of("alpn", Int(0, 5), default=None)
    alpn: Sequence[str] | None = param(ListOf(Text(Quoting.ALWAYS)), default=None, rest=True)


@command("MQTTSNI", timeout=2, section=_DOCUMENTED, evidence=Evidence.DOCUMENTATION)
class MQTTSNI(Command[None]):
    """Set the server name that MQTT over TLS indicates; from release 3.3.

    :param link_id: always 0.
    :param sni: the name.
    :raises CommandError: ``0x010a6002`` before MQTTUSERCFG.

    Source: MQTT AT Commands, AT+MQTTSNI.
    """

    link_id: int = param(_LINK)
    sni: str = param(Text(Quoting.ALWAYS))
