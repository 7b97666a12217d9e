"""Answers that stand in the final itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import attrs
from attrs import frozen

from ..event import fields_of
from ..template import Spelling, Template
from .base import TEMPLATES, Collector, Reply, values_of

__all__ = ["Inline", "InlineList", "MaybeInline"]

T = TypeVar("T")


class _InlineCollector(Collector[Any]):
    def __init__(self, templates: Sequence[Template], cls: type, *, needed: bool) -> None:
        self._templates, self._cls, self._needed = templates, cls, needed

    def result(self, inline: bytes | None) -> object:
        if inline is None:
            if self._needed:
                raise ValueError("the value is missing")
            return None
        for template in self._templates:
            values = template.read(inline)
            if values is not None:
                return self._cls(**values)
        raise ValueError("the value has another form")


@frozen
class Inline(Reply[T], Generic[T]):
    """Values that stand in the final itself, ``+OK=values``.

    :param cls: what they become.
    :param template: their text.
    :param variants: other forms that are read.
    """

    cls: type[T]
    template: str = "<*>"
    variants: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        templates = [TEMPLATES.get(text, self.cls, spelling) for text in (self.template, *self.variants)]
        return _InlineCollector(templates, self.cls, needed=True)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        template = TEMPLATES.get(self.template, self.cls, spelling)
        return [template.write(values_of(value, template.fields))]


@frozen
class MaybeInline(Reply[T | None], Generic[T]):
    """Values that stand in the final itself, or a final without any."""

    cls: type[T]
    template: str = "<*>"
    variants: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T | None]:
        templates = [TEMPLATES.get(text, self.cls, spelling) for text in (self.template, *self.variants)]
        return _InlineCollector(templates, self.cls, needed=False)

    def lines(self, name: str, spelling: Spelling, value: T | None) -> list[bytes]:
        return [] if value is None else Inline(self.cls, self.template).lines(name, spelling, value)


class _InlineListCollector(Collector[Any]):
    def __init__(self, template: Template, cls: type) -> None:
        self._template, self._cls = template, cls
        self._found: list[object] = []

    def row(self, line: bytes) -> bool:
        values = self._template.read(line)
        if values is not None:
            self._found.append(self._cls(**values))
        return values is not None

    def result(self, inline: bytes | None) -> object:
        return tuple(self._found)


@frozen
class InlineList(Reply[tuple[T, ...]], Generic[T]):
    """Records of which the first stands in the final and each other on a line, up to an empty line."""

    cls: type[T]
    template: str = "<*>"
    label: str = "records"
    until_blank: bool = attrs.field(default=True, init=False)

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[T, ...]]:
        return _InlineListCollector(TEMPLATES.get(self.template, self.cls, spelling), self.cls)

    def lines(self, name: str, spelling: Spelling, value: tuple[T, ...]) -> list[bytes]:
        template = TEMPLATES.get(self.template, self.cls, spelling)
        return [template.write(values_of(item, template.fields)) for item in value]
