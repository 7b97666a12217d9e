"""The rules of a dialect's wire, as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from attrs import frozen

from .command import Form
from .script import Meaning
from .syntax import Syntax
from .template import Spelling

__all__ = ["Banner", "Escape", "Fence", "Grammar", "LineEnd", "Recovery", "Startup"]


class LineEnd(Enum):
    """Which bytes end a line that the module prints."""

    CRLF = b"\r\n"
    LF = b"\n"
    EITHER = b""


@frozen
class Banner:
    """Text that a module prints when it starts.

    :param first: pattern of the first line that nothing else can be.
    :param last: pattern of the last line.
    """

    first: re.Pattern[bytes]
    last: re.Pattern[bytes]


@frozen
class Fence:
    """A query whose value cannot be mistaken for the answer to anything else.

    :param line: the whole line to send.
    :param answer: pattern of the line that answers it.
    :param example: what a module sends back, for replaying recordings.
    :param in_final: the value stands in the final itself.
    :param echo_on: what group 1 of the answer is when the echo is on; None where it tells nothing of it.
    """

    line: bytes
    answer: re.Pattern[bytes]
    example: bytes
    in_final: bool = False
    echo_on: bytes | None = None


@frozen
class Escape:
    """How a stream of bare data is left.

    :param before: seconds of silence before ``+++``.
    :param after: seconds of silence after it.
    :param reply: pattern of the reply to it at the end of the data; None where there is none.
    :param longest: seconds to wait for silence at most; the far end may go on sending.
    """

    before: float
    after: float
    reply: re.Pattern[bytes] | None = None
    longest: float = 2.0


@frozen
class Startup:
    """How a module is waited for that starts anew without a word: it is asked until it answers.

    :param rest: seconds before it is asked first; it may still answer while it goes down.
    :param rounds: how often it is asked.
    """

    rest: float
    rounds: int


@frozen
class Recovery:
    """How a known state is reached.

    :param prelude: bytes that end a half-typed line; their answers are dropped.
    :param prelude_example: what a module sends back to the prelude.
    :param feed: what is sent in the last round before anything else, for a module that waits for data for ever.
    :param settle: seconds of silence to wait for after the prelude.
    :param fences: queries to choose from; one that is not the lost command is taken.
    :param wait: seconds to wait for the fence's answer.
    :param rounds: how often to try.
    :param escape: how ``+++`` is tried when the module is silent; None where it never is.
    :param busy: a line with this pattern means that an old command still runs.
    :param busy_wait: seconds to wait for its end.
    :param startup: how a module is waited for that was told to start anew; None where it tells when it has.
    """

    fences: Sequence[Fence]
    prelude: bytes = b""
    prelude_example: bytes = b""
    feed: bytes = b""
    settle: float = 0.02
    wait: float = 1.0
    rounds: int = 3
    escape: Escape | None = None
    busy: re.Pattern[bytes] | None = None
    busy_wait: float = 20.0
    startup: Startup | None = None


@frozen(kw_only=True)
class Grammar:
    """Everything by which the dialogue reads one dialect.

    :param terminator: what ends a command line.
    :param forms: what stands behind the name in each form.
    :param line_limit: most bytes of a command line, terminator included.
    :param lower_names: names are written in small letters.
    :param line_end: what ends a line that the module prints.
    :param head: pattern of a line with a name; group 1 is the name, group 2 the rest.
    :param success: pattern of the common success; the group ``value`` is what it carries.
    :param failure: pattern of the common failure, with the groups ``code`` and ``text`` where it has them.
    :param causes: patterns of lines that tell the cause of the failure behind them; group 1 is the code.
    :param told_causes: the same for lines that are events all the same.
    :param prompt_wait: seconds until data go without an optional prompt.
    :param gap: seconds of silence after which a block or line that is not whole is given up.
    :param hold: seconds in which one more final may follow.
    :param rest: seconds of rest before each write.
    :param echoes: the module can echo what it receives.
    :param ready: words that mean a start even at the end of a noisy line.
    :param banner: text printed at the start.
    :param recovery: how a known state is reached.
    :param stream_escape: how a stream is left.
    :param pending: most deferred commands at once.
    :param meaning: tells what an error code means, from the code and the text beside it; None where it is not known.
    :param stream_lead: what still belongs to the reply that begins a stream, behind its line end.
    :param blank_after_event: an event is followed by an empty line of its own.
    """

    syntax: Syntax
    spelling: Spelling = Spelling()
    prefix: str = "AT+"
    terminator: bytes
    forms: Mapping[Form, str]
    line_limit: int
    lower_names: bool = False
    any_case: bool = True
    line_end: LineEnd
    head: re.Pattern[bytes]
    success: re.Pattern[bytes]
    failure: re.Pattern[bytes]
    causes: Sequence[re.Pattern[bytes]] = ()
    told_causes: Sequence[re.Pattern[bytes]] = ()
    prompt_wait: float = 0.3
    gap: float = 2.0
    hold: float = 0.05
    rest: float = 0.0
    echoes: bool = True
    ready: Sequence[bytes] = ()
    banner: Banner | None = None
    recovery: Recovery
    stream_escape: Escape | None = None
    pending: int = 0
    longest_line: int = 4096
    meaning: Callable[[str, str], Meaning | None] = lambda code, text: None
    stream_lead: bytes = b""
    blank_after_event: bool = False
