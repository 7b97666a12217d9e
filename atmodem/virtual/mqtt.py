"""An MQTT client for virtual modules: one connection to a broker, over a virtual network."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from attrs import frozen

from .clock import Clock, Timer
from .mqtt_packets import ConnectPacket, MalformedPacket, Packet, PacketReader, PacketType, number, packet, text
from .network import Channel

__all__ = ["MqttClient", "MqttMessage", "MqttReceiver", "MqttRefused"]

_T = PacketType
#: What a packet that asks is answered with in the end.
_ANSWERS = (_T.PUBACK, _T.PUBCOMP, _T.SUBACK, _T.UNSUBACK)
#: Most bytes that are taken at once.
_ROOM = 4096


class MqttRefused(ConnectionError):
    """The broker was reached and refuses.

    :param code: its return code.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"the broker refuses with code {code}")
        self.code = code


@frozen
class MqttMessage:
    """A message that came.

    :param topic: its topic; bytes that are not UTF-8 are surrogate escapes.
    :param payload: its bytes.
    :param qos: how it was delivered.
    :param retain: it was kept from before.
    :param head: bytes of its packet in front of the payload.
    """

    topic: str
    payload: bytes
    qos: int
    retain: bool
    head: int


class MqttReceiver(Protocol):
    """Whom a client belongs to."""

    def has_room(self) -> bool:
        """Return whether messages are taken now; when they are again, the client is to be resumed."""
        ...

    def message(self, message: MqttMessage) -> None:
        """Take a message."""
        ...

    def lost(self) -> None:
        """Learn that the connection has ended, and not from here; called once, after :meth:`MqttClient.begin`."""
        ...


class MqttClient:
    """One connection to a broker.

    :param channel: the connection, not started yet.
    :param clock: what time it lives by.
    :param receiver: whom it belongs to.
    """

    def __init__(self, channel: Channel, clock: Clock, receiver: MqttReceiver) -> None:
        self._channel = channel
        self._clock = clock
        self._owner = receiver
        self._reader = PacketReader()
        self._arrived: deque[tuple[MqttMessage, int]] = deque()
        self._waiting: dict[int, asyncio.Future[Packet]] = {}
        self._unreleased: set[int] = set()
        self._last_id = 0
        self._begun = False
        self._keep_alive = 0
        self._pinged = False
        self._pinger: Timer | None = None
        #: Whether the connection is over.
        self.closed: bool = False

    # For the module

    async def connect(self, options: ConnectPacket, limit: float) -> None:
        """Introduce itself and wait until the broker accepts; messages come once :meth:`begin` is called.

        Cancelled or failed, the connection is dropped.

        :param limit: seconds to wait.
        :raises MqttRefused: the broker does not accept.
        :raises OSError: it ended the connection, was silent (:class:`TimeoutError`), or does not speak MQTT.
        """
        self._channel.start(self)
        try:
            answer = await self._ask(0, options.encode(), limit)
            code = answer.number() & 0xFF
            if code:
                raise MqttRefused(code)
        except BaseException:
            self.abort()
            raise
        self._keep_alive = options.keep_alive
        self._arm()

    def begin(self) -> None:
        """Deliver messages from now on."""
        self._begun = True
        if self.closed:
            self._owner.lost()
        else:
            self.resume()

    def resume(self) -> None:
        """Look again whether there is room for messages."""
        self._deliver()
        if not self.closed:
            self._channel.resume()

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool, limit: float) -> None:
        """Publish; with quality of service 1 and 2, wait until the broker has the message.

        :param limit: seconds to wait.
        :raises OSError: the connection has ended, or the broker was silent.
        """
        flags = qos << 1 | retain
        if not qos:
            self._check()
            self._channel.write(packet(_T.PUBLISH, text(topic), payload, flags=flags))
            await self._channel.drain()
            return
        identifier = self._new_id()
        data = packet(_T.PUBLISH, text(topic), number(identifier), payload, flags=flags)
        await self._ask(identifier, data, limit)

    async def subscribe(self, topic_filter: str, *, qos: int, limit: float) -> None:
        """Subscribe, and wait until the broker has confirmed.

        :param limit: seconds to wait.
        :raises MqttRefused: the broker does not permit it.
        :raises OSError: the connection has ended, or the broker was silent.
        """
        identifier = self._new_id()
        parts = (number(identifier), text(topic_filter), bytes((qos,)))
        answer = await self._ask(identifier, packet(_T.SUBSCRIBE, *parts, flags=2), limit)
        if answer.body[2:3] > b"\x02":
            raise MqttRefused(answer.body[2])

    async def unsubscribe(self, topic_filter: str, *, limit: float) -> None:
        """Unsubscribe, and wait until the broker has confirmed.

        :param limit: seconds to wait.
        :raises OSError: the connection has ended, or the broker was silent.
        """
        identifier = self._new_id()
        await self._ask(identifier, packet(_T.UNSUBSCRIBE, number(identifier), text(topic_filter), flags=2), limit)

    def close(self) -> None:
        """Take leave of the broker, which then publishes no will."""
        if not self.closed:
            self._channel.write(packet(_T.DISCONNECT))
            self._channel.close()
            self._over()

    def abort(self) -> None:
        """Vanish."""
        if not self.closed:
            self._channel.abort()
            self._over()

    # Asking

    def _check(self) -> None:
        if self.closed:
            raise ConnectionResetError("the connection to the broker has ended")

    def _new_id(self) -> int:
        self._last_id = self._last_id % 0xFFFF + 1
        return self._last_id

    async def _ask(self, identifier: int, data: bytes, limit: float) -> Packet:
        """Send a packet; return the one that answers it."""
        self._check()
        future: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._waiting[identifier] = future
        timer = self._clock.call_later(limit, lambda: self._fail(identifier, TimeoutError("the broker is silent")))
        self._channel.write(data)
        try:
            return await future
        finally:
            timer.cancel()
            self._waiting.pop(identifier, None)

    def _answered(self, identifier: int, answer: Packet) -> None:
        future = self._waiting.get(identifier)
        if future is not None and not future.done():
            future.set_result(answer)

    def _fail(self, identifier: int, error: OSError) -> None:
        future = self._waiting.get(identifier)
        if future is not None and not future.done():
            future.set_exception(error)

    # For the channel

    def room(self) -> int:
        """Return how many bytes are taken now."""
        return 0 if self._arrived else _ROOM

    def received(self, data: bytes) -> None:
        """Take bytes from the broker."""
        try:
            for arrived in self._reader.feed(data):
                self._take(arrived)
        except MalformedPacket:
            self._vanish()

    def ended(self) -> None:
        """Learn that the broker has ended the connection."""
        self._vanish()

    def _vanish(self) -> None:
        if not self.closed:
            # As the module's own end stays open until it is closed, too.
            self._channel.abort()
            self._over()
            if self._begun:
                self._owner.lost()

    def _over(self) -> None:
        self.closed = True
        self._arrived.clear()
        if self._pinger is not None:
            self._pinger.cancel()
        for identifier in tuple(self._waiting):
            self._fail(identifier, ConnectionResetError("the connection to the broker has ended"))

    # Packets

    def _take(self, arrived: Packet) -> None:
        match arrived.kind:
            case _T.PUBLISH:
                self._arrived.append(_message(arrived))
                self._deliver()
            case _T.CONNACK:
                self._answered(0, arrived)
            case _T.PUBREC:
                self._channel.write(packet(_T.PUBREL, number(arrived.number()), flags=2))
            case _T.PUBREL:
                self._unreleased.discard(arrived.number())
                self._channel.write(packet(_T.PUBCOMP, number(arrived.number())))
            case _T.PINGRESP:
                self._pinged = False
            case kind if kind in _ANSWERS:
                self._answered(arrived.number(), arrived)
            case _:
                raise MalformedPacket(f"a broker sends no {arrived.kind.name}")

    def _deliver(self) -> None:
        """Hand over messages that have come, while they are taken."""
        while self._begun and self._arrived and self._owner.has_room():
            message, identifier = self._arrived.popleft()
            if message.qos == 1:
                self._channel.write(packet(_T.PUBACK, number(identifier)))
            elif message.qos:
                self._channel.write(packet(_T.PUBREC, number(identifier)))
                if identifier in self._unreleased:
                    continue
                self._unreleased.add(identifier)
            self._owner.message(message)

    # Signs of life

    def _arm(self) -> None:
        if self._keep_alive and not self.closed:
            self._pinger = self._clock.call_later(self._keep_alive, self._ping)

    def _ping(self) -> None:
        if self._pinged:
            self._vanish()
            return
        self._pinged = True
        self._channel.write(packet(_T.PINGREQ))
        self._arm()


def _message(arrived: Packet) -> tuple[MqttMessage, int]:
    """Return a message and the number that its packet is confirmed by."""
    qos = arrived.flags >> 1 & 3
    topic = arrived.text()
    end = 2 + arrived.number()
    identifier = arrived.number(end) if qos else 0
    payload = arrived.body[end + 2 if qos else end :]
    return MqttMessage(topic, payload, qos, bool(arrived.flags & 1), arrived.size - len(payload)), identifier
