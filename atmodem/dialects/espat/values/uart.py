"""Values of the commands about the serial line."""

from __future__ import annotations

from ....wire.codecs import OpenIntEnum

__all__ = ["DataBits", "FlowControl", "Parity", "StopBits"]


class DataBits(OpenIntEnum):
    """Data bits of a character."""

    FIVE = 5
    SIX = 6
    SEVEN = 7
    EIGHT = 8


class StopBits(OpenIntEnum):
    """Stop bits behind a character."""

    ONE = 1
    ONE_AND_HALF = 2
    TWO = 3


class Parity(OpenIntEnum):
    """Parity bit of a character."""

    NONE = 0
    ODD = 1
    EVEN = 2


class FlowControl(OpenIntEnum):
    """Hardware flow control, seen from the module."""

    NONE = 0
    RTS = 1
    CTS = 2
    BOTH = 3
