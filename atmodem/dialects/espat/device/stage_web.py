"""Web servers of recorded exchanges, at the other end of a simulated network."""

from __future__ import annotations

import re

from ....virtual.simulation import FarEnd
from ....virtual.websocket import FrameReader, accept_key, frame
from ....virtual.websocket import Opcode as Op
from .ota import firmware_image

__all__ = ["Browser", "MakerEnd", "ReturningEnd", "WebEnd"]

_PAGE = b"hello\r\nOK\r\nworld\0\0"
_HEAD = b"Date: Sun, 26 Sep 2021 06:59:13 GMT\r\nContent-Type: text/plain\r\n"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class WebEnd:
    """A web server: ``/404`` is an error, what is posted comes back, everything else is one page.

    :param far: its end of the connection.
    :param size: what it tells of the page's size when it is asked for the headers alone; None for nothing.
    """

    def __init__(self, far: FarEnd, size: int | None) -> None:
        self._far = far
        self._size = size
        far.heard = self._heard

    def _heard(self) -> None:
        head, end, body = bytes(self._far.received).partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._far.received.clear()
        method, path, _ = head.split(b" ", 2)
        if method == b"HEAD":
            told = b"" if self._size is None else b"Content-Length: %d\r\n" % self._size
            self._far.send(b"HTTP/1.1 200 OK\r\n" + _HEAD + told + b"\r\n")
            return
        page = b"got %d: %b" % (len(body), body) if method == b"POST" else _PAGE
        status = b"404 Not Found" if path == b"/404" else b"200 OK"
        self._far.send(b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, _HEAD, len(page), page))


class MakerEnd:
    """The server of the firmware's maker, which has one version.

    :param far: its end of the connection.
    """

    def __init__(self, far: FarEnd) -> None:
        self._far = far
        far.heard = self._heard

    def _heard(self) -> None:
        head, end, _ = bytes(self._far.received).partition(b"\r\n\r\n")
        if end:
            self._far.received.clear()
            offer = b"is_format_simple" in head
            page = b'{"rom_version": "v9.9.9.9", "status": 200}' if offer else firmware_image("9.9.9.9")
            self._far.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(page), page))


class ReturningEnd:
    """A WebSocket server that sends back what it got when it is told to.

    :param far: its end of the connection.
    """

    def __init__(self, far: FarEnd) -> None:
        self._far = far
        self._frames = FrameReader()
        self._open = False
        self._got = b""
        far.heard = self._heard

    def _heard(self) -> None:
        data = bytes(self._far.received)
        self._far.received.clear()
        if self._open:
            for opcode, content in self._frames.feed(data):
                if opcode == Op.TEXT:
                    self._got += content
            return
        self._open = True
        key = re.findall(rb"Sec-WebSocket-Key: (\S+)", data)[0].decode()
        self._far.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept_key(key).encode()
        )

    def send_back(self) -> None:
        """Send what it got as one text."""
        got, self._got = self._got, b""
        self._far.send(frame(Op.TEXT, got))


class Browser:
    """A browser on the module's page.

    :param far: its end of the connection.
    """

    def __init__(self, far: FarEnd) -> None:
        self._far = far

    def post(self, path: str, body: bytes) -> None:
        """Send what was filled in."""
        self._far.send(f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
