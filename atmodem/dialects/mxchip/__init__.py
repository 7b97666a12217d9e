"""MXCHIP AT firmware v2: the EMW series.

Commands are named as on the wire, in capitals; what they answer and what the module tells unasked is named in words.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import commands, events, values
from .commands import *
from .events import *
from .values import *

__all__: list[str] = []
__all__ += commands.__all__
__all__ += events.__all__
__all__ += values.__all__
