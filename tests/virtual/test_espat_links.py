"""Links of the virtual ESP module over real sockets of this host."""

import asyncio
import hashlib
import random
import re
import socket

import pytest

from atmodem.virtual.air import Air
from tests.virtual.host import ERROR, HOST, OK, PROMPT, FarEnd, Host, far_end, module, online, silence

SEND_OK = b"\r\nSEND OK\r\n"
_HEADER = re.compile(rb"\r\n\+IPD,(?:\d,)?(\d+):")


async def open_link(host: Host, server: FarEnd, number: int | None = None) -> None:
    prefix = b"" if number is None else b"%d," % number
    answer = await host.ask(b'AT+CIPSTART=%b"TCP","%b",%d' % (prefix, HOST.encode(), server.port))
    assert answer == prefix + b"CONNECT\r\n" + OK


async def send(host: Host, data: bytes, number: int | None = None) -> bytes:
    prefix = b"" if number is None else b"%d," % number
    host.send(b"AT+CIPSEND=%b%d\r\n" % (prefix, len(data)))
    assert await host.until(b">") == PROMPT
    host.send(data)
    assert await host.until(b"bytes\r\n") == b"\r\nRecv %d bytes\r\n" % len(data)
    return await host.until(b"\r\nSEND OK\r\n")


async def pushed(host: Host, length: int) -> bytes:
    """Return *length* bytes that the module pushes, taken out of their records."""
    data = bytearray()
    while len(data) < length:
        header = await host.until(b":")
        match = _HEADER.fullmatch(header)
        assert match is not None, header
        size = int(match[1])
        assert size <= 2920
        data += await host.take(size)
        assert await host.take(2) == b"\r\n"
    return bytes(data)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.asyncio
async def test_a_link_carries_bytes_both_ways():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, writer = await server.end()
        assert await send(host, b"a\r\nOK\r\n") == SEND_OK
        assert await reader.readexactly(7) == b"a\r\nOK\r\n"
        writer.write(b"\r\nOK\r\n\x00\xff")
        assert await host.until(b"\xff\r\n") == b"\r\n+IPD,8:\r\nOK\r\n\x00\xff\r\n"
        state = await host.ask(b"AT+CIPSTATE?")
        port = writer.get_extra_info("peername")[1]
        assert state == b'+CIPSTATE:0,"TCP","127.0.0.1",%d,%d,0\r\n' % (server.port, port) + OK
        assert await host.ask(b"AT+CIPCLOSE") == b"CLOSED\r\n" + OK
        assert await reader.read() == b""
        assert await host.ask(b"AT+CIPCLOSE") == ERROR


@pytest.mark.asyncio
async def test_five_links_are_kept_apart():
    async with far_end() as server, online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        ends = []
        for number in range(5):
            await open_link(host, server, number)
            ends.append(await server.end())
        assert await host.ask(b'AT+CIPSTARTEX="TCP","127.0.0.1",%d' % server.port) == ERROR
        for number, (reader, writer) in enumerate(ends):
            await send(host, b"to %d" % number, number)
            assert await reader.readexactly(4) == b"to %d" % number
            writer.write(b"from %d" % number)
            assert await host.until(b"from %d\r\n" % number) == b"\r\n+IPD,%d,6:from %d\r\n" % (number, number)
        closed = b"".join(b"%d,CLOSED\r\n" % number for number in range(5))
        assert await host.ask(b"AT+CIPCLOSE=5") == closed + OK


@pytest.mark.asyncio
async def test_numbers_are_for_numbered_links_alone():
    async with far_end() as server, online() as (_, host):
        assert await host.ask(b'AT+CIPSTART=0,"TCP","127.0.0.1",%d' % server.port) == ERROR
        await open_link(host, server)
        assert await host.ask(b"AT+CIPSEND=0,5") == ERROR
        assert await host.ask(b"AT+CIPCLOSE=0") == ERROR
        assert await host.ask(b"AT+CIPMUX=1") == ERROR
        await host.ask(b"AT+CIPCLOSE")
        assert await host.ask(b"AT+CIPMUX=1") == OK
        assert await host.ask(b'AT+CIPSTART="TCP","127.0.0.1",%d' % server.port) == ERROR
        answer = await host.ask(b'AT+CIPSTARTEX="TCP","127.0.0.1",%d' % server.port)
        assert answer == b"0,CONNECT\r\n" + OK


@pytest.mark.asyncio
async def test_a_mebibyte_comes_back_unharmed():
    data = random.Random(1).randbytes(1024 * 1024)
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, writer = await server.end()
        writer.transport.set_write_buffer_limits(high=len(data))

        async def echo() -> None:
            while chunk := await reader.read(65536):
                writer.write(chunk)

        echoing = asyncio.create_task(echo())
        back = bytearray()
        for start in range(0, len(data), 8192):
            host.send(b"AT+CIPSEND=8192\r\n")
            await take_around_pushes(host, back, PROMPT)
            host.send(data[start : start + 8192])
            await take_around_pushes(host, back, b"\r\nRecv 8192 bytes\r\n")
            await take_around_pushes(host, back, SEND_OK)
        back += await pushed(host, len(data) - len(back))
        assert hashlib.sha256(back).digest() == hashlib.sha256(data).digest()
        await host.ask(b"AT+CIPCLOSE")
        await echoing


async def take_around_pushes(host: Host, back: bytearray, wanted: bytes) -> None:
    """Take *wanted*; what is pushed before it goes to *back*."""
    while True:
        start = await host.take(len(b"\r\n+IPD"))
        if start != b"\r\n+IPD":
            assert start + await host.take(len(wanted) - len(start)) == wanted
            return
        size = int((await host.until(b":"))[1:-1])
        back += await host.take(size)
        assert await host.take(2) == b"\r\n"


@pytest.mark.asyncio
async def test_the_far_end_is_held_back_while_the_host_does_not_read():
    async with far_end() as server, online() as (device, host):
        await open_link(host, server)
        _, writer = await server.end()
        host.link.pause_reading()
        writer.transport.set_write_buffer_limits(0)
        sending = asyncio.create_task(flood(writer, 8 * 1024 * 1024))
        while not device.outlet.congested:
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert not sending.done()
        host.link.resume_reading()
        assert await pushed(host, 8 * 1024 * 1024) == bytes(8 * 1024 * 1024)
        await sending


async def flood(writer: asyncio.StreamWriter, length: int) -> None:
    for _ in range(length // 65536):
        writer.write(bytes(65536))
        await writer.drain()


@pytest.mark.asyncio
async def test_passive_data_wait_up_to_the_buffer_and_hold_the_far_end_back():
    data = random.Random(2).randbytes(300_000)
    async with far_end() as server, online() as (device, host):
        await open_link(host, server)
        await host.ask(b"AT+CIPRECVTYPE=1")
        _, writer = await server.end()
        writer.write(data)
        got = bytearray()
        link = device.links.get(0)
        assert link is not None
        while len(got) < len(data):
            # What is left is announced again behind each answer.
            assert await host.until(b"\r\n+IPD,") == b"\r\n+IPD,"
            assert int(await host.until(b"\r\n")) > 0
            assert len(link.waiting) <= 5760
            host.send(b"AT+CIPRECVDATA=2000\r\n")
            assert await host.until(b":") == b"+CIPRECVDATA:"
            size = int((await host.until(b","))[:-1])
            assert size <= 2000
            got += await host.take(size)
            assert await host.take(6) == OK
        assert got == data


@pytest.mark.asyncio
async def test_going_back_to_active_mode_pushes_what_waits():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        await host.ask(b"AT+CIPRECVMODE=1")
        _, writer = await server.end()
        writer.write(b"hello")
        assert await host.until(b"5\r\n") == b"\r\n+IPD,5\r\n"
        assert await host.ask(b"AT+CIPRECVMODE=0") == OK
        assert await host.until(b"hello\r\n") == b"\r\n+IPD,5:hello\r\n"
        assert await host.ask(b"AT+CIPRECVDATA=5") == ERROR


@pytest.mark.asyncio
async def test_each_link_has_a_receive_mode_of_its_own():
    async with far_end() as server, online() as (_, host):
        await host.ask(b"AT+CIPMUX=1")
        await open_link(host, server, 0)
        _, first = await server.end()
        await open_link(host, server, 3)
        _, second = await server.end()
        assert await host.ask(b"AT+CIPRECVTYPE=3,1") == OK
        assert (await host.ask(b"AT+CIPRECVTYPE?")).count(b",1\r\n") == 1
        first.write(b"a")
        assert await host.until(b"a\r\n") == b"\r\n+IPD,0,1:a\r\n"
        second.write(b"b")
        assert await host.until(b"3,1\r\n") == b"\r\n+IPD,3,1\r\n"
        assert await host.ask(b"AT+CIPRECVLEN?") == b"+CIPRECVLEN:0,0,0,1,0\r\n" + OK
        second.close()
        assert await host.ask(b"AT+CIPRECVDATA=3,100") == b"+CIPRECVDATA:1,b" + OK
        assert await host.until(b"CLOSED\r\n") == b"3,CLOSED\r\n"


@pytest.mark.asyncio
async def test_early_firmware_writes_fetched_data_and_senders_in_its_own_way():
    async with far_end() as server, online(profile="2.0") as (_, host):
        await open_link(host, server)
        _, writer = await server.end()
        await host.ask(b"AT+CIPDINFO=1")
        writer.write(b"hi")
        assert await host.until(b"hi\r\n") == b"\r\n+IPD,2,127.0.0.1,%d:hi\r\n" % server.port
        await host.ask(b"AT+CIPRECVMODE=1")
        writer.write(b"ho")
        assert await host.until(b"2\r\n") == b"\r\n+IPD,2\r\n"
        assert await host.ask(b"AT+CIPRECVDATA=2") == b"+CIPRECVDATA,2:ho" + OK


@pytest.mark.asyncio
async def test_data_that_were_asked_for_are_due_though_the_link_has_gone():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        host.send(b"AT+CIPSEND=5\r\n")
        await host.until(b">")
        _, writer = await server.end()
        writer.close()
        assert await host.until(b"\r\n") == b"CLOSED\r\n"
        host.send(b"hel")
        host.send(b"lo")
        assert await host.until(b"FAIL\r\n") == b"\r\nRecv 5 bytes\r\n\r\nSEND FAIL\r\n"
        assert await host.ask(b"AT+CIPSEND=5") == ERROR


@pytest.mark.asyncio
async def test_a_far_end_that_does_not_read_delays_the_answer_to_a_send():
    async with far_end(limit=1024) as server, online() as (_, host):
        await open_link(host, server)
        reader, _ = await server.end()
        sent = 0
        while True:
            host.send(b"AT+CIPSEND=8192\r\n")
            await host.until(b">")
            host.send(bytes(8192))
            sent += 8192
            await host.until(b"bytes\r\n")
            await asyncio.sleep(0)
            if not host.received and not await soon(host):
                break
            assert await host.until(SEND_OK) == SEND_OK
        host.send(b"AT\r\n")
        assert await host.until(b"busy p...\r\n") == b"\r\nbusy p...\r\n"
        assert len(await reader.readexactly(sent)) == sent
        assert await host.until(SEND_OK) == SEND_OK


async def soon(host: Host) -> bool:
    """Tell whether something comes within some turns of the loop."""
    for _ in range(50):
        await asyncio.sleep(0)
    return bool(host.received)


@pytest.mark.asyncio
async def test_escaped_data_end_early():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, _ = await server.end()
        host.send(b"AT+CIPSENDEX=100\r\n")
        await host.until(b">")
        host.send(b"a\\")
        host.send(b"\\b\\,c\\0")
        assert await host.until(SEND_OK) == b"\r\nRecv 5 bytes\r\n" + SEND_OK
        assert await reader.readexactly(5) == b"a\\b,c"


@pytest.mark.asyncio
async def test_a_long_stream_reports_how_far_it_is():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        reader, _ = await server.end()
        await host.ask(b"AT+CIPSENDLCFG=100")
        host.send(b"AT+CIPSENDL=250\r\n")
        await host.until(b">")
        for size in (100, 100, 50):
            host.send(b"x" * size)
            await host.until(b"\r\n")
        assert await host.until(SEND_OK) == SEND_OK
        assert await reader.readexactly(250) == b"x" * 250


@pytest.mark.asyncio
async def test_a_long_stream_is_cancelled_by_pluses_and_fails_when_the_link_goes():
    async with far_end() as server, online() as (_, host):
        await open_link(host, server)
        _, writer = await server.end()
        host.send(b"AT+CIPSENDL=10\r\n")
        await host.until(b">")
        await silence()
        host.send(b"+++")
        assert await host.until(b"LED\r\n") == b"\r\nSEND CANCELLED\r\n"
        host.send(b"AT+CIPSENDL=10\r\n")
        await host.until(b">")
        writer.close()
        await host.until(b"CLOSED\r\n")
        host.send(b"0123456789")
        assert await host.until(b"FAIL\r\n") == b"+CIPSENDL:10,10\r\n\r\nSEND FAIL\r\n"


# Refusals


@pytest.mark.parametrize(("profile", "cause"), [("4.1", b""), ("5.0", b"+ERRNO:0x6f\r\n")])
@pytest.mark.asyncio
async def test_a_port_without_a_listener_refuses(profile: str, cause: bytes):
    async with online(profile=profile) as (_, host):
        await host.ask(b"AT+SYSLOG=1")
        assert await host.ask(b'AT+CIPSTART="TCP","127.0.0.1",%d' % free_port()) == cause + ERROR


@pytest.mark.parametrize("name", [b"192.0.2.1", b"nowhere.invalid"])
@pytest.mark.asyncio
async def test_nothing_outside_this_host_is_reached(name: bytes):
    async with online() as (_, host):
        assert await host.ask(b'AT+CIPSTART="TCP","%b",80' % name) == ERROR
        assert await host.ask(b'AT+CIPSTART="UDP","%b",80' % name) == ERROR


@pytest.mark.asyncio
async def test_a_name_leads_to_a_service_of_this_host():
    async with far_end() as server:
        air = Air(services={("example.org", 80): (HOST, server.port)})
        async with online(air=air) as (_, host):
            assert await host.ask(b'AT+CIPSTART="TCP","example.org",80') == b"CONNECT\r\n" + OK
            assert b'"127.0.0.1",80,' in await host.ask(b"AT+CIPSTATE?")


@pytest.mark.asyncio
async def test_no_link_opens_without_a_network():
    async with far_end() as server, module() as (_, host):
        assert await host.ask(b'AT+CIPSTART="TCP","127.0.0.1",%d' % server.port) == ERROR
        assert await host.ask(b"AT+CIPSTATUS") == b"STATUS:5\r\n" + OK


@pytest.mark.asyncio
async def test_the_status_tells_how_far_the_network_is():
    async with far_end() as server, online() as (_, host):
        assert await host.ask(b"AT+CIPSTATUS") == b"STATUS:2\r\n" + OK
        await open_link(host, server)
        assert (await host.ask(b"AT+CIPSTATUS")).startswith(b'STATUS:3\r\n+CIPSTATUS:0,"TCP"')
        await host.ask(b"AT+CIPCLOSE")
        assert await host.ask(b"AT+CIPSTATUS") == b"STATUS:4\r\n" + OK


@pytest.mark.asyncio
async def test_a_restart_drops_the_links():
    async with far_end() as server, online() as (device, host):
        await open_link(host, server)
        reader, _ = await server.end()
        device.restart(after=0)
        assert await reader.read() == b""
