"""The command line of a virtual module: one command at a time, its data, its answer, and the events around it."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import attrs

from ..wire.command import Command, Query
from ..wire.event import Event
from ..wire.parsing import ParseError
from ..wire.script import Prompt
from ..wire.vocabulary import Vocabulary
from .clock import Clock, Timer
from .escape import EscapeWatch
from .faults import Fault, Faults
from .framing import Framing
from .handlers import Handler
from .lines import Line, LineReader
from .results import Answer, Final, Lines, Payload, Refused, Silence, Streaming
from .rules import Busy, Echo, LineRules

__all__ = ["Console", "Family"]


class Family(ABC):
    """What a console has to know of the module that it belongs to."""

    rules: LineRules
    framing: Framing
    vocabulary: Vocabulary

    @abstractmethod
    def handler_of(self, command: Command[Any]) -> Handler | None:
        """Return what obeys *command*; None where this module does not have it."""

    @abstractmethod
    def misread(self, line: Line, error: ParseError | None) -> Refused | None:
        """Return how a line is refused; None where nothing is said of it.

        :param error: what is wrong with it; None when it is too long, empty, or a command that this module lacks.
        """

    @abstractmethod
    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        """Return the lines and the final that tell of a failure."""

    def parse(self, line: bytes) -> Command[Any]:
        """Read a command line without its end.

        :raises ParseError: it cannot be read.
        """
        return self.vocabulary.parse(line)

    def prompt(self, command: Command[Any]) -> bytes:
        """Return what asks for the data of *command*, or begins its stream."""
        return b">" if command.script().prompt is Prompt.BARE else self.framing.prompt

    def tell_busy(self) -> None:
        """Print what is told of bytes that are thrown away."""

    def crowded(self) -> Refused:
        """Return how a command is refused when every worker is at work."""
        return Refused()

    def preempts(self, command: Command[Any]) -> bool:
        """Tell whether *command* is obeyed at once even while another runs, which then never ends.

        It may tell of that on the line before it returns True.
        """
        return False


@attrs.define(eq=False)
class _Run:
    """One command on its way."""

    command: Command[Any]
    handler: Handler
    worker: bool
    fault: Fault = attrs.field(factory=Fault)
    timer: Timer | None = None
    task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.task is not None:
            self.task.cancel()


class Console:
    """Reads commands and prints answers.

    :param family: how this module behaves.
    :param clock: what time it goes by.
    :param write: prints bytes.
    :param faults: what is to go wrong.
    """

    def __init__(self, family: Family, clock: Clock, write: Callable[[bytes], None], faults: Faults) -> None:
        self._family = family
        self._clock = clock
        self._write = write
        self._faults = faults
        rules = family.rules
        self._reader = LineReader(rules.ends, rules.limit)
        self._meanwhile_reader = LineReader(rules.ends, rules.limit)
        self._waiting = bytearray()
        self._run: _Run | None = None
        self._working: set[_Run] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._then: list[Callable[[], object]] = []
        #: Where input goes that is no command line.
        self._sink: Callable[[bytes], object] | None = None
        self._watch: EscapeWatch | None = None
        self._last_input = float("-inf")
        self._refused_piece = False
        self.echo: bool = True

    @property
    def busy(self) -> bool:
        """Whether a command is under way that does not wait for its data."""
        return (self._run is not None and self._sink is None) or bool(self._working)

    @property
    def streaming(self) -> bool:
        """Whether the line is a stream of bare data."""
        return self._sink is not None and self._run is None

    def reset(self) -> None:
        """Drop what is under way; whoever waits for an answer gets none."""
        for run in (self._run, *self._working):
            if run is not None:
                run.cancel()
        self._run = None
        self._working.clear()
        self._then.clear()
        self._end_data()
        self._reader.clear()
        self._meanwhile_reader.clear()
        self._waiting.clear()
        self._refused_piece = False
        self.echo = True

    async def aclose(self) -> None:
        """Drop what is under way and wait until it is gone."""
        self.reset()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What it is told

    def received(self, data: bytes) -> None:
        """Take what the host has sent."""
        now = self._clock.time()
        if now - self._last_input >= self._family.rules.guard:
            self._refused_piece = False
        if self._sink is not None:
            self._sink(data)
        else:
            self._command_bytes(data)
        self._last_input = now

    def event(self, event: Event) -> None:
        """Print *event*."""
        self._write(self._family.framing.event(self._family.vocabulary, event))

    def begin_stream(self, streaming: Streaming) -> None:
        """Let the line be a stream of bare data, without a command that asked for it."""
        self._begin_stream(streaming)

    def after_answer(self, callback: Callable[[], object]) -> None:
        """Call *callback* behind the answer to the command under way; at once when there is none."""
        if self._run is None:
            callback()
        else:
            self._then.append(callback)

    # Lines

    def _command_bytes(self, data: bytes) -> None:
        while data and self._sink is None:
            if self._run is not None:
                self._meanwhile(data)
                return
            line, rest = self._reader.feed(data)
            self._echo(line, data[: len(data) - len(rest)])
            data = rest
            if line is None:
                return
            if self._family.rules.busy is Busy.REFUSE:
                # What came in one piece with a line is looked at when that command is under way, before its answer.
                self._obey_line(line, data)
                return
            self._obey_line(line)
        if data:
            self.received(data)

    def _echo(self, line: Line | None, consumed: bytes) -> None:
        if not self.echo:
            return
        rules = self._family.rules
        if rules.echo is Echo.LINE:
            if line is not None and not line.too_long:
                self._write(line.text + line.end)
        elif line is not None:
            self._write(consumed.removesuffix(line.end) + rules.echo_end)
        else:
            self._write(consumed)

    def _obey_line(self, line: Line, behind: bytes = b"") -> None:
        """Begin the command in *line*; *behind* is what comes too early after it."""
        read = self._read(line)
        if isinstance(read, _Run) and not read.worker:
            self._run = read
        if behind:
            self._meanwhile(behind)
        if isinstance(read, Refused):
            self._print_failure(read)
        elif read is not None and (read.worker or self._run is read):
            self._begin(read)

    def _read(self, line: Line) -> _Run | Refused | None:
        family = self._family
        if not line.text or line.too_long:
            return family.misread(line, None)
        try:
            command = family.parse(line.text)
        except ParseError as error:
            return family.misread(line, error)
        handler = family.handler_of(command)
        if handler is None:
            return family.misread(line, None)
        worker = bool(family.rules.workers) and not isinstance(command, Query) and command.declaration.worker
        return _Run(command, handler, worker)

    def _meanwhile(self, data: bytes) -> None:
        """Take what comes while a command runs."""
        family = self._family
        if family.rules.busy is Busy.QUEUE:
            self._waiting += data[: family.rules.queue - len(self._waiting)]
            return
        line, _ = self._meanwhile_reader.feed(data)
        read = None if line is None else self._read(line)
        if isinstance(read, _Run) and family.preempts(read.command):
            self._preempt(read)
            return
        if not self._refused_piece:
            self._refused_piece = True
            family.tell_busy()

    def _preempt(self, run: _Run) -> None:
        if self._run is not None:
            self._run.cancel()
        self._end_data()
        self._then.clear()
        self._meanwhile_reader.clear()
        self._run = run
        self._begin(run)

    # Commands

    def _begin(self, run: _Run) -> None:
        if run.worker:
            if len(self._working) >= self._family.rules.workers:
                self._print_failure(self._family.crowded())
                return
            self._working.add(run)
        command = run.command
        run.fault = self._faults.take(command.of if isinstance(command, Query) else type(command))
        if run.fault.delay:
            run.timer = self._clock.call_later(run.fault.delay, lambda: self._settle(run, run.handler, command))
        else:
            self._settle(run, run.handler, command)

    def _settle(self, run: _Run, obey: Callable[..., Answer | Awaitable[Answer]], *arguments: object) -> None:
        try:
            result = obey(*arguments)
        except Refused as refused:
            self._fail(run, refused)
            return
        if inspect.isawaitable(result):
            run.task = asyncio.get_running_loop().create_task(self._wait_for(run, result))
            self._tasks.add(run.task)
            run.task.add_done_callback(self._tasks.discard)
        else:
            self._finish(run, result)

    async def _wait_for(self, run: _Run, result: Awaitable[Answer]) -> None:
        try:
            answer = await result
        except Refused as refused:
            self._fail(run, refused)
        else:
            self._finish(run, answer)

    def _finish(self, run: _Run, result: Answer) -> None:
        if isinstance(result, Payload):
            self._write(self._family.prompt(run.command))
            self._await_data(run, result)
            if result.intake.complete:
                # It was asked for none.
                self._pay(run, result, b"")
            self._take_waiting()
            return
        if isinstance(result, Streaming):
            self._write(self._family.prompt(run.command))
            self._begin_stream(result)
        elif not isinstance(result, Silence) and not run.fault.mute:
            self._print_answer(run, result)
        self._end(run)

    def _fail(self, run: _Run, refused: Refused) -> None:
        if not run.fault.mute:
            self._print_failure(refused, run.fault.events)
        self._end(run)

    def _end(self, run: _Run) -> None:
        if run.worker:
            self._working.discard(run)
            return
        self._run = None
        self._meanwhile_reader.clear()
        then, self._then = self._then, []
        for callback in then:
            callback()
        if self._run is None:
            self._take_waiting()

    def _take_waiting(self) -> None:
        if self._waiting:
            waiting = bytes(self._waiting)
            self._waiting.clear()
            self.received(waiting)

    # Data

    def _await_data(self, run: _Run, payload: Payload) -> None:
        pay = partial(self._pay, run, payload)
        if payload.cancelled is None:
            self._sink = pay
        else:
            self._watch_for_escape(pay, partial(self._cancel_payload, run, payload.cancelled))
        if payload.late is not None:
            run.timer = self._clock.call_later(payload.limit, partial(self._give_up, run, payload, payload.late))

    def _begin_stream(self, streaming: Streaming) -> None:
        self._watch_for_escape(streaming.received, partial(self._leave_stream, streaming))

    def _watch_for_escape(self, passed: Callable[[bytes], object], escaped: Callable[[], object]) -> None:
        self._watch = EscapeWatch(self._clock, self._family.rules.guard, passed, escaped, self._last_input)
        self._sink = self._watch.feed

    def _pay(self, run: _Run, payload: Payload, data: bytes) -> None:
        rest = payload.intake.take(data)
        if not payload.intake.complete:
            return
        self._end_data()
        if run.timer is not None:
            run.timer.cancel()
        if rest and self._family.rules.busy is Busy.REFUSE:
            self._meanwhile(rest)
            rest = b""
            if self._run is not run:
                return
        self._settle(run, payload.then, payload.intake.data)
        if rest:
            self.received(rest)

    def _give_up(self, run: _Run, payload: Payload, late: Callable[[bytes], Answer | Awaitable[Answer]]) -> None:
        self._end_data()
        self._settle(run, late, payload.intake.data)

    def _cancel_payload(self, run: _Run, cancelled: Callable[[], Answer]) -> None:
        self._end_data()
        self._settle(run, cancelled)

    def _leave_stream(self, streaming: Streaming) -> None:
        self._end_data()
        streaming.escaped()

    def _end_data(self) -> None:
        self._sink = None
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    # Answers

    def _print_answer(self, run: _Run, result: Answer) -> None:
        framing = self._family.framing
        if isinstance(result, Final):
            pieces = framing.answer(result.lines, result.final, bare=result.bare)
        else:
            lines = result.lines if isinstance(result, Lines) else self._lines(run.command, result)
            pieces = framing.answer(lines, framing.success, glued=run.command.reply().glued)
        self._print(pieces, run.fault.events)

    def _lines(self, command: Command[Any], value: object) -> list[bytes]:
        declaration = command.of.declaration if isinstance(command, Query) else command.declaration
        return command.reply().lines(declaration.wire, self._family.vocabulary.grammar.spelling, value)

    def _print_failure(self, refused: Refused, events: Sequence[Event] = ()) -> None:
        lines, final = self._family.failure(refused)
        self._print(self._family.framing.answer(lines, final), events)

    def _print(self, pieces: Sequence[bytes], events: Sequence[Event]) -> None:
        told = iter(events)
        for piece in pieces[:-1]:
            self._write(piece)
            event = next(told, None)
            if event is not None:
                self.event(event)
        for event in told:
            self.event(event)
        self._write(pieces[-1])
