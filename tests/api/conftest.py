from collections.abc import AsyncIterator

import pytest_asyncio

from atmodem.dialects import find_dialect, names
from tests.api.leaks import census, settled

# Imported here, and not by the first test in its event loop.
for _name in names():
    find_dialect(_name)


@pytest_asyncio.fixture
async def no_leaks() -> AsyncIterator[None]:
    """Fail when a file descriptor, a task or a virtual module outlives the test."""
    before = census()
    yield
    assert await settled(before) == set()
