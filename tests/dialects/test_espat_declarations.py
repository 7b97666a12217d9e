"""ESP-AT commands about module, Wi-Fi, network and links: what they send, what they refuse, what errors mean."""

from __future__ import annotations

from typing import Any

import pytest

from atmodem.dialects import find_dialect
from atmodem.dialects.espat.commands.driver import DRVPWMDUTY, DRVSPIWR
from atmodem.dialects.espat.commands.links import CIPCLOSE, CIPMUX, CIPSTART, CIPSTATE, CIPTCPOPT
from atmodem.dialects.espat.commands.memory import FS, SYSFLASH, SYSMFG, USERRAM
from atmodem.dialects.espat.commands.net import CIPDNS, CIPSTA, MDNS
from atmodem.dialects.espat.commands.ota import CIUPDATE, USEROTA
from atmodem.dialects.espat.commands.provisioning import CWSTARTSMART
from atmodem.dialects.espat.commands.receiving import CIPRECVDATA, CIPRECVTYPE
from atmodem.dialects.espat.commands.sending import CIPSEND, CIPSENDEX, CIPSENDL, ESCAPE, SAVETRANSLINK
from atmodem.dialects.espat.commands.softap import CWQIF, CWSAP
from atmodem.dialects.espat.commands.system import AT, GMR, RST, SYSLOG, SYSMSG, SYSMSGFILTERCFG, SYSREG
from atmodem.dialects.espat.commands.tls import CIPSSLCALPN, CIPSSLCCIPHER, CIPSSLCPSK, CIPSSLCPSKHEX
from atmodem.dialects.espat.commands.uart import UART_CUR
from atmodem.dialects.espat.commands.wifi import CWJAP, CWJEAP, CWLAP, CWLAPOPT, CWMODE
from atmodem.dialects.espat.errors import meaning
from atmodem.dialects.espat.values.memory import (
    FileOperation,
    FileSystem,
    FlashOperation,
    ManufacturingOperation,
    ManufacturingType,
    RamOperation,
)
from atmodem.dialects.espat.values.network import DnsMode, MdnsMode, MdnsQuery
from atmodem.dialects.espat.values.sockets import LinkMode, LinkType, PassthroughStart, ReceiveMode, UdpMode
from atmodem.dialects.espat.values.system import FilterOperation, Messages, RegisterAccess, RestartMode
from atmodem.dialects.espat.values.uart import DataBits, FlowControl, Parity, StopBits
from atmodem.dialects.espat.values.wifi import EapMethod, EapSecurity, PmfPolicy, ScanFields, SoftApSecurity, WifiMode
from atmodem.errors import InvalidArgument
from atmodem.wire.command import Command
from atmodem.wire.script import Prompt
from atmodem.wire.vocabulary import ParseError

VOCABULARY = find_dialect("espat").vocabulary


def line(command: Command[Any]) -> bytes:
    return VOCABULARY.request(command).line.removesuffix(b"\r\n")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (AT(), b"AT"),
        (GMR(), b"AT+GMR"),
        (CIPMUX(mode=LinkMode.MULTIPLE), b"AT+CIPMUX=1"),
        (CIPMUX.query(), b"AT+CIPMUX?"),
        (CIPSTATE.query(), b"AT+CIPSTATE?"),
        (RST(), b"AT+RST"),
        (RST(mode=RestartMode.DOWNLOAD), b"AT+RST=1"),
        (SYSLOG(status=True), b"AT+SYSLOG=1"),
        (SYSMSG(state=Messages.QUIT_PROMPT | Messages.DETAILED_LINK), b"AT+SYSMSG=3"),
        (SYSREG(direction=RegisterAccess.WRITE, address=0x3F40402C, value=2), b"AT+SYSREG=1,0x3f40402c,0x2"),
        (
            UART_CUR(
                baudrate=921600,
                databits=DataBits.EIGHT,
                stopbits=StopBits.ONE,
                parity=Parity.NONE,
                flow_control=FlowControl.BOTH,
            ),
            b"AT+UART_CUR=921600,8,1,0,3",
        ),
        (CWMODE(mode=WifiMode.STATION, auto_connect=False), b"AT+CWMODE=1,0"),
        (CWJAP(), b"AT+CWJAP"),
        (CWJAP(ssid='a,b"c\\d', password="p q"), b'AT+CWJAP="a\\,b\\"c\\\\d","p q"'),
        (CWJAP(ssid="café", password="", timeout_s=3), b'AT+CWJAP="caf\xc3\xa9","",,,,,,3'),
        (CWJAP(ssid="x", password="y", pmf=PmfPolicy.REQUIRED), b'AT+CWJAP="x","y",,,,,,,2'),
        (CWLAP(ssid="x", channel=6), b'AT+CWLAP="x",,6'),
        (CWLAPOPT(print_mask=ScanFields.SSID | ScanFields.RSSI), b"AT+CWLAPOPT=,6"),
        (CWQIF(), b"AT+CWQIF"),
        (CWQIF(mac="3C-22-FB-10-AA-01"), b'AT+CWQIF="3c:22:fb:10:aa:01"'),
        (CIPSTA(ip="192.168.3.2", netmask="255.255.255.0"), b'AT+CIPSTA="192.168.3.2",,"255.255.255.0"'),
        (CIPDNS(enable=DnsMode.MANUAL, dns1="240c::6666"), b'AT+CIPDNS=1,"240c::6666"'),
        (
            CIPSTART(link_id=0, type=LinkType.TCP, remote_host="h", remote_port=80, keep_alive_s=60, timeout_ms=5000),
            b'AT+CIPSTART=0,"TCP","h",80,60,,5000',
        ),
        (
            CIPSTART(type=LinkType.UDP, remote_host="h", remote_port=1, local_port=2, mode=UdpMode.LAST_SENDER),
            b'AT+CIPSTART="UDP","h",1,2,2',
        ),
        (
            CIPSTART(type=LinkType.UDPV6, remote_host="::1", remote_port=1, local_ip="::2"),
            b'AT+CIPSTART="UDPv6","::1",1,,,"::2"',
        ),
        (CIPTCPOPT(so_linger=-1, tcp_nodelay=True), b"AT+CIPTCPOPT=-1,1"),
        (CIPCLOSE(), b"AT+CIPCLOSE"),
        (CIPCLOSE(link_id=5), b"AT+CIPCLOSE=5"),
        (CIPSEND(), b"AT+CIPSEND"),
        (CIPSEND(link_id=4, data=b"hello"), b"AT+CIPSEND=4,5"),
        (CIPSEND(data=b"hi", remote_host="h", remote_port=7), b'AT+CIPSEND=2,"h",7'),
        (CIPRECVTYPE(link_id=5, mode=ReceiveMode.PASSIVE), b"AT+CIPRECVTYPE=5,1"),
        (CIPRECVDATA(link_id=0, length=2920), b"AT+CIPRECVDATA=0,2920"),
        (CIPSSLCALPN(alpn=("mqtt", "http/1.1")), b'AT+CIPSSLCALPN=2,"mqtt","http/1.1"'),
        (CIPSSLCALPN(link_id=1, counts=0), b"AT+CIPSSLCALPN=1,0"),
        (CIPSSLCCIPHER(cipher_suite=(0xC02B,)), b"AT+CIPSSLCCIPHER=1,0xc02b"),
        (USERRAM(operation=RamOperation.RELEASE), b"AT+USERRAM=0"),
        (USERRAM(operation=RamOperation.WRITE, data=b"abc", offset=4), b"AT+USERRAM=2,3,4"),
        (SYSFLASH(operation=FlashOperation.ERASE, partition="mfg_nvs"), b'AT+SYSFLASH=0,"mfg_nvs"'),
        (
            SYSMFG(
                operation=ManufacturingOperation.WRITE,
                namespace="client_cert",
                key="client_cert.0",
                type_or_offset=ManufacturingType.BINARY,
                data=b"\0\1",
            ),
            b'AT+SYSMFG=2,"client_cert","client_cert.0",8,2',
        ),
        (FS(type=FileSystem.LITTLEFS, operation=FileOperation.SPACE), b"AT+FS=1,6"),
        (DRVPWMDUTY(ch2_duty=100), b"AT+DRVPWMDUTY=,,100"),
        (MDNS(mode=MdnsMode.OFF), b"AT+MDNS=0"),
        (
            MDNS(mode=MdnsMode.PUBLISH, hostname="h", service_type="_iot", port=80, txt_number=1, txt=("k", "v")),
            b'AT+MDNS=1,"h","_iot",80,,,1,"k","v"',
        ),
        (
            MDNS(mode=MdnsMode.QUERY, query_type=MdnsQuery.PTR, wanted_service="_http", wanted_proto="_tcp"),
            b'AT+MDNS=2,0,"_http","_tcp"',
        ),
        (
            MDNS(mode=MdnsMode.QUERY, query_type=MdnsQuery.A, wanted_host="h", timeout_ms=2000, max_results=3),
            b'AT+MDNS=2,4,"h",2000,3',
        ),
        (SAVETRANSLINK(mode=PassthroughStart.OFF), b"AT+SAVETRANSLINK=0"),
        (
            SAVETRANSLINK(
                mode=PassthroughStart.TCP_UDP_CLIENT,
                remote_host="h",
                remote_port=1,
                type=LinkType.UDP,
                keep_alive_or_local_port=2,
            ),
            b'AT+SAVETRANSLINK=1,"h",1,"UDP",2',
        ),
        (SAVETRANSLINK(mode=PassthroughStart.SERVER, port=333, ca_enable=True), b"AT+SAVETRANSLINK=3,333,,1"),
        (CIUPDATE(), b"AT+CIUPDATE"),
        (USEROTA(url=b"http://h/at.bin"), b"AT+USEROTA=15"),
    ],
)
def test_a_command_is_written_byte_for_byte_and_read_back(command: Command[Any], expected: bytes) -> None:
    assert line(command) == expected
    assert line(VOCABULARY.parse(expected)) == expected


@pytest.mark.parametrize(
    ("command", "parameter", "allowed"),
    [
        (CWMODE(mode=4), "mode", "WifiMode.STATION_SOFTAP"),  # type: ignore[arg-type]  # a wrong argument
        (CWJAP(ssid="x" * 33), "ssid", "0 to 32 bytes"),
        (CWJAP(ssid="é" * 17), "ssid", "0 to 32 bytes"),
        (CWJAP(ssid="a\r\nb"), "ssid", "free of CR, LF"),
        (CWJAP(ssid="a", password="a\0b"), "password", "free of CR, LF"),
        (CWJAP(ssid="a", password="b", timeout_s=2), "timeout_s", "from 3 to 600 s"),
        (CWJAP(ssid="a", password="b", bssid="24:0a"), "bssid", "MAC address"),
        (CIPSEND(link_id=5, data=b"x"), "link_id", "from 0 to 4"),
        (CIPSEND(data=b"x" * 8193), "length", "from 1 to 8192"),
        (CIPSEND(data=b""), "length", "from 1 to 8192"),
        (CIPSEND(length=4, data=b"x"), "length", "the length of data, 1"),
        (CIPSTA(ip="::1"), "ip", "an IPv4 address"),
        (CIPSSLCPSKHEX(psk="abc", hint=""), "psk", "text like"),
        (SYSMSGFILTERCFG(operator=FilterOperation.ADD, head_length=65), "head_length", "from 0 to 64"),
        (DRVSPIWR(data=b"x" * 4093), "length", "from 0 to 4092"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name_and_range(command: Command[Any], parameter: str, allowed: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        VOCABULARY.request(command)
    assert refused.value.parameter == parameter
    assert allowed in refused.value.allowed


def test_an_argument_of_the_other_kind_of_link_is_refused() -> None:
    command = CIPSTART(type=LinkType.TCP, remote_host="h", remote_port=1, local_port=2)
    with pytest.raises(InvalidArgument, match="local_port"):
        VOCABULARY.request(command)


def test_a_line_of_more_than_256_bytes_is_refused() -> None:
    within = CIPSTART(type=LinkType.TCP, remote_host="x" * 64, remote_port=1, local_ip="y" * 164)
    beyond = CIPSTART(type=LinkType.TCP, remote_host="x" * 64, remote_port=1, local_ip="y" * 165)
    assert len(line(within)) == 254
    with pytest.raises(InvalidArgument, match="256 bytes"):
        VOCABULARY.request(beyond)


def test_the_escape_of_passthrough_is_no_command_to_send() -> None:
    with pytest.raises(InvalidArgument):
        VOCABULARY.request(ESCAPE())


@pytest.mark.parametrize(
    "command",
    [
        CWJAP(ssid="lab", password="geheim99"),
        CWJEAP(
            ssid="lab",
            method=EapMethod.PEAP,
            identity="i",
            username="u",
            password="geheim99",
            security=EapSecurity.VERIFY_CA,
        ),
        CWSAP(ssid="lab", password="geheim99", channel=1, ecn=SoftApSecurity.WPA2_PSK),
        CWSTARTSMART(esptouch_v2_key="geheim99"),
        CIPSSLCPSK(psk="geheim99", hint="h"),
        CIPSSLCPSKHEX(psk="6765686569", hint="h"),
    ],
)
def test_a_secret_reaches_the_line_alone(command: Command[Any]) -> None:
    request = VOCABULARY.request(command)
    assert b"geheim" in request.line or b"6765686569" in request.line
    for shown in (request.label, repr(command), VOCABULARY.mask(request.line.removesuffix(b"\r\n"))):
        assert "geheim" not in shown
        assert "6765686569" not in shown
    assert "***" in request.label


@pytest.mark.parametrize(
    "command",
    [
        b"AT+GMR?",
        b"AT+CIPSTATE",
        b"AT+SYSLOG",
        b"AT+CWMODE=?",
        b'AT+CWMODE="1"',
        b"AT+CWMODE=1,1,1",
        b"AT+CWJAP=lab",
        b'AT+CWJAP="lab',
        b"AT+CIPSEND=0",
        b"AT+NOSUCH",
    ],
)
def test_what_the_module_refuses_is_not_read(command: bytes) -> None:
    with pytest.raises(ParseError):
        VOCABULARY.parse(command)


def test_a_name_is_read_in_any_case() -> None:
    assert VOCABULARY.parse(b"at+cwmode=1") == CWMODE(mode=WifiMode.STATION)


def test_any_escaped_character_is_read_as_itself() -> None:
    assert VOCABULARY.parse(b'AT+CWJAP="a\\n\\,","\\""') == CWJAP(ssid="an,", password='"')


@pytest.mark.parametrize(
    ("command", "prompt"),
    [
        (CIPSEND(data=b"x"), Prompt.REQUIRED),
        (SYSFLASH(operation=FlashOperation.WRITE, partition="p", offset=0, data=b"x"), Prompt.BARE),
        (SYSFLASH(operation=FlashOperation.READ, partition="p", offset=0, length=1), Prompt.NONE),
        (FS(type=FileSystem.FATFS, operation=FileOperation.WRITE, filename="f", offset=0, data=b"x"), Prompt.BARE),
        (USERRAM(operation=RamOperation.WRITE, data=b"x"), Prompt.REQUIRED),
        (USERRAM(operation=RamOperation.CLEAR), Prompt.NONE),
        (
            SYSMFG(operation=ManufacturingOperation.WRITE, namespace="n", key="k", type_or_offset=1, value_or_length=9),
            Prompt.NONE,
        ),
        (
            SYSMFG(operation=ManufacturingOperation.WRITE, namespace="n", key="k", type_or_offset=7, data=b"x"),
            Prompt.REQUIRED,
        ),
        (SYSMSGFILTERCFG(operator=FilterOperation.CLEAR), Prompt.NONE),
        (DRVSPIWR(length=0), Prompt.NONE),
        (DRVSPIWR(data=b"x"), Prompt.REQUIRED),
    ],
)
def test_the_arguments_decide_whether_the_module_asks_for_data(command: Command[Any], prompt: Prompt) -> None:
    assert VOCABULARY.request(command).script.prompt is prompt


def test_data_with_backslashes_are_sent_whole_by_the_escaping_command() -> None:
    command = CIPSENDEX.of(b"a\\0b", link_id=1)
    request = VOCABULARY.request(command)
    assert (request.line, request.data) == (b"AT+CIPSENDEX=1,4\r\n", b"a\\\\0b")


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        (CWJAP(ssid="a", password="b"), 20),
        (CWJAP(ssid="a", password="b", timeout_s=60), 65),
        (CIPSTART(type=LinkType.TCP, remote_host="h", remote_port=1, timeout_ms=60000), 65),
        (CIPSEND(), 5),
        (CIPSEND(data=b"x"), 30),
        (CIPSENDL(length=1_000_000), 1120),
    ],
)
def test_the_time_limit_is_longer_than_the_modules_own(command: Command[Any], seconds: float) -> None:
    assert VOCABULARY.request(command).timeout == seconds


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("ERROR", "REFUSED", "without a cause"),
        ("SEND FAIL", "SEND_FAILED", "not sent"),
        ("SEND Canceled", "SEND_CANCELED", "+++"),
        ("0x01030000", "NO_AT", "too long"),
        ("0x01070001", "PARAMETER_INVALID", "parameter 1 is out of range"),
        ("0x01080000", "PARAMETER_NOT_PARSED", "parameter 1 cannot be read"),
        ("0x01090000", "UNKNOWN_COMMAND", "does not have"),
        ("0x010b0000", "BUSY", "still runs"),
        ("0x010a0000", "EXECUTION_FAILED", "failed"),
        ("0x010a6003", "MQTT_UNINITIATED_OR_ALREADY_CLEAN", "already clean"),
        ("0x010a6052", "MQTT_HOSTNAME_VERIFY_FAILED", "hostname verify failed"),
        ("0x010a6053", "EXECUTION_FAILED", "failed"),
        ("0x010a7000", "HTTP_NO_CONNECTION", "no HTTP connection"),
        ("0x010a7194", "HTTP_STATUS_404", "HTTP status 404"),
        ("0x010a8016", "EAP_CONN_TIMEOUT", "conn timeout"),
        ("0x010a8032", "EAP_FAILED", "0x8032"),
        ("0x6f", "ECONNREFUSED", "connection refused"),
        ("0x74", "ETIMEDOUT", "timed out"),
    ],
)
def test_an_error_code_has_a_stable_name_and_a_text(code: str, name: str, text: str) -> None:
    found = meaning(code)
    assert found is not None
    assert found.name == name
    assert text in found.text


@pytest.mark.parametrize("code", ["0xfff", "0x01ff0000", "5"])
def test_an_unknown_code_has_no_meaning(code: str) -> None:
    assert meaning(code) is None
