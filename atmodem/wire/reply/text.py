"""Answers of free text."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Generic, TypeVar

from attrs import frozen

from ..event import fields_of, labels_of
from ..template import Spelling
from .base import Collector, Reply, named

__all__ = ["FreeText", "Labelled", "Usage"]

T = TypeVar("T")


class _LabelledCollector(Collector[Any]):
    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._codecs = {field.name: field.codec for field in fields_of(cls)}
        self._labels = {name: label.encode() for name, label in labels_of(cls).items() if label}
        self._values: dict[str, object] = {}
        self._others: list[str] = []

    def row(self, line: bytes) -> bool:
        for name, label in self._labels.items():
            if line.startswith(label) and name not in self._values:
                # What stands between label and colon is a detail of the build.
                text = line[len(label) :]
                if not label.endswith(b":") and b":" in text:
                    text = text.split(b":", 1)[1]
                with suppress(ValueError):
                    self._values[name] = self._codecs[name].read(text)
                    return True
        self._others.append(line.decode("utf-8", "surrogateescape"))
        return True

    def result(self, inline: bytes | None) -> object:
        return self._cls(**self._values, others=tuple(self._others))


@frozen
class Labelled(Reply[T], Generic[T]):
    """Lines without a name, each with its label; what has none goes into the field ``others``."""

    cls: type[T]

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _LabelledCollector(self.cls)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        labels = labels_of(self.cls)
        out = [
            labels[field.name].encode()
            + (b"" if labels[field.name].endswith(":") else b":")
            + field.codec.write(getattr(value, field.name))
            for field in fields_of(self.cls)
            if getattr(value, field.name) is not None
        ]
        return out + [line.encode("utf-8", "surrogateescape") for line in getattr(value, "others", ())]


class _FreeTextCollector(Collector[Any]):
    def __init__(self, name: str, cls: type, field: str) -> None:
        self._name = name.upper().encode()
        self._cls, self._field = cls, field
        self._codec = next(f.codec for f in fields_of(cls) if f.name == field)
        self._lines: list[bytes] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if name != self._name or self._lines:
            return False
        self._lines.append(text)
        return True

    def row(self, line: bytes) -> bool:
        if not self._lines:
            return False
        self._lines.append(line)
        return True

    def result(self, inline: bytes | None) -> object:
        if not self._lines:
            raise ValueError("the value line is missing")
        return self._cls(**{self._field: self._codec.read(b"\r\n".join(self._lines))})


@frozen
class FreeText(Reply[T], Generic[T]):
    """One value over many lines, the first of which has the name; it ends with the final."""

    cls: type[T]
    field: str

    @property
    def fields(self) -> list[str]:
        return [self.field]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _FreeTextCollector(name, self.cls, self.field)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        codec = next(f.codec for f in fields_of(self.cls) if f.name == self.field)
        held = getattr(value, self.field)
        first, *more = codec.write(held).split(b"\r\n")
        return [named(name, first), *more]


class _UsageCollector(Collector[str]):
    def __init__(self) -> None:
        self._text: str | None = None

    def row(self, line: bytes) -> bool:
        if self._text is not None:
            return False
        self._text = line.decode("utf-8", "surrogateescape")
        return True

    def result(self, inline: bytes | None) -> str:
        return self._text or ""


@frozen
class Usage(Reply[str]):
    """A line of help without any name."""

    @property
    def fields(self) -> list[str]:
        return ["usage"]

    def collector(self, name: str, spelling: Spelling) -> Collector[str]:
        return _UsageCollector()

    def lines(self, name: str, spelling: Spelling, value: str) -> list[bytes]:
        return [value.encode("utf-8", "surrogateescape")]
