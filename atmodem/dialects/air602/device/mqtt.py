"""MQTT: the module's own client. What becomes of an operation is told behind its answer, as an event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.mqtt import MqttClient, MqttMessage, MqttRefused
from ....virtual.mqtt_packets import ConnectPacket
from ....wire.command import Command
from ....wire.secret import Secret
from ..commands.mqtt import MCLOSE, MCONNECT, MID, MLOGIN, MPUB, MSERVER, MSUB
from ..events import MQD, MQTT, MTOPIC, MPUBResult, MSUBResult
from ..values import MqttResult, MqttState

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["MqttPart"]

#: Seconds that the broker may take to be reached, and to answer.
_CONNECT_LIMIT = 20.0
_ANSWER_LIMIT = 10.0
#: Seconds between signs of life.
_KEEP_ALIVE = 60


class MqttPart(Part):
    """Obeys the commands of MQTT.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._client: MqttClient | None = None
        #: Tells how a subscription went. The manual's example has none of it.
        self.tells_subscriptions: bool = True
        self._forget()

    def _forget(self) -> None:
        self._server: MSERVER | None = None
        self._login: MLOGIN | None = None
        self._client_id = ""
        self._connecting: asyncio.Task[None] | None = None
        #: Kinds of operations under way: there is one of each at a time.
        self._busy: set[type[Command[None]]] = set()

    def power_down(self) -> None:
        self.network_lost()
        self._forget()

    def network_lost(self) -> None:
        """Lose the broker with the network, without a word."""
        if self._client is not None:
            self._client.abort()
        self._client = None

    def outlet_cleared(self) -> None:
        if self._client is not None:
            self._client.resume()

    # The connection

    @handles(MSERVER)
    def set_server(self, command: MSERVER) -> None:
        """Keep the address of the broker."""
        self._server = command

    @handles(MLOGIN)
    def set_login(self, command: MLOGIN) -> None:
        """Keep user and password."""
        self._login = command

    @handles(MID)
    def set_client_id(self, command: MID) -> None:
        """Keep the client identifier."""
        self._client_id = command.client_id

    @handles(MCONNECT)
    def connect(self, _: MCONNECT) -> None:
        """Connect behind the answer."""
        self._module.console.after_answer(self._start)

    def _start(self) -> None:
        self._stop()
        self._connecting = self._module.spawn(self._connect())

    async def _connect(self) -> None:
        try:
            client = await self._open()
        except (OSError, UnknownHost):
            self._module.emit_after(MQTT(state=MqttState.FAIL))
            return
        self._client = client
        self._module.emit_after(MQTT(state=MqttState.CONNECTED))
        client.begin()

    async def _open(self) -> MqttClient:
        server = self._server
        if server is None or not self._module.wifi.online:
            raise UnknownHost("nobody")
        target = await self._module.air.route(server.ip, server.port)
        async with asyncio.timeout(_CONNECT_LIMIT):
            channel = await self._module.network.connect(target)
        client = MqttClient(channel, self._module.clock, self)
        login = self._login
        await client.connect(
            ConnectPacket(
                client_id=self._client_id,
                username=None if login is None else login.user,
                password=None if login is None else _plain(login),
                keep_alive=_KEEP_ALIVE,
            ),
            _ANSWER_LIMIT,
        )
        return client

    @handles(MCLOSE)
    def close(self, _: MCLOSE) -> None:
        """Disconnect, where there is something to disconnect."""
        self._stop()

    def _stop(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None
        if self._client is not None:
            self._client.close()
        self._client = None

    def lost(self) -> None:
        """Learn that the broker has ended the connection, and tell nobody."""
        self._client = None

    # Subscribing and publishing

    @handles(MSUB)
    def subscribe(self, command: MSUB) -> None:
        """Subscribe behind the answer."""

        def work(client: MqttClient) -> Awaitable[None]:
            return client.subscribe(command.topic, qos=command.qos, limit=_ANSWER_LIMIT)

        self._begin(MSUB, work, self._subscribed)

    def _subscribed(self, result: MqttResult) -> None:
        if self.tells_subscriptions:
            self._module.emit_after(MSUBResult(result=result))

    @handles(MPUB)
    def publish(self, command: MPUB) -> None:
        """Publish behind the answer."""
        payload = command.message.encode("utf-8", "surrogateescape")

        def work(client: MqttClient) -> Awaitable[None]:
            return client.publish(command.topic, payload, qos=command.qos, retain=command.retain, limit=_ANSWER_LIMIT)

        self._begin(MPUB, work, lambda result: self._module.emit_after(MPUBResult(result=result)))

    def _begin(
        self,
        kind: type[Command[None]],
        work: Callable[[MqttClient], Awaitable[None]],
        tell: Callable[[MqttResult], None],
    ) -> None:
        """Do *work* behind the answer and tell its result; one of its kind at a time."""

        async def do() -> None:
            if kind in self._busy:
                tell(MqttResult.INPROGRESS)
                return
            self._busy.add(kind)
            try:
                result = await self._result(work)
            finally:
                self._busy.discard(kind)
            tell(result)

        self._module.console.after_answer(lambda: self._module.spawn(do()))

    async def _result(self, work: Callable[[MqttClient], Awaitable[None]]) -> MqttResult:
        if self._client is None:
            return MqttResult.CONN
        try:
            await work(self._client)
        except TimeoutError:
            return MqttResult.TIMEOUT
        except MqttRefused:
            return MqttResult.ABRT
        except OSError:
            return MqttResult.CLSD
        return MqttResult.OK

    # Messages

    def has_room(self) -> bool:
        """Return whether the line keeps up."""
        return not self._module.outlet.congested

    def message(self, message: MqttMessage) -> None:
        """Tell topic and payload of a message."""
        topic = message.topic.encode("utf-8", "surrogateescape")
        self._module.emit(MTOPIC(length=len(topic), topic=topic))
        self._module.emit(MQD(length=len(message.payload), data=message.payload))


def _plain(login: MLOGIN) -> str:
    return login.password.reveal() if isinstance(login.password, Secret) else login.password
