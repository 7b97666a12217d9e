"""Words of the HTTP commands, the options of ``HttpSetOpt``, and what the commands answer."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ....errors import InvalidArgument
from ....wire.codecs import Bool, Choice, OpenStrEnum
from ....wire.event import value
from ..codecs import BLOCK, DataFormat, Number, Word
from ..options import Option, option

__all__ = [
    "HttpConnectFlag",
    "HttpHeader",
    "HttpHeaderValue",
    "HttpMethod",
    "HttpPersistence",
    "HttpRedirectFeature",
    "HttpRedirectTlsDowngrade",
    "HttpRequestFlag",
    "HttpResFilterClear",
    "HttpSetting",
    "HttpStatus",
    "ResponseBody",
    "ResponseHeader",
    "header_name",
]

_LONG_NAMES = {
    "auth": "authorization",
    "proxy_auth": "proxy-authorization",
    "tx_encoding": "transfer-encoding",
}
_LONG_RESPONSE_NAMES = {"www_auth": "www-authenticate", "proxy_auth": "proxy-authenticate"}


class HttpMethod(OpenStrEnum):
    """Methods of requests."""

    GET = "get"
    POST = "post"
    HEAD = "head"
    OPTIONS = "options"
    PUT = "put"
    DEL = "del"
    CONNECT = "connect"


class HttpConnectFlag(OpenStrEnum):
    """How a server is connected to."""

    IGNORE_PROXY = "ignore_proxy"
    #: The caller sets the header ``Host`` himself.
    HOST_EXIST = "host_exist"


class HttpRequestFlag(OpenStrEnum):
    """What a request is part of, and what becomes of its response."""

    #: The body follows in chunks.
    CHUNK_START = "chunk_start"
    #: This is the last chunk.
    CHUNK_END = "chunk_end"
    #: The body of the response is thrown away.
    DROP_BODY = "drop_body"


class HttpPersistence(OpenStrEnum):
    """How long a header is set."""

    #: For one request.
    NOT_PERSISTENT = "not_persistent"
    PERSISTENT = "persistent"


class HttpHeader(OpenStrEnum):
    """Headers: ``RES_…`` of responses, ``REQ_…`` of requests."""

    RES_AGE = "res_age"
    RES_ALLOW = "res_allow"
    RES_CACHE_CONTROL = "res_cache_control"
    RES_CONNECTION = "res_connection"
    RES_CONTENT_ENCODING = "res_content_encoding"
    RES_CONTENT_LANGUAGE = "res_content_language"
    RES_CONTENT_LENGTH = "res_content_length"
    RES_CONTENT_LOCATION = "res_content_location"
    RES_CONTENT_RANGE = "res_content_range"
    RES_CONTENT_TYPE = "res_content_type"
    RES_DATE = "res_date"
    RES_ETAG = "res_etag"
    RES_EXPIRES = "res_expires"
    RES_LAST_MODIFIED = "res_last_modified"
    RES_LOCATION = "res_location"
    RES_PROXY_AUTH = "res_proxy_auth"
    RES_RETRY_AFTER = "res_retry_after"
    RES_SERVER = "res_server"
    RES_SET_COOKIE = "res_set_cookie"
    RES_TRAILER = "res_trailer"
    RES_TX_ENCODING = "res_tx_encoding"
    RES_UPGRADE = "res_upgrade"
    RES_VARY = "res_vary"
    RES_VIA = "res_via"
    RES_WWW_AUTH = "res_www_auth"
    RES_WARNING = "res_warning"
    REQ_ACCEPT = "req_accept"
    REQ_ACCEPT_CHARSET = "req_accept_charset"
    REQ_ACCEPT_ENCODING = "req_accept_encoding"
    REQ_ACCEPT_LANGUAGE = "req_accept_language"
    REQ_ALLOW = "req_allow"
    REQ_AUTH = "req_auth"
    REQ_CACHE_CONTROL = "req_cache_control"
    REQ_CONNECTION = "req_connection"
    REQ_CONTENT_ENCODING = "req_content_encoding"
    REQ_CONTENT_LANGUAGE = "req_content_language"
    REQ_CONTENT_LOCATION = "req_content_location"
    REQ_CONTENT_TYPE = "req_content_type"
    REQ_COOKIE = "req_cookie"
    REQ_DATE = "req_date"
    REQ_EXPECT = "req_expect"
    REQ_FORWARDED = "req_forwarded"
    REQ_FROM = "req_from"
    REQ_HOST = "req_host"
    REQ_IF_MATCH = "req_if_match"
    REQ_IF_MODIFIED_SINCE = "req_if_modified_since"
    REQ_IF_NONE_MATCH = "req_if_none_match"
    REQ_IF_RANGE = "req_if_range"
    REQ_IF_UNMODIFIED_SINCE = "req_if_unmodified_since"
    REQ_ORIGIN = "req_origin"
    REQ_PROXY_AUTH = "req_proxy_auth"
    REQ_RANGE = "req_range"
    REQ_TE = "req_te"
    REQ_TX_ENCODING = "req_tx_encoding"
    REQ_UPGRADE = "req_upgrade"
    REQ_USER_AGENT = "req_user_agent"
    REQ_VIA = "req_via"
    REQ_WARNING = "req_warning"


def header_name(header: HttpHeader) -> str:
    """Return the name of a header in small letters."""
    side, _, name = header.value.partition("_")
    names = {**_LONG_NAMES, **_LONG_RESPONSE_NAMES} if side == "res" else _LONG_NAMES
    return names.get(name, name.replace("_", "-"))


@frozen
class ResponseHeader(Word[HttpHeader]):
    """A header of a response: the only ones that can be read."""

    @property
    def allowed(self) -> str:
        return "one of the HttpHeader.RES_… members"

    def write(self, value: HttpHeader) -> bytes:
        text = super().write(value)
        if not text.startswith(b"res_"):
            raise ValueError(value)
        return text


@frozen(kw_only=True)
class HttpStatus:
    """The status of a response.

    :param status: any HTTP status; 0 while a body is being sent in chunks.
    """

    status: int = value(Number())


@frozen(kw_only=True)
class ResponseBody:
    """A piece of the body of a response.

    :param index: number of the client.
    :param more: more is there.
    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param body: the piece itself.
    """

    index: int = value(Number())
    more: bool = value(Bool())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    body: bytes = value(BLOCK)


@frozen(kw_only=True)
class HttpHeaderValue:
    """A header of a response.

    :param index: number of the client.
    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param data: its value.
    """

    index: int = value(Number())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    data: bytes = value(BLOCK)


class HttpSetting(Option):
    """The options of ``HttpSetOpt``."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("redirect_feature")
class HttpRedirectFeature(HttpSetting):
    """Whether redirections are followed.

    :param enabled: they are.
    """

    enabled: bool = value(Bool())


@option("res_filter_clear")
class HttpResFilterClear(HttpSetting):
    """Let all headers of responses through again.

    :param clear: True, the only value that the core takes.
    """

    clear: bool = value(Bool(), default=True)

    def check(self) -> None:
        if not self.clear:
            raise InvalidArgument("clear", "True")


@option("redirect_tls_downgrade")
class HttpRedirectTlsDowngrade(HttpSetting):
    """Whether a redirection may lead from TLS to none.

    :param enabled: it may.
    """

    enabled: bool = value(Bool())
