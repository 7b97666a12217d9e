"""Asking a module that does not tell: soon after the last success, then more and more seldom."""

from __future__ import annotations

import asyncio

import anyio

from ..portable.values import Polling

__all__ = ["Pauses"]

#: Seconds by which pauses begin to grow where the shortest is none.
_STEP = 0.01


class Pauses:
    """The pauses between two questions.

    :param polling: how long they are; None where the module tells by itself.
    """

    def __init__(self, polling: Polling | None) -> None:
        self._polling = polling
        self._next = 0.0
        self.restart()

    def restart(self) -> None:
        """Begin with the shortest pause."""
        self._next = 0.0 if self._polling is None else self._polling.shortest

    async def wait(self, changed: asyncio.Event, *, asking: bool = False) -> bool:
        """Wait until *changed* is set, or until it is time to ask; tell whether it is.

        Cancelled, nothing has changed.

        :param asking: a question is out, whose end sets *changed*: the next one has time.
        """
        if self._polling is None or asking:
            await changed.wait()
            return False
        with anyio.move_on_after(self._next) as scope:
            await changed.wait()
        if scope.cancelled_caught:
            self._next = min(max(2 * self._next, _STEP), self._polling.longest)
        return scope.cancelled_caught
