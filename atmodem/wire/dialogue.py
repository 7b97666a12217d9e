"""The whole protocol: which received byte belongs to which command, event or stream, and what to write when.

A dialogue has no I/O and no clock. Its owner tells it what was received and what time it is, and does what the outcomes
say. Times are seconds of any clock that never goes back.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from ..errors import AtmodemError, CommandTimeout, ModuleReset, OutOfSync, ProtocolError
from .counted import Block
from .event import Event, Unrecognized
from .hold import Hold
from .lexer import Answer, EchoSeen, EventBlock, Garbage, Lexer, Mark, Token
from .outcomes import (
    Accepted,
    Completed,
    Down,
    Failed,
    Fault,
    Outcome,
    Progress,
    Restarted,
    StreamData,
    StreamEnded,
    StreamStarted,
    Synchronized,
    Write,
)
from .pending import Pending
from .refusal import note_cause, note_told_cause, refusal
from .request import Request
from .resync import Resync, Verdict
from .script import EchoEffect, Prompt
from .secret import MASK
from .startup import BannerReader, without_noise
from .states import TRANSITIONS, Signal, State
from .stream import Stream
from .ticket import Ticket
from .vocabulary import Vocabulary

__all__ = ["Dialogue"]

#: Seconds for a final behind an event that tells the result.
STAND_IN = 2.0
#: Seconds that a cancelled command without a time limit of its own may still take.
ABANDONED = 10.0
#: Requests whose secrets are looked for in what is not understood.
REMEMBERED = 16


class Dialogue:
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
        self.vocabulary = vocabulary
        self.grammar = vocabulary.grammar
        #: Where the dialogue stands.
        self.state: State = State.IDLE
        #: Whether the module echoes what it receives; None where it is not known.
        self.echo: bool | None = echo
        self._rest = self.grammar.rest if rest is None else rest
        self._strict_prompt = strict_prompt
        self._lexer = Lexer(vocabulary)
        self._stream: Stream | None = None
        self._resync = Resync(self.grammar, self._write_bare)
        self._queue: deque[Ticket] = deque()
        self._slot: Ticket | None = None
        self._ghost: Ticket | None = None
        self._pending = Pending(self.grammar.pending)
        self._hold = Hold(self.grammar.hold)
        self._banner = BannerReader(self.grammar.banner)
        self._secrets: deque[bytes] = deque(maxlen=REMEMBERED)
        self._own_blanks = 0
        self._now = self._last_byte = self._rest_until = float("-inf")
        self._out: list[Outcome] = []

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
        elif ticket is self._slot and ticket.deadline is None:
            ticket.deadline = now + ABANDONED
        return self._done(now)

    def start(self, now: float, rounds: int | None = None) -> list[Outcome]:
        """Reach a known state: after opening the line, or when its state is in doubt.

        :param rounds: how often to try; None for the dialect's own number.
        :raises ValueError: while a command or a stream runs.
        """
        if not self.startable:
            raise ValueError(f"cannot start while in {self.state}")
        self._now = now
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
        if self._resync.tick(now) is Verdict.SPENT:
            self._fail_all()
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
        for ticket in self._pending:
            yield from ticket.deadlines
        if self._queue and self._rest_until > self._now:
            yield self._rest_until

    def _expire(self) -> None:
        slot = self._slot
        if slot is not None and slot.prompt_deadline is not None and self._now >= slot.prompt_deadline:
            if self._lexer.at_start:
                self._send_data(slot)
            else:
                # Not into a message that is half received.
                slot.prompt_deadline = self._now + self.grammar.hold
        if slot is not None and slot.deadline is not None and self._now >= slot.deadline:
            if slot.stood_in:
                self._complete(slot, None)
            else:
                self._lose(slot)
        for ticket in self._pending:
            if ticket.deadline is not None and self._now >= ticket.deadline:
                # It stays: what it may still bring must not be taken for another's.
                ticket.deadline = None
                self._fail(ticket, _timeout(ticket))

    def _lose(self, ticket: Ticket) -> None:
        """Its time is over: it stays as a ghost until the line is proved clean."""
        self._slot = None
        self._ghost = ticket
        self._clear()
        self._fail(ticket, _timeout(ticket))
        self._begin_resync(Signal.LOST, ticket.request.line)

    def _begin_resync(self, signal: Signal, lost: bytes | None = None, rounds: int | None = None) -> None:
        self._go(signal)
        self._resync.begin(self._now, lost, rounds)

    def _fail_all(self) -> None:
        self._go(Signal.SPENT)
        error = OutOfSync(
            "the module does not answer",
            advice="check wiring, power and baud rate; a module in deep sleep or transparent mode is silent too",
        )
        self._ghost = None
        self._clear()
        self._out.append(Down(error))
        for ticket in (*self._queue, *self._pending.clear()):
            self._fail(ticket, error)
        self._queue.clear()

    # Writing

    def _done(self, now: float) -> list[Outcome]:
        self._now = now
        self._pump()
        out, self._out = self._out, []
        return out

    def _pump(self) -> None:
        """Write the next command if the line is free."""
        if not self._queue or self.state is not State.IDLE or self._hold.until is not None:
            return
        if self._now < self._rest_until or not self._lexer.at_start:
            return
        ticket = next((t for t in self._queue if self._pending.takes(t)), None)
        if ticket is None:
            return
        self._queue.remove(ticket)
        self._slot = ticket
        request = ticket.request
        script = request.script
        self._go(Signal.WRITE)
        self._set_answers()
        self._lexer.prompt = script.prompt in (Prompt.REQUIRED, Prompt.BARE, Prompt.OPTIONAL)
        if script.prompt is Prompt.OPTIONAL and not self._strict_prompt:
            ticket.prompt_deadline = self._now + self.grammar.prompt_wait
        ticket.restart_clock(self._now)
        if self.grammar.echoes:
            self._lexer.expect_echo(request.line)
        self._out.append(Write(request.line, request.label))

    def _write_bare(self, data: bytes, now: float) -> None:
        if self.grammar.echoes and data != b"+++":
            self._lexer.expect_echo(data)
        self._out.append(Write(data, data.decode("latin-1").strip()))

    def _send_data(self, ticket: Ticket, limit: int | None = None) -> None:
        """Hand over the data of a command."""
        ticket.prompt_deadline = None
        ticket.data_sent = True
        data = ticket.request.data or b""
        if limit is not None:
            data = data[:limit]
        if data:
            self._out.append(Write(data, f"<{len(data)} bytes>"))
        self._go(Signal.DATA)
        ticket.restart_clock(self._now)
        self._lexer.forget_echo()
        # A prompt that comes late is dropped.
        self._lexer.prompt = ticket.request.script.prompt is Prompt.OPTIONAL

    def _set_answers(self) -> None:
        """Let the lexer take the counted answers of all commands in progress."""
        tickets = [ticket for ticket in (self._slot, self._ghost, *self._pending) if ticket is not None]
        self._lexer.answers([answer for ticket in tickets for answer in _answers(ticket)])

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
            self.echo = True
        elif isinstance(token, Garbage):
            if token.fault:
                self._out.append(Fault(ProtocolError(token.reason, received=self._masked(token.data))))
            self._unrecognized(token.data, token.reason)

    def _blank(self) -> None:
        if self._own_blanks:
            self._own_blanks -= 1
        elif self.state is State.LIST and self._slot is not None:
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

    def _line(self, line: bytes) -> None:
        slot = self._slot
        if self._hold.swallows(line) or not line.strip(b" ") or self._final(line):
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
        if self._banner.takes(line):
            return
        if self._banner.begins(line):
            self._restart()
            return
        if slot is not None and slot.collector.row(line):
            slot.answered = True
            self._lexer.forget_echo()
            return
        cleaned = without_noise(line, self.grammar)
        if cleaned is not None:
            self._line(cleaned)
        elif self.state is State.RESYNC:
            self._late(line, name, text)
        else:
            self._unrecognized(line, "unknown line")

    def _belongs(self, slot: Ticket, name: bytes, text: bytes, line: bytes) -> bool:
        """Give the line to the running command, if it is part of its answer."""
        if note_cause(self.grammar, slot, line):
            return True
        if slot.collector.line(name, text, line):
            self._lexer.forget_echo()
            if slot.request.script.deferred is not None:
                self._value(slot)
            slot.answered = True
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
        self._event(event)
        self._own_blanks = int(self.grammar.blank_after_event)

    def _late(self, line: bytes, name: bytes, text: bytes) -> None:
        """Take a line that came while the line is being put in order."""
        self._resync.line(line, self._now, final=False, inline=None)
        ghost = self._ghost
        if ghost is not None and (ghost.collector.line(name, text, line) or ghost.collector.row(line)):
            self._unrecognized(MASK.encode(), f"late answer to {ghost.request.label}")
        elif not self._resync.explains(line):
            self._unrecognized(line, "unknown line")

    def _unrecognized(self, data: bytes, reason: str) -> None:
        self._out.append(Unrecognized(data=self._masked(data), reason=reason))

    def _masked(self, data: bytes) -> bytes:
        for secret in self._secrets:
            data = data.replace(secret, MASK.encode())
        return data

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
            if self._resync.echo is not None:
                self.echo = self._resync.echo
            self._ghost = None
            self._clear()
            self._go(Signal.CLEAN)
            self._rest_until = self._now + self._rest
            self._out.append(Synchronized())

    def _grant(self, slot: Ticket, inline: bytes | None) -> None:
        if slot.request.script.final:
            # The value tells no count, and a final follows.
            self._send_data(slot)
            return
        granted = int(inline) if inline is not None and inline.strip().isdigit() else 0
        self._send_data(slot, granted)
        self._complete(slot, inline)
        if granted == 0:
            # The module may sit in its data phase all the same; the fence tells.
            self._begin_resync(Signal.START)

    def _complete(self, ticket: Ticket, inline: bytes | None) -> None:
        script = ticket.request.script
        self._free(ticket)
        if script.echo is EchoEffect.TOGGLE:
            self.echo = None if self.echo is None else not self.echo
        elif script.echo is not None:
            self.echo = script.echo is EchoEffect.ON
        if script.restarts:
            self.echo = None
        try:
            reply = ticket.collector.result(inline)
        except ValueError as error:
            self._fail(ticket, ProtocolError(f"the answer is not whole: {error}", command=ticket.request.label))
            return
        if not ticket.cancelled:
            self._out.append(Completed(ticket, reply))

    def _refuse(self, slot: Ticket, line: bytes, code: bytes | None, text: bytes | None) -> None:
        self._free(slot)
        if slot.request.script.swallow:
            self._hold.begin(frozenset(slot.request.script.swallow), self._now)
        self._fail(slot, refusal(self.grammar, slot, line, code, text))

    def _fail(self, ticket: Ticket, error: AtmodemError) -> None:
        if not ticket.cancelled:
            ticket.cancelled = True
            self._out.append(Failed(ticket, error))

    def _free(self, ticket: Ticket) -> None:
        """Make the line free for the next command."""
        if ticket is self._slot:
            self._slot = None
            self._go(Signal.FINAL)
            self._clear()
            self._rest_until = self._now + self._rest

    def _clear(self) -> None:
        self._lexer.prompt = self._lexer.blanks = False
        self._lexer.forget_echo()
        self._set_answers()

    # Deferred values

    def _defer(self, slot: Ticket) -> None:
        self._slot = None
        self._pending.add(slot)
        self._go(Signal.ACCEPT)
        self._clear()
        if not slot.cancelled:
            self._out.append(Accepted(slot))

    def _value(self, ticket: Ticket) -> None:
        """A value line of a deferred command has come; the last one is its value."""
        ticket.lines_left -= 1
        if ticket.lines_left > 0:
            self._out.append(Progress(ticket, ticket.collector.result(None)))
            ticket.renew()
            return
        if ticket is self._slot:
            return
        self._pending.remove(ticket)
        self._set_answers()
        deferred = ticket.request.script.deferred
        if deferred is not None and deferred.final_follows:
            self._hold.begin(frozenset((b"OK",)), self._now)
        if ticket.cancelled:
            self._unrecognized(MASK.encode(), f"late answer to {ticket.request.label}")
        else:
            self._complete(ticket, None)

    def _answer_block(self, block: Block) -> None:
        self._hold.end()
        for ticket in (*(() if self._slot is None else (self._slot,)), *self._pending):
            if block.header in ticket.collector.headers and ticket.collector.owns(block.values):
                ticket.collector.block(block)
                ticket.answered = True
                if ticket.request.script.deferred is not None:
                    self._value(ticket)
                elif block.header.whole:
                    # The header was the final.
                    self._complete(ticket, None)
                return
        ghost = self._ghost
        if ghost is not None and block.header in ghost.collector.headers:
            self._unrecognized(MASK.encode(), f"late answer to {ghost.request.label}")
        else:
            self._unrecognized(block.data, "data that no command asked for")

    # Events and restarts

    def _event(self, event: Event) -> None:
        self._out.append(event)
        if event.declaration.restarts:
            self._restart()

    def _restart(self) -> None:
        """The module started anew: nothing that ran before will be answered."""
        self._out.append(Restarted())
        self.echo = None
        self._hold.end()
        self._lexer.reset()
        self._ghost = None
        slot, self._slot = self._slot, None
        self._go(Signal.RESTART)
        error = ModuleReset("the module started anew", advice="open links and sessions again")
        if slot is not None and slot.request.script.restarts:
            if not slot.cancelled:
                self._out.append(Completed(slot, None))
        elif slot is not None:
            self._fail(slot, error)
        for ticket in self._queue:
            self._fail(ticket, error)
        self._queue.clear()
        self._drop_pending()
        if self.state is State.RESYNC:
            self._resync.begin(self._now)

    def _drop_pending(self) -> None:
        for ticket in self._pending.clear():
            self._fail(ticket, ModuleReset("the module started anew", command=ticket.request.label))
        self._set_answers()

    # Streams

    def _begin_stream(self, slot: Ticket, lead: bytes) -> None:
        self._slot = None
        self._go(Signal.STREAM)
        self._clear()
        assert self.grammar.stream_escape is not None
        self._stream = Stream(self.grammar.stream_escape, lead)
        if not slot.cancelled:
            self._out.append(Completed(slot, None))
        self._out.append(StreamStarted())

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

    def _go(self, signal: Signal) -> None:
        self.state = TRANSITIONS[self.state, signal]


def _answers(ticket: Ticket) -> list[Answer]:
    asked = ticket.request.script.asked
    return [
        Answer(header, header.codec.maximum if asked is None else min(asked, header.codec.maximum))
        for header in ticket.collector.headers
    ]


def _timeout(ticket: Ticket) -> CommandTimeout:
    return CommandTimeout(f"no reply within {ticket.request.timeout:g} s", command=ticket.request.label)
