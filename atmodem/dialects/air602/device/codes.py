"""The codes with which this firmware refuses."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Code"]


class Code(IntEnum):
    """What stands behind ``+ERR=``. Source: manual 1.2.2."""

    CHECKSUM = 0
    UNSUPP = -2
    OPS = -3
    INV_PARAMS = -4
    BUSY = -8
    JOIN = -10
    NO_SKT = -11
    INV_SKT = -12
    SKT_CONN = -13
    UNDEFINE = -64
