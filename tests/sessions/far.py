"""Far ends of a module's links: servers and clients of this host."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import attrs

__all__ = ["HOST", "Connection", "Peer", "Server", "datagram_peer", "free_port", "server"]

HOST = "127.0.0.1"


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@attrs.frozen
class Connection:
    """One connection, from the far end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def read(self, length: int) -> bytes:
        return await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """Return everything up to the end."""
        return await self.reader.read()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()

    async def gone(self) -> None:
        """Wait until the other side has ended the connection, in whatever way."""
        with suppress(ConnectionError):
            await self.rest()
        self.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    def vanish(self) -> None:
        """Go without a farewell: the other side is told that the connection was reset."""
        self.writer.transport.abort()


class Server:
    """A server; each connection is kept until it is asked for."""

    def __init__(self) -> None:
        self.port = 0
        self._taken: asyncio.Queue[Connection] = asyncio.Queue()
        self.all: list[Connection] = []

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        self.all.append(connection)
        self._taken.put_nowait(connection)

    async def connection(self) -> Connection:
        return await self._taken.get()


@asynccontextmanager
async def server(**options: object) -> AsyncIterator[Server]:
    holder = Server()
    serving = await asyncio.start_server(holder._accept, HOST, 0, **options)
    holder.port = serving.sockets[0].getsockname()[1]
    try:
        yield holder
    finally:
        serving.close()
        for connection in holder.all:
            connection.vanish()
        await asyncio.sleep(0)


class Peer(asyncio.DatagramProtocol):
    """A socket for datagrams; each is kept until it is asked for."""

    transport: asyncio.DatagramTransport

    def __init__(self) -> None:
        self._taken: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._taken.put_nowait((data, address))

    @property
    def port(self) -> int:
        return self.transport.get_extra_info("sockname")[1]

    async def receive(self) -> tuple[bytes, tuple[str, int]]:
        return await self._taken.get()


@asynccontextmanager
async def datagram_peer(host: str = HOST) -> AsyncIterator[Peer]:
    transport, peer = await asyncio.get_running_loop().create_datagram_endpoint(Peer, (host, 0), allow_broadcast=True)
    try:
        yield peer
    finally:
        transport.close()
        await asyncio.sleep(0)
