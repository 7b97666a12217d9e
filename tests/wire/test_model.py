"""Whatever delays, cuts, events, restarts and cancels come between, each reply reaches its own command, once."""

import re

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from atmodem.errors import CommandError, CommandTimeout, ModuleReset, OutOfSync
from atmodem.wire.codecs import Int
from atmodem.wire.command import Command, command, length_of, param, payload
from atmodem.wire.event import value
from atmodem.wire.outcomes import Completed, Failed, Fault
from atmodem.wire.reply import One
from atmodem.wire.script import Prompt, Script
from atmodem.wire.states import State
from atmodem.wire.ticket import Ticket
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.modelled import Module
from tests.wire.talk import Talk, of
from tests.wire.toys import PLAIN, PLAIN_GRAMMAR


@attrs.frozen(kw_only=True)
class Token:
    token: int = value(Int())


@command("ASK", timeout=3, section="toys", reply=One(Token))
class Ask(Command[Token]):
    """Answered with its own token."""

    token: int = param(Int())


@command("FAIL", timeout=3, section="toys", script=Script(causes=(rb"\+FAIL:(\d+)",)))
class Fail(Command[None]):
    """Refused with its own token as the cause."""

    token: int = param(Int())


@command("TELL", timeout=3, section="toys", reply=One(Token), script=Script(prompt=Prompt.REQUIRED))
class Tell(Command[Token]):
    """Takes data behind a prompt, and is answered with the token that stands in them."""

    length: int | None = length_of("data", Int(1, 64))
    data: bytes | None = payload()


MODEL = Vocabulary(PLAIN_GRAMMAR, [*PLAIN.commands.values(), Ask, Fail, Tell], PLAIN.events)


def answer(line: bytes) -> tuple[bytes, int | None]:
    if line.startswith(b"="):
        return b"+TELL:" + re.sub(rb"\D", b"", line) + b"\r\n\r\nOK\r\n", None
    if match := re.fullmatch(rb"AT\+ASK=(\d+)", line):
        return b"+ASK:" + match[1] + b"\r\n\r\nOK\r\n", None
    if match := re.fullmatch(rb"AT\+FAIL=(\d+)", line):
        return b"+FAIL:" + match[1] + b"\r\n\r\nERROR\r\n", None
    if match := re.fullmatch(rb"AT\+TELL=(\d+)", line):
        return b"\r\nOK\r\n\r\n>", int(match[1])
    if match := re.fullmatch(rb"AT\+(FENCE|OTHER)\?", line):
        return b"+" + match[1] + b":1\r\n\r\nOK\r\n", None
    if line in (b"AT", b"ATE1"):
        return b"\r\nOK\r\n", None
    return b"\r\nERROR\r\n", None


class Conversation(RuleBasedStateMachine):
    """Commands of every kind to a module that does what modules do."""

    tickets: Bundle[Ticket] = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(MODEL, echo=None)
        self.module = Module(self.talk, answer, b"\r\n")
        self.tokens: dict[Ticket, int] = {}
        self.cancelled: dict[Ticket, int] = {}
        self.told = 0

    @rule(target=tickets, kind=st.sampled_from(["ask", "fail", "tell"]))
    def send(self, kind: str) -> Ticket:
        token = len(self.tokens) + 100
        asked = {"ask": Ask(token=token), "fail": Fail(token=token), "tell": Tell(data=b"<%d>\r\n" % token)}[kind]
        ticket = self.talk.send(asked)
        self.tokens[ticket] = token
        return ticket

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0, 2.0, 5.0]))
    def run(self, seconds: float) -> None:
        self.module.run(seconds)

    @rule(delays=st.lists(st.sampled_from([0.0, 0.2, 1.5, 2.9, 3.1, 4.0, 7.0]), max_size=4))
    def be_slow(self, delays: list[float]) -> None:
        self.module.delays.extend(delays)

    @rule(cuts=st.lists(st.integers(0, 20), max_size=3))
    def stutter(self, cuts: list[int]) -> None:
        self.module.cuts.extend(cuts)

    @rule(count=st.integers(1, 3))
    def be_deaf(self, count: int) -> None:
        self.module.deaf = count

    @rule()
    def tell_event(self) -> None:
        self.told += 1
        self.module.say(b"+COUNT:%d,0,0\r\n" % self.told)

    @rule(data=st.binary(max_size=5))
    def tell_data(self, data: bytes) -> None:
        self.module.say(b"+DATA:1,%d:%s" % (len(data) + 10, data + b"\r\n\r\nOK\r\n\r\n"))

    @rule()
    def switch_echo(self) -> None:
        self.module.echo = not self.module.echo

    @rule(keep_input=st.booleans())
    def restart(self, keep_input: bool) -> None:
        self.module.restart(keep_input=keep_input)

    @rule(ticket=consumes(tickets))
    def cancel(self, ticket: Ticket) -> None:
        self.talk.cancel(ticket)
        self.cancelled[ticket] = len(self.talk.out)

    @invariant()
    def each_reply_is_that_of_its_command(self) -> None:
        for out in of(self.talk.out, Completed):
            assert out.reply == Token(token=self.tokens[out.ticket])
        for failed in of(self.talk.out, Failed):
            assert isinstance(failed.error, CommandError | CommandTimeout | ModuleReset | OutOfSync), failed
            if isinstance(failed.error, CommandError):
                assert failed.error.code == str(self.tokens[failed.ticket])

    @invariant()
    def each_command_ends_once_and_not_behind_its_cancel(self) -> None:
        ended = [out.ticket for out in self.talk.out if isinstance(out, Completed | Failed)]
        assert len(ended) == len(set(ended))
        for ticket, at in self.cancelled.items():
            assert all(getattr(out, "ticket", None) is not ticket for out in self.talk.out[at:])

    def teardown(self) -> None:
        self.module.deaf = 0
        self.module.delays.clear()
        self.module.run(60.0)
        for ticket in self.tokens:
            assert self.talk.ended(ticket) or ticket in self.cancelled
        assert self.talk.state in (State.IDLE, State.DOWN)
        self.check_line()

    def check_line(self) -> None:
        """The line is clean: the next command works."""
        last = self.talk.send(Ask(token=1))
        self.tokens[last] = 1
        self.module.run(30.0)
        assert self.talk.reply(last) == Token(token=1)
        assert of(self.talk.out, Fault) == []


Conversation.TestCase.settings = settings(max_examples=300, stateful_step_count=30)


class TestConversation(Conversation.TestCase):
    pass
