"""The command line of a virtual module: one command at a time, its data, its answer, and the events around it."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import attrs

from ..wire.command import Command, Query
from ..wire.event import Event
from ..wire.vocabulary import ParseError, Vocabulary
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

    def glued(self, command: Command[Any]) -> bool:
        """Tell whether the last line of the answer to *command* lacks its own end."""
        return False

    def busy_event(self) -> Event | None:
        """Return what is told of bytes that are thrown away; None for nothing."""
        return None

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
    fault: Fault
    timer: Timer | None = None
    task: asyncio.Task[None] | None = None
    worker: bool = False

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
        self._payload: Payload | None = None
        self._streaming: Streaming | None = None
        self._watch: EscapeWatch | None = None
        self._last_input = float("-inf")
        self._refused_piece = False
        self.echo = True

    @property
    def busy(self) -> bool:
        """Whether a command is under way that does not wait for data."""
        return (self._run is not None and self._payload is None) or bool(self._working)

    @property
    def streaming(self) -> bool:
        """Whether the line is a stream of bare data."""
        return self._streaming is not None

    @property
    def taking_data(self) -> bool:
        """Whether the command under way waits for its data."""
        return self._payload is not None

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
        if self._watch is not None:
            self._watch.feed(data)
        elif self._payload is not None:
            self._pay(data)
        else:
            self._command_bytes(data)
        self._last_input = now

    def event(self, event: Event) -> None:
        """Print *event*."""
        self._write(self._family.framing.event(self._family.vocabulary, event))

    def after_answer(self, callback: Callable[[], object]) -> None:
        """Call *callback* behind the answer to the command under way; at once when there is none."""
        if self._run is None:
            callback()
        else:
            self._then.append(callback)

    # Lines

    def _command_bytes(self, data: bytes) -> None:
        while data and self._payload is None and self._streaming is None:
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
        if not line.text or line.too_long:
            command, refused = None, self._family.misread(line, None)
        else:
            command, refused = self._read(line)
        run = None if command is None else self._new_run(command)
        if behind:
            self._meanwhile(behind)
        if run is None:
            if refused is not None:
                self._print_failure(refused)
        elif run.worker or self._run is run:
            self._begin(run)

    def _new_run(self, command: Command[Any]) -> _Run:
        query = isinstance(command, Query)
        run = _Run(command, self._faults.take(command.of if isinstance(command, Query) else type(command)))
        run.worker = bool(self._family.rules.workers) and not query and command.declaration.worker
        if not run.worker:
            self._run = run
        return run

    def _read(self, line: Line) -> tuple[Command[Any] | None, Refused | None]:
        try:
            command = self._family.vocabulary.parse(line.text)
        except ParseError as error:
            return None, self._family.misread(line, error)
        if self._family.handler_of(command) is None:
            return None, self._family.misread(line, None)
        return command, None

    def _meanwhile(self, data: bytes) -> None:
        """Take what comes while a command runs."""
        rules = self._family.rules
        if rules.busy is Busy.QUEUE:
            self._waiting += data[: rules.queue - len(self._waiting)]
            return
        line, _ = self._meanwhile_reader.feed(data)
        if line is not None:
            command, _ = self._read(line)
            if command is not None and self._family.preempts(command):
                self._preempt(command)
                return
        event = self._family.busy_event()
        if rules.busy is Busy.REFUSE and event is not None and not self._refused_piece:
            self._refused_piece = True
            self.event(event)

    def _preempt(self, command: Command[Any]) -> None:
        if self._run is not None:
            self._run.cancel()
        self._end_data()
        self._then.clear()
        self._meanwhile_reader.clear()
        self._run = _Run(command, Fault())
        self._begin(self._run)

    # Commands

    def _begin(self, run: _Run) -> None:
        if run.worker:
            if len(self._working) >= self._family.rules.workers:
                self._print_failure(self._family.crowded())
                return
            self._working.add(run)
        handler = self._family.handler_of(run.command)
        assert handler is not None
        if run.fault.delay:
            run.timer = self._clock.call_later(run.fault.delay, lambda: self._settle(run, handler, run.command))
        else:
            self._settle(run, handler, run.command)

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
        prompt = self._family.framing.prompt
        if isinstance(result, Payload):
            self._payload = result
            if result.cancelled is not None:
                self._watch = self._new_watch(self._pay, self._cancel_payload)
            self._write(result.prompt or prompt)
            return
        if isinstance(result, Streaming):
            self._streaming = result
            self._watch = self._new_watch(result.received, self._leave_stream)
            self._write(prompt)
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
        if self._waiting and self._run is None:
            waiting = bytes(self._waiting)
            self._waiting.clear()
            self._command_bytes(waiting)

    # Data

    def _new_watch(self, passed: Callable[[bytes], object], escaped: Callable[[], object]) -> EscapeWatch:
        return EscapeWatch(self._clock, self._family.rules.guard, passed, escaped, self._last_input)

    def _pay(self, data: bytes) -> None:
        payload, run = self._payload, self._run
        assert payload is not None
        assert run is not None
        rest = payload.intake.take(data)
        if not payload.intake.complete:
            return
        self._end_data()
        if rest and self._family.rules.busy is Busy.REFUSE:
            self._meanwhile(rest)
            rest = b""
            if self._run is not run:
                return
        self._settle(run, payload.then, payload.intake.data)
        if rest:
            self.received(rest)

    def _cancel_payload(self) -> None:
        payload, run = self._payload, self._run
        assert payload is not None
        assert payload.cancelled is not None
        assert run is not None
        self._end_data()
        self._settle(run, payload.cancelled)

    def _leave_stream(self) -> None:
        streaming = self._streaming
        assert streaming is not None
        self._end_data()
        streaming.escaped()

    def _end_data(self) -> None:
        self._payload = None
        self._streaming = None
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    # Answers

    def _print_answer(self, run: _Run, result: Answer) -> None:
        framing, family = self._family.framing, self._family
        if isinstance(result, Final):
            pieces = framing.answer(result.lines, result.final, bare=result.bare)
        elif isinstance(result, Lines):
            pieces = framing.answer(result.lines, framing.success, glued=family.glued(run.command))
        else:
            pieces = framing.answer(self._lines(run.command, result), framing.success, glued=family.glued(run.command))
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
