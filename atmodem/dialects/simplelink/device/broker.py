"""The broker of recorded exchanges: it confirms everything, and sends back what is published plainly."""

from __future__ import annotations

from collections.abc import Iterator

from ....virtual.mqtt_packets import PacketReader, PacketType, number, packet, text

__all__ = ["answers_of", "message_of"]

_T = PacketType
_QOS = 6


def answers_of(received: bytes) -> Iterator[bytes]:
    """Yield what a broker answers to whole packets."""
    for arrived in PacketReader().feed(received):
        match arrived.kind:
            case _T.CONNECT:
                yield packet(_T.CONNACK, number(0))
            case _T.SUBSCRIBE:
                yield packet(_T.SUBACK, number(arrived.number()), b"\2")
            case _T.UNSUBSCRIBE:
                yield packet(_T.UNSUBACK, number(arrived.number()))
            case _T.PUBLISH if arrived.flags & _QOS:
                yield packet(_T.PUBACK, number(arrived.number(2 + arrived.number())))
            case _T.PUBLISH:
                yield packet(_T.PUBLISH, arrived.body)
            case _:
                pass


def message_of(topic: str, payload: bytes) -> bytes:
    """Return the packet of a message that somebody else has published."""
    return packet(_T.PUBLISH, text(topic), payload)
