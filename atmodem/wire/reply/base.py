"""What every shape of an answer has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from ..counted import Block, Header
from ..event import fields_of
from ..template import Field, Spelling, Template

__all__ = ["TEMPLATES", "Collector", "Reply", "TemplateCache", "named", "values_of"]


R = TypeVar("R")


T = TypeVar("T")


class Collector(ABC, Generic[R]):
    """Gathers the answer of one command while it runs."""

    #: Headers of counted data that may answer this command.
    headers: Sequence[Header] = ()
    #: Values that a line or block must hold to belong to this command.
    key: Mapping[str, object] = {}

    def owns(self, values: Mapping[str, object]) -> bool:
        """Tell whether a line or block with these values belongs to this command."""
        return all(values.get(name) == value for name, value in self.key.items())

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        """Take *line*, of which *name* and *text* are the two halves; False when it is no part of this answer.

        *name* is in capitals without its plus; it is empty, and *text* the whole line, where the line has none.
        """
        return False

    def row(self, line: bytes) -> bool:
        """Take a line that nothing else claimed; False when it is no part of this answer."""
        return False

    def block(self, block: Block) -> None:
        """Take counted data announced by one of :attr:`headers`."""

    @abstractmethod
    def result(self, inline: bytes | None) -> R:
        """Return the reply; *inline* is the text that came with the final.

        :raises ValueError: when what came is not a whole answer.
        """


class Reply(ABC, Generic[R]):
    """The shape of an answer."""

    #: Success is followed by more lines, up to an empty one.
    until_blank: bool = False
    #: The module prints one line end, not two, between its last line and the final.
    glued: bool = False

    @abstractmethod
    def collector(self, name: str, spelling: Spelling) -> Collector[R]:
        """Return what gathers one answer to the command *name*."""

    @abstractmethod
    def lines(self, name: str, spelling: Spelling, value: R) -> list[bytes]:
        """Return the lines that tell *value*, without line ends; for inline shapes the first goes into the final."""

    @property
    def fields(self) -> list[str]:
        """Names of what the reply holds."""
        return []


def values_of(value: object, fields: Sequence[Field]) -> dict[str, object]:
    """Return what *value* holds for *fields*, by their names."""
    return {field.name: getattr(value, field.name) for field in fields}


class TemplateCache:
    """Compiled templates by (class, name, spelling); commands of one kind share them."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Template] = {}

    def get(self, text: str, cls: type, spelling: Spelling) -> Template:
        """Return the template *text* for what *cls* holds."""
        key = (text, cls, spelling)
        template = self._known.get(key)
        if template is None:
            template = self._known[key] = Template(text, fields_of(cls), spelling)
        return template


TEMPLATES = TemplateCache()


def named(name: str, text: bytes) -> bytes:
    """Return the line that gives *text* to *name*."""
    return b"+" + name.encode() + b":" + text
