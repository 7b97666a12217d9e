"""The MQTT client of virtual modules, with a scripted broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmodem.virtual.clock import ManualClock
from atmodem.virtual.mqtt import MqttClient, MqttMessage, MqttRefused
from atmodem.virtual.mqtt_packets import ConnectPacket, MalformedPacket, PacketReader, PacketType, packet, text
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork

T = PacketType
ACCEPTED = packet(T.CONNACK, b"\0\0")
ID = b"\0\1"


class Owner:
    def __init__(self) -> None:
        self.messages: list[MqttMessage] = []
        self.losses = 0
        self.room = True

    def has_room(self) -> bool:
        return self.room

    def message(self, message: MqttMessage) -> None:
        self.messages.append(message)

    def lost(self) -> None:
        self.losses += 1


class Bench:
    def __init__(self, client: MqttClient, far: FarEnd, owner: Owner, clock: ManualClock) -> None:
        self.client, self.far, self.owner, self.clock = client, far, owner, clock
        self._reader = PacketReader()

    async def heard(self) -> list[tuple[PacketType, int, bytes]]:
        """Return what the client has sent since the last time."""
        for _ in range(3):
            await asyncio.sleep(0)
        data = bytes(self.far.received)
        self.far.received.clear()
        return [(one.kind, one.flags, one.body) for one in self._reader.feed(data)]

    async def connect(self, **options: object) -> None:
        connecting = asyncio.create_task(self.client.connect(ConnectPacket(client_id="m", **options), 5))
        await self.heard()
        self.far.send(ACCEPTED)
        await connecting
        self.client.begin()


@asynccontextmanager
async def bench(*, connected: bool = True, **options: object) -> AsyncIterator[Bench]:
    network, clock, owner = SimulatedNetwork(), ManualClock(), Owner()
    client = MqttClient(await network.connect(("127.0.0.1", 1883)), clock, owner)
    one = Bench(client, network.far_ends[0], owner, clock)
    if connected:
        await one.connect(**options)
    yield one
    client.abort()


def publish(topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, identifier: bytes = ID) -> bytes:
    number = identifier if qos else b""
    return packet(T.PUBLISH, text(topic), number, payload, flags=qos << 1 | retain)


@given(st.lists(st.tuples(st.sampled_from(PacketType), st.integers(0, 15), st.binary(max_size=300))), st.data())
def test_packets_are_read_as_they_were_written_however_they_are_split(packets, data):
    whole = b"".join(packet(kind, body, flags=flags) for kind, flags, body in packets)
    reader, read = PacketReader(), []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        read += [(one.kind, one.flags, one.body) for one in reader.feed(whole[:size])]
        whole = whole[size:]
    assert read == packets


@pytest.mark.parametrize("length", [0, 127, 128, 16383, 16384, 2097152])
def test_a_packet_knows_its_size(length: int):
    whole = packet(T.PUBLISH, bytes(length))
    (one,) = PacketReader().feed(whole)
    assert (len(one.body), one.size) == (length, len(whole))


@pytest.mark.parametrize("wrong", [b"\x00\x00", b"\xf0\x00", b"\x30\xff\xff\xff\xff\x01"])
def test_what_is_no_packet_is_noticed(wrong: bytes):
    with pytest.raises(MalformedPacket):
        list(PacketReader().feed(wrong))


@pytest.mark.asyncio
async def test_a_client_introduces_itself_with_everything_it_was_told():
    async with bench(connected=False) as at:
        options = ConnectPacket(
            client_id="m", username="u", password="p", keep_alive=30, clean_session=False, will=("t", b"\0", 2, True)
        )
        connecting = asyncio.create_task(at.client.connect(options, 5))
        assert await at.heard() == [
            (T.CONNECT, 0, b"\0\4MQTT\4\xf4\0\x1e" + b"\0\1m" + b"\0\1t" + b"\0\1\0" + b"\0\1u" + b"\0\1p")
        ]
        at.far.send(ACCEPTED)
        await connecting


@pytest.mark.asyncio
async def test_a_refusal_tells_its_code():
    async with bench(connected=False) as at:
        connecting = asyncio.create_task(at.client.connect(ConnectPacket(client_id="m"), 5))
        await at.heard()
        at.far.send(packet(T.CONNACK, b"\0\5"))
        with pytest.raises(MqttRefused) as refused:
            await connecting
        assert refused.value.code == 5
        assert at.far.closed
        assert at.owner.losses == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("answer", [b"\0\0", packet(T.CONNACK), packet(T.CONNECT)])
async def test_a_far_end_that_is_no_broker_is_dropped(answer: bytes):
    async with bench(connected=False) as at:
        connecting = asyncio.create_task(at.client.connect(ConnectPacket(client_id="m"), 5))
        await at.heard()
        at.far.send(answer)
        with pytest.raises(ConnectionError):
            await connecting
        assert at.far.closed


@pytest.mark.asyncio
async def test_silence_has_its_limit():
    async with bench(connected=False) as at:
        connecting = asyncio.create_task(at.client.connect(ConnectPacket(client_id="m"), 5))
        await at.heard()
        at.clock.advance(5)
        with pytest.raises(TimeoutError):
            await connecting
        assert at.far.closed


@pytest.mark.asyncio
async def test_messages_wait_until_they_are_wanted_and_while_there_is_no_room():
    async with bench(connected=False) as at:
        connecting = asyncio.create_task(at.client.connect(ConnectPacket(client_id="m"), 5))
        await at.heard()
        at.far.send(ACCEPTED + publish("early", b"1"))
        await connecting
        assert at.owner.messages == []
        at.owner.room = False
        at.client.begin()
        at.far.send(publish("late", b"2"))
        assert at.owner.messages == []
        at.owner.room = True
        at.client.resume()
        assert [message.payload for message in at.owner.messages] == [b"1", b"2"]


@pytest.mark.asyncio
async def test_an_end_before_the_beginning_is_told_at_the_beginning():
    async with bench(connected=False) as at:
        connecting = asyncio.create_task(at.client.connect(ConnectPacket(client_id="m"), 5))
        await at.heard()
        at.far.send(ACCEPTED)
        await connecting
        at.far.close()
        assert at.owner.losses == 0
        at.client.begin()
        assert at.owner.losses == 1


@pytest.mark.asyncio
async def test_each_quality_of_service_is_confirmed_in_its_way_and_no_message_comes_twice():
    async with bench() as at:
        at.far.send(publish("a", b"0") + publish("a", b"1", qos=1) + publish("a", b"2", qos=2, retain=True))
        assert await at.heard() == [(T.PUBACK, 0, ID), (T.PUBREC, 0, ID)]
        at.far.send(publish("a", b"2", qos=2) + packet(T.PUBREL, ID, flags=2))
        assert await at.heard() == [(T.PUBREC, 0, ID), (T.PUBCOMP, 0, ID)]
        assert [(m.payload, m.qos, m.retain, m.head) for m in at.owner.messages] == [
            *((b"0", 0, False, 5), (b"1", 1, False, 7), (b"2", 2, True, 7)),
        ]
        at.far.send(publish("a", b"3", qos=2))
        assert at.owner.messages[-1].payload == b"3"


@pytest.mark.asyncio
async def test_publishing_ends_when_the_broker_has_the_message():
    async with bench() as at:
        await at.client.publish("a", b"0", qos=0, retain=True, limit=5)
        assert await at.heard() == [(T.PUBLISH, 1, b"\0\1a0")]
        task = asyncio.create_task(at.client.publish("a", b"1", qos=1, retain=False, limit=5))
        assert await at.heard() == [(T.PUBLISH, 2, b"\0\1a" + ID + b"1")]
        at.far.send(packet(T.PUBACK, b"\0\7"))
        assert not task.done()
        at.far.send(packet(T.PUBACK, ID) + packet(T.PUBACK, ID))
        await task
        task = asyncio.create_task(at.client.publish("a", b"2", qos=2, retain=False, limit=5))
        assert await at.heard() == [(T.PUBLISH, 4, b"\0\1a\0\x022")]
        at.far.send(packet(T.PUBREC, b"\0\2"))
        assert await at.heard() == [(T.PUBREL, 2, b"\0\2")]
        assert not task.done()
        at.far.send(packet(T.PUBCOMP, b"\0\2"))
        await task


@pytest.mark.asyncio
async def test_a_lost_connection_fails_what_waits_and_all_that_follows():
    async with bench() as at:
        task = asyncio.create_task(at.client.subscribe("a", qos=1, limit=5))
        assert await at.heard() == [(T.SUBSCRIBE, 2, ID + b"\0\1a\1")]
        at.far.close()
        with pytest.raises(ConnectionResetError):
            await task
        assert (at.owner.losses, at.client.closed) == (1, True)
        for attempt in (
            at.client.unsubscribe("a", limit=5),
            at.client.publish("a", b"", qos=0, retain=False, limit=5),
        ):
            with pytest.raises(ConnectionResetError):
                await attempt
        at.client.close()
        assert await at.heard() == []


@pytest.mark.asyncio
async def test_a_broker_may_not_permit_a_subscription():
    async with bench() as at:
        task = asyncio.create_task(at.client.subscribe("a", qos=1, limit=5))
        await at.heard()
        at.far.send(packet(T.SUBACK, ID, b"\x80"))
        with pytest.raises(MqttRefused) as refused:
            await task
        assert refused.value.code == 0x80


@pytest.mark.asyncio
async def test_signs_of_life_are_sent_and_their_lack_is_a_loss():
    async with bench(keep_alive=30) as at:
        at.clock.advance(30)
        assert await at.heard() == [(T.PINGREQ, 0, b"")]
        at.far.send(packet(T.PINGRESP))
        at.clock.advance(30)
        assert await at.heard() == [(T.PINGREQ, 0, b"")]
        at.clock.advance(30)
        assert (at.owner.losses, at.far.closed) == (1, True)
    async with bench(keep_alive=0) as at:
        at.clock.advance(10000)
        assert await at.heard() == []


@pytest.mark.asyncio
async def test_a_client_takes_leave():
    async with bench(keep_alive=30) as at:
        at.client.close()
        assert await at.heard() == [(T.DISCONNECT, 0, b"")]
        assert (at.far.closed, at.owner.losses, at.clock.due) == (True, 0, None)


@pytest.mark.asyncio
async def test_a_message_that_makes_no_sense_ends_the_connection():
    async with bench() as at:
        at.far.send(packet(T.PUBLISH, b"\0\x09short"))
        assert (at.owner.losses, at.owner.messages) == (1, [])
