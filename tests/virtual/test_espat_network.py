"""Wi-Fi, addresses, time and provisioning of the virtual ESP module."""

import asyncio
import time

import pytest

from atmodem.virtual.air import AccessPoint, Air, Trouble
from atmodem.virtual.clock import ManualClock
from tests.virtual.host import ERROR, JOIN, OK, far_end, module, online

JOINED = b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"
READY = b"\r\nready\r\n"


@pytest.mark.asyncio
async def test_joining_the_default_network_works_out_of_the_box():
    async with module() as (_, host):
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:0,""\r\n' + OK
        assert await host.ask(JOIN) == JOINED + OK
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:2,"lab"\r\n' + OK
        assert (await host.ask(b"AT+CWJAP?")).startswith(b'+CWJAP:"lab","')
        assert await host.ask(b"AT+CWQAP") == OK
        assert await host.until(b"DISCONNECT\r\n") == b"WIFI DISCONNECT\r\n"
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:4,"lab"\r\n' + OK
        assert await host.ask(b"AT+CWJAP?") == OK


@pytest.mark.parametrize(
    ("trouble", "line", "code"),
    [
        (None, b'AT+CWJAP="lab","wrong"', 2),
        (None, b'AT+CWJAP="nowhere","secret"', 3),
        (None, b'AT+CWJAP="cafe","",,1', 3),
        (Trouble.REFUSES, b'AT+CWJAP="lab","secret"', 4),
    ],
)
@pytest.mark.asyncio
async def test_each_failure_to_join_has_its_own_reason(trouble: Trouble | None, line: bytes, code: int):
    air = Air([AccessPoint(ssid="lab", password="secret", trouble=trouble), AccessPoint(ssid="cafe")])
    async with module(air=air) as (_, host):
        assert await host.ask(line) == b"+CWJAP:%d\r\n" % code + ERROR


@pytest.mark.parametrize("trouble", [Trouble.SILENT, Trouble.NO_ADDRESS])
@pytest.mark.asyncio
async def test_a_join_is_given_up_after_its_time_limit(trouble: Trouble):
    clock = ManualClock()
    air = Air([AccessPoint(ssid="lab", password="secret", trouble=trouble)])
    async with module(air=air, clock=clock) as (_, host):
        host.send(b'AT+CWJAP="lab","secret",,,,,,3\r\n')
        while clock.due is None:
            await asyncio.sleep(0)
        clock.advance(0.02)
        while clock.due is None:
            await asyncio.sleep(0)
        clock.advance(2.9)
        host.send(b"AT\r\n")
        assert (await host.until(b"busy p...\r\n")).endswith(b"busy p...\r\n")
        clock.advance(0.1)
        assert await host.until(ERROR) == b"+CWJAP:1\r\n" + ERROR


@pytest.mark.asyncio
async def test_a_stored_network_is_joined_at_each_start_unless_that_is_switched_off():
    async with online(boot_time=0.01) as (device, host):
        device.restart()
        assert await host.until(JOINED) == READY + JOINED
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CWAUTOCONN=0") == OK
        device.restart()
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:0,""\r\n' + OK
        assert await host.ask(b"AT+CWJAP") == JOINED + OK


@pytest.mark.asyncio
async def test_a_network_is_not_stored_while_storing_is_off():
    async with module(boot_time=0.01) as (device, host):
        await host.ask(b"AT+SYSSTORE=0")
        await host.ask(JOIN)
        device.restart()
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CWJAP") == ERROR


@pytest.mark.asyncio
async def test_a_stored_network_that_is_not_there_is_no_reason_to_say_anything():
    async with online(boot_time=0.01) as (device, host):
        device.air.switch_off("lab")
        await host.until(b"WIFI DISCONNECT\r\n")
        device.restart()
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CWSTATE?") in (b'+CWSTATE:3,""\r\n' + OK, b'+CWSTATE:4,""\r\n' + OK)


@pytest.mark.asyncio
async def test_joining_another_network_tells_that_the_first_was_left():
    air = Air([AccessPoint(ssid="lab", password="secret"), AccessPoint(ssid="cafe")])
    async with online(air=air) as (_, host):
        assert await host.ask(b'AT+CWJAP="cafe",""') == b"WIFI DISCONNECT\r\n" + JOINED + OK


@pytest.mark.asyncio
async def test_the_station_s_commands_fail_while_it_is_off():
    async with module() as (_, host):
        await host.ask(b"AT+CWMODE=2")
        for line in (JOIN, b"AT+CWLAP", b"AT+CWQAP", b"AT+CWSTATE?", b"AT+CWHOSTNAME?", b"AT+CWRECONNCFG=1,0"):
            assert await host.ask(line) == ERROR
        await host.ask(b"AT+CWMODE=1")
        assert await host.ask(b"AT+CWINIT=0") == OK
        assert await host.ask(b"AT+CWLAP") == ERROR


@pytest.mark.asyncio
async def test_switching_the_station_off_leaves_the_network():
    async with online() as (_, host):
        assert await host.ask(b"AT+CWMODE=0") == b"WIFI DISCONNECT\r\n" + OK
        assert await host.ask(b"AT+CWMODE=1,0") == OK
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:0,""\r\n' + OK
        assert await host.ask(b"AT+CWMODE=1,1") == OK
        assert await host.until(JOINED) == JOINED


@pytest.mark.asyncio
async def test_a_scan_can_be_narrowed():
    air = Air(
        [
            AccessPoint(ssid="weak", rssi=-90, channel=1),
            AccessPoint(ssid="strong", password="12345678", rssi=-30, channel=11, bssid="02:00:00:00:00:01"),
            AccessPoint(ssid="secretive", hidden=True, rssi=-50, channel=1),
        ]
    )
    async with module(air=air) as (_, host):
        await host.ask(b"AT+CWLAPOPT=,6")
        everything = b'+CWLAP:("strong",-30)\r\n+CWLAP:("",-50)\r\n+CWLAP:("weak",-90)\r\n' + OK
        assert await host.ask(b"AT+CWLAP") == everything
        assert await host.ask(b'AT+CWLAP="weak"') == b'+CWLAP:("weak",-90)\r\n' + OK
        assert await host.ask(b'AT+CWLAP=,"02:00:00:00:00:01"') == b'+CWLAP:("strong",-30)\r\n' + OK
        assert await host.ask(b"AT+CWLAP=,,1") == b'+CWLAP:("",-50)\r\n+CWLAP:("weak",-90)\r\n' + OK
        await host.ask(b"AT+CWLAPOPT=,6,-60,8")
        assert await host.ask(b"AT+CWLAP") == b'+CWLAP:("strong",-30)\r\n' + OK
        air.switch_off("strong")
        assert await host.ask(b"AT+CWLAP") == OK


@pytest.mark.asyncio
async def test_how_a_lost_network_is_looked_for_can_be_set():
    async with online() as (device, host):
        assert await host.ask(b"AT+CWRECONNCFG?") == b"+CWRECONNCFG:1,0\r\n" + OK
        assert await host.ask(b"AT+CWRECONNCFG=0,0") == OK
        device.air.switch_off("lab")
        await host.until(b"WIFI DISCONNECT\r\n")
        assert await host.ask(b"AT+CWSTATE?") == b'+CWSTATE:4,"lab"\r\n' + OK


# The own access point


@pytest.mark.asyncio
async def test_stations_come_and_go_in_the_own_access_point():
    async with module() as (device, host):
        assert await host.ask(b"AT+CWLIF") == ERROR
        await host.ask(b"AT+CWMODE=3")
        assert await host.ask(b'AT+CWSAP="esp","1234567",5,3') == ERROR
        assert await host.ask(b'AT+CWSAP="esp","12345678",5,0') == ERROR
        assert await host.ask(b'AT+CWSAP="esp","12345678",5,3,2') == OK
        device.air.enter("esp", "12345678", mac="02:00:00:00:00:0a")
        assert await host.until(b'4.2"\r\n') == (
            b'+STA_CONNECTED:"02:00:00:00:00:0a"\r\n+DIST_STA_IP:"02:00:00:00:00:0a","192.168.4.2"\r\n'
        )
        device.air.enter("esp", "12345678", mac="02:00:00:00:00:0b")
        await host.until(b'4.3"\r\n')
        with pytest.raises(PermissionError):
            device.air.enter("esp", "12345678", mac="02:00:00:00:00:0c")
        assert await host.ask(b"AT+CWLIF") == (
            b"+CWLIF:192.168.4.2,02:00:00:00:00:0a\r\n+CWLIF:192.168.4.3,02:00:00:00:00:0b\r\n" + OK
        )
        device.air.exit("02:00:00:00:00:0a")
        assert await host.until(b"\r\n") == b'+STA_DISCONNECTED:"02:00:00:00:00:0a"\r\n'
        assert await host.ask(b'AT+CWQIF="02:00:00:00:00:0a"') == ERROR
        assert await host.ask(b"AT+CWQIF") == OK
        assert await host.until(b"\r\n") == b'+STA_DISCONNECTED:"02:00:00:00:00:0b"\r\n'
        await host.ask(b"AT+CWMODE=1")
        with pytest.raises(LookupError):
            device.air.enter("esp", "12345678")


@pytest.mark.asyncio
async def test_the_address_pool_can_be_set():
    async with module() as (_, host):
        await host.ask(b"AT+CWMODE=2")
        assert await host.ask(b'AT+CWDHCPS=1,60,"192.168.4.10","192.168.4.20"') == OK
        assert await host.ask(b"AT+CWDHCPS?") == b"+CWDHCPS:60,192.168.4.10,192.168.4.20" + OK
        assert await host.ask(b'AT+CWDHCPS=1,60,"192.168.4.20","192.168.4.10"') == ERROR
        assert await host.ask(b"AT+CWDHCPS=1,60") == ERROR
        assert await host.ask(b"AT+CWDHCPS=0") == OK
        assert await host.ask(b"AT+CWDHCPS?") == b"+CWDHCPS:120,192.168.4.2,192.168.4.101" + OK


@pytest.mark.asyncio
async def test_dhcp_is_switched_where_it_is_told():
    async with module() as (_, host):
        assert await host.ask(b"AT+CWDHCP?") == b"+CWDHCP:3" + OK
        assert await host.ask(b"AT+CWDHCP=0,1") == OK
        assert await host.ask(b"AT+CWDHCP?") == b"+CWDHCP:2" + OK
        assert await host.ask(b"AT+CWDHCP=1,1") == OK
        assert await host.ask(b"AT+CWDHCP?") == b"+CWDHCP:3" + OK


# Addresses


@pytest.mark.asyncio
async def test_the_addresses_of_all_interfaces_are_told():
    async with module() as (_, host):
        assert b'STAIP,"0.0.0.0"' in await host.ask(b"AT+CIFSR")
        await host.ask(b"AT+CIPV6=1")
        await host.ask(b"AT+CWMODE=3")
        host.send(JOIN + b"\r\n")
        await host.until(b"WIFI GOT IPv6 GL\r\n")
        assert await host.ask(b"AT+CIFSR") == (
            b'+CIFSR:APIP,"192.168.4.1"\r\n+CIFSR:APMAC,"7c:df:a1:b3:8d:df"\r\n+CIFSR:STAIP,"192.168.3.112"\r\n'
            b'+CIFSR:STAIP6LL,"fe80::7edf:a1ff:feb3:8dde"\r\n+CIFSR:STAMAC,"7c:df:a1:b3:8d:de"\r\n' + OK
        )
        assert b'ip6ll:"fe80::' in await host.ask(b"AT+CIPSTA?")
        assert await host.ask(b"AT+CIPAP?") == (
            b'+CIPAP:ip:"192.168.4.1"\r\n+CIPAP:gateway:"192.168.4.1"\r\n+CIPAP:netmask:"255.255.255.0"\r\n' + OK
        )


@pytest.mark.asyncio
async def test_a_fixed_address_takes_the_place_of_the_one_that_was_given():
    async with online() as (_, host):
        assert await host.ask(b'AT+CIPSTA="192.168.3.7"') == OK
        assert (await host.ask(b"AT+CIPSTA?")).startswith(
            b'+CIPSTA:ip:"192.168.3.7"\r\n+CIPSTA:gateway:"192.168.3.1"\r\n'
        )


@pytest.mark.asyncio
async def test_hardware_addresses_can_be_set_but_not_to_a_group_or_twice():
    async with module() as (_, host):
        assert await host.ask(b'AT+CIPSTAMAC="02:11:22:33:44:55"') == OK
        assert await host.ask(b"AT+CIPSTAMAC?") == b'+CIPSTAMAC:"02:11:22:33:44:55"\r\n' + OK
        assert await host.ask(b'AT+CIPSTAMAC="03:11:22:33:44:55"') == ERROR
        assert await host.ask(b'AT+CIPAPMAC="02:11:22:33:44:55"') == ERROR


@pytest.mark.asyncio
async def test_name_servers_are_those_of_the_network_or_those_that_were_set():
    async with online() as (_, host):
        assert await host.ask(b"AT+CIPDNS?") == b'+CIPDNS:0,"192.168.3.1","0.0.0.0","0.0.0.0"\r\n' + OK
        assert await host.ask(b'AT+CIPDNS=1,"8.8.8.8","8.8.8.8"') == ERROR
        assert await host.ask(b"AT+CIPDNS=1") == ERROR
        assert await host.ask(b'AT+CIPDNS=1,"8.8.8.8","1.1.1.1"') == OK
        assert await host.ask(b"AT+CIPDNS?") == b'+CIPDNS:1,"8.8.8.8","1.1.1.1","0.0.0.0"\r\n' + OK


@pytest.mark.asyncio
async def test_names_of_the_neighbourhood_are_resolved_and_answer_pings():
    async with online(air=Air(names={"board": "127.0.0.2"})) as (_, host):
        assert await host.ask(b'AT+CIPDOMAIN="board"') == b'+CIPDOMAIN:"127.0.0.2"\r\n' + OK
        assert await host.ask(b'AT+CIPDOMAIN="example.org",3') == b'+CIPDOMAIN:"::1"\r\n' + OK
        assert await host.ask(b'AT+CIPDOMAIN="nowhere.invalid"') == ERROR
        assert await host.ask(b'AT+PING="board"') == b"+PING:1\r\n" + OK


@pytest.mark.asyncio
async def test_without_a_network_nobody_is_found():
    async with module() as (_, host):
        assert await host.ask(b'AT+CIPDOMAIN="localhost"') == ERROR
        assert await host.ask(b'AT+PING="localhost"') == ERROR


# Time


@pytest.mark.asyncio
async def test_the_time_comes_from_this_host_once_there_is_a_network():
    async with module() as (_, host):
        assert await host.ask(b'AT+CIPSNTPCFG=1,0,"pool.ntp.org"') == OK
        assert b"1970" in await host.ask(b"AT+CIPSNTPTIME?")
        host.send(JOIN + b"\r\n")
        await host.until(b"+TIME_UPDATED\r\n")
        answer = (await host.ask(b"AT+CIPSNTPTIME?")).removeprefix(b"+CIPSNTPTIME:").removesuffix(OK)
        told = time.mktime(time.strptime(answer.decode())) - time.mktime(time.gmtime())
        assert abs(told) < 5


@pytest.mark.parametrize(
    ("zone", "seconds"), [(b"8", 8 * 3600), (b"-3", -3 * 3600), (b"530", 19800), (b"-930", -34200)]
)
@pytest.mark.asyncio
async def test_a_time_zone_is_hours_or_hours_and_minutes(zone: bytes, seconds: int):
    async with module() as (_, host):
        await host.ask(b"AT+SYSTIMESTAMP=100000")
        assert await host.ask(b"AT+CIPSNTPCFG=1," + zone) == OK
        expected = {b"+CIPSNTPTIME:" + time.asctime(time.gmtime(100000 + seconds + n)).encode() + OK for n in (0, 1)}
        assert await host.ask(b"AT+CIPSNTPTIME?") in expected


@pytest.mark.parametrize("zone", [b"15", b"-13", b"99", b"570", b"1500"])
@pytest.mark.asyncio
async def test_other_time_zones_are_refused(zone: bytes):
    async with module() as (_, host):
        assert await host.ask(b"AT+CIPSNTPCFG=1," + zone) == ERROR


# Provisioning


@pytest.mark.asyncio
async def test_a_pressed_button_brings_a_network():
    air = Air([AccessPoint(ssid="lab", password="secret", wps=True), AccessPoint(ssid="cafe")])
    async with module(air=air, boot_time=0.01) as (device, host):
        with pytest.raises(LookupError):
            air.press_button("cafe")
        air.press_button("lab")
        assert await host.ask(b"AT+WPS=1") == OK
        assert await host.ask(b"AT+CWSTARTSMART") == ERROR
        air.press_button("lab")
        assert await host.until(JOINED) == JOINED
        assert await host.ask(b"AT+WPS=1") == ERROR
        device.restart()
        assert await host.until(JOINED) == READY + JOINED


@pytest.mark.asyncio
async def test_a_phone_brings_a_network_unless_it_comes_too_late():
    async with module() as (device, host):
        assert await host.ask(b"AT+CWSTARTSMART") == OK
        assert await host.ask(b"AT+CWSTOPSMART") == OK
        device.air.tell_network("lab", "secret")
        assert await host.ask(b"AT+CWSTARTSMART=2") == OK
        device.air.tell_network("lab", "secret")
        assert await host.until(b"connected wifi\r\n") == (
            b"smartconfig type:AIRKISS\r\nSmart get wifi info\r\nssid:lab\r\npassword:secret\r\n"
            + JOINED
            + b"smartconfig connected wifi\r\n"
        )


# Losing the network


@pytest.mark.asyncio
async def test_links_end_with_the_network_unless_they_are_to_survive():
    async with far_end() as server, online(profile="5.0") as (device, host):
        await host.ask(b"AT+CIPMUX=1")
        for number in (0, 1):
            await host.ask(b'AT+CIPSTART=%d,"TCP","127.0.0.1",%d' % (number, server.port))
        assert await host.ask(b"AT+CIPCONNPERSIST=1,1") == OK
        assert await host.ask(b"AT+CIPCONNPERSIST?") == b"+CIPCONNPERSIST:0,1,0,0,0\r\n" + OK
        device.air.switch_off("lab")
        assert await host.until(b"DISCONNECT\r\n") == b"0,CLOSED\r\nWIFI DISCONNECT\r\n"
        assert (await host.ask(b"AT+CIPSTATE?")).startswith(b"+CIPSTATE:1,")
