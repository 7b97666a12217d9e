"""A broker for scripted exchanges, which sends every message back to its one client."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from .clock import Clock
from .mqtt_packets import Packet, PacketReader, PacketType, number, packet, text
from .simulation import FarEnd
from .websocket import FrameReader, Opcode, accept_key, frame

__all__ = ["BrokersEnd", "EchoBroker", "WebSocketEnd"]

_T = PacketType
#: Seconds until it confirms, and until it sends a message back.
_CONFIRMS, _SENDS = 0.01, 0.02
#: Topic on which it hangs up.
_KICK = "kick"


class BrokersEnd(Protocol):
    """The broker's end of a connection, as :class:`~atmodem.virtual.simulation.FarEnd` describes it."""

    received: bytearray
    heard: Callable[[], object]

    def send(self, data: bytes) -> None:
        """Send *data* to the module."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class WebSocketEnd:
    """A far end that takes any handshake, and whose bytes travel in frames then.

    :param far: what carries them.
    """

    def __init__(self, far: FarEnd) -> None:
        self.received: bytearray = bytearray()
        self.heard: Callable[[], object] = lambda: None
        self._far = far
        self._frames = FrameReader()
        self._open = False
        far.heard = self._heard

    def send(self, data: bytes) -> None:
        """Send *data* in a frame."""
        self._far.send(frame(Opcode.BINARY, data))

    def close(self) -> None:
        """Close the connection as WebSockets do."""
        self._far.send(frame(Opcode.CLOSE, b""))

    def _heard(self) -> None:
        data = bytes(self._far.received)
        self._far.received.clear()
        if not self._open:
            self._open = True
            key = re.findall(rb"Sec-WebSocket-Key: (\S+)", data)[0].decode()
            self._far.send(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept_key(key).encode()
            )
            return
        for opcode, content in self._frames.feed(data):
            if opcode == Opcode.BINARY:
                self.received += content
                self.heard()


class EchoBroker:
    """Confirms everything, and sends a message back at quality of service 0 when its topic is subscribed.

    :param far: its end of the connection.
    :param clock: what time it lives by.
    """

    def __init__(self, far: BrokersEnd, clock: Clock) -> None:
        self._far = far
        self._clock = clock
        self._reader = PacketReader()
        self._topics: set[str] = set()
        far.heard = self._heard

    def _heard(self) -> None:
        data = bytes(self._far.received)
        self._far.received.clear()
        for arrived in self._reader.feed(data):
            self._take(arrived)

    def _take(self, arrived: Packet) -> None:
        match arrived.kind:
            case _T.CONNECT:
                self._confirm(_T.CONNACK, 0)
            case _T.SUBSCRIBE:
                self._topics.add(arrived.text(2))
                self._confirm(_T.SUBACK, arrived.number(), b"\0")
            case _T.UNSUBSCRIBE:
                self._topics.discard(arrived.text(2))
                self._confirm(_T.UNSUBACK, arrived.number())
            case _T.PUBLISH:
                self._published(arrived)
            case _T.PINGREQ:
                self._clock.call_later(_CONFIRMS, lambda: self._far.send(packet(_T.PINGRESP)))
            case _:
                pass

    def _confirm(self, kind: PacketType, identifier: int, body: bytes = b"") -> None:
        self._clock.call_later(_CONFIRMS, lambda: self._far.send(packet(kind, number(identifier), body)))

    def _published(self, arrived: Packet) -> None:
        topic = arrived.text()
        start = 2 + arrived.number()
        if arrived.flags & 6:
            self._confirm(_T.PUBACK, arrived.number(start))
            start += 2
        back = packet(_T.PUBLISH, text(topic), arrived.body[start:])
        if topic == _KICK:
            self._clock.call_later(_SENDS, self._far.close)
        elif topic in self._topics:
            self._clock.call_later(_SENDS, lambda: self._far.send(back))
