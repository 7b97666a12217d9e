"""The virtual ESP-AT module."""

from __future__ import annotations

from .module import Virtual
from .ota import firmware_image
from .profile import PROFILES
from .stage import EspStage as Stage

__all__ = ["PROFILES", "Stage", "Virtual", "firmware_image"]
