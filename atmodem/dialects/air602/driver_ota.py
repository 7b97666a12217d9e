"""New firmware for the Air602 under the portable session."""

from __future__ import annotations

import asyncio

from ...errors import CommandError, UpdateFailed
from ...portable.drivers import OtaDriver
from ...portable.events import ModuleRestarted
from ...portable.modem_api import ModemAPI
from .commands.ota import FWUP

__all__ = ["AirOta"]

#: Seconds for the firmware to be fetched and installed.
_LIMIT = 300.0


class AirOta(OtaDriver):
    """Lets the module fetch its firmware. What it prints meanwhile is no message, and tells nothing."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def update_from_url(self, url: str) -> None:
        """Fetch and install, until the module starts anew."""
        async with self._modem.expect(ModuleRestarted) as restarted:
            try:
                await self._modem.send(FWUP(url=url))
            except CommandError as error:
                raise UpdateFailed(
                    f"the firmware at {url} was not fetched: {error.message}",
                    code=error.code,
                    name=error.name,
                    text=error.text,
                    command=error.command,
                    advice=error.advice,
                ) from error
            try:
                await asyncio.wait_for(restarted.get(), _LIMIT)
            except TimeoutError as error:
                raise UpdateFailed(
                    f"the module has not started the firmware of {url}", code="FWUP", name="TIMEOUT"
                ) from error
