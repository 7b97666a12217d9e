"""The ESP-AT dialect as a whole."""

from __future__ import annotations

import sys

from ...portable.dialect import Dialect
from .grammar import GRAMMAR

__all__ = ["DIALECT"]

DIALECT = Dialect("espat", "Espressif ESP-AT", GRAMMAR, sys.modules[__package__])
