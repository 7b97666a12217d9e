"""The virtual ESP module on its serial line: strictness, echo, busy, errors, restarts, releases."""

import asyncio

import pytest

from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual
from atmodem.errors import InvalidArgument
from tests.virtual.host import ERROR, HOST, JOIN, OK, PROMPT, Host, far_end, module, online

READY = b"\r\nready\r\n"


@pytest.mark.asyncio
async def test_the_echo_is_on_after_a_start_and_again_after_a_restart():
    async with Virtual(boot_time=0.01) as device:
        link = device.open_link()
        host = Host(link)
        assert await host.ask(b"AT") == b"AT\r\n" + OK
        assert await host.ask(b"ATE0") == b"ATE0\r\n" + OK
        assert await host.ask(b"AT") == OK
        assert await host.ask(b"AT+RST") == OK
        assert await host.until(READY) == READY
        assert await host.ask(b"AT") == b"AT\r\n" + OK
        await link.aclose()


@pytest.mark.asyncio
async def test_a_module_that_crashes_says_ready_and_forgets_what_is_not_stored():
    async with module(boot_time=0.01) as (device, host):
        await host.ask(b"AT+CIPMUX=1")
        await host.ask(b"AT+CWMODE=3")
        await host.ask(b"AT+SYSSTORE=0")
        await host.ask(b"AT+CWMODE=2")
        device.restart()
        assert not device.awake
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CIPMUX?") == b"+CIPMUX:0\r\n" + OK
        assert await host.ask(b"AT+CWMODE?") == b"+CWMODE:3\r\n" + OK
        assert await host.ask(b"AT+RESTORE") == OK
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+CWMODE?") == b"+CWMODE:1\r\n" + OK


@pytest.mark.asyncio
async def test_what_comes_while_the_module_starts_is_lost():
    async with module(boot_time=0.05) as (device, host):
        device.restart()
        host.send(b"AT+FAKE\r\nAT+CWM")
        await host.until(READY)
        assert await host.ask(b"AT") == b"AT\r\n" + OK


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"XX", b"0x01030000"),
        (b"", b"0x01030000"),
        (b" AT", b"0x01030000"),
        (b"AT+CIPSSLCSNI=" + b"a" * 300, b"0x01030000"),
        (b"AT+FAKE", b"0x01090000"),
        (b"AT+FAKE=abc", b"0x01090000"),
        (b"AT+DRVADC=0,0", b"0x01090000"),
        (b"AT\nAT", b"0x01090000"),
        (b"AT+CWMODE=7", b"0x01070001"),
        (b"AT+UART_CUR=115200,9,1,0,0", b"0x01070002"),
        (b'AT+CWMODE="1"', b"0x01080000"),
        (b"AT+CWMODE= 1", b"0x01080000"),
        (b"AT+CWMODE=1 ", b"0x01080000"),
        (b"AT+CWMODE=+1", b"0x01080000"),
        (b"AT+CWJAP=lab,secret", b"0x01080000"),
        (b'AT+CWJAP="a,b","secret12"', b"0x01080000"),
        (b'AT+CWJAP="lab","secret', b"0x01080001"),
        (b"AT+CWMODE=1,2,3", None),
        (b"AT+CWMODE=?", None),
        (b"AT+CWMODE", None),
        (b"AT+CIPSERVER=1,333", None),
    ],
)
@pytest.mark.asyncio
async def test_each_mistake_has_its_code(line: bytes, code: bytes | None):
    async with module() as (_, host):
        assert await host.ask(line) == ERROR
        await host.ask(b"AT+SYSLOG=1")
        cause = b"" if code is None else b"ERR CODE:" + code + b"\r\n"
        assert await host.ask(line) == cause + ERROR


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"at+cwmode?", b"+CWMODE:1\r\n" + OK),
        (b"AT+CWMODE=0x3", OK),
        (b"AT+CWMODE=003", OK),
        (b"AT+CWLAPOPT=,31", OK),
        (b'AT+CWHOSTNAME="a\\,b\\c"', OK),
        (b'AT+CIPSSLCSNI="' + b"a" * 62 + b'"', OK),
    ],
)
@pytest.mark.asyncio
async def test_what_the_firmware_takes_is_taken(line: bytes, answer: bytes):
    async with module() as (_, host):
        assert await host.ask(line) == answer


@pytest.mark.asyncio
async def test_a_line_of_256_bytes_is_the_longest():
    async with module() as (_, host):
        line = b'AT+CIPDOMAIN="%b"'
        await host.ask(b"AT+SYSLOG=1")
        fits = line % (b"a" * (254 - len(line) + 2))
        assert len(fits) == 254
        assert await host.ask(fits) == ERROR
        assert await host.ask(line % (b"a" * (255 - len(line) + 2))) == b"ERR CODE:0x01030000\r\n" + ERROR


@pytest.mark.asyncio
async def test_an_escape_in_a_parameter_makes_the_next_byte_plain():
    async with module() as (_, host):
        await host.ask(b'AT+CWHOSTNAME="a\\,b\\n\\"\\\\"')
        assert await host.ask(b"AT+CWHOSTNAME?") == b'+CWHOSTNAME:a,bn"\\\r\n' + OK


@pytest.mark.asyncio
async def test_a_second_command_in_one_piece_is_refused_with_its_code():
    async with module() as (_, host):
        await host.ask(b"AT+SYSLOG=1")
        host.send(b"AT+CIPMUX?\r\nAT+CIPMODE?\r\n")
        assert await host.until(OK) == b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n+CIPMUX:0\r\n" + OK


@pytest.mark.asyncio
async def test_a_restart_ends_the_command_that_runs():
    async with module(boot_time=0.01) as (device, host):
        device.faults.set(espat.CWJAP, delay=60)
        host.send(JOIN + b"\r\n")
        host.send(b"AT\r\n")
        assert await host.until(b"busy p...\r\n") == b"\r\nbusy p...\r\n"
        assert await host.ask(b"AT+RST") == b"\r\nWill force to restart!!!\r\n" + OK
        assert await host.until(READY) == READY


@pytest.mark.asyncio
async def test_faults_delay_answers_and_put_events_into_them():
    async with module() as (device, host):
        device.faults.set(espat.CWMODE, delay=0.01, events=[espat.WifiDisconnect()])
        assert await host.ask(b"AT+CWMODE?") == b"+CWMODE:1\r\nWIFI DISCONNECT\r\n" + OK
        device.faults.set(espat.CWMODE, mute=True)
        host.send(b"AT+CWMODE?\r\n")
        assert await host.ask(b"AT") == OK


@pytest.mark.asyncio
async def test_the_list_of_commands_holds_what_is_built_in():
    async with module() as (_, host):
        answer = await host.ask(b"AT+CMD?")
        lines = answer.removesuffix(OK).splitlines()
        assert lines[0] == b'+CMD:0,"AT",0,0,0,1'
        assert [line.partition(b",")[0] for line in lines] == [b"+CMD:%d" % n for n in range(len(lines))]
        named = {line.split(b'"')[1]: line.rpartition(b'"')[2] for line in lines}
        assert named[b"AT+CIPMUX"] == b",0,1,1,0"
        assert named[b"AT+CIPSTATE"] == b",0,1,0,0"
        assert named[b"AT+CIPSEND"] == b",0,0,1,1"
        assert b"AT+DRVADC" not in named
        assert b"AT++++" not in named


@pytest.mark.parametrize(
    ("profile", "line", "answer"),
    [
        ("2.0", b"AT+SYSLOG=1", ERROR),
        ("2.1", b"AT+SYSLOG=1", OK),
        ("2.2", b"AT+CIPSTATE?", ERROR),
        ("2.3", b"AT+CIPSTATE?", OK),
        ("2.4", b"AT+CIPRECVLEN?", b"+CIPRECVLEN:-1\r\n" + OK),
        ("3.0", b"AT+CIPRECVLEN?", b"+CIPRECVLEN:0\r\n" + OK),
        ("2.4", b"AT+CIPSNTPCFG?", b"+CIPSNTPCFG:0\r\n" + OK),
        ("3.0", b"AT+CIPSNTPCFG?", b"+CIPSNTPCFG:0,0\r\n" + OK),
        ("2.4", b"AT+CIPDNS?", b"+CIPDNS:0\r\n" + OK),
        ("3.0", b"AT+CIPDNS?", b'+CIPDNS:0,"0.0.0.0","0.0.0.0","0.0.0.0"\r\n' + OK),
        ("3.2", b"AT+CIPRECVTYPE?", ERROR),
        ("3.3", b"AT+CIPRECVTYPE?", b"+CIPRECVTYPE:0,0\r\n" + OK),
        ("5.1", b"AT+CIPRECVTYPE?", b"+CIPRECVTYPE:0,0,0\r\n" + OK),
        ("2.0", b"AT+SYSRAM?", b"+SYSRAM:148408" + OK),
        ("4.0", b"AT+SYSRAM=0x1800", ERROR),
        ("4.1", b"AT+SYSRAM=0x1800", b"+SYSRAM:110592,148408,84044,327680" + OK),
        ("4.1", b"AT+CIPCONNPERSIST?", ERROR),
        ("5.0", b"AT+CIPCONNPERSIST?", b"+CIPCONNPERSIST:0\r\n" + OK),
        ("2.0", b"AT+CWLAP", b'+CWLAP:(3,"lab",-42,"%b",6,-1,-1)\r\n' + OK),
        ("2.1", b"AT+CWLAP", b'+CWLAP:(3,"lab",-42,"%b",6,-1,-1,4,4)\r\n' + OK),
        ("3.0", b"AT+CWLAP", b'+CWLAP:(3,"lab",-42,"%b",6,-1,-1,4,4,7,0)\r\n' + OK),
    ],
)
@pytest.mark.asyncio
async def test_a_release_has_its_own_commands_and_fields(profile: str, line: bytes, answer: bytes):
    async with module(profile=profile) as (device, host):
        bssid = device.air.access_points[0].bssid.encode()
        assert await host.ask(line) == answer.replace(b"%b", bssid)


@pytest.mark.asyncio
async def test_the_version_names_the_release():
    async with module(profile="3.3") as (_, host):
        assert (await host.ask(b"AT+GMR")).startswith(b"AT version:3.3.0.0(")


def test_a_release_that_does_not_exist_is_refused():
    async def make() -> None:
        Virtual(profile="1.7")

    with pytest.raises(InvalidArgument, match=r"profile must be one of 2\.0, "):
        asyncio.run(make())


@pytest.mark.asyncio
async def test_old_firmware_takes_smaller_pieces():
    async with far_end() as server, online(profile="2.3") as (_, host):
        await host.ask(b'AT+CIPSTART="TCP","%b",%d' % (HOST.encode(), server.port))
        assert await host.ask(b"AT+CIPSEND=2049") == ERROR
        host.send(b"AT+CIPSEND=2048\r\n")
        assert await host.until(PROMPT) == PROMPT


@pytest.mark.asyncio
async def test_the_line_speed_changes_behind_the_answer():
    async with module(baudrate=115200) as (device, host):
        assert await host.ask(b"AT+UART_CUR?") == b"+UART_CUR:115207,8,1,0,0\r\n" + OK
        assert await host.ask(b"AT+UART_CUR=921600,8,1,0,0") == OK
        assert device.outlet.pacer.baudrate == 921600
        assert await host.ask(b"AT+UART_CUR?") == b"+UART_CUR:921656,8,1,0,0\r\n" + OK
        assert await host.ask(b"AT+UART_DEF?") == b"+UART_DEF:115200,8,1,0,0\r\n" + OK
        device.restart(after=0)
        await host.until(READY)
        assert device.outlet.pacer.baudrate == 115200


@pytest.mark.asyncio
async def test_a_stored_line_speed_survives_a_restart():
    async with module(baudrate=115200) as (device, host):
        assert await host.ask(b"AT+UART_DEF=921600,8,1,0,0") == OK
        device.restart(after=0)
        await host.until(READY)
        assert device.outlet.pacer.baudrate == 921600
        assert await host.ask(b"AT+UART?") == b"AT+UART?\r\n+UART:921656,8,1,0,0\r\n" + OK


@pytest.mark.asyncio
async def test_the_module_s_clock_runs_from_what_it_was_set_to():
    async with module() as (_, host):
        assert await host.ask(b"AT+SYSTIMESTAMP=1565853509") == OK
        assert await host.ask(b"AT+SYSTIMESTAMP?") in {
            b"+SYSTIMESTAMP:1565853509" + OK,
            b"+SYSTIMESTAMP:1565853510" + OK,
        }
