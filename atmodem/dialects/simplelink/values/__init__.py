"""Words, records and option rows of the CC3220 AT commands."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .crypto import *
from .file import *
from .http import *
from .mqtt import *
from .netapp import *
from .netapp_options import *
from .netcfg import *
from .socket_options import *
from .sockets import *
from .system import *
from .wlan import *
from .wlan_options import *
from .wlan_policies import *
