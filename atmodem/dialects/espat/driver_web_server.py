"""The web page of the ESP-AT module, under the portable sessions."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, ModeConflict
from ...portable.drivers import WebServerDriver
from ...portable.modem_api import ModemAPI
from .commands.provisioning import WEBSERVER

__all__ = ["EspWebServer"]

#: Seconds that a browser may wait for the network to be joined, as many as the module takes.
_BROWSER_S = 60


class EspWebServer(WebServerDriver):
    """Starts and stops it. There is one, which provisioning uses too."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._running = False

    def reset(self) -> None:
        """It has stopped: the module has started anew."""
        self._running = False

    async def start(self, port: int) -> None:
        """Start it."""
        if self._running:
            raise ModeConflict("the module's web server runs already", advice="end that session first")
        self._running = True
        try:
            await self._modem.send(WEBSERVER(enable=True, port=port, timeout_s=_BROWSER_S))
        except BaseException:
            self._running = False
            raise

    async def stop(self) -> None:
        """Stop it."""
        if self._running:
            self._running = False
            with suppress(CommandError):  # it has stopped by itself
                await self._modem.send(WEBSERVER(enable=False))
