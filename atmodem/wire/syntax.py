"""How a dialect writes the arguments of a command: separators, quotes, escapes and what cannot be written."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from .codecs import Quoting

__all__ = ["Argument", "Syntax"]


@frozen
class Argument:
    """One argument as it stood in a command line, quotes and escapes taken off."""

    text: bytes
    quoted: bool = False


@frozen
class Syntax:
    """Quoting and escaping of one dialect.

    :param quote: the quotation mark; empty where the dialect has none.
    :param escape: the escape character; empty where nothing can be escaped.
    :param escaped: the characters that need an escape (inside quotes, where there are quotes).
    :param needs_quotes: characters that make a :attr:`Quoting.NEEDED` text quoted.
    :param refused: bytes that no text may hold.
    :param balanced_quotes: a text must hold an even number of quotation marks.
    :param refused_words: sequences that no line may hold except as its name, compared without case.
    :param unescape_any: reading ``\\x`` gives ``x`` for any x; else only the escaped characters lose the escape.
    :param blanks_vanish: blanks outside quotes are dropped when reading.
    """

    quote: bytes = b'"'
    escape: bytes = b"\\"
    escaped: bytes = b""
    needs_quotes: bytes = b""
    refused: bytes = b"\r\n\x00"
    balanced_quotes: bool = False
    refused_words: tuple[bytes, ...] = ()
    unescape_any: bool = True
    blanks_vanish: bool = False

    def checked(self, text: bytes) -> bytes:
        """Return *text* if no byte of it ends a line.

        :raises ValueError: else.
        """
        if any(byte in self.refused for byte in text):
            raise ValueError("free of CR, LF and other control bytes that end a line")
        return text

    def text(self, value: bytes, quoting: Quoting) -> bytes:
        """Return *value* as it is written in a command.

        :raises ValueError: when the syntax has no way to write it; the text says why.
        """
        self.checked(value)
        lower = value.lower()
        for word in self.refused_words:
            if word in lower:
                raise ValueError(f"free of {word.decode()!r}, which the module takes for a command")
        if self.balanced_quotes and value.count(self.quote) % 2:
            raise ValueError("with an even number of quotation marks")
        if not self.quote:
            return self._escape(value)
        if quoting is Quoting.NEVER:
            if b"," in value:
                raise ValueError("free of commas, which this command cannot carry")
            if value.startswith(self.quote):
                raise ValueError("free of a quotation mark at its beginning")
            if self.blanks_vanish and b" " in value:
                raise ValueError("free of blanks, which this command cannot carry")
            return value
        if quoting is not Quoting.ALWAYS and value and not self._needs_quotes(value):
            return value
        if self.quote not in self.escaped and self.quote + b"," in value:
            raise ValueError("free of a quotation mark before a comma, which has no escape")
        return self.quote + self._escape(value) + self.quote

    def _needs_quotes(self, value: bytes) -> bool:
        return value.startswith(self.quote) or any(byte in b"," + self.escape + self.needs_quotes for byte in value)

    def _escape(self, value: bytes) -> bytes:
        if not self.escape or not self.escaped:
            return value
        return b"".join(self.escape + bytes((byte,)) if byte in self.escaped else bytes((byte,)) for byte in value)

    def join(self, arguments: Iterable[bytes]) -> bytes:
        """Return written arguments as one text."""
        return b",".join(arguments)

    def split(self, text: bytes) -> list[Argument]:
        """Take the arguments of a command apart, as the module does.

        :raises ValueError: for a quotation mark that is not closed.
        """
        arguments: list[Argument] = []
        position = 0
        while True:
            argument, position = self._one(text, position)
            arguments.append(argument)
            if position >= len(text):
                return arguments
            position += 1  # the comma

    def cut(self, text: bytes, count: int) -> tuple[list[Argument], bytes | None]:
        """Take the first *count* arguments off; return them and the rest, None where no comma is left for one.

        :raises ValueError: for a quotation mark that is not closed.
        """
        arguments: list[Argument] = []
        position = 0
        while len(arguments) < count:
            argument, position = self._one(text, position)
            arguments.append(argument)
            if position >= len(text):
                return arguments, None
            position += 1  # the comma
        return arguments, text[position:]

    def _one(self, text: bytes, position: int) -> tuple[Argument, int]:
        value = bytearray()
        while self.blanks_vanish and text[position : position + 1] == b" ":
            position += 1
        quoted = bool(self.quote) and text[position : position + 1] == self.quote
        if quoted:
            position += 1
        while position < len(text):
            byte = text[position : position + 1]
            following = text[position + 1 : position + 2]
            if self.escape and byte == self.escape and following and self._unescapes(following, quoted=quoted):
                value += following
                position += 2
            elif quoted and byte == self.quote and following in (b"", b","):
                return Argument(bytes(value), quoted=True), position + 1
            elif not quoted and byte == b",":
                return Argument(bytes(value)), position
            elif self.blanks_vanish and not quoted and byte == b" ":
                position += 1
            else:
                value += byte
                position += 1
        if quoted:
            raise ValueError("quotation mark not closed")
        return Argument(bytes(value)), position

    def _unescapes(self, following: bytes, *, quoted: bool) -> bool:
        if self.quote and not quoted:
            return False
        return self.unescape_any or following in self.escaped
