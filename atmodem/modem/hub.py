"""Fans events out to subscribers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from ..errors import AtmodemError, EventsMissed, InvalidArgument
from ..wire.event import Event

__all__ = ["EventHub", "Expectation", "Subscription"]

E = TypeVar("E", bound=Event)

#: Events that a subscription holds for a slow reader.
DEFAULT_LIMIT = 65536


class EventHub:
    """Hands each event to the subscriptions that want its type."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription[Event]] = []
        self._routes: dict[type[Event], tuple[Subscription[Event], ...]] = {}
        self._ended: AtmodemError | None = None

    def publish(self, event: Event) -> None:
        """Hand *event* to everyone who wants it."""
        kind = type(event)
        route = self._routes.get(kind)
        if route is None:
            route = tuple(s for s in self._subscriptions if s.wants(kind))
            self._routes[kind] = route
        for subscription in route:
            subscription.put(event)

    def add(self, subscription: Subscription[Event]) -> None:
        """Begin to hand events to a subscription."""
        if self._ended is not None:
            subscription.end(self._ended)
            return
        self._subscriptions.append(subscription)
        self._routes.clear()

    def remove(self, subscription: Subscription[Event]) -> None:
        """Stop handing events to a subscription."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self._routes.clear()

    def end(self, error: AtmodemError) -> None:
        """Let every subscription end, with *error*, behind the events that it holds."""
        self._ended = error
        for subscription in self._subscriptions:
            subscription.end(error)
        self._subscriptions.clear()
        self._routes.clear()


class Subscription(Generic[E]):
    """A stream of events: an async context manager, and an async iterator within it.

    It holds a bounded number of events. When the reader falls behind, the newest are dropped and counted in
    :attr:`missed`, and the reader gets :class:`~atmodem.errors.EventsMissed` at the place where they are missing; it
    may go on reading behind that. When the modem is closed the iteration ends; when its link is lost it raises
    the loss.

    Cancelling the wait for the next event loses none.
    """

    def __init__(
        self,
        hub: EventHub,
        types: tuple[type[E], ...],
        limit: int,
        check: Callable[[tuple[type[E], ...]], None] | None = None,
    ) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        self._hub = hub
        self._types = types
        self._limit = limit
        self._check = check
        self._held: deque[E] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._gap = 0
        self._error: AtmodemError | None = None
        self._ended = False
        #: Events lost so far because the reader fell behind.
        self.missed: int = 0

    def wants(self, kind: type[Event]) -> bool:
        """Tell whether events of this type belong here."""
        return not self._types or issubclass(kind, self._types)

    def put(self, event: E) -> None:
        """Take an event for the reader."""
        if self._gap or len(self._held) >= self._limit:
            self._gap += 1
            self.missed += 1
            return
        self._held.append(event)
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def end(self, error: AtmodemError) -> None:
        """Let the iteration end behind the events that are held."""
        self._ended = True
        self._error = error
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None

    async def __aenter__(self) -> Self:
        if self._check is not None:
            self._check(self._types)
        self._hub.add(self)  # type: ignore[arg-type]  # it takes only events that it wants
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._hub.remove(self)  # type: ignore[arg-type]  # as above

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E:
        held = self._held
        while not held:
            if self._gap:
                lost, self._gap = self._gap, 0
                raise EventsMissed(
                    f"{lost} events were lost because this subscription was not read in time",
                    missed=lost,
                    advice="read faster, subscribe to fewer types, or raise its limit",
                )
            if self._ended:
                if isinstance(self._error, OSError):
                    raise self._error
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return held.popleft()


class Expectation(Generic[E]):
    """One event that is awaited: subscribed on entry, so that none is missed between acting and awaiting.

    ::

        async with modem.expect(atmodem.WifiDisconnected) as left:
            await modem.wifi.leave()
            event = await left.get()
    """

    def __init__(self, subscription: Subscription[E], ended: Callable[[], AtmodemError]) -> None:
        self._subscription = subscription
        self._ended = ended

    async def __aenter__(self) -> Self:
        await self._subscription.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._subscription.__aexit__(kind, error, traceback)

    async def get(self) -> E:
        """Wait for the event and return it; called again, it waits for the next one.

        Cancelling the wait loses no event.

        :raises LinkLost: the link broke before it came.
        :raises SessionClosed: the modem was closed before it came.
        """
        async for event in self._subscription:
            return event
        raise self._ended()
