"""The CC3220 AT core as declared: what is written for a command, and what is refused before the line."""

import attrs
import pytest

from atmodem.dialects import find_dialect, simplelink
from atmodem.dialects.simplelink import DataFormat, Family, FileOption, Qos, Security
from atmodem.errors import InvalidArgument
from atmodem.wire.command import Command
from atmodem.wire.parsing import ParseError

VOCABULARY = find_dialect("simplelink").vocabulary
MAC = "c4:6e:1f:09:a0:01"
WIRE_MAC = b"0xc4:0x6e:0x1f:0x9:0xa0:0x1"


def line_of(command: Command) -> bytes:
    line = VOCABULARY.request(command).line
    assert line.endswith(b"\r")
    return line[:-1]


def refusal(command: Command) -> InvalidArgument:
    with pytest.raises(InvalidArgument) as caught:
        VOCABULARY.request(command)
    return caught.value


def connect(**values: object) -> simplelink.WlanConnect:
    return simplelink.WlanConnect(**{"ssid": "lab", "security": Security.OPEN, **values})


# Lines


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (simplelink.Start(), b"at+start"),
        (simplelink.Stop(timeout=200), b"at+stop=200"),
        (simplelink.Bind(socket=0, family=Family.INET, port=80, address="0.0.0.0"), b"at+bind=0,inet,80,0.0.0.0"),
        (
            simplelink.Bind(socket=0, family=Family.INET6, port=80, address="fe80::1"),
            b"at+bind=0,inet6,80,0xfe800000:0x0:0x0:0x1",
        ),
        (simplelink.Select(nfds=3, readsds=(0, 2), timeout_sec=0, timeout_usec=5), b"at+select=3,0|2,0,5"),
        (connect(), b"at+wlanconnect=lab,,open,,,,"),
        (
            connect(bssid="C4-6E-1F-09-A0-01", security=Security.WPA_ENT, ext_user="bob"),
            b"at+wlanconnect=lab," + WIRE_MAC + b",wpa_ent,,bob,,",
        ),
        (simplelink.FileOpen(filename="a.txt", options=(FileOption.READ,)), b"at+fileopen=a.txt,read,"),
        (
            simplelink.FileOpen(filename="a.txt", options=(FileOption.WRITE, FileOption.CREATE), size=256),
            b"at+fileopen=a.txt,write|create,256",
        ),
        (simplelink.FileClose(file_id=1), b"at+fileclose=1,,"),
        (simplelink.FileGetFileList(), b"at+filegetfilelist"),
        (
            simplelink.HttpSendReq(index=0, method=simplelink.HttpMethod.GET, uri="/a,b"),
            b'at+httpsendreq=0,get,"/a,b",,,,',
        ),
        (
            simplelink.HttpSetHeader(
                index=0, option=simplelink.HttpHeader.REQ_DATE, flags=simplelink.HttpPersistence.PERSISTENT
            ),
            b"at+httpsetheader=0,req_date,persistent,1,,",
        ),
        (
            simplelink.MqttSubscribe(
                index=0,
                topics=(
                    simplelink.MqttSubscription(topic="a/#", qos=Qos.QOS1),
                    simplelink.MqttSubscription(topic="b", qos=Qos.QOS0),
                ),
            ),
            b"at+mqttsubscribe=0,2,a/#,qos1,,b,qos0,",
        ),
        (simplelink.Socket.test(), b"at+socket=?"),
        (simplelink.Set.test(), b"at+set=?"),
    ],
)
def test_a_command_is_written_in_small_letters_with_every_comma_and_read_back(command: Command, line: bytes):
    assert line_of(command) == line
    again = VOCABULARY.parse(line)
    assert VOCABULARY.request(again).line == line + b"\r"


def test_the_name_of_sendto_keeps_its_capitals():
    command = simplelink.SendTo(socket=0, family=Family.INET, port=7, address="10.0.0.1", data=b"hello")
    assert line_of(command) == b"AT+SendTo=0,inet,7,10.0.0.1,1,8,aGVsbG8="


def test_every_command_can_be_asked_how_it_is_written():
    assert len(VOCABULARY.commands) == 71
    for name, command in VOCABULARY.commands.items():
        assert line_of(command.test()).lower() == b"at+" + name.lower().encode() + b"=?"


# Quoting


@pytest.mark.parametrize(
    ("ssid", "written"),
    [
        ("lab", b"lab"),
        ("my lab", b'"my lab"'),
        ("a,b", b'"a,b"'),
        ('say "hi"', b'"say "hi""'),
        (r"a\b", rb"a\b"),
        ("a=b;c|d", b"a=b;c|d"),
    ],
)
def test_a_text_is_quoted_when_a_comma_a_blank_or_a_quotation_mark_is_in_it(ssid: str, written: bytes):
    assert line_of(connect(ssid=ssid)) == b"at+wlanconnect=" + written + b",,open,,,,"
    assert VOCABULARY.parse(line_of(connect(ssid=ssid))) == connect(ssid=ssid)
    option = simplelink.ApSsid(ssid=ssid)
    assert line_of(simplelink.WlanSet(option=option)) == b"at+wlanset=ap,ssid," + written
    assert VOCABULARY.parse(b"at+wlanset=ap,ssid," + written) == simplelink.WlanSet(option=option)


@pytest.mark.parametrize("ssid", ['a"', 'a",b"', "a+send", "A+SEND=", "a\rb", "a\nb", "a\0b"])
def test_a_text_that_no_quoting_can_carry_is_refused(ssid: str):
    assert refusal(connect(ssid=ssid)).parameter == "ssid"
    assert refusal(simplelink.WlanSet(option=simplelink.ApSsid(ssid=ssid))).parameter == "ssid"


def test_an_empty_text_is_told_from_none():
    assert line_of(connect(ext_user="")) == b'at+wlanconnect=lab,,open,,"",,'
    assert VOCABULARY.parse(b'at+wlanconnect=lab,,open,,"",,') == connect(ext_user="")


# What the module reads


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (b"AT+ TEST", simplelink.Test()),
        (b"At+Get = General , Persistent", simplelink.Get(option=simplelink.GeneralPersistent)),
        (b"at+close=010", simplelink.Close(socket=8)),
        (b"at+close=0xF", simplelink.Close(socket=15)),
        (b"at+close=abc", simplelink.Close(socket=0)),
        (b"at+wlanset=ap,ssid,a b", simplelink.WlanSet(option=simplelink.ApSsid(ssid="ab"))),
        (
            b"at+wlanconnect=lab,[c4:6e:1f:9:a0:1],OPEN,,,,",
            connect(bssid="00:06:01:09:00:01"),
        ),
        (
            b"at+select=2,[0|1],0,0",
            simplelink.Select(nfds=2, readsds=(0, 1), timeout_sec=0, timeout_usec=0),
        ),
        (
            b"at+netcfgset=ipv6_addr_local,static,[0xfe800000:0:0:1]",
            simplelink.NetCfgSet(option=simplelink.Ipv6AddrLocalStatic(address="fe80::1")),
        ),
    ],
)
def test_numbers_are_read_by_the_rules_of_c_and_blanks_and_brackets_do_not_count(line: bytes, command: Command):
    assert VOCABULARY.parse(line) == command


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"at", "unknown"),
        (b"at+bogus", "unknown"),
        (b"at+test=1", "form"),
        (b"at+stop", "form"),
        (b"at+socket=inet,stream", "count"),
        (b"at+fileclose=1", "count"),
        (b"at+fileclose=1,,,", "count"),
        (b"at+netcfgset=ipv4_sta_addr,dhcp", "count"),
        (b"at+wlanpolicyset=scan,disable_scan", "count"),
        (b"at+mqttsubscribe=0,1,t,qos0", "count"),
        (b'at+socket="inet",stream,tcp', "syntax"),
        (b'at+setsockopt=0,socket,keepalive,"1"', "syntax"),
        (b"at+socket=inet,bogus,tcp", "value"),
        (b"at+set=general,bogus,1", "value"),
        (b"at+send=0,1,5,a", "value"),
        (b"at+netutilcmd=sign_msg,0,1,8,aGVs", "value"),
    ],
)
def test_a_line_that_the_module_refuses_is_refused_for_the_same_reason(line: bytes, reason: str):
    with pytest.raises(ParseError) as caught:
        VOCABULARY.parse(line)
    assert caught.value.reason == reason


# Ranges


@pytest.mark.parametrize(
    ("command", "parameter", "allowed"),
    [
        (simplelink.Close(socket=16), "socket", "from 0 to 15"),
        (simplelink.WlanScan(index=0, count=31), "count", "from 1 to 30"),
        (connect(ssid="x" * 33), "ssid", "text of 1 to 32 bytes"),
        (connect(bssid="c4:6e"), "bssid", "a MAC address such as aa:bb:cc:dd:ee:ff"),
        (simplelink.NetAPPStart(apps=()), "apps", "one or more of NetApp.HTTP_SERVER"),
        (simplelink.Set(option=simplelink.StatusWlan(flags=())), "option", "one of GeneralPersistent, GeneralTime"),
        (simplelink.Get(option=simplelink.ApSsid), "option", "one of GeneralPersistent"),
        (simplelink.SetSockOpt(socket=0, option=simplelink.PhyTxPower(power=16)), "power", "from 1 to 15"),
        (simplelink.WlanPolicySet(option=simplelink.ScanPolicy(option="hidden_ssid")), "value", "the interval"),
        (simplelink.WlanPolicySet(option=simplelink.PmPolicy(option="normal", value=5)), "value", "the longest sleep"),
        (simplelink.NetCfgSet(option=simplelink.IfState(flags=())), "flags", "one or more of"),
        (simplelink.MqttSubscribe(index=0, topics=()), "topics", "1 to 4 of MqttSubscription"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_with_what_is_allowed(command: Command, parameter: str, allowed: str):
    error = refusal(command)
    assert error.parameter == parameter
    assert error.allowed.startswith(allowed)


@pytest.mark.parametrize(
    ("make", "parameter"),
    [
        (lambda: simplelink.FileOpen(filename="a", options=(FileOption.CREATE,)), "size"),
        (lambda: simplelink.Bind(socket=0, family=Family.INET, port=1, address="::1"), "address"),
        (lambda: simplelink.HttpSetProxy(family=Family.INET6, port=1, address="10.0.0.1"), "address"),
        (lambda: simplelink.Send(socket=0), "data"),
        (lambda: simplelink.HttpSendReq(index=0, method="post", uri="/"), "data"),
        (lambda: simplelink.HttpSendReq(index=0, method="post", uri="/", data=b""), "format"),
        (
            lambda: simplelink.MqttCreate(
                flags=(simplelink.MqttFlag.SEC,),
                address="b",
                port=1,
                protocol=simplelink.MqttProtocol.V3_1_1,
                blocking_send=True,
                method=simplelink.SecurityMethod.TLSV1_2,
                ca="ca.der",
            ),
            "cipher",
        ),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(make, parameter: str):
    with pytest.raises(InvalidArgument) as caught:
        make()
    assert caught.value.parameter == parameter


# Data in the line


def test_data_are_written_in_base64_unless_asked_otherwise():
    assert line_of(simplelink.Send(socket=0, data=b"hello")) == b"at+send=0,1,8,aGVsbG8="
    assert line_of(simplelink.Send(socket=0, format=DataFormat.BINARY, data=b"a\r\n\0,")) == b"at+send=0,0,5,a\r\n\0,"


@pytest.mark.parametrize("data", [b"a\rb", b"a\nb", b"a\0b", b"a+send=b"])
def test_binary_data_that_would_end_the_line_or_pass_for_send_are_refused_but_for_send_itself(data: bytes):
    assert refusal(simplelink.FileWrite(file_id=1, offset=0, format=DataFormat.BINARY, data=data)).parameter == "data"
    operation = simplelink.SignMsg(key=0, format=DataFormat.BINARY, data=data)
    assert refusal(simplelink.NetUtilCmd(command=operation)).parameter == "data"
    assert line_of(simplelink.Send(socket=0, format=DataFormat.BINARY, data=data)).endswith(data)


@pytest.mark.parametrize(("message", "carried"), [(b"21.5", True), (b'"a,b"', True), (b"a,b", False), (b'a"', False)])
def test_a_comma_outside_quotes_cannot_stand_in_a_line_whose_commas_are_counted(message: bytes, carried: bool):
    command = simplelink.MqttPublish(index=0, topic="t", qos=Qos.QOS0, retain=False, message=message)
    if carried:
        assert line_of(command) == b"at+mqttpublish=0,t,qos0,0,%d,%b" % (len(message), message)
    else:
        assert refusal(command).parameter == "message"


def test_a_topic_to_publish_to_holds_no_comma():
    error = refusal(simplelink.MqttPublish(index=0, topic="a,b", qos=Qos.QOS0, retain=False, message=b"x"))
    assert (error.parameter, error.allowed[:14]) == ("topic", "free of commas")


def test_a_line_holds_1024_bytes_with_its_end():
    room = 1024 - len(b"at+filewrite=65536,0,0,996,\r")
    write = simplelink.FileWrite(file_id=65536, offset=0, format=DataFormat.BINARY, data=b"x" * room)
    assert len(line_of(write)) + len(b"\r") == 1024
    with pytest.raises(InvalidArgument, match="at most 1024 bytes"):
        VOCABULARY.request(attrs.evolve(write, data=b"x" * (room + 1)))


def test_data_and_signature_are_encoded_each_by_itself_and_cut_apart_again():
    operation = simplelink.VerifyMsg(key=0, data=b"hello", signature=b"SIGN")
    line = line_of(simplelink.NetUtilCmd(command=operation))
    assert line == b"at+netutilcmd=verify_msg,0,1,8,8,aGVsbG8=U0lHTg=="
    assert VOCABULARY.parse(line) == simplelink.NetUtilCmd(command=operation)


# Options


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (simplelink.SocketRcvTimeo(seconds=2, microseconds=500000), b"socket,rcvtimeo,2,500000"),
        (simplelink.SocketSecureExtClientChlngResp(), b"socket,secure_ext_client_chlng_resp,"),
        (simplelink.IpAddMembership(group="239.1.2.3", interface="0.0.0.0"), b"ip,add_membership,239.1.2.3,0.0.0.0"),
        (
            simplelink.PhyTxInhibitThreshold(threshold=simplelink.TxInhibitThreshold.MED),
            b"phy,phy_tx_inhibit_threshold,med",
        ),
    ],
)
def test_an_option_is_written_with_its_level_and_all_its_values(option: simplelink.SocketOption, line: bytes):
    command = simplelink.SetSockOpt(socket=3, option=option)
    assert line_of(command) == b"at+setsockopt=3," + line
    assert VOCABULARY.parse(line_of(command)) == command
    asked = simplelink.GetSockOpt(socket=3, option=type(option))
    assert line_of(asked) == b"at+getsockopt=3," + b",".join(line.split(b",")[:2])
    assert VOCABULARY.parse(line_of(asked)) == asked


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (simplelink.WlanGet(option=simplelink.WlanConnection), b"at+wlanget=connection,"),
        (simplelink.WlanGet(option=simplelink.AccessListRequest(index=2)), b"at+wlanget=access_list,2"),
        (simplelink.WlanPolicyGet(type=simplelink.PmPolicy), b"at+wlanpolicyget=pm"),
        (
            simplelink.WlanPolicySet(option=simplelink.ConnectionPolicy(option=())),
            b"at+wlanpolicyset=connection,,",
        ),
        (simplelink.NetCfgGet(id=simplelink.IfState), b"at+netcfgget=if"),
        (simplelink.NetCfgSet(option=simplelink.SetMacAddr(mac=MAC)), b"at+netcfgset=set_mac_addr,," + WIRE_MAC),
        (simplelink.NetUtilGet(option=simplelink.TrueRandomRequest(count=5)), b"at+netutilget=true_random,5"),
        (simplelink.FileCtl(command=simplelink.GetStorageInfo()), b"at+filectl=get_storage_info,,,"),
        (
            simplelink.WlanSet(option=simplelink.GeneralScanParams(channel_mask=0x1FFF, rssi_threshold=-70)),
            b"at+wlanset=general,scan_params,8191,-70",
        ),
    ],
)
def test_a_row_is_named_by_the_words_of_its_table(command: Command, line: bytes):
    assert line_of(command) == line
    assert VOCABULARY.parse(line) == command


# Secrets


@pytest.mark.parametrize(
    ("command", "label"),
    [
        (connect(security=Security.WPA_WPA2, key="hush, hush"), "at+wlanconnect=lab,,wpa_wpa2,***,,,"),
        (simplelink.WlanSet(option=simplelink.ApPassword(password="hush, hush")), "at+wlanset=ap,password,***"),
        (
            simplelink.NetAPPSet(option=simplelink.HttpServerAuthPassword(password="hush, hush")),
            "at+netappset=http_server,auth_password,***",
        ),
        (
            simplelink.MqttSet(index=0, option=simplelink.MqttPassword(password="hush, hush")),
            "at+mqttset=0,password,***",
        ),
    ],
)
def test_a_secret_shows_in_no_label_and_no_repr(command: Command, label: str):
    request = VOCABULARY.request(command)
    assert request.label == label
    assert b'"hush, hush"' in request.line
    assert "hush" not in repr(command) + repr(request)
    assert b"hush, hush" in request.secrets
    assert VOCABULARY.mask(request.line[:-1]) == label
