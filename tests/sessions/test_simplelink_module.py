"""Names, time, services and the CC3220 itself: what its wire alone has."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import anyio
import pytest

import atmodem
from atmodem import CommandError, Identity, InvalidArgument, PingResult, PowerSaving, Service, SessionBroken
from atmodem.dialects import simplelink as sl
from atmodem.virtual.air import Air
from tests.sessions.far import HOST, server
from tests.sessions.simplelink_bench import module, online

pytestmark = pytest.mark.asyncio

LAMP = sl.MdnsService(address="192.168.3.9", port=80, name="lamp._http._tcp.local", host="lamp.local", text="a=1;b=2")


# Names and pings


async def test_a_name_has_an_address_of_either_version_and_a_literal_asks_nothing():
    async with online(air=Air(names={"six": "::1"})) as (device, modem):
        assert await modem.resolve("localhost") == (HOST,)
        assert await modem.resolve("localhost", version=6) == ("::1",)
        asked = len(device.all(sl.NetAPPGetHostByName))
        assert await modem.resolve("10.1.2.3") == ("10.1.2.3",)
        assert len(device.all(sl.NetAPPGetHostByName)) == asked
        with pytest.raises(CommandError) as caught:
            await modem.resolve("nowhere.invalid")
        assert caught.value.name == "NO_SUCH_HOST"
        assert [ask.family for ask in device.all(sl.NetAPPGetHostByName)[-2:]] == [sl.Family.INET, sl.Family.INET6]


async def test_without_a_network_the_reason_is_another():
    async with module() as (_, modem):
        with pytest.raises(CommandError) as caught:
            await modem.resolve("localhost")
        assert caught.value.name == "NO_DNS_SERVER"


async def test_pings_are_counted_by_the_module():
    async with online() as (device, modem):
        assert await modem.ping("localhost", count=3) == PingResult(sent=3, received=3, milliseconds=4)
        sent = device.last(sl.NetAPPPing)
        assert (sent.count, sent.flags, sent.timeout_ms) == (3, sl.PingFlag.AT_END, 5000)
        assert await modem.ping("10.0.0.99", timeout=0.01) == PingResult(sent=1, received=0)


async def test_a_ping_that_is_cancelled_is_stopped_in_the_module():
    async with online() as (device, modem):
        pinging = asyncio.create_task(modem.ping("10.0.0.99", count=100, timeout=60))
        while not device.all(sl.NetAPPPing):
            await asyncio.sleep(0)
        pinging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pinging
        assert device.last(sl.NetAPPPing).stops
        with anyio.move_on_after(0.05) as scope:
            await modem.ping("10.0.0.99", count=100, timeout=60)
        assert scope.cancelled_caught
        assert [ping.stops for ping in device.all(sl.NetAPPPing)] == [False, True] * 2
        assert await modem.ping("localhost") == PingResult(sent=1, received=1, milliseconds=4)


# Time


async def test_the_clock_keeps_utc_and_is_set_in_any_zone():
    moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=2)))
    async with module() as (_, modem):
        assert (await modem.clock.read()).time.year == 2000
        await modem.clock.set(moment)
        told = await modem.clock.read()
        assert told.time.tzinfo is UTC
        assert timedelta() <= told.time - moment < timedelta(seconds=5)
        assert told.synchronized is None
        with pytest.raises(atmodem.Unsupported, match=r"clock\.start_sntp"):
            await modem.clock.synchronize()


# Services


async def test_a_service_is_announced_until_it_is_closed():
    service = Service(kind="_iot", port=5683, instance="lamp", protocol="_udp", text={"a": "1", "b": ""})
    async with online() as (device, modem):
        async with modem.mdns.advertise(service):
            told = device.last(sl.NetAPPRegisterService)
            assert (told.service, told.port, told.text) == ("lamp._iot._udp.local", 5683, "a=1;b=")
            with pytest.raises(CommandError) as caught:
                await modem.mdns.advertise(service)
            assert caught.value.name == "SERVICE_EXISTS"
        assert device.last(sl.NetAPPUnRegisterService).service == "lamp._iot._udp.local"
        async with modem.mdns.advertise(service):
            pass


@pytest.mark.parametrize(
    ("service", "allowed"),
    [
        (Service(kind="_http", port=80, host="board"), "host must be left out"),
        (Service(kind="_http", port=80, text={"a": "1;2"}), "text must be free of semicolons"),
        (Service(kind="_http", port=80, instance="x" * 60), "instance must be short enough"),
    ],
)
async def test_what_cannot_be_announced_is_refused_before_anything_is_sent(service: Service, allowed: str):
    async with online() as (device, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.mdns.advertise(service)
        assert device.heard == []


async def test_services_of_neighbours_are_asked_for_one_by_one():
    other = sl.MdnsService(address="192.168.3.8", port=22, name="box._ssh._tcp.local", host="box.local", text="")
    async with online() as (device, modem):
        device.names.services += [LAMP, other, LAMP]
        found = await modem.mdns.browse("_http", timeout=0.1)
        lamp = Service(
            kind="_http", port=80, instance="lamp", host="lamp", address="192.168.3.9", text={"a": "1", "b": "2"}
        )
        assert found == (lamp, lamp)
        assert await modem.mdns.browse("_ipp", timeout=0.1) == ()
        queries = [command.option for command in device.all(sl.NetAPPSet)]
        assert queries[0] == sl.MdnsContQuery(service="_http._tcp.local")
        assert queries[1] == sl.MdnsContQuery(service="")


async def test_a_search_that_is_cancelled_asks_no_more():
    async with online() as (device, modem):
        searching = asyncio.create_task(modem.mdns.browse("_http", timeout=60))
        while not device.all(sl.NetAPPSet):
            await asyncio.sleep(0)
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await searching
        assert device.last(sl.NetAPPSet).option == sl.MdnsContQuery(service="")


# The module


async def test_the_module_tells_what_it_is():
    async with module() as (_, modem):
        assert await modem.system.identity() == Identity(
            firmware="4.13.0.2",
            model="0x31100019",
            mac="08:00:28:5b:55:e0",
            details={
                "MAC firmware": "3.7.0.1",
                "PHY firmware": "3.1.0.26",
                "ROM": "13107",
                "UDID": "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
            },
        )
        for lacking in (modem.system.memory(), modem.system.temperature(), modem.power.sleep(1), modem.uart.read()):
            with pytest.raises(atmodem.Unsupported):
                await lacking


async def test_a_restart_ends_sessions_and_is_over_when_the_module_was_set_up_again():
    async with online() as (device, modem), server() as far:
        stream = await modem.connect_tcp(HOST, far.port)
        generation = modem.generation
        await modem.system.restart()
        assert modem.generation > generation
        assert [type(command) for command in device.heard if isinstance(command, sl.Stop | sl.Start)] == [
            sl.Stop,
            sl.Start,
        ]
        with pytest.raises(SessionBroken):
            await stream.receive()
        await modem.wifi.join("lab", "secret")
        async with modem.connect_tcp(HOST, far.port):
            pass


async def test_a_network_processor_that_does_not_run_is_started_when_the_module_is_set_up():
    async with module() as (device, modem):
        device.refused[sl.Set] = [-1]
        async with modem.expect(atmodem.ModuleReady) as ready:
            device.restart()
            await ready.get()
        assert [type(command) for command in device.heard if isinstance(command, sl.Set | sl.Start)] == [
            sl.Set,
            sl.Start,
            sl.Set,
        ]


async def test_restoring_empties_the_file_system_and_starts_anew():
    async with module() as (device, modem):
        await modem.files.upload("a.txt", b"x")
        await modem.system.restore()
        assert device.storage.files == {}
        assert await modem.files.list() == ()


@pytest.mark.parametrize(
    ("saving", "option"),
    [
        (PowerSaving.OFF, sl.PmOption.ALWAYS_ON),
        (PowerSaving.MODEM, sl.PmOption.NORMAL),
        (PowerSaving.LIGHT, sl.PmOption.LOW_POWER),
    ],
)
async def test_the_radio_saves_power_by_policy(saving: PowerSaving, option: sl.PmOption):
    async with module() as (_, modem):
        await modem.power.set_saving(saving)
        assert (await modem.send(sl.WlanPolicyGet(type=sl.PmPolicy))).option == option


async def test_the_radio_is_set_below_its_full_power_in_whole_decibels():
    async with module() as (_, modem):
        await modem.power.set_transmit(7.4)
        assert (await modem.send(sl.WlanGet(option=sl.GeneralStaTxPower))).offset == 7
        with pytest.raises(InvalidArgument, match="attenuation must be 0 to 15 dB"):
            await modem.power.set_transmit(16)


@pytest.mark.parametrize("profile", ["demo", "noecho-crlf", "noecho-lf", "manual"])
async def test_every_application_around_the_core_is_driven_alike(profile: str):
    async with online(profile=profile) as (_, modem), server() as far, modem.connect_tcp(HOST, far.port) as stream:
        end = await far.connection()
        await stream.send(b"\r\nOK\r\n")
        assert await end.read(6) == b"\r\nOK\r\n"
        await end.send(b"+recv:0,0,2,\r\n")
        assert await stream.receive() == b"+recv:0,0,2,\r\n"
        assert [point.ssid for point in await modem.wifi.scan()] == ["lab"]
        assert await modem.resolve("localhost") == (HOST,)
        assert (await modem.ping("localhost")).received == 1
        assert modem.statistics.unrecognized == 0
