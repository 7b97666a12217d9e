import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sessions.bench import DIALECTS, HOST, LINKS, Bench, Echo, bench
from tests.virtual.host import FarEnd, far_end


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=LINKS)
def link(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def on_each_link(dialect: str, link: str) -> AsyncIterator[Bench]:
    """A module of each dialect on each kind of link."""
    async with bench(dialect, link) as made:
        yield made


@pytest_asyncio.fixture
async def each(dialect: str) -> AsyncIterator[Bench]:
    """A module of each dialect that has joined a network; the link is in memory."""
    async with bench(dialect) as made:
        await made.join()
        yield made


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FarEnd]:
    """A server whose connections the test holds."""
    async with far_end() as server:
        yield server


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[Echo]:
    """A server that sends back what it gets."""
    echo = Echo()
    listening = await asyncio.start_server(echo.serve, HOST, 0)
    echo.port = listening.sockets[0].getsockname()[1]
    yield echo
    listening.close()
    for writer in echo.open:
        writer.transport.abort()
    await echo.all_gone()
