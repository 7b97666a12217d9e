"""Connections secured by a pre-shared key, which Python's own library cannot make: by the openssl program."""

from __future__ import annotations

import asyncio
from typing import cast

from .network import Address, Channel, ChannelReceiver, Psk

__all__ = ["connect_psk"]

_ESTABLISHED = b"CONNECTION ESTABLISHED"
_STDIN, _STDOUT = 0, 1
#: Bytes in the send queue above which :meth:`Channel.drain` waits.
_SEND_BUFFER = 5760


class _PskChannel(Channel, asyncio.SubprocessProtocol):
    """A connection whose bytes pass through a child process."""

    _process: asyncio.SubprocessTransport
    _receiver: ChannelReceiver

    def __init__(self, remote: Address) -> None:
        # The child does not tell which port it uses.
        self.local, self.remote = ("127.0.0.1", 0), remote
        self._arriving = bytearray()
        self._said = bytearray()
        self._started = False
        self._over = False
        self._ended = False
        self._closed_here = False
        self._writable = asyncio.Event()
        self._writable.set()
        self.established: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # For the module.

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self._started = True
        self._deliver()

    def resume(self) -> None:
        self._deliver()

    def write(self, data: bytes) -> None:
        if not self._over:
            self._input.write(data)

    @property
    def congested(self) -> bool:
        return not self._writable.is_set()

    async def drain(self) -> None:
        await self._writable.wait()
        if self._over:
            raise ConnectionResetError("the connection is over")

    def close(self) -> None:
        self._closed_here = True
        if not self._over:
            # At the end of its input the child ends the connection.
            self._input.write_eof()

    def abort(self) -> None:
        self._closed_here = True
        self._process.close()

    # For the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        self._process = cast(asyncio.SubprocessTransport, transport)
        self._input.set_write_buffer_limits(_SEND_BUFFER)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by the transport."""
        if fd == _STDOUT:
            self._arriving += data
            self._deliver()
        elif not self.established.done():
            self._said += data
            if _ESTABLISHED in self._said:
                self.established.set_result(None)

    def process_exited(self) -> None:
        """Called by the transport."""
        self._over = True
        self._writable.set()
        if not self.established.done():
            self.established.set_exception(ConnectionRefusedError("the far end does not agree"))
        self._deliver()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Called by the transport."""
        if fd == _STDOUT:
            self._ended = True
            self._deliver()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport, when the child and all that it wrote have gone."""
        self._process.close()

    def pause_writing(self) -> None:
        """Called by the transport."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Called by the transport."""
        self._writable.set()

    @property
    def _input(self) -> asyncio.WriteTransport:
        return cast(asyncio.WriteTransport, self._process.get_pipe_transport(_STDIN))

    def _deliver(self) -> None:
        if not self._started:
            return
        while self._arriving and (room := self._receiver.room()) > 0:
            piece = bytes(self._arriving[:room])
            del self._arriving[:room]
            self._receiver.received(piece)
        if not self._ended:
            output = cast(asyncio.ReadTransport, self._process.get_pipe_transport(_STDOUT))
            if self._arriving:
                output.pause_reading()
            else:
                output.resume_reading()
        elif not self._arriving and not self._closed_here:
            self._closed_here = True
            self._receiver.ended()


async def connect_psk(remote: Address, psk: Psk) -> Channel:
    """Open a connection that is secured by a pre-shared key. Cancelled, it leaves nothing open.

    :raises OSError: it could not be opened, or there is no openssl program.
    """
    host = f"[{remote[0]}]" if ":" in remote[0] else remote[0]
    options = ("-connect", f"{host}:{remote[1]}", "-psk", psk.key.hex(), "-psk_identity", psk.identity)
    transport, channel = await asyncio.get_running_loop().subprocess_exec(
        lambda: _PskChannel(remote),
        *("openssl", "s_client", "-brief", "-nocommands", "-tls1_2", "-cipher", "PSK", *options),
    )
    try:
        await channel.established
    except BaseException:
        transport.close()
        raise
    return channel
