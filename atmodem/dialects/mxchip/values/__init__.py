"""Values of MXCHIP AT v2: words with names, and what the module answers."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .codecs import *
from .enums import *
from .records import *
