"""What a listener of any module does."""

import asyncio

import anyio
import pytest
from anyio.abc import SocketAttribute

import atmodem
from atmodem import Capability, TcpStream
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import HOST, Connection, free_port

pytestmark = pytest.mark.asyncio


async def client(port: int) -> Connection:
    return Connection(*await asyncio.open_connection(HOST, port))


async def test_several_clients_are_served_each_with_its_own_bytes(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    port = free_port()

    async def echo(stream: TcpStream) -> None:
        async with stream:
            async for data in stream:
                await stream.send(data)

    async with rig.modem.listen_tcp(port) as listener:
        assert listener.extra(SocketAttribute.local_port) == port
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, echo)
            clients = [await client(port) for _ in range(4)]
            for number, one in enumerate(clients):
                await one.send(bytes([number]) * 100 + pattern(1000))
            for number, one in enumerate(clients):
                assert await one.read(1100) == bytes([number]) * 100 + pattern(1000)
                one.close()
                await one.writer.wait_closed()
            tasks.cancel_scope.cancel()


async def test_what_a_client_sends_before_it_is_accepted_is_kept(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    port = free_port()
    async with rig.modem.listen_tcp(port) as listener:
        one = await client(port)
        await one.send(b"early")
        one.close()
        async with await listener.accept() as stream:
            received = b""
            while len(received) < 5:
                received += await stream.receive()
            assert received == b"early"
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()


async def test_clients_outlive_their_listener_and_those_that_nobody_took_do_not(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    port = free_port()
    async with rig.modem.listen_tcp(port) as listener:
        taken = await client(port)
        stream = await listener.accept()
        waiting = await client(port)
    await waiting.gone()
    await taken.send(b"still here")
    assert await stream.receive() == b"still here"
    await stream.aclose()
    await taken.gone()
    with pytest.raises(anyio.ClosedResourceError):
        await listener.accept()


async def test_a_waiting_accept_ends_with_the_listener_and_a_second_one_is_refused(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    listener = await rig.modem.listen_tcp(free_port())
    accepting = asyncio.create_task(listener.accept())
    await asyncio.sleep(0)
    with pytest.raises(anyio.BusyResourceError):
        await listener.accept()
    await listener.aclose()
    await listener.aclose()
    with pytest.raises(anyio.ClosedResourceError):
        await accepting


async def test_a_port_can_be_listened_on_again(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    port = free_port()
    for _ in range(2):
        async with rig.modem.listen_tcp(port) as listener:
            one = await client(port)
            async with await listener.accept() as stream:
                await stream.send(b"hello")
                assert await one.read(5) == b"hello"
            one.close()


async def test_a_listener_takes_no_wrong_port_and_no_empty_backlog(rig: Rig):
    rig.need(Capability.TCP_LISTEN)
    for port in (0, 65536, True):
        with pytest.raises(atmodem.InvalidArgument):
            await rig.modem.listen_tcp(port)
    with pytest.raises(atmodem.InvalidArgument):
        await rig.modem.listen_tcp(80, backlog=0)
