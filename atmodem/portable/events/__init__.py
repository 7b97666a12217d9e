"""Events that mean the same whatever the module."""

from __future__ import annotations

from .base import ModuleReady, ModuleRestarted, PortableEvent, UpdateProgress
from .bluetooth import (
    BluetoothConnected,
    BluetoothData,
    BluetoothDisconnected,
    DeviceFound,
    GattNotified,
    GattServicesChanged,
    GattWritten,
    LeAdvertisement,
    LeConnected,
    LeDisconnected,
    LeMtuChanged,
    LeScanEnded,
    PairingEnded,
    PairingRequested,
)
from .mqtt import MessageReceived, MqttConnected, MqttDisconnected, MqttReconnecting, MqttSubscribed
from .sockets import EthernetFrame, SocketAccepted, SocketClosed, SocketConnected, SocketData, SocketReadable
from .websocket import WebSocketClosed, WebSocketData
from .wifi import (
    ProvisioningProgress,
    ProvisioningStep,
    StationAddressed,
    StationJoined,
    StationLeft,
    WifiAddressAcquired,
    WifiAddressLost,
    WifiAssociated,
    WifiDisconnected,
)

__all__ = [
    "BluetoothConnected",
    "BluetoothData",
    "BluetoothDisconnected",
    "DeviceFound",
    "EthernetFrame",
    "GattNotified",
    "GattServicesChanged",
    "GattWritten",
    "LeAdvertisement",
    "LeConnected",
    "LeDisconnected",
    "LeMtuChanged",
    "LeScanEnded",
    "MessageReceived",
    "ModuleReady",
    "ModuleRestarted",
    "MqttConnected",
    "MqttDisconnected",
    "MqttReconnecting",
    "MqttSubscribed",
    "PairingEnded",
    "PairingRequested",
    "PortableEvent",
    "ProvisioningProgress",
    "ProvisioningStep",
    "SocketAccepted",
    "SocketClosed",
    "SocketConnected",
    "SocketData",
    "SocketReadable",
    "StationAddressed",
    "StationJoined",
    "StationLeft",
    "UpdateProgress",
    "WebSocketClosed",
    "WebSocketData",
    "WifiAddressAcquired",
    "WifiAddressLost",
    "WifiAssociated",
    "WifiDisconnected",
]
