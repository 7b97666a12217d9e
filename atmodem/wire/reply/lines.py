"""Answers of lines with a name before the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from attrs import frozen

from ..event import fields_of
from ..template import Spelling, Template
from .base import TEMPLATES, Collector, Reply, named, values_of

__all__ = ["Last", "Many", "Maybe", "One"]

R = TypeVar("R")
T = TypeVar("T")


class _LineCollector(Collector[R]):
    """Gathers lines of one name."""

    def __init__(self, name: str, templates: Sequence[tuple[Template, type]]) -> None:
        self._name = name.upper().encode()
        self._templates = templates
        self.values: list[Any] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        return name == self._name and self.take(text)

    def take(self, text: bytes) -> bool:
        for template, cls in self._templates:
            values = template.read(text)
            if values is not None and self.owns(values):
                self.values.append(cls(**values))
                return True
        return False


class _OneCollector(_LineCollector[Any]):
    def __init__(
        self,
        name: str,
        templates: Sequence[tuple[Template, type]],
        *,
        needed: bool,
        bare: bool,
        none: Sequence[bytes] = (),
        aliases: Sequence[str] = (),
    ) -> None:
        super().__init__(name, templates)
        self._needed = needed
        self._bare = bare
        self._none = none
        self._names = {self._name, *(alias.upper().encode() for alias in aliases)}

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        return not self.values and name in self._names and self.take(text)

    def take(self, text: bytes) -> bool:
        return text.strip() in self._none or super().take(text)

    def row(self, line: bytes) -> bool:
        return self._bare and not self.values and self.take(line)

    def result(self, inline: bytes | None) -> object:
        if self.values:
            return self.values[0]
        if self._needed:
            raise ValueError("the value line is missing")
        return None


@frozen
class One(Reply[T], Generic[T]):
    """One line ``+NAME:values``.

    :param cls: what it becomes.
    :param template: text behind the colon.
    :param bare: the value may stand on a line of its own, without the name.
    :param variants: other texts that are read.
    :param named: it is written with its name, also where it may be read without.
    :param aliases: other names that the line may carry.
    """

    cls: type[T]
    template: str = "<*>"
    bare: bool = False
    variants: tuple[str, ...] = ()
    named: bool = False
    aliases: tuple[str, ...] = ()
    glued: bool = False

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def _compiled(self, spelling: Spelling) -> list[tuple[Template, type]]:
        return [(TEMPLATES.get(text, self.cls, spelling), self.cls) for text in (self.template, *self.variants)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _OneCollector(name, self._compiled(spelling), needed=True, bare=self.bare, aliases=self.aliases)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        template = TEMPLATES.get(self.template, self.cls, spelling)
        text = template.write(values_of(value, template.fields))
        return [text if self.bare and not self.named else named(name, text)]


@frozen
class Maybe(Reply[T | None], Generic[T]):
    """One line ``+NAME:values``, or none at all.

    :param none: texts behind the colon that say that there is no value.
    """

    cls: type[T]
    template: str = "<*>"
    bare: bool = False
    variants: tuple[str, ...] = ()
    none: tuple[bytes, ...] = ()
    glued: bool = False

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T | None]:
        one = One(self.cls, self.template, self.bare, self.variants)
        return _OneCollector(name, one._compiled(spelling), needed=False, bare=self.bare, none=self.none)

    def lines(self, name: str, spelling: Spelling, value: T | None) -> list[bytes]:
        if value is None:
            return [named(name, text) for text in self.none[:1]]
        return One(self.cls, self.template, self.bare).lines(name, spelling, value)


class _LastCollector(_LineCollector[Any]):
    def take(self, text: bytes) -> bool:
        taken = super().take(text)
        del self.values[:-1]
        return taken

    def result(self, inline: bytes | None) -> object:
        if not self.values:
            raise ValueError("the value line is missing")
        return self.values[0]


@frozen
class Last(Reply[T], Generic[T]):
    """A line ``+NAME:values`` again and again, of which the last counts.

    :param cls: what it becomes.
    :param template: text behind the colon.
    """

    cls: type[T]
    template: str = "<*>"

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _LastCollector(name, [(TEMPLATES.get(self.template, self.cls, spelling), self.cls)])

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        return One(self.cls, self.template).lines(name, spelling, value)


class _ManyCollector(_LineCollector[Any]):
    def __init__(
        self, name: str, templates: Sequence[tuple[Template, type]], separator: bytes, none: Sequence[bytes] = ()
    ) -> None:
        super().__init__(name, templates)
        self._separator = separator
        self._none = none

    def take(self, text: bytes) -> bool:
        if text.strip() in self._none:
            return True
        if not self._separator or self._separator not in text:
            return super().take(text)
        return self._take_joined(text)

    def _take_joined(self, text: bytes) -> bool:
        """Take the records of one line; a piece that is none by itself belongs to the free text of a neighbour."""
        before = len(self.values)
        last = held = b""
        for piece in text.split(self._separator):
            longer = held + self._separator + piece if held else piece
            if super().take(longer):
                last, held = longer, b""
            elif last and piece.strip() and self._lengthen(last + self._separator + piece):
                last += self._separator + piece
            elif longer.strip():
                held = longer
        if held:
            del self.values[before:]
        return not held

    def _lengthen(self, text: bytes) -> bool:
        """Read the last record again from a longer text."""
        last = self.values.pop()
        if super().take(text):
            return True
        self.values.append(last)
        return False

    def result(self, inline: bytes | None) -> object:
        return tuple(self.values)


@frozen
class Many(Reply[tuple[T, ...]], Generic[T]):
    """The same line ``+NAME:values`` again for each record; none for an empty list.

    :param cls: what each becomes.
    :param template: text behind the colon.
    :param label: what the list is called.
    :param separator: stands between records where several share a line.
    :param joined: write all records on one line.
    :param none: texts behind the colon that say that the list is empty.
    :param variants: other texts that are read.
    """

    cls: type[T]
    template: str = "<*>"
    label: str = "records"
    separator: bytes = b""
    joined: bool = False
    none: tuple[bytes, ...] = ()
    glued: bool = False
    variants: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[T, ...]]:
        texts = (self.template, *self.variants)
        templates = [(TEMPLATES.get(text, self.cls, spelling), self.cls) for text in texts]
        return _ManyCollector(name, templates, self.separator, self.none)

    def lines(self, name: str, spelling: Spelling, value: tuple[T, ...]) -> list[bytes]:
        if not value:
            return [named(name, text) for text in self.none[:1]]
        template = TEMPLATES.get(self.template, self.cls, spelling)
        texts = [template.write(values_of(item, template.fields)) for item in value]
        if self.joined:
            return [named(name, self.separator.join(texts))]
        return [named(name, text) for text in texts]
