"""Reports of the Air602 that come before it is known whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ...portable.values import Endpoint
from .events import SKTRPT

__all__ = ["EarlyReports"]

#: Bytes that wait for their link to be known.
ROOM = 65536
_NOBODY = ("0.0.0.0", 0)  # noqa: S104 - told, not bound


class EarlyReports:
    """Reports for which there is no link yet: of a socket that is being opened, or of a client of some server."""

    def __init__(self) -> None:
        self._kept: list[SKTRPT] = []
        self._size = 0
        #: Bytes of each socket for which there was no room.
        self._lost: Counter[int] = Counter()
        self._expected: list[Endpoint | None] = []

    @contextmanager
    def expecting(self, remote: Endpoint | None) -> Iterator[None]:
        """Let reports from *remote* wait, or with None those from anybody: SKCT has yet to tell the number."""
        self._expected.append(remote)
        try:
            yield
        finally:
            self._expected.remove(remote)

    def expects(self, sender: Endpoint) -> bool:
        """Tell whether a report is waited for."""
        return None in self._expected or sender in self._expected

    def keep(self, event: SKTRPT) -> None:
        """Keep a report until its socket is known."""
        if self._size + len(event.data) > ROOM:
            self._lost[event.socket] += event.length
        else:
            self._size += len(event.data)
            self._kept.append(event)

    def taken(self, socket: int, remote: Endpoint | None) -> list[SKTRPT]:
        """Take the reports of a socket that came from *remote*; those of another that had its number are dropped.

        What there was no room for is told as a report without data.
        """
        found = [event for event in self._kept if event.socket == socket]
        self._kept = [event for event in self._kept if event.socket != socket]
        self._size = sum(len(event.data) for event in self._kept)
        wanted = [event for event in found if remote in (None, (event.ip, event.port))]
        lost = self._lost.pop(socket, 0)
        if lost:
            ip, port = remote or _NOBODY
            wanted.append(SKTRPT(socket=socket, length=lost, ip=ip, port=port, data=b"", short=True))
        return wanted
