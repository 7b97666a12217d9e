"""The command line of the example application: line ends, echo, and the data of ``Send``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ....virtual.console import Console
from ....virtual.lines import Line, LineReader
from ....wire.command import Command, Query
from ..codecs import c_number
from .spelling import manual_lines

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["LINE_LIMIT", "ApplicationConsole"]

#: Bytes of the line buffer, the end of the line included.
LINE_LIMIT = 1024

#: What the application takes for ``Send``: it looks at what stands before the third and the fourth comma.
_SEND = re.compile(rb"\+send[^=]*=[^,]*,[^,]*,([^,]*),")
_END = re.compile(rb"[\r\n]")


class _ApplicationLines(LineReader):
    """CR and LF end a line each; the data of ``Send`` in small letters may hold them."""

    def __init__(self) -> None:
        super().__init__((b"\r", b"\n"), LINE_LIMIT)

    def feed(self, data: bytes) -> tuple[Line | None, bytes]:
        self._text += data
        text = bytes(self._text)
        found = self._end_of(text)
        if found is None and len(text) < self._limit:
            return None, b""
        self.clear()
        if found is None or found >= self._limit:
            # The buffer is full: it is dropped, and what follows is a line of its own.
            return Line(text[: self._limit], b"", too_long=True), text[self._limit :]
        return Line(text[:found], text[found : found + 1]), text[found + 1 :]

    def _end_of(self, text: bytes) -> int | None:
        place = _END.search(text)
        if place is not None:
            send = _SEND.match(text, text.find(b"+send"), place.end()) if b"+send" in text[: place.end()] else None
            if send is not None:
                place = _END.search(text, send.end() + max(0, c_number(send[1])))
        return None if place is None else place.start()


class ApplicationConsole(Console):
    """Reads commands and prints answers as the application does.

    Parameters are those of :class:`~atmodem.virtual.console.Console`.
    """

    _family: Virtual

    def __init__(self, family: Virtual, write: Callable[[bytes], None]) -> None:
        super().__init__(family, family.clock, write, family.faults)
        self._reader = _ApplicationLines()
        self.echo = family.profile.echo

    def reset(self) -> None:
        super().reset()
        self.echo: bool = self._family.profile.echo

    def written(self, command: Command[Any], value: object) -> list[bytes]:
        """Return the lines that answer *command* with *value*."""
        declaration = command.of.declaration if isinstance(command, Query) else command.declaration
        grammar = self._family.vocabulary.grammar
        lines = command.reply().lines(declaration.wire.lower(), grammar.spelling, value)
        # Help has no name to be spelled.
        spelled = self._family.profile.manual and not isinstance(command, Query)
        return manual_lines(declaration, lines) if spelled else lines

    def _lines(self, command: Command[Any], value: object) -> list[bytes]:
        return self.written(command, value)

    def _echo(self, line: Line | None, consumed: bytes) -> None:
        if self.echo:
            self._write(consumed if line is None else consumed + self._family.framing.end)
