"""The commands of ESP-AT, by area."""

# ruff: noqa: F403 - each module lists its commands in __all__, and they are public names here
from __future__ import annotations

from .sketch import *
