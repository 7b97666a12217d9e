"""The MXCHIP module as a whole: set-up, starts without a word, standby, line, clock, Wi-Fi."""

import asyncio
from datetime import timedelta

import pytest

import atmodem
from atmodem import (
    Capability,
    CommandError,
    CommandTimeout,
    InvalidArgument,
    JoinFailed,
    ModuleReady,
    ModuleRestarted,
    ProvisioningMethod,
    ProvisioningStep,
    SessionBroken,
    Support,
)
from atmodem.api.virtual import serve_pty
from atmodem.dialects import mxchip
from atmodem.portable.values import FlowControl, Interface, Ipv4Settings, Security, SoftApSettings, UartSettings
from atmodem.virtual.air import Trouble
from tests.sessions.far import HOST, server
from tests.sessions.mxchip_modems import ERROR, MXCHIP, OK, module, online, scripted
from tests.virtual.mxchip_bench import MxHost

pytestmark = pytest.mark.asyncio

FIXED = Ipv4Settings(address="10.0.0.7", netmask="255.255.255.0", gateway="10.0.0.1")


# Setting it up


async def test_opening_switches_the_echo_off_and_the_events_on_and_closes_every_link():
    async with scripted() as (peer, modem):
        await modem.aclose()
        lines = peer.raw.split(b"\r")
    assert lines[:2] == [b"AT", b"AT+UARTE?"]
    assert lines[2:8] == [
        *(b"AT+UARTE=OFF", b"AT+FLASHLOCK=ON", b"AT+WEVENT=ON", b"AT+CIPEVENT=ON", b"AT+MQTTEVENT=ON"),
        b"AT+CIPAUTOCONN=0,0",
    ]
    assert lines[-4:] == [b"AT+CIPAUTOCONN=4,0", b"AT+CIPSTATUS=4", b"AT+CIPRECVCFG=1", b""]


async def test_firmware_that_refuses_most_of_the_set_up_can_be_used_all_the_same():
    refused = (
        b"AT+FLASHLOCK=ON",
        b"AT+WEVENT=ON",
        b"AT+MQTTEVENT=ON",
        b"AT+CIPSTATUS=2",
        b"AT+CIPSTOP=2",
        b"AT+CIPAUTOCONN=3,0",
    )
    async with scripted() as (peer, modem):
        peer.answers.update(dict.fromkeys(refused, ERROR))
        async with modem.expect(ModuleReady) as ready:
            await modem.send(mxchip.REBOOT())
            await ready.get()
        assert peer.lines.count(b"AT+CIPRECVCFG=1") == 1


async def test_what_an_earlier_program_has_left_behind_does_not_come_back_unasked():
    async with server() as far, mxchip.Virtual(boot_time=0.01) as device:
        host = MxHost(device.open_link())
        assert (await host.ask(b"AT+WJAP=lab,secret")).endswith(OK)
        assert b"STATION_UP" in await host.next_event()
        await host.ask(b"AT+CIPSTART=2,tcp_client,%b,%d" % (HOST.encode(), far.port))
        assert b"CONNECTED" in await host.next_event()
        await host.link.aclose()
        async with atmodem.connect(device.url, MXCHIP) as modem:
            await (await far.connection()).gone()
            assert (await modem.wifi.status()).joined
            states = [(await modem.send(mxchip.CIPSTATUS(id=number))).status for number in range(5)]
            assert set(states) == {mxchip.LinkState.CLOSE}


async def test_settings_are_not_kept_in_flash():
    async with online() as (_, modem):
        await modem.system.restart()
        assert not (await modem.wifi.status()).joined
        assert (await modem.send(mxchip.WJAP.stored())).ssid == ""


# Starting anew


async def test_a_restart_is_followed_until_the_module_is_set_up_again():
    async with online(boot_time=2.0) as (_, modem), server() as far:
        stream = await modem.connect_tcp(HOST, far.port)
        async with modem.events(ModuleRestarted, ModuleReady) as events:
            await modem.system.restart()
            assert [await anext(events) for _ in range(2)] == [ModuleRestarted(), ModuleReady()]
        with pytest.raises(SessionBroken, match="started anew"):
            await stream.receive()
        assert (await modem.send(mxchip.UARTE.query())).option == mxchip.Switch.OFF
        await modem.wifi.join("lab", "secret")
        async with modem.connect_tcp(HOST, far.port):
            pass


async def test_a_command_sent_right_behind_a_restart_waits_until_the_module_is_back():
    async with module(boot_time=2.0) as (device, modem):
        await modem.send(mxchip.REBOOT())
        assert not device.awake
        # Its own limit is 5 s from when it is written, and not from here.
        assert (await modem.send(mxchip.FWVER.query())).fwver == "basic_AT_v2.1.4"
        assert (await modem.send(mxchip.UARTE.query())).option == mxchip.Switch.OFF


async def test_a_restart_that_is_cancelled_is_followed_all_the_same():
    async with module() as (_, modem), modem.expect(ModuleReady) as ready:
        restarting = asyncio.create_task(modem.system.restart())
        while not modem.generation:
            await asyncio.sleep(0)
        restarting.cancel()
        await ready.get()
        assert (await modem.send(mxchip.UARTE.query())).option == mxchip.Switch.OFF


async def test_restoring_brings_the_settings_of_the_factory():
    async with module() as (device, modem):
        await modem.uart.store(UartSettings(baudrate=230400))
        await modem.system.restore()
        assert device.settings[mxchip.UART].baud_rate == 115200
        assert await modem.uart.read() == UartSettings(baudrate=115200)


async def test_a_module_in_standby_is_ready_again_once_the_pin_wakes_it():
    async with module() as (device, modem):
        assert modem.capabilities[Capability.POWER_SLEEP] is Support.NO
        async with modem.expect(ModuleReady) as ready:
            await modem.power.sleep_until_pin()
            while device.awake:
                await asyncio.sleep(0)
            device.wake()
            await ready.get()
        assert await modem.system.memory() == atmodem.Memory(free=61848)


async def test_a_crash_is_known_by_the_echo_and_the_module_is_set_up_again():
    async with module() as (device, modem), modem.events(ModuleRestarted, ModuleReady) as events:
        device.restart(after=0)
        while not device.awake:
            await asyncio.sleep(0)
        await modem.system.memory()
        assert [await anext(events) for _ in range(2)] == [ModuleRestarted(suspected=True), ModuleReady()]
        assert not device.console.echo


# What it is


async def test_the_module_tells_what_it_is():
    async with module() as (_, modem):
        told = await modem.system.identity()
        assert (told.firmware, told.model, told.mac) == ("basic_AT_v2.1.4", None, "bf:01:ad:e2:f5:ce")
        assert told.details["WFVER"].startswith("wl0:")


async def test_a_module_that_does_not_tell_of_its_radio_has_an_identity():
    answers = {
        b"AT+FWVER?": b"\r\n+FWVER:v1" + OK,
        b"AT+WFVER?": ERROR,
        b"AT+WMAC?": b"\r\n+WMAC:BF01ADE2F5CE" + OK,
    }
    async with scripted(answers) as (_, modem):
        told = await modem.system.identity()
    assert (told.firmware, told.mac, told.details) == ("v1", "bf:01:ad:e2:f5:ce", {"FWVER": "v1"})


@pytest.mark.parametrize(
    ("profile", "bluetooth", "ethernet"),
    [
        ("default", Support.NO, Support.NO),
        ("emw3239", Support.YES, Support.NO),
        ("moc108", Support.NO, Support.YES),
    ],
)
async def test_probing_tells_the_model(profile: str, bluetooth: Support, ethernet: Support):
    async with module(profile=profile) as (_, modem):
        assert modem.capabilities[Capability.CLASSIC] is Support.UNKNOWN
        await modem.probe()
        assert (
            modem.capabilities[Capability.CLASSIC] is modem.capabilities[Capability.CLASSIC_LISTEN_SERIAL] is bluetooth
        )
        assert modem.capabilities[Capability.ETHERNET] is ethernet


# The line


async def test_a_stored_speed_is_in_force_from_the_next_start_on_and_the_link_follows():
    async with (
        mxchip.Virtual(boot_time=0.01, baudrate=115200) as device,
        serve_pty(device) as url,
        atmodem.connect(url, MXCHIP) as modem,
    ):
        assert not await modem.uart.store(UartSettings(baudrate=921600, flow_control=FlowControl.NONE))
        await modem.system.memory()
        await modem.system.restart()
        assert await modem.uart.read() == UartSettings(baudrate=921600)
        assert device.outlet.pacer.baudrate == 921600


@pytest.mark.parametrize(
    "settings",
    [
        UartSettings(baudrate=115201),
        UartSettings(baudrate=9600, data_bits=5),
        UartSettings(baudrate=9600, stop_bits=1.5),
    ],
)
async def test_settings_of_the_line_that_the_module_does_not_have_are_refused(settings: UartSettings):
    async with module() as (device, modem):
        before = device.settings[mxchip.UART]
        with pytest.raises(InvalidArgument):
            await modem.uart.store(settings)
        assert device.settings[mxchip.UART] == before


async def test_the_framing_of_the_line_is_set_for_a_while():
    async with module() as (device, modem):
        async with mxchip.framing(modem, length=64, time=50):
            assert device.settings[mxchip.UARTFOMAT] == mxchip.UARTFOMAT(length=64, time=50)
        assert device.settings[mxchip.UARTFOMAT] == mxchip.UARTFOMAT(length=1024, time=100)
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument, match="time"):
            async with mxchip.framing(modem, time=49):
                pass
        assert modem.statistics.commands == sent


async def test_frames_too_long_for_the_escape_exclude_passthrough():
    async with online() as (_, modem), server() as far, mxchip.framing(modem, time=200):
        with pytest.raises(atmodem.ModeConflict, match=r"200 ms.*100 ms or less"):
            await modem.passthrough(HOST, far.port)
        async with modem.connect_tcp(HOST, far.port):
            pass


# The clock


@pytest.mark.parametrize(("minutes", "written"), [(480, "+8"), (0, "+0"), (-210, "-3:30"), (345, "+5:45")])
async def test_time_servers_set_the_clock(minutes: int, written: str):
    async with online() as (_, modem):
        told = await modem.clock.synchronize(minutes, ("pool.example",))
        assert told.synchronized
        assert told.time.utcoffset() == timedelta(minutes=minutes)
        assert (await modem.clock.read()).time - told.time < timedelta(seconds=30)
    async with scripted({b"AT+SNTPTIME": b"\r\n+SNTPTIME:2017-09-05T13:34:35.063568" + OK}) as (peer, modem):
        await modem.clock.synchronize(minutes, ("a", "b"))
        assert peer.lines[0] == b"AT+SNTPCFG=%b,a,b" % written.encode()


async def test_a_clock_that_no_server_has_set_says_so():
    async with module() as (_, modem):
        told = await modem.clock.read()
        assert (told.synchronized, told.time.year) == (False, 1970)
        with pytest.raises(CommandTimeout, match="no time server"):
            await modem.clock.synchronize(timeout=0.3)
        with pytest.raises(InvalidArgument, match="at most 2"):
            await modem.clock.synchronize(servers=("a", "b", "c"))


async def test_a_clock_that_was_set_before_goes_on_without_its_servers():
    answers = {b"AT+SNTPTIME": ERROR, b"AT+RTCGET": b"\r\n+RTCGET:2017-09-05T13:34:35.063568" + OK}
    async with scripted(answers) as (peer, modem):
        told = await modem.clock.read()
        assert (told.synchronized, told.time.year, told.time.tzinfo) == (None, 2017, None)
        peer.answers[b"AT+RTCGET"] = b"\r\n+RTCGET:soon" + OK
        with pytest.raises(atmodem.ProtocolError):
            await modem.clock.read()


async def test_names_are_looked_up():
    async with online() as (device, modem):
        device.air.names["two.example"] = HOST
        assert await modem.resolve("two.example") == (HOST,)
        for name, version in (("nowhere.invalid", None), ("two.example", 6)):
            with pytest.raises(CommandError, match="no address is known") as caught:
                await modem.resolve(name, version=version)
            assert caught.value.name == "NO_SUCH_HOST"


# Joining


@pytest.mark.parametrize(
    ("ssid", "password", "trouble", "why"),
    [
        ("lab", "hunter22", None, "WRONG_PASSWORD"),
        ("nobody", "secret", None, "NO_SUCH_NETWORK"),
        ("lab", "secret", Trouble.REFUSES, "CONNECT_FAILED"),
    ],
)
async def test_firmware_that_tells_why_joining_failed_is_believed(
    ssid: str, password: str, trouble: Trouble | None, why: str
):
    async with module(profile="join-codes") as (device, modem):
        device.air.access_points[0].trouble = trouble
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join(ssid, password)
        assert caught.value.name == why


async def test_an_open_network_that_refuses_is_no_matter_of_a_password():
    async with module() as (device, modem):
        device.air.access_points[0].trouble = Trouble.REFUSES
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join("lab")
        assert caught.value.name == "CONNECT_FAILED"


async def test_the_end_of_the_old_network_is_not_taken_for_a_failure_to_join_the_new_one():
    async with scripted({b"AT+WJAPS": b"\r\n+WJAPS:CONNECTING" + OK}) as (peer, modem):
        peer.answers[b"AT+WJAP=new,12345678"] = b"\r\n+WEVENT:STATION_DOWN\r\n" + OK
        joining = asyncio.create_task(modem.wifi.join("new", "12345678"))
        await peer.heard(b"AT+WJAPS")
        peer.say(b"\r\n+WEVENT:STATION_UP\r\n")
        await joining
        assert b"AT+WJAPQ" not in peer.lines


async def test_a_station_that_is_up_when_it_is_asked_has_joined():
    async with scripted({b"AT+WJAPS": b"\r\n+WJAPS:STATION_UP" + OK}) as (peer, modem):
        peer.answers[b"AT+WJAP=new"] = OK + b"\r\n+WEVENT:STATION_DOWN\r\n"
        await modem.wifi.join("new")


async def test_a_module_that_tells_nothing_of_joining_is_given_up_and_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_wifi._JOIN_LIMIT", 0.05)
    async with scripted() as (peer, modem):
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join("lab", "secret")
        assert caught.value.name == "TIMEOUT"
        assert peer.lines == [b"AT+WJAP=lab,secret", b"AT+WJAPQ"]


async def test_a_scan_of_firmware_that_knows_names_and_signals_alone():
    answers = {b"AT+WSCANOPT=1": ERROR, b"AT+WSCAN": b"\r\n+WSCAN:2\r\nbar, grill,-60\r\nlab,-40" + OK}
    async with scripted(answers) as (_, modem):
        found = await modem.wifi.scan()
    assert [(point.ssid, point.rssi, point.channel) for point in found] == [
        ("lab", -40, None),
        ("bar, grill", -60, None),
    ]


# Addresses


async def test_a_fixed_address_is_in_force_from_the_next_start_on():
    async with online() as (_, modem):
        assert not await modem.wifi.set_ipv4(FIXED)
        before = await modem.wifi.addresses()
        assert (before.mac, before.address, before.dhcp) == ("bf:01:ad:e2:f5:ce", "192.168.3.112", False)
        await modem.system.restart()
        await modem.wifi.join("lab", "secret")
        assert (await modem.wifi.addresses()).address == "10.0.0.7"
        assert (await modem.wifi.status()).gateway == "10.0.0.1"
        assert not await modem.wifi.set_ipv4(None)
        await modem.system.restart()
        await modem.wifi.join("lab", "secret")
        assert (await modem.wifi.addresses()).address == "192.168.3.112"


# The own access point


async def test_the_access_point_opens_tells_its_state_and_closes():
    async with module() as (device, modem):
        settings = SoftApSettings(ssid="mine", password="12345678", ipv4=FIXED)
        async with modem.wifi.access_point(settings) as point:
            told = await point.status()
            assert (told.running, told.ssid, told.address) == (True, "mine", "10.0.0.7")
            assert (await modem.wifi.addresses(Interface.SOFTAP)).address == "10.0.0.7"
            assert device.air.hotspots[0].password == "12345678"
            with pytest.raises(atmodem.Unsupported):
                await point.stations()
        assert device.air.hotspots == []
        async with modem.wifi.access_point(SoftApSettings(ssid="open")) as point:
            assert device.air.hotspots[0].password == ""
            await modem.send(mxchip.WSAPQ())
            while device.softap.running:
                await asyncio.sleep(0)
            assert not (await point.status()).running


@pytest.mark.parametrize(
    "settings",
    [
        SoftApSettings(ssid="mine", channel=6),
        SoftApSettings(ssid="mine", hidden=True),
        SoftApSettings(ssid="mine", stations=3),
        SoftApSettings(ssid="mine", password="12345678", security=Security.WPA),
        SoftApSettings(ssid="a\rb", ipv4=FIXED),
    ],
)
async def test_settings_that_the_access_point_does_not_have_are_refused_before_anything_is_sent(
    settings: SoftApSettings,
):
    async with module() as (_, modem):
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument):
            await modem.wifi.access_point(settings)
        assert modem.statistics.commands == sent


async def test_an_access_point_that_cannot_start_is_a_named_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_softap._START_LIMIT", 0.05)
    async with scripted({b"AT+WSAPS": b"\r\n+WSAPS:AP_DOWN" + OK}) as (peer, modem):
        peer.answers[b"AT+WSAP=mine,0"] = OK + b"\r\n+WEVENT:AP_DOWN\r\n"
        with pytest.raises(CommandError) as caught:
            await modem.wifi.access_point(SoftApSettings(ssid="mine"))
        assert caught.value.name == "AP_DOWN"
        del peer.answers[b"AT+WSAP=mine,0"]
        with pytest.raises(CommandTimeout):
            await modem.wifi.access_point(SoftApSettings(ssid="mine"))
        assert peer.lines[-1] == b"AT+WSAPQ"


# Being told what to join

METHODS = {
    ProvisioningMethod.EASYLINK: b"1",
    ProvisioningMethod.AIRKISS: b"2",
    ProvisioningMethod.ALIBABA: b"3",
    ProvisioningMethod.SMARTCONFIG: b"4",
    ProvisioningMethod.ACCESS_POINT: b"5",
}


@pytest.mark.parametrize("method", METHODS)
async def test_a_phone_tells_the_network_in_every_way_that_the_module_knows(method: ProvisioningMethod):
    async with module() as (device, modem):
        async with modem.wifi.provision(method) as told:
            assert device.air.learners
            device.air.tell_network("lab", "secret")
            assert [step.step async for step in told] == [ProvisioningStep.JOINED]
        assert not device.air.learners
        assert (await modem.wifi.status()).ssid == "lab"
        with pytest.raises(atmodem.ModeConflict, match="in a network already"):
            await modem.wifi.provision(method)
    async with scripted({b"AT+WJAPS": b"\r\n+WJAPS:STATION_DOWN" + OK}) as (peer, modem):
        async with modem.wifi.provision(method):
            pass
        assert peer.lines == [b"AT+WJAPS", b"AT+SMARTSTART=" + METHODS[method], b"AT+SMARTSTOP=" + METHODS[method]]


async def test_a_module_that_refuses_to_listen_is_told_and_does_not_listen():
    answers = {b"AT+WJAPS": b"\r\n+WJAPS:STATION_DOWN" + OK, b"AT+SMARTSTART=4": ERROR}
    async with scripted(answers) as (peer, modem):
        with pytest.raises(CommandError):
            await modem.wifi.provision()
        async with modem.expect(atmodem.WifiAddressAcquired) as up, modem.events(atmodem.ProvisioningProgress) as steps:
            peer.say(b"\r\n+WEVENT:STATION_UP\r\n")
            await up.get()
            await modem.aclose()
            assert [step async for step in steps] == []
