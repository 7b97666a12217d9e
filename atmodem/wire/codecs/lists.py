"""Several values of one type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

from attrs import frozen

from .base import Codec, Quoting

__all__ = ["ListOf"]

T = TypeVar("T")


@frozen
class ListOf(Codec[tuple[T, ...]], Generic[T]):
    """Values of one type behind one another; takes all that is left of a record when *separator* is the comma."""

    item: Codec[T]
    separator: str = ","

    @property
    def shape(self) -> str:
        each = self.item.shape
        if self.item.quoting is Quoting.ALWAYS:
            each = f'"{each}"'
        return f"(?:{each}(?:{re.escape(self.separator)}{each})*)?"

    @property
    def allowed(self) -> str:
        return f"a sequence, each {self.item.allowed}"

    def write(self, value: Sequence[T]) -> bytes:
        separator = self.separator.encode()
        texts = [self.item.write(item) for item in value]
        if any(separator in text for text in texts):
            raise ValueError("separator")
        return separator.join(texts)

    def read(self, text: bytes) -> tuple[T, ...]:
        if not text:
            return ()
        return tuple(self.item.read(part.strip(b'"')) for part in text.split(self.separator.encode()))
