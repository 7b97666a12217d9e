"""What an ESP-AT module tells unasked, by area.

Each class is named as the message on the wire, in camel case. Finals and data that answer a command become events only
where no command waits for them.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import bluetooth, classic, http, module, mqtt, provisioning, sockets, wifi
from .bluetooth import *
from .classic import *
from .http import *
from .module import *
from .mqtt import *
from .provisioning import *
from .sockets import *
from .wifi import *

__all__: list[str] = []
__all__ += bluetooth.__all__
__all__ += classic.__all__
__all__ += http.__all__
__all__ += module.__all__
__all__ += mqtt.__all__
__all__ += provisioning.__all__
__all__ += sockets.__all__
__all__ += wifi.__all__
