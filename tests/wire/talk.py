"""A conversation with a dialogue, in which the test plays the module, the clock and the owner."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from atmodem.wire.command import Command
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Completed, Failed, Outcome, Write
from atmodem.wire.states import State
from atmodem.wire.ticket import Ticket
from atmodem.wire.vocabulary import Vocabulary

O = TypeVar("O")  # noqa: E741 - the letter names the kind of outcome


class Talk:
    """A dialogue and the time; every outcome is kept, and each call returns what is new."""

    def __init__(self, vocabulary: Vocabulary, **options: Any) -> None:
        self.vocabulary = vocabulary
        self.dialogue = Dialogue(vocabulary, **{"echo": False, "rest": 0.0, **options})
        self.now = 100.0
        self.out: list[Outcome] = []
        self._waiting: list[Ticket] = []
        #: How many of the outcomes the played module has seen.
        self._played = 0

    @property
    def state(self) -> State:
        return self.dialogue.state

    @property
    def idle(self) -> bool:
        """No command runs, waits or pends for anybody, and the line is in order."""
        return self.state is State.IDLE and all(self.ended(ticket) for ticket in self._waiting)

    def _keep(self, out: Iterable[Outcome]) -> list[Outcome]:
        new = list(out)
        self.out += new
        return new

    def send(self, command: Command[Any], timeout: float | None = None) -> Ticket:
        ticket, out = self.dialogue.submit(self.vocabulary.request(command, timeout), self.now)
        self._keep(out)
        self._waiting.append(ticket)
        return ticket

    def hear(self, *pieces: bytes) -> list[Outcome]:
        """Receive each piece, all at the same time."""
        new: list[Outcome] = []
        for piece in pieces:
            new += self._keep(self.dialogue.receive(piece, self.now))
        return new

    def wait(self, seconds: float) -> list[Outcome]:
        """Let time pass, with a tick whenever the dialogue wants one."""
        new: list[Outcome] = []
        end = self.now + seconds
        ticks = 0
        while (deadline := self.dialogue.deadline) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            new += self._keep(self.dialogue.tick(self.now))
            ticks += 1
            assert ticks < 1000, "the dialogue wants ticks without end"
        self.now = end
        return new

    def cancel(self, ticket: Ticket) -> list[Outcome]:
        self._waiting = [other for other in self._waiting if other is not ticket]
        return self._keep(self.dialogue.cancel(ticket, self.now))

    def start(self, rounds: int | None = None) -> list[Outcome]:
        return self._keep(self.dialogue.start(self.now, rounds))

    def leave(self) -> list[Outcome]:
        return self._keep(self.dialogue.leave(self.now))

    def write(self, data: bytes) -> list[Outcome]:
        return self._keep(self.dialogue.write(data, self.now))

    # What came of it

    def replies(self, ticket: Ticket) -> list[object]:
        return [o.reply for o in self.out if isinstance(o, Completed) and o.ticket is ticket]

    def errors(self, ticket: Ticket) -> list[Exception]:
        return [o.error for o in self.out if isinstance(o, Failed) and o.ticket is ticket]

    def reply(self, ticket: Ticket) -> object:
        """Return the reply of a command that has ended, once and with success."""
        assert self.errors(ticket) == []
        [reply] = self.replies(ticket)
        return reply

    def error(self, ticket: Ticket) -> Any:
        """Return the error of a command that has ended, once and without success."""
        assert self.replies(ticket) == []
        [error] = self.errors(ticket)
        return error

    def ended(self, ticket: Ticket) -> bool:
        return bool(self.replies(ticket) or self.errors(ticket))

    def play(self, seconds: float = 30.0) -> list[Outcome]:
        """Play a module that answers nothing but the resynchronisation, until that is over."""
        recovery = self.vocabulary.grammar.recovery
        answers = {fence.line: fence.example for fence in recovery.fences}
        if recovery.prelude:
            answers[recovery.prelude] = recovery.prelude_example
        new: list[Outcome] = []
        end = self.now + seconds
        while self.state in (State.RESYNC, State.LEAVING) and self.now < end:
            # What was written before is answered first.
            due = [answers[data] for data in written(self.out[self._played :]) if data in answers]
            self._played = len(self.out)
            if due:
                new += self.hear(*due)
                continue
            deadline = self.dialogue.deadline
            assert deadline is not None
            self.now = max(self.now, deadline)
            new += self._keep(self.dialogue.tick(self.now))
        return new


def shown(value: object) -> str:
    """Return how a parameter of a test is shown; the same in every process."""
    return "" if isinstance(value, Vocabulary) else repr(value)[:40]


def of(out: Iterable[Outcome], kind: type[O]) -> list[O]:
    return [o for o in out if isinstance(o, kind)]


def written(out: Sequence[Outcome]) -> list[bytes]:
    return [o.data for o in of(out, Write)]


def events(out: Iterable[Outcome]) -> list[Event]:
    """Return the events, those of unknown bytes left out."""
    return [o for o in of(out, Event) if not isinstance(o, Unrecognized)]


def unknown(out: Iterable[Outcome]) -> list[bytes]:
    """Return what was not recognised."""
    return [o.data for o in of(out, Unrecognized)]
