"""A family of modules made up for tests of what all families share."""

import re
from collections.abc import Sequence
from typing import ClassVar

import attrs

from atmodem.virtual.clock import ManualClock, sleep
from atmodem.virtual.console import Console, Family
from atmodem.virtual.faults import Faults
from atmodem.virtual.framing import Framing
from atmodem.virtual.handlers import Handler, Handling, handlers_of, handles, queries
from atmodem.virtual.intake import Counted, Until
from atmodem.virtual.lines import Line
from atmodem.virtual.results import Final, Lines, Payload, Refused, Silence, Streaming
from atmodem.virtual.rules import Busy, LineRules
from atmodem.wire.codecs import Int, Quoting, Text
from atmodem.wire.command import Command, Form, Setting, command, length_of, param, payload
from atmodem.wire.event import Event, event, value
from atmodem.wire.grammar import Fence, Grammar, LineEnd, Recovery
from atmodem.wire.parsing import ParseError
from atmodem.wire.reply import Many
from atmodem.wire.script import Prompt, Script
from atmodem.wire.syntax import Syntax
from atmodem.wire.vocabulary import Vocabulary


@attrs.frozen(kw_only=True)
class Row:
    number: int = value(Int())


@command("PING", timeout=1, section="")
class PING(Command[None]):
    """Answered at once."""


@command("LEVEL", timeout=1, section="")
class LEVEL(Setting):
    """A number that is kept."""

    glued: ClassVar[bool] = True
    level: int = param(Int(0, 9))


@command("ROWS", timeout=1, section="", reply=Many(Row))
class ROWS(Command[tuple[Row, ...]]):
    """A list."""

    count: int = param(Int(0, 9))


@command("SLOW", timeout=5, section="", worker=True)
class SLOW(Command[None]):
    """Takes seconds, beside other commands where there are workers."""

    seconds: int = param(Int(0, 9))


@command("TAKE", timeout=5, section="")
class TAKE(Command[None]):
    """Takes counted data."""

    length: int | None = length_of("data", Int(1, 99))
    data: bytes | None = payload()


@command("TEXT", timeout=5, section="", script=Script(prompt=Prompt.BARE))
class TEXT(Command[None]):
    """Takes data up to a byte 0x1A."""


@command("STREAM", timeout=5, section="")
class STREAM(Command[None]):
    """Begins a stream."""


@command("EXACT", timeout=5, section="")
class EXACT(Command[None]):
    """Answers a line that no declaration writes."""


@command("MUTE", timeout=5, section="")
class MUTE(Command[None]):
    """Answers nothing."""


@command("RESET", timeout=5, section="")
class RESET(Command[None]):
    """Is obeyed at any time."""


@command("LATER", timeout=5, section="")
class LATER(Command[None]):
    """Has something to tell behind its answer."""


@event("+TOLD:<word>", name="TOLD")
class Told(Event):
    """A word."""

    word: str = value(Text(Quoting.NEVER))


@event("busy", name="BUSY", lead=True)
class Hush(Event):
    """Not now."""


GRAMMAR = Grammar(
    syntax=Syntax(),
    terminator=b"\r\n",
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.SET: "="},
    line_limit=32,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+(\w+):(.*)", re.DOTALL),
    success=re.compile(rb"OK"),
    failure=re.compile(rb"ERROR"),
    recovery=Recovery(fences=(Fence(b"AT+PING\r\n", re.compile(rb"OK"), b"\r\nOK\r\n"),)),
)
VOCABULARY = Vocabulary(GRAMMAR, [PING, LEVEL, ROWS, SLOW, TAKE, TEXT, STREAM, EXACT, MUTE, RESET, LATER], [Told, Hush])
RULES = LineRules(ends=(b"\r\n",), limit=32, guard=0.02, busy=Busy.REFUSE)


class Toy(Family):
    """A module with a console on a manual clock; what it prints is in ``printed``."""

    vocabulary = VOCABULARY

    def __init__(self, rules: LineRules = RULES, framing: Framing | None = None) -> None:
        self.rules = rules
        self.framing = Framing() if framing is None else framing
        self.printed = bytearray()
        self.taken: list[bytes] = []
        self.streamed = bytearray()
        self.level = LEVEL(level=3)
        self.clock = ManualClock()
        self.faults = Faults()
        self.handlers = dict(handlers_of(self))
        self.console = Console(self, self.clock, self.write, self.faults)
        self.console.echo = False

    def write(self, data: bytes) -> None:
        self.printed += data

    def hear(self, data: bytes) -> bytes:
        """Let the module receive *data*; return what it prints at once."""
        self.console.received(data)
        return self.said()

    def said(self) -> bytes:
        """Return what was printed since."""
        said = bytes(self.printed)
        self.printed.clear()
        return said

    def rest(self, seconds: float) -> bytes:
        """Let time go by; return what is printed."""
        self.clock.advance(seconds)
        return self.said()

    # Family

    def handler_of(self, command: Command[object]) -> Handler | None:
        return self.handlers.get(Handling.of(command))

    def misread(self, line: Line, error: ParseError | None) -> Refused | None:
        return Refused(lines=(b"too long",) if line.too_long else ()) if line.text else None

    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        return refused.lines, refused.final or b"ERROR"

    def tell_busy(self) -> None:
        if self.rules.busy is Busy.REFUSE:
            self.console.event(Hush())

    def crowded(self) -> Refused:
        return Refused(final=b"ERROR: no worker")

    def preempts(self, command: Command[object]) -> bool:
        return isinstance(command, RESET)

    # Commands

    @handles(PING)
    def ping(self, _: PING) -> None:
        """Do nothing."""

    @handles(LEVEL)
    def set_level(self, command: LEVEL) -> None:
        if command.level == 0:
            raise Refused(lines=[b"+LEVEL:too low"])
        self.level = command

    @queries(LEVEL)
    def get_level(self) -> LEVEL:
        return self.level

    @handles(ROWS)
    def rows(self, command: ROWS) -> tuple[Row, ...]:
        return tuple(Row(number=n) for n in range(command.count))

    @handles(SLOW)
    async def slow(self, command: SLOW) -> None:
        await sleep(self.clock, command.seconds)

    @handles(TAKE)
    def take(self, command: TAKE) -> Payload:
        assert command.length is not None
        return Payload(intake=Counted(command.length), then=self.took, cancelled=self.gave_up)

    @handles(TEXT)
    def text(self, _: TEXT) -> Payload:
        return Payload(intake=Until(b"\x1a", 8), then=self.took)

    @handles(STREAM)
    def stream(self, _: STREAM) -> Streaming:
        return Streaming(received=self.streamed.extend, escaped=lambda: self.write(b"\r\nleft\r\n"))

    @handles(EXACT)
    def exact(self, _: EXACT) -> Lines:
        return Lines([b"one", b"two"])

    @handles(MUTE)
    def mute(self, _: MUTE) -> Silence:
        return Silence()

    @handles(RESET)
    def reset(self, _: RESET) -> None:
        """Do nothing else than ending what runs."""

    @handles(LATER)
    def later(self, _: LATER) -> None:
        self.console.after_answer(lambda: self.console.event(Told(word="later")))

    def took(self, data: bytes) -> Final:
        self.taken.append(data)
        return Final(b"TAKEN", lines=[b"got %d" % len(data)])

    def gave_up(self) -> Final:
        return Final(b"GIVEN UP", bare=True)
