"""Classic Bluetooth of the virtual ESP-AT module, on the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atmodem.dialects.espat.device import Virtual
from atmodem.portable.values import IoCapability
from atmodem.virtual.air import Air
from atmodem.virtual.bluetooth import Bluetooth
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.serial_profile import ClassicPeer
from tests.virtual.host import ERROR, OK, Host, module, silence

pytestmark = pytest.mark.asyncio

PHONE = b'"e0:24:81:47:90:bc"'
OPEN = b"+BTSPPCONN:0," + PHONE + b"\r\n"
CLOSED = b"+BTSPPDISCONN:0," + PHONE + b"\r\n"
CONNECT = b"AT+BTSPPCONN=0,0x0000," + PHONE


def phone(**options: object) -> ClassicPeer:
    return ClassicPeer(**{"address": "e0:24:81:47:90:bc", "name": "phone", **options})


@asynccontextmanager
async def near(
    *commands: bytes, clock: ManualClock | None = None, **options: object
) -> AsyncIterator[tuple[Virtual, Host, ClassicPeer]]:
    """Run a module with a phone in reach, to which these commands were sent."""
    peer = phone(**options)
    async with module(air=Air(bluetooth=Bluetooth([peer])), clock=clock) as (device, host):
        for command in commands:
            assert (await host.ask(command)).endswith(OK), command
        yield device, host, peer


@pytest.mark.parametrize(
    "command",
    [
        *(b"AT+BTADDR?", b'AT+BTNAME="x"', b"AT+BTNAME?", b"AT+BTSCANMODE=2", b"AT+BTSCANMODE?", b"AT+BTCOD=1,1,1"),
        *(b"AT+BTPOWER=1,2", b"AT+BTPOWER?", b"AT+BTSTARTDISC=0,1,0", b"AT+BTSPPINIT=1", b"AT+BTSPPINIT?"),
        *(b"AT+BTSPPSTART", CONNECT, b"AT+BTSPPCONN?", b"AT+BTSPPDISCONN=0", b"AT+BTSPPSEND=0,1", b"AT+BTSPPSEND"),
        *(b"AT+BTA2DPINIT=1", b"AT+BTA2DPINIT?", b"AT+BTA2DPCONN=0," + PHONE, b"AT+BTA2DPCONN?", b"AT+BTA2DPSRC?"),
        *(b"AT+BTA2DPDISCONN=0", b'AT+BTA2DPSRC=0,"http://h/a.mp3"', b"AT+BTA2DPCTRL=0,1", b'AT+BTSECPARAM=3,0,""'),
        *(b"AT+BTSECPARAM?", b"AT+BTKEYREPLY=0,1", b'AT+BTPINREPLY=0,"1"', b"AT+BTSECCFM=0,1", b"AT+BTENCDEV?"),
        b"AT+BTENCCLEAR",
    ],
)
async def test_before_it_is_switched_on_it_refuses(command: bytes):
    async with near() as (_, host, _):
        assert await host.ask(command) == ERROR


async def test_settings_are_kept_until_it_is_switched_off():
    settings = (b'AT+BTNAME="lab"', b"AT+BTSCANMODE=2", b"AT+BTCOD=3,4,5", b"AT+BTPOWER=1,3", b'AT+BTSECPARAM=1,1,"12"')
    async with near(b"AT+BTINIT=1", *settings) as (_, host, _):
        assert await host.ask(b"AT+BTINIT?") == b"+BTINIT:1\r\n" + OK
        assert await host.ask(b"AT+BTNAME?") == b"+BTNAME:lab\r\n" + OK
        assert b"58:cf:79:00:11:2b" in await host.ask(b"AT+BTADDR?")
        assert await host.ask(b"AT+BTPOWER=3,1") == ERROR
        assert await host.ask(b"AT+BTPOWER?") == b"+BTPOWER:1,3\r\n" + OK
        assert await host.ask(b"AT+BTSECPARAM?") == b'+BTSECPARAM:1,1,"12"\r\n' + OK
        assert await host.ask(b"AT+BTINIT=0") == OK
        assert await host.ask(b"AT+BTINIT=1") == OK
        assert await host.ask(b"AT+BTNAME?") == b"+BTNAME:ESP32_AT\r\n" + OK


async def test_an_inquiry_lists_who_can_be_found():
    async with near(b"AT+BTINIT=1", device_class=0x5A020C) as (device, host, _):
        device.air.bluetooth.add(ClassicPeer(discoverable=False))
        device.air.bluetooth.add(ClassicPeer(address="00:00:00:00:00:02", name="other"))
        told = b"+BTSTARTDISC:" + PHONE + b",phone,0x2,0x3,0x2d0,-50\r\n"
        assert (await host.ask(b"AT+BTSTARTDISC=0,10,0")).startswith(told)
        assert await host.ask(b"AT+BTSTARTDISC=0,10,1") == told + OK


async def test_roles_of_the_serial_port():
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1") as (device, host, peer):
        assert await host.ask(b"AT+BTSPPINIT?") == b"+BTSPPINIT:1\r\n" + OK
        assert await host.ask(b"AT+BTSPPINIT=2") == ERROR
        assert await host.ask(b"AT+BTSPPSTART") == ERROR
        assert await host.ask(b"AT+BTSPPINIT=0") == OK
        assert await host.ask(b"AT+BTSPPINIT=2") == OK
        assert await host.ask(CONNECT) == ERROR
        with pytest.raises(LookupError):
            await device.air.bluetooth.call(peer)
        assert await host.ask(b"AT+BTSPPSTART") == OK
        assert await host.ask(b"AT+BTSCANMODE=0") == OK
        with pytest.raises(LookupError):
            await device.air.bluetooth.call(peer)
        assert await host.ask(b"AT+BTSCANMODE=1") == OK
        await device.air.bluetooth.call(peer)
        assert await host.until(b"\r\n") == OPEN
        with pytest.raises(LookupError):
            await device.air.bluetooth.call(phone())


async def test_the_module_connects_sends_and_leaves():
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1") as (_, host, peer):
        assert await host.ask(b"AT+BTSPPCONN?") == b"+BTSPPCONN:-1\r\n" + OK
        assert await host.ask(CONNECT) == OK
        assert await host.until(b"\r\n") == OPEN
        assert await host.ask(b"AT+BTSPPCONN?") == OPEN + OK
        assert await host.ask(CONNECT) == ERROR
        host.send(b"AT+BTSPPSEND=0,2\r\n")
        assert await host.take(1) == b">"
        host.send(b"hi")
        assert await host.until(OK) == OK
        assert peer.far_ends[0].received == b"hi"
        host.send(b"AT+BTSPPSEND=0,2\r\n")
        await host.take(1)
        peer.hang_up()
        host.send(b"hi")
        assert await host.until(b"ERROR\r\n") == CLOSED + ERROR
        assert await host.ask(b"AT+BTSPPDISCONN=0") == ERROR


async def test_who_is_not_in_reach_is_given_up_after_five_seconds():
    clock = ManualClock()
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1", clock=clock) as (_, host, _):
        assert await host.ask(b'AT+BTSPPCONN=0,0x0000,"00:00:00:00:00:09"') == OK
        assert await host.ask(CONNECT) == ERROR
        assert await host.until(b"\r\n") == b"+BTSPPCONN:-1\r\n"
        assert clock.time() >= 5


async def test_a_role_that_is_given_up_ends_what_was_begun():
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1") as (device, host, peer):
        peer.pairs, peer.io = True, IoCapability.DISPLAY_YES_NO
        assert await host.ask(b'AT+BTSECPARAM=1,0,""') == OK
        assert await host.ask(CONNECT) == OK
        assert await host.until(b"\r\n") == b"+BTCFMREQ:" + PHONE + b",123456\r\n"
        assert await host.ask(b"AT+BTSPPINIT=0") == OK
        assert await host.ask(b"AT+BTSECCFM=0,1") == OK
        assert await host.nothing_comes()
        assert all(far.closed for far in peer.far_ends)
        assert await host.ask(b"AT+BTENCDEV?") == b"+BTENCDEV:0," + PHONE + b"\r\n" + OK
        assert await host.ask(b"AT+BTENCCLEAR=1") == ERROR
        assert await host.ask(b"AT+BTENCCLEAR=0") == OK
        assert await host.ask(b"AT+BTENCCLEAR") == OK
        assert device.air.bluetooth.ports == [device.spp]


async def test_a_question_is_open_for_thirty_seconds():
    clock = ManualClock()
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1", clock=clock, pin="1234") as (_, host, _):
        assert await host.ask(CONNECT) == OK
        assert await host.until(b"\r\n") == b"+BTPINREQ:" + PHONE + b"\r\n"
        assert await host.ask(b"AT+BTSECCFM=0,1") == ERROR
        assert await host.until(b"\r\n") == b"+BTSPPCONN:-1\r\n"
        assert clock.time() >= 30
        assert await host.ask(b'AT+BTPINREPLY=0,"1234"') == ERROR


async def test_bytes_may_pass_the_line_bare():
    async with near(b"AT+BTINIT=1", b"AT+BTSPPINIT=1", CONNECT) as (_, host, peer):
        await host.until(b"\r\n")
        host.send(b"AT+BTSPPSEND\r\n")
        assert await host.until(b">") == OK + b"\r\n>"
        host.send(b"AT\r\n")
        peer.far_ends[0].send(b"bare")
        assert await host.take(4) == b"bare"
        await silence()
        host.send(b"+++")
        await silence()
        assert peer.far_ends[0].received == b"AT\r\n"
        peer.far_ends[0].send(b"told")
        assert await host.until(b"told\r\n") == b"+BTDATA:4,told\r\n"


async def test_audio_connects_and_is_controlled():
    async with near(b"AT+BTINIT=1", b"AT+BTA2DPINIT=1") as (device, host, _):
        assert await host.ask(b"AT+BTA2DPINIT?") == b"+BTA2DPINIT:1\r\n" + OK
        assert await host.ask(b'AT+BTA2DPCONN=0,"00:00:00:00:00:09"') == OK
        assert await host.until(b"\r\n") == b"+BTA2DPCONN:0,-1\r\n"
        assert await host.ask(b"AT+BTA2DPCTRL=0,1") == ERROR
        assert await host.ask(b"AT+BTA2DPCONN=0," + PHONE) == OK
        assert await host.until(b"\r\n") == b"+BTA2DPCONN:0," + PHONE + b"\r\n"
        assert await host.ask(b"AT+BTA2DPCONN?") == b"+BTA2DPCONN:0," + PHONE + b"\r\n" + OK
        assert (await host.ask(b"AT+BTA2DPSRC?")).endswith(b"NULL,NULL\r\n" + OK)
        assert await host.ask(b'AT+BTA2DPSRC=0,"http://h/a.mp3"') == OK
        assert b"http://h/a.mp3" in await host.ask(b"AT+BTA2DPSRC?")
        assert await host.ask(b"AT+BTA2DPCTRL=0,3") == ERROR
        assert await host.ask(b"AT+BTA2DPCTRL=0,1") == OK
        assert device.a2dp.control == 1
        assert await host.ask(b"AT+BTA2DPDISCONN=0") == b"+BTA2DPDISCONN:0," + PHONE + b"\r\n" + OK
        assert await host.ask(b"AT+BTA2DPDISCONN=0") == ERROR
        assert await host.ask(b"AT+BTA2DPINIT=2") == OK
        assert await host.ask(b'AT+BTA2DPSRC=0,"http://h/a.mp3"') == ERROR
