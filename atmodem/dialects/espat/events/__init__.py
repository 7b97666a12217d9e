"""What an ESP-AT module tells unasked, by area.

Each class is named as the message on the wire, in camel case. Finals and data that answer a command become events only
where no command waits for them.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .bluetooth import *
from .classic import *
from .http import *
from .module import *
from .mqtt import *
from .provisioning import *
from .sockets import *
from .wifi import *
