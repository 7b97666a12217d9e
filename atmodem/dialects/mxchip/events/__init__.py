"""What a module of MXCHIP AT v2 tells unasked."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import bluetooth, clouds, mqtt, sockets, unknown, wifi
from .bluetooth import *
from .clouds import *
from .mqtt import *
from .sockets import *
from .unknown import *
from .wifi import *

__all__: list[str] = []
__all__ += bluetooth.__all__
__all__ += clouds.__all__
__all__ += mqtt.__all__
__all__ += sockets.__all__
__all__ += unknown.__all__
__all__ += wifi.__all__
