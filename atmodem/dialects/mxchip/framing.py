"""How the module cuts what it receives on its serial line into frames."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from ...portable.modem_api import ModemAPI
from .commands.uart import UARTFOMAT
from .writable import check

__all__ = ["framing"]


@asynccontextmanager
async def framing(modem: ModemAPI, *, length: int = 1024, time: int = 100) -> AsyncIterator[None]:
    """Let the module close its frames by other measures, and by the former ones afterwards.

    What passthrough sends goes to the network in such frames; datagrams are cut so. With more than 100 ms passthrough
    cannot be entered, since it could not be left.

    Cancelled while it enters, the former measures are set again.

    :param modem: the module.
    :param length: bytes at which a frame is closed, 1 to 1024.
    :param time: milliseconds of silence that close it, 50 to 500.
    :raises InvalidArgument: a measure is out of range; nothing was sent.
    """
    wanted = UARTFOMAT(length=length, time=time)
    check(wanted)
    former = await modem.send(UARTFOMAT.query())
    try:
        await modem.send(wanted)
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await modem.send(former)
