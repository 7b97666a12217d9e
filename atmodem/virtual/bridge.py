"""Other programs as Bluetooth devices: what a device says and hears, on a TCP port or a pseudo terminal.

::

    async with on_tcp(SerialPort(peer), "127.0.0.1", 0) as url: ...    # a program is what the module connects to
    async with on_tcp(Caller(air.bluetooth, peer), "127.0.0.1", 0): ...  # each program connects to the module
    async with on_pty(Uart(band, send=NUS_RX, receive=NUS_TX)) as path: ...   # a program is a UART of low energy
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ..errors import LinkError, LinkLost
from ..link.base import Link
from ..link.transport import TransportLink
from .bluetooth import Bluetooth
from .low_energy import LeDevice
from .network import Address, Channel, ChannelReceiver
from .pty import open_pty
from .serial_profile import ClassicPeer
from .serving import check_loopback

__all__ = ["Caller", "LinkChannel", "Plug", "SerialPort", "Uart", "on_pty", "on_tcp"]

#: Bytes handed to a program before it is asked whether it keeps up.
_BUFFER = 16384
#: Values that wait for the module's line above which a program is held back.
_WAITING = 8


class LinkChannel(Channel):
    """A program at the other end of a link, as a connection.

    :param link: leads to the program.
    :param closed: called when the module has closed the connection.
    """

    def __init__(self, link: Link, closed: Callable[[], object]) -> None:
        self.local: Address = (link.url, 0)
        self.remote: Address = self.local
        self.over: bool = False
        self._link = link
        self._closed = closed
        self._receiver: ChannelReceiver | None = None
        self._arrived = bytearray()
        self._paused = False
        self._ending = False
        self._unasked = 0

    # For the module

    def start(self, receiver: ChannelReceiver) -> None:
        self._receiver = receiver
        self.resume()

    def resume(self) -> None:
        receiver = self._receiver
        while receiver is not None and self._arrived and (room := receiver.room()) > 0:
            piece = bytes(self._arrived[:room])
            del self._arrived[:room]
            receiver.received(piece)
        if self._arrived or self.over:
            return
        if self._ending and receiver is not None:
            self.over = True
            receiver.ended()
        elif self._paused:
            self._paused = False
            self._link.resume_reading()

    def write(self, data: bytes) -> None:
        if not self.over:
            self._unasked += len(data)
            self._link.write(data)

    @property
    def congested(self) -> bool:
        return self._unasked > _BUFFER

    async def drain(self) -> None:
        await self._link.drain()
        self._unasked = 0
        if self.gone:
            raise ConnectionResetError("the program has gone")

    def close(self) -> None:
        if not self.over:
            self.over = True
            self._closed()

    def abort(self) -> None:
        self.close()

    @property
    def gone(self) -> bool:
        """Whether the program has gone."""
        return self.over or self._ending

    # For the link

    def arrived(self, data: bytes) -> None:
        """Take what the program has sent."""
        self._arrived += data
        self.resume()
        if self._arrived and not self._paused:
            self._paused = True
            self._link.pause_reading()

    def lose(self) -> None:
        """Learn that the program has gone; what it has sent is delivered before the end."""
        self._ending = True
        self.resume()


class Plug(ABC):
    """What programs are plugged into. ``again`` says whether one that is still there is plugged in anew at the end."""

    again: bool = False

    @abstractmethod
    def plug(self, channel: LinkChannel) -> None:
        """A program has come."""

    def aclose(self) -> None:
        """Take no more programs."""


class SerialPort(Plug):
    """The serial port of a peer that the module connects to; programs wait there until it does, the first one first.

    :param peer: whose it is. It has no other player meanwhile.
    """

    again = True

    def __init__(self, peer: ClassicPeer) -> None:
        self._peer = peer
        self._waiting: deque[LinkChannel] = deque()
        peer.opener = self._open

    def plug(self, channel: LinkChannel) -> None:
        """A program has come, and waits."""
        self._waiting.append(channel)

    def aclose(self) -> None:
        """Take no more programs; the peer is played by its script again."""
        self._peer.opener = None

    async def _open(self) -> Channel:
        while self._waiting:
            channel = self._waiting.popleft()
            if not channel.gone:
                return channel
        raise ConnectionRefusedError("no program plays the serial port")


class Caller(Plug):
    """A peer that connects to the serial port of a module; programs that cannot be connected are hung up on.

    :param bluetooth: the neighbourhood.
    :param peer: the one that connects.
    """

    def __init__(self, bluetooth: Bluetooth, peer: ClassicPeer) -> None:
        self._bluetooth = bluetooth
        self._peer = peer
        self._calls: set[asyncio.Task[None]] = set()

    def plug(self, channel: LinkChannel) -> None:
        """A program has come: connect."""
        call = asyncio.get_running_loop().create_task(self._call(channel))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    def aclose(self) -> None:
        """Connect no more."""
        for call in self._calls:
            call.cancel()

    async def _call(self, channel: LinkChannel) -> None:
        try:
            await self._bluetooth.dial(self._peer, channel)
        except (OSError, LookupError):
            channel.close()


class Uart(Plug):
    """Two characteristics of a device of low energy as a byte stream, one program at a time.

    :param device: the device.
    :param send: UUID of the characteristic whose written values go to the program.
    :param receive: UUID of the characteristic by which the program's bytes are notified.
    """

    again = True

    def __init__(self, device: LeDevice, *, send: str, receive: str) -> None:
        self._device = device
        self._receive = receive
        self._channel: LinkChannel | None = None
        device.characteristic(send).written = self._written
        device.changed = self._changed

    def plug(self, channel: LinkChannel) -> None:
        """A program has come; one that was there before is hung up on."""
        known, self._channel = self._channel, channel
        if known is not None:
            known.close()
        channel.start(self)

    def _written(self, value: bytes) -> None:
        if self._channel is not None:
            self._channel.write(value)

    def _changed(self) -> None:
        if self._channel is not None:
            self._channel.resume()

    def room(self) -> int:
        """Return how many bytes one notification carries now."""
        characteristic = self._device.characteristic(self._receive)
        links = [link for link in self._device.links if characteristic in link.subscriptions]
        if not links or any(link.waiting >= _WAITING for link in links):
            return 0
        return min(link.longest_value for link in links)

    def received(self, data: bytes) -> None:
        """Notify what the program has sent."""
        self._device.notify(self._receive, data)

    def ended(self) -> None:
        """Learn that the program has gone."""
        self._channel = None


class _Program(TransportLink):
    """A program that has connected over TCP."""

    def __init__(self, url: str, plug: Plug, programs: set[_Program]) -> None:
        super().__init__(url)
        self._programs = programs
        self._plug = plug
        self._channel = LinkChannel(self, self._hang_up)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the transport."""
        super().connection_made(transport)
        self._programs.add(self)
        self.start(self)
        self._plug.plug(self._channel)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the transport."""
        self._programs.discard(self)
        super().connection_lost(exc)

    def link_received(self, data: bytes) -> None:
        """Called by the link, which this is itself."""
        self._channel.arrived(data)

    def link_lost(self, cause: LinkError) -> None:
        """Called by the link, likewise."""
        self._channel.lose()

    def _hang_up(self) -> None:
        self._transport.close()

    def _loss(self, cause: Exception | None) -> LinkLost:
        return LinkLost(f"{self.url}: the program has gone", url=self.url)


@asynccontextmanager
async def on_tcp(plug: Plug, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    """Let programs connect to a port of this host, and plug them in; yield its address.

    :param host: a loopback address.
    :param port: 0 takes a free one.
    :raises InvalidArgument: *host* is no loopback address.
    :raises OSError: the port cannot be used.
    """
    check_loopback(host)
    programs: set[_Program] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Program(f"tcp://{host}:{port}", plug, programs), host, port
    )
    try:
        bound: tuple[str, int] = server.sockets[0].getsockname()[:2]
        yield bound
    finally:
        server.close()
        plug.aclose()
        for program in tuple(programs):
            await program.aclose()


class _Terminal:
    """A pseudo terminal whose program stays, however often the module connects and goes."""

    def __init__(self, plug: Plug, link: Link) -> None:
        self._plug = plug
        self._link = link
        self._channel = LinkChannel(link, self._closed)
        link.start(self)
        plug.plug(self._channel)

    def _closed(self) -> None:
        if self._plug.again:
            self._channel = LinkChannel(self._link, self._closed)
            self._plug.plug(self._channel)

    def link_received(self, data: bytes) -> None:
        """Called by the link."""
        self._channel.arrived(data)

    def link_lost(self, cause: LinkError) -> None:
        """Called by the link."""
        self._channel.lose()


@asynccontextmanager
async def on_pty(plug: Plug, path: str | os.PathLike[str] | None = None) -> AsyncIterator[str]:
    """Plug in the program that opens a pseudo terminal, and yield the path to open.

    :param path: a symbolic link with this name is made to the terminal, and removed at the end; None for none.
    :raises OSError: the name is taken.
    """
    link, terminal = open_pty()
    name = None if path is None else Path(path)
    try:
        if name is not None:
            await asyncio.to_thread(name.symlink_to, terminal)
        _Terminal(plug, link)
        yield terminal if name is None else str(name)
    finally:
        plug.aclose()
        await link.aclose()
        if name is not None:
            await asyncio.to_thread(name.unlink, missing_ok=True)
