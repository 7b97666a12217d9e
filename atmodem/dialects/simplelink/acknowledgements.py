"""Acknowledgements of a broker, which do not tell what they acknowledge."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from ...errors import MqttError
from ...portable.modem_api import ModemAPI
from ...wire.command import Command
from ...wire.event import Event

__all__ = ["Acknowledgements"]

E = TypeVar("E", bound=Event)


class Acknowledgements(Generic[E]):
    """Commands of one kind and the events that acknowledge them, told apart by counting.

    What is owed to a command that nobody waits for any more is waited for by the next.
    """

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._sent = self._told = 0
        self._last: E | None = None
        self._over = False
        self._changed = asyncio.Event()

    def begin(self) -> None:
        """Count anew: a connection begins."""
        self._sent = self._told = 0
        self._over = False

    def end(self) -> None:
        """Let nobody wait any more: the connection has ended."""
        self._over = True
        self._changed.set()

    def note(self, event: E) -> None:
        """Take an acknowledgement."""
        self._told += 1
        self._last = event
        self._changed.set()

    async def send(self, command: Command[None], patience: float) -> E:
        """Send a command and return what acknowledges it. Cancelled, it is sent all the same.

        :param patience: seconds for the acknowledgement.
        :raises CommandError: the module refuses the command.
        :raises MqttError: the connection has ended.
        :raises TimeoutError: no acknowledgement came.
        """
        async with asyncio.timeout(patience):
            await self._all_told()
        self._sent += 1
        sending = asyncio.ensure_future(self._modem.send(command))
        sending.add_done_callback(self._ended)
        await asyncio.shield(sending)
        async with asyncio.timeout(patience):
            await self._all_told()
        assert self._last is not None
        return self._last

    async def _all_told(self) -> None:
        while self._told < self._sent and not self._over:
            self._changed.clear()
            await self._changed.wait()
        if self._over:
            raise MqttError("the connection has ended", code="", name="DISCONNECTED")

    def _ended(self, sending: asyncio.Future[None]) -> None:
        if sending.cancelled() or sending.exception() is not None:
            # Nothing of it is acknowledged.
            self._sent -= 1
            self._changed.set()
