"""Events of Bluetooth. *connection* is the driver's number for a connection, classic and low energy apart."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ...wire.secret import Secret
from ..capabilities import Capability
from ..values import AddressKind, ClassicDevice, GattHandle, PairingKind
from .base import PortableEvent

__all__ = [
    "BluetoothConnected",
    "BluetoothData",
    "BluetoothDisconnected",
    "DeviceFound",
    "GattNotified",
    "GattServicesChanged",
    "GattWritten",
    "LeAdvertisement",
    "LeConnected",
    "LeDisconnected",
    "LeMtuChanged",
    "LeScanEnded",
    "PairingEnded",
    "PairingRequested",
]


@frozen(kw_only=True)
class DeviceFound(PortableEvent):
    """An inquiry has found a classic device.

    :param device: the device.
    """

    needs: ClassVar[Capability | None] = Capability.CLASSIC_INQUIRE

    device: ClassicDevice


@frozen(kw_only=True)
class BluetoothConnected(PortableEvent):
    """A classic serial connection is open.

    :param connection: its number.
    :param address: the peer, or None where the module does not tell.
    :param incoming: the peer has opened it; None where the module does not tell.
    """

    needs: ClassVar[Capability | None] = Capability.CLASSIC

    connection: int
    address: str | None = None
    incoming: bool | None = None


@frozen(kw_only=True)
class BluetoothData(PortableEvent):
    """Data of a classic serial connection have come.

    :param connection: its number.
    :param data: the bytes.
    :param lost: bytes that were announced and never came.
    """

    needs: ClassVar[Capability | None] = Capability.CLASSIC

    connection: int
    data: bytes
    lost: int = 0


@frozen(kw_only=True)
class BluetoothDisconnected(PortableEvent):
    """A classic serial connection is closed.

    :param connection: its number.
    """

    needs: ClassVar[Capability | None] = Capability.CLASSIC

    connection: int


@frozen(kw_only=True)
class PairingRequested(PortableEvent):
    """A pairing asks something of this side.

    :param kind: what.
    :param connection: the low energy connection; None for classic.
    :param address: the peer of a classic pairing, or None where the module does not tell.
    :param number: the number to confirm or to show.
    """

    kind: PairingKind
    connection: int | None = None
    address: str | None = None
    number: Secret[str] | None = None


@frozen(kw_only=True)
class PairingEnded(PortableEvent):
    """A pairing is over.

    :param succeeded: both are paired now.
    :param connection: the low energy connection; None for classic.
    """

    succeeded: bool
    connection: int | None = None


@frozen(kw_only=True)
class LeAdvertisement(PortableEvent):
    """An advertiser was heard.

    :param address: its address as ``aa:bb:cc:dd:ee:ff``.
    :param rssi: signal in dBm.
    :param data: its advertisement, AD structures as they were sent.
    :param scan_response: its answer to an active scan.
    :param kind: what its address is.
    """

    needs: ClassVar[Capability | None] = Capability.LE_SCAN

    address: str
    rssi: int
    data: bytes = field(default=b"", repr=False)
    scan_response: bytes = field(default=b"", repr=False)
    kind: AddressKind | None = None


@frozen(kw_only=True)
class LeScanEnded(PortableEvent):
    """The module has stopped scanning."""

    needs: ClassVar[Capability | None] = Capability.LE_SCAN


@frozen(kw_only=True)
class LeConnected(PortableEvent):
    """A low energy connection is open.

    :param connection: its number.
    :param address: the peer.
    """

    needs: ClassVar[Capability | None] = Capability.LE_CONNECT

    connection: int
    address: str


@frozen(kw_only=True)
class LeDisconnected(PortableEvent):
    """A low energy connection is closed.

    :param connection: its number.
    """

    needs: ClassVar[Capability | None] = Capability.LE_CONNECT

    connection: int


@frozen(kw_only=True)
class LeMtuChanged(PortableEvent):
    """Both sides of a low energy connection have agreed on an MTU.

    :param connection: its number.
    :param mtu: bytes of the largest ATT packet.
    """

    needs: ClassVar[Capability | None] = Capability.LE_CONNECT

    connection: int
    mtu: int


@frozen(kw_only=True)
class GattNotified(PortableEvent):
    """A peer's value has changed, and it told so.

    :param connection: number of the connection.
    :param handle: which value.
    :param value: what it is now.
    :param confirmed: it was an indication, which the module has confirmed.
    :param lost: bytes of the value that were announced and never came.
    """

    needs: ClassVar[Capability | None] = Capability.LE_CONNECT

    connection: int
    handle: GattHandle
    value: bytes
    confirmed: bool = False
    lost: int = 0


@frozen(kw_only=True)
class GattServicesChanged(PortableEvent):
    """A peer's services have changed: what was discovered holds no more.

    :param connection: number of the connection.
    """

    needs: ClassVar[Capability | None] = Capability.LE_CONNECT

    connection: int


@frozen(kw_only=True)
class GattWritten(PortableEvent):
    """A central has written a value of this module.

    :param connection: number of the connection.
    :param handle: which value or descriptor.
    :param value: what was written.
    :param lost: bytes of it that were announced and never came.
    """

    needs: ClassVar[Capability | None] = Capability.LE_ADVERTISE

    connection: int
    handle: GattHandle
    value: bytes
    lost: int = 0
