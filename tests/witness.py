"""Outside programs that the tests check against: the witnesses.

A machine without them can still run the suite; where ``ATMODEM_WITNESSES=required`` is set, as in the project's
automated runs, a missing one is a failure.
"""

import os
import shutil

import pytest

__all__ = ["require"]

#: Where Debian keeps daemons; not on every user's path.
SYSTEM_PATH = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def require(name: str) -> str:
    """Return the path of the program *name*, else skip the running test or, where witnesses are required, fail it."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *SYSTEM_PATH))
    found = shutil.which(name, path=path)
    if found is not None:
        return found
    missing = f"witness missing: {name}"
    if os.environ.get("ATMODEM_WITNESSES") == "required":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
