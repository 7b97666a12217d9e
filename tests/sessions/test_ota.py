"""New firmware for an ESP-AT module from its maker's server."""

import attrs
import pytest

from atmodem import (
    Capability,
    CommandTimeout,
    InvalidArgument,
    Modem,
    ModemAPI,
    Support,
    Unsupported,
    UpdateFailed,
    UpdateProgress,
    UpdateStep,
)
from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual, firmware_image
from atmodem.dialects.espat.driver import EspDriver
from atmodem.dialects.espat.driver_ota import EspOta
from atmodem.portable.values import ProgressCallback
from atmodem.virtual.air import Air
from tests.sessions.modems import ERROR, ESPAT, OK, online, opened, scripted, virtual
from tests.sessions.mxchip_modems import online as on_mxchip
from tests.sessions.web import HOST, web_server

pytestmark = pytest.mark.asyncio

S = UpdateStep


def maker_air(port: int) -> Air:
    return Air(services={("iot.espressif.cn", 8000): (HOST, port)})


async def test_an_update_from_the_maker_tells_its_steps_and_ends_with_the_new_version():
    async with web_server() as server:
        server.pages["/v1/device/rom/?is_format_simple=true"] = b'{"rom_version": "4.9.0.0", "status": 200}'
        server.pages["/v1/device/rom/?action=download_rom&version=4.9.0.0&filename=ota.bin"] = firmware_image("4.9.0.0")
        async with online(air=maker_air(server.port)) as (_, modem):
            assert await modem.ota.check() == "4.9.0.0"
            async with modem.events(UpdateProgress) as events, modem.ota.update() as update:
                steps = [step.step async for step in update]
                assert steps == [S.STARTED, S.CONNECTED, S.VERSION_KNOWN, S.INSTALLED]
                assert [(await anext(events)).step for _ in steps] == steps
                assert (await update.wait()).firmware == "4.9.0.0"
            slots = await modem.send(espat.SYSROLLBACK.query())
            assert (slots.running_version, slots.rollback_version) == ("4.9.0.0", "4.1.0.0")


async def test_a_version_of_the_maker_is_loaded_by_its_name():
    async with web_server() as server:
        server.pages["/v1/device/rom/?action=download_rom&version=4.8&filename=ota.bin"] = firmware_image("4.8.0.0")
        async with online(air=maker_air(server.port)) as (_, modem), modem.ota.update(version="4.8") as update:
            assert (await update.wait()).firmware == "4.8.0.0"


async def test_a_maker_that_cannot_be_reached_or_has_nothing_is_a_failed_update():
    async with web_server() as server, online(air=maker_air(server.port)) as (device, modem):
        for _ in range(2):
            with pytest.raises(UpdateFailed):
                await modem.ota.check()
            async with modem.ota.update() as update:
                with pytest.raises(UpdateFailed, match="was not loaded"):
                    await update.wait()
            device.air.services.clear()


async def test_an_update_beside_the_command_line_is_typed():
    async with web_server() as server:
        server.pages["/v1/device/rom/?action=download_rom&version=4.8&filename=ota.bin"] = firmware_image("4.8.0.0")
        async with online(air=maker_air(server.port)) as (_, modem):
            async with modem.events(espat.CipUpdate) as events:
                http = espat.UpdateTransport.HTTP
                assert (await modem.send(espat.CIUPDATE.query())).state is espat.UpdateState.IDLE
                await modem.send(espat.CIUPDATE(ota_mode=http, version="4.8", firmware="", nonblocking=True))
                assert [(await anext(events)).state for _ in range(2)] == [1, 4]
                await modem.send(espat.CIUPDATE(ota_mode=http, version="4.7", firmware="", nonblocking=True))
                assert [(await anext(events)).state for _ in range(2)] == [1, -1]
                assert (await modem.send(espat.CIUPDATE.query())).state is espat.UpdateState.FAILED
            await modem.system.restart()
            assert (await modem.system.identity()).firmware == "4.8.0.0"


async def test_a_module_without_another_image_cannot_go_back():
    answers = {b"AT+GMR": b"AT version:4.1(x - ESP32 - x)\r\n" + OK, b"AT+CIPSTAMAC?": ERROR, b"AT+SYSROLLBACK": ERROR}
    async with scripted(answers) as (_, modem):
        with pytest.raises(UpdateFailed, match="no firmware to go back to"):
            await modem.ota.rollback()


async def test_an_update_from_the_cloud_of_an_mxchip_module_is_followed_too():
    async with on_mxchip() as (device, modem):
        device.updates.duration = 0.01
        device.updates.offered = "fog_v3_AT_v2.9.9"
        assert await modem.ota.check() == "fog_v3_AT_v2.9.9"
        before = await modem.system.identity()
        async with modem.ota.update() as update:
            assert [step.step async for step in update] == [S.STARTED, S.INSTALLED]
            after = await update.wait()
        assert "fog_v3_AT_v2.9.9" in (after.firmware, *after.details.values())
        assert after != before
        with pytest.raises(Unsupported, match=r"ota\.rollback"):
            await modem.ota.rollback()


class _Loading(EspOta):
    """Takes an image over the line, as other families do."""

    async def upload(self, image: bytes, progress: ProgressCallback | None) -> None:
        assert progress is not None
        for done in (len(image) // 2, len(image)):
            progress(done, None)
        await self._modem.send(espat.RST())


class _LoadingDriver(EspDriver):
    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities = {**self.capabilities, Capability.OTA_UPLOAD: Support.YES}
        self.ota = _Loading(modem)


LOADING = attrs.evolve(ESPAT, driver=_LoadingDriver)


async def test_an_image_over_the_line_tells_how_much_of_it_is_there():
    async with Virtual(boot_time=0.01) as device, opened(Modem(device.open_link(), LOADING, rest=0)) as modem:
        with pytest.raises(InvalidArgument, match="image"):
            await modem.ota.update(image=b"")
        async with modem.ota.update(image=b"1234") as update:
            steps = [await anext(update), await anext(update)]
            assert [(step.step, step.percent) for step in steps] == [(S.LOADING, 50), (S.LOADING, 100)]
            with pytest.raises(UpdateFailed, match="as before"):
                await update.wait()


async def test_a_module_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.sessions.ota._START", 0.01)
    async with virtual(boot_time=1000) as (_, modem):
        with pytest.raises(CommandTimeout, match="has not started"):
            await modem.ota.rollback()
        with pytest.raises(InvalidArgument, match="version"):
            await modem.ota.update(version="4\n")


async def test_a_url_that_the_module_cannot_take_is_refused():
    async with online() as (_, modem):
        update = await modem.ota.update(url="http://example.org/" + "x" * 9000)
        with pytest.raises(InvalidArgument, match="at most 8192"):
            await update.wait()


async def test_a_restart_in_the_middle_is_followed_and_tells_which_firmware_runs():
    async with web_server() as server, online() as (device, modem):
        for version, error in ((None, UpdateFailed), ("4.9.0.0", None)):
            update = await modem.ota.update(url=f"{server.url}/mute")
            await server.asked(len(server.requests) + 1)
            if version is not None:
                device.ota.install(firmware_image(version))
            device.restart(after=0)
            if error is None:
                assert (await update.wait()).firmware == version
            else:
                with pytest.raises(error, match="as before"):
                    await update.wait()
                await modem.wifi.join("lab", "secret")
