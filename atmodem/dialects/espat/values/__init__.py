"""Values of ESP-AT commands and events, by area."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import ble, bluetooth, classic, driver, gatt, http, memory, mqtt, network, ota, sockets, system, tls, uart, wifi
from .ble import *
from .bluetooth import *
from .classic import *
from .driver import *
from .gatt import *
from .http import *
from .memory import *
from .mqtt import *
from .network import *
from .ota import *
from .sockets import *
from .system import *
from .tls import *
from .uart import *
from .wifi import *

__all__: list[str] = []
__all__ += ble.__all__
__all__ += bluetooth.__all__
__all__ += classic.__all__
__all__ += driver.__all__
__all__ += gatt.__all__
__all__ += http.__all__
__all__ += memory.__all__
__all__ += mqtt.__all__
__all__ += network.__all__
__all__ += ota.__all__
__all__ += sockets.__all__
__all__ += system.__all__
__all__ += tls.__all__
__all__ += uart.__all__
__all__ += wifi.__all__
