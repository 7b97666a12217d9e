"""The line of the virtual Air602: line ends, what is refused and how, echo, commands at the wrong time."""

import pytest

from atmodem.dialects.air602.commands.system import QMAC
from atmodem.dialects.air602.device import Virtual
from atmodem.errors import InvalidArgument
from tests.virtual.air602_bench import OK, bench, errs


@pytest.mark.asyncio
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
async def test_cr_lf_and_both_together_end_a_line(end: bytes):
    async with bench() as at:
        assert await at.hear(b"at+QmAc" + end) == b"+OK=286dcd004e7d\r\n\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "line",
    [b"AT", b"", b"xAT+QMAC", b"AT+SSID=" + b"x" * 512, b"AT+" + b"x" * 5000, b"ATZ"],
    ids=lambda line: line[:12],
)
async def test_what_is_no_command_is_thrown_away_silently(line: bytes):
    async with bench() as at:
        assert await at.hear(line + b"\r") == b""
        assert await at.hear(b"AT+\r") == OK


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("AT+NOPE", errs(-2)),
        ("AT+SKCT=!0,0,a,1", errs(-2)),
        ("AT+Z=1", errs(-2)),
        ("AT+SKSRCIP", errs(-2)),
        ("AT+KEY=1,0,", errs(-2)),
        ("AT+APWJOIN", errs(-2)),
        ("AT+=1", errs(-3)),
        ("AT+UART=9600,0,1,0", errs(-3)),
        ("AT+UART=9601,0,0,0", errs(-3)),
        ("AT+SKCLS=1", errs(-3)),
        ("AT+WPRT=4", errs(-4)),
        ("AT+WPRT= 1", errs(-4)),
        ("AT+ATPT=1_0", errs(-4)),
        ("AT+NIP=1", errs(-4)),
        ("AT+NIP=0,1.2.3.4", errs(-4)),
        ("AT+CHL=0,6", errs(-4)),
        ("AT+BSSID=1", errs(-4)),
        ('AT+SSID="open', errs(-4)),
        ("AT+SKCLS=21", errs(-4)),
        ("AT+DNAME=x", errs(-4)),
        ("AT+THISNAMEISTOOLONG", b"+ERR=-2\r\n"),
        ("AT+SSID=1,2,3,4,5,6,7,8,9,10", b"+ERR=-4\r\n"),
    ],
)
async def test_a_bad_line_gets_the_code_of_the_firmware(line: str, answer: bytes):
    async with bench() as at:
        assert await at.ask(line) == answer


@pytest.mark.asyncio
async def test_numbers_of_settings_are_cut_to_eight_bits_before_they_are_checked():
    async with bench() as at:
        assert await at.ask("AT+WPRT=!258") == OK
        assert await at.ask("AT+WPRT=?") == b"+OK=2\r\n\r\n"
        assert await at.ask("AT+ATPT=!500") == OK
        assert await at.ask("AT+ATPT=?") == b"+OK=500\r\n\r\n"


@pytest.mark.asyncio
async def test_a_comma_at_the_end_is_harmless_and_a_blank_is_part_of_a_text():
    async with bench() as at:
        assert await at.ask("AT+SSID=! a b,") == OK
        assert await at.ask("AT+SSID=?") == b"+OK= a b\r\n\r\n"


@pytest.mark.asyncio
async def test_a_quoted_text_is_told_without_escapes():
    async with bench() as at:
        assert await at.ask(r'AT+SSID=!"odd,\"na\\me"') == OK
        assert await at.ask("AT+SSID=?") == b'+OK=odd,"na\\me\r\n\r\n'


@pytest.mark.asyncio
async def test_echo_ends_in_cr_lf_shows_commands_alone_and_is_off_after_a_start():
    async with bench() as at:
        assert await at.ask("AT+E") == OK
        assert await at.hear(b"at+\n") == b"at+\r\n" + OK
        assert await at.hear(b"AT\r\n\r\n") == b""
        assert await at.ask("AT+E") == b"AT+E\r\n" + OK
        await at.ask("AT+E")
        assert await at.hear(b"AT+Z\r", 1) == b"AT+Z\r\n" + OK + b"ready\r\n"
        assert await at.ask("AT+") == OK


@pytest.mark.asyncio
async def test_a_bare_name_of_a_setting_asks():
    async with bench() as at:
        assert await at.ask("AT+WPRT") == b"+OK=0\r\n\r\n"


@pytest.mark.asyncio
async def test_a_command_that_comes_during_another_is_discarded():
    async with bench() as at:
        assert await at.hear(b"AT+WSCAN\r") == b""
        assert await at.hear(b"AT+QMAC\r") == b""
        assert (await at.rest(1)).count(b"+OK") == 1


@pytest.mark.asyncio
async def test_where_commands_queue_it_is_obeyed_afterwards():
    async with bench(busy="queue") as at:
        assert await at.hear(b"AT+WSCAN\rAT+QMAC\r") == b""
        assert (await at.rest(1)).endswith(b'"lab",42\r\n\r\n\r\n+OK=286dcd004e7d\r\n\r\n')


@pytest.mark.asyncio
async def test_a_profile_or_behaviour_that_is_not_there_is_refused():
    with pytest.raises(InvalidArgument, match="w600-2018"):
        Virtual(profile="w700")
    with pytest.raises(InvalidArgument, match="queue"):
        Virtual(busy="refuse")


@pytest.mark.asyncio
async def test_a_test_may_let_a_command_fail_once():
    async with bench() as at:
        at.module.fail(QMAC, -6)
        assert await at.ask("AT+QMAC=?") == errs(-6)
        assert await at.ask("AT+QMAC") == b"+OK=286dcd004e7d\r\n\r\n"
