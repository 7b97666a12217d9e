"""Values of the HTTP and WebSocket commands."""

from __future__ import annotations

import enum

from attrs import frozen

from ....wire.codecs import Choice, Int, OpenIntEnum, Quoting, Text
from ....wire.counted import Data, Trailer
from ....wire.event import value

__all__ = [
    "HttpContentType",
    "HttpData",
    "HttpHeader",
    "HttpMethod",
    "HttpSize",
    "HttpTransport",
    "HttpUrl",
    "WebSocketDataLevel",
    "WebSocketField",
    "WebSocketLink",
    "WebSocketOpcode",
    "WebSocketState",
]

#: The largest receive buffer that can be asked for, and so the largest record.
_LARGEST_RECORD = 10240


class HttpMethod(OpenIntEnum):
    """Method of a request."""

    HEAD = 1
    GET = 2
    POST = 3
    PUT = 4
    DELETE = 5


class HttpContentType(OpenIntEnum):
    """What the body of a request is."""

    #: ``application/x-www-form-urlencoded``
    FORM = 0
    #: ``application/json``
    JSON = 1
    #: ``multipart/form-data``
    MULTIPART = 2
    #: ``text/xml``
    XML = 3


class HttpTransport(OpenIntEnum):
    """What a request goes over."""

    TCP = 1
    SSL = 2


@frozen(kw_only=True)
class HttpData:
    """A piece of what the server answered: of the body, or one header line of a HEAD request.

    :param length: bytes in this piece.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(maximum=_LARGEST_RECORD, trailer=Trailer(b"\r\n", certain=True)))


@frozen(kw_only=True)
class HttpSize:
    """Size of a resource.

    :param size: bytes; -1 may stand for a server that gives no length.
    """

    size: int = value(Int())


@frozen(kw_only=True)
class HttpUrl:
    """The URL that is kept in the module.

    :param length: its bytes.
    :param data: the URL.
    """

    length: int = value(Int(0, 8192))
    data: bytes = value(Data(trailer=Trailer(b"\r\n", certain=True)))


@frozen(kw_only=True)
class HttpHeader:
    """A request header that is kept in the module.

    :param index: its place, from 0.
    :param header: ``key: value``.
    """

    index: int = value(Int(0))
    header: str = value(Text(Quoting.ALWAYS, free=True))


class WebSocketState(OpenIntEnum):
    """State of a WebSocket link."""

    CLOSED = 0
    RECONNECTING = 1
    OPEN = 2
    #: A pong was missed or reading failed; it reconnects later.
    WAITING = 3
    #: The server closed it and the answer is under way.
    CLOSING = 4


class WebSocketOpcode(OpenIntEnum):
    """Kind of a WebSocket frame."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class WebSocketDataLevel(OpenIntEnum):
    """How received data are cut into records."""

    #: As they arrive.
    CHUNK = 0
    #: One record for a frame.
    FRAME = 1
    #: One record for a message.
    MESSAGE = 2


class WebSocketField(enum.IntFlag):
    """What the records of received data tell besides link and data."""

    OPCODE = 1
    FIN = 2
    PAYLOAD_LEN = 4
    PAYLOAD_OFFSET = 8
    #: The number of bytes; nothing else delimits the data.
    DATA_LEN = 16
    #: A line end behind the data.
    CRLF = 32


@frozen(kw_only=True)
class WebSocketLink:
    """A WebSocket link.

    :param link_id: 0 to 2.
    :param state: its state.
    :param uri: what it was opened with.
    """

    link_id: int = value(Int(0, 2))
    state: WebSocketState = value(Choice(WebSocketState))
    uri: str = value(Text(Quoting.ALWAYS, free=True))
