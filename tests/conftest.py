"""Rules that hold for every test."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

# A test fails for what it checks, not for how long a shared machine took; an automated run fails for the change
# under test, not for an example met by chance.
settings.register_profile("atmodem", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("atmodem")


class _Reports(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture(autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """Fail a call that blocks the event loop where the package made it; tests and their tools may block."""
    with blockbuster_ctx("atmodem") as guard:
        yield guard


@pytest.fixture(autouse=True)
def no_lost_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail when asyncio had to report an error that nobody took, such as a task's exception never retrieved."""
    reports = _Reports()
    logger = logging.getLogger("asyncio")
    logger.addHandler(reports)
    yield
    if request.node.get_closest_marker("asyncio"):
        # The report comes when the task is freed. A failed task sits in a cycle, but a young one.
        gc.collect(1)
    logger.removeHandler(reports)
    assert not reports.texts, "\n".join(reports.texts)
