"""The module's own web server."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ModeConflict
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import WebServerDriver
from ..portable.events import ModuleRestarted, PortableEvent
from ..portable.opening import Opening
from .arguments import check_port
from .background import Ending, open_whole

__all__ = ["WebServer", "WebServers"]


class WebServer:
    """The module's own web server, which serves the maker's pages until it is closed or the module starts anew.

    What happens on them comes as the dialect's own events.
    """

    def __init__(
        self, core: ModemCore, driver: WebServerDriver, port: int, released: Callable[[WebServer], None]
    ) -> None:
        #: Its port.
        self.port: int = port
        self._driver = driver
        self._released = released
        self._gone = False
        self._ending = Ending(core, self._stop)

    async def aclose(self) -> None:
        """Stop it; idempotent.

        Cancelled, that goes on in the background.
        """
        await self._ending.wait()

    async def _stop(self) -> None:
        try:
            if not self._gone:
                await self._driver.stop()
        finally:
            self._released(self)

    def forget(self) -> None:
        """Learn that the module runs it no more."""
        self._gone = True


class WebServers:
    """The one web server of a modem."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._running: WebServer | None = None
        self._starting = False
        core.listen(self._event)

    def start(self, port: int) -> Opening[WebServer]:
        """Start it; see :meth:`atmodem.Modem.web_server`."""

        async def start() -> WebServer:
            core = self._core
            driver = core.require(core.driver.web_server, Capability.WEB_SERVER)
            check_port(port)
            if self._running is not None or self._starting:
                raise ModeConflict("the module's web server runs already", advice="end that session first")
            self._starting = True
            return await open_whole(core, lambda: self._work(driver, port))

        return Opening(start)

    async def _work(self, driver: WebServerDriver, port: int) -> WebServer:
        try:
            await driver.start(port)
            self._running = WebServer(self._core, driver, port, self._forget)
            return self._running
        finally:
            self._starting = False

    def _forget(self, server: WebServer) -> None:
        if self._running is server:
            self._running = None

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, ModuleRestarted) and self._running is not None:
            self._running.forget()
            self._running = None
