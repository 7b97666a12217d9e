"""What stands on the wire finds its declaration, and lines are shown without their secrets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Int, Quoting, SecretText, Text
from atmodem.wire.command import Command, QueryForm, Setting, command, param
from atmodem.wire.counted import Data
from atmodem.wire.event import Event, event, value
from atmodem.wire.reply import Maybe
from atmodem.wire.secret import Secret
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.toys import (
    MILD,
    PLAIN,
    PLAIN_GRAMMAR,
    AnyEvent,
    Arrived,
    Busy,
    Closed,
    Count,
    Join,
    Message,
    Note,
    Ready,
    Received,
    SettingChanged,
    Up,
)
from tests.wire.toys_forms import FORMS
from tests.wire.toys_late import EITHER, PLUS, PlusEvent, Report, Topic, WlanConnected, WlanDisconnected

MAC = "00:01:02:03:04:05"


def told(vocabulary, line):
    return vocabulary.event(line, *vocabulary.split(line))


@pytest.mark.parametrize(
    ("vocabulary", "line", "event_told"),
    [
        (PLAIN, b"ready", Ready()),
        (PLAIN, b"READY", None),
        (PLAIN, b"busy p...", Busy()),
        (PLAIN, b"busy s...", Busy()),
        (PLAIN, b"3,CLOSED", Closed(link_id=3)),
        (PLAIN, b"x,CLOSED", None),
        (PLAIN, b"+NOTE:a:b", Note(text="a:b")),
        (PLAIN, b"NOTE:a", None),
        (PLAIN, b"+COUNT:1,2,3", Count(a=1, b=2, c=3)),
        (PLAIN, b"COUNT 1/2/3", Count(a=1, b=2, c=3)),
        (PLAIN, b"+COUNT:1,2", None),
        (PLAIN, b"+NONE:1", None),
        (MILD, b"+EVENT:UP, 5", Up(link_id=5)),
        (MILD, b"+EVENT = UP,5", Up(link_id=5)),
        (MILD, b"+EVENT:DOWN", AnyEvent(kind="DOWN")),
        (MILD, b"+SETTING:x", SettingChanged(what="x")),
        (PLUS, b"+EVENT=x", PlusEvent(what="x")),
        (EITHER, b"+EventWlan : disconnect,200", WlanDisconnected(reason=200)),
        (EITHER, b"+EventWlan: Disconnect", WlanDisconnected()),
        (EITHER, b"+eventwlan:connect,a,b,0x0:0x1:0x2:0x3:0x4:0x5", WlanConnected(ssid="a,b", bssid=MAC)),
    ],
)
def test_a_line_finds_its_event(vocabulary, line, event_told):
    assert told(vocabulary, line) == event_told


@pytest.mark.parametrize(
    ("vocabulary", "told_event", "text"),
    [
        (PLAIN, Ready(), b"ready"),
        (PLAIN, Busy(), b"busy p..."),
        (PLAIN, Closed(link_id=3), b"3,CLOSED"),
        (PLAIN, Count(a=1, b=2, c=3), b"+COUNT:1,2,3"),
        (PLAIN, Arrived(link_id=1, length=0, data=b"abc"), b"+DATA:1,3:abc"),
        (PLAIN, Message(link_id=0, topic="t", length=0, data=b"\r\n"), b'+MSG:0,"t",2,\r\n'),
        (MILD, Up(link_id=1), b"+EVENT:UP,1"),
        (MILD, Received(link_id=1, length=0, data=b""), b"+RECV:1,0,"),
        (PLUS, Report(handle=1, length=0, data=b"ab"), b"+SKTRPT=1,2\r\n\r\nab"),
        (PLUS, Topic(topic="a,1", length=0, data=b"x"), b"+TOPIC=a,1,1,x"),
        (EITHER, WlanDisconnected(), b"+eventwlan:disconnect"),
        (EITHER, WlanConnected(ssid="a", bssid=MAC), b"+eventwlan:connect,a,0x0:0x1:0x2:0x3:0x4:0x5"),
    ],
)
def test_an_event_is_written_as_the_module_prints_it(vocabulary, told_event, text):
    assert vocabulary.event_text(told_event) == text


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (b"+", None),
        (b"+DATA:1", True),
        (b"+DAT", None),
        (b"+DATE", False),
        (b"ready", True),
        (b"rea", None),
        (b"x", False),
    ],
)
def test_the_beginning_of_an_event_is_known_as_soon_as_it_can_be(text, begins):
    assert PLAIN.starts_event(text) is begins


def test_beginnings_are_compared_without_case_where_the_dialect_does():
    assert EITHER.starts_event(b"+EVENTWLAN:Disc") is True
    assert EITHER.starts_event(b"+EVENTW") is None
    assert PLAIN.starts_event(b"+data:") is False


def test_data_need_a_field_that_tells_whether_they_are_whole():
    @event("+X:<length>,<data>", name="x")
    class Blocked(Event):
        length: int = value(Int())
        data: bytes = value(Data())

    with pytest.raises(TypeError, match="short"):
        Vocabulary(PLAIN_GRAMMAR, [], [Blocked])


# Masks


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b'AT+KEY="u","hunter2"', 'AT+KEY="u",***'),
        (b'at+key="u","hunter2"', 'AT+KEY="u",***'),
        (b"AT+TAIL=1,name=hunter2", "AT+TAIL=1,name=***"),
        (b"AT+NAME?", "AT+NAME?"),
        (b"AT", "AT"),
        # Not as declared: by name and length.
        (b'AT+KEY="u","hunter2', "AT+KEY… (19 bytes)"),
        (b"AT+KEY=u,hunter2", "AT+KEY… (16 bytes)"),
        (b'AT+NONE="hunter2"', "AT+NONE… (17 bytes)"),
        (b"AT+NONE", "AT+NONE"),
        (b"AT+NONE?", "AT+NONE?"),
        (b"AT+KEY hunter2", "AT+KEY… (14 bytes)"),
        (b"AT+NONE?hunter2", "AT+NONE?… (15 bytes)"),
        (b'"hunter2"', "… (9 bytes)"),
        (b"+++", "+++"),
        (b"", ""),
    ],
)
def test_a_raw_line_is_masked_by_its_declaration_or_shown_as_name_and_length(line, shown):
    assert FORMS.mask(line) == shown


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([b"AT+KEY=", b'"u"', b",", b'"', b"\\", b"!", b"?"]) | st.binary(max_size=2), max_size=6),
    st.integers(0, 6),
)
def test_no_line_shows_the_secret_of_a_command_however_it_is_spelled(parts, at):
    line = b'AT+KEY="u",' + b"".join([*parts[:at], b"hunter2", *parts[at:]])

    assert "hunter2" not in FORMS.mask(line)


def test_a_line_that_takes_data_or_becomes_a_stream_is_known():
    assert PLAIN.wants_data(b"AT+SEND=1,2")
    assert PLAIN.wants_data(b"AT+STREAM")
    assert MILD.wants_data(b"AT+TRANS")
    assert not PLAIN.wants_data(b"AT+GMR")
    assert not PLAIN.wants_data(b"AT+NONE")
    assert not FORMS.wants_data(b"+++")


# Names whose answers can hold secrets


@command("LOGIN", timeout=1, section="toys")
class Login(Setting):
    key: Secret[str] = param(SecretText(Text(Quoting.ALWAYS)))


@command("PEEK", timeout=1, section="toys")
class Peek(Command[None]):
    query = QueryForm(Maybe(Login))


def test_the_names_of_answers_with_secrets_are_known():
    vocabulary = Vocabulary(PLAIN_GRAMMAR, [Login, Peek, Join], [])

    assert {b"LOGIN", b"PEEK"} <= vocabulary.secret_names
    assert b"NAME" not in PLAIN.secret_names
