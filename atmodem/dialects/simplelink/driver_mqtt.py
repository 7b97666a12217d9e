"""The MQTT client of a CC3220 under the portable session."""

from __future__ import annotations

import base64
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, TypeVar

from ...errors import BrokerRefused, CommandError, ConnectFailed, MqttError, TlsError
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import MqttDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import MqttOptions, TlsOptions
from ...wire.command import Command
from ...wire.event import Event
from .acknowledgements import Acknowledgements
from .codecs import DataFormat, Qos
from .commands.mqtt import (
    MqttConnect,
    MqttCreate,
    MqttDelete,
    MqttDisconnect,
    MqttPublish,
    MqttSet,
    MqttSubscribe,
    MqttUnsubscribe,
)
from .driver_tls import ca_file
from .events import (
    EventMqttDisconnect,
    EventMqttOperationConnack,
    EventMqttOperationPuback,
    EventMqttOperationSuback,
    EventMqttOperationUnsuback,
)
from .failures import told
from .values import mqtt as v
from .values.sockets import Cipher, SecurityMethod

__all__ = ["SlMqtt", "code_of"]

E = TypeVar("E", bound=Event)

#: The one client of the module.
_CLIENT = 0
#: Codes in a broker's answer to a connection (MQTT 3.1.1, 3.2.2.3).
_REFUSALS = {
    1: "UNACCEPTABLE_PROTOCOL",
    2: "IDENTIFIER_REJECTED",
    3: "SERVER_UNAVAILABLE",
    4: "BAD_CREDENTIALS",
    5: "NOT_AUTHORIZED",
}
#: A subscription that the broker does not grant.
_DENIED = 128
#: Those that forward secrecy and authenticated encryption go with, and one for servers without the first.
_CIPHERS = (
    Cipher.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    Cipher.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    Cipher.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    Cipher.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    Cipher.TLS_RSA_WITH_AES_128_GCM_SHA256,
)


def code_of(event: EventMqttOperationConnack) -> int:
    """Return the broker's answer to a connection, 0 for success; flags stand above it."""
    return event.code & 0xFF


class SlMqtt(MqttDriver):
    """Uses the module's one client.

    Messages stand in base64, which carries any bytes. Acknowledgements are events: the line is free until they come.
    """

    #: Seconds for the broker to acknowledge.
    patience: float = 20.0

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._answer = 0
        self._published: Acknowledgements[EventMqttOperationPuback] = Acknowledgements(modem)
        self._subscribed: Acknowledgements[EventMqttOperationSuback] = Acknowledgements(modem)
        self._unsubscribed: Acknowledgements[EventMqttOperationUnsuback] = Acknowledgements(modem)

    @property
    def _owed(self) -> tuple[Acknowledgements[Any], ...]:
        return self._published, self._subscribed, self._unsubscribed

    def reset(self) -> None:
        """Forget the connection: the module has started anew."""
        for owed in self._owed:
            owed.end()

    def note(self, event: Event) -> None:
        """Learn of an event of the client."""
        match event:
            case EventMqttOperationConnack():
                self._answer = code_of(event)
            case EventMqttOperationPuback():
                self._published.note(event)
            case EventMqttOperationSuback():
                self._subscribed.note(event)
            case EventMqttOperationUnsuback():
                self._unsubscribed.note(event)
            case EventMqttDisconnect():
                self.reset()
            case _:
                pass

    async def connect(self, options: MqttOptions) -> None:
        """Make the client, set it up and connect it."""
        create, settings = _creation(options), _settings(options)
        await self.disconnect()
        where = f"the broker at {options.host} port {options.port}"
        self._answer = 0
        try:
            await self._modem.send(create)
            for setting in settings:
                await self._modem.send(MqttSet(index=_CLIENT, option=setting))
            await self._modem.send(MqttConnect(index=_CLIENT))
        except CommandError as error:
            await self.disconnect()
            raise self._failure(error, where) from error
        for owed in self._owed:
            owed.begin()

    def _failure(self, error: CommandError, where: str) -> ConnectFailed:
        if self._answer:
            name = _REFUSALS.get(self._answer, "REFUSED")
            return told(BrokerRefused, error, f"{where} refuses the connection", name=name)
        if (error.name or "").startswith("TLS_"):
            return told(TlsError, error, f"could not agree on TLS with {where}")
        return told(ConnectFailed, error, f"{where} cannot be reached")

    async def disconnect(self) -> None:
        """Disconnect and delete the client."""
        for command in (MqttDisconnect(index=_CLIENT), MqttDelete(index=_CLIENT)):
            with suppress(CommandError):  # there is none
                await self._modem.send(command)

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Publish a message; with QoS 1 and 2 wait for its acknowledgement."""
        command = MqttPublish(
            index=_CLIENT, topic=topic, qos=Qos(qos), retain=retain, message=base64.b64encode(payload)
        )
        what = f"the message to {topic} was not published"
        if qos:
            await self._acknowledged(command, self._published, what)
        else:
            await self._send(command, what)

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe, and wait for what the broker grants."""
        topics = (v.MqttSubscription(topic=topic_filter, qos=Qos(qos)),)
        command = MqttSubscribe(index=_CLIENT, topics=topics)
        what = f"{topic_filter} was not subscribed"
        answer = await self._acknowledged(command, self._subscribed, what)
        if any(code >= _DENIED for code in answer.codes):
            raise MqttError(f"{what}: the broker does not permit it", code=str(answer.codes[0]), name="REFUSED")

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe, and wait for the acknowledgement."""
        command = MqttUnsubscribe(index=_CLIENT, topics=(v.MqttTopic(topic=topic_filter),))
        await self._acknowledged(command, self._unsubscribed, f"{topic_filter} was not unsubscribed")

    async def _acknowledged(self, command: Command[None], owed: Acknowledgements[E], what: str) -> E:
        """Send a command and return the event that acknowledges it.

        Where that does not come the connection is ended: what comes later would be taken for another's.
        """
        try:
            return await owed.send(command, self.patience)
        except TimeoutError as error:
            with suppress(CommandError):
                await self._modem.send(MqttDisconnect(index=_CLIENT))
            raise MqttError(f"{what}: the broker is silent", code="", name="TIMEOUT") from error
        except CommandError as error:
            raise told(MqttError, error, what) from error

    async def _send(self, command: Command[None], what: str) -> None:
        try:
            await self._modem.send(command)
        except CommandError as error:
            raise told(MqttError, error, what) from error


def _creation(options: MqttOptions) -> MqttCreate:
    """Return the command that makes the client."""
    tls = options.tls
    flags = [_reached(options.host)]
    if tls is not None:
        flags.append(v.MqttFlag.SEC)
        if not tls.verify:
            flags += [
                v.MqttFlag.SKIP_DOMAIN_VERIFY,
                v.MqttFlag.SKIP_CERT_VERIFY,
                v.MqttFlag.SKIP_DATE_VERIFY,
            ]
    protection = tls or TlsOptions()
    if protection.psk is not None:
        raise unsupported(Capability.TLS_PSK, "simplelink")
    return MqttCreate(
        client_id=options.client_id,
        flags=tuple(flags),
        address=options.host,
        port=options.port,
        method=None if tls is None else SecurityMethod.TLSV1_2,
        cipher=None if tls is None else _CIPHERS,
        private_key=protection.private_key,
        certificate=protection.certificate,
        ca=None if tls is None else ca_file(tls),
        protocol=v.MqttProtocol.V3_1_1,
        blocking_send=False,
        data_format=DataFormat.BASE64,
    )


def _reached(host: str) -> v.MqttFlag:
    try:
        return v.MqttFlag.IP4 if ip_address(host).version == 4 else v.MqttFlag.IP6
    except ValueError:
        return v.MqttFlag.URL


def _settings(options: MqttOptions) -> list[v.MqttSetting]:
    """Return what is set before the client connects."""
    settings: list[v.MqttSetting] = [v.MqttClean(clean=options.clean_session)]
    if options.username is not None:
        settings.append(v.MqttUser(name=options.username))
    if options.password is not None:
        settings.append(v.MqttPassword(password=options.password))
    if options.keep_alive is not None:
        settings.append(v.MqttKeepalive(seconds=options.keep_alive))
    will = options.will
    if will is not None:
        message = base64.b64encode(will.payload)
        settings.append(v.MqttWill(topic=will.topic, qos=Qos(will.qos), retain=will.retain, message=message))
    return settings
