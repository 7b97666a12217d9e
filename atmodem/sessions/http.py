"""HTTP by the module's own client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import TypeAlias, cast
from urllib.parse import urlsplit

import anyio
from anyio.abc import ByteReceiveStream
from attrs import field, frozen

from ..errors import AtmodemError, CommandError, DataLost, InvalidArgument, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.opening import Opening
from ..portable.values import HttpMethod, HttpRequest, HttpResult, TlsOptions

__all__ = ["Headers", "Http", "HttpResponse", "HttpStream", "check_headers", "check_url"]

#: Headers by name, or pairs where one comes more than once.
Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]

#: Bytes of a body that a stream holds before the module is held back, where it can be.
_HELD = 64 * 1024
#: Bytes of a body that is returned whole.
_WHOLE = 16 * 1024 * 1024

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_URL = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
#: Headers by which the module frames the request itself.
_FRAMING = ("content-length", "transfer-encoding")
_NEEDS = {
    HttpMethod.HEAD: Capability.HTTP_HEAD,
    HttpMethod.PUT: Capability.HTTP_PUT,
    HttpMethod.DELETE: Capability.HTTP_DELETE,
}


@frozen(kw_only=True)
class HttpResponse:
    """A whole response.

    :param status: the HTTP status; None where the module does not tell it.
    :param ok: the status is below 400, be it told or not.
    :param headers: those that the module tells, in their order.
    :param body: the body.
    """

    status: int | None
    ok: bool
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=lambda body: f"<{len(body)} bytes>")

    def header(self, name: str) -> str | None:
        """Return the value of the first header of that name, in whatever case; None where the module tells none."""
        return next((text for told, text in self.headers if told.lower() == name.lower()), None)

    def raise_for_status(self) -> None:
        """Raise where the server has refused.

        :raises CommandError: the status is 400 or more; ``code`` holds it, or is empty where it is not told.
        """
        if not self.ok:
            told = "with an error" if self.status is None else f"with status {self.status}"
            code = "" if self.status is None else str(self.status)
            raise CommandError(f"the server answered {told}", code=code, name="HTTP_STATUS", reply=self)


class HttpStream(ByteReceiveStream):
    """A response whose body is read while it comes: an anyio byte stream and an async iterator of bytes.

    Closed early, it lets the module finish, and counts what is dropped.
    """

    def __init__(self) -> None:
        #: Bytes of the body that nobody reads: held at the close, or come after it.
        self.dropped: int = 0
        self._held = bytearray()
        self._begun = asyncio.Event()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._receiving = False
        self._closed = False
        self._result: HttpResult | None = None
        self._error: Exception | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, once the body has ended; None where the module does not tell it."""
        return None if self._result is None else self._result.status

    @property
    def ok(self) -> bool | None:
        """Whether the status is below 400, be it told or not; None until the body has ended."""
        return None if self._result is None else not self._result.refused

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that the module tells, once the body has ended."""
        return () if self._result is None else self._result.headers

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes of the body, at most *max_bytes*, as soon as there are any.

        Cancelled, no byte is lost.

        :raises anyio.EndOfStream: the body has ended.
        :raises anyio.BusyResourceError: another task receives already.
        :raises DataLost: bytes of the body could not be held; it counts them.
        :raises AtmodemError: the response broke off.
        :raises SessionClosed: the stream was closed here.
        """
        if max_bytes < 1:
            raise InvalidArgument("max_bytes", "1 or more")
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        try:
            while not self._check():
                self._changed.clear()
                await self._changed.wait()
            data = bytes(self._held[:max_bytes])
            del self._held[: len(data)]
            self._room.set()
            return data
        finally:
            self._receiving = False

    def _check(self) -> bool:
        """Tell whether bytes are held; raise where none will come any more."""
        if self._closed:
            raise SessionClosed("the response was closed here")
        if self._held:
            return True
        if self._error is not None:
            raise self._error
        if self._result is not None:
            raise anyio.EndOfStream
        return False

    async def aclose(self) -> None:
        """Take no more of the body; the module finishes its request in the background. Idempotent."""
        if not self._closed:
            self._closed = True
            self.dropped += len(self._held)
            self._held.clear()
            self._room.set()
            self._changed.set()

    # For Http

    async def take(self, data: bytes) -> None:
        """Take a piece of the body, and wait until there is room for more."""
        self._begun.set()
        if self._closed:
            self.dropped += len(data)
            return
        self._held += data
        self._changed.set()
        while len(self._held) > _HELD and not self._closed:
            self._room.clear()
            await self._room.wait()

    def end(self, result: HttpResult | None, error: Exception | None = None) -> None:
        """Learn how the request ended."""
        if self._result is None and self._error is None:
            self._result, self._error = result, error
            self._begun.set()
            self._changed.set()

    async def begin(self) -> None:
        """Wait until the first bytes of the body have come, or all is over."""
        await self._begun.wait()
        if self._error is not None and not self._held:
            raise self._error


class Http:
    """The module's own HTTP client. It follows redirects only where the module does so by itself."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._running: set[HttpStream] = set()
        core.on_end(self._ended)

    async def request(
        self,
        method: HttpMethod | str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes | str | AsyncIterable[bytes] | None = None,
        length: int | None = None,
        tls: TlsOptions | None = None,
        timeout: float = 30,
        limit: int = _WHOLE,
    ) -> HttpResponse:
        """Make a request and return the whole response; a status of 400 or more is a response like any other.

        Cancelled, the module finishes a request that has begun, and the response is dropped.

        :param method: GET, HEAD, POST, PUT or DELETE.
        :param url: ``http://`` or ``https://``, without user and password.
        :param headers: own headers.
        :param body: what to send with POST or PUT; a text becomes UTF-8.
        :param length: bytes of a *body* that is iterated over; most modules must know it first.
        :param tls: how ``https://`` is protected; None verifies the server's certificate.
        :param timeout: seconds for the server to answer, and for each silence after that.
        :param limit: most bytes of the response's body; :meth:`stream` takes any number.
        :raises ConnectFailed: the server was not reached.
        :raises TlsError: it is not who it should be.
        :raises DataLost: the body is larger than *limit*, or the module could not be read fast enough.
        :raises CommandTimeout: the server, or the module, fell silent.
        :raises InvalidArgument: the module cannot carry the request; nothing was sent.
        :raises Unsupported: the module has no HTTP client, or lacks what the request needs.
        """
        made = self.stream(method, url, headers=headers, body=body, length=length, tls=tls, timeout=timeout)
        async with made as stream:
            gathered = bytearray()
            async for piece in stream:
                gathered += piece
                if len(gathered) > limit:
                    advice = "raise the limit, or read the body by stream()"
                    raise DataLost(f"the body has more than {limit} bytes", lost=len(gathered), advice=advice)
            return HttpResponse(status=stream.status, ok=bool(stream.ok), headers=stream.headers, body=bytes(gathered))

    async def get(
        self, url: str, *, headers: Headers = (), tls: TlsOptions | None = None, timeout: float = 30
    ) -> HttpResponse:
        """Fetch a resource; see :meth:`request`."""
        return await self.request(HttpMethod.GET, url, headers=headers, tls=tls, timeout=timeout)

    async def head(
        self, url: str, *, headers: Headers = (), tls: TlsOptions | None = None, timeout: float = 30
    ) -> HttpResponse:
        """Fetch the headers of a resource; see :meth:`request`."""
        return await self.request(HttpMethod.HEAD, url, headers=headers, tls=tls, timeout=timeout)

    async def delete(
        self, url: str, *, headers: Headers = (), tls: TlsOptions | None = None, timeout: float = 30
    ) -> HttpResponse:
        """Delete a resource; see :meth:`request`."""
        return await self.request(HttpMethod.DELETE, url, headers=headers, tls=tls, timeout=timeout)

    async def post(
        self,
        url: str,
        body: bytes | str | AsyncIterable[bytes] = b"",
        *,
        length: int | None = None,
        headers: Headers = (),
        tls: TlsOptions | None = None,
        timeout: float = 30,
    ) -> HttpResponse:
        """Post a body; see :meth:`request`."""
        return await self.request(
            HttpMethod.POST, url, headers=headers, body=body, length=length, tls=tls, timeout=timeout
        )

    async def put(
        self,
        url: str,
        body: bytes | str | AsyncIterable[bytes] = b"",
        *,
        length: int | None = None,
        headers: Headers = (),
        tls: TlsOptions | None = None,
        timeout: float = 30,
    ) -> HttpResponse:
        """Put a body; see :meth:`request`."""
        return await self.request(
            HttpMethod.PUT, url, headers=headers, body=body, length=length, tls=tls, timeout=timeout
        )

    def stream(
        self,
        method: HttpMethod | str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes | str | AsyncIterable[bytes] | None = None,
        length: int | None = None,
        tls: TlsOptions | None = None,
        timeout: float = 30,
    ) -> Opening[HttpStream]:
        """Make a request and read the body while it comes: ``async with modem.http.stream("GET", url) as response``.

        It is open once the first bytes of the body have come, or the response is over. A module that cannot be held
        back loses the response of a reader that is too slow. Parameters and errors are those of :meth:`request`.

        Cancelled, the module finishes a request that has begun, and the response is dropped.
        """

        async def open() -> HttpStream:
            return await self._open(_method(method), url, headers, body, length, tls, timeout)

        return Opening(open)

    async def _open(
        self,
        method: HttpMethod,
        url: str,
        headers: Headers,
        body: bytes | str | AsyncIterable[bytes] | None,
        length: int | None,
        tls: TlsOptions | None,
        timeout: float,
    ) -> HttpStream:
        core = self._core
        driver = core.require(core.driver.http, Capability.HTTP)
        check_url(url, "http", "https")
        told = check_headers(headers)
        if not 0 < timeout < float("inf"):
            raise InvalidArgument("timeout", "more than 0 seconds")
        if method in _NEEDS:
            core.require(driver, _NEEDS[method])
        if told:
            core.require(driver, Capability.HTTP_HEADERS)
        if url.lower().startswith("https"):
            core.require(driver, Capability.HTTP_TLS)
        data = body.encode() if isinstance(body, str) else body
        if isinstance(data, bytes) and _CONTROL.search(data):
            core.require(driver, Capability.HTTP_BINARY)
        pieces, size = _checked_body(method, data, length)
        request = HttpRequest(
            method=method,
            url=url.partition("#")[0],
            headers=told,
            body=pieces,
            length=size,
            tls=TlsOptions() if tls is None else tls,
            time_limit=timeout,
        )
        stream = HttpStream()
        self._running.add(stream)

        async def work() -> None:
            try:
                stream.end(await driver.exchange(request, stream.take))
            except Exception as error:  # noqa: BLE001 - the body may come from any program
                stream.end(None, error)
            finally:
                self._running.discard(stream)
                # Begun when the modem had ended already.
                stream.end(None, SessionClosed("the modem is closed"))

        core.spawn(work, "http")
        try:
            await stream.begin()
        except BaseException:
            await stream.aclose()
            raise
        return stream

    def _ended(self, error: AtmodemError) -> None:
        for stream in self._running:
            stream.end(None, error)


def check_url(url: str, *schemes: str) -> None:
    """Check a URL.

    :raises InvalidArgument: it has another scheme, no host, or what must not stand in it.
    """
    if not _URL.fullmatch(url) or not _has_host(url, schemes):
        known = " or ".join(f"{scheme}://" for scheme in schemes)
        raise InvalidArgument("url", f"{known}, a host, and printable ASCII characters")
    if "@" in urlsplit(url).netloc:
        raise InvalidArgument("url", "without user and password", advice="they belong in a header")


def _has_host(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is none
        return False


def check_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return the headers in their order.

    :raises InvalidArgument: one cannot stand in a request.
    """
    told = tuple(cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers)
    for name, text in told:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(text):
            raise InvalidArgument("headers", "names of letters, digits and -, with values on one line")
        if name.lower() in _FRAMING:
            raise InvalidArgument("headers", f"without {name}, which the module adds by itself")
    return told


def _method(method: HttpMethod | str) -> HttpMethod:
    try:
        return HttpMethod(method.upper() if isinstance(method, str) else method)
    except ValueError:
        raise InvalidArgument("method", f"one of {', '.join(known.value for known in HttpMethod)}") from None


def _checked_body(
    method: HttpMethod, body: bytes | AsyncIterable[bytes] | None, length: int | None
) -> tuple[AsyncIterable[bytes] | None, int | None]:
    """Return the pieces of the body, and how many bytes they are where that is known."""
    if method not in (HttpMethod.POST, HttpMethod.PUT):
        if body is not None or length is not None:
            raise InvalidArgument("body", f"left out with {method.value}")
        return None, None
    if body is None:
        body = b""
    if isinstance(body, bytes):
        if length not in (None, len(body)):
            raise InvalidArgument("length", "that of the body")
        return _only(body), len(body)
    if length is not None and length < 0:
        raise InvalidArgument("length", "0 or more")
    return body, length


async def _only(body: bytes) -> AsyncIterator[bytes]:
    if body:
        yield body
