from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sessions.contract.rig import RIGS, Rig, RigKind, driver_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on every rig; those of a file with a PART where the dialect's driver has that part."""
    if "rig" in metafunc.fixturenames:
        part = getattr(metafunc.module, "PART", "sockets")
        kinds = [kind for kind in RIGS if getattr(driver_of(kind.dialect), part) is not None]
        metafunc.parametrize("rig", kinds, indirect=True, ids=str)


@pytest_asyncio.fixture
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    kind: RigKind = request.param
    async with kind.open() as made:
        yield made
