"""HTTP for virtual modules: what servers answer and what browsers ask, as bytes on a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from attrs import frozen

from .network import Channel

__all__ = ["BadResponse", "Body", "Request", "Response", "Stream", "read_request", "read_response"]

_WINDOW = 8192
#: Bytes in which a response is read until its headers are whole; what comes along of the body is kept.
_PIECE = 256
_LONGEST_HEAD = 65536
#: What only tells that the answer is still to come.
_INTERIM = range(100, 200)


class BadResponse(ConnectionError):
    """The server answers something else than HTTP."""


class Stream:
    """What a connection brings, in order; the sender is held back when much waits.

    :param channel: the connection.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._data = bytearray()
        self._arrived = asyncio.Event()
        self.over: bool = False
        channel.start(self)

    def room(self) -> int:
        """Called by the channel."""
        return _WINDOW - len(self._data)

    def received(self, data: bytes) -> None:
        """Called by the channel."""
        self._data += data
        self._arrived.set()

    def ended(self) -> None:
        """Called by the channel."""
        self.over = True
        self._arrived.set()

    async def read(self, most: int) -> bytes:
        """Return what is there, at least one byte; none when the connection is over."""
        while not self._data and not self.over:
            self._arrived.clear()
            await self._arrived.wait()
        taken = bytes(self._data[:most])
        del self._data[:most]
        self._channel.resume()
        return taken

    async def write(self, data: bytes) -> None:
        """Send *data*.

        :raises ConnectionError: the connection is over.
        """
        if self.over:
            raise ConnectionResetError("the connection is over")
        self._channel.write(data)
        await self._channel.drain()

    def close(self) -> None:
        """Close the connection."""
        self.over = True
        self._channel.close()
        self._arrived.set()


class Body:
    """Takes the body of a response out of its framing.

    :param length: its bytes; None where only the end of the connection, or a chunk, tells.
    :param chunked: it comes in chunks.
    """

    def __init__(self, length: int | None, *, chunked: bool = False) -> None:
        self._left = length
        self._chunked = chunked
        self._framing = bytearray()
        self.done: bool = length == 0
        #: Only the end of the connection ends it.
        self.endless: bool = length is None and not chunked

    def feed(self, raw: bytes) -> bytes:
        """Return what *raw* holds of the body."""
        if self._chunked:
            return self._unchunk(raw)
        if self._left is None:
            return raw
        taken = raw[: self._left]
        self._left -= len(taken)
        self.done = self._left == 0
        return taken

    def _unchunk(self, raw: bytes) -> bytes:
        self._framing += raw
        found = bytearray()
        while not self.done:
            if self._left:
                piece = self._framing[: self._left]
                del self._framing[: len(piece)]
                found += piece
                self._left -= len(piece)
                if self._left:
                    break
                continue
            line, end, rest = self._framing.lstrip(b"\r\n").partition(b"\r\n")
            if not end:
                break
            try:
                self._left = int(line.split(b";")[0], 16)
            except ValueError:
                raise BadResponse("a chunk has no length") from None
            self._framing = bytearray(rest)
            self.done = self._left == 0
        return bytes(found)


class Response:
    """A response whose headers have come.

    :param status: its status.
    :param lines: its header lines.
    :param body: takes its body out of its framing.
    :param held: what came of the body together with the headers.
    """

    def __init__(self, status: int, lines: Sequence[str], body: Body, held: bytes) -> None:
        self.status = status
        self.lines: tuple[str, ...] = tuple(lines)
        self.headers: dict[str, str] = _fields(lines)
        #: The connection ended before the body did.
        self.cut: bool = False
        self._body = body
        self._held = body.feed(held) if held else b""

    @property
    def more(self) -> bool:
        """Whether more of the body is there, or may come."""
        return bool(self._held) or not self._body.done

    @property
    def held(self) -> int:
        """Bytes of the body that came with the headers and were not read yet."""
        return len(self._held)

    async def read(self, stream: Stream, most: int) -> bytes:
        """Read a piece of the body; nothing where there is no more.

        :raises BadResponse: it is no HTTP.
        """
        data, self._held = self._held[:most], self._held[most:]
        while not data and not self._body.done:
            raw = await stream.read(most)
            if not raw:
                self.cut = not self._body.endless
                self._body.done = True
            else:
                data = self._body.feed(raw)
        return data


async def read_response(stream: Stream, *, bodiless: bool) -> Response:
    """Read a response up to its body, past those that only say that it is still to come.

    :param bodiless: it has no body, whatever its headers say.
    :raises BadResponse: it is no HTTP.
    """
    rest, status = b"", 100
    lines: list[str] = []
    while status in _INTERIM:
        text, rest = await _head_of(stream, rest)
        first, *lines = text.decode("latin-1").split("\r\n")
        version, _, answer = first.partition(" ")
        if not version.startswith("HTTP/") or not answer[:3].isdigit():
            raise BadResponse("the first line is none")
        status = int(answer[:3])
    headers = _fields(lines)
    if bodiless or status in (204, 304):
        return Response(status, lines, Body(0), b"")
    chunked = headers.get("transfer-encoding", "").lower() == "chunked"
    length = headers.get("content-length", "")
    body = Body(int(length) if length.isdigit() and not chunked else None, chunked=chunked)
    return Response(status, lines, body, rest)


async def _head_of(stream: Stream, begun: bytes) -> tuple[bytes, bytes]:
    """Return the headers of a response that has *begun*, and what came behind them."""
    head = bytearray(begun)
    while b"\r\n\r\n" not in head:
        piece = await stream.read(_PIECE)
        if not piece or len(head) > _LONGEST_HEAD:
            raise BadResponse("the headers have no end")
        head += piece
    text, _, rest = bytes(head).partition(b"\r\n\r\n")
    return text, rest


@frozen
class Request:
    """What a browser asks for.

    :param method: what to do.
    :param path: with what.
    :param headers: its headers, names in small letters.
    :param body: its body.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


async def read_request(stream: Stream, limit: int) -> Request | None:
    """Read a whole request; None where the connection ends first.

    :param limit: most bytes of its body.
    :raises BadResponse: it is no HTTP, or its body is larger.
    """
    try:
        text, body = await _head_of(stream, b"")
    except BadResponse:
        if stream.over:
            return None
        raise
    first, *lines = text.decode("latin-1").split("\r\n")
    headers = _fields(lines)
    told = headers.get("content-length", "0")
    if first.count(" ") != 2 or not told.isdecimal() or int(told) > limit:
        raise BadResponse("no request that can be taken")
    while len(body) < int(told):
        piece = await stream.read(_WINDOW)
        if not piece:
            return None
        body += piece
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body[: int(told)])


def _fields(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
