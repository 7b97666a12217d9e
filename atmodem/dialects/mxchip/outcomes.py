"""Events by which the module tells how something went: its OK says only that it has begun."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import anyio

from ...errors import CommandError, CommandTimeout, ModuleReset
from ...portable.events import ModuleRestarted
from ...portable.modem_api import ModemAPI
from ...wire.command import Command
from ...wire.event import Event

__all__ = ["Confirmations", "Outcome"]


class Outcome:
    """The event that tells the outcome: enter this, send the command, then await :meth:`get`.

    :param modem: who tells it.
    :param types: the events among which it is.
    """

    def __init__(self, modem: ModemAPI, *types: type[Event]) -> None:
        self._expected = modem.expect(*types, ModuleRestarted)

    async def __aenter__(self) -> Self:
        await self._expected.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._expected.__aexit__(kind, error, traceback)

    async def get(self, limit: float, *, wanted: Callable[[Event], bool] = lambda _: True) -> Event:
        """Return the first event that is wanted.

        :param limit: seconds to wait.
        :param wanted: tells the event from others of its types.
        :raises CommandTimeout: none came in time.
        :raises ModuleReset: the module started anew.
        """
        try:
            async with asyncio.timeout(limit):
                while True:
                    event = await self._expected.get()
                    if isinstance(event, ModuleRestarted):
                        raise ModuleReset("the module started anew", advice="begin again once it is ready")
                    if wanted(event):
                        return event
        except TimeoutError as error:
            raise CommandTimeout(f"the module has told no outcome within {limit:g} s") from error


class Confirmations:
    """Commands of one kind, each confirmed by an event that does not tell which of them it confirms.

    They come one after another; where nobody waits for a confirmation any more, the next command does.

    :param modem: what commands go to.
    :param done: the event that confirms.
    :param failed: the event that tells of a failure.
    :param lost: the events behind which neither comes any more.
    :param limit: seconds to wait for any of them.
    """

    def __init__(
        self, modem: ModemAPI, done: type[Event], failed: type[Event], lost: tuple[type[Event], ...], limit: float
    ) -> None:
        self._modem = modem
        self._done = done
        self._failed = failed
        self._lost = lost
        self._limit = limit
        #: Commands that were sent and are not confirmed.
        self._owed = 0

    def reset(self) -> None:
        """Wait for nothing more: the module has started anew, or ended what the commands belong to."""
        self._owed = 0

    def note(self, event: Event) -> None:
        """Learn of an event of the module."""
        if self._owed and isinstance(event, (self._done, self._failed)):
            self._owed -= 1
        elif isinstance(event, self._lost):
            self.reset()

    async def send(self, command: Command[None]) -> None:
        """Send a command and wait until it is confirmed.

        Cancelled, a command that was begun is sent all the same.

        :raises CommandError: the module refused it, or the event tells of a failure.
        :raises CommandTimeout: no event came.
        """
        await self._catch_up()
        async with self._outcome() as outcome:
            self._owed += 1
            try:
                # Whether it was sent must be known: each one that is brings an event.
                with anyio.CancelScope(shield=True):
                    await self._modem.send(command)
            except BaseException:
                self._owed = max(self._owed - 1, 0)
                raise
            try:
                event = await outcome.get(self._limit)
            except CommandTimeout:
                self.reset()
                raise
        if isinstance(event, self._lost):
            kind = event.declaration.kind or event.declaration.name
            raise CommandError("what it went over was lost", code=kind, name="CONNECTION_LOST")
        if not isinstance(event, self._done):
            kind = event.declaration.kind or event.declaration.name
            raise CommandError("the module tells that it failed", code=kind, name=kind.rpartition(",")[0] + "_FAILED")

    def _outcome(self) -> Outcome:
        return Outcome(self._modem, self._done, self._failed, *self._lost)

    async def _catch_up(self) -> None:
        async with self._outcome() as outcome:
            try:
                while self._owed:
                    await outcome.get(self._limit)
            except CommandTimeout:
                self.reset()
