"""HTTP: the module's own client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ....wire.codecs import Choice, Int, ListOf, Quoting, Text
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Many, One, Reply
from ....wire.script import Meaning, Prompt, Script
from ..values.http import (
    HttpContentType,
    HttpData,
    HttpHeader,
    HttpMethod,
    HttpSize,
    HttpTransport,
    HttpUrl,
)
from ..values.tls import TlsAuth
from .limits import beyond

__all__ = [
    "HTTPCFG",
    "HTTPCGET",
    "HTTPCHEAD",
    "HTTPCLIENT",
    "HTTPCPOST",
    "HTTPCPUT",
    "HTTPGETSIZE",
    "HTTPURLCFG",
]

_SECTION = "HTTP AT Commands"

_TEXT = Text(Quoting.ALWAYS)
_BUFFER = Int(0, 10240, "bytes")
_TIMEOUT = Int(0, 180000, "ms")
_RECORDS: Reply[tuple[HttpData, ...]] = Counted(HttpData, many=True)
#: The module takes the request's body, prints the answer's and tells by words of its own how it went.
_UPLOAD = Script(
    prompt=Prompt.REQUIRED,
    done=(b"SEND OK",),
    fail=(b"SEND FAIL",),
    meanings={
        "SEND FAIL": Meaning("HTTP_REQUEST_FAILED", "the server was not reached, or answered with an error status"),
    },
)


@command("HTTPCLIENT", timeout=30, section=_SECTION, evidence=Evidence.RUN, reply=_RECORDS)
class HTTPCLIENT(Command[tuple[HttpData, ...]]):
    """Make one request with everything in the command line; redirects are not followed.

    *url* alone is enough; *host* and *path* serve where it is left out.

    :param opt: the method.
    :param content_type: what *data* is.
    :param url: the whole URL.
    :param host: name or address of the server.
    :param path: path on the server.
    :param transport: TCP, or TLS for https.
    :param data: body of a POST or PUT; must be left out for other methods.
    :param header: request headers, each ``key: value``.
    :returns: the pieces of the answer's body, or of a HEAD one piece for each header line.
    :raises CommandError: ``0x010a7000`` and the HTTP status for a status of 400 or more, whose body is in ``reply``;
        ``0x010a7000`` itself when the server cannot be reached.
    :raises InvalidArgument: for a line of more than 256 bytes; HTTPCGET and HTTPCPOST carry more.

    Source: HTTP AT Commands, AT+HTTPCLIENT.
    """

    opt: HttpMethod = param(Choice(HttpMethod))
    content_type: HttpContentType = param(Choice(HttpContentType))
    url: str | None = param(_TEXT, default=None)
    host: str | None = param(_TEXT, default=None)
    path: str | None = param(_TEXT, default=None)
    transport: HttpTransport = param(Choice(HttpTransport))
    data: str | None = param(_TEXT, default=None, when=("opt", (HttpMethod.POST, HttpMethod.PUT)))
    header: Sequence[str] | None = param(ListOf(_TEXT), default=None, rest=True)


@command("HTTPGETSIZE", timeout=30, section=_SECTION, evidence=Evidence.RUN, reply=One(HttpSize))
class HTTPGETSIZE(Command[HttpSize]):
    """Ask for the size of a resource.

    :param url: its URL; empty for the one that HTTPURLCFG keeps.
    :param tx_size: bytes of the send buffer, 0 to 10240; 2048 when left out.
    :param rx_size: bytes of the receive buffer, 0 to 10240; 2048 when left out.
    :param timeout_ms: how long to try, 0 to 180000 ms; 5000 when left out.
    :returns: the size in bytes.
    :raises CommandError: ``0x010a7000`` and the HTTP status; ``0x010a7000`` itself when the server cannot be reached.

    Source: HTTP AT Commands, AT+HTTPGETSIZE.
    """

    url: str = param(_TEXT)
    tx_size: int | None = param(_BUFFER, default=None)
    rx_size: int | None = param(_BUFFER, default=None)
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("HTTPCGET", timeout=60, section=_SECTION, evidence=Evidence.RUN, reply=_RECORDS)
class HTTPCGET(Command[tuple[HttpData, ...]]):
    """Fetch a resource; redirects are not followed. From release 2.4.

    :param url: its URL; empty for the one that HTTPURLCFG keeps.
    :param tx_size: bytes of the send buffer, 0 to 10240; 2048 when left out.
    :param rx_size: bytes of the receive buffer, 0 to 10240, the most that one piece holds; 2048 when left out.
    :param timeout_ms: how long to try, 0 to 180000 ms; 5000 when left out.
    :returns: the pieces of the body.
    :raises CommandError: ``0x010a7000`` and the HTTP status for a status of 400 or more, whose body is in ``reply``;
        ``0x010a7000`` itself when the server cannot be reached.

    Source: HTTP AT Commands, AT+HTTPCGET.
    """

    url: str = param(_TEXT)
    tx_size: int | None = param(_BUFFER, default=None)
    rx_size: int | None = param(_BUFFER, default=None)
    timeout_ms: int | None = param(_TIMEOUT, default=None)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("HTTPCPOST", timeout=60, section=_SECTION, evidence=Evidence.RUN, reply=_RECORDS, script=_UPLOAD)
class HTTPCPOST(Command[tuple[HttpData, ...]]):
    """Post bytes; from release 2.2.

    :param url: where to; empty for the URL that HTTPURLCFG keeps.
    :param length: bytes of the body; filled in.
    :param header_count: how many headers follow; filled in.
    :param header: request headers, each ``key: value``.
    :param data: the body.
    :returns: the pieces of the answer's body.
    :raises CommandError: ``SEND FAIL`` when the server cannot be reached or answers with a status of 400 or more, whose
        body is in ``reply``; ``ERROR`` for a URL that is not taken.

    Source: HTTP AT Commands, AT+HTTPCPOST.
    """

    url: str = param(_TEXT)
    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    header_count: int | None = length_of("header", Int(0), default=None)
    header: Sequence[str] | None = param(ListOf(_TEXT), default=None, rest=True)
    data: bytes | None = payload()


@command("HTTPCPUT", timeout=60, section=_SECTION, evidence=Evidence.RUN, reply=_RECORDS, script=_UPLOAD)
class HTTPCPUT(Command[tuple[HttpData, ...]]):
    """Put bytes; from release 3.0.

    :param url: where to; empty for the URL that HTTPURLCFG keeps.
    :param length: bytes of the body; filled in.
    :param header_count: how many headers follow; filled in.
    :param header: request headers, each ``key: value``.
    :param data: the body.
    :returns: the pieces of the answer's body.
    :raises CommandError: ``SEND FAIL`` when the server cannot be reached or answers with a status of 400 or more, whose
        body is in ``reply``; ``ERROR`` for a URL that is not taken.

    Source: HTTP AT Commands, AT+HTTPCPUT.
    """

    url: str = param(_TEXT)
    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    header_count: int | None = length_of("header", Int(0), default=None)
    header: Sequence[str] | None = param(ListOf(_TEXT), default=None, rest=True)
    data: bytes | None = payload()


@command("HTTPURLCFG", timeout=5, section=_SECTION, evidence=Evidence.RUN)
class HTTPURLCFG(Command[None]):
    """Keep a URL that is too long for a command line, for commands that are given an empty one.

    From release 2.3. :meth:`query` asks for it.

    :param length: bytes of the URL, 8 to 8192, or 0 to forget it; filled in.
    :param data: the URL; empty, or left out with a *length* of 0, to forget it.
    :returns: nothing; the query a :class:`~atmodem.dialects.espat.values.http.HttpUrl`, or None where none is kept.
    :raises CommandError: ``ERROR`` for a URL of 1 to 7 bytes, or without memory.

    Source: HTTP AT Commands, AT+HTTPURLCFG.
    """

    length: int | None = length_of("data", Int(0, 8192, "bytes"), default=None)
    data: bytes | None = payload(default=None)

    query: ClassVar[QueryForm[HttpUrl | None]] = QueryForm[HttpUrl | None](
        Counted(HttpUrl, needed=False, glued=True), timeout=2
    )

    def script(self) -> Script:
        if self.length == 0 or self.data == b"":
            return Script()
        return Script(prompt=Prompt.REQUIRED, done=(b"SET OK",))


@command("HTTPCHEAD", timeout=5, section=_SECTION, evidence=Evidence.RUN)
class HTTPCHEAD(Command[None]):
    """Keep one more request header for all HTTP commands, or forget them all.

    From release 3.2. :meth:`query` lists them.

    :param length: bytes of the header, or 0 to forget all; filled in.
    :param data: ``key: value`` without line end; empty, or left out with a *length* of 0, to forget all.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.http.HttpHeader`.
    :raises CommandError: ``ERROR`` when it is not taken.

    Source: HTTP AT Commands, AT+HTTPCHEAD.
    """

    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    data: bytes | None = payload(default=None)

    query: ClassVar[QueryForm[tuple[HttpHeader, ...]]] = QueryForm(Many(HttpHeader), timeout=2)

    def script(self) -> Script:
        return Script() if self.length == 0 or self.data == b"" else Script(prompt=Prompt.REQUIRED)


@command("HTTPCFG", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class HTTPCFG(Command[None]):
    """Choose the certificates of HTTP over TLS; from release 4.1, in firmware that was built with it.

    :param auth_mode: which certificates take part.
    :param pki_number: which client certificate is shown; left out where none is.
    :param ca_number: which certificate authority is trusted; left out where none is.
    :raises CommandError: ``ERROR`` for a certificate that the module does not hold.

    Source: HTTP AT Commands, AT+HTTPCFG.
    """

    auth_mode: TlsAuth = param(Choice(TlsAuth))
    pki_number: int | None = param(Int(0), default=None)
    ca_number: int | None = param(Int(0), default=None)
