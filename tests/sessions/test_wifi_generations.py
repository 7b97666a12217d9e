"""The sessions on each generation of the firmware."""

import pytest

from atmodem import Interface, PowerSaving, ProvisioningMethod, ProvisioningStep, SoftApSettings
from atmodem.dialects.espat.device.profile import PROFILES
from atmodem.virtual.air import AccessPoint, Air
from tests.sessions.modems import virtual

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("profile", list(PROFILES))]


async def test_wifi_works_on_each_release(profile: str):
    air = Air([AccessPoint(ssid="lab", password="secret", wps=True)])
    async with virtual(profile=profile, air=air) as (_device, modem):
        assert [point.ssid for point in await modem.wifi.scan()] == ["lab"]
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON) as provisioning:
            air.press_button("lab")
            assert [progress.step async for progress in provisioning] == [ProvisioningStep.JOINED]
        await modem.wifi.leave()
        assert not (await modem.wifi.status()).joined
        await modem.wifi.set_hostname("board")
        await modem.wifi.join("lab", "secret")
        assert (await modem.wifi.status()).address == "192.168.3.112"
        await modem.wifi.set_dns("9.9.9.9")
        told = await modem.wifi.addresses()
        assert (told.address, told.dns, told.dhcp) == ("192.168.3.112", ("9.9.9.9",), True)
        async with modem.wifi.access_point(SoftApSettings(ssid="esp", password="12345678")) as ap:
            air.enter("esp", "12345678")
            assert len(await ap.stations()) == 1
            assert (await modem.wifi.addresses(Interface.SOFTAP)).address == "192.168.4.1"


async def test_system_and_network_work_on_each_release(profile: str):
    async with virtual(profile=profile) as (_, modem):
        assert (await modem.system.identity()).firmware.startswith(profile)
        assert (await modem.system.memory()).free > 0
        await modem.power.set_saving(PowerSaving.MODEM)
        await modem.uart.change(921600)
        await modem.wifi.join("lab", "secret")
        assert await modem.resolve("example.org") == ("127.0.0.1",)
        assert (await modem.ping("localhost")).received == 1
        assert (await modem.clock.synchronize(zone=60)).synchronized is True
        await modem.system.restart()
        assert (await modem.uart.read()).baudrate == 115200
