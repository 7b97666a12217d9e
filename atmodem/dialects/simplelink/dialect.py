"""The CC3220 AT dialect as a whole."""

from __future__ import annotations

from ...portable.dialect import Dialect
from .. import simplelink
from .grammar import GRAMMAR

__all__ = ["DIALECT"]

DIALECT = Dialect("simplelink", "TI SimpleLink CC3220", GRAMMAR, simplelink)
