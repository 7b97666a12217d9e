"""The commands of ESP-AT, by area."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from . import (
    ble,
    ble_connection,
    ble_gatt,
    ble_pairing,
    ble_profiles,
    classic,
    driver,
    ethernet,
    http,
    links,
    memory,
    mqtt,
    net,
    ota,
    provisioning,
    receiving,
    sending,
    server,
    sntp,
    softap,
    system,
    tls,
    uart,
    websocket,
    wifi,
)
from .ble import *
from .ble_connection import *
from .ble_gatt import *
from .ble_pairing import *
from .ble_profiles import *
from .classic import *
from .driver import *
from .ethernet import *
from .http import *
from .links import *
from .memory import *
from .mqtt import *
from .net import *
from .ota import *
from .provisioning import *
from .receiving import *
from .sending import *
from .server import *
from .sntp import *
from .softap import *
from .system import *
from .tls import *
from .uart import *
from .websocket import *
from .wifi import *

__all__: list[str] = []
__all__ += ble.__all__
__all__ += ble_connection.__all__
__all__ += ble_gatt.__all__
__all__ += ble_pairing.__all__
__all__ += ble_profiles.__all__
__all__ += classic.__all__
__all__ += driver.__all__
__all__ += ethernet.__all__
__all__ += http.__all__
__all__ += links.__all__
__all__ += memory.__all__
__all__ += mqtt.__all__
__all__ += net.__all__
__all__ += ota.__all__
__all__ += provisioning.__all__
__all__ += receiving.__all__
__all__ += sending.__all__
__all__ += server.__all__
__all__ += sntp.__all__
__all__ += softap.__all__
__all__ += system.__all__
__all__ += tls.__all__
__all__ += uart.__all__
__all__ += websocket.__all__
__all__ += wifi.__all__
