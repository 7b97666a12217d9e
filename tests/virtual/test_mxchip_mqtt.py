"""MQTT of the virtual MXCHIP module, at a broker that is played."""

import pytest

from atmodem.virtual.mqtt_packets import PacketType, packet, text
from tests.virtual.mxchip_bench import BROKER, ERROR, OK, REFUSED, UP, Bench, bench, value


def told(text: str) -> bytes:
    return b"\r\n+MQTTEVENT:%b\r\n" % text.encode()


CONNECTED = told("CONNECT,SUCCESS")


async def connect(at: Bench) -> None:
    for line in (f"AT+MQTTSOCK=broker,{BROKER}", "AT+MQTTAUTH=user,pass", "AT+MQTTCID=dev", "AT+MQTTPUB=out,1"):
        assert await at.ask(line) == OK
    assert await at.ask("AT+MQTTSTART") == OK + CONNECTED


@pytest.mark.asyncio
async def test_the_settings_are_read_back_as_they_were_set():
    async with bench() as at:
        for line in ("MQTTAUTH=a,b\\,c", "MQTTPUB=x/y,2", "MQTTKEEPALIVE=9", "MQTTCAVERIFY=ON,OFF", "MQTTSOCK=h,1"):
            assert await at.ask(f"AT+{line}") == OK
            name, _, values = line.partition("=")
            assert await at.ask(f"AT+{name}=?") == value(f"{name}:{values}")
            assert await at.ask(f"AT+{name}?") == ERROR


@pytest.mark.asyncio
async def test_six_topics_and_what_comes_on_them():
    async with bench(joined=True) as at:
        await connect(at)
        for number in range(5):
            assert await at.ask(f"AT+MQTTSUB={number},t/{number},1") == OK + told("SUBSCRIBE,SUCCESS")
        assert await at.ask("AT+MQTTSUB=5,all/+/#,0") == OK + told("SUBSCRIBE,SUCCESS")
        assert (await at.ask("AT+MQTTSUB=?")).startswith(b"\r\n+MQTTSUB:6\r\n0,t/0,1\r\n")
        broker = at.network.far_ends[-1]
        for topic, number in (("t/3", 3), ("all/x", 5), ("all/x/y/z", 5)):
            broker.send(packet(PacketType.PUBLISH, text(topic), b"a\r\n"))
            assert await at.settle() == b"\r\n+MQTTRECV:%d,3,a\r\n\r\n" % number
        for topic in ("t", "all", "other"):
            broker.send(packet(PacketType.PUBLISH, text(topic), b"a\r\n"))
            assert await at.settle() == b""


@pytest.mark.asyncio
async def test_messages_are_published_behind_the_answer():
    async with bench(joined=True) as at:
        assert await at.ask("AT+MQTTSEND=1") == ERROR
        assert await at.ask("AT+MQTTSTATUS=publish") == value("MQTTSTATUS:PUBLISH,FAIL")
        await connect(at)
        await at.ask("AT+MQTTSUB=0,out,0")
        back = b"\r\n+MQTTRECV:0,2,\r\n\r\n"
        assert await at.send("AT+MQTTSEND=2", b"\r\n") == OK + told("PUBLISH,SUCCESS") + back
        assert await at.ask("AT+MQTTSTATUS=publish") == value("MQTTSTATUS:PUBLISH,SUCCESS")


@pytest.mark.asyncio
async def test_a_number_that_is_used_again_gets_the_new_topic():
    async with bench(joined=True) as at:
        await connect(at)
        await at.ask("AT+MQTTSUB=0,old,0")
        assert await at.ask("AT+MQTTSUB=0,out,0") == OK + told("SUBSCRIBE,SUCCESS")
        assert await at.ask("AT+MQTTSUB=?") == b"\r\n+MQTTSUB:1\r\n0,out,0\r\nOK\r\n"
        assert await at.ask("AT+MQTTUNSUB=0") == OK + told("UNSUBSCRIBE,SUCCESS")
        assert await at.ask("AT+MQTTUNSUB=0") == OK + told("UNSUBSCRIBE,FAIL")
        assert await at.ask("AT+MQTTSTATUS=subscribe,0") == value("MQTTSTATUS:UNSUBSCRIBE,FAIL")
        assert await at.ask("AT+MQTTSTATUS=subscribe,1") == value("MQTTSTATUS:UNSUBSCRIBE,SUCCESS")


@pytest.mark.asyncio
async def test_numbers_are_told_where_the_profile_has_them():
    async with bench(joined=True, profile="mqtt-ids") as at:
        await connect(at)
        assert await at.ask("AT+MQTTSUB=3,x,0") == OK + told("3,SUBSCRIBE,SUCCESS")
        assert await at.ask("AT+MQTTUNSUB=3") == OK + told("3,UNSUBSCRIBE,SUCCESS")


@pytest.mark.asyncio
async def test_without_a_broker_nothing_is_subscribed():
    async with bench(joined=True) as at:
        assert await at.ask("AT+MQTTSUB=1,x,0") == OK + told("SUBSCRIBE,FAIL")
        assert await at.ask("AT+MQTTUNSUB=1") == OK + told("UNSUBSCRIBE,FAIL")
        assert await at.ask("AT+MQTTCLOSE") == OK + told("CLOSE,FAIL")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("AT+MQTTSSL=OFF", "INIT_ERROR"),
        (f"AT+MQTTSOCK=broker,{REFUSED}", "FAIL"),
        ("AT+MQTTSOCK=nowhere.invalid,1", "FAIL"),
        ("AT+MQTTSOCK=broker,9", "FAIL"),
    ],
)
async def test_a_connection_that_cannot_be_made_is_told(line: str, result: str):
    async with bench(joined=True) as at:
        assert await at.ask(line) == OK
        assert await at.hear(b"AT+MQTTSTART\r", 60) == OK + told(f"CONNECT,{result}")
        assert await at.ask("AT+MQTTSTATUS=connect") == value(f"MQTTSTATUS:CONNECT,{result}")


@pytest.mark.asyncio
async def test_tls_without_its_certificates_is_not_even_begun():
    async with bench(joined=True) as at:
        for line in (f"AT+MQTTSOCK=broker,{BROKER}", "AT+MQTTSSL=ON", "AT+MQTTCAVERIFY=ON,OFF"):
            await at.ask(line)
        assert await at.ask("AT+MQTTSTART") == OK + told("CONNECT,INIT_ERROR")
        await at.ask("AT+MQTTCAVERIFY=OFF,OFF")
        assert await at.ask("AT+MQTTSTART") == OK + CONNECTED


@pytest.mark.asyncio
async def test_without_a_network_connecting_fails():
    async with bench() as at:
        await at.ask(f"AT+MQTTSOCK=broker,{BROKER}")
        assert await at.ask("AT+MQTTSTART") == OK + told("CONNECT,FAIL")


@pytest.mark.asyncio
async def test_a_second_start_tells_again_that_it_is_connected():
    async with bench(joined=True) as at:
        await connect(at)
        assert await at.ask("AT+MQTTSTART") == OK + CONNECTED
        assert await at.ask("AT+MQTTCLOSE") == OK + told("CLOSE,SUCCESS")
        assert await at.ask("AT+MQTTSTATUS=connect") == value("MQTTSTATUS:CLOSE,SUCCESS")
        assert at.network.far_ends[-1].closed


@pytest.mark.asyncio
async def test_a_lost_broker_is_found_again_with_its_subscriptions():
    async with bench(joined=True) as at:
        await connect(at)
        await at.ask("AT+MQTTSUB=0,out,0")
        at.network.far_ends[-1].close()
        assert await at.settle() == told("CONNECT,RECONNECTING")
        assert await at.send("AT+MQTTSEND=1", b"x") == OK + told("PUBLISH,FAIL")
        assert await at.rest(5) == CONNECTED
        assert (await at.send("AT+MQTTSEND=1", b"x")).endswith(b"\r\n+MQTTRECV:0,1,x\r\n")


@pytest.mark.asyncio
async def test_the_broker_is_lost_with_the_network_and_found_when_it_is_back():
    async with bench(joined=True) as at:
        await connect(at)
        at.air.switch_off("lab")
        assert (await at.settle()).endswith(told("CONNECT,RECONNECTING"))
        assert await at.rest(10) == b""
        at.air.switch_on("lab")
        assert await at.rest(5) == UP + CONNECTED
        at.air.switch_off("lab")
        await at.settle()
        assert await at.ask("AT+MQTTCLOSE") == OK + told("CLOSE,SUCCESS")
        at.air.switch_on("lab")
        assert await at.rest(5) == UP


@pytest.mark.asyncio
async def test_without_reconnecting_a_lost_broker_stays_lost():
    async with bench(joined=True) as at:
        await connect(at)
        await at.ask("AT+MQTTRECONN=OFF")
        at.network.far_ends[-1].close()
        assert await at.rest(60) == told("CONNECT,FAIL")
        assert await at.ask("AT+MQTTSEND=1") == ERROR


@pytest.mark.asyncio
async def test_mqtt_starts_by_itself_after_a_restart_where_that_is_set():
    async with bench(joined=True) as at:
        await connect(at)
        await at.hear(b"AT+REBOOT\r")
        assert await at.rest(3) == UP
        await at.ask("AT+MQTTAUTOSTART=ON")
        await at.hear(b"AT+REBOOT\r")
        assert await at.rest(3) == UP + CONNECTED


@pytest.mark.asyncio
async def test_events_can_be_switched_off_and_messages_come_all_the_same():
    async with bench(joined=True) as at:
        await at.ask("AT+MQTTEVENT=OFF")
        await at.ask(f"AT+MQTTSOCK=broker,{BROKER}")
        assert await at.ask("AT+MQTTSTART") == OK
        await at.ask("AT+MQTTSUB=2,x,0")
        at.network.far_ends[-1].send(packet(PacketType.PUBLISH, text("x"), b"hi"))
        assert await at.settle() == b"\r\n+MQTTRECV:2,2,hi\r\n"


@pytest.mark.asyncio
async def test_a_broker_that_is_silent_fails_what_was_asked():
    async with bench(joined=True) as at:
        await connect(at)
        await at.ask("AT+MQTTSUB=0,x,0")
        at.network.far_ends[-1].heard = lambda: None
        assert await at.hear(b"AT+MQTTSUB=1,y,0\r", 20) == OK + told("SUBSCRIBE,FAIL")
        assert await at.hear(b"AT+MQTTUNSUB=0\r", 20) == OK + told("UNSUBSCRIBE,FAIL")
        assert await at.hear(b"AT+MQTTSEND=1\rx", 20) == b">" + OK + told("PUBLISH,FAIL")


@pytest.mark.asyncio
async def test_a_slow_line_holds_the_broker_back():
    async with bench(baudrate=115200) as at:
        await at.hear(b"AT+WJAP=lab,12345678\r", 1)
        await at.hear(f"AT+MQTTSOCK=broker,{BROKER}\r".encode(), 1)
        await at.hear(b"AT+MQTTSTART\r", 1)
        await at.hear(b"AT+MQTTSUB=0,x,0\r", 1)
        for number in range(30):
            at.network.far_ends[-1].send(packet(PacketType.PUBLISH, text("x"), bytes((65 + number,)) * 1000))
        said = await at.rest(10)
        assert [said.count(bytes((65 + number,)) * 1000) for number in range(30)] == [1] * 30
