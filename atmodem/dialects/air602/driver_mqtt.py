"""MQTT of the Air602 under the portable session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address

from ...errors import BrokerRefused, CommandError, CommandTimeout, ConnectFailed, InvalidArgument, MqttError
from ...portable.drivers import MqttDriver
from ...portable.events import MessageReceived, MqttConnected, MqttDisconnected, PortableEvent
from ...portable.modem_api import ModemAPI
from ...portable.values import Message, MqttOptions
from ...wire.command import Command
from ...wire.encoding import Encoder
from ...wire.event import Event
from .commands.mqtt import MCLOSE, MCONNECT, MID, MLOGIN, MPUB, MSERVER, MSUB
from .commands.net import SKGHBN
from .driver_sockets import AirSockets, connect_failed
from .errors import mqtt_meaning
from .events import MQD, MQTT, MTOPIC, MPUBResult, MSUBResult
from .grammar import GRAMMAR
from .values import MqttResult, MqttState

__all__ = ["AirMqtt"]

#: Seconds until the module has told how connecting ended, and how anything else did.
_CONNECT_LIMIT = 30.0
_RESULT_LIMIT = 30.0
#: Seconds for the result of a subscription, which not every firmware tells; and once this one is known not to.
_SUBSCRIBED_LIMIT = 5.0
_SILENT_LIMIT = 1.0
#: Results that tell that there is no connection any more. ABRT may be that of a subscription that the broker refuses.
_GONE = (MqttResult.CONN, MqttResult.RST, MqttResult.CLSD)
_DONE = (MqttResult.OK, MqttResult.DONE)
_ENCODER = Encoder(GRAMMAR, lambda _: ("", ()))


class AirMqtt(MqttDriver):
    """Uses the module's one MQTT client. What becomes of a command comes behind its answer, as an event.

    :param modem: what commands go to.
    :param sockets: the module's sockets, to find out whether a broker that was not connected to can be reached at all.
    """

    def __init__(self, modem: ModemAPI, sockets: AirSockets) -> None:
        self._modem = modem
        self._sockets = sockets
        self.reset()

    def reset(self) -> None:
        """Forget everything: the module has started anew."""
        self._has_login = False
        self._topic: MTOPIC | None = None
        #: The operation whose result has yet to come: the module has one at a time.
        self._outstanding: asyncio.Task[MqttResult | None] | None = None
        #: The firmware tells how subscriptions went; None until tried.
        self._tells_subscriptions: bool | None = None

    # What events tell

    #: The wire events of MQTT.
    translates: tuple[type[Event], ...] = (MQTT, MTOPIC, MQD)

    def translate(self, event: MQTT | MTOPIC | MQD) -> Iterator[PortableEvent]:
        """Return what an event means; topic and payload of a message come one behind the other."""
        if isinstance(event, MTOPIC):
            self._topic = event
        elif isinstance(event, MQD):
            named, self._topic = self._topic, None
            topic = None if named is None else named.topic.decode("utf-8", "surrogateescape")
            damaged = event.short or (named is not None and named.short)
            yield MessageReceived(message=Message(topic=topic, payload=event.data), damaged=damaged, cause=event)
        elif event.state == MqttState.CONNECTED:
            yield MqttConnected(cause=event)

    # The connection

    async def connect(self, options: MqttOptions) -> None:
        """Configure and connect. The module does not tell why that failed; a plain socket tells whom it was up to."""
        where = f"the broker at {options.host} port {options.port}"
        names: list[Command[None]] = [MID(client_id=options.client_id)]
        if options.username is not None or options.password is not None:
            names.append(MLOGIN(user=options.username or "", password=options.password or ""))
        elif self._has_login:
            raise InvalidArgument("username", "given: the module keeps an earlier one until it starts anew")
        for name in names:
            # What cannot be written is refused before anything is sent.
            _ENCODER.request(name)
        await self.disconnect()
        address = await self._resolved(options.host, f"{where} cannot be reached")
        self._has_login = len(names) > 1
        try:
            for command in (MSERVER(port=options.port, ip=address), *names):
                await self._modem.send(command)
            state = await self._connected()
        except CommandError as error:
            raise connect_failed(error, f"the module does not take the settings for {where}") from error
        if state != MqttState.CONNECTED:
            raise await self._failure(options, where)

    async def _resolved(self, host: str, failure: str) -> str:
        """Return an address: the module takes no names here."""
        try:
            return str(IPv4Address(host))
        except ValueError:
            pass
        try:
            return (await self._modem.send(SKGHBN(host=host))).ip
        except CommandError as error:
            raise connect_failed(error, failure, name="NO_SUCH_HOST") from error

    async def _connected(self) -> MqttState:
        async with self._modem.expect(MQTT) as outcome:
            await self._modem.send(MCONNECT())
            try:
                return (await asyncio.wait_for(outcome.get(), _CONNECT_LIMIT)).state
            except TimeoutError:
                return MqttState.FAIL

    async def _failure(self, options: MqttOptions, where: str) -> ConnectFailed:
        try:
            link = await self._sockets.open_tcp(options.host, options.port, passive=False, tls=None)
        except ConnectFailed as tried:
            if tried.name == "NO_FREE_LINK":
                return ConnectFailed(f"not connected to {where}", code=MqttState.FAIL)
            return connect_failed(tried, f"{where} cannot be reached")
        await self._sockets.close(link.number)
        return BrokerRefused(
            f"{where} refuses the connection",
            code=MqttState.FAIL,
            name="REFUSED",
            advice="look at client id, user and password: the module does not tell why",
        )

    async def disconnect(self) -> None:
        """Disconnect, behind what is outstanding."""
        await self._turn()
        with suppress(CommandError):  # there is no connection
            await self._modem.send(MCLOSE())

    # Operations

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Publish a text without commas that fits into the line."""
        text = payload.decode("utf-8", "surrogateescape")
        command = MPUB(topic=topic, qos=qos, retain=retain, message=text)
        result = await self._operate(command, MPUBResult, _RESULT_LIMIT)
        self._check(result, f"the message to {topic} was not published")

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Subscribe. Where the firmware does not tell of it, that is taken for success."""
        command = MSUB(topic=topic_filter, qos=qos)
        limit = _SILENT_LIMIT if self._tells_subscriptions is False else _SUBSCRIBED_LIMIT
        result = await self._operate(command, MSUBResult, limit)
        if result is not None:
            self._tells_subscriptions = True
        elif self._tells_subscriptions is None:
            self._tells_subscriptions = False
        if self._tells_subscriptions:
            self._check(result, f"{topic_filter} was not subscribed")

    async def _turn(self) -> None:
        """Wait until nothing is outstanding."""
        while self._outstanding is not None and not self._outstanding.done():
            await asyncio.wait([self._outstanding])

    async def _operate(
        self, command: Command[None], kind: type[MPUBResult] | type[MSUBResult], limit: float
    ) -> MqttResult | None:
        """Send a command and return its result; None where none came.

        Cancelled, it goes on to its end, and the next one waits for that.
        """
        await self._turn()
        task = self._outstanding = asyncio.create_task(self._run(command, kind, limit), name="atmodem[air602].mqtt")
        task.add_done_callback(_heard)
        return await asyncio.shield(task)

    async def _run(
        self, command: Command[None], kind: type[MPUBResult] | type[MSUBResult], limit: float
    ) -> MqttResult | None:
        async with self._modem.expect(kind) as outcome:
            await self._modem.send(command)
            try:
                return (await asyncio.wait_for(outcome.get(), limit)).result
            except TimeoutError:
                return None

    def _check(self, result: MqttResult | None, failure: str) -> None:
        """Raise where an operation did not succeed; tell that the connection is gone, as the module does not.

        :raises MqttError: it told that, or nothing.
        """
        if result in _DONE:
            return
        if result is None or result in _GONE:
            # A late result would be taken for that of the next operation.
            self._modem.publish(MqttDisconnected())
        if result is None:
            raise CommandTimeout(f"{failure}: the module does not tell what became of it")
        meaning = mqtt_meaning(result)
        raise MqttError(
            failure if meaning is None else f"{failure}: {meaning.text}",
            code=result,
            name=None if meaning is None else meaning.name,
            advice=None if meaning is None else meaning.advice,
        )


def _heard(task: asyncio.Task[MqttResult | None]) -> None:
    """Take note of an error that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
