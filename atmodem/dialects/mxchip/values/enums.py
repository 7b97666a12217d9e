"""Words and numbers of MXCHIP AT v2 that have names."""

from __future__ import annotations

from ....wire.codecs import OpenIntEnum, OpenStrEnum

__all__ = [
    "AccessPointState",
    "AutoConnect",
    "BaudRate",
    "BluetoothEvents",
    "BluetoothState",
    "CertificateType",
    "DataModel",
    "FlowControl",
    "IcaMethod",
    "IlopRegion",
    "IlopState",
    "JoinFailure",
    "LinkState",
    "LinkType",
    "MqttAction",
    "MqttOperation",
    "MqttResult",
    "Parity",
    "ProvisioningType",
    "ReceiveMode",
    "ScanOption",
    "StationState",
    "Switch",
    "ThingModelState",
]


class Switch(OpenStrEnum):
    """On or off."""

    ON = "ON"
    OFF = "OFF"


class BaudRate(OpenIntEnum):
    """Speeds of the serial line, in bits per second."""

    B4800 = 4800
    B9600 = 9600
    B14400 = 14400
    B19200 = 19200
    B38400 = 38400
    B57600 = 57600
    B115200 = 115200
    B230400 = 230400
    B460800 = 460800
    B921600 = 921600


class Parity(OpenStrEnum):
    """Parity of the serial line."""

    NONE = "NONE"
    ODD = "ODD"
    EVEN = "EVEN"


class FlowControl(OpenStrEnum):
    """Hardware flow control of the serial line."""

    NONE = "NONE"
    CTS = "CTS"
    RTS = "RTS"
    CTSRTS = "CTSRTS"


class ScanOption(OpenStrEnum):
    """What a scan tells of each access point."""

    #: Name and signal.
    NORMAL = "0"
    #: Name, hardware address, encryption, channel and signal.
    ADVANCED = "1"


class AccessPointState(OpenStrEnum):
    """State of the module's own access point."""

    AP_UP = "AP_UP"
    AP_DOWN = "AP_DOWN"


class StationState(OpenStrEnum):
    """State of the station."""

    STATION_UP = "STATION_UP"
    STATION_DOWN = "STATION_DOWN"
    CONNECTING = "CONNECTING"


class JoinFailure(OpenIntEnum):
    """Why the station could not join."""

    UNKNOWN = 0
    WRONG_KEY = 1
    NETWORK_NOT_FOUND = 2


class CertificateType(OpenStrEnum):
    """Places for certificates and keys."""

    ROOT = "0"
    CLIENT = "1"
    PRIVATE_KEY = "2"
    #: Certificate revocation list.
    CRL = "3"


class AutoConnect(OpenStrEnum):
    """Whether a link connects by itself: after a restart, after the station is up, after a loss."""

    OFF = "0"
    ON = "1"


class LinkType(OpenStrEnum):
    """Kinds of links."""

    TCP_SERVER = "tcp_server"
    TCP_CLIENT = "tcp_client"
    SSL_CLIENT = "ssl_client"
    UDP_BROADCAST = "udp_broadcast"
    UDP_UNICAST = "udp_unicast"


class LinkState(OpenStrEnum):
    """States of a link. ``STOP`` and ``CLOSE`` are the same: closed; firmware differs in the word."""

    START = "start"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    STOP = "stop"
    CLOSE = "close"


class ReceiveMode(OpenStrEnum):
    """How received bytes reach the serial line."""

    #: They wait in the module until CIPRECV fetches them.
    COMMAND = "0"
    #: They come at once, as events.
    RAW = "1"


class MqttAction(OpenStrEnum):
    """What the state of MQTT is asked of."""

    CONNECT = "connect"
    SUBSCRIBE = "subscribe"
    PUBLISH = "publish"


class MqttOperation(OpenStrEnum):
    """What MQTT did last."""

    CONNECT = "CONNECT"
    CLOSE = "CLOSE"
    SUBSCRIBE = "SUBSCRIBE"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    PUBLISH = "PUBLISH"


class MqttResult(OpenStrEnum):
    """How it went."""

    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    INIT_ERROR = "INIT_ERROR"
    RECONNECTING = "RECONNECTING"


class ProvisioningType(OpenStrEnum):
    """Ways to receive a network's name and key from a phone."""

    EASYLINK = "1"
    AIRKISS = "2"
    EASYLINK_AWS = "3"
    EASYLINK_AIRKISS = "4"
    SOFTAP = "5"


class BluetoothEvents(OpenStrEnum):
    """Whether Bluetooth events are told."""

    ENABLE = "EN"
    DISABLE = "DN"


class BluetoothState(OpenStrEnum):
    """State of the RFCOMM connection."""

    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    DISCOVERABLE = "DISCOVERABLE"


class IlopRegion(OpenStrEnum):
    """Regions of the ILOP cloud."""

    SHANGHAI = "0"
    SINGAPORE = "1"
    JAPAN = "2"
    AMERICA = "3"
    GERMANY = "4"


class DataModel(OpenStrEnum):
    """How a device and the ILOP cloud talk."""

    #: Bytes without a meaning to the cloud.
    RAW = "0"
    #: Keys and values by the thing model that the cloud holds.
    ICA_CLOUD = "1"
    #: Keys and values by a thing model that is loaded into the module.
    ICA_LOCAL = "2"


class ThingModelState(OpenStrEnum):
    """Whether a thing model has been loaded."""

    NONE = "NONE"
    CONFIG = "CONFIG"


class IlopState(OpenStrEnum):
    """State of the connection to the ILOP cloud."""

    NONE = "NONE"
    INIT = "INIT"
    CONNECT = "CONNECT"
    DISCONNECT = "DISCONNECT"


class IcaMethod(OpenStrEnum):
    """What is reported to the ILOP cloud."""

    PROPERTY = "property"
    EVENT = "event"
    SERVICE = "service"
