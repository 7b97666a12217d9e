"""What a dialect does for HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from ..values import Frame, HttpRequest, HttpResult, TlsOptions

__all__ = ["HttpDriver", "WebServerDriver", "WebSocketDriver"]


class HttpDriver(Protocol):
    """The module's own client."""

    async def exchange(self, request: HttpRequest, sink: Callable[[bytes], Awaitable[None]]) -> HttpResult:
        """Make a request, hand the pieces of the answer's body to *sink* in order, and return how it ended.

        A status of 400 or more is a result like any other. Where the module can wait, it waits for *sink*; where it
        cannot, what *sink* does not take in time is held up to a limit. Exchanges may be asked for at the same time:
        those that the module cannot make at once wait for each other, and never for a *sink*.

        Cancelled, what was sent of it is finished by the module.

        :raises ConnectFailed: the server was not reached.
        :raises TlsError: it is not who it should be.
        :raises InvalidArgument: no form of the command can carry the request; the limit is named.
        :raises DataLost: pieces of the answer could not be held; it counts them.
        """
        ...


class WebServerDriver(Protocol):
    """The module's own web server."""

    async def start(self, port: int) -> None:
        """Start it."""
        ...

    async def stop(self) -> None:
        """Stop it; nothing happens when it does not run."""
        ...


class WebSocketDriver(Protocol):
    """WebSocket clients. Data and closes come as ``WebSocketData`` and ``WebSocketClosed``."""

    #: Most bytes of one frame.
    frame_limit: int

    async def open(
        self,
        url: str,
        headers: tuple[tuple[str, str], ...],
        subprotocol: str | None,
        tls: TlsOptions | None,
        time_limit: float,
    ) -> int:
        """Open a WebSocket and return the driver's number for it.

        :param time_limit: seconds to try.
        :raises ConnectFailed: it cannot be opened.
        :raises TlsError: the server is not who it should be.
        """
        ...

    async def send(self, socket: int, frame: Frame) -> None:
        """Send one frame."""
        ...

    async def close(self, socket: int) -> None:
        """Close it; harmless when it is closed already."""
        ...
