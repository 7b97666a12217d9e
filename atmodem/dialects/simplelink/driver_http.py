"""The HTTP client and the web server of a CC3220 under the portable sessions."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import frozen

from ...errors import AtmodemError, CommandError, ConnectFailed, InvalidArgument, ModuleReset, TlsError
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import HttpDriver, WebServerDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import HttpMethod, HttpRequest, HttpResult, TlsOptions
from .codecs import DataFormat
from .commands import http as c
from .commands.netapp import NetAPPSet, NetAPPStart, NetAPPStop
from .cutting import cut
from .driver_tls import ca_file
from .failures import GONE, told
from .values import http as v
from .values.netapp import NetApp
from .values.netapp_options import HttpServerPrimPortNum

__all__ = ["SlHttp", "SlWebServer"]

_METHODS = {
    HttpMethod.GET: v.HttpMethod.GET,
    HttpMethod.HEAD: v.HttpMethod.HEAD,
    HttpMethod.POST: v.HttpMethod.POST,
    HttpMethod.PUT: v.HttpMethod.PUT,
    HttpMethod.DELETE: v.HttpMethod.DEL,
}
_HEADERS = {v.header_name(header): header for header in v.HttpHeader if header.value.startswith("req_")}
#: Headers of a response that are asked for; each takes a command.
_ASKED = (
    v.HttpHeader.RES_CONTENT_TYPE,
    v.HttpHeader.RES_CONTENT_LENGTH,
    v.HttpHeader.RES_LOCATION,
    v.HttpHeader.RES_ETAG,
    v.HttpHeader.RES_LAST_MODIFIED,
)
_LONGEST_HEADER = 255

#: Clients of the module.
_CLIENTS = 16
#: Bytes of a piece of a response's body.
_PIECE = 735
#: Bytes of a line, and of what stands in it beside the path and the data of a request.
_LINE, _AROUND = 1023, 80
_LONGEST_PATH = 600
_LONGEST_VALUE = 660


@frozen
class _Plan:
    """A request as the module takes it, checked before anything is sent."""

    host: str
    path: str
    method: v.HttpMethod
    headers: tuple[tuple[v.HttpHeader, bytes], ...]

    @property
    def piece(self) -> int:
        """Bytes of the body that one line takes beside the path."""
        return (_LINE - _AROUND - len(self.path)) // 4 * 3


class SlHttp(HttpDriver):
    """Makes each request with a client of its own, of which the module has sixteen."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._own: set[int] = set()

    def reset(self) -> None:
        """Forget all clients: the module has started anew."""
        self._own = set()

    async def exchange(self, request: HttpRequest, sink: Callable[[bytes], Awaitable[None]]) -> HttpResult:
        """Connect, ask, and fetch the body piece by piece: the module waits for the sink."""
        plan = _plan(request)
        index = await self._create()
        try:
            result = await self._exchange(index, plan, request, sink)
        except GONE:
            raise
        except BaseException:
            await self._destroy(index)
            raise
        await self._destroy(index)
        return result

    async def _exchange(
        self, index: int, plan: _Plan, request: HttpRequest, sink: Callable[[bytes], Awaitable[None]]
    ) -> HttpResult:
        await self._connect(index, plan, request)
        for header, value in plan.headers:
            await self._modem.send(
                c.HttpSetHeader(index=index, option=header, flags=v.HttpPersistence.NOT_PERSISTENT, data=value)
            )
        status = await self._ask(index, plan, request)
        headers = await self._headers(index)
        if request.method is not HttpMethod.HEAD:
            await self._fetch(index, sink, request.time_limit)
        return HttpResult(status=status, headers=headers)

    async def _create(self) -> int:
        """Make a client, in the place of those that another program has left where there is no other."""
        try:
            index = (await self._modem.send(c.HttpCreate())).index
        except CommandError:
            for left in set(range(_CLIENTS)) - self._own:
                await self._destroy(left)
            try:
                index = (await self._modem.send(c.HttpCreate())).index
            except CommandError as error:
                raise told(ConnectFailed, error, "no HTTP client is free", name="NO_FREE_CLIENT") from error
        self._own.add(index)
        return index

    async def _connect(self, index: int, plan: _Plan, request: HttpRequest) -> None:
        tls = request.tls if plan.host.startswith("https") else TlsOptions(verify=False)
        own_host = any(header is v.HttpHeader.REQ_HOST for header, _ in plan.headers)
        command = c.HttpConnect(
            index=index,
            host=plan.host,
            flags=(v.HttpConnectFlag.HOST_EXIST,) if own_host else None,
            private_key=tls.private_key,
            certificate=tls.certificate,
            ca=ca_file(tls) if tls.verify else None,
        )
        # What leads elsewhere is told, not followed.
        await self._modem.send(c.HttpSetOpt(index=index, option=v.HttpRedirectFeature(enabled=False)))
        try:
            await self._modem.send(command)
        except CommandError as error:
            if (error.name or "").startswith("TLS_"):
                raise told(TlsError, error, f"could not agree on TLS with {plan.host}") from error
            raise told(ConnectFailed, error, f"could not connect to {plan.host}") from error

    async def _ask(self, index: int, plan: _Plan, request: HttpRequest) -> int:
        """Send the request, in chunks where its body does not fit one line, and return the status."""
        body = request.body
        if body is None:
            return await self._send(index, plan, request.time_limit)
        own, pieces = self._own, _pieces(body, plan.piece)
        first = await anext(pieces, b"")
        ahead = await anext(pieces, None)
        self._check(own)
        if ahead is None:
            return await self._send(index, plan, request.time_limit, first)
        await self._send(index, plan, request.time_limit, first, v.HttpRequestFlag.CHUNK_START)
        async for piece in pieces:
            self._check(own)
            await self._send(index, plan, request.time_limit, ahead)
            ahead = piece
        return await self._send(index, plan, request.time_limit, ahead, v.HttpRequestFlag.CHUNK_END)

    def _check(self, own: set[int]) -> None:
        """Make sure that clients are those of before, after what may have taken its time.

        :raises ModuleReset: they are not.
        """
        if self._own is not own:
            raise ModuleReset("the module started anew", advice="make the request again")

    async def _send(
        self,
        index: int,
        plan: _Plan,
        time_limit: float,
        data: bytes | None = None,
        flag: v.HttpRequestFlag | None = None,
    ) -> int:
        command = c.HttpSendReq(
            index=index,
            method=plan.method,
            uri=plan.path,
            flags=None if flag is None else (flag,),
            format=None if data is None else DataFormat.BASE64,
            data=data,
        )
        return (await self._modem.send(command, timeout=time_limit)).status

    async def _headers(self, index: int) -> tuple[tuple[str, str], ...]:
        """Return the headers that are told; an empty one did not come."""
        found: list[tuple[str, str]] = []
        for header in _ASKED:
            with suppress(CommandError):  # it did not come, or is too long
                answer = await self._modem.send(c.HttpGetHeader(index=index, option=header, length=_LONGEST_HEADER))
                if answer.data:
                    found.append((v.header_name(header), answer.data.decode("latin-1")))
        return tuple(found)

    async def _fetch(self, index: int, sink: Callable[[bytes], Awaitable[None]], time_limit: float) -> None:
        own, more = self._own, True
        while more:
            self._check(own)
            answer = await self._modem.send(c.HttpReadResBody(index=index, length=_PIECE), timeout=time_limit)
            more = answer.more
            if answer.body:
                await sink(answer.body)

    async def _destroy(self, index: int) -> None:
        self._own.discard(index)
        for command in (c.HttpDisconnect(index=index), c.HttpDestroy(index=index)):
            with suppress(AtmodemError):  # the connection, or the module, is gone
                await self._modem.send(command)


def _plan(request: HttpRequest) -> _Plan:
    """Return what a request becomes.

    :raises InvalidArgument: no command can carry it.
    """
    parts = urlsplit(request.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if len(path) > _LONGEST_PATH:
        raise InvalidArgument("url", f"with a path of at most {_LONGEST_PATH} bytes")
    if '"' in request.url or "+send" in request.url:
        raise InvalidArgument("url", "free of quotation marks and of '+send'")
    tls = request.tls
    if tls.psk is not None:
        raise unsupported(Capability.TLS_PSK, "simplelink")
    if tls.server_name is not None or tls.alpn:
        raise InvalidArgument("tls", "without server name and protocols: the name is that of the URL")
    headers: dict[v.HttpHeader, bytes] = {}
    for name, value in request.headers:
        header = _HEADERS.get(name.lower())
        if header is None or header in headers:
            known = ", ".join(sorted(_HEADERS))
            raise InvalidArgument("headers", f"each once, and of those that the module knows: {known}")
        headers[header] = value.encode("latin-1", "replace")
        if len(headers[header]) > _LONGEST_VALUE:
            raise InvalidArgument("headers", f"of at most {_LONGEST_VALUE} bytes each")
    return _Plan(f"{parts.scheme}://{parts.netloc}", path, _METHODS[request.method], tuple(headers.items()))


async def _pieces(body: AsyncIterable[bytes], limit: int) -> AsyncIterator[bytes]:
    """Yield a body in pieces that a line can carry, however it comes."""
    held = b""
    async for data in body:
        held += data
        whole = len(held) - len(held) % limit
        for piece in cut(held[:whole], limit):
            yield piece
        held = held[whole:]
    for piece in cut(held, limit):
        yield piece


class SlWebServer(WebServerDriver):
    """Starts and stops the module's server, which serves the files in its folder ``www``."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def start(self, port: int) -> None:
        """Start it on a port."""
        await self.stop()
        await self._modem.send(NetAPPSet(option=HttpServerPrimPortNum(port=port)))
        await self._modem.send(NetAPPStart(apps=(NetApp.HTTP_SERVER,)))

    async def stop(self) -> None:
        """Stop it."""
        with suppress(CommandError):  # it does not run
            await self._modem.send(NetAPPStop(apps=(NetApp.HTTP_SERVER,)))
