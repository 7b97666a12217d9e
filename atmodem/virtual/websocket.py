"""WebSocket for virtual modules: its frames without I/O, a client, and a channel whose bytes travel in frames."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import Protocol

from .clock import Clock
from .network import Address, Channel, ChannelReceiver

__all__ = ["FrameReader", "FrameReceiver", "Opcode", "WebSocketChannel", "WebSocketClient", "accept_key", "frame"]

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


def frame(opcode: Opcode, data: bytes, mask: bytes = b"", *, final: bool = True) -> bytes:
    """Return a frame.

    :param mask: four bytes, from a client; nothing from a server.
    :param final: no more frames of its message follow.
    """
    first, masked = final << 7 | opcode, bool(mask) << 7
    if len(data) < 126:
        head = bytes((first, masked | len(data)))
    elif len(data) < 1 << 16:
        head = bytes((first, masked | 126)) + len(data).to_bytes(2, "big")
    else:
        head = bytes((first, masked | 127)) + len(data).to_bytes(8, "big")
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


class FrameReceiver(Protocol):
    """Who gets what the server sends."""

    def room(self) -> int:
        """Return how many bytes are taken now; at 0 the client holds the server back until it is resumed."""
        ...

    def frame(self, opcode: int, data: bytes) -> None:
        """Take a frame of data."""

    def ended(self, *, agreed: bool) -> None:
        """Learn that there will be no more frames; called once.

        :param agreed: the server has said so; else the connection broke.
        """


class WebSocketClient:
    """The client's end of a WebSocket, which answers pings by itself.

    :param carrier: the connection, not started yet.
    :param receiver: gets the frames.
    """

    def __init__(self, carrier: Channel, receiver: FrameReceiver) -> None:
        self._carrier = carrier
        self._receiver = receiver
        self._frames = FrameReader()
        self._head = bytearray()
        self._opening: asyncio.Future[bytes] | None = None
        self._over = False

    async def open(
        self,
        host: str,
        path: str,
        *,
        subprotocol: str | None = None,
        headers: Sequence[str] = (),
        clock: Clock,
        limit: float,
    ) -> None:
        """Shake hands. Cancelled or failed, the connection is dropped.

        :param host: name of the server, with its port.
        :param path: what is asked for, with a slash in front.
        :param headers: more lines of the request.
        :param limit: seconds to wait.
        :raises OSError: the server refuses, was silent, or speaks something else.
        """
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._opening = asyncio.get_running_loop().create_future()
        self._carrier.start(self)
        timer = clock.call_later(limit, lambda: self._fail(TimeoutError("the server is silent")))
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *([] if subprotocol is None else [f"Sec-WebSocket-Protocol: {subprotocol}"]),
            *headers,
        ]
        self._carrier.write("\r\n".join(lines).encode("utf-8", "surrogateescape") + _HEAD_END)
        try:
            head = await self._opening
            accepted = re.search(rb"(?im)^sec-websocket-accept:[ \t]*(\S+)", head)
            if not re.match(rb"HTTP/1\.1 101\b", head) or not accepted or accepted[1] != accept_key(key).encode():
                raise ConnectionRefusedError("the server does not speak WebSocket here")
        except BaseException:
            self._over = True
            self._carrier.abort()
            raise
        finally:
            timer.cancel()

    def _fail(self, error: OSError) -> None:
        if self._opening is not None and not self._opening.done():
            self._opening.set_exception(error)

    # For whoever uses it

    def resume(self) -> None:
        """Look again whether the receiver has room."""
        self._carrier.resume()

    def send(self, opcode: Opcode, data: bytes, *, final: bool = True) -> None:
        """Queue a frame for the server."""
        self._carrier.write(frame(opcode, data, secrets.token_bytes(4), final=final))

    @property
    def congested(self) -> bool:
        """Whether more is queued than a small rest."""
        return self._carrier.congested

    async def drain(self) -> None:
        """Wait until the network has taken what is queued, but for a small rest.

        Cancelling it leaves the queue as it is.

        :raises ConnectionError: the connection is over.
        """
        await self._carrier.drain()

    def close(self) -> None:
        """Say goodbye and close."""
        self._over = True
        self.send(Opcode.CLOSE, b"\x03\xe8")
        self._carrier.close()

    def abort(self) -> None:
        """Drop the connection."""
        self._over = True
        self._carrier.abort()

    # For the carrier

    def room(self) -> int:
        """Return how many bytes are taken now."""
        return min(_ROOM, self._receiver.room())

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

    def _take(self, opcode: int, content: bytes) -> None:
        if opcode == Opcode.PING:
            self.send(Opcode.PONG, content)
        elif opcode == Opcode.CLOSE:
            self._end(agreed=True)
        elif opcode != Opcode.PONG and not self._over:
            self._receiver.frame(opcode, content)

    def ended(self) -> None:
        """Learn that the far end has ended the connection."""
        if self._opening is not None and not self._opening.done():
            self._fail(ConnectionResetError("the server has ended the connection"))
        else:
            self._end(agreed=False)

    def _end(self, *, agreed: bool) -> None:
        if not self._over:
            self._over = True
            self._receiver.ended(agreed=agreed)


class WebSocketChannel(Channel):
    """A connection whose bytes travel in binary frames.

    :param channel: what carries the frames, not started yet.
    """

    def __init__(self, channel: Channel) -> None:
        self.local: Address = channel.local
        self.remote: Address = channel.remote
        self._client = WebSocketClient(channel, _Frames(self._frame, self._end, lambda: not self._arrived))
        self._receiver: ChannelReceiver | None = None
        self._arrived = bytearray()
        self._ended = False

    async def open(self, host: str, path: str, *, subprotocol: str, clock: Clock, limit: float) -> None:
        """Shake hands; see :meth:`WebSocketClient.open`.

        :raises OSError: the server refuses, was silent, or speaks something else.
        """
        await self._client.open(host, path, subprotocol=subprotocol, clock=clock, limit=limit)

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self._deliver()

    def resume(self) -> None:
        self._deliver()
        self._client.resume()

    def write(self, data: bytes) -> None:
        self._client.send(Opcode.BINARY, data)

    @property
    def congested(self) -> bool:
        return self._client.congested

    async def drain(self) -> None:
        await self._client.drain()

    def close(self) -> None:
        self._client.close()

    def abort(self) -> None:
        self._client.abort()

    def _frame(self, data: bytes) -> None:
        self._arrived += data
        self._deliver()

    def _end(self) -> None:
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


class _Frames:
    """Hands the content of frames on."""

    def __init__(self, taken: Callable[[bytes], None], ended: Callable[[], None], has_room: Callable[[], bool]) -> None:
        self._taken, self._ended, self._has_room = taken, ended, has_room

    def room(self) -> int:
        return _ROOM if self._has_room() else 0

    def frame(self, opcode: int, data: bytes) -> None:
        self._taken(data)

    def ended(self, *, agreed: bool) -> None:
        self._ended()
