"""What holds for two links joined in memory only."""

import asyncio

import pytest

from atmodem.link import memory_pair
from tests.link.ends import Receiver

pytestmark = pytest.mark.asyncio


async def test_bytes_arrive_in_a_later_turn_of_the_loop():
    near, far = memory_pair()
    receiver = Receiver()
    far.start(receiver)
    await asyncio.sleep(0)
    near.write(b"hello")
    assert receiver.received == b""
    await asyncio.sleep(0)
    assert receiver.received == b"hello"


async def test_what_was_written_before_the_close_arrives_before_the_loss():
    near, far = memory_pair("virtual://espat")
    near.write(b"last words")
    await near.aclose()
    receiver = Receiver()
    far.start(receiver)
    loss = await receiver.loss()
    assert receiver.received == b"last words"
    assert loss.url == "virtual://espat"
    assert str(loss) == "the other end of virtual://espat was closed"


async def test_a_paused_end_is_told_of_the_loss_after_the_bytes():
    near, far = memory_pair()
    receiver = Receiver()
    far.start(receiver)
    far.pause_reading()
    near.write(b"last words")
    await near.aclose()
    await asyncio.sleep(0)
    assert (receiver.received, receiver.losses) == (b"", [])
    far.resume_reading()
    await receiver.loss()
    assert receiver.received == b"last words"


async def test_a_drain_is_woken_by_the_close_of_the_other_end():
    near, far = memory_pair()
    near.write(bytes(100_000))
    drained = asyncio.create_task(near.drain())
    await asyncio.sleep(0)
    assert not drained.done()
    await far.aclose()
    await drained
