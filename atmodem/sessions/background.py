"""Work that is finished although the caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from ..errors import AtmodemError, SessionClosed
from ..modem.core import ModemCore

__all__ = ["finish"]

T = TypeVar("T")


async def finish(
    core: ModemCore,
    work: Callable[[], Awaitable[T]],
    name: str,
    undo: Callable[[], Coroutine[object, object, None]] | None = None,
) -> T:
    """Run *work* in the background and return its result.

    Cancelled, the work goes on to its end, which only the end of the modem cuts off.

    :param name: what the task is called.
    :param undo: run behind the work when its caller has gone and it has not failed.
    """
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        try:
            result = await work()
        except AtmodemError as error:
            if not done.done():
                done.set_exception(error)
        except asyncio.CancelledError:
            if not done.done():
                done.set_exception(SessionClosed("the modem is closed"))
            raise
        else:
            if not done.done():
                done.set_result(result)
            elif undo is not None:
                await undo()

    core.spawn(run, name)
    try:
        return await done
    except asyncio.CancelledError:
        if undo is not None and done.done() and not done.cancelled() and done.exception() is None:
            core.spawn(undo, name)
        raise
