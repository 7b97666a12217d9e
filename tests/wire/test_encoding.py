"""Commands become lines and lines become commands again; what cannot be written safely is refused by name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.errors import InvalidArgument
from atmodem.wire.codecs import Choice, Ip, ListOf, OpenStrEnum, OrEmpty, Text
from atmodem.wire.command import Command, Form, Raw, command, param
from atmodem.wire.reply import One
from atmodem.wire.secret import Secret
from tests.wire.talk import shown
from tests.wire.toys import MILD, PLAIN, Join, Upload
from tests.wire.toys import Pair as MildPair
from tests.wire.toys_forms import (
    FORMS,
    Alpn,
    At,
    Clear,
    Either,
    Group,
    Hide,
    Keep,
    Key,
    Mode,
    Name,
    Open,
    Plus,
    Proto,
    Put,
    Say,
    Shape,
    Stored,
    Tail,
)
from tests.wire.toys_late import EITHER, EitherProbe, EitherSend, Get, OpenFile, Resolve, SendTo

TEXTS = st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.integers(0, 2)
MAYBE = st.none() | NUMBERS

COMMANDS = {
    "at": st.just(At()),
    "tcp": st.builds(Open, link_id=MAYBE, host=TEXTS, proto=st.just(Proto.TCP), keep_alive=MAYBE, mode=st.none()),
    "udp": st.builds(Open, link_id=NUMBERS, host=TEXTS, proto=st.just(Proto.UDP), local_port=MAYBE, mode=MAYBE),
    "mode": st.builds(Mode, mode=NUMBERS, save=st.booleans()),
    "queries": st.sampled_from([Name.query(), Name.stored(), Name.test(), Mode.query()]),
    "clear": st.builds(Clear, index=MAYBE),
    # What the toy's line of 80 bytes holds, should each be escaped.
    "group": st.builds(
        Group,
        members=st.lists(TEXTS, min_size=1, max_size=3)
        .map(tuple)
        .filter(lambda texts: sum(len(text.encode()) for text in texts) <= 30),
    ),
    "key": st.builds(Key, user=TEXTS | NUMBERS, key=TEXTS.map(Secret)),
    "keep": st.builds(Keep, first=NUMBERS, second=st.none() | TEXTS, third=MAYBE),
    "either": st.builds(Either, a=st.none(), b=MAYBE, c=NUMBERS),
    "tail": st.builds(
        Tail, number=NUMBERS, pair=st.tuples(st.text("ab,", max_size=3), st.text("c,=", max_size=5).map(Secret))
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=60)
@given(data=st.data())
def test_what_a_client_writes_a_module_reads(name, data):
    asked = data.draw(COMMANDS[name])
    line = FORMS.request(asked).line

    assert line.endswith(b"\r\n")
    assert not set(line[:-2]) & set(b"\r\n\x00")
    assert FORMS.parse(line[:-2]) == asked


@settings(max_examples=60)
@given(st.binary(max_size=12), st.integers(0, 1))
def test_data_inside_the_line_are_read_back(data, encoded):
    asked = Say(encoded=encoded, data=data or None)
    line = FORMS.request(asked).line.removesuffix(b"\r\n")

    assert FORMS.parse(line).data == (data or None)


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=8).filter(lambda data: 0x1A not in data))
def test_data_behind_the_prompt_are_read_back_without_their_end(data):
    request = FORMS.request(Put(data=data))

    assert request.line == b"AT+PUT=%d\r\n" % len(data)
    assert request.data == data + b"\x1a"
    assert FORMS.parse(b"AT+PUT=%d" % len(data), request.data) == Put(length=len(data), data=data)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (At(), b"AT"),
        (Open(host="h", proto=Proto.TCP), b'AT+OPEN="h",1'),
        (Open(link_id=0, host="h", proto=Proto.TCP, keep_alive=5), b'AT+OPEN=0,"h",1,5'),
        (Open(link_id=0, host="h", proto=Proto.UDP, mode=2), b'AT+OPEN=0,"h",2,,2'),
        (Open(host="h", proto=Proto.UDP, local_port=7, mode=0), b'AT+OPEN="h",2,7,0'),
        (Mode(mode=0), b"AT+MODE=0"),
        (Mode(mode=3, save=True), b"AT+MODE=!3"),
        (Mode.query(), b"AT+MODE=?"),
        (Name.query(), b"AT+NAME?"),
        (Name.stored(), b"AT+NAME=?"),
        (Name.test(), b"AT+NAME=??"),
        (Clear(), b"AT+CLEAR"),
        (Clear(index=0), b"AT+CLEAR=0"),
        (Alpn(link_id=1, names=("a", "b")), b'AT+ALPN=1,2,"a","b"'),
        (Alpn(link_id=1, names=()), b"AT+ALPN=1,0"),
        (Alpn(link_id=1), b"AT+ALPN=1"),
        (Alpn(link_id=1, count=0), b"AT+ALPN=1,0"),
        (Key(user=5, key="k"), b'AT+KEY=5,"k"'),
        (Key(user="5", key="k"), b'AT+KEY="5","k"'),
        (Say(encoded=1, data=b"\x00\xff"), b"AT+SAY=1,4,AP8="),
        (Say(encoded=0, data=b",\r\n"), b"AT+SAY=0,3,,\r\n"),
        (Say(encoded=0), b"AT+SAY=0"),
        (Say(encoded=0, data=b""), b"AT+SAY=0,0,"),
        (Keep(first=1), b"AT+KEEP=1,,"),
        (Keep(first=1, third=2), b"AT+KEEP=1,,2"),
        (Tail(number=1, pair=("a,b", Secret("c,d"))), b"AT+TAIL=1,a,b=c,d"),
    ],
)
def test_lines_are_written_as_the_dialect_wants_them(asked, line):
    assert FORMS.request(asked).line == line + b"\r\n"


def test_names_are_written_small_where_the_dialect_wants_it():
    assert EITHER.request(EitherProbe()).line == b"at+test\r"
    assert EITHER.request(Get.test()).line == b"at+get=?\r"
    assert EITHER.request(SendTo(sd=1)).line == b"AT+SendTo=1\r"
    assert EITHER.request(EitherSend(sd=1, format=0)).line == b"at+send=1,0,,\r"
    assert EITHER.request(OpenFile(name="a b")).line == b'at+open="a b",\r'


REFUSED = [
    (FORMS, Open(link_id=5, host="h", proto=Proto.TCP), "link_id", "from 0 to 4"),
    (FORMS, Open(host="h\r\nAT+RST", proto=Proto.TCP), "host", "free of CR"),
    (FORMS, Open(host="h\x00", proto=Proto.TCP), "host", "free of CR"),
    (FORMS, Open(host=b"h", proto=Proto.TCP), "host", "text"),
    (FORMS, Open(host="h", proto=7), "proto", "one of Proto.TCP, Proto.UDP"),
    (FORMS, Open(host="h", proto=Proto.TCP, local_port=1), "local_port", "left out with this proto"),
    (FORMS, Open(host="h", proto=Proto.UDP, keep_alive=1), "keep_alive", "left out with this proto"),
    (FORMS, Name(), "NAME", "query forms"),
    (FORMS, Plus(), "+++", "left to the stream"),
    (FORMS, Alpn(link_id=1, count=3, names=("a",)), "count", "the length of names, 1"),
    (FORMS, Alpn(link_id=1, names=("a",) * 6), "count", "from 0 to 5"),
    (FORMS, Alpn(link_id=1, names="ab"), "names", "a sequence"),
    (FORMS, Alpn(link_id=1, names=("a", "\n")), "names", "free of CR"),
    (FORMS, Key(user=None, key="k"), "user", "text, or a whole number"),
    (FORMS, Key(user="u", key="k\n"), "key", "free of CR"),
    (FORMS, Key(user="u", key=5), "key", "text"),
    (FORMS, Put(data=b"123456789"), "data", "at most 8 bytes"),
    (FORMS, Put(data=b"a\x1a"), "data", "free of the bytes 1a"),
    (FORMS, Put(data=b""), "length", "from 1 to 8"),
    (FORMS, Put(), "data", "given"),
    (FORMS, Put(length=2, data=b"abc"), "length", "the length of data, 3"),
    (FORMS, Put(data="abc"), "data", "bytes"),
    (FORMS, Put(data=5), "data", "bytes"),
    (FORMS, Hide(data=b"\xff"), "data", "ASCII"),
    (FORMS, Tail(number=1, pair=("a=b", "c")), "pair", "a name and a secret"),
    (FORMS, Tail(number=1, pair=(" a", "c")), "pair[0]", "free of blanks at its beginning"),
    (FORMS, Tail(number=1, pair=("a", "c\r\nAT+RST")), "pair", "free of CR"),
    (FORMS, Open(host="x" * 99, proto=Proto.TCP), "the command line", "at most 80 bytes long, not 113"),
    (FORMS, Raw(b"AT\r\nAT+RST"), "line", "free of CR"),
    (FORMS, Raw(b"AT+" + b"X" * 90), "the command line", "at most 80 bytes long"),
    (MILD, Raw(b"AT+X=\x1a"), "line", "free of"),
    (MILD, MildPair(first="a\\", second="b"), "first", "free of an escape at its end"),
    (MILD, Upload(kind=1, data=b"a\x1ab"), "data", "free of the bytes 1a"),
    (EITHER, Get(what="a b"), "what", "free of blanks"),
    (EITHER, Resolve(host="a+send"), "host", r"free of '\+send'"),
    (EITHER, Resolve(host='a"b'), "host", "with an even number"),
]


@pytest.mark.parametrize(("vocabulary", "asked", "parameter", "allowed"), REFUSED, ids=shown)
def test_a_wrong_value_is_refused_with_its_name_and_what_is_allowed(vocabulary, asked, parameter, allowed):
    with pytest.raises(InvalidArgument, match=allowed) as caught:
        vocabulary.request(asked)
    assert caught.value.parameter == parameter


class Word(OpenStrEnum):
    UP = "up"


@command("LISTED", timeout=1, section="toys")
class Listed(Command[None]):
    values = param(ListOf(Text()))


@command("MAYBE", timeout=1, section="toys")
class Maybe(Command[None]):
    text = param(OrEmpty(Text()))


@command("WORD", timeout=1, section="toys")
class AnyWord(Command[None]):
    word = param(Choice(Word, unnamed=True))


@command("ADDRESS", timeout=1, section="toys")
class Address(Command[None]):
    ip = param(Ip(None))


@pytest.mark.parametrize(
    "asked",
    [
        Listed(values=("a", "b\r\nAT+RST")),
        Maybe(text="\r\nAT+RST"),
        AnyWord(word=Word("\r\nAT+RST")),
        Address(ip="fe80::1%\r\nAT+RST"),
        Address(ip='fe80::1%",1'),
    ],
    ids=repr,
)
def test_no_type_of_value_can_end_the_line(asked):
    with pytest.raises(InvalidArgument):
        FORMS.request(asked)


# Labels and secrets


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        (Key(user="u", key="hunter2"), 'AT+KEY="u",***'),
        (Key(user="u", key=Secret("hunter2")), 'AT+KEY="u",***'),
        (Hide(data=b"hunter2"), "AT+HIDE=7"),
        (Say(encoded=0, data=b"abc"), "AT+SAY=0,3,<3 bytes>"),
        (Tail(number=1, pair=("name", "hunter2")), "AT+TAIL=1,name=***"),
        (Open(host="ü", proto=Proto.TCP), 'AT+OPEN="ü",1'),
        (Raw(b'AT+KEY="u","hunter2"'), 'AT+KEY="u",***'),
        (Raw(b'AT+OTHER="hunter2"'), "AT+OTHER… (18 bytes)"),
        (Raw(b"AT+OTHER?"), "AT+OTHER?"),
        (Name.query(), "AT+NAME?"),
    ],
    ids=repr,
)
def test_a_label_shows_everything_but_secrets(asked, label):
    request = FORMS.request(asked)

    assert request.label == label
    assert "hunter2" not in repr(request)


@pytest.mark.parametrize(
    ("asked", "secrets"),
    [
        (Key(user="u", key='a,"b'), {b'"a\\,\\"b"', b'a,"b'}),
        (Hide(data=b"hunter2"), {b"hunter2"}),
        (Tail(number=1, pair=("name", "hunter2")), {b"hunter2"}),
        (Raw(b'AT+KEY="u","hunter2"'), {b'"hunter2"', b"hunter2"}),
        (Raw(b'AT+OTHER="hunter2"'), set()),
        (Raw(b"AT+KEY"), set()),
        (Key(user="u", key=""), {b'""'}),
        (At(), set()),
    ],
    ids=lambda value: "" if isinstance(value, set) else repr(value),
)
def test_the_secrets_of_a_request_are_known_as_they_may_come_back(asked, secrets):
    assert set(FORMS.request(asked).secrets) == secrets


def test_a_text_may_end_in_an_escape_where_nothing_follows_it():
    assert MILD.request(MildPair(first="a", second="b\\")).line == b"AT+PAIR=a,b\\\r"


def test_an_error_does_not_show_the_secret():
    with pytest.raises(InvalidArgument) as caught:
        FORMS.request(Key(user="u", key="hunter2\n"))

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_secret_parameters_are_kept_as_secrets():
    assert Key(user="u", key="hunter2").key == Secret("hunter2")
    assert Hide(data=b"x").data == Secret(b"x")
    assert Join(ssid="lab").key is None


# The plan of a request


def test_a_request_carries_the_plan_of_its_command():
    request = FORMS.request(Shape(kind=3))

    assert request.timeout == 3.0
    assert request.reply == One(Stored, "<*>")
    assert FORMS.request(Shape(kind=0)).reply == One(Stored, "none")
    assert FORMS.request(Shape(kind=3), timeout=0.5).timeout == 0.5
    assert FORMS.request(Name.stored()).timeout == 1.5
    assert FORMS.request(Name.query()).timeout == 5
    assert request.name == "SHAPE"


def test_a_raw_line_has_the_name_and_limit_that_are_given():
    request = PLAIN.request(Raw(b"AT+X?", name="X", limit=3))

    assert (request.line, request.name, request.timeout, request.data) == (b"AT+X?\r\n", "X", 3, None)
    assert Raw(b"AT+X?").form is Form.EXECUTE
