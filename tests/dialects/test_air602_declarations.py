"""The Air602 as declared: what is written for a command, what a reply becomes, what is refused before the line."""

import pytest

from atmodem.dialects import air602, find_dialect
from atmodem.dialects.air602.errors import meaning
from atmodem.errors import CommandError, InvalidArgument, ProtocolError
from atmodem.wire.command import Command, Form, Raw
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Completed, Failed, Outcome, Restarted, StreamData, StreamStarted, Synchronized, Write
from atmodem.wire.parsing import ParseError
from atmodem.wire.states import State

VOCABULARY = find_dialect("air602").vocabulary


def line_of(command: Command) -> bytes:
    return VOCABULARY.request(command).line


def dialogue_with(command: Command, received: bytes) -> tuple[Dialogue, list[Outcome]]:
    """Submit *command* and receive bytes one by one."""
    dialogue = Dialogue(VOCABULARY, echo=False)
    _, out = dialogue.submit(VOCABULARY.request(command), 0.0)
    for byte in received:
        out += dialogue.receive(bytes((byte,)), 0.0)
    return dialogue, out


def reply_to(command: Command, received: bytes) -> object:
    _, out = dialogue_with(command, received)
    (completed,) = [o for o in out if isinstance(o, Completed)]
    assert not [o for o in out if isinstance(o, Unrecognized)]
    return completed.reply


def error_of(command: Command, received: bytes) -> Exception:
    _, out = dialogue_with(command, received)
    (failed,) = [o for o in out if isinstance(o, Failed)]
    return failed.error


def events_in(received: bytes, *, gap: bool = False) -> list[Event]:
    """Return the events in *received*; with *gap* the line falls silent behind it."""
    dialogue = Dialogue(VOCABULARY, echo=False)
    out = [o for byte in received for o in dialogue.receive(bytes((byte,)), 0.0)]
    if gap:
        out += dialogue.tick(0.3)
    return [o for o in out if isinstance(o, Event)]


# Writing


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (air602.NULL(), b"AT+\r"),
        (air602.QMAC(), b"AT+QMAC\r"),
        (air602.QMAC.query(), b"AT+QMAC=?\r"),
        (air602.WPRT(type=air602.NetworkType.APSTA), b"AT+WPRT=3\r"),
        (air602.WPRT(type=air602.NetworkType.APSTA, save=True), b"AT+WPRT=!3\r"),
        (air602.WPRT.query(), b"AT+WPRT=?\r"),
        (air602.KEY(format=1, index=0, key=""), b'AT+KEY=1,0,""\r'),
        (air602.BSSID(mode=0, save=True), b"AT+BSSID=!0\r"),
        (air602.BSSID(mode=1, bssid="00:1E:E3:A3:44:55"), b"AT+BSSID=1,001ee3a34455\r"),
        (air602.CHLL(channel_list=0x421), b"AT+CHLL=0421\r"),
        (air602.ESPC(char=0x2B), b"AT+ESPC=2b\r"),
        (air602.DNS(name="module"), b'AT+DNS="module"\r'),
        (air602.WLEAV(), b"AT+WLEAV\r"),
        (air602.WLEAV(mode=air602.LeaveMode.AP), b"AT+WLEAV=2\r"),
        (air602.SKCT(protocol=0, cs=0, host_timeout="a.lan", remote_port=80), b"AT+SKCT=0,0,a.lan,80\r"),
        (air602.MSUB(topic="lab/#"), b"AT+MSUB=lab/#,0\r"),
        (air602.UPDP(mode=air602.UserDefaults.EDIT), b"AT+&UPDP=1\r"),
    ],
)
def test_a_command_is_written_with_cr_alone_and_read_back(command: Command, line: bytes):
    assert line_of(command) == line
    assert line_of(VOCABULARY.parse(line.removesuffix(b"\r"))) == line


@pytest.mark.parametrize(
    ("ssid", "written"),
    [
        ("plain", b"plain"),
        (" blank ", b" blank "),
        ("a,b", b'"a,b"'),
        ('a"b', b'"a\\"b"'),
        ("a\\b", b'"a\\\\b"'),
        ("!a", b'"!a"'),
        ("?", b'"?"'),
        ("grün", "grün".encode()),
    ],
)
def test_a_name_is_quoted_only_where_the_module_would_read_something_else(ssid: str, written: bytes):
    line = line_of(air602.SSID(ssid=ssid))
    assert line == b"AT+SSID=" + written + b"\r"
    assert VOCABULARY.parse(line.removesuffix(b"\r")) == air602.SSID(ssid=ssid)


def test_an_empty_idle_limit_of_a_server_is_not_quoted():
    command = air602.SKCT(protocol=air602.Protocol.TCP, cs=air602.Role.SERVER, remote_port=8080)
    assert line_of(command) == b"AT+SKCT=0,1,,8080\r"
    assert VOCABULARY.parse(b"AT+SKCT=0,1,,8080") == command


def test_names_are_read_in_any_case_and_a_setting_without_operator_is_its_query():
    assert VOCABULARY.parse(b"at+qmac") == air602.QMAC()
    assert VOCABULARY.parse(b"AT+WPRT") == air602.WPRT.query()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"AT", "unknown"),
        (b"AT+NOPE", "unknown"),
        (b"AT+Z=1", "form"),
        (b"AT+SKCLS=!1", "form"),
        (b"AT+SKCLS=?", "form"),
        (b"AT+SKCLS=21", "value"),
        (b"AT+SKSRCIP", "form"),
        (b"AT+SKRPTM", "form"),
        (b"AT+CHL=0,5", "count"),
        (b"AT+WPRT=4", "value"),
    ],
)
def test_a_line_that_the_module_refuses_is_not_read(line: bytes, reason: str):
    with pytest.raises(ParseError) as caught:
        VOCABULARY.parse(line)
    assert caught.value.reason == reason


# Refusals


@pytest.mark.parametrize(
    ("command", "parameter", "rule"),
    [
        (air602.WARC(count=256), "count", "from 0 to 255"),
        (air602.CHL(mode=1, channel=15), "channel", "from 1 to 14"),
        (air602.CHL(mode=0, channel=5), "channel", "left out"),
        (air602.CHLL(channel_list=0x4000), "channel_list", "0x3fff"),
        (air602.SSID(ssid="x" * 33), "ssid", "1 to 32 bytes"),
        (air602.SSID(ssid="ü" * 17), "ssid", "1 to 32 bytes"),
        (air602.SSID(ssid="a\rAT+RSTF"), "ssid", "free of CR"),
        (air602.SKSND(socket=21, data=b"x"), "socket", "from 1 to 20"),
        (air602.SKSND(socket=1, data=b"x" * 513), "size", "from 1 to 512"),
        (air602.SKSND(socket=1, data=b""), "size", "from 1 to 512"),
        (air602.WPRT(type=7), "type", "NetworkType.STA"),
        (air602.MSERVER(port=1883, ip="broker.lan"), "ip", "an IPv4 address"),
        (air602.MPUB(topic="t", qos=0, retain=False, message="1,2"), "message", "free of commas"),
        (air602.MPUB(topic="t", qos=0, retain=False, message='"1'), "message", "quotation mark"),
        (air602.MPUB(topic="t", qos=3, retain=False, message="1"), "qos", "from 0 to 2"),
        (air602.MLOGIN(user="!u", password="p"), "user", "free of ! and ?"),
        (air602.MLOGIN(user="u", password="a,b"), "password", "free of commas"),
        (air602.HTTPC(url="http://a/", verb=air602.HttpVerb.GET, postdata="x"), "postdata", "left out"),
        (air602.WWPS(mode=air602.WpsMode.START_PBC, pin="12345670"), "pin", "left out"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_parameter_and_rule(command: Command, parameter: str, rule: str):
    with pytest.raises(InvalidArgument) as caught:
        VOCABULARY.request(command)
    assert caught.value.parameter == parameter
    assert rule in caught.value.allowed


def test_a_line_has_at_most_512_bytes_behind_its_prefix():
    room = 512 - len("MPUB=t,0,0,\r")
    whole = air602.MPUB(topic="t", qos=0, retain=False, message="x" * room)
    assert len(line_of(whole)) == len("AT+") + 512
    with pytest.raises(InvalidArgument, match="515 bytes"):
        VOCABULARY.request(air602.MPUB(topic="t", qos=0, retain=False, message="x" * (room + 1)))


# Secrets


@pytest.mark.parametrize(
    "command",
    [
        air602.KEY(format=1, index=0, key="hunter22"),
        air602.APKEY(format=1, index=0, key="hunter22"),
        air602.MLOGIN(user="u", password="hunter22"),
        air602.WWPS(mode=air602.WpsMode.SET_PIN, pin="hunter22"),
        Raw(b"AT+KEY=1,0,hunter22"),
        Raw(b"AT+KEY=9,0,hunter22"),
    ],
)
def test_a_secret_stands_on_the_line_but_not_in_the_label(command: Command):
    request = VOCABULARY.request(command)
    assert b"hunter22" in request.line
    assert "hunter22" not in request.label
    if not isinstance(command, Raw):
        assert "hunter22" not in repr(command)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (air602.KEY.query(), b"+OK=1,0,hunter2\r\n\r\n"),
        (air602.CNTPARAM(), b"+OK=0,lab,hunter2\r\n\r\n"),
        (air602.CUSTDATA(), b'+OK="hunter2"\r\n\r\n'),
    ],
)
def test_a_secret_in_a_reply_is_not_shown(command: Command, answer: bytes):
    assert "hunter2" not in repr(reply_to(command, answer))


# Replies


def test_an_ssid_that_is_not_escaped_is_taken_whole():
    reply = reply_to(air602.WJOIN(), b'+OK=3c46d82bd81e,0,11,1,"odd,"na\\me",5",59\r\n\r\n')
    assert reply == air602.JoinedNetwork(
        bssid="3c:46:d8:2b:d8:1e",
        type=air602.NetworkType.STA,
        channel=11,
        encry=air602.Protection.ENCRYPTED,
        ssid='odd,"na\\me",5',
        rssi=59,
    )


@pytest.mark.parametrize("end", [b"\r\n", b"\r\n\r\n"])
def test_a_list_ends_at_its_empty_line_and_an_event_between_is_no_record(end: bytes):
    first, second = b'0E5415290C52,2,6,1,"a",56\r\n', b'7C11CB04F7B5,2,6,0,"",74\r\n'
    dialogue, out = dialogue_with(air602.WSCAN(), b"+OK=" + first + b"+MQTT:FAIL\r\n\r\n" + second + end)
    (completed,) = [o for o in out if isinstance(o, Completed)]
    assert [found.ssid for found in completed.reply] == ["a", ""]
    assert [o for o in out if isinstance(o, Event)] == [air602.MQTT(state=air602.MqttState.FAIL)]
    assert dialogue.state is State.IDLE


@pytest.mark.parametrize(
    "between",
    [b"+SKTRPT=1,2,10.0.0.5,53\r\n\r\nhi", b"+MTOPIC:3,a/b\r\n+MQD:1,x\r\n\r\n"],
)
def test_the_line_ends_of_counted_events_do_not_end_a_list(between: bytes):
    first, second = b'0E5415290C52,2,6,1,"a",56\r\n', b'7C11CB04F7B5,2,6,0,"b",74\r\n'
    for answer in (b"+OK=" + first + between + second, b"+OK=" + first + second + between):
        dialogue, out = dialogue_with(air602.WSCAN(), answer + b"\r\n")
        assert [[found.ssid for found in o.reply] for o in out if isinstance(o, Completed)] == [["a", "b"]]
        assert dialogue.state is State.IDLE


def test_what_is_no_record_is_told():
    _, out = dialogue_with(air602.WSCAN(), b'+OK=noise\r\n7C11CB04F7B5,2,6,0,"b",74\r\n\r\n')
    assert [o.data for o in out if isinstance(o, Unrecognized)] == [b"noise"]
    assert [len(o.reply) for o in out if isinstance(o, Completed)] == [1]


@pytest.mark.parametrize(
    "answer",
    [
        b"+OK=2,,94-FE-22-9A-B5-28,192.168.1.2,A4-5E-60-01-02-03,-\r\n\r\n",
        b"+OK=2,94-FE-22-9A-B5-28,192.168.1.2,A4-5E-60-01-02-03,-\r\n\r\n",
    ],
)
def test_stations_are_read_with_one_comma_and_with_two(answer: bytes):
    reply = reply_to(air602.SLIST(), answer)
    assert reply.stations == (
        air602.Station(mac="94:fe:22:9a:b5:28", ip="192.168.1.2"),
        air602.Station(mac="a4:5e:60:01:02:03", ip=None),
    )


@pytest.mark.parametrize(
    ("answer", "host_timeout"),
    [(b'0,0,"a.lan",80', "a.lan"), (b"0,1,120,80", "120"), (b"1,1,,80", "")],
)
def test_the_automatic_socket_is_read_and_printed_as_the_module_does(answer: bytes, host_timeout: str):
    query = air602.ATRM.query()
    reply = reply_to(query, b"+OK=" + answer + b"\r\n\r\n")
    assert reply.host_timeout == host_timeout
    assert query.reply().lines("ATRM", VOCABULARY.grammar.spelling, reply) == [answer]


@pytest.mark.parametrize(
    ("command", "answer", "reply"),
    [
        (air602.DNAME.query(), b"+OK\r\n\r\n", None),
        (air602.HTTPC(url="http://a/", verb=0), b"+OK\r\n\r\n", None),
        (air602.HTTPC(url="http://a/", verb=0), b"+OK=2\r\n\r\n", air602.HttpSession(session=2)),
        (air602.WWPS(mode=air602.WpsMode.START_PBC), b"+OK\r\n\r\n", None),
        (air602.WWPS(mode=air602.WpsMode.GET_PIN), b"+OK=" + bytes(8) + b"\r\n\r\n", air602.WpsPin(pin=None)),
        (air602.CHL.query(), b"+OK=0\r\n\r\n", air602.CHL(mode=0)),
        (air602.SKRPTM.query(), b"+OK=1\n\r\n\r\n", air602.SKRPTM(mode=1)),
        (air602.ESPC.query(), b"+OK=0x2b\r\n\r\n", air602.ESPC(char=0x2B)),
        (air602.LKSTT(), b"+OK=0\r\n\r\n", air602.LinkStatus(status=False)),
    ],
)
def test_values_that_may_be_missing_are_none(command: Command, answer: bytes, reply: object):
    assert reply_to(command, answer) == reply


def test_a_value_that_must_be_there_is_missed():
    assert isinstance(error_of(air602.QMAC(), b"+OK\r\n\r\n"), ProtocolError)


def test_an_unknown_number_in_a_reply_gets_a_member_of_its_own():
    assert reply_to(air602.ENCRY.query(), b"+OK=9\r\n\r\n").mode.name == "UNKNOWN_9"


# Data


def test_data_go_behind_the_grant_and_no_more_than_granted():
    dialogue, out = dialogue_with(air602.SKSND(socket=1, data=b"abcde"), b"+OK=3\r\n\r\n")
    assert [o.data for o in out if isinstance(o, Write)] == [b"AT+SKSND=1,5\r", b"abc"]
    assert [o.reply for o in out if isinstance(o, Completed)] == [air602.Grant(actualsize=3)]
    assert dialogue.state is State.IDLE


def test_no_data_go_to_a_socket_that_refuses():
    _, out = dialogue_with(air602.SKSND(socket=1, data=b"abcde"), b"+ERR=-4\r\n\r\n")
    assert [o.data for o in out if isinstance(o, Write)] == [b"AT+SKSND=1,5\r"]


def test_received_data_begin_exactly_behind_the_empty_line():
    data = b"\r\n+OK\r\n\r\n\x00\xff"
    reply = reply_to(air602.SKRCV(socket=1, maxsize=64), b"+OK=%d\r\n\r\n" % len(data) + data)
    assert reply == air602.ReceivedData(size=len(data), data=data)


def test_more_data_than_asked_for_are_no_answer():
    _, out = dialogue_with(air602.SKRCV(socket=1, maxsize=4), b"+OK=5\r\n\r\nhello\r\n")
    assert not [o for o in out if isinstance(o, Completed)]
    assert b"".join(o.data for o in out if isinstance(o, Unrecognized)) == b"+OK=5\r\n\r\nhello"


def test_data_that_come_too_late_are_not_taken_for_the_answer_of_the_probe():
    dialogue, _ = dialogue_with(air602.SKRCV(socket=1, maxsize=64), b"")
    dialogue.tick(3.0)
    dialogue.tick(3.1)
    data = b"\r\n+OK=115200,0,0,0,0\r\n\r\n"
    out = dialogue.receive(b"+OK=%d\r\n\r\n" % len(data) + data, 3.2)
    assert [type(o) for o in out] == [Unrecognized]
    assert dialogue.state is State.RESYNC
    assert dialogue.receive(b"+OK=9600,0,0,0\r\n\r\n", 3.3) == [Synchronized()]


def test_a_block_of_a_firmware_update_is_sent_whole_and_its_checksum_is_told():
    dialogue, out = dialogue_with(air602.UPDD(data=b"x" * 10), b"+OK=3\r\n\r\n")
    assert [o.data for o in out if isinstance(o, Write)] == [b"AT+&UPDD=10\r", b"x" * 10]
    (failed,) = dialogue.receive(b"+ERR=0\r\n\r\n", 0.0)
    assert failed.error.name == "CHECKSUM"
    assert reply_to(air602.UPDD(data=b"x"), b"+OK=3\r\n\r\n+OK=1\r\n\r\n") == air602.UpdateBlock(block=3)


def test_a_report_ends_at_its_last_byte():
    events = events_in(b"+SKTRPT=1,4,10.0.0.5,53\r\n\r\n\r\n\r\n+SKTRPT=2,0,10.0.0.5,53\r\n\r\n")
    assert events == [
        air602.SKTRPT(socket=1, length=4, ip="10.0.0.5", port=53, data=b"\r\n\r\n"),
        air602.SKTRPT(socket=2, length=0, ip="10.0.0.5", port=53, data=b""),
    ]


def test_a_report_that_brings_less_than_it_announces_is_marked_short():
    events = events_in(b"+SKTRPT=1,600,10.0.0.5,53\r\n\r\nhello", gap=True)
    assert events == [air602.SKTRPT(socket=1, length=600, ip="10.0.0.5", port=53, data=b"hello", short=True)]


@pytest.mark.parametrize(
    ("received", "topic"),
    [
        (b"+MTOPIC:3,a/b\r\n+MQD:1,x\r\n\r\n", b"a/b"),
        (b"+MTOPIC:3, a/b\r\n+MQD:1,x\r\n\r\n", b"a/b"),
        (b"+MTOPIC:3, a/\r\n+MQD:1,x\r\n\r\n", b" a/"),
        (b"+MTOPIC:3,a/b+MQD:1,x", b"a/b"),
    ],
)
def test_a_blank_before_a_topic_counts_only_where_the_line_end_says_so(received: bytes, topic: bytes):
    assert events_in(received) == [air602.MTOPIC(length=3, topic=topic), air602.MQD(length=1, data=b"x")]


def test_entering_transparent_mode_takes_the_whole_end_of_the_reply():
    _, out = dialogue_with(air602.ENTM(), b"+OK\r\n\r\n\r\nraw")
    assert [type(o) for o in out[:3]] == [Write, Completed, StreamStarted]
    assert b"".join(o.data for o in out if isinstance(o, StreamData)) == b"\r\nraw"


# Events and errors


@pytest.mark.parametrize(
    ("received", "event"),
    [
        (b"+MQTT:CONNECTED \r\n\r\n", air602.MQTT(state=air602.MqttState.CONNECTED)),
        (b"+MSUB:OK\r\n\r\n", air602.MSUBResult(result=air602.MqttResult.OK)),
        (b"+MPUB:-11\r\n", air602.MPUBResult(result=air602.MqttResult.CONN)),
        (b"+HTTPCERRRPT=2,-1\r\n\r\n", air602.HTTPCERRRPT(session=2, err=-1)),
    ],
)
def test_results_are_events(received: bytes, event: Event):
    assert events_in(received) == [event]


def test_a_result_without_a_name_keeps_its_word():
    (event,) = events_in(b"+MPUB:-77\r\n\r\n")
    assert (event.result.name, event.result.value) == ("UNKNOWN", "-77")


def test_a_line_of_no_known_kind_is_told_and_nothing_else():
    assert events_in(b"+NEWS:1\r\n\r\n") == [Unrecognized(data=b"+NEWS:1")]


def test_ready_behind_noise_is_a_restart():
    _, out = dialogue_with(air602.QMAC(), b"\x00\xffready\r\n")
    assert air602.READY() in out
    assert Restarted() in out
    assert [o for o in out if isinstance(o, Failed)]


def test_an_error_is_whole_at_its_first_line_end_and_tells_its_meaning():
    error = error_of(air602.WJOIN(), b"+ERR=-10\r\n")
    assert isinstance(error, CommandError)
    assert (error.code, error.name) == ("-10", "JOIN")
    assert "PMTF" in error.advice


def test_each_code_of_the_manual_has_a_name():
    codes = [*range(-1, -14, -1), -62, -63, -64]
    found = [meaning(str(code)) for code in codes]
    assert len({known.name for known in found}) == len(codes)
    assert meaning("-99") is None


def test_each_mqtt_result_has_a_meaning_under_the_name_of_its_member():
    for result in air602.MqttResult:
        expected = "OK" if result is air602.MqttResult.DONE else result.name
        assert air602.mqtt_meaning(result.value).name == expected
    assert air602.mqtt_meaning("-77") is None


def test_only_parameters_are_saved():
    saved = {name for name, cls in VOCABULARY.commands.items() if Form.SAVE in cls.declaration.forms}
    assert {"WPRT", "KEY", "ATRM", "DNAME"} <= saved
    assert not saved & {"SKCT", "SKSND", "SKRPTM", "WJOIN", "MPUB", "HTTPC", "&MAC"}


def test_a_silent_module_is_probed_then_led_out_of_transparent_mode_then_fed():
    dialogue = Dialogue(VOCABULARY)
    out = dialogue.start(0.0)
    while dialogue.state is State.RESYNC:
        out += dialogue.tick(dialogue.deadline)
    probe, other = [b"AT+\r", b"AT+UART=?\r"], [b"AT+\r", b"AT+NIP=?\r"]
    # Another query in the next round: an answer that comes late shows which one it answers.
    assert [o.data for o in out if isinstance(o, Write)] == [*probe, b"+++", *other, b"+++", bytes(512), *other]
