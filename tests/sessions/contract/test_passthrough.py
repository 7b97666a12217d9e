"""What passthrough of any module does."""

import asyncio

import anyio
import pytest

import atmodem
from atmodem import Capability, Modem, PassthroughStream, Transport
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import HOST, datagram_peer, server

pytestmark = pytest.mark.asyncio


async def take(stream: PassthroughStream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += await stream.receive()
    return bytes(data)


async def has_links(modem: Modem) -> bool:
    """Tell whether ordinary links work."""
    async with server() as far, modem.connect_tcp(HOST, far.port) as stream:
        await stream.send(b"links")
        return await (await far.connection()).read(5) == b"links"


async def test_bytes_of_every_value_pass_bare_both_ways_at_once(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    data = pattern(rig.budget // 2)
    async with server() as far, rig.modem.passthrough(HOST, far.port) as stream:
        end = await far.connection()
        _, _, received, arrived = await asyncio.gather(
            stream.send(data), end.send(data[::-1]), take(stream, len(data)), end.read(len(data))
        )
    assert received == data[::-1]
    assert arrived == data


async def test_it_is_left_behind_the_last_byte_and_links_work_again(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    data = pattern(rig.budget // 4)
    async with server() as far:
        async with rig.modem.passthrough(HOST, far.port) as stream:
            end = await far.connection()
            await stream.send(data)
        assert await end.rest() == data
    assert await has_links(rig.modem)


async def test_plus_signs_are_data(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far, rig.modem.passthrough(HOST, far.port) as stream:
        end = await far.connection()
        for data in (b"+++", b"+", b"a+++", b"+++\r\n", b"++++"):
            await stream.send(data)
            assert await end.read(len(data)) == data
            await end.send(data)
            assert await take(stream, len(data)) == data


async def test_other_sessions_are_refused_meanwhile(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far, rig.modem.passthrough(HOST, far.port):
        await far.connection()
        modem = rig.modem
        for refused in (modem.wifi.status, modem.probe, lambda: modem.send_raw("AT"), lambda: has_links(modem)):
            with pytest.raises(atmodem.ModeConflict, match="passthrough is on"):
                await refused()
        with pytest.raises(atmodem.ModeConflict):
            await rig.modem.passthrough(HOST, far.port)
    assert (await rig.modem.wifi.status()).joined


async def test_it_is_left_when_its_user_is_cancelled(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far:
        entered = asyncio.Event()

        async def use() -> None:
            async with rig.modem.passthrough(HOST, far.port) as stream:
                entered.set()
                await stream.receive()

        user = asyncio.create_task(use())
        await entered.wait()
        user.cancel()
        with pytest.raises(asyncio.CancelledError):
            await user
        assert await (await far.connection()).rest() == b""
    assert await has_links(rig.modem)


@pytest.mark.parametrize("turns", [1, 8, 50])
async def test_it_is_left_when_its_opening_is_cancelled(rig: Rig, turns: int):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far:

        async def use() -> None:
            async with rig.modem.passthrough(HOST, far.port):
                await asyncio.Event().wait()

        user = asyncio.create_task(use())
        for _ in range(turns):
            await asyncio.sleep(0)
        user.cancel()
        with pytest.raises(asyncio.CancelledError):
            await user
        while await is_reserved(rig.modem):
            await asyncio.sleep(0)
        assert await has_links(rig.modem)


async def is_reserved(modem: Modem) -> bool:
    """Tell whether passthrough keeps other sessions out."""
    try:
        await modem.wifi.status()
    except atmodem.ModeConflict:
        return True
    return False


async def test_a_far_end_that_refuses_is_a_failure_and_links_work_again(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far:
        port = far.port
    with pytest.raises(atmodem.ConnectFailed):
        await rig.modem.passthrough(HOST, port)
    assert await has_links(rig.modem)


async def test_open_links_exclude_it(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far, rig.modem.connect_tcp(HOST, far.port) as stream:
        with pytest.raises(atmodem.ModeConflict):
            await rig.modem.passthrough(HOST, far.port)
        await stream.send(b"unharmed")
        assert await (await far.connection()).read(8) == b"unharmed"


async def test_datagrams_can_carry_it(rig: Rig):
    rig.need(Capability.PASSTHROUGH, Capability.PASSTHROUGH_UDP)
    async with (
        datagram_peer() as peer,
        rig.modem.passthrough(HOST, peer.port, transport=Transport.UDP) as stream,
    ):
        await stream.send(b"over UDP")
        data, address = await peer.receive()
        assert data == b"over UDP"
        peer.transport.sendto(b"and back", address)
        assert await take(stream, 8) == b"and back"


async def test_a_stream_closed_here_says_so_to_its_users(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far:
        stream = await rig.modem.passthrough(HOST, far.port)
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await stream.receive()
        with pytest.raises(atmodem.InvalidArgument):
            await stream.receive(0)
        with pytest.raises(atmodem.Unsupported):
            await stream.send_eof()
        await stream.aclose()
        await stream.aclose()
        for use in (reading, stream.receive(), stream.send(b"x")):
            with pytest.raises(anyio.ClosedResourceError):
                await use


async def test_a_module_without_it_refuses_by_name(rig: Rig):
    if rig.modem.capabilities[Capability.PASSTHROUGH] is not atmodem.Support.NO:
        pytest.skip("it has passthrough")
    with pytest.raises(atmodem.Unsupported, match=r"passthrough\.enter"):
        await rig.modem.passthrough(HOST, 7)


async def test_it_is_left_when_the_modem_is_closed(rig: Rig):
    rig.need(Capability.PASSTHROUGH)
    async with server() as far:
        stream = await rig.modem.passthrough(HOST, far.port)
        reading = asyncio.create_task(stream.receive())
        end = await far.connection()
        await stream.send(b"last words")
        await rig.modem.aclose()
        assert await end.rest() == b"last words"
        with pytest.raises(anyio.ClosedResourceError):
            await reading
        await stream.aclose()
