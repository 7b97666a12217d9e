"""A web server of this host, for HTTP clients of modules."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import attrs

__all__ = ["HOST", "Request", "WebServer", "web_server"]

HOST = "127.0.0.1"
_CHUNK = 1000


@attrs.frozen
class Request:
    """A request as it came."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return the values of all headers of that name."""
        return [value for told, value in self.headers if told.lower() == name]


class WebServer:
    """Answers by the path.

    ``/bytes/n``, ``/chunked/n``, ``/status/n``, ``/empty/n``, ``/digest``, ``/cut/n``; ``/mute`` does not.
    """

    def __init__(self) -> None:
        self.url = ""
        self.port = 0
        #: What ``/bytes`` and ``/chunked`` are cut from.
        self.data = b""
        #: What else there is, by whole path.
        self.pages: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self._asked = asyncio.Event()
        #: Lets ``/mute`` end.
        self.released = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while (request := await self._read(reader)) is not None:
                self.requests.append(request)
                self._asked.set()
                if not await self._answer(request, writer):
                    break
        writer.close()
        self._writers.discard(writer)

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        method, path, _ = first.split(" ")
        fields = {name.lower(): value for name, value in pairs}
        if fields.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        else:
            body = await reader.readexactly(int(fields.get("content-length", "0")))
        return Request(method, path, pairs, body)

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer a request; return whether the connection goes on."""
        _, kind, *rest = request.path.partition("?")[0].split("/")
        count = int(rest[0]) if rest and rest[0].isdecimal() else 0
        status, body = 200, self.pages.get(request.path, b"")
        match kind:
            case "bytes" | "cut":
                body = self.data[:count]
            case "status":
                status, body = count, b"status %d" % count
            case "empty":
                status = count
            case "digest":
                body = hashlib.sha256(request.body).hexdigest().encode()
            case "mute":
                await self.released.wait()
                return False
            case "chunked":
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for start in range(0, count, _CHUNK):
                    piece = self.data[start : min(start + _CHUNK, count)]
                    writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
                return True
        announced = len(body) * 2 if kind == "cut" else len(body)
        head = b"HTTP/1.1 %d Told\r\nContent-Type: text/plain\r\nX-Kind: %b\r\nContent-Length: %d\r\n\r\n"
        writer.write(head % (status, kind.encode(), announced))
        if request.method != "HEAD":
            writer.write(body)
        await writer.drain()
        return kind != "cut"

    async def asked(self, count: int = 1) -> None:
        """Wait until so many requests have come in all."""
        while len(self.requests) < count:
            self._asked.clear()
            await self._asked.wait()

    def stop(self) -> None:
        self.released.set()
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def web_server(context: ssl.SSLContext | None = None, *, host: str = HOST) -> AsyncIterator[WebServer]:
    made = WebServer()
    serving = await asyncio.start_server(made.serve, HOST, 0, ssl=context)
    made.port = serving.sockets[0].getsockname()[1]
    made.url = f"{'http' if context is None else 'https'}://{host}:{made.port}"
    try:
        yield made
    finally:
        serving.close()
        made.stop()
        await asyncio.sleep(0)
