"""What a dialect's driver has to offer, so that sessions work whatever the module.

A driver does what one dialect must do differently; what is the same for all of them the sessions do. Drivers are called
only for what their table of capabilities does not deny. A method that has a body here is one that a dialect may lack: a
class that derives from the protocol inherits the refusal.
"""

from __future__ import annotations

from .base import Driver, PlainDriver
from .bluetooth import ClassicDriver, LeDriver
from .files import FileDriver
from .http import HttpDriver, WebServerDriver, WebSocketDriver
from .mqtt import MqttDriver
from .network import ClockDriver, MdnsDriver, NetworkDriver
from .ota import OtaDriver
from .sockets import CredentialDriver, EthernetDriver, PassthroughDriver, SocketDriver
from .system import FlashDriver, NvsDriver, PowerDriver, SystemDriver, UartDriver
from .wifi import AddressDriver, ProvisioningDriver, SoftApDriver, WifiDriver

__all__ = [
    "AddressDriver",
    "ClassicDriver",
    "ClockDriver",
    "CredentialDriver",
    "Driver",
    "EthernetDriver",
    "FileDriver",
    "FlashDriver",
    "HttpDriver",
    "LeDriver",
    "MdnsDriver",
    "MqttDriver",
    "NetworkDriver",
    "NvsDriver",
    "OtaDriver",
    "PassthroughDriver",
    "PlainDriver",
    "PowerDriver",
    "ProvisioningDriver",
    "SocketDriver",
    "SoftApDriver",
    "SystemDriver",
    "UartDriver",
    "WebServerDriver",
    "WebSocketDriver",
    "WifiDriver",
]
