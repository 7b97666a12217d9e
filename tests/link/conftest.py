"""Fixtures for the links: one of each kind, and the check that nothing of it is left."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import attrs
import pytest
import pytest_asyncio

from atmodem.link import Link
from tests.link.ends import FarEnd, LinkEnd, Receiver, eventually
from tests.link.kinds import Kind, Line

DESCRIPTORS = Path("/dev/fd")


@attrs.frozen
class Wire:
    """An open link, started, and its far end."""

    link: Link
    far: FarEnd
    receiver: Receiver


def census() -> set[str]:
    """Return the open file descriptors and running threads, except for those of asyncio's own thread pool."""
    descriptors = set()
    for name in os.listdir(DESCRIPTORS):
        try:
            descriptors.add(f"{name} -> {os.readlink(DESCRIPTORS / name)}")
        except OSError:  # the one that listed them
            continue
    threads = {thread.name for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}
    return descriptors | threads


@pytest_asyncio.fixture
async def no_leaks() -> AsyncIterator[None]:
    """Fail when a file descriptor or thread outlives the test. One that is about to end is waited for."""
    before = census()
    yield
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            await eventually(lambda: census() <= before)
    assert census() - before == set()


@pytest.fixture
def kind() -> Kind:
    """Tests name the kinds they run for by ``each_kind``."""
    raise LookupError("no kind of link")


@pytest_asyncio.fixture
async def line(kind: Kind, tmp_path: Path, no_leaks: None) -> AsyncIterator[Line]:
    """A line of the *kind* that the test is run for; its near end is not open yet."""
    async with kind.line(tmp_path) as line:
        yield line


@pytest_asyncio.fixture
async def wire(line: Line) -> AsyncIterator[Wire]:
    """A line whose near end is open and delivers."""
    link = await line.open()
    receiver = Receiver()
    link.start(receiver)
    yield Wire(link, line.far or LinkEnd(link, receiver), receiver)
    await link.aclose()
