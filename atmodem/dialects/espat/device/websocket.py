"""The WebSocket links of the module, to real servers."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Final, Payload, Refused
from ....virtual.websocket import Opcode, WebSocketClient
from .. import commands as c
from .. import events as e
from ..values.http import HttpHeader, WebSocketLink, WebSocketOpcode, WebSocketState
from ..values.tls import TlsAuth
from .plain import plain

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["WebSockets"]

_LINKS = 3
#: Bytes of the buffer, where WSCFG does not say; what comes is told in pieces of it.
_BUFFER = 1024
_LARGEST_FRAME = 16384
#: Milliseconds that the server may take, where the command does not say.
_LIMIT = 15000
#: Seconds between attempts to reach a server again.
_RECONNECT_INTERVAL = 10.0
#: Headers that WSHEAD keeps, and bytes of each.
_HEADERS, _LONGEST_HEADER = 32, 1024
_SHOWS = (TlsAuth.CLIENT_CERT, TlsAuth.MUTUAL)
_CHECKS = (TlsAuth.VERIFY_SERVER, TlsAuth.MUTUAL)


class _Link:
    """One link, which connects again by itself when it is lost.

    :param module: the module that it belongs to.
    :param command: what it was opened with.
    :param conf: its settings.
    :param headers: lines of the request.
    """

    def __init__(self, module: Virtual, command: c.WSOPEN, conf: c.WSCFG | None, headers: list[str]) -> None:
        self.uri = command.uri
        self.state = WebSocketState.RECONNECTING
        self._module = module
        self._command = command
        self._conf = conf
        self._headers = headers
        self._client: WebSocketClient | None = None
        self._held: deque[bytes] = deque()
        self._told = False
        self._agreed: bool | None = None
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect. Cancelled or failed, nothing stays open.

        :raises OSError: the server cannot be reached, or refuses.
        :raises UnknownHost: its name is not known.
        """
        url = urlsplit(self.uri)
        secure = url.scheme == "wss"
        limit = (self._command.timeout_ms or _LIMIT) / 1000
        host = url.hostname or ""
        target = await self._module.air.route(host, url.port or (443 if secure else 80))
        conf = self._conf
        auth = TlsAuth.NONE if conf is None or conf.auth_mode is None else conf.auth_mode
        tls = None
        if secure:
            tls = await self._module.tls.of_client(
                "wss",
                ca=(conf.ca_number or 0) if conf is not None and auth in _CHECKS else None,
                chain=(conf.pki_number or 0) if conf is not None and auth in _SHOWS else None,
                server_name=host,
            )
        channel = await asyncio.wait_for(self._module.network.connect(target, tls=tls), limit)
        client = WebSocketClient(channel, self)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        await client.open(
            url.netloc,
            path,
            subprotocol=self._command.subprotocol,
            headers=self._headers,
            clock=self._module.clock,
            limit=limit,
        )
        self._client = client
        self.state = WebSocketState.OPEN

    def begin(self) -> None:
        """Tell that it is open, then what came meanwhile."""
        self._module.emit(e.WsConnected(link_id=self._command.link_id))
        self._told = True
        self.flush()

    @property
    def buffer(self) -> int:
        """Bytes of its buffer."""
        return (self._conf.buffer_size if self._conf is not None else None) or _BUFFER

    async def send(self, opcode: Opcode, data: bytes, *, final: bool) -> None:
        """Send a frame.

        :raises ConnectionError: the link is not open.
        """
        if self._client is None:
            raise ConnectionResetError("the link is not open")
        self._client.send(opcode, data, final=final)
        await self._client.drain()

    def close(self) -> None:
        """Close it for good."""
        self._stop()
        if self._client is not None:
            self._client.close()
            self._client = None

    def drop(self) -> None:
        """Drop it without a word."""
        self._stop()
        if self._client is not None:
            self._client.abort()
            self._client = None

    def _stop(self) -> None:
        self.state = WebSocketState.CLOSED
        self._held.clear()
        if self._looking is not None:
            self._looking.cancel()

    # For its client

    def room(self) -> int:
        """Return how much is taken now: nothing while the line is behind."""
        return 0 if self._held else self.buffer

    def frame(self, opcode: int, data: bytes) -> None:
        """Take a frame, in pieces of what the buffer holds."""
        pieces = [data[start : start + self.buffer] for start in range(0, len(data), self.buffer)]
        self._held += pieces or [b""]
        self.flush()

    def ended(self, *, agreed: bool) -> None:
        """Learn that the server has ended it."""
        self._agreed = agreed
        self.flush()

    def flush(self) -> None:
        """Print what is held while the line keeps up."""
        number = self._command.link_id
        if not self._told:
            return
        while self._held and not self._module.outlet.congested:
            piece = self._held.popleft()
            self._module.emit(e.WsData(link_id=number, length=len(piece), data=piece))
        if self._held:
            return
        if self._agreed is None:
            if self._client is not None:
                self._client.resume()
            return
        agreed, self._agreed, self._told = self._agreed, None, False
        client, self._client = self._client, None
        if agreed:
            if client is not None:
                client.close()
            self._stop()
            self._module.emit(e.WsClosed(link_id=number))
        else:
            self.state = WebSocketState.RECONNECTING
            self._module.emit(e.WsDisconnected(link_id=number))
            self._looking = self._module.spawn(self._reconnect())

    async def _reconnect(self) -> None:
        while self.state is WebSocketState.RECONNECTING:
            await sleep(self._module.clock, _RECONNECT_INTERVAL)
            try:
                await self.open()
            except (OSError, UnknownHost):
                continue
            self.begin()


class WebSockets(Part):
    """Obeys the commands about WebSocket.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._links: dict[int, _Link] = {}
        self._settings: dict[int, c.WSCFG] = {}
        self._headers: list[str] = []

    def power_up(self) -> None:
        self._settings.clear()
        self._headers.clear()

    def power_down(self) -> None:
        links, self._links = self._links, {}
        for link in links.values():
            link.drop()

    def outlet_cleared(self) -> None:
        for link in tuple(self._links.values()):
            link.flush()

    def _open(self, number: int) -> _Link:
        link = self._links.get(number)
        if link is None or link.state is not WebSocketState.OPEN:
            raise Refused
        return link

    @handles(c.WSCFG)
    def configure(self, command: c.WSCFG) -> None:
        """Take the settings of a link that is opened later."""
        self._settings[command.link_id] = command

    @handles(c.WSHEAD)
    def keep_header(self, command: c.WSHEAD) -> Payload | None:
        """Keep one more header, or forget them all."""
        length = command.length or 0
        if length == 0:
            self._headers.clear()
            return None
        if length > _LONGEST_HEADER or len(self._headers) >= _HEADERS:
            raise Refused

        def then(data: bytes) -> None:
            self._headers.append(data.decode("utf-8", "surrogateescape"))

        return Payload(intake=Counted(length), then=then)

    @queries(c.WSHEAD)
    def kept_headers(self) -> tuple[HttpHeader, ...]:
        """List the headers that are kept."""
        return tuple(HttpHeader(index=index, header=header) for index, header in enumerate(self._headers))

    @handles(c.WSOPEN)
    async def open(self, command: c.WSOPEN) -> None:
        """Open a link; tell so before the answer."""
        known = self._links.get(command.link_id)
        if known is not None and known.state is not WebSocketState.CLOSED:
            raise Refused
        self._module.addresses.need_network()
        headers = list(self._headers)
        if command.auth is not None:
            headers.append(f"Authorization: {plain(command.auth)}")
        link = _Link(self._module, command, self._settings.get(command.link_id), headers)
        if urlsplit(command.uri).scheme not in ("ws", "wss"):
            raise Refused
        try:
            await link.open()
        except (OSError, UnknownHost, ValueError):
            raise Refused from None
        self._links[command.link_id] = link
        link.begin()

    @queries(c.WSOPEN)
    def links(self) -> tuple[WebSocketLink, ...]:
        """List the links that are open, or will be again."""
        alive = {number: link for number, link in self._links.items() if link.state is not WebSocketState.CLOSED}
        return tuple(
            WebSocketLink(link_id=number, state=link.state, uri=link.uri) for number, link in sorted(alive.items())
        )

    @handles(c.WSSEND)
    def send(self, command: c.WSSEND) -> Payload:
        """Ask for a frame, and send it."""
        link = self._open(command.link_id)
        length = command.length or 0
        if length > _LARGEST_FRAME:
            raise Refused
        opcode = Opcode(WebSocketOpcode.TEXT if command.opcode is None else command.opcode)

        async def then(data: bytes) -> Final:
            try:
                await link.send(opcode, data, final=command.fin is not False)
            except ConnectionError:
                raise Refused from None
            return Final(b"SEND OK")

        return Payload(intake=Counted(length), then=then)

    @handles(c.WSCLOSE)
    def close(self, command: c.WSCLOSE) -> None:
        """Close a link, and tell so behind the answer."""
        link = self._links.get(command.link_id)
        if link is None or link.state is WebSocketState.CLOSED:
            raise Refused
        link.close()
        self._module.emit_after(e.WsClosed(link_id=command.link_id))
