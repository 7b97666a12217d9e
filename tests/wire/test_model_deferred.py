"""Values that come after their success, at any time and in any order, reach their own command or are told as late."""

import re

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from atmodem.errors import CommandError, CommandTimeout, ModuleReset, OutOfSync
from atmodem.wire.codecs import Int
from atmodem.wire.command import Command, command, param
from atmodem.wire.event import value
from atmodem.wire.outcomes import Accepted, Completed, Failed, Progress
from atmodem.wire.reply import One
from atmodem.wire.script import Deferred, Script
from atmodem.wire.states import State
from atmodem.wire.ticket import Ticket
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.talk import Talk, of, unknown, written
from tests.wire.toys_late import EITHER, EITHER_GRAMMAR


@attrs.frozen(kw_only=True)
class Token:
    token: int = value(Int())


@command("Ask", timeout=3, section="toys", reply=One(Token))
class Ask(Command[Token]):
    """Answered at once with its own token."""

    token: int = param(Int())


@command("Wait", timeout=10, section="toys", reply=One(Token), script=Script(deferred=Deferred()))
class Wait(Command[Token]):
    """Accepted at once; its token comes later, followed by one more success."""

    token: int = param(Int())


@command("Look", timeout=10, section="toys", reply=One(Token), script=Script(deferred=Deferred()))
class Look(Command[Token]):
    """Nothing is said before its token, and success follows that."""

    token: int = param(Int())


MODEL = Vocabulary(EITHER_GRAMMAR, [*EITHER.commands.values(), Ask, Wait, Look], EITHER.events)
KINDS = {"ask": Ask, "wait": Wait, "look": Look}


class Conversation(RuleBasedStateMachine):
    """A module with workers: lines are answered in order, values come when they are ready."""

    tickets: Bundle[Ticket] = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(MODEL, echo=None)
        self.tokens: dict[Ticket, int] = {}
        self.cancelled: dict[Ticket, int] = {}
        self.read = 0
        #: Values that will come, and when their commands were written at the earliest.
        self.owed: list[tuple[float, bytes]] = []
        self.written_at: dict[bytes, float] = {}
        self.before = self.talk.now

    @rule(target=tickets, kind=st.sampled_from(list(KINDS)))
    def send(self, kind: str) -> Ticket:
        token = len(self.tokens) + 100
        ticket = self.talk.send(KINDS[kind](token=token))
        self.tokens[ticket] = token
        return ticket

    @rule(cut=st.integers(0, 12))
    def answer(self, cut: int) -> None:
        """Answer the next line that was written."""
        if self.unread():
            line = self.unread()[0]
            self.read += 1
            self.say(self.answer_to(line), cut)

    def unread(self) -> list[bytes]:
        return [data for data in written(self.talk.out) if data != b"\r"][self.read :]

    def answer_to(self, line: bytes) -> bytes:
        if line == b"at+get=fence\r":
            return b"+get:71\n\rOK\n\r"
        kind, token = re.fullmatch(rb"at\+(\w+)=(\d+)\r", line).groups()
        told = b"+" + kind + b":" + token + b"\n\r"
        if kind == b"ask":
            return told + b"OK\n\r"
        self.owed.append((self.written_at.get(line, self.before), told + b"OK\n\r"))
        return b"OK\n\r" if kind == b"wait" else b""

    @rule(at=st.integers(0, 5), cut=st.integers(0, 12))
    def bring(self, at: int, cut: int) -> None:
        """Bring one of the values that are owed; nothing else is printed in the same burst."""
        # A value that nobody has waited for any longer than this is not told apart for ever.
        self.owed = [(since, data) for since, data in self.owed if self.talk.now <= since + 10.0]
        if self.owed:
            self.say(self.owed.pop(at % len(self.owed))[1], cut)
            self.talk.wait(0.06)

    def say(self, data: bytes, cut: int) -> None:
        self.talk.hear(data[:cut])
        self.talk.wait(0.01)
        self.talk.hear(data[cut:])

    @rule()
    def tell_event(self) -> None:
        self.talk.hear(b"+eventwlan:disconnect,1\n\r")

    @rule(seconds=st.sampled_from([0.01, 0.1, 1.0, 3.0, 5.0]))
    def run(self, seconds: float) -> None:
        # A module that has answered one query of the recovery answers the others at once.
        while self.talk.state is State.RESYNC and self.unread():
            self.answer(0)
        self.talk.wait(seconds)

    @rule(ticket=consumes(tickets))
    def cancel(self, ticket: Ticket) -> None:
        self.talk.cancel(ticket)
        self.cancelled[ticket] = len(self.talk.out)

    @invariant()
    def remember_when_lines_were_written(self) -> None:
        for data in written(self.talk.out):
            self.written_at.setdefault(data, self.before)
        self.before = self.talk.now

    @invariant()
    def each_value_is_that_of_its_command(self) -> None:
        for out in of(self.talk.out, Completed):
            assert out.reply == Token(token=self.tokens[out.ticket])
        for failed in of(self.talk.out, Failed):
            assert isinstance(failed.error, CommandTimeout | ModuleReset | OutOfSync)
            assert not isinstance(failed.error, CommandError)

    @invariant()
    def each_command_ends_once_and_is_silent_behind_its_cancel(self) -> None:
        ended = [out.ticket for out in self.talk.out if isinstance(out, Completed | Failed)]
        assert len(ended) == len(set(ended))
        for ticket, at in self.cancelled.items():
            kinds = (Completed, Failed, Accepted, Progress)
            assert all(out.ticket is not ticket for kind in kinds for out in of(self.talk.out[at:], kind))

    @invariant()
    def no_secret_is_needed_to_know_what_is_late(self) -> None:
        assert all(data == b"***" or data in (b"OK",) or data.startswith(b"+") for data in unknown(self.talk.out))

    def teardown(self) -> None:
        for _ in range(200):
            while self.unread():
                self.answer(0)
            self.remember_when_lines_were_written()
            self.bring(0, 0)
            self.talk.wait(0.2)
        self.talk.wait(30.0)
        for ticket in self.tokens:
            assert self.talk.ended(ticket) or ticket in self.cancelled
        assert self.talk.state in (State.IDLE, State.DOWN)


Conversation.TestCase.settings = settings(max_examples=200, stateful_step_count=30)


class TestConversation(Conversation.TestCase):
    pass
