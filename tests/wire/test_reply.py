"""Every shape of an answer reads what it writes, and takes no line that is not its own."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Choice, Int, Mac, Quoting, SecretText, Text
from atmodem.wire.counted import Block, Data, Trailer
from atmodem.wire.event import labels_of, value
from atmodem.wire.reply import (
    Counted,
    FreeText,
    Inline,
    InlineList,
    Labelled,
    Last,
    Many,
    Maybe,
    MaybeInline,
    NoReply,
    One,
    RawReply,
    Table,
    Usage,
    named,
)
from atmodem.wire.secret import Secret
from atmodem.wire.template import Spelling
from tests.wire.toys import PLAIN, PLAIN_GRAMMAR, LinkKind, Version

SPELLING = Spelling()
FREE = Text(Quoting.NEVER, free=True)


@attrs.frozen(kw_only=True)
class Record:
    number: int = value(Int())
    text: str = value(FREE)
    mac: str = value(Mac())


@attrs.frozen(kw_only=True)
class Noted:
    number: int = value(Int())
    text: str = value(FREE)


@attrs.frozen(kw_only=True)
class Single:
    number: int = value(Int())


@attrs.frozen(kw_only=True)
class Kinds:
    kind: LinkKind = value(Choice(LinkKind))
    number: int | None = value(Int(), default=None)


@attrs.frozen(kw_only=True)
class Key:
    key: Secret[str] = value(SecretText(Text(Quoting.ALWAYS)))


@attrs.frozen(kw_only=True)
class Head:
    count: int = value(Int())
    rows: tuple[Record, ...] = ()


@attrs.frozen(kw_only=True)
class Page:
    text: str = value(FREE)


@attrs.frozen(kw_only=True)
class Number:
    number: int = value(Int())


@attrs.frozen(kw_only=True)
class Chunk:
    length: int = value(Int())
    data: bytes = value(Data(trailer=Trailer(b"\r\n")))


@attrs.frozen(kw_only=True)
class Coded:
    form: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(base64_when="form"))


@attrs.frozen(kw_only=True)
class Heap:
    free: int | None = value(Int(), default=None, label="free heap")
    name: str | None = value(Text(), default=None, label="name:")
    plain: int | None = value(Int(), default=None)
    others: tuple[str, ...] = ()


NUMBERS = st.integers(-99, 99)
#: Text without line ends, as a line of an answer can hold it.
TEXTS = st.text("abc,;: \"'é", max_size=8)
RECORDS = st.builds(Record, number=NUMBERS, text=TEXTS, mac=st.just("aa:bb:cc:dd:ee:ff"))
SINGLES = st.builds(Single, number=NUMBERS)

SHAPES = {
    "no reply": (NoReply(), st.none()),
    "one": (One(Record), RECORDS),
    "one bare": (One(Single, bare=True), SINGLES),
    "one bare with its name": (One(Single, bare=True, named=True), SINGLES),
    "one with a secret": (One(Key), st.builds(Key, key=st.text("ab,", max_size=4))),
    "one with an optional field": (
        One(Kinds),
        st.builds(Kinds, kind=st.sampled_from(LinkKind), number=st.none() | NUMBERS),
    ),
    "maybe": (Maybe(Record), st.none() | RECORDS),
    "maybe none": (Maybe(Single, none=(b"NONE",)), st.none() | SINGLES),
    "last": (Last(Single), SINGLES),
    "many": (Many(Record), st.lists(RECORDS, max_size=4).map(tuple)),
    "many none": (Many(Single, none=(b"EMPTY",)), st.lists(SINGLES, max_size=2).map(tuple)),
    "many joined": (Many(Single, separator=b";", joined=True), st.lists(SINGLES, max_size=4).map(tuple)),
    "table": (Table(Head, Record), st.builds(Head, count=NUMBERS, rows=st.lists(RECORDS, max_size=3).map(tuple))),
    "table with named rows": (
        Table(Head, Record, head="STATUS:<count>", plain=False),
        st.builds(Head, count=NUMBERS, rows=st.lists(RECORDS, max_size=3).map(tuple)),
    ),
    "labelled": (
        Labelled(Heap),
        st.builds(Heap, free=st.none() | NUMBERS, name=st.none() | st.text("xyz", max_size=4)),
    ),
    "free text": (
        FreeText(Page, "text"),
        st.builds(
            Page, text=st.lists(st.text("abc ", min_size=1, max_size=5), min_size=1, max_size=3).map("\r\n".join)
        ),
    ),
    "inline": (Inline(Record), RECORDS),
    "maybe inline": (MaybeInline(Single), st.none() | SINGLES),
    "inline list": (InlineList(Single), st.lists(SINGLES, max_size=4).map(tuple)),
    "usage": (Usage(), st.text("[a],", min_size=1, max_size=9)),
    "raw": (
        RawReply(),
        st.lists(st.binary(min_size=1, max_size=5).filter(lambda line: b"\n" not in line and b"\r" not in line)).map(
            tuple
        ),
    ),
}
INLINE = (Inline, MaybeInline, InlineList)


def collect(reply, lines, name="NAME", grammar=PLAIN_GRAMMAR):
    """Return what a client makes of these lines; the first of an inline shape stands in the final."""
    collector = reply.collector(name, grammar.spelling)
    inline = None
    if isinstance(reply, INLINE) and lines:
        inline = lines[0]
        if isinstance(reply, InlineList):
            assert collector.row(inline)
        lines = lines[1:]
    for line in lines:
        head, text = PLAIN.split(line)
        assert collector.line(head, text, line) or collector.row(line)
    return collector.result(inline)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40)
@given(data=st.data())
def test_what_a_module_answers_a_client_reads(shape, data):
    reply, values = SHAPES[shape]
    answer = data.draw(values)

    assert collect(reply, reply.lines("NAME", SPELLING, answer)) == answer


@pytest.mark.parametrize(
    ("reply", "answer", "lines"),
    [
        (One(Single), Single(number=5), [b"+NAME:5"]),
        (One(Single, bare=True), Single(number=5), [b"5"]),
        (One(Single, bare=True, named=True), Single(number=5), [b"+NAME:5"]),
        (Maybe(Single), None, []),
        (Maybe(Single, none=(b"NONE", b"none")), None, [b"+NAME:NONE"]),
        (Many(Single, separator=b";"), (Single(number=1), Single(number=2)), [b"+NAME:1", b"+NAME:2"]),
        (Many(Single, separator=b";", joined=True), (Single(number=1), Single(number=2)), [b"+NAME:1;2"]),
        (Many(Single), (), []),
        (Labelled(Heap), Heap(free=3, name="x", others=("y",)), [b"free heap:3", b"name:x", b"y"]),
        (Usage(), "[a]", [b"[a]"]),
    ],
    ids=repr,
)
def test_answers_stand_on_the_wire_as_the_shape_says(reply, answer, lines):
    assert reply.lines("NAME", SPELLING, answer) == lines


@pytest.mark.parametrize(
    ("reply", "lines", "answer"),
    [
        (One(Single, "<number>", variants=("no <number>",)), [b"+NAME:no 5"], Single(number=5)),
        (One(Single, aliases=("OTHER",)), [b"+OTHER:5"], Single(number=5)),
        (Maybe(Single, variants=("#<number>",)), [b"+NAME:#5"], Single(number=5)),
        (Maybe(Single, none=(b"NONE",)), [b"+NAME: NONE "], None),
        (Maybe(Single, bare=True), [b"7"], Single(number=7)),
        (Many(Single, variants=("#<number>",)), [b"+NAME:1", b"+NAME:#2"], (Single(number=1), Single(number=2))),
        (
            Many(Single, separator=b";"),
            [b"+NAME:1;2;", b"+NAME:3"],
            (Single(number=1), Single(number=2), Single(number=3)),
        ),
        (Many(Single, separator=b";"), [b"+NAME:;1; ;2"], (Single(number=1), Single(number=2))),
        (
            Many(Noted, separator=b";"),
            [b"+NAME:1,a;b;2,c"],
            (Noted(number=1, text="a;b"), Noted(number=2, text="c")),
        ),
        (Last(Single), [b"+NAME:1", b"+NAME:2"], Single(number=2)),
        (
            Many(Record, separator=b";"),
            [b"+NAME:1,a;b,aa:bb:cc:dd:ee:ff;2,c,aa:bb:cc:dd:ee:ff"],
            (
                Record(number=1, text="a;b", mac="aa:bb:cc:dd:ee:ff"),
                Record(number=2, text="c", mac="aa:bb:cc:dd:ee:ff"),
            ),
        ),
        (
            Labelled(Heap),
            [b"free heap (bytes):12", b"name:x", b"name:y", b"free heap 3"],
            Heap(free=12, name="x", others=("name:y", "free heap 3")),
        ),
        (Labelled(Heap), [b"free heap: none"], Heap(others=("free heap: none",))),
        (Labelled(Version), [b"AT version 2.1", b"\xff"], Version(at=" 2.1", others=("\udcff",))),
        (FreeText(Page, "text"), [b"+NAME:a", b"b", b"+NAME:c"], Page(text="a\r\nb\r\n+NAME:c")),
        (RawReply(), [b"+NAME:1", b"x"], (b"+NAME:1", b"x")),
    ],
    ids=repr,
)
def test_other_spellings_of_an_answer_are_read(reply, lines, answer):
    assert collect(reply, lines) == answer


@pytest.mark.parametrize(
    ("reply", "taken", "refused"),
    [
        (NoReply(), [], b"+NAME:1"),
        (NoReply(), [], b"x"),
        (One(Single), [], b"+OTHER:1"),
        (One(Single), [], b"+NAME:x"),
        (One(Single), [], b"1"),
        (One(Single), [b"+NAME:1"], b"+NAME:2"),
        (One(Single, bare=True), [b"1"], b"2"),
        (Many(Single), [b"+NAME:1"], b"+NAME:x"),
        (Many(Single, separator=b";"), [], b"+NAME:1;x"),
        (Many(Single, separator=b";"), [], b"+NAME:x;1"),
        (Many(Single, separator=b";"), [], b"+NAME:1;x;2"),
        (Table(Head, Record), [], b"+NAME:x"),
        (Table(Head, Record), [], b"1,a,aa:bb:cc:dd:ee:ff"),
        (Table(Head, Record), [b"+NAME:1"], b"+NAME:2"),
        (Table(Head, Record), [b"+NAME:1"], b"x"),
        (Table(Head, Record, head="STATUS:<count>", plain=False), [], b"+NAME:x"),
        (Table(Head, Record, head="STATUS:<count>", plain=False), [b"STATUS:1"], b"STATUS:2"),
        (FreeText(Page, "text"), [], b"x"),
        (FreeText(Page, "text"), [], b"+OTHER:x"),
        (InlineList(Single), [b"1"], b"x"),
        (Usage(), [b"a"], b"b"),
    ],
    ids=repr,
)
def test_lines_of_others_are_left(reply, taken, refused):
    collector = reply.collector("NAME", SPELLING)
    for line in taken:
        assert collector.line(*PLAIN.split(line), line) or collector.row(line)

    assert not collector.line(*PLAIN.split(refused), refused)
    assert not collector.row(refused)


@pytest.mark.parametrize(
    ("reply", "inline", "why"),
    [
        (One(Single), None, "value line is missing"),
        (Last(Single), None, "value line is missing"),
        (Table(Head, Record), None, "head line is missing"),
        (FreeText(Page, "text"), None, "value line is missing"),
        (Inline(Single), None, "value is missing"),
        (Inline(Single), b"x", "another form"),
        (MaybeInline(Single), b"x", "another form"),
        (Counted(Chunk), None, "data are missing"),
    ],
    ids=repr,
)
def test_an_answer_that_is_not_whole_is_told(reply, inline, why):
    with pytest.raises(ValueError, match=why):
        reply.collector("NAME", SPELLING).result(inline)


@pytest.mark.parametrize(
    ("reply", "inline", "answer"),
    [
        (NoReply(), b"x", None),
        (Maybe(Single), None, None),
        (Many(Single), None, ()),
        (MaybeInline(Single), None, None),
        (MaybeInline(Single), b"5", Single(number=5)),
        (Inline(Single, variants=("#<number>",)), b"#5", Single(number=5)),
        (Counted(Chunk, needed=False), None, None),
        (Counted(Chunk, many=True), None, ()),
        (Usage(), None, ""),
        (RawReply(), b"5", (b"5",)),
        (Labelled(Heap), None, Heap()),
    ],
    ids=repr,
)
def test_an_answer_may_have_no_lines(reply, inline, answer):
    assert reply.collector("NAME", SPELLING).result(inline) == answer


def test_a_free_text_whose_value_cannot_be_read_is_not_whole():
    collector = FreeText(Number, "number").collector("NAME", SPELLING)
    assert collector.line(b"NAME", b"x", b"+NAME:x")

    with pytest.raises(ValueError):
        collector.result(None)


# Counted data


def blocks_of(reply, wire):
    """Return the collector, fed with the blocks that stand in *wire*."""
    collector = reply.collector("NAME", SPELLING)
    [header] = collector.headers
    while wire:
        candidate = header.candidates(wire, 0, len(wire))[0]
        end = candidate.start + candidate.length
        collector.block(Block(header, candidate.values, wire[candidate.start : end]))
        wire = wire[end:]
    return collector


@settings(max_examples=40)
@given(st.binary(max_size=12), st.integers(0, 1))
def test_counted_data_are_read_as_they_were_written(data, form):
    reply = Counted(Coded, "+{name}:<form>,<length>,")
    [wire] = reply.lines("NAME", SPELLING, Coded(form=form, length=0, data=data))

    assert blocks_of(reply, wire).result(None).data == data


def test_several_blocks_are_one_reply_each_or_joined():
    chunks = (Chunk(length=2, data=b"ab"), Chunk(length=1, data=b"c"))
    wire = b"".join(Counted(Chunk, many=True).lines("NAME", SPELLING, chunks))

    assert wire == b"+NAME:2,ab+NAME:1,c"
    assert blocks_of(Counted(Chunk, many=True), wire).result(None) == chunks
    assert blocks_of(Counted(Chunk, joined=True), wire).result(None) == Chunk(length=3, data=b"abc")
    assert blocks_of(Counted(Chunk, joined=True), wire[:10]).result(None) == chunks[0]
    assert blocks_of(Counted(Chunk), wire).result(None) == chunks[0]


def test_no_block_at_all_is_written_for_no_value():
    assert Counted(Chunk, needed=False).lines("NAME", SPELLING, None) == []


def test_a_header_without_data_means_none():
    reply = Counted(Chunk, empty="<length>")
    collector = reply.collector("NAME", SPELLING)

    assert collector.line(b"NAME", b"0", b"+NAME:0")
    assert collector.result(None) == Chunk(length=0, data=b"")
    assert not collector.line(b"NAME", b"x", b"+NAME:x")
    assert not collector.line(b"OTHER", b"0", b"+OTHER:0")
    assert not Counted(Chunk).collector("NAME", SPELLING).line(b"NAME", b"0", b"+NAME:0")


def test_commands_of_one_name_share_the_header():
    reply = Counted(Chunk)

    assert reply.collector("A", SPELLING).headers[0] is reply.collector("A", SPELLING).headers[0]
    assert reply.collector("A", SPELLING).headers[0] is not reply.collector("B", SPELLING).headers[0]


# What is common


def test_a_line_belongs_to_the_command_whose_key_it_holds():
    collector = One(Record).collector("NAME", SPELLING)
    collector.key = {"number": 1}

    assert not collector.line(b"NAME", b"2,a,aa:bb:cc:dd:ee:ff", b"")
    assert collector.line(b"NAME", b"1,a,aa:bb:cc:dd:ee:ff", b"")


@pytest.mark.parametrize(
    ("reply", "fields"),
    [
        (NoReply(), []),
        (RawReply(), []),
        (One(Record), ["number", "text", "mac"]),
        (Maybe(Single), ["number"]),
        (Last(Single), ["number"]),
        (Many(Single), ["number"]),
        (Table(Head, Single), ["count", "number"]),
        (Labelled(Heap), ["free", "name", "plain"]),
        (FreeText(Page, "text"), ["text"]),
        (Counted(Chunk), ["length", "data"]),
        (Inline(Single), ["number"]),
        (MaybeInline(Single), ["number"]),
        (InlineList(Single), ["number"]),
        (Usage(), ["usage"]),
    ],
    ids=repr,
)
def test_a_shape_names_what_it_holds(reply, fields):
    assert reply.fields == fields


def test_only_an_inline_list_goes_on_behind_its_success():
    assert InlineList(Single).until_blank
    assert not any(reply.until_blank for reply, _ in SHAPES.values() if not isinstance(reply, InlineList))


def test_a_shape_may_be_glued_to_its_final():
    assert One(Single, glued=True).glued
    assert not One(Single).glued
    assert not NoReply().glued


def test_labels_are_those_of_the_fields():
    assert labels_of(Heap) == {"free": "free heap", "name": "name:", "plain": ""}
    assert named("X", b"1") == b"+X:1"
