"""MQTT, HTTP, WebSocket and Bluetooth commands of ESP-AT: what they send and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from atmodem.dialects import find_dialect
from atmodem.dialects.espat.commands.ble import BLEADVDATA, BLEADVDATAEX, BLEADVPARAM, BLENAME, BLESCAN
from atmodem.dialects.espat.commands.ble_connection import BLECONN
from atmodem.dialects.espat.commands.ble_gatt import (
    BLEGATTCWR,
    BLEGATTSCHAR,
    BLEGATTSNTFY,
    BLEGATTSSETATTR,
    BLEGATTSSRV,
    BLEGATTSSRVSTART,
)
from atmodem.dialects.espat.commands.ble_pairing import BLEENCCLEAR, BLEENCDEV, BLEKEYREPLY, BLESETKEY
from atmodem.dialects.espat.commands.ble_profiles import BLUFIADDR, BLUFISEND
from atmodem.dialects.espat.commands.classic import (
    BTADDR,
    BTENCCLEAR,
    BTENCDEV,
    BTKEYREPLY,
    BTPINREPLY,
    BTSECPARAM,
    BTSPPCONN,
    BTSPPSEND,
)
from atmodem.dialects.espat.commands.http import HTTPCGET, HTTPCHEAD, HTTPCLIENT, HTTPCPOST, HTTPCPUT, HTTPURLCFG
from atmodem.dialects.espat.commands.mqtt import (
    MQTTALPN,
    MQTTCONN,
    MQTTLONGCLIENTID,
    MQTTLONGPASSWORD,
    MQTTPASSWORD,
    MQTTPUB,
    MQTTPUBRAW,
    MQTTUSERCFG,
)
from atmodem.dialects.espat.commands.websocket import WSDATAFMT, WSHEAD, WSOPEN, WSSEND
from atmodem.dialects.espat.values.ble import (
    AdvertisingChannel,
    BleScanFilterType,
)
from atmodem.dialects.espat.values.classic import (
    BtIoCapability,
    PinType,
)
from atmodem.dialects.espat.values.http import (
    HttpContentType,
    HttpMethod,
    HttpTransport,
    WebSocketField,
    WebSocketOpcode,
)
from atmodem.dialects.espat.values.mqtt import MqttScheme
from atmodem.errors import InvalidArgument
from atmodem.wire.command import Command
from atmodem.wire.vocabulary import ParseError

VOCABULARY = find_dialect("espat").vocabulary
MAC = "24:0a:c4:d6:e4:46"


def line(command: Command[Any]) -> bytes:
    return VOCABULARY.request(command).line.removesuffix(b"\r\n")


def label(command: Command[Any]) -> str:
    return VOCABULARY.request(command).label


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            MQTTUSERCFG(
                link_id=0,
                scheme=MqttScheme.WSS_VERIFY,
                client_id='a"b',
                username="u,v",
                password="p\\w",
                cert_key_id=0,
                ca_id=1,
                path="",
            ),
            b'AT+MQTTUSERCFG=0,8,"a\\"b","u\\,v","p\\\\w",0,1,""',
        ),
        (MQTTCONN(link_id=0, host="h", port=1883, reconnect=True), b'AT+MQTTCONN=0,"h",1883,1'),
        (MQTTCONN(link_id=0, host="h", port=1883, reconnect=False, timeout_ms=3000), b'AT+MQTTCONN=0,"h",1883,0,3000'),
        (
            MQTTPUB(link_id=0, topic="é", data='{"a":1}', qos=1, retain=False),
            b'AT+MQTTPUB=0,"\xc3\xa9","{\\"a\\":1}",1,0',
        ),
        (MQTTALPN(link_id=0, alpn=("h2", "mqtt")), b'AT+MQTTALPN=0,2,"h2","mqtt"'),
        (MQTTALPN(link_id=0, alpn=()), b"AT+MQTTALPN=0,0"),
        (HTTPCGET(url=""), b'AT+HTTPCGET=""'),
        (HTTPCGET(url="http://h/", timeout_ms=9000), b'AT+HTTPCGET="http://h/",,,9000'),
        (WSOPEN(link_id=2, uri="ws://h/", timeout_ms=0), b'AT+WSOPEN=2,"ws://h/",,0'),
        (WSSEND(link_id=0, opcode=WebSocketOpcode.BINARY, fin=False, data=b"ab"), b"AT+WSSEND=0,2,2,,0"),
        (WSDATAFMT(link_id=0, mask=WebSocketField.DATA_LEN | WebSocketField.CRLF), b"AT+WSDATAFMT=0,,48"),
        (BLEADVDATA(data=b"\x02\x01\xfa"), b'AT+BLEADVDATA="0201FA"'),
        (
            BLEADVDATAEX(name="x", uuid=b"\xa0\x02", manufacturer_data=b"", include_power=True),
            b'AT+BLEADVDATAEX="x","A002","",1',
        ),
        (BLECONN(conn_index=0, remote_addr="24-0A-C4-D6-E4-46"), b'AT+BLECONN=0,"24:0a:c4:d6:e4:46"'),
        (BLEGATTSSETATTR(srv_index=1, char_index=1, data=b"8"), b"AT+BLEGATTSSETATTR=1,1,,1"),
        (BLEGATTCWR(conn_index=0, srv_index=3, char_index=6, desc_index=1, data=b"\1\0"), b"AT+BLEGATTCWR=0,3,6,1,2"),
        (BLEGATTSSRVSTART(), b"AT+BLEGATTSSRVSTART"),
        (BLEGATTSSRVSTART(srv_index=2), b"AT+BLEGATTSSRVSTART=2"),
        (BTSPPCONN(conn_index=0, sec_mode=0x36, remote_addr=MAC), b'AT+BTSPPCONN=0,0x0036,"24:0a:c4:d6:e4:46"'),
        (BLEADVPARAM.query(), b"AT+BLEADVPARAM?"),
    ],
)
def test_a_command_is_written_byte_for_byte(command: Command[Any], expected: bytes) -> None:
    assert line(command) == expected
    assert line(VOCABULARY.parse(expected)) == expected


@pytest.mark.parametrize("method", [HttpMethod.POST, HttpMethod.PUT])
def test_the_body_of_an_http_request_stands_before_its_headers(method: HttpMethod) -> None:
    command = HTTPCLIENT(
        opt=method,
        content_type=HttpContentType.FORM,
        url="http://h/",
        transport=HttpTransport.TCP,
        data="a=1",
        header=("X: y", "Z: 1,2"),
    )
    assert line(command) == b'AT+HTTPCLIENT=%d,0,"http://h/",,,1,"a=1","X: y","Z: 1\\,2"' % method


def test_a_method_without_a_body_has_no_place_for_it() -> None:
    command = HTTPCLIENT(
        opt=HttpMethod.GET,
        content_type=HttpContentType.FORM,
        url="http://h/",
        transport=HttpTransport.SSL,
        header=("X: y",),
    )
    assert line(command) == b'AT+HTTPCLIENT=2,0,"http://h/",,,2,"X: y"'
    assert VOCABULARY.parse(line(command)) == command


@pytest.mark.parametrize("cls", [HTTPCPOST, HTTPCPUT])
def test_upload_headers_are_counted(cls: type[HTTPCPOST] | type[HTTPCPUT]) -> None:
    assert line(cls(url="u", header=("A: b", "C: d"), data=b"abc")).endswith(b'"u",3,2,"A: b","C: d"')
    assert line(cls(url="u", data=b"abc")).endswith(b'"u",3')


@pytest.mark.parametrize(
    ("filter_type", "filter_param", "text"),
    [
        (BleScanFilterType.NAME, "ESP-AT", b'2,"ESP-AT"'),
        (BleScanFilterType.NAME, "1234", b'2,"1234"'),
        (BleScanFilterType.RSSI, -60, b"4,-60"),
    ],
)
def test_a_scan_filter_is_quoted_unless_it_is_a_signal_strength(
    filter_type: BleScanFilterType, filter_param: str | int, text: bytes
) -> None:
    command = BLESCAN(enable=True, duration_s=3, filter_type=filter_type, filter_param=filter_param)
    assert line(command) == b"AT+BLESCAN=1,3," + text
    assert VOCABULARY.parse(line(command)) == command


@pytest.mark.parametrize("cls", [BLEENCCLEAR, BTENCCLEAR])
def test_forgetting_the_first_bonded_device_does_not_forget_all(cls: type[BLEENCCLEAR] | type[BTENCCLEAR]) -> None:
    assert line(cls(index=0)) == b"AT+%s=0" % cls.__name__.encode()
    assert line(cls()) == b"AT+%s" % cls.__name__.encode()


@pytest.mark.parametrize("text", [b"AT+BLEADVPARAM=50,50,0,0,7,0,,", b"AT+BLEADVPARAM=50,50,0,0,7,0"])
def test_omitted_places_may_keep_their_commas(text: bytes) -> None:
    command = VOCABULARY.parse(text)
    assert isinstance(command, BLEADVPARAM)
    assert command.channel_map == AdvertisingChannel.CH37 | AdvertisingChannel.CH38 | AdvertisingChannel.CH39
    assert command.peer_addr is None
    assert line(command) == b"AT+BLEADVPARAM=50,50,0,0,7,0"


@pytest.mark.parametrize("cls", [BLEGATTSSRV, BLEGATTSCHAR, BLEENCDEV, BLUFIADDR, BTADDR, BTENCDEV])
def test_a_command_that_only_asks_is_not_sent_bare(cls: type[Any]) -> None:
    name = cls.__name__.encode()
    assert line(cls.query()) == b"AT+" + name + b"?"
    with pytest.raises(InvalidArgument):
        line(cls())
    with pytest.raises(ParseError):
        VOCABULARY.parse(b"AT+" + name)


@pytest.mark.parametrize(
    ("command", "parameter", "allowed"),
    [
        (MQTTCONN(link_id=1, host="h", port=1883, reconnect=False), "link_id", "from 0 to 0"),
        (MQTTCONN(link_id=0, host="h", port=0, reconnect=False), "port", "from 1 to 65535"),
        (MQTTCONN(link_id=0, host="h", port=1, reconnect=False, timeout_ms=99), "timeout_ms", "from 3000 to 60000 ms"),
        (MQTTPUB(link_id=0, topic="t", data="a\r\nb", qos=0, retain=False), "data", "free of CR, LF"),
        (MQTTPUB(link_id=0, topic="t", data="a\0b", qos=0, retain=False), "data", "free of CR, LF"),
        (MQTTPUB(link_id=0, topic="t" * 129, data="x", qos=0, retain=False), "topic", "0 to 128 bytes"),
        (MQTTPUB(link_id=0, topic="t", data="x" * 240, qos=0, retain=False), "the command line", "at most 256 bytes"),
        (MQTTPUBRAW(link_id=0, topic="t", qos=3, retain=False, data=b""), "qos", "from 0 to 2"),
        (
            MQTTPUBRAW(link_id=0, topic="t", length=4, qos=0, retain=False, data=b"abc"),
            "length",
            "the length of data, 3",
        ),
        (MQTTLONGCLIENTID(link_id=0, data=b"x" * 1025), "length", "from 1 to 1024 bytes"),
        (
            HTTPCLIENT(opt=HttpMethod.GET, content_type=HttpContentType.FORM, transport=HttpTransport.TCP, data="x"),
            "data",
            "left out",
        ),
        (HTTPURLCFG(data=b"u" * 8193), "length", "from 0 to 8192 bytes"),
        (HTTPCHEAD(), "data", "given"),
        (WSHEAD(), "data", "given"),
        (BLENAME(name="x" * 33), "name", "0 to 32 bytes"),
        (BLEADVDATA(data=bytes(120)), "data", "at most 119 bytes"),
        (BLECONN(conn_index=0, remote_addr="24:0a:c4"), "remote_addr", "a MAC address"),
        (BLECONN(conn_index=0, remote_addr=MAC, timeout_s=31), "timeout_s", "from 3 to 30 s"),
        (BLEKEYREPLY(conn_index=0, passkey=1000000), "passkey", "from 0 to 999999"),
        (BLUFISEND(data=b""), "length", "from 1 to 600 bytes"),
        (BLEGATTSNTFY(conn_index=3, srv_index=1, char_index=1, data=b"x"), "conn_index", "from 0 to 2"),
    ],
)
def test_a_wrong_argument_is_refused_by_name_and_range(command: Command[Any], parameter: str, allowed: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        VOCABULARY.request(command)
    assert caught.value.parameter == parameter
    assert allowed in caught.value.allowed


def test_serial_data_need_a_connection() -> None:
    with pytest.raises(InvalidArgument, match="conn_index"):
        BTSPPSEND(data=b"abc")


def test_a_choice_without_a_name_is_refused() -> None:
    command = MQTTUSERCFG(
        link_id=0, scheme=MqttScheme(0), client_id="", username="", password="", cert_key_id=0, ca_id=0, path=""
    )
    with pytest.raises(InvalidArgument, match="scheme"):
        VOCABULARY.request(command)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            MQTTUSERCFG(
                link_id=0,
                scheme=MqttScheme.TCP,
                client_id="c",
                username="u",
                password="424242",
                cert_key_id=0,
                ca_id=0,
                path="",
            ),
            'AT+MQTTUSERCFG=0,1,"c","u",***,0,0,""',
        ),
        (MQTTPASSWORD(link_id=0, password="424242"), "AT+MQTTPASSWORD=0,***"),
        (MQTTLONGPASSWORD(link_id=0, data=b"424242"), "AT+MQTTLONGPASSWORD=0,6"),
        (WSOPEN(link_id=0, uri="ws://h", auth="424242"), 'AT+WSOPEN=0,"ws://h",,,***'),
        (BLEKEYREPLY(conn_index=0, passkey=424242), "AT+BLEKEYREPLY=0,***"),
        (BLESETKEY(passkey=424242), "AT+BLESETKEY=***"),
        (BTKEYREPLY(conn_index=0, key=424242), "AT+BTKEYREPLY=0,***"),
        (BTPINREPLY(conn_index=0, pin="424242"), "AT+BTPINREPLY=0,***"),
        (
            BTSECPARAM(io_cap=BtIoCapability.DISPLAY_ONLY, pin_type=PinType.FIXED, pin_code="424242"),
            "AT+BTSECPARAM=0,1,***",
        ),
    ],
)
def test_a_secret_shows_neither_in_the_label_nor_in_the_command(command: Command[Any], shown: str) -> None:
    assert label(command) == shown
    assert "424242" not in repr(command)
    assert "424242" not in repr(VOCABULARY.request(command))


def test_a_long_time_limit_of_the_module_lengthens_that_of_the_command() -> None:
    short = MQTTCONN(link_id=0, host="h", port=1, reconnect=False, timeout_ms=3000)
    long = MQTTCONN(link_id=0, host="h", port=1, reconnect=False, timeout_ms=60000)
    assert VOCABULARY.request(short).timeout == 20
    assert VOCABULARY.request(long).timeout == 65
