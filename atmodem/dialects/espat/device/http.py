"""The HTTP client of the module, which talks to real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from attrs import frozen

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.http import Response, Stream, read_response
from ....virtual.intake import Counted
from ....virtual.network import Tls
from ....virtual.results import Final, Payload, Refused
from .. import commands as c
from ..values.http import HttpContentType, HttpHeader, HttpMethod, HttpSize, HttpTransport, HttpUrl
from ..values.tls import TlsAuth

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Http"]

#: What the code of an error begins with; the status is added.
_NO_CONNECTION = 0x010A7000
_OK = 200
#: Statuses from here on are errors.
_ERRORS = 400
#: Bytes of the receive buffer, where the command does not say.
_BUFFER = 2048
#: Milliseconds that the server may take, where the command does not say.
_LIMIT = 5000
_SHORTEST_URL = 8
#: Headers that HTTPCHEAD keeps, and bytes of each.
_HEADERS, _LONGEST_HEADER = 32, 1024
#: Most bytes of a body: what the free memory has room for.
_LARGEST = 4 * 1024 * 1024
_TYPES = {
    HttpContentType.FORM: "application/x-www-form-urlencoded",
    HttpContentType.JSON: "application/json",
    HttpContentType.MULTIPART: "multipart/form-data",
    HttpContentType.XML: "text/xml",
}
_SHOWS = (TlsAuth.CLIENT_CERT, TlsAuth.MUTUAL)
_CHECKS = (TlsAuth.VERIFY_SERVER, TlsAuth.MUTUAL)


@frozen(kw_only=True)
class _Request:
    """A request as a command tells it.

    :param method: what to do.
    :param url: with what; empty for the URL that is kept.
    :param secure: over TLS, whatever the URL says.
    :param headers: its own headers.
    :param content_type: what the body is.
    :param body: the body; None for no body.
    :param buffer: bytes of a record.
    :param limit: milliseconds that the server may take.
    """

    method: HttpMethod
    url: str
    secure: bool = False
    headers: Sequence[str] = ()
    content_type: HttpContentType = HttpContentType.FORM
    body: bytes | None = None
    buffer: int = _BUFFER
    limit: int = _LIMIT


class Http(Part):
    """Obeys the commands about HTTP.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._clear = asyncio.Event()
        self._forget()

    def _forget(self) -> None:
        self._url = b""
        self._headers: list[str] = []
        self._certificates = c.HTTPCFG(auth_mode=TlsAuth.NONE)

    def power_up(self) -> None:
        self._forget()

    def outlet_cleared(self) -> None:
        self._clear.set()

    # Settings

    @handles(c.HTTPURLCFG)
    def keep_url(self, command: c.HTTPURLCFG) -> Payload | None:
        """Keep a URL, or forget it."""
        length = command.length or 0
        if length == 0:
            self._url = b""
            return None
        if length < _SHORTEST_URL:
            raise Refused

        def then(data: bytes) -> Final:
            self._url = data
            return Final(b"SET OK")

        return Payload(intake=Counted(length), then=then)

    @queries(c.HTTPURLCFG)
    def kept_url(self) -> HttpUrl | None:
        """Tell the URL that is kept."""
        return HttpUrl(length=len(self._url), data=self._url) if self._url else None

    @handles(c.HTTPCHEAD)
    def keep_header(self, command: c.HTTPCHEAD) -> Payload | None:
        """Keep one more header, or forget them all."""
        length = command.length or 0
        if length == 0:
            self._headers.clear()
            return None
        if length > _LONGEST_HEADER or len(self._headers) >= _HEADERS:
            raise Refused

        def then(data: bytes) -> None:
            self._headers.append(_text(data))

        return Payload(intake=Counted(length), then=then)

    @queries(c.HTTPCHEAD)
    def kept_headers(self) -> tuple[HttpHeader, ...]:
        """List the headers that are kept."""
        return tuple(HttpHeader(index=index, header=header) for index, header in enumerate(self._headers))

    @handles(c.HTTPCFG)
    def set_certificates(self, command: c.HTTPCFG) -> None:
        """Choose who shows and who checks a certificate."""
        self._certificates = command

    # Requests

    @handles(c.HTTPCLIENT)
    async def request(self, command: c.HTTPCLIENT) -> None:
        """Make a request that stands in the line."""
        url = command.url
        if url is None:
            if not command.host:
                raise Refused
            scheme = "https" if command.transport is HttpTransport.SSL else "http"
            url = f"{scheme}://{command.host}/{(command.path or '').removeprefix('/')}"
        await self._obey(
            "HTTPCLIENT",
            _Request(
                method=command.opt,
                url=url,
                secure=command.transport is HttpTransport.SSL,
                headers=command.header or (),
                content_type=command.content_type,
                body=None if command.data is None else _bytes(command.data),
            ),
        )

    @handles(c.HTTPCGET)
    async def get(self, command: c.HTTPCGET) -> None:
        """Fetch a resource."""
        await self._obey(
            "HTTPCGET",
            _Request(
                method=HttpMethod.GET,
                url=command.url,
                buffer=command.rx_size or _BUFFER,
                limit=command.timeout_ms or _LIMIT,
            ),
        )

    @handles(c.HTTPGETSIZE)
    async def size(self, command: c.HTTPGETSIZE) -> HttpSize:
        """Ask for the size of a resource; -1 where the server does not tell."""
        request = _Request(method=HttpMethod.HEAD, url=command.url, limit=command.timeout_ms or _LIMIT)
        try:
            async with self._exchange(request) as (response, _):
                length = response.headers.get("content-length", "")
        except (OSError, UnknownHost):
            raise Refused(_NO_CONNECTION) from None
        if response.status >= _ERRORS:
            raise Refused(_NO_CONNECTION + response.status)
        return HttpSize(size=int(length) if length.isdecimal() else -1)

    @handles(c.HTTPCPOST)
    def post(self, command: c.HTTPCPOST) -> Payload:
        """Post bytes."""
        return self._upload("HTTPCPOST", HttpMethod.POST, command)

    @handles(c.HTTPCPUT)
    def put(self, command: c.HTTPCPUT) -> Payload:
        """Put bytes."""
        return self._upload("HTTPCPUT", HttpMethod.PUT, command)

    def _upload(self, name: str, method: HttpMethod, command: c.HTTPCPOST | c.HTTPCPUT) -> Payload:
        headers = tuple(command.header or ())
        length = command.length or 0
        if not 0 < length <= _LARGEST or (command.header_count or 0) != len(headers):
            raise Refused

        async def then(data: bytes) -> Final:
            try:
                await self._obey(name, _Request(method=method, url=command.url, headers=headers, body=data))
            except Refused:
                raise Refused(final=b"SEND FAIL") from None
            return Final(b"SEND OK")

        return Payload(intake=Counted(length), then=then)

    async def _obey(self, name: str, request: _Request) -> None:
        """Make a request and print the answer in records.

        :raises Refused: the server was not reached, or answered with an error.
        """
        try:
            async with self._exchange(request) as (response, stream):
                if request.method is HttpMethod.HEAD:
                    for line in response.lines:
                        await self._tell(name, line.encode("latin-1"))
                while response.more and (piece := await response.read(stream, request.buffer)):
                    await self._tell(name, piece)
                if response.cut:
                    raise ConnectionResetError("the answer broke off")
        except (OSError, UnknownHost):
            raise Refused(_NO_CONNECTION) from None
        if response.status >= _ERRORS:
            raise Refused(_NO_CONNECTION + response.status)

    async def download(self, url: str) -> bytes:
        """Return what is at *url*, for another part of the module.

        :raises OSError: it cannot be had.
        :raises UnknownHost: the name of its server is not known.
        """
        body = bytearray()
        try:
            async with self._exchange(_Request(method=HttpMethod.GET, url=url)) as (response, stream):
                while response.more and (piece := await response.read(stream, _BUFFER)):
                    body += piece
                    if len(body) > _LARGEST:
                        raise ConnectionError("it is too large")
        except Refused:
            raise ConnectionError("there is no network, or the URL is none") from None
        if response.status != _OK or response.cut:
            raise ConnectionError("it cannot be had")
        return bytes(body)

    async def _tell(self, name: str, data: bytes) -> None:
        while self._module.outlet.congested:
            self._clear.clear()
            await self._clear.wait()
        self._module.write(b"+%b:%d,%b\r\n" % (name.encode(), len(data), data))

    @asynccontextmanager
    async def _exchange(self, request: _Request) -> AsyncIterator[tuple[Response, Stream]]:
        """Send a request and yield the response.

        :raises OSError: the server cannot be reached, or is silent.
        :raises UnknownHost: its name is not known.
        """
        url = _split(request.url or _text(self._url))
        try:
            self._module.addresses.need_network()
        except Refused:
            raise ConnectionError("there is no network") from None
        secure = request.secure or url.scheme == "https"
        limit = request.limit / 1000
        host = url.hostname or ""
        target = await self._module.air.route(host, url.port or (443 if secure else 80))
        tls = await self._tls(host) if secure else None
        channel = await asyncio.wait_for(self._module.network.connect(target, tls=tls), limit)
        stream = Stream(channel)
        try:
            await stream.write(self._head(request, url) + (request.body or b""))
            reading = read_response(stream, bodiless=request.method is HttpMethod.HEAD)
            yield await asyncio.wait_for(reading, limit), stream
        finally:
            stream.close()

    async def _tls(self, host: str) -> Tls:
        conf = self._certificates
        return await self._module.tls.of_client(
            "https",
            ca=conf.ca_number or 0 if conf.auth_mode in _CHECKS else None,
            chain=conf.pki_number or 0 if conf.auth_mode in _SHOWS else None,
            server_name=host,
        )

    def _head(self, request: _Request, url: SplitResult) -> bytes:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        own = [*self._headers, *request.headers]
        lines = [f"{request.method.name} {path} HTTP/1.1"]
        names = {header.partition(":")[0].strip().lower() for header in own}
        if "host" not in names:
            lines.append(f"Host: {url.netloc}")
        if "user-agent" not in names:
            lines.append("User-Agent: ESP32 HTTP Client/1.0")
        lines += own
        if request.body is not None:
            if "content-type" not in names:
                lines.append(f"Content-Type: {_TYPES[request.content_type]}")
            lines.append(f"Content-Length: {len(request.body)}")
        return _bytes("\r\n".join([*lines, "", ""]))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused from None
    if not usable:
        raise Refused
    return parts


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
