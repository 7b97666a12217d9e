"""WebSocket for virtual modules: its frames without I/O, and a channel whose bytes travel in them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from enum import IntEnum

from .clock import Clock
from .network import Address, Channel, ChannelReceiver

__all__ = ["FrameReader", "Opcode", "WebSocketChannel", "accept_key", "frame"]

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEAD_END = b"\r\n\r\n"
#: Most bytes of an answer to the handshake.
_LONGEST_HEAD = 8192
#: Most bytes that are taken at once.
_ROOM = 4096


class Opcode(IntEnum):
    """What a frame is."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


def accept_key(key: str) -> str:
    """Return what a server answers to the key of a client."""
    return base64.b64encode(hashlib.sha1((key + _MAGIC).encode(), usedforsecurity=False).digest()).decode()


def frame(opcode: Opcode, data: bytes, mask: bytes = b"") -> bytes:
    """Return a whole message in one frame.

    :param mask: four bytes, from a client; nothing from a server.
    """
    masked = bool(mask) << 7
    if len(data) < 126:
        head = bytes((0x80 | opcode, masked | len(data)))
    elif len(data) < 1 << 16:
        head = bytes((0x80 | opcode, masked | 126)) + len(data).to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, masked | 127)) + len(data).to_bytes(8, "big")
    return head + mask + _masked(data, mask)


def _masked(data: bytes, mask: bytes) -> bytes:
    if not mask:
        return data
    key = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(len(data), "big")


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take bytes; yield opcode and data of each frame that is complete now."""
        self._buffer += data
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length > 125:
            start += 2 if length == 126 else 8
            length = int.from_bytes(buffer[2:start], "big")
        mask_end = start + (4 if buffer[1] & 0x80 else 0)
        if len(buffer) < mask_end or len(buffer) < mask_end + length:
            return None
        data = _masked(bytes(buffer[mask_end : mask_end + length]), bytes(buffer[start:mask_end]))
        opcode = buffer[0] & 0x0F
        del buffer[: mask_end + length]
        return opcode, data


class WebSocketChannel(Channel):
    """A connection whose bytes travel in binary frames.

    :param channel: what carries the frames, not started yet.
    """

    def __init__(self, channel: Channel) -> None:
        self.local: Address = channel.local
        self.remote: Address = channel.remote
        self._carrier = channel
        self._frames = FrameReader()
        self._head = bytearray()
        self._opening: asyncio.Future[bytes] | None = None
        self._receiver: ChannelReceiver | None = None
        self._arrived = bytearray()
        self._ended = False

    async def open(self, host: str, path: str, *, subprotocol: str, clock: Clock, limit: float) -> None:
        """Shake hands. Cancelled or failed, the connection is dropped.

        :param host: name of the server, with its port.
        :param path: what is asked for, with a slash in front.
        :param limit: seconds to wait.
        :raises OSError: the server refuses, was silent, or speaks something else.
        """
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._opening = asyncio.get_running_loop().create_future()
        self._carrier.start(self)
        timer = clock.call_later(limit, lambda: self._fail(TimeoutError("the server is silent")))
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {subprotocol}",
        )
        self._carrier.write("\r\n".join(lines).encode() + _HEAD_END)
        try:
            head = await self._opening
            accepted = re.search(rb"(?im)^sec-websocket-accept:[ \t]*(\S+)", head)
            if not re.match(rb"HTTP/1\.1 101\b", head) or not accepted or accepted[1] != accept_key(key).encode():
                raise ConnectionRefusedError("the server does not speak WebSocket here")
        except BaseException:
            self._carrier.abort()
            raise
        finally:
            timer.cancel()

    def _fail(self, error: OSError) -> None:
        if self._opening is not None and not self._opening.done():
            self._opening.set_exception(error)

    # For whoever uses it

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self._deliver()

    def resume(self) -> None:
        self._deliver()
        self._carrier.resume()

    def write(self, data: bytes) -> None:
        self._carrier.write(frame(Opcode.BINARY, data, secrets.token_bytes(4)))

    @property
    def congested(self) -> bool:
        return self._carrier.congested

    async def drain(self) -> None:
        await self._carrier.drain()

    def close(self) -> None:
        self._carrier.write(frame(Opcode.CLOSE, b"\x03\xe8", secrets.token_bytes(4)))
        self._carrier.close()

    def abort(self) -> None:
        self._carrier.abort()

    # For the carrier

    def room(self) -> int:
        """Return how many bytes are taken now."""
        return 0 if self._arrived else _ROOM

    def received(self, data: bytes) -> None:
        """Take bytes of frames, or of the answer to the handshake."""
        if self._opening is not None and not self._opening.done():
            self._head += data
            head, end, data = bytes(self._head).partition(_HEAD_END)
            if len(head) > _LONGEST_HEAD:
                self._fail(ConnectionRefusedError("the server does not speak WebSocket here"))
            if not end:
                return
            self._opening.set_result(head)
        for opcode, content in self._frames.feed(data):
            self._take(opcode, content)
        self._deliver()

    def _take(self, opcode: int, content: bytes) -> None:
        if opcode == Opcode.PING:
            self._carrier.write(frame(Opcode.PONG, content, secrets.token_bytes(4)))
        elif opcode == Opcode.CLOSE:
            self._ended = True
        elif opcode != Opcode.PONG:
            self._arrived += content

    def ended(self) -> None:
        """Learn that the far end has ended the connection."""
        self._fail(ConnectionResetError("the server has ended the connection"))
        self._ended = True
        self._deliver()

    def _deliver(self) -> None:
        receiver = self._receiver
        if receiver is None:
            return
        while self._arrived and (room := receiver.room()) > 0:
            data = bytes(self._arrived[:room])
            del self._arrived[:room]
            receiver.received(data)
        if self._ended and not self._arrived:
            self._receiver = None
            receiver.ended()
