"""Bluetooth Low Energy: the peer's attributes, and the byte stream over two of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ....portable.uuids import uuid_number
from ....portable.values import Property, Subscribe
from ....virtual.device import Part
from ....virtual.gatt import CLIENT_CONFIGURATION, Characteristic, Descriptor, Service
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.low_energy import LeLink
from ....virtual.results import Payload, Refused, Streaming
from ....wire.event import Event
from .. import commands as c
from .. import events as e
from ..values.gatt import (
    GattAttribute,
    GattIncludedService,
    GattPrimaryService,
    GattProperty,
    GattValue,
    PeerAttribute,
    SppPassthrough,
)

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BleClient"]

_WRITABLE = Property.WRITE | Property.WRITE_WITHOUT_RESPONSE
_TELLS = Property.NOTIFY | Property.INDICATE


class BleClient(Part):
    """What the module does with the tables of its peers."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: The tables that were discovered, and of which services everything is known.
        self._tables: dict[LeLink, list[Service]] = {}
        self._described: dict[LeLink, set[int]] = {}
        self._passthrough: c.BLESPPCFG | None = None
        self._untold: list[Event] = []

    def power_down(self) -> None:
        self._passthrough = None
        self._untold.clear()

    def forget(self, link: LeLink) -> None:
        """Forget what was discovered over a connection that is over."""
        self._tables.pop(link, None)
        self._described.pop(link, None)

    # Discovery

    @handles(c.BLEGATTCPRIMSRV)
    def discover_services(self, command: c.BLEGATTCPRIMSRV) -> tuple[GattPrimaryService, ...]:
        """List the services of the peer."""
        link = self._module.ble_links.addressed(command.conn_index)
        table = self._tables[link] = link.device.table
        self._described[link] = set()
        return tuple(
            GattPrimaryService(
                conn_index=command.conn_index, srv_index=index, uuid=uuid_number(service.uuid), primary=service.primary
            )
            for index, service in enumerate(table, start=1)
        )

    @handles(c.BLEGATTCINCLSRV)
    def discover_included(self, command: c.BLEGATTCINCLSRV) -> tuple[GattIncludedService, ...]:
        """List what a service includes: here nothing does."""
        self._service(self._module.ble_links.addressed(command.conn_index), command.srv_index)
        return ()

    @handles(c.BLEGATTCCHAR)
    def discover_characteristics(self, command: c.BLEGATTCCHAR) -> tuple[PeerAttribute, ...]:
        """List the characteristics of a service, each with its descriptors."""
        link = self._module.ble_links.addressed(command.conn_index)
        service = self._service(link, command.srv_index)
        self._described[link].add(command.srv_index)
        found: list[PeerAttribute] = []
        for number, characteristic in enumerate(service.characteristics, start=1):
            told = PeerAttribute(
                kind=GattAttribute.CHARACTERISTIC,
                conn_index=command.conn_index,
                srv_index=command.srv_index,
                char_index=number,
                uuid=uuid_number(characteristic.uuid),
                properties=GattProperty(characteristic.properties.value),
            )
            found.append(told)
            found.extend(
                PeerAttribute(
                    kind=GattAttribute.DESCRIPTOR,
                    conn_index=command.conn_index,
                    srv_index=command.srv_index,
                    char_index=number,
                    desc_index=place,
                    uuid=uuid_number(descriptor.uuid),
                )
                for place, descriptor in enumerate(characteristic.descriptors, start=1)
            )
        return tuple(found)

    def _service(self, link: LeLink, index: int) -> Service:
        table = self._tables.get(link, [])
        if not 1 <= index <= len(table):
            raise Refused
        return table[index - 1]

    def _attribute(
        self, link: LeLink, service: int, characteristic: int, descriptor: int | None
    ) -> tuple[Characteristic, Descriptor | None]:
        found = self._service(link, service).characteristics
        if service not in self._described[link] or not 1 <= characteristic <= len(found):
            raise Refused
        owner = found[characteristic - 1]
        if descriptor is None:
            return owner, None
        if not 1 <= descriptor <= len(owner.descriptors):
            raise Refused
        return owner, owner.descriptors[descriptor - 1]

    # Values

    @handles(c.BLEGATTCRD)
    def read(self, command: c.BLEGATTCRD) -> GattValue:
        """Read a value of the peer."""
        link = self._module.ble_links.addressed(command.conn_index)
        owner, descriptor = self._attribute(link, command.srv_index, command.char_index, command.desc_index)
        if descriptor is None and not owner.properties & Property.READ:
            raise Refused
        value = owner.value if descriptor is None else descriptor.value
        return GattValue(conn_index=command.conn_index, length=len(value), value=value)

    @handles(c.BLEGATTCWR)
    def write(self, command: c.BLEGATTCWR) -> Payload:
        """Take a value, and write it to the peer."""
        link = self._module.ble_links.addressed(command.conn_index)
        owner, descriptor = self._attribute(link, command.srv_index, command.char_index, command.desc_index)
        length = command.length or 0
        if length > link.longest_value or (descriptor is None and not owner.properties & _WRITABLE):
            raise Refused
        return Payload(intake=Counted(length), then=partial(self._written, link, owner, descriptor))

    def _written(self, link: LeLink, owner: Characteristic, descriptor: Descriptor | None, value: bytes) -> None:
        if not link.open or (descriptor is None and len(value) > owner.longest):
            raise Refused
        if descriptor is None:
            owner.value = value
            owner.written(value)
            return
        descriptor.value = value
        if descriptor.uuid == CLIENT_CONFIGURATION:
            link.configure(owner, value)

    def notified(self, link: LeLink, characteristic: Characteristic, value: bytes, confirmed: bool) -> None:
        """Tell a value of the peer, or pass it bare."""
        if self._module.console.streaming and characteristic is self._incoming(link):
            self._module.write(value)
            return
        place = self._place(link, characteristic)
        if place is not None:
            kind = e.BleIndicate if confirmed else e.BleNotify
            self.tell(
                kind(
                    conn_index=self._module.ble_links.number(link),
                    srv_index=place[0],
                    char_index=place[1],
                    length=len(value),
                    value=value,
                )
            )

    def _place(self, link: LeLink, characteristic: Characteristic) -> tuple[int, int] | None:
        for number, service in enumerate(self._tables.get(link, ()), start=1):
            if characteristic in service.characteristics:
                return number, service.characteristics.index(characteristic) + 1
        return None

    # The byte stream

    @handles(c.BLESPPCFG)
    def configure_stream(self, command: c.BLESPPCFG) -> None:
        """Choose the two attributes, or forget them."""
        self._module.ble.need_role()
        chosen = (command.tx_srv, command.tx_char, command.rx_srv, command.rx_char)
        if command.enable and None in chosen:
            raise Refused
        self._passthrough = command if command.enable else None

    @queries(c.BLESPPCFG)
    def tell_stream(self) -> SppPassthrough:
        """Tell the two attributes."""
        self._module.ble.need_role()
        chosen = self._passthrough
        return SppPassthrough(
            tx_srv=(chosen and chosen.tx_srv) or -1,
            tx_char=(chosen and chosen.tx_char) or -1,
            rx_srv=(chosen and chosen.rx_srv) or -1,
            rx_char=(chosen and chosen.rx_char) or -1,
            auto_conn=chosen is None or chosen.auto_conn is not False,
        )

    @handles(c.BLESPP)
    def enter_stream(self, _: c.BLESPP) -> Streaming:
        """Let the line be a stream to and from the peer of the first connection."""
        link = self._module.ble_links.first()
        if link is None or self._passthrough is None:
            raise Refused
        chosen = self._passthrough
        outgoing = self._attribute_of_stream(link, chosen.tx_srv or 0, chosen.tx_char or 0)
        incoming = self._incoming(link)
        serves = link not in self._tables
        if incoming is None or not (outgoing if serves else incoming).properties & _TELLS:
            raise Refused
        if serves and link.subscriptions.get(outgoing, Subscribe.OFF) is Subscribe.OFF:
            raise Refused
        return Streaming(received=partial(self._pass_on, link, outgoing, serves), escaped=self._escaped)

    def _incoming(self, link: LeLink) -> Characteristic | None:
        chosen = self._passthrough
        return None if chosen is None else self._attribute_of_stream(link, chosen.rx_srv or 0, chosen.rx_char or 0)

    def _attribute_of_stream(self, link: LeLink, service: int, characteristic: int) -> Characteristic:
        if link in self._tables:
            return self._attribute(link, service, characteristic, None)[0]
        return self._module.ble_server.characteristic(service, characteristic)

    def _pass_on(self, link: LeLink, outgoing: Characteristic, serves: bool, data: bytes) -> None:
        for start in range(0, len(data), link.longest_value):
            piece = data[start : start + link.longest_value]
            if not link.open:
                return
            if serves:
                link.tell(outgoing, piece)
            else:
                outgoing.value = piece
                outgoing.written(piece)

    def is_incoming(self, characteristic: Characteristic) -> bool:
        """Tell whether what a central writes there passes bare now."""
        link = self._module.ble_links.first()
        return self._module.console.streaming and link is not None and characteristic is self._incoming(link)

    def tell(self, event: Event) -> None:
        """Tell something: in a stream, which has no room for it, behind that."""
        if self._module.console.streaming:
            self._untold.append(event)
        else:
            self._module.emit(event)

    def _escaped(self) -> None:
        untold, self._untold = self._untold, []
        for event in untold:
            self._module.emit(event)
