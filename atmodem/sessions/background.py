"""Work that a cancelled caller cannot leave half done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..errors import AtmodemError, SessionClosed
from ..modem.core import ModemCore
from ..portable.opening import Closable

__all__ = ["Ending", "open_whole"]

T = TypeVar("T", bound=Closable)


async def open_whole(core: ModemCore, opening: Callable[[], Awaitable[T]]) -> T:
    """Return what *opening* opens.

    Cancelled, it goes on in the background, and what it opens is closed.
    """
    opened: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        made: T | None = None
        error: AtmodemError = SessionClosed("the modem is closed")
        try:
            made = await opening()
        except AtmodemError as refusal:
            error = refusal
        finally:
            if opened.done():
                if made is not None:
                    await made.aclose()
            elif made is None:
                opened.set_exception(error)
            else:
                opened.set_result(made)

    core.spawn(work, "open")
    try:
        return await opened
    except asyncio.CancelledError:
        if not opened.cancelled() and opened.exception() is None and not core.closed:
            core.spawn(opened.result().aclose, "close")
        raise


class Ending:
    """The end of a session, which comes once; whoever asks for it waits until it has come.

    :param core: the modem.
    :param work: what is to be done. Its errors tell only that what it ends is gone already.
    """

    def __init__(self, core: ModemCore, work: Callable[[], Awaitable[None]]) -> None:
        self._core = core
        self._work = work
        self._begun = False
        self._done = asyncio.Event()

    def begin(self) -> None:
        """Begin it, if it has not begun; with the modem everything has ended already."""
        if self._begun:
            return
        self._begun = True
        if self._core.closed:
            self._done.set()
        else:
            self._core.spawn(self._run, "close")

    async def wait(self) -> None:
        """Begin it and wait until it has come.

        Cancelled, it goes on in the background.
        """
        self.begin()
        await self._done.wait()

    async def _run(self) -> None:
        try:
            await self._work()
        except AtmodemError:
            pass  # the module or its line is gone, and what was to be closed with it
        finally:
            self._done.set()
