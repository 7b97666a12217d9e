"""The commands of MXCHIP AT v2."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .bluetooth import *
from .clock import *
from .ethernet import *
from .ilop import *
from .mqtt import *
from .net import *
from .ota import *
from .provisioning import *
from .sockets import *
from .stored import *
from .system import *
from .tls import *
from .uart import *
from .wifi import *
