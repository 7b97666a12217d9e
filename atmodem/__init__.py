"""An asyncio-native client for serial AT modules: Wi-Fi, sockets, TLS, MQTT, Bluetooth and more.

::

    async with atmodem.connect("/dev/ttyUSB0", dialect="espat") as modem:
        await modem.wifi.join("lab", "secret")
        async with modem.connect_tcp("example.org", 80) as stream:
            await stream.send(b"GET / HTTP/1.0\\r\\n\\r\\n")
            async for chunk in stream:
                ...

The commands and events of one family are in ``atmodem.dialects.<name>``.
"""

from .api import Modem, connect
from .errors import (
    AtmodemError,
    BrokerRefused,
    CommandError,
    CommandTimeout,
    ConnectFailed,
    DataLost,
    EventsMissed,
    FileError,
    FileMissing,
    FileRefused,
    GattError,
    InvalidArgument,
    JoinFailed,
    LinkError,
    LinkInUse,
    LinkLost,
    ModeConflict,
    ModuleReset,
    MqttError,
    OutOfSync,
    PairingFailed,
    PortBusy,
    PortNotFound,
    PortNotPermitted,
    ProtocolError,
    SessionBroken,
    SessionClosed,
    StorageFull,
    TlsError,
    TransferIncomplete,
    Unsupported,
    UpdateFailed,
)
from .portable.capabilities import Capability, Support
from .portable.dialect import Dialect
from .portable.events import (
    MessageReceived,
    ModuleReady,
    ModuleRestarted,
    MqttConnected,
    MqttDisconnected,
    MqttReconnecting,
    MqttSubscribed,
    PortableEvent,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
    WifiAddressAcquired,
    WifiAssociated,
    WifiDisconnected,
)
from .portable.modem_api import ModemAPI
from .portable.opening import Opening
from .portable.values import AccessPoint, Message, Security, StationStatus, TlsOptions, Will
from .sessions.mqtt import MessageStream, MqttSession
from .sessions.sockets import TcpStream
from .wire.event import Event, Unrecognized
from .wire.secret import Secret

__all__ = [
    "AccessPoint",
    "AtmodemError",
    "BrokerRefused",
    "Capability",
    "CommandError",
    "CommandTimeout",
    "ConnectFailed",
    "DataLost",
    "Dialect",
    "Event",
    "EventsMissed",
    "FileError",
    "FileMissing",
    "FileRefused",
    "GattError",
    "InvalidArgument",
    "JoinFailed",
    "LinkError",
    "LinkInUse",
    "LinkLost",
    "Message",
    "MessageReceived",
    "MessageStream",
    "ModeConflict",
    "Modem",
    "ModemAPI",
    "ModuleReady",
    "ModuleReset",
    "ModuleRestarted",
    "MqttConnected",
    "MqttDisconnected",
    "MqttError",
    "MqttReconnecting",
    "MqttSession",
    "MqttSubscribed",
    "Opening",
    "OutOfSync",
    "PairingFailed",
    "PortBusy",
    "PortNotFound",
    "PortNotPermitted",
    "PortableEvent",
    "ProtocolError",
    "Secret",
    "Security",
    "SessionBroken",
    "SessionClosed",
    "SocketClosed",
    "SocketConnected",
    "SocketData",
    "SocketReadable",
    "StationStatus",
    "StorageFull",
    "Support",
    "TcpStream",
    "TlsError",
    "TlsOptions",
    "TransferIncomplete",
    "Unrecognized",
    "Unsupported",
    "UpdateFailed",
    "WifiAddressAcquired",
    "WifiAssociated",
    "WifiDisconnected",
    "Will",
    "connect",
]
