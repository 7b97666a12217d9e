"""Shapes of answers that only ESP-AT has."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ...wire.codecs import Choice, OpenIntEnum
from ...wire.counted import Block, Header
from ...wire.event import fields_of
from ...wire.reply import Collector, Reply, named
from ...wire.template import Field, Spelling, Template
from .values.memory import MANUFACTURING_DATA, ManufacturingType, ManufacturingValue
from .values.system import MessageFilter

__all__ = ["Filters", "ManufacturingValues"]


class _FilterCollector(Collector[tuple[MessageFilter, ...]]):
    def __init__(self, name: str, template: Template) -> None:
        self._name = name.upper().encode()
        self._template = template
        self._held: bytes | None = None
        self._found: list[MessageFilter] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if name != self._name:
            return False
        self._take(text)
        return True

    def row(self, line: bytes) -> bool:
        if self._held is None:
            return False
        self._take(self._held + b"\r\n" + line)
        return True

    def _take(self, text: bytes) -> None:
        values: dict[str, Any] | None = self._template.read(text)
        self._held = text if values is None else None
        if values is not None:
            self._found.append(MessageFilter(**values))

    def result(self, inline: bytes | None) -> tuple[MessageFilter, ...]:
        return tuple(self._found)


@frozen
class Filters(Reply[tuple[MessageFilter, ...]]):
    """Message filters; their expressions may hold line ends, so that one record can take several lines.

    :param label: what the list is called.
    """

    label: str = "records"

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(MessageFilter)]

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[MessageFilter, ...]]:
        return _FilterCollector(name, Template("<*>", fields_of(MessageFilter), spelling))

    def lines(self, name: str, spelling: Spelling, value: tuple[MessageFilter, ...]) -> list[bytes]:
        template = Template("<*>", fields_of(MessageFilter), spelling)
        return [named(name, template.write(_values(item))) for item in value]


class _CountedType(OpenIntEnum):
    """The types whose values stand on the wire as they are; the others are decimal digits."""

    STRING = 7
    BINARY = 8


_COUNTED = (ManufacturingType.STRING, ManufacturingType.BINARY)
_LISTED = "<namespace>,<key>,<type>[,<length>,<value>]"


class _ManufacturingCollector(Collector[tuple[ManufacturingValue, ...]]):
    def __init__(self, name: str, header: Header, listed: Template) -> None:
        self.headers = (header,)
        self._name = name.upper().encode()
        self._listed = listed
        self._found: list[ManufacturingValue] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        values: dict[str, Any] | None = self._listed.read(text) if name == self._name else None
        if values is not None:
            self._found.append(ManufacturingValue(**values))
        return values is not None

    def block(self, block: Block) -> None:
        values: dict[str, Any] = {**block.values, "value": block.data}
        values["type"] = ManufacturingType(values["type"])
        self._found.append(ManufacturingValue(**values))

    def result(self, inline: bytes | None) -> tuple[ManufacturingValue, ...]:
        return tuple(self._found)


@frozen
class ManufacturingValues(Reply[tuple[ManufacturingValue, ...]]):
    """Values of the manufacturing store: strings and binaries are counted, numbers and mere names are lines.

    :param label: what the list is called.
    """

    label: str = "records"

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(ManufacturingValue)]

    def _header(self, name: str, spelling: Spelling) -> Header:
        *before, last = fields_of(ManufacturingValue)
        counted = [
            Field("type", Choice(_CountedType, closed=True)) if field.name == "type" else field for field in before
        ]
        return Header(f"+{name}:<namespace>,<key>,<type>,<length>,", counted, last.name, MANUFACTURING_DATA, spelling)

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[ManufacturingValue, ...]]:
        return _ManufacturingCollector(name, self._header(name, spelling), Template(_LISTED, _listed(), spelling))

    def lines(self, name: str, spelling: Spelling, value: tuple[ManufacturingValue, ...]) -> list[bytes]:
        header = self._header(name, spelling)
        listed = Template(_LISTED, _listed(), spelling)
        return [
            header.written(_values(item), item.value)
            if item.type in _COUNTED and item.value is not None
            else named(name, listed.write(_values(item)))
            for item in value
        ]


def _listed() -> list[Field]:
    return fields_of(ManufacturingValue)


def _values(item: MessageFilter | ManufacturingValue) -> dict[str, object]:
    return {field.name: getattr(item, field.name) for field in fields_of(type(item))}
