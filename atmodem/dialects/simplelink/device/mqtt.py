"""The MQTT client of the module, which talks to real brokers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.mqtt import MqttClient, MqttMessage, MqttRefused
from ....virtual.mqtt_packets import ConnectPacket
from ....virtual.network import Channel
from ....virtual.results import Refused
from ....wire.event import Event
from .. import events as e
from ..codecs import DataFormat, Qos
from ..commands import mqtt as c
from ..values import mqtt as v
from .plain import plain
from .refusals import Code, Why, code_of, not_parsed
from .tls import TlsFiles, connect_verified

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["MqttPart"]

O = TypeVar("O", bound=v.MqttSetting)  # noqa: E741 - an option

#: Seconds to wait for the broker.
_PATIENCE = 30.0


@attrs.define(eq=False)
class _Client:
    """The client as it was made, with its options and its connection."""

    made: c.MqttCreate
    options: dict[type[v.MqttSetting], v.MqttSetting] = attrs.field(factory=dict)
    connection: MqttClient | None = None

    def option(self, row: type[O]) -> O | None:
        held = self.options.get(row)
        return held if isinstance(held, row) else None

    def payload(self, text: bytes) -> bytes:
        """Return the message that stands in a line."""
        if self.made.data_format != DataFormat.BASE64:
            return text
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            raise not_parsed(Why.MISSING) from None

    def introduction(self) -> ConnectPacket:
        """Return how it introduces itself."""
        user, password = self.option(v.MqttUser), self.option(v.MqttPassword)
        keepalive, clean, will = self.option(v.MqttKeepalive), self.option(v.MqttClean), self.option(v.MqttWill)
        return ConnectPacket(
            client_id=self.made.client_id or "",
            username=None if user is None else user.name,
            password=None if password is None else plain(password.password),
            keep_alive=0 if keepalive is None else keepalive.seconds,
            clean_session=clean is None or clean.clean,
            will=None if will is None else (will.topic, self.payload(will.message), int(will.qos), will.retain),
        )


class MqttPart(Part):
    """Obeys the commands about MQTT; it is also whom the connection belongs to.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._client: _Client | None = None

    def power_down(self) -> None:
        if self._client is not None and self._client.connection is not None:
            self._client.connection.abort()
        self._client = None

    def outlet_cleared(self) -> None:
        if self._client is not None and self._client.connection is not None:
            self._client.connection.resume()

    def _made(self) -> _Client:
        if self._client is None:
            raise not_parsed(Why.UNKNOWN)
        return self._client

    def _connected(self) -> tuple[_Client, MqttClient]:
        client = self._made()
        if client.connection is None:
            raise Refused(Code.BROKER_NOT_CONNECTED)
        return client, client.connection

    # The client

    @handles(c.MqttCreate)
    def create(self, command: c.MqttCreate) -> v.ClientIndex:
        """Make the client."""
        if self._client is not None:
            raise Refused(Code.REFUSED)
        self._client = _Client(command)
        return v.ClientIndex(index=0)

    @handles(c.MqttDelete)
    def delete(self, command: c.MqttDelete) -> None:
        """Delete the client, and its connection with it."""
        self._made()
        self.power_down()

    @handles(c.MqttSet)
    def set(self, command: c.MqttSet) -> None:
        """Take an option."""
        self._made().options[type(command.option)] = command.option

    @handles(c.MqttConnect)
    async def connect(self, command: c.MqttConnect) -> None:
        """Connect to the broker."""
        client = self._made()
        if client.connection is not None:
            raise Refused(Code.REFUSED)
        introduction = client.introduction()
        try:
            connection = MqttClient(await self._open(client.made), self._module.clock, self)
            await connection.connect(introduction, _PATIENCE)
        except MqttRefused as refused:
            self._module.emit(e.EventMqttOperationConnack(code=refused.code))
            self._module.emit_after(e.EventMqttDisconnect())
            raise Refused(-refused.code) from None
        except UnknownHost:
            raise Refused(Code.NO_DNS_ANSWER) from None
        except OSError as error:
            raise Refused(code_of(error)) from None
        client.connection = connection
        self._module.emit(e.EventMqttOperationConnack(code=0))
        connection.begin()

    async def _open(self, made: c.MqttCreate) -> Channel:
        if not self._module.wlan.online:
            raise Refused(Code.NOT_JOINED)
        target = await self._module.air.route(made.address, made.port, 6 if v.MqttFlag.IP6 in made.flags else 4)
        if v.MqttFlag.SEC not in made.flags:
            return await self._module.network.connect(target)
        files = TlsFiles(
            ca=None if v.MqttFlag.SKIP_CERT_VERIFY in made.flags else made.ca,
            certificate=made.certificate,
            key=made.private_key,
            domain=None if v.MqttFlag.SKIP_DOMAIN_VERIFY in made.flags else made.address,
        )
        passes = (Code.TLS_DATE,) if v.MqttFlag.SKIP_DATE_VERIFY in made.flags else ()
        return await connect_verified(self._module, target, files, passes)

    @handles(c.MqttDisconnect)
    def disconnect(self, command: c.MqttDisconnect) -> None:
        """Take leave of the broker."""
        client, connection = self._connected()
        connection.close()
        client.connection = None
        self._module.emit(e.EventMqttDisconnect())

    # Messages

    async def _do(self, client: _Client, work: Coroutine[Any, Any, Event | None]) -> None:
        """Wait for the acknowledgement of *work*, or let its event tell of that later, as the client was made."""
        if client.made.blocking_send:
            try:
                await work
            except OSError:
                raise Refused(Code.REFUSED) from None
        else:
            self._module.spawn(self._tell(work))

    async def _tell(self, work: Coroutine[Any, Any, Event | None]) -> None:
        # A connection that ends meanwhile tells so itself.
        with suppress(OSError):
            event = await work
            if event is not None:
                self._module.emit(event)

    @handles(c.MqttPublish)
    async def publish(self, command: c.MqttPublish) -> None:
        """Publish a message."""
        client, connection = self._connected()
        payload = client.payload(command.message or b"")
        await self._do(client, self._publish(connection, command, payload))

    async def _publish(self, connection: MqttClient, command: c.MqttPublish, payload: bytes) -> Event | None:
        qos, retain = int(command.qos), command.retain
        await connection.publish(command.topic, payload, qos=qos, retain=retain, limit=_PATIENCE)
        return e.EventMqttOperationPuback(id=0) if qos else None

    @handles(c.MqttSubscribe)
    async def subscribe(self, command: c.MqttSubscribe) -> None:
        """Subscribe to topics."""
        client, connection = self._connected()
        await self._do(client, self._subscribe(connection, command))

    async def _subscribe(self, connection: MqttClient, command: c.MqttSubscribe) -> Event | None:
        granted: list[int] = []
        for topic in command.topics:
            try:
                await connection.subscribe(topic.topic, qos=int(topic.qos), limit=_PATIENCE)
                granted.append(int(topic.qos))
            except MqttRefused as refused:
                granted.append(refused.code)
        return e.EventMqttOperationSuback(codes=tuple(granted))

    @handles(c.MqttUnsubscribe)
    async def unsubscribe(self, command: c.MqttUnsubscribe) -> None:
        """Unsubscribe from topics."""
        client, connection = self._connected()
        await self._do(client, self._unsubscribe(connection, command))

    async def _unsubscribe(self, connection: MqttClient, command: c.MqttUnsubscribe) -> Event | None:
        for topic in command.topics:
            await connection.unsubscribe(topic.topic, limit=_PATIENCE)
        return e.EventMqttOperationUnsuback(id=0)

    # For the connection

    def has_room(self) -> bool:
        """Return whether the line takes messages now."""
        return not self._module.outlet.congested

    def message(self, message: MqttMessage) -> None:
        """Print a message."""
        data_format = DataFormat.BINARY if self._client is None else self._client.made.data_format
        told = e.EventMqttRecv(
            topic=message.topic,
            qos=Qos(message.qos),
            retain=message.retain,
            dup=False,
            format=data_format,
            length=len(message.payload),
            message=message.payload,
        )
        self._module.emit(told)

    def lost(self) -> None:
        """Tell that the connection has ended."""
        if self._client is not None:
            self._client.connection = None
        self._module.emit(e.EventMqttDisconnect())
