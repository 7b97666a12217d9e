"""Packets of MQTT 3.1.1 as bytes, without I/O."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from attrs import frozen

__all__ = ["ConnectPacket", "MalformedPacket", "Packet", "PacketReader", "PacketType", "number", "packet", "text"]


class MalformedPacket(ConnectionError):
    """The far end does not speak MQTT."""


class PacketType(IntEnum):
    """The first four bits of a packet."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@frozen
class Packet:
    """A packet that came.

    :param kind: what it is.
    :param flags: the other four bits of its first byte.
    :param body: what stands behind its length.
    :param size: bytes of all of it.
    """

    kind: PacketType
    flags: int
    body: bytes
    size: int

    def number(self, at: int = 0) -> int:
        """Return the two bytes at *at* as a number.

        :raises MalformedPacket: they are not there.
        """
        if len(self.body) < at + 2:
            raise MalformedPacket(f"{self.kind.name} is too short")
        return int.from_bytes(self.body[at : at + 2], "big")

    def text(self, at: int = 0) -> str:
        """Return the text at *at*; bytes that are not UTF-8 become surrogate escapes.

        :raises MalformedPacket: it is not there.
        """
        length = self.number(at)
        data = self.body[at + 2 : at + 2 + length]
        if len(data) < length:
            raise MalformedPacket(f"{self.kind.name} is too short")
        return data.decode("utf-8", "surrogateescape")


def number(value: int) -> bytes:
    """Return a number of two bytes."""
    return value.to_bytes(2, "big")


def text(value: str | bytes) -> bytes:
    """Return a text, or any bytes, behind its length."""
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return number(len(data)) + data


def packet(kind: PacketType, *parts: bytes, flags: int = 0) -> bytes:
    """Return a packet whose body is *parts*."""
    body = b"".join(parts)
    length, left = bytearray(), len(body)
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    length.append(left)
    return bytes((kind << 4 | flags,)) + bytes(length) + body


@frozen(kw_only=True)
class ConnectPacket:
    """How a client introduces itself.

    :param client_id: its name.
    :param username: user, or None.
    :param password: the user's password, or None.
    :param keep_alive: seconds in which it shows a sign of life; 0 for none.
    :param clean_session: the broker is to forget what it knows of the client.
    :param will: topic, message, quality of service and whether it is retained, of what the broker publishes when the
        client vanishes; None for nothing.
    """

    client_id: str
    username: str | None = None
    password: str | None = None
    keep_alive: int = 120
    clean_session: bool = True
    will: tuple[str, bytes, int, bool] | None = None

    def encode(self) -> bytes:
        """Return the packet."""
        flags = self.clean_session << 1 | (self.username is not None) << 7 | (self.password is not None) << 6
        parts = [text(self.client_id)]
        if self.will is not None:
            topic, payload, qos, retain = self.will
            flags |= 4 | qos << 3 | retain << 5
            parts += [text(topic), text(payload)]
        parts += [text(value) for value in (self.username, self.password) if value is not None]
        head = text("MQTT") + bytes((4, flags)) + number(self.keep_alive)
        return packet(PacketType.CONNECT, head, *parts)


class PacketReader:
    """Cuts a stream of bytes into packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Take bytes; yield the packets that are complete now.

        :raises MalformedPacket: there is no such packet.
        """
        self._buffer += data
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> Packet | None:
        length = 0
        for place in range(1, 5):
            if place >= len(self._buffer):
                return None
            byte = self._buffer[place]
            length |= (byte & 0x7F) << 7 * (place - 1)
            if not byte & 0x80:
                break
        else:
            raise MalformedPacket("a length has more than four bytes")
        start, end = place + 1, place + 1 + length
        if len(self._buffer) < end:
            return None
        kind, flags = self._buffer[0] >> 4, self._buffer[0] & 0x0F
        if kind not in tuple(PacketType):
            raise MalformedPacket(f"there is no packet of type {kind}")
        body = bytes(self._buffer[start:end])
        del self._buffer[:end]
        return Packet(PacketType(kind), flags, body, end)
