"""How strictly the firmware reads arguments: stricter than a client that writes them has to know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....wire.parsing import ParseError

__all__ = ["check_arguments", "is_number", "split_arguments", "with_decimals"]

_NUMBER = re.compile(rb"-?(?:\d+|0[xX][0-9A-Fa-f]+)")
_HEX = re.compile(rb"0[xX][0-9A-Fa-f]+")
#: An argument up to the comma behind it: a backslash protects what follows it.
_PIECE = re.compile(rb"((?:[^\\,]|\\.?)*)(,|\Z)", re.DOTALL)


def split_arguments(text: bytes) -> list[bytes]:
    """Return the arguments as they stand; a comma ends one even inside quotes, unless it is escaped.

    :param text: what stands behind the equals sign.
    """
    return list(_pieces(text))


def _pieces(text: bytes) -> Iterator[bytes]:
    for match in _PIECE.finditer(text):
        yield match[1]
        if not match[2]:
            return


def is_number(argument: bytes) -> bool:
    """Tell whether the firmware reads this as a number: decimal or hexadecimal, with a minus but no plus, no blanks."""
    return _NUMBER.fullmatch(argument) is not None


def check_arguments(text: bytes) -> None:
    """Check that each argument is nothing, a number, or a text in quotes.

    :param text: what stands behind the equals sign.
    :raises ParseError: one is something else.
    """
    for index, piece in enumerate(split_arguments(text)):
        quoted = len(piece) > 1 and piece[:1] == b'"' and piece[-1:] == b'"'
        if piece and not quoted and not is_number(piece):
            raise ParseError("syntax", index)


def with_decimals(line: bytes, index: int) -> bytes | None:
    """Return a command line with the argument at *index* in decimal, or None where that is no hexadecimal number."""
    name, mark, text = line.partition(b"=")
    pieces = split_arguments(text)
    if index >= len(pieces) or not _HEX.fullmatch(pieces[index]):
        return None
    pieces[index] = b"%d" % int(pieces[index], 16)
    return name + mark + b",".join(pieces)
