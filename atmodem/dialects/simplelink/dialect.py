"""The CC3220 AT dialect as a whole."""

from __future__ import annotations

from collections.abc import Callable

from ...portable.dialect import Dialect
from .. import simplelink
from .driver import SlDriver
from .grammar import GRAMMAR

__all__ = ["DIALECT"]


def _device() -> Callable[..., object]:
    from .device import Virtual  # a client has no use for what it brings

    return Virtual


DIALECT = Dialect("simplelink", "TI SimpleLink CC3220", GRAMMAR, simplelink, driver=SlDriver, device=_device)
