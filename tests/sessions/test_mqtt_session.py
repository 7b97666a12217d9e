"""The life of a session with a real broker: opening, refusal, loss, the end."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trustme

from atmodem import (
    BrokerRefused,
    ConnectFailed,
    DataLost,
    MessageReceived,
    ModeConflict,
    MqttConnected,
    MqttDisconnected,
    MqttError,
    MqttReconnecting,
    MqttSubscribed,
    Secret,
    SessionBroken,
    SessionClosed,
    TlsError,
    TlsOptions,
    Unsupported,
    Will,
    connect,
)
from atmodem.dialects.espat.device import Virtual
from atmodem.errors import InvalidArgument
from atmodem.portable.values import Psk
from atmodem.virtual.mqtt_packets import PacketReader, PacketType, packet
from tests.link.ends import eventually
from tests.sessions.broker import HOST, broker, free_port
from tests.sessions.mqtt_bench import bench, open_mqtt
from tests.witness import require

PASSWORDS = "allow_anonymous false\npassword_file {folder}/passwords"


async def with_password(folder: Path, user: str, password: str) -> str:
    """Have a user; return the settings of a broker that knows no other."""
    process = await asyncio.create_subprocess_exec(
        *(require("mosquitto_passwd"), "-c", "-b", str(folder / "passwords"), user, password),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    return PASSWORDS.format(folder=folder)


@pytest.mark.asyncio
async def test_an_unreachable_broker_and_a_refusal_are_different_errors(tmp_path: Path):
    settings = await with_password(tmp_path, "module", "right")
    async with broker(tmp_path, settings) as server, bench() as (_, modem):
        with pytest.raises(ConnectFailed, match="cannot be reached") as unreachable:
            await modem.mqtt(HOST, free_port(), client_id="module")
        assert type(unreachable.value) is ConnectFailed
        with pytest.raises(ConnectFailed, match="cannot be reached"):
            await modem.mqtt("nowhere.invalid", client_id="module")
        for wrong in ({}, {"username": "module", "password": "wrong"}):
            with pytest.raises(BrokerRefused, match="refuses") as refused:
                await open_mqtt(modem, server, **wrong)
            assert refused.value.name == "REFUSED"
            assert "password" in refused.value.advice
        with pytest.raises(TlsError):
            await open_mqtt(modem, server, tls=TlsOptions(verify=False))
        async with open_mqtt(modem, server, username="module", password=Secret("right")) as mqtt:
            await mqtt.publish("a", qos=1)


@pytest.mark.asyncio
@pytest.mark.parametrize("password", ['p,q"r\\s', "p" * 200, "line\r\nfeed"])
async def test_names_may_be_any_text(tmp_path: Path, password: str):
    settings = "allow_anonymous true"
    name = "m" * 200
    async with broker(tmp_path, settings) as server, bench() as (_, modem):
        async with open_mqtt(modem, server, client_id=name, username="us,er", password=password) as mqtt:
            await mqtt.publish("a", qos=1)
        await server.logged(f"New client connected from .* as {name} .*u'us,er'")
        with pytest.raises(InvalidArgument, match="1024 bytes"):
            await open_mqtt(modem, server, client_id="x" * 1025)


@pytest.mark.asyncio
async def test_what_cannot_be_an_option_is_refused_before_anything_is_sent(tmp_path: Path):
    async with bench() as (_, modem):
        sent = modem.statistics.commands
        for wrong in (
            {"client_id": ""},
            {"client_id": "nul\0"},
            {"keep_alive": 0},
            {"keep_alive": 7201},
            {"will": Will(topic="a/#")},
            {"will": Will(topic="a", payload=b"x" * 129)},
            {"will": Will(topic="a", payload=b"\r\n")},
            {"limit": 0},
        ):
            with pytest.raises(InvalidArgument):
                await modem.mqtt(HOST, **{"client_id": "module", **wrong})
        for host, port in (("", 1883), ("two words", 1883), (HOST, 0), (HOST, 65536)):
            with pytest.raises(InvalidArgument):
                await modem.mqtt(host, port, client_id="module")
        assert modem.statistics.commands == sent


@pytest.mark.asyncio
async def test_where_the_module_cannot_tell_whose_fault_it_was_the_error_says_no_more(tmp_path: Path):
    async with (
        broker(tmp_path, "allow_anonymous false") as server,
        bench() as (_, modem),
        AsyncExitStack() as links,
    ):
        for _ in range(5):
            await links.enter_async_context(modem.connect_tcp(HOST, server.port))
        with pytest.raises(ConnectFailed, match="not connected to the broker") as caught:
            await open_mqtt(modem, server)
        assert type(caught.value) is ConnectFailed


@pytest.mark.asyncio
async def test_a_firmware_without_long_names_says_so_before_it_connects(tmp_path: Path):
    async with broker(tmp_path) as server, bench(profile="2.4") as (_, modem):
        with pytest.raises(ConnectFailed, match="does not take the settings"):
            await open_mqtt(modem, server, client_id="m" * 300)
        async with open_mqtt(modem, server) as mqtt:
            await mqtt.publish("a", qos=1)


@pytest.mark.asyncio
async def test_a_shared_key_is_nothing_that_this_module_has_for_brokers():
    async with bench() as (_, modem):
        with pytest.raises(Unsupported):
            await modem.mqtt(HOST, client_id="m", tls=TlsOptions(psk=Psk(identity="i", key=b"k")))


@pytest.mark.asyncio
async def test_a_restarted_broker_is_found_again_and_each_step_told(tmp_path: Path):
    steps = (MqttDisconnected, MqttReconnecting, MqttConnected, MqttSubscribed)
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        await mqtt.subscribe("a/#", qos=1)
        await mqtt.subscribe("b", qos=2)
        async with modem.events(*steps) as events:
            await server.stop()
            told = [await anext(events) for _ in range(2)]
            assert [type(event) for event in told] == [MqttDisconnected, MqttReconnecting]
            assert told[1].attempt == 1
            await server.start()
            while not isinstance(told[-1], MqttSubscribed):
                told.append(await anext(events))
            assert isinstance(told[-2], MqttConnected)
            assert (told[-1].filter, (await anext(events)).filter) == ("a/#", "b")
        await mqtt.publish("a/b", "after", qos=1)
        assert (await anext(mqtt.messages)).payload == b"after"
        await server.publish("b", b"from outside", qos=2)
        assert (await anext(mqtt.messages)).payload == b"from outside"


@pytest.mark.asyncio
async def test_while_the_broker_is_away_publishing_waits(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server) as mqtt:
        async with modem.expect(MqttReconnecting) as reconnecting:
            await server.stop()
            await reconnecting.get()
        publishing = asyncio.create_task(mqtt.publish("late", "later", qos=1))
        subscribing = asyncio.create_task(mqtt.subscribe("late", qos=1))
        await server.start()
        await publishing
        await subscribing
        await server.logged("Received PUBLISH from module .*'late'")


@pytest.mark.asyncio
async def test_without_reconnect_the_loss_of_the_broker_ends_the_session(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem):
        async with open_mqtt(modem, server, reconnect=False) as mqtt:
            await mqtt.subscribe("a")
            await mqtt.publish("a", "last")
            async with modem.expect(MqttDisconnected) as gone:
                await eventually(lambda: server.count("Sending PUBLISH to module") == 1)
                await server.stop()
                await gone.get()
            assert (await anext(mqtt.messages)).payload == b"last"
            for _ in range(2):
                with pytest.raises(SessionBroken, match="the broker has ended"):
                    await anext(mqtt.messages)
            for attempt in (mqtt.publish("a"), mqtt.subscribe("a"), mqtt.unsubscribe("a")):
                with pytest.raises(SessionBroken, match="the broker has ended"):
                    await attempt
            with pytest.raises(SessionBroken):
                mqtt.filtered("a")
        await server.start()
        async with open_mqtt(modem, server) as mqtt:
            await mqtt.publish("a", qos=1)


@pytest.mark.asyncio
async def test_a_consumer_that_does_not_read_ends_the_session_with_the_count_of_what_is_lost(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem), open_mqtt(modem, server, limit=3) as mqtt:
        await mqtt.subscribe("flood", qos=1)
        stream = mqtt.filtered("flood", limit=2)

        async def flood() -> None:
            for number in range(100):
                await mqtt.publish("flood", b"%d" % number, qos=1)

        with pytest.raises(DataLost) as lost:
            await flood()
        assert [(await anext(stream)).payload for _ in range(2)] == [b"0", b"1"]
        with pytest.raises(DataLost) as seen:
            await anext(stream)
        assert lost.value.lost >= 1
        assert seen.value.lost >= lost.value.lost
        assert str(seen.value.lost) in str(seen.value)
        await mqtt.aclose()
        async with open_mqtt(modem, server) as again:
            await again.publish("a", qos=1)


@pytest.mark.asyncio
async def test_the_module_has_one_client_and_it_is_free_again_behind_the_session(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem):
        for _ in range(2):
            async with open_mqtt(modem, server) as mqtt:
                with pytest.raises(ModeConflict):
                    await open_mqtt(modem, server)
            await mqtt.aclose()
            with pytest.raises(SessionClosed):
                await mqtt.publish("a")
            assert [message async for message in mqtt.messages] == []
        await server.logged("Received DISCONNECT from module", 2)


@pytest.mark.asyncio
async def test_a_cancelled_opening_leaves_no_connection(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem):
        opening = asyncio.ensure_future(open_mqtt(modem, server).__aenter__())
        await eventually(lambda: server.count("New client connected .* as module") == 1 or opening.done())
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        if not opening.cancelled():
            await opening.result().aclose()
        await server.logged("Received DISCONNECT from module")


@pytest.mark.asyncio
async def test_when_the_module_vanishes_the_broker_publishes_its_will(tmp_path: Path):
    will = Will(topic="gone", payload=b'adieu, "monde"', qos=1, retain=True)
    async with broker(tmp_path) as server, server.subscriber("gone") as outsider, bench() as (device, modem):
        async with open_mqtt(modem, server, will=will, keep_alive=30) as mqtt:
            await server.logged(r"as module \(p2, c1, k30")
            await mqtt.aclose()
        async with open_mqtt(modem, server, will=will):
            device.restart()
            assert await outsider.next() == (1, False, will.payload, "gone")


@pytest.mark.asyncio
async def test_a_session_that_the_broker_keeps_gets_what_was_published_meanwhile(tmp_path: Path):
    async with broker(tmp_path) as server, bench() as (_, modem):
        async with open_mqtt(modem, server, clean_session=False) as mqtt:
            await mqtt.subscribe("kept", qos=1)
        for number in range(3):
            await server.publish("kept", b"%d" % number, qos=1)
        async with open_mqtt(modem, server, clean_session=False) as mqtt:
            assert [(await anext(mqtt.messages)).payload for _ in range(3)] == [b"0", b"1", b"2"]


@pytest.mark.asyncio
async def test_after_a_restart_of_the_module_the_session_goes_on_once_it_has_a_network(tmp_path: Path):
    async with (
        broker(tmp_path) as server,
        bench(boot_time=0.01) as (device, modem),
        open_mqtt(modem, server) as mqtt,
    ):
        await mqtt.subscribe("a", qos=1)
        async with modem.expect(MqttReconnecting) as again, modem.expect(MqttSubscribed) as subscribed:
            device.restart()
            await again.get()
            await modem.wifi.join("lab", "secret")
            assert (await subscribed.get()).filter == "a"
        await mqtt.publish("a", "alive", qos=1)
        assert (await anext(mqtt.messages)).payload == b"alive"


@pytest.mark.asyncio
async def test_a_closed_modem_ends_its_session(tmp_path: Path):
    async with broker(tmp_path) as server, Virtual() as device:
        modem = await connect(device.url)
        await modem.wifi.join("lab", "secret")
        mqtt = await open_mqtt(modem, server)
        reading = asyncio.create_task(anext(mqtt.messages))
        await eventually(lambda: server.count("Sending CONNACK to module") == 1)
        await modem.aclose()
        with pytest.raises(SessionBroken, match="the modem has ended"):
            await reading
        with pytest.raises(SessionBroken, match="the modem has ended"):
            await mqtt.publish("a")
        await mqtt.aclose()
        with pytest.raises(SessionClosed):
            await open_mqtt(modem, server)


@pytest.mark.asyncio
async def test_what_the_broker_does_not_permit_is_an_error_of_that_call(tmp_path: Path):
    async def strict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = PacketReader()
        while data := await reader.read(4096):
            for arrived in packets.feed(data):
                if arrived.kind is PacketType.CONNECT:
                    writer.write(packet(PacketType.CONNACK, bytes(2)))
                elif arrived.kind is PacketType.SUBSCRIBE:
                    denied = arrived.text(2) == "secret/#"
                    writer.write(packet(PacketType.SUBACK, arrived.body[:2], b"\x80" if denied else b"\0"))
                elif arrived.kind is PacketType.UNSUBSCRIBE:
                    writer.close()
                elif arrived.kind is PacketType.PUBLISH:
                    writer.write(packet(PacketType.PUBLISH, arrived.body))
        writer.close()

    server = await asyncio.start_server(strict, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    async with bench() as (_, modem), modem.mqtt(HOST, port, client_id="module") as mqtt:
        with pytest.raises(MqttError, match="not subscribed"):
            await mqtt.subscribe("secret/#")
        await mqtt.subscribe("open/#")
        with pytest.raises(MqttError, match="not subscribed"):
            await mqtt.subscribe("secret/#")
        async with modem.events(MessageReceived) as events:
            await mqtt.publish("open/a", "x")
            assert (await anext(events)).message.topic == "open/a"
        assert (await anext(mqtt.messages)).filter == "open/#"
        with pytest.raises(MqttError, match="not unsubscribed"):
            await mqtt.unsubscribe("open/#")
    server.close()


@pytest.mark.asyncio
async def test_the_connection_can_go_over_a_websocket(tmp_path: Path):
    port = free_port()
    settings = f"listener {port} {HOST}\nsocket_domain ipv4\nprotocol websockets\nallow_anonymous true"
    async with (
        broker(tmp_path, settings) as server,
        bench() as (_, modem),
        modem.mqtt(HOST, port, client_id="module", websocket_path="/mqtt", join=True) as mqtt,
    ):
        await mqtt.subscribe("a", qos=2)
        for payload in (b"short", b"", bytes(range(256)) * 100):
            await mqtt.publish("a", payload, qos=2)
            assert (await anext(mqtt.messages)).payload == payload
        await mqtt.aclose()
        with pytest.raises(BrokerRefused):
            await modem.mqtt(HOST, server.port, client_id="module", websocket_path="/mqtt")


@pytest.mark.asyncio
async def test_the_connection_can_be_protected_and_the_broker_checked(tmp_path: Path):
    authority = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    server_cert = authority.issue_cert("broker.example")
    (tmp_path / "server.pem").write_bytes(server_cert.cert_chain_pems[0].bytes())
    (tmp_path / "server.key").write_bytes(server_cert.private_key_pem.bytes())
    settings = (
        f"allow_anonymous true\ncafile {tmp_path}/ca.pem\ncertfile {tmp_path}/server.pem\n"
        f"keyfile {tmp_path}/server.key\nrequire_certificate true"
    )
    client = authority.issue_cert("module")
    async with broker(tmp_path, settings) as server, bench() as (device, modem):
        with pytest.raises(TlsError):
            await open_mqtt(modem, server, tls=TlsOptions())
        device.memory.store["mqtt_ca"] = {"mqtt_ca.0": (7, authority.cert_pem.bytes())}
        device.memory.store["mqtt_cert"] = {"mqtt_cert.1": (7, client.cert_chain_pems[0].bytes())}
        device.memory.store["mqtt_key"] = {"mqtt_key.1": (7, client.private_key_pem.bytes())}
        options = TlsOptions(ca="mqtt_ca.0", certificate="mqtt_cert.1", private_key="mqtt_key.1")
        async with open_mqtt(modem, server, tls=options) as mqtt:
            await mqtt.publish("a", qos=1)
        with pytest.raises(TlsError):
            await open_mqtt(modem, server, tls=TlsOptions(ca="mqtt_ca.0", server_name="other.example"))
        named = TlsOptions(certificate="mqtt_cert.1", server_name="broker.example", alpn=("mqtt",))
        async with open_mqtt(modem, server, tls=named) as mqtt:
            await mqtt.publish("a", qos=1)
        with pytest.raises(InvalidArgument, match="stored"):
            await open_mqtt(modem, server, tls=TlsOptions(ca="somewhere"))
