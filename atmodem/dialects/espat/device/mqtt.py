"""MQTT: the module's own client, at a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.mqtt import MqttClient, MqttMessage
from ....virtual.mqtt_packets import ConnectPacket
from ....virtual.network import Channel, Tls
from ....virtual.results import Final, Payload, Refused
from ....virtual.websocket import WebSocketChannel
from .. import commands as c
from .. import events as e
from ..values.mqtt import MqttConnection, MqttScheme, MqttState, MqttSubscription
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Mqtt"]

_NOT_CONFIGURED = 0x010A6002
_ALREADY_CLEAN = 0x010A6003
_ALREADY_CONNECTED = 0x010A6004
_NO_LINK = 0x010A6006
_NOT_PUBLISHED = 0x010A600C
_NOT_SUBSCRIBED = 0x010A600D
_NOT_UNSUBSCRIBED = 0x010A600E

#: Topics that can be subscribed.
_TOPICS = 10
#: Bytes of the receive buffer: a larger packet is told in pieces.
_BUFFER = 1024
#: Most bytes of a message to publish: what the free memory has room for.
_LARGEST = 32768
#: Seconds between attempts to reach the broker again.
_RECONNECT_INTERVAL = 10.0
_KEEP_ALIVE = 120
#: Milliseconds that the broker may take, where the command does not say.
_LIMIT = 15000

_WITHOUT_TLS = (MqttScheme.TCP, MqttScheme.WS)
_CHECKS = (MqttScheme.TLS_VERIFY, MqttScheme.TLS_MUTUAL, MqttScheme.WSS_VERIFY, MqttScheme.WSS_MUTUAL)
_SHOWS = (MqttScheme.TLS_CLIENT_CERT, MqttScheme.TLS_MUTUAL, MqttScheme.WSS_CLIENT_CERT, MqttScheme.WSS_MUTUAL)


class Mqtt(Part):
    """The one MQTT client."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._client: MqttClient | None = None
        self._reconnecting: asyncio.Task[None] | None = None
        self._forget()

    def _forget(self) -> None:
        self._user: c.MQTTUSERCFG | None = None
        self._settings: c.MQTTCONNCFG | None = None
        self._names: dict[str, str] = {}
        self._server_name: str | None = None
        self._protocols: tuple[str, ...] = ()
        self._target: c.MQTTCONN | None = None
        self._topics: dict[str, int] = {}
        self._had_topics = False

    # Life

    def power_down(self) -> None:
        if self._client is not None:
            self._client.abort()
        self._client = None
        self._reconnecting = None
        self._forget()

    def outlet_cleared(self) -> None:
        if self._client is not None:
            self._client.resume()

    def network_lost(self) -> None:
        """Lose the broker with the network."""
        if self._client is not None:
            self._client.abort()
            self.lost()

    # Settings

    @handles(c.MQTTUSERCFG)
    def configure(self, command: c.MQTTUSERCFG) -> None:
        """Take the settings of a new connection."""
        if self._user is not None:
            raise Refused
        self._user = command
        self._names = {
            "client_id": command.client_id,
            "username": command.username,
            "password": plain(command.password),
        }

    def _configured(self) -> c.MQTTUSERCFG:
        if self._user is None:
            raise Refused(_NOT_CONFIGURED)
        return self._user

    def _name(self, which: str, value: str) -> None:
        self._configured()
        self._names[which] = value

    @handles(c.MQTTCLIENTID)
    def set_client_id(self, command: c.MQTTCLIENTID) -> None:
        """Change the client id."""
        self._name("client_id", command.client_id)

    @handles(c.MQTTUSERNAME)
    def set_username(self, command: c.MQTTUSERNAME) -> None:
        """Change the user name."""
        self._name("username", command.username)

    @handles(c.MQTTPASSWORD)
    def set_password(self, command: c.MQTTPASSWORD) -> None:
        """Change the password."""
        self._name("password", plain(command.password))

    def _long_name(self, which: str, length: int | None) -> Payload:
        self._configured()

        def take(data: bytes) -> None:
            self._name(which, data.decode("utf-8", "surrogateescape"))

        return Payload(intake=Counted(length or 0), then=take)

    @handles(c.MQTTLONGCLIENTID)
    def set_long_client_id(self, command: c.MQTTLONGCLIENTID) -> Payload:
        """Ask for a client id."""
        return self._long_name("client_id", command.length)

    @handles(c.MQTTLONGUSERNAME)
    def set_long_username(self, command: c.MQTTLONGUSERNAME) -> Payload:
        """Ask for a user name."""
        return self._long_name("username", command.length)

    @handles(c.MQTTLONGPASSWORD)
    def set_long_password(self, command: c.MQTTLONGPASSWORD) -> Payload:
        """Ask for a password."""
        return self._long_name("password", command.length)

    @handles(c.MQTTCONNCFG)
    def set_connection(self, command: c.MQTTCONNCFG) -> None:
        """Set keep-alive, session and last will."""
        self._configured()
        self._settings = command

    @handles(c.MQTTALPN)
    def set_protocols(self, command: c.MQTTALPN) -> None:
        """Set the protocols to offer."""
        self._configured()
        self._protocols = tuple(command.alpn or ())

    @handles(c.MQTTSNI)
    def set_server_name(self, command: c.MQTTSNI) -> None:
        """Set the server name to ask for."""
        self._configured()
        self._server_name = command.sni

    # The connection

    @handles(c.MQTTCONN)
    async def connect(self, command: c.MQTTCONN) -> None:
        """Connect to the broker; tell so before the answer."""
        self._configured()
        if self._client is not None:
            raise Refused(_ALREADY_CONNECTED)
        self._module.addresses.need_network()
        self._stop_reconnecting()
        self._target = command
        try:
            client = await self._open(command)
        except (OSError, UnknownHost):
            self._tell_lost(command)
            raise Refused from None
        self._tell_connected(command)
        self._module.console.after_answer(client.begin)

    async def _open(self, target: c.MQTTCONN) -> MqttClient:
        """Connect to the broker.

        :raises OSError: it cannot be reached, or refuses.
        :raises UnknownHost: its name is not known.
        """
        user = self._configured()
        limit = (target.timeout_ms or _LIMIT) / 1000
        route = await self._module.air.route(target.host, target.port)
        tls = await self._tls(user)
        channel = await asyncio.wait_for(self._module.network.connect(route, tls=tls), limit)
        if user.scheme >= MqttScheme.WS:
            channel = await self._websocket(channel, target, _shown(user.path) or "/", limit)
        client = MqttClient(channel, self._module.clock, self)
        await client.connect(self._introduction(), limit)
        self._client = client
        return client

    async def _websocket(self, carrier: Channel, target: c.MQTTCONN, path: str, limit: float) -> Channel:
        channel = WebSocketChannel(carrier)
        host = f"{target.host}:{target.port}"
        await channel.open(host, path, subprotocol="mqtt", clock=self._module.clock, limit=limit)
        return channel

    async def _tls(self, user: c.MQTTUSERCFG) -> Tls | None:
        if user.scheme in _WITHOUT_TLS:
            return None
        return await self._module.tls.of_mqtt(
            ca=user.ca_id if user.scheme in _CHECKS else None,
            chain=user.cert_key_id if user.scheme in _SHOWS else None,
            protocols=self._protocols,
            server_name=self._server_name,
        )

    def _introduction(self) -> ConnectPacket:
        settings = self._settings
        will = None
        if settings is not None and settings.lwt_topic:
            payload = settings.lwt_message.encode("utf-8", "surrogateescape")
            will = (settings.lwt_topic, payload, settings.lwt_qos, settings.lwt_retain)
        return ConnectPacket(
            client_id=self._names["client_id"],
            username=self._names["username"] or None,
            password=self._names["password"] or None,
            keep_alive=(settings and settings.keepalive_s) or _KEEP_ALIVE,
            clean_session=self._is_clean,
            will=will,
        )

    @property
    def _is_clean(self) -> bool:
        return self._settings is None or not self._settings.disable_clean_session

    def _tell_connected(self, target: c.MQTTCONN) -> None:
        user = self._configured()
        self._module.emit(
            e.MqttConnected(
                link_id=0,
                scheme=user.scheme,
                host=target.host,
                port=target.port,
                path=_shown(user.path),
                reconnect=target.reconnect,
            )
        )

    def _tell_lost(self, target: c.MQTTCONN) -> None:
        self._module.emit(e.MqttDisconnected(link_id=0))
        if target.reconnect:
            self._reconnecting = self._module.spawn(self._reconnect(target))

    async def _reconnect(self, target: c.MQTTCONN) -> None:
        while True:
            await sleep(self._module.clock, _RECONNECT_INTERVAL)
            try:
                self._module.addresses.need_network()
                client = await self._open(target)
            except (OSError, UnknownHost, Refused):
                continue
            break
        self._tell_connected(target)
        client.begin()

    def _stop_reconnecting(self) -> None:
        if self._reconnecting is not None:
            self._reconnecting.cancel()
            self._reconnecting = None

    @queries(c.MQTTCONN)
    def connection(self) -> MqttConnection:
        """Tell state and settings."""
        user, target = self._user, self._target
        return MqttConnection(
            link_id=0,
            state=self._state,
            scheme=MqttScheme(0) if user is None else user.scheme,
            host="" if target is None else target.host,
            port=0 if target is None else target.port,
            path="" if user is None else _shown(user.path),
            reconnect=target is not None and target.reconnect,
        )

    @property
    def _state(self) -> MqttState:
        if self._user is None:
            return MqttState.UNINITIALISED
        if self._client is not None:
            if self._topics:
                return MqttState.SUBSCRIBED
            return MqttState.CONNECTED_WITHOUT_SUBSCRIPTION if self._had_topics else MqttState.CONNECTED
        if self._target is not None:
            return MqttState.DISCONNECTED
        return MqttState.USER_CONFIGURED if self._settings is None else MqttState.CONNECTION_CONFIGURED

    @handles(c.MQTTCLEAN)
    def clean(self, _: c.MQTTCLEAN) -> None:
        """Disconnect, and forget the settings."""
        if self._user is None:
            raise Refused(_ALREADY_CLEAN)
        self._stop_reconnecting()
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._forget()

    # Topics and messages

    def _connected(self) -> MqttClient:
        if self._client is None:
            raise Refused(_NO_LINK)
        return self._client

    @handles(c.MQTTSUB)
    async def subscribe(self, command: c.MQTTSUB) -> None:
        """Subscribe to a topic."""
        client = self._connected()
        if command.topic not in self._topics and len(self._topics) >= _TOPICS:
            raise Refused(_NOT_SUBSCRIBED)
        await _try(client.subscribe(command.topic, qos=command.qos, limit=_seconds(command)), _NOT_SUBSCRIBED)
        self._topics[command.topic] = command.qos
        self._had_topics = True

    @queries(c.MQTTSUB)
    def subscriptions(self) -> tuple[MqttSubscription, ...]:
        """List the topics; without any there is one record of an empty topic."""
        topics = self._topics or {"": 0}
        return tuple(
            MqttSubscription(link_id=0, state=self._state, topic=topic, qos=qos) for topic, qos in topics.items()
        )

    @handles(c.MQTTUNSUB)
    async def unsubscribe(self, command: c.MQTTUNSUB) -> None:
        """Unsubscribe from a topic."""
        client = self._connected()
        if command.topic in self._topics:
            await _try(client.unsubscribe(command.topic, limit=_seconds(command)), _NOT_UNSUBSCRIBED)
            self._topics.pop(command.topic, None)

    @handles(c.MQTTPUB)
    async def publish(self, command: c.MQTTPUB) -> None:
        """Publish a text."""
        await self._publish(command, command.data.encode("utf-8", "surrogateescape"))

    @handles(c.MQTTPUBRAW)
    def publish_raw(self, command: c.MQTTPUBRAW) -> Payload:
        """Ask for bytes, and publish them."""
        self._connected()
        if (command.length or 0) > _LARGEST:
            raise Refused(_NOT_PUBLISHED)
        return Payload(intake=Counted(command.length or 0), then=partial(self._publish_taken, command))

    async def _publish_taken(self, command: c.MQTTPUBRAW, data: bytes) -> Final:
        try:
            await self._publish(command, data)
        except Refused:
            return Final(b"+MQTTPUB:FAIL", bare=True)
        return Final(b"+MQTTPUB:OK", bare=True)

    def _publish(self, command: c.MQTTPUB | c.MQTTPUBRAW, data: bytes) -> Awaitable[None]:
        published = self._connected().publish(
            command.topic, data, qos=command.qos, retain=command.retain, limit=_seconds(command)
        )
        return _try(published, _NOT_PUBLISHED)

    # For its client

    def has_room(self) -> bool:
        """Return whether the line keeps up."""
        return not self._module.outlet.congested

    def message(self, message: MqttMessage) -> None:
        """Tell a message, in pieces of what the buffer holds."""
        end = _BUFFER - message.head
        payload = message.payload
        self._tell(message.topic, payload[:end])
        while end < len(payload):
            self._tell(message.topic, payload[end : end + _BUFFER])
            end += _BUFFER

    def _tell(self, topic: str, data: bytes) -> None:
        self._module.emit(e.MqttSubRecv(link_id=0, topic=topic, length=len(data), data=data))

    def lost(self) -> None:
        """Learn that the broker has ended the connection."""
        self._client = None
        if self._is_clean:
            self._topics.clear()
        if self._target is not None:
            self._tell_lost(self._target)


async def _try(asked: Awaitable[None], code: int) -> None:
    try:
        await asked
    except OSError:
        raise Refused(code) from None


def _seconds(command: c.MQTTPUB | c.MQTTPUBRAW | c.MQTTSUB | c.MQTTUNSUB) -> float:
    return (command.timeout_ms or _LIMIT) / 1000


def _shown(path: str) -> str:
    return path if not path or path.startswith("/") else f"/{path}"
