"""An echo is taken byte by byte where it comes, given back where it was none, and never needed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Int
from atmodem.wire.event import Event, event, value
from atmodem.wire.lexer import EchoSeen, Lexer
from atmodem.wire.outcomes import Restarted
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.talk import Talk, events, of, unknown, written
from tests.wire.test_lexer import feed, lexer_of
from tests.wire.toys import MILD, PLAIN, PLAIN_GRAMMAR, EchoOff, EchoOn, Forever, Gmr, MildProbe, Note, Probe, Toggle
from tests.wire.toys_late import EITHER, EitherProbe, EitherSend, WlanDisconnected


def bytewise(data):
    return [bytes((byte,)) for byte in data]


@pytest.mark.parametrize("cut", [list, bytewise, lambda data: [data]], ids=["list", "bytes", "whole"])
@pytest.mark.parametrize(
    ("name", "line", "back"),
    [
        ("plain", b"AT+GMR\r\n", b"AT+GMR\r\n"),
        ("plain", b"AT+GMR\r\n", b"AT+GMR\r\r\n"),
        ("mild", b"AT+SCAN\r", b"AT+SCAN"),
        ("mild", b"AT+SCAN\r", b"AT+SCAN\r"),
        ("either", b"at+test\r", b"at+test\r\n\r"),
    ],
)
def test_a_whole_echo_is_seen_and_dropped(name, line, back, cut):
    pieces = [back] if cut is list else cut(back)
    lexer = lexer_of(name, echo=line)

    seen = feed(lexer, *pieces)

    assert [type(token) for token in seen] == [EchoSeen]
    assert feed(lexer, b"\r\nready\r\n\n") == [b"ready"]


def test_an_echo_is_not_needed():
    assert feed(lexer_of("plain", echo=b"AT+GMR\r\n"), b"+NOTE:1\r\n\r\nOK\r\n") == [b"+NOTE:1", b"OK"]


@pytest.mark.parametrize("cut", [bytewise, lambda data: [data]], ids=["bytes", "whole"])
def test_what_only_began_like_the_echo_is_given_back_whole(cut):
    lexer = lexer_of("plain", echo=b"AT+GMR\r\n")

    assert feed(lexer, *cut(b"AT version:2.1\r\nAT+GMR\r\n")) == [b"AT version:2.1", b"AT+GMR"]


def test_an_answer_that_is_the_beginning_of_the_echo_is_waited_for_and_then_told():
    lexer = lexer_of("plain", echo=b"AT+GMR\r\n")

    assert feed(lexer, b"AT") == []
    assert lexer.incomplete
    assert lexer.give_up().data == b"AT"


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("cut", [bytewise, lambda data: [data]], ids=["bytes", "whole"])
def test_an_event_in_the_midst_of_the_echo_is_told_and_the_echo_goes_on_behind_it(at, cut):
    line = b"at+test\r"
    data = line[:at] + b"+eventwlan:disconnect,200\n\r" + line[at:] + b"\n\rOK\n\r"

    tokens = feed(lexer_of("either", echo=line), *cut(data))

    assert [token for token in tokens if not isinstance(token, EchoSeen)] == [b"+eventwlan:disconnect,200", b"OK"]
    assert len([token for token in tokens if isinstance(token, EchoSeen)]) == (at < 7 or 1)


def test_several_events_may_cut_one_echo():
    data = b"at+te+eventwlan:disconnect,1\n\rs+eventwlan:disconnect,2\n\r+eventwlan:disconnect\n\rt\r\n\r"

    tokens = feed(lexer_of("either", echo=b"at+test\r"), data)

    assert [type(token) for token in tokens] == [bytes, bytes, bytes, EchoSeen]


@event("+GOING:<a>", name="going")
class Going(Event):
    a: int = value(Int())


@event("+GO", name="go")
class Go(Event):
    pass


@event("TEA:<a>", name="tea")
class Tea(Event):
    a: int = value(Int())


CUTTING = Vocabulary(PLAIN_GRAMMAR, [Probe], [Going, Go, Tea])


@pytest.mark.parametrize("cut", [bytewise, lambda data: [data]], ids=["bytes", "whole"])
@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"AT+" + b"+GO\r\n" + b"TEST\r\n", [b"+GO"]),
        (b"AT" + b"+GOING:1\r\n" + b"+TEST\r\n", [b"+GOING:1"]),
        # The event begins inside of what matched.
        (b"AT+" + b"TEA:1\r\n" + b"TEST\r\n", [b"TEA:1"]),
        (b"AT+GONE\r\n", [b"+GONE"]),
    ],
)
def test_an_event_may_begin_as_the_echo_goes_on(data, lines, cut):
    lexer = Lexer(CUTTING)
    lexer.expect_echo(b"AT+TEST\r\n")

    tokens = feed(lexer, *cut(data))

    assert [token for token in tokens if isinstance(token, bytes)] == lines


@settings(max_examples=250)
@given(
    st.lists(st.sampled_from([b"AT", b"+T", b"EST", b"+GO", b"ING:1", b"\r\n", b"AT+TEST\r\n", b"TEA:"]), max_size=9),
    st.data(),
)
def test_an_echo_that_is_cut_is_read_the_same_in_every_split(parts, draw):
    data = b"".join(parts)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    results = []
    for pieces in ([data], bytewise(data), [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]):
        lexer = Lexer(CUTTING)
        lexer.expect_echo(b"AT+TEST\r\n")
        results.append(feed(lexer, *pieces))

    assert results[0] == results[1] == results[2]


def test_line_ends_without_end_behind_half_an_echo_are_not_kept():
    lexer = lexer_of("plain", echo=b"AT+GMR\r\n")
    lexer.feed(b"AT")
    for _ in range(200):
        feed(lexer, b"\r\n" * 100)

    assert len(lexer._buffer) <= 5000


# The dialogue


def test_an_echo_of_data_in_the_line_is_taken_whatever_the_data_are():
    talk = Talk(EITHER)
    ticket = talk.send(EitherSend(sd=1, format=0, data=b"a\r\n,b\x00\xff"))
    [line] = written(talk.out)
    talk.hear(line + b"\n\rOK\n\r")

    assert line == b"at+send=1,0,7,a\r\n,b\x00\xff\r"
    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []


def test_an_echo_that_had_been_switched_off_means_that_a_restart_is_suspected():
    talk = Talk(PLAIN, echo=False)
    ticket = talk.send(Gmr())
    talk.hear(b"AT+GMR\r\nAT version:1\r\n\r\nOK\r\n")

    assert [o.suspected for o in of(talk.out, Restarted)] == [True]
    assert talk.reply(ticket).at == "1"
    assert talk.dialogue.echo is True


@pytest.mark.parametrize("known", [True, None])
def test_an_echo_that_is_on_or_not_known_of_means_nothing(known):
    talk = Talk(PLAIN, echo=known)
    ticket = talk.send(Probe())
    talk.hear(b"AT\r\n\r\nOK\r\n")

    assert of(talk.out, Restarted) == []
    assert talk.reply(ticket) is None
    assert talk.dialogue.echo is True


def test_no_echo_says_nothing_of_whether_it_is_on():
    talk = Talk(PLAIN, echo=None)
    talk.send(Probe())
    talk.hear(b"\r\nOK\r\n")

    assert talk.dialogue.echo is None


def test_commands_switch_the_echo():
    talk = Talk(PLAIN, echo=True)
    talk.send(EchoOff())
    talk.hear(b"ATE0\r\n\r\nOK\r\n")
    assert talk.dialogue.echo is False
    talk.send(EchoOn())
    talk.hear(b"\r\nOK\r\n")
    assert talk.dialogue.echo is True


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True), (None, None)])
def test_a_command_that_toggles_the_echo_tells_it_only_where_it_was_known(before, after):
    talk = Talk(MILD, echo=before)
    talk.send(Toggle())
    talk.hear(b"\r\nOK\r\n")

    assert talk.dialogue.echo is after


def test_a_command_that_fails_switches_nothing():
    talk = Talk(PLAIN, echo=True)
    talk.send(EchoOff())
    talk.hear(b"\r\nERROR\r\n")

    assert talk.dialogue.echo is True


def test_an_event_that_cuts_the_echo_is_told_once():
    talk = Talk(EITHER, echo=True)
    ticket = talk.send(EitherProbe())
    talk.hear(b"at+te", b"+eventwlan:disc", b"onnect,200\n\rst\r\n\rOK\n\r")

    assert events(talk.out) == [WlanDisconnected(reason=200)]
    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []


def test_half_an_echo_is_given_up_after_a_silence():
    talk = Talk(PLAIN, echo=None)
    ticket = talk.send(Forever())
    talk.hear(b"AT+HA")
    talk.wait(2.0)
    talk.hear(b"+NOTE:x\r\n\r\nOK\r\n")

    assert unknown(talk.out) == [b"AT+HA"]
    assert events(talk.out) == [Note(text="x")]
    assert talk.reply(ticket) is None


def test_the_echo_of_a_command_is_not_awaited_behind_its_answer():
    talk = Talk(PLAIN, echo=False)
    ticket = talk.send(Gmr())
    talk.hear(b"AT version:1\r\n", b"AT+GMR\r\n", b"\r\nOK\r\n")

    assert of(talk.out, Restarted) == []
    assert talk.reply(ticket).others == ("AT+GMR",)


def test_the_echo_of_characters_without_a_line_end_is_taken_before_the_answer():
    talk = Talk(MILD, echo=True)
    ticket = talk.send(MildProbe())
    talk.hear(*bytewise(b"AT\r\nOK\r\n"))

    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []
