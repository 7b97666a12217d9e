"""The MXCHIP AT v2 dialect as a whole."""

from __future__ import annotations

from collections.abc import Callable

from ...portable.dialect import Dialect
from .. import mxchip
from .driver import MxDriver
from .grammar import GRAMMAR

__all__ = ["DIALECT"]


def _device() -> Callable[..., object]:
    from .device import Virtual  # a client has no use for what it brings

    return Virtual


DIALECT = Dialect("mxchip", "MXCHIP AT v2", GRAMMAR, mxchip, driver=MxDriver, device=_device)
