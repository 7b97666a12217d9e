"""The command line of this firmware: line ends and echo."""

from __future__ import annotations

from collections.abc import Callable

from ....virtual.clock import Clock
from ....virtual.console import Console, Family
from ....virtual.faults import Faults
from ....virtual.lines import Line, LineReader
from ..commands.sockets import CIPSEND

__all__ = ["FirmwareConsole"]

_SEND = b"AT+%b=" % CIPSEND.declaration.wire.encode()


class _FirmwareLines(LineReader):
    """A CR ends a line. The LF behind it is dropped, unless CIPSEND takes it for the first byte of its data."""

    def feed(self, data: bytes) -> tuple[Line | None, bytes]:
        line, rest = super().feed(data.lstrip(b"\n") if not self._text else data)
        if line is not None and not line.text.startswith(_SEND):
            rest = rest.removeprefix(b"\n")
        return line, rest


class FirmwareConsole(Console):
    """Reads commands and prints answers as this firmware does.

    Parameters are those of :class:`~atmodem.virtual.console.Console`.
    """

    def __init__(self, family: Family, clock: Clock, write: Callable[[bytes], None], faults: Faults) -> None:
        super().__init__(family, clock, write, faults)
        self._reader = _FirmwareLines(family.rules.ends, family.rules.limit)

    def _echo(self, line: Line | None, consumed: bytes) -> None:
        if self.echo:
            self._write(consumed.translate(None, b"\r\n"))
