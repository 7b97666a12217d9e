"""The rules of conftest.py catch what they are there for."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

RULES = Path(__file__).with_name("conftest.py")

OFFENDERS = """
import asyncio
import pathlib
import time

import atmodem
import pytest

def run_in_package(code):
    exec(compile(code, str(pathlib.Path(atmodem.__path__[0], "offender.py")), "exec"), {"time": time})

async def fail():
    raise LookupError("nobody takes this")

@pytest.mark.asyncio
async def test_blocking_call_of_the_package():
    run_in_package("time.sleep(0)")

@pytest.mark.asyncio
async def test_blocking_call_of_a_test():
    time.sleep(0)

def test_blocking_call_without_a_loop():
    run_in_package("time.sleep(0)")

@pytest.mark.asyncio
async def test_lost_error():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)

@pytest.mark.asyncio
async def test_error_taken():
    task = asyncio.create_task(fail())
    with pytest.raises(LookupError):
        await task
"""


def test_a_blocking_call_and_a_lost_error_fail_and_nothing_else_does(pytester: pytest.Pytester, monkeypatch):
    pytester.makeconftest(RULES.read_text())
    pytester.makepyfile(OFFENDERS)
    pytester.makeini("[pytest]\nasyncio_mode = strict\nasyncio_default_fixture_loop_scope = function\n")
    monkeypatch.setenv("PYTHONPATH", str(RULES.parents[1]))
    # Coverage could not report on an offender that is no file.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    result = pytester.runpytest_subprocess("-rfE")
    result.assert_outcomes(passed=4, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "* ERROR at teardown of test_lost_error *",
            "E *Task exception was never retrieved",
            "* test_blocking_call_of_the_package *",
            "E *BlockingError: Blocking call to time.sleep",
        ]
    )
