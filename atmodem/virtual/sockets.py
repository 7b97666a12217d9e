"""Sockets of this host, for virtual modules that talk to real peers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from .network import Accept, Address, Channel, ChannelReceiver, DatagramSocket, Listener, Network, Psk, Tls
from .psk import connect_psk

__all__ = ["HostNetwork"]

#: Bytes in the send queue above which :meth:`Channel.drain` waits: a small module's own buffer holds no more.
_SEND_BUFFER = 5760
#: Connections that wait to be taken.
_BACKLOG = 1
#: Most bytes that are read at once.
_READ_BUFFER = 5760


class _HostChannel(Channel, asyncio.BufferedProtocol):
    """A connection that is itself the protocol of its transport, and never reads more than its receiver takes."""

    _transport: asyncio.Transport
    _receiver: ChannelReceiver

    def __init__(self) -> None:
        self._started = False
        self._buffer = memoryview(bytearray(_READ_BUFFER))
        self._paused = False
        self._over = False
        self._closed_here = False
        self._writable = asyncio.Event()
        self._writable.set()
        self.opened: Callable[[], None] | None = None

    # For the module.

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self._started = True
        if self._over:
            self._tell_end()
        else:
            self.resume()

    def resume(self) -> None:
        if self._paused and not self._over and self._receiver.room() > 0:
            self._paused = False
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        if not self._over:
            self._transport.write(data)

    @property
    def congested(self) -> bool:
        return not self._writable.is_set()

    async def drain(self) -> None:
        await self._writable.wait()
        if self._over:
            raise ConnectionResetError("the connection is over")

    def close(self) -> None:
        self._closed_here = True
        self._transport.close()

    def abort(self) -> None:
        self._closed_here = True
        self._transport.abort()

    # For the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(_SEND_BUFFER)
        self.local = _address(transport.get_extra_info("sockname"))
        self.remote = _address(transport.get_extra_info("peername"))
        _pause(self._transport)
        self._paused = True
        if self.opened is not None:
            self.opened()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Called by the transport."""
        return self._buffer[: max(1, self._receiver.room())]

    def buffer_updated(self, nbytes: int) -> None:
        """Called by the transport."""
        self._receiver.received(bytes(self._buffer[:nbytes]))
        if self._receiver.room() <= 0 and not self._over:
            self._paused = True
            _pause(self._transport)

    def eof_received(self) -> None:
        """Called by the transport, which then closes: modules cannot half-close."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport."""
        self._over = True
        self._writable.set()
        if self._started:
            self._tell_end()

    def pause_writing(self) -> None:
        """Called by the transport."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Called by the transport."""
        self._writable.set()

    def _tell_end(self) -> None:
        if not self._closed_here:
            self._receiver.ended()


def _pause(transport: asyncio.Transport) -> None:
    if not transport.is_closing():
        transport.pause_reading()


class _HostDatagrams(DatagramSocket, asyncio.DatagramProtocol):
    _transport: asyncio.DatagramTransport

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def send(self, data: bytes, remote: Address) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(data, remote)

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.local = _address(transport.get_extra_info("sockname"))

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Called by the transport."""
        if not self._transport.is_closing():
            self._received(data, _address(addr))

    def error_received(self, exc: Exception) -> None:
        """Called by the transport: nobody listens there. A sender of datagrams does not learn that."""


class _HostListener(Listener):
    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    def close(self) -> None:
        self._server.close()


class HostNetwork(Network):
    """The network of this host. Where a module may go is decided before, by its :class:`~atmodem.virtual.air.Air`."""

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        if isinstance(tls, Psk):
            return await connect_psk(remote, tls)
        loop = asyncio.get_running_loop()
        local = None if not local_port else (_any_like(remote[0]), local_port)
        # Given addresses, the loop asks no name server.
        _, channel = await loop.create_connection(
            _HostChannel,
            *remote,
            local_addr=local,
            ssl=None if tls is None else tls.context,
            server_hostname=None if tls is None else (tls.server_name or ""),
        )
        return channel

    async def listen(self, local: Address, accept: Accept, *, tls: Tls | None = None) -> Listener:
        def make() -> _HostChannel:
            channel = _HostChannel()
            channel.opened = lambda: accept(channel)
            return channel

        family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
        listening = socket.create_server(local, family=family, backlog=_BACKLOG)
        context = None if tls is None else tls.context
        server = await asyncio.get_running_loop().create_server(
            make, sock=listening, ssl=context, backlog=_BACKLOG, start_serving=False
        )
        try:
            await server.start_serving()
        except BaseException:
            server.close()
            raise
        return _HostListener(server)

    async def datagrams(self, local: Address, received: Callable[[bytes, Address], None]) -> DatagramSocket:
        _, endpoint = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _HostDatagrams(received), local_addr=local, allow_broadcast=True
        )
        return endpoint


def _any_like(address: str) -> str:
    return "::" if ":" in address else "0.0.0.0"  # noqa: S104 - the local end of a connection that goes out


def _address(name: tuple[object, ...] | None) -> Address:
    if name is None:
        # The far end of a connection was gone before it could be asked for.
        return "", 0
    return str(name[0]), int(cast(int, name[1]))
