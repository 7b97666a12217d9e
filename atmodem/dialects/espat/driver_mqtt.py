"""MQTT by ESP-AT commands, under the portable session."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from ...errors import BrokerRefused, CommandError, ConnectFailed, InvalidArgument, ModeConflict, MqttError, TlsError
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import MqttDriver, SocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Message, MqttOptions, TlsOptions
from ...wire.command import Command
from ...wire.secret import Secret
from .commands.mqtt import (
    MQTTALPN,
    MQTTCLEAN,
    MQTTCONN,
    MQTTCONNCFG,
    MQTTLONGCLIENTID,
    MQTTLONGPASSWORD,
    MQTTLONGUSERNAME,
    MQTTPUB,
    MQTTPUBRAW,
    MQTTSNI,
    MQTTSUB,
    MQTTUNSUB,
    MQTTUSERCFG,
)
from .values.mqtt import MqttScheme

__all__ = ["EspMqtt"]

#: Topics that the module can subscribe.
TOPICS = 10
#: Bytes of the module's receive buffer: a larger packet comes in pieces.
BUFFER = 1024
#: Bytes of a name that is sent behind a prompt.
LONGEST_NAME = 1024
#: Takes the place of a client id that follows behind a prompt.
_STAND_IN = "atmodem"


E = TypeVar("E", bound=CommandError)


class EspMqtt(MqttDriver):
    """Uses the module's one MQTT client.

    :param modem: what commands go to.
    :param sockets: the module's links, to find out whether a broker that was not connected to can be reached at all.
    """

    def __init__(self, modem: ModemAPI, sockets: SocketDriver) -> None:
        self._modem = modem
        self._sockets = sockets
        self._filters: set[str] = set()

    async def connect(self, options: MqttOptions) -> None:
        """Configure and connect. The module does not tell why that failed; a plain link tells whom it was up to."""
        commands = _settings(options)
        conn = MQTTCONN(link_id=0, host=options.host, port=options.port, reconnect=False)
        await self.disconnect()
        try:
            await self._introduce(options)
            for command in commands:
                await self._modem.send(command)
        except CommandError as error:
            await self.disconnect()
            raise _told(ConnectFailed, error, "the module does not take the settings of the connection") from error
        try:
            await self._modem.send(conn)
        except CommandError as error:
            await self.disconnect()
            raise await self._failure(options, error) from error

    async def _introduce(self, options: MqttOptions) -> None:
        """Send the first command; what it cannot carry follows behind prompts."""
        scheme, tls = _scheme(options), options.tls or TlsOptions()
        username, password = options.username or "", options.password or ""
        user = MQTTUSERCFG(
            link_id=0,
            scheme=scheme,
            client_id=options.client_id,
            username=username,
            password=password,
            cert_key_id=_slot("certificate", tls.certificate),
            ca_id=_slot("ca", tls.ca),
            path=options.websocket_path or "",
        )
        try:
            await self._modem.send(user)
            return
        except InvalidArgument:
            names = {
                MQTTLONGCLIENTID: _long("client_id", options.client_id),
                MQTTLONGUSERNAME: _long("username", username),
            }
            secret = _long("password", password.reveal() if isinstance(password, Secret) else password)
        await self._modem.send(
            MQTTUSERCFG(
                link_id=0,
                scheme=scheme,
                client_id=_STAND_IN,
                username="",
                password="",
                cert_key_id=user.cert_key_id,
                ca_id=user.ca_id,
                path=user.path,
            )
        )
        for command, name in names.items():
            if name:
                await self._modem.send(command(link_id=0, data=name))
        if secret:
            await self._modem.send(MQTTLONGPASSWORD(link_id=0, data=Secret(secret)))

    async def _failure(self, options: MqttOptions, error: CommandError) -> ConnectFailed:
        where = f"{options.host} port {options.port}"
        try:
            link = await self._sockets.open_tcp(options.host, options.port, passive=True, tls=None)
        except (CommandError, ModeConflict) as tried:
            if isinstance(tried, CommandError) and tried.name != "NO_FREE_LINK":
                return _told(ConnectFailed, tried, f"the broker at {where} cannot be reached")
            return _told(ConnectFailed, error, f"not connected to the broker at {where}")
        await self._sockets.close(link.number)
        if options.tls is not None:
            return TlsError(
                f"the broker at {where} is there, but the connection failed",
                code=error.code,
                command=error.command,
                advice="look at certificates first, then at client id, user and password: the module does not tell why",
            )
        return BrokerRefused(
            f"the broker at {where} refuses the connection",
            code=error.code,
            name="REFUSED",
            command=error.command,
            advice="look at client id, user and password: the module does not tell why",
        )

    async def disconnect(self) -> None:
        """Disconnect and forget the settings."""
        self._filters.clear()
        with suppress(CommandError):  # there is nothing to forget
            await self._modem.send(MQTTCLEAN(link_id=0))

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Publish on the command line what fits there, anything else behind a prompt."""
        text = payload.decode("utf-8", "surrogateescape")
        try:
            try:
                await self._modem.send(MQTTPUB(link_id=0, topic=topic, data=text, qos=qos, retain=retain))
            except InvalidArgument as error:
                if error.parameter == "topic":
                    raise
                await self._modem.send(MQTTPUBRAW(link_id=0, topic=topic, data=payload, qos=qos, retain=retain))
        except CommandError as error:
            raise _told(MqttError, error, f"the message to {topic} was not published") from error

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe, to ten topics at most."""
        if topic_filter not in self._filters and len(self._filters) >= TOPICS:
            raise InvalidArgument("topic_filter", f"one of at most {TOPICS}")
        try:
            await self._modem.send(MQTTSUB(link_id=0, topic=topic_filter, qos=qos))
        except CommandError as error:
            raise _told(MqttError, error, f"{topic_filter} was not subscribed") from error
        self._filters.add(topic_filter)

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe; the module takes any topic."""
        try:
            await self._modem.send(MQTTUNSUB(link_id=0, topic=topic_filter))
        except CommandError as error:
            raise _told(MqttError, error, f"{topic_filter} was not unsubscribed") from error
        self._filters.discard(topic_filter)

    def may_continue(self, message: Message, begun: bool) -> bool:
        """Tell by the size: a piece that fills the receive buffer, beside the head of the packet in the first one."""
        size = len(message.payload)
        if begun:
            return size == BUFFER
        # One byte for the type, two to four for the length, two before the topic, two for a number above QoS 0.
        head = BUFFER - size - len((message.topic or "").encode("utf-8", "surrogateescape"))
        return 5 <= head <= 9


def _told(kind: type[E], error: CommandError, message: str) -> E:
    return kind(
        f"{message}: {error.message}",
        code=error.code,
        name=error.name,
        text=error.text,
        command=error.command,
        advice=error.advice,
    )


def _settings(options: MqttOptions) -> list[Command[None]]:
    """Return what is sent between the first command and the connection."""
    commands: list[Command[None]] = []
    will, keep_alive = options.will, options.keep_alive
    if keep_alive is not None and not 1 <= keep_alive <= 7200:
        raise InvalidArgument("keep_alive", "from 1 to 7200 seconds")
    if will is not None and (len(will.payload) > 128 or set(will.payload) & set(b"\r\n\0")):
        raise InvalidArgument("will", "a message of at most 128 bytes, without CR, LF and NUL")
    if will is not None or keep_alive is not None or not options.clean_session:
        commands.append(
            MQTTCONNCFG(
                link_id=0,
                keepalive_s=keep_alive or 0,
                disable_clean_session=not options.clean_session,
                lwt_topic="" if will is None else will.topic,
                lwt_message="" if will is None else will.payload.decode("utf-8", "surrogateescape"),
                lwt_qos=0 if will is None else will.qos,
                lwt_retain=will is not None and will.retain,
            )
        )
    tls = options.tls
    if tls is not None and tls.server_name is not None:
        commands.append(MQTTSNI(link_id=0, sni=tls.server_name))
    if tls is not None and tls.alpn:
        commands.append(MQTTALPN(link_id=0, alpn=tls.alpn))
    return commands


def _scheme(options: MqttOptions) -> MqttScheme:
    websocket, tls = options.websocket_path is not None, options.tls
    if tls is None:
        return MqttScheme.WS if websocket else MqttScheme.TCP
    if tls.psk is not None:
        raise unsupported(Capability.TLS_PSK)
    plain = MqttScheme.TLS + tls.verify + 2 * (tls.certificate is not None)
    return MqttScheme(plain + MqttScheme.WSS - MqttScheme.TLS if websocket else plain)


def _slot(parameter: str, stored: str | None) -> int:
    """Return which of its stored certificates the module uses; the first where none is named."""
    number = (stored or "0").rpartition(".")[2]
    if not number.isdecimal():
        raise InvalidArgument(parameter, "the name of what the module has stored")
    return int(number)


def _long(parameter: str, name: str) -> bytes:
    data = name.encode("utf-8", "surrogateescape")
    if len(data) > LONGEST_NAME:
        raise InvalidArgument(parameter, f"at most {LONGEST_NAME} bytes")
    return data
