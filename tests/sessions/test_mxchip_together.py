"""Everything at once through the sessions: five links and six topics of a virtual MXCHIP module on a paced pty."""

import asyncio
import random
from pathlib import Path

import pytest

import atmodem
from atmodem import MqttSession, TcpStream
from atmodem.api.virtual import serve_pty
from atmodem.dialects import mxchip
from tests.sessions.broker import HOST, Broker, broker
from tests.sessions.contract.rig import pattern
from tests.sessions.far import server
from tests.sessions.mxchip_modems import MXCHIP

pytestmark = pytest.mark.asyncio

LINKS, TOPICS = range(5), range(6)
#: Bytes on each link, and messages on each topic, each way, by the speed of the line.
LOADS = {115200: (1500, 2), 921600: (8000, 5)}


def payload(topic: int, number: int) -> bytes:
    return b"\r\nOK\r\n+CIPEVENT:SOCKET,0,9,%d" % topic + random.Random(10 * topic + number).randbytes(200)


async def talk(modem: atmodem.Modem, number: int, size: int, passive: bool, all_open: asyncio.Barrier) -> None:
    """Send through one link while its far end sends, and check both directions."""
    there, back = bytes([number]) + pattern(size), pattern(size) + bytes([number])

    async def take(stream: TcpStream) -> bytes:
        received = b""
        while len(received) < len(back):
            received += await stream.receive()
        return received

    async with server() as far, modem.connect_tcp(HOST, far.port, passive=passive) as stream:
        end = await far.connection()
        await all_open.wait()
        _, _, received, arrived = await asyncio.gather(
            stream.send(there), end.send(back), take(stream), end.read(len(there))
        )
    assert (received, arrived) == (back, there)


async def listen(mqtt: MqttSession, count: int, all_open: asyncio.Barrier) -> None:
    """Take all messages, and check that each topic brought its own in order."""
    await all_open.wait()
    came: dict[str | None, list[bytes]] = {}
    for _ in range(len(TOPICS) * count):
        message = await anext(mqtt.messages)
        came.setdefault(message.filter, []).append(message.payload)
    assert came == {f"in/{topic}/#": [payload(topic, n) for n in range(count)] for topic in TOPICS}


async def tell(outside: Broker, topic: int, count: int, all_open: asyncio.Barrier) -> None:
    """Publish as somebody else."""
    await all_open.wait()
    for number in range(count):
        await outside.publish(f"in/{topic}/x", payload(topic, number), qos=1)


async def say(mqtt: MqttSession, count: int, all_open: asyncio.Barrier) -> None:
    """Publish on topics of the module's own."""
    await all_open.wait()
    for number in range(count):
        for topic in TOPICS:
            await mqtt.publish(f"out/{topic}", payload(topic, number), qos=topic % 3)


@pytest.mark.parametrize("passive", [True, False], ids=["waiting", "pushed"])
@pytest.mark.parametrize("baudrate", LOADS)
async def test_five_links_and_six_topics_lose_no_byte_on_a_paced_line(tmp_path: Path, baudrate: int, passive: bool):
    size, count = LOADS[baudrate]
    async with (
        broker(tmp_path) as outside,
        outside.subscriber("out/#") as seen,
        mxchip.Virtual(baudrate=baudrate) as device,
        serve_pty(device) as url,
        atmodem.connect(url, MXCHIP, baudrate=baudrate) as modem,
    ):
        await modem.wifi.join("lab", "secret")
        async with modem.mqtt(HOST, outside.port, client_id="module") as mqtt:
            for topic in TOPICS:
                await mqtt.subscribe(f"in/{topic}/#", qos=1)
            parties = len(LINKS) + len(TOPICS) + 2
            all_open = asyncio.Barrier(parties)
            await asyncio.gather(
                *(talk(modem, number, size, passive, all_open) for number in LINKS),
                *(tell(outside, topic, count, all_open) for topic in TOPICS),
                listen(mqtt, count, all_open),
                say(mqtt, count, all_open),
            )
            arrived = [await seen.next() for _ in range(len(TOPICS) * count)]
        expected = [(f"out/{topic}", topic % 3, payload(topic, n)) for n in range(count) for topic in TOPICS]
        assert sorted((topic, qos, data) for qos, _, data, topic in arrived) == sorted(expected)
        assert modem.statistics.unrecognized == 0
