"""Espressif ESP-AT: the ESP32 family and ESP8266.

Commands are named as on the wire, in capitals; events likewise, in camel case.
"""

# ruff: noqa: F403 - each module lists in __all__ what it offers

from .commands.ble import *
from .commands.ble_connection import *
from .commands.ble_gatt import *
from .commands.ble_pairing import *
from .commands.ble_profiles import *
from .commands.classic import *
from .commands.driver import *
from .commands.ethernet import *
from .commands.http import *
from .commands.limits import *
from .commands.links import *
from .commands.memory import *
from .commands.mqtt import *
from .commands.net import *
from .commands.ota import *
from .commands.provisioning import *
from .commands.receiving import *
from .commands.sending import *
from .commands.server import *
from .commands.sntp import *
from .commands.softap import *
from .commands.system import *
from .commands.tls import *
from .commands.uart import *
from .commands.websocket import *
from .commands.wifi import *
from .device import Virtual as Virtual  # behind the commands, which it plays
from .events.bluetooth import *
from .events.classic import *
from .events.http import *
from .events.module import *
from .events.mqtt import *
from .events.provisioning import *
from .events.sockets import *
from .events.wifi import *
from .values.ble import *
from .values.bluetooth import *
from .values.classic import *
from .values.driver import *
from .values.gatt import *
from .values.http import *
from .values.memory import *
from .values.mqtt import *
from .values.network import *
from .values.ota import *
from .values.sockets import *
from .values.system import *
from .values.tls import *
from .values.uart import *
from .values.wifi import *
