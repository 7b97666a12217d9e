"""Work that is finished although its caller has gone."""

import asyncio

import pytest

from atmodem import CommandError, SessionClosed
from atmodem.sessions.finishing import finish
from tests.sessions.modems import scripted

pytestmark = pytest.mark.asyncio


async def test_the_caller_gets_the_result_or_the_error():
    async def fail() -> None:
        raise CommandError("refused", code="1")

    async with scripted() as (_, modem):
        assert await finish(modem, lambda: asyncio.sleep(0, 5), "work") == 5
        with pytest.raises(CommandError, match="refused"):
            await finish(modem, fail, "work")


async def test_an_error_of_the_program_s_own_reaches_its_caller_and_nobody_else():
    async def fail() -> None:
        raise ValueError("progress")

    async with scripted() as (_, modem):
        with pytest.raises(ValueError, match="progress"):
            await finish(modem, fail, "work")
        assert not modem.closed


async def test_work_whose_caller_has_gone_goes_on_and_may_fail():
    over: list[str] = []

    async def fail() -> None:
        caller.cancel()
        await asyncio.sleep(0)
        over.append("fail")
        raise CommandError("refused", code="1")

    async def done() -> None:
        caller.cancel()
        await asyncio.sleep(0)
        over.append("done")

    async with scripted() as (_, modem):
        for chosen in (fail, done):
            caller = asyncio.create_task(finish(modem, chosen, "work"))
            with pytest.raises(asyncio.CancelledError):
                await caller
        await finish(modem, lambda: asyncio.sleep(0), "work")
        assert over == ["fail", "done"]
        assert not modem.closed


async def test_the_end_of_the_modem_ends_the_work_and_tells_the_caller():
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with scripted() as (_, modem):
        caller = asyncio.create_task(finish(modem, work, "work"))
        gone = asyncio.create_task(finish(modem, work, "work"))
        await asyncio.sleep(0)
        gone.cancel()
        await modem.aclose()
        with pytest.raises(SessionClosed, match="the modem is closed"):
            await caller
        assert ended.is_set()
        with pytest.raises(asyncio.CancelledError):
            await gone
