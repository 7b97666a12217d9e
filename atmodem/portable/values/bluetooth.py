"""Values of Bluetooth, classic and low energy."""

from __future__ import annotations

import enum

from attrs import field, frozen

from ...wire.secret import Secret

__all__ = [
    "AddressKind",
    "AdvertisingSettings",
    "ClassicDevice",
    "GattCharacteristic",
    "GattDescriptor",
    "GattHandle",
    "GattService",
    "IoCapability",
    "LeRole",
    "PairingKind",
    "PairingReply",
    "PairingSettings",
    "Property",
    "ScanSettings",
    "Subscribe",
]


@frozen(kw_only=True)
class ClassicDevice:
    """A device that an inquiry has found. What the module does not tell is None.

    :param address: as ``aa:bb:cc:dd:ee:ff``.
    :param name: its name.
    :param device_class: the 24 bits of its class.
    :param rssi: signal in dBm.
    """

    address: str
    name: str | None = None
    device_class: int | None = None
    rssi: int | None = None


class IoCapability(enum.Enum):
    """What the host can show and ask its user."""

    DISPLAY = "display"
    DISPLAY_YES_NO = "display_yes_no"
    KEYBOARD = "keyboard"
    NONE = "none"
    KEYBOARD_DISPLAY = "keyboard_display"


@frozen(kw_only=True)
class PairingSettings:
    """How the module pairs.

    :param io: what the host can show and ask.
    :param bond: keep the keys for next time.
    :param man_in_the_middle: demand that a user confirms.
    :param secure_connections: demand LE secure connections; without meaning for classic.
    :param pin: a fixed PIN (classic) or passkey (LE); None for none.
    """

    io: IoCapability = IoCapability.NONE
    bond: bool = True
    man_in_the_middle: bool = False
    secure_connections: bool = False
    pin: str | Secret[str] | None = field(default=None, repr=False)


class PairingKind(enum.Enum):
    """What a pairing asks of this side."""

    #: Agree to be paired at all.
    CONSENT = "consent"
    #: Give the PIN of old devices.
    PIN = "pin"
    #: Type the passkey that the other side shows.
    PASSKEY = "passkey"
    #: Confirm that both sides show this number.
    CONFIRM = "confirm"
    #: Show this passkey; nothing is to be replied.
    SHOW = "show"


@frozen(kw_only=True)
class PairingReply:
    """The reply to what a pairing asks.

    :param kind: what was asked.
    :param accept: go on; False refuses.
    :param secret: the PIN or the passkey, where one was asked for.
    """

    kind: PairingKind
    accept: bool = True
    secret: str | Secret[str] | None = field(default=None, repr=False)


class LeRole(enum.Flag):
    """What the module is among others."""

    CENTRAL = enum.auto()
    PERIPHERAL = enum.auto()


class AddressKind(enum.Enum):
    """What a low energy address is."""

    PUBLIC = "public"
    RANDOM = "random"
    PUBLIC_IDENTITY = "public_identity"
    RANDOM_IDENTITY = "random_identity"


@frozen(kw_only=True)
class ScanSettings:
    """How to look for advertisers.

    :param active: ask them for more.
    :param interval: milliseconds from one window to the next, 2.5 to 10240.
    :param window: milliseconds of listening in each, 2.5 to *interval*.
    :param address: only this advertiser.
    """

    active: bool = True
    interval: float = 100
    window: float = 50
    address: str | None = None


@frozen(kw_only=True)
class AdvertisingSettings:
    """How to advertise.

    :param data: advertisement, at most 31 bytes of AD structures.
    :param scan_response: what a scanner that asks gets, at most 31 bytes.
    :param interval_min: milliseconds between advertisements at least, 20 to 10240.
    :param interval_max: the same at most.
    :param connectable: centrals may connect.
    """

    data: bytes
    scan_response: bytes = b""
    interval_min: float = 100
    interval_max: float = 150
    connectable: bool = True


class Property(enum.Flag):
    """What a characteristic allows; the bits of the Bluetooth specification."""

    BROADCAST = 0x01
    READ = 0x02
    WRITE_WITHOUT_RESPONSE = 0x04
    WRITE = 0x08
    NOTIFY = 0x10
    INDICATE = 0x20
    SIGNED_WRITE = 0x40
    EXTENDED = 0x80


@frozen
class GattHandle:
    """Where an attribute is, as the module counts.

    :param service: number of the service.
    :param characteristic: number of the characteristic in it.
    :param descriptor: number of the descriptor in that; None for the value itself.
    """

    service: int
    characteristic: int
    descriptor: int | None = None


@frozen(kw_only=True)
class GattDescriptor:
    """A descriptor.

    :param handle: where it is.
    :param uuid: what it is, in its shortest form: ``2902`` or 36 characters.
    """

    handle: GattHandle
    uuid: str


@frozen(kw_only=True)
class GattCharacteristic:
    """A characteristic.

    :param handle: where its value is.
    :param uuid: what it is.
    :param properties: what it allows.
    :param descriptors: its descriptors.
    """

    handle: GattHandle
    uuid: str
    properties: Property
    descriptors: tuple[GattDescriptor, ...] = ()


@frozen(kw_only=True)
class GattService:
    """A service.

    :param number: the module's number for it.
    :param uuid: what it is.
    :param primary: it is no part of another.
    :param characteristics: its characteristics.
    """

    number: int
    uuid: str
    primary: bool = True
    characteristics: tuple[GattCharacteristic, ...] = ()


class Subscribe(enum.Enum):
    """What to be told of a value's changes."""

    OFF = "off"
    NOTIFY = "notify"
    INDICATE = "indicate"
