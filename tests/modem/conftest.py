from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from atmodem import Modem
from atmodem.dialects import find_dialect
from tests.modem.peer import Peer

ESPAT = find_dialect("espat")


@pytest_asyncio.fixture
async def peer() -> Peer:
    return Peer()


@pytest_asyncio.fixture
async def modem(peer: Peer) -> AsyncIterator[Modem]:
    modem = Modem(peer.link, ESPAT)
    await modem.start()
    yield modem
    await modem.aclose()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
