"""MQTT by the module's own client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import anyio
import attrs

from ..errors import AtmodemError, DataLost, InvalidArgument, LinkError, ModeConflict, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import MqttDriver
from ..portable.events import (
    MessageReceived,
    ModuleReady,
    ModuleRestarted,
    MqttConnected,
    MqttDisconnected,
    MqttReconnecting,
    MqttSubscribed,
    PortableEvent,
)
from ..portable.opening import Opening
from ..portable.values import Message, MqttOptions
from .background import open_whole
from .messages import Joiner, MessageStream
from .topics import check_filter, check_topic, matches

__all__ = ["MessageStream", "Mqtt", "MqttSession"]

#: Seconds between attempts to reach the broker again: the first wait, which doubles, and the longest.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_FASTER = "read faster, or raise the limit"


class Mqtt:
    """The one MQTT client of a modem: hands its events to the session that has it."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._session: MqttSession | None = None
        core.listen(self._event)
        core.on_end(self._ended)

    def connect(self, options: MqttOptions, *, reconnect: bool, limit: int, join: bool) -> Opening[MqttSession]:
        """Connect to a broker; see :meth:`atmodem.Modem.mqtt`."""
        return Opening(lambda: self._connect(options, reconnect, limit, join))

    async def _connect(self, options: MqttOptions, reconnect: bool, limit: int, join: bool) -> MqttSession:
        core = self._core
        driver = core.require(core.driver.mqtt, Capability.MQTT, *_needs(options))
        _check(options)
        while (before := self._session) is not None:
            if not before.ending:
                raise ModeConflict("the module's one MQTT client is in use", advice="close that session first")
            await before.aclose()
        session = MqttSession(core, driver, options, self._forget, reconnect=reconnect, limit=limit, join=join)
        self._session = session

        async def establish() -> MqttSession:
            try:
                await session.establish()
            except BaseException:
                session.give_up()
                raise
            return session

        try:
            return await open_whole(core, establish)
        except asyncio.CancelledError:
            session.end()
            raise

    def _forget(self) -> None:
        self._session = None

    def _event(self, event: PortableEvent) -> None:
        if self._session is not None:
            self._session.tell(event)

    def _ended(self, error: AtmodemError) -> None:
        session = self._session
        if session is not None:
            session.fail(SessionBroken(f"the modem has ended: {error}"))
            session.release()


class MqttSession:
    """A connection to a broker, by the module's client.

    ``messages`` are those that no stream of :meth:`filtered` takes. Where the module does not tell to which topic a
    message belongs, every stream gets it.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: MqttDriver,
        options: MqttOptions,
        finished: Callable[[], None],
        *,
        reconnect: bool,
        limit: int,
        join: bool,
    ) -> None:
        #: Messages that no other stream takes: an async iterator.
        self.messages: MessageStream = MessageStream("#", limit, self._drop)
        self._core = core
        self._driver = driver
        self._options = options
        self._reconnect = reconnect
        self._joiner = Joiner(driver, self._route) if join else None
        self._streams: list[MessageStream] = []
        self._filters: dict[str, int] = {}
        self._turn = asyncio.Lock()
        self._establishing = asyncio.Lock()
        #: Set while the broker is reached, and for good once the session is over.
        self._up = asyncio.Event()
        self._module_ready = asyncio.Event()
        self._module_ready.set()
        self._told_gone = False
        self._generation = core.generation
        self._over = asyncio.Event()
        self._when_finished = finished
        self._finished = asyncio.Event()
        self._error: AtmodemError | None = None
        self._lost = 0

    # What a program does

    async def publish(self, topic: str, payload: bytes | str = b"", *, qos: int = 0, retain: bool = False) -> None:
        """Publish a message and return when the module says that it is done; with QoS 1 and 2 the broker has it then.

        While the broker is being reached again, this waits. Cancelled before it is sent, the message is not published;
        cancelled after that, it is.

        :param topic: its topic, without wildcards.
        :param payload: its bytes, or a text that becomes UTF-8.
        :param qos: quality of service: 0, at most once; 1, at least once; 2, exactly once.
        :param retain: the broker keeps it for later subscribers.
        :raises InvalidArgument: no command of the module can carry it; the limit is named, and nothing was sent.
        :raises MqttError: it was not published, or whether it was is not known.
        :raises SessionBroken: the session has ended.
        :raises SessionClosed: it was closed here.
        :raises Unsupported: the module cannot have messages kept.
        """
        check_topic(topic)
        _check_qos(qos)
        if retain:
            self._core.require(self._driver, Capability.MQTT_RETAIN)
        data = payload.encode() if isinstance(payload, str) else bytes(payload)
        async with self._turn:
            await self._wait_until_up()
            await self._driver.publish(topic, data, qos, retain)

    async def subscribe(self, topic_filter: str, *, qos: int = 0) -> None:
        """Subscribe and return when the module says that it is done. After a reconnect the session subscribes again.

        While the broker is being reached again, this waits. Cancelled, the subscription may come about all the same.

        :param topic_filter: a topic; ``+`` stands for any one level, ``#`` for all that follow.
        :param qos: highest quality of service to deliver with, 0 to 2.
        :raises InvalidArgument: the module cannot carry the filter, or has no room for another.
        :raises MqttError: the broker refused, or whether it did is not known.
        :raises SessionBroken: the session has ended.
        :raises SessionClosed: it was closed here.
        """
        check_filter(topic_filter)
        _check_qos(qos)
        async with self._turn:
            await self._wait_until_up()
            before = self._filters.get(topic_filter)
            # What comes by it may come before the confirmation.
            self._filters[topic_filter] = qos
            try:
                await self._driver.subscribe(topic_filter, qos)
            except AtmodemError:
                if before is None:
                    del self._filters[topic_filter]
                else:
                    self._filters[topic_filter] = before
                raise

    async def unsubscribe(self, topic_filter: str) -> None:
        """Unsubscribe and return when the module says that it is done; harmless where there is no such subscription.

        While the broker is being reached again, this waits. Cancelled, the session does not subscribe again, and the
        module may still be subscribed.

        :param topic_filter: as it was subscribed.
        :raises MqttError: the module could not.
        :raises SessionBroken: the session has ended.
        :raises SessionClosed: it was closed here.
        :raises Unsupported: the module cannot unsubscribe.
        """
        check_filter(topic_filter)
        self._core.require(self._driver, Capability.MQTT_UNSUBSCRIBE)
        async with self._turn:
            await self._wait_until_up()
            self._filters.pop(topic_filter, None)
            await self._driver.unsubscribe(topic_filter)

    def filtered(self, topic_filter: str, *, limit: int = 1024) -> MessageStream:
        """Return a stream of the messages whose topics match a filter, from now until it is closed.

        It takes them from ``messages``. It does not subscribe.

        :param topic_filter: a topic or filter.
        :param limit: messages held for a slow reader; one more ends the session with DataLost.
        :raises SessionBroken: the session has ended.
        :raises SessionClosed: it was closed here.
        """
        check_filter(topic_filter)
        self._check_open()
        stream = MessageStream(topic_filter, limit, self._drop)
        self._streams.append(stream)
        return stream

    async def aclose(self) -> None:
        """Disconnect; idempotent. Cancelled, that goes on in the background."""
        self.end()
        await self._finished.wait()

    # For Mqtt

    @property
    def ending(self) -> bool:
        """Whether it is over, or will be as soon as the module has disconnected."""
        return self._over.is_set()

    async def establish(self) -> None:
        """Connect, and subscribe to what was subscribed before.

        :raises AtmodemError: that could not be done.
        """
        async with self._establishing:
            if self._over.is_set():
                return
            self._told_gone = False
            self._generation = self._core.generation
            await self._driver.connect(self._options)
            for topic_filter, qos in tuple(self._filters.items()):
                await self._driver.subscribe(topic_filter, qos)
                self._core.publish(MqttSubscribed(filter=topic_filter))
            if self._told_gone:
                raise SessionBroken("the broker has ended the connection at once")
            self._up.set()

    def tell(self, event: PortableEvent) -> None:
        """Take an event of the module."""
        match event:
            case MessageReceived():
                if event.damaged:
                    self._lose()
                else:
                    self._take(event.message)
            case MqttConnected():
                self._told_gone = False
            case MqttDisconnected():
                self._gone("the connection to the broker has ended")
            case ModuleRestarted():
                self._module_ready.clear()
                self._gone("the module started anew")
            case ModuleReady():
                self._module_ready.set()
            case _:
                pass

    def fail(self, error: AtmodemError) -> None:
        """End the session for a reason."""
        if not self._over.is_set():
            self._error = error
            self.end()

    def end(self) -> None:
        """Begin to disconnect, in the background. Idempotent."""
        if self._over.is_set():
            return
        if self._joiner is not None:
            self._joiner.flush()
        self._over.set()
        self._up.set()
        for stream in (self.messages, *self._streams):
            stream.end(self._why)
        if self._core.closed:
            self.release()
        else:
            self._core.spawn(self._leave, "mqtt")

    def give_up(self) -> None:
        """Let go of the module's client, which has not connected, unless that is being done already."""
        if not self.ending:
            self.release()

    def release(self) -> None:
        """Let go of the module's client. Idempotent."""
        self._over.set()
        self._up.set()
        if not self._finished.is_set():
            self._finished.set()
            self._when_finished()

    # The connection

    def _check_open(self) -> None:
        if self._over.is_set():
            raise self._why() or SessionClosed("this session was closed here")

    async def _wait_until_up(self) -> None:
        await self._up.wait()
        self._check_open()

    def _why(self) -> AtmodemError | None:
        if self._lost:
            return DataLost(f"{self._lost} messages could not be held or read", lost=self._lost, advice=_FASTER)
        return self._error

    def _gone(self, reason: str) -> None:
        self._told_gone = True
        if self._over.is_set() or not self._up.is_set():
            return
        if self._joiner is not None:
            self._joiner.flush()
        if self._reconnect:
            self._up.clear()
            self._core.spawn(self._reach_again, "mqtt")
        else:
            self.fail(SessionBroken(reason, advice="open a session with reconnect, or a new one"))

    async def _reach_again(self) -> None:
        wait, attempt = 0.0, 0
        while True:
            with anyio.move_on_after(wait):
                await self._over.wait()
            await self._module_ready.wait()
            if self._over.is_set():
                return
            wait = min(max(_FIRST_WAIT, 2 * wait), _LONGEST_WAIT)
            attempt += 1
            self._core.publish(MqttReconnecting(attempt=attempt))
            try:
                await self.establish()
            except (LinkError, SessionClosed):
                return
            except AtmodemError:
                continue
            return

    async def _leave(self) -> None:
        try:
            async with self._establishing:
                if self._generation == self._core.generation:
                    await self._driver.disconnect()
        except AtmodemError:
            pass  # the module or its line is gone, and the connection with it
        finally:
            self.release()

    # Messages

    def _take(self, message: Message) -> None:
        if self._over.is_set():
            # The session has ended because messages were lost; so are these.
            self._lost += bool(self._lost)
        elif self._joiner is not None:
            self._joiner.take(message)
        else:
            self._route(message)

    def _route(self, message: Message) -> None:
        topic = message.filter if message.topic is None else message.topic
        if topic is None:
            takers = [self.messages, *self._streams]
        else:
            takers = [stream for stream in self._streams if matches(stream.topic_filter, topic)] or [self.messages]
            if message.filter is None:
                fitting = [wanted for wanted in self._filters if matches(wanted, topic)]
                message = attrs.evolve(message, filter=fitting[0] if len(fitting) == 1 else None)
        taken = [taker.put(message) for taker in takers]
        if not all(taken):
            self._lose()

    def _lose(self) -> None:
        self._lost += 1
        self.end()

    def _drop(self, stream: MessageStream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)


def _needs(options: MqttOptions) -> list[Capability]:
    tls = options.tls
    wanted = {
        Capability.MQTT_WILL: options.will is not None,
        Capability.MQTT_KEEP_ALIVE: options.keep_alive is not None,
        Capability.MQTT_PERSISTENT_SESSION: not options.clean_session,
        Capability.MQTT_TLS: tls is not None,
        Capability.MQTT_SERVER_NAME: tls is not None and tls.server_name is not None,
        Capability.MQTT_ALPN: tls is not None and bool(tls.alpn),
        Capability.MQTT_WEBSOCKET: options.websocket_path is not None,
    }
    return [capability for capability, asked in wanted.items() if asked]


def _check(options: MqttOptions) -> None:
    if not options.host or any(ord(character) < 0x21 for character in options.host):
        raise InvalidArgument("host", "a host name or an address")
    if isinstance(options.port, bool) or not 1 <= options.port <= 65535:
        raise InvalidArgument("port", "from 1 to 65535")
    if not options.client_id or "\0" in options.client_id:
        raise InvalidArgument("client_id", "a text without NUL")
    if options.will is not None:
        check_topic(options.will.topic, "will")
        _check_qos(options.will.qos)


def _check_qos(qos: int) -> None:
    if isinstance(qos, bool) or qos not in (0, 1, 2):
        raise InvalidArgument("qos", "0, 1 or 2")
