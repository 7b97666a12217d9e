"""WebSocket by ESP-AT commands, under the portable session."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum
from urllib.parse import urlsplit

from ...errors import AtmodemError, CommandError, ConnectFailed, InvalidArgument, LinkInUse, ModeConflict, TlsError
from ...portable.drivers import SocketDriver, WebSocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Frame, FrameKind, TlsOptions
from .commands.websocket import WSCFG, WSCLOSE, WSHEAD, WSOPEN, WSSEND
from .driver_tls import EspCredentials, client_auth
from .values.http import WebSocketOpcode

__all__ = ["EspWebSocket"]

#: WebSocket links of the module.
LINKS = 3
#: Bytes of the buffer that is asked for; frames to send are ten bytes shorter.
BUFFER = 4096
#: Seconds between pings, and until a pong must have come: the module's own.
_PING, _PONG = 10, 120
_LONGEST_TIME = 180
_OPCODES = {
    FrameKind.TEXT: WebSocketOpcode.TEXT,
    FrameKind.BINARY: WebSocketOpcode.BINARY,
    FrameKind.CONTINUATION: WebSocketOpcode.CONTINUATION,
    FrameKind.PING: WebSocketOpcode.PING,
    FrameKind.PONG: WebSocketOpcode.PONG,
}


class _State(Enum):
    OPENING = "opening"
    OPEN = "open"
    GONE = "gone"


class EspWebSocket(WebSocketDriver):
    """Uses the module's WebSocket links. A lost one, which the module would open again by itself, is given up.

    :param modem: what commands go to.
    :param sockets: the module's links, to find out whether a server can be reached at all.
    :param credentials: the certificates that the module keeps.
    """

    frame_limit: int = BUFFER - 10

    def __init__(self, modem: ModemAPI, sockets: SocketDriver, credentials: EspCredentials) -> None:
        self._modem = modem
        self._sockets = sockets
        self._credentials = credentials
        self._turn = asyncio.Lock()
        self._links: dict[int, _State] = {}
        #: The module may keep headers, at first those of whoever used it before.
        self._headers_kept = True

    def reset(self) -> None:
        """Forget links and headers: the module has started anew, or was used by another program."""
        self._links.clear()
        self._headers_kept = True

    # What the module tells

    def connected(self, link: int) -> None:
        """Learn that a link is open."""
        if self._links.get(link) is _State.OPENING:
            self._links[link] = _State.OPEN

    def is_open(self, link: int) -> bool:
        """Tell whether what comes for a link belongs to the WebSocket that has its number now."""
        return self._links.get(link) is _State.OPEN

    def gone(self, link: int) -> bool:
        """Learn that a link is closed or lost; tell whether that is news."""
        news = self.is_open(link)
        if news:
            self._links[link] = _State.GONE
        return news

    # What is asked of it

    async def open(
        self,
        url: str,
        headers: tuple[tuple[str, str], ...],
        subprotocol: str | None,
        tls: TlsOptions | None,
        time_limit: float,
    ) -> int:
        """Open a WebSocket on a free link."""
        async with self._turn:
            link = next((number for number in range(LINKS) if number not in self._links), None)
            if link is None:
                raise LinkInUse(f"all {LINKS} WebSockets of the module are open", code="", name="NO_FREE_LINK")
            self._links[link] = _State.OPENING
            try:
                await self._open(link, url, headers, subprotocol, tls or TlsOptions(), time_limit)
            except BaseException:
                self._links.pop(link, None)
                raise
            return link

    async def _open(
        self,
        link: int,
        url: str,
        headers: tuple[tuple[str, str], ...],
        subprotocol: str | None,
        tls: TlsOptions,
        time_limit: float,
    ) -> None:
        command = WSOPEN(
            link_id=link,
            uri=url,
            subprotocol=subprotocol,
            timeout_ms=round(min(time_limit, _LONGEST_TIME) * 1000),
        )
        auth, certificate, ca = (
            await client_auth(self._credentials, tls, "wss") if url.lower().startswith("wss") else (None, None, None)
        )
        await self._modem.send(
            WSCFG(
                link_id=link,
                ping_interval_s=_PING,
                ping_timeout_s=_PONG,
                buffer_size=BUFFER,
                auth_mode=auth,
                pki_number=certificate,
                ca_number=ca,
            )
        )
        await self._forget_headers()
        try:
            for name, text in headers:
                self._headers_kept = True
                await self._modem.send(WSHEAD(data=f"{name}: {text}".encode()))
            await self._connect(link, url, command)
        finally:
            with suppress(AtmodemError):  # the next opening tries again
                await self._forget_headers()

    async def _connect(self, link: int, url: str, command: WSOPEN) -> None:
        try:
            await self._modem.send(command)
        except CommandError as error:
            # It may go on trying by itself.
            with suppress(CommandError):
                await self._modem.send(WSCLOSE(link_id=link))
            raise await self._failure(url, error) from error

    async def _forget_headers(self) -> None:
        """Let no header go with an opening that it was not meant for."""
        if self._headers_kept:
            with suppress(CommandError):  # it keeps none
                await self._modem.send(WSHEAD(length=0))
            self._headers_kept = False

    async def _failure(self, url: str, error: CommandError) -> ConnectFailed:
        parts = urlsplit(url)
        secure = parts.scheme == "wss"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        try:
            link = await self._sockets.open_tcp(host, port, passive=True, tls=None)
        except (CommandError, ModeConflict):
            kind, what = ConnectFailed, "connect to"
        else:
            await self._sockets.close(link.number)
            kind, what = (TlsError, "agree on TLS with") if secure else (ConnectFailed, "open a WebSocket at")
        return kind(
            f"could not {what} {host} port {port}: {error.message}",
            code=error.code,
            name=error.name,
            text=error.text,
            command=error.command,
        )

    async def send(self, socket: int, frame: Frame) -> None:
        """Send one frame."""
        if not frame.data:
            raise InvalidArgument("data", "1 byte or more")
        await self._modem.send(WSSEND(link_id=socket, opcode=_OPCODES[frame.kind], fin=frame.final, data=frame.data))

    async def close(self, socket: int) -> None:
        """Close it, so that the module does not open it again; harmless when it is closed already."""
        if socket not in self._links:
            return
        self._links[socket] = _State.GONE
        try:
            with suppress(CommandError):
                await self._modem.send(WSCLOSE(link_id=socket))
        finally:
            self._links.pop(socket, None)
