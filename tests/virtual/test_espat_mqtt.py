"""MQTT of the virtual ESP module, as it stands on the wire, with a scripted broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atmodem.dialects.espat.device import Stage
from atmodem.virtual.mqtt_packets import PacketReader, PacketType, packet, text
from tests.virtual.host import ERROR, OK, PROMPT, module, online

JOINED = 'station joined to "test"'
CONNECTED = f"{JOINED}, broker connected"
TOLD = b'+MQTTCONNECTED:0,1,"192.168.3.102","8883","",%d\r\n'
LOST = b"+MQTTDISCONNECTED:0\r\n"


def failure(code: int) -> bytes:
    return b"ERR CODE:0x%08x\r\n" % code + ERROR


@asynccontextmanager
async def stage(given: str = CONNECTED) -> AsyncIterator[Stage]:
    one = Stage({"name": "made up", "given": given, "step": []})
    assert await one.open() is None
    assert await one.send(b"AT+SYSLOG=1\r\n") == OK
    yield one
    await one.aclose()


async def ask(at: Stage, line: str) -> bytes:
    return await at.send(line.encode() + b"\r\n")


async def state(at: Stage) -> int:
    return int((await ask(at, "AT+MQTTCONN?"))[len("+MQTTCONN:0,") :][:1])


@pytest.mark.asyncio
async def test_the_state_tells_how_far_the_client_is():
    async with stage(JOINED) as at:
        seen = [await state(at)]
        for line in (
            *('AT+MQTTUSERCFG=0,1,"m","","",0,0,""', 'AT+MQTTCONNCFG=0,0,0,"","",0,0'),
            *('AT+MQTTCONN=0,"192.168.3.102",8883,0', 'AT+MQTTSUB=0,"a",1', 'AT+MQTTUNSUB=0,"a"'),
        ):
            assert (await ask(at, line)).endswith(OK)
            seen.append(await state(at))
        assert await ask(at, "AT+MQTTSUB?") == b'+MQTTSUB:0,5,"",0\r\n' + OK
        at.network.far_ends[-1].close()
        assert await at.settle() == LOST
        seen.append(await state(at))
        assert await ask(at, "AT+MQTTCLEAN=0") == OK
        seen.append(await state(at))
        assert seen == [0, 1, 2, 4, 6, 5, 3, 0]


@pytest.mark.asyncio
async def test_what_comes_before_its_time_is_refused_with_its_code():
    async with stage(JOINED) as at:
        for line in (
            *('AT+MQTTCLIENTID=0,"m"', 'AT+MQTTUSERNAME=0,"u"', 'AT+MQTTPASSWORD=0,"p"', "AT+MQTTLONGUSERNAME=0,5"),
            *('AT+MQTTCONNCFG=0,0,0,"","",0,0', 'AT+MQTTSNI=0,"n"', 'AT+MQTTALPN=0,1,"mqtt"'),
            'AT+MQTTCONN=0,"192.168.3.102",8883,0',
        ):
            assert await ask(at, line) == failure(0x010A6002), line
        for line in (
            'AT+MQTTPUB=0,"a","x",0,0',
            'AT+MQTTPUBRAW=0,"a",1,0,0',
            'AT+MQTTSUB=0,"a",0',
            'AT+MQTTUNSUB=0,"a"',
        ):
            assert await ask(at, line) == failure(0x010A6006), line
        assert await ask(at, "AT+MQTTCLEAN=0") == failure(0x010A6003)
        assert await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""') == OK
        assert await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""') == ERROR
    async with stage() as at:
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",8883,0') == failure(0x010A6004)


@pytest.mark.asyncio
async def test_without_a_network_there_is_no_broker():
    async with stage("") as at:
        await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""')
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",8883,0') == ERROR
    async with stage() as at:
        assert LOST in await ask(at, "AT+CWQAP")
        assert await state(at) == 3


@pytest.mark.asyncio
async def test_a_broker_that_is_not_there_or_refuses_is_a_loss_and_an_error():
    async with stage(JOINED) as at:
        await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""')
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",18081,0') == LOST + ERROR
        assert await ask(at, 'AT+MQTTCONN=0,"nowhere.invalid",1883,0') == LOST + ERROR
        # Nobody answers on this port: the limit of 15 s ends it.
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",1884,0') == LOST + ERROR
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",8883,0') == TOLD % 0 + OK


@pytest.mark.asyncio
async def test_a_lost_broker_is_looked_for_again_when_that_was_asked_for():
    async with stage(JOINED) as at:
        await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""')
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",8883,1') == TOLD % 1 + OK
        at.network.far_ends[-1].close()
        assert await at.settle() == LOST
        assert await ask(at, "AT+CWQAP") == OK + b"WIFI DISCONNECT\r\n"
        at.clock.advance(25)
        assert await at.settle() == b""
        await ask(at, 'AT+CWJAP="test","12345678"')
        at.clock.advance(10)
        assert await at.settle() == TOLD % 1
        assert await ask(at, 'AT+MQTTPUB=0,"a","x",1,0') == OK
        assert await ask(at, 'AT+MQTTPUB=0,"kick","x",0,0') == OK + LOST
        assert await ask(at, "AT+MQTTCLEAN=0") == OK
        at.clock.advance(60)
        assert await at.settle() == b""
        assert await state(at) == 0


@pytest.mark.asyncio
async def test_a_new_attempt_takes_the_place_of_looking_again():
    async with stage(JOINED) as at:
        await ask(at, 'AT+MQTTUSERCFG=0,1,"m","","",0,0,""')
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",18081,1') == LOST + ERROR
        assert await ask(at, 'AT+MQTTCONN=0,"192.168.3.102",8883,0') == TOLD % 0 + OK
        at.clock.advance(60)
        assert await at.settle() == b""
        assert len(at.network.far_ends) == 1


@pytest.mark.asyncio
async def test_the_broker_gets_the_names_and_the_will_as_they_were_set_last():
    async with stage(JOINED) as at:
        for line in (
            *('AT+MQTTUSERCFG=0,1,"a","b","c",0,0,""', 'AT+MQTTCLIENTID=0,"m"', 'AT+MQTTUSERNAME=0,"u"'),
            *('AT+MQTTPASSWORD=0,"p"', 'AT+MQTTCONNCFG=0,30,1,"t","will",1,1'),
        ):
            assert await ask(at, line) == OK
        assert await ask(at, "AT+MQTTLONGUSERNAME=0,4") == PROMPT
        assert await at.send(b"u\r\n\xff") == OK
        await at.send(b'AT+MQTTCONN=0,"192.168.3.102",1884,0\r\n', patient=False)
        (seen,) = PacketReader().feed(bytes(at.network.far_ends[-1].received))
        assert seen.kind is PacketType.CONNECT
        assert seen.body[6:] == (
            b"\4\xec\0\x1e" + text("m") + text("t") + text("will") + text(b"u\r\n\xff") + text("p")
        )


@pytest.mark.asyncio
async def test_a_message_that_does_not_reach_the_broker_is_told():
    async with stage() as at:
        at.network.far_ends[-1].heard = lambda: None
        assert await ask(at, 'AT+MQTTPUB=0,"a","x",1,0') == failure(0x010A600C)
        assert await ask(at, 'AT+MQTTPUBRAW=0,"a",1,1,0') == PROMPT
        assert await at.send(b"x") == b"+MQTTPUB:FAIL\r\n"
        assert await ask(at, 'AT+MQTTSUB=0,"a",1,3000') == failure(0x010A600D)
        assert await ask(at, 'AT+MQTTPUBRAW=0,"a",32769,0,0') == failure(0x010A600C)
        assert await ask(at, 'AT+MQTTPUBRAW=0,"a",1,0,0') == PROMPT
        at.network.far_ends[-1].close()
        assert await at.settle() == LOST
        assert await at.send(b"x") == b"+MQTTPUB:FAIL\r\n"


@pytest.mark.asyncio
async def test_ten_topics_are_all():
    async with stage() as at:
        for number in range(10):
            assert await ask(at, f'AT+MQTTSUB=0,"{number}",1') == OK
        assert await ask(at, 'AT+MQTTSUB=0,"10",1') == failure(0x010A600D)
        assert await ask(at, 'AT+MQTTSUB=0,"9",2') == OK
        assert (await ask(at, "AT+MQTTSUB?")).count(b"+MQTTSUB:0,6,") == 10


@pytest.mark.asyncio
async def test_a_broker_that_shows_no_sign_of_life_is_lost():
    async with stage() as at:
        at.clock.advance(120)
        assert await at.settle() == b""
        at.network.far_ends[-1].heard = lambda: None
        at.clock.advance(240)
        assert await at.settle() == LOST


@pytest.mark.asyncio
async def test_a_restart_forgets_everything_and_the_broker_is_left():
    async with stage() as at:
        at.module.restart()
        assert at.network.far_ends[-1].closed
        at.clock.advance(2)
        await at.settle()
        await ask(at, "ATE0")
        assert await state(at) == 0


@pytest.mark.asyncio
async def test_messages_wait_while_the_line_is_behind():
    async with stage() as at:
        await ask(at, 'AT+MQTTSUB=0,"a",0')
        at.module.outlet.pacer.baudrate = 9600
        far = at.network.far_ends[-1]
        for number in range(40):
            far.send(packet(PacketType.PUBLISH, text("a"), b"%02d" % number + bytes(498)))
        assert 4096 < at.module.outlet.pacer.waiting < 16384
        printed = b""
        while printed.count(b"MQTTSUBRECV") < 40 or at.module.outlet.pacer.waiting:
            at.clock.advance(1)
            printed += await at.settle()
        records = printed.split(b'+MQTTSUBRECV:0,"a",500,')
        assert [int(record[:2]) for record in records[1:]] == list(range(40))


@pytest.mark.asyncio
async def test_releases_have_the_commands_that_they_have():
    for profile, there in (("2.0", False), ("2.1", True)):
        async with module(profile=profile) as (_, host):
            assert (b"+MQTTCONN:0,0" in await host.ask(b"AT+MQTTCONN?")) is there
    for profile, there in (("2.4", False), ("3.0", True)):
        async with module(profile=profile) as (_, host):
            await host.ask(b"AT+SYSLOG=1")
            code = 0x010A6002 if there else 0x01090000
            assert await host.ask(b"AT+MQTTLONGCLIENTID=0,5") == failure(code)


@pytest.mark.asyncio
async def test_a_certificate_that_is_not_stored_cannot_be_shown_or_checked():
    async with online() as (_, host):
        for scheme in (3, 4, 5):
            assert await host.ask(b'AT+MQTTUSERCFG=0,%d,"m","","",0,0,""' % scheme) == OK
            assert await host.ask(b'AT+MQTTCONN=0,"127.0.0.1",1,0') == LOST + ERROR
            assert await host.ask(b"AT+MQTTCLEAN=0") == OK
