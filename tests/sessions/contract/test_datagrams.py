"""What a socket for datagrams of any module does."""

import asyncio
import socket

import anyio
import pytest

import atmodem
from atmodem import Capability, Support
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import HOST, datagram_peer, free_port, server

pytestmark = pytest.mark.asyncio


async def test_datagrams_of_every_size_pass_whole_both_ways(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    largest = rig.driver.datagram_limit
    async with datagram_peer() as peer, rig.modem.open_udp((HOST, peer.port)) as udp:
        for size in (1, 2, 100, largest - 1, largest):
            await udp.send(pattern(size))
            data, address = await peer.receive()
            assert data == pattern(size)
            peer.transport.sendto(data[::-1], address)
            datagram = await udp.receive()
            assert datagram.data == data[::-1]
            if rig.modem.capabilities[Capability.UDP_SENDER] is Support.YES:
                assert datagram.sender == (HOST, peer.port)


async def test_a_datagram_that_is_too_long_or_empty_is_refused(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    async with datagram_peer() as peer, rig.modem.open_udp((HOST, peer.port)) as udp:
        for size in (0, rig.driver.datagram_limit + 1):
            with pytest.raises(atmodem.InvalidArgument, match="data must be from 1 to"):
                await udp.send(bytes(size))
        await udp.send(b"fits")
        assert (await peer.receive())[0] == b"fits"


async def test_each_datagram_can_go_to_an_address_of_its_own(rig: Rig):
    rig.need(Capability.UDP_OPEN, Capability.UDP_SEND_TO)
    port = free_port(socket.SOCK_DGRAM)
    async with datagram_peer() as one, datagram_peer() as two, rig.modem.open_udp(local_port=port) as udp:
        for peer in (one, two):
            await udp.send_to(b"hello", (HOST, peer.port))
            assert await peer.receive() == (b"hello", (HOST, port))
            peer.transport.sendto(b"there", (HOST, port))
            assert (await udp.receive()).data == b"there"
        with pytest.raises(atmodem.InvalidArgument, match="remote"):
            await udp.send(b"to whom?")


async def test_a_broadcast_reaches_the_network(rig: Rig):
    rig.need(Capability.UDP_OPEN, Capability.UDP_SEND_TO, Capability.UDP_BROADCAST)
    async with datagram_peer("127.255.255.255") as peer, rig.modem.open_udp() as udp:
        await udp.send_to(b"anybody?", ("255.255.255.255", peer.port))
        assert (await peer.receive())[0] == b"anybody?"


async def test_a_group_is_joined_or_refused_by_name(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    async with rig.modem.open_udp((HOST, 9)) as udp:
        if rig.modem.capabilities[Capability.UDP_JOIN_GROUP] is Support.NO:
            with pytest.raises(atmodem.Unsupported, match=r"sockets\.join_group"):
                await udp.join_group("239.1.2.3")
        else:
            await udp.join_group("239.1.2.3")


async def test_what_nobody_reads_is_dropped_and_counted_or_waits_in_the_module(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    async with datagram_peer() as peer, rig.modem.open_udp((HOST, peer.port), limit=2) as udp:
        await udp.send(b"x")
        _, address = await peer.receive()
        if not await rig.pushes_datagrams():
            for number in range(4):
                peer.transport.sendto(bytes([number]), address)
            assert [(await udp.receive()).data for _ in range(4)] == [b"\0", b"\1", b"\2", b"\3"]
            assert udp.missed == 0
            return
        async with rig.modem.events(atmodem.SocketData) as events:
            for number in range(4):
                peer.transport.sendto(bytes([number]), address)
                await anext(events)
        assert udp.missed == 2
        assert [(await udp.receive()).data for _ in range(2)] == [b"\0", b"\1"]


async def test_a_closed_socket_says_so_to_its_users(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    udp = await rig.modem.open_udp((HOST, 9))
    reading = asyncio.create_task(udp.receive())
    await asyncio.sleep(0)
    with pytest.raises(anyio.BusyResourceError):
        await udp.receive()
    await udp.aclose()
    await udp.aclose()
    with pytest.raises(anyio.ClosedResourceError):
        await reading
    with pytest.raises(anyio.ClosedResourceError):
        await udp.send(b"x")
    assert [datagram async for datagram in udp] == []


async def test_a_socket_takes_no_wrong_arguments(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    for arguments in (
        {"remote": ("", 9)},
        {"remote": (HOST, 0)},
        {"remote": (HOST, 9), "local_port": 0},
        {"remote": (HOST, 9), "limit": 0},
    ):
        with pytest.raises(atmodem.InvalidArgument):
            await rig.modem.open_udp(**arguments)


async def test_a_stream_opens_beside_a_socket_for_datagrams_and_both_carry_data(rig: Rig):
    rig.need(Capability.UDP_OPEN)
    async with (
        datagram_peer() as peer,
        server() as far,
        rig.modem.open_udp((HOST, peer.port)) as udp,
        rig.modem.connect_tcp(HOST, far.port) as stream,
    ):
        end = await far.connection()
        await stream.send(b"stream")
        assert await end.read(6) == b"stream"
        await end.send(b"back")
        assert await stream.receive() == b"back"
        await udp.send(b"datagram")
        data, address = await peer.receive()
        assert data == b"datagram"
        peer.transport.sendto(b"back", address)
        assert (await udp.receive()).data == b"back"
