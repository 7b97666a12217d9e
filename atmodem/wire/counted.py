"""Counted data: blocks of raw bytes whose length stands in a header before them."""

from __future__ import annotations

import base64
import binascii
import re
from typing import ClassVar

from attrs import field, frozen

from .codecs import Codec
from .template import Field, Spelling, Template

__all__ = ["Block", "Candidate", "Cut", "Data", "Header", "Trailer"]

#: More than this between a header's first byte and its end is no header.
LONGEST_HEADER = 1024
#: More than this between the length and the data is no prefix.
LONGEST_PREFIX = 64


@frozen
class Trailer:
    """What follows a block: *text*; when *certain*, anything else in its place means loss of step.

    A certain trailer without text is any line end.
    """

    text: bytes = b""
    certain: bool = False

    @property
    def size(self) -> int:
        """How many bytes have to be there to tell it."""
        return len(self.text) or self.certain

    def follows(self, data: bytes, position: int) -> bool:
        """Tell whether it stands at *position*."""
        if self.certain and not self.text:
            return data[position : position + 1] in (b"\r", b"\n")
        return data.startswith(self.text, position)


@frozen
class Cut:
    """Where some firmware of a family ends a block, whatever length it has announced.

    :param limit: bytes after which the next message stands.
    :param lead: what every answer begins with.
    """

    limit: int
    lead: bytes


@frozen
class Data(Codec[bytes]):
    """The block itself, as the last field of a message.

    :param length: the field that counts its bytes.
    :param maximum: most bytes that one block can hold.
    :param trailer: what follows the bytes.
    :param base64_when: a field whose value 1 means that the block is base64; the length counts the characters then.
    :param stray_blank: a blank that is not counted may stand before the data.
    :param prefix: template of fields that may stand before the data; it ends in a comma and is not counted. Data that
        begin in the same way are taken for it.
    :param cut: where some firmware ends the bytes before their count is filled; None where the count can be trusted.
    """

    length: str = "length"
    maximum: int = 8192
    trailer: Trailer = field(factory=Trailer)
    base64_when: str | None = None
    stray_blank: bool = False
    prefix: str = ""
    cut: Cut | None = None

    shape: ClassVar[str] = ".*"
    allowed: ClassVar[str] = "bytes"
    blanks: ClassVar[bool] = False

    def write(self, value: bytes) -> bytes:
        return bytes(value)

    def read(self, text: bytes) -> bytes:
        return bytes(text)


@frozen
class Candidate:
    """One way to read a header: where its data begin, how many bytes they are, and the values before them."""

    start: int
    length: int
    values: dict[str, object]


@frozen
class Block:
    """A block that was cut out of the stream."""

    header: Header
    values: dict[str, object]
    data: bytes
    #: The bytes stopped before the announced length.
    short: bool = False


class Header:
    """The header of counted data: where it starts, what it holds, and how long the block is.

    :param text: template of the header up to the first byte of data.
    :param fields: fields of the header.
    :param data: name of the data field.
    :param codec: how the data are counted.
    """

    def __init__(self, text: str, fields: list[Field], data: str, codec: Data, spelling: Spelling) -> None:
        self.data = data
        self.codec = codec
        self.template: Template = Template(text, fields, spelling)
        flags = self.template.flags | re.DOTALL
        #: What the header's first bytes are, for telling early that no header begins here.
        name = re.match(r"\+?[A-Za-z0-9_]*", text)
        self.name: bytes = (name[0] if name else "").lstrip("+").upper().encode()
        self.whole: bool = text.endswith("\r\n")
        free = next((f for f in fields if getattr(f.codec, "free", False)), None)
        self._pattern = re.compile(self.template.source.encode("latin-1"), flags)
        #: A field of free text stands before the length.
        self.free: bool = free is not None
        #: More than one way to read it may have to be weighed.
        self.ambiguous: bool = self.free or codec.stray_blank
        self._prefix = Template(codec.prefix, fields, spelling) if codec.prefix else None
        self._tail = None
        if free is not None:
            # The field of free text ends wherever the rest of the header fits; every such place is a candidate.
            behind = text.split(f"<{free.name}>", 1)[1]
            tail = Template(behind, fields, spelling)
            self._tail = re.compile(b"(?=(" + tail.source.encode("latin-1") + b"))", flags)
            self._before = re.compile(
                Template(text.split(f"<{free.name}>", 1)[0], fields, spelling).source.encode("latin-1"), flags
            )

    def candidates(self, buffer: bytes, position: int, end: int) -> list[Candidate]:
        """Return the ways to read a header at *position*, leftmost end first; *end* bounds where it may end."""
        found: list[Candidate] = []
        if self._prefix is not None:
            self._add_prefixed(found, buffer, position, end)
        elif self._tail is None:
            match = self._pattern.match(buffer, position, end)
            if match is not None:
                self._add(found, match.end(), match)
        else:
            before = self._before.match(buffer, position, end)
            if before is not None:
                for tail in self._tail.finditer(buffer, before.end(), end):
                    whole = self._pattern.fullmatch(buffer, position, tail.end(1))
                    # What looks like the rest may stand inside the quotes of the text.
                    if whole is not None:
                        self._add(found, tail.end(1), whole)
        return found

    def _add(self, found: list[Candidate], start: int, match: re.Match[bytes]) -> None:
        values = self.template.values(match.groups())
        if values is None:
            return
        length = values.get(self.codec.length)
        if not isinstance(length, int):
            return
        found.append(Candidate(start, length, values))
        if self.codec.stray_blank:
            found.append(Candidate(start + 1, length, values))

    def _add_prefixed(self, found: list[Candidate], buffer: bytes, position: int, end: int) -> None:
        assert self._prefix is not None
        match = self._pattern.match(buffer, position, end)
        if match is None:
            return
        start = match.end()
        prefix = self._prefix.pattern.match(buffer, start, start + LONGEST_PREFIX)
        more = None if prefix is None else self._prefix.values(prefix.groups())
        behind = buffer[start : start + LONGEST_PREFIX]
        if more is None and len(behind) < LONGEST_PREFIX and not any(byte in b"\r\n" for byte in behind):
            return  # the prefix may still come
        self._add(found, start if prefix is None or more is None else prefix.end(), match)
        for candidate in found:
            candidate.values.update(more or {})

    def decoded(self, values: dict[str, object], data: bytes) -> bytes:
        """Return the bytes that a block stands for: itself, or what its base64 text means."""
        flag = self.codec.base64_when
        if flag is not None and values.get(flag):
            try:
                return base64.b64decode(data, validate=True)
            except binascii.Error:
                return data
        return data

    def written(self, values: dict[str, object], data: bytes) -> bytes:
        """Return header and block as they stand on the wire, the length filled in."""
        flag = self.codec.base64_when
        raw = base64.b64encode(data) if flag is not None and values.get(flag) else data
        prefix = b"" if self._prefix is None else self._prefix.write(values)
        return self.template.write({**values, self.codec.length: len(raw)}) + prefix + raw
