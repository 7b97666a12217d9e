"""What the module of ``atmodem demo`` talks to: servers of this host, on loopback."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

import attrs
import trustme
from anyio import to_thread

__all__ = ["HOST", "NAME", "FarEnds", "serve_far_ends"]

HOST = "127.0.0.1"
#: A name that leads to this host in the neighbourhood of a virtual module, and for which the certificates are.
NAME = "example.org"
_PAGE = b"<h1>It works</h1>\n"


@attrs.frozen
class FarEnds:
    """Ports of the servers.

    :param echo: sends back what it gets, over TCP.
    :param tls_echo: the same, over TLS.
    :param udp_echo: the same, datagram by datagram.
    :param https: serves one page.
    :param authority: the authority that the certificates are from, as PEM.
    """

    echo: int
    tls_echo: int
    udp_echo: int
    https: int
    authority: bytes


@asynccontextmanager
async def serve_far_ends() -> AsyncIterator[FarEnds]:
    """Run the servers until the ``async with`` ends."""
    authority, context = await to_thread.run_sync(_certify)
    async with AsyncExitStack() as stack:
        yield FarEnds(
            echo=await _serve(stack, _echo),
            tls_echo=await _serve(stack, _echo, context),
            udp_echo=await _serve_datagrams(stack),
            https=await _serve(stack, _answer, context),
            authority=authority,
        )


def _certify() -> tuple[bytes, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(NAME).configure_cert(context)
    return authority.cert_pem.bytes(), context


_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _serve(stack: AsyncExitStack, serve: _Serve, context: ssl.SSLContext | None = None) -> int:
    server = await asyncio.start_server(serve, HOST, 0, ssl=context)
    # No waiting for those who are still connected: the module is there longer than its far ends.
    stack.callback(server.close)
    return cast(int, server.sockets[0].getsockname()[1])


async def _serve_datagrams(stack: AsyncExitStack) -> int:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_DatagramEcho, (HOST, 0))
    stack.callback(transport.close)
    return cast(int, transport.get_extra_info("sockname")[1])


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(_PAGE)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + _PAGE)
    await writer.drain()
    writer.close()


class _DatagramEcho(asyncio.DatagramProtocol):
    """Sends each datagram back to where it came from."""

    _transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)
