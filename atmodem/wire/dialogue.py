"""The whole protocol: which received byte belongs to which command, event or stream, and what to write when.

A dialogue has no I/O and no clock. Its owner tells it what was received and what time it is, and does what the outcomes
say. Times are seconds of any clock that never goes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import ProtocolError
from .counted import Block
from .event import Event
from .flight import Flight
from .lexer import EchoSeen, EventBlock, Mark, Token
from .outcomes import (
    Fault,
    Outcome,
    Restarted,
    StreamData,
    StreamEnded,
    Synchronized,
    Write,
)
from .refusal import note_cause, note_told_cause, refusal
from .request import Request
from .resync import Verdict
from .script import Prompt
from .startup import without_noise
from .states import TRANSITIONS, Signal, State
from .ticket import Ticket
from .vocabulary import Vocabulary

__all__ = ["Dialogue"]

#: Seconds for a final behind an event that tells the result.
STAND_IN = 2.0
#: Requests whose secrets are looked for in what is not understood.
REMEMBERED = 16


class Dialogue(Flight):
    """The protocol of one module.

    :param vocabulary: the dialect's commands and events.
    :param echo: whether the module echoes; None where it is not known.
    :param rest: seconds of rest before each write; None for the dialect's own.
    :param strict_prompt: never send data without a prompt, where a dialect allows that.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        echo: bool | None = None,
        rest: float | None = None,
        strict_prompt: bool = False,
    ) -> None:
        super().__init__(vocabulary, echo, rest, strict_prompt)
        self._own_blanks = 0

    # What the owner calls

    def submit(self, request: Request[Any], now: float) -> tuple[Ticket, list[Outcome]]:
        """Queue a command; it is written as soon as the line is free, which may be at once."""
        ticket = Ticket(request)
        self._queue.append(ticket)
        self._secrets.extend(request.secrets)
        self._now = now
        if self.state is State.DOWN:
            self._begin_resync(Signal.START)
        return ticket, self._done(now)

    def cancel(self, ticket: Ticket, now: float) -> list[Outcome]:
        """Take a command back: never written if it still waits, else finished here and its outcome dropped."""
        ticket.cancelled = True
        if ticket in self._queue:
            self._queue.remove(ticket)
        elif ticket in self._pending or (ticket is self._slot and ticket.deadline is None):
            self._now = now
            ticket.deadline = self._abandoned_until(ticket)
        return self._done(now)

    def start(self, now: float, rounds: int | None = None) -> list[Outcome]:
        """Reach a known state: after opening the line, or when its state is in doubt.

        A module that starts anew is waited for already, and that is gone on with.

        :param rounds: how often to try; None for the dialect's own number.
        :raises ValueError: while a command or a stream runs.
        """
        if not self.startable:
            raise ValueError(f"cannot start while in {self.state}")
        self._now = now
        if not self._resync.starting:
            self._begin_resync(Signal.START, rounds=rounds)
        return self._done(now)

    @property
    def startable(self) -> bool:
        """Whether :meth:`start` can be called now."""
        return (self.state, Signal.START) in TRANSITIONS

    def receive(self, data: bytes, now: float) -> list[Outcome]:
        """Take what was received at *now*; how it was cut into reads does not matter."""
        self._now = self._last_byte = now
        if self._stream is not None:
            self._from_stream(self._stream.receive(data, now))
            return self._done(now)
        self._resync.touch(now)
        self._lexer.feed(data)
        self._read()
        return self._done(now)

    def tick(self, now: float) -> list[Outcome]:
        """Do what is due at *now*; call it when :attr:`deadline` has come."""
        self._now = now
        if self._stream is not None:
            for data in self._stream.tick(now):
                self._out.append(Write(data, f"<{len(data)} bytes>"))
            if self._stream.over:
                self._end_stream()
            return self._done(now)
        if self._lexer.incomplete and now >= self._last_byte + self.grammar.gap:
            token = self._lexer.give_up()
            if token is not None:
                self._token(token)
            self._read()
        if self._hold.until is not None and now >= self._hold.until:
            self._hold.end()
        self._expire()
        verdict = self._resync.tick(now)
        if verdict is Verdict.SPENT:
            self._fail_all()
        elif verdict is Verdict.CLEAN:
            self._synchronized()
        return self._done(now)

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` has to be called next; None when nothing is timed."""
        return min(self._deadlines(), default=None)

    @property
    def incomplete(self) -> bool:
        """Part of a message was received, and the rest is still to come."""
        return self._lexer.incomplete

    @property
    def idle(self) -> bool:
        """No command runs, waits or pends, and the line is not being put in order."""
        return self.state is State.IDLE and not self._queue and not self._pending

    def write(self, data: bytes, now: float) -> list[Outcome]:
        """Send bare data into the stream.

        :raises ValueError: when no stream is on.
        """
        if self._stream is None or self.state is not State.STREAM:
            raise ValueError("no stream is on")
        for piece in self._stream.send(data, now):
            self._out.append(Write(piece, f"<{len(piece)} bytes>"))
        return self._done(now)

    def leave(self, now: float) -> list[Outcome]:
        """Leave the stream: silence, the escape alone, silence, then the fence."""
        if self._stream is not None and self.state is State.STREAM:
            self._go(Signal.LEAVE)
            self._stream.leave(now)
        return self._done(now)

    # Time

    def _deadlines(self) -> Iterator[float]:
        if self._stream is not None:
            if self._stream.deadline is not None:
                yield self._stream.deadline
            return
        if self._lexer.incomplete:
            yield self._last_byte + self.grammar.gap
        if self._hold.until is not None:
            yield self._hold.until
        if self._resync.deadline is not None:
            yield self._resync.deadline
        if self._slot is not None:
            yield from self._slot.deadlines
        for ticket in (*self._pending, *self._queue):
            yield from ticket.deadlines
        if self._queue and self._rest_until > self._now:
            yield self._rest_until

    # Writing

    def _done(self, now: float) -> list[Outcome]:
        self._now = now
        self._pump()
        out, self._out = self._out, []
        return out

    # Reading

    def _read(self) -> None:
        lexer = self._lexer
        while self._stream is None:
            if self.state is State.IDLE and self._hold.until is None:
                self._out += lexer.burst()
            token = lexer.next()
            if token is None:
                break
            self._token(token)
        if self._stream is not None and (rest := lexer.take_all()):
            self._from_stream(self._stream.receive(rest, self._now))

    def _token(self, token: Token) -> None:
        if token is Mark.BLANK:
            self._blank()
            return
        self._own_blanks = 0
        if isinstance(token, bytes):
            self._line(token)
        elif token is Mark.PROMPT:
            self._prompt()
        elif isinstance(token, EventBlock):
            self._hold.end()
            self._event(token.event())
            self._own_blanks = token.block.header.codec.trailer.text.count(b"\r\n")
        elif isinstance(token, Block):
            self._answer_block(token)
        elif isinstance(token, EchoSeen):
            if self.echo is False:
                self._out.append(Restarted(suspected=True))
                self._drop_pending()
            self._note_echo(True)
        else:
            if token.fault:
                self._out.append(Fault(ProtocolError(token.reason, received=self._masked(token.data))))
            self._unrecognized(token.data, token.reason, fault=token.fault)

    def _blank(self) -> None:
        if self._own_blanks:
            self._own_blanks -= 1
        else:
            assert self._slot is not None, "empty lines are told in a list alone"
            self._complete(self._slot, None)

    def _prompt(self) -> None:
        slot = self._slot
        if slot is None or slot.data_sent:
            return
        self._hold.end()
        if slot.request.script.stream:
            self._begin_stream(slot, b"")
        else:
            self._send_data(slot)

    def _line(self, line: bytes, whole: bytes | None = None) -> None:
        """Give a line to whom it belongs; *whole* is the line with the noise that stood before it."""
        slot = self._slot
        if self._hold.swallows(line) or not line.strip(b" "):
            return
        if self._final(line):
            self._banner.end()
            return
        name, text = self.vocabulary.split(line)
        if slot is not None and self._belongs(slot, name, text, line):
            return
        event = self.vocabulary.event(line, name, text)
        if event is not None:
            self._event_line(event, line)
            return
        for ticket in self._pending:
            if ticket.collector.line(name, text, line):
                self._value(ticket)
                return
        if self._banner.begins(line):
            self._restart()
            return
        if self._banner.takes(line):
            return
        if slot is not None and slot.collector.row(line):
            self._lexer.forget_echo()
            return
        cleaned = without_noise(line, self.grammar)
        if cleaned is not None:
            self._line(cleaned, line)
        elif self.state is State.RESYNC:
            self._late(line, name, text, whole or line)
        else:
            self._unrecognized(whole or line, "unknown line")

    def _belongs(self, slot: Ticket, name: bytes, text: bytes, line: bytes) -> bool:
        """Give the line to the running command, if it is part of its answer."""
        if note_cause(self.grammar, slot, line):
            return True
        if slot.collector.line(name, text, line):
            self._lexer.forget_echo()
            if slot.request.script.deferred is not None:
                self._value(slot)
            return True
        return slot.data_sent and any(re.fullmatch(p, line) for p in slot.request.script.progress)

    def _event_line(self, event: Event, line: bytes) -> None:
        slot = self._slot
        if slot is not None:
            note_told_cause(self.grammar, slot, line)
            if slot.data_sent and any(re.fullmatch(p, line) for p in slot.request.script.stands_in):
                # The result is known; a final that does not come is not missed.
                slot.stood_in = True
                slot.deadline = self._now + STAND_IN
        elif self.state is State.RESYNC:
            self._resync.line(line, self._now, final=False, inline=None)
        self._banner.end()
        self._event(event)
        self._own_blanks = int(self.grammar.blank_after_event)

    def _late(self, line: bytes, name: bytes, text: bytes, whole: bytes) -> None:
        """Take a line that came while the line is being put in order."""
        self._resync.line(line, self._now, final=False, inline=None)
        if self._resync.explains(line):
            return
        ghost = self._ghost
        if ghost is not None and (ghost.collector.line(name, text, line) or ghost.collector.row(line)):
            self._late_answer(ghost)
        else:
            self._unrecognized(whole, "unknown line")

    # Finals

    def _final(self, line: bytes) -> bool:
        """Take the line if it is a final."""
        slot = self._slot
        if slot is not None and slot.data_sent:
            if line in slot.request.script.done:
                self._complete(slot, None)
                return True
            if line in slot.request.script.fail:
                self._refuse(slot, line, None, None)
                return True
        success = self.grammar.success.fullmatch(line)
        if success is not None:
            self._success(line, success.groupdict().get("value"))
            return True
        failure = self.grammar.failure.fullmatch(line)
        if failure is None:
            return False
        found = failure.groupdict()
        if self.state is State.LIST:
            self._unrecognized(line, "final inside a list")
        elif slot is not None:
            self._refuse(slot, line, found.get("code"), found.get("text"))
        elif self._pending and self.state is State.IDLE:
            oldest = self._pending.pop_oldest()
            self._set_answers()
            self._fail(oldest, refusal(self.grammar, oldest, line, found.get("code"), found.get("text")))
        else:
            self._stray(line, None)
        return True

    def _success(self, line: bytes, inline: bytes | None) -> None:
        slot = self._slot
        if slot is None:
            self._stray(line, inline)
            return
        script = slot.request.script
        self._lexer.forget_echo()
        if self.state is State.LIST:
            self._unrecognized(line, "final inside a list")
        elif script.deferred is not None:
            if slot.lines_left <= 0:
                self._complete(slot, inline)
            elif script.deferred.holds:
                slot.accepted = True
            else:
                self._defer(slot)
        elif script.prompt is Prompt.GRANT and not slot.data_sent:
            self._grant(slot, inline)
        elif script.prompt is not Prompt.NONE and not slot.data_sent:
            pass  # acceptance: the prompt comes next
        elif slot.data_sent and script.done:
            self._unrecognized(line, "final that this command does not end with")
        elif slot.request.reply.until_blank and inline is not None:
            self._go(Signal.ROWS)
            self._lexer.blanks = True
            if inline and not slot.collector.row(inline):
                self._unrecognized(inline, "unknown record")
        elif script.stream:
            self._begin_stream(slot, self.grammar.stream_lead)
        else:
            self._complete(slot, inline)

    def _stray(self, line: bytes, inline: bytes | None) -> None:
        """Take a final that no command waits for."""
        if self.state is not State.RESYNC:
            self._unrecognized(line, "final without a command")
        elif self._resync.line(line, self._now, final=True, inline=inline) is Verdict.CLEAN:
            self._synchronized()

    def _synchronized(self) -> None:
        if self._resync.echo is not None:
            self._note_echo(self._resync.echo)
        self._ghost = None
        self._clear()
        self._go(Signal.CLEAN)
        self._rest_until = self._now + self._rest
        self._out.append(Synchronized())

    def _grant(self, slot: Ticket, inline: bytes | None) -> None:
        if slot.request.script.final:
            # The value tells no count, and a final follows.
            slot.inline = inline
            self._send_data(slot)
            return
        granted = int(inline) if inline is not None and inline.strip().isdigit() else 0
        self._send_data(slot, granted)
        self._complete(slot, inline)
        if granted == 0:
            # The module may sit in its data phase all the same; the fence tells.
            self._begin_resync(Signal.START)

    def _answer_block(self, block: Block) -> None:
        self._hold.end()
        for ticket in (*(() if self._slot is None else (self._slot,)), *self._pending):
            if block.header in ticket.collector.headers and ticket.collector.owns(block.values):
                ticket.collector.block(block)
                if ticket.request.script.deferred is not None:
                    self._value(ticket)
                elif block.header.whole:
                    # The header was the final.
                    self._complete(ticket, None)
                return
        ghost = self._ghost
        if ghost is not None and block.header in ghost.collector.headers:
            self._late_answer(ghost)
        else:
            self._unrecognized(block.data, "data that no command asked for")

    # Events

    def _event(self, event: Event) -> None:
        self._out.append(event)
        if event.declaration.restarts:
            self._restart()

    # Streams

    def _from_stream(self, data: bytes) -> None:
        if data:
            self._out.append(StreamData(data))

    def _end_stream(self) -> None:
        assert self._stream is not None
        data, rest = self._stream.finish()
        self._from_stream(data)
        self._stream = None
        self._out.append(StreamEnded())
        self._begin_resync(Signal.LEFT)
        if rest:
            self._lexer.feed(rest)
            self._read()
