"""Sockets of this host in a module's hands, and the simulated network that stands in for them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import trustme

from atmodem.virtual.network import Channel, Tls
from atmodem.virtual.simulation import SimulatedNetwork
from atmodem.virtual.sockets import HostNetwork

HOST = "127.0.0.1"


class Taker:
    """Takes what a channel brings, as much as it is told to."""

    def __init__(self, room: int = 1000) -> None:
        self.space = room
        self.data = bytearray()
        self.got = asyncio.Event()
        self.over = asyncio.Event()

    def room(self) -> int:
        return self.space - len(self.data)

    def received(self, data: bytes) -> None:
        self.data += data
        self.got.set()

    def ended(self) -> None:
        self.over.set()

    async def until(self, length: int) -> bytes:
        while len(self.data) < length:
            self.got.clear()
            await self.got.wait()
        return bytes(self.data)


class Server:
    """A server of this host; what connects to it is kept."""

    def __init__(self) -> None:
        self.ends: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.ends.put_nowait((reader, writer))


@asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    holder = Server()
    server = await asyncio.start_server(holder.accepted, HOST, 0, ssl=context)
    holder.port = server.sockets[0].getsockname()[1]
    yield holder
    server.close()
    for writer in holder.writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.asyncio
async def test_a_connection_carries_bytes_both_ways_and_tells_its_end():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        taker = Taker()
        channel.start(taker)
        reader, writer = await server.ends.get()
        assert channel.remote == (HOST, server.port)
        assert channel.local == writer.get_extra_info("peername")
        channel.write(b"ping")
        await channel.drain()
        assert await reader.readexactly(4) == b"ping"
        writer.write(b"pong")
        assert await taker.until(4) == b"pong"
        writer.close()
        await taker.over.wait()
        with pytest.raises(ConnectionError):
            await channel.drain()
        channel.write(b"too late")
        channel.close()


@pytest.mark.asyncio
async def test_no_more_is_read_than_the_receiver_has_room_for():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        taker = Taker(10)
        _, writer = await server.ends.get()
        writer.write(b"0123456789abcdef")
        channel.start(taker)
        assert await taker.until(10) == b"0123456789"
        channel.resume()
        taker.space = 16
        channel.resume()
        assert await taker.until(16) == b"0123456789abcdef"
        channel.abort()


@pytest.mark.asyncio
async def test_a_sender_is_held_back_until_the_module_reads():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        reader, writer = await server.ends.get()
        taker = Taker(0)
        channel.start(taker)
        writer.transport.set_write_buffer_limits(0)
        blocked = asyncio.create_task(send_much(writer))
        while not writer.transport.get_write_buffer_size():
            await asyncio.sleep(0)
        assert not blocked.done()
        taker.space = 64 * 1024 * 1024
        channel.resume()
        await blocked
        await taker.until(64 * 65536)
        channel.close()
        assert await reader.read() == b""


async def send_much(writer: asyncio.StreamWriter) -> None:
    for _ in range(64):
        writer.write(bytes(65536))
        await writer.drain()


@pytest.mark.asyncio
async def test_draining_waits_for_a_far_end_that_does_not_read():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        channel.start(Taker())
        reader, _ = await server.ends.get()
        for _ in range(64):
            channel.write(bytes(65536))
        waiting = asyncio.create_task(channel.drain())
        await asyncio.sleep(0)
        assert not waiting.done()
        assert len(await reader.readexactly(64 * 65536)) == 64 * 65536
        await waiting
        channel.abort()


@pytest.mark.asyncio
async def test_an_end_that_came_before_the_receiver_is_told_to_it():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        _, writer = await server.ends.get()
        writer.transport.abort()
        taker = Taker()
        channel.start(taker)
        await taker.over.wait()
        assert taker.data == b""


@pytest.mark.asyncio
async def test_nothing_is_told_of_a_close_from_here():
    async with serving() as server:
        channel = await HostNetwork().connect((HOST, server.port))
        taker = Taker()
        channel.start(taker)
        reader, _ = await server.ends.get()
        channel.write(b"last words")
        channel.close()
        assert await reader.read() == b"last words"
        assert not taker.over.is_set()


@pytest.mark.asyncio
async def test_a_port_without_a_listener_refuses():
    with pytest.raises(ConnectionRefusedError):
        await HostNetwork().connect((HOST, free_port()))


@pytest.mark.asyncio
async def test_a_local_port_can_be_chosen():
    async with serving() as server:
        port = free_port()
        channel = await HostNetwork().connect((HOST, server.port), local_port=port)
        channel.start(Taker())
        assert channel.local == (HOST, port)
        channel.abort()


@pytest.mark.asyncio
async def test_a_module_takes_connections_until_it_stops_listening():
    taken: asyncio.Queue[Channel] = asyncio.Queue()
    port = free_port()
    listener = await HostNetwork().listen((HOST, port), taken.put_nowait)
    reader, writer = await asyncio.open_connection(HOST, port)
    channel = await taken.get()
    taker = Taker()
    channel.start(taker)
    writer.write(b"hello")
    assert await taker.until(5) == b"hello"
    listener.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, port)
    channel.write(b"still here")
    assert await reader.readexactly(10) == b"still here"
    channel.abort()
    writer.close()


@pytest.mark.asyncio
async def test_a_connection_can_be_secured_and_its_certificate_verified():
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("example.org").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serving(context) as server:
        channel = await HostNetwork().connect((HOST, server.port), tls=Tls(trusting, "example.org"))
        taker = Taker()
        channel.start(taker)
        reader, writer = await server.ends.get()
        channel.write(b"x" * 10_000)
        assert await reader.readexactly(10_000) == b"x" * 10_000
        writer.write(b"y" * 900)
        assert await taker.until(900) == b"y" * 900
        channel.abort()
        writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await HostNetwork().connect((HOST, server.port), tls=Tls(trusting, "other.example"))


@pytest.mark.asyncio
async def test_datagrams_keep_their_borders_and_their_senders():
    got: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()
    network = HostNetwork()
    one = await network.datagrams((HOST, 0), lambda data, sender: got.put_nowait((data, sender)))
    other = await network.datagrams((HOST, 0), lambda data, sender: None)
    other.send(b"a", one.local)
    other.send(b"b" * 1472, one.local)
    assert [await got.get() for _ in range(2)] == [(b"a", other.local), (b"b" * 1472, other.local)]
    one.close()
    other.send(b"nobody listens", one.local)
    other.send(b"again", one.local)
    await asyncio.sleep(0)
    other.close()
    other.send(b"closed", one.local)


# The simulated network


@pytest.mark.asyncio
async def test_a_simulated_connection_does_what_its_script_says():
    network = SimulatedNetwork(refused=frozenset({9}))
    with pytest.raises(ConnectionRefusedError):
        await network.connect((HOST, 9))
    channel = await network.connect((HOST, 80))
    far = network.far_ends[-1]
    far.send(b"0123456789")
    taker = Taker(4)
    channel.start(taker)
    assert taker.data == b"0123"
    far.close()
    assert not taker.over.is_set()
    taker.space = 10
    channel.resume()
    assert taker.data == b"0123456789"
    assert taker.over.is_set()
    with pytest.raises(ConnectionError):
        await channel.drain()
    channel.write(b"late")
    assert far.received == b""


@pytest.mark.asyncio
async def test_a_script_dials_what_the_module_listens_to():
    network = SimulatedNetwork()
    taken: list[Channel] = []
    with pytest.raises(ConnectionRefusedError):
        network.dial()
    listener = await network.listen((HOST, 333), taken.append)
    far = network.dial()
    taken[0].start(Taker())
    taken[0].write(b"hi")
    await taken[0].drain()
    assert far.received == b"hi"
    taken[0].abort()
    assert far.closed
    far.send(b"nobody is there")
    listener.close()
    with pytest.raises(ConnectionRefusedError):
        network.dial(333)


@pytest.mark.asyncio
async def test_a_script_sends_and_sees_datagrams():
    network = SimulatedNetwork()
    got: list[bytes] = []
    with pytest.raises(LookupError):
        network.datagram(b"x", (HOST, 1))
    endpoint = await network.datagrams((HOST, 0), lambda data, sender: got.append(data))
    network.datagram(b"x", (HOST, 1))
    endpoint.send(b"y", (HOST, 2))
    assert (got, network.sent) == ([b"x"], [(b"y", (HOST, 2))])
    endpoint.close()
    with pytest.raises(LookupError):
        network.datagram(b"x", (HOST, 1), endpoint.local[1])
