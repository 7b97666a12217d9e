"""What a modem is for those who use one: drivers, sessions and programs."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, TypeVar, overload

from ..wire.command import Command
from ..wire.event import Event
from .events import PortableEvent

__all__ = ["ExpectationAPI", "ModemAPI", "SubscriptionAPI"]

R = TypeVar("R")
E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class SubscriptionAPI(Protocol[E_co]):
    """A stream of events: an async context manager and an async iterator."""

    @property
    def missed(self) -> int:
        """Events lost so far because the reader fell behind."""
        ...

    def __aiter__(self) -> Self: ...

    async def __anext__(self) -> E_co: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class ExpectationAPI(Protocol[E_co]):
    """One event that is awaited: subscribed on entry, so that none is missed between acting and awaiting."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    async def get(self) -> E_co:
        """Wait for the event."""
        ...


class ModemAPI(Protocol):
    """A module that takes commands and tells events."""

    @property
    def generation(self) -> int:
        """Counts starts of the module: numbers of before mean nothing after."""
        ...

    async def send(self, command: Command[R], *, timeout: float | None = None) -> R:
        """Send a command and return its reply."""
        ...

    @overload
    def events(self, *, limit: int = ...) -> SubscriptionAPI[Event]: ...
    @overload
    def events(self, *types: type[E], limit: int = ...) -> SubscriptionAPI[E]: ...

    def expect(self, *types: type[E]) -> ExpectationAPI[E]:
        """Return an expectation of one event of these types."""
        ...

    def publish(self, event: PortableEvent) -> None:
        """Tell an event that a driver or session has found out."""
        ...
