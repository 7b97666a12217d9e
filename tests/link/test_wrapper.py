"""A link that passes everything on."""

import pytest

from atmodem.errors import LinkLost
from atmodem.link import LinkWrapper, memory_pair
from atmodem.link.push import HIGH_WATER
from tests.link.ends import Receiver

pytestmark = pytest.mark.asyncio


async def test_everything_reaches_the_link_below():
    below, far = memory_pair("memory://below")
    near, other = Receiver(), Receiver()
    link = LinkWrapper(below)
    assert link.url == "memory://below"
    link.start(near)
    far.start(other)
    await link.set_baudrate(9600)
    link.pause_reading()
    far.write(b"held")
    link.write(bytes(HIGH_WATER + 1))
    await link.drain()
    assert await other.take(HIGH_WATER + 1) == bytes(HIGH_WATER + 1)
    assert near.received == b""
    link.resume_reading()
    assert await near.take(4) == b"held"
    await link.aclose()
    assert isinstance(await other.loss(), LinkLost)
