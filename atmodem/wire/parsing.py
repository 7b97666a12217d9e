"""Reads command lines, as a module does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import InvalidArgument
from .codecs import Codec, ListOf, Quoting
from .command import Command, Form, Parameter, Query, QueryForm, Setting
from .encoding import applies
from .grammar import Grammar
from .script import Prompt
from .secret import Secret
from .syntax import Argument

__all__ = ["ParseError", "Parser", "forms_of"]

_ASKING = (Form.QUERY, Form.STORED, Form.TEST)
_MAKERS = ("query", "stored", "test")


class ParseError(ValueError):
    """A command line that the module would refuse.

    :param reason: ``"unknown"``, ``"form"``, ``"count"``, ``"syntax"`` or ``"value"``.
    :param index: position of the argument, from 0, where one is to blame.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason if index is None else f"{reason} of argument {index}")
        self.reason = reason
        self.index = index


def forms_of(cls: type[Command[Any]]) -> dict[Form, str]:
    """Return the forms of a command that only ask, with the name of the method that makes each."""
    found: dict[Form, str] = {}
    for maker in _MAKERS:
        declared = next((base.__dict__[maker] for base in cls.__mro__ if maker in base.__dict__), None)
        if isinstance(declared, QueryForm):
            found[declared.form] = maker
        elif declared is not None and issubclass(cls, Setting):
            found[cls.asked] = maker
    return found


class Parser:
    """Reads the command lines of one dialect.

    :param grammar: the rules of its wire.
    :param commands: its commands by name in capitals.
    """

    def __init__(self, grammar: Grammar, commands: Mapping[str, type[Command[Any]]]) -> None:
        self._grammar = grammar
        self._commands = commands
        self._bare = {cls.declaration.name.upper(): cls for cls in commands.values() if cls.declaration.bare}

    def parse(self, line: bytes, data: bytes | None = None, *, leading: bool | None = None) -> Command[Any]:
        """Read a command line without its terminator.

        :param data: what followed it behind the prompt.
        :param leading: whether leading parameters are there; None to try both.
        :raises ParseError: where the module would refuse it.
        """
        cls, form, text = self._find(line)
        if form in _ASKING:
            query: Query[Any] = getattr(cls, forms_of(cls)[form])()
            return query
        if form not in cls.declaration.forms:
            raise ParseError("form")
        if form is Form.EXECUTE:
            return cls()
        return self._instance(cls, form, text, data, leading)

    def name(self, line: bytes) -> str:
        """Return the name that stands in a line, in capitals; the line itself where it has no prefix."""
        text = line.decode("latin-1")
        if text.upper() in self._bare:
            return text.upper()
        if text.upper().startswith(self._grammar.prefix):
            text = text[len(self._grammar.prefix) :]
        text = text.split("=")[0].split("?")[0]
        return (text.replace(" ", "") if self._grammar.spelling.blanks else text).upper()

    def _find(self, line: bytes) -> tuple[type[Command[Any]], Form, bytes]:
        grammar = self._grammar
        text = line.decode("latin-1")
        exact = not grammar.any_case
        bare = self._bare.get(text.upper())
        if bare is not None and (not exact or text == bare.declaration.name):
            return bare, Form.EXECUTE, b""
        if not text.upper().startswith(grammar.prefix) or (exact and not text.startswith(grammar.prefix)):
            raise ParseError("unknown")
        name = self.name(line)
        cls = self._commands.get(name)
        if cls is None or cls.declaration.bare or (exact and not text[len(grammar.prefix) :].startswith(name)):
            raise ParseError("unknown")
        rest = text[min((text.find(mark) for mark in "=?" if mark in text), default=len(text)) :]
        return cls, *self._form(cls, rest)

    def _form(self, cls: type[Command[Any]], rest: str) -> tuple[Form, bytes]:
        forms = self._grammar.forms
        asking = forms_of(cls)
        for form in _ASKING:
            if form in asking and rest == forms.get(form):
                return form, b""
        if not rest:
            bare = cls.declaration.bare_query and Form.EXECUTE not in cls.declaration.forms
            return Form.QUERY if bare else Form.EXECUTE, b""
        foreign = [forms.get(form) for form in _ASKING if form not in asking]
        save = forms.get(Form.SAVE)
        if rest in foreign or (save and rest.startswith(save) and Form.SAVE not in cls.declaration.forms):
            raise ParseError("form")
        for form in (Form.SAVE, Form.SET):
            mark = forms.get(form)
            if mark and rest.startswith(mark) and form in cls.declaration.forms:
                return form, rest[len(mark) :].encode("latin-1")
        raise ParseError("form")

    def _instance(
        self, cls: type[Command[Any]], form: Form, text: bytes, data: bytes | None, leading: bool | None
    ) -> Command[Any]:
        parameters = cls.declaration.parameters
        values: dict[str, object] = {p.name: True for p in parameters if p.flag and form is Form.SAVE}
        tail = next((p for p in parameters if p.inline or (p.codec is not None and p.codec.tail)), None)
        named = [p for p in parameters if not p.data and not p.flag and p is not tail]
        behind = next((p for p in parameters if p.data and not p.inline), None)
        rest: bytes | None = None
        try:
            if tail is not None:
                arguments, rest = self._grammar.syntax.cut(text, len(named))
            else:
                arguments = self._grammar.syntax.split(text)
        except ValueError:
            raise ParseError("syntax") from None
        if cls.declaration.keep_commas and (len(arguments) != len(named) or (tail is not None and rest is None)):
            raise ParseError("count")
        failure = ParseError("count")
        for present in _layouts(cls, named, arguments, leading):
            try:
                found = values | self._bind(present, arguments)
                if tail is not None:
                    found[tail.name] = _read_tail(tail, found, rest)
                if behind is not None:
                    found[behind.name] = data
                return _made(cls, found, behind)
            except ParseError as error:
                failure = error
        raise failure

    def _bind(self, parameters: list[Parameter], arguments: list[Argument]) -> dict[str, object]:
        values: dict[str, object] = {}
        index = 0
        for parameter in parameters:
            if not applies(parameter, values.get):
                continue
            if parameter.rest:
                left = arguments[index:]
                assert isinstance(parameter.codec, ListOf)
                if left or not parameter.optional:
                    read = [self._read(parameter.codec.item, a, index + i) for i, a in enumerate(left)]
                    values[parameter.name] = tuple(read)
                return values
            argument = arguments[index] if index < len(arguments) else None
            if argument is None or (not argument.text and not argument.quoted):
                if not parameter.optional:
                    raise ParseError("count" if argument is None else "value", index)
            else:
                assert parameter.codec is not None
                values[parameter.name] = self._read(parameter.codec, argument, index)
            index += 1
        if index < len(arguments):
            raise ParseError("count")
        return values

    def _read(self, codec: Codec[Any], argument: Argument, index: int) -> object:
        if self._grammar.syntax.quote:
            wants = codec.quoting is Quoting.ALWAYS
            if wants != argument.quoted and codec.quoting is not Quoting.NEEDED:
                raise ParseError("syntax", index)
        try:
            value: object = codec.read_argument(argument.text, quoted=argument.quoted)
            codec.write(value.reveal() if isinstance(value, Secret) else value)
        except (ValueError, TypeError):
            raise ParseError("value", index) from None
        return value


def _layouts(
    cls: type[Command[Any]], named: list[Parameter], arguments: list[Argument], leading: bool | None
) -> Iterator[list[Parameter]]:
    """Yield the parameters that may stand in a line, the likeliest first."""
    layout = cls.layout([argument.text for argument in arguments])
    if layout is not None:
        yield [p for p in named if p.name in layout]
        return
    plain = [p for p in named if not p.leading]
    if leading is not False or plain == named:
        yield named
    if not leading and plain != named:
        yield plain


def _made(cls: type[Command[Any]], values: dict[str, object], behind: Parameter | None) -> Command[Any]:
    """Return the command with these values; the end mark of its data is taken off."""
    try:
        made = cls(**values)
        script = made.script()
        if behind is not None and script.data_end and isinstance(data := values[behind.name], bytes):
            made = cls(**{**values, behind.name: data.removesuffix(script.data_end)})
    except (InvalidArgument, TypeError):
        raise ParseError("value") from None
    if script.prompt is not Prompt.NONE:
        for parameter in cls.declaration.parameters:
            if behind is not None and parameter.counts == behind.name and values.get(parameter.name) is None:
                raise ParseError("count")
    return made


def _read_tail(parameter: Parameter, values: Mapping[str, object], text: bytes | None) -> object:
    """Return what takes the rest of a line: data, base64 undone, or the value of its codec."""
    if parameter.data:
        if not text:
            return None
        try:
            encoded = parameter.base64_when and values.get(parameter.base64_when)
            return base64.b64decode(text, validate=True) if encoded else text
        except binascii.Error:
            raise ParseError("value") from None
    assert parameter.codec is not None
    if text is None:
        raise ParseError("count")
    try:
        return parameter.codec.read(text)
    except ParseError:
        raise
    except ValueError:
        raise ParseError("value") from None
