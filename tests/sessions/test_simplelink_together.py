"""Everything that a CC3220 has, at once and over a line that cuts: each reply and refusal reaches its own command."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import atmodem
from atmodem import Modem
from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device import Virtual
from atmodem.testing.faults import Faults, FaultyLink
from tests.sessions.bench import Echo
from tests.sessions.broker import broker
from tests.sessions.far import HOST, Connection, datagram_peer, free_port
from tests.sessions.simplelink_bench import SIMPLELINK
from tests.sessions.web import web_server

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def on_a_line(profile: str, faults: Faults) -> AsyncIterator[Modem]:
    async with Virtual(profile=profile) as device:
        modem = Modem(FaultyLink(device.open_link(), sent=Faults(), received=faults, seed=0), SIMPLELINK)
        await modem.start()
        try:
            await modem.wifi.join("lab", "secret")
            yield modem
        finally:
            await modem.aclose()


async def talk(modem: Modem, port: int, seed: int) -> None:
    for turn in range(2):
        data = random.Random(10 * seed + turn).randbytes(2000)
        async with modem.connect_tcp(HOST, port) as stream:

            async def read(stream: atmodem.TcpStream = stream, length: int = len(data)) -> bytes:
                received = b""
                while len(received) < length:
                    received += await stream.receive()
                return received

            _, received = await asyncio.gather(stream.send(data), read())
            assert received == data


async def knock(modem: Modem) -> None:
    for _ in range(10):
        with pytest.raises(atmodem.ConnectFailed) as caught:
            await modem.connect_tcp(HOST, free_port())
        assert caught.value.name == "CONNECTION_REFUSED"


async def ask(modem: Modem) -> None:
    for _ in range(15):
        with pytest.raises(atmodem.CommandError) as caught:
            await modem.send(sl.WlanProfileGet(index=9))
        assert caught.value.name == "NO_PROFILE"
        assert (await modem.send(sl.Get(option=sl.GeneralVersion))).rom == 13107


async def look_up(modem: Modem) -> None:
    for _ in range(10):
        assert await modem.resolve("localhost") == (HOST,)
        with pytest.raises(atmodem.CommandError) as caught:
            await modem.resolve("nowhere.invalid")
        assert caught.value.name == "NO_SUCH_HOST"
        assert (await modem.ping("localhost", count=2)).received == 2


async def publish(modem: Modem, port: int) -> None:
    async with modem.mqtt(HOST, port, client_id="board") as session:
        await session.subscribe("all/#", qos=2)
        for number in range(15):
            await session.publish("all/a", b"%d" % number, qos=number % 3)
            assert (await anext(session.messages)).payload == b"%d" % number


async def keep(modem: Modem) -> None:
    for number in range(3):
        data = random.Random(number).randbytes(1000)
        await modem.files.upload(f"file{number}", data)
        assert await modem.files.download(f"file{number}") == data


async def serve(modem: Modem) -> None:
    port = free_port()
    async with modem.listen_tcp(port) as listener:
        for number in range(5):
            one = Connection(*await asyncio.open_connection(HOST, port))
            await one.send(b"%d" % number)
            async with await listener.accept() as client:
                assert await client.receive() == b"%d" % number
                await client.send(b"yes")
                assert await one.read(3) == b"yes"
            one.close()


async def send_datagrams(modem: Modem) -> None:
    async with datagram_peer() as peer, modem.open_udp((HOST, peer.port)) as udp:
        for number in range(10):
            await udp.send(b"<%d" % number)
            data, address = await peer.receive()
            peer.transport.sendto(data[::-1], address)
            assert (await udp.receive()).data == data[::-1]


@pytest.mark.parametrize("profile", ["demo", "noecho-crlf"])
@pytest.mark.parametrize("faults", [Faults(cut_to=1), Faults(cut_to=40, delay=0.0005)], ids=["one-byte", "delayed"])
async def test_each_gets_its_own(profile: str, faults: Faults, echo: Echo, tmp_path: Path):
    async with broker(tmp_path) as server, web_server() as web, on_a_line(profile, faults) as modem:
        web.data = random.Random(7).randbytes(1500)

        async def fetch() -> None:
            for _ in range(3):
                assert (await modem.http.get(f"{web.url}/chunked/1500")).body == web.data

        await asyncio.gather(
            *(talk(modem, echo.port, seed) for seed in range(3)),
            *(work(modem) for work in (knock, ask, look_up, keep, serve, send_datagrams)),
            publish(modem, server.port),
            fetch(),
        )
        assert modem.statistics.unrecognized == 0
