"""Modems for the tests of sessions: on a virtual module, and on a module that says what a test tells it to say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from atmodem import Modem
from atmodem.dialects import find_dialect
from atmodem.dialects.espat.device import Virtual
from atmodem.dialects.espat.driver import EspDriver
from atmodem.dialects.espat.driver_system import EspPower
from atmodem.portable.capabilities import Capability, Support
from atmodem.portable.dialect import Dialect
from atmodem.portable.drivers import PlainDriver
from atmodem.portable.modem_api import ModemAPI
from tests.modem.peer import Peer

ESPAT = find_dialect("espat")
WITHOUT_DRIVER = attrs.evolve(ESPAT, driver=PlainDriver)


class _PinPower(EspPower):
    async def sleep_until_pin(self) -> None:
        await self.sleep(0)


class _OtherDriver(EspDriver):
    """Has what other families have besides."""

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        more = (Capability.POWER_SLEEP_UNTIL_PIN, Capability.PROVISIONING_WPS_PIN)
        self.capabilities = {**self.capabilities, **dict.fromkeys(more, Support.YES)}
        self.power = _PinPower(modem)


OTHER = attrs.evolve(ESPAT, driver=_OtherDriver)
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"


@asynccontextmanager
async def opened(modem: Modem) -> AsyncIterator[Modem]:
    await modem.start()
    try:
        yield modem
    finally:
        await modem.aclose()


@asynccontextmanager
async def virtual(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module and a modem on it, joined in memory."""
    device = Virtual(**{"boot_time": 0.01, **options})
    async with device, opened(Modem(device.open_link(), ESPAT, rest=0)) as modem:
        yield device, modem


@asynccontextmanager
async def online(**options: object) -> AsyncIterator[tuple[Virtual, Modem]]:
    """Run a virtual module in the network, and a modem on it."""
    async with virtual(**options) as (device, modem):
        await modem.wifi.join("lab", "secret")
        yield device, modem


@asynccontextmanager
async def scripted(
    answers: dict[bytes, bytes] | None = None, dialect: Dialect = ESPAT
) -> AsyncIterator[tuple[Peer, Modem]]:
    """Run a modem on a module that answers by a table. Its ``lines`` are those since the set-up."""
    peer = Peer()
    peer.answers.update(answers or {})
    async with opened(Modem(peer.link, dialect, rest=0)) as modem:
        peer.lines.clear()
        yield peer, modem
