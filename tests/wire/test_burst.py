"""A run of events read at once gives what its lines give one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Choice, Int, OpenIntEnum, Quoting, SecretText, Text
from atmodem.wire.counted import Data
from atmodem.wire.event import Event, event, value
from atmodem.wire.grammar import Grammar
from atmodem.wire.secret import Secret
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.talk import Talk
from tests.wire.toys import MILD_GRAMMAR, PLAIN_GRAMMAR, Forever
from tests.wire.toys_late import EITHER_GRAMMAR


class Kind(OpenIntEnum):
    A = 1


@event("+PAIR:<a>,<b>", name="pair")
class Pair(Event):
    a: int = value(Int())
    b: int = value(Int())


@event("+TEXTS:<a>,<b>,<c>,<d>", name="texts")
class Texts(Event):
    a: str = value(Text(Quoting.ALWAYS))
    b: str = value(Text(Quoting.NEVER))
    c: str = value(Text(Quoting.NEEDED))
    d: str = value(Text(Quoting.LENIENT))


@event("+BARE:<a>,<b>", name="bare")
class Bare(Event):
    a: str = value(Text(Quoting.NEVER))
    b: str = value(Text(Quoting.ALWAYS))


@event("+SINGLE:<a>", name="single")
class Single(Event):
    a: int = value(Int())


@event("+KIND:<a>,<b>", name="kind")
class Kinds(Event):
    a: Kind = value(Choice(Kind))
    b: int = value(Int(empty=0))


@event("+MAYBE:<a>[,<b>]", name="maybe")
class Maybe(Event):
    a: int = value(Int())
    b: int | None = value(Int(), default=None)


@event("+EXTRA:<a>,<b>", name="extra")
class Extra(Event):
    a: int = value(Int())
    b: int = value(Int())
    more: bool = False


@event("+SECRET:<a>,<b>", name="secret")
class Hidden(Event):
    a: int = value(Int())
    b: Secret[str] = value(SecretText(Text(Quoting.NEVER)))


@event("+BOOT:<a>,<b>", name="boot", restarts=True)
class Boot(Event):
    a: int = value(Int())
    b: int = value(Int())


@event("+TWICE:<a>,<b>", name="twice", kind="numbers")
class Twice(Event):
    a: int = value(Int())
    b: int = value(Int())


@event("+TWICE:<a>,<b>", name="twice", kind="texts", fallback=True)
class TwiceText(Event):
    a: str = value(Text(Quoting.NEVER))
    b: str = value(Text(Quoting.NEVER))


@event("PLUSLESS:<a>,<b>", name="plusless")
class Plusless(Event):
    a: int = value(Int())
    b: int = value(Int())


@event("+BLOCK:<length>,<data>", name="block")
class Blocked(Event):
    length: int = value(Int())
    data: bytes = value(Data())
    short: bool = False


@event("+BLOCK:<a>,<b>", name="unblock")
class Unblocked(Event):
    a: int = value(Int())
    b: int = value(Int())


EVENTS = [Pair, Texts, Bare, Single, Kinds, Maybe, Extra, Hidden, Boot, Twice, TwiceText, Plusless, Blocked, Unblocked]
GRAMMARS: dict[str, Grammar] = {"crlf": PLAIN_GRAMMAR, "lf": MILD_GRAMMAR, "either": EITHER_GRAMMAR}
VOCABULARIES = {name: Vocabulary(grammar, [Forever], EVENTS) for name, grammar in GRAMMARS.items()}
VOCABULARY = VOCABULARIES["crlf"]

LINES = [
    *(b"+PAIR:1,2", b"+PAIR:-1,+2", b"+PAIR:1", b"+PAIR:1,2,3", b"+PAIR:x,2", b"+PAIR: 1,2", b"+pair:1,2", b"PAIR:1,2"),
    *(
        b'+TEXTS:"a,b",c,d,e',
        b'+TEXTS:"a","b","c","d"',
        b'+BARE:x y,"z"',
        b'+BARE:"x","z"',
        b'+BARE:,""',
        b'+BARE:\xff,"\xff"',
    ),
    *(b"+SINGLE:1", b"+KIND:1,", b"+KIND:7,7", b"+MAYBE:1", b"+MAYBE:1,2", b"+EXTRA:1,2", b"+SECRET:1,hunter2"),
    *(b"+BOOT:1,2", b"+TWICE:1,2", b"+TWICE:a,b", b"PLUSLESS:1,2", b"+BLOCK:1,2", b"noise", b"\x00+PAIR:1,2", b""),
    *(
        b"+PAIR:1," + b"2" * 100,
        b"+PAIR:1," + b"2" * 4090,
        b'+BARE:x,"' + b"y" * 4085 + b'"',
        b'+BARE:x,"' + b"y" * 4090 + b'"',
    ),
    b"+PAIR:1," + b"2" * 4500,
]


def one_by_one(name, wire):
    """Return the outcomes while a command runs, when no run is read at once."""
    talk = Talk(VOCABULARIES[name])
    talk.send(Forever())
    talk.hear(b"ATx\n\r\n")
    begin = len(talk.out)
    talk.hear(wire)
    return talk.out[begin:]


@pytest.mark.parametrize("name", GRAMMARS)
@settings(max_examples=150)
@given(data=st.data())
def test_a_run_gives_what_its_lines_give_in_every_split(name, data):
    kinds = [line for line in LINES if not line.startswith((b"+BOOT", b"+BLOCK"))]
    lines = data.draw(st.lists(st.sampled_from(kinds), max_size=6))
    ends = data.draw(st.lists(st.sampled_from([b"\r\n", b"\n\r\n", b"\r\r\n", b"\r\n\r\n"]), min_size=6, max_size=6))
    wire = b"".join(line + end for line, end in zip(lines, ends, strict=False))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=4)))

    whole, cut = Talk(VOCABULARIES[name]), Talk(VOCABULARIES[name])
    whole.hear(wire)
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        cut.hear(wire[start:end])

    assert list(map(repr, cut.out)) == list(map(repr, whole.out))
    assert list(map(repr, one_by_one(name, wire))) == list(map(repr, whole.out))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"+PAIR:1,-2", Pair(a=1, b=-2)),
        (b'+BARE:x y,"a,b"', Bare(a="x y", b="a,b")),
        (b'+TEXTS:"a","b","c","d"', Texts(a="a", b='"b"', c="c", d="d")),
        (b"+SINGLE:1", Single(a=1)),
        (b"+KIND:7,", Kinds(a=Kind(7), b=0)),
        (b"+MAYBE:1", Maybe(a=1)),
        (b"+EXTRA:1,2", Extra(a=1, b=2)),
        (b"+SECRET:1,x", Hidden(a=1, b=Secret("x"))),
        (b"+TWICE:1,2", Twice(a=1, b=2)),
        (b"+TWICE:a,b", TwiceText(a="a", b="b")),
        (b"PLUSLESS:1,2", Plusless(a=1, b=2)),
    ],
)
def test_events_of_a_run_are_equal_to_constructed_ones(line, told):
    talk = Talk(VOCABULARY)
    talk.hear((line + b"\r\n") * 3)

    assert talk.out == [told] * 3
    assert {hash(out) for out in talk.out} == {hash(told)}


def test_only_plain_events_alone_under_their_name_are_read_in_runs():
    read = []
    for cls in EVENTS:
        text = cls.declaration.template.replace("<a>", "1").replace("<b>", '"2"' if cls is Bare else "2")
        events, _ = VOCABULARY.bursts.read(text.encode() + b"\r\n", 0)
        read += [type(event) for event in events]

    assert read == [Pair, Bare]


def test_a_run_ends_where_its_lines_differ():
    wire = b'+PAIR:1,2\r\n+PAIR:3,4\r\n+BARE:a,"b"\r\n+PAIR:5,x\r\n'

    events, end = VOCABULARY.bursts.read(wire, 0)

    assert events == [Pair(a=1, b=2), Pair(a=3, b=4), Bare(a="a", b="b")]
    assert wire[end:] == b"+PAIR:5,x\r\n"


def test_a_line_without_its_end_is_no_part_of_a_run():
    assert VOCABULARY.bursts.read(b"+PAIR:1,2\r\n+PAIR:3,4", 0)[1] == 11
    assert VOCABULARY.bursts.read(b"+PAIR:1,2\r", 0) == ([], 0)


def test_a_run_tells_a_restart_line_by_line():
    talk = Talk(VOCABULARY)
    talk.hear(b"+PAIR:1,2\r\n+BOOT:1,2\r\n+PAIR:3,4\r\n")

    assert [type(out).__name__ for out in talk.out] == ["Pair", "Boot", "Restarted", "Pair"]


def test_events_beside_counted_data_of_the_same_name_are_not_read_in_runs():
    talk = Talk(VOCABULARY)
    talk.hear(b"+BLOCK:2,ab\r\n")

    assert talk.out == [Blocked(length=2, data=b"ab")]
