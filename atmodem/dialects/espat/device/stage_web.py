"""Web servers of recorded exchanges, at the other end of a simulated network."""

from __future__ import annotations

import re

from ....virtual.simulation import FarEnd

__all__ = ["WebEnd"]

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
