"""Every dialect with links, over every kind of line: what the contract is checked on."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace

import attrs
import pytest

import atmodem
from atmodem import Capability, Modem, Support
from atmodem.api.virtual import make_device, serve_pty, serve_tcp
from atmodem.dialects import find_dialect, names
from atmodem.portable.drivers import Driver, SocketDriver

__all__ = ["RIGS", "Rig", "RigKind", "driver_of", "pattern"]


@attrs.frozen
class Rig:
    """A modem that has joined the network.

    :param modem: the modem.
    :param budget: bytes that pass in reasonable time.
    """

    modem: Modem
    budget: int

    def need(self, *capabilities: Capability) -> None:
        """Skip the test where the module is known to lack something."""
        for capability in capabilities:
            if not self.can(capability):
                pytest.skip(f"{self.modem.dialect.name} lacks {capability.value}")

    def can(self, capability: Capability) -> bool:
        """Tell whether the module is not known to lack something."""
        return self.modem.capabilities[capability] is not Support.NO

    @property
    def driver(self) -> SocketDriver:
        """The limits of the dialect."""
        sockets = self.modem.driver.sockets
        assert sockets is not None
        return sockets

    async def pushes_datagrams(self) -> bool:
        """Tell whether datagrams come by themselves, or wait in the module."""
        link = await self.driver.open_udp(("127.0.0.1", 9), None)
        await self.driver.close(link.number)
        return link.pushes


@attrs.frozen
class RigKind:
    """A dialect over a line."""

    dialect: str
    line: str

    def __str__(self) -> str:
        return f"{self.dialect}-{self.line}"

    @property
    def budget(self) -> int:
        return {"pty115200": 16 * 1024, "pty921600": 128 * 1024, "tcp": 128 * 1024}.get(self.line, 256 * 1024)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Rig]:
        async with self._modem() as modem:
            await modem.wifi.join("lab", "secret")
            yield Rig(modem, self.budget)

    @asynccontextmanager
    async def _modem(self) -> AsyncIterator[Modem]:
        dialect = find_dialect(self.dialect)
        speed = int(self.line.removeprefix("pty")) if self.line.startswith("pty") else None
        async with make_device(dialect, baudrate=speed) as device:
            if self.line == "memory":
                async with atmodem.connect(device.url) as modem:
                    yield modem
                return
            served: AbstractAsyncContextManager[str] = (
                serve_tcp(device, "127.0.0.1", 0) if speed is None else serve_pty(device)
            )
            async with (
                served as where,
                atmodem.connect(where, self.dialect, baudrate=speed or 115200) as modem,
            ):
                yield modem


def driver_of(name: str) -> Driver:
    """Return a dialect's driver that drives nothing."""
    return find_dialect(name).driver(SimpleNamespace())


def _has_links(name: str) -> bool:
    return find_dialect(name).device is not None and driver_of(name).sockets is not None


RIGS = [
    RigKind(name, line) for name in names() if _has_links(name) for line in ("memory", "tcp", "pty115200", "pty921600")
]


def pattern(length: int) -> bytes:
    """Return bytes of every value, in an order that does not repeat every 256."""
    whole, rest = divmod(length, 256)
    turned = bytearray()
    for turn in range(whole + 1):
        shift = turn % 256
        turned += bytes((value + shift) % 256 for value in range(256))
    return bytes(turned[: 256 * whole + rest])
