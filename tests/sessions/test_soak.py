"""Long transfers, for ``make soak``."""

import asyncio
import hashlib
import random

import pytest

from atmodem import Capability, Modem
from atmodem.virtual.serial_profile import ClassicPeer
from tests.sessions.bench import HOST, Bench, Echo, bench
from tests.sessions.bluetooth_bench import among
from tests.sessions.web import web_server

pytestmark = [pytest.mark.asyncio, pytest.mark.soak]

MIB = 1 << 20


async def sent_and_received(modem: Modem, port: int, size: int, *, passive: bool | None = None) -> tuple[bytes, bytes]:
    """Send random bytes through an echo, both ways at once; return the digest of what went and of what came."""
    chance = random.Random(size)
    sent, received = hashlib.sha256(), hashlib.sha256()
    async with modem.connect_tcp(HOST, port, passive=passive) as stream:

        async def send() -> None:
            left = size
            while left:
                data = chance.randbytes(min(left, 65536))
                sent.update(data)
                await stream.send(data)
                left -= len(data)

        sending = asyncio.create_task(send())
        left = size
        while left:
            chunk = await stream.receive()
            received.update(chunk)
            left -= len(chunk)
        await sending
    return sent.digest(), received.digest()


@pytest.mark.parametrize("passive", [True, False])
async def test_sixteen_mebibytes_come_back_unharmed(on_each_link: Bench, echo: Echo, passive: bool):
    if passive:
        on_each_link.need(Capability.PASSIVE_RECEIVE)
    await on_each_link.join()
    sent, received = await sent_and_received(on_each_link.modem, echo.port, 16 * MIB, passive=passive)
    assert received == sent
    assert await on_each_link.is_usable()


async def test_a_mebibyte_comes_back_unharmed_over_a_line_at_921600(dialect: str, echo: Echo):
    async with bench(dialect, "pty", baudrate=921600) as made:
        await made.join()
        sent, received = await sent_and_received(made.modem, echo.port, MIB)
        assert received == sent


async def test_a_thousand_links_are_opened_and_closed(each: Bench, echo: Echo):
    for number in range(1000):
        async with each.modem.connect_tcp(HOST, echo.port) as stream:
            await stream.send(b"%d" % number)
            assert await stream.receive() == b"%d" % number
    await echo.all_gone()
    assert echo.opened == 1000


async def test_four_mebibytes_of_a_page_come_unharmed_and_a_mebibyte_goes(on_each_link: Bench):
    for capability in (Capability.HTTP, Capability.HTTP_FRAMED, Capability.HTTP_BINARY):
        on_each_link.need(capability)
    await on_each_link.join()
    http = on_each_link.modem.http
    async with web_server() as server:
        server.data = random.Random(4).randbytes(4 * MIB)
        received = hashlib.sha256()
        async with http.stream("GET", f"{server.url}/chunked/{len(server.data)}") as response:
            async for piece in response:
                received.update(piece)
        assert received.digest() == hashlib.sha256(server.data).digest()
        response = await http.put(f"{server.url}/digest", server.data[:MIB])
        assert response.body.decode() == hashlib.sha256(server.data[:MIB]).hexdigest()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("line", ["memory", "tcp", "pty"])
async def test_megabytes_pass_over_a_serial_port_of_bluetooth(line: str):
    peer = ClassicPeer(play=lambda far: setattr(far, "heard", lambda: _send_back(far)))
    async with among(peer, link=line) as near, near.modem.bluetooth.classic.connect_serial(peer.address) as stream:
        data = random.Random(4).randbytes(4 * MIB)
        sending = asyncio.create_task(stream.send(data))
        received = bytearray()
        while len(received) < len(data):
            received += await stream.receive()
        await sending
    assert hashlib.sha256(received).digest() == hashlib.sha256(data).digest()


def _send_back(far) -> None:
    data = bytes(far.received)
    far.received.clear()
    far.send(data)
