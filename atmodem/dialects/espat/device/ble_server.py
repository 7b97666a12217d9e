"""Bluetooth Low Energy: the module's own attributes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ....portable.uuids import uuid_number
from ....portable.values import Property, Subscribe
from ....virtual.device import Part
from ....virtual.gatt import Characteristic, Descriptor, Service
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.low_energy import LeLink
from ....virtual.results import Payload, Refused
from .. import commands as c
from .. import events as e
from ..values.gatt import GattAttribute, GattCharacteristic, GattProperty, GattService

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BleServer", "factory_services"]

_DESCRIPTION = "2901"
#: Most bytes of any attribute.
_LONGEST = 512


def _described(uuid: str, properties: Property, value: bytes = b"0", longest: int = 512) -> Characteristic:
    return Characteristic(uuid, properties, value, longest, [Descriptor(_DESCRIPTION, uuid.encode())])


def factory_services() -> list[Service]:
    """Return the services that the firmware image describes."""
    return [
        Service(
            "a002",
            [
                _described("c300", Property.READ, longest=1),
                _described("c301", Property.READ),
                _described("c302", Property.WRITE),
                _described("c303", Property.WRITE_WITHOUT_RESPONSE),
                Characteristic("c304", Property.WRITE),
                Characteristic("c305", Property.NOTIFY),
                Characteristic("c306", Property.INDICATE),
                _described("c307", Property.READ),
            ],
        ),
        Service("a003", [_described("c400", Property.READ), _described("c401", Property.READ)]),
    ]


class BleServer(Part):
    """The services of the module.

    :param services: what the image describes.
    """

    def __init__(self, module: Virtual, services: Sequence[Service]) -> None:
        self._module = module
        self._described = tuple(services)
        self._created = False
        self._started: set[int] = set()

    def forget(self) -> None:
        """Have no services any more."""
        self._created = False
        self._started.clear()

    @property
    def started(self) -> list[Service]:
        """The services that peers see."""
        return [service for index, service in enumerate(self._described, start=1) if index in self._started]

    def characteristic(self, service: int, characteristic: int) -> Characteristic:
        """Return a characteristic of a service that was started.

        :raises Refused: there is none.
        """
        if service not in self._started or not 1 <= characteristic <= len(self._described[service - 1].characteristics):
            raise Refused
        return self._described[service - 1].characteristics[characteristic - 1]

    # Services

    @handles(c.BLEGATTSSRVCRE)
    def create(self, _: c.BLEGATTSSRVCRE) -> None:
        """Create the services."""
        self._module.ble.need_server()
        if self._module.ble_links.any:
            raise Refused
        self._created = True

    @handles(c.BLEGATTSSRVSTART)
    def start(self, command: c.BLEGATTSSRVSTART) -> None:
        """Start one service or all."""
        self._started |= self._chosen(command.srv_index)

    @handles(c.BLEGATTSSRVSTOP)
    def stop(self, command: c.BLEGATTSSRVSTOP) -> None:
        """Stop one service or all."""
        self._started -= self._chosen(command.srv_index)

    def _chosen(self, index: int | None) -> set[int]:
        self._need_services()
        known = set(range(1, len(self._described) + 1))
        if index is not None and index not in known:
            raise Refused
        return known if index is None else {index}

    def _need_services(self) -> None:
        if not self._created:
            raise Refused

    @queries(c.BLEGATTSSRV)
    def list_services(self) -> tuple[GattService, ...]:
        """List the services."""
        self._need_services()
        return tuple(
            GattService(
                srv_index=index,
                started=index in self._started,
                uuid=uuid_number(service.uuid),
                primary=service.primary,
            )
            for index, service in enumerate(self._described, start=1)
        )

    @queries(c.BLEGATTSCHAR)
    def list_characteristics(self) -> tuple[GattCharacteristic, ...]:
        """List the characteristics, each with its descriptors."""
        self._need_services()
        return tuple(
            row
            for index, service in enumerate(self._described, start=1)
            for number, characteristic in enumerate(service.characteristics, start=1)
            for row in _rows(index, number, characteristic)
        )

    # Values

    @handles(c.BLEGATTSSETATTR)
    def set_value(self, command: c.BLEGATTSSETATTR) -> Payload:
        """Take a value for peers to read."""
        self._need_services()
        owner = self.characteristic(command.srv_index, command.char_index)
        target: Characteristic | Descriptor = owner
        if command.desc_index is not None:
            if not 1 <= command.desc_index <= len(owner.descriptors):
                raise Refused
            target = owner.descriptors[command.desc_index - 1]
        if (command.length or 0) > (owner.longest if target is owner else _LONGEST):
            raise Refused
        return Payload(intake=Counted(command.length or 0), then=partial(_set, target))

    @handles(c.BLEGATTSNTFY)
    def notify(self, command: c.BLEGATTSNTFY) -> Payload:
        """Take a value, and notify the peer of it."""
        return self._tell(command, Subscribe.NOTIFY)

    @handles(c.BLEGATTSIND)
    def indicate(self, command: c.BLEGATTSIND) -> Payload:
        """Take a value, and indicate it to the peer."""
        return self._tell(command, Subscribe.INDICATE)

    def _tell(self, command: c.BLEGATTSNTFY | c.BLEGATTSIND, how: Subscribe) -> Payload:
        link = self._module.ble_links.addressed(command.conn_index)
        characteristic = self.characteristic(command.srv_index, command.char_index)
        if link.subscriptions.get(characteristic) is not how or (command.length or 0) > link.longest_value:
            raise Refused
        return Payload(intake=Counted(command.length or 0), then=partial(self._told, link, characteristic))

    def _told(self, link: LeLink, characteristic: Characteristic, value: bytes) -> None:
        if not link.open:
            raise Refused
        characteristic.value = value
        link.tell(characteristic, value)

    # For the neighbourhood

    def was_read(self, link: LeLink) -> None:
        """Tell that the peer has read."""
        number = self._module.ble_links.number(link)
        self._module.ble_client.tell(e.BleRead(conn_index=number, mac=link.device.address))

    def was_written(
        self, link: LeLink, characteristic: Characteristic, descriptor: Descriptor | None, value: bytes
    ) -> None:
        """Tell what the peer has written, or pass it bare."""
        if descriptor is not None:
            descriptor.value = value
        else:
            characteristic.value = value
            if self._module.ble_client.is_incoming(characteristic):
                self._module.write(value)
                return
        for index, service in enumerate(self._described, start=1):
            if characteristic in service.characteristics:
                event = e.BleWrite(
                    conn_index=self._module.ble_links.number(link),
                    srv_index=index,
                    char_index=service.characteristics.index(characteristic) + 1,
                    desc_index=None if descriptor is None else characteristic.descriptors.index(descriptor) + 1,
                    length=len(value),
                    value=value,
                )
                self._module.ble_client.tell(event)


def _set(target: Characteristic | Descriptor, value: bytes) -> None:
    target.value = value


def _rows(service: int, number: int, characteristic: Characteristic) -> list[GattCharacteristic]:
    owner = GattCharacteristic(
        kind=GattAttribute.CHARACTERISTIC,
        srv_index=service,
        char_index=number,
        uuid=uuid_number(characteristic.uuid),
        properties=GattProperty(characteristic.properties.value),
    )
    return [
        owner,
        *(
            GattCharacteristic(
                kind=GattAttribute.DESCRIPTOR,
                srv_index=service,
                char_index=number,
                desc_index=place,
                uuid=uuid_number(descriptor.uuid),
            )
            for place, descriptor in enumerate(characteristic.descriptors, start=1)
        ),
    ]
