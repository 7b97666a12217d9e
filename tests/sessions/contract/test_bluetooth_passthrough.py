"""What bare bytes of a serial connection of classic Bluetooth do, whatever the dialect and the line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
import pytest_asyncio

from atmodem import Capability, ConnectFailed, ModeConflict, SerialStream, SessionBroken, SessionClosed
from atmodem.virtual.serial_profile import ClassicPeer
from atmodem.virtual.simulation import FarEnd
from tests.sessions.bluetooth_bench import Among, among, having
from tests.sessions.contract.rig import pattern

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=having("classic"))
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def near(dialect: str, link: str) -> AsyncIterator[Among]:
    """A module of each dialect with such passthrough on each kind of link, and a phone."""
    async with among(ClassicPeer(), dialect=dialect, link=link) as made:
        made.need(Capability.CLASSIC_LISTEN_SERIAL, Capability.CLASSIC_PASSTHROUGH)
        yield made


@pytest_asyncio.fixture
async def here(dialect: str) -> AsyncIterator[Among]:
    """The same in memory alone."""
    async with among(ClassicPeer(), dialect=dialect) as made:
        made.need(Capability.CLASSIC_LISTEN_SERIAL, Capability.CLASSIC_PASSTHROUGH)
        yield made


@asynccontextmanager
async def connected(place: Among) -> AsyncIterator[tuple[SerialStream, FarEnd]]:
    async with place.modem.bluetooth.classic.listen_serial() as listener:
        far = await place.air.call(place.air.peers[0])
        async with await listener.accept() as stream:
            yield stream, far


async def arrived(far: FarEnd, length: int) -> bytes:
    while len(far.received) < length:
        await asyncio.sleep(0)
    data = bytes(far.received)
    far.received.clear()
    return data


async def taken(stream: anyio.abc.ByteReceiveStream, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += await stream.receive()
    return data


async def test_bytes_of_every_value_pass_bare_both_ways_and_framed_again_behind_it(near: Among):
    data = pattern(20_000) + b"\r\nOK\r\n+++\r\n"
    async with connected(near) as (stream, far):
        async with stream.passthrough() as bare:
            far.send(data)
            await bare.send(data)
            assert await taken(bare, len(data)) == data
            assert await arrived(far, len(data)) == data
        far.send(b"framed")
        assert await taken(stream, 6) == b"framed"
        await stream.send(b"framed too")
        assert await arrived(far, 10) == b"framed too"


async def test_nothing_else_uses_the_line_meanwhile(here: Among):
    async with connected(here) as (stream, far), stream.passthrough() as bare:
        for refused in (stream.send(b"x"), here.modem.wifi.status(), here.modem.send_raw("AT")):
            with pytest.raises(ModeConflict):
                await refused
        with pytest.raises(ModeConflict):
            await stream.passthrough()
        await bare.send(b"alone")
        assert await arrived(far, 5) == b"alone"


async def test_a_peer_that_goes_meanwhile_is_told_of_behind_it(here: Among):
    async with connected(here) as (stream, far):
        async with stream.passthrough() as bare:
            await bare.send(b"x")
            assert await arrived(far, 1) == b"x"
            far.close()
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        with pytest.raises((ConnectFailed, SessionBroken)):
            await stream.passthrough()
        assert await here.bench.is_usable()


async def test_a_stream_that_was_closed_has_no_passthrough(here: Among):
    async with connected(here) as (stream, _):
        await stream.aclose()
        with pytest.raises(SessionClosed):
            await stream.passthrough()


@pytest.mark.parametrize("turns", [1, 8, 50])
async def test_it_is_left_when_its_opening_is_cancelled(here: Among, turns: int):
    async with connected(here) as (stream, far):

        async def use() -> None:
            async with stream.passthrough():
                await anyio.sleep_forever()

        user = asyncio.create_task(use())
        for _ in range(turns):
            await asyncio.sleep(0)
        user.cancel()
        await asyncio.wait([user])
        while True:
            try:
                await stream.send(b"framed")
                break
            except ModeConflict:
                await asyncio.sleep(0)
        assert await arrived(far, 6) == b"framed"
