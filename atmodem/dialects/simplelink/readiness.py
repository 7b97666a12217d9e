"""Finding out which sockets have something to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...errors import CommandError, ModuleReset
from ...portable.modem_api import ModemAPI
from .commands.socket import Select

__all__ = ["Readiness"]

#: Microseconds that one question waits in the module.
WAIT = 100_000


class _Round:
    """One question: of which sockets, and the answer once there is one."""

    def __init__(self) -> None:
        self.sockets: set[int] = set()
        self.readable: frozenset[int] | None = None


class Readiness:
    """Asks for all who wait at once, one question at a time.

    ``Select`` leaves the line to other commands while it waits, and always ends with a value: unlike the refusal with
    which a read ends that found nothing, that cannot be taken for another command's.
    """

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._gathering = _Round()
        self._asking = asyncio.Lock()
        #: Who was asked for last and had nothing: most ask again, a moment later than the next question goes out.
        self._lately: set[int] = set()
        #: What was found readable while nobody waited for it.
        self._readable: set[int] = set()

    async def wait(self, socket: int) -> bool:
        """Tell whether a socket has something to read or a client to accept, at once or after a short time.

        :raises ModuleReset: the module has started anew, and the number is another's.
        """
        if socket in self._readable:
            self._readable.remove(socket)
            return True
        asked = self._gathering
        asked.sockets.add(socket)
        generation = self._modem.generation
        async with self._asking:
            self._check(generation)
            if asked.readable is None:
                self._gathering = _Round()
                found = await self._select(asked.sockets | self._lately)
                self._lately = asked.sockets - found
                self._readable |= found - asked.sockets
                asked.readable = found
        return socket in asked.readable

    @asynccontextmanager
    async def without(self, socket: int) -> AsyncIterator[None]:
        """Keep the questions away from a socket that is being closed.

        :raises ModuleReset: the module has started anew, and the number is another's.
        """
        generation = self._modem.generation
        async with self._asking:
            self._check(generation)
            for known in (self._gathering.sockets, self._lately, self._readable):
                known.discard(socket)
            yield

    def _check(self, generation: int) -> None:
        if generation != self._modem.generation:
            raise ModuleReset("the module started anew")

    async def _select(self, sockets: set[int]) -> frozenset[int]:
        if not sockets:
            return frozenset()
        command = Select(nfds=max(sockets) + 1, readsds=tuple(sorted(sockets)), timeout_sec=0, timeout_usec=WAIT)
        try:
            return frozenset((await self._modem.send(command)).readable)
        except CommandError:
            # No worker is free: commands of others wait.
            await asyncio.sleep(WAIT / 1_000_000)
            return frozenset()
