"""Commands of the HTTP clients."""

from __future__ import annotations

from ....wire.codecs import Choice, Text
from ....wire.command import command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, One
from ....wire.script import Script
from ..codecs import Address, DataFormat, LineData, Number, Word, Words
from ..options import OptionValue
from ..values.http import (
    HttpConnectFlag,
    HttpHeader,
    HttpHeaderValue,
    HttpMethod,
    HttpPersistence,
    HttpRequestFlag,
    HttpSetting,
    HttpStatus,
    ResponseBody,
    ResponseHeader,
)
from ..values.mqtt import ClientIndex
from ..values.sockets import Family
from .base import CoreCommand, check_address, insist, printed_length

__all__ = [
    "HttpConnect",
    "HttpCreate",
    "HttpDestroy",
    "HttpDisconnect",
    "HttpGetHeader",
    "HttpReadResBody",
    "HttpSendReq",
    "HttpSetHeader",
    "HttpSetOpt",
    "HttpSetProxy",
]

_INDEX = Number(0, 15)
_FORMAT = Choice(DataFormat)
_LENGTH = Number(0, 1460, unit="bytes")
_WANTED = Number(1, 1460, unit="bytes")
_FILE = Text(longest=255)


@command("HttpCreate", timeout=2, section="6.10, table 76", evidence=Evidence.RUN, reply=One(ClientIndex))
class HttpCreate(CoreCommand[ClientIndex]):
    """Make a client; there are 16.

    :returns: the number of the client.
    :raises CommandError: ``REFUSED`` when all are in use.

    Source: SWRU534 6.10, table 76.
    """


@command("HttpDestroy", timeout=2, section="6.10, table 77", evidence=Evidence.RUN)
class HttpDestroy(CoreCommand[None]):
    """Delete a client.

    :param index: its number, 0 to 15.
    :raises CommandError: ``UNKNOWN_WORD`` when there is none of that number.

    Source: SWRU534 6.10, table 77.
    """

    index: int = param(_INDEX)


@command("HttpConnect", timeout=60, section="6.10, table 78", worker=True, keep_commas=True, evidence=Evidence.RUN)
class HttpConnect(CoreCommand[None]):
    """Connect to a server.

    :param index: number of the client, 0 to 15.
    :param host: with its scheme, ``http://host:port`` or ``https://host``; at most 430 bytes.
    :param flags: how.
    :param private_key: name of the file with the own private key.
    :param certificate: name of the file with the own certificate.
    :param ca: name of the file with the certificate authority.
    :raises CommandError: ``NOT_JOINED`` without a network, ``HTTP_ALREADY_CONNECTED``, codes of the sockets.

    Source: SWRU534 6.10, table 78.
    """

    index: int = param(_INDEX)
    host: str = param(Text(shortest=1, longest=430))
    flags: tuple[HttpConnectFlag, ...] | None = param(Words(HttpConnectFlag), default=None)
    private_key: str | None = param(_FILE, default=None)
    certificate: str | None = param(_FILE, default=None)
    ca: str | None = param(_FILE, default=None)


@command("HttpDisconnect", timeout=10, section="6.10, table 79", evidence=Evidence.RUN)
class HttpDisconnect(CoreCommand[None]):
    """Disconnect from the server.

    :param index: number of the client, 0 to 15.
    :raises CommandError: ``HTTP_NOT_CONNECTED``.

    Source: SWRU534 6.10, table 79.
    """

    index: int = param(_INDEX)


@command(
    "HttpSendReq", timeout=60, section="6.10, table 80", keep_commas=True, evidence=Evidence.RUN, reply=One(HttpStatus)
)
class HttpSendReq(CoreCommand[HttpStatus]):
    """Send a request and wait for the headers of the response; the module takes no command meanwhile.

    :param index: number of the client, 0 to 15.
    :param method: the method.
    :param uri: path on the server.
    :param flags: part of the body that this is, and what becomes of the response's body.
    :param format: how the data stand in the line; needed with data. In binary they must hold no CR, LF or NUL, and no
        comma outside quotes.
    :param length: bytes in the line; filled in.
    :param data: the body, or a chunk of it; needed for ``POST`` and ``PUT``.
    :returns: the status, whatever it is; 0 while a body is being sent in chunks.
    :raises CommandError: ``HTTP_NOT_CONNECTED``, ``HTTP_URI_NOT_ABSOLUTE``, ``HTTP_INVALID_RESPONSE``.

    Source: SWRU534 6.10, table 80.
    """

    index: int = param(_INDEX)
    method: HttpMethod = param(Word(HttpMethod))
    uri: str = param(Text(shortest=1))
    flags: tuple[HttpRequestFlag, ...] | None = param(Words(HttpRequestFlag), default=None)
    format: DataFormat | None = param(_FORMAT, default=None)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", codec=LineData(counted=True))

    def __attrs_post_init__(self) -> None:
        insist(self.data is None or self.format is not None, "format", "given with data")
        with_body = self.method in (HttpMethod.POST, HttpMethod.PUT)
        insist(not with_body or self.data is not None or self.length == 0, "data", "given with POST and PUT")


@command("HttpReadResBody", timeout=30, section="6.10, table 81", evidence=Evidence.RUN, reply=Counted(ResponseBody))
class HttpReadResBody(CoreCommand[ResponseBody]):
    """Read a piece of the response's body.

    :param index: number of the client, 0 to 15.
    :param format: how the piece shall stand in the line.
    :param length: most bytes of data; ask for several hundred, as less than the module has is refused.
    :returns: the piece, and whether there is more.
    :raises CommandError: ``HTTP_BUFFER_TOO_SMALL``, ``HTTP_NOT_CONNECTED``.

    Source: SWRU534 6.10, table 81.
    """

    index: int = param(_INDEX)
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(_WANTED)

    def script(self) -> Script:
        return Script(asked=printed_length(self.length, self.format))


@command("HttpSetHeader", timeout=2, section="6.10, table 82", keep_commas=True, evidence=Evidence.RUN)
class HttpSetHeader(CoreCommand[None]):
    """Set a header of requests, or let a header of responses through; without data clear it.

    :param index: number of the client, 0 to 15.
    :param option: the header.
    :param flags: how long it is set.
    :param format: how the data stand in the line; in binary they must hold no CR, LF or NUL.
    :param length: bytes in the line; filled in.
    :param data: its value.
    :raises CommandError: with the code of the HTTP library.

    Source: SWRU534 6.10, table 82.
    """

    index: int = param(_INDEX)
    option: HttpHeader = param(Word(HttpHeader))
    flags: HttpPersistence = param(Word(HttpPersistence))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", codec=LineData())


@command("HttpGetHeader", timeout=2, section="6.10, table 83", evidence=Evidence.RUN, reply=Counted(HttpHeaderValue))
class HttpGetHeader(CoreCommand[HttpHeaderValue]):
    """Read a header of the response. What comes for one that the server did not send is not known.

    :param index: number of the client, 0 to 15.
    :param option: the header; only those of responses can be read.
    :param format: how its value shall stand in the line.
    :param length: longest value that is wanted, in bytes.
    :returns: its value.
    :raises CommandError: with the code of the HTTP library.

    Source: SWRU534 6.10, table 83.
    """

    index: int = param(_INDEX)
    option: HttpHeader = param(ResponseHeader(HttpHeader))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(_WANTED)

    def script(self) -> Script:
        return Script(asked=printed_length(self.length, self.format))


@command("HttpSetOpt", timeout=2, section="6.10, table 84", evidence=Evidence.RUN)
class HttpSetOpt(CoreCommand[None]):
    """Write an option of a client: ``HttpSetOpt(index=0, option=HttpRedirectFeature(enabled=False))``.

    :param index: number of the client, 0 to 15.
    :param option: the option with its value.
    :raises CommandError: with the code of the HTTP library.

    Source: SWRU534 6.10, table 84.
    """

    index: int = param(_INDEX)
    option: HttpSetting = param(OptionValue(HttpSetting))


@command("HttpSetProxy", timeout=2, section="6.10, table 85", evidence=Evidence.RUN)
class HttpSetProxy(CoreCommand[None]):
    """Set the proxy of all clients.

    :param family: family of its address.
    :param port: its port.
    :param address: its address.
    :raises CommandError: with the code of the HTTP library.

    Source: SWRU534 6.10, table 85.
    """

    family: Family = param(Word(Family))
    port: int = param(Number(0, 65535))
    address: str = param(Address(None))

    def __attrs_post_init__(self) -> None:
        check_address(self.family, self.address)
