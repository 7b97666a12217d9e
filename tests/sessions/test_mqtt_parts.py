"""MQTT sessions on a scripted driver: what no real broker can be made to do on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import attrs
import pytest

from atmodem import (
    BrokerRefused,
    Capability,
    DataLost,
    Modem,
    SessionBroken,
    SessionClosed,
    TlsOptions,
    Unsupported,
    Will,
    connect,
)
from atmodem.dialects import find_dialect
from atmodem.dialects.espat import MqttSubRecv
from atmodem.dialects.espat.device import Virtual
from atmodem.errors import CommandTimeout, InvalidArgument, ModeConflict, MqttError
from atmodem.portable.capabilities import declare
from atmodem.portable.drivers import MqttDriver, PlainDriver
from atmodem.portable.events import MessageReceived, MqttDisconnected, MqttReconnecting, MqttSubscribed
from atmodem.portable.modem_api import ModemAPI
from atmodem.portable.opening import Opening
from atmodem.portable.values import Message, MqttOptions
from atmodem.sessions import messages as streams
from atmodem.sessions import mqtt as sessions
from atmodem.sessions.mqtt import MqttSession
from atmodem.sessions.topics import check_filter, check_topic, matches
from tests.modem.peer import Peer

EVERYTHING = [capability for capability in Capability if capability.value.startswith("mqtt.")]


class Scripted(MqttDriver):
    """Notes what it is asked, and fails as it is told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: dict[str, list[Exception]] = {}
        self.hold: asyncio.Event | None = None

    async def _note(self, what: str) -> None:
        self.asked.append(what)
        failures = self.failures.get(what.split(" ", maxsplit=1)[0])
        if self.hold is not None:
            await self.hold.wait()
        if failures:
            raise failures.pop(0)

    async def connect(self, options: MqttOptions) -> None:
        await self._note("connect")

    async def disconnect(self) -> None:
        await self._note("disconnect")

    async def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        await self._note(f"publish {topic}")

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        await self._note(f"subscribe {topic_filter} {qos}")

    async def unsubscribe(self, topic_filter: str) -> None:
        await self._note(f"unsubscribe {topic_filter}")


def refused(kind: type, name: str | None = None) -> Exception:
    return kind("refused", code="1", name=name)


class Toy(PlainDriver):
    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities = declare(yes=EVERYTHING)
        self.mqtt: MqttDriver | None = Scripted()


DIALECT = attrs.evolve(find_dialect("espat"), driver=Toy)


@asynccontextmanager
async def bench(*capabilities: Capability) -> AsyncIterator[tuple[Modem, Scripted]]:
    modem = Modem(Peer().link, DIALECT)
    if capabilities:
        modem.driver.capabilities = declare(yes=capabilities)
    await modem.start()
    yield modem, modem.driver.mqtt
    await modem.aclose()


def opening(modem: Modem, **options: object) -> Opening[MqttSession]:
    return modem.mqtt("broker", **{"client_id": "m", **options})


def tell(modem: Modem, topic: str | None, payload: bytes = b"", **facts: object) -> None:
    modem.publish(MessageReceived(message=Message(topic=topic, payload=payload, **facts)))


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_FIRST_WAIT", 0.0)
    monkeypatch.setattr(sessions, "_LONGEST_WAIT", 0.0)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("a", "a", True),
        ("a", "a/b", False),
        ("a/b", "a", False),
        ("+", "a", True),
        ("+", "a/b", False),
        ("+/b", "a/b", True),
        ("+", "", True),
        ("#", "a/b/c", True),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/#", "b", False),
        ("a/+/c", "a/b/c", True),
        ("#", "$SYS/a", False),
        ("+/a", "$SYS/a", False),
        ("$SYS/#", "$SYS/a", True),
        ("a/#", "a/+", True),
        ("a/+", "a/#", False),
        ("a/+", "a/+", True),
    ],
)
def test_a_filter_matches_topics_level_by_level(topic_filter: str, topic: str, expected: bool):
    check_filter(topic_filter)
    assert matches(topic_filter, topic) is expected


@pytest.mark.parametrize("topic", ["", "a+", "#", "\0", "x" * 65536, "\udcff"])
def test_what_is_no_topic_is_refused(topic: str):
    with pytest.raises(InvalidArgument, match="topic"):
        check_topic(topic)


@pytest.mark.asyncio
async def test_ports_follow_from_what_carries_the_connection():
    async with bench() as (modem, driver):
        seen: list[MqttOptions] = []

        async def connect(options: MqttOptions) -> None:
            seen.append(options)

        driver.connect = connect
        for tls in (None, TlsOptions()):
            for path in (None, "/mqtt"):
                async with opening(modem, tls=tls, websocket_path=path):
                    pass
        assert [options.port for options in seen] == [1883, 80, 8883, 443]


@pytest.mark.asyncio
async def test_what_a_module_lacks_is_refused_before_anything_is_asked_of_it():
    async with bench(Capability.MQTT) as (modem, driver):
        for options in (
            *({"will": Will(topic="a")}, {"keep_alive": 5}, {"clean_session": False}, {"tls": TlsOptions()}),
            *({"websocket_path": "/"}, {"tls": TlsOptions(server_name="a")}, {"tls": TlsOptions(alpn=("mqtt",))}),
        ):
            with pytest.raises(Unsupported):
                await opening(modem, **options)
        assert driver.asked == []
        async with opening(modem) as mqtt:
            with pytest.raises(Unsupported, match="retain"):
                await mqtt.publish("a", retain=True)
            with pytest.raises(Unsupported, match="unsubscribe"):
                await mqtt.unsubscribe("a")
        assert driver.asked == ["connect", "disconnect"]


@pytest.mark.asyncio
async def test_a_message_without_a_topic_goes_by_its_filter_or_to_everybody():
    async with bench() as (modem, _), opening(modem) as mqtt:
        lab, hall = mqtt.filtered("lab/#"), mqtt.filtered("hall")
        tell(modem, None, b"1", filter="lab/+")
        tell(modem, None, b"2", filter="#")
        tell(modem, None, b"3")
        assert [(await anext(lab)).payload for _ in range(2)] == [b"1", b"3"]
        assert [(await anext(mqtt.messages)).payload for _ in range(2)] == [b"2", b"3"]
        assert (await anext(hall)).payload == b"3"


@pytest.mark.asyncio
async def test_the_subscription_of_a_message_is_named_where_only_one_fits():
    async with bench() as (modem, _), opening(modem) as mqtt:
        await mqtt.subscribe("lab/#")
        tell(modem, "lab/1")
        await mqtt.subscribe("lab/1")
        tell(modem, "lab/1")
        await mqtt.unsubscribe("lab/#")
        tell(modem, "lab/1")
        assert [(await anext(mqtt.messages)).filter for _ in range(3)] == ["lab/#", None, "lab/1"]


@pytest.mark.asyncio
async def test_pieces_that_say_so_are_joined_and_others_by_silence(monkeypatch: pytest.MonkeyPatch):
    async with bench() as (modem, driver), opening(modem, join=True) as mqtt:
        tell(modem, "a", b"1", continues=True)
        tell(modem, "a", b"2", continues=True)
        tell(modem, "a", b"3", continues=False)
        assert (await anext(mqtt.messages)).payload == b"123"
        tell(modem, "a", b"4", continues=True)
        tell(modem, "b", b"5", continues=False)
        assert [(await anext(mqtt.messages)).payload for _ in range(2)] == [b"4", b"5"]
        monkeypatch.setattr(streams, "_PIECE_LIMIT", 0.0)
        driver.may_continue = lambda message, begun: True
        tell(modem, "a", b"6")
        assert (await anext(mqtt.messages)).payload == b"6"
        tell(modem, "a", b"7", continues=True)
    assert [message.payload async for message in mqtt.messages] == [b"7"]


@pytest.mark.asyncio
async def test_a_message_that_was_cut_short_on_the_line_ends_the_session():
    async with bench() as (modem, driver), opening(modem) as mqtt:
        tell(modem, "a", b"whole")
        modem.publish(MessageReceived(message=Message(topic="a", payload=b"ha"), damaged=True))
        assert (await anext(mqtt.messages)).payload == b"whole"
        with pytest.raises(DataLost) as lost:
            await anext(mqtt.messages)
        assert lost.value.lost == 1
        await mqtt.aclose()
        assert driver.asked == ["connect", "disconnect"]


@pytest.mark.asyncio
async def test_every_message_that_no_consumer_could_take_is_counted():
    async with bench() as (modem, driver), opening(modem, limit=2) as mqtt:
        driver.hold = asyncio.Event()
        for _ in range(5):
            tell(modem, "a")
        assert [await anext(mqtt.messages) for _ in range(2)]
        with pytest.raises(DataLost, match="3 messages") as lost:
            await anext(mqtt.messages)
        assert lost.value.lost == 3
        driver.hold.set()


@pytest.mark.asyncio
async def test_a_refusal_reaches_the_program_as_the_driver_names_it():
    async with bench() as (modem, driver):
        driver.failures["connect"] = [refused(BrokerRefused, "BAD_CREDENTIALS")]
        with pytest.raises(BrokerRefused) as caught:
            await opening(modem)
        assert caught.value.name == "BAD_CREDENTIALS"
        async with opening(modem):
            pass


@pytest.mark.asyncio
async def test_attempts_are_counted_until_one_has_everything_again(no_waiting: None):
    async with bench() as (modem, driver), opening(modem) as mqtt:
        await mqtt.subscribe("a", qos=1)
        driver.failures = {
            "connect": [refused(BrokerRefused), CommandTimeout("silent")],
            "subscribe": [refused(MqttError)],
        }
        async with modem.events(MqttReconnecting) as attempts, modem.expect(MqttSubscribed) as subscribed:
            modem.publish(MqttDisconnected())
            modem.publish(MqttDisconnected())
            assert (await subscribed.get()).filter == "a"
            assert [(await anext(attempts)).attempt for _ in range(4)] == [1, 2, 3, 4]
        await mqtt.publish("a")
        assert driver.asked[2:] == [
            *("connect", "connect", "connect", "subscribe a 1", "connect", "subscribe a 1", "publish a"),
        ]


@pytest.mark.asyncio
async def test_a_connection_that_is_lost_at_once_was_none(no_waiting: None):
    async with bench() as (modem, driver):
        driver.hold = asyncio.Event()
        opened = asyncio.ensure_future(opening(modem).__aenter__())
        while not driver.asked:
            await asyncio.sleep(0)
        modem.publish(MqttDisconnected())
        driver.hold.set()
        with pytest.raises(SessionBroken, match="at once"):
            await opened


@pytest.mark.asyncio
async def test_a_session_that_is_being_reconnected_can_be_closed(no_waiting: None):
    async with bench() as (modem, driver):
        mqtt = await opening(modem)
        driver.failures["connect"] = [refused(BrokerRefused)] * 1000
        async with modem.expect(MqttReconnecting) as again:
            modem.publish(MqttDisconnected())
            await again.get()
        publishing = asyncio.create_task(mqtt.publish("a"))
        await asyncio.sleep(0)
        await mqtt.aclose()
        with pytest.raises(SessionClosed):
            await publishing
        assert driver.asked[-1] == "disconnect"


@pytest.mark.asyncio
async def test_a_subscription_that_fails_is_as_it_was_before(no_waiting: None):
    async with bench() as (modem, driver), opening(modem) as mqtt:
        await mqtt.subscribe("a", qos=1)
        driver.failures["subscribe"] = [refused(MqttError), refused(MqttError)]
        for topic_filter in ("a", "b"):
            with pytest.raises(MqttError):
                await mqtt.subscribe(topic_filter, qos=2)
        async with modem.expect(MqttSubscribed) as subscribed:
            modem.publish(MqttDisconnected())
            assert (await subscribed.get()).filter == "a"
        await mqtt.publish("end")
        assert driver.asked[-3:] == ["connect", "subscribe a 1", "publish end"]


@pytest.mark.asyncio
async def test_closing_the_modem_ends_an_opening_and_a_closing():
    async with bench() as (modem, driver):
        driver.hold = asyncio.Event()
        opened = asyncio.ensure_future(opening(modem).__aenter__())
        while not driver.asked:
            await asyncio.sleep(0)
        await modem.aclose()
        with pytest.raises(SessionClosed):
            await opened
    async with bench() as (modem, driver):
        mqtt = await opening(modem)
        driver.hold = asyncio.Event()
        closing = asyncio.create_task(mqtt.aclose())
        while driver.asked[-1] != "disconnect":
            await asyncio.sleep(0)
        await modem.aclose()
        await closing


@pytest.mark.asyncio
async def test_a_cancelled_opening_is_undone_behind_its_end():
    async with bench() as (modem, driver):
        driver.hold = asyncio.Event()
        opened = asyncio.ensure_future(opening(modem).__aenter__())
        while not driver.asked:
            await asyncio.sleep(0)
        opened.cancel()
        await asyncio.gather(opened, return_exceptions=True)
        driver.hold.set()
        while driver.asked != ["connect", "disconnect"]:
            await asyncio.sleep(0)
        driver.failures["connect"] = [refused(BrokerRefused)]
        driver.hold.clear()
        opened = asyncio.ensure_future(opening(modem).__aenter__())
        while len(driver.asked) < 3:
            await asyncio.sleep(0)
        opened.cancel()
        await asyncio.gather(opened, return_exceptions=True)
        driver.hold.set()
        mqtt: MqttSession | None = None
        while mqtt is None:
            await asyncio.sleep(0)
            with suppress(ModeConflict):
                mqtt = await opening(modem)
        await mqtt.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("topic", ["a,5,b", ",1,", 'a",1,"b', "IPD,0,5:x"])
async def test_a_topic_may_look_like_the_rest_of_its_record(topic: str):
    async with Virtual() as device, connect(device.url) as modem, modem.expect(MessageReceived) as received:
        device.emit(MqttSubRecv(link_id=0, topic=topic, length=7, data=b"OK\r\n,1,"))
        message = (await received.get()).message
        assert (message.topic, message.payload) == (topic, b"OK\r\n,1,")


@pytest.mark.asyncio
async def test_a_stream_holds_at_least_one_message():
    async with bench() as (modem, _), opening(modem) as mqtt:
        with pytest.raises(InvalidArgument, match="limit"):
            mqtt.filtered("a", limit=0)
