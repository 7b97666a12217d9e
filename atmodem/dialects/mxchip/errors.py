"""What the errors of MXCHIP AT v2 mean.

The dialect has one bare word, ``ERROR``. What it stands for follows from the command where that command can fail in one
way only, once its parameters are right.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...wire.script import Meaning

__all__ = [
    "HOST_NOT_FOUND",
    "LINK_IN_USE",
    "NOT_CONNECTED",
    "NOT_JOINED",
    "NO_TIME",
    "meaning",
]

LINK_IN_USE: Mapping[str, Meaning] = {
    "ERROR": Meaning(
        "LINK_IN_USE",
        "the link is not closed",
        "CIPSTOP closes it; a link of an earlier run comes back by itself until CIPAUTOCONN is switched off",
    )
}

NOT_CONNECTED: Mapping[str, Meaning] = {
    "ERROR": Meaning("NOT_CONNECTED", "there is no connection to send on", "open it and wait for its event first")
}

HOST_NOT_FOUND: Mapping[str, Meaning] = {
    "ERROR": Meaning("HOST_NOT_FOUND", "the name could not be resolved", "the station must have joined a network")
}

NOT_JOINED: Mapping[str, Meaning] = {
    "ERROR": Meaning("NOT_JOINED", "the cloud could not be asked", "the station must have joined a network")
}

NO_TIME: Mapping[str, Meaning] = {
    "ERROR": Meaning("NO_TIME", "no time server answered", "the station must have joined a network")
}

_REFUSED = Meaning(
    "REFUSED",
    "the module refused the command and told no cause",
    "the firmware may lack it, or the module is in no state for it",
)


def meaning(code: str, text: str = "") -> Meaning | None:
    """Return what *code* stands for: ``ERROR`` is a refusal without a cause; numbers are documented nowhere."""
    return _REFUSED if code == "ERROR" else None
