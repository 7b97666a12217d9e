"""The line of the virtual CC3220: echo, line ends, what is refused and how, workers."""

import pytest

import atmodem
from atmodem.dialects import simplelink as sl
from atmodem.dialects.simplelink.device import Virtual
from atmodem.dialects.simplelink.events import EventSockTxFailed
from atmodem.errors import InvalidArgument
from tests.virtual.simplelink_bench import OK, bench, refused

COUNT = refused(0, "number of parameters")
UNKNOWN = refused(0, "command not exist")


def parse(code: int) -> bytes:
    return refused(code, "parse parameters")


@pytest.mark.asyncio
async def test_the_example_echoes_each_byte_at_once_and_ends_lines_with_lf_cr():
    async with bench("demo") as at:
        assert await at.hear(b"at+te") == b"at+te"
        at.module.emit(EventSockTxFailed(socket=0, status=-104))
        assert await at.settle() == b"+eventsock:tx_failed,0,-104\n\r"
        assert await at.hear(b"st\r") == b"st\r\n\rOK\n\r"


@pytest.mark.asyncio
@pytest.mark.parametrize(("profile", "end"), [("noecho-crlf", b"\r\n"), ("noecho-lf", b"\n"), ("manual", b"\r\n")])
async def test_other_applications_neither_echo_nor_greet(profile: str, end: bytes):
    async with bench(profile) as at:
        assert await at.hear(b"at+test\r") == b"OK" + end
        at.module.restart()
        assert await at.rest(1) == b""


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", ["demo", "noecho-crlf", "noecho-lf", "manual"])
async def test_a_client_takes_every_application(profile: str):
    async with atmodem.connect(f"virtual://simplelink?profile={profile}") as modem:
        assert (await modem.send(sl.Get(option=sl.GeneralVersion))).rom == 13107
        usage = await modem.send(sl.Recv.test())
        assert usage == "[Socket],[Format],[Length]"


@pytest.mark.asyncio
async def test_an_unknown_profile_is_refused():
    with pytest.raises(InvalidArgument, match="demo"):
        Virtual(profile="none")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("AT+ Start=", OK),
        ("x", b""),
        ("", b""),
        ("at", UNKNOWN),
        ("at+nope=1", UNKNOWN),
        ("test", UNKNOWN),
        ("at+stop=1,2", COUNT),
        ("at+stop", COUNT),
        ("at+fileopen=a.txt,read", COUNT),
        ('at+wlanconnect="lab,,open,,,,', COUNT),
        ("at+mqttpublish=0,t,qos0,0,13,{1,2}", COUNT),
        ("at+getsockopt=0,socket", COUNT),
        ("at+set=general,time,1,2,3", parse(-3)),
        ("at+wlanget=connection", parse(-3)),
        ("at+wlanget=nothing,", parse(-4)),
        ("at+set=general,time,0,0,0,31,2,2025", parse(0)),
        ("at+get=status,fs", parse(-1)),
        ("at+get=general,nothing", parse(-4)),
        ('at+netappgethostbyname=a,"inet"', parse(-4)),
        ("at+bind=0,inet6,1,1.2.3.4", parse(-3)),
        ("at+netappstart=nothing", parse(-4)),
        ("at+wlanscan=0,0", parse(0)),
        ("at+wlanscan=0,31", parse(0)),
        ("at+fileopen=" + "x" * 181 + ",read,", parse(-5)),
        ("at+send=0,1,7,aGVsbG8", parse(-1)),
        ("at+send=0,1,4,a,b=", parse(-1)),
        ("at+httpdestroy=99", parse(-4)),
        ("at+close=99", refused(-9)),
        ("at+wlanset=ap,channel,99", refused(-22)),
        ("at+wlanprofileget=300", refused(-2074)),
        ("at+netutilcmd=create_cert", parse(-1)),
        ("at+httpreadresbody=0,7,5", parse(-4)),
        ("at+wlanset=general,country_code,", parse(-1)),
        ("at+wlanget=ap,ssid,x", parse(-3)),
        ("at+send=0,0", parse(-3)),
    ],
)
async def test_a_bad_line_gets_the_error_of_the_core(line: str, answer: bytes):
    async with bench() as at:
        assert await at.ask(line) == answer


@pytest.mark.asyncio
async def test_numbers_follow_the_rules_of_c_and_lose_their_upper_bits():
    async with bench() as at:
        assert await at.ask("at+set=general,time,010,0x1E,abc,1,1,2025") == OK
        assert await at.ask("at+get=general,time") == b"+get:8,30,0,1,1,2025\r\n" + OK
        for index in range(7):
            assert b":%d" % index in await at.ask(f"at+wlanprofileadd=n{index},,open,,,,,0")
        assert await at.ask("at+wlanprofiledel=256") == OK
        assert await at.ask("at+wlanprofileget=0") == refused(-2074)
        assert await at.ask("at+set=general,persistent,7") == OK
        assert await at.ask("at+get=general,persistent") == b"+get:1\r\n" + OK


@pytest.mark.asyncio
async def test_blanks_outside_quotes_get_lost_and_quotes_keep_commas():
    async with bench() as at:
        assert await at.ask("at+netappset=device,urn,a b") == OK
        assert await at.ask("at+netappget=device,urn") == b"+netappget:ab\r\n" + OK
        assert await at.ask('at+netappset=device,urn,"a, b"') == OK
        assert await at.ask("at+netappget=device,urn") == b"+netappget:a, b\r\n" + OK


@pytest.mark.asyncio
async def test_a_line_of_1024_bytes_passes_and_of_a_longer_one_only_the_tail_is_read():
    async with bench() as at:
        assert await at.ask("at+test" + " " * 1016) == OK
        assert await at.ask("z" * 1024 + "at+test") == OK
        assert await at.ask("z" * 3000) == UNKNOWN


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("at+socket=?", b"[Family],[Type],[Protocol]"),
        ("at+recv=?", b"[Socket],[Format],[Length]"),
        ("at+mqttcreate=?", b"[ClientId],"),
    ],
)
async def test_every_command_tells_how_it_is_written(line: str, usage: bytes):
    async with bench() as at:
        said = await at.ask(line)
        assert said.startswith(usage)
        assert said.endswith(OK)


@pytest.mark.asyncio
async def test_only_send_in_small_letters_takes_line_ends_as_data():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask('at+send=0,0,9,a\r\nb\0,c"d') == OK
        assert bytes(far.received) == b'a\r\nb\0,c"d'
        # In other letters the line ends at once; what is missing is what the buffer held, here nothing.
        assert await at.ask("AT+Send=0,0,4,x\rat+test") == OK + OK
        assert bytes(far.received).endswith(b"x\0\0\0")
        assert await at.ask("at+send=0,0,2,toolong") == b"\r\nERROR: length smaller than payload\r\n"
        assert await at.ask("AT+Send=0,0,2,toolong") == OK
        assert bytes(far.received).endswith(b"to")


@pytest.mark.asyncio
async def test_short_data_of_send_swallow_the_commands_behind_them():
    async with bench(joined=True) as at:
        far = await at.open()
        assert await at.ask("at+send=0,0,12,ab") == b""
        assert await at.ask("at+test\r\n") == OK
        assert bytes(far.received) == b"ab\rat+test\r\n"


@pytest.mark.asyncio
async def test_send_to_in_small_letters_is_taken_for_send():
    async with bench(joined=True) as at:
        await at.ask("at+socket=inet,dgram,udp")
        assert await at.ask("at+sendto=0,inet,60,10.0.0.7,0,2,hi") == b""
        assert await at.ask("AT+SendTo=0,inet,60,10.0.0.7,0,2,ok" + " " * 30) != b""


@pytest.mark.asyncio
async def test_the_sixth_command_that_waits_is_refused_and_others_are_obeyed():
    async with bench(joined=True) as at:
        far = await at.open()
        for _ in range(5):
            assert await at.ask("at+recv=0,0,1") == OK
        assert await at.ask("at+recv=0,0,1") == refused(0, "allocate")
        assert await at.ask("at+close=0") == refused(0, "allocate")
        assert await at.ask("at+test") == OK
        far.send(b"ab")
        assert sorted((await at.settle()).splitlines()) == [b"+recv:0,0,1,a", b"+recv:0,0,1,b", b"OK", b"OK"]
        assert (await at.ask("at+close=0")).count(refused(-9)) == 3
        assert await at.ask("at+close=0") == refused(-9)


@pytest.mark.asyncio
async def test_what_comes_while_a_command_runs_waits():
    async with bench(joined=True) as at:
        assert await at.ask("at+httpcreate\rat+httpdestroy=0\rat+test") == b"+httpcreate:0\r\n" + OK + OK + OK
