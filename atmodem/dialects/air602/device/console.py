"""The command line of this firmware: line ends, echo, and ``+++`` at any time."""

from __future__ import annotations

from collections.abc import Callable

from ....virtual.clock import Clock
from ....virtual.console import Console, Family
from ....virtual.escape import EscapeWatch
from ....virtual.faults import Faults
from ....virtual.lines import Line, LineReader
from ....virtual.results import Streaming

__all__ = ["FirmwareConsole"]


class _FirmwareLines(LineReader):
    """CR and LF end a line each; in one piece they end it together."""

    def feed(self, data: bytes) -> tuple[Line | None, bytes]:
        line, rest = super().feed(data)
        if line is not None and line.end == b"\r":
            rest = rest.removeprefix(b"\n")
        return line, rest


class FirmwareConsole(Console):
    """Reads commands and prints answers as this firmware does.

    Parameters are those of :class:`~atmodem.virtual.console.Console`.
    """

    def __init__(self, family: Family, clock: Clock, write: Callable[[bytes], None], faults: Faults) -> None:
        super().__init__(family, clock, write, faults)
        self._reader = _FirmwareLines(family.rules.ends, family.rules.limit)
        self._resting = self._watch_at_rest()
        self.echo: bool = False

    def reset(self) -> None:
        super().reset()
        self._resting.stop()
        self._resting = self._watch_at_rest()
        self.echo = False

    def received(self, data: bytes) -> None:
        if self._sink is None:
            self._resting.feed(data)
        else:
            super().received(data)

    def begin_stream(self, streaming: Streaming) -> None:
        """Let the line be a stream of bare data, without a command that asked for it."""
        self._begin_stream(streaming)

    def _watch_at_rest(self) -> EscapeWatch:
        return EscapeWatch(self._clock, self._family.rules.guard, super().received, self._escaped_at_rest)

    def _escaped_at_rest(self) -> None:
        # There is nothing to leave, and the firmware says so all the same.
        if self._run is None:
            self._write(self._family.framing.success + self._family.framing.end)

    def _echo(self, line: Line | None, consumed: bytes) -> None:
        if self.echo and line is not None and not line.too_long and line.text[:3].upper() == b"AT+":
            self._write(line.text + b"\r\n")
