"""The commands of ESP-AT, by area."""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .ble import *
from .ble_connection import *
from .ble_gatt import *
from .ble_pairing import *
from .ble_profiles import *
from .classic import *
from .driver import *
from .ethernet import *
from .http import *
from .limits import *
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
