"""MQTT of the MXCHIP module: its slots, its outcomes, what it does not tell."""

import asyncio
from pathlib import Path

import pytest

import atmodem
from atmodem import (
    BrokerRefused,
    ConnectFailed,
    InvalidArgument,
    MqttDisconnected,
    MqttError,
    SessionBroken,
    TlsError,
    TlsOptions,
)
from atmodem.dialects import mxchip
from tests.sessions.broker import broker
from tests.sessions.far import HOST, free_port, server
from tests.sessions.mxchip_modems import ERROR, MXCHIP, OK, MxPeer, module, online, scripted
from tests.virtual.mxchip_bench import MxHost

pytestmark = pytest.mark.asyncio

CONNECTED = b"\r\n+MQTTEVENT:CONNECT,SUCCESS\r\n"
SUBSCRIBED = b"\r\n+MQTTEVENT:SUBSCRIBE,SUCCESS\r\n"
UNSUBSCRIBED = b"\r\n+MQTTEVENT:UNSUBSCRIBE,SUCCESS\r\n"
PUBLISHED = b"\r\n+MQTTEVENT:PUBLISH,SUCCESS\r\n"


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


async def test_who_waits_for_the_confirmation_of_another_message_learns_that_the_modem_was_closed():
    async with scripted() as (peer, modem):
        with_broker(peer)
        peer.answers[b"AT+MQTTSEND=3"] = b">"
        async with modem.mqtt("broker", client_id="a") as mqtt:
            first = asyncio.create_task(mqtt.publish("t", b"one", qos=1))
            await peer.heard_data(b"one")
            peer.say(OK)
            await modem.send(mxchip.AT())
            first.cancel()
            await asyncio.wait([first])
            second = asyncio.create_task(mqtt.publish("t", b"two", qos=1))
            await modem.send(mxchip.AT())
            await modem.aclose()
            with pytest.raises((atmodem.SessionClosed, SessionBroken)):
                await second


async def test_a_message_under_way_ends_with_its_connection():
    async with scripted() as (peer, modem):
        with_broker(peer)
        peer.answers[b"AT+MQTTSEND=3"] = b">"
        async with modem.mqtt("broker", client_id="a", reconnect=False) as mqtt:
            publishing = asyncio.create_task(mqtt.publish("t", b"one", qos=1))
            await peer.heard_data(b"one")
            peer.say(OK + b"\r\n+MQTTEVENT:CONNECT,RECONNECTING\r\n")
            with pytest.raises(MqttError, match="what it went over was lost") as caught:
                await publishing
            assert caught.value.name == "CONNECTION_LOST"


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


async def test_a_connection_that_an_earlier_program_lets_begin_by_itself_is_ended_first(tmp_path: Path):
    async with broker(tmp_path) as running, mxchip.Virtual(boot_time=0.01) as device:
        host = MxHost(device.open_link())
        await host.ask(b"AT+MQTTSOCK=%b,%d" % (HOST.encode(), running.port))
        for line in (b"AT+MQTTCID=earlier", b"AT+MQTTAUTOSTART=ON", b"AT+MQTTRECONN=ON", b"AT+WJAP=lab,secret"):
            assert (await host.ask(line)).endswith(OK)
        await running.logged("New client connected from .* as earlier")
        await host.link.aclose()
        async with (
            atmodem.connect(device.url, MXCHIP) as modem,
            modem.mqtt(HOST, running.port, client_id="ours") as mqtt,
        ):
            await running.logged("Client earlier .*disconnected")
            await mqtt.subscribe("a")
            await mqtt.publish("a", b"ours")
            assert (await anext(mqtt.messages)).payload == b"ours"
