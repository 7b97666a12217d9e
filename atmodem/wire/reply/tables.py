"""Answers of a head and rows under it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from attrs import frozen

from ..event import fields_of
from ..template import Spelling, Template
from .base import TEMPLATES, Collector, Reply, named, values_of

__all__ = ["Table"]

T = TypeVar("T")


class _TableCollector(Collector[Any]):
    def __init__(
        self, name: str, cls: type, head: Template, row: Template, row_cls: type, rows: str, *, plain: bool
    ) -> None:
        self._name = name.upper().encode()
        self._cls, self._head, self._row, self._row_cls = cls, head, row, row_cls
        self._rows, self._plain = rows, plain
        self._values: dict[str, object] | None = None
        self._found: list[object] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if not self._plain:
            if name == self._name:
                return self._take(text)
            return self._values is None and self._begin(line)
        return name == self._name and self._values is None and self._begin(text)

    def row(self, line: bytes) -> bool:
        if not self._plain:
            return self._values is None and self._begin(line)
        return self._values is not None and self._take(line)

    def _begin(self, text: bytes) -> bool:
        self._values = self._head.read(text)
        return self._values is not None

    def _take(self, text: bytes) -> bool:
        values = self._row.read(text)
        if values is not None:
            self._found.append(self._row_cls(**values))
        return values is not None

    def result(self, inline: bytes | None) -> object:
        if self._values is None:
            raise ValueError("the head line is missing")
        return self._cls(**self._values, **{self._rows: tuple(self._found)})


@frozen
class Table(Reply[T], Generic[T]):
    """A head with values and rows under it.

    :param cls: what it becomes; the field *rows* takes the rows.
    :param row: class of a row.
    :param head: template of the head (behind the name when *plain*, else the whole line).
    :param rows: name of the field for the rows.
    :param plain: rows have no name before them, and the head has one; else it is the other way round.
    """

    cls: type[T]
    row: type
    head: str = "<*>"
    rows: str = "rows"
    row_template: str = "<*>"
    plain: bool = True

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)] + [field.name for field in fields_of(self.row)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        head = TEMPLATES.get(self.head, self.cls, spelling)
        row = TEMPLATES.get(self.row_template, self.row, spelling)
        return _TableCollector(name, self.cls, head, row, self.row, self.rows, plain=self.plain)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        head = TEMPLATES.get(self.head, self.cls, spelling)
        row = TEMPLATES.get(self.row_template, self.row, spelling)
        first = head.write(values_of(value, head.fields))
        rows = [row.write(values_of(item, row.fields)) for item in getattr(value, self.rows)]
        if self.plain:
            return [named(name, first), *rows]
        return [first, *(named(name, text) for text in rows)]
