"""The modem as programs see it."""

from __future__ import annotations

from ..link import Link
from ..modem.core import ModemCore
from ..portable.dialect import Dialect
from ..portable.opening import Opening
from ..sessions.sockets import Sockets, TcpStream
from ..sessions.wifi import Wifi

__all__ = ["Modem"]


class Modem(ModemCore):
    """A module: its commands and events, and the sessions that work whatever its dialect."""

    def __init__(self, link: Link, dialect: Dialect, *, rest: float | None = None) -> None:
        super().__init__(link, dialect, rest=rest)
        self._sockets = Sockets(self)
        #: The station.
        self.wifi: Wifi = Wifi(self)

    def connect_tcp(self, host: str, port: int, *, passive: bool | None = None) -> Opening[TcpStream]:
        """Open a TCP connection by the module: ``async with modem.connect_tcp("example.org", 80) as stream``.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param host: name or address of the far end.
        :param port: its port, 1 to 65535.
        :param passive: data wait in the module until they are read here, which holds a fast sender back. Without it the
            module sends data as they come; a program that does not read in time loses the connection. None is with it
            wherever the module can.
        :raises ConnectFailed: the module could not open it.
        :raises Unsupported: the dialect has no links, or its data cannot wait.
        """
        return self._sockets.connect_tcp(host, port, passive=passive)
