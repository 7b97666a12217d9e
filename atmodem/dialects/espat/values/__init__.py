"""Values of ESP-AT commands and events, by area."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

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
