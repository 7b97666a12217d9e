"""Values of HTTP and WebSocket."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterable

from attrs import Factory, field, frozen

from .sockets import TlsOptions

__all__ = ["Frame", "FrameKind", "HttpMethod", "HttpRequest", "HttpResult"]


class HttpMethod(enum.Enum):
    """What to do with a resource."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


@frozen(kw_only=True)
class HttpRequest:
    """A request.

    :param method: what to do.
    :param url: with what; ``http://`` or ``https://``.
    :param headers: own headers, in order.
    :param body: the pieces to send; None for no body.
    :param length: bytes of the body in all; None where it is not known beforehand.
    :param tls: protection for ``https://``.
    :param time_limit: seconds for the server to answer.
    """

    method: HttpMethod
    url: str
    # They may hold credentials.
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: AsyncIterable[bytes] | None = field(default=None, repr=False)
    length: int | None = None
    tls: TlsOptions = field(factory=TlsOptions)
    time_limit: float = 30


def _is_refusal(result: HttpResult) -> bool:
    return result.status is not None and result.status >= 400


@frozen(kw_only=True)
class HttpResult:
    """How a request ended.

    :param status: the HTTP status; None where the module does not tell it.
    :param headers: those that the module tells.
    :param refused: the status is 400 or more, be it told or not. Where it is not, a server that is there and hangs up
        on this one request may be taken for one that refuses it.
    """

    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    refused: bool = field(default=Factory(_is_refusal, takes_self=True))


class FrameKind(enum.Enum):
    """What a WebSocket frame holds."""

    TEXT = "text"
    BINARY = "binary"
    CONTINUATION = "continuation"
    PING = "ping"
    PONG = "pong"


@frozen(kw_only=True)
class Frame:
    """A WebSocket frame to send.

    :param data: its bytes.
    :param kind: what they are.
    :param final: no more frames of this message follow.
    """

    data: bytes
    kind: FrameKind = FrameKind.BINARY
    final: bool = True
