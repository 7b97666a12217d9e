"""What a TCP connection of any module does."""

import asyncio
import ssl

import anyio
import pytest
import trustme
from anyio.abc import SocketAttribute

import atmodem
from atmodem import Capability, Support, TcpStream
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import HOST, server

pytestmark = pytest.mark.asyncio


async def take(stream: TcpStream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += await stream.receive()
    return bytes(data)


async def test_bytes_of_every_value_pass_both_ways_at_sizes_around_every_limit(rig: Rig):
    limits = {1, rig.driver.send_limit, rig.driver.receive_limit}
    sizes = sorted({size for limit in limits for size in (limit - 1, limit, limit + 1)} - {0})
    if sum(sizes) > rig.budget:
        sizes = sizes[-3:]
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        for size in sizes:
            data = pattern(size)
            await stream.send(data)
            assert await end.read(size) == data
            await end.send(data)
            assert await take(stream, size) == data


async def test_both_directions_at_once_keep_every_byte_in_order(rig: Rig):
    data = pattern(rig.budget // 4)
    back = data[::-1]
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        results = await asyncio.gather(stream.send(data), end.send(back), take(stream, len(back)), end.read(len(data)))
    assert results[2:] == [back, data]


async def test_as_many_links_as_there_are_carry_their_own_bytes_at_once(rig: Rig):
    size = rig.budget // 40

    async def talk(number: int) -> tuple[bytes, bytes]:
        data = bytes([number]) + pattern(size)
        async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
            end = await far.connection()
            _, _, received, arrived = await asyncio.gather(
                stream.send(data), end.send(data), take(stream, len(data)), end.read(len(data))
            )
        return received, arrived

    for number, (received, arrived) in enumerate(await asyncio.gather(*(talk(number) for number in range(5)))):
        assert received == arrived == bytes([number]) + pattern(size)


async def test_everything_that_the_far_end_sent_before_it_closed_is_read_and_then_the_end(rig: Rig):
    data = pattern(3 * rig.driver.receive_limit + 7)[: rig.budget]
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(data)
        end.close()
        assert await take(stream, len(data)) == data
        for _ in range(2):
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()


async def test_a_far_end_that_vanishes_breaks_sending_and_frees_the_link(rig: Rig):
    async with server() as far:
        for _ in range(6):
            async with rig.modem.connect_tcp(HOST, far.port) as stream:
                (await far.connection()).vanish()
                with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                    await stream.receive()
                with pytest.raises(anyio.BrokenResourceError):
                    await stream.send(b"anybody there?")


async def test_a_stream_closed_here_ends_the_far_end_behind_the_last_byte(rig: Rig):
    async with server() as far:
        async with rig.modem.connect_tcp(HOST, far.port) as stream:
            end = await far.connection()
            await stream.send(b"goodbye")
        assert await end.rest() == b"goodbye"


async def test_a_fast_far_end_loses_no_byte_while_nobody_reads(rig: Rig):
    rig.need(Capability.PASSIVE_RECEIVE)
    data = pattern(rig.budget // 2)
    async with server() as far, rig.modem.connect_tcp(HOST, far.port, passive=True) as stream:
        end = await far.connection()
        sending = asyncio.create_task(end.send(data))
        # The module is free for others meanwhile.
        async with rig.modem.connect_tcp(HOST, far.port) as other:
            await other.send(b"free")
            assert await (await far.connection()).read(4) == b"free"
        assert await take(stream, len(data)) == data
        await sending


async def test_a_fast_far_end_loses_nothing_unsaid_where_data_cannot_wait(rig: Rig):
    if rig.modem.capabilities[Capability.PASSIVE_RECEIVE] is not Support.NO:
        pytest.skip("data can wait in the module")
    data = pattern(rig.budget // 2)
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        received = bytearray()
        lost = 0
        await end.send(data)
        while len(received) < len(data) and not lost:
            try:
                received += await stream.receive()
            except atmodem.DataLost as error:
                lost = error.lost
        assert data.startswith(received)
        assert lost or len(received) == len(data)


async def test_pushed_data_arrive_whole(rig: Rig):
    data = pattern(rig.budget // 4)
    async with server() as far, rig.modem.connect_tcp(HOST, far.port, passive=False) as stream:
        end = await far.connection()
        await asyncio.gather(end.send(data), reading := asyncio.create_task(take(stream, len(data))))
        assert reading.result() == data


# The contract of anyio's byte streams


async def test_receive_returns_no_more_than_it_was_asked_for_and_at_least_a_byte(rig: Rig):
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await end.send(b"abcdef")
        received = b""
        while len(received) < 6:
            piece = await stream.receive(2)
            assert 1 <= len(piece) <= 2
            received += piece
        assert received == b"abcdef"
        with pytest.raises(atmodem.InvalidArgument):
            await stream.receive(0)


async def test_a_second_reader_is_refused(rig: Rig):
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        first = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await stream.receive()
        await end.send(b"x")
        assert await first == b"x"


async def test_a_second_writer_is_refused(rig: Rig):
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        first = asyncio.create_task(stream.send(b"first"))
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await stream.send(b"second")
        await first
        assert await end.read(5) == b"first"


async def test_a_cancelled_reader_loses_no_byte(rig: Rig):
    data = pattern(2 * rig.driver.receive_limit)[: rig.budget]
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        received = bytearray()
        await end.send(data)
        while len(received) < len(data):
            reading = asyncio.create_task(stream.receive())
            for _ in range(len(received) % 7):
                await asyncio.sleep(0)
            reading.cancel()
            try:
                received += await reading
            except asyncio.CancelledError:
                received += await stream.receive(1)
        assert bytes(received) == data


async def test_a_closed_stream_says_so_to_its_users(rig: Rig):
    async with server() as far:
        stream = await rig.modem.connect_tcp(HOST, far.port)
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        await stream.aclose()
        await stream.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            await reading
        with pytest.raises(anyio.ClosedResourceError):
            await stream.receive()
        with pytest.raises(anyio.ClosedResourceError):
            await stream.send(b"x")


async def test_a_stream_tells_its_far_end_and_cannot_close_one_half(rig: Rig):
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        assert stream.extra(SocketAttribute.remote_port) == far.port
        with pytest.raises(atmodem.Unsupported, match="send_eof"):
            await stream.send_eof()


async def test_a_port_where_nobody_listens_is_a_failure_and_frees_the_link(rig: Rig):
    async with server() as far:
        port = far.port
    for _ in range(6):
        with pytest.raises(atmodem.ConnectFailed):
            await rig.modem.connect_tcp(HOST, port)


async def test_a_link_too_many_is_refused_by_name(rig: Rig):
    async with server() as far:
        streams: list[TcpStream] = []

        async def fill() -> None:
            while True:
                streams.append(await rig.modem.connect_tcp(HOST, far.port))

        with pytest.raises(atmodem.ConnectFailed) as caught:
            await fill()
        assert caught.value.name == "NO_FREE_LINK"
        for stream in streams:
            await stream.aclose()
        async with rig.modem.connect_tcp(HOST, far.port):
            pass


async def test_streams_end_with_the_modem(rig: Rig):
    async with server() as far:
        stream = await rig.modem.connect_tcp(HOST, far.port)
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        await rig.modem.aclose()
        with pytest.raises(anyio.BrokenResourceError):
            await reading
        await stream.aclose()


async def test_tls_of_this_host_ends_quietly_though_the_far_end_has_gone(rig: Rig):
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    async with server(ssl=theirs) as far, rig.modem.connect_host_tls(HOST, far.port, context=ours) as stream:
        end = await far.connection()
        await stream.send(b"last words")
        assert await end.read(10) == b"last words"
        end.vanish()
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await stream.receive()
