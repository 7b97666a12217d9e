"""What a dialect's driver has to offer, so that sessions work whatever the module.

A part that a dialect lacks is None, and the methods of its session raise :class:`~atmodem.errors.Unsupported`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ..wire.event import Event
from .events import PortableEvent
from .modem_api import ModemAPI
from .values import AccessPoint, StationStatus

__all__ = ["Driver", "PlainDriver", "SocketDriver", "WifiDriver"]


class WifiDriver(Protocol):
    """The station and its network."""

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach, or those of one name."""

    async def join(self, ssid: str, password: str | None, bssid: str | None) -> None:
        """Join a network and return once links can be opened.

        :raises JoinFailed: with the reason in ``name``.
        """

    async def leave(self) -> None:
        """Leave the network; nothing happens when none is joined."""

    async def status(self) -> StationStatus:
        """Return the state of the station."""


class SocketDriver(Protocol):
    """Links to the network."""

    #: Most bytes of one :meth:`send`.
    send_limit: int
    #: Most bytes of one :meth:`receive`.
    receive_limit: int

    async def open_tcp(self, host: str, port: int, *, passive: bool) -> int:
        """Open a connection and return the module's number for it.

        :param passive: data wait in the module until they are asked for.
        :raises ConnectFailed: when it cannot be opened.
        """

    async def send(self, link: int, data: bytes) -> None:
        """Hand *data* to the connection."""

    async def receive(self, link: int, limit: int) -> bytes:
        """Return data that wait, at most *limit* bytes; nothing where none wait."""

    async def close(self, link: int) -> None:
        """Close the link; harmless when it is closed already."""


class Driver(Protocol):
    """One dialect's way to do what every module can do."""

    #: The wire events, bases included, for which :meth:`translate` may return something.
    translates: tuple[type[Event], ...]

    @property
    def wifi(self) -> WifiDriver | None:
        """The station, or None."""

    @property
    def sockets(self) -> SocketDriver | None:
        """Links, or None."""

    async def prepare(self) -> None:
        """Set the module up, after opening the line and after each restart."""

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""


class PlainDriver:
    """The driver of a dialect that has none of its own: commands and events only."""

    translates: tuple[type[Event], ...] = ()
    wifi: WifiDriver | None = None
    sockets: SocketDriver | None = None

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def prepare(self) -> None:
        """Leave the module as it is."""

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return nothing: no event has a portable meaning."""
        return ()
