"""Words, records and option rows of the CC3220 AT commands."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from ..codecs import DataFormat, Qos
from . import (
    crypto,
    file,
    http,
    mqtt,
    netapp,
    netapp_options,
    netcfg,
    socket_options,
    sockets,
    system,
    wlan,
    wlan_options,
    wlan_policies,
)
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

__all__ = [
    "DataFormat",
    "Qos",
    *crypto.__all__,
    *file.__all__,
    *http.__all__,
    *mqtt.__all__,
    *netapp.__all__,
    *netapp_options.__all__,
    *netcfg.__all__,
    *socket_options.__all__,
    *sockets.__all__,
    *system.__all__,
    *wlan.__all__,
    *wlan_options.__all__,
    *wlan_policies.__all__,
]
