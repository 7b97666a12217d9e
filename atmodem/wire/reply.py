"""Shapes of answers: which lines and blocks belong to a command, and what they mean.

Each shape reads an answer for the client, line by line, and writes one for the virtual module.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs
from attrs import frozen

from .counted import Block, Data, Header
from .event import fields_of, labels_of
from .template import Field, Spelling, Template

__all__ = [
    "Collector",
    "Counted",
    "FreeText",
    "Inline",
    "InlineList",
    "Labelled",
    "Many",
    "Maybe",
    "MaybeInline",
    "NoReply",
    "One",
    "RawReply",
    "Reply",
    "Table",
    "Usage",
]

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


def _values(value: object, fields: Sequence[Field]) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields}


class _Templates:
    """Compiled templates by (class, name, spelling); commands of one kind share them."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Template] = {}

    def get(self, text: str, cls: type, spelling: Spelling) -> Template:
        key = (text, cls, spelling)
        template = self._known.get(key)
        if template is None:
            template = self._known[key] = Template(text, fields_of(cls), spelling)
        return template


_templates = _Templates()


class _NoneCollector(Collector[None]):
    def result(self, inline: bytes | None) -> None:
        return None


@frozen
class NoReply(Reply[None]):
    """Nothing but the final."""

    def collector(self, name: str, spelling: Spelling) -> Collector[None]:
        return _NoneCollector()

    def lines(self, name: str, spelling: Spelling, value: None) -> list[bytes]:
        return []


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

    def result(self, inline: bytes | None) -> Any:
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
        return [(_templates.get(text, self.cls, spelling), self.cls) for text in (self.template, *self.variants)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _OneCollector(name, self._compiled(spelling), needed=True, bare=self.bare, aliases=self.aliases)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        template = _templates.get(self.template, self.cls, spelling)
        text = template.write(_values(value, template.fields))
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
        if super().take(text):  # a separator inside free text
            return True
        parts = [part for part in text.split(self._separator) if part.strip()]
        before = len(self.values)
        if all(super(_ManyCollector, self).take(part) for part in parts):
            return True
        del self.values[before:]
        return False

    def result(self, inline: bytes | None) -> Any:
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
    """

    cls: type[T]
    template: str = "<*>"
    label: str = "records"
    separator: bytes = b""
    joined: bool = False
    none: tuple[bytes, ...] = ()
    glued: bool = False

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[T, ...]]:
        templates = [(_templates.get(self.template, self.cls, spelling), self.cls)]
        return _ManyCollector(name, templates, self.separator, self.none)

    def lines(self, name: str, spelling: Spelling, value: tuple[T, ...]) -> list[bytes]:
        if not value:
            return [named(name, text) for text in self.none[:1]]
        template = _templates.get(self.template, self.cls, spelling)
        texts = [template.write(_values(item, template.fields)) for item in value]
        if self.joined:
            return [named(name, self.separator.join(texts))]
        return [named(name, text) for text in texts]


class _TableCollector(Collector[Any]):
    def __init__(self, name: str, cls: type, head: Template, row: Template, row_cls: type, rows: str, *, plain: bool) -> None:
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

    def result(self, inline: bytes | None) -> Any:
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
        head = _templates.get(self.head, self.cls, spelling)
        row = _templates.get(self.row_template, self.row, spelling)
        return _TableCollector(name, self.cls, head, row, self.row, self.rows, plain=self.plain)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        head = _templates.get(self.head, self.cls, spelling)
        row = _templates.get(self.row_template, self.row, spelling)
        first = head.write(_values(value, head.fields))
        rows = [row.write(_values(item, row.fields)) for item in getattr(value, self.rows)]
        if self.plain:
            return [named(name, first), *rows]
        return [first, *(named(name, text) for text in rows)]


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
                self._values[name] = self._codecs[name].read(text)
                return True
        self._others.append(line.decode("utf-8", "surrogateescape"))
        return True

    def result(self, inline: bytes | None) -> Any:
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
            labels[field.name].encode() + (b"" if labels[field.name].endswith(":") else b":")
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

    def result(self, inline: bytes | None) -> Any:
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

    def result(self, inline: bytes | None) -> Any:
        if self._many:
            return tuple(self._blocks)
        if not self._blocks:
            if self._needed:
                raise ValueError("the data are missing")
            return None
        return self._blocks[0]


class _JoinedCollector(_CountedCollector):
    def result(self, inline: bytes | None) -> Any:
        first = super().result(inline)
        if len(self._blocks) < 2:
            return first
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

    @property
    def fields(self) -> list[str]:
        return [field.name for field in fields_of(self.cls)]

    def header(self, name: str, spelling: Spelling, variant: str = "") -> Header:
        """Return the header of the command *name*, or a *variant* of it."""
        *before, last = fields_of(self.cls)
        assert isinstance(last.codec, Data)
        text = (variant or self.template or "+{name}:<*>,").replace("{name}", name)
        return _header(text, tuple(before), last.name, last.codec, spelling)

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
            header.written(_values(block, fields_of(self.cls)[:-1]), getattr(block, header.data)) for block in blocks
        ]


_headers: dict[tuple[object, ...], Header] = {}


def _header(text: str, fields: tuple[Field, ...], data: str, codec: Data, spelling: Spelling) -> Header:
    key = (text, data, codec, spelling)
    if key not in _headers:
        _headers[key] = Header(text, list(fields), data, codec, spelling)
    return _headers[key]


class _InlineCollector(Collector[Any]):
    def __init__(self, templates: Sequence[Template], cls: type, *, needed: bool) -> None:
        self._templates, self._cls, self._needed = templates, cls, needed

    def result(self, inline: bytes | None) -> Any:
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

    def _compiled(self, spelling: Spelling) -> list[Template]:
        return [_templates.get(text, self.cls, spelling) for text in (self.template, *self.variants)]

    def collector(self, name: str, spelling: Spelling) -> Collector[T]:
        return _InlineCollector(self._compiled(spelling), self.cls, needed=True)

    def lines(self, name: str, spelling: Spelling, value: T) -> list[bytes]:
        template = _templates.get(self.template, self.cls, spelling)
        return [template.write(_values(value, template.fields))]


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
        inline = Inline(self.cls, self.template, self.variants)
        return _InlineCollector(inline._compiled(spelling), self.cls, needed=False)

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

    def result(self, inline: bytes | None) -> Any:
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
        return _InlineListCollector(_templates.get(self.template, self.cls, spelling), self.cls)

    def lines(self, name: str, spelling: Spelling, value: tuple[T, ...]) -> list[bytes]:
        template = _templates.get(self.template, self.cls, spelling)
        return [template.write(_values(item, template.fields)) for item in value]


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


class _RawCollector(Collector[tuple[bytes, ...]]):
    def __init__(self, name: str) -> None:
        self._name = name.upper().encode()
        self._lines: list[bytes] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if name and name == self._name:
            self._lines.append(line)
            return True
        return False

    def row(self, line: bytes) -> bool:
        self._lines.append(line)
        return True

    def result(self, inline: bytes | None) -> tuple[bytes, ...]:
        return tuple(self._lines) if inline is None else (inline, *self._lines)


@frozen
class RawReply(Reply[tuple[bytes, ...]]):
    """Every line up to the final that is no event, as it came."""

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[bytes, ...]]:
        return _RawCollector(name)

    def lines(self, name: str, spelling: Spelling, value: tuple[bytes, ...]) -> list[bytes]:
        return list(value)


def named(name: str, text: bytes) -> bytes:
    """Return the line that gives *text* to *name*."""
    return b"+" + name.encode() + b":" + text
