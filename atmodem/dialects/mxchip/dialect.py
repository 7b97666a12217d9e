"""The MXCHIP AT v2 dialect as a whole."""

from __future__ import annotations

from ...portable.dialect import Dialect
from .. import mxchip
from .grammar import GRAMMAR

__all__ = ["DIALECT"]

DIALECT = Dialect("mxchip", "MXCHIP AT v2", GRAMMAR, mxchip)
