"""Everything at once: the client, a paced pty, and the virtual MXCHIP module on sockets of this host."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

import atmodem
from atmodem import Modem
from atmodem.dialects import mxchip as mx
from atmodem.modem.hub import Subscription
from atmodem.virtual.mqtt_packets import PacketReader, PacketType, number, packet, text
from atmodem.virtual.serving import serve_pty
from atmodem.wire.event import Event
from tests.virtual.host import far_end
from tests.virtual.mxchip_bench import HOST
from tests.virtual.test_mxchip_sockets import echoing

LINKS, TOPICS = range(5), range(6)
BLOCK, BLOCKS = 1024, 8


async def play_broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Confirm everything, and send messages back."""
    packets = PacketReader()
    while data := await reader.read(4096):
        for arrived in packets.feed(data):
            match arrived.kind:
                case PacketType.CONNECT:
                    writer.write(packet(PacketType.CONNACK, number(0)))
                case PacketType.SUBSCRIBE:
                    writer.write(packet(PacketType.SUBACK, number(arrived.number()), b"\0"))
                case PacketType.PUBLISH:
                    topic = arrived.text()
                    writer.write(packet(PacketType.PUBLISH, text(topic), arrived.body[2 + arrived.number() :]))
                case _:
                    pass


@asynccontextmanager
async def playing_broker() -> AsyncIterator[int]:
    async with far_end() as far:

        async def serve() -> None:
            await play_broker(*await far.end())

        serving = asyncio.create_task(serve())
        try:
            yield far.port
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def prepare(modem: Modem, echo_port: int, broker_port: int) -> None:
    async with modem.expect(mx.StationUp) as up:
        await modem.send(mx.WJAP(ssid="lab", key="secret"))
        await up.get()
    for link in LINKS:
        async with modem.expect(mx.ServerConnected) as connected:
            opened = mx.CIPSTART(id=link, type=mx.LinkType.TCP_CLIENT, domain=HOST, remote_port=echo_port)
            await modem.send(opened)
            assert (await connected.get()).id == link
    await modem.send(mx.MQTTSOCK(host=HOST, port=broker_port))
    async with modem.expect(mx.MqttConnected) as ready:
        await modem.send(mx.MQTTSTART())
        await ready.get()
    for topic in TOPICS:
        async with modem.expect(mx.MqttSubscribed) as subscribed:
            await modem.send(mx.MQTTSUB(id=topic, topic=f"t/{topic}", qos=0))
            await subscribed.get()


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", ["default", "no-prompt"])
async def test_five_links_and_six_topics_at_once_lose_nothing_on_a_paced_pty(profile: str):
    chance = random.Random(7)
    sent = [chance.randbytes(BLOCK * BLOCKS if profile == "default" else BLOCK) for _ in (*LINKS, *TOPICS)]
    links, topics = sent[: len(LINKS)], sent[len(LINKS) :]
    received = [bytearray() for _ in sent]
    async with (
        echoing() as echo_port,
        playing_broker() as broker_port,
        mx.Virtual(profile=profile, baudrate=921600) as device,
        serve_pty(device) as path,
        atmodem.connect(path, dialect="mxchip", baudrate=921600) as modem,
    ):
        await prepare(modem, echo_port, broker_port)

        async def collect(events: Subscription[Event]) -> None:
            async for event in events:
                assert isinstance(event, mx.SocketData | mx.MqttMessage)
                received[event.id + (len(LINKS) if isinstance(event, mx.MqttMessage) else 0)] += event.data
                if sum(map(len, received)) == sum(map(len, sent)):
                    return

        async def send(link: int, data: bytes) -> None:
            for start in range(0, len(data), BLOCK):
                await modem.send(mx.CIPSEND(id=link, data=data[start : start + BLOCK]))

        async def publish() -> None:
            for start in range(0, len(topics[0]), BLOCK):
                for topic, data in enumerate(topics):
                    await modem.send(mx.MQTTPUB(topic=f"t/{topic}", qos=0))
                    await modem.send(mx.MQTTSEND(data=data[start : start + BLOCK]))

        async with modem.events(mx.SocketData, mx.MqttMessage, limit=4096) as events, asyncio.TaskGroup() as group:
            group.create_task(collect(events))
            group.create_task(publish())
            for link, data in enumerate(links):
                group.create_task(send(link, data))
    assert [hashlib.sha256(back).digest() for back in received] == [hashlib.sha256(data).digest() for data in sent]
