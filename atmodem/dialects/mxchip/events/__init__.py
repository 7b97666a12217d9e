"""What a module of MXCHIP AT v2 tells unasked."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .bluetooth import *
from .clouds import *
from .mqtt import *
from .sockets import *
from .unknown import *
from .wifi import *
