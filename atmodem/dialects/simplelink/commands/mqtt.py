"""Commands of the MQTT client; there is one, number 0."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Text
from ....wire.command import command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One
from ..codecs import DataFormat, LineData, Number, PublishTopic, Qos, QosWord, Word, Words
from ..options import OptionValue, Repeated
from ..values.mqtt import ClientIndex, MqttFlag, MqttProtocol, MqttSetting, MqttSubscription, MqttTopic
from ..values.sockets import Cipher, SecurityMethod
from .base import CoreCommand, insist

__all__ = [
    "MqttConnect",
    "MqttCreate",
    "MqttDelete",
    "MqttDisconnect",
    "MqttPublish",
    "MqttSet",
    "MqttSubscribe",
    "MqttUnsubscribe",
]

_INDEX = Number(0, 0)
_FILE = Text(longest=255)


@command(
    "MqttCreate", timeout=5, section="6.9, table 68", keep_commas=True, evidence=Evidence.RUN, reply=One(ClientIndex)
)
class MqttCreate(CoreCommand[ClientIndex]):
    """Make the client.

    :param client_id: its name at the broker, at most 64 bytes.
    :param flags: how the broker is reached, at least one.
    :param address: address or name of the broker, at most 430 bytes.
    :param port: port of the broker.
    :param method: version of TLS; needed with ``SEC``.
    :param cipher: cipher suites of TLS; needed with ``SEC``.
    :param private_key: name of the file with the own private key, at most 255 bytes.
    :param certificate: name of the file with the own certificate.
    :param ca: name of the file with the certificate authority; needed with ``SEC``.
    :param dh_key: name of the file with the Diffie-Hellman parameters.
    :param protocol: version of MQTT.
    :param blocking_send: publishing, subscribing and unsubscribing wait for their acknowledgement; else events tell it.
    :param data_format: how messages stand in all lines; base64 carries every byte.
    :returns: the number of the client, 0.
    :raises CommandError: ``REFUSED`` while there is one already.

    Source: SWRU534 6.9, table 68.
    """

    client_id: str | None = param(Text(longest=64), default=None)
    flags: tuple[MqttFlag, ...] = param(Words(MqttFlag, needed=True))
    address: str = param(Text(shortest=1, longest=430))
    port: int = param(Number(1, 65535))
    method: SecurityMethod | None = param(Word(SecurityMethod), default=None)
    cipher: tuple[Cipher, ...] | None = param(Words(Cipher), default=None)
    private_key: str | None = param(_FILE, default=None)
    certificate: str | None = param(_FILE, default=None)
    ca: str | None = param(_FILE, default=None)
    dh_key: str | None = param(_FILE, default=None)
    protocol: MqttProtocol = param(Word(MqttProtocol))
    blocking_send: bool = param(Bool())
    data_format: DataFormat = param(Choice(DataFormat), default=DataFormat.BASE64)

    def __attrs_post_init__(self) -> None:
        plain = MqttFlag.SEC not in self.flags
        insist(plain or self.method is not None, "method", "given with SEC")
        insist(plain or bool(self.cipher), "cipher", "given with SEC")
        insist(plain or bool(self.ca), "ca", "given with SEC")


@command("MqttDelete", timeout=10, section="6.9, table 69", evidence=Evidence.RUN)
class MqttDelete(CoreCommand[None]):
    """Delete the client.

    :param index: its number, 0.
    :raises CommandError: ``UNKNOWN_WORD`` when there is none.

    Source: SWRU534 6.9, table 69.
    """

    index: int = param(_INDEX)


@command("MqttConnect", timeout=60, section="6.9, table 70", evidence=Evidence.RUN)
class MqttConnect(CoreCommand[None]):
    """Connect to the broker. An event with the broker's code comes before the end of the command.

    :param index: number of the client, 0.
    :raises CommandError: ``UNKNOWN_WORD`` without a client, ``NOT_JOINED`` without a network, else the broker's code
        with a minus.

    Source: SWRU534 6.9, table 70.
    """

    index: int = param(_INDEX)


@command("MqttDisconnect", timeout=10, section="6.9, table 71", evidence=Evidence.RUN)
class MqttDisconnect(CoreCommand[None]):
    """Disconnect from the broker. An event comes before the end of the command.

    :param index: number of the client, 0.
    :raises CommandError: ``UNKNOWN_WORD`` without a client.

    Source: SWRU534 6.9, table 71.
    """

    index: int = param(_INDEX)


@command("MqttPublish", timeout=20, section="6.9, table 72", keep_commas=True, evidence=Evidence.RUN)
class MqttPublish(CoreCommand[None]):
    """Publish a message. With blocking sends it ends at the acknowledgement, else an event tells that.

    :param index: number of the client, 0.
    :param topic: the topic, without commas.
    :param qos: quality of service.
    :param retain: the broker keeps the message.
    :param length: bytes of the message in the line; filled in.
    :param message: as it stands in the line: base64 text where ``MqttCreate`` chose that. Else it must hold no CR, LF
        or NUL, and no comma outside quotes.
    :raises CommandError: ``NOT_CONNECTED_TO_BROKER``.

    Source: SWRU534 6.9, table 72.
    """

    index: int = param(_INDEX)
    topic: str = param(PublishTopic(shortest=1))
    qos: Qos = param(QosWord())
    retain: bool = param(Bool())
    length: int | None = length_of("message", Number(0), default=None)
    message: bytes | None = payload(inline=True, codec=LineData(counted=True))

    def __attrs_post_init__(self) -> None:
        insist(self.message is not None or self.length == 0, "message", "given")


@command("MqttSubscribe", timeout=20, section="6.9, table 73", evidence=Evidence.RUN)
class MqttSubscribe(CoreCommand[None]):
    """Subscribe to topics. With blocking sends it ends at the acknowledgement, else an event tells that.

    :param index: number of the client, 0.
    :param topics: 1 to 4 topics; their number, which the line has before them, is filled in.
    :raises CommandError: ``NOT_CONNECTED_TO_BROKER``.

    Source: SWRU534 6.9, table 73.
    """

    index: int = param(_INDEX)
    topics: tuple[MqttSubscription, ...] = param(Repeated(MqttSubscription, 4))


@command("MqttUnsubscribe", timeout=20, section="6.9, table 74", evidence=Evidence.RUN)
class MqttUnsubscribe(CoreCommand[None]):
    """Unsubscribe from topics. With blocking sends it ends at the acknowledgement, else an event tells that.

    :param index: number of the client, 0.
    :param topics: 1 to 4 topics; their number, which the line has before them, is filled in.
    :raises CommandError: ``NOT_CONNECTED_TO_BROKER``.

    Source: SWRU534 6.9, table 74.
    """

    index: int = param(_INDEX)
    topics: tuple[MqttTopic, ...] = param(Repeated(MqttTopic, 4))


@command("MqttSet", timeout=2, section="6.9, table 75", evidence=Evidence.RUN)
class MqttSet(CoreCommand[None]):
    """Write an option of the client, before it connects: ``MqttSet(index=0, option=MqttKeepalive(seconds=60))``.

    :param index: number of the client, 0.
    :param option: the option with its values.
    :raises CommandError: ``UNKNOWN_WORD`` without a client.

    Source: SWRU534 6.9, table 75.
    """

    index: int = param(_INDEX)
    option: MqttSetting = param(OptionValue(MqttSetting))
