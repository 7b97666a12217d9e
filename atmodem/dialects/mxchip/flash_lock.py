"""Keeping settings out of flash, but for those that act from the next start on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio

from ...errors import CommandError
from ...portable.modem_api import ModemAPI
from .commands.system import FLASHLOCK
from .values.enums import Switch

__all__ = ["kept", "lock_flash"]


async def lock_flash(modem: ModemAPI) -> None:
    """Let settings act and not be kept; firmware that cannot keeps each at once."""
    with suppress(CommandError):
        await modem.send(FLASHLOCK(mode=Switch.ON))


@asynccontextmanager
async def kept(modem: ModemAPI) -> AsyncIterator[None]:
    """Let the settings that are made inside be kept over a restart."""
    with suppress(CommandError):
        await modem.send(FLASHLOCK(mode=Switch.OFF))
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await lock_flash(modem)
