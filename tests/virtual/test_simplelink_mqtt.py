"""The MQTT client of the virtual CC3220, against a broker that a test plays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.codecs import Qos
from atmodem.virtual.mqtt_packets import Packet, PacketReader, PacketType, number, packet, text
from tests.virtual.host import far_end
from tests.virtual.simplelink_bench import HOST, OK, Client, bench, client, refused

T = PacketType


class Broker:
    """Takes packets one by one, and sends what the test says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._packets = PacketReader()
        self._arrived: list[Packet] = []

    async def next(self) -> Packet:
        while not self._arrived:
            data = await self._reader.read(4096)
            assert data
            self._arrived += self._packets.feed(data)
        return self._arrived.pop(0)

    async def confirm(self, kind: PacketType, answer: PacketType, body: bytes = b"") -> Packet:
        arrived = await self.next()
        assert arrived.kind is kind
        place = 2 + arrived.number() if kind is T.PUBLISH else 0
        self.writer.write(packet(answer, number(arrived.number(place)), body))
        return arrived


@asynccontextmanager
async def connected(*, blocking: bool = True, code: int = 0) -> AsyncIterator[tuple[Client, Broker, str | None]]:
    """Connect a module to a broker that answers with *code*."""
    async with client() as at, far_end() as server:
        await at.send(
            sl.MqttCreate(
                client_id="dev1",
                flags=[sl.MqttFlag.IP4],
                address=HOST,
                port=server.port,
                protocol=sl.MqttProtocol.V3_1_1,
                blocking_send=blocking,
            )
        )
        for option in (
            sl.MqttUser(name="bob"),
            sl.MqttPassword(password="s3cret"),
            sl.MqttWill(topic="w", qos=Qos.QOS1, retain=True, message=b"b2ZmbGluZQ=="),
            sl.MqttKeepalive(seconds=30),
            sl.MqttClean(clean=False),
        ):
            await at.send(sl.MqttSet(index=0, option=option))
        connecting = asyncio.create_task(at.code(sl.MqttConnect(index=0)))
        broker = Broker(*await server.end())
        hello = await broker.next()
        assert hello.body == text("MQTT") + b"\x04\xec" + number(30) + text("dev1") + text("w") + text("offline") + (
            text("bob") + text("s3cret")
        )
        broker.writer.write(packet(T.CONNACK, number(code)))
        yield at, broker, await connecting


@pytest.mark.asyncio
async def test_with_blocking_sends_commands_end_at_their_acknowledgement():
    async with connected() as (at, broker, code):
        assert code is None
        assert await at.code(sl.MqttConnect(index=0)) == "-1"
        topics = [sl.MqttSubscription(topic=name, qos=Qos.QOS1) for name in ("a/#", "b")]
        subscribing = asyncio.create_task(at.send(sl.MqttSubscribe(index=0, topics=topics)))
        for _ in topics:
            await broker.confirm(T.SUBSCRIBE, T.SUBACK, b"\1")
        await subscribing
        publish = sl.MqttPublish(index=0, topic="a/b", qos=Qos.QOS1, retain=False, message=b"MSwy")
        publishing = asyncio.create_task(at.send(publish))
        assert (await broker.confirm(T.PUBLISH, T.PUBACK)).body.endswith(b"1,2")
        await publishing
        async with at.modem.expect(sl.EventMqttRecv) as received:
            broker.writer.write(packet(T.PUBLISH, text("a/c"), b"x\r\nOK\r\n\0", flags=1))
            message = await received.get()
        assert (message.topic, message.message, message.retain, message.qos) == (
            "a/c",
            b"x\r\nOK\r\n\0",
            True,
            Qos.QOS0,
        )
        leaving = asyncio.create_task(at.send(sl.MqttUnsubscribe(index=0, topics=[sl.MqttTopic(topic="b")])))
        await broker.confirm(T.UNSUBSCRIBE, T.UNSUBACK)
        await leaving
        async with at.modem.expect(sl.EventMqttDisconnect) as gone:
            await at.send(sl.MqttDisconnect(index=0))
            await gone.get()
        assert (await broker.next()).kind is T.DISCONNECT
        await at.send(sl.MqttDelete(index=0))
        assert await at.code(sl.MqttDelete(index=0)) == "-4"


@pytest.mark.asyncio
async def test_without_blocking_sends_events_tell_of_acknowledgements():
    async with connected(blocking=False) as (at, broker, _):
        topics = [sl.MqttSubscription(topic=name, qos=Qos.QOS2) for name in ("a", "b")]
        async with at.modem.expect(sl.EventMqttOperationSuback) as told:
            await at.send(sl.MqttSubscribe(index=0, topics=topics))
            await broker.confirm(T.SUBSCRIBE, T.SUBACK, b"\2")
            await broker.confirm(T.SUBSCRIBE, T.SUBACK, b"\x80")
            assert (await told.get()).codes == (2, 128)
        async with at.modem.expect(sl.EventMqttOperationPuback) as told_more:
            for qos in (Qos.QOS0, Qos.QOS1):
                await at.send(sl.MqttPublish(index=0, topic="a", qos=qos, retain=False, message=b"eA=="))
            assert (await broker.next()).flags == 0
            await broker.confirm(T.PUBLISH, T.PUBACK)
            assert (await told_more.get()).id == 0
        async with at.modem.expect(sl.EventMqttOperationUnsuback) as told_last:
            await at.send(sl.MqttUnsubscribe(index=0, topics=[sl.MqttTopic(topic="a")]))
            await broker.confirm(T.UNSUBSCRIBE, T.UNSUBACK)
            await told_last.get()


@pytest.mark.asyncio
async def test_a_broker_that_refuses_or_goes_is_told():
    async with connected(code=5) as (at, _, code):
        assert code == "-5"
        assert await at.code(sl.MqttPublish(index=0, topic="a", qos=Qos.QOS0, retain=False, message=b"")) == "-7"
    async with connected() as (at, broker, _):
        publish = sl.MqttPublish(index=0, topic="a", qos=Qos.QOS1, retain=False, message=b"eA==")
        async with at.modem.expect(sl.EventMqttDisconnect) as gone:
            publishing = asyncio.create_task(at.code(publish))
            await broker.next()
            broker.writer.close()
            assert await publishing == "-1"
            await gone.get()
        assert await at.code(sl.MqttDisconnect(index=0)) == "-7"


@pytest.mark.asyncio
async def test_what_cannot_be_reached_or_read_gets_its_code():
    create = "at+mqttcreate=dev1,{},{},{},tlsv1_2,{},,,ca,,v3_1_1,1,1"
    cipher = "tls_rsa_with_aes_128_gcm_sha256"
    async with bench() as at:
        for line, answer in (
            (create.format("ip4", "10.0.0.7", 1883, ""), b"+mqttcreate:0\r\n" + OK),
            ("at+mqttconnect=0", refused(-2006)),
            ("at+mqttdelete=0", OK),
        ):
            assert await at.ask(line) == answer
        await at.join()
        for host, port, flags, code in (
            ("10.9.9.9", 1883, "ip4", -6150),
            ("10.0.0.7", 81, "ip4", -111),
            ("10.0.0.7", 8883, "ip4|sec", -454),
        ):
            assert await at.ask(create.format(flags, host, port, cipher)) == b"+mqttcreate:0\r\n" + OK
            assert await at.ask("at+mqttconnect=0") == refused(code)
            assert await at.ask("at+mqttdelete=0") == OK
        flags = "ip4|sec|skip_cert_verify|skip_domain_verify"
        await at.ask(create.format(flags, "10.0.0.7", 8883, cipher))
        assert await at.ask("at+mqttset=0,will,w,qos0,0,3,abc") == OK
        assert await at.ask("at+mqttconnect=0") == refused(-1, "parse parameters")
        await at.ask("at+mqttset=0,will,w,qos0,0,4,YWJj")
        assert await at.ask("at+mqttconnect=0", 0) == b""
        at.network.far_ends[-1].send(packet(T.CONNACK, number(0)))
        assert await at.settle() == b"+eventmqtt:operation,connack,0\r\n" + OK
        at.module.mqtt.outlet_cleared()
        assert await at.ask("at+stop=0") == OK
        assert at.network.far_ends[-1].closed
        at.module.mqtt.outlet_cleared()
        assert await at.ask("at+mqttconnect=0") == refused(-4, "parse parameters")
