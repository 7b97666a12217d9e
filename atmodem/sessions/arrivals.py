"""What comes for a session, whether the module tells it or has to be asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

from ..errors import AtmodemError, CommandError, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.values import Polling
from .polling import Pauses

__all__ = ["Arrivals"]

T = TypeVar("T")


class Arrivals(Generic[T]):
    """A bounded queue with one reader.

    :param what: who has it, as errors name it.
    :param doing: what its reader does, as the error for a second reader names it.
    :param limit: how many wait in it at most.
    :param polling: how often the module is asked while somebody waits; None where it tells.
    :param ask: asks the module, and puts here what there is.
    """

    def __init__(
        self,
        core: ModemCore,
        what: str,
        doing: str,
        limit: int,
        polling: Polling | None,
        ask: Callable[[], Awaitable[None]],
    ) -> None:
        self._core = core
        self._what = what
        self._doing = doing
        self._limit = limit
        self._pauses = Pauses(polling)
        self._question = ask
        self._held: deque[T] = deque()
        self._changed = asyncio.Event()
        self._reading = False
        self._asking = False
        #: It was closed here.
        self.closed: bool = False
        #: Why nothing more comes, if that is so.
        self.error: SessionBroken | None = None

    @property
    def full(self) -> bool:
        """Whether there is no room for another."""
        return len(self._held) >= self._limit

    def put(self, item: T) -> None:
        """Add what has come."""
        self._held.append(item)
        self._changed.set()

    def take(self) -> T | None:
        """Return what waits first, without waiting for it."""
        return self._held.popleft() if self._held else None

    def fail(self, error: SessionBroken) -> None:
        """Let nothing more come; what waits can still be read."""
        if self.error is None:
            self.error = error
        self._changed.set()

    def close(self) -> None:
        """Let readers know that it was closed here."""
        self.closed = True
        self._changed.set()

    def check_open(self) -> None:
        """Raise SessionClosed when it was closed here."""
        if self.closed:
            raise SessionClosed(f"the {self._what} was closed here")

    async def next(self) -> T:
        """Return what comes next. Cancelled, nothing is lost.

        :raises anyio.BusyResourceError: another task reads already.
        :raises SessionBroken: nothing more comes.
        :raises SessionClosed: it was closed here.
        """
        if self._reading:
            raise anyio.BusyResourceError(self._doing)
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._reading = True
        self._pauses.restart()
        try:
            while True:
                self.check_open()
                if self._held:
                    return self._held.popleft()
                if self.error is not None:
                    raise self.error
                self._changed.clear()
                if await self._pauses.wait(self._changed, asking=self._asking):
                    self._asking = True
                    self._core.spawn(self._ask, "ask")
        finally:
            self._reading = False

    async def _ask(self) -> None:
        try:
            await self._question()
        except CommandError:
            pass  # nothing has come
        except AtmodemError as error:
            self.fail(SessionBroken(f"the {self._what} was lost: {error}"))
        finally:
            self._asking = False
            self._changed.set()
