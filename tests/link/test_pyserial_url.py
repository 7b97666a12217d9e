"""What holds for links that pyserial opens by URL, in threads."""

import asyncio
import threading

import pytest

from atmodem.link import open_link, push
from atmodem.link.pyserial_url import PyserialLink
from tests.link.ends import Receiver, eventually
from tests.link.kinds import pty

#: Bytes that loop:// holds.
LOOP_ROOM = 4096


@pytest.mark.asyncio
@pytest.mark.usefixtures("no_leaks")
async def test_closing_frees_a_writer_that_waits_for_room(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(push, "LINGER", 0.0)
    link = await open_link("loop://")
    assert isinstance(link, PyserialLink)
    link.start(Receiver())
    link.pause_reading()
    link.write(bytes(10 * LOOP_ROOM))
    await eventually(lambda: link._port.in_waiting == LOOP_ROOM)
    await link.aclose()


@pytest.mark.asyncio
@pytest.mark.usefixtures("no_leaks")
async def test_a_link_that_is_lost_while_paused_ends_its_threads():
    with pty() as (far, path):
        link = await open_link(f"spy://{path}")
        receiver = Receiver()
        link.start(receiver)
        link.pause_reading()
        await far.write(b"one piece is under way")
        await far.hang_up()
        link.write(b"into the void")
        link.resume_reading()
        await receiver.loss()
        await link.aclose()
        assert len(receiver.losses) == 1


def test_the_threads_of_a_link_that_outlived_its_loop_end_with_the_next_bytes():
    with pty() as (far, path):
        asyncio.run(open_link(f"spy://{path}"))
        threads = [thread for thread in threading.enumerate() if path in thread.name]
        assert len(threads) == 2
        asyncio.run(far.write(b"late"))
        for thread in threads:
            thread.join()
