"""Work that goes on to its end although its caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..errors import SessionClosed
from ..modem.core import ModemCore

__all__ = ["finish"]

T = TypeVar("T")


async def finish(core: ModemCore, work: Callable[[], Awaitable[T]], name: str) -> T:
    """Run *work* in the background and return its result.

    Cancelled, the work goes on to its end, which only the end of the modem cuts off.

    :param name: what the task is called.
    """
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def fail(error: Exception) -> None:
        if not done.done():
            done.set_exception(error)

    async def run() -> None:
        try:
            result = await work()
        except Exception as error:  # noqa: BLE001 - it may call what a program has given it
            fail(error)
        except asyncio.CancelledError:
            fail(SessionClosed("the modem is closed"))
            raise
        else:
            if not done.done():
                done.set_result(result)

    core.spawn(run, name)
    return await done
