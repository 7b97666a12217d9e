"""HTTP by ESP-AT commands, under the portable session."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ...errors import (
    AtmodemError,
    CommandError,
    CommandTimeout,
    ConnectFailed,
    DataLost,
    InvalidArgument,
    ModeConflict,
    SessionBroken,
    TlsError,
    Unsupported,
)
from ...portable.drivers import HttpDriver, SocketDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import HttpMethod, HttpRequest, HttpResult, TlsOptions
from ...wire.command import Command
from ...wire.reply import NoReply, Reply
from .commands.http import HTTPCFG, HTTPCGET, HTTPCHEAD, HTTPCLIENT, HTTPCPOST, HTTPCPUT, HTTPGETSIZE, HTTPURLCFG
from .commands.system import AT
from .driver_tls import EspCredentials, client_auth
from .events import HttpcGet, HttpClient, HttpcPost, HttpcPut
from .values.http import HttpContentType, HttpTransport
from .values.http import HttpMethod as Opt

__all__ = ["EspHttp", "HttpRecord"]

HttpRecord: TypeAlias = HttpClient | HttpcGet | HttpcPost | HttpcPut

#: Bytes of an answer that are held for a slow reader: the module cannot be held back.
HELD = 4 * 1024 * 1024
#: Where the codes of HTTP begin; the status is added.
_NO_CONNECTION = 0x010A7000
#: Headers that must not stand in a command line, which is shown.
_SECRET = {"authorization", "proxy-authorization", "cookie"}
#: Most bytes that HTTPURLCFG takes.
_LONGEST_URL = 8192
_LONGEST_TIME = 180_000
#: Seconds beyond the module's own limit.
_MARGIN = 5.0
#: Bytes a second on a slow line.
_SLOWEST = 960
_CLOCK = "the module checks certificates against its clock, which must be set, and the CA in its store"
_UNKNOWN = "UNKNOWN_COMMAND"
_OPTS = {
    HttpMethod.GET: Opt.GET,
    HttpMethod.HEAD: Opt.HEAD,
    HttpMethod.POST: Opt.POST,
    HttpMethod.PUT: Opt.PUT,
    HttpMethod.DELETE: Opt.DELETE,
}
_WITH_BODY = (HttpMethod.POST, HttpMethod.PUT)


class _Handed:
    """Leaves the records of the answer to events, by which they are handed on while they come."""

    def reply(self) -> Reply[Any]:
        return NoReply()


class _Get(_Handed, HTTPCGET):
    pass


class _Client(_Handed, HTTPCLIENT):
    pass


class _Post(_Handed, HTTPCPOST):
    pass


class _Put(_Handed, HTTPCPUT):
    pass


class _Records:
    """Records of an answer on their way to whoever takes them."""

    def __init__(self) -> None:
        #: Called for each record: the module is at work.
        self.heard: Callable[[], None] = lambda: None
        #: Bytes that have come.
        self.bytes = 0
        self._held: deque[bytes] = deque()
        self._size = 0
        self._lost = 0
        self._over = False
        self._changed = asyncio.Event()

    def put(self, record: HttpRecord) -> None:
        """Take a record."""
        self.heard()
        self.bytes += record.length
        if record.short or self._lost or self._size + len(record.data) > HELD:
            self.lose(record.length)
            return
        self._held.append(record.data)
        self._size += len(record.data)
        self._changed.set()

    def lose(self, length: int) -> None:
        """Count bytes that are gone; what follows them is of no use."""
        self._lost += length

    def end(self) -> None:
        """Learn that no more will come."""
        self._over = True
        self._changed.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what comes, up to the end.

        :raises DataLost: a piece could not be held, or was cut short.
        """
        while True:
            while self._held:
                piece = self._held.popleft()
                self._size -= len(piece)
                yield piece
            if self._over:
                break
            self._changed.clear()
            await self._changed.wait()
        if self._lost:
            raise DataLost(f"{self._lost} bytes of the answer were lost", lost=self._lost, advice="read faster")


class EspHttp(HttpDriver):
    """Uses the module's one HTTP client.

    :param modem: what commands go to.
    :param sockets: the module's links, to find out whether a server that did not answer can be reached at all.
    :param credentials: the certificates that the module keeps.
    """

    def __init__(self, modem: ModemAPI, sockets: SocketDriver, credentials: EspCredentials) -> None:
        self._modem = modem
        self._sockets = sockets
        self._credentials = credentials
        self._turn = asyncio.Lock()
        self._records: _Records | None = None
        #: A request was given up, and may be answered yet.
        self._late = False
        #: The module may keep headers, at first those of whoever used it before.
        self._headers_kept = True

    def reset(self) -> None:
        """Forget what the module keeps: it has started anew, or was used by another program."""
        self._headers_kept = True

    def take(self, record: HttpRecord) -> None:
        """Take a record of the answer to the request that is being made."""
        if self._records is not None:
            self._records.put(record)

    def garbled(self, length: int) -> None:
        """Learn that the line is out of step: bytes that may be of the answer are of no use."""
        if self._records is not None:
            self._records.lose(length)

    async def exchange(self, request: HttpRequest, sink: Callable[[bytes], Awaitable[None]]) -> HttpResult:
        """Make a request. The module pushes the answer, faster than *sink* may take it."""
        body = await _gathered(request)
        records = _Records()
        asking = asyncio.ensure_future(self._make(request, body, records))
        asking.add_done_callback(lambda _: records.end())
        told: list[bytes] = []
        try:
            async for piece in records.pieces():
                if request.method is HttpMethod.HEAD:
                    told.append(piece)
                else:
                    await sink(piece)
            result = await asking
        finally:
            asking.cancel()
            await asyncio.wait([asking])
        return HttpResult(status=result.status, refused=result.refused, headers=_read(told))

    async def _make(self, request: HttpRequest, body: bytes, records: _Records) -> HttpResult:
        async with self._turn:
            if self._late:
                # What the server still answers to a request that was given up comes before this.
                await self._modem.send(AT())
                self._late = False
            if request.url.lower().startswith("https"):
                await self._protect(request.tls)
            self._records = records
            try:
                await self._ask(request, body, records)
            except CommandError as error:
                return await self._meant(request, records, error)
            finally:
                self._records = None
        return HttpResult(status=None)

    # What is sent

    async def _protect(self, tls: TlsOptions) -> None:
        auth, certificate, ca = await client_auth(self._credentials, tls, "https")
        try:
            await self._modem.send(HTTPCFG(auth_mode=auth, pki_number=certificate, ca_number=ca))
        except CommandError as error:
            if auth:
                raise Unsupported(
                    "this firmware neither checks nor shows certificates of HTTP", command=error.command
                ) from error

    async def _ask(self, request: HttpRequest, body: bytes, records: _Records) -> None:
        """Send the request, and before it what does not fit into its line or must not stand there."""
        headers = [f"{name}: {text}" for name, text in request.headers]
        await self._forget_headers()
        try:
            inline = headers if headers and not await self._keep(headers) else []
            if inline and any(name.lower() in _SECRET for name, _ in request.headers):
                raise Unsupported(
                    "this firmware takes headers in the command line alone, which is no place for secrets"
                )
            try:
                await self._request(request, body, request.url, inline, records)
            except InvalidArgument:
                if len(request.url) > _LONGEST_URL:
                    raise
                await self._modem.send(HTTPURLCFG(data=request.url.encode()))
                try:
                    await self._request(request, body, "", inline, records)
                finally:
                    with suppress(AtmodemError):  # with the module it has forgotten
                        await self._modem.send(HTTPURLCFG(length=0))
        finally:
            with suppress(AtmodemError):  # the next request tries again
                await self._forget_headers()

    async def _forget_headers(self) -> None:
        """Let no header go with a request that it was not meant for."""
        if self._headers_kept:
            with suppress(CommandError):  # it keeps none
                await self._modem.send(HTTPCHEAD(length=0))
            self._headers_kept = False

    async def _keep(self, headers: Sequence[str]) -> bool:
        """Send headers behind prompts, where they are not shown; tell whether the firmware can."""
        try:
            self._headers_kept = bool(headers)
            for header in headers:
                await self._modem.send(HTTPCHEAD(data=header.encode()))
        except CommandError as error:
            if error.name != _UNKNOWN:
                raise
            return False
        return True

    async def _request(
        self, request: HttpRequest, body: bytes, url: str, headers: Sequence[str], records: _Records
    ) -> None:
        """Send the command for large requests; the oldest firmware has only that for short ones."""
        if not (headers and request.method is HttpMethod.GET):
            try:
                await self._send(_command(request, body, url, headers), request, body, records)
            except CommandError as error:
                if error.name != _UNKNOWN:
                    raise
            else:
                return
        await self._send(_short(request, body, url, headers), request, body, records)

    async def _send(self, command: Command[Any], request: HttpRequest, body: bytes, records: _Records) -> None:
        silence = request.time_limit + _MARGIN + len(body) / _SLOWEST
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(silence) as limit:
                records.heard = lambda: limit.reschedule(loop.time() + silence)
                await self._modem.send(command, timeout=0)
        except TimeoutError as error:
            if isinstance(error, CommandTimeout):
                raise
            self._late = True
            raise CommandTimeout(f"nothing more of the answer came within {silence:g} s") from error
        finally:
            records.heard = lambda: None

    # What it means

    async def _meant(self, request: HttpRequest, records: _Records, error: CommandError) -> HttpResult:
        """Return the result that a failure stands for, or raise what it means."""
        code = _code(error)
        if code is not None and code > _NO_CONNECTION:
            return HttpResult(status=code - _NO_CONNECTION)
        failed = error.code == "SEND FAIL"
        if failed and records.bytes:
            # The server has answered; an answer without a status is told only for one of 400 or more.
            return HttpResult(status=None, refused=True)
        if code is None and not failed:
            raise error
        if records.bytes:
            raise SessionBroken(f"the answer broke off after {records.bytes} bytes") from error
        parts = urlsplit(request.url)
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        reached = await self._reaches(host, port)
        # Without a body an error status looks like a hang-up; it is taken for the former where others are answered.
        if failed and reached and await self._answers(f"{parts.scheme}://{parts.netloc}/"):
            return HttpResult(status=None, refused=True)
        kind = TlsError if secure and reached else ConnectFailed
        what = "agree on TLS with" if kind is TlsError else "get an answer from" if reached else "connect to"
        raise kind(
            f"could not {what} {host} port {port}: {error.message}",
            code=error.code,
            name=error.name,
            text=error.text,
            command=error.command,
            advice=_CLOCK if kind is TlsError else None,
        ) from error

    async def _reaches(self, host: str, port: int) -> bool | None:
        """Tell whether a plain link to the server can be opened; None where that cannot be found out."""
        try:
            link = await self._sockets.open_tcp(host, port, passive=True, tls=None)
        except (CommandError, ModeConflict) as error:
            return False if isinstance(error, CommandError) and error.name != "NO_FREE_LINK" else None
        await self._sockets.close(link.number)
        return True

    async def _answers(self, url: str) -> bool:
        """Tell whether the server answers at all, be it with an error."""
        try:
            await self._modem.send(HTTPGETSIZE(url=url))
        except CommandError as error:
            return _code(error) != _NO_CONNECTION
        return True


def _command(request: HttpRequest, body: bytes, url: str, headers: Sequence[str]) -> Command[Any]:
    """Return the command that makes a request. An empty body has no form but that of a text."""
    if request.method is HttpMethod.GET:
        return _Get(url=url, timeout_ms=min(round(request.time_limit * 1000), _LONGEST_TIME))
    if not body:
        return _short(request, body, url, headers)
    upload = _Post if request.method is HttpMethod.POST else _Put
    return upload(url=url, header=tuple(headers) or None, data=body)


def _short(request: HttpRequest, body: bytes, url: str, headers: Sequence[str]) -> Command[Any]:
    """Return the command that holds a whole request."""
    return _Client(
        opt=_OPTS[request.method],
        content_type=HttpContentType.FORM,
        url=url,
        transport=HttpTransport.SSL if request.url.lower().startswith("https") else HttpTransport.TCP,
        data=body.decode("utf-8", "surrogateescape") if request.method in _WITH_BODY else None,
        header=tuple(headers) or None,
    )


async def _gathered(request: HttpRequest) -> bytes:
    """Return the body, which the module takes in one go.

    :raises InvalidArgument: its length is not known, or is not that which was told.
    """
    if request.body is None:
        return b""
    if request.length is None:
        raise InvalidArgument("length", "given: the module must know it before the first byte")
    gathered = bytearray()
    async for piece in request.body:
        gathered += piece
        if len(gathered) > request.length:
            break
    if len(gathered) != request.length:
        raise InvalidArgument("body", f"of {request.length} bytes, as its length says")
    return bytes(gathered)


def _read(lines: Sequence[bytes]) -> tuple[tuple[str, str], ...]:
    """Return the headers that a HEAD request tells."""
    pairs = (line.decode("utf-8", "surrogateescape").partition(":") for line in lines)
    return tuple((name.strip(), text.strip()) for name, _, text in pairs)


def _code(error: CommandError) -> int | None:
    """Return the code of HTTP that an error tells, if any."""
    try:
        code = int(error.code, 16)
    except ValueError:
        return None
    return code if _NO_CONNECTION <= code < _NO_CONNECTION + 0x1000 else None
