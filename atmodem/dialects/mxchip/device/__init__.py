"""The virtual MXCHIP module: what its firmware does with each command."""

from __future__ import annotations

from .module import Virtual
from .stage import MxStage as Stage

__all__ = ["Stage", "Virtual"]
