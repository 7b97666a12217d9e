"""The commands of the CC3220 AT core."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import (
    crypto,
    file,
    http,
    mqtt,
    netapp,
    netcfg,
    socket,
    system,
    wlan,
)
from .crypto import *
from .file import *
from .http import *
from .mqtt import *
from .netapp import *
from .netcfg import *
from .socket import *
from .system import *
from .wlan import *

__all__ = [
    *crypto.__all__,
    *file.__all__,
    *http.__all__,
    *mqtt.__all__,
    *netapp.__all__,
    *netcfg.__all__,
    *socket.__all__,
    *system.__all__,
    *wlan.__all__,
]
