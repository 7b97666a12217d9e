"""Cancelling TCP operations at each of their awaits: nothing is lost, nothing stays open, the modem is usable."""

import asyncio
from contextlib import suppress
from itertools import count

import anyio
import pytest

from atmodem import Capability, CommandError
from atmodem.dialects import mxchip
from tests.sessions.bench import HOST, Bench, Echo, cancelled_after
from tests.sessions.test_tcp import BOTH_WAYS, read
from tests.virtual.host import FarEnd

pytestmark = pytest.mark.asyncio


async def espat_links(bench: Bench) -> int:
    return len(await bench.modem.send_raw("AT+CIPSTATE?"))


async def air602_links(bench: Bench) -> int:
    found = 0
    for number in range(1, 21):
        with suppress(CommandError):
            await bench.modem.send_raw(f"AT+SKSTT={number}")
            found += 1
    return found


async def mxchip_links(bench: Bench) -> int:
    states = [await bench.modem.send(mxchip.CIPSTATUS(id=number)) for number in range(5)]
    return sum(state.status != mxchip.LinkState.CLOSE for state in states)


async def simplelink_links(bench: Bench) -> int:
    found = 0
    for number in range(16):
        with suppress(CommandError):
            await bench.modem.send_raw(f"AT+GetSockOpt={number},socket,keepalive")
            found += 1
    return found


COUNTED = {
    "espat": espat_links,
    "mxchip": mxchip_links,
    "air602": air602_links,
    "simplelink": simplelink_links,
}


async def links(bench: Bench) -> int:
    """Return how many links the module has open."""
    return await COUNTED[bench.modem.dialect.name](bench)


async def test_a_connect_cancelled_anywhere_leaves_no_link(each: Bench, echo: Echo):
    for turns in count():
        opened: list[object] = []

        async def connect(opened: list[object] = opened) -> None:
            opened.append(await each.modem.connect_tcp(HOST, echo.port))

        if not await cancelled_after(turns, connect()):
            break
        assert opened == []
        # Each time all five links can be had, so none was lost to the cancelled one.
        await echo.all_gone() if echo.open else None
    assert turns > 5
    await opened[0].aclose()
    streams = [await each.modem.connect_tcp(HOST, echo.port) for _ in range(5)]
    for stream in streams:
        await stream.aclose()
    await echo.all_gone()
    assert await links(each) == 0


@BOTH_WAYS
async def test_a_receive_cancelled_anywhere_loses_no_byte(each: Bench, server: FarEnd, passive: bool):
    if passive:
        each.need(Capability.PASSIVE_RECEIVE)
    async with each.modem.connect_tcp(HOST, server.port, passive=passive) as stream:
        _, writer = await server.end()
        sent = received = b""
        for turns in range(60):
            piece = b"<%d>" % turns * 20
            writer.write(piece)
            sent += piece
            got: list[bytes] = []

            async def receive(got: list[bytes] = got) -> None:
                got.append(await stream.receive(16))

            await cancelled_after(turns, receive())
            received += b"".join(got)
        received += await read(stream, len(sent) - len(received))
        assert received == sent
    assert await each.is_usable()


async def test_a_send_cancelled_anywhere_sends_whole_pieces_in_order_or_nothing(each: Bench, server: FarEnd):
    async with each.modem.connect_tcp(HOST, server.port) as stream:
        reader, _ = await server.end()
        assert each.modem.driver.sockets is not None
        size = each.modem.driver.sockets.send_limit
        for turns in count():
            data = bytes([turns % 256]) * (4 * size)
            cancelled = await cancelled_after(turns, stream.send(data))
            # What comes behind tells how much was sent.
            await stream.send(b"\xff\xff")
            arrived = await reader.readuntil(b"\xff\xff")
            assert len(arrived) - 2 in range(0, 5 * size, size)
            assert arrived[:-2] == data[: len(arrived) - 2]
            if not cancelled:
                assert len(arrived) - 2 == 4 * size
                break
        assert turns > 10


async def test_a_close_cancelled_anywhere_closes_all_the_same(each: Bench, echo: Echo):
    for turns in count():
        stream = await each.modem.connect_tcp(HOST, echo.port)
        cancelled = await cancelled_after(turns, stream.aclose())
        if turns:
            await echo.all_gone()
        else:
            await stream.aclose()
        if not cancelled:
            break
    assert turns > 2
    assert await links(each) == 0


async def test_a_cancelled_scope_leaves_the_stream_as_it_was(each: Bench, echo: Echo):
    async with each.modem.connect_tcp(HOST, echo.port) as stream:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await stream.receive()
        with anyio.CancelScope() as scope:
            scope.cancel()
            await stream.send(b"never")
        await stream.send(b"after")
        assert await read(stream, 5) == b"after"


async def test_a_close_by_another_task_ends_a_send_between_pieces(each: Bench, server: FarEnd):
    stream = await each.modem.connect_tcp(HOST, server.port)
    reader, _ = await server.end()
    sending = asyncio.create_task(stream.send(bytes(100_000)))
    assert await reader.readexactly(1) == b"\0"
    await stream.aclose()
    with pytest.raises(anyio.ClosedResourceError):
        await sending
    assert len(await reader.read(-1)) < 100_000
