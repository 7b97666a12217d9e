"""Work that a cancelled caller cannot leave half done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..errors import AtmodemError, SessionClosed
from ..modem.core import ModemCore
from ..portable.opening import Closable

__all__ = ["finish", "open_whole"]

T = TypeVar("T", bound=Closable)


async def open_whole(core: ModemCore, opening: Callable[[], Awaitable[T]]) -> T:
    """Return what *opening* opens.

    Cancelled, it goes on in the background, and what it opens is closed.
    """
    opened: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        try:
            made = await opening()
        except BaseException as error:
            if not opened.done():
                told = error if isinstance(error, AtmodemError) else SessionClosed("the modem is closed")
                opened.set_exception(told)
            if not isinstance(error, AtmodemError):
                raise
            return
        if opened.done():
            await made.aclose()
        else:
            opened.set_result(made)

    core.spawn(work, "open")
    try:
        return await opened
    except asyncio.CancelledError:
        if opened.done() and not opened.cancelled() and opened.exception() is None and not core.closed:
            core.spawn(opened.result().aclose, "close")
        raise


async def finish(core: ModemCore, work: Callable[[], Awaitable[None]]) -> None:
    """Run *work*, whose errors tell only that what it ends is gone already.

    Cancelled, it goes on in the background.
    """
    done = asyncio.Event()

    async def run() -> None:
        try:
            await work()
        except AtmodemError:
            pass  # the module or its line is gone, and what was to be closed with it
        finally:
            done.set()

    core.spawn(run, "close")
    await done.wait()
