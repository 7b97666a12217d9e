"""TCP connections as ESP-AT has them: each link with a receive mode and a number of its own."""

import asyncio

import anyio
import pytest

import atmodem
from tests.sessions.bench import HOST, Bench, Echo
from tests.sessions.test_tcp import read
from tests.virtual.host import FarEnd

pytestmark = pytest.mark.asyncio


@pytest.fixture
def dialect() -> str:
    return "espat"


async def test_links_that_push_and_links_that_wait_are_kept_apart(each: Bench, echo: Echo):
    async def talk(number: int) -> bytes:
        async with each.modem.connect_tcp(HOST, echo.port, passive=bool(number % 2)) as stream:
            await stream.send(b"%d" % number * 5000)
            await all_open.wait()
            return await read(stream, 5000)

    all_open = asyncio.Barrier(5)
    assert await asyncio.gather(*(talk(number) for number in range(5))) == [b"%d" % n * 5000 for n in range(5)]


async def test_a_stream_that_the_far_end_has_closed_never_touches_the_next_on_its_link(each: Bench, server: FarEnd):
    old = await each.modem.connect_tcp(HOST, server.port, passive=True)
    _, writer = await server.end()
    async with each.modem.expect(atmodem.SocketClosed) as closed:
        writer.close()
        await closed.get()
    new = await each.modem.connect_tcp(HOST, server.port, passive=True)
    assert new.link == old.link
    reader, writer = await server.end()
    async with each.modem.expect(atmodem.SocketReadable) as readable:
        writer.write(b"to the new one")
        await readable.get()
    with pytest.raises(anyio.EndOfStream):
        await old.receive()
    await old.aclose()
    assert await read(new, 14) == b"to the new one"
    await new.aclose()
    assert await reader.read() == b""


async def test_a_module_left_in_passthrough_mode_is_brought_back_to_several_links(each: Bench, echo: Echo):
    await each.modem.send_raw("AT+CIPMUX=0")
    await each.modem.send_raw("AT+CIPMODE=1")
    await each.modem.aclose()
    async with atmodem.connect(each.device.url) as again:
        await (await again.connect_tcp(HOST, echo.port)).aclose()
