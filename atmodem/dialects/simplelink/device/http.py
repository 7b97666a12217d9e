"""The HTTP clients of the module, which talk to real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

import attrs
from attrs import evolve

from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.http import BadResponse, Response, Stream, read_response
from ....virtual.results import Refused
from ..commands import http as c
from ..values import http as v
from ..values.http import header_name
from ..values.mqtt import ClientIndex
from .refusals import Code, Why, code_of, not_parsed
from .tls import TlsFiles, connect_verified

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["HttpPart"]

_MOST_CLIENTS = 16
_MOST_REDIRECTIONS = 5
_PORTS = {"http": 80, "https": 443}
_REDIRECTIONS = (301, 302, 303, 307, 308)
_PIECE = 1024
_WITH_BODY = (v.HttpMethod.POST, v.HttpMethod.PUT)


@attrs.define(eq=False)
class _Client:
    """One client.

    :param base: the server that it is connected to.
    :param files: what TLS is made with.
    """

    base: SplitResult | None = None
    files: TlsFiles = attrs.field(factory=TlsFiles)
    own_host: bool = False
    stream: Stream | None = None
    response: Response | None = None
    sending: bool = False
    redirects: bool = True
    downgrades: bool = False
    headers: dict[v.HttpHeader, str] = attrs.field(factory=dict)
    once: dict[v.HttpHeader, str] = attrs.field(factory=dict)

    @property
    def connection(self) -> Stream:
        """Its connection.

        :raises Refused: there is none.
        """
        if self.stream is None:
            raise Refused(Code.HTTP_NOT_CONNECTED)
        return self.stream

    @property
    def server(self) -> SplitResult:
        """Where it is connected to.

        :raises Refused: nowhere.
        """
        if self.base is None:
            raise Refused(Code.HTTP_NOT_CONNECTED)
        return self.base

    def disconnect(self) -> None:
        """Leave the server."""
        if self.stream is not None:
            self.stream.close()
        self.base = self.stream = self.response = None
        self.sending = False


class HttpPart(Part):
    """Obeys the commands about HTTP.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._clients: dict[int, _Client] = {}
        #: The proxy that was set; it is not used.
        self.proxy: c.HttpSetProxy | None = None

    def power_down(self) -> None:
        for client in self._clients.values():
            client.disconnect()
        self._clients.clear()

    def _client(self, index: int) -> _Client:
        client = self._clients.get(index)
        if client is None:
            raise not_parsed(Why.UNKNOWN)
        return client

    # Clients

    @handles(c.HttpCreate)
    def create(self, command: c.HttpCreate) -> ClientIndex:
        """Make a client."""
        index = next((n for n in range(_MOST_CLIENTS) if n not in self._clients), None)
        if index is None:
            raise Refused(0)
        self._clients[index] = _Client()
        return ClientIndex(index=index)

    @handles(c.HttpDestroy)
    def destroy(self, command: c.HttpDestroy) -> None:
        """Delete a client."""
        self._client(command.index).disconnect()
        del self._clients[command.index]

    @handles(c.HttpConnect)
    async def connect(self, command: c.HttpConnect) -> None:
        """Connect to a server."""
        client = self._client(command.index)
        if client.base is not None:
            raise Refused(Code.HTTP_ALREADY_CONNECTED)
        client.files = TlsFiles(ca=command.ca, certificate=command.certificate, key=command.private_key)
        client.own_host = v.HttpConnectFlag.HOST_EXIST in (command.flags or ())
        await self._open(client, command.host)

    @handles(c.HttpDisconnect)
    def disconnect(self, command: c.HttpDisconnect) -> None:
        """Disconnect from the server."""
        client = self._client(command.index)
        client.connection.close()
        client.disconnect()

    async def _open(self, client: _Client, url: str) -> None:
        if not self._module.wlan.online:
            raise Refused(Code.NOT_JOINED)
        base = urlsplit(url)
        try:
            port = base.port or _PORTS[base.scheme]
            target = await self._module.air.route(base.hostname or "", port)
            if base.scheme == "https":
                files = evolve(client.files, domain=base.hostname)
                channel = await connect_verified(self._module, target, files)
            else:
                channel = await self._module.network.connect(target)
        except (KeyError, ValueError):
            raise Refused(Code.HTTP_URI_NOT_ABSOLUTE) from None
        except UnknownHost:
            raise Refused(Code.NO_DNS_ANSWER) from None
        except OSError as error:
            raise Refused(code_of(error)) from None
        client.disconnect()
        client.base, client.stream = base, Stream(channel)

    # Requests

    @handles(c.HttpSendReq)
    async def request(self, command: c.HttpSendReq) -> v.HttpStatus:
        """Send a request, or a chunk of one, and wait for the headers of the response."""
        client = self._client(command.index)
        try:
            if client.sending:
                return await self._chunk(client, command)
            return await self._request(client, command)
        except BadResponse:
            raise Refused(Code.HTTP_INVALID_RESPONSE) from None
        except ConnectionError:
            raise Refused(Code.HTTP_SEND_FAILED) from None

    async def _request(self, client: _Client, command: c.HttpSendReq) -> v.HttpStatus:
        url = command.uri
        base = client.base
        if base is None and not urlsplit(url).scheme:
            raise Refused(Code.HTTP_URI_NOT_ABSOLUTE)
        await self._drop_body(client)
        if base is None or client.stream is None or client.stream.over:
            await self._open(client, url if base is None else base.geturl())
        for _ in range(_MOST_REDIRECTIONS):
            chunked = v.HttpRequestFlag.CHUNK_START in (command.flags or ())
            head = _head(client, command, url, chunked=chunked)
            await client.connection.write(head + _framed(command, chunked=chunked))
            if chunked:
                client.sending = True
                return v.HttpStatus(status=0)
            status = await self._answer(client, command)
            location = client.response.headers.get("location") if client.response is not None else None
            if not (client.redirects and status.status in _REDIRECTIONS and location):
                return status
            url = await self._follow(client, url, location)
        raise Refused(Code.HTTP_NO_REDIRECTION)

    async def _chunk(self, client: _Client, command: c.HttpSendReq) -> v.HttpStatus:
        last = v.HttpRequestFlag.CHUNK_END in (command.flags or ())
        await client.connection.write(_framed(command, chunked=True) + (b"0\r\n\r\n" if last else b""))
        if not last:
            return v.HttpStatus(status=0)
        client.sending = False
        return await self._answer(client, command)

    async def _answer(self, client: _Client, command: c.HttpSendReq) -> v.HttpStatus:
        client.once.clear()
        bodiless = command.method == v.HttpMethod.HEAD
        response = await read_response(client.connection, bodiless=bodiless)
        client.response = response
        if v.HttpRequestFlag.DROP_BODY in (command.flags or ()):
            await self._drop_body(client)
        return v.HttpStatus(status=response.status)

    async def _follow(self, client: _Client, url: str, location: str) -> str:
        """Go where a response leads; return the path there."""
        here = client.server
        there = urlsplit(urljoin(urljoin(here.geturl(), url), location))
        if here.scheme == "https" and there.scheme == "http" and not client.downgrades:
            raise Refused(Code.HTTP_TLS_DOWNGRADE)
        await self._drop_body(client)
        over = client.stream is None or client.stream.over
        if over or (here.scheme, here.netloc) != (there.scheme, there.netloc):
            await self._open(client, there.geturl())
        return there.path + (f"?{there.query}" if there.query else "")

    async def _drop_body(self, client: _Client) -> None:
        while client.response is not None and client.response.more:
            await client.response.read(client.connection, _PIECE)

    @handles(c.HttpReadResBody)
    async def read_body(self, command: c.HttpReadResBody) -> v.ResponseBody:
        """Read a piece of the body."""
        client = self._client(command.index)
        if client.response is None:
            raise Refused(Code.HTTP_NOT_CONNECTED)
        if client.response.held > command.length:
            # What came with the headers is handed over in one piece.
            raise Refused(Code.HTTP_BUFFER_TOO_SMALL)
        try:
            data = await client.response.read(client.connection, command.length)
        except BadResponse:
            raise Refused(Code.HTTP_INVALID_RESPONSE) from None
        more = client.response.more
        return v.ResponseBody(index=command.index, more=more, format=command.format, length=len(data), body=data)

    # Headers and options

    @handles(c.HttpSetHeader)
    def set_header(self, command: c.HttpSetHeader) -> None:
        """Set a header of requests; those of responses all come through."""
        client = self._client(command.index)
        if command.option.value.startswith("res_"):
            return
        for headers in (client.headers, client.once):
            headers.pop(command.option, None)
        if command.data:
            lasting = command.flags == v.HttpPersistence.PERSISTENT
            (client.headers if lasting else client.once)[command.option] = command.data.decode("latin-1")

    @handles(c.HttpGetHeader)
    def header(self, command: c.HttpGetHeader) -> v.HttpHeaderValue:
        """Read a header of the response; one that did not come is empty."""
        client = self._client(command.index)
        held = {} if client.response is None else client.response.headers
        data = held.get(header_name(command.option), "").encode("latin-1")
        if len(data) > command.length:
            raise Refused(Code.HTTP_HEADER_TOO_LONG)
        return v.HttpHeaderValue(index=command.index, format=command.format, length=len(data), data=data)

    @handles(c.HttpSetOpt)
    def set_option(self, command: c.HttpSetOpt) -> None:
        """Write an option."""
        client = self._client(command.index)
        match command.option:
            case v.HttpRedirectFeature(enabled=enabled):
                client.redirects = enabled
            case v.HttpRedirectTlsDowngrade(enabled=enabled):
                client.downgrades = enabled

    @handles(c.HttpSetProxy)
    def set_proxy(self, command: c.HttpSetProxy) -> None:
        """Keep a proxy."""
        self.proxy = command


def _head(client: _Client, command: c.HttpSendReq, url: str, *, chunked: bool) -> bytes:
    method = "DELETE" if command.method == v.HttpMethod.DEL else command.method.value.upper()
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {header_name(name): text for name, text in {**client.headers, **client.once}.items()}
    if not client.own_host:
        headers.setdefault("host", client.server.netloc)
    if chunked:
        headers["transfer-encoding"] = "chunked"
    elif command.data is not None or command.method in _WITH_BODY:
        headers["content-length"] = str(len(command.data or b""))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.title()}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _framed(command: c.HttpSendReq, *, chunked: bool) -> bytes:
    data = command.data or b""
    # An empty chunk would be the last.
    return b"%x\r\n%b\r\n" % (len(data), data) if chunked and data else data
