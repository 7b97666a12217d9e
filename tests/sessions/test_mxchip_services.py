"""MQTT, Bluetooth serial, updates and raw Ethernet frames of MXCHIP modules."""

import asyncio
from pathlib import Path

import anyio
import pytest

import atmodem
from atmodem import (
    BrokerRefused,
    CommandError,
    ConnectFailed,
    DataLost,
    InvalidArgument,
    ModeConflict,
    ModuleReady,
    MqttDisconnected,
    MqttError,
    SessionBroken,
    SessionClosed,
    TlsError,
    TlsOptions,
    TransferIncomplete,
    UpdateFailed,
)
from atmodem.dialects import mxchip
from atmodem.portable.drivers import ClassicDriver, OtaDriver
from atmodem.portable.events import (
    BluetoothConnected,
    BluetoothData,
    BluetoothDisconnected,
    EthernetFrame,
    UpdateProgress,
)
from atmodem.portable.values import IoCapability, PairingSettings, UpdateStep
from tests.sessions.broker import broker
from tests.sessions.far import HOST, free_port, server
from tests.sessions.mxchip_modems import ERROR, OK, MxPeer, module, online, scripted

pytestmark = pytest.mark.asyncio

CONNECTED = b"\r\n+MQTTEVENT:CONNECT,SUCCESS\r\n"
SUBSCRIBED = b"\r\n+MQTTEVENT:SUBSCRIBE,SUCCESS\r\n"
UNSUBSCRIBED = b"\r\n+MQTTEVENT:UNSUBSCRIBE,SUCCESS\r\n"
PUBLISHED = b"\r\n+MQTTEVENT:PUBLISH,SUCCESS\r\n"


# MQTT


def with_broker(peer: MxPeer) -> None:
    """Let the module answer as if a broker accepted everything."""
    peer.answers |= {
        b"AT+MQTTSTATUS=connect": b"\r\n+MQTTSTATUS:CLOSE,SUCCESS" + OK,
        b"AT+MQTTAUTH=?": b"\r\n+MQTTAUTH:," + OK,
        b"AT+MQTTSTART": OK + CONNECTED,
        **{b"AT+MQTTSUB=%d,t%d,1" % (n, m): OK + SUBSCRIBED for n in range(6) for m in range(8)},
        **{b"AT+MQTTUNSUB=%d" % n: OK + UNSUBSCRIBED for n in range(6)},
    }


async def test_a_connection_is_set_up_whole_before_it_is_started():
    async with scripted() as (peer, modem):
        with_broker(peer)
        tls = TlsOptions(verify=True, certificate="certificate", private_key="private_key")
        async with modem.mqtt("broker", client_id="a,b", username="user", password="key", keep_alive=30, tls=tls):
            assert peer.lines == [
                *(b"AT+MQTTSTATUS=connect", b"AT+MQTTAUTH=user,key", rb"AT+MQTTCID=a\,b", b"AT+MQTTSOCK=broker,8883"),
                *(b"AT+MQTTRECONN=OFF", b"AT+MQTTSSL=ON", b"AT+MQTTKEEPALIVE=30", b"AT+MQTTCAVERIFY=ON,ON"),
                b"AT+MQTTSTART",
            ]


async def test_the_login_of_an_earlier_connection_is_not_used_again(tmp_path: Path):
    async with broker(tmp_path) as server, online() as (device, modem):
        async with modem.mqtt(HOST, server.port, client_id="module"):
            pass
        login = {"username": "user", "password": "key"}
        async with modem.mqtt(HOST, server.port, client_id="module", **login):
            assert device.settings[mxchip.MQTTAUTH].username == "user"
        with pytest.raises(ConnectFailed, match=r"would be used.*start the module anew") as caught:
            await modem.mqtt(HOST, server.port, client_id="module")
        assert caught.value.name == "LOGIN_STAYS"
        await modem.system.restart()
        await modem.wifi.join("lab", "secret")
        async with modem.mqtt(HOST, server.port, client_id="module"):
            pass


async def test_a_module_that_forgets_a_login_connects_without_one():
    async with scripted() as (peer, modem):
        with_broker(peer)
        peer.answers[b"AT+MQTTAUTH=?"] = b"\r\n+MQTTAUTH:user,key" + OK
        async with modem.mqtt("broker", client_id="a"):
            assert b"AT+MQTTAUTH=," in peer.lines


@pytest.mark.parametrize(
    "options",
    [
        {"client_id": "a\x1ab"},
        {"client_id": "a", "username": "u\r"},
        {"client_id": "a", "keep_alive": 65536},
        {"client_id": "a", "tls": TlsOptions(ca="mine")},
    ],
)
async def test_an_option_that_cannot_be_written_is_refused_before_anything_is_sent(options: dict[str, object]):
    async with module() as (_, modem):
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument):
            await modem.mqtt(HOST, 1883, **options)
        with pytest.raises(atmodem.Unsupported):
            await modem.mqtt(HOST, 1883, client_id="a", will=atmodem.Will(topic="gone"))
        assert modem.statistics.commands == sent


async def test_a_seventh_topic_is_refused_before_it_is_sent_and_a_slot_can_be_used_again():
    async with scripted() as (peer, modem):
        with_broker(peer)
        async with modem.mqtt("broker", client_id="a") as mqtt:
            peer.lines.clear()
            for number in range(6):
                await mqtt.subscribe(f"t{number}", qos=1)
            with pytest.raises(InvalidArgument, match="topic_filter must be one of at most 6"):
                await mqtt.subscribe("t6", qos=1)
            await mqtt.subscribe("t2", qos=1)
            await mqtt.unsubscribe("t3")
            await mqtt.unsubscribe("never")
            await mqtt.subscribe("t7", qos=1)
            peer.say(b"\r\n+MQTTRECV:3,5,a\r\nOK\r\n\r\n+MQTTRECV:5,0,\r\n")
            first, second = await anext(mqtt.messages), await anext(mqtt.messages)
            assert (first.topic, first.filter, first.payload) == (None, "t7", b"a\r\nOK")
            assert (second.filter, second.payload) == ("t5", b"")
        assert peer.lines[:9] == [
            *(b"AT+MQTTSUB=%d,t%d,1" % (number, number) for number in range(6)),
            *(b"AT+MQTTSUB=2,t2,1", b"AT+MQTTUNSUB=3", b"AT+MQTTSUB=3,t7,1"),
        ]


async def test_the_number_in_the_events_of_some_firmware_tells_the_slot(tmp_path: Path):
    async with (
        broker(tmp_path) as running,
        online(profile="mqtt-ids") as (_, modem),
        modem.mqtt(HOST, running.port, client_id="module") as mqtt,
    ):
        await mqtt.subscribe("a")
        await mqtt.subscribe("b/#", qos=2)
        await mqtt.publish("b/c", b"told", qos=2)
        assert (await anext(mqtt.messages)).filter == "b/#"
        await mqtt.unsubscribe("a")
        await mqtt.subscribe("c")


async def test_the_confirmation_of_a_message_that_nobody_waits_for_any_more_is_not_that_of_the_next():
    async with scripted() as (peer, modem):
        with_broker(peer)
        peer.answers[b"AT+MQTTSEND=3"] = b">"
        async with modem.mqtt("broker", client_id="a") as mqtt:
            first = asyncio.create_task(mqtt.publish("t", b"one", qos=1))
            await peer.heard(b"AT+MQTTSEND=3")
            await peer.heard_data(b"one")
            peer.say(OK)
            await modem.send(mxchip.AT())
            first.cancel()
            await asyncio.wait([first])
            second = asyncio.create_task(mqtt.publish("t", b"two", qos=1))
            await modem.send(mxchip.AT())
            assert peer.lines.count(b"AT+MQTTSEND=3") == 1
            peer.say(PUBLISHED)
            await peer.heard_data(b"two")
            peer.say(OK)
            await modem.send(mxchip.AT())
            assert not second.done()
            peer.say(b"\r\n+MQTTEVENT:PUBLISH,FAIL\r\n")
            with pytest.raises(MqttError, match="the message to t was not published"):
                await second
            # The topic stands still.
            assert peer.lines.count(b"AT+MQTTPUB=t,1") == 1


async def test_a_confirmation_that_never_comes_is_waited_for_no_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_mqtt._CONFIRM_LIMIT", 0.05)
    async with scripted() as (peer, modem):
        with_broker(peer)
        del peer.answers[b"AT+MQTTSUB=0,t0,1"]
        async with modem.mqtt("broker", client_id="a") as mqtt:
            with pytest.raises(atmodem.CommandTimeout):
                await mqtt.subscribe("t0", qos=1)
            waiting = asyncio.create_task(mqtt.subscribe("t0", qos=1))
            while peer.lines.count(b"AT+MQTTSUB=0,t0,1") < 2:
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
            await mqtt.subscribe("t1", qos=1)


async def test_a_broker_that_refuses_a_topic_leaves_its_slot_free():
    async with scripted() as (peer, modem):
        with_broker(peer)
        async with modem.mqtt("broker", client_id="a") as mqtt:
            for refusal in (OK + b"\r\n+MQTTEVENT:SBUSCRIBE,FAIL\r\n", ERROR):
                peer.answers[b"AT+MQTTSUB=0,t0,1"] = refusal
                with pytest.raises(MqttError, match="t0 was not subscribed"):
                    await mqtt.subscribe("t0", qos=1)
            await mqtt.subscribe("t1", qos=1)
            peer.answers[b"AT+MQTTUNSUB=0"] = OK + b"\r\n+MQTTEVENT:UNSUBSCRIBE,FAIL\r\n"
            with pytest.raises(MqttError, match="t1 was not unsubscribed"):
                await mqtt.unsubscribe("t1")
            peer.answers[b"AT+MQTTPUB=t,0"] = ERROR
            with pytest.raises(MqttError):
                await mqtt.publish("t", b"x")
        assert peer.lines.count(b"AT+MQTTSUB=0,t1,1") == 1


@pytest.mark.parametrize("event", [b"CONNECT,RECONNECTING", b"CLOSE,SUCCESS", b"CONNECT,FAIL"])
async def test_every_way_to_lose_the_broker_ends_a_session_that_does_not_reconnect(event: bytes):
    async with scripted() as (peer, modem), modem.expect(MqttDisconnected) as gone:
        with_broker(peer)
        async with modem.mqtt("broker", client_id="a", reconnect=False) as mqtt:
            peer.say(b"\r\n+MQTTEVENT:" + event + b"\r\n")
            assert (await gone.get()).cause is not None
            with pytest.raises(SessionBroken):
                await anext(mqtt.messages)


async def test_what_failed_is_told_apart_by_a_plain_link(tmp_path: Path):
    settings = "allow_anonymous false"
    async with broker(tmp_path, settings) as running, online() as (_, modem):
        with pytest.raises(BrokerRefused, match="refuses the connection"):
            await modem.mqtt(HOST, running.port, client_id="module")
        with pytest.raises(TlsError, match="is there, but"):
            await modem.mqtt(HOST, running.port, client_id="module", tls=TlsOptions())
        with pytest.raises(ConnectFailed, match="cannot be reached") as caught:
            await modem.mqtt(HOST, free_port(), client_id="module")
        assert type(caught.value) is ConnectFailed
        async with server() as far:
            streams = [await modem.connect_tcp(HOST, far.port) for _ in range(5)]
            with pytest.raises(ConnectFailed, match="not connected to the broker") as caught:
                await modem.mqtt(HOST, running.port, client_id="module")
            assert type(caught.value) is ConnectFailed
            for stream in streams:
                await stream.aclose()


async def test_a_module_that_does_not_start_or_take_the_settings_is_a_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_mqtt._CONNECT_LIMIT", 0.05)
    async with scripted() as (peer, modem):
        with_broker(peer)
        for answer in (ERROR, OK):
            peer.answers[b"AT+MQTTSTART"] = answer
            with pytest.raises(ConnectFailed, match="not connected to the broker at broker port 1883"):
                await modem.mqtt("broker", client_id="a")
        peer.answers[b"AT+MQTTSSL=OFF"] = ERROR
        with pytest.raises(ConnectFailed, match="does not take the settings"):
            await modem.mqtt("broker", client_id="a")


# Bluetooth


def classic(modem: atmodem.Modem) -> ClassicDriver:
    driver = modem.driver.classic
    assert driver is not None
    return driver


async def test_a_bluetooth_host_connects_talks_both_ways_and_goes():
    async with module(profile="emw3239") as (device, modem):
        driver = classic(modem)
        kinds = (BluetoothConnected, BluetoothData, BluetoothDisconnected)
        async with modem.events(*kinds) as events:
            await driver.open("board", PairingSettings(pin="123456"))
            await driver.listen_serial(discoverable=True)
            assert await driver.address() == "c8:93:46:00:11:22"
            with pytest.raises(PermissionError):
                device.bluetooth.connect("000000")
            host = device.bluetooth.connect("123456")
            connected = await anext(events)
            assert (connected.address, connected.incoming) == (None, True)
            data = bytes(range(256)) * 3 + b"\r\n+BTEVENT:CONNECTION,OFF\r\n"
            host.send(data)
            received = b""
            while len(received) < len(data):
                received += (await anext(events)).data
            assert received == data
            await driver.send(connected.connection, data[: driver.send_limit])
            assert bytes(host.received) == data[: driver.send_limit]
            host.disconnect()
            assert (await anext(events)).connection == connected.connection
            # A listener can be seen again, and the next host is another connection.
            await driver.disconnect(connected.connection)
            device.bluetooth.connect()
            again = await anext(events)
            assert again.connection != connected.connection
            with pytest.raises(TransferIncomplete) as caught:
                await driver.send(connected.connection, b"too late")
            assert caught.value.transferred == 0
            await driver.disconnect(again.connection)
            await driver.close()
            assert device.settings[mxchip.BTNAME].name == "board"


async def test_a_host_that_goes_while_it_is_sent_to_ends_the_send_by_its_count():
    async with scripted({b"AT+BTSEND=4": ERROR}) as (peer, modem), modem.expect(BluetoothConnected) as connected:
        peer.say(b"\r\n+BTEVENT:CONNECTION,ON\r\n")
        connection = (await connected.get()).connection
        with pytest.raises(TransferIncomplete) as caught:
            await classic(modem).send(connection, b"gone")
        assert caught.value.transferred == 0


async def test_data_and_farewells_of_nobody_mean_nothing():
    async with scripted() as (peer, modem), modem.events(BluetoothData, BluetoothDisconnected) as events:
        peer.say(b"\r\n+BTEVENT:DATA,3,abc\r\n+BTEVENT:CONNECTION,OFF\r\n")
        await modem.send(mxchip.AT())
        await modem.aclose()
        assert [event async for event in events] == []


@pytest.mark.parametrize(
    ("name", "pairing"),
    [
        ("board", PairingSettings(pin="12345")),
        ("bo\rard", PairingSettings()),
        (None, PairingSettings(io=IoCapability.DISPLAY)),
        (None, PairingSettings(man_in_the_middle=True)),
    ],
)
async def test_a_name_or_a_pairing_that_the_module_cannot_have_is_refused_before_anything_is_sent(
    name: str | None, pairing: PairingSettings
):
    async with module(profile="emw3239") as (_, modem):
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument):
            await classic(modem).open(name, pairing)
        with pytest.raises(InvalidArgument, match="discoverable"):
            await classic(modem).listen_serial(discoverable=False)
        assert modem.statistics.commands == sent


# Updates


def updates(modem: atmodem.Modem) -> OtaDriver:
    driver = modem.driver.ota
    assert driver is not None
    return driver


async def test_an_update_tells_its_steps_and_the_module_comes_back_with_the_new_version():
    async with online() as (device, modem):
        device.updates.duration = 0.01
        async with modem.events(UpdateProgress) as steps, modem.expect(ModuleReady) as ready:
            assert await updates(modem).check() == "fog_v3_AT_v2.0.4"
            await updates(modem).update(None)
            await ready.get()
            told = [(await anext(steps)).step for _ in range(2)]
        assert told == [UpdateStep.STARTED, UpdateStep.INSTALLED]
        assert (await modem.system.identity()).firmware == "fog_v3_AT_v2.0.4"
        assert (await modem.send(mxchip.UARTE.query())).option == mxchip.Switch.OFF


async def test_an_update_that_never_ends_has_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_ota._LIMIT", 0.05)
    async with online() as (device, modem):
        device.updates.succeeds = False
        with pytest.raises(UpdateFailed, match=r"v9 was not installed within") as caught:
            await updates(modem).update("v9")
        assert caught.value.name == "TIMEOUT"


async def test_a_module_without_a_network_cannot_be_updated():
    async with module() as (_, modem):
        with pytest.raises(UpdateFailed, match="v9 is not loaded") as caught:
            await updates(modem).update("v9")
        assert caught.value.name == "NOT_JOINED"
        with pytest.raises(CommandError):
            await updates(modem).update(None)


async def test_the_steps_of_custom_firmware_are_told():
    async with scripted() as (peer, modem), modem.events(UpdateProgress) as steps:
        peer.say(b"\r\n+OTAEVENT:DOWNLOADING\r\n\r\n+OTAEVENT:INSTALLING\r\n")
        assert [(await anext(steps)).step for _ in range(2)] == [UpdateStep.LOADING, UpdateStep.INSTALLING]


# Raw Ethernet frames

FRAME = bytes(range(14)) + b"\r\n+ENETEVENT:5,abcde\r\nOK\r\n"


async def test_frames_pass_both_ways_while_they_are_entered():
    async with module(profile="moc108") as (device, modem):
        async with mxchip.EthernetFrames(modem) as frames, modem.expect(EthernetFrame) as told:
            for size in (14, 60, 1518):
                await frames.send(FRAME[:14] + bytes(size - 14))
            assert [len(frame) for frame in device.ethernet.sent] == [14, 60, 1518]
            for frame in (FRAME, bytes(1518)):
                device.ethernet.receive(frame)
            assert [await anext(frames) for _ in range(2)] == [FRAME, bytes(1518)]
            assert (await told.get()).data == FRAME
            with pytest.raises(InvalidArgument):
                await frames.send(bytes(13))
        assert device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF
        for use in (frames.receive(), frames.send(FRAME)):
            with pytest.raises(SessionClosed):
                await use
        assert [frame async for frame in frames] == []
        assert modem.driver.ethernet is not None
        await modem.driver.ethernet.open()
        await modem.driver.ethernet.send_frame(FRAME)
        await modem.driver.ethernet.close()


async def test_frames_that_nobody_reads_are_counted_and_those_behind_them_come():
    async with module(profile="moc108") as (device, modem), mxchip.EthernetFrames(modem, limit=2) as frames:
        for number in range(5):
            device.ethernet.receive(bytes([number]) * 14)
        await modem.send(mxchip.AT())
        assert [await frames.receive() for _ in range(2)] == [bytes(14), b"\1" * 14]
        with pytest.raises(DataLost) as caught:
            await frames.receive()
        assert caught.value.lost == 3
        device.ethernet.receive(FRAME)
        assert await frames.receive() == FRAME
    with pytest.raises(InvalidArgument):
        mxchip.EthernetFrames(modem, limit=0)


async def test_a_frame_that_came_incomplete_is_none():
    async with scripted() as (peer, modem):
        peer.answers |= {b"AT+CIPSTATUS=%d" % n: b"\r\n+CIPSTATUS:tcp_client,close" + OK for n in range(5)}
        async with mxchip.EthernetFrames(modem) as frames:
            peer.say(b"\r\n+ENETEVENT:20,short")
            async with modem.expect(mxchip.EthernetFrame) as cut:
                await cut.get()
            peer.say(b"\r\n+ENETEVENT:14,abcdefghijklmn\r\n")
            assert await frames.receive() == b"abcdefghijklmn"
            assert frames.damaged == 1


async def test_open_links_exclude_frames():
    async with (
        online(profile="moc108") as (device, modem),
        server() as far,
        modem.connect_tcp(HOST, far.port) as stream,
    ):
        with pytest.raises(ModeConflict, match="one is open"):
            async with mxchip.EthernetFrames(modem):
                pass
        assert device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF
        await stream.send(b"unharmed")
        assert await (await far.connection()).read(8) == b"unharmed"


async def test_a_model_without_ethernet_refuses_frames():
    async with module() as (_, modem):
        with pytest.raises(CommandError):
            async with mxchip.EthernetFrames(modem):
                pass


async def test_a_restart_ends_the_frames_by_name():
    async with module(profile="moc108") as (_, modem), mxchip.EthernetFrames(modem) as frames:
        await modem.system.restart()
        for use in (frames.receive(), frames.receive(), frames.send(FRAME)):
            with pytest.raises(SessionBroken, match="started anew"):
                await use


async def test_entering_that_is_cancelled_leaves_the_mode_off():
    async with module(profile="moc108") as (device, modem):

        async def enter() -> None:
            async with mxchip.EthernetFrames(modem):
                await anyio.sleep_forever()

        entering = asyncio.create_task(enter())
        while device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF:
            await asyncio.sleep(0)
        entering.cancel()
        await asyncio.wait([entering])
        assert (await modem.send(mxchip.ENETRAWMODE.query())).mode == mxchip.Switch.OFF
