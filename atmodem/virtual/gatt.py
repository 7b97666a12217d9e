"""GATT tables in software: services with their characteristics and descriptors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from ..portable.uuids import short_uuid
from ..portable.values import Property

__all__ = ["CLIENT_CONFIGURATION", "Characteristic", "Descriptor", "Service", "find_characteristic"]

#: The descriptor by which a client asks to be told of changes.
CLIENT_CONFIGURATION = "2902"
_TELLS = Property.NOTIFY | Property.INDICATE


def _ignore(_: bytes) -> None:
    """Do nothing with what was written."""


@attrs.define(eq=False)
class Descriptor:
    """A descriptor.

    :param uuid: what it is.
    :param value: what it holds.
    """

    uuid: str = attrs.field(converter=short_uuid)
    value: bytes = b""


@attrs.define(eq=False)
class Characteristic:
    """A characteristic. One that tells of its changes gets the descriptor for that by itself.

    :param uuid: what it is.
    :param properties: what it allows.
    :param value: what it holds.
    :param longest: most bytes that may be written to it.
    :param descriptors: its descriptors.
    :param written: called with each value that the other side has written.
    """

    uuid: str = attrs.field(converter=short_uuid)
    properties: Property = Property.READ
    value: bytes = b""
    longest: int = 512
    descriptors: list[Descriptor] = attrs.field(factory=list)
    written: Callable[[bytes], object] = _ignore

    def __attrs_post_init__(self) -> None:
        known = {descriptor.uuid for descriptor in self.descriptors}
        if self.properties & _TELLS and CLIENT_CONFIGURATION not in known:
            self.descriptors.append(Descriptor(CLIENT_CONFIGURATION, b"\0\0"))


@attrs.define(eq=False)
class Service:
    """A service.

    :param uuid: what it is.
    :param characteristics: its characteristics.
    :param primary: it is no part of another.
    """

    uuid: str = attrs.field(converter=short_uuid)
    characteristics: list[Characteristic] = attrs.field(factory=list)
    primary: bool = True


def find_characteristic(services: Sequence[Service], uuid: str) -> Characteristic:
    """Return the first characteristic of that UUID.

    :raises LookupError: there is none.
    """
    wanted = short_uuid(uuid)
    for characteristic in _all(services):
        if characteristic.uuid == wanted:
            return characteristic
    raise LookupError(f"no characteristic {uuid}")


def _all(services: Sequence[Service]) -> Iterator[Characteristic]:
    for service in services:
        yield from service.characteristics
