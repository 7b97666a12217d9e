"""ESP-AT commands about module, Wi-Fi, network and links: what becomes of what any generation of firmware sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from atmodem.dialects import espat, find_dialect
from atmodem.dialects.espat.commands.links import CIPCONNPERSIST, CIPDINFO, CIPMUX, CIPSTATUS
from atmodem.dialects.espat.commands.memory import FS, SYSFLASH, SYSMFG, USERRAM
from atmodem.dialects.espat.commands.net import CIPDNS, CIPDOMAIN, MDNS, PING
from atmodem.dialects.espat.commands.ota import CIUPDATE
from atmodem.dialects.espat.commands.receiving import CIPRECVDATA, CIPRECVLEN
from atmodem.dialects.espat.commands.sending import CIPSEND, CIPSENDL
from atmodem.dialects.espat.commands.sntp import CIPSNTPCFG
from atmodem.dialects.espat.commands.softap import CWSAP
from atmodem.dialects.espat.commands.system import GMR, GSLP, SYSMSGFILTERCFG
from atmodem.dialects.espat.commands.tls import CIPSSLCALPN, CIPSSLCPSK, CIPSSLCSNI
from atmodem.dialects.espat.commands.wifi import CWHOSTNAME, CWJAP, CWJEAP, CWLAP, CWSTATE
from atmodem.dialects.espat.values.memory import (
    FileDigest,
    FileNames,
    FileOperation,
    FileSystem,
    FileSystemSpace,
    FlashOperation,
    ManufacturingOperation,
    ManufacturingType,
    ManufacturingValue,
    RamOperation,
)
from atmodem.dialects.espat.values.network import MdnsMode, MdnsQuery
from atmodem.dialects.espat.values.ota import UpdateState
from atmodem.dialects.espat.values.sockets import LinkRole, LinkType, ReceivedData, WifiStatus
from atmodem.dialects.espat.values.system import FirmwareVersion, MessageFilter
from atmodem.dialects.espat.values.wifi import AccessPoint, AuthMode
from atmodem.errors import CommandError
from atmodem.wire.command import Command
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Completed, Failed, Fault, Outcome, Write
from atmodem.wire.secret import Secret

VOCABULARY = find_dialect("espat").vocabulary
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
MAC = "ca:d7:19:d8:a6:44"


def outcomes(command: Command[Any] | None, *received: bytes) -> list[Outcome]:
    # However the bytes are split, the same must come of them.
    found = [list(_run(command, received, size)) for size in (1, 2, 5, 10_000)]
    assert [repr(out) for out in found[1:]] == [repr(found[0])] * 3
    return found[0]


def _run(command: Command[Any] | None, received: tuple[bytes, ...], size: int) -> Iterator[Outcome]:
    dialogue = Dialogue(VOCABULARY, echo=False)
    if command is not None:
        yield from dialogue.submit(VOCABULARY.request(command), 0.0)[1]
    for chunk in received:
        for start in range(0, len(chunk), size):
            yield from dialogue.receive(chunk[start : start + size], 0.0)


def reply(command: Command[Any], *received: bytes) -> Any:
    (done,) = [outcome for outcome in outcomes(command, *received) if not isinstance(outcome, Write | Event)]
    assert isinstance(done, Completed)
    return done.reply


def failure(command: Command[Any], *received: bytes) -> CommandError:
    (done,) = [outcome for outcome in outcomes(command, *received) if not isinstance(outcome, Write | Event)]
    assert isinstance(done, Failed)
    assert isinstance(done.error, CommandError)
    return done.error


def events(*received: bytes) -> list[Outcome]:
    return outcomes(None, *received)


@pytest.mark.parametrize(
    "answer",
    [
        b"+CIPRECVDATA:5,hello\r\nOK\r\n",
        b"+CIPRECVDATA:5,hello\r\n\r\nOK\r\n",
        b"+CIPRECVDATA,5:hello\r\nOK\r\n",
        b"+CIPRECVDATA,5:hello\r\n\r\nOK\r\n",
    ],
)
@pytest.mark.parametrize("with_sender", [None, False])
def test_fetched_data_are_read_in_each_generations_form(answer: bytes, with_sender: bool | None) -> None:
    assert reply(CIPRECVDATA(length=100, with_sender=with_sender), answer) == ReceivedData(length=5, data=b"hello")


@pytest.mark.parametrize("with_sender", [None, True])
@pytest.mark.parametrize("address", ['"127.0.0.1"', "127.0.0.1"])
def test_fetched_data_come_with_their_sender(address: str, with_sender: bool | None) -> None:
    answer = f"+CIPRECVDATA:5,{address},18080,hello\r\nOK\r\n".encode()
    assert reply(CIPRECVDATA(length=5, with_sender=with_sender), answer) == ReceivedData(
        length=5, remote_ip="127.0.0.1", remote_port=18080, data=b"hello"
    )


def test_fetched_data_that_look_like_a_sender_are_data_where_none_is_told() -> None:
    data = b'"1.2.3.4",80,x'
    answer = b"+CIPRECVDATA:14," + data + b"\r\nOK\r\n"
    assert reply(CIPRECVDATA(length=14, with_sender=False), answer) == ReceivedData(length=14, data=data)


def test_fetched_data_may_look_like_an_answer() -> None:
    answer = b"+CIPRECVDATA:6,\r\nOK\r\n\r\nOK\r\n0,CLOSED\r\n"
    out = outcomes(CIPRECVDATA(link_id=0, length=6), answer)
    assert isinstance(out[1], Completed)
    assert out[1].reply == ReceivedData(length=6, data=b"\r\nOK\r\n")
    assert out[2] == espat.ClosedMux(link_id=0)


def test_more_data_than_were_asked_for_break_the_rules() -> None:
    out = outcomes(CIPRECVDATA(length=5), b"+CIPRECVDATA:6,123456\r\nOK\r\n")
    assert any(isinstance(outcome, Fault) for outcome in out)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        (b"8", (8,)),
        (b"0,0,5,0,0", (0, 0, 5, 0, 0)),
        (b"5,-1,-1,-1,-1", (5, -1, -1, -1, -1)),
        (b"100,,,,", (100, None, None, None, None)),
        (b"", ()),
    ],
)
def test_waiting_lengths_are_read_in_each_generations_form(text: bytes, lengths: tuple[int | None, ...]) -> None:
    assert reply(CIPRECVLEN.query(), b"+CIPRECVLEN:" + text + b"\r\n" + OK).lengths == lengths


def test_pushed_data_are_read_in_each_generations_form() -> None:
    assert events(
        b"\r\n+IPD,5:hello\r\n",
        b"\r\n+IPD,0,5:hello\r\n",
        b'\r\n+IPD,5,"127.0.0.1",80:hello\r\n',
        b'\r\n+IPD,4,5,"fe80::1",80:a:b,c\r\n',
        b"\r\n+IPD,5,127.0.0.1,80:hello",
        b"0,CLOSED\r\n\r\n+IPD,1,2,127.0.0.1,80:hi\r\n",
        b"\r\n+IPD,7\r\n\r\n+IPD,1,8\r\n",
    ) == [
        espat.IpdSingle(length=5, data=b"hello"),
        espat.IpdMux(link_id=0, length=5, data=b"hello"),
        espat.IpdSingleInfo(length=5, remote_ip="127.0.0.1", remote_port=80, data=b"hello"),
        espat.IpdMuxInfo(link_id=4, length=5, remote_ip="fe80::1", remote_port=80, data=b"a:b,c"),
        espat.IpdSingleInfo(length=5, remote_ip="127.0.0.1", remote_port=80, data=b"hello"),
        espat.ClosedMux(link_id=0),
        espat.IpdMuxInfo(link_id=1, length=2, remote_ip="127.0.0.1", remote_port=80, data=b"hi"),
        espat.IpdNoticeSingle(length=7),
        espat.IpdNoticeMux(link_id=1, length=8),
    ]


def test_a_link_without_a_number_is_the_first() -> None:
    (opened, data, notice, closed) = events(b"CONNECT\r\n\r\n+IPD,1:x\r\n\r\n+IPD,1\r\nCLOSED\r\n")
    assert isinstance(opened, espat.Connect)
    assert isinstance(data, espat.Ipd)
    assert isinstance(notice, espat.IpdNotice)
    assert isinstance(closed, espat.Closed)
    assert {opened.link_id, data.link_id, notice.link_id, closed.link_id} == {0}
    assert (data.remote_ip, data.remote_port) == (None, None)


def test_pushed_data_that_stop_early_are_told_as_short() -> None:
    dialogue = Dialogue(VOCABULARY, echo=False)
    assert dialogue.receive(b"\r\n+IPD,0,9:abc", 0.0) == []
    assert dialogue.tick(3.0) == [espat.IpdMux(link_id=0, length=9, data=b"abc", short=True)]


def test_a_count_that_no_module_can_push_is_no_data() -> None:
    out = events(b"\r\n+IPD,0,2921:x\r\n0,CLOSED\r\n")
    assert isinstance(out[0], Fault)
    assert out[-1] == espat.ClosedMux(link_id=0)


@pytest.mark.parametrize(
    ("fields", "pci_en", "pmf"),
    [(b"", None, None), (b",0", 0, None), (b",0,1,3,0", 0, None), (b",1,1,3,0,2", 1, 2)],
)
def test_the_joined_network_is_read_with_any_number_of_fields(
    fields: bytes, pci_en: int | None, pmf: int | None
) -> None:
    found = reply(CWJAP.query(), b'+CWJAP:"a","b\\c","ca:d7:19:d8:a6:44",6,-42' + fields + b"\r\n" + OK)
    assert (found.ssid, found.bssid, found.channel, found.rssi) == ('a","b\\c', MAC, 6, -42)
    assert (found.pci_en, found.pmf) == (pci_en, pmf)


def test_a_station_that_has_not_joined_has_no_network() -> None:
    assert reply(CWJAP.query(), OK) is None
    assert reply(CWJAP.query(), b"No AP\r\n" + OK) is None


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        (b"1", "JOIN_TIMEOUT", "timeout"),
        (b"2", "WRONG_PASSWORD", "wrong password"),
        (b"3", "NO_SUCH_NETWORK", "no such network"),
        (b"4", "CONNECT_FAILED", "connect failed"),
    ],
)
def test_a_join_fails_with_its_reason(code: bytes, name: str, text: str) -> None:
    error = failure(CWJAP(ssid="lab", password="geheim99"), b"+CWJAP:" + code + b"\r\n" + ERROR)
    assert (error.code, error.name, error.text) == (code.decode(), name, text)
    assert "geheim" not in str(error)


def test_a_join_of_firmware_before_espat_fails_with_its_own_word() -> None:
    assert failure(CWJAP(ssid="a", password="b"), b"+CWJAP:3\r\n\r\nFAIL\r\n").name == "NO_SUCH_NETWORK"


def test_an_enterprise_join_fails_with_its_reason() -> None:
    command = CWJEAP(ssid="a", method=espat.EapMethod.TLS, identity="i", security=espat.EapSecurity.CLIENT_CERT)
    assert failure(command, b"+CWJEAP:Timeout\r\n" + ERROR).name == "JOIN_TIMEOUT"
    assert failure(command, b"ERR CODE:0x010a800c\r\n" + ERROR).name == "EAP_READ_CERT_FAILED"


def test_access_points_are_read_with_any_set_of_fields() -> None:
    answer = (
        b'+CWLAP:(3,"te(st),",-42,"ca:d7:19:d8:a6:44",6)\r\n'
        b'+CWLAP:(16,"",-1,"ca:d7:19:d8:a6:44",6,-1,-1)\r\n'
        b'+CWLAP:("x",-71)\r\n' + OK
    )
    assert reply(CWLAP(), answer) == (
        AccessPoint(ecn=AuthMode.WPA2_PSK, ssid="te(st),", rssi=-42, mac=MAC, channel=6),
        AccessPoint(ecn=AuthMode(16), ssid="", rssi=-1, mac=MAC, channel=6, freq_offset=-1, freqcal_val=-1),
        AccessPoint(ssid="x", rssi=-71),
    )


@pytest.mark.parametrize("answer", [b"+PING:12\r\n", b"+12\r\n"])
def test_a_ping_is_answered_with_or_without_its_name(answer: bytes) -> None:
    assert reply(PING(host="h"), answer + OK).time_ms == 12


@pytest.mark.parametrize("answer", [b"+PING:TIMEOUT\r\n", b"+timeout\r\n"])
def test_a_ping_without_an_answer_is_a_timeout_of_the_far_end(answer: bytes) -> None:
    assert failure(PING(host="h"), answer + ERROR).name == "PING_TIMEOUT"


@pytest.mark.parametrize("address", [b'"1.2.3.4"', b"1.2.3.4"])
def test_a_resolved_address_stands_with_or_without_quotes(address: bytes) -> None:
    (found,) = reply(CIPDOMAIN(hostname="h"), b"+CIPDOMAIN:" + address + b"\r\n" + OK)
    assert found.ip == "1.2.3.4"


def test_versions_of_any_wording_are_read() -> None:
    answer = (
        b"AT version:1.7.0.0(Aug 16 2018 00:57:04)\r\nSDK version:2.2.1\r\ncompile time:Jul 27 2018 18:10:07\r\n"
        b"Bin version(Wroom 02):1.7.0\r\nanything else\r\nOK\r\n"
    )
    assert reply(GMR(), answer) == FirmwareVersion(
        at_version="1.7.0.0(Aug 16 2018 00:57:04)",
        sdk_version="2.2.1",
        compile_time="Jul 27 2018 18:10:07",
        bin_version="1.7.0",
        others=("anything else",),
    )


def test_deep_sleep_may_repeat_its_time() -> None:
    assert reply(GSLP(time_ms=5000), b"5000\r\n" + OK).time_ms == 5000
    assert reply(GSLP(time_ms=5000), OK) is None


def test_a_late_send_ok_behind_a_send_fail_is_dropped() -> None:
    error = failure(CIPSEND(data=b"hi"), b"\r\nOK\r\n\r\n> ", b"\r\nRecv 2 bytes\r\n\r\nSEND FAIL\r\n\r\nSEND OK\r\n")
    assert error.name == "SEND_FAILED"


def test_a_long_send_tells_its_progress() -> None:
    out = outcomes(CIPSENDL(data=b"0123"), b"\r\nOK\r\n\r\n>", b"+CIPSENDL:2,4\r\n+CIPSENDL:4,4\r\n\r\nSEND OK\r\n")
    assert [o for o in out if isinstance(o, Event)] == [
        espat.CipSendl(sent=2, received=4),
        espat.CipSendl(sent=4, received=4),
    ]
    assert isinstance(out[-1], Completed)


def test_a_buffer_that_is_read_in_several_records_is_one_answer() -> None:
    answer = b"+USERRAM:1024," + b"x" * 1024 + b"+USERRAM:6,y\r\nOK\r\r\nOK\r\n"
    found = reply(USERRAM(operation=RamOperation.READ, size=1030), answer)
    assert (found.length, found.data) == (1030, b"x" * 1024 + b"y\r\nOK\r")


def test_flash_is_read_by_count() -> None:
    command = SYSFLASH(operation=FlashOperation.READ, partition="p", offset=0, length=6)
    assert reply(command, b"+SYSFLASH:6,\r\nOK\r\n\r\nOK\r\n").data == b"\r\nOK\r\n"


def test_manufacturing_values_are_counted_listed_or_mere_names() -> None:
    def read(key: str | None = None) -> SYSMFG:
        return SYSMFG(operation=ManufacturingOperation.READ, namespace="n", key=key)

    assert reply(read("k"), b'+SYSMFG:"n","k",8,6,\r\nOK\r\n\r\n' + OK) == (
        ManufacturingValue(namespace="n", key="k", type=ManufacturingType.BINARY, length=6, value=b"\r\nOK\r\n"),
    )
    assert reply(read("k"), b'+SYSMFG:"n","k",1,1,11\r\n' + OK) == (
        ManufacturingValue(namespace="n", key="k", type=ManufacturingType.U8, length=1, value=b"11"),
    )
    assert reply(read(), b'+SYSMFG:"n","a",1\r\n+SYSMFG:"n","b",7\r\n' + OK) == (
        ManufacturingValue(namespace="n", key="a", type=ManufacturingType.U8),
        ManufacturingValue(namespace="n", key="b", type=ManufacturingType.STRING),
    )


def test_manufacturing_namespaces_are_listed_when_none_is_named() -> None:
    found = reply(SYSMFG(operation=ManufacturingOperation.READ), b'+SYSMFG:"a"\r\n+SYSMFG:"b"\r\n' + OK)
    assert [record.namespace for record in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("operation", "answer", "expected"),
    [
        (FileOperation.LIST, b"+FS:a.txt b.txt\r\n", FileNames(names="a.txt b.txt")),
        (FileOperation.MD5, b"+FS:" + b"0f" * 16 + b"\r\n", FileDigest(md5="0f" * 16)),
        (FileOperation.SPACE, b"+FS:7,9\r\n", FileSystemSpace(free=7, total=9)),
        (FileOperation.DELETE, b"", None),
    ],
)
def test_each_file_operation_has_its_answer(operation: FileOperation, answer: bytes, expected: object) -> None:
    assert reply(FS(type=FileSystem.FATFS, operation=operation, filename="f"), answer + OK) == expected


def test_a_filter_may_hold_line_ends() -> None:
    answer = b'+SYSMSGFILTERCFG:0,"^a,","\r\n$"\r\n+SYSMSGFILTERCFG:1,"b",""\r\n' + OK
    assert reply(SYSMSGFILTERCFG.query(), answer) == (
        MessageFilter(index=0, head="^a,", tail="\r\n$"),
        MessageFilter(index=1, head="b", tail=""),
    )


def test_an_mdns_answer_has_lines() -> None:
    command = MDNS(mode=MdnsMode.QUERY, query_type=MdnsQuery.A, wanted_host="h")
    found = reply(command, b"+MDNS:20\r\nIF=0\r\nA=1.2.3.4\r\n" + OK)
    assert (found.length, [line.text for line in found.lines]) == (20, ["IF=0", "A=1.2.3.4"])


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (SYSMSGFILTERCFG.query(), b'+SYSMSGFILTERCFG:0,"^a,","\r\n$"'),
        (SYSMFG(operation=ManufacturingOperation.READ, namespace="n", key="k"), b'+SYSMFG:"n","k",7,2,a,'),
        (SYSMFG(operation=ManufacturingOperation.READ, namespace="n", key="k"), b'+SYSMFG:"n","k",3,2,500'),
        (SYSMFG(operation=ManufacturingOperation.READ, namespace="n"), b'+SYSMFG:"n","k",8'),
        (CIPRECVDATA(length=9), b'+CIPRECVDATA:2,"::1",80,hi'),
        (CIPRECVDATA(length=9), b"+CIPRECVDATA:2,hi"),
        (CIPDINFO.query(), b"+CIPDINFO:false"),
        (CWHOSTNAME.query(), b"+CWHOSTNAME:esp"),
        (CIPSSLCALPN.query(), b"+CIPSSLCALPN:0,h2,mqtt"),
        (PING(host="h"), b"+PING:12"),
        (GSLP(time_ms=5), b"5"),
        (CIPSTATUS(), b'STATUS:3\r\n+CIPSTATUS:0,"TCP","1.2.3.4",80,5000,1'),
    ],
)
def test_an_answer_is_written_as_it_is_read(command: Command[Any], answer: bytes) -> None:
    request = VOCABULARY.request(command)
    value = reply(command, answer + b"\r\n" + OK)
    assert b"\r\n".join(request.reply.lines(request.name, request.spelling, value)) == answer


@pytest.mark.parametrize("name", [b"+CIPUPDATE", b"+CIUPDATE"])
def test_the_state_of_an_update_comes_under_either_name(name: bytes) -> None:
    assert reply(CIUPDATE.query(), name + b":2\r\n" + OK).state is UpdateState.CONNECTED


def test_a_failed_update_tells_its_last_step() -> None:
    out = outcomes(CIUPDATE(), b"+CIPUPDATE:1\r\n+CIPUPDATE:-1\r\n" + ERROR)
    assert out[2] == espat.CipUpdate(state=UpdateState.FAILED)
    assert isinstance(out[3], Failed)


def test_names_of_ssl_links_stand_with_or_without_quotes() -> None:
    found = reply(CIPSSLCSNI.query(), b'+CIPSSLCSNI:0,a.b\r\n+CIPSSLCSNI:1,"c.d"\r\n' + OK)
    assert [record.sni for record in found] == ["a.b", "c.d"]
    (record,) = reply(CIPSSLCALPN.query(), b'+CIPSSLCALPN:0,"h2","mqtt"\r\n' + OK)
    assert record.alpn == ("h2", "mqtt")


def test_secrets_in_answers_are_kept_as_such() -> None:
    (key,) = reply(CIPSSLCPSK.query(), b"+CIPSSLCPSK:0,ge,heim,hint\r\n" + OK)
    assert (key.psk, key.hint) == (Secret("ge,heim"), "hint")
    network = reply(CWSAP.query(), b'+CWSAP:"x"y","geheim99",5,3\r\n' + OK)
    assert (network.ssid, network.password) == ('x"y', Secret("geheim99"))
    assert "geheim" not in repr((key, network))


def test_answers_without_their_optional_fields_are_read() -> None:
    assert reply(CIPSNTPCFG.query(), b"+CIPSNTPCFG:0\r\n" + OK) == espat.CIPSNTPCFG(enable=False)
    assert reply(CIPDNS.query(), b"+CIPDNS:0\r\n" + OK) == espat.CIPDNS(enable=espat.DnsMode.AUTO)
    assert reply(CIPCONNPERSIST.query(), b"+CIPCONNPERSIST:1\r\n" + OK).persist == (True,)


def test_values_that_are_not_as_they_are_set_are_read() -> None:
    assert reply(CIPDINFO.query(), b"+CIPDINFO:true\r\nOK\r\n").mode is True
    assert reply(CWHOSTNAME.query(), b'+CWHOSTNAME:a,"b"\r\n' + OK).hostname == 'a,"b"'
    assert reply(CWSTATE.query(), b'+CWSTATE:2,"a"b,c"\r\n' + OK).ssid == 'a"b,c'


def test_the_old_status_has_a_head_and_links() -> None:
    answer = b'STATUS:3\r\n+CIPSTATUS:1,"SSL","1.2.3.4",443,5000,0\r\n' + OK
    found = reply(CIPSTATUS(), answer)
    assert found.state is WifiStatus.LINK_OPEN
    (link,) = found.records
    assert (link.link_id, link.type, link.tetype) == (1, LinkType.SSL, LinkRole.CLIENT)


def test_a_number_that_no_name_is_known_for_is_kept() -> None:
    found = reply(CIPMUX.query(), b"+CIPMUX:7\r\n" + OK)
    assert (found.mode, found.mode.name) == (7, "UNKNOWN_7")


SAMPLES: list[tuple[bytes, Event]] = [
    (b"\r\nready\r\n", espat.Ready()),
    (b"\r\nWill force to restart!!!\r\n", espat.ForceRestart()),
    (b"\r\nbusy p...\r\n", espat.Busy()),
    (b"+ERRNO:0x6f\r\n", espat.Errno(errno=111)),
    (b"WIFI GOT IPv6 LL\r\n", espat.WifiGotIpv6Ll()),
    (b'+STA_CONNECTED:"ca:d7:19:d8:a6:44"\r\n', espat.StaConnected(mac=MAC)),
    (b"+ETH_GOT_IP:1.2.3.4\r\n", espat.EthGotIp(ip="1.2.3.4")),
    (b"CONNECT\r\n", espat.ConnectSingle()),
    (b"3,CONNECT\r\n", espat.ConnectMux(link_id=3)),
    (b"\r\n+IPD,0,1:x\r\n", espat.IpdMux(link_id=0, length=1, data=b"x")),
    (b"\r\n+IPD,4\r\n", espat.IpdNoticeSingle(length=4)),
    (b"\r\n+QUITT\r\n", espat.Quitt()),
    (b"NO PRVT_KEY FOUND\r\n", espat.NoKey()),
    (b"+MQTTDISCONNECTED:0\r\n", espat.MqttDisconnected(link_id=0)),
    (b'+MQTTSUBRECV:0,"a",5,b",4,test\r\n', espat.MqttSubRecv(link_id=0, topic='a",5,b', length=4, data=b"test")),
    (b"+WS_CLOSED:1\r\n", espat.WsClosed(link_id=1)),
    (b"ssid:a:b\r\n", espat.SmartSsid(ssid="a:b")),
    (b"+SSID:a\r\n", espat.BlufiSsid(ssid="a")),
    (b"password:geheim\r\n", espat.SmartPassword(password=Secret("geheim"))),
    (b"+PASSWORD:geheim\r\n", espat.BlufiPassword(password=Secret("geheim"))),
    (b"+BLECONN:0,-1\r\n", espat.BleConnFailed(conn_index=0)),
    (
        b"+WRITE:0,1,3,,2,\r\n\r\n",
        espat.BleWrite(conn_index=0, srv_index=1, char_index=3, length=2, value=b"\r\n"),
    ),
    (b"+BTSPPCONN:-1\r\n", espat.BtSppConnFailed()),
    (b"+BTKEYNTF:0,123456\r\n", espat.BtKeyNtf(key=Secret(123456))),
    (b"BLE_TT_MODE\r\n", espat.BleTtMode()),
    (b"+CIPUPDATE:4\r\n", espat.CipUpdate(state=UpdateState.DONE)),
]


@pytest.mark.parametrize(("text", "event"), SAMPLES)
def test_an_event_is_read_and_written(text: bytes, event: Event) -> None:
    assert next(iter(events(text))) == event
    lead = b"\r\n" if event.declaration.lead else b""
    trailer = b"" if text == lead + VOCABULARY.event_text(event) else b"\r\n"
    assert lead + VOCABULARY.event_text(event) + trailer == text
    assert "geheim" not in repr(event)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (b"busy s...\r\n", espat.Busy()),
        (b"ALREADY CONNECTTED\r\n", espat.AlreadyConnected()),
        (b"+BLE_TT_MODE\r\n", espat.BleTtMode()),
        (b"Smart get Wi-Fi info\r\n", espat.SmartGetWifiInfo()),
        (b'+BLEHIDCONN:0,"x"\r\n', espat.BleHidConn(fields='0,"x"')),
        (b"+WEBSERVERRSP:9\r\n", espat.WebServerRsp(n=9)),
        (b"+CIPUPDATE:9\r\n", espat.CipUpdate(state=UpdateState(9))),
    ],
)
def test_other_spellings_and_new_numbers_are_the_same_event(text: bytes, event: Event) -> None:
    assert events(text) == [event]


@pytest.mark.parametrize("text", [b"to read 75 bytes", b"+NEWTHING:1,2", b"ssid"])
def test_a_line_that_nobody_knows_is_told_and_does_no_harm(text: bytes) -> None:
    assert events(text + b"\r\n0,CLOSED\r\n") == [Unrecognized(data=text), espat.ClosedMux(link_id=0)]
