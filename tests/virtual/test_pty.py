"""The module's end of a pseudo terminal under load, and when it is closed."""

import asyncio
import os

import pytest

from atmodem.link.push import HIGH_WATER
from atmodem.virtual.pty import open_pty
from tests.link.ends import Receiver

pytestmark = pytest.mark.asyncio


async def test_what_the_terminal_does_not_take_waits_in_order():
    link, path = open_pty()
    terminal = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    pieces = [bytes([number]) * HIGH_WATER for number in range(3)]
    for piece in pieces:
        link.write(piece)
    waiting = asyncio.create_task(link.drain())
    await asyncio.sleep(0)
    assert not waiting.done()
    taken = b""
    while len(taken) < 3 * HIGH_WATER:
        try:
            taken += os.read(terminal, 65536)
        except BlockingIOError:
            await asyncio.sleep(0)
    assert taken == b"".join(pieces)
    await waiting
    os.close(terminal)
    await link.aclose()


async def test_reading_is_held_and_goes_on():
    link, path = open_pty()
    receiver = Receiver()
    terminal = os.open(path, os.O_WRONLY | os.O_NOCTTY)
    link.pause_reading()
    link.pause_reading()
    link.start(receiver)
    os.write(terminal, b"held")
    for _ in range(5):
        await asyncio.sleep(0)
    assert receiver.received == b""
    link.resume_reading()
    assert await receiver.take(4) == b"held"
    link.resume_reading()
    os.write(terminal, b"more")
    assert await receiver.take(4) == b"more"
    os.close(terminal)
    await link.aclose()


async def test_a_closed_end_takes_and_reads_nothing():
    link, _ = open_pty()
    await link.aclose()
    await link.aclose()
    link.write(b"lost")
    link.pause_reading()
    link.resume_reading()
    await asyncio.sleep(0)
    await link.drain()


async def test_single_bytes_fill_the_terminal_to_its_last_place():
    link, path = open_pty()
    terminal = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    count = 100_000
    for _ in range(count):
        link.write(b"x")
    taken = 0
    while taken < count:
        try:
            taken += len(os.read(terminal, 65536))
        except BlockingIOError:
            await asyncio.sleep(0)
    os.close(terminal)
    await link.aclose()


async def test_a_false_alarm_reads_nothing():
    link, _ = open_pty()
    receiver = Receiver()
    link.start(receiver)
    link._read()
    assert receiver.received == b""
    await link.aclose()
