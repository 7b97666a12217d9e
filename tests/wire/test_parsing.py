"""Command lines are read as a module reads them: what it would refuse is refused, with the reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.command import Form
from atmodem.wire.parsing import ParseError, forms_of
from atmodem.wire.secret import Secret
from tests.wire.talk import shown
from tests.wire.toys import MILD, PLAIN, FenceValue, Join, MildProbe, MildSend, Switch, Upload
from tests.wire.toys import Mode as OnOff
from tests.wire.toys import Pair as MildPair
from tests.wire.toys_forms import (
    FORMS,
    Alpn,
    At,
    Clear,
    Either,
    Group,
    Keep,
    Key,
    Mode,
    Name,
    Open,
    Plus,
    Proto,
    Put,
    Say,
    Tail,
)
from tests.wire.toys_late import EITHER, PLUS, EitherProbe, EitherSend, Get, OpenFile, PlusProbe, Socket, Word


@pytest.mark.parametrize(
    ("vocabulary", "line", "read"),
    [
        (FORMS, b"AT", At()),
        (FORMS, b"at", At()),
        (FORMS, b"+++", Plus()),
        (FORMS, b"at+mode=2", Mode(mode=2)),
        (FORMS, b"AT+MODE=!2", Mode(mode=2, save=True)),
        (FORMS, b"AT+MODE=?", Mode.query()),
        (FORMS, b"AT+NAME", Name.query()),
        (FORMS, b"AT+CLEAR", Clear()),
        (FORMS, b"AT+CLEAR=", Clear()),
        (FORMS, b'AT+OPEN="h",1', Open(host="h", proto=Proto.TCP)),
        (FORMS, b'AT+OPEN=3,"h",1,9,1', Open(link_id=3, host="h", proto=Proto.TCP, keep_alive=9, mode=1)),
        (FORMS, b'AT+OPEN="h",2,,1', Open(host="h", proto=Proto.UDP, mode=1)),
        (FORMS, b'AT+ALPN=1,2,"a","b"', Alpn(link_id=1, count=2, names=("a", "b"))),
        (FORMS, b"AT+ALPN=1,0", Alpn(link_id=1, count=0)),
        (FORMS, b"AT+ALPN=1", Alpn(link_id=1)),
        (FORMS, b'AT+GROUP="a"', Group(members=("a",))),
        (FORMS, b'AT+KEY="5","k"', Key(user="5", key=Secret("k"))),
        (FORMS, b'AT+KEY=5,"k"', Key(user=5, key=Secret("k"))),
        (FORMS, b"AT+SAY=1,4,AP8=", Say(encoded=1, length=4, data=b"\x00\xff")),
        (FORMS, b"AT+SAY=0,0,", Say(encoded=0, length=0)),
        (FORMS, b"AT+TAIL=1,a,b=c,d", Tail(number=1, pair=("a,b", Secret("c,d")))),
        (FORMS, b'AT+KEEP=1,"",', Keep(first=1, second="")),
        (FORMS, b"AT+EITHER=5", Either(c=5)),
        (FORMS, b"AT+EITHER=4,5", Either(b=4, c=5)),
        (FORMS, b"AT+EITHER=3,4,5", Either(a=3, b=4, c=5)),
        (PLAIN, b"AT+FENCE?", FenceValue.query()),
        (PLAIN, b"AT+JOIN?", Join.query()),
        (MILD, b"AT", MildProbe()),
        (MILD, b"AT+SETTING=ON", Switch(mode=OnOff.ON)),
        (MILD, b"AT+PAIR=a,", MildPair(first="a")),
        (PLUS, b"AT+NULL", PlusProbe()),
        (EITHER, b"AT+ TEST", EitherProbe()),
        (EITHER, b"At+Socket = TCP", Socket(kind=Word.TCP)),
        (EITHER, b"at+get=?", Get.test()),
        (EITHER, b"at+send=1,0,2,,\r", EitherSend(sd=1, format=0, length=2, data=b",\r")),
        (EITHER, b'at+open="a b",', OpenFile(name="a b")),
    ],
    ids=shown,
)
def test_a_line_is_read_in_every_spelling_that_the_module_takes(vocabulary, line, read):
    assert vocabulary.parse(line) == read


@pytest.mark.parametrize(
    ("vocabulary", "line", "reason", "index"),
    [
        (FORMS, b"", "unknown", None),
        (FORMS, b"AT+", "unknown", None),
        (FORMS, b"AT+NONE", "unknown", None),
        (FORMS, b"MODE=1", "unknown", None),
        (FORMS, b"AT+AT", "unknown", None),
        (FORMS, b"AT+MODE", "form", None),
        (FORMS, b"AT+MODE?", "form", None),
        (FORMS, b"AT+MODE=??", "form", None),
        (FORMS, b"AT+CLEAR=!1", "form", None),
        (FORMS, b"AT+CLEAR=?", "form", None),
        (FORMS, b"AT+NAME=1", "form", None),
        (FORMS, b"AT+MODE=", "value", 0),
        (FORMS, b"AT+MODE=x", "value", 0),
        (FORMS, b"AT+MODE=4", "value", 0),
        (FORMS, b"AT+MODE=1_0", "value", 0),
        (FORMS, b'AT+MODE="1"', "syntax", 0),
        (FORMS, b"AT+MODE=1,2", "count", None),
        (FORMS, b'AT+OPEN="h"', "count", 1),
        (FORMS, b"AT+OPEN=h,1", "syntax", 0),
        (FORMS, b'AT+OPEN="h,1', "syntax", None),
        (FORMS, b'AT+OPEN="h",7', "value", 1),
        (FORMS, b"AT+GROUP=a", "syntax", 0),
        (FORMS, b"AT+KEEP=1", "count", None),
        (FORMS, b"AT+KEEP=1,,,", "count", None),
        (FORMS, b"AT+SAY=1,4,A", "value", None),
        (FORMS, b"AT+TAIL=1", "count", None),
        (FORMS, b"AT+TAIL=1,x", "value", None),
        (FORMS, b"AT+TAIL=1,", "count", None),
        (FORMS, b"AT+EITHER=x", "value", 0),
        (FORMS, b"AT+EITHER=1,2,3,4", "count", None),
        (FORMS, b"AT+RANGE=2,1", "value", None),
        (FORMS, b"AT+PUT=", "count", None),
        (FORMS, b"AT+PUT=9", "value", 0),
        (MILD, b"at", "unknown", None),
        (MILD, b"at+SETTING=ON", "unknown", None),
        (MILD, b"AT+setting=ON", "unknown", None),
        (MILD, b"AT+SETTING=OPEN", "value", 0),
        (EITHER, b"at+send=1,0", "count", None),
        (EITHER, b'at+open="a', "syntax", None),
    ],
    ids=shown,
)
def test_a_line_that_the_module_would_refuse_is_refused_with_the_reason(vocabulary, line, reason, index):
    with pytest.raises(ParseError) as caught:
        vocabulary.parse(line)
    assert (caught.value.reason, caught.value.index) == (reason, index)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("line", "leading", "link_id"), [(b'AT+OPEN=1,"h",1', True, 1), (b'AT+OPEN="h",1', False, None)]
)
def test_whether_leading_parameters_stand_there_can_be_told(line, leading, link_id):
    assert FORMS.parse(line, leading=leading).link_id == link_id
    with pytest.raises(ParseError):
        FORMS.parse(line, leading=not leading)


def test_data_behind_the_prompt_are_handed_over_without_their_end():
    assert FORMS.parse(b"AT+PUT=3", b"abc\x1a") == Put(length=3, data=b"abc")
    assert FORMS.parse(b"AT+PUT=3") == Put(length=3)
    assert MILD.parse(b"AT+UPLOAD=1", b"abc\x1a") == Upload(kind=1, data=b"abc")
    assert MILD.parse(b"AT+CIPSEND=1,3", b"abc") == MildSend(link_id=1, length=3, data=b"abc")


@settings(max_examples=200)
@given(st.sampled_from([FORMS, PLAIN, MILD, PLUS, EITHER]), st.data())
def test_no_line_at_all_makes_the_parser_fail(vocabulary, data):
    name = data.draw(st.sampled_from([*vocabulary.commands, "NONE"]))
    rest = data.draw(
        st.lists(
            st.sampled_from([b"=", b"?", b"!", b",", b'"', b"\\", b"1", b"a", b" "]) | st.binary(max_size=2), max_size=8
        )
    )
    line = b"AT+" + name.encode() + b"".join(rest)
    try:
        read = vocabulary.parse(line, b"data")
    except ParseError as error:
        reason = error.reason
    else:
        reason = read.form

    assert reason in {"unknown", "form", "count", "syntax", "value", *Form}


def test_the_forms_that_only_ask_are_known_with_their_makers():
    assert forms_of(Name) == {Form.QUERY: "query", Form.STORED: "stored", Form.TEST: "test"}
    assert forms_of(Mode) == {Form.STORED: "query"}
    assert forms_of(FenceValue) == {Form.QUERY: "query"}
    assert forms_of(At) == {}


@pytest.mark.parametrize(
    ("vocabulary", "line", "name"),
    [
        (FORMS, b"AT+MODE=1", "MODE"),
        (FORMS, b"at+mode?", "MODE"),
        (FORMS, b"at", "AT"),
        (FORMS, b"hello", "HELLO"),
        (EITHER, b"at+ get =x", "GET"),
        (MILD, b"AT+SCAN", "SCAN"),
    ],
)
def test_the_name_in_a_line_is_told_in_capitals(vocabulary, line, name):
    assert vocabulary.name_of(line) == name
