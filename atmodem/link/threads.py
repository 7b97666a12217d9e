"""Opening in a worker thread what can only be opened by blocking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

__all__ = ["open_in_thread"]

T = TypeVar("T")


async def open_in_thread(opener: Callable[[], T], close: Callable[[T], object]) -> T:
    """Return what *opener* returns, called in a worker thread.

    Cancelled, it ends at once; what the thread still opens is given to *close*, also in a worker thread.
    """
    loop = asyncio.get_running_loop()
    claim = [None]  # the first to take it out decides who owns what is opened

    def claimed() -> bool:
        try:
            claim.pop()
        except IndexError:
            return False
        return True

    def open_or_discard() -> T:
        opened = opener()
        if not claimed():
            close(opened)
        return opened

    opening = loop.run_in_executor(None, open_or_discard)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        delivered = not claimed()

        def forget(done: asyncio.Future[T]) -> None:
            if done.exception() is None and delivered:
                loop.run_in_executor(None, close, done.result())

        opening.add_done_callback(forget)
        raise
