"""Events of the HTTP and WebSocket clients."""

from __future__ import annotations

from ....wire.codecs import Int
from ....wire.counted import Data, Trailer
from ....wire.event import Event, Evidence, event, value

__all__ = [
    "HttpClient",
    "HttpcGet",
    "HttpcPost",
    "HttpcPut",
    "SetOk",
    "WsClosed",
    "WsConnected",
    "WsData",
    "WsDisconnected",
]

_LINK = Int(0)


def _body() -> Data:
    return Data(trailer=Trailer(b"\r\n", certain=True))


@event("+HTTPCLIENT:<length>,<data>", name="HTTPCLIENT", kind="answer", evidence=Evidence.RUN)
class HttpClient(Event):
    """Piece of a response to AT+HTTPCLIENT that ``modem.http`` hands on, or that no command waits for any more.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(_body())
    short: bool = False


@event("+HTTPCGET:<length>,<data>", name="HTTPCGET", kind="answer", evidence=Evidence.RUN)
class HttpcGet(Event):
    """Piece of a response to AT+HTTPCGET that ``modem.http`` hands on, or that no command waits for any more.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(_body())
    short: bool = False


@event("+HTTPCPOST:<length>,<data>", name="HTTPCPOST", kind="answer", evidence=Evidence.RUN)
class HttpcPost(Event):
    """Piece of a response to AT+HTTPCPOST that ``modem.http`` hands on, or that no command waits for any more.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(_body())
    short: bool = False


@event("+HTTPCPUT:<length>,<data>", name="HTTPCPUT", kind="answer")
class HttpcPut(Event):
    """Piece of a response to AT+HTTPCPUT that ``modem.http`` hands on, or that no command waits for any more.

    :param length: how many bytes.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(_body())
    short: bool = False


@event("SET OK", name="SET OK", lead=True, evidence=Evidence.RUN)
class SetOk(Event):
    """An address was taken over, when no AT+HTTPURLCFG waits for it."""


@event("+WS_CONNECTED:<link_id>", name="WS_CONNECTED")
class WsConnected(Event):
    """A WebSocket is open.

    :param link_id: its number, 0 to 2.
    """

    link_id: int = value(_LINK)


@event("+WS_DISCONNECTED:<link_id>", name="WS_DISCONNECTED")
class WsDisconnected(Event):
    """A WebSocket is lost; the module reconnects it.

    :param link_id: its number, 0 to 2.
    """

    link_id: int = value(_LINK)


@event("+WS_CLOSED:<link_id>", name="WS_CLOSED")
class WsClosed(Event):
    """A WebSocket is closed for good.

    :param link_id: its number, 0 to 2.
    """

    link_id: int = value(_LINK)


@event("+WS_DATA:<link_id>,<length>,<data>", name="WS_DATA")
class WsData(Event):
    """Data of a WebSocket, in the shape that holds until AT+WSDATAFMT changes it.

    :param link_id: number of the WebSocket, 0 to 2.
    :param length: how many bytes.
    :param data: the bytes.
    """

    link_id: int = value(_LINK)
    length: int = value(Int(0))
    data: bytes = value(Data(trailer=Trailer(b"\r\n")))
    short: bool = False
