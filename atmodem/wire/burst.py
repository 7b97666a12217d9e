"""Reads runs of like events at once, for modules that report faster than single lines could be taken apart.

A run is read here only where the result is the same as line by line: events of plain fields, while no command runs.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from .codecs import Codec, Int, Quoting, Text
from .event import Event, field_names
from .grammar import LineEnd
from .template import Field, Spelling

__all__ = ["BurstReader"]

_NAME = re.compile(rb"[\r\n]*(\+[A-Za-z0-9_]+):")
_ENDS = {LineEnd.CRLF: r"\r\n", LineEnd.LF: r"\r*\n", LineEnd.EITHER: r"[\r\n]"}


class _Run:
    """One kind of event whose lines can be read in a run."""

    def __init__(self, name: str, fields: Sequence[Field], cls: type[Event], spelling: Spelling, end: LineEnd) -> None:
        shapes = [_shape(field, spelling) for field in fields]
        head = r"[\r\n]*" + re.escape(name) + ":"
        flags = re.IGNORECASE if spelling.fold_case else 0
        line = head + ",".join(shapes) + _ENDS[end]
        self._whole = re.compile(f"(?:{line})+".encode(), flags)
        self._lines = re.compile((head + ",".join(map(_captured, shapes)) + _ENDS[end]).encode(), flags)
        self._cls = cls
        # An object of a frozen class with slots is filled through its slots, as its own constructor does.
        self._fill = [(getattr(cls, field.name).__set__, _reader(field.codec)) for field in fields]

    def read(self, data: bytes, position: int, events: list[Event]) -> int:
        """Add the events that stand at *position*; return where they end."""
        run = self._whole.match(data, position)
        if run is None:
            return position
        rows = self._lines.findall(data, position, run.end())
        made = [object.__new__(self._cls) for _ in rows]
        # Field by field, so that the loops run outside Python.
        for (put, read), texts in zip(self._fill, zip(*rows, strict=True), strict=True):
            deque(map(put, made, map(read, texts)), maxlen=0)
        events += made
        return run.end()


class BurstReader:
    """Finds the runs of one dialect.

    :param spelling: how its answers are spelled.
    :param end: what ends its lines.
    """

    def __init__(self, spelling: Spelling, end: LineEnd) -> None:
        self._spelling = spelling
        self._end = end
        self._runs: dict[bytes, _Run | None] = {}

    def add(self, template: str, fields: Sequence[Field], cls: type[Event]) -> None:
        """Consider an event; only one of plain fields, alone under its name, is read in runs."""
        name, _, rest = template.partition(":")
        plain = (
            name.startswith("+")
            and len(fields) > 1
            and rest == ",".join(f"<{field.name}>" for field in fields)
            and all(_is_plain(field, self._spelling) for field in fields)
            and len(field_names(cls)) == len(fields)
            and not cls.declaration.restarts
        )
        key = name.encode()
        known = key in self._runs
        self._runs[key] = _Run(name, fields, cls, self._spelling, self._end) if plain and not known else None

    def exclude(self, name: bytes) -> None:
        """Never read events of that name in runs."""
        self._runs[name] = None

    def read(self, data: bytes, position: int) -> tuple[list[Event], int]:
        """Return the events that stand at *position* in runs, and where they end."""
        events: list[Event] = []
        while True:
            name = _NAME.match(data, position)
            run = self._runs.get(name[1]) if name is not None else None
            if run is None:
                return events, position
            end = run.read(data, position, events)
            if end == position:
                return events, position
            position = end


def _is_plain(field: Field, spelling: Spelling) -> bool:
    if field.optional or spelling.blanks or spelling.separator != ":":
        return False
    codec = field.codec
    if type(codec) is Text:
        return not codec.free and field.quoting(spelling) in (Quoting.ALWAYS, Quoting.NEVER)
    return type(codec) is Int and codec.empty is None


def _shape(field: Field, spelling: Spelling) -> str:
    # Longer ones are read line by line, where limits are kept.
    if isinstance(field.codec, Int):
        return r"[+-]?\d{1,18}"
    return r'"[^"\r\n]{0,255}"' if field.quoting(spelling) is Quoting.ALWAYS else r"[^,\r\n]{0,255}"


def _captured(shape: str) -> str:
    return f'"({shape[1:-1]})"' if shape.startswith('"') else f"({shape})"


def _reader(codec: Codec[Any]) -> Callable[[bytes], object]:
    return int if isinstance(codec, Int) else codec.read
