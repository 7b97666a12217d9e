"""How this firmware reads a command line."""

from __future__ import annotations

import re
from typing import Any

from ....wire.codecs import Bool, Choice, Codec, Int
from ....wire.command import Command, Setting
from ....wire.vocabulary import ParseError, Vocabulary
from ..commands.socket import SKSND

__all__ = ["GRANT_LIMIT", "FirmwareParser", "argument_count"]

#: Most bytes that one SKSND takes.
GRANT_LIMIT = 512
_NUMBER = re.compile(rb"(AT\+[^=]*=!?)(\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"(AT\+SKSND=\d+,)(\d+)", re.IGNORECASE)


def argument_count(line: bytes, vocabulary: Vocabulary) -> int:
    """Return how many arguments stand in *line*."""
    _, equals, text = line.partition(b"=")
    if not equals:
        return 0
    try:
        return len(vocabulary.grammar.syntax.split(text))
    except ValueError:
        return 1


class FirmwareParser:
    """Reads command lines as the firmware does: only digits are a number, and few numbers are too big.

    :param vocabulary: the vocabulary of the dialect.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cut = {name for name, cls in vocabulary.commands.items() if _holds_one_byte(cls)}

    def parse(self, line: bytes) -> Command[Any]:
        """Read a command line without its end.

        :raises ParseError: it cannot be read.
        """
        name = self._vocabulary.name_of(line)
        line = line.removesuffix(b",")
        if name in self._cut:
            line = _NUMBER.sub(lambda found: found[1] + b"%d" % (int(found[2]) & 0xFF), line)
        asked = _SIZE.fullmatch(line)
        if asked is not None:
            line = asked[1] + b"%d" % min(max(int(asked[2]), 1), GRANT_LIMIT)
        command = self._vocabulary.parse(line)
        if asked is not None and isinstance(command, SKSND):
            # The firmware takes any size here, and grants less.
            return SKSND(socket=command.socket, size=int(asked[2]))
        self._check_digits(command, line)
        return command

    def _check_digits(self, command: Command[Any], line: bytes) -> None:
        text = line.partition(b"=")[2].removeprefix(b"!")
        if not text or text == b"?":
            return
        codecs = [p.codec for p in command.declaration.parameters if p.codec is not None]
        arguments = self._vocabulary.grammar.syntax.split(text)
        for index, (codec, argument) in enumerate(zip(codecs, arguments, strict=False)):
            if _is_number(codec) and argument.text and not argument.text.isdigit():
                raise ParseError("value", index)


def _is_number(codec: Codec[Any]) -> bool:
    return isinstance(codec, Int | Bool) or (isinstance(codec, Choice) and issubclass(codec.type, int))


def _holds_one_byte(cls: type[Command[Any]]) -> bool:
    """Tell whether a setting is one number that the firmware cuts to eight bits before it looks at it."""
    codecs = [p.codec for p in cls.declaration.parameters if not p.flag]
    if not issubclass(cls, Setting) or len(codecs) != 1 or codecs[0] is None:
        return False
    wide = isinstance(codecs[0], Int) and (codecs[0].high or 0) > 0xFF
    return _is_number(codecs[0]) and not wide
