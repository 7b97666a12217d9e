"""MQTT: the module's own client, with six numbered subscriptions."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.mqtt import MqttClient, MqttMessage
from ....virtual.mqtt_packets import ConnectPacket
from ....virtual.results import Payload, Refused
from ....wire.command import Form
from ....wire.event import Event
from ..commands.mqtt import (
    MQTTAUTH,
    MQTTAUTOSTART,
    MQTTCAVERIFY,
    MQTTCID,
    MQTTCLOSE,
    MQTTEVENT,
    MQTTKEEPALIVE,
    MQTTPUB,
    MQTTRECONN,
    MQTTSEND,
    MQTTSOCK,
    MQTTSSL,
    MQTTSTART,
    MQTTSTATUS,
    MQTTSUB,
    MQTTUNSUB,
)
from ..events import mqtt as me
from ..values.enums import MqttAction, MqttOperation, MqttResult, Switch
from ..values.records import MqttStatus, MqttSubscription, MqttSubscriptions
from .plain import plain
from .sending import DATA_LIMIT, refuse_late

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Mqtt"]

#: Seconds that the broker may take to be reached, and to answer.
_CONNECT_LIMIT = 20.0
_ANSWER_LIMIT = 10.0
#: Seconds between attempts to reach a broker again.
_RETRY = 2.0
_CLOSED = MqttStatus(what=MqttOperation.CLOSE, result=MqttResult.SUCCESS)
_NOT_SUBSCRIBED = MqttStatus(what=MqttOperation.UNSUBSCRIBE, result=MqttResult.SUCCESS)
_NOT_PUBLISHED = MqttStatus(what=MqttOperation.PUBLISH, result=MqttResult.FAIL)


class _Unprepared(Exception):
    """The connection could not even be begun."""


class Mqtt(Part):
    """Obeys the commands of MQTT.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._client: MqttClient | None = None
        self._forget()

    def _forget(self) -> None:
        #: MQTT was started and not closed.
        self._running = False
        self._connecting: asyncio.Task[None] | None = None
        self._topics: dict[int, MqttSubscription] = {}
        self._connection = _CLOSED
        self._subscriptions: dict[int, MqttStatus] = {}
        self._publication = _NOT_PUBLISHED

    def power_down(self) -> None:
        if self._client is not None:
            self._client.abort()
        self._client = None
        self._forget()

    def outlet_cleared(self) -> None:
        if self._client is not None:
            self._client.resume()

    def network_came(self) -> None:
        """Start by itself, where that is set."""
        if self._module.settings[MQTTAUTOSTART].status == Switch.ON and not self._running:
            self._start()

    def network_lost(self) -> None:
        """Lose the broker with the network."""
        if self._client is not None:
            self._client.abort()
            self.lost()

    def _tell(self, event: Event) -> None:
        if self._module.settings[MQTTEVENT].status == Switch.ON:
            self._module.emit(event)

    # The connection

    @handles(MQTTSTART)
    def start(self, _: MQTTSTART) -> None:
        """Connect behind the answer."""
        self._module.console.after_answer(self._start)

    def _start(self) -> None:
        if self._client is not None:
            self._tell(me.MqttConnected())
            return
        self._stop_connecting()
        self._running = True
        self._connecting = self._module.spawn(self._connect())

    def _stop_connecting(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None

    async def _connect(self) -> None:
        try:
            client = await self._open()
        except _Unprepared:
            self._stopped(MqttResult.INIT_ERROR, me.MqttInitFailed())
        except (OSError, UnknownHost):
            self._stopped(MqttResult.FAIL, me.MqttConnectFailed())
        else:
            self._connected(client)

    def _stopped(self, result: MqttResult, event: Event) -> None:
        self._running = False
        self._note_connection(result)
        self._tell(event)

    def _note_connection(self, result: MqttResult) -> None:
        self._connection = MqttStatus(what=MqttOperation.CONNECT, result=result)

    async def _open(self) -> MqttClient:
        """Connect to the broker.

        :raises _Unprepared: the settings do not do.
        :raises OSError: it cannot be reached, or refuses.
        :raises UnknownHost: its name is not known, or there is no network.
        """
        settings, module = self._module.settings, self._module
        host, port = settings[MQTTSOCK].host, settings[MQTTSOCK].port
        if not host:
            raise _Unprepared
        if not module.wifi.online:
            raise UnknownHost(host)
        tls = None
        if settings[MQTTSSL].status == Switch.ON:
            verified = settings[MQTTCAVERIFY]
            root, client = (switch == Switch.ON for switch in (verified.verify_server, verified.verify_client))
            try:
                tls = await module.certificates.secure(host, root=root, client=client)
            except OSError:
                raise _Unprepared from None
        route = await module.air.route(host, port)
        async with asyncio.timeout(_CONNECT_LIMIT):
            channel = await module.network.connect(route, tls=tls)
        made = MqttClient(channel, module.clock, self)
        await made.connect(self._introduction(), _ANSWER_LIMIT)
        return made

    def _introduction(self) -> ConnectPacket:
        settings = self._module.settings
        login = settings[MQTTAUTH]
        return ConnectPacket(
            client_id=settings[MQTTCID].client_id,
            username=login.username or None,
            password=plain(login.password) or None,
            keep_alive=settings[MQTTKEEPALIVE].period,
        )

    def _connected(self, client: MqttClient) -> None:
        self._client = client
        self._note_connection(MqttResult.SUCCESS)
        self._tell(me.MqttConnected())
        client.begin()

    def lost(self) -> None:
        """Learn that the broker has ended the connection; connect again, where that is set."""
        self._client = None
        if self._module.settings[MQTTRECONN].status == Switch.ON:
            self._note_connection(MqttResult.RECONNECTING)
            self._tell(me.MqttReconnecting())
            self._connecting = self._module.spawn(self._reconnect())
        else:
            self._stopped(MqttResult.FAIL, me.MqttConnectFailed())

    async def _reconnect(self) -> None:
        while True:
            await sleep(self._module.clock, _RETRY)
            try:
                client = await self._open()
                for held in self._topics.values():
                    await client.subscribe(held.topic, qos=held.qos, limit=_ANSWER_LIMIT)
            except (OSError, UnknownHost, _Unprepared):
                continue
            break
        self._connected(client)

    @handles(MQTTCLOSE)
    def close(self, _: MQTTCLOSE) -> None:
        """Disconnect behind the answer, and forget the subscriptions."""
        self._module.console.after_answer(self._close)

    def _close(self) -> None:
        self._stop_connecting()
        client, self._client = self._client, None
        was_running = self._running
        if client is not None:
            client.close()
        self._forget()
        self._tell(me.MqttClosed() if was_running else me.MqttCloseFailed())

    # Subscriptions

    @handles(MQTTSUB)
    def subscribe(self, command: MQTTSUB) -> None:
        """Subscribe behind the answer, in place of what had that number."""
        wanted = MqttSubscription(id=command.id, topic=command.topic, qos=command.qos)
        self._module.console.after_answer(lambda: self._module.spawn(self._subscribe(wanted)))

    async def _subscribe(self, wanted: MqttSubscription) -> None:
        client, old = self._client, self._topics.pop(wanted.id, None)
        result = MqttResult.FAIL
        if client is not None:
            # A message may come before the broker has confirmed.
            self._topics[wanted.id] = wanted
            try:
                if old is not None and old.topic != wanted.topic:
                    await client.unsubscribe(old.topic, limit=_ANSWER_LIMIT)
                await client.subscribe(wanted.topic, qos=wanted.qos, limit=_ANSWER_LIMIT)
                result = MqttResult.SUCCESS
            except OSError:
                self._topics.pop(wanted.id, None)
        self._subscriptions[wanted.id] = MqttStatus(what=MqttOperation.SUBSCRIBE, result=result)
        kind = me.MqttSubscribed if result is MqttResult.SUCCESS else me.MqttSubscribeFailed
        self._tell(kind(id=self._shown(wanted.id)))

    @handles(MQTTUNSUB)
    def unsubscribe(self, command: MQTTUNSUB) -> None:
        """End a subscription behind the answer."""
        self._module.console.after_answer(lambda: self._module.spawn(self._unsubscribe(command.id)))

    async def _unsubscribe(self, number: int) -> None:
        client, held = self._client, self._topics.get(number)
        result = MqttResult.FAIL
        if client is not None and held is not None:
            try:
                await client.unsubscribe(held.topic, limit=_ANSWER_LIMIT)
                result = MqttResult.SUCCESS
                self._topics.pop(number, None)
            except OSError:
                pass
        self._subscriptions[number] = MqttStatus(what=MqttOperation.UNSUBSCRIBE, result=result)
        kind = me.MqttUnsubscribed if result is MqttResult.SUCCESS else me.MqttUnsubscribeFailed
        self._tell(kind(id=self._shown(number)))

    def _shown(self, number: int) -> int | None:
        return number if self._module.profile.mqtt_ids else None

    @queries(MQTTSUB, Form.STORED)
    def subscriptions(self) -> MqttSubscriptions:
        """List the subscriptions by number."""
        rows = tuple(self._topics[number] for number in sorted(self._topics))
        return MqttSubscriptions(sub_num=len(rows), rows=rows)

    def has_room(self) -> bool:
        """Return whether the line keeps up."""
        return not self._module.outlet.congested

    def message(self, message: MqttMessage) -> None:
        """Tell a message under the lowest number that it belongs to."""
        matching = (number for number, held in sorted(self._topics.items()) if _matches(held.topic, message.topic))
        number = next(matching, None)
        if number is not None:
            data = message.payload
            self._module.emit(me.MqttMessage(id=number, length=len(data), data=data))

    # Messages

    @handles(MQTTSEND)
    def send(self, command: MQTTSEND) -> Payload:
        """Take a message for the topic of MQTTPUB."""
        where = self._module.settings[MQTTPUB]
        if not self._running or not where.topic:
            raise Refused
        intake = Counted(command.length or 0)
        return Payload(intake=intake, then=partial(self._took, where), limit=DATA_LIMIT, late=refuse_late)

    def _took(self, where: MQTTPUB, data: bytes) -> None:
        self._module.console.after_answer(lambda: self._module.spawn(self._publish(where, data)))

    async def _publish(self, where: MQTTPUB, data: bytes) -> None:
        result = MqttResult.FAIL
        if self._client is not None:
            try:
                await self._client.publish(where.topic, data, qos=where.qos, retain=False, limit=_ANSWER_LIMIT)
                result = MqttResult.SUCCESS
            except OSError:
                pass
        self._publication = MqttStatus(what=MqttOperation.PUBLISH, result=result)
        self._tell(me.MqttPublished() if result is MqttResult.SUCCESS else me.MqttPublishFailed())

    @handles(MQTTSTATUS)
    def status(self, command: MQTTSTATUS) -> MqttStatus:
        """Tell what was done last, and how it went."""
        if command.action == MqttAction.CONNECT:
            return self._connection
        if command.action == MqttAction.PUBLISH:
            return self._publication
        return self._subscriptions.get(command.id or 0, _NOT_SUBSCRIBED)


def _matches(topic_filter: str, topic: str) -> bool:
    """Tell whether a topic belongs to a filter with wildcards."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(want in ("+", level) for want, level in zip(wanted, levels, strict=True))
