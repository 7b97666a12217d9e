"""The ESP-AT dialect as a whole."""

from __future__ import annotations

from collections.abc import Callable

from ...portable.dialect import Dialect
from .. import espat
from .driver import EspDriver
from .grammar import GRAMMAR

__all__ = ["DIALECT"]


def _device() -> Callable[..., object]:
    from .device import Virtual  # a client has no use for what it brings

    return Virtual


DIALECT = Dialect("espat", "Espressif ESP-AT", GRAMMAR, espat, driver=EspDriver, device=_device)
