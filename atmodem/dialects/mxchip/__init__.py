"""MXCHIP AT firmware v2: the EMW series.

Commands are named as on the wire, in capitals; what they answer and what the module tells unasked is named in words.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .commands.bluetooth import *
from .commands.clock import *
from .commands.ethernet import *
from .commands.ilop import *
from .commands.mqtt import *
from .commands.net import *
from .commands.ota import *
from .commands.provisioning import *
from .commands.sockets import *
from .commands.stored import *
from .commands.system import *
from .commands.tls import *
from .commands.uart import *
from .commands.wifi import *
from .device import Virtual as Virtual  # behind the commands, which it plays
from .events.bluetooth import *
from .events.clouds import *
from .events.mqtt import *
from .events.sockets import *
from .events.unknown import *
from .events.wifi import *
from .framing import *
from .values.codecs import *
from .values.enums import *
from .values.records import *
