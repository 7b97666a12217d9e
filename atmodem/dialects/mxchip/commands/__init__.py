"""The commands of MXCHIP AT v2."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import (
    bluetooth,
    clock,
    ethernet,
    ilop,
    mqtt,
    net,
    ota,
    provisioning,
    sockets,
    system,
    tls,
    uart,
    wifi,
)
from .bluetooth import *
from .clock import *
from .ethernet import *
from .ilop import *
from .mqtt import *
from .net import *
from .ota import *
from .provisioning import *
from .sockets import *
from .system import *
from .tls import *
from .uart import *
from .wifi import *

__all__: list[str] = []
__all__ += bluetooth.__all__
__all__ += clock.__all__
__all__ += ethernet.__all__
__all__ += ilop.__all__
__all__ += mqtt.__all__
__all__ += net.__all__
__all__ += ota.__all__
__all__ += provisioning.__all__
__all__ += sockets.__all__
__all__ += system.__all__
__all__ += tls.__all__
__all__ += uart.__all__
__all__ += wifi.__all__
