"""Taking connections from the network."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import anyio
from anyio.abc import Listener, SocketAttribute, TaskGroup

from ..errors import AtmodemError, CommandError, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.drivers import SocketDriver
from ..portable.values import Link
from .background import Ending
from .polling import Pauses
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
        self._backlog = backlog
        self._adopt = adopt
        self._released = released
        self._ending = Ending(core, self._close)
        self._polls = link.polling is not None
        self._pauses = Pauses(link.polling)
        self._waiting: deque[TcpStream] = deque()
        self._changed = asyncio.Event()
        self._accepting = False
        self._asking = False
        self._closed = False
        self._error: SessionBroken | None = None

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
        if self._accepting:
            raise anyio.BusyResourceError("accepting from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._accepting = True
        self._pauses.restart()
        try:
            while True:
                if self._closed:
                    raise SessionClosed("the listener was closed here")
                if self._waiting:
                    return self._waiting.popleft()
                if self._error is not None:
                    raise self._error
                self._changed.clear()
                if await self._pauses.wait(self._changed) and not self._asking:
                    self._ask()
        finally:
            self._accepting = False

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

    def _ask(self) -> None:
        self._asking = True

        async def work() -> None:
            try:
                client = await self._driver.accept(self.link)
            except CommandError:
                client = None
            except AtmodemError as error:
                self.fail(SessionBroken(f"the listener was lost: {error}"))
                return
            finally:
                self._asking = False
            if client is not None:
                self.take(client)

        self._core.spawn(work, "accept")

    def take(self, link: Link) -> None:
        """Take a client that the module has accepted; close it where there is no room."""
        if self._closed or len(self._waiting) >= self._backlog:
            Ending(self._core, lambda: self._driver.close(link.number)).begin()
            return
        self._waiting.append(self._adopt(link))
        self._changed.set()

    def fail(self, error: SessionBroken) -> None:
        """Break the listener; clients that wait can still be taken."""
        if self._error is None:
            self._error = error
        self._changed.set()

    async def aclose(self) -> None:
        """Listen no more, and close the clients that nobody has taken; idempotent.

        Cancelled, the close goes on in the background.
        """
        self._closed = True
        self._changed.set()
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if self._error is None:
                await self._driver.close(self.link)
            while self._waiting:
                await self._waiting.popleft().aclose()
        finally:
            self._released(self)
