"""The Air602 dialect as a whole."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ...portable.dialect import Dialect
from .driver import AirDriver
from .grammar import GRAMMAR

__all__ = ["DIALECT"]


def _device() -> Callable[..., object]:
    from .device import Virtual  # a client has no use for what it brings

    return Virtual


DIALECT = Dialect(
    "air602",
    "Luat Air602 (WinnerMicro W600)",
    GRAMMAR,
    sys.modules[__name__.rpartition(".")[0]],
    driver=AirDriver,
    device=_device,
)
