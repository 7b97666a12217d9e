"""WebSocket links, in firmware that was built with them."""

from __future__ import annotations

from typing import ClassVar

from ....wire.codecs import Bitmask, Bool, Choice, Int, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Many
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..values.http import (
    HttpHeader,
    WebSocketDataLevel,
    WebSocketField,
    WebSocketLink,
    WebSocketOpcode,
)
from ..values.tls import TlsAuth
from .limits import beyond

__all__ = ["WSCFG", "WSCLOSE", "WSDATAFMT", "WSHEAD", "WSOPEN", "WSSEND"]

_SECTION = "WebSocket AT Commands"

_LINK = Int(0, 2)
_PING = Int(1, 7200, "s")


@command("WSCFG", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WSCFG(Command[None]):
    """Set ping times, buffer and certificates of a link before it is opened; from release 3.2.

    :param link_id: 0 to 2.
    :param ping_interval_s: seconds between pings, 1 to 7200; 10 where this command is not given.
    :param ping_timeout_s: seconds to wait for a pong, 1 to 7200; 120 where this command is not given.
    :param buffer_size: bytes of the buffer, 1 to 16384; 1024 when left out.
    :param auth_mode: which certificates take part in TLS.
    :param pki_number: which client certificate is shown.
    :param ca_number: which certificate authority is trusted.
    :raises CommandError: ``ERROR`` when a value is not taken.

    Source: WebSocket AT Commands, AT+WSCFG.
    """

    link_id: int = param(_LINK)
    ping_interval_s: int = param(_PING)
    ping_timeout_s: int = param(_PING)
    buffer_size: int | None = param(Int(1, 16384, "bytes"), default=None)
    auth_mode: TlsAuth | None = param(Choice(TlsAuth), default=None)
    pki_number: int | None = param(Int(0), default=None)
    ca_number: int | None = param(Int(0), default=None)


@command("WSHEAD", timeout=5, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WSHEAD(Command[None]):
    """Keep one more request header for all links, or forget them all.

    From release 3.3. :meth:`query` lists them.

    :param length: bytes of the header, or 0 to forget all; filled in.
    :param data: ``key: value`` without line end; empty, or left out with a *length* of 0, to forget all.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.http.HttpHeader`.
    :raises CommandError: ``ERROR`` when it is not taken.

    Source: WebSocket AT Commands, AT+WSHEAD.
    """

    length: int | None = length_of("data", Int(0, unit="bytes"), default=None)
    data: bytes | None = payload(default=None)

    query: ClassVar[QueryForm[tuple[HttpHeader, ...]]] = QueryForm(Many(HttpHeader), timeout=2)

    def script(self) -> Script:
        return Script() if self.length == 0 or self.data == b"" else Script(prompt=Prompt.REQUIRED)


@command("WSOPEN", timeout=20, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WSOPEN(Command[None]):
    """Open a link; :meth:`query` lists the links.

    From release 3.2. The event WS_CONNECTED comes before the success. A link that is lost opens again by itself.

    :param link_id: 0 to 2.
    :param uri: ``ws://`` or ``wss://``.
    :param subprotocol: the subprotocol that is asked for.
    :param timeout_ms: how long to try, 0 to 180000 ms; 15000 when left out.
    :param auth: value of the header Authorization.
    :returns: nothing; the query a tuple of :class:`~atmodem.dialects.espat.values.http.WebSocketLink`.
    :raises CommandError: ``ERROR`` when the server cannot be reached or refuses, or the link is open.

    Source: WebSocket AT Commands, AT+WSOPEN.
    """

    link_id: int = param(_LINK)
    uri: str = param(Text(Quoting.ALWAYS))
    subprotocol: str | None = param(Text(Quoting.ALWAYS), default=None)
    timeout_ms: int | None = param(Int(0, 180000, "ms"), default=None)
    auth: str | Secret[str] | None = param(SecretText(Text(Quoting.ALWAYS)), default=None)

    query: ClassVar[QueryForm[tuple[WebSocketLink, ...]]] = QueryForm(Many(WebSocketLink), timeout=2)

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command(
    "WSSEND",
    timeout=15,
    section=_SECTION,
    evidence=Evidence.DOCUMENTATION,
    script=Script(prompt=Prompt.REQUIRED, done=(b"SEND OK",)),
)
class WSSEND(Command[None]):
    """Send one frame; from release 3.2.

    :param link_id: 0 to 2.
    :param length: bytes of the frame, at most 16384, in older releases the buffer of WSCFG less 10; filled in.
    :param opcode: kind of the frame; a text when left out.
    :param timeout_ms: how long to try, 0 to 60000 ms; 10000 when left out.
    :param fin: whether the message ends with it; it does when left out.
    :param data: the frame.
    :raises CommandError: ``ERROR`` when the link is not open or breaks.

    Source: WebSocket AT Commands, AT+WSSEND.
    """

    link_id: int = param(_LINK)
    length: int | None = length_of("data", Int(0, 16384, "bytes"), default=None)
    opcode: WebSocketOpcode | None = param(Choice(WebSocketOpcode), default=None)
    timeout_ms: int | None = param(Int(0, 60000, "ms"), default=None)
    fin: bool | None = param(Bool(), default=None)
    data: bytes | None = payload()

    def time_limit(self) -> float:
        return beyond(self.declaration.timeout, self.timeout_ms)


@command("WSDATAFMT", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WSDATAFMT(Command[None]):
    """Choose what the WS_DATA records of a link look like; from release 5.1.

    Without ``DATA_LEN`` nothing delimits the data, and this client cannot tell them from other lines.

    :param link_id: 0 to 2.
    :param level: how data are cut into records; as they arrive when left out.
    :param mask: what a record tells; ``DATA_LEN`` and ``CRLF`` when left out.
    :raises CommandError: ``ERROR`` when a value is not taken.

    Source: WebSocket AT Commands, AT+WSDATAFMT.
    """

    link_id: int = param(_LINK)
    level: WebSocketDataLevel | None = param(Choice(WebSocketDataLevel), default=None)
    mask: WebSocketField | None = param(Bitmask(WebSocketField), default=None)


@command("WSCLOSE", timeout=10, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class WSCLOSE(Command[None]):
    """Close a link; the event WS_CLOSED follows. From release 3.2.

    :param link_id: 0 to 2.
    :raises CommandError: ``ERROR`` when the link is not open.

    Source: WebSocket AT Commands, AT+WSCLOSE.
    """

    link_id: int = param(_LINK)
