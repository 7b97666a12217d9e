"""Bluetooth Low Energy of the virtual ESP-AT module, on the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atmodem.dialects.espat.device import Virtual
from atmodem.portable.values import AddressKind, IoCapability
from atmodem.virtual.air import Air
from atmodem.virtual.bluetooth import Bluetooth
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.low_energy import Central
from tests.sessions.bluetooth_bench import band
from tests.virtual.host import ERROR, OK, Host, module, silence

pytestmark = pytest.mark.asyncio

BAND = b'"aa:bb:cc:00:00:01"'
CONNECTED = b"+BLECONN:0," + BAND + b"\r\n"
DISCONNECTED = b"+BLEDISCONN:0," + BAND + b"\r\n"


@asynccontextmanager
async def near(*commands: bytes, profile: str = "5.1", **options: object) -> AsyncIterator[tuple[Virtual, Host]]:
    """Run a module with a wristband in reach, to which these commands were sent."""
    air = Air(bluetooth=Bluetooth([band(**options)]))
    async with module(air=air, profile=profile) as (device, host):
        for command in commands:
            assert (await host.ask(command)).endswith(OK), command
        yield device, host


@asynccontextmanager
async def connected(*commands: bytes, **options: object) -> AsyncIterator[tuple[Virtual, Host]]:
    """The same, with the wristband connected and its services known."""
    first = (b"AT+BLEINIT=1", b"AT+BLECONN=0," + BAND, b"AT+BLEGATTCPRIMSRV=0", b"AT+BLEGATTCCHAR=0,3")
    async with near(*first, *commands, **options) as made:
        yield made


@asynccontextmanager
async def serving(*commands: bytes) -> AsyncIterator[tuple[Virtual, Host]]:
    """A module that has started its services and advertises."""
    async with near(
        b"AT+BLEINIT=2", b"AT+BLEGATTSSRVCRE", b"AT+BLEGATTSSRVSTART", b"AT+BLEADVSTART", *commands
    ) as made:
        yield made


async def written(host: Host, command: bytes, value: bytes) -> bytes:
    """Send a command whose value is asked for; return the final."""
    host.send(command + b"\r\n")
    assert await host.take(1) == b">"
    host.send(value)
    return await host.until(b"\r\n") + await host.until(b"\r\n")


# The role


@pytest.mark.parametrize(
    "command",
    [
        *(b"AT+BLEADDR?", b'AT+BLENAME="x"', b"AT+BLENAME?", b"AT+BLESCANPARAM=0,0,0,100,50", b"AT+BLESCANPARAM?"),
        *(b"AT+BLESCAN=1", b'AT+BLESCANRSPDATA="00"', b"AT+BLEADVPARAM=50,50,0,0,7", b"AT+BLEADVPARAM?"),
        *(b'AT+BLEADVDATA="00"', b'AT+BLEADVDATAEX="x","A002","",0', b"AT+BLEADVDATAEX?", b"AT+BLEADVSTART"),
        *(b"AT+BLEADVSTOP", b"AT+BLECONN=0," + BAND, b"AT+BLECONN?", b"AT+BLEDISCONN=0", b"AT+BLEDATALEN=0,100"),
        *(b"AT+BLECONNPARAM=0,12,14,0,500", b"AT+BLECFGMTU=0,100", b"AT+BLEREADPHY=0", b"AT+BLESETPHY=0,2"),
        *(b"AT+BLERDRSSI=0", b"AT+BLEGATTSSRVCRE", b"AT+BLEGATTSSRVSTART", b"AT+BLEGATTSSRVSTOP", b"AT+BLEGATTSSRV?"),
        *(b"AT+BLEGATTSCHAR?", b"AT+BLEGATTSNTFY=0,1,6,1", b"AT+BLEGATTSIND=0,1,7,1", b"AT+BLEGATTSSETATTR=1,1,,1"),
        *(b"AT+BLEGATTCPRIMSRV=0", b"AT+BLEGATTCINCLSRV=0,1", b"AT+BLEGATTCCHAR=0,1", b"AT+BLEGATTCRD=0,1,1"),
        *(b"AT+BLEGATTCWR=0,1,1,,1", b"AT+BLESPPCFG=1,1,1,1,1", b"AT+BLESPPCFG?", b"AT+BLESPP", b"AT+BLESECPARAM?"),
        *(b"AT+BLESECPARAM=1,3,16,3,3", b"AT+BLEENC=0,3", b"AT+BLEENCRSP=0,1", b"AT+BLEKEYREPLY=0,1"),
        *(b"AT+BLECONFREPLY=0,1", b"AT+BLEENCDEV?", b"AT+BLESETKEY=1", b"AT+BLESETKEY?", b'AT+BLEPERIODICDATA="00"'),
        *(b"AT+BLEPERIODICSTART", b"AT+BLEPERIODICSTOP", b"AT+BLESYNCSTART=" + BAND, b"AT+BLESYNCSTOP"),
        *(
            b"AT+BLEWL=1,0," + BAND,
            b"AT+BLEHIDNAME?",
            b"AT+BLEHIDKB=0,4,0,0,0,0,0",
            b"AT+BLUFIADDR?",
            b"AT+BLUFISEND=1",
        ),
    ],
)
async def test_before_it_is_switched_on_it_refuses(command: bytes):
    async with near() as (_, host):
        assert await host.ask(command) == ERROR


async def test_another_role_needs_a_new_start():
    async with near(b"AT+BLEINIT=1") as (device, host):
        assert await host.ask(b"AT+BLEINIT=2") == ERROR
        assert await host.ask(b"AT+BLEINIT=1") == OK
        assert await host.ask(b"AT+BLEADVSTART") == ERROR
        assert await host.ask(b"AT+BLEINIT?") == b"+BLEINIT:1\r\n" + OK
        assert await host.ask(b"AT+BLEINIT=0") == OK
        assert await host.ask(b"AT+BLEINIT=2") == OK
        assert await host.ask(b"AT+BLESCAN=1") == ERROR
        assert await host.ask(b"AT+BLECONN=0," + BAND) == ERROR
        assert device.air.bluetooth.radios == [device.ble]
        device.restart(after=0)
        await host.until(b"ready\r\n")
        assert device.air.bluetooth.radios == []


async def test_both_roles_came_with_5_0():
    async with near(profile="4.1") as (_, host):
        assert await host.ask(b"AT+BLEINIT=3") == ERROR
    async with near(b"AT+BLEINIT=3", b"AT+BLEADVSTART", b"AT+BLESCAN=1"):
        pass


async def test_other_uses_and_passthrough_exclude_it():
    async with near(b"AT+BLUFI=1") as (_, host):
        assert await host.ask(b"AT+BLEINIT=1") == ERROR
        assert await host.ask(b"AT+BLEHIDINIT=1") == ERROR
        assert await host.ask(b"AT+BLUFI=0") == OK
        assert await host.ask(b"AT+BLEHIDINIT=1") == OK
        assert await host.ask(b"AT+BLUFI=1") == ERROR
        assert await host.ask(b"AT+BLEHIDINIT=0") == OK
        assert await host.ask(b"AT+CIPMODE=1") == OK
        assert await host.ask(b"AT+BLEINIT=1") == ERROR


async def test_name_and_address():
    async with near(b"AT+BLEINIT=1", b'AT+BLENAME="a\\,b"') as (_, host):
        assert await host.ask(b"AT+BLENAME?") == b"+BLENAME:a,b\r\n" + OK
        assert await _glued(host, b"AT+BLEADDR?") == b'+BLEADDR:"58:cf:79:00:11:2a"\r\nOK\r\n'
        assert await host.ask(b'AT+BLEADDR=1,"12:00:00:00:00:01"') == ERROR
        assert await host.ask(b'AT+BLEADDR=1,"F2:00:00:00:00:01"') == OK
        assert await _glued(host, b"AT+BLEADDR?") == b'+BLEADDR:"f2:00:00:00:00:01"\r\nOK\r\n'
        assert await host.ask(b"AT+BLEADDR=0") == OK


# Scanning


async def test_a_scan_tells_who_advertises_until_it_ends():
    clock = ManualClock()
    air = Air(bluetooth=Bluetooth([band()]))
    async with module(air=air, clock=clock) as (device, host):
        await host.ask(b"AT+BLEINIT=1")
        assert await host.ask(b"AT+BLESCAN=1,3") == OK
        told = b'+BLESCAN:"aa:bb:cc:00:00:01",-50,02010603030d1805ffe50201aa,,0\r\n'
        assert await host.until(b"\r\n") == told
        device.air.bluetooth.advertise(device.air.bluetooth.peripherals[0])
        assert await host.until(b"\r\n") == told
        assert await host.until(b"\r\n") == b"+BLESCANDONE\r\n"
        assert clock.time() >= 3
        assert await host.ask(b"AT+BLESCAN=0") == ERROR


@pytest.mark.parametrize(
    ("narrowed", "hears"),
    [
        (b"1," + BAND, True),
        (b'1,"aa:bb:cc:00:00:02"', False),
        (b'2,"hr-1"', True),
        (b'2,"hr-2"', False),
        (b'3,"180D"', True),
        (b'3,"180F"', False),
        (b"4,-60", True),
        (b"4,-40", False),
    ],
)
async def test_a_scan_may_be_narrowed(narrowed: bytes, hears: bool):
    async with near(b"AT+BLEINIT=1", b"AT+BLESCANPARAM=1,0,0,100,50", kind=AddressKind.RANDOM) as (_, host):
        assert await host.ask(b"AT+BLESCAN=1,0," + narrowed) == OK
        assert (
            await host.ask(b"AT+BLESCAN=0")
            == (b'+BLESCAN:"aa:bb:cc:00:00:01",-50,02010603030d1805ffe50201aa,050968722d31,1\r\n' if hears else b"")
            + OK
        )
        assert await host.until(b"\r\n") == b"+BLESCANDONE\r\n"


async def test_a_white_list_narrows_scans():
    async with near(b"AT+BLEINIT=1", b"AT+BLESCANPARAM=0,0,1,100,50", b"AT+BLESCAN=1") as (device, host):
        assert await host.nothing_comes()
        assert await host.ask(b"AT+BLEWL=1,0," + BAND) == OK
        assert await host.ask(b"AT+BLEWL=1,0," + BAND) == ERROR
        device.air.bluetooth.advertise(device.air.bluetooth.peripherals[0])
        assert (await host.until(b"\r\n")).startswith(b"+BLESCAN:")
        assert await host.ask(b"AT+BLEWL=0,0," + BAND) == OK
        assert await host.ask(b"AT+BLESCANPARAM=0,0,1,50,100") == ERROR
        assert await host.ask(b"AT+BLESYNCSTART=" + BAND) == OK
        assert await host.ask(b"AT+BLESYNCSTOP") == OK


# Connections


async def test_what_a_connection_has_agreed_on():
    async with connected() as (device, host):
        assert await host.ask(b"AT+BLECONN?") == CONNECTED + OK
        assert await host.ask(b"AT+BLECONN=0," + BAND) == ERROR
        assert await host.ask(b"AT+BLECFGMTU=0,500") == OK
        assert await host.until(b"\r\n") == b"+BLECFGMTU:0,247\r\n"
        assert await host.ask(b"AT+BLECFGMTU?") == b"+BLECFGMTU:0,247\r\n" + OK
        assert await host.ask(b"AT+BLECONNPARAM?") == b"+BLECONNPARAM:0,32,32,32,0,400\r\n" + OK
        assert await host.ask(b"AT+BLECONNPARAM=0,12,14,0,500") == OK
        assert await host.until(b"\r\n") == b"+BLECONNPARAM:0,12,14,14,0,500\r\n"
        assert await host.ask(b"AT+BLECONNPARAM=0,14,12,0,500") == ERROR
        assert await host.ask(b"AT+BLEDATALEN=0,251") == OK
        assert (await host.ask(b"AT+BLESETPHY=0,2")).endswith(b",2,2\r\n" + OK)
        assert (await host.ask(b"AT+BLEREADPHY=0")).endswith(b",2,2\r\n" + OK)
        assert await host.ask(b"AT+BLERDRSSI=0") == b"+BLERDRSSI:0,-50\r\n" + OK
        device.air.bluetooth.peripherals[0].hang_up()
        assert await host.until(b"\r\n") == DISCONNECTED
        assert await host.ask(b"AT+BLEDISCONN=0") == ERROR


async def test_services_have_to_be_discovered_before_they_are_used():
    async with near(b"AT+BLEINIT=1", b"AT+BLECONN=0," + BAND) as (_, host):
        assert await host.ask(b"AT+BLEGATTCCHAR=0,3") == ERROR
        assert await host.ask(b"AT+BLEGATTCRD=0,3,2") == ERROR
        assert (await host.ask(b"AT+BLEGATTCPRIMSRV=0")).endswith(OK)
        assert await host.ask(b"AT+BLEGATTCRD=0,3,2") == ERROR
        assert await host.ask(b"AT+BLEGATTCINCLSRV=0,3") == OK
        assert (await host.ask(b"AT+BLEGATTCCHAR=0,3")).count(b'"char"') == 3
        host.send(b"AT+BLEGATTCRD=0,3,2\r\n")
        assert await host.until(OK) == b"+BLEGATTCRD:0,5,wrist\r\n" + OK


@pytest.mark.parametrize(
    "command",
    [
        *(b"AT+BLEGATTCRD=0,3,3", b"AT+BLEGATTCRD=0,3,9", b"AT+BLEGATTCRD=0,9,1", b"AT+BLEGATTCRD=0,3,1,2"),
        *(b"AT+BLEGATTCRD=1,3,2", b"AT+BLEGATTCWR=0,3,1,,1", b"AT+BLEGATTCWR=0,3,2,,21"),
    ],
)
async def test_what_is_not_allowed_or_not_there_is_refused(command: bytes):
    async with connected() as (_, host):
        assert await host.ask(command) == ERROR


async def test_values_are_written_and_told():
    async with connected() as (device, host):
        wrist = device.air.bluetooth.peripherals[0]
        assert await written(host, b"AT+BLEGATTCWR=0,3,2,,0", b"") == OK
        assert await written(host, b"AT+BLEGATTCWR=0,3,2,,3", b"arm") == OK
        assert wrist.characteristic("2a38").value == b"arm"
        assert await written(host, b"AT+BLEGATTCWR=0,3,3,,5", b"12345") == ERROR
        assert wrist.notify("2a37", b"early") == 0
        assert await written(host, b"AT+BLEGATTCWR=0,3,1,1,2", b"\2\0") == OK
        assert wrist.notify("2a37", b"\r\nOK\r\n", confirmed=True) == 1
        assert await host.until(b"OK\r\n\r\n") == b"+INDICATE:0,3,1,6,\r\nOK\r\n\r\n"
        # What is still under way when the peer goes is not written.
        host.send(b"AT+BLEGATTCWR=0,3,2,,2\r\n")
        await host.take(1)
        wrist.hang_up()
        host.send(b"xx")
        assert await host.until(b"ERROR\r\n") == DISCONNECTED + ERROR


# The own services


async def test_the_factory_services_are_listed():
    async with serving(b"AT+BLEGATTSSRVSTOP=2") as (_, host):
        assert await host.ask(b"AT+BLEGATTSSRV?") == b"+BLEGATTSSRV:1,1,0xA002,1\r\n+BLEGATTSSRV:2,0,0xA003,1\r\n" + OK
        listed = await host.ask(b"AT+BLEGATTSCHAR?")
        assert listed.startswith(b'+BLEGATTSCHAR:"char",1,1,0xC300,0x02\r\n+BLEGATTSCHAR:"desc",1,1,1,0x2901\r\n')
        assert b'+BLEGATTSCHAR:"char",1,6,0xC305,0x10\r\n+BLEGATTSCHAR:"desc",1,6,1,0x2902\r\n' in listed
        assert await host.ask(b"AT+BLEGATTSSRVSTART=3") == ERROR
        assert await host.ask(b"AT+BLEGATTSSETATTR=2,1,,1") == ERROR
        assert await host.ask(b"AT+BLEGATTSSETATTR=1,1,5,1") == ERROR
        assert await host.ask(b"AT+BLEGATTSSETATTR=1,1,,2") == ERROR


async def test_a_central_is_told_what_it_asks_for():
    async with serving() as (device, host):
        phone = Central(address="24:0a:c4:03:a7:4e")
        link = device.air.bluetooth.connect(phone)
        assert await host.until(b"\r\n") == b'+BLECONN:0,"24:0a:c4:03:a7:4e"\r\n'
        assert await host.ask(b"AT+BLEGATTSSRVCRE") == ERROR
        assert await host.ask(b"AT+BLEGATTSNTFY=0,1,6,1") == ERROR
        link.subscribe("c305")
        assert await host.until(b"\1\0\r\n") == b"+WRITE:0,1,6,1,2,\1\0\r\n"
        assert await host.ask(b"AT+BLEGATTSNTFY=0,1,6,21") == ERROR
        assert await written(host, b"AT+BLEGATTSNTFY=0,1,6,2", b"hi") == OK
        assert link.told == [("c305", b"hi")]
        assert await written(host, b"AT+BLEGATTSSETATTR=1,1,1,4", b"text") == OK
        assert await written(host, b"AT+BLEGATTSSETATTR=1,2,,3", b"123") == OK
        assert link.read("c301") == b"123"
        assert await host.until(b"\r\n") == b'+READ:0,"24:0a:c4:03:a7:4e"\r\n'
        link.exchange_mtu(185)
        assert await host.until(b"\r\n") == b"+BLECFGMTU:0,185\r\n"
        for unknown in ("c302", "c999"):
            with pytest.raises(LookupError):
                link.subscribe(unknown)
        host.send(b"AT+BLEGATTSNTFY=0,1,6,1\r\n")
        await host.take(1)
        phone.hang_up()
        host.send(b"x")
        assert await host.until(b"ERROR\r\n") == b'+BLEDISCONN:0,"24:0a:c4:03:a7:4e"\r\n' + ERROR


async def test_advertising_is_set_and_made_of_parts():
    async with near(b"AT+BLEINIT=2") as (device, host):
        assert await host.ask(b"AT+BLEADVPARAM=60,50,0,0,7") == ERROR
        assert await host.ask(b'AT+BLEADVDATA="' + b"00" * 32 + b'"') == ERROR
        assert await host.ask(b"AT+BLEADVPARAM=50,60,5,0,7") == OK
        assert await host.ask(b'AT+BLEADVDATA="' + b"00" * 32 + b'"') == OK
        assert await host.ask(b"AT+BLEPERIODICSTART") == ERROR
        assert await host.ask(b'AT+BLEPERIODICDATA="0102"') == OK
        assert await host.ask(b"AT+BLEADVSTART") == OK
        assert await host.ask(b"AT+BLEPERIODICSTART") == OK
        assert await host.ask(b"AT+BLEPERIODICSTOP") == OK
        assert await host.ask(b"AT+BLEADVPARAM=50,60,0,0,7") == OK
        assert await host.ask(b'AT+BLEADVDATAEX="lamp","A002","0102030405",1') == OK
        assert device.ble.advertisement == bytes.fromhex("020106 05096c616d70 030302a0 06ff0102030405 020a09")
        assert b"lamp,A002,0102030405,1" in (await _glued(host, b"AT+BLEADVDATAEX?")).replace(b'"', b"")
        assert await host.ask(b'AT+BLEADVDATAEX="' + b"n" * 30 + b'","A002","",0') == ERROR


async def _glued(host: Host, command: bytes) -> bytes:
    host.send(command + b"\r\n")
    return await host.until(b"OK\r\n")


# The byte stream


async def test_the_stream_needs_a_connection_and_attributes_that_carry_it():
    async with connected(b"AT+BLESPPCFG=1,3,2,3,2") as (_, host):
        assert await host.ask(b"AT+BLESPP") == ERROR
        assert await host.ask(b"AT+BLESPPCFG=1,3,2") == ERROR
        assert await host.ask(b"AT+BLESPPCFG?") == b"+BLESPPCFG:3,2,3,2,1\r\n" + OK
        assert await host.ask(b"AT+BLESPPCFG=0") == OK
        assert await host.ask(b"AT+BLESPPCFG?") == b"+BLESPPCFG:-1,-1,-1,-1,1\r\n" + OK


async def test_a_server_may_be_a_stream_too():
    async with serving(b"AT+BLESPPCFG=1,1,6,1,5") as (device, host):
        phone = Central(address="24:0a:c4:03:a7:4e")
        link = device.air.bluetooth.connect(phone)
        await host.until(b"\r\n")
        assert await host.ask(b"AT+BLESPP") == ERROR
        link.subscribe("c305")
        await host.until(b"\1\0\r\n")
        host.send(b"AT+BLESPP\r\n")
        assert await host.until(b">") == OK + b"\r\n>"
        link.write("c304", b"to the host")
        assert await host.until(b"host") == b"to the host"
        host.send(b"0123456789" * 5)
        link.write("c302", b"told later")
        await silence()
        host.send(b"+++")
        await silence()
        assert b"".join(value for _, value in link.told) == b"0123456789" * 5
        assert await host.until(b"later\r\n") == b"+WRITE:0,1,3,,10,told later\r\n"


# Pairing


async def test_pairing_keeps_the_keys():
    async with connected(b"AT+BLESECPARAM=13,1,16,3,3", io=IoCapability.DISPLAY_YES_NO) as (device, host):
        assert await host.ask(b"AT+BLESECPARAM?") == b"+BLESECPARAM:13,1,16,3,3\r\n" + OK
        assert await host.ask(b"AT+BLEENC=0,3") == OK
        assert await host.until(b"\r\n") == b"+BLESECNCREQ:0,123456\r\n"
        assert await host.ask(b"AT+BLEKEYREPLY=0,123456") == ERROR
        assert await host.ask(b"AT+BLECONFREPLY=0,1") == OK
        assert await host.until(b"\r\n") == b"+BLEAUTHCMPL:0,0\r\n"
        assert await host.ask(b"AT+BLEENCDEV?") == b"+BLEENCDEV:0," + BAND + b"\r\n" + OK
        device.restart(after=0)
        await host.until(b"ready\r\n")
        await host.ask(b"ATE0")
        await host.ask(b"AT+BLEINIT=1")
        assert BAND in await host.ask(b"AT+BLEENCDEV?")
        assert await host.ask(b"AT+BLEENCCLEAR=1") == ERROR
        assert await host.ask(b"AT+BLEENCCLEAR=0") == OK
        assert await host.ask(b"AT+BLEENCCLEAR") == OK
        assert await host.ask(b"AT+BLEENCDEV?") == OK


async def test_a_static_passkey_is_the_one_that_is_shown():
    async with connected(b"AT+BLESECPARAM=4,0,16,3,3", b"AT+BLESETKEY=42", io=IoCapability.KEYBOARD) as (_, host):
        assert await host.ask(b"AT+BLESETKEY?") == b"+BLESETKEY:42\r\n" + OK
        assert await host.ask(b"AT+BLEENC=0,3") == OK
        assert await host.until(b"0,0\r\n") == b"+BLESECNTFYKEY:0,000042\r\n+BLEAUTHCMPL:0,0\r\n"


# Keyboard and mouse, BluFi, updates


async def test_a_host_gets_reports_of_keyboard_and_mouse():
    async with near(b"AT+BLEHIDINIT=1", b'AT+BLEHIDNAME="keys"') as (device, host):
        assert await host.ask(b"AT+BLEHIDINIT?") == b"+BLEHIDINIT:1\r\n" + OK
        assert b"keys" in await host.ask(b"AT+BLEHIDNAME?")
        assert await host.ask(b"AT+BLEHIDKB=2,4,0,0,0,0,0") == ERROR
        device.hid.connect_host()
        assert await host.until(b"\r\n") == b"+BLEHIDCONN\r\n"
        for command in (b"AT+BLEHIDKB=2,4,0,0,0,0,0", b"AT+BLEHIDMUS=1,10,-10,0", b"AT+BLEHIDCONSUMER=233"):
            assert await host.ask(command) == OK
        assert [type(report).__name__ for report in device.hid.reports] == ["BLEHIDKB", "BLEHIDMUS", "BLEHIDCONSUMER"]
        device.hid.disconnect_host()
        device.hid.disconnect_host()
        assert await host.until(b"\r\n") == b"+BLEHIDDISCONN\r\n"
        assert await host.ask(b"AT+BLEHIDINIT=0") == OK
        with pytest.raises(LookupError):
            device.hid.connect_host()


async def test_a_phone_tells_by_blufi_and_is_answered():
    async with near(b'AT+BLUFINAME="board"', b"AT+BLUFI=1") as (device, host):
        assert await host.ask(b"AT+BLUFI?") == b"+BLUFI:1\r\n" + OK
        assert b"board" in await _glued(host, b"AT+BLUFINAME?")
        assert b"58:cf:79" in await _glued(host, b"AT+BLUFIADDR?")
        assert await host.ask(b'AT+BLUFINAME="late"') == ERROR
        assert await host.ask(b"AT+BLUFISEND=2") == ERROR
        phone = device.air.bluetooth.open_blufi()
        assert await host.until(b"\r\n") == b"+BLUFICONN\r\n"
        assert await written(host, b"AT+BLUFISEND=2", b"hi") == OK
        assert phone.received == b"hi"
        phone.send(b"\r\nOK\r\n")
        assert await host.until(b"OK\r\n\r\n") == b"+BLUFIDATA:6,\r\nOK\r\n\r\n"
        host.send(b"AT+BLUFISEND=2\r\n")
        await host.take(1)
        phone.hang_up()
        host.send(b"xx")
        assert await host.until(b"ERROR\r\n") == b"+BLUFIDISCONN\r\n" + ERROR
        phone.tell_network("lab", "secret")
        phone.send(b"nobody listens")
        assert await host.nothing_comes()


async def test_updates_over_low_energy_can_be_offered():
    async with near(b"AT+BLEOTA=1", b'AT+BLEOTANAME="new"') as (_, host):
        assert await host.ask(b"AT+BLEOTA?") == b"+BLEOTA:1\r\n" + OK
        assert b"new" in await host.ask(b"AT+BLEOTANAME?")
