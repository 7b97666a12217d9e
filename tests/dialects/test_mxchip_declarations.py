"""MXCHIP AT v2 as declared: what is written for a command, and what is refused before the line."""

import pytest

from atmodem.dialects import find_dialect, mxchip
from atmodem.errors import InvalidArgument
from atmodem.wire.command import Command
from atmodem.wire.parsing import ParseError

VOCABULARY = find_dialect("mxchip").vocabulary
TCP_CLIENT = mxchip.LinkType.TCP_CLIENT


def line_of(command: Command) -> bytes:
    return VOCABULARY.request(command).line


# Writing


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (mxchip.AT(), b"AT\r"),
        (mxchip.FWVER.query(), b"AT+FWVER?\r"),
        (mxchip.WMAC.query(), b"AT+WMAC?\r"),
        (mxchip.WMAC(), b"AT+WMAC\r"),
        (mxchip.WJAP.query(), b"AT+WJAP?\r"),
        (mxchip.WJAP.stored(), b"AT+WJAP=?\r"),
        (mxchip.WSAP.query(), b"AT+WSAP=?\r"),
        (mxchip.MQTTSSL.query(), b"AT+MQTTSSL=?\r"),
        (mxchip.MQTTSUB.query(), b"AT+MQTTSUB=?\r"),
        (mxchip.BTMAC.query(), b"AT+BTMAC=?\r"),
        (mxchip.BTEVENT.query(), b"AT+BTEVENT?\r"),
        (mxchip.CIPAUTOCONN(id=1), b"AT+CIPAUTOCONN=1\r"),
        (mxchip.CIPAUTOCONN(id=1, option=mxchip.AutoConnect.OFF), b"AT+CIPAUTOCONN=1,0\r"),
        (mxchip.WSCAN(), b"AT+WSCAN\r"),
        (mxchip.WSCAN(ssid="TestAP"), b"AT+WSCAN=TestAP\r"),
        (mxchip.WSAPIP(ip="10.0.0.1"), b"AT+WSAPIP=10.0.0.1\r"),
        (mxchip.CIPSTART(id=0, type=mxchip.LinkType.TCP_SERVER, local_port=8080), b"AT+CIPSTART=0,tcp_server,8080\r"),
        (
            mxchip.CIPSTART(id=1, type=TCP_CLIENT, domain="a.example", remote_port=80),
            b"AT+CIPSTART=1,tcp_client,a.example,80\r",
        ),
        (
            mxchip.CIPSTART(id=1, type=TCP_CLIENT, domain="a.example", remote_port=80, local_port=0),
            b"AT+CIPSTART=1,tcp_client,a.example,80,0\r",
        ),
        (mxchip.CIPSSLOPT(id=2, verify_root=True, verify_client=False), b"AT+CIPSSLOPT=2,1,0\r"),
        (mxchip.SNTPCFG(time_zone="+8"), b"AT+SNTPCFG=+8\r"),
        (
            mxchip.ILOPSENDICA(method=mxchip.IcaMethod.PROPERTY, pairs=("Light", "1", "Text", "a,b")),
            rb"AT+ILOPSENDICA=property,Light,1,Text,a\,b" + b"\r",
        ),
    ],
)
def test_a_command_is_written_with_cr_alone_and_read_back(command: Command, line: bytes):
    assert line_of(command) == line
    assert VOCABULARY.parse(line.removesuffix(b"\r")) == command


@pytest.mark.parametrize(
    ("ssid", "written"),
    [("bar, grill", rb"bar\, grill"), ('say "hi"', b'say "hi"'), (r"a\b", rb"a\b"), (r"a\,b", rb"a\\,b")],
)
def test_only_a_comma_is_escaped(ssid: str, written: bytes):
    command = mxchip.WJAP(ssid=ssid, key="12345678")
    assert line_of(command) == b"AT+WJAP=" + written + b",12345678\r"
    assert VOCABULARY.parse(line_of(command)[:-1]) == command


def test_a_key_may_end_in_a_backslash_as_nothing_follows_it():
    command = mxchip.WJAP(ssid="home", key="1234567\\")
    assert VOCABULARY.parse(line_of(command)[:-1]) == command


def test_a_peer_of_a_server_is_told_from_a_length_when_read():
    assert VOCABULARY.parse(b"AT+CIPSEND=1,9") == mxchip.CIPSEND(id=1, data_length=9)
    assert VOCABULARY.parse(b"AT+CIPSEND=0,54590,9") == mxchip.CIPSEND(id=0, remote_port=54590, data_length=9)


@pytest.mark.parametrize(
    "line",
    [
        b"AT+FWVER",
        b"AT+MQTTCID?",
        b"AT+WJAPS?",
        b"at+FWVER?",
        b"AT+fwver?",
        b"AT+CIPSTART=0,tcp_server",
        b"AT+CIPSTART=0,tcp_client,8080",
        b"AT+CIPSTART=1,udp_unicast,10.0.0.1,5000",
        b"AT+WSAPIP=10.0.0.1,255.0.0.0",
        b"AT+MQTTSTATUS=subscribe",
        b"AT+BTPASSKEY=1234",
        b"AT+CIPSEND=1",
        b"AT+UART=123,8,1,NONE,NONE",
    ],
)
def test_the_module_refuses_a_form_or_value_that_does_not_exist(line: bytes):
    with pytest.raises(ParseError):
        VOCABULARY.parse(line)


def test_the_manuals_misspelt_flow_control_is_read_and_never_written():
    command = VOCABULARY.parse(b"AT+UART=9600,8,1,NONE,RCS")
    assert line_of(command) == b"AT+UART=9600,8,1,NONE,RTS\r"


@pytest.mark.parametrize("word", ["EN", "ON"])
def test_both_words_for_bluetooth_events_are_read(word: str):
    assert VOCABULARY.parse(f"AT+BTEVENT={word}".encode()) == mxchip.BTEVENT(mode=mxchip.BluetoothEvents.ENABLE)


# Refusing


@pytest.mark.parametrize(
    ("command", "parameter", "allowed"),
    [
        (mxchip.CIPSTOP(id=5), "id", "from 0 to 4"),
        (mxchip.UARTFOMAT(length=1024, time=20), "time", "from 50 to 500 ms"),
        (mxchip.CIPSEND(id=0, data=bytes(1025)), "data_length", "from 1 to 1024 bytes"),
        (mxchip.CIPSEND(id=0, data=b""), "data_length", "from 1 to 1024 bytes"),
        (mxchip.ENETRAWSEND(data=bytes(13)), "data_length", "from 14 to 1518 bytes"),
        (mxchip.ILOPTSL(index=0, data=bytes(4097)), "data", "at most 4096 bytes"),
        (mxchip.WJAP(ssid="x" * 33), "ssid", "text of 1 to 32 bytes"),
        (mxchip.WJAP(ssid="x", key="k" * 65), "key", "text of 1 to 64 bytes"),
        (mxchip.WJAP(ssid="x\\", key="12345678"), "ssid", "free of an escape at its end"),
        (mxchip.MQTTSUB(id=6, topic="t", qos=0), "id", "from 0 to 5"),
        (mxchip.MQTTCID(client_id="a\x1ab"), "client_id", "free of"),
        (mxchip.MQTTCID(client_id="a\rb"), "client_id", "free of"),
        (mxchip.BTPASSKEY(passkey="1234"), "passkey", "[0-9]{6}"),
        (mxchip.SNTPCFG(time_zone="8"), "time_zone", "text like"),
        (mxchip.UART(baud_rate=123, data_bits=8, stop_bit=1, parity="NONE", flow_control="NONE"), "baud_rate", "B9600"),
        (mxchip.SSLCERTSET(type=mxchip.CertificateType.ROOT, cert=b"a\x1ab"), "cert", "free of"),
        (mxchip.MQTTCID(client_id="c" * 1020), "the command line", "at most 1024 bytes"),
    ],
)
def test_a_value_that_cannot_be_sent_is_refused_by_name_and_range(command: Command, parameter: str, allowed: str):
    with pytest.raises(InvalidArgument) as caught:
        VOCABULARY.request(command)
    assert caught.value.parameter == parameter
    assert allowed in caught.value.allowed


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"type": TCP_CLIENT, "remote_port": 80}, "domain"),
        ({"type": TCP_CLIENT, "domain": "a.example"}, "remote_port"),
        ({"type": mxchip.LinkType.TCP_SERVER}, "local_port"),
        ({"type": mxchip.LinkType.UDP_UNICAST, "domain": "a.example", "remote_port": 80}, "local_port"),
    ],
)
def test_a_link_without_what_its_kind_needs_is_refused(values: dict, parameter: str):
    with pytest.raises(InvalidArgument) as caught:
        mxchip.CIPSTART(id=0, **values)
    assert caught.value.parameter == parameter


def test_a_server_has_no_far_end():
    with pytest.raises(InvalidArgument) as caught:
        VOCABULARY.request(mxchip.CIPSTART(id=0, type=mxchip.LinkType.TCP_SERVER, domain="a.example", local_port=80))
    assert caught.value.parameter == "domain"


def test_mask_and_gateway_come_together():
    with pytest.raises(InvalidArgument) as caught:
        mxchip.WSAPIP(ip="10.0.0.1", netmask="255.0.0.0")
    assert caught.value.parameter == "gateway"


def test_a_state_of_a_subscription_needs_its_number():
    with pytest.raises(InvalidArgument) as caught:
        mxchip.MQTTSTATUS(action=mxchip.MqttAction.SUBSCRIBE)
    assert caught.value.parameter == "id"


def test_keys_and_values_come_in_pairs():
    with pytest.raises(InvalidArgument) as caught:
        mxchip.ILOPSENDICA(method=mxchip.IcaMethod.PROPERTY, pairs=("Light",))
    assert caught.value.parameter == "pairs"


# Secrets


@pytest.mark.parametrize(
    "command",
    [
        mxchip.WJAP(ssid="home", key="hunter22"),
        mxchip.WSAP(ssid="home", key="hunter22"),
        mxchip.MQTTAUTH(username="me", password="hunter22"),
        mxchip.BTPASSKEY(passkey="424242"),
        mxchip.ILOPSET(product_key="a", product_secret="hunter22", device_secret="hunter22", device_name="b"),
        mxchip.SSLCERTSET(type=mxchip.CertificateType.PRIVATE_KEY, cert=b"hunter22"),
    ],
)
def test_a_secret_shows_neither_in_the_command_nor_in_its_label(command: Command):
    request = VOCABULARY.request(command)
    for shown in (repr(command), request.label, str(request), VOCABULARY.mask(request.line[:-1])):
        assert "hunter22" not in shown
        assert "424242" not in shown
