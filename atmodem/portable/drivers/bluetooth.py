"""What a dialect does for Bluetooth, classic and low energy."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import (
    AddressKind,
    AdvertisingSettings,
    ClassicDevice,
    GattHandle,
    GattService,
    LeRole,
    PairingReply,
    PairingSettings,
    ScanSettings,
    Subscribe,
)

__all__ = ["ClassicDriver", "LeDriver"]


class ClassicDriver(Protocol):
    """Classic Bluetooth: serial connections.

    They come and go as ``BluetoothConnected`` and ``BluetoothDisconnected``, their data as ``BluetoothData``, what an
    inquiry finds as ``DeviceFound``, and what a pairing asks as ``PairingRequested``.
    """

    #: Most bytes of one :meth:`send`.
    send_limit: int

    async def open(self, name: str | None, pairing: PairingSettings) -> None:
        """Switch classic Bluetooth on.

        :param name: own name; None keeps what the module has.
        :raises ModeConflict: another mode of the module excludes it.
        """
        ...

    async def close(self) -> None:
        """Switch it off, as far as the module can."""
        ...

    async def address(self) -> str:
        """Return the own address."""
        ...

    async def listen_serial(self, discoverable: bool) -> None:
        """Let peers connect, and find the module when *discoverable*."""
        ...

    async def stop_listening(self) -> None:
        """Let no more peers connect."""
        ...

    async def inquire(self, seconds: float) -> tuple[ClassicDevice, ...]:
        """Look for devices, and return those that the module has told as its answer when the inquiry is over.

        Those that it tells by events come as ``DeviceFound``.
        """
        raise unsupported(Capability.CLASSIC_INQUIRE)

    async def connect_serial(self, address: str) -> int:
        """Connect to a peer's serial port and return the number of the connection.

        :raises ConnectFailed: it does not answer or refuses.
        """
        raise unsupported(Capability.CLASSIC_CONNECT_SERIAL)

    async def send(self, connection: int, data: bytes) -> None:
        """Send bytes, at most :attr:`send_limit`.

        :raises TransferIncomplete: the peer is gone.
        """
        ...

    async def disconnect(self, connection: int) -> None:
        """Close a connection; harmless when it is closed already."""
        ...

    async def reply_pairing(self, address: str | None, reply: PairingReply) -> None:
        """Reply to what a pairing has asked."""
        raise unsupported(Capability.CLASSIC_PAIRING)

    async def enter_passthrough(self, connection: int) -> None:
        """Let the bytes of a connection pass bare; the stream has begun when this returns.

        :raises ConnectFailed: the peer is gone.
        """
        raise unsupported(Capability.CLASSIC_PASSTHROUGH)

    async def passthrough_left(self, connection: int) -> None:
        """Tell by ``BluetoothDisconnected`` where the peer has gone while the bytes passed bare."""
        raise unsupported(Capability.CLASSIC_PASSTHROUGH)


class LeDriver(Protocol):
    """Bluetooth low energy, both roles.

    What happens comes as ``LeAdvertisement``, ``LeScanEnded``, ``LeConnected``, ``LeDisconnected``, ``GattNotified``,
    ``GattWritten`` and the pairing events. A value that a peer does not allow, or a handle that is not there, raises
    ``GattError``.
    """

    #: Most connections at a time.
    connections: int

    async def open(self, role: LeRole, name: str | None, pairing: PairingSettings | None) -> None:
        """Take a role; the one taken before is given up when no connection needs it.

        :raises ModeConflict: connections or another mode exclude it.
        """
        ...

    async def close(self) -> None:
        """Switch low energy off."""
        ...

    async def address(self) -> str:
        """Return the own address."""
        ...

    async def start_scan(self, settings: ScanSettings) -> None:
        """Begin to scan and return at once."""
        ...

    async def stop_scan(self) -> None:
        """Stop scanning; harmless when it has stopped."""
        ...

    async def connect(self, address: str, kind: AddressKind | None, time_limit: float) -> int:
        """Connect to a peripheral and return the number of the connection.

        :param time_limit: seconds to try.
        :raises ConnectFailed: it does not answer.
        """
        ...

    async def disconnect(self, connection: int) -> None:
        """Close a connection; harmless when it is closed already."""
        ...

    async def exchange_mtu(self, connection: int, mtu: int) -> int:
        """Agree on an MTU and return it in bytes."""
        ...

    async def signal(self, connection: int) -> int:
        """Return the peer's signal in dBm."""
        ...

    async def discover(self, connection: int) -> tuple[GattService, ...]:
        """Return a peer's services with their characteristics and descriptors."""
        ...

    async def read(self, connection: int, handle: GattHandle) -> bytes:
        """Return a peer's value."""
        ...

    async def write(self, connection: int, handle: GattHandle, value: bytes) -> None:
        """Write a peer's value; the module chooses whether the peer confirms."""
        ...

    async def subscribe(self, connection: int, handle: GattHandle, what: Subscribe) -> None:
        """Choose what a peer tells of a value's changes."""
        ...

    async def services(self) -> tuple[GattService, ...]:
        """Return the own services, made ready for centrals."""
        ...

    async def advertise(self, settings: AdvertisingSettings) -> None:
        """Begin to advertise."""
        ...

    async def stop_advertising(self) -> None:
        """Stop advertising; harmless when it has stopped."""
        ...

    async def set_value(self, handle: GattHandle, value: bytes) -> None:
        """Set an own value, for centrals to read."""
        ...

    async def notify(self, connection: int, handle: GattHandle, value: bytes, confirmed: bool) -> None:
        """Tell a central of an own value: by an indication when *confirmed*, by a notification else."""
        ...

    async def pair(self, connection: int) -> None:
        """Begin to pair; ``PairingEnded`` tells the end."""
        raise unsupported(Capability.LE_PAIR)

    async def reply_pairing(self, connection: int, reply: PairingReply) -> None:
        """Reply to what a pairing has asked."""
        raise unsupported(Capability.LE_PAIR)

    async def enter_uart(self, send: GattHandle, receive: GattHandle) -> None:
        """Enter the module's byte stream over two characteristics; it has begun when this returns."""
        raise unsupported(Capability.LE_ENTER_UART)
