"""The HTTP client: one request, one response, told as an event while reports are on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.http import Response, Stream, read_response
from ....virtual.results import Refused
from ..commands.http import HTTPC
from ..events import HTTPCERRRPT, HTTPCRPT
from ..records import HttpSession
from ..values import HttpVerb
from .codes import Code

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["HttpPart"]

_RESPONSE_LIMIT = 30.0
_LONGEST_BODY = 65536
_FAILED = -1
_FOUND = 200


class HttpPart(Part):
    """Obeys the command for HTTP requests.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._session = 0
        self._announced = False

    def power_up(self) -> None:
        self._session = 0
        self._announced = False

    @handles(HTTPC)
    def request(self, command: HTTPC) -> HttpSession | None:
        """Begin a request."""
        if command.verb not in tuple(HttpVerb) or (command.verb != HttpVerb.GET and not command.postdata):
            raise Refused(Code.INV_PARAMS)
        self._session += 1
        self._module.spawn(self._run(self._session, command))
        return HttpSession(session=self._session) if self._module.profile.tells_session else None

    async def _run(self, session: int, command: HTTPC) -> None:
        body: bytes | None = None
        with suppress(OSError, UnknownHost, ValueError):
            async with asyncio.timeout(_RESPONSE_LIMIT):
                _, body = await self._exchange(command, _LONGEST_BODY)
        if not self._module.sockets.reporting:
            return
        if body is None:
            self._module.emit_after(HTTPCERRRPT(session=session, err=_FAILED))
        elif self._announced and self._module.profile.announces_once:
            self._module.write(body)
        else:
            self._announced = True
            self._module.emit_after(HTTPCRPT(session=session, length=len(body), data=body))

    async def download(self, url: str, largest: int) -> bytes:
        """Return what is found at *url*.

        :raises OSError: it is not there, or too large.
        :raises UnknownHost: there is no network, or no such host.
        """
        response, body = await self._exchange(HTTPC(url=url, verb=HttpVerb.GET), largest)
        if response.status != _FOUND or response.cut or response.more:
            raise ConnectionError("the server has no such file")
        return body

    async def _exchange(self, command: HTTPC, largest: int) -> tuple[Response, bytes]:
        url = urlsplit(command.url)
        if url.scheme != "http" or not url.hostname or not self._module.wifi.online:
            raise UnknownHost(command.url)
        target = await self._module.air.route(url.hostname, url.port or 80)
        stream = Stream(await self._module.network.connect(target))
        try:
            await stream.write(_request(command, url.netloc, url.path or "/", url.query))
            response = await read_response(stream, bodiless=False)
            body = b""
            while response.more and len(body) < largest:
                body += await response.read(stream, largest - len(body))
        finally:
            stream.close()
        return response, body


def _request(command: HTTPC, host: str, path: str, query: str) -> bytes:
    body = (command.postdata or "").encode("utf-8", "surrogateescape")
    target = f"{path}?{query}" if query else path
    length = f"Content-Length: {len(body)}\r\n" if command.verb != HttpVerb.GET else ""
    # A server of HTTP/1.0 sends no chunks, and closes at the end.
    head = f"{HttpVerb(command.verb).name} {target} HTTP/1.0\r\nHost: {host}\r\n{length}\r\n"
    return head.encode("utf-8", "surrogateescape") + body
