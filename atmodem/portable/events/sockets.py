"""Events of links."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from ..capabilities import Capability
from ..values import Endpoint, Link
from .base import PortableEvent

__all__ = [
    "EthernetFrame",
    "SocketAccepted",
    "SocketClosed",
    "SocketConnected",
    "SocketData",
    "SocketReadable",
]


@frozen(kw_only=True)
class SocketConnected(PortableEvent):
    """A link is open.

    :param link: the driver's number for it.
    """

    needs: ClassVar[Capability | None] = Capability.TCP_CONNECT

    link: int


@frozen(kw_only=True)
class SocketAccepted(PortableEvent):
    """A client has connected to a listener.

    :param link: the link to it.
    :param listener: the driver's number for the listener; None where the module does not tell which.
    """

    needs: ClassVar[Capability | None] = Capability.TCP_LISTEN

    link: Link
    listener: int | None = None


@frozen(kw_only=True)
class SocketReadable(PortableEvent):
    """Data wait in the module for this link.

    :param link: the driver's number for it.
    :param length: bytes that wait, or None where the module does not tell.
    """

    needs: ClassVar[Capability | None] = Capability.PASSIVE_RECEIVE

    link: int
    length: int | None = None


@frozen(kw_only=True)
class SocketData(PortableEvent):
    """Data of a link have come; for a datagram link exactly one datagram.

    :param link: the driver's number for it.
    :param data: the bytes.
    :param lost: bytes that were announced and never came.
    :param sender: who sent them, where the module tells.
    """

    needs: ClassVar[Capability | None] = Capability.TCP_CONNECT

    link: int
    data: bytes
    lost: int = 0
    sender: Endpoint | None = None


@frozen(kw_only=True)
class SocketClosed(PortableEvent):
    """A link is closed.

    :param link: the driver's number for it.
    """

    needs: ClassVar[Capability | None] = Capability.TCP_CONNECT

    link: int


@frozen(kw_only=True)
class EthernetFrame(PortableEvent):
    """A raw Ethernet frame has come.

    :param data: the whole frame.
    :param damaged: bytes of it were lost on the line.
    """

    needs: ClassVar[Capability | None] = Capability.ETHERNET

    data: bytes
    damaged: bool = False
