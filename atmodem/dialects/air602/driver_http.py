"""The HTTP client and the web server of the Air602 under the portable sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ...errors import CommandError, CommandTimeout, ConnectFailed, DataLost, InvalidArgument
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import HttpDriver, WebServerDriver
from ...portable.modem_api import ModemAPI, SubscriptionAPI
from ...portable.values import HttpMethod, HttpRequest, HttpResult
from .commands.http import HTTPC, WEBS
from .driver_sockets import connect_failed
from .events import HTTPCERRRPT, HTTPCRPT
from .values import HttpVerb

__all__ = ["AirHttp", "AirWebServer"]

_VERBS = {HttpMethod.GET: HttpVerb.GET, HttpMethod.POST: HttpVerb.POST, HttpMethod.PUT: HttpVerb.PUT}
#: Bytes of a body to send.
_LONGEST_BODY = 512
#: Seconds beyond the limit of a request.
_MARGIN = 5.0


class AirHttp(HttpDriver):
    """Uses the module's HTTP client as well as it can be: no status, no headers, bodies of text.

    Firmware of 2018 announces the first response after a start alone. What comes of later ones cannot be told from
    noise, and such a request ends with CommandTimeout.
    """

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._turn = asyncio.Lock()

    async def exchange(self, request: HttpRequest, sink: Callable[[bytes], Awaitable[None]]) -> HttpResult:
        """Make a request; one at a time, as not every firmware tells which one a response belongs to."""
        verb = _VERBS.get(request.method)
        if verb is None:
            raise unsupported(Capability.HTTP_HEAD if request.method is HttpMethod.HEAD else Capability.HTTP_DELETE)
        command = HTTPC(url=request.url, verb=verb, postdata=await _text(request))
        async with self._turn:
            told = await self._answer(command, request.time_limit)
        if isinstance(told, HTTPCERRRPT):
            raise ConnectFailed(f"no response came from {request.url}", code=str(told.err), name="HTTP_FAILED")
        await sink(told.data)
        if told.short:
            lost = told.length - len(told.data)
            raise DataLost(f"{lost} bytes of the response were lost by the module", lost=lost)
        return HttpResult(status=None)

    async def _answer(self, command: HTTPC, limit: float) -> HTTPCRPT | HTTPCERRRPT:
        outcomes: SubscriptionAPI[HTTPCRPT | HTTPCERRRPT] = self._modem.events(HTTPCRPT, HTTPCERRRPT)
        async with outcomes as events:
            try:
                reply = await self._modem.send(command)
            except CommandError as error:
                raise connect_failed(error, f"could not ask for {command.url}") from error
            try:
                async with asyncio.timeout(limit + _MARGIN):
                    async for told in events:
                        # What belongs to a request that was given up is dropped.
                        if reply is None or told.session == reply.session:
                            return told
            except TimeoutError:
                pass
        raise CommandTimeout(
            f"no response came from {command.url} in time",
            advice="firmware of 2018 announces the first response after a start alone: use a plain connection",
        )


async def _text(request: HttpRequest) -> str | None:
    """Return the body as the command line carries it."""
    if request.body is None:
        return None
    data = bytearray()
    async for piece in request.body:
        data += piece
        if len(data) > _LONGEST_BODY:
            break
    if not 0 < len(data) <= _LONGEST_BODY:
        raise InvalidArgument("body", f"1 to {_LONGEST_BODY} bytes")
    return data.decode("utf-8", "surrogateescape")


class AirWebServer(WebServerDriver):
    """The built-in web server, which configures the module."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def start(self, port: int) -> None:
        """Start it."""
        await self._modem.send(WEBS(enable=True, port=port))

    async def stop(self) -> None:
        """Stop it."""
        await self._modem.send(WEBS(enable=False))
