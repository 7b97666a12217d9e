"""Commands of MQTT."""

from __future__ import annotations

from typing import ClassVar

from ....errors import InvalidArgument
from ....wire.codecs import Choice, Int, SecretText, Text
from ....wire.command import Command, Form, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One, Table
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..errors import NOT_CONNECTED
from ..values.enums import MqttAction, Switch
from ..values.records import (
    MqttClientId,
    MqttLogin,
    MqttPublication,
    MqttStatus,
    MqttSubscription,
    MqttSubscriptions,
)
from .stored import StoredSetting

__all__ = [
    "MQTTAUTH",
    "MQTTAUTOSTART",
    "MQTTCAVERIFY",
    "MQTTCID",
    "MQTTCLOSE",
    "MQTTEVENT",
    "MQTTKEEPALIVE",
    "MQTTPUB",
    "MQTTRECONN",
    "MQTTSEND",
    "MQTTSOCK",
    "MQTTSSL",
    "MQTTSTART",
    "MQTTSTATUS",
    "MQTTSUB",
    "MQTTUNSUB",
]


@command("MQTTAUTH", timeout=5, section="5 AT+MQTTAUTH")
class MQTTAUTH(Command[None]):
    """Set user name and password; ``MQTTAUTH.query()`` answers :class:`MqttLogin`.

    Source: manual 5, AT+MQTTAUTH.

    :param username: user name.
    :param password: password.
    :raises CommandError: ``REFUSED`` for a value that is too long or has the wrong form.
    """

    username: str = param(Text())
    password: str | Secret[str] = param(SecretText(Text()))

    query: ClassVar[QueryForm[MqttLogin]] = QueryForm(One(MqttLogin), Form.STORED)


@command("MQTTSOCK", timeout=5, section="5 AT+MQTTSOCK")
class MQTTSOCK(StoredSetting):
    """Set the broker; ``MQTTSOCK.query()`` reads it back.

    Source: manual 5, AT+MQTTSOCK.

    :param host: its name or address.
    :param port: its port, 1 to 65535.
    :raises CommandError: ``REFUSED`` for a value that is too long or has the wrong form.
    """

    host: str = param(Text(shortest=1))
    port: int = param(Int(1, 65535))


@command("MQTTCAVERIFY", timeout=5, section="5 AT+MQTTCAVERIFY", evidence=Evidence.DOCUMENTATION)
class MQTTCAVERIFY(StoredSetting):
    """Choose which certificates count when TLS is on; ``MQTTCAVERIFY.query()`` reads it back.

    Source: manual 5, AT+MQTTCAVERIFY.

    :param verify_server: check the broker's certificate against the root certificate.
    :param verify_client: present the client certificate.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    verify_server: Switch = param(Choice(Switch))
    verify_client: Switch = param(Choice(Switch))


@command("MQTTSSL", timeout=5, section="5 AT+MQTTSSL")
class MQTTSSL(StoredSetting):
    """Switch TLS; ``MQTTSSL.query()`` reads it back.

    Source: manual 5, AT+MQTTSSL.

    :param status: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    status: Switch = param(Choice(Switch))


@command("MQTTCID", timeout=5, section="5 AT+MQTTCID")
class MQTTCID(Command[None]):
    r"""Set the client identifier; ``MQTTCID.query()`` answers :class:`MqttClientId`.

    Source: manual 5, AT+MQTTCID; real clients for the commas in it, which go out as ``\,``.

    :param client_id: the identifier.
    :raises CommandError: ``REFUSED`` for a value that is too long.
    """

    client_id: str = param(Text(shortest=1))

    query: ClassVar[QueryForm[MqttClientId]] = QueryForm(One(MqttClientId), Form.STORED)


@command("MQTTKEEPALIVE", timeout=5, section="5 AT+MQTTKEEPALIVE")
class MQTTKEEPALIVE(StoredSetting):
    """Set the keep-alive period; ``MQTTKEEPALIVE.query()`` reads it back.

    Source: manual 5, AT+MQTTKEEPALIVE.

    :param period: seconds, 0 to 65535 as MQTT has it; what the module takes is not documented.
    :raises CommandError: ``REFUSED`` for a period out of range.
    """

    period: int = param(Int(0, 65535, "s"))


@command("MQTTRECONN", timeout=5, section="5 AT+MQTTRECONN", evidence=Evidence.DOCUMENTATION)
class MQTTRECONN(StoredSetting):
    """Switch connecting again after a loss; ``MQTTRECONN.query()`` reads it back.

    Source: manual 5, AT+MQTTRECONN.

    :param status: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    status: Switch = param(Choice(Switch))


@command("MQTTAUTOSTART", timeout=5, section="5 AT+MQTTAUTOSTART", evidence=Evidence.DOCUMENTATION)
class MQTTAUTOSTART(StoredSetting):
    """Switch connecting at power-on; ``MQTTAUTOSTART.query()`` reads it back.

    Source: manual 5, AT+MQTTAUTOSTART.

    :param status: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    status: Switch = param(Choice(Switch))


@command("MQTTEVENT", timeout=5, section="5 AT+MQTTEVENT")
class MQTTEVENT(StoredSetting):
    """Switch the MQTT events ``+MQTTEVENT``; ``MQTTEVENT.query()`` reads it back.

    Source: manual 5, AT+MQTTEVENT.

    :param status: ``ON`` or ``OFF``.
    :raises CommandError: ``REFUSED``; the manual names no cause.
    """

    # Closed: the events have the same name as the answer, and none of them may be taken for it.
    status: Switch = param(Choice(Switch, closed=True))


@command("MQTTSTART", timeout=5, section="5 AT+MQTTSTART")
class MQTTSTART(Command[None]):
    """Connect to the broker.

    The answer says only that it was begun: :class:`MqttConnected`, :class:`MqttConnectFailed`,
    :class:`MqttInitFailed` or :class:`MqttReconnecting` follows within 20 to 50 s.

    Source: manual 5, AT+MQTTSTART.

    :raises CommandError: ``REFUSED`` when the service runs already or has no broker.
    """


@command("MQTTSUB", timeout=5, section="5 AT+MQTTSUB")
class MQTTSUB(Command[None]):
    """Subscribe; ``MQTTSUB.query()`` answers :class:`MqttSubscriptions`.

    :class:`MqttSubscribed` or :class:`MqttSubscribeFailed` follows within 10 to 20 s. Received messages carry *id*
    instead of their topic.

    Source: manual 5, AT+MQTTSUB.

    :param id: number of the subscription, 0 to 5.
    :param topic: topic filter.
    :param qos: highest quality of service, 0 to 2.
    :raises CommandError: ``REFUSED`` for a slot or topic that the firmware does not take.
    """

    id: int = param(Int(0, 5))
    topic: str = param(Text(shortest=1))
    qos: int = param(Int(0, 2))

    query: ClassVar[QueryForm[MqttSubscriptions]] = QueryForm(Table(MqttSubscriptions, MqttSubscription), Form.STORED)


@command("MQTTPUB", timeout=5, section="5 AT+MQTTPUB")
class MQTTPUB(Command[None]):
    """Set topic and quality of service of what MQTTSEND publishes.

    ``MQTTPUB.query()`` answers :class:`MqttPublication`.

    Source: manual 5, AT+MQTTPUB.

    :param topic: the topic.
    :param qos: quality of service, 0 to 2.
    :raises CommandError: ``REFUSED`` for a value that is too long or has the wrong form.
    """

    topic: str = param(Text(shortest=1))
    qos: int = param(Int(0, 2))

    query: ClassVar[QueryForm[MqttPublication]] = QueryForm(One(MqttPublication), Form.STORED)


@command(
    "MQTTSEND",
    timeout=10,
    section="5 AT+MQTTSEND",
    script=Script(
        prompt=Prompt.REQUIRED,
        meanings=NOT_CONNECTED,
        stands_in=(rb"\+MQTTEVENT: *(?:\d+,)?PUBLISH, *(?:SUCCESS|FAIL)",),
    ),
)
class MQTTSEND(Command[None]):
    """Publish a message on the topic of MQTTPUB.

    :class:`MqttPublished` or :class:`MqttPublishFailed` follows, within 10 to 20 s where *qos* asks for an answer. It
    may come before the module's OK, or in its place.

    Cancelled after the prompt, the message is sent all the same: the module waits for it.

    Source: manual 5, AT+MQTTSEND; the closing OK by analogy and from real clients.

    :param length: number of bytes, filled in.
    :param data: the message, 1 to 1024 bytes; the true limit is not documented.
    :raises CommandError: ``NOT_CONNECTED``; no data were sent.
    """

    length: int | None = length_of("data", Int(1, 1024, "bytes"), default=None)
    data: bytes | None = payload()


@command("MQTTUNSUB", timeout=5, section="5 AT+MATTUNSUB")
class MQTTUNSUB(Command[None]):
    """End a subscription; :class:`MqttUnsubscribed` or :class:`MqttUnsubscribeFailed` follows within 10 to 20 s.

    Source: manual 5, under the misspelt heading AT+MATTUNSUB.

    :param id: number of the subscription, 0 to 5.
    :raises CommandError: ``REFUSED`` for a slot that is out of range.
    """

    id: int = param(Int(0, 5))


@command("MQTTSTATUS", timeout=5, section="5 AT+MQTTSTATUS", reply=One(MqttStatus))
class MQTTSTATUS(Command[MqttStatus]):
    """Ask what MQTT did last, and how it went. Answers :class:`MqttStatus`; the query has no question mark.

    Source: manual 5, AT+MQTTSTATUS.

    :param action: connection, subscription or publication.
    :param id: number of the subscription, 0 to 5; needed when that is asked for.
    :raises InvalidArgument: for a subscription without its number.
    """

    action: MqttAction = param(Choice(MqttAction))
    id: int | None = param(Int(0, 5), default=None)

    def __attrs_post_init__(self) -> None:
        if self.action == MqttAction.SUBSCRIBE and self.id is None:
            raise InvalidArgument("id", "given for a subscription", command="AT+MQTTSTATUS")


@command("MQTTCLOSE", timeout=5, section="5 AT+MQTTCLOSE")
class MQTTCLOSE(Command[None]):
    """Disconnect from the broker and end the service; :class:`MqttClosed` or :class:`MqttCloseFailed` follows.

    Source: manual 5, AT+MQTTCLOSE.

    :raises CommandError: ``REFUSED`` when the service does not run.
    """
