"""Option tables: rows that one command sets or reads, each a class with the values of that row.

``Set(option=GeneralTime(hour=12, …))`` sets a row and ``Get(option=GeneralTime)`` reads it: the answer is an instance
of the same class. Rows that are asked with values of their own are instances of :class:`Asking`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, dataclass_transform

import attrs
from attrs import frozen

from ...errors import InvalidArgument
from ...wire.codecs import Codec, Quoting
from ...wire.event import fields_of, value
from ...wire.parsing import ParseError
from ...wire.reply import Maybe, One, Reply
from ...wire.secret import MASK, reveal
from ...wire.syntax import Argument
from ...wire.template import Field
from .codecs import HexNumber, LineData, Number, Word, Words, c_number
from .syntax import SYNTAX

__all__ = [
    "Asking",
    "Block",
    "CountOf",
    "Option",
    "OptionName",
    "OptionValue",
    "Repeated",
    "answer_of",
    "argument",
    "option",
    "read_argument",
]

A = TypeVar("A")
T = TypeVar("T")
C = TypeVar("C", bound="type[Option]")


class Option:
    """A row of an option table.

    A base of rows that has its own ``rows`` stands for a table.
    """

    __slots__ = ()

    #: What stands in the line before its values.
    words: ClassVar[tuple[str, ...]]
    #: An empty value follows its own: the module insists on the comma.
    comma: ClassVar[bool]
    #: The shape of the answer.
    answer: ClassVar[Reply[Any]]
    #: The rows of a table by their words.
    rows: ClassVar[dict[tuple[str, ...], type[Option]]]
    #: How many of its words name a row in a table; all where it is None.
    named_by: ClassVar[int | None] = None

    def check(self) -> None:
        """Check how the values go together, before they are sent.

        :raises InvalidArgument: when they do not.
        """


class Asking(Option, Generic[A]):
    """A row that is asked with values of its own and answered with an ``A``."""

    __slots__ = ()


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(value,))
def option(*words: str, comma: bool = False, answer: str | Reply[Any] = "<*>") -> Callable[[C], C]:
    """Declare a row: the class gets its values from its annotations.

    :param words: what stands in the line before the values.
    :param comma: an empty value follows its own.
    :param answer: template of the answer that is an instance of this class, or another shape.
    """

    def wrap(cls: C) -> C:
        made: C = attrs.frozen(cls, kw_only=True)
        made.words = words
        made.comma = comma
        if not isinstance(answer, str):
            made.answer = answer
        elif fields_of(made):
            made.answer = One(made, answer)
        else:
            made.answer = Maybe(made, "[,]")
        for base in made.__mro__:
            if issubclass(base, Option) and "rows" in vars(base):
                base.rows[words[: base.named_by]] = made
        return made

    return wrap


@frozen
class CountOf(Codec[int]):
    """How many bytes of the value *of* stand in the line; filled in."""

    of: str

    shape: ClassVar[str] = Number().shape
    allowed: ClassVar[str] = "left out"

    def write(self, value: int) -> bytes:
        return b"%d" % value

    def read(self, text: bytes) -> int:
        return Number(0).read(text)


@frozen
class Block(Codec[bytes]):
    """Bytes at the end of a row.

    :param base64_when: a value of the row that is 1 where they stand in base64.
    """

    base64_when: str | None = None

    shape: ClassVar[str] = ".*"
    allowed: ClassVar[str] = LineData.allowed

    def write(self, value: bytes) -> bytes:
        return LineData().write(value)

    def read(self, text: bytes) -> bytes:
        return text


def answer_of(asked: type[Any] | Asking[Any]) -> Reply[Any]:
    """Return the shape of the answer to a row that is read."""
    answer: Reply[Any] = asked.answer
    return answer


def _asked(codec: Codec[Any]) -> Codec[Any]:
    """Return how a value stands in a command, where answers show it otherwise."""
    return codec.asked if isinstance(codec, HexNumber) else codec


def argument(field: Field, held: object) -> bytes:
    """Return the value of a field as it stands in a command line.

    :raises InvalidArgument: for a value that is out of range or cannot be written.
    """
    codec = _asked(field.codec)
    try:
        text: bytes = codec.write(reveal(held))
        return text if codec.quoting is Quoting.NEVER else SYNTAX.text(text, codec.quoting)
    except (ValueError, TypeError) as error:
        why = str(error.args[0]) if error.args else ""
        raise InvalidArgument(field.name, why if re.match("free of|with an", why) else codec.allowed) from None


def read_argument(field: Field, given: Argument, index: int) -> object:
    """Return the value of a field from a command line; None for an empty place where it may be left out.

    :raises ParseError: where the module would refuse it.
    """
    if not given.text and not given.quoted and field.optional:
        return None
    if given.quoted and field.codec.quoting is Quoting.NEVER:
        raise ParseError("syntax", index)
    try:
        held: object = field.codec.read(given.text)
        field.codec.write(reveal(held))
    except (ValueError, TypeError):
        raise ParseError("value", index) from None
    return held


def _blocks(row: Option) -> dict[str, bytes]:
    """Return the blocks of a row as they stand in the line."""
    found: dict[str, bytes] = {}
    for field in fields_of(type(row)):
        if isinstance(field.codec, Block):
            data: bytes = getattr(row, field.name)
            if field.codec.base64_when is not None and getattr(row, field.codec.base64_when):
                data = base64.b64encode(data)
            found[field.name] = argument(field, data)
    return found


def _pieces(row: Option) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield what stands between the commas: as it is, as it may be shown, and whether it is secret."""
    row.check()
    for word in row.words:
        yield word.encode(), word.encode(), False
    blocks = _blocks(row)
    for field in fields_of(type(row)):
        if field.name in blocks:
            continue
        held = getattr(row, field.name)
        if isinstance(field.codec, CountOf):
            size = len(blocks[field.codec.of])
            if held not in (None, size):
                raise InvalidArgument(field.name, f"the length of {field.codec.of}, {size}")
            held = size
        text = b"" if held is None and field.optional else argument(field, held)
        yield text, MASK.encode() if field.codec.secret else text, field.codec.secret
    if blocks:
        data = b"".join(blocks.values())
        yield data, b"<%d bytes>" % len(data), False
    elif row.comma:
        yield b"", b"", False


def _read_row(cls: type[Option], rest: bytes | None) -> Option:
    """Read a row from what stands behind its words."""
    fields = fields_of(cls)
    plain = [field for field in fields if not isinstance(field.codec, Block)]
    blocks = [(field.name, field.codec) for field in fields if isinstance(field.codec, Block)]
    tail: bytes | None = b""
    arguments: list[Argument] = []
    if rest is not None and blocks:
        arguments, tail = SYNTAX.cut(rest, len(plain))
    elif rest is not None:
        arguments = SYNTAX.split(rest)
    if len(arguments) != len(plain) + cls.comma or tail is None:
        raise ParseError("count")
    first = len(cls.words)
    values = {f.name: read_argument(f, a, first + i) for i, (f, a) in enumerate(zip(plain, arguments, strict=False))}
    values = {name: held for name, held in values.items() if held is not None}
    counts = {f.codec.of: int(str(values.pop(f.name))) for f in plain if isinstance(f.codec, CountOf)}
    for name, codec in blocks:
        held, tail = tail[: counts[name]], tail[counts[name] :]
        if len(held) != counts[name]:
            raise ParseError("value", first + len(plain))
        values[name] = _decoded(held) if values.get(codec.base64_when or "") else held
    if tail:
        raise ParseError("value", first + len(plain))
    try:
        row = cls(**values)
        row.check()
        return row
    except InvalidArgument:
        raise ParseError("value") from None


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ParseError("value") from None


def _asks(row: type[Option]) -> bool:
    """Tell whether a row is asked with values of its own."""
    return issubclass(row, Asking)


@frozen
class _OfTable(Codec[Any]):
    """What picks a row of *table* and takes the rest of the line."""

    table: type[Option]

    tail: ClassVar[bool] = True
    shape: ClassVar[str] = ".*"

    @property
    def options(self) -> Sequence[str]:
        return tuple(" ".join(filter(None, words)) for words in self.table.rows)

    def _find(self, text: bytes) -> tuple[type[Option], bytes | None]:
        rows = self.table.rows
        for count in sorted({len(words) for words in rows}, reverse=True):
            try:
                arguments, rest = SYNTAX.cut(text, count)
            except ValueError:
                raise ParseError("syntax") from None
            found = rows.get(tuple(argument.text.decode("latin-1").lower() for argument in arguments))
            if found is not None and not any(argument.quoted for argument in arguments):
                return found, rest
        raise ParseError("value", 0)


def _named(words: tuple[str, ...], row: type[Option]) -> Iterator[str]:
    """Name a row as the manual does: by its words, and by each option that it holds as a value."""
    spelled = " ".join(filter(None, words))
    held = next((field.codec for field in fields_of(row) if field.name == "option"), None)
    if isinstance(held, Word | Words):
        members: type[Enum] = held.type
        yield from (f"{spelled} {member.value}" for member in members)
    else:
        yield spelled


@frozen
class OptionValue(_OfTable):
    """A row with its values."""

    @property
    def options(self) -> Sequence[str]:
        return tuple(name for words, row in self.table.rows.items() for name in _named(words, row))

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(sorted({row.__name__ for row in self.table.rows.values()}))

    def write(self, value: Option) -> bytes:
        return b",".join(text for text, _, _ in self._checked(value))

    def shown(self, value: Option) -> bytes:
        return b",".join(shown for _, shown, _ in self._checked(value))

    def secrets(self, value: Option) -> list[bytes]:
        held = [getattr(value, field.name) for field in fields_of(type(value)) if field.codec.secret]
        # An echo shows them as written, an answer as they are.
        written = [text for text, _, secret in self._checked(value) if secret]
        return [*written, *(str(reveal(secret)).encode("utf-8", "surrogateescape") for secret in held)]

    def read(self, text: bytes) -> Option:
        return _read_row(*self._find(text))

    def _checked(self, held: Option) -> Iterator[tuple[bytes, bytes, bool]]:
        if not isinstance(held, self.table):
            raise ValueError(held)
        return _pieces(held)


@frozen
class OptionName(_OfTable):
    """A row that is read: its class, or an instance of :class:`Asking`."""

    @property
    def allowed(self) -> str:
        rows = {row.__name__ + ("(…)" if _asks(row) else "") for row in self.table.rows.values()}
        return "one of " + ", ".join(sorted(rows))

    def write(self, value: type[Option] | Option) -> bytes:
        if isinstance(value, type):
            if not issubclass(value, self.table) or _asks(value):
                raise ValueError(value)
            return ",".join(value.words[: self.table.named_by]).encode()
        if not isinstance(value, self.table) or not _asks(type(value)):
            raise ValueError(value)
        return b",".join(text for text, _, _ in _pieces(value))

    def read(self, text: bytes) -> type[Option] | Option:
        found, rest = self._find(text)
        if _asks(found):
            return _read_row(found, rest)
        if rest is not None:
            raise ParseError("count")
        return found


@frozen
class Repeated(Codec[tuple[T, ...]], Generic[T]):
    """Records of one class behind their number, to the end of the line.

    :param cls: the class.
    :param longest: most records.
    """

    cls: type[T]
    longest: int

    tail: ClassVar[bool] = True
    shape: ClassVar[str] = ".*"

    @property
    def allowed(self) -> str:
        return f"1 to {self.longest} of {self.cls.__name__}"

    def write(self, value: Sequence[T]) -> bytes:
        if not 1 <= len(value) <= self.longest or not all(isinstance(record, self.cls) for record in value):
            raise ValueError(value)
        texts = [b"%d" % len(value)]
        for record in value:
            for field in fields_of(self.cls):
                held = getattr(record, field.name)
                texts.append(b"" if held is None and field.optional else argument(field, held))
        return b",".join(texts)

    def read(self, text: bytes) -> tuple[T, ...]:
        first, *arguments = SYNTAX.split(text)
        fields = fields_of(self.cls)
        count = c_number(first.text)
        if not 1 <= count <= self.longest:
            raise ParseError("value", 1)
        if len(arguments) != count * len(fields):
            raise ParseError("count")
        records: list[T] = []
        for at in range(0, len(arguments), len(fields)):
            given = zip(fields, arguments[at:], strict=False)
            values = {field.name: read_argument(field, one, at + i + 2) for i, (field, one) in enumerate(given)}
            records.append(self.cls(**{name: held for name, held in values.items() if held is not None}))
        return tuple(records)
