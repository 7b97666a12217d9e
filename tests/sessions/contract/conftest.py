from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sessions.contract.rig import RIGS, Rig


@pytest_asyncio.fixture(params=RIGS, ids=str)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    async with request.param.open() as made:
        yield made
