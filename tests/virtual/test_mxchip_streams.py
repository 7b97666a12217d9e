"""Transparent mode, Bluetooth, raw Ethernet and clouds of the virtual MXCHIP module."""

import pytest

from atmodem.dialects.mxchip import IlopData
from tests.virtual.mxchip_bench import ERROR, OK, UP, Bench, bench, link_event, value


async def become_transparent(at: Bench) -> None:
    for line in ("AT+CIPEVENT=OFF", "AT+CIPRECVCFG=1", "AT+CIPSENDRAW"):
        assert await at.ask(line) == OK


@pytest.mark.asyncio
async def test_the_line_becomes_the_link():
    async with bench(joined=True) as at:
        far = await at.open(1)
        await become_transparent(at)
        assert await at.hear(b"AT+FWVER?\r", 1) == b""
        assert far.received == b"AT+FWVER?\r"
        far.send(b"\r\nOK\r\n")
        assert await at.settle() == b"\r\nOK\r\n"


@pytest.mark.asyncio
async def test_only_three_pluses_between_two_silences_leave():
    async with bench(joined=True) as at:
        far = await at.open(1)
        await become_transparent(at)
        assert await at.hear(b"+++", 0.05) == b""
        assert await at.hear(b"x", 0.2) == b""
        assert await at.hear(b"a+++b", 0.2) == b""
        assert await at.hear(b"y", 0.09) == b""
        assert await at.hear(b"+++", 0.2) == b""
        assert await at.hear(b"++++", 0.2) == b""
        assert await at.hear(b"++", 0.2) == b""
        assert await at.hear(b"+", 0.09) == b""
        assert await at.hear(b"++", 0.09) == b""
        assert await at.rest(0.02) == OK
        assert far.received == b"+++xa+++by+++++++++"
        assert await at.ask("AT") == OK


@pytest.mark.asyncio
async def test_the_silence_is_that_of_the_framing():
    async with bench(joined=True) as at:
        await at.open(1)
        await at.ask("AT+UARTFOMAT=1024,500")
        await become_transparent(at)
        await at.rest(0.2)
        assert await at.hear(b"+++", 0.49) == b""
        assert await at.rest(0.02) == OK


@pytest.mark.asyncio
async def test_frames_end_by_length_or_silence():
    async with bench(joined=True) as at:
        assert await at.ask("AT+CIPSTART=2,udp_unicast,peer,9,9") == OK + link_event("2,UDP,CONNECTED")
        await at.ask("AT+UARTFOMAT=4,50")
        await become_transparent(at)
        await at.hear(b"abcdefghij", 0.04)
        assert [data for data, _ in at.network.sent] == [b"abcd", b"efgh"]
        await at.rest(0.02)
        assert [data for data, _ in at.network.sent] == [b"abcd", b"efgh", b"ij"]


@pytest.mark.asyncio
async def test_without_an_open_link_there_is_no_transparent_mode():
    async with bench(joined=True) as at:
        assert await at.ask("AT+CIPSENDRAW") == ERROR
        await at.ask("AT+CIPSTART=0,tcp_server,8080")
        assert await at.ask("AT+CIPSENDRAW") == ERROR


@pytest.mark.asyncio
async def test_a_module_that_restarts_in_transparent_mode_stays_in_it():
    async with bench(joined=True) as at:
        await at.open(1)
        await become_transparent(at)
        at.module.restart()
        assert await at.rest(2) == UP
        assert await at.hear(b"AT\r", 1) == b""
        assert at.network.far_ends[-1].received == b"AT\r"
        assert await at.hear(b"+++", 1) == OK
        at.module.restart()
        assert await at.rest(2) == UP
        assert await at.hear(b"AT\r") == b"AT" + OK


@pytest.mark.asyncio
async def test_what_is_sent_while_the_link_is_away_is_lost():
    async with bench(joined=True) as at:
        far = await at.open(1)
        await become_transparent(at)
        far.close()
        assert await at.hear(b"lost", 0.5) == b""
        assert await at.hear(b"", 2) == b""
        assert await at.hear(b"found", 0.5) == b""
        assert at.network.far_ends[-1].received == b"found"
        at.module.links.get(1)
        await at.hear(b"+++", 0.2)
        await at.ask("AT+CIPAUTOCONN=1,0")
        await become_transparent(at)
        at.module.restart()
        await at.rest(2)
        assert await at.hear(b"nobody is there", 1) == b""


@pytest.mark.asyncio
async def test_flash_that_is_locked_forgets_the_transparent_mode():
    async with bench(joined=True) as at:
        await at.open(1)
        await at.ask("AT+FLASHLOCK=ON")
        await become_transparent(at)
        at.module.restart()
        await at.rest(2)
        assert await at.ask("AT") == b"AT" + OK


@pytest.mark.asyncio
async def test_flash_that_is_locked_meanwhile_remembers_the_transparent_mode():
    async with bench(joined=True) as at:
        await at.open(1)
        await become_transparent(at)
        at.module.settings.storing = False
        assert await at.hear(b"+++", 0.5) == OK
        at.module.restart()
        await at.rest(2)
        assert await at.hear(b"AT\r", 1) == b""


# Bluetooth


@pytest.mark.asyncio
async def test_a_bluetooth_host_comes_sends_and_goes():
    async with bench(profile="emw3239") as at:
        assert await at.ask("AT+BTSEND=1") == ERROR
        with pytest.raises(LookupError):
            at.module.bluetooth.connect()
        assert await at.ask("AT+BTDISCOVERY=ON") == OK
        with pytest.raises(PermissionError):
            at.module.bluetooth.connect("123456")
        host = at.module.bluetooth.connect("000000")
        assert await at.settle() == b"\r\n+BTEVENT:CONNECTION,ON\r\n"
        with pytest.raises(LookupError):
            at.module.bluetooth.connect()
        assert await at.ask("AT+BTSTATE?") == value("BTSTATE:CONNECTED")
        assert await at.send("AT+BTSEND=5", b"hello") == OK
        host.send(b"wor\r\nld")
        assert await at.settle() == b"\r\n+BTEVENT:DATA,7,wor\r\nld"
        host.disconnect()
        host.disconnect()
        assert await at.settle() == b"\r\n+BTEVENT:CONNECTION,OFF\r\n"
        assert await at.ask("AT+BTSTATE?") == value("BTSTATE:DISCONNECTED")
        assert host.received == b"hello"


@pytest.mark.asyncio
async def test_btsend_sends_what_has_come_after_six_seconds():
    async with bench(profile="emw3239") as at:
        await at.ask("AT+BTDISCOVERY=ON")
        host = at.module.bluetooth.connect()
        await at.settle()
        assert await at.hear(b"AT+BTSEND=10\r") == b">"
        assert await at.hear(b"abc", 5.9) == b""
        assert await at.rest(0.2) == OK
        assert host.received == b"abc"
        await at.hear(b"AT+BTSEND=2\r")
        host.disconnect()
        assert await at.hear(b"ab") == b"\r\n+BTEVENT:CONNECTION,OFF\r\n" + ERROR


@pytest.mark.asyncio
async def test_without_events_bluetooth_data_come_bare():
    async with bench(profile="emw3239") as at:
        await at.ask("AT+BTDISCOVERY=ON")
        await at.ask("AT+BTEVENT=DN")
        at.module.bluetooth.connect().send(b"bare")
        assert await at.settle() == b"bare"


@pytest.mark.asyncio
async def test_the_line_becomes_the_bluetooth_connection():
    async with bench(profile="emw3239") as at:
        assert await at.ask("AT+BTSENDRAW") == OK
        assert await at.hear(b"nobody", 1) == b""
        host = at.module.bluetooth.connect()
        assert await at.settle() == b"\r\n+BTEVENT:CONNECTION,ON\r\n"
        host.send(b"xyz")
        assert await at.hear(b"abc", 1) == b"xyz"
        assert host.received == b"abc"
        assert await at.hear(b"+++", 1) == OK


@pytest.mark.asyncio
async def test_a_slow_line_holds_the_bluetooth_host_back():
    async with bench(profile="emw3239", baudrate=115200) as at:
        await at.ask("AT+BTEVENT=DN")
        await at.ask("AT+BTDISCOVERY=ON")
        host = at.module.bluetooth.connect()
        data = bytes(range(256)) * 80
        host.send(data)
        said = await at.rest(0.01)
        assert host.waiting
        assert said + await at.rest(5) == data


@pytest.mark.asyncio
async def test_name_and_passkey_are_kept_over_a_restart():
    async with bench(profile="emw3239") as at:
        assert await at.ask("AT+BTNAME=a\\,b") == OK
        assert await at.ask("AT+BTPASSKEY=12345") == ERROR
        assert await at.ask("AT+BTPASSKEY=012345") == OK
        await at.ask("AT+REBOOT")
        await at.rest(1)
        await at.ask("AT+UARTE=OFF")
        assert await at.ask("AT+BTNAME=?") == value("BTNAME:a\\,b")
        assert await at.ask("AT+BTPASSKEY=?") == value("BTPASSKEY:012345")
        assert await at.ask("AT+BTMAC=?") == value("BTMAC:c8:93:46:00:11:22")


# Ethernet


@pytest.mark.asyncio
async def test_frames_pass_both_ways_while_that_is_on():
    frame = bytes(range(14))
    async with bench(joined=True, profile="moc108") as at:
        await at.open(0)
        at.module.ethernet.receive(frame)
        assert await at.settle() == b""
        assert await at.ask("AT+ENETRAWSEND=14") == ERROR
        assert await at.ask("AT+ENETRAWMODE=ON") == OK
        assert await at.send("AT+ENETRAWSEND=14", frame) == OK
        assert at.module.ethernet.sent == [frame]
        at.module.ethernet.receive(frame)
        assert await at.settle() == b"\r\n+ENETEVENT:14,%b\r\n" % frame
        for line in ("AT+CIPSTATUS=0", "AT+MQTTSTART", "AT+CIPDOMAIN=peer", "AT+CIPSENDRAW"):
            assert await at.ask(line) == ERROR
        assert await at.ask("AT+ENETRAWMODE=OFF") == OK
        assert await at.ask("AT+CIPSTATUS=0") == value("CIPSTATUS:tcp_client,connected")


# ILOP


@pytest.mark.asyncio
async def test_the_ilop_cloud_takes_reports_and_sends_values():
    async with bench(profile="ilop") as at:
        assert await at.ask("AT+ILOPSTART") == ERROR
        await at.join()
        assert await at.ask("AT+ILOPSET=key,psec,dsec,name") == OK
        assert await at.ask("AT+ILOPSET?") == value("ILOPSET:key,psec,dsec,name")
        assert await at.ask("AT+ILOPSTATUS?") == value("ILOPSTATUS:NONE")
        assert await at.ask("AT+ILOPSENDICA=property,Light,1") == ERROR
        assert await at.ask("AT+ILOPSTOP") == OK
        assert await at.ask("AT+ILOPSTART") == OK + b"\r\n+ILOPEVENT:ILOP,CLOUD_CONNECT\r\n"
        assert await at.ask("AT+ILOPSTATUS?") == value("ILOPSTATUS:CONNECT")
        assert await at.ask("AT+ILOPSENDICA=property,Light,1") == OK
        assert at.module.ilop.reports[0].pairs == ("Light", "1")
        assert await at.send("AT+ILOPSENDRAW=3", b"\0\x01\r") == OK
        assert at.module.ilop.sent == [b"\0\x01\r"]
        at.module.ilop.tell(IlopData(length=2, data=b"hi"))
        assert await at.settle() == b"\r\n+ILOPEVENT:SETRAW,2,hi\r\n"
        assert await at.ask("AT+ILOPRESET") == OK
        assert await at.ask("AT+ILOPSTOP") == OK + b"\r\n+ILOPEVENT:ILOP,CLOUD_DISCONNECT\r\n"


@pytest.mark.asyncio
async def test_a_local_thing_model_is_loaded_in_blocks_before_the_cloud_is_there():
    model = bytes(range(256)) * 20
    async with bench(joined=True, profile="ilop") as at:
        await at.ask("AT+ILOPDM=2")
        assert await at.ask("AT+ILOPSTART") == OK + b"\r\n+ILOPEVENT:ILOP,TSL_THING\r\n"
        assert await at.ask("AT+ILOPTSL=0") == ERROR
        assert await at.ask(f"AT+ILOPTSLPRE={len(model)},1") == ERROR
        assert await at.ask(f"AT+ILOPTSLPRE={len(model)},2") == OK
        assert await at.ask("AT+ILOPTSL=1") == ERROR
        assert await at.send("AT+ILOPTSL=0", model[:4096]) == OK
        assert await at.ask("AT+ILOPCONFIG?") == value("ILOPCONFIG:NONE")
        assert await at.send("AT+ILOPTSL=1", model[4096:]) == OK + b"\r\n+ILOPEVENT:ILOP,CLOUD_CONNECT\r\n"
        assert await at.ask("AT+ILOPCONFIG?") == value("ILOPCONFIG:CONFIG")
        assert at.module.ilop.model == model
        await at.ask("AT+ILOPSTOP")
        await at.ask("AT+ILOPTSLPRE=1,1")
        assert await at.send("AT+ILOPTSL=0", b"x") == OK
