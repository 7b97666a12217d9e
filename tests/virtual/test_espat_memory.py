"""Memory, flash and message filters of the virtual ESP module."""

import pytest

from tests.virtual.host import ERROR, OK, PROMPT, module

READY = b"\r\nready\r\n"


@pytest.mark.asyncio
async def test_the_scratch_buffer_is_read_in_records_with_nothing_between():
    async with module() as (_, host):
        assert await host.ask(b"AT+USERRAM=3,1") == ERROR
        assert await host.ask(b"AT+USERRAM=1,0") == ERROR
        assert await host.ask(b"AT+USERRAM=1,1500") == OK
        assert await host.ask(b"AT+USERRAM=1,10") == ERROR
        host.send(b"AT+USERRAM=2,1500\r\n")
        assert await host.until(b">") == PROMPT
        host.send(b"x" * 1500)
        assert await host.until(b"WRITE OK\r\n") == b"\r\nWRITE OK\r\n"
        host.send(b"AT+USERRAM=3,1500\r\n")
        assert await host.until(OK) == b"+USERRAM:1024," + b"x" * 1024 + b"+USERRAM:476," + b"x" * 476 + OK
        assert await host.ask(b"AT+USERRAM=3,10,1495") == ERROR
        assert await host.ask(b"AT+USERRAM=4") == OK
        assert await host.ask(b"AT+USERRAM=3,2,3") == b"+USERRAM:2,\0\0" + OK
        assert await host.ask(b"AT+USERRAM=0") == OK
        assert await host.ask(b"AT+USERRAM?") == b"+USERRAM:0\r\n" + OK


@pytest.mark.asyncio
async def test_the_partition_survives_a_restart():
    async with module(boot_time=0.01) as (device, host):
        host.send(b'AT+SYSFLASH=1,"mfg_nvs",10,3\r\n')
        assert await host.until(b">") == b">"
        host.send(b"abc")
        assert await host.until(OK) == OK
        device.restart()
        await host.until(READY)
        await host.ask(b"ATE0")
        assert await host.ask(b'AT+SYSFLASH=2,"mfg_nvs",9,5') == b"+SYSFLASH:5,\xffabc\xff" + OK
        assert await host.ask(b'AT+SYSFLASH=0,"mfg_nvs"') == OK
        assert await host.ask(b'AT+SYSFLASH=2,"mfg_nvs",10,3') == b"+SYSFLASH:3,\xff\xff\xff" + OK
        assert await host.ask(b'AT+SYSFLASH=2,"other",0,1') == ERROR
        assert await host.ask(b'AT+SYSFLASH=2,"mfg_nvs",77823,2') == ERROR


@pytest.mark.asyncio
async def test_the_manufacturing_store_keeps_numbers_and_texts():
    async with module() as (_, host):
        assert await host.ask(b'AT+SYSMFG=2,"own","small",1,255') == OK
        assert await host.ask(b'AT+SYSMFG=2,"own","small",1,256') == ERROR
        assert await host.ask(b'AT+SYSMFG=2,"own","negative",2,-3') == OK
        host.send(b'AT+SYSMFG=2,"own","text",7,5\r\n')
        assert await host.until(b">") == PROMPT
        host.send(b"a\r\nOK")
        assert await host.until(OK) == OK
        assert await host.ask(b'AT+SYSMFG=1,"own"') == (
            b'+SYSMFG:"own","small",1\r\n+SYSMFG:"own","negative",2\r\n+SYSMFG:"own","text",7\r\n' + OK
        )
        assert await host.ask(b'AT+SYSMFG=1,"own","small"') == b'+SYSMFG:"own","small",1,3,255\r\n' + OK
        host.send(b'AT+SYSMFG=1,"own","text",1,3\r\n')
        assert await host.until(OK) == b'+SYSMFG:"own","text",7,3,\r\nO\r\n' + OK
        assert await host.ask(b'AT+SYSMFG=0,"own","small"') == OK
        assert await host.ask(b'AT+SYSMFG=1,"own","small"') == ERROR
        assert await host.ask(b'AT+SYSMFG=0,"own","small"') == ERROR
        assert await host.ask(b'AT+SYSMFG=0,"own"') == OK
        assert await host.ask(b'AT+SYSMFG=0,"own"') == ERROR
        assert await host.ask(b"AT+SYSMFG?") == b'+SYSMFG:"factory_param"\r\n' + OK
        assert await host.ask(b"AT+SYSMFG=1") == b'+SYSMFG:"factory_param"\r\n' + OK
        assert await host.ask(b"AT+SYSMFG=0") == OK
        assert await host.ask(b"AT+SYSMFG?") == OK
        assert await host.ask(b'AT+SYSMFG=2,"own","x",7,4001') == ERROR
        assert await host.ask(b'AT+SYSMFG=2,"own","x",9,1') == ERROR
        assert await host.ask(b'AT+SYSMFG=2,"own"') == ERROR


@pytest.mark.asyncio
async def test_message_filters_are_kept_and_listed():
    async with module() as (_, host):
        for text in (b"^a$", b"^b$"):
            host.send(b"AT+SYSMSGFILTERCFG=1,2,1\r\n")
            assert await host.until(b">") == PROMPT
            host.send(text)
            assert await host.until(OK) == OK
        listed = b'+SYSMSGFILTERCFG:0,"^a","$"\r\n+SYSMSGFILTERCFG:1,"^b","$"\r\n'
        assert await host.ask(b"AT+SYSMSGFILTERCFG?") == listed + OK
        for answer in (OK, ERROR):
            host.send(b"AT+SYSMSGFILTERCFG=2,2,1\r\n")
            await host.until(b">")
            host.send(b"^a$")
            assert await host.until(answer) == answer
        assert await host.ask(b"AT+SYSMSGFILTERCFG=1") == ERROR
        assert await host.ask(b"AT+SYSMSGFILTERCFG=0") == OK
        assert await host.ask(b"AT+SYSMSGFILTERCFG?") == OK


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"AT+SYSREG=0,0x3ff44004", b"+SYSREG:0x0\r\n" + OK),
        (b"AT+SYSREG=1,0x3ff44004", ERROR),
        (b"AT+SYSREG=1,0x3ff44004,0x1", OK),
        (b"AT+SLEEPWKCFG=2,5,1", OK),
        (b"AT+SLEEPWKCFG=0,5", ERROR),
        (b"AT+USERMCUSLEEP=1", OK),
        (b"AT+USERWKMCUCFG=1,1,4,1,100,1", OK),
        (b"AT+RST=1", ERROR),
        (b"AT+SYSROLLBACK?", b'+SYSROLLBACK:0x60000,"4.1.0.0",0x1d0000,"4.1.0.0"' + OK),
        (b"AT+RFPOWER=60", OK),
        (b"AT+SYSTEMP?", b"+SYSTEMP:42.50" + OK),
        (b"AT+CIPTCPOPT=-1", OK),
        (b"AT+MDNS=0", ERROR),
        (b"AT+SAVETRANSLINK=0", OK),
    ],
)
@pytest.mark.asyncio
async def test_small_commands_are_answered(line: bytes, answer: bytes):
    async with module() as (_, host):
        assert await host.ask(line) == answer


@pytest.mark.asyncio
async def test_a_setting_that_is_left_out_stays_as_it_is():
    async with module() as (_, host):
        await host.ask(b"AT+RFPOWER=60")
        assert await host.ask(b"AT+RFPOWER?") == b"+RFPOWER:60,0,0,0\r\n" + OK
        await host.ask(b"AT+CWBANDWIDTH=0,1")
        assert (await host.ask(b"AT+CWBANDWIDTH?")).startswith(b"+CWBANDWIDTH:0,1,0\r\n+CWBANDWIDTH:1,2,0\r\n")
