"""A link to a serial server over TCP: ``tcp://host:port``."""

from __future__ import annotations

import asyncio
import socket

from ..errors import LinkError, LinkLost, PortNotFound
from .transport import TransportLink

__all__ = ["TcpLink", "open_tcp"]

#: A server that went away silently is noticed after about 30 s without an answer.
_IDLE_SECONDS, _PROBE_SECONDS, _PROBES = 15, 5, 3
_KEEPALIVE = {"TCP_KEEPIDLE": _IDLE_SECONDS, "TCP_KEEPINTVL": _PROBE_SECONDS, "TCP_KEEPCNT": _PROBES}
_UNANSWERED_MILLISECONDS = 1000 * (_IDLE_SECONDS + _PROBE_SECONDS * _PROBES)


class TcpLink(TransportLink):
    """An open TCP connection to a serial server."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # Which of these exist depends on the system.
        for name, value in {**_KEEPALIVE, "TCP_USER_TIMEOUT": _UNANSWERED_MILLISECONDS}.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def eof_received(self) -> None:
        """Called by the transport."""
        # A serial server that has stopped sending is gone: do not wait for what is queued to leave.
        self._lose(self._loss(None))
        self._transport.abort()

    def _loss(self, cause: Exception | None) -> LinkLost:
        reason = cause or "the server closed the connection"
        return LinkLost(f"{self.url} was lost: {reason}", url=self.url, advice="connect again")


async def open_tcp(url: str, host: str, port: int) -> TcpLink:
    """Connect to *host* and *port*; *url* is what messages call it.

    Cancelled, it leaves no connection behind.

    :raises PortNotFound: there is no such host, or nothing listens there.
    :raises LinkError: the host cannot be reached.
    """
    try:
        _, link = await asyncio.get_running_loop().create_connection(lambda: TcpLink(url), host, port)
    except (socket.gaierror, UnicodeError) as exc:
        raise PortNotFound(f"{url}: host {host} is not known", url=url, advice="check the name") from exc
    except ConnectionRefusedError as exc:
        advice = "start the serial server, or check the port number"
        raise PortNotFound(f"{url}: nothing listens on port {port}", url=url, advice=advice) from exc
    except OSError as exc:
        raise LinkError(f"{url} cannot be reached: {exc}", url=url, advice="check host, port and network") from exc
    return link
