"""Events that mean the same whatever the module.

Each carries in ``cause`` the dialect's own event behind it, or None where the driver found out otherwise.
"""

from __future__ import annotations

from attrs import field, frozen

from ..wire.event import Event

__all__ = [
    "ModuleReady",
    "ModuleRestarted",
    "PortableEvent",
    "SocketClosed",
    "SocketConnected",
    "SocketData",
    "SocketReadable",
    "WifiAddressAcquired",
    "WifiAssociated",
    "WifiDisconnected",
]


@frozen(kw_only=True)
class PortableEvent(Event):
    """Base of the events that every dialect shares."""

    cause: Event | None = field(default=None, repr=False)


@frozen(kw_only=True)
class ModuleRestarted(PortableEvent):
    """The module has started anew: links, modes and unsaved settings are gone.

    :param suspected: nothing but an unexpected echo tells so.
    """

    suspected: bool = False


@frozen(kw_only=True)
class ModuleReady(PortableEvent):
    """The module was set up again after a restart and takes commands."""


@frozen(kw_only=True)
class WifiAssociated(PortableEvent):
    """The station is associated with an access point and has no address yet."""


@frozen(kw_only=True)
class WifiAddressAcquired(PortableEvent):
    """The station has an address: links can be opened now.

    :param address: the address, or None where the event does not tell it.
    :param version: 4 or 6.
    """

    address: str | None = None
    version: int = 4


@frozen(kw_only=True)
class WifiDisconnected(PortableEvent):
    """The station has left or lost its access point.

    :param reason: the dialect's reason code, or None where it gives none.
    """

    reason: int | None = None


@frozen(kw_only=True)
class SocketConnected(PortableEvent):
    """A link is open.

    :param link: the module's number for it.
    """

    link: int


@frozen(kw_only=True)
class SocketReadable(PortableEvent):
    """Data wait in the module for this link.

    :param link: the module's number for it.
    :param length: bytes that wait, or None where the module does not tell.
    """

    link: int
    length: int | None = None


@frozen(kw_only=True)
class SocketData(PortableEvent):
    """Data of a link have come.

    :param link: the module's number for it.
    :param lost: bytes that were announced and never came.
    """

    link: int
    data: bytes
    lost: int = 0


@frozen(kw_only=True)
class SocketClosed(PortableEvent):
    """A link is closed.

    :param link: the module's number for it.
    """

    link: int
