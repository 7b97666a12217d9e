"""Templates of wire text: one line of declaration that both reads and writes a message.

A template is the text as it stands on the wire, with ``<name>`` for a field, ``[...]`` for a part that may be missing
and ``<*>`` for all fields in order, separated by commas, those that may be missing left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from .codecs import Codec, ListOf, Quoting
from .secret import Secret

__all__ = ["Field", "Spelling", "Template"]

_PART = re.compile(r"<(\*|\w+)>|(\[)|(\])")


@frozen
class Field:
    """A field of a message: its name, its type and whether it may be missing.

    :param answer_quoting: how it is quoted in answers, where that differs from commands.
    """

    name: str
    codec: Codec[Any]
    optional: bool = False
    answer_quoting: Quoting | None = None

    def quoting(self, spelling: Spelling) -> Quoting:
        """Return how it is quoted in answers."""
        if not spelling.answers_quoted:
            return Quoting.NEVER
        return self.codec.quoting if self.answer_quoting is None else self.answer_quoting


@frozen
class Spelling:
    """What a dialect varies in the text of its messages.

    :param separator: pattern of what stands between a name and its values, where the template has ``:``.
    :param blanks: blanks around numbers and words are typography.
    :param fold_case: capitals and small letters are the same in names and words.
    :param plus_optional: the ``+`` before a name may be missing.
    :param answers_quoted: texts in answers stand in quotes where their type says so.
    """

    separator: str = ":"
    blanks: bool = False
    fold_case: bool = False
    plus_optional: bool = False
    answers_quoted: bool = True


class Template:
    """A compiled template.

    :param text: the template.
    :param fields: its fields by name.
    :param spelling: the dialect's variations.
    """

    def __init__(self, text: str, fields: Sequence[Field], spelling: Spelling) -> None:
        self.text = text
        self.spelling = spelling
        self._by_name = {field.name: field for field in fields}
        self._order = [field.name for field in fields]
        self._used: list[str] = []
        source = self._compile(text)
        self.fields: list[Field] = [self._by_name[name] for name in self._used]
        self.pattern: re.Pattern[bytes] = re.compile(source.encode("latin-1"), self.flags | re.DOTALL)
        self.source = source
        self._readers: list[tuple[str, Callable[[bytes], object]]] = [
            (field.name, self._reader(field)) for field in self.fields
        ]

    @property
    def flags(self) -> int:
        """Flags of the pattern."""
        return re.IGNORECASE if self.spelling.fold_case else 0

    def read(self, text: bytes) -> dict[str, object] | None:
        """Return the values in *text*, or None where it does not fit the template."""
        match = self.pattern.fullmatch(text)
        return None if match is None else self.values(match.groups())

    def values(self, groups: Sequence[bytes | None]) -> dict[str, object] | None:
        """Return the values of matched groups; None when one of them cannot be read."""
        try:
            return {
                name: reader(group)
                for (name, reader), group in zip(self._readers, groups, strict=True)
                if group is not None
            }
        except ValueError:
            return None

    def write(self, values: Mapping[str, object]) -> bytes:
        """Return the text of *values*; a part in brackets is left out when a field in it is None."""
        return self._render(self.text, values) or b""

    def _reader(self, field: Field) -> Callable[[bytes], object]:
        read: Callable[[bytes], object] = field.codec.read
        if field.quoting(self.spelling) in (Quoting.NEEDED, Quoting.LENIENT):
            return lambda text: read(text[1:-1] if len(text) > 1 and text[:1] == b'"' and text[-1:] == b'"' else text)
        return read

    def _compile(self, text: str) -> str:
        out: list[str] = []
        position = 0
        for match in _PART.finditer(text):
            out.append(self._literal(text[position : match.start()], text[match.start() :]))
            position = match.end()
            if match[2]:
                out.append("(?:")
            elif match[3]:
                out.append(")?")
            elif match[1] == "*":
                out.extend(self._listed())
            else:
                out.append(self._group(self._by_name[match[1]]))
        out.append(self._literal(text[position:], ""))
        return "".join(out)

    def _literal(self, text: str, behind: str) -> str:
        """Return the pattern of fixed text; *behind* is the template that follows it."""
        out = re.escape(text)
        if self.spelling.separator != ":":
            # Blanks behind it, where text follows; numbers and words bring their own, and bare text owns its blanks.
            typography = " *" if self.spelling.blanks and not text.endswith(":") else ""
            out = out.replace(":", self.spelling.separator + typography, 1)
        if text.startswith("+") and self.spelling.plus_optional:
            out = out.replace(r"\+", r"\+?", 1)
        return self._with_blanks(out, behind) if self.spelling.blanks and out else out

    def _with_blanks(self, source: str, behind: str) -> str:
        """Let blanks stand around words and commas, but never take one from bare text or from data.

        Beside a field without quotes none are let in here: numbers and words bring their own.
        """
        out = source.replace(",", " *, *")
        if source.startswith(",") and self._used and not self._is_quoted(self._used[-1]):
            out = out.removeprefix(" *")
        following = next((match[1] for match in _PART.finditer(behind) if match[1]), "")
        name = self._order[0] if following == "*" else following
        if source.endswith(",") and (not name or not self._is_quoted(name)):
            out = out.removesuffix(" *")
        before = " *" if source[:1].isalpha() else ""
        after = " *" if source[-1:].isalpha() and not behind else ""
        return before + out + after

    def _is_quoted(self, name: str) -> bool:
        return self._by_name[name].quoting(self.spelling) is not Quoting.NEVER

    def _listed(self) -> Iterator[str]:
        """All fields with commas between; those before the first that must be there may be the first themselves."""
        comma = ""
        for name in self._order:
            field = self._by_name[name]
            group = comma + self._group(field)
            yield f"(?:{group})?" if field.optional else group
            comma = "(?:(?<![^(:=])|,)" if field.optional and comma != "," else ","

    def _group(self, field: Field) -> str:
        self._used.append(field.name)
        shape = field.codec.shape
        quoting = field.quoting(self.spelling)
        if quoting is Quoting.ALWAYS and not isinstance(field.codec, ListOf):
            return f'"({shape})"'
        if quoting in (Quoting.NEEDED, Quoting.LENIENT):
            return f'("{shape}"|{shape})'
        if self.spelling.blanks and field.codec.blanks:
            # Blanks in front are taken once and for all: an open word could share them out in too many ways.
            return f" *+({shape}) *"
        return f"({shape})"

    def _render(self, text: str, values: Mapping[str, object]) -> bytes | None:
        """Return the text of a piece of the template, or None when a field of it has no value."""
        out = b""
        for kind, piece in _pieces(text):
            if kind == "optional":
                out += self._render(piece, values) or b""
            elif kind == "all":
                present = [self._written(name, values) for name in self._order if not self._absent(name, values)]
                out += b",".join(present)
            elif kind == "field":
                if self._absent(piece, values):
                    return None
                out += self._written(piece, values)
            else:
                out += piece.encode("latin-1")
        return out

    def _absent(self, name: str, values: Mapping[str, object]) -> bool:
        """Tell whether the place of a field is left out: no value, or an empty list that may be missing."""
        value = values.get(name)
        return value is None or (value == () and self._by_name[name].optional)

    def _written(self, name: str, values: Mapping[str, object]) -> bytes:
        field = self._by_name[name]
        value = values[name]
        text = field.codec.write(value.reveal() if isinstance(value, Secret) else value)
        if isinstance(field.codec, ListOf):
            return text
        bare = field.quoting(self.spelling) in (Quoting.NEVER, Quoting.LENIENT)
        return text if bare else b'"' + text + b'"'


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Take a template apart into literals, fields and parts in brackets."""
    position = 0
    while position < len(text):
        match = _PART.search(text, position)
        if match is None:
            yield "literal", text[position:]
            return
        if match.start() > position:
            yield "literal", text[position : match.start()]
        position = match.end()
        if match[2]:
            depth = 1
            start = position
            while depth:
                inner = _PART.search(text, position)
                assert inner is not None, "compiled before"
                depth += 1 if inner[2] else -1 if inner[3] else 0
                position = inner.end()
            yield "optional", text[start : position - 1]
        elif match[1] == "*":
            yield "all", ""
        else:
            yield "field", match[1]
