"""Modules without Bluetooth say so before anything is sent."""

import pytest

from atmodem import DeviceFound, LeAdvertisement, Unsupported
from tests.sessions.bench import DIALECTS, bench
from tests.sessions.bluetooth_bench import having

pytestmark = pytest.mark.asyncio

ADDRESS = "aa:bb:cc:dd:ee:ff"


@pytest.mark.parametrize("dialect", sorted(DIALECTS.keys() - set(having("le"))))
async def test_without_low_energy_everything_of_it_is_refused(dialect: str):
    async with bench(dialect) as at:
        before = at.modem.statistics.commands
        le = at.modem.bluetooth.le
        for attempt in (le.scan(), le.connect(ADDRESS), le.advertise(name="x"), le.open_uart(ADDRESS), le.address()):
            with pytest.raises(Unsupported):
                await attempt
        with pytest.raises(Unsupported):
            async with at.modem.events(LeAdvertisement):
                pass
        assert at.modem.statistics.commands == before


@pytest.mark.parametrize("dialect", sorted(DIALECTS.keys() - set(having("classic"))))
async def test_without_classic_bluetooth_everything_of_it_is_refused(dialect: str):
    async with bench(dialect) as at:
        before = at.modem.statistics.commands
        classic = at.modem.bluetooth.classic
        for attempt in (classic.listen_serial(), classic.connect_serial(ADDRESS), classic.address()):
            with pytest.raises(Unsupported):
                await attempt
        with pytest.raises(Unsupported):
            classic.inquire()
        with pytest.raises(Unsupported):
            async with at.modem.events(DeviceFound):
                pass
        assert at.modem.statistics.commands == before


@pytest.mark.parametrize("dialect", [name for name in having("classic") if name == "mxchip"])
async def test_what_a_module_with_a_serial_port_lacks_is_refused(dialect: str):
    async with bench(dialect) as at:
        with pytest.raises(Unsupported):
            await at.modem.bluetooth.classic.connect_serial(ADDRESS)
        with pytest.raises(Unsupported):
            at.modem.bluetooth.classic.inquire()
