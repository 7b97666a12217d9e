"""The fixtures for pytest, in this suite and in one of a user's own."""

import asyncio

import pytest

import atmodem
from atmodem.api.virtual import VirtualModule, make_device, serve_tcp
from atmodem.dialects import espat, find_dialect

pytest_plugins = ["pytester"]

ESPAT = find_dialect("espat")
ESPAT.device()

USERS_SUITE = """
import atmodem
import pytest

@pytest.mark.asyncio
async def test_modem(modem):
    assert modem.dialect.name == "espat"
    print("opened", modem.url)
    assert await modem.send_raw("AT") == []

@pytest.mark.asyncio
async def test_virtual_modem(virtual_modem):
    async with atmodem.connect(virtual_modem.url) as modem:
        await modem.wifi.join("lab", "secret")
"""


@pytest.mark.asyncio
async def test_the_modem_is_open_and_belongs_to_a_module_of_its_own(modem: atmodem.Modem, virtual_modem: VirtualModule):
    assert await modem.send(espat.AT()) is None
    assert modem.url == "virtual://espat"
    async with atmodem.connect(virtual_modem.url) as other:
        await other.wifi.join("lab", "secret")
        assert not (await modem.wifi.status()).joined


@pytest.fixture
def users_suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(USERS_SUITE)
    pytester.makeini("[pytest]\nasyncio_mode = strict\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


def test_a_users_suite_runs_on_virtual_modules(users_suite: pytest.Pytester):
    result = users_suite.runpytest_subprocess("-W", "error", "-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*opened virtual://espat"])


@pytest.mark.asyncio
async def test_a_users_suite_runs_on_the_port_that_is_named(users_suite: pytest.Pytester):
    async with make_device(ESPAT) as device, serve_tcp(device, "127.0.0.1", 0) as url:
        options = ("-s", "--atmodem-port", url, "--atmodem-baudrate", "921600")
        result = await asyncio.to_thread(users_suite.runpytest_subprocess, *options)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"*opened {url}"])


def test_a_dialect_that_does_not_exist_is_named(users_suite: pytest.Pytester):
    result = users_suite.runpytest_subprocess("--atmodem-dialect", "nokia")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*InvalidArgument: dialect must be one of air602, *"])


def test_the_options_explain_themselves(pytester: pytest.Pytester):
    shown = pytester.runpytest_subprocess("--help").stdout.str()
    for option in ("--atmodem-port", "--atmodem-dialect", "--atmodem-baudrate"):
        assert option in shown
