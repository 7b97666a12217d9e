"""Writes commands: from declared values to the bytes of a line."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from attrs import define, field

from ..errors import InvalidArgument
from .codecs import Codec, ListOf, Quoting
from .command import Command, CommandDeclaration, Form, Parameter, Query, Raw
from .grammar import Grammar
from .request import Request
from .script import Prompt
from .secret import MASK, Secret

__all__ = ["Encoder", "declaration_of"]

R = TypeVar("R")

_CONTROL = b"\r\n\x00"


def declaration_of(command: Command[Any]) -> CommandDeclaration:
    """Return the declaration of a command or of the command that a query belongs to."""
    return command.of.declaration if isinstance(command, Query) else command.declaration


@define
class _Line:
    """A line in the making: what is written, what may be shown, and what follows the prompt."""

    names: list[str] = field(factory=list)
    written: list[bytes] = field(factory=list)
    shown: list[bytes] = field(factory=list)
    secrets: list[bytes] = field(factory=list)
    behind: bytes | None = None
    kept: int = 0

    def add(self, name: str, texts: Sequence[bytes], shown: Sequence[bytes]) -> None:
        self.names += [name] * len(texts)
        self.written += texts
        self.shown += shown
        self.kept = len(self.written)

    def skip(self) -> None:
        self.names.append("")
        self.written.append(b"")
        self.shown.append(b"")


class Encoder:
    """Makes commands of one dialect ready for the line.

    :param grammar: the rules of its wire.
    :param shown: returns a raw line with its secrets masked, and the secrets.
    """

    def __init__(self, grammar: Grammar, shown: Callable[[bytes], tuple[str, Sequence[bytes]]]) -> None:
        self._grammar = grammar
        self._shown = shown

    def request(self, command: Command[R], timeout: float | None = None) -> Request[R]:
        """Return *command* ready for the line.

        :param timeout: seconds for the answer, where the command's own limit does not fit.
        :raises InvalidArgument: for a value that is out of range or cannot be written.
        """
        line = _Line()
        head, label = self._head(command, line)
        whole = head + b",".join(line.written) + self._grammar.terminator
        limit = self._grammar.line_limit
        if len(whole) > limit:
            raise InvalidArgument("the command line", f"at most {limit} bytes long, not {len(whole)}", command=label)
        return Request(
            line=whole,
            name=command.name if isinstance(command, Raw) else declaration_of(command).wire,
            label=label,
            script=command.script(),
            reply=command.reply(),
            spelling=self._grammar.spelling,
            data=line.behind,
            timeout=command.time_limit() if timeout is None else timeout,
            secrets=tuple(secret for secret in line.secrets if secret),
        )

    def _head(self, command: Command[Any], line: _Line) -> tuple[bytes, str]:
        """Return the line up to its arguments, and the label; the arguments go into *line*."""
        grammar = self._grammar
        if isinstance(command, Raw):
            if any(byte in _CONTROL + grammar.syntax.refused for byte in command.line):
                raise InvalidArgument("line", "free of CR, LF, NUL and what else ends a line")
            label, secrets = self._shown(command.line)
            line.secrets += secrets
            return command.line, label
        declaration = declaration_of(command)
        head = (declaration.wire if declaration.bare else grammar.prefix + declaration.wire).encode()
        if grammar.lower_names and not declaration.spelled:
            head = head.lower()
        if not declaration.terminated:
            raise InvalidArgument(declaration.name, "left to the stream, which sends it between its silences")
        form = command.form
        if not isinstance(command, Query) and form not in declaration.forms:
            raise InvalidArgument(declaration.name, "asked by one of its query forms", command=head.decode())
        head += grammar.forms[form].encode()
        if form not in (Form.SET, Form.SAVE):
            return head, head.decode()
        self._arguments(command, declaration, line, head.decode())
        return head, (head + b",".join(line.shown)).decode("utf-8", "replace")

    def _arguments(self, command: Command[Any], declaration: CommandDeclaration, line: _Line, head: str) -> None:
        data = {p.name: self._data(command, p, head) for p in declaration.parameters if p.data}
        for parameter in declaration.parameters:
            value = getattr(command, parameter.name)
            if parameter.flag or (parameter.leading and value is None):
                continue
            if parameter.when is not None and not applies(parameter, lambda name: getattr(command, name)):
                if value is not None:
                    raise InvalidArgument(parameter.name, f"left out with this {parameter.when[0]}", command=head)
                continue
            if parameter.data:
                self._add_data(command, parameter, data[parameter.name], line)
                continue
            if parameter.counts is not None:
                value = self._count(command, parameter, data, value, head)
            if value is None:
                if not parameter.optional:
                    assert parameter.codec is not None
                    raise InvalidArgument(parameter.name, parameter.codec.allowed, command=head)
                line.skip()
                continue
            texts = self._written(parameter, value, head)
            if parameter.secret:
                line.secrets += [*texts, _plain(value)]
            codec = parameter.codec
            if codec is not None and codec.tail:
                line.secrets += codec.secrets(value)
                line.add(parameter.name, texts, [codec.shown(value)])
            else:
                line.add(parameter.name, texts, [MASK.encode()] if parameter.secret else texts)
        if not declaration.keep_commas:
            del line.written[line.kept :], line.shown[line.kept :]
        syntax = self._grammar.syntax
        if syntax.escape and not syntax.quote:
            for name, text in zip(line.names, line.written[:-1], strict=False):
                if text.endswith(syntax.escape):
                    raise InvalidArgument(name, "free of an escape at its end, as a comma follows", command=head)

    def _add_data(self, command: Command[Any], parameter: Parameter, data: bytes | None, line: _Line) -> None:
        if data is None:
            if parameter.inline:
                line.skip()
            return
        if parameter.secret:
            line.secrets.append(data)
        if parameter.inline:
            line.add(parameter.name, [data], [b"<%d bytes>" % len(data)])
        else:
            line.behind = data + command.script().data_end

    def _count(
        self, command: Command[Any], parameter: Parameter, data: dict[str, bytes | None], value: int | None, head: str
    ) -> int | None:
        assert parameter.counts is not None
        held = data[parameter.counts] if parameter.counts in data else getattr(command, parameter.counts)
        if held is None:
            if value is None and parameter.counts in data and command.script().prompt is not Prompt.NONE:
                raise InvalidArgument(parameter.counts, "given", command=head)
            return value
        if value is not None and value != len(held):
            raise InvalidArgument(parameter.name, f"the length of {parameter.counts}, {len(held)}", command=head)
        return len(held)

    def _data(self, command: Command[Any], parameter: Parameter, head: str) -> bytes | None:
        """Return the data of a command as they are sent, checked."""
        held = getattr(command, parameter.name)
        data: bytes | None = held.reveal() if isinstance(held, Secret) else held
        if data is None:
            return None
        if not isinstance(data, bytes | bytearray | memoryview):
            raise InvalidArgument(parameter.name, "bytes", command=head)
        if parameter.longest is not None and len(data) > parameter.longest:
            raise InvalidArgument(parameter.name, f"at most {parameter.longest} bytes", command=head)
        if any(byte in parameter.refused for byte in data):
            raise InvalidArgument(parameter.name, f"free of the bytes {parameter.refused.hex(' ')}", command=head)
        if parameter.base64_when and getattr(command, parameter.base64_when):
            data = base64.b64encode(data)
        try:
            return bytes(data) if parameter.codec is None else parameter.codec.write(data)
        except ValueError as error:
            raise InvalidArgument(parameter.name, str(error), command=head) from None

    def _written(self, parameter: Parameter, value: object, head: str) -> list[bytes]:
        codec = parameter.codec
        assert codec is not None
        try:
            if isinstance(codec, ListOf) and parameter.rest:
                if not isinstance(value, tuple | list):
                    raise ValueError("not a sequence")
                return [self._text(codec.item, item) for item in value]
            return [self._text(codec, value)]
        except InvalidArgument as error:
            raise InvalidArgument(error.parameter, error.allowed, command=head) from None
        except (ValueError, TypeError) as error:
            why = str(error.args[0]) if error.args else ""
            allowed = why if re.match("free of|with an", why) else codec.allowed
            raise InvalidArgument(parameter.name, allowed, command=head) from None

    def _text(self, codec: Codec[Any], value: object) -> bytes:
        plain = value.reveal() if isinstance(value, Secret) else value
        text = codec.write(plain)
        quoting = codec.quoting_of(plain)
        if quoting is Quoting.NEVER and codec.blanks:
            return self._grammar.syntax.checked(text)
        return self._grammar.syntax.text(text, quoting)


def applies(parameter: Parameter, value_of: Callable[[str], object]) -> bool:
    """Tell whether the place of a parameter exists, from the values of the others."""
    if parameter.when is None:
        return True
    name, values = parameter.when
    return value_of(name) in values


def _plain(value: object) -> bytes:
    """Return a secret as it may come back where it is neither quoted nor escaped."""
    revealed = value.reveal() if isinstance(value, Secret) else value
    return revealed if isinstance(revealed, bytes) else str(revealed).encode("utf-8", "surrogateescape")
