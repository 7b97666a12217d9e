"""Answers of counted data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import attrs
from attrs import frozen

from ..counted import Block, Data, Header
from ..event import fields_of
from ..template import Field, Spelling, Template
from .base import Collector, Reply, values_of

__all__ = ["Counted"]

T = TypeVar("T")


class _CountedCollector(Collector[Any]):
    def __init__(
        self, headers: Sequence[Header], cls: type, name: str, *, many: bool, empty: Template | None, needed: bool
    ) -> None:
        self.headers = headers
        self._cls, self._many, self._empty, self._needed = cls, many, empty, needed
        self._name = name.upper().encode()
        self._blocks: list[Any] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if self._empty is None or name != self._name:
            return False
        values = self._empty.read(text)
        if values is None:
            return False
        self._blocks.append(self._cls(**values, **{self.headers[0].data: b""}))
        return True

    def block(self, block: Block) -> None:
        header = block.header
        self._blocks.append(self._cls(**block.values, **{header.data: header.decoded(block.values, block.data)}))

    def result(self, inline: bytes | None) -> object:
        if self._many:
            return tuple(self._blocks)
        if not self._blocks:
            if self._needed:
                raise ValueError("the data are missing")
            return None
        return self._blocks[0]


class _JoinedCollector(_CountedCollector):
    def result(self, inline: bytes | None) -> object:
        if len(self._blocks) < 2:
            return super().result(inline)
        first = self._blocks[0]
        header = self.headers[0]
        data = b"".join(getattr(block, header.data) for block in self._blocks)
        return attrs.evolve(first, **{header.codec.length: len(data), header.data: data})


@frozen
class Counted(Reply[T], Generic[T]):
    """Counted data with a header; the last declared field of the class holds them.

    :param cls: what a block becomes.
    :param template: the header up to the data, with the name; ``{name}`` stands for it.
    :param many: blocks repeat, and the reply is a tuple of all.
    :param empty: template of a header line that has neither comma nor data, for length 0.
    :param needed: there is always a block; else the reply may be None.
    :param label: what the list of repeated blocks is called.
    :param joined: blocks repeat, and the reply is one that holds the data of all.
    :param variants: other headers that are read.
    :param prefixed: fields may stand before the data, where their type says so.
    """

    cls: type
    template: str = ""
    many: bool = False
    empty: str | None = None
    needed: bool = True
    label: str = "records"
    joined: bool = False
    variants: tuple[str, ...] = ()
    glued: bool = False
    prefixed: bool = True

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def header(self, name: str, spelling: Spelling, variant: str = "") -> Header:
        """Return the header of the command *name*, or a *variant* of it."""
        *before, last = fields_of(self.cls)
        assert isinstance(last.codec, Data)
        text = (variant or self.template or "+{name}:<*>,").replace("{name}", name)
        codec = last.codec if self.prefixed else attrs.evolve(last.codec, prefix="")
        return _header(text, tuple(before), last.name, codec, spelling)

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        empty = None if self.empty is None else Template(self.empty, fields_of(self.cls)[:-1], spelling)
        headers = [self.header(name, spelling, variant) for variant in ("", *self.variants)]
        made = _JoinedCollector if self.joined else _CountedCollector
        return made(headers, self.cls, name, many=self.many, empty=empty, needed=self.needed)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        if value is None:
            return []
        header = self.header(name, spelling)
        blocks: Sequence[Any] = value if isinstance(value, tuple) else (value,)
        return [
            header.written(values_of(block, fields_of(self.cls)[:-1]), getattr(block, header.data)) for block in blocks
        ]


_headers: dict[tuple[object, ...], Header] = {}


def _header(text: str, fields: tuple[Field, ...], data: str, codec: Data, spelling: Spelling) -> Header:
    key = (text, data, codec, spelling)
    if key not in _headers:
        _headers[key] = Header(text, list(fields), data, codec, spelling)
    return _headers[key]
