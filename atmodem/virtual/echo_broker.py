"""A broker for scripted exchanges, which sends every message back to its one client."""

from __future__ import annotations

from .clock import Clock
from .mqtt_packets import Packet, PacketReader, PacketType, number, packet, text
from .simulation import FarEnd

__all__ = ["EchoBroker"]

_T = PacketType
#: Seconds until it confirms, and until it sends a message back.
_CONFIRMS, _SENDS = 0.01, 0.02
#: Topic on which it hangs up.
_KICK = "kick"


class EchoBroker:
    """Confirms everything, and sends a message back at quality of service 0 when its topic is subscribed.

    :param far: its end of the connection.
    :param clock: what time it lives by.
    """

    def __init__(self, far: FarEnd, clock: Clock) -> None:
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
