"""Taking connections from the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import anyio
from anyio.abc import Listener, SocketAttribute, TaskGroup

from ..errors import SessionBroken
from ..modem.core import ModemCore
from ..portable.drivers import SocketDriver
from ..portable.values import Link
from .arrivals import Arrivals
from .background import Ending
from .tcp import TcpStream

__all__ = ["TcpListener"]


class TcpListener(Listener[TcpStream]):
    """A server of the module, as an anyio listener.

    Clients wait here until they are taken; those for whom there is no room are closed.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: SocketDriver,
        link: Link,
        port: int,
        backlog: int,
        adopt: Callable[[Link], TcpStream],
        released: Callable[[TcpListener], None],
    ) -> None:
        #: The driver's number for the listener.
        self.link: int = link.number
        #: The port that it listens on.
        self.port: int = port
        self._core = core
        self._driver = driver
        self._adopt = adopt
        self._released = released
        self._ending = Ending(core, self._close)
        self._waiting: Arrivals[TcpStream] = Arrivals(
            core, "listener", "accepting from", backlog, link.polling, self._ask
        )

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The port, as anyio's typed attribute."""
        return {SocketAttribute.local_port: lambda: self.port}

    async def accept(self) -> TcpStream:
        """Return the next client.

        Cancelled, no client is lost.

        :raises anyio.BusyResourceError: another task accepts already.
        :raises SessionBroken: the listener was lost.
        :raises SessionClosed: it was closed here.
        """
        return await self._waiting.next()

    async def serve(self, handler: Callable[[TcpStream], Any], task_group: TaskGroup | None = None) -> None:
        """Call *handler* with each client, in a task of its own, until the listener is closed.

        :param handler: an async function that closes the client when it is done.
        :param task_group: where the tasks run; None for a group of their own.
        :raises SessionBroken: the listener was lost.
        :raises SessionClosed: it was closed here.
        """
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(anyio.create_task_group()) if task_group is None else task_group
            while True:
                tasks.start_soon(handler, await self.accept())

    async def _ask(self) -> None:
        client = await self._driver.accept(self.link)
        if client is not None:
            self.take(client)

    def take(self, link: Link) -> None:
        """Take a client that the module has accepted; close it where there is no room."""
        if self._waiting.closed or self._waiting.full:
            Ending(self._core, lambda: self._driver.close(link.number)).begin()
        else:
            self._waiting.put(self._adopt(link))

    def fail(self, error: SessionBroken) -> None:
        """Break the listener; clients that wait can still be taken."""
        self._waiting.fail(error)

    async def aclose(self) -> None:
        """Listen no more, and close the clients that nobody has taken; idempotent.

        Cancelled, the close goes on in the background.
        """
        self._waiting.close()
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if self._waiting.error is None:
                await self._driver.close(self.link)
            while client := self._waiting.take():
                await client.aclose()
        finally:
            self._released(self)
