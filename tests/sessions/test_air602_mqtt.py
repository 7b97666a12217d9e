"""MQTT of the Air602: what its wire alone has, with a real broker."""

import asyncio
from pathlib import Path

import pytest

import atmodem
from atmodem import BrokerRefused, ConnectFailed, InvalidArgument, MqttError
from atmodem.errors import CommandTimeout
from atmodem.virtual.mqtt_packets import PacketReader, PacketType, packet
from tests.sessions.broker import HOST, broker
from tests.sessions.mqtt_bench import open_mqtt
from tests.sessions.test_air602_links import module, online
from tests.sessions.test_mqtt_session import with_password

pytestmark = pytest.mark.asyncio


async def test_a_refusal_is_told_from_a_broker_that_is_not_there(tmp_path: Path):
    settings = await with_password(tmp_path, "module", "right")
    async with broker(tmp_path, settings) as server, online() as (_, modem):
        for name in ("nowhere.invalid", "192.0.2.1"):
            with pytest.raises(ConnectFailed, match="cannot be reached") as caught:
                await modem.mqtt(name, client_id="module")
            assert not isinstance(caught.value, BrokerRefused)
        with pytest.raises(BrokerRefused, match="refuses") as refused:
            await open_mqtt(modem, server, username="module", password="wrong")
        assert refused.value.name == "REFUSED"
        async with open_mqtt(modem, server, username="module", password="right") as mqtt:
            await mqtt.publish("a", "x", qos=1)
        with pytest.raises(InvalidArgument, match="keeps an earlier one until it starts anew"):
            await open_mqtt(modem, server)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"client_id": "a,b"}, "client_id must be free of commas"),
        ({"username": "a,b", "password": "p"}, "user must be free of commas"),
        ({"username": "user", "password": "a,b"}, "password must be free of commas"),
        ({"username": "user"}, "password must be"),
        ({"client_id": "?"}, "client_id must be free of ! and ?"),
    ],
)
async def test_what_a_setting_cannot_hold_is_refused_before_anything_is_sent(wrong: dict[str, str], rule: str):
    async with module() as (_, modem):
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument) as caught:
            await modem.mqtt(HOST, **{"client_id": "module", **wrong})
        assert rule in str(caught.value)
        assert modem.statistics.commands == sent


@pytest.mark.parametrize("payload", [b"a,b", b"", b"a\r\n", b"\0", b'"quoted', b"x" * 510])
async def test_a_message_that_the_line_cannot_carry_is_refused_before_it_is_sent(tmp_path: Path, payload: bytes):
    async with broker(tmp_path) as server, online() as (_, modem), open_mqtt(modem, server) as mqtt:
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument):
            await mqtt.publish("a", payload)
        with pytest.raises(InvalidArgument):
            await mqtt.publish("a,b", b"x")
        with pytest.raises(InvalidArgument):
            await mqtt.subscribe("a,b")
        assert modem.statistics.commands == sent


async def test_firmware_that_does_not_tell_of_subscriptions_is_found_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("atmodem.dialects.air602.driver_mqtt._SUBSCRIBED_LIMIT", 0.1)
    monkeypatch.setattr("atmodem.dialects.air602.driver_mqtt._SILENT_LIMIT", 0.1)
    async with broker(tmp_path) as server, online() as (device, modem):
        device.mqtt.tells_subscriptions = False
        async with open_mqtt(modem, server) as mqtt:
            for topic in ("a", "b"):
                await mqtt.subscribe(topic, qos=1)
                await mqtt.publish(topic, topic, qos=1)
                assert (await anext(mqtt.messages)).topic == topic


async def test_a_result_that_does_not_come_ends_the_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_mqtt._RESULT_LIMIT", 0.1)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(packet(PacketType.CONNACK, bytes(2)))
        await reader.read()
        writer.close()

    serving = await asyncio.start_server(silent, HOST, 0)
    port = serving.sockets[0].getsockname()[1]
    async with online() as (_, modem), modem.mqtt(HOST, port, client_id="module", reconnect=False) as mqtt:
        with pytest.raises(CommandTimeout, match="does not tell what became of it"):
            await mqtt.publish("a", "y", qos=1)
        with pytest.raises(atmodem.SessionBroken):
            await mqtt.publish("a", "z")
    serving.close()


async def test_a_subscription_that_the_broker_does_not_permit_is_an_error_of_that_call():
    async def strict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = PacketReader()
        while data := await reader.read(4096):
            for arrived in packets.feed(data):
                if arrived.kind is PacketType.CONNECT:
                    writer.write(packet(PacketType.CONNACK, bytes(2)))
                elif arrived.kind is PacketType.SUBSCRIBE:
                    denied = arrived.text(2) == "secret"
                    writer.write(packet(PacketType.SUBACK, arrived.body[:2], b"\x80" if denied else b"\0"))
        writer.close()

    serving = await asyncio.start_server(strict, HOST, 0)
    port = serving.sockets[0].getsockname()[1]
    async with online() as (_, modem), modem.mqtt(HOST, port, client_id="module", reconnect=False) as mqtt:
        with pytest.raises(MqttError, match="secret was not subscribed: connection aborted") as caught:
            await mqtt.subscribe("secret")
        assert caught.value.code == "-13"
        await mqtt.subscribe("open")
    serving.close()


async def test_a_cancelled_publication_is_done_before_the_next_one(tmp_path: Path):
    async with (
        broker(tmp_path) as server,
        server.subscriber("a") as outsider,
        online() as (_, modem),
        open_mqtt(modem, server) as mqtt,
    ):
        for turns in range(12):
            publishing = asyncio.create_task(mqtt.publish("a", f"first {turns}", qos=2))
            for _ in range(turns):
                await asyncio.sleep(0)
            publishing.cancel()
            await asyncio.wait([publishing])
            await mqtt.publish("a", f"second {turns}", qos=2)
            while (told := (await outsider.next())[2]) != b"second %d" % turns:
                assert told == b"first %d" % turns


async def test_a_message_whose_rest_was_lost_on_the_line_ends_the_session(tmp_path: Path):
    async with broker(tmp_path) as server, online() as (device, modem), open_mqtt(modem, server) as mqtt:
        device.write(b"+MTOPIC:1,a\r\n+MQD:10,short")
        with pytest.raises(atmodem.DataLost):
            await anext(mqtt.messages)


async def test_a_payload_without_its_topic_is_told_without_one(tmp_path: Path):
    async with broker(tmp_path) as server, online() as (device, modem), open_mqtt(modem, server) as mqtt:
        device.write(b"+MQD:1,x\r\n\r\n")
        message = await anext(mqtt.messages)
        assert (message.topic, message.payload) == (None, b"x")


async def test_publishing_without_a_network_is_an_error_by_name(tmp_path: Path):
    async with (
        broker(tmp_path) as server,
        online() as (_, modem),
        open_mqtt(modem, server, reconnect=False) as mqtt,
    ):
        await modem.wifi.leave()
        with pytest.raises(MqttError, match="not connected") as caught:
            await mqtt.publish("a", "x")
        assert caught.value.name == "CONN"
