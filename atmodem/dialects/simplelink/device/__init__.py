"""The virtual CC3220: what its AT core and the application around it do with each command."""

from __future__ import annotations

from .stage import Stage
from .virtual import Virtual

__all__ = ["Stage", "Virtual"]
