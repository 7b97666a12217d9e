"""Devices of Bluetooth low energy in the neighbourhood, and their connections with modules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from typing import Protocol

import attrs

from ..errors import InvalidArgument
from ..portable.values import AddressKind, IoCapability, Subscribe
from .gatt import CLIENT_CONFIGURATION, Characteristic, Descriptor, Service, find_characteristic

__all__ = ["DEFAULT_MTU", "Central", "LeDevice", "LeLink", "LeRadio", "Peripheral"]

#: Bytes of the largest packet before the two sides have agreed on another size.
DEFAULT_MTU = 23
#: Bytes of a packet that are not part of the value that it carries.
ATT_HEADER = 3
_LONGEST_ADVERTISEMENT = 31
_SUBSCRIPTIONS = {b"\1\0": Subscribe.NOTIFY, b"\2\0": Subscribe.INDICATE}
_serials = count(1)


def _made_up_address() -> str:
    return f"c0:ff:ee:00:00:{next(_serials) & 0xFF:02x}"


def _nothing() -> None:
    """Care for nothing."""


def _small(address: str) -> str:
    return address.lower()


@attrs.define(kw_only=True, eq=False)
class LeDevice:
    """A device that a script plays.

    :param address: as ``aa:bb:cc:dd:ee:ff``.
    :param kind: what that is.
    :param rssi: signal strength at the module in dBm.
    :param services: its GATT table.
    :param mtu: largest packet that it agrees to, 23 to 517 bytes.
    :param io: what its user can see and do while pairing.
    :param passkey: what it shows, or its user types, while pairing.
    :param accepts: its user agrees to be paired.
    """

    address: str = attrs.field(factory=_made_up_address, converter=_small)
    kind: AddressKind = AddressKind.PUBLIC
    rssi: int = -50
    services: list[Service] = attrs.field(factory=list)
    mtu: int = 247
    io: IoCapability = IoCapability.NONE
    passkey: str = "123456"
    accepts: bool = True
    #: Called when a connection comes or goes, when what it has asked for changes, and when the line has taken some.
    changed: Callable[[], object] = _nothing
    #: Its connections with modules.
    links: list[LeLink] = attrs.field(factory=list, init=False)

    @property
    def table(self) -> list[Service]:
        """Its services as a client finds them: behind the two that every device has."""
        return [Service("1801"), Service("1800"), *self.services]

    def characteristic(self, uuid: str) -> Characteristic:
        """Return its characteristic of that UUID.

        :raises LookupError: there is none.
        """
        return find_characteristic(self.services, uuid)

    def notify(self, uuid: str, value: bytes, *, confirmed: bool = False) -> int:
        """Tell those who have asked for it of a new value; return how many they are.

        :param confirmed: by an indication; else by a notification.
        """
        characteristic = self.characteristic(uuid)
        characteristic.value = value
        wanted = Subscribe.INDICATE if confirmed else Subscribe.NOTIFY
        takers = [link for link in self.links if link.subscriptions.get(characteristic) is wanted]
        for link in takers:
            link.notify(characteristic, value, confirmed=confirmed)
        return len(takers)

    def hang_up(self) -> None:
        """End its connections."""
        for link in tuple(self.links):
            link.hang_up()


def _check_length(_: object, attribute: attrs.Attribute[bytes], value: bytes) -> None:
    if len(value) > _LONGEST_ADVERTISEMENT:
        raise InvalidArgument(attribute.name, f"at most {_LONGEST_ADVERTISEMENT} bytes")


@attrs.define(kw_only=True, eq=False)
class Peripheral(LeDevice):
    """A device that advertises, and lets modules connect.

    :param advertisement: AD structures, at most 31 bytes.
    :param scan_response: what a scanner that asks gets, at most 31 bytes.
    :param connectable: modules may connect.
    """

    advertisement: bytes = attrs.field(default=b"\x02\x01\x06", validator=_check_length)
    scan_response: bytes = attrs.field(default=b"", validator=_check_length)
    connectable: bool = True


@attrs.define(kw_only=True, eq=False)
class Central(LeDevice):
    """A device that connects to modules, such as a phone: :meth:`~.bluetooth.Bluetooth.connect` lets it."""


class LeRadio(Protocol):
    """A module's radio, as its neighbourhood meets it."""

    @property
    def address(self) -> str:
        """Its address."""
        ...

    @property
    def open_for_centrals(self) -> bool:
        """Whether it advertises that centrals may connect."""
        ...

    @property
    def services(self) -> Sequence[Service]:
        """The services that it offers."""
        ...

    def has_room(self) -> bool:
        """Return whether the module's line keeps up."""
        ...

    def heard(self, advertiser: Peripheral) -> None:
        """A device has advertised."""

    def connected(self, link: LeLink) -> None:
        """A central has connected."""

    def lost(self, link: LeLink) -> None:
        """The other side has ended a connection."""

    def notified(self, link: LeLink, characteristic: Characteristic, value: bytes, confirmed: bool) -> None:
        """The other side tells of a value."""

    def was_read(self, link: LeLink) -> None:
        """The other side has read a value of the module."""

    def was_written(
        self, link: LeLink, characteristic: Characteristic, descriptor: Descriptor | None, value: bytes
    ) -> None:
        """The other side has written a value of the module."""

    def mtu_agreed(self, link: LeLink) -> None:
        """The other side has asked for another packet size."""

    def pairing_asked(self, link: LeLink) -> None:
        """The other side asks to be paired."""


class LeLink:
    """A connection between a module and a device of the neighbourhood; what the device does waits for the line.

    :param radio: the module's side.
    :param device: the other side.
    """

    def __init__(self, radio: LeRadio, device: LeDevice) -> None:
        self.radio = radio
        self.device = device
        self.mtu: int = DEFAULT_MTU
        #: What each side has asked the other to be told of.
        self.subscriptions: dict[Characteristic, Subscribe] = {}
        #: What the module has told of its values: UUID and value.
        self.told: list[tuple[str, bytes]] = []
        #: Called with each of these.
        self.heard: Callable[[str, bytes], object] = lambda uuid, value: None
        #: How the last pairing went: None before there was one.
        self.paired: bool | None = None
        self.open: bool = True
        self._waiting: deque[Callable[[], object]] = deque()
        device.links.append(self)
        device.changed()

    @property
    def longest_value(self) -> int:
        """Most bytes of a value that one packet carries."""
        return self.mtu - ATT_HEADER

    @property
    def waiting(self) -> int:
        """How much the device does that the module has not taken yet."""
        return len(self._waiting)

    # What the device does

    def notify(self, characteristic: Characteristic, value: bytes, *, confirmed: bool = False) -> None:
        """Tell the module of a value, whether it has asked for that or not; what is too long is cut."""
        value = value[: self.longest_value]
        self.do(lambda: self.radio.notified(self, characteristic, value, confirmed))

    def read(self, uuid: str) -> bytes:
        """Read a value of the module.

        :raises LookupError: it offers no such characteristic.
        """
        characteristic = find_characteristic(self.radio.services, uuid)
        self.do(lambda: self.radio.was_read(self))
        return characteristic.value

    def write(self, uuid: str, value: bytes) -> None:
        """Write a value of the module.

        :raises LookupError: it offers no such characteristic.
        """
        characteristic = find_characteristic(self.radio.services, uuid)
        self.do(lambda: self.radio.was_written(self, characteristic, None, value))

    def write_descriptor(self, characteristic: Characteristic, descriptor: Descriptor, value: bytes) -> None:
        """Write a descriptor of the module."""
        if descriptor.uuid == CLIENT_CONFIGURATION:
            self.configure(characteristic, value)
        self.do(lambda: self.radio.was_written(self, characteristic, descriptor, value))

    def configure(self, characteristic: Characteristic, value: bytes) -> None:
        """Note what one side has written to be told of by the other."""
        self.subscriptions[characteristic] = _SUBSCRIPTIONS.get(value, Subscribe.OFF)
        self.device.changed()

    def subscribe(self, uuid: str, what: Subscribe = Subscribe.NOTIFY) -> None:
        """Ask the module to tell of the changes of a value.

        :raises LookupError: it offers no such characteristic, or that does not tell of changes.
        """
        characteristic = find_characteristic(self.radio.services, uuid)
        for descriptor in characteristic.descriptors:
            if descriptor.uuid == CLIENT_CONFIGURATION:
                value = next((value for value, known in _SUBSCRIPTIONS.items() if known is what), b"\0\0")
                self.write_descriptor(characteristic, descriptor, value)
                return
        raise LookupError(f"{uuid} does not tell of its changes")

    def exchange_mtu(self, mtu: int) -> None:
        """Agree on a packet size with the module."""
        self.mtu = mtu
        self.do(lambda: self.radio.mtu_agreed(self))

    def pair(self) -> None:
        """Ask the module to be paired."""
        self.do(lambda: self.radio.pairing_asked(self))

    def hang_up(self) -> None:
        """End the connection, behind all that waits."""
        self.do(self._hang_up)

    def _hang_up(self) -> None:
        if self.close():
            self.radio.lost(self)

    def do(self, action: Callable[[], object]) -> None:
        """Let happen what the module is told of, in its turn."""
        if self.open:
            self._waiting.append(action)
            self.pump()

    # What the module does

    def pump(self) -> None:
        """Let happen what waits, as far as the module's line keeps up."""
        before = len(self._waiting)
        while self._waiting and self.open and self.radio.has_room():
            self._waiting.popleft()()
        if len(self._waiting) < before:
            self.device.changed()

    def tell(self, characteristic: Characteristic, value: bytes) -> None:
        """Tell the device of a value."""
        self.told.append((characteristic.uuid, value))
        self.heard(characteristic.uuid, value)

    def close(self) -> bool:
        """Be over; return whether it was open. What waits is gone."""
        if not self.open:
            return False
        self.open = False
        self._waiting.clear()
        self.device.links.remove(self)
        self.device.changed()
        return True
