"""What the module answers, decoded."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Int, Ip, Mac, SecretText, Text
from ....wire.counted import Data
from ....wire.event import value
from ....wire.secret import Secret
from .codecs import EscapedText, SecretBytes
from .enums import (
    AccessPointState,
    AutoConnect,
    BluetoothState,
    IlopState,
    JoinFailure,
    LinkState,
    LinkType,
    MqttOperation,
    MqttResult,
    StationState,
    ThingModelState,
)

__all__ = [
    "AccessPoint",
    "AccessPointSettings",
    "AccessPointStatus",
    "BluetoothAddress",
    "BluetoothName",
    "BluetoothPasskey",
    "BluetoothStatus",
    "Certificate",
    "ClockTime",
    "CurrentNetwork",
    "FirmwareVersion",
    "FreeMemory",
    "HostAddress",
    "HostAddresses",
    "IlopIdentity",
    "IlopStatus",
    "LinkAutoConnect",
    "LinkStatus",
    "MqttClientId",
    "MqttLogin",
    "MqttPublication",
    "MqttStatus",
    "MqttSubscription",
    "MqttSubscriptions",
    "OfferedVersion",
    "PowerSave",
    "RadioVersion",
    "ReceivedData",
    "ScanResult",
    "StationMac",
    "StationStatus",
    "StoredNetwork",
    "ThingModelStatus",
    "Uptime",
]


@frozen(kw_only=True)
class FirmwareVersion:
    """Version of the AT firmware, such as ``basic_AT_v2.1.4``."""

    fwver: str = value(Text(free=True))


@frozen(kw_only=True)
class Uptime:
    """Time since the module started, in milliseconds."""

    systime: int = value(Int(0))


@frozen(kw_only=True)
class FreeMemory:
    """Free heap, in bytes."""

    storage: int = value(Int(0))


@frozen(kw_only=True)
class RadioVersion:
    """Version text of the radio driver."""

    fver: str = value(Text(free=True))


@frozen(kw_only=True)
class StationMac:
    """Hardware address of the module."""

    mac: str = value(Mac(separator="", upper=True))


@frozen(kw_only=True)
class AccessPoint:
    """An access point that a scan found.

    The hardware address, encryption (a number whose meaning is not documented) and channel come with an advanced scan.
    The name is empty for a hidden network; the signal *rssi* is in dBm.
    """

    ssid: str = value(Text(free=True))
    bssid: str | None = value(Mac(separator="", upper=True), default=None)
    en: str | None = value(Text(), default=None)
    channel: int | None = value(Int(), default=None)
    rssi: int = value(Int())


@frozen(kw_only=True)
class ScanResult:
    """The access points in reach; *number* is how many the module announced."""

    number: int = value(Int(0))
    rows: tuple[AccessPoint, ...] = ()


@frozen(kw_only=True)
class AccessPointSettings:
    """Name and key of the module's own access point."""

    ssid: str = value(EscapedText())
    key: Secret[str] | None = value(SecretText(EscapedText(free=True)), default=None)


@frozen(kw_only=True)
class AccessPointStatus:
    """Whether the module's own access point runs."""

    state: AccessPointState = value(Choice(AccessPointState))


@frozen(kw_only=True)
class StoredNetwork:
    """The network that the module joins by itself; *key* is None for an open one."""

    ssid: str = value(EscapedText())
    key: Secret[str] | None = value(SecretText(EscapedText(free=True)), default=None)


@frozen(kw_only=True)
class CurrentNetwork:
    """The network that is joined. Each value is ``0`` while there is none; *rssi* is in dBm."""

    ssid: str = value(Text(free=True))
    bssid: str = value(Mac(separator="", upper=True, none="0"))
    channel: int = value(Int())
    rssi: int = value(Int())


@frozen(kw_only=True)
class StationStatus:
    """State of the station. Some firmware tells why joining failed."""

    state: StationState = value(Choice(StationState))
    code: JoinFailure | None = value(Choice(JoinFailure), default=None)


@frozen(kw_only=True)
class PowerSave:
    """The power save setting, as the module tells it."""

    option: str = value(Text(free=True))


@frozen(kw_only=True)
class Certificate:
    """A stored certificate, key or revocation list in PEM, masked in logs: it may be the private key."""

    cert: Secret[bytes] = value(SecretBytes())


@frozen(kw_only=True)
class HostAddress:
    """One address of a host."""

    ip: str = value(Ip(None))


@frozen(kw_only=True)
class HostAddresses:
    """The addresses of a host; *number* is how many the module announced."""

    number: int = value(Int(0))
    rows: tuple[HostAddress, ...] = ()


@frozen(kw_only=True)
class LinkAutoConnect:
    """Whether a link connects by itself."""

    option: AutoConnect = value(Choice(AutoConnect))


@frozen(kw_only=True)
class LinkStatus:
    """Kind and state of a link."""

    type: LinkType = value(Choice(LinkType))
    status: LinkState = value(Choice(LinkState, aliases={"closed": LinkState.CLOSE}))


@frozen(kw_only=True)
class ReceivedData:
    """Bytes that waited on a link: *length* of them, which may be fewer than were asked for, or none."""

    length: int = value(Int(0, 65535))
    data: bytes = value(Data(maximum=65535))


@frozen(kw_only=True)
class MqttLogin:
    """User name and password for the broker."""

    username: str = value(EscapedText())
    password: Secret[str] = value(SecretText(EscapedText(free=True)))


@frozen(kw_only=True)
class MqttClientId:
    """The client identifier."""

    client_id: str = value(EscapedText(free=True))


@frozen(kw_only=True)
class MqttSubscription:
    """One subscription: the number that received messages carry, the topic filter and the quality of service."""

    id: int = value(Int(0, 5))
    topic: str = value(EscapedText(free=True))
    qos: int = value(Int(0, 2))


@frozen(kw_only=True)
class MqttSubscriptions:
    """All subscriptions; *sub_num* is how many the module announced."""

    sub_num: int = value(Int(0))
    rows: tuple[MqttSubscription, ...] = ()


@frozen(kw_only=True)
class MqttPublication:
    """Topic and quality of service of the next publications."""

    topic: str = value(EscapedText(free=True))
    qos: int = value(Int(0, 2))


@frozen(kw_only=True)
class MqttStatus:
    """What MQTT did last in the field that was asked for, and how it went."""

    what: MqttOperation = value(Choice(MqttOperation))
    result: MqttResult = value(Choice(MqttResult))


@frozen(kw_only=True)
class ClockTime:
    """Local time of the zone that is set, such as ``2017-09-05T13:34:35.063568``."""

    time: str = value(Text(free=True))


@frozen(kw_only=True)
class BluetoothName:
    """Name that other Bluetooth devices see."""

    name: str = value(EscapedText(free=True))


@frozen(kw_only=True)
class BluetoothPasskey:
    """Pairing key: six digits, leading zeros count."""

    passkey: Secret[str] = value(SecretText(Text()))


@frozen(kw_only=True)
class BluetoothAddress:
    """Bluetooth hardware address."""

    mac: str = value(Mac())


@frozen(kw_only=True)
class BluetoothStatus:
    """State of the RFCOMM connection."""

    state: BluetoothState = value(Choice(BluetoothState))


@frozen(kw_only=True)
class OfferedVersion:
    """Firmware version that the cloud offers, such as ``fog_v3_AT_v2.0.4``."""

    version: str = value(Text(free=True))


@frozen(kw_only=True)
class ThingModelStatus:
    """Whether a thing model has been loaded."""

    state: ThingModelState = value(Choice(ThingModelState))


@frozen(kw_only=True)
class IlopIdentity:
    """Identity of a device at the ILOP cloud."""

    product_key: str = value(EscapedText())
    product_secret: Secret[str] = value(SecretText(EscapedText()))
    device_secret: Secret[str] = value(SecretText(EscapedText()))
    device_name: str = value(EscapedText())


@frozen(kw_only=True)
class IlopStatus:
    """State of the connection to the ILOP cloud."""

    state: IlopState = value(Choice(IlopState))
