"""MXCHIP AT v2 as declared: what becomes of what a module sends."""

import pytest

from atmodem.dialects import find_dialect, mxchip
from atmodem.dialects.mxchip.errors import meaning
from atmodem.errors import CommandError, CommandTimeout, ProtocolError
from atmodem.wire.command import Command, Raw
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Completed, Failed, Fault, Outcome, Restarted, StreamStarted, Write
from atmodem.wire.secret import Secret
from atmodem.wire.states import State

VOCABULARY = find_dialect("mxchip").vocabulary
SOCKET = b"\r\n+CIPEVENT:SOCKET,"


class Exchange:
    """One command to a module without echo; what is received comes byte by byte."""

    def __init__(self, command: Command | None = None) -> None:
        self.now = 0.0
        self.dialogue = Dialogue(VOCABULARY, echo=False, rest=0)
        self.out: list[Outcome] = []
        if command is not None:
            self.submit(command)

    def submit(self, command: Command) -> None:
        self.out += self.dialogue.submit(VOCABULARY.request(command), self.now)[1]

    def receive(self, data: bytes) -> "Exchange":
        for byte in data:
            self.out += self.dialogue.receive(bytes((byte,)), self.now)
        return self

    def wait(self, seconds: float) -> "Exchange":
        end = self.now + seconds
        while (deadline := self.dialogue.deadline) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.out += self.dialogue.tick(self.now)
        self.now = end
        return self

    def of(self, kind: type) -> list:
        return [o for o in self.out if isinstance(o, kind)]

    @property
    def written(self) -> list[bytes]:
        return [o.data for o in self.of(Write)]

    @property
    def reply(self) -> object:
        (completed,) = self.of(Completed)
        assert not self.of(Unrecognized)
        return completed.reply

    @property
    def error(self) -> Exception:
        (failed,) = self.of(Failed)
        return failed.error


def reply_to(command: Command, received: bytes) -> object:
    return Exchange(command).receive(received).reply


def events_in(received: bytes) -> list[Event]:
    return Exchange().receive(received).of(Event)


# Answers


@pytest.mark.parametrize(
    ("command", "received", "field"),
    [
        (mxchip.WJAP.stored(), b"\r\n+WJAP:home,hunter22\r\nOK\r\n", "key"),
        (mxchip.WSAP.query(), b"\r\n+WSAP:home,hunter22\r\nOK\r\n", "key"),
        (mxchip.MQTTAUTH.query(), b"\r\n+MQTTAUTH:me,hunter22\r\nOK\r\n", "password"),
        (mxchip.BTPASSKEY.query(), b"\r\n+BTPASSKEY:hunter22\r\nOK\r\n", "passkey"),
        (mxchip.ILOPSET.query(), b"\r\n+ILOPSET:a,b,hunter22,c\r\nOK\r\n", "device_secret"),
    ],
)
def test_a_secret_in_an_answer_comes_out_only_when_asked_for(command: Command, received: bytes, field: str):
    reply = reply_to(command, received)
    assert "hunter22" not in repr(reply)
    assert getattr(reply, field) == Secret("hunter22")


def test_a_stray_answer_with_a_secret_is_told_without_it():
    assert events_in(b"\r\n+WJAP:home,hunter22\r\n") == [Unrecognized(data=b"+WJAP:***")]


def test_a_private_key_is_read_whole_and_masked():
    received = b"\r\n+SSLCERTGET:-----BEGIN KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nMIIB\r\n-----END KEY-----\r\nOK\r\n"
    reply = reply_to(mxchip.SSLCERTGET(type=mxchip.CertificateType.PRIVATE_KEY), received)
    assert isinstance(reply, mxchip.Certificate)
    assert "MIIB" not in repr(reply)
    pem = b"-----BEGIN KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nMIIB\r\n-----END KEY-----"
    assert reply.cert.reveal() == pem


@pytest.mark.parametrize(
    "received",
    [
        b"\r\n+WJAPIP:10.0.0.9,255.0.0.0,10.0.0.1,10.0.0.2\r\nOK\r\n",
        b"\r\n+WJAPIP?:10.0.0.9,255.0.0.0,10.0.0.1,10.0.0.2\r\n\r\nOK\r\n",
        b"\r\r\n+WJAPIP=10.0.0.9,255.0.0.0,10.0.0.1,10.0.0.2\r\r\n+OK\r\n",
        b"WJAPIP: 10.0.0.9, 255.0.0.0 ,10.0.0.1, 10.0.0.2\nOK\n",
        b"\r\n+WJAPIP\xef\xbc\x9a10.0.0.9,255.0.0.0,10.0.0.1,10.0.0.2\r\nOK\r\n",
        b"AT+WJAPIP?\r\r\n+WJAPIP:10.0.0.9,255.0.0.0,10.0.0.1,10.0.0.2\r\nOK\r\n",
    ],
)
def test_every_spelling_of_an_answer_is_taken(received: bytes):
    exchange = Exchange(mxchip.WJAPIP.query()).receive(received)
    assert exchange.reply == mxchip.WJAPIP(ip="10.0.0.9", netmask="255.0.0.0", gateway="10.0.0.1", dns="10.0.0.2")


def test_a_station_without_an_address_has_zeros_in_either_spelling():
    nothing = mxchip.WJAPIP(ip="0.0.0.0", netmask="0.0.0.0", gateway="0.0.0.0", dns="0.0.0.0")
    assert reply_to(mxchip.WJAPIP.query(), b"\r\n+WJAPIP:0,0,0,0\r\nOK\r\n") == nothing


def test_names_in_a_scan_keep_their_blanks_commas_and_colons():
    received = b"\r\n+WSCAN:4\r\n a, b ,-4\r\nOK,-7\r\nx:y=z,0C704AD8D4E4,5,11,-92\r\n,-80\r\nOK\r\n"
    reply = reply_to(mxchip.WSCAN(), received)
    assert isinstance(reply, mxchip.ScanResult)
    assert [row.ssid for row in reply.rows] == [" a, b ", "OK", "x:y=z", ""]
    assert reply.rows[2] == mxchip.AccessPoint(ssid="x:y=z", bssid="0c:70:4a:d8:d4:e4", en="5", channel=11, rssi=-92)


def test_the_count_of_a_list_is_a_hint_and_the_final_ends_it():
    reply = reply_to(mxchip.MQTTSUB.query(), b"\r\n+MQTTSUB:5\r\n0,a,b/#,1\r\nOK\r\n")
    assert reply == mxchip.MqttSubscriptions(sub_num=5, rows=(mxchip.MqttSubscription(id=0, topic="a,b/#", qos=1),))


@pytest.mark.parametrize(
    ("received", "username", "password"),
    [
        (rb"+MQTTAUTH:a\,b&c,p,w", "a,b&c", "p,w"),
        (rb"+MQTTAUTH:a,p\,w", "a", "p,w"),
        (b"+MQTTAUTH: a,b ", " a", "b "),
    ],
)
def test_a_login_is_split_at_the_first_comma_that_is_not_escaped(received: bytes, username: str, password: str):
    reply = reply_to(mxchip.MQTTAUTH.query(), b"\r\n" + received + b"\r\nOK\r\n")
    assert reply == mxchip.MqttLogin(username=username, password=Secret(password))


@pytest.mark.parametrize("word", ["close", "closed", "CLOSE"])
def test_every_word_for_a_closed_link_is_the_same(word: str):
    reply = reply_to(mxchip.CIPSTATUS(id=0), f"\r\n+CIPSTATUS:tcp_client,{word}\r\nOK\r\n".encode())
    assert reply == mxchip.LinkStatus(type=mxchip.LinkType.TCP_CLIENT, status=mxchip.LinkState.CLOSE)


def test_a_setting_is_answered_plainly_and_a_query_with_its_value():
    assert reply_to(mxchip.CIPAUTOCONN(id=1, option=mxchip.AutoConnect.ON), b"\r\nOK\r\n") is None
    asked = reply_to(mxchip.CIPAUTOCONN(id=1), b"\r\n+CIPAUTOCONN:0\r\nOK\r\n")
    assert asked == mxchip.LinkAutoConnect(option=mxchip.AutoConnect.OFF)


@pytest.mark.parametrize(
    ("query", "name", "word"),
    [
        (mxchip.WEVENT.query(), "WEVENT", "ON"),
        (mxchip.CIPEVENT.query(), "CIPEVENT", "OFF"),
        (mxchip.MQTTEVENT.query(), "MQTTEVENT", "OFF"),
        (mxchip.BTEVENT.query(), "BTEVENT", "DN"),
    ],
)
def test_an_event_is_never_the_answer_of_its_name(query: Command, name: str, word: str):
    exchange = Exchange(query).receive(f"\r\n+{name}:FOO,{word}\r\n\r\n+{name}:{word}\r\nOK\r\n".encode())
    assert [event.kind for event in exchange.of(Event)] == [f"FOO,{word}"]
    assert exchange.reply is not None


@pytest.mark.parametrize("line", [b"+WEVENT:ON", b"+CIPEVENT: OFF", b"+MQTTEVENT:ON", b"+BTEVENT:EN"])
def test_a_late_answer_is_no_event(line: bytes):
    assert events_in(b"\r\n" + line + b"\r\n") == [Unrecognized(data=line)]


@pytest.mark.parametrize(
    ("header", "data"), [(b"+CIPRECV:7,", b" a\r\nOK,"), (b"+CIPRECV=3,", b"\x00\xff>"), (b"+CIPRECV:0,", b"")]
)
def test_fetched_bytes_are_taken_as_they_are(header: bytes, data: bytes):
    received = b"\r\n" + header + data + b"\r\nOK\r\n"
    expected = mxchip.ReceivedData(length=len(data), data=data)
    assert reply_to(mxchip.CIPRECV(id=0, port=80, length=100), received) == expected


def test_more_bytes_than_were_asked_for_are_a_fault_of_the_module():
    exchange = Exchange(mxchip.CIPRECV(id=0, port=80, length=4)).receive(b"\r\n+CIPRECV:5,hello\r\nOK\r\n")
    assert isinstance(exchange.error, ProtocolError)
    assert exchange.of(Fault)


# Errors


@pytest.mark.parametrize(
    ("received", "code", "name"),
    [
        (b"\r\nERROR\r\n", "ERROR", "REFUSED"),
        (b"\r\n+CME ERROR:12\r\n", "12", None),
        (b"\r\nERR CODE:0x01090000\r\n\r\nERROR\r\n", "0x01090000", None),
    ],
)
def test_a_refusal_carries_the_code_that_the_module_gave(received: bytes, code: str, name: str | None):
    error = Exchange(mxchip.MQTTSTART()).receive(received).error
    assert isinstance(error, CommandError)
    assert (error.code, error.name) == (code, name)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (mxchip.CIPSTART(id=0, type=mxchip.LinkType.TCP_SERVER, local_port=80), "LINK_IN_USE"),
        (mxchip.CIPSEND(id=0, data=b"a"), "NOT_CONNECTED"),
        (mxchip.BTSEND(data=b"a"), "NOT_CONNECTED"),
        (mxchip.CIPDOMAIN(domain="no.such.host"), "HOST_NOT_FOUND"),
        (mxchip.OTACHECK(), "NOT_JOINED"),
        (mxchip.SNTPTIME(), "NO_TIME"),
    ],
)
def test_a_refusal_is_named_where_the_command_can_fail_in_one_way_only(command: Command, name: str):
    exchange = Exchange(command).receive(b"\r\nERROR\r\n")
    assert isinstance(exchange.error, CommandError)
    assert exchange.error.name == name
    assert exchange.error.advice
    assert len(exchange.written) == 1


def test_numbers_of_errors_are_documented_nowhere():
    assert meaning("ERROR") is not None
    assert meaning("12") is None


# Events


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b"+WEVENT: STATION_UP ", mxchip.StationUp()),
        (b"+CIPEVENT: 1, SERVER, CONNECTED", mxchip.ServerConnected(id=1)),
        (b"+CIPEVENT:CLIENT, CLOSED, 10.0.0.7, 80", mxchip.PeerClosed(ip="10.0.0.7", port=80)),
        (b"+MQTTEVENT: CONNECT, SUCCESS", mxchip.MqttConnected()),
        (b"+MQTTEVENT:3,CONNECT,FAIL", mxchip.MqttConnectFailed(id=3)),
        (b"+MQTTEVENT:1,UNSUBSCRIBE,FAIL", mxchip.MqttUnsubscribeFailed(id=1)),
        (b"+MQTTEVENT:2,SBUSCRIBE,FAIL", mxchip.MqttSubscribeFailed(id=2)),
        (b"+ILOPEVENT=ILOP,LOCAL_CONNECT", mxchip.IlopLocalConnected()),
        (
            rb"+ILOPEVENT:SETICA,property,a,1\,2,b,3",
            mxchip.IlopSet(method="property", key="a", value="1,2", more=(("b", "3"),)),
        ),
        (b"+ALINKEVENT:GET,JSON", mxchip.AlinkRequest(format="JSON")),
        (b"+QLINKEVENT:QLINK,CONNECT", mxchip.QlinkState(state="CONNECT")),
        (b"+WEVENT:UNBIND,SUCCESS", mxchip.OtherWifiEvent(kind="UNBIND,SUCCESS")),
        (b"+CIPEVENT:7,NEW,THING", mxchip.OtherLinkEvent(kind="7,NEW,THING")),
        (b"+NEWEVENT:a,1", mxchip.OtherEvent(event="NEWEVENT", kind="a,1")),
    ],
)
def test_an_event_is_read_in_every_spelling_and_an_unknown_one_told_as_it_is(line: bytes, event: Event):
    assert events_in(b"\r\n" + line + b"\r\n") == [event]


@pytest.mark.parametrize(
    ("received", "event"),
    [
        (SOCKET + b"1,4, a\r\n\r\n", mxchip.SocketData(id=1, length=4, data=b" a\r\n")),
        (SOCKET + b"1,0,\r\n", mxchip.SocketData(id=1, length=0, data=b"")),
        (
            b"\r\n+CIPEVENT: UDP_BROADCAST, 10.0.0.7, 9, 3, 2,ab",
            mxchip.BroadcastData(ip="10.0.0.7", port=9, id=3, length=2, data=b"ab"),
        ),
        (b"\r\n+MQTTRECV:5,3,\r\nO", mxchip.MqttMessage(id=5, length=3, data=b"\r\nO")),
        (b"\r\n+ENETEVENT:2, \x00", mxchip.EthernetFrame(length=2, data=b" \x00")),
        (b"\r\n+ILOPEVENT:SETRAW,2,\x01,", mxchip.IlopData(length=2, data=b"\x01,")),
        (b"\r\n+ALINKEVENT:SET,RAW,2,ab", mxchip.AlinkData(format="RAW", length=2, data=b"ab")),
        (b"\r\n+QLINKEVENT:SET,2,{}", mxchip.QlinkData(length=2, data=b"{}")),
    ],
)
def test_counted_data_are_told_with_their_last_byte(received: bytes, event: Event):
    assert events_in(received) == [event]


def test_data_without_a_trailer_are_followed_at_once():
    received = b"\r\n+BTEVENT:DATA,3,abc+BTEVENT:DATA,2,de\r\n+BTEVENT:CONNECTION,OFF\r\n"
    assert events_in(received) == [
        mxchip.BluetoothData(length=3, data=b"abc"),
        mxchip.BluetoothData(length=2, data=b"de"),
        mxchip.BluetoothDisconnected(),
    ]


def test_data_that_stop_before_their_number_are_told_as_short():
    exchange = Exchange().receive(SOCKET + b"2,10,abc").wait(2.0)
    assert exchange.of(Event) == [mxchip.SocketData(id=2, length=10, data=b"abc", short=True)]


@pytest.mark.parametrize("line", [b"+CIPEVENT:SOCKET,0,x,ab", b"+ENETEVENT:x,ab", b"+ILOPEVENT:SETRAW,x,a"])
def test_a_count_that_is_no_number_costs_one_line(line: bytes):
    assert events_in(b"\r\n" + line + b"\r\n+WEVENT:AP_UP\r\n") == [Unrecognized(data=line), mxchip.AccessPointUp()]


def test_an_event_is_written_as_it_is_read():
    for event in (
        mxchip.ServerConnected(id=1),
        mxchip.MqttSubscribeFailed(),
        mxchip.MqttSubscribed(id=1),
        mxchip.SocketData(id=1, length=3, data=b"\r\n,"),
        mxchip.IlopSet(method="property", key="a", value="1,2", more=(("b", "3"),)),
        mxchip.OtherWifiEvent(kind="TIMEOUT"),
    ):
        assert events_in(b"\r\n" + VOCABULARY.event_text(event) + b"\r\n") == [event]


# Courses


@pytest.mark.parametrize(
    ("command", "line", "data"),
    [
        (mxchip.CIPSEND(id=1, data=b"a\r\nb"), b"AT+CIPSEND=1,4\r", b"a\r\nb"),
        (mxchip.CIPSEND(id=0, remote_port=54590, data=b"ab"), b"AT+CIPSEND=0,54590,2\r", b"ab"),
        (mxchip.MQTTSEND(data=b"\x1a\x00"), b"AT+MQTTSEND=2\r", b"\x1a\x00"),
        (mxchip.ILOPTSL(index=3, data=b"{}"), b"AT+ILOPTSL=3\r", b"{}"),
        (
            mxchip.SSLCERTSET(type=mxchip.CertificateType.CRL, cert=b"-----BEGIN\n"),
            b"AT+SSLCERTSET=3\r",
            b"-----BEGIN\n\x1a",
        ),
    ],
)
def test_data_follow_the_prompt_with_their_length_filled_in(command: Command, line: bytes, data: bytes):
    exchange = Exchange(command).receive(b">\r\nOK\r\n")
    assert exchange.written == [line, data]
    assert exchange.reply is None


def test_the_line_rests_twenty_milliseconds_behind_each_answer():
    dialogue = Dialogue(VOCABULARY, echo=False)
    _, out = dialogue.submit(VOCABULARY.request(mxchip.AT()), 0.0)
    out += dialogue.receive(b"\r\nOK\r\n", 1.0)
    out += dialogue.submit(VOCABULARY.request(mxchip.WJAPS()), 1.0)[1]
    assert dialogue.deadline == pytest.approx(1.02)
    assert [o.data for o in out if isinstance(o, Write)] == [b"AT\r"]
    assert [o.data for o in dialogue.tick(1.02) if isinstance(o, Write)] == [b"AT+WJAPS\r"]


def test_data_go_without_a_prompt_after_a_while_and_a_late_one_is_dropped():
    exchange = Exchange(mxchip.CIPSEND(id=1, data=b"abc")).wait(0.29)
    assert len(exchange.written) == 1
    exchange.wait(0.02).receive(b">\r\n+OK\r\n")
    assert exchange.written == [b"AT+CIPSEND=1,3\r", b"abc"]
    assert exchange.reply is None


def test_behind_a_slow_refusal_nothing_that_the_data_brought_counts_for_the_next_command():
    exchange = Exchange(mxchip.CIPSEND(id=1, data=b"abc")).wait(0.31).receive(b"\r\nERROR\r\n")
    assert isinstance(exchange.error, CommandError)
    exchange.submit(mxchip.WJAPQ())
    exchange.receive(b"\r\nERROR\r\n").wait(0.2).receive(b"\r\nOK\r\n+UARTE:OFF\r\nOK\r\n").wait(0.1)
    exchange.receive(b"\r\nOK\r\n")
    assert exchange.written[-1] == b"AT+WJAPQ\r"
    assert exchange.reply is None


def test_a_published_message_without_its_ok_is_done_all_the_same():
    exchange = Exchange(mxchip.MQTTSEND(data=b"hi")).receive(b">\r\n+MQTTEVENT:PUBLISH,SUCCESS\r\n")
    assert exchange.of(Completed) == []
    exchange.wait(2.0)
    assert exchange.of(Event) == [mxchip.MqttPublished()]
    assert exchange.reply is None


def test_the_echo_is_off_after_it_was_switched_off_and_unknown_after_a_restart():
    exchange = Exchange(mxchip.UARTE(option=mxchip.Switch.ON)).receive(b"\r\nOK\r\n")
    assert exchange.dialogue.echo is True
    exchange.submit(mxchip.UARTE(option=mxchip.Switch.OFF))
    exchange.receive(b"AT+UARTE=OFF\r\nOK\r\n")
    assert exchange.dialogue.echo is False
    exchange.submit(mxchip.REBOOT())
    exchange.receive(b"\r\nOK\r\n")
    assert exchange.dialogue.echo is None


def test_the_end_of_an_update_is_a_restart():
    exchange = Exchange().receive(b"\r\n+OTAEVENT:SUCCESS\r\n")
    assert exchange.out == [mxchip.UpdateDone(), Restarted()]


@pytest.mark.parametrize("command", [mxchip.CIPSENDRAW(), mxchip.BTSENDRAW()])
def test_a_stream_begins_with_the_ok_and_ends_by_three_pluses_between_two_silences(command: Command):
    exchange = Exchange(command).receive(b"\r\nOK\r\n")
    assert exchange.of(StreamStarted)
    exchange.out += exchange.dialogue.leave(exchange.now)
    exchange.wait(0.2).receive(b"\r\nOK\r\n").wait(0.2)
    assert exchange.written[1] == b"+++"
    exchange.wait(0.2).receive(b"\r\nOK\r\n").wait(0.2).receive(b"\r\n+UARTE:OFF\r\nOK\r\n")
    assert exchange.dialogue.state is State.IDLE


def test_after_a_timeout_the_next_command_waits_for_a_fence_that_the_lost_one_cannot_answer():
    exchange = Exchange(mxchip.UARTE.query()).wait(5.0)
    assert isinstance(exchange.error, CommandTimeout)
    exchange.wait(0.2).receive(b"\r\n+UARTE:ON\r\nOK\r\n")
    assert exchange.dialogue.state is State.RESYNC
    exchange.wait(0.2).receive(b"\r\n+SYSTIME:5\r\nOK\r\n")
    assert exchange.dialogue.state is State.IDLE


def test_a_raw_command_of_another_firmware_gets_its_lines():
    command = Raw(b"AT+QLINKSTATUS?", name="QLINKSTATUS")
    received = b"\r\n+QLINKEVENT:QLINK,CONNECT\r\n\r\n+QLINKSTATUS:NONE\r\nOK\r\n"
    exchange = Exchange(command).receive(received)
    assert exchange.of(Event) == [mxchip.QlinkState(state="CONNECT")]
    assert exchange.reply == (b"+QLINKSTATUS:NONE",)
