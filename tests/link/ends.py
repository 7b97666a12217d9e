"""What stands at the far end of a link under test, and what takes its bytes at the near one."""

import asyncio
import os
import socket
import termios
from collections.abc import Callable
from typing import Protocol

from atmodem.errors import LinkError
from atmodem.link import Link

__all__ = ["FarEnd", "FdEnd", "LinkEnd", "Receiver", "SocketEnd", "eventually"]


async def eventually(condition: Callable[[], bool]) -> None:
    """Return once *condition* holds, for what tells nobody when it happens. The test's time limit ends it."""
    while not condition():
        await asyncio.sleep(0.005)


class Receiver:
    """Takes what a link delivers."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.losses: list[LinkError] = []
        self._news = asyncio.Event()

    def link_received(self, data: bytes) -> None:
        assert not self.losses, "bytes after the loss"
        self.received += data
        self._news.set()

    def link_lost(self, cause: LinkError) -> None:
        self.losses.append(cause)
        self._news.set()

    async def take(self, count: int) -> bytes:
        """Take the next *count* bytes out."""
        while len(self.received) < count:
            self._news.clear()
            await self._news.wait()
        data = bytes(self.received[:count])
        del self.received[:count]
        return data

    async def loss(self) -> LinkError:
        while not self.losses:
            self._news.clear()
            await self._news.wait()
        return self.losses[0]


class FarEnd(Protocol):
    """The other end of a line. It takes nothing unless asked to."""

    async def read(self, count: int) -> bytes:
        """Read exactly *count* bytes."""

    async def write(self, data: bytes) -> None: ...

    async def hang_up(self) -> None: ...


class FdEnd:
    """The far end is a file descriptor, such as the master of a pty."""

    def __init__(self, fd: int) -> None:
        self.fd: int | None = fd
        os.set_blocking(fd, False)

    async def read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                data += os.read(self.fd, count - len(data))
            except BlockingIOError:
                await self._ready("reader")
        return bytes(data)

    async def write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self.fd, data) :]
            except BlockingIOError:
                await self._ready("writer")

    async def hang_up(self) -> None:
        self.close()

    def close(self) -> None:
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None

    def speed(self) -> int:
        """Return the speed of a pty as termios knows it."""
        return termios.tcgetattr(self.fd)[5]  # of output

    async def _ready(self, direction: str) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        getattr(loop, f"add_{direction}")(self.fd, ready.set)
        try:
            await ready.wait()
        finally:
            getattr(loop, f"remove_{direction}")(self.fd)


class SocketEnd:
    """The far end is the first connection that a listening socket gets."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._connection: socket.socket | None = None
        self.port: int = self._listener.getsockname()[1]

    async def connection(self) -> socket.socket:
        if self._connection is None:
            self._connection, _ = await asyncio.get_running_loop().sock_accept(self._listener)
            # Small, so that a line that is held back is soon full.
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        return self._connection

    async def read(self, count: int) -> bytes:
        connection = await self.connection()
        data = bytearray()
        while len(data) < count:
            part = await asyncio.get_running_loop().sock_recv(connection, count - len(data))
            assert part, "the near end was closed"
            data += part
        return bytes(data)

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(await self.connection(), data)

    async def hang_up(self) -> None:
        (await self.connection()).close()

    def close(self) -> None:
        self._listener.close()
        if self._connection is not None:
            self._connection.close()


class LinkEnd:
    """The far end is a link too; for ``loop://`` it is the near one itself."""

    def __init__(self, link: Link, receiver: Receiver) -> None:
        self._link = link
        self._receiver = receiver

    async def read(self, count: int) -> bytes:
        self._link.resume_reading()
        return await self._receiver.take(count)

    async def write(self, data: bytes) -> None:
        self._link.write(data)
        await self._link.drain()

    async def hang_up(self) -> None:
        await self._link.aclose()
