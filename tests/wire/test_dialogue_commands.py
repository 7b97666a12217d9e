"""One command at a time: its answer lines, its final, its prompt and data, and what it leaves behind."""

import pytest

from atmodem.errors import CommandError, CommandTimeout, ProtocolError
from atmodem.wire.command import Raw
from atmodem.wire.event import Unrecognized
from atmodem.wire.outcomes import Completed, Fault, StreamStarted, Write
from atmodem.wire.reply import Counted, FreeText, InlineList
from atmodem.wire.states import State
from tests.wire.talk import Talk, events, of, shown, unknown, written
from tests.wire.toys import (
    MILD,
    PLAIN,
    Arrived,
    Chunk,
    Closed,
    Count,
    FenceValue,
    Forever,
    Gmr,
    Join,
    Joined,
    LinkKind,
    Links,
    LinkState,
    MildProbe,
    Mode,
    Name,
    Network,
    Note,
    Page,
    Probe,
    Read,
    Received,
    Scan,
    ScanNow,
    SettingChanged,
    Show,
    Switch,
    Version,
)
from tests.wire.toys_late import (
    EITHER,
    PLUS,
    Address,
    Bytes,
    EitherProbe,
    Entry,
    Get,
    Handle,
    ListFiles,
    Open,
    PlusEvent,
    PlusProbe,
    Report,
    Skrcv,
    Socket,
    Station,
    Value,
    WlanDisconnected,
    Word,
    Wscan,
)

MAC = "00:11:22:33:44:55"

EXCHANGES = [
    (PLAIN, Probe(), b"\r\nOK\r\n", None),
    (
        PLAIN,
        Gmr(),
        b"AT version:1\r\nSDK version:v5\r\nmore\r\n\r\nOK\r\n",
        Version(at="1", sdk="v5", others=("more",)),
    ),
    (PLAIN, Name.query(), b'+NAME:"x"\r\n\r\nOK\r\n', Name(text="x")),
    (PLAIN, Join.query(), b'+JOIN:"lab",-60\r\n\r\nOK\r\n', Joined(ssid="lab", rssi=-60)),
    (PLAIN, Join.query(), b"\r\nOK\r\n", None),
    (PLAIN, Links(), b"\r\nOK\r\n", ()),
    (PLAIN, Links(), b'+LINKS:0,1,"h"\r\n\r\nOK\r\n', (LinkState(link_id=0, kind=LinkKind.TCP, host="h"),)),
    (PLAIN, Read(size=9), b"+READ:5,\r\nOK\r\r\n\r\nOK\r\n", Chunk(length=5, data=b"\r\nOK\r")),
    (PLAIN, Read(size=9), b"\r\nOK\r\n", None),
    (PLAIN, Show(), b"+SHOW:a\r\nb\r\n\r\nOK\r\n", Page(text="a\r\nb")),
    (PLAIN, Raw(b"AT+X?", "X"), b"+X:1\r\nrow\r\n\r\nOK\r\n", (b"+X:1", b"row")),
    (MILD, MildProbe(), b"\r\nOK\r\n", None),
    (
        MILD,
        ScanNow(),
        b"\r\n+SCAN:1\r\na,b,AA:BB:CC:DD:EE:FF,-60\r\nOK\r\n",
        Scan(count=1, rows=(Network(ssid="a,b", bssid="AA:BB:CC:DD:EE:FF", rssi=-60),)),
    ),
    (MILD, Switch.query(), b"\r\n+SETTING: ON\r\nOK\r\n", Switch(mode=Mode.ON)),
    (PLUS, PlusProbe(), b"+OK\r\n\r\n", None),
    (PLUS, Open(port=5), b"+OK=3\r\n\r\n", Handle(handle=3)),
    (PLUS, Address.query(), b"+OK=3\r\n\r\n", Handle(handle=3)),
    (PLUS, Address.query(), b"+OK\r\n\r\n", None),
    (PLUS, Skrcv(handle=1, size=20), b"+OK=4\r\n\r\n\r\nab", Bytes(length=4, data=b"\r\nab")),
    (PLUS, Skrcv(handle=1, size=20), b"+OK=0\r\n\r\n", Bytes(length=0, data=b"")),
    (
        PLUS,
        Wscan(),
        b"+OK=001122334455,60\r\n001122334455,61\r\n\r\n",
        (Station(mac=MAC, rssi=60), Station(mac=MAC, rssi=61)),
    ),
    (PLUS, Wscan(), b"+OK=\r\n\r\n", ()),
    (PLUS, Wscan(), b"+OK\r\n\r\n", ()),
    (EITHER, EitherProbe(), b"ok\n\r", None),
    (EITHER, Socket(kind=Word.TCP), b"+Socket : 3\r\nOK\r\n", Value(number=3)),
    (EITHER, Get(what="x"), b"+get:1\n\r+get:2\n\rOK\n\r", (Value(number=1), Value(number=2))),
    (EITHER, Get.test(), b"[what]\n\rOK\n\r", "[what]"),
    (EITHER, ListFiles(), b"+list:a,1;b,2;\n\rOK\n\r", (Entry(name="a", size=1), Entry(name="b", size=2))),
]


@pytest.mark.parametrize(("vocabulary", "asked", "wire", "answer"), EXCHANGES, ids=shown)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_command_is_written_answered_and_done(vocabulary, asked, wire, answer, step):
    talk = Talk(vocabulary)
    ticket = talk.send(asked)
    assert talk.state is State.WAIT
    talk.hear(*(wire[at : at + step] for at in range(0, len(wire), step)))

    assert talk.reply(ticket) == answer
    assert unknown(talk.out) == []
    assert of(talk.out, Fault) == []
    assert talk.idle
    assert not talk.dialogue.incomplete
    assert talk.dialogue.deadline is None


BETWEEN = {
    PLAIN: (b"+NOTE:x\r\n", Note(text="x")),
    MILD: (b"+RECV:1,3,a\nb", Received(link_id=1, length=3, data=b"a\nb")),
    PLUS: (b"+SKTRPT=1,2\r\n\r\n\r\n", Report(handle=1, length=2, data=b"\r\n")),
    EITHER: (b"+eventwlan:disconnect,5\n\r", WlanDisconnected(reason=5)),
}


@pytest.mark.parametrize(("vocabulary", "asked", "wire", "answer"), EXCHANGES, ids=shown)
def test_events_may_stand_between_any_two_lines_of_an_answer(vocabulary, asked, wire, answer):
    text, told = BETWEEN[vocabulary]
    lines = not isinstance(vocabulary.request(asked).reply, Counted | FreeText | InlineList)
    for at in (0, *(at + 1 for at, byte in enumerate(wire) if lines and byte == 0x0A)):
        talk = Talk(vocabulary)
        ticket = talk.send(asked)
        talk.hear(wire[:at], text, wire[at:])

        assert talk.reply(ticket) == answer
        assert events(talk.out) == [told]
        assert unknown(talk.out) == []


def test_commands_are_written_one_after_the_other_in_the_order_given():
    talk = Talk(PLAIN)
    tickets = [talk.send(command) for command in (Probe(), Gmr(), Probe())]
    assert written(talk.out) == [b"AT\r\n"]
    for _ in tickets:
        talk.hear(b"\r\nOK\r\n")

    assert written(talk.out) == [b"AT\r\n", b"AT+GMR\r\n", b"AT\r\n"]
    assert [o.ticket for o in of(talk.out, Completed)] == tickets
    assert talk.idle


def test_an_error_is_complete_at_one_line_end():
    talk = Talk(PLUS)
    ticket = talk.send(Open(port=5))
    talk.hear(b"+ERR=-4\r\n")

    assert isinstance(talk.error(ticket), CommandError)
    assert talk.state is State.IDLE


def test_an_answer_that_is_not_whole_is_a_protocol_error():
    talk = Talk(PLAIN)
    ticket = talk.send(Name.query())
    talk.hear(b"\r\nOK\r\n")

    error = talk.error(ticket)
    assert isinstance(error, ProtocolError)
    assert "not whole" in str(error)
    assert error.command == "AT+NAME?"


def test_nothing_is_written_into_a_message_that_is_half_received():
    talk = Talk(PLAIN)
    talk.hear(b"+DATA:1,5:ab")
    talk.send(Probe())
    assert written(talk.out) == []
    talk.hear(b"cde")

    assert written(talk.out) == [b"AT\r\n"]


def test_a_message_that_stays_half_received_holds_a_command_up_only_for_the_gap():
    talk = Talk(PLAIN)
    talk.hear(b"+DATA:1,5:ab")
    talk.wait(1.0)
    talk.hear(b"c")
    talk.send(Probe())
    talk.wait(1.9)
    assert written(talk.out) == []
    talk.wait(0.2)

    assert written(talk.out) == [b"AT\r\n"]
    assert events(talk.out) == [Arrived(link_id=1, length=5, data=b"abc", short=True)]


def test_bytes_that_are_out_of_step_hold_a_command_up_only_for_the_gap():
    talk = Talk(PLAIN)
    talk.hear(b"+DATA:1,99999:")
    ticket = talk.send(Probe())
    assert written(talk.out) == []
    talk.wait(2.0)
    talk.hear(b"\r\nOK\r\n")

    assert written(talk.out) == [b"AT\r\n"]
    assert talk.reply(ticket) is None


def test_a_count_above_the_limit_is_a_fault_and_the_line_goes_on():
    talk = Talk(PLAIN)
    talk.hear(b"+DATA:1,99999:abc\r\n+NOTE:x\r\n")

    fault, _ = of(talk.out, Fault)
    assert isinstance(fault.error, ProtocolError)
    assert fault.error.received == b"+DATA:1,99999:"
    assert unknown(talk.out) == [b"+DATA:1,99999:", b"abc"]
    assert events(talk.out) == [Note(text="x")]

    talk.hear(b"nobody knows this line\r\n")
    # A line that is merely unknown has broken nothing.
    assert [event.fault for event in of(talk.out, Unrecognized)] == [True, True, False]


def test_a_rest_precedes_every_write():
    talk = Talk(MILD, rest=None)
    talk.send(MildProbe())
    talk.send(MildProbe())
    talk.hear(b"OK\r\n")
    assert len(written(talk.out)) == 1
    assert talk.dialogue.deadline == pytest.approx(talk.now + 0.02)
    talk.wait(0.02)

    assert len(written(talk.out)) == 2


def test_the_time_limit_of_a_command_may_be_given_or_be_none():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe(), timeout=0.5)
    assert talk.dialogue.deadline == talk.now + 0.5
    talk.wait(0.5)
    assert isinstance(talk.error(ticket), CommandTimeout)
    talk.play()
    endless = talk.send(Forever())

    assert talk.dialogue.deadline is None
    talk.wait(1e6)
    talk.hear(b"OK\r\n")
    assert talk.reply(endless) is None


def test_a_tick_before_its_time_does_nothing():
    talk = Talk(PLAIN)
    talk.send(Probe())

    assert talk.dialogue.tick(talk.now) == []
    assert talk.dialogue.tick(talk.now + 4.9) == []


# Whose line is it


def test_one_name_is_answer_event_or_failure_by_form_and_value():
    talk = Talk(MILD)
    ticket = talk.send(Switch.query())
    talk.hear(b"\r\n+SETTING:STATION_UP\r\n", b"+SETTING:ON\r\n", b"+SETTING:OFF\r\n", b"OK\r\n")

    assert talk.reply(ticket) == Switch(mode=Mode.ON)
    assert events(talk.out) == [SettingChanged(what="STATION_UP"), SettingChanged(what="OFF")]


def test_known_events_win_over_rows():
    talk = Talk(PLAIN)
    ticket = talk.send(Gmr())
    talk.hear(b"1,CLOSED\r\nAT version:1\r\n\r\nOK\r\n")

    assert events(talk.out) == [Closed(link_id=1)]
    assert talk.reply(ticket) == Version(at="1")


def test_a_line_that_nobody_knows_is_told_and_the_command_goes_on():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"what is this\r\n\r\nOK\r\n")

    assert unknown(talk.out) == [b"what is this"]
    assert talk.reply(ticket) is None


def test_blank_lines_are_nothing():
    talk = Talk(PLAIN)
    talk.hear(b"   \r\n\r\n")

    assert talk.out == []


def test_a_final_without_a_command_is_told():
    talk = Talk(PLAIN)
    talk.hear(b"OK\r\nERROR\r\n")

    assert unknown(talk.out) == [b"OK", b"ERROR"]


def test_an_answer_without_a_command_is_told_and_its_secrets_are_not():
    talk = Talk(PLAIN)
    talk.hear(b'+LINKS:0,1,"h"\r\n', b'+LOGIN:"me","hunter2"\r\n')

    assert unknown(talk.out) == [b'+LINKS:0,1,"h"', b"+LOGIN:***"]


def test_a_counted_answer_that_stays_short_fails_no_one_and_is_marked_by_its_length():
    talk = Talk(PLAIN)
    ticket = talk.send(Read(size=10))
    talk.hear(b"+READ:9,abc")
    talk.wait(2.0)
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(ticket) == Chunk(length=9, data=b"abc")


# Lists up to an empty line


def test_an_event_in_a_list_brings_its_own_empty_line():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=001122334455,60\r\n+EVENT=x\r\n\r\n001122334455,61\r\n\r\n")

    assert talk.reply(ticket) == (Station(mac=MAC, rssi=60), Station(mac=MAC, rssi=61))
    assert events(talk.out) == [PlusEvent(what="x")]


def test_data_in_a_list_bring_no_empty_line_of_their_own():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=001122334455,60\r\n+SKTRPT=1,2\r\n\r\nab\r\n")

    assert talk.reply(ticket) == (Station(mac=MAC, rssi=60),)


def test_data_in_a_list_bring_the_empty_lines_of_their_trailer():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=001122334455,60\r\n+TOPIC=t,2,ab\r\n001122334455,61\r\n\r\n")

    assert len(talk.reply(ticket)) == 2


def test_a_final_inside_a_list_is_told_and_ends_nothing():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=001122334455,60\r\n+OK=5\r\n+ERR=-1\r\n\r\n")

    assert len(talk.reply(ticket)) == 1
    assert unknown(talk.out) == [b"+OK=5", b"+ERR=-1"]


def test_a_record_that_cannot_be_read_is_told():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=garbled\r\nmore\r\n\r\n")

    assert talk.reply(ticket) == ()
    assert unknown(talk.out) == [b"garbled", b"more"]


def test_empty_lines_outside_of_a_list_mean_nothing():
    talk = Talk(PLUS)
    ticket = talk.send(PlusProbe())
    talk.hear(b"\r\n\r\n+OK\r\n\r\n\r\n")

    assert talk.reply(ticket) is None


def test_a_list_that_does_not_end_times_out():
    talk = Talk(PLUS)
    ticket = talk.send(Wscan())
    talk.hear(b"+OK=001122334455,60\r\n")
    assert talk.state is State.LIST
    talk.wait(5.0)

    assert isinstance(talk.error(ticket), CommandTimeout)
    talk.play()
    assert talk.state is State.IDLE


# Secrets


def test_a_secret_that_comes_back_in_something_unknown_is_masked():
    talk = Talk(PLAIN)
    talk.send(Join(ssid="lab", key='hun"ter'))
    talk.hear(b'who said "hun\\"ter" or hun"ter?\r\n', b'+DATA:1,99999:hun"ter\r\n')

    assert unknown(talk.out) == [b"who said *** or ***?", b"+DATA:1,99999:", b"***"]
    assert all(b'hun"ter' not in fault.error.received for fault in of(talk.out, Fault))


def test_the_longer_secret_is_masked_first():
    talk = Talk(PLAIN)
    for key in ("abc", "abcdef"):
        talk.send(Join(ssid="lab", key=key))
        talk.hear(b"OK\r\n")
    talk.hear(b"it was abcdef\r\n")

    assert unknown(talk.out) == [b"it was ***"]


def test_the_secret_of_a_raw_line_is_masked_too():
    talk = Talk(PLAIN)
    talk.send(Raw(b'AT+JOIN="lab","hunter2"'))
    talk.hear(b"OK\r\n", b"hunter2\r\n")

    assert unknown(talk.out) == [b"***"]
    assert all("hunter2" not in repr(o) for o in talk.out if not isinstance(o, Write))
    assert all("hunter2" not in o.label for o in of(talk.out, Write))


def test_a_ticket_shows_its_label():
    talk = Talk(PLAIN)
    ticket = talk.send(Join(ssid="lab", key="hunter2"))

    assert repr(ticket) == '<Ticket AT+JOIN="lab",***>'


def test_finals_inside_data_are_data():
    talk = Talk(PLAIN)
    ticket = talk.send(FenceValue.query())
    talk.hear(b"+DATA:1,9:\r\nERROR\r\n", b"+FENCE:1\r\n\r\nOK\r\n")

    assert talk.reply(ticket) == FenceValue(number=1)
    assert of(talk.out, StreamStarted) == []
    talk.hear(b"+COUNT:1,2,3\r\n")
    assert events(talk.out)[1:] == [Count(a=1, b=2, c=3)]
