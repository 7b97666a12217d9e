"""Fixtures for pytest: a virtual module, and a modem opened on it or on real hardware.

``pytest --atmodem-port /dev/ttyUSB0 --atmodem-dialect espat`` runs the same tests against a module on a port.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ..api import Modem, connect
from ..api.virtual import VirtualModule, make_device
from ..dialects import find_dialect

__all__ = ["modem", "pytest_addoption", "virtual_modem"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    group = parser.getgroup("atmodem")
    group.addoption("--atmodem-port", default=None, help="URL of a real module for the fixture modem")
    group.addoption("--atmodem-dialect", default="espat", help="its dialect, and that of the virtual module")
    group.addoption("--atmodem-baudrate", default=115200, type=int, help="its line speed in bits per second")


@pytest_asyncio.fixture
async def virtual_modem(request: pytest.FixtureRequest) -> AsyncIterator[VirtualModule]:
    """A running virtual module of the chosen dialect; ``virtual_modem.url`` leads to it."""
    dialect = find_dialect(request.config.getoption("--atmodem-dialect"))
    async with make_device(dialect) as device:
        yield device


@pytest_asyncio.fixture
async def modem(request: pytest.FixtureRequest) -> AsyncIterator[Modem]:
    """A modem, opened on the port that ``--atmodem-port`` names, else on a virtual module of its own."""
    port: str | None = request.config.getoption("--atmodem-port")
    dialect = str(request.config.getoption("--atmodem-dialect"))
    baudrate = int(str(request.config.getoption("--atmodem-baudrate")))
    async with connect(port or f"virtual://{dialect}", dialect, baudrate=baudrate) as opened:
        yield opened
