"""Espressif ESP-AT: the ESP32 family and ESP8266.

Commands are named as on the wire, in capitals; events likewise, in camel case.
"""

# ruff: noqa: F403 - each package lists in __all__ what it offers

from . import commands, events, values
from .commands import *
from .events import *
from .values import *

__all__: list[str] = []
__all__ += commands.__all__
__all__ += events.__all__
__all__ += values.__all__
