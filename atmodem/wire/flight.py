"""The commands in flight: which one has the line, which ones wait, and which ones pend."""

from __future__ import annotations

from collections import deque

from ..errors import AtmodemError, CommandTimeout, ModuleReset, OutOfSync, ProtocolError
from .event import Unrecognized
from .grammar import Grammar
from .hold import Hold
from .lexer import Answer, Lexer
from .outcomes import Accepted, Completed, Down, Failed, Outcome, Progress, Restarted, StreamStarted, Write
from .pending import Pending
from .refusal import refusal
from .resync import Resync
from .script import EchoEffect, Prompt
from .secret import MASK
from .startup import BannerReader
from .states import TRANSITIONS, Signal, State
from .stream import Stream
from .ticket import Ticket
from .vocabulary import Vocabulary

__all__ = ["Flight", "started_anew"]

#: Seconds that a command without a time limit of its own may still take when nobody wants it.
ABANDONED = 10.0
#: Requests whose secrets are looked for in what is not understood.
REMEMBERED = 16


class Flight:
    """Writes commands one at a time, ends them, and reaches a known state when one is lost.

    It is the writing half of a :class:`~atmodem.wire.dialogue.Dialogue`; what is received reaches it from there.
    """

    def __init__(self, vocabulary: Vocabulary, echo: bool | None, rest: float | None, strict_prompt: bool) -> None:
        self.vocabulary = vocabulary
        self.grammar: Grammar = vocabulary.grammar
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
        self._now = self._last_byte = self._rest_until = float("-inf")
        self._out: list[Outcome] = []

    # Time

    def _expire(self) -> None:
        slot = self._slot
        if slot is not None and slot.prompt_deadline is not None and self._now >= slot.prompt_deadline:
            if self._lexer.at_start:
                slot.unprompted = True
                self._send_data(slot)
            else:
                # Not into a message that is half received.
                slot.prompt_deadline = self._now + self.grammar.hold
        if slot is not None and slot.deadline is not None and self._now >= slot.deadline:
            if slot.stood_in:
                self._complete(slot, None)
            else:
                self._lose(slot)
        for ticket in [t for t in self._pending if t.deadline is not None and self._now >= t.deadline]:
            if ticket.cancelled:
                ticket.deadline = None
                ticket.given_up = True
            else:
                # It stays a while: what it may still bring must not be taken for another's.
                ticket.deadline = self._abandoned_until(ticket)
                self._fail(ticket, _timeout(ticket))
        for ticket in [t for t in self._queue if t.deadline is not None and self._now >= t.deadline]:
            self._queue.remove(ticket)
            self._fail(ticket, _timeout(ticket))

    def _abandoned_until(self, ticket: Ticket) -> float:
        """Return until when a command whose outcome nobody wants is waited for."""
        return self._now + (ticket.request.timeout or ABANDONED)

    def _lose(self, ticket: Ticket) -> None:
        """Its time is over: it stays as a ghost until the line is proved clean."""
        self._slot = None
        self._ghost = ticket
        if ticket.request.script.deferred is not None:
            # Its value may come at any time, not in the order of the fence.
            self._pending.add(ticket)
            ticket.deadline = self._abandoned_until(ticket)
        self._clear()
        self._fail(ticket, _timeout(ticket))
        self._begin_resync(Signal.LOST, ticket.request.line)

    def _begin_resync(self, signal: Signal, lost: bytes | None = None, rounds: int | None = None) -> None:
        self._go(signal)
        self._resync.begin(self._now, lost, rounds)

    def _fail_all(self) -> None:
        self._go(Signal.SPENT)
        self._ghost = None
        self._clear()
        self._out.append(Down(_silent(None)))
        for ticket in (*self._queue, *self._pending.clear()):
            self._fail(ticket, _silent(ticket.request.label))
        self._queue.clear()

    # Writing

    def _pump(self) -> None:
        """Write the next command if the line is free."""
        if not self._queue or self.state is not State.IDLE or self._hold.until is not None:
            return
        if self._now < self._rest_until or not self._lexer.at_start:
            return
        ticket = next((t for t in self._queue if self._pending.takes(t)), None)
        if ticket is None:
            # The table is full; a command waits for a place no longer than it would for its reply.
            for waiting in self._queue:
                if waiting.deadline is None:
                    waiting.restart_clock(self._now)
            return
        self._banner.end()
        self._queue.remove(ticket)
        self._pending.make_room(ticket)
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
        text = data.decode("latin-1").strip()
        self._out.append(Write(data, text if text.isprintable() else f"<{len(data)} bytes>"))

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

    # Ends

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
            reply = ticket.collector.result(inline if ticket.inline is None else ticket.inline)
        except ValueError as error:
            self._fail(ticket, ProtocolError(f"the answer is not whole: {error}", command=ticket.request.label))
            return
        if not ticket.cancelled:
            self._out.append(Completed(ticket, reply))
        if script.restarts and self.grammar.recovery.startup is not None:
            # Nothing else will tell.
            self._restart()

    def _refuse(self, slot: Ticket, line: bytes, code: bytes | None, text: bytes | None) -> None:
        error = refusal(self.grammar, slot, line, code, text)
        if slot.unprompted:
            # The module took the data for commands; what it answers to them is nobody's.
            self._slot = None
            self._clear()
            self._begin_resync(Signal.LOST, slot.request.line)
        else:
            self._free(slot)
            if slot.request.script.swallow:
                self._hold.begin(frozenset(slot.request.script.swallow), self._now)
        self._fail(slot, error)

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

    # Echo and restarts

    def _note_echo(self, on: bool) -> None:
        """Learn whether the module echoes."""
        self.echo = on

    def _restart(self) -> None:
        """The module started anew: nothing that ran before will be answered."""
        self._out.append(Restarted())
        self.echo = None
        self._hold.end()
        self._lexer.reset()
        self._ghost = None
        slot, self._slot = self._slot, None
        self._go(Signal.RESTART)
        if slot is not None and slot.request.script.restarts:
            if not slot.cancelled:
                self._out.append(Completed(slot, None))
        elif slot is not None:
            self._fail(slot, started_anew(slot))
        for ticket in self._queue:
            self._fail(ticket, started_anew(ticket))
        self._queue.clear()
        self._drop_pending()
        startup = self.grammar.recovery.startup
        if startup is not None:
            self._go(Signal.START)
            self._resync.begin_startup(startup, self._now)
        elif self.state is State.RESYNC:
            self._resync.begin(self._now, None if slot is None else slot.request.line)

    def _drop_pending(self) -> None:
        for ticket in self._pending.clear():
            self._fail(ticket, started_anew(ticket))
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
            if ticket.cancelled:
                self._late_answer(ticket)
            else:
                self._out.append(Progress(ticket, ticket.collector.result(None)))
            ticket.renew()
            return
        has_line = ticket is self._slot
        if has_line and not ticket.accepted:
            return
        if not has_line:
            self._pending.remove(ticket)
            self._set_answers()
        deferred = ticket.request.script.deferred
        if deferred is not None and deferred.final_follows:
            self._hold.begin(frozenset((b"OK",)), self._now)
        if ticket.cancelled and not has_line:
            self._late_answer(ticket)
        else:
            self._complete(ticket, None)

    def _begin_stream(self, slot: Ticket, lead: bytes) -> None:
        self._slot = None
        self._go(Signal.STREAM)
        self._clear()
        assert self.grammar.stream_escape is not None
        self._stream = Stream(self.grammar.stream_escape, lead)
        if not slot.cancelled:
            self._out.append(Completed(slot, None))
        self._out.append(StreamStarted())

    # What is not understood

    def _late_answer(self, ticket: Ticket) -> None:
        """Tell that something came for a command that nobody waits for."""
        self._out.append(Unrecognized(data=MASK.encode(), reason=f"late answer to {ticket.request.label}"))

    def _unrecognized(self, data: bytes, reason: str, *, fault: bool = False) -> None:
        self._out.append(Unrecognized(data=self._masked(data), reason=reason, fault=fault))

    def _masked(self, data: bytes) -> bytes:
        name, _ = self.vocabulary.split(data)
        if name in self.vocabulary.secret_names:
            return b"+" + name + b":" + MASK.encode()
        for secret in sorted(self._secrets, key=len, reverse=True):
            data = data.replace(secret, MASK.encode())
        return data

    def _go(self, signal: Signal) -> None:
        self.state = TRANSITIONS[self.state, signal]


def _answers(ticket: Ticket) -> list[Answer]:
    asked = ticket.request.script.asked
    return [
        Answer(header, header.codec.maximum if asked is None else min(asked, header.codec.maximum))
        for header in ticket.collector.headers
    ]


def started_anew(ticket: Ticket) -> ModuleReset:
    """Return the error of a command that a restart has cut off."""
    return ModuleReset("the module started anew", command=ticket.request.label, advice="open links and sessions again")


def _silent(label: str | None) -> OutOfSync:
    return OutOfSync(
        "the module does not answer",
        command=label,
        advice="check wiring, power and baud rate; a module in deep sleep or transparent mode is silent too",
    )


def _timeout(ticket: Ticket) -> CommandTimeout:
    return CommandTimeout(f"no reply within {ticket.request.timeout:g} s", command=ticket.request.label)
