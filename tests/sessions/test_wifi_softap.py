"""The module's own access point and its stations."""

import asyncio

import pytest

from atmodem import (
    CommandError,
    Interface,
    InvalidArgument,
    Ipv4Settings,
    ModeConflict,
    Secret,
    Security,
    SessionBroken,
    SessionClosed,
    SoftApSettings,
    SoftApStatus,
    Station,
    StationAddressed,
    StationJoined,
    StationLeft,
)
from atmodem.dialects import espat
from tests.sessions.modems import ERROR, OK, online, scripted, virtual

pytestmark = pytest.mark.asyncio

SETTINGS = SoftApSettings(ssid="esp", password="12345678", channel=5)
GUEST = "02:00:00:00:00:0a"


async def test_stations_come_get_addresses_and_go():
    async with (
        virtual() as (device, modem),
        modem.events(StationJoined, StationAddressed, StationLeft) as events,
        modem.wifi.access_point(SETTINGS) as ap,
    ):
        assert ap.settings is SETTINGS
        assert await ap.status() == SoftApStatus(running=True, ssid="esp", channel=5, address="192.168.4.1")
        device.air.enter("esp", "12345678", mac=GUEST)
        joined, addressed = await anext(events), await anext(events)
        assert (joined.mac, addressed.mac, addressed.address) == (GUEST, GUEST, "192.168.4.2")
        assert await ap.stations() == (Station(mac=GUEST, address="192.168.4.2"),)
        device.air.exit(GUEST)
        assert (await anext(events)).mac == GUEST
        assert await ap.stations() == ()


async def test_a_station_can_be_thrown_out_alone_or_with_all_others():
    async with (
        virtual() as (device, modem),
        modem.events(StationLeft) as events,
        modem.wifi.access_point(SETTINGS) as ap,
    ):
        for last in "abc":
            device.air.enter("esp", "12345678", mac=f"02:00:00:00:00:0{last}")
        await ap.disconnect(GUEST)
        assert (await anext(events)).mac == GUEST
        await ap.disconnect()
        assert {(await anext(events)).mac[-1] for _ in range(2)} == {"b", "c"}
        with pytest.raises(CommandError):
            await ap.disconnect(GUEST)
        with pytest.raises(InvalidArgument, match="mac must be a hardware address"):
            await ap.disconnect("nobody")


async def test_the_access_point_stands_beside_the_station_and_leaves_it_alone():
    async with online() as (_, modem):
        async with modem.wifi.access_point(SETTINGS):
            assert (await modem.wifi.status()).joined
            assert (await modem.send(espat.CWMODE.query())).mode == espat.WifiMode.STATION_SOFTAP
        assert (await modem.send(espat.CWMODE.query())).mode == espat.WifiMode.STATION
        assert (await modem.wifi.status()).joined


async def test_without_a_station_only_the_access_point_runs():
    async with virtual() as (_, modem):
        await modem.send(espat.CWMODE(mode=espat.WifiMode.NULL))
        ap = await modem.wifi.access_point(SoftApSettings(ssid="free"))
        assert (await modem.send(espat.CWMODE.query())).mode == espat.WifiMode.SOFTAP
        assert (await modem.send(espat.CWSAP.query())).ecn == espat.SoftApSecurity.OPEN
        await ap.aclose()
        await ap.aclose()
        assert (await modem.send(espat.CWMODE.query())).mode == espat.WifiMode.NULL


async def test_closed_it_takes_no_calls():
    async with virtual() as (_, modem):
        ap = await modem.wifi.access_point(SETTINGS)
        await ap.aclose()
        for call in (ap.status, ap.stations, ap.disconnect):
            with pytest.raises(SessionClosed, match="closed here"):
                await call()


async def test_a_restart_of_the_module_ends_it():
    async with virtual() as (_, modem):
        async with modem.wifi.access_point(SETTINGS) as ap:
            await modem.system.restart()
            with pytest.raises(SessionBroken, match="started anew"):
                await ap.stations()
        async with modem.wifi.access_point(SETTINGS) as ap:
            assert (await ap.status()).running


async def test_a_second_one_is_refused_while_the_first_is_open():
    async with virtual() as (_, modem):
        async with modem.wifi.access_point(SETTINGS):
            with pytest.raises(ModeConflict, match="open already"):
                await modem.wifi.access_point(SETTINGS)
        async with modem.wifi.access_point(SETTINGS):
            pass


async def test_switched_off_behind_its_back_it_tells_so():
    async with virtual() as (_, modem), modem.wifi.access_point(SETTINGS) as ap:
        await modem.send(espat.CWMODE(mode=espat.WifiMode.STATION))
        assert await ap.status() == SoftApStatus(running=False)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        (SoftApSettings(ssid=""), "ssid must be 1 to 32 bytes"),
        (SoftApSettings(ssid="esp", password="1234567"), "password must be 8 to 63 bytes"),
        (SoftApSettings(ssid="esp", channel=15), "channel must be 1 to 14"),
        (SoftApSettings(ssid="esp", stations=0), "stations must be 1 or more"),
        (SoftApSettings(ssid="esp", stations=11), "stations must be 1 to 10"),
        (SoftApSettings(ssid="esp", security=Security.WPA2), "password must be given"),
        (SoftApSettings(ssid="esp", password="12345678", security=Security.WEP), "security must be WPA, WPA2 or both"),
        (SoftApSettings(ssid="esp", password="12345678", security=Security.OPEN), "security must be"),
        (
            SoftApSettings(ssid="esp", ipv4=Ipv4Settings(address="x", netmask="255.255.255.0", gateway="10.0.0.1")),
            "address must be an IPv4 address",
        ),
    ],
)
async def test_what_no_access_point_can_be_is_refused_before_anything_is_sent(settings: SoftApSettings, allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.access_point(settings)
        assert peer.lines == []


async def test_all_settings_reach_the_module_and_addresses_are_given_out_behind_its_own():
    answers = {
        b"AT+CWMODE?": b"+CWMODE:1\r\n" + OK,
        b"AT+CWMODE=3": OK,
        b"AT+CWSAP?": b'+CWSAP:"ESP","",7,0,4,0\r\n' + OK,
        b'AT+CWSAP="esp","12345678",7,4,2,1': OK,
        b'AT+CIPAP="10.1.0.1","10.1.0.1","255.255.0.0"': OK,
        b"AT+CWDHCP=1,2": OK,
        b'AT+CWDHCPS=1,120,"10.1.0.2","10.1.0.101"': OK,
    }
    settings = SoftApSettings(
        ssid="esp",
        password=Secret("12345678"),
        security=Security.WPA_WPA2,
        hidden=True,
        stations=2,
        ipv4=Ipv4Settings(address="10.1.0.1", netmask="255.255.0.0", gateway="10.1.0.1"),
    )
    async with scripted(answers) as (peer, modem):
        await modem.wifi.access_point(settings)
        assert peer.lines == list(answers)


async def test_an_address_at_the_end_of_its_network_gives_out_those_before_it():
    answers = {
        b'AT+CIPAP="10.1.0.6","10.1.0.6","255.255.255.248"': OK,
        b"AT+CWDHCP=1,2": OK,
        b'AT+CWDHCPS=1,120,"10.1.0.1","10.1.0.5"': OK,
    }
    async with scripted(answers) as (peer, modem):
        settings = Ipv4Settings(address="10.1.0.6", netmask="255.255.255.248", gateway="10.1.0.6")
        assert await modem.wifi.set_ipv4(settings, interface=Interface.SOFTAP)
        assert peer.lines == list(answers)


async def test_a_network_without_other_addresses_gives_out_none():
    answers = {b'AT+CIPAP="10.1.0.1","10.1.0.1","255.255.255.254"': OK, b"AT+CWDHCP=1,2": OK}
    async with scripted(answers) as (peer, modem):
        settings = Ipv4Settings(address="10.1.0.1", netmask="255.255.255.254", gateway="10.1.0.1")
        assert await modem.wifi.set_ipv4(settings, interface=Interface.SOFTAP)
        assert peer.lines == list(answers)


async def test_an_access_point_that_runs_already_is_set_up_anew():
    answers = {
        b"AT+CWMODE?": b"+CWMODE:3\r\n" + OK,
        b"AT+CWSAP?": b'+CWSAP:"ESP","",7,0,4,0\r\n' + OK,
        b'AT+CWSAP="esp","12345678",5,3,4,0': OK,
    }
    async with scripted(answers) as (peer, modem):
        await modem.wifi.access_point(SETTINGS)
        assert peer.lines == list(answers)


async def test_a_refused_setting_switches_it_off_again():
    answers = {
        b"AT+CWMODE?": b"+CWMODE:1\r\n" + OK,
        b"AT+CWMODE=3": OK,
        b"AT+CWMODE=1": OK,
        b"AT+CWSAP?": b'+CWSAP:"ESP","",7,0,4,0\r\n' + OK,
        b'AT+CWSAP="esp","12345678",5,3,4,0': ERROR,
    }
    async with scripted(answers) as (peer, modem):
        with pytest.raises(CommandError, match="CWSAP"):
            await modem.wifi.access_point(SETTINGS)
        assert peer.lines[-1] == b"AT+CWMODE=1"
        peer.answers[b'AT+CWSAP="esp","12345678",5,3,4,0'] = OK
        await modem.wifi.access_point(SETTINGS)


async def test_a_cancelled_opening_leaves_no_access_point():
    answers = {b"AT+CWMODE=3": OK, b"AT+CWMODE=1": OK, b"AT+CWSAP?": b'+CWSAP:"ESP","",7,0,4,0\r\n' + OK}
    async with scripted(answers) as (peer, modem):
        opening = asyncio.create_task(anext_of(modem.wifi.access_point(SETTINGS)))
        await peer.heard(b"AT+CWMODE?")
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        peer.answers[b"AT+CWMODE?"] = b"+CWMODE:3\r\n" + OK
        peer.answers[b'AT+CWSAP="esp","12345678",5,3,4,0'] = OK
        peer.say(b"+CWMODE:1\r\n" + OK)
        await peer.heard(b"AT+CWMODE=1")
        assert peer.lines[-1] == b"AT+CWMODE=1"


async def anext_of(opening):
    return await opening


async def test_the_end_of_the_modem_is_no_error_of_the_close():
    async with virtual() as (_, modem):
        ap = await modem.wifi.access_point(SETTINGS)
        await modem.aclose()
        await ap.aclose()
