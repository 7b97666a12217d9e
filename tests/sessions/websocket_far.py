"""A WebSocket server of this host."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from atmodem.virtual.websocket import FrameReader, Opcode, accept_key, frame

__all__ = ["WebSocketServer", "websocket_server"]

HOST = "127.0.0.1"


class Visitor:
    """A client that has shaken hands."""

    def __init__(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        self.head = head.decode()
        self._writer = writer
        #: Frames that came: opcode and data.
        self.frames: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        self.gone = asyncio.Event()

    async def send(self, opcode: Opcode, data: bytes, *, final: bool = True) -> None:
        self._writer.write(frame(opcode, data, final=final))
        await self._writer.drain()

    def drop(self) -> None:
        self._writer.transport.abort()


class WebSocketServer:
    """Takes clients; each is kept until it is asked for."""

    def __init__(self) -> None:
        self.url = ""
        #: Answers the handshake with an error.
        self.refuses = False
        self.visitors: asyncio.Queue[Visitor] = asyncio.Queue()
        self.writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
        if self.refuses or key is None:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept_key(key[1].decode()).encode()
        )
        visitor = Visitor(head, writer)
        self.visitors.put_nowait(visitor)
        frames = FrameReader()
        try:
            while data := await reader.read(65536):
                for opcode, content in frames.feed(data):
                    visitor.frames.put_nowait((opcode, content))
                    if opcode == Opcode.CLOSE:
                        return
        finally:
            visitor.gone.set()


@asynccontextmanager
async def websocket_server(
    context: ssl.SSLContext | None = None, *, host: str = HOST
) -> AsyncIterator[WebSocketServer]:
    made = WebSocketServer()
    serving = await asyncio.start_server(made.serve, HOST, 0, ssl=context)
    port = serving.sockets[0].getsockname()[1]
    made.url = f"{'ws' if context is None else 'wss'}://{host}:{port}/chat"
    try:
        yield made
    finally:
        serving.close()
        for writer in made.writers:
            writer.transport.abort()
        await asyncio.sleep(0)
