"""Events of WebSocket."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ..capabilities import Capability
from ..values import FrameKind
from .base import PortableEvent

__all__ = ["WebSocketClosed", "WebSocketData"]


@frozen(kw_only=True)
class WebSocketData(PortableEvent):
    """Data of a WebSocket have come.

    :param socket: the driver's number for it.
    :param data: the bytes.
    :param kind: what they are, or None where the module does not tell.
    :param final: they end their message, or None where the module does not tell.
    :param lost: bytes behind them that were lost on the line.
    """

    needs: ClassVar[Capability | None] = Capability.WEBSOCKET

    socket: int
    data: bytes
    kind: FrameKind | None = None
    final: bool | None = None
    lost: int = 0


@frozen(kw_only=True)
class WebSocketClosed(PortableEvent):
    """A WebSocket is lost or closed.

    :param socket: the driver's number for it.
    """

    needs: ClassVar[Capability | None] = Capability.WEBSOCKET

    socket: int
