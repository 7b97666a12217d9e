from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sessions.contract.rig import RIGS, Rig, RigKind, driver_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on every rig; those of a file with a PART where the dialect's driver has that part.

    What runs in memory runs over a line of bytes too, where its coverage need not be measured once more.
    """
    if "rig" in metafunc.fixturenames:
        part = getattr(metafunc.module, "PART", "sockets")
        kinds = [kind for kind in RIGS if getattr(driver_of(kind.dialect), part) is not None]
        rigs = [pytest.param(kind, marks=() if kind.line == "memory" else pytest.mark.line) for kind in kinds]
        metafunc.parametrize("rig", rigs, indirect=True, ids=str)


@pytest_asyncio.fixture
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    kind: RigKind = request.param
    async with kind.open() as made:
        yield made
