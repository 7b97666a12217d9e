"""The host's side of a virtual module's line, and far ends for its links."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from atmodem.dialects.espat.device import Virtual
from atmodem.link import Link
from atmodem.virtual.clock import ManualClock

HOST = "127.0.0.1"
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
PROMPT = b"\r\nOK\r\n\r\n>"
#: Turns of the loop in which everything that is under way arrives.
_TURNS = 20
JOIN = b'AT+CWJAP="lab","secret"'


async def silence() -> None:
    """Be silent for as long as sets the escape apart from data."""
    await asyncio.sleep(0.03)


class Host:
    """Sends bytes to a module and waits for what it answers.

    :param clock: the module's clock, which is moved on whenever the module has nothing to say before.
    """

    def __init__(self, link: Link, clock: ManualClock | None = None) -> None:
        self.link = link
        self._clock = clock
        self.received = bytearray()
        self.lost: Exception | None = None
        self._arrived = asyncio.Event()
        link.start(self)

    def link_received(self, data: bytes) -> None:
        self.received += data
        self._arrived.set()

    def link_lost(self, cause: Exception) -> None:
        self.lost = cause

    def send(self, data: bytes) -> None:
        self.link.write(data)

    async def until(self, end: bytes) -> bytes:
        """Return everything up to and with *end*."""
        while (place := self.received.find(end)) < 0:
            await self._more()
        return self._cut(place + len(end))

    async def take(self, length: int) -> bytes:
        """Return the next *length* bytes."""
        while len(self.received) < length:
            await self._more()
        return self._cut(length)

    async def _more(self) -> None:
        self._arrived.clear()
        clock = self._clock
        while clock is not None and not self._arrived.is_set():
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if clock.due is not None and not self._arrived.is_set():
                clock.advance_to(clock.due)
        await self._arrived.wait()

    def _cut(self, length: int) -> bytes:
        data = bytes(self.received[:length])
        del self.received[:length]
        return data

    async def ask(self, line: bytes) -> bytes:
        """Send a command; return its answer with its final."""
        self.send(line + b"\r\n")
        answer = b""
        while not answer.endswith((OK, ERROR)):
            answer += await self.until(b"\r\n")
        return answer

    async def nothing_comes(self) -> bool:
        """Tell whether everything that the module had to say has been taken."""
        # The module obeys in order: behind its answer to a probe there is nothing older.
        return await self.ask(b"AT") == OK


@asynccontextmanager
async def module(**options: object) -> AsyncIterator[tuple[Virtual, Host]]:
    """Run a module with its echo off and a host attached."""
    async with Virtual(**options) as device:
        link = device.open_link()
        clock = options.get("clock")
        host = Host(link, clock if isinstance(clock, ManualClock) else None)
        assert (await host.ask(b"ATE0")).endswith(OK)
        yield device, host
        await link.aclose()


@asynccontextmanager
async def online(**options: object) -> AsyncIterator[tuple[Virtual, Host]]:
    """Run a module that has joined the network."""
    async with module(**options) as (device, host):
        assert (await host.ask(JOIN)).endswith(OK)
        yield device, host


Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class FarEnd:
    """A server of this host; each connection is kept until it is asked for."""

    def __init__(self) -> None:
        self.port = 0
        self._ends: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.writers: list[asyncio.StreamWriter] = []

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self._ends.put_nowait((reader, writer))

    async def end(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return the next connection."""
        return await self._ends.get()


@asynccontextmanager
async def far_end(**options: object) -> AsyncIterator[FarEnd]:
    """Serve on a free port."""
    holder = FarEnd()
    server = await asyncio.start_server(holder.accepted, HOST, 0, **options)
    holder.port = server.sockets[0].getsockname()[1]
    yield holder
    server.close()
    for writer in holder.writers:
        writer.transport.abort()
    await asyncio.sleep(0)
