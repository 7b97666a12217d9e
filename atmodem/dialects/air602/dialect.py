"""The Air602 dialect as a whole."""

from __future__ import annotations

import sys

from ...portable.dialect import Dialect
from .grammar import GRAMMAR

__all__ = ["DIALECT"]

DIALECT = Dialect("air602", "Luat Air602 (WinnerMicro W600)", GRAMMAR, sys.modules[__name__.rpartition(".")[0]])
