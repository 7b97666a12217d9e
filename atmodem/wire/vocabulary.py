"""All commands and events of one dialect, found by what stands on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import attrs

from ..errors import InvalidArgument
from .burst import BurstReader
from .command import Command
from .counted import Data, Header
from .encoding import Encoder
from .event import Event, field_names, fields_of
from .grammar import Grammar
from .parsing import ParseError, Parser, forms_of
from .reply import Reply
from .request import Request
from .script import Prompt
from .template import Template

__all__ = ["EventHeader", "ParseError", "Vocabulary"]

R = TypeVar("R")

_NAMED = re.compile(r"\+?([A-Za-z][A-Za-z0-9_ ]*)[:=]", re.ASCII)


@attrs.frozen
class EventHeader:
    """A header of counted data that makes an event."""

    header: Header
    cls: type[Event]


class Vocabulary:
    """The commands and events of one dialect.

    :param grammar: the rules of its wire.
    :param commands: its command classes.
    :param events: its event classes.
    """

    def __init__(self, grammar: Grammar, commands: Iterable[type[Command[Any]]], events: Iterable[type[Event]]) -> None:
        self.grammar = grammar
        self.commands: dict[str, type[Command[Any]]] = {}
        self.events: list[type[Event]] = list(events)
        #: Headers of counted data that are valid at any time.
        self.headers: list[EventHeader] = []
        #: Reads runs of like events.
        self.bursts: BurstReader = BurstReader(grammar.spelling, grammar.line_end)
        self._exact: dict[bytes, type[Event]] = {}
        self._named: dict[bytes, list[tuple[bool, Template, type[Event]]]] = {}
        self._free: list[tuple[Template, type[Event]]] = []
        self._starts: list[bytes] = []
        for command in commands:
            self.commands[command.declaration.name.upper()] = command
        #: Names of answers that can hold secrets.
        self.secret_names: frozenset[bytes] = frozenset(
            name.encode() for name, command in self.commands.items() if _answers_secret(command)
        )
        self._encoder = Encoder(grammar, self._shown)
        self._parser = Parser(grammar, self.commands)
        for event in sorted(self.events, key=lambda cls: cls.declaration.fallback):
            for text in (event.declaration.template, *event.declaration.variants):
                self._add(event, text)

    # Events

    def _add(self, cls: type[Event], text: str) -> None:
        fields = fields_of(cls)
        spelling = self.grammar.spelling
        if fields and isinstance(fields[-1].codec, Data):
            data = fields[-1]
            assert isinstance(data.codec, Data)
            if "short" not in field_names(cls):
                raise TypeError(f"{cls.__name__} needs a field 'short': its data may stay short of their count")
            before = text.removesuffix(f"<{data.name}>")
            header = Header(before, fields[:-1], data.name, data.codec, spelling)
            self.headers.append(EventHeader(header, cls))
            self.bursts.exclude(b"+" + header.name)
            self._starts.append(before.split("<")[0].split("[")[0].encode("latin-1"))
            return
        named = _NAMED.match(text)
        if named is not None:
            template = Template(text[named.end() :], fields, spelling)
            plus = text.startswith("+")
            self.bursts.add(text, fields, cls)
            self._named.setdefault(named[1].upper().encode(), []).append((plus, template, cls))
            self._starts.append(text[: named.end()].encode("latin-1"))
        elif "<" in text or "[" in text:
            self._free.append((Template(text, fields, spelling), cls))
        else:
            self._exact[self._key(text.encode("latin-1"))] = cls
            self._starts.append(text.encode("latin-1"))

    def _key(self, line: bytes) -> bytes:
        return line.upper() if self.grammar.spelling.fold_case else line

    def split(self, line: bytes) -> tuple[bytes, bytes]:
        """Return name (in capitals, without plus) and text of a line; the name is empty where it has none."""
        match = self.grammar.head.fullmatch(line)
        return (b"", line) if match is None else (match[1].upper(), match[2])

    def event(self, line: bytes, name: bytes, text: bytes) -> Event | None:
        """Return the event that a line is; *name* and *text* are its halves."""
        cls = self._exact.get(line if not self.grammar.spelling.fold_case else line.upper())
        if cls is not None:
            return cls()
        for plus, template, cls in self._named.get(name, ()):
            if plus is not (line[:1] == b"+") and not self.grammar.spelling.plus_optional:
                continue
            values = template.read(text)
            if values is not None:
                return cls(**values)
        for template, cls in self._free:
            values = template.read(line)
            if values is not None:
                return cls(**values)
        return None

    def starts_event(self, text: bytes) -> bool | None:
        """Tell whether an event begins at the start of *text*; None when more bytes are needed."""
        fold = self.grammar.spelling.fold_case
        probe = text.upper() if fold else text
        maybe: bool | None = False
        for start in self._starts:
            known = start.upper() if fold else start
            if probe.startswith(known):
                return True
            if known.startswith(probe):
                maybe = None
        return maybe

    def event_text(self, event: Event) -> bytes:
        """Return an event as the module prints it, without leading and trailing line ends."""
        cls = type(event)
        fields = fields_of(cls)
        values = {field.name: getattr(event, field.name) for field in fields}
        for known in self.headers:
            if known.cls is cls:
                data = values.pop(known.header.data)
                return known.header.written(values, data)
        return Template(cls.declaration.template, fields, self.grammar.spelling).write(values)

    # Commands

    def request(self, command: Command[R], timeout: float | None = None) -> Request[R]:
        """Make *command* ready for the line.

        :param timeout: seconds for the answer, where the command's own limit does not fit.
        :raises InvalidArgument: for a value that is out of range or cannot be written.
        """
        return self._encoder.request(command, timeout)

    def parse(self, line: bytes, data: bytes | None = None, *, leading: bool | None = None) -> Command[Any]:
        """Read a command line without its terminator, as the module does.

        :param data: what followed it behind the prompt.
        :param leading: whether the parameters that only some modes have are there; None to try both.
        :raises ParseError: where the module would refuse it.
        """
        return self._parser.parse(line, data, leading=leading)

    def name_of(self, line: bytes) -> str:
        """Return the name in a command line, in capitals."""
        return self._parser.name(line)

    def wants_data(self, line: bytes) -> bool:
        """Tell whether the command of a raw line takes data behind a prompt, or makes the line a stream."""
        try:
            script = self._parser.parse(line).script()
        except ParseError:
            return False
        return script.prompt is not Prompt.NONE or script.stream

    def mask(self, line: bytes) -> str:
        """Return a raw line as it may be shown: by the declaration of its name, else as name and length."""
        return self._shown(line)[0]

    def _shown(self, line: bytes) -> tuple[str, tuple[bytes, ...]]:
        """Return a raw line as it may be shown, and its secrets as far as its command is declared."""
        try:
            request = self._encoder.request(self._parser.parse(line))
        except (ParseError, InvalidArgument):
            name = re.match(rb"[A-Za-z0-9_+]*[?]?", line)
            text = name[0].decode() if name else ""
            return text if len(text) == len(line) else f"{text}… ({len(line)} bytes)", ()
        return request.label, request.secrets


def _answers_secret(command: type[Command[Any]]) -> bool:
    """Tell whether an answer to one of the command's forms can hold a secret."""
    replies: list[Reply[Any]] = [command.declaration.reply]
    replies += [getattr(command, maker)().reply() for maker in forms_of(command).values()]
    records = [getattr(reply, part, None) for reply in replies for part in ("cls", "row")]
    return any(field.codec.secret for record in records if record is not None for field in fields_of(record))
