"""Opening in a worker thread: what is opened is either returned or closed, never neither, never both."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from atmodem.link.threads import open_in_thread

pytestmark = pytest.mark.asyncio


class Port:
    """Opens when allowed to, and knows when it was closed."""

    def __init__(self) -> None:
        self.opening, self.may_open = threading.Event(), threading.Event()
        self.closed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def open(self) -> "Port":
        self.opening.set()
        self.may_open.wait()
        return self

    def fail(self) -> "Port":
        self.open()
        raise OSError("no such port")

    def close(self) -> None:
        assert not self.closed.is_set()
        self._loop.call_soon_threadsafe(self.closed.set)


async def test_what_is_opened_is_returned_open():
    port = Port()
    port.may_open.set()
    assert await open_in_thread(port.open, Port.close) is port
    assert not port.closed.is_set()


async def test_an_error_of_the_opener_is_raised():
    port = Port()
    port.may_open.set()
    with pytest.raises(OSError, match="no such port"):
        await open_in_thread(port.fail, Port.close)


async def test_what_is_opened_after_the_cancel_is_closed():
    port = Port()
    opening = asyncio.create_task(open_in_thread(port.open, Port.close))
    await asyncio.to_thread(port.opening.wait)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    port.may_open.set()
    await port.closed.wait()


async def test_what_was_opened_just_before_the_cancel_is_closed():
    port = Port()
    only_worker = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(only_worker)
    opening = asyncio.create_task(open_in_thread(port.open, Port.close))
    await asyncio.sleep(0)
    port.may_open.set()
    # The worker gets done with opening while the loop stands still and cannot take the result.
    only_worker.submit(int).result()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await port.closed.wait()


async def test_an_error_after_the_cancel_is_dropped():
    port = Port()
    opening = asyncio.create_task(open_in_thread(port.fail, Port.close))
    await asyncio.to_thread(port.opening.wait)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    port.may_open.set()
    await asyncio.get_running_loop().shutdown_default_executor()
