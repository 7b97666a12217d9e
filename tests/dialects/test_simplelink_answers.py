"""The CC3220 AT core as declared: what becomes of what a module sends."""

import attrs
import pytest

from atmodem.dialects import find_dialect, simplelink
from atmodem.dialects.simplelink import DataFormat, Family
from atmodem.dialects.simplelink.errors import meaning
from atmodem.errors import CommandError
from atmodem.wire.command import Command
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Accepted, Completed, Failed, Fault, Outcome, Restarted
from atmodem.wire.ticket import Ticket

VOCABULARY = find_dialect("simplelink").vocabulary
MAC = "c4:6e:1f:09:a0:01"
WIRE_MAC = b"0xc4:0x6e:0x1f:0x9:0xa0:0x1"


class Exchange:
    """Commands to a module without echo; what is received comes byte by byte."""

    def __init__(self, *commands: Command) -> None:
        self.now = 0.0
        self.dialogue = Dialogue(VOCABULARY, echo=False, rest=0)
        self.out: list[Outcome] = []
        self.tickets = [self.submit(command) for command in commands]

    def submit(self, command: Command) -> Ticket:
        ticket, out = self.dialogue.submit(VOCABULARY.request(command), self.now)
        self.out += out
        return ticket

    def receive(self, data: bytes) -> "Exchange":
        for byte in data:
            self.out += self.dialogue.receive(bytes((byte,)), self.now)
        self.now += 0.06
        self.out += self.dialogue.tick(self.now)
        return self

    def of(self, kind: type) -> list:
        return [o for o in self.out if isinstance(o, kind)]

    @property
    def reply(self) -> object:
        (completed,) = self.of(Completed)
        assert not self.of(Unrecognized) + self.of(Fault)
        return completed.reply

    @property
    def error(self) -> CommandError:
        (failed,) = self.of(Failed)
        return failed.error


def answer(command: Command, *lines: bytes, end: bytes = b"\n\r") -> object:
    return Exchange(command).receive(b"".join(line + end for line in (*lines, b"OK"))).reply


# Lines


@pytest.mark.parametrize("end", [b"\n\r", b"\r\n", b"\n", b"\r"])
def test_a_line_ends_at_whatever_the_application_prints(end: bytes):
    read = simplelink.FileRead(file_id=1, offset=0, format=DataFormat.BINARY, length=20)
    assert answer(simplelink.Close(socket=0), b"+close:0", end=end) == simplelink.SocketNumber(socket=0)
    assert answer(read, b"+fileread:0,7,\r\nOK\r\n\0", end=end).data == b"\r\nOK\r\n\0"


def test_a_blank_behind_the_colon_belongs_to_the_value_unless_the_name_has_capitals():
    asked = simplelink.WlanGet(option=simplelink.ApSsid)
    assert answer(asked, b"+wlanget: lab ") == simplelink.ApSsid(ssid=" lab ")
    assert answer(asked, b"+WlanGet: lab") == simplelink.ApSsid(ssid="lab")


def test_a_command_tells_how_it_is_written():
    assert answer(simplelink.Socket.test(), b"[Family],[Type],[Protocol]") == "[Family],[Type],[Protocol]"


def test_the_frame_of_the_banner_means_a_start():
    exchange = Exchange(simplelink.Test())
    exchange.receive(b"\n\n\n\r\t ====\n\r\t    AT Commands Example Ver: 1.1.2\n\r\t ====\n\r\t CHIP: 0x31100019\n\r")
    exchange.receive(b"\n\rEnter AT Command:\n\r")
    assert len(exchange.of(Restarted)) == 1
    assert not exchange.of(Unrecognized)


# Values that are left out


def scanned(text: bytes) -> tuple[object, ...]:
    (network,) = answer(simplelink.WlanScan(index=0, count=1), b"+wlanscan:lab," + WIRE_MAC + b",-48,6" + text)
    return network.security, network.hidden, network.cipher, network.key_mgmt


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b",wpa2,0,ccmp,psk", ("wpa2", False, "ccmp", "psk")),
        (b",0,ccmp,psk_sae", (None, False, "ccmp", "psk_sae")),
        (b",wpa_wpa2,1,psk", ("wpa_wpa2", True, None, "psk")),
        (b",wpa2,0,ccmp", ("wpa2", False, "ccmp", None)),
        (b",1", (None, True, None, None)),
        (b",OPEN,0,None,802_1_X", ("open", False, "none", "802_1_x")),
    ],
)
def test_a_word_that_the_core_lacks_is_missing_with_its_comma(text: bytes, values: tuple[object, ...]):
    assert scanned(text) == values


@pytest.mark.parametrize(
    ("text", "ssids"),
    [
        (b"a," + WIRE_MAC + b",-1,6,open,0,none,none;b," + WIRE_MAC + b",-1,6,open,0,none,none;", ["a", "b"]),
        (b"a;b," + WIRE_MAC + b",-1,6,open,0,none,none", ["a;b"]),
        (b"a," + WIRE_MAC + b",-1,6,open,0,none,none;b;c, d," + WIRE_MAC + b",-1,6,open,0,none,none", ["a", "b;c, d"]),
    ],
)
def test_networks_on_one_line_are_told_from_a_semicolon_in_a_name(text: bytes, ssids: list[str]):
    networks = answer(simplelink.WlanScan(index=0, count=9), b"+wlanscan:" + text)
    assert [network.ssid for network in networks] == ssids


@pytest.mark.parametrize(
    ("text", "flags", "tokens"),
    [
        (b"not_failsafe|secure,5,1024,master|read_only,5120,1", ("not_failsafe", "secure"), ("master", "read_only")),
        (b"5,1024,master,5120,1", (), ("master",)),
        (b"not_valid|,5,1024,5120,1", ("not_valid",), ()),
        (b"5,1024,5120,1", (), ()),
    ],
)
def test_flags_of_a_file_without_a_word_are_missing_with_their_comma(text: bytes, flags: tuple, tokens: tuple):
    info = answer(simplelink.FileGetInfo(filename="a"), b"+filegetinfo:" + text)
    assert attrs.astuple(info) == (flags, 5, 1024, tokens, 5120, 1)
    reply = simplelink.FileGetInfo.declaration.reply
    assert b"|," in text or reply.lines("filegetinfo", VOCABULARY.grammar.spelling, info) == [b"+filegetinfo:" + text]


def test_a_profile_has_a_place_for_its_key_or_none_as_in_the_manual():
    profile = simplelink.WlanProfile(ssid="a,b", bssid=None, security="open", ext_user="u", priority=3)
    assert answer(simplelink.WlanProfileGet(index=0), b"+wlanprofileget:a,b,,open,,u,,,3") == attrs.evolve(
        profile, key=""
    )
    assert answer(simplelink.WlanProfileGet(index=0), b"+wlanprofileget:a,b,,open,u,,,3") == profile


@pytest.mark.parametrize(
    ("flags", "text", "services"),
    [
        ("short_ipv4", b"", ()),
        ("short_ipv4", b"10.0.0.1,80;10.0.0.2,81", (("10.0.0.1", 80), ("10.0.0.2", 81))),
        ("full_ipv4_with_text", b"10.0.0.1,80,n,h,a=1;b=2", (("10.0.0.1", 80, "n", "h", "a=1;b=2"),)),
        ("full_ipv6", b"0xfe800000:0x0:0x0:0x1,80,n,h", (("fe80::1", 80, "n", "h"),)),
    ],
)
def test_services_are_listed_on_one_line(flags: str, text: bytes, services: tuple):
    found = answer(
        simplelink.NetAPPGetServiceList(offset=0, count=9, flags=simplelink.ServiceListFlag(flags)),
        b"+netappgetservicelist:" + text,
    )
    assert tuple(tuple(value for value in attrs.astuple(s) if value is not None) for s in found) == services


def test_address_and_port_that_the_firmware_runs_together_are_not_guessed():
    command = simplelink.NetAPPGetServiceList(offset=0, count=1, flags=simplelink.ServiceListFlag.FULL_IPV6)
    (service,) = answer(command, b"+netappgetservicelist:0xfe800000:0x0:0x0:0x5580,n,h")
    assert service == simplelink.MdnsService(endpoint="0xfe800000:0x0:0x0:0x5580", name="n", host="h")


# Options


@pytest.mark.parametrize(
    ("command", "line", "value"),
    [
        (simplelink.Get(option=simplelink.StatusWlan), b"+get:", simplelink.StatusWlan(flags=())),
        (
            simplelink.Get(option=simplelink.StatusWlan),
            b"+get:sta_connected|",
            simplelink.StatusWlan(flags=(simplelink.WlanStatus.STA_CONNECTED,)),
        ),
        (
            simplelink.WlanGet(option=simplelink.GeneralScanParams),
            b"+wlanget:0x1fff,0xffffffba",
            simplelink.GeneralScanParams(channel_mask=0x1FFF, rssi_threshold=-70),
        ),
        (
            simplelink.WlanGet(option=simplelink.AccessListRequest(index=0)),
            b"+wlanget:" + WIRE_MAC,
            simplelink.AccessList(macs=(MAC,)),
        ),
        (
            simplelink.WlanPolicyGet(type=simplelink.ScanPolicy),
            b"+wlanpolicyget:disable_scan,",
            simplelink.ScanPolicy(option=simplelink.ScanOption.DISABLE_SCAN),
        ),
        (
            simplelink.WlanPolicyGet(type=simplelink.ConnectionPolicy),
            b"+wlanpolicyget:",
            simplelink.ConnectionPolicy(option=()),
        ),
        (
            simplelink.NetCfgGet(id=simplelink.ApStationsInfo),
            b"+netcfgget:10.0.0.2," + WIRE_MAC + b",x;10.0.0.3," + WIRE_MAC + b",y",
            simplelink.ApStationsInfo(
                stations=(
                    simplelink.ApStation(address="10.0.0.2", mac=MAC, name="x"),
                    simplelink.ApStation(address="10.0.0.3", mac=MAC, name="y"),
                )
            ),
        ),
    ],
)
def test_the_answer_is_of_the_class_that_was_asked_for(command: Command, line: bytes, value: object):
    assert answer(command, line) == value


def test_a_password_that_is_read_back_is_a_secret():
    value = answer(simplelink.WlanGet(option=simplelink.ApPassword), b"+wlanget:hush, hush")
    assert value.password.reveal() == "hush, hush"
    assert "hush" not in repr(value)


# Values that come later


def recv(socket: int, length: int = 100) -> simplelink.Recv:
    return simplelink.Recv(socket=socket, format=DataFormat.BINARY, length=length)


def test_reads_of_several_sockets_each_get_their_own_data():
    exchange = Exchange(recv(0, 4)).receive(b"OK\n\r")
    exchange.submit(recv(1, 1000))
    exchange.receive(b"OK\n\r+eventsock:tx_failed,2,-104\n\r")
    exchange.receive(b"+recv:1,0,500," + b"x" * 500 + b"\n\rOK\n\r+recv:0,0,2,ab\n\rOK\n\r")
    assert [(done.reply.socket, done.reply.length) for done in exchange.of(Completed)] == [(1, 500), (0, 2)]
    assert not exchange.of(Unrecognized) + exchange.of(Fault)


def test_a_second_read_of_a_socket_waits_for_the_first():
    exchange = Exchange(recv(0)).receive(b"OK\n\r")
    exchange.submit(recv(0))
    assert len(exchange.of(Accepted)) == 1
    exchange.receive(b"+recv:0,0,0,\n\rOK\n\r").receive(b"OK\n\r")
    assert len(exchange.of(Accepted)) == 2


def test_no_fourth_command_pends():
    exchange = Exchange(*(recv(socket) for socket in range(4))).receive(b"OK\n\r").receive(b"OK\n\r").receive(b"OK\n\r")
    exchange.submit(simplelink.Test())
    exchange.receive(b"OK\n\r")
    assert [done.reply for done in exchange.of(Completed)] == [None]
    assert len(exchange.of(Accepted)) == 3


def test_a_connection_is_known_by_its_peer_in_any_spelling():
    command = simplelink.Connect(socket=0, family=Family.INET6, port=80, address="FE80:0::1")
    exchange = Exchange(command).receive(b"OK\n\r+connect:80,0xfe800000:0x0:0x0:0x1\n\rOK\n\r")
    assert exchange.reply == simplelink.ConnectedPeer(port=80, address="fe80::1")


@pytest.mark.parametrize(
    "wire", [b"+x:lab,10.0.0.1\n\rOK\n\r", b"OK\n\r+x:lab,10.0.0.1\n\rOK\n\r", b"OK\n\r+x:lab,10.0.0.1\n\r"]
)
def test_a_name_is_resolved_with_its_ok_before_or_behind_or_both(wire: bytes):
    command = simplelink.NetAPPGetHostByName(host="lab", family=Family.INET)
    reply = Exchange(command).receive(wire.replace(b"+x", b"+netappgethostbyname")).reply
    assert reply == simplelink.HostAddress(host="lab", address="10.0.0.1")


def ping(
    count: int = 2, flags: simplelink.PingFlag = simplelink.PingFlag.EACH, to: str = "10.0.0.1"
) -> simplelink.NetAPPPing:
    return simplelink.NetAPPPing(
        family=Family.INET, destination=to, size=32, delay_ms=100, timeout_ms=1000, count=count, flags=flags
    )


def test_a_ping_ends_at_its_last_report_and_no_ok_of_a_later_command_is_taken_for_its():
    exchange = Exchange(ping()).receive(b"OK\n\r+netappping:1,1,4\n\r")
    assert not exchange.of(Completed)
    exchange.receive(b"+netappping:2,2,5\n\r")
    assert exchange.reply == simplelink.PingReport(sent=2, received=2, rtt=5)
    exchange.submit(simplelink.Test())
    assert exchange.receive(b"OK\n\r").of(Completed)[-1].reply is None


def test_a_ping_to_nowhere_stops_the_one_that_goes_on():
    exchange = Exchange(ping(count=0)).receive(b"OK\n\r")
    exchange.submit(ping(to="0.0.0.0"))
    exchange.receive(b"OK\n\r")
    assert exchange.reply is None


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        (simplelink.Stop(timeout=2000), 7),
        (ping(count=1000), 1105),
        (ping(count=1), 60),
        (ping(count=0), 0),
        (recv(0), 0),
        (simplelink.Test(), 1),
    ],
)
def test_the_time_limit_fits_what_was_asked(command: Command, seconds: float):
    assert VOCABULARY.request(command).timeout == seconds


# Counted data


@pytest.mark.parametrize(
    ("command", "line", "data"),
    [
        (
            simplelink.HttpReadResBody(index=0, length=9),
            b"+httpreadresbody:0,1,1,8,aGVsbG8=",
            simplelink.ResponseBody(index=0, more=True, format=DataFormat.BASE64, length=8, body=b"hello"),
        ),
        (
            simplelink.HttpGetHeader(index=0, option=simplelink.HttpHeader.RES_DATE, length=9),
            b"+httpgetheader:0,0,0,",
            simplelink.HttpHeaderValue(index=0, format=DataFormat.BINARY, length=0, data=b""),
        ),
        (
            simplelink.NetUtilGet(option=simplelink.PublicKeyRequest()),
            b"+netutilget:1,4,AAEC",
            simplelink.PublicKey(format=DataFormat.BASE64, length=4, key=b"\0\1\2"),
        ),
        (
            simplelink.NetAPPRecv(handle=3, format=DataFormat.BINARY, length=9),
            b"+netapprecv:3,0,2,ab",
            simplelink.NetAppData(handle=3, format=DataFormat.BINARY, length=2, data=b"ab"),
        ),
        (
            simplelink.NetAPPRecv(handle=3, format=DataFormat.BINARY, length=9),
            b"+netapprecv:3,continuation,0,2,ab",
            simplelink.NetAppData(
                handle=3, flags=(simplelink.NetAppFlag.CONTINUATION,), format=DataFormat.BINARY, length=2, data=b"ab"
            ),
        ),
    ],
)
def test_data_are_taken_by_their_count_and_decoded(command: Command, line: bytes, data: object):
    assert answer(command, line) == data


def test_a_count_that_no_line_end_follows_is_reported_and_the_next_line_read():
    exchange = Exchange(recv(0)).receive(b"OK\n\r+recv:0,0,2,abc\n\r+eventsock:tx_failed,2,-104\n\r")
    assert len(exchange.of(Fault)) == 1
    assert exchange.of(Event)[-1] == simplelink.EventSockTxFailed(socket=2, status=-104)


def test_more_than_was_asked_for_is_not_believed():
    exchange = Exchange(recv(0, 4)).receive(b"OK\n\r+recv:0,0,500,abc\n\r")
    assert exchange.of(Fault)[0].error.received == b"+recv:0,0,500,"
    assert not exchange.of(Completed)


# Events


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            b"+eventwlan:connect, lab, 2 ," + WIRE_MAC,
            simplelink.EventWlanConnect(ssid=" lab, 2 ", bssid=MAC),
        ),
        (b"+eventgeneral:error,-100,", simplelink.EventGeneralError(code=-100)),
        (b"+eventgeneral:error,-100,wlan", simplelink.EventGeneralError(code=-100, sender=simplelink.Sender.WLAN)),
        (b"+eventsock:async_event,1,-340", simplelink.EventSockAsyncEvent(socket=1, value=-340)),
        (b"+eventwlan:p2p_devfound,Pixel," + WIRE_MAC + b",", simplelink.EventWlanP2pDevfound(device="Pixel", mac=MAC)),
        (
            b"+eventnetapp:ip_leased,10.0.0.2,86400," + WIRE_MAC,
            simplelink.EventNetAppDhcpv4Leased(ip="10.0.0.2", lease=86400, mac=MAC),
        ),
        (b"+EventFatalError: DRIVER_ABORT", simplelink.EventFatalErrorDriverAbort()),
        (b"+eventmqtt:operation,suback,0,1,128", simplelink.EventMqttOperationSuback(codes=(0, 1, 128))),
        (
            b"+EventWlan: PROVISIONING_STATUS,SUCCESS",
            simplelink.EventWlanProvisioningStatus(status=simplelink.ProvisioningStatus.SUCCESS),
        ),
        (
            b"+eventmqtt:recv,a,b,qos2,1,0,1,4,AAEC",
            simplelink.EventMqttRecv(
                topic="a,b", qos=2, retain=True, dup=False, format=DataFormat.BASE64, length=4, message=b"\0\1\2"
            ),
        ),
    ],
)
def test_an_event_is_read_with_what_the_firmware_leaves_out_or_spells_otherwise(line: bytes, event: Event):
    assert Exchange().receive(line + b"\n\r").out == [event]


@pytest.mark.parametrize("line", [b"+eventwlan:bogus,1", b"+eventhttp:1", b"+eventmqtt:recv,a"])
def test_a_kind_that_is_not_known_is_told_as_it_came(line: bytes):
    assert Exchange().receive(line + b"\n\r").out == [Unrecognized(data=line)]


# Errors


@pytest.mark.parametrize(
    ("line", "code", "text", "name"),
    [
        (b"ERROR: process command,-4", "-4", "process command", None),
        (b"ERROR: parse parameters,-4", "-4", "parse parameters", "UNKNOWN_WORD"),
        (b"ERROR:process command, -2073", "-2073", "process command", "SCAN_NOT_READY"),
        (b"ERROR: allocate,0", "0", "allocate", "NO_WORKER"),
        (b"ERROR: number of parameters,0", "0", "number of parameters", "WRONG_PARAMETER_COUNT"),
        (b"ERROR: command not exist,0", "0", "command not exist", "UNKNOWN_COMMAND"),
        (b"ERROR: length smaller than payload", "", "length smaller than payload", "LENGTH_TOO_SMALL"),
        (b"ERROR: process command,-10341", "-10341", "process command", "FILE_NOT_FOUND"),
        (b"ERROR: process command,-10302", "-10302", "process command", "INVALID_TOKEN"),
        (b"ERROR: process command,-10322", "-10322", "process command", "STORAGE_FULL"),
    ],
)
def test_a_refusal_has_its_code_its_text_and_a_name(line: bytes, code: str, text: str, name: str | None):
    error = Exchange(simplelink.Test()).receive(line + b"\n\r").error
    assert (error.code, error.text, error.name) == (code, text, name)


@pytest.mark.parametrize("code", ["-453", "-461", "-467", "-468"])
def test_a_tls_session_that_is_up_in_spite_of_the_error_is_told_so(code: str):
    found = meaning(code, "process command")
    assert found is not None
    assert found.name.startswith("TLS_")
    assert found.advice is not None
    assert found.advice.startswith("the session is up")
