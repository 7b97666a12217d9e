"""Messages over the module's own MQTT client, with a real broker and outside clients of it."""

import asyncio
import random
from pathlib import Path

import pytest

from atmodem import Message, MqttError
from atmodem.errors import InvalidArgument
from tests.sessions.broker import broker
from tests.sessions.mqtt_bench import LINKS, PAYLOADS, bench, open_mqtt

TOPICS = (
    "a",
    'x",5,y',
    '",3,abc"',
    "lab/Räume/日本/🌡",
    'a,b"c\\d',
    "with blank",
    "IPD,0,5:x",
    "a,5,b",
    "t" * 128,
)
LARGEST = 32768


@pytest.mark.asyncio
@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("link", LINKS)
async def test_what_is_published_arrives_unchanged(tmp_path: Path, link: str, qos: int):
    async with (
        broker(tmp_path) as server,
        server.subscriber("#") as outsider,
        bench(link) as (_, modem),
        open_mqtt(modem, server) as mqtt,
    ):
        for name, payload in PAYLOADS.items():
            await mqtt.publish(f"out/{name}", payload, qos=qos)
            assert await outsider.next() == (qos, False, payload, f"out/{name}")


@pytest.mark.asyncio
@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("link", LINKS)
async def test_what_others_publish_comes_unchanged(tmp_path: Path, link: str, qos: int):
    async with broker(tmp_path) as server, bench(link) as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.subscribe("in/#", qos=qos)
        for name, payload in PAYLOADS.items():
            await server.publish(f"in/{name}", payload, qos=qos)
        for name, payload in PAYLOADS.items():
            message = await anext(mqtt.messages)
            assert (message.topic, message.filter, message.payload) == (f"in/{name}", "in/#", payload)
            assert message.qos is message.retain is message.continues is None


@pytest.mark.asyncio
@pytest.mark.parametrize("topic", TOPICS)
async def test_a_topic_may_be_any_text_within_its_limit(tmp_path: Path, topic: str):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.subscribe(topic)
        await mqtt.publish(topic, "plain")
        await mqtt.publish(topic, b"raw\r\n\0")
        assert await anext(mqtt.messages) == Message(topic=topic, filter=topic, payload=b"plain")
        assert await anext(mqtt.messages) == Message(topic=topic, filter=topic, payload=b"raw\r\n\0")
        await mqtt.unsubscribe(topic)
        await mqtt.publish(topic, "for nobody", qos=1)
        await mqtt.subscribe("last", qos=1)
        await mqtt.publish("last", "seen", qos=1)
        assert (await anext(mqtt.messages)).payload == b"seen"


@pytest.mark.asyncio
async def test_every_size_of_message_passes_up_to_what_the_module_holds(tmp_path: Path):
    noise = random.Random(1).randbytes(LARGEST)
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server, join=True) as mqtt:
        await mqtt.subscribe("sizes", qos=1)
        for size in (199, 220, 256, 257, 1000, 1013, 1014, 3000, LARGEST):
            await mqtt.publish("sizes", noise[:size], qos=1)
            assert (await anext(mqtt.messages)).payload == noise[:size]
        with pytest.raises(MqttError, match="not published"):
            await mqtt.publish("sizes", noise + b"x")
        await mqtt.publish("sizes", "still there")
        assert (await anext(mqtt.messages)).payload == b"still there"


@pytest.mark.asyncio
async def test_a_large_message_comes_in_unmarked_pieces_unless_they_are_to_be_joined(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.subscribe("large")
        payload = random.Random(2).randbytes(2500)
        await server.publish("large", payload)
        pieces = [await anext(mqtt.messages) for _ in range(3)]
        assert [len(piece.payload) for piece in pieces] == [1014, 1024, 462]
        assert b"".join(piece.payload for piece in pieces) == payload
        assert {piece.continues for piece in pieces} == {None}


@pytest.mark.asyncio
async def test_pieces_are_joined_topic_by_topic(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server, join=True) as mqtt:
        await mqtt.subscribe("joined/#", qos=1)
        # As long as a first piece that others follow: only the next topic, or silence, tells that it is whole.
        whole = b"w" * (1024 - 5 - len("joined/whole") - 2)
        await mqtt.publish("joined/whole", whole, qos=1)
        await mqtt.publish("joined/next", b"n" * 1500, qos=1)
        await mqtt.publish("joined/whole", whole, qos=1)
        messages = [await anext(mqtt.messages) for _ in range(3)]
        assert [(m.topic, len(m.payload)) for m in messages] == [
            ("joined/whole", len(whole)),
            ("joined/next", 1500),
            ("joined/whole", len(whole)),
        ]


@pytest.mark.asyncio
async def test_consumers_get_what_matches_their_filters(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.subscribe("#")
        async with mqtt.filtered("lab/+/temperature") as temperatures, mqtt.filtered("lab/#") as lab:
            for topic in ("lab/1/temperature", "lab/1/light", "hall"):
                await mqtt.publish(topic, topic)
            assert (await anext(temperatures)).topic == "lab/1/temperature"
            assert [(await anext(lab)).topic for _ in range(2)] == ["lab/1/temperature", "lab/1/light"]
            assert (await anext(mqtt.messages)).topic == "hall"
        await mqtt.publish("lab/2/temperature")
        assert (await anext(mqtt.messages)).topic == "lab/2/temperature"
        assert [message async for message in temperatures] == []


@pytest.mark.asyncio
async def test_a_kept_message_is_there_for_later_subscribers_and_can_be_taken_back(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.publish("kept", "state", qos=1, retain=True)
        async with server.subscriber("kept") as outsider:
            assert await outsider.next() == (1, True, b"state", "kept")
        await mqtt.subscribe("kept")
        assert (await anext(mqtt.messages)).payload == b"state"
        await mqtt.publish("kept", b"", qos=1, retain=True)
        async with server.subscriber("kept") as outsider:
            await mqtt.publish("kept", "new", qos=1)
            assert await outsider.next() == (1, False, b"new", "kept")


@pytest.mark.asyncio
async def test_the_brokers_log_has_each_message_as_often_as_its_quality_of_service_promises(tmp_path: Path):
    async with (
        broker(tmp_path) as server,
        server.subscriber("run/#") as outsider,
        bench() as (_, modem),
        open_mqtt(modem, server) as mqtt,
    ):
        await mqtt.subscribe("run/#", qos=2)
        for number in range(10):
            await mqtt.publish("run/1", b"%d" % number, qos=1)
            await mqtt.publish("run/2", b"%d" % number, qos=2)
        # Each quality of service has an order of its own: a message at 2 waits for more confirmations.
        seen = [await outsider.next() for _ in range(20)]
        came = [await anext(mqtt.messages) for _ in range(20)]
        for qos in (1, 2):
            assert [payload for q, _, payload, _ in seen if q == qos] == [b"%d" % number for number in range(10)]
            assert [m.payload for m in came if m.topic == f"run/{qos}"] == [b"%d" % number for number in range(10)]
        await server.logged("Received PUBCOMP from module", 10)
        for kind in ("Received PUBLISH from module .*q1", "Sending PUBACK to module", "Received PUBACK from module"):
            assert server.count(kind) == 10, kind
        for kind in (
            *("Received PUBLISH from module .*q2", "Sending PUBREC to module", "Received PUBREL from module"),
            *("Sending PUBCOMP to module", "Received PUBREC from module", "Sending PUBREL to module"),
        ):
            assert server.count(kind) == 10, kind
        assert server.count("d1, q") == 0


@pytest.mark.asyncio
async def test_what_no_command_can_carry_is_refused_before_it_is_sent(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        sent = modem.statistics.commands
        for topic in ("", "a/+", "a/#", "nul\0", "half\ud800"):
            with pytest.raises(InvalidArgument):
                await mqtt.publish(topic)
        with pytest.raises(InvalidArgument, match="128 bytes"):
            await mqtt.publish("t" * 129, b"x")
        with pytest.raises(InvalidArgument, match="128 bytes"):
            await mqtt.subscribe("t" * 129)
        with pytest.raises(InvalidArgument):
            await mqtt.publish("line\r\nfeed", b"x")
        for topic_filter in ("", "a+", "#/a", "a/b#"):
            with pytest.raises(InvalidArgument):
                await mqtt.subscribe(topic_filter)
        for qos in (-1, 3, True):
            with pytest.raises(InvalidArgument, match="qos"):
                await mqtt.publish("a", qos=qos)
        assert modem.statistics.commands == sent
        for number in range(10):
            await mqtt.subscribe(f"topic/{number}")
        with pytest.raises(InvalidArgument, match="at most 10"):
            await mqtt.subscribe("one/more")
        await mqtt.unsubscribe("topic/0")
        await mqtt.subscribe("one/more")


@pytest.mark.asyncio
async def test_a_cancelled_publish_is_whole_or_never_was_and_the_session_goes_on(tmp_path: Path):
    payloads = {number: b"%02d\r\n" % number + bytes(500) for number in range(40)}
    async with (
        broker(tmp_path) as server,
        server.subscriber("#") as outsider,
        bench() as (_, modem),
        open_mqtt(modem, server) as mqtt,
    ):
        for number, payload in payloads.items():
            publishing = asyncio.create_task(mqtt.publish(f"n/{number}", payload, qos=1))
            for _ in range(number):
                await asyncio.sleep(0)
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
        await mqtt.publish("end", qos=1)
        arrived = []
        while (seen := await outsider.next())[3] != "end":
            number = int(seen[3].removeprefix("n/"))
            assert seen[2] == payloads[number]
            arrived.append(number)
        assert arrived == sorted(set(arrived))
        assert 0 < len(arrived) < len(payloads)
