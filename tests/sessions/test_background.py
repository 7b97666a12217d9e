"""Work that is finished although its caller has gone."""

import asyncio

import pytest

from atmodem import CommandError, SessionClosed
from atmodem.sessions.background import finish
from tests.sessions.bench import scripted

pytestmark = pytest.mark.asyncio


async def test_the_caller_gets_the_result_or_the_error():
    async def fail() -> None:
        raise CommandError("refused", code="1")

    async with scripted() as (_, modem):
        assert await finish(modem, lambda: asyncio.sleep(0, 5), "work") == 5
        with pytest.raises(CommandError, match="refused"):
            await finish(modem, fail, "work")


@pytest.mark.parametrize("late", [False, True])
async def test_work_whose_caller_has_gone_is_undone_once(late: bool):
    """Cancelled while the work runs, and in the moment when it is done."""
    undone: list[int] = []
    over = asyncio.Event()

    async def work() -> int:
        if late:
            asyncio.get_running_loop().call_soon(caller.cancel)
        else:
            caller.cancel()
        return 5

    async def undo() -> None:
        undone.append(1)
        over.set()

    async with scripted() as (_, modem):
        caller = asyncio.create_task(finish(modem, work, "work", undo))
        with pytest.raises(asyncio.CancelledError):
            await caller
        await over.wait()
        assert undone == [1]


async def test_work_whose_caller_has_gone_needs_no_undoing_and_may_fail():
    over = asyncio.Event()

    async def work() -> None:
        caller.cancel()
        over.set()
        raise CommandError("refused", code="1")

    async def done() -> None:
        caller.cancel()

    async with scripted() as (_, modem):
        for chosen in (work, done):
            caller = asyncio.create_task(finish(modem, chosen, "work"))
            with pytest.raises(asyncio.CancelledError):
                await caller
        assert over.is_set()
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
