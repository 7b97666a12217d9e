"""The virtual Air602: what its firmware does with each command."""

from __future__ import annotations

from .stage import Stage
from .updates import firmware_image
from .virtual import Virtual

__all__ = ["Stage", "Virtual", "firmware_image"]
