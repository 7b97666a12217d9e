"""Identity, restart, memory, sleep and power."""

import asyncio

import pytest

import atmodem
from atmodem import (
    CommandError,
    CommandTimeout,
    Identity,
    InvalidArgument,
    Memory,
    ModuleReady,
    ModuleRestarted,
    PowerSaving,
    Unsupported,
)
from atmodem.dialects import espat
from atmodem.sessions import system
from tests.sessions.modems import ERROR, OK, OTHER, online, scripted, virtual
from tests.virtual.host import far_end

pytestmark = pytest.mark.asyncio


async def test_the_module_tells_what_it_is():
    async with virtual(profile="4.1") as (_, modem):
        told = await modem.system.identity()
        assert (told.firmware, told.model, told.mac) == ("4.1.0.0", "ESP32C3", "7c:df:a1:b3:8d:de")
        assert told.details["AT version"].startswith("4.1.0.0(virtual - ESP32C3 - ")


async def test_firmware_that_tells_less_is_understood():
    answers = {b"AT+GMR": b"AT version:1.7.4\r\n" + OK, b"AT+CIPSTAMAC?": ERROR}
    async with scripted(answers) as (_, modem):
        assert await modem.system.identity() == Identity(firmware="1.7.4", details={"AT version": "1.7.4"})


async def test_a_restart_is_over_when_the_module_was_set_up_again():
    async with online() as (_, modem), modem.events(ModuleRestarted, ModuleReady) as events:
        generation = modem.generation
        await modem.system.restart()
        assert modem.generation == generation + 1
        assert [type(await anext(events)) for _ in range(2)] == [ModuleRestarted, ModuleReady]
        assert not (await modem.wifi.status()).joined
        assert (await modem.send(espat.SYSSTORE.query())).store is False


async def test_a_restart_ends_sessions():
    async with far_end() as server, online() as (_, modem):
        stream = await modem.connect_tcp("localhost", server.port)
        await modem.system.restart()
        with pytest.raises(atmodem.SessionBroken):
            await stream.receive()


async def test_restoring_brings_back_the_factory_s_settings():
    async with virtual() as (_, modem):
        await modem.send(espat.SYSSTORE(store=True))
        await modem.wifi.set_mac("02:11:22:33:44:55")
        await modem.system.restart()
        assert (await modem.wifi.addresses()).mac == "02:11:22:33:44:55"
        await modem.system.restore()
        assert (await modem.wifi.addresses()).mac == "7c:df:a1:b3:8d:de"


async def test_a_cancelled_restart_happens_all_the_same():
    async with scripted() as (peer, modem):
        restarting = asyncio.create_task(modem.system.restart())
        await peer.heard(b"AT+RST")
        restarting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await restarting
        async with modem.expect(ModuleReady) as ready:
            peer.say(OK + b"\r\nready\r\n")
            await ready.get()


async def test_a_module_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "START", 0.05)
    async with scripted({b"AT+RST": OK}) as (_, modem):
        with pytest.raises(CommandTimeout, match=r"has not started within 0\.05 s"):
            await modem.system.restart()


async def test_a_refused_restart_is_told():
    async with scripted({b"AT+RESTORE": ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="RESTORE"):
            await modem.system.restore()


async def test_memory_and_temperature_are_told():
    async with virtual() as (_, modem):
        assert await modem.system.memory() == Memory(free=148408, least_free=84044)
        assert await modem.system.temperature() == 42.5


async def test_old_firmware_tells_less_of_its_memory_and_some_chips_no_temperature():
    async with scripted({b"AT+SYSRAM?": b"+SYSRAM:20480" + OK, b"AT+SYSTEMP?": ERROR}) as (_, modem):
        assert await modem.system.memory() == Memory(free=20480, least_free=None)
        with pytest.raises(CommandError, match="SYSTEMP"):
            await modem.system.temperature()


@pytest.mark.parametrize(
    ("mode", "sleep"),
    [
        (PowerSaving.OFF, espat.SleepMode.OFF),
        (PowerSaving.MODEM, espat.SleepMode.MODEM),
        (PowerSaving.LIGHT, espat.SleepMode.LIGHT),
    ],
)
async def test_the_radio_may_sleep(mode: PowerSaving, sleep: espat.SleepMode):
    async with virtual() as (_, modem):
        await modem.power.set_saving(mode)
        assert (await modem.send(espat.SLEEP.query())).mode == sleep


async def test_deep_sleep_is_over_when_the_module_was_set_up_again():
    async with online() as (_, modem):
        await modem.power.sleep(0.02)
        assert not (await modem.wifi.status()).joined
        for seconds in (0, float("inf"), float("nan")):
            with pytest.raises(InvalidArgument, match="seconds must be more than 0"):
                await modem.power.sleep(seconds)


async def test_no_pin_wakes_this_family():
    async with scripted() as (peer, modem):
        with pytest.raises(Unsupported, match=r"espat lacks power\.sleep_until_pin"):
            await modem.power.sleep_until_pin()
        assert peer.lines == []


async def test_where_a_pin_wakes_the_module_it_starts_anew_by_itself():
    async with scripted({b"AT+GSLP=0": OK}, OTHER) as (peer, modem), modem.expect(ModuleReady) as ready:
        await modem.power.sleep_until_pin()
        assert peer.lines == [b"AT+GSLP=0"]
        peer.say(b"\r\nready\r\n")
        await ready.get()


@pytest.mark.parametrize(("attenuation", "power"), [(0, 84), (2.25, 75), (11, 40)])
async def test_the_radio_is_set_below_its_full_power(attenuation: float, power: int):
    async with virtual() as (_, modem):
        await modem.power.set_transmit(attenuation)
        assert (await modem.send(espat.RFPOWER.query())).wifi_power == power


@pytest.mark.parametrize(
    ("attenuation", "allowed"), [(-1, "0 dB or more"), (float("nan"), "0 dB or more"), (12, "0 to 11 dB")]
)
async def test_a_power_that_the_radio_does_not_have_is_refused(attenuation: float, allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=f"attenuation must be {allowed}"):
            await modem.power.set_transmit(attenuation)
        assert peer.lines == []
