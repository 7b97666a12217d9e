"""Datagrams and the server of the virtual ESP module."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from atmodem.virtual.clock import ManualClock
from tests.virtual.host import ERROR, HOST, OK, Host, online
from tests.virtual.test_espat_links import SEND_OK, free_port, send


@contextmanager
def udp_socket(address: str = HOST) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((address, 0))
        peer.setblocking(False)
        yield peer


async def address_of(host: Host) -> tuple[str, int]:
    """Return where the module's link takes datagrams."""
    return HOST, int((await host.ask(b"AT+CIPSTATE?")).split(b",")[4])


# Datagrams


@pytest.mark.asyncio
async def test_datagrams_go_where_they_are_addressed_and_tell_their_sender():
    loop = asyncio.get_running_loop()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
    ):
        for peer in (one, two):
            peer.bind((HOST, 0))
            peer.setblocking(False)
        async with online() as (_, host):
            start = b'AT+CIPSTART="UDP","127.0.0.1",%d,0,2' % one.getsockname()[1]
            assert await host.ask(start) == b"CONNECT\r\n" + OK
            await host.ask(b"AT+CIPDINFO=1")
            assert await send(host, b"first") == SEND_OK
            data, module_address = await loop.sock_recvfrom(one, 100)
            assert data == b"first"
            await loop.sock_sendto(two, b"hello", module_address)
            sender = two.getsockname()[1]
            assert await host.until(b"hello\r\n") == b'\r\n+IPD,5,"127.0.0.1",%d:hello\r\n' % sender
            await send(host, b"to the last sender")
            assert await loop.sock_recv(two, 100) == b"to the last sender"
            host.send(b'AT+CIPSEND=3,"127.0.0.1",%d\r\n' % one.getsockname()[1])
            await host.until(b">")
            host.send(b"you")
            await host.until(SEND_OK)
            assert await loop.sock_recv(one, 100) == b"you"


@pytest.mark.asyncio
async def test_only_the_first_sender_becomes_the_far_end_when_that_was_asked_for():
    loop = asyncio.get_running_loop()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
    ):
        for peer in (one, two):
            peer.bind((HOST, 0))
            peer.setblocking(False)
        async with online() as (_, host):
            await host.ask(b'AT+CIPSTART="UDP","127.0.0.1",9,0,1')
            address = await address_of(host)
            await loop.sock_sendto(one, b"a", address)
            await host.until(b"a\r\n")
            await loop.sock_sendto(two, b"b", address)
            await host.until(b"b\r\n")
            await send(host, b"answer")
            assert await loop.sock_recv(one, 100) == b"answer"


@pytest.mark.asyncio
async def test_datagrams_that_wait_can_be_fetched_one_by_one():
    loop = asyncio.get_running_loop()
    with udp_socket() as peer:
        async with online(profile="5.1") as (_, host):
            await host.ask(b'AT+CIPSTART="UDP","127.0.0.1",%d' % peer.getsockname()[1])
            assert await host.ask(b"AT+CIPRECVTYPE=1,1") == OK
            assert await host.ask(b"AT+CIPRECVTYPE?") == b"+CIPRECVTYPE:0,1,1\r\n" + OK
            address = await address_of(host)
            for data in (b"first", b"second", b"third"):
                await loop.sock_sendto(peer, data, address)
            assert await host.until(b"5\r\n") == b"\r\n+IPD,5\r\n"
            while b":16\r\n" not in await host.ask(b"AT+CIPRECVLEN?"):
                pass
            assert await host.ask(b"AT+CIPRECVDATA=100,1") == b"+CIPRECVDATA:5,first" + OK
            assert await host.until(b"6\r\n") == b"\r\n+IPD,6\r\n"
            assert await host.ask(b"AT+CIPRECVDATA=4,1") == b"+CIPRECVDATA:4,seco" + OK
            assert await host.until(b"2\r\n") == b"\r\n+IPD,2\r\n"
            assert await host.ask(b"AT+CIPRECVDATA=100") == b"+CIPRECVDATA:7,ndthird" + OK


@pytest.mark.asyncio
async def test_datagrams_that_wait_lose_their_borders_and_what_does_not_fit():
    loop = asyncio.get_running_loop()
    with udp_socket() as peer:
        async with online() as (_, host):
            await host.ask(b'AT+CIPSTART="UDP","127.0.0.1",%d' % peer.getsockname()[1])
            await host.ask(b"AT+CIPRECVTYPE=1")
            address = await address_of(host)
            for _ in range(5):
                await loop.sock_sendto(peer, b"x" * 1400, address)
            assert await host.until(b"1400\r\n") == b"\r\n+IPD,1400\r\n"
            while b":5760\r\n" not in await host.ask(b"AT+CIPRECVLEN?"):
                pass
            assert await host.ask(b"AT+CIPRECVDATA=1,1") == ERROR
            host.send(b"AT+CIPRECVDATA=2000\r\n")
            assert (await host.until(b",")) == b"+CIPRECVDATA:2000,"
            assert await host.take(2000 + len(OK)) == b"x" * 2000 + OK


@pytest.mark.asyncio
async def test_leaving_passive_mode_pushes_each_datagram_by_itself():
    loop = asyncio.get_running_loop()
    with udp_socket() as peer:
        async with online() as (_, host):
            await host.ask(b'AT+CIPSTART="UDP","127.0.0.1",%d' % peer.getsockname()[1])
            await host.ask(b"AT+CIPRECVTYPE=1")
            address = await address_of(host)
            await loop.sock_sendto(peer, b"one", address)
            await loop.sock_sendto(peer, b"two", address)
            await host.until(b"+IPD,3\r\n")
            while b":6\r\n" not in await host.ask(b"AT+CIPRECVLEN?"):
                pass
            assert await host.ask(b"AT+CIPRECVTYPE=0") == OK
            assert await host.until(b"two\r\n") == b"\r\n+IPD,3:one\r\n\r\n+IPD,3:two\r\n"


@pytest.mark.asyncio
async def test_a_broadcast_reaches_whoever_listens_on_this_host():
    loop = asyncio.get_running_loop()
    with udp_socket("0.0.0.0") as peer:
        async with online() as (_, host):
            start = b'AT+CIPSTART="UDP","255.255.255.255",%d' % peer.getsockname()[1]
            assert await host.ask(start) == b"CONNECT\r\n" + OK
            await send(host, b"anybody?")
            assert await loop.sock_recv(peer, 100) == b"anybody?"


# The server


@pytest.mark.asyncio
async def test_clients_get_the_lowest_free_number_and_no_more_than_allowed_get_in():
    port = free_port()
    async with online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        await host.ask(b"AT+CIPSERVERMAXCONN=2")
        assert await host.ask(b"AT+CIPSERVER=1,%d" % port) == OK
        assert await host.ask(b"AT+CIPSERVER=1,%d" % port) == ERROR
        assert await host.ask(b"AT+CIPSERVERMAXCONN=3") == ERROR
        assert await host.ask(b"AT+CIPMUX=0") == ERROR
        ends = []
        for number in range(2):
            ends.append(await asyncio.open_connection(HOST, port))
            assert await host.until(b"CONNECT\r\n") == b"%d,CONNECT\r\n" % number
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)
        await send(host, b"welcome", 1)
        assert await ends[1][0].readexactly(7) == b"welcome"
        ends[0][1].close()
        assert await host.until(b"CLOSED\r\n") == b"0,CLOSED\r\n"
        assert await host.nothing_comes()
        ends.append(await asyncio.open_connection(HOST, port))
        assert await host.until(b"CONNECT\r\n") == b"0,CONNECT\r\n"
        assert await host.ask(b"AT+CIPSERVER=0,1") == b"0,CLOSED\r\n1,CLOSED\r\n" + OK
        assert await host.ask(b"AT+CIPSERVER=0") == ERROR
        for _, writer in ends:
            writer.close()


@pytest.mark.asyncio
async def test_deleting_the_server_keeps_its_links_unless_told_otherwise():
    port = free_port()
    async with online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        await host.ask(b"AT+CIPSERVER=1,%d" % port)
        reader, writer = await asyncio.open_connection(HOST, port)
        await host.until(b"CONNECT\r\n")
        assert await host.ask(b"AT+CIPSERVER=0") == OK
        await send(host, b"still", 0)
        assert await reader.readexactly(5) == b"still"
        writer.close()
        await host.until(b"0,CLOSED\r\n")


@pytest.mark.asyncio
async def test_a_silent_client_is_dropped_after_the_time_that_was_set():
    port = free_port()
    async with online(clock=ManualClock()) as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        assert await host.ask(b"AT+CIPSTO=1") == ERROR
        await host.ask(b"AT+CIPSERVER=1,%d" % port)
        reader, writer = await asyncio.open_connection(HOST, port)
        await host.until(b"CONNECT\r\n")
        assert await host.ask(b"AT+CIPSTO=1") == OK
        assert await host.until(b"CLOSED\r\n") == b"0,CLOSED\r\n"
        assert await reader.read() == b""
        writer.close()
