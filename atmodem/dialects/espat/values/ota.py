"""Values of the commands about firmware updates."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, OpenIntEnum, Quoting, Text
from ....wire.event import value

__all__ = ["OfferedVersion", "UpdateState", "UpdateStatus", "UpdateTransport"]


class UpdateTransport(OpenIntEnum):
    """How a firmware is fetched."""

    HTTP = 0
    HTTPS = 1


class UpdateState(OpenIntEnum):
    """How far an update is."""

    FAILED = -1
    #: None was begun since the start.
    IDLE = 0
    SERVER_FOUND = 1
    CONNECTED = 2
    VERSION_KNOWN = 3
    DONE = 4


@frozen(kw_only=True)
class UpdateStatus:
    """How far an update is."""

    state: UpdateState = value(Choice(UpdateState))


@frozen(kw_only=True)
class OfferedVersion:
    """The version that the update server offers."""

    version: str = value(Text(Quoting.NEEDED))
