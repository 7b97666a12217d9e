"""What a session with a broker does on any module, with a real broker and outside clients of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

import atmodem
from atmodem import Capability, MqttSession, Opening
from tests.sessions.broker import HOST, Broker, broker, free_port
from tests.sessions.contract.rig import Rig
from tests.sessions.mqtt_bench import PAYLOADS

pytestmark = pytest.mark.asyncio

PART = "mqtt"
#: Families that do not tell by themselves that the broker is gone.
SILENT = ("air602",)
TOPICS = ("a", "lab/Räume/日本", "with blank", "IPD:0:5")


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Broker]:
    async with broker(tmp_path) as running:
        yield running


def open_mqtt(rig: Rig, server: Broker, **options: object) -> Opening[MqttSession]:
    return rig.modem.mqtt(HOST, server.port, **{"client_id": "module", **options})


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_what_is_published_arrives_unchanged_or_is_refused_before_it_is_sent(rig: Rig, server: Broker, qos: int):
    async with server.subscriber("#") as outsider, open_mqtt(rig, server) as mqtt:
        for name, payload in PAYLOADS.items():
            sent = rig.modem.statistics.commands
            try:
                await mqtt.publish(f"out/{name}", payload, qos=qos)
            except atmodem.InvalidArgument:
                # Only a module whose commands carry no bytes of any value, or none at all, may refuse some.
                assert payload == b"" or not rig.can(Capability.MQTT_BINARY)
                assert rig.modem.statistics.commands == sent
                assert name != "text"
            else:
                assert await outsider.next() == (qos, False, payload, f"out/{name}")


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_what_others_publish_comes_unchanged(rig: Rig, server: Broker, qos: int):
    async with open_mqtt(rig, server) as mqtt:
        await mqtt.subscribe("in/#", qos=qos)
        for name, payload in PAYLOADS.items():
            await server.publish(f"in/{name}", payload, qos=qos)
            message = await anext(mqtt.messages)
            assert (message.filter, message.payload) == ("in/#", payload)
            assert message.topic == (f"in/{name}" if rig.can(Capability.MQTT_TOPIC) else None)


async def test_topics_are_utf_8(rig: Rig, server: Broker):
    async with open_mqtt(rig, server) as mqtt, server.subscriber("#") as outsider:
        for topic in TOPICS:
            await mqtt.subscribe(topic, qos=1)
            await mqtt.publish(topic, b"seen", qos=1)
            assert await outsider.next() == (1, False, b"seen", topic)
            message = await anext(mqtt.messages)
            assert (message.filter, message.payload) == (topic, b"seen")


async def test_behind_an_unsubscription_nothing_comes(rig: Rig, server: Broker):
    rig.need(Capability.MQTT_UNSUBSCRIBE)
    async with open_mqtt(rig, server) as mqtt:
        for topic in ("left", "stays"):
            await mqtt.subscribe(topic, qos=1)
        await mqtt.unsubscribe("left")
        await server.publish("left", b"for nobody", qos=1)
        await server.publish("stays", b"for us", qos=1)
        assert (await anext(mqtt.messages)).payload == b"for us"


async def test_a_message_can_be_kept_for_later_subscribers(rig: Rig, server: Broker):
    rig.need(Capability.MQTT_RETAIN)
    async with open_mqtt(rig, server) as mqtt:
        await mqtt.publish("kept", "state", qos=1, retain=True)
        async with server.subscriber("kept") as outsider:
            assert await outsider.next() == (1, True, b"state", "kept")


async def test_each_message_arrives_as_often_as_its_quality_of_service_promises(rig: Rig, server: Broker):
    async with server.subscriber("run/#") as outsider, open_mqtt(rig, server) as mqtt:
        await mqtt.subscribe("run/#", qos=2)
        for number in range(10):
            for qos in (1, 2):
                await mqtt.publish(f"run/{qos}", b"%d" % number, qos=qos)
        seen = [await outsider.next() for _ in range(20)]
        came = [await anext(mqtt.messages) for _ in range(20)]
        expected = [b"%d" % number for number in range(10)]
        for qos in (1, 2):
            assert [payload for q, _, payload, _ in seen if q == qos] == expected
        assert sorted(message.payload for message in came) == sorted(2 * expected)
        assert server.count("d1, q") == 0


async def test_consumers_get_what_matches_their_filters(rig: Rig, server: Broker):
    async with open_mqtt(rig, server) as mqtt:
        for topic_filter in ("hall", "lab"):
            await mqtt.subscribe(topic_filter, qos=1)
        async with mqtt.filtered("lab") as lab:
            await server.publish("hall", b"1", qos=1)
            await server.publish("lab", b"2", qos=1)
            assert (await anext(lab)).payload == b"2"
            assert (await anext(mqtt.messages)).payload == b"1"


async def test_a_restarted_broker_is_found_again_with_the_subscriptions(rig: Rig, server: Broker):
    steps = (
        *(atmodem.MqttDisconnected, atmodem.MqttReconnecting),
        *(atmodem.MqttConnected, atmodem.MqttSubscribed),
    )
    async with open_mqtt(rig, server) as mqtt:
        await mqtt.subscribe("a", qos=1)
        async with rig.modem.events(*steps) as events:
            await server.stop()
            if rig.modem.dialect.name in SILENT:
                with pytest.raises(atmodem.MqttError):
                    await mqtt.publish("a", b"is anybody there?", qos=1)
            told = [await anext(events) for _ in range(2)]
            assert [type(event) for event in told] == [atmodem.MqttDisconnected, atmodem.MqttReconnecting]
            await server.start()
            while not isinstance(told[-1], atmodem.MqttSubscribed):
                told.append(await anext(events))
            assert isinstance(told[-2], atmodem.MqttConnected)
            assert told[-1].filter == "a"
        await server.publish("a", b"after", qos=1)
        assert (await anext(mqtt.messages)).payload == b"after"


async def test_a_broker_that_is_not_there_is_an_error_and_the_next_one_is_reached(rig: Rig, server: Broker):
    with pytest.raises(atmodem.ConnectFailed) as unreachable:
        await rig.modem.mqtt(HOST, free_port(), client_id="module")
    assert not isinstance(unreachable.value, atmodem.BrokerRefused | atmodem.TlsError)
    async with open_mqtt(rig, server) as mqtt:
        await mqtt.publish("a", b"x", qos=1)
    await server.logged("Received DISCONNECT from module")


async def test_a_consumer_that_does_not_read_ends_the_session_with_the_count_of_what_is_lost(rig: Rig, server: Broker):
    async with open_mqtt(rig, server, limit=2) as mqtt:
        await mqtt.subscribe("flood", qos=1)
        async with rig.modem.events(atmodem.MessageReceived) as told:
            for number in range(4):
                await server.publish("flood", b"%d" % number, qos=1)
            for _ in range(3):
                await anext(told)
        assert [(await anext(mqtt.messages)).payload for _ in range(2)] == [b"0", b"1"]
        with pytest.raises(atmodem.DataLost) as lost:
            await anext(mqtt.messages)
        assert 1 <= lost.value.lost <= 2


async def test_a_module_has_one_client_which_is_free_again_behind_the_session(rig: Rig, server: Broker):
    for _ in range(2):
        async with open_mqtt(rig, server) as mqtt:
            with pytest.raises(atmodem.ModeConflict):
                await open_mqtt(rig, server)
        with pytest.raises(atmodem.SessionClosed):
            await mqtt.publish("a", b"x")
    await server.logged("Received DISCONNECT from module", 2)


async def test_a_cancelled_opening_leaves_no_connection(rig: Rig, server: Broker):
    for turns in range(0, 200, 7):
        opening = asyncio.ensure_future(open_mqtt(rig, server).__aenter__())
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled():
            await opening.result().aclose()
    async with open_mqtt(rig, server) as mqtt:
        await mqtt.publish("a", b"x", qos=1)
