"""The commands of the CC3220 AT core."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .base import *
from .crypto import *
from .file import *
from .http import *
from .mqtt import *
from .netapp import *
from .netcfg import *
from .socket import *
from .system import *
from .wlan import *
