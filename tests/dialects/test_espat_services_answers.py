"""MQTT, HTTP, WebSocket and Bluetooth commands of ESP-AT: what becomes of what the module sends."""

from __future__ import annotations

from typing import Any

import pytest

from atmodem.dialects import find_dialect
from atmodem.dialects.espat.commands.ble import BLEADVPARAM, BLENAME
from atmodem.dialects.espat.commands.ble_connection import BLECONN, BLECONNPARAM, BLERDRSSI, BLEREADPHY
from atmodem.dialects.espat.commands.ble_gatt import (
    BLEGATTCCHAR,
    BLEGATTCPRIMSRV,
    BLEGATTCRD,
    BLEGATTCWR,
    BLEGATTSCHAR,
    BLEGATTSNTFY,
    BLEGATTSSETATTR,
    BLESPP,
)
from atmodem.dialects.espat.commands.ble_pairing import BLESECPARAM, BLESETKEY
from atmodem.dialects.espat.commands.ble_profiles import BLUFINAME, BLUFISEND
from atmodem.dialects.espat.commands.classic import (
    BTA2DPSRC,
    BTSECPARAM,
    BTSPPCONN,
    BTSPPSEND,
    BTSTARTDISC,
)
from atmodem.dialects.espat.commands.http import HTTPCGET, HTTPCHEAD, HTTPCPOST, HTTPURLCFG
from atmodem.dialects.espat.commands.mqtt import (
    MQTTCONN,
    MQTTPUBRAW,
    MQTTSUB,
)
from atmodem.dialects.espat.commands.websocket import WSHEAD, WSSEND
from atmodem.dialects.espat.values.ble import (
    AdvertisingType,
    BleAddressType,
    BleAuthRequest,
    BleConnection,
    BleIoCapability,
    BleKeys,
    BlePasskey,
    BlePhy,
    BleRssi,
    PhysInUse,
)
from atmodem.dialects.espat.values.classic import (
    A2dpSource,
    ClassicConnection,
    FoundDevice,
    InquiryMode,
)
from atmodem.dialects.espat.values.gatt import (
    GattAttribute,
    GattCharacteristic,
    GattPrimaryService,
    GattProperty,
    GattValue,
    PeerAttribute,
)
from atmodem.dialects.espat.values.http import (
    HttpData,
    HttpHeader,
    HttpUrl,
)
from atmodem.dialects.espat.values.mqtt import MqttConnection, MqttScheme, MqttState, MqttSubscription
from atmodem.errors import CommandError
from atmodem.wire.command import Command
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.event import Event, Unrecognized
from atmodem.wire.outcomes import Completed, Failed, Outcome, StreamData, StreamStarted, Write
from atmodem.wire.secret import Secret

VOCABULARY = find_dialect("espat").vocabulary
MAC = "24:0a:c4:d6:e4:46"


def line(command: Command[Any]) -> bytes:
    return VOCABULARY.request(command).line.removesuffix(b"\r\n")


def run(command: Command[Any], *received: bytes) -> list[Outcome]:
    # The module answers a chunk at a time; each is fed byte by byte.
    dialogue = Dialogue(VOCABULARY, echo=False)
    _, out = dialogue.submit(VOCABULARY.request(command), 0.0)
    for chunk in received:
        for byte in chunk:
            out = [*out, *dialogue.receive(bytes((byte,)), 0.0)]
    return out


def reply(command: Command[Any], *received: bytes) -> object:
    # Nothing else may come of the command.
    out = [outcome for outcome in run(command, *received) if not isinstance(outcome, Write)]
    assert len(out) == 1
    assert isinstance(out[0], Completed)
    return out[0].reply


def failure(command: Command[Any], *received: bytes) -> CommandError:
    out = [outcome for outcome in run(command, *received) if not isinstance(outcome, Write)]
    assert len(out) == 1
    assert isinstance(out[0], Failed)
    assert isinstance(out[0].error, CommandError)
    return out[0].error


def written(command: Command[Any], *received: bytes) -> list[bytes]:
    return [outcome.data for outcome in run(command, *received) if isinstance(outcome, Write)]


def test_mqtt_state_before_anything_is_set_has_no_port() -> None:
    answer = reply(MQTTCONN.query(), b'+MQTTCONN:0,0,0,"","","",0\r\n\r\nOK\r\n')
    assert answer == MqttConnection(
        link_id=0, state=MqttState.UNINITIALISED, scheme=MqttScheme(0), host="", port=0, path="", reconnect=False
    )


def test_mqtt_state_is_written_as_it_is_read() -> None:
    for text in (b'+MQTTCONN:0,0,0,"","","",0', b'+MQTTCONN:0,4,6,"h","8083","/mqtt",1'):
        query = MQTTCONN.query()
        answer: Any = reply(query, text + b"\r\n\r\nOK\r\n")
        assert query.reply().lines("MQTTCONN", VOCABULARY.grammar.spelling, answer) == [text]


def test_a_topic_with_quotes_and_commas_is_read_back_whole() -> None:
    answer = reply(MQTTSUB.query(), b'+MQTTSUB:0,6,"a,b",1,"c",2\r\n+MQTTSUB:0,6,"t",0\r\n\r\nOK\r\n')
    assert answer == (
        MqttSubscription(link_id=0, state=MqttState.SUBSCRIBED, topic='a,b",1,"c', qos=2),
        MqttSubscription(link_id=0, state=MqttState.SUBSCRIBED, topic="t", qos=0),
    )


def test_raw_publishing_ends_with_its_own_word() -> None:
    command = MQTTPUBRAW(link_id=0, topic="t", qos=0, retain=False, data=b"a\r\nOK\r\nb")
    received = (b"\r\nOK\r\n\r\n>", b"+MQTTPUB:OK\r\n")
    assert written(command, *received) == [b'AT+MQTTPUBRAW=0,"t",8,0,0\r\n', b"a\r\nOK\r\nb"]
    assert reply(command, *received) is None


def test_raw_publishing_fails_with_its_own_word() -> None:
    command = MQTTPUBRAW(link_id=0, topic="t", qos=0, retain=False, data=b"x")
    assert failure(command, b"\r\nOK\r\n\r\n>", b"+MQTTPUB:FAIL\r\n").code == "+MQTTPUB:FAIL"


def test_publishing_is_not_begun_without_a_prompt() -> None:
    command = MQTTPUBRAW(link_id=0, topic="t", qos=0, retain=False, data=b"x")
    received = b"ERR CODE:0x010a6006\r\n\r\nERROR\r\n"
    assert failure(command, received).code == "0x010a6006"
    assert len(written(command, received)) == 1


def test_pieces_of_a_body_come_as_they_are() -> None:
    body = b"+HTTPCGET:7,\r\nOK\r\n>\r\n+HTTPCGET:2,\0\xff\r\n\r\nOK\r\n"
    assert reply(HTTPCGET(url="u"), body) == (
        HttpData(length=7, data=b"\r\nOK\r\n>"),
        HttpData(length=2, data=b"\0\xff"),
    )


def test_the_page_of_an_http_error_is_kept() -> None:
    error = failure(HTTPCGET(url="u"), b"+HTTPCGET:4,gone\r\nERR CODE:0x010a7194\r\n\r\nERROR\r\n")
    assert error.code == "0x010a7194"
    assert error.text == "HTTP status 404"
    assert error.reply == (HttpData(length=4, data=b"gone"),)


def test_a_blank_before_the_data_belongs_to_them() -> None:
    assert reply(HTTPCGET(url="u"), b"+HTTPCGET:2, a\r\n\r\nOK\r\n") == (HttpData(length=2, data=b" a"),)


def test_an_upload_ends_behind_the_answer_of_the_server() -> None:
    command = HTTPCPOST(url="u", data=b"hello")
    records = (HttpData(length=2, data=b"ok"),)
    prompt = b"\r\nOK\r\n\r\n>"
    assert reply(command, prompt, b"+HTTPCPOST:2,ok\r\n\r\nSEND OK\r\n") == records
    error = failure(command, prompt, b"+HTTPCPOST:2,ok\r\n\r\nSEND FAIL\r\n")
    assert (error.code, error.name, error.reply) == ("SEND FAIL", "HTTP_REQUEST_FAILED", records)


def test_keeping_a_url_ends_with_its_own_word_and_forgetting_it_needs_no_prompt() -> None:
    assert reply(HTTPURLCFG(data=b"http://h/"), b"\r\nOK\r\n\r\n>", b"\r\nSET OK\r\n") is None
    assert reply(HTTPURLCFG(data=b""), b"\r\nOK\r\n") is None
    assert line(HTTPURLCFG(data=b"")) == b"AT+HTTPURLCFG=0"


def test_no_url_is_told_by_the_bare_success() -> None:
    assert reply(HTTPURLCFG.query(), b"\r\nOK\r\n") is None
    assert reply(HTTPURLCFG.query(), b"+HTTPURLCFG:3,a\r\n\r\nOK\r\n") == HttpUrl(length=3, data=b"a\r\n")


@pytest.mark.parametrize("cls", [HTTPCHEAD, WSHEAD])
def test_request_headers_are_kept_behind_a_prompt_and_listed(cls: type[HTTPCHEAD] | type[WSHEAD]) -> None:
    name = cls.__name__.encode()
    assert written(cls(data=b"A: b"), b"\r\nOK\r\n\r\n>") == [b"AT+" + name + b"=4\r\n", b"A: b"]
    assert written(cls(data=b""), b"\r\nOK\r\n") == [b"AT+" + name + b"=0\r\n"]
    listed = b"+" + name + b':0,"A: "b",c"\r\n\r\nOK\r\n'
    assert reply(cls.query(), listed) == (HttpHeader(index=0, header='A: "b",c'),)


def test_a_frame_is_sent_when_the_module_says_so() -> None:
    command = WSSEND(link_id=0, data=b"hi")
    assert reply(command, b"\r\nOK\r\n\r\n>", b"\r\nSEND OK\r\n") is None
    assert failure(command, b"\r\nOK\r\n\r\n>", b"\r\nERROR\r\n").code == "ERROR"


@pytest.mark.parametrize(
    "command",
    [
        BLEGATTSNTFY(conn_index=0, srv_index=1, char_index=6, data=b"\r\n>"),
        BLEGATTSSETATTR(srv_index=1, char_index=1, data=b"\r\n>"),
        BLEGATTCWR(conn_index=0, srv_index=3, char_index=3, data=b"\r\n>"),
        BLUFISEND(data=b"\r\n>"),
        BTSPPSEND(conn_index=0, data=b"\r\n>"),
    ],
)
def test_data_follow_a_prompt_of_a_single_byte(command: Command[Any]) -> None:
    assert written(command, b">") == [line(command) + b"\r\n", b"\r\n>"]
    assert reply(command, b">", b"\r\nOK\r\n") is None


def test_the_prompt_may_stand_right_behind_the_echo() -> None:
    dialogue = Dialogue(VOCABULARY, echo=True)
    request = VOCABULARY.request(BLUFISEND(data=b"ab"))
    dialogue.submit(request, 0.0)
    assert dialogue.receive(request.line + b">", 0.0) == [Write(b"ab", "<2 bytes>")]


@pytest.mark.parametrize("command", [BLESPP(), BTSPPSEND()])
def test_passthrough_begins_behind_the_prompt(command: Command[Any]) -> None:
    out = run(command, b"\r\nOK\r\n\r\n>\r\nOK\r\n")
    assert any(isinstance(outcome, StreamStarted) for outcome in out)
    assert b"".join(outcome.data for outcome in out if isinstance(outcome, StreamData)) == b"\r\nOK\r\n"


def test_a_connection_that_fails_has_a_named_cause() -> None:
    error = failure(BLECONN(conn_index=0, remote_addr=MAC), b"+BLECONN:0,-1\r\n\r\nERROR\r\n")
    assert (error.code, error.name) == ("-1", "BLE_CONNECT_FAILED")
    assert error.advice is not None


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b'+BLECONN:0,"24:0A:C4:D6:E4:46"\r\n', (BleConnection(conn_index=0, remote_addr=MAC),)),
        (b"+BLECONN:0,24:0a:c4:d6:e4:46\r\n", (BleConnection(conn_index=0, remote_addr=MAC),)),
        (b"+BLECONN:\r\n", ()),
        (b"", ()),
    ],
)
def test_connections_are_listed_also_where_there_are_none(received: bytes, expected: object) -> None:
    assert reply(BLECONN.query(), received + b"\r\nOK\r\n") == expected


def test_a_parameter_may_be_called_timeout() -> None:
    command = BLECONNPARAM(conn_index=0, min_interval=12, max_interval=14, latency=1, timeout=500)
    assert line(command) == b"AT+BLECONNPARAM=0,12,14,1,500"
    assert VOCABULARY.request(command).timeout == 5


@pytest.mark.parametrize("text", [b"a,b\"c'd", b'"a,b"c', b""])
def test_a_name_comes_back_as_it_is_printed_without_quotes(text: bytes) -> None:
    query = BLENAME.query()
    answer = reply(query, b"+BLENAME:" + text + b"\r\n\r\nOK\r\n")
    assert isinstance(answer, BLENAME)
    assert answer.name == text.decode()
    assert query.reply().lines("BLENAME", VOCABULARY.grammar.spelling, answer) == [b"+BLENAME:" + text]


@pytest.mark.parametrize("text", [b"BLUFI_DEV", b'"BLUFI_DEV"'])
def test_a_blufi_name_may_come_with_quotes(text: bytes) -> None:
    assert reply(BLUFINAME.query(), b"+BLUFINAME:" + text + b"\r\nOK\r\n") == BLUFINAME(name="BLUFI_DEV")


def test_advertising_parameters_of_the_first_esp32_lack_the_radio_modes() -> None:
    received = b'+BLEADVPARAM:50,60,0,0,7,0,1,"00:00:00:00:00:00"'
    short = reply(BLEADVPARAM.query(), received + b"\r\nOK\r\n")
    assert isinstance(short, BLEADVPARAM)
    assert (short.adv_type, short.peer_addr_type) == (AdvertisingType.IND, BleAddressType.RANDOM)
    assert (short.peer_addr, short.primary_phy) == ("00:00:00:00:00:00", None)
    long = reply(BLEADVPARAM.query(), received + b",1,3\r\nOK\r\n")
    assert isinstance(long, BLEADVPARAM)
    assert long.secondary_phy is BlePhy.CODED


def test_security_parameters_are_read_back() -> None:
    assert reply(BLESECPARAM.query(), b"+BLESECPARAM:13,4,16,3,3,0\r\n\r\nOK\r\n") == BLESECPARAM(
        auth_req=BleAuthRequest.SC_MITM_BOND,
        iocap=BleIoCapability.KEYBOARD_DISPLAY,
        enc_key_size=16,
        init_key=BleKeys.ENC | BleKeys.IRK,
        rsp_key=BleKeys.ENC | BleKeys.IRK,
        auth_option=False,
    )


def test_a_uuid_may_have_128_bits() -> None:
    received = (
        b"+BLEGATTCPRIMSRV:0,1,0x1800,1\r\n+BLEGATTCPRIMSRV:0,3,0xE7810A7173AE499D8C15FAA9AEF0C3F2,0\r\n\r\nOK\r\n"
    )
    assert reply(BLEGATTCPRIMSRV(conn_index=0), received) == (
        GattPrimaryService(conn_index=0, srv_index=1, uuid=0x1800, primary=True),
        GattPrimaryService(conn_index=0, srv_index=3, uuid=0xE7810A7173AE499D8C15FAA9AEF0C3F2, primary=False),
    )


def test_own_attributes_are_read_in_every_form_that_releases_print() -> None:
    received = (
        b'+BLEGATTSCHAR:"char",1,10,0xC300,0x12\r\n'  # all releases but those of the ESP32-C2
        b'+BLEGATTSCHAR:"char",1,10,0xC300\r\n'
        b'+BLEGATTSCHAR:"desc",1,10,12,0x2902\r\n'
        b'+BLEGATTSCHAR:"desc",1,10,12\r\n'  # as the documentation had it
        b"\r\nOK\r\n"
    )
    char, desc = GattAttribute.CHARACTERISTIC, GattAttribute.DESCRIPTOR
    assert reply(BLEGATTSCHAR.query(), received) == (
        GattCharacteristic(
            kind=char, srv_index=1, char_index=10, uuid=0xC300, properties=GattProperty.READ | GattProperty.NOTIFY
        ),
        GattCharacteristic(kind=char, srv_index=1, char_index=10, uuid=0xC300),
        GattCharacteristic(kind=desc, srv_index=1, char_index=10, desc_index=12, uuid=0x2902),
        GattCharacteristic(kind=desc, srv_index=1, char_index=10, desc_index=12),
    )


def test_attributes_of_the_peer_are_written_as_they_are_read() -> None:
    command = BLEGATTCCHAR(conn_index=0, srv_index=3)
    received = [b'+BLEGATTCCHAR:"char",0,3,1,0xC300,0x0A', b'+BLEGATTCCHAR:"desc",0,3,1,1,0x2901']
    answer: Any = reply(command, b"\r\n".join(received) + b"\r\n\r\nOK\r\n")
    assert [type(record) for record in answer] == [PeerAttribute, PeerAttribute]
    assert command.reply().lines("BLEGATTCCHAR", VOCABULARY.grammar.spelling, answer) == received


@pytest.mark.parametrize("value", [b"", b"\r\nOK\r\n", b"\0>\xff"])
def test_a_value_of_the_peer_is_counted(value: bytes) -> None:
    command = BLEGATTCRD(conn_index=0, srv_index=3, char_index=1)
    received = b"+BLEGATTCRD:0,%d,%s\r\n\r\nOK\r\n" % (len(value), value)
    assert reply(command, received) == GattValue(conn_index=0, length=len(value), value=value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1,-60", BleRssi(conn_index=1, rssi=-60)),
        (b"-60", BleRssi(rssi=-60)),
        (b"1,Fail", BleRssi(conn_index=1)),
    ],
)
def test_signal_strength_is_read_in_its_three_forms(text: bytes, expected: BleRssi) -> None:
    assert reply(BLERDRSSI(conn_index=1), b"+BLERDRSSI:" + text + b"\r\n\r\nOK\r\n") == expected


def test_radio_modes_that_could_not_be_read_are_none() -> None:
    assert reply(BLEREADPHY(conn_index=0), b"+BLEREADPHY:-1\r\n\r\nOK\r\n") is None
    received = b'+BLEREADPHY:"24:0a:c4:d6:e4:46",2,3\r\n\r\nOK\r\n'
    assert reply(BLEREADPHY(conn_index=0), received) == PhysInUse(addr=MAC, tx_phy=BlePhy.PHY_2M, rx_phy=BlePhy.CODED)


def test_a_radio_mode_of_tomorrow_has_a_value_but_no_name() -> None:
    received = b'+BLEREADPHY:"24:0a:c4:d6:e4:46",9,1\r\n\r\nOK\r\n'
    answer = reply(BLEREADPHY(conn_index=0), received)
    assert isinstance(answer, PhysInUse)
    assert (int(answer.tx_phy), answer.tx_phy.name) == (9, "UNKNOWN_9")


def test_found_devices_may_lack_values() -> None:
    command = BTSTARTDISC(inquiry_mode=InquiryMode.GENERAL, length=10, max_responses=0)
    received = (
        b'+BTSTARTDISC:"24:0a:c4:d6:e4:46",,,,,\r\n+BTSTARTDISC:"24:0a:c4:d6:e4:46",a,b,0x2,0x3,0x2d0,-62\r\n\r\nOK\r\n'
    )
    assert reply(command, received) == (
        FoundDevice(addr=MAC),
        FoundDevice(addr=MAC, name="a,b", major_class=2, minor_class=3, service_class=0x2D0, rssi=-62),
    )


def test_no_serial_connection_is_told_by_minus_one() -> None:
    assert reply(BTSPPCONN.query(), b"+BTSPPCONN:-1\r\n\r\nOK\r\n") == ()
    received = b'+BTSPPCONN:0,"24:0a:c4:d6:e4:46"\r\n\r\nOK\r\n'
    assert reply(BTSPPCONN.query(), received) == (ClassicConnection(conn_index=0, remote_addr=MAC),)


def test_no_sound_file_is_none() -> None:
    assert reply(BTA2DPSRC.query(), b"+BTA2DPSRC:NULL,NULL\r\n\r\nOK\r\n") is None
    received = b"+BTA2DPSRC:http://h/a,b.mp3,mp3\r\n\r\nOK\r\n"
    assert reply(BTA2DPSRC.query(), received) == A2dpSource(url="http://h/a,b.mp3", type="mp3")


def test_events_of_another_connection_do_not_answer_a_command() -> None:
    out = run(
        BLEGATTCRD(conn_index=0, srv_index=3, char_index=1), b'+BLEDISCONN:1,"24:0a:c4:d6:e4:46"\r\n\r\nERROR\r\n'
    )
    told = [outcome for outcome in out if isinstance(outcome, Event)]
    assert len(told) == 1
    assert not isinstance(told[0], Unrecognized)
    assert any(isinstance(outcome, Failed) for outcome in out)


def test_a_secret_in_an_answer_stays_hidden() -> None:
    answer = reply(BLESETKEY.query(), b"+BLESETKEY:424242\r\n\r\nOK\r\n")
    assert "424242" not in repr(answer)
    assert answer == BlePasskey(passkey=Secret(424242))

    parameters = reply(BTSECPARAM.query(), b'+BTSECPARAM:3,1,"95,27"\r\n\r\nOK\r\n')
    assert isinstance(parameters, BTSECPARAM)
    assert parameters.pin_code == Secret("95,27")
    assert "95,27" not in repr(parameters)
