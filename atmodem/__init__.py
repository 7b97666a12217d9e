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
    SocketAccepted,
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
from .portable.values import (
    AccessPoint,
    CredentialKind,
    Datagram,
    Message,
    Psk,
    Security,
    StationStatus,
    TlsOptions,
    Transport,
    Will,
)
from .sessions.listening import TcpListener
from .sessions.mqtt import MessageStream, MqttSession
from .sessions.passthrough import PassthroughStream
from .sessions.tcp import TcpStream
from .sessions.udp import UdpSocket
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
    "CredentialKind",
    "DataLost",
    "Datagram",
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
    "PassthroughStream",
    "PortBusy",
    "PortNotFound",
    "PortNotPermitted",
    "PortableEvent",
    "ProtocolError",
    "Psk",
    "Secret",
    "Security",
    "SessionBroken",
    "SessionClosed",
    "SocketAccepted",
    "SocketClosed",
    "SocketConnected",
    "SocketData",
    "SocketReadable",
    "StationStatus",
    "StorageFull",
    "Support",
    "TcpListener",
    "TcpStream",
    "TlsError",
    "TlsOptions",
    "TransferIncomplete",
    "Transport",
    "UdpSocket",
    "Unrecognized",
    "Unsupported",
    "UpdateFailed",
    "WifiAddressAcquired",
    "WifiAssociated",
    "WifiDisconnected",
    "Will",
    "connect",
]
