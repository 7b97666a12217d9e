"""The command line of the virtual MXCHIP module: echo, line ends, prompts, settings, restarts."""

import pytest

from atmodem.dialects.mxchip import CIPSEND, FWVER, WLPC, WSCAN, StationDown
from atmodem.dialects.mxchip.device import Virtual
from atmodem.dialects.mxchip.device.profile import PROFILES
from atmodem.errors import InvalidArgument
from atmodem.virtual.handlers import Handling
from atmodem.wire.command import Form, QueryForm
from tests.virtual.mxchip_bench import DOWN, ERROR, OK, UP, bench, link_event, value


@pytest.mark.asyncio
async def test_characters_come_back_as_they_arrive_but_line_ends_do_not():
    async with bench() as at:
        assert await at.ask("AT+UARTE=ON") == OK
        assert [await at.hear(bytes((byte,))) for byte in b"AT\r\n"] == [b"A", b"T", OK, b""]
        assert await at.ask("AT+UARTE?") == b"AT+UARTE?" + value("UARTE:ON")
        assert await at.ask("AT+UARTE=OFF") == b"AT+UARTE=OFF" + OK
        assert await at.ask("AT") == OK


@pytest.mark.asyncio
async def test_cr_and_cr_lf_end_a_line_and_an_empty_one_is_nothing():
    async with bench() as at:
        assert await at.hear(b"AT\r\nAT\rAT\r\n\r\r\n") == OK * 3
        assert await at.hear(b"\n") == b""
        assert await at.hear(b"AT\r") == OK


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "line",
    [
        "at",
        "AT+fwver?",
        "AT+FWVER",
        "AT+FWVER=?",
        "AT+NOSUCH",
        "AT+WLPC?",
        "AT+AT+WDHCP?",
        "AT+WEVENT=on",
        "AT+CIPSTART=0,TCP_CLIENT,peer,7",
        "AT+CIPSTATUS= 1",
        "AT+UART=115200,8,1,NONE",
        "AT+MQTTSUB=6,x,0",
        "AT+BTSTATE?",
        "AT+ENETRAWMODE?",
        "AT+ILOPSTATUS?",
        "+" * 2000,
    ],
)
async def test_what_is_not_exact_is_an_error(line: str):
    async with bench() as at:
        assert await at.ask(line) == ERROR
        assert await at.ask("AT") == OK


@pytest.mark.asyncio
async def test_words_that_firmware_takes_for_others_are_taken():
    async with bench(profile="emw3239") as at:
        assert await at.ask("AT+UART=9600,8,1,EVEN,RCS") == OK
        assert await at.ask("AT+UART?") == value("UART:9600,8,1,EVEN,RTS")
        assert await at.ask("AT+BTEVENT=OFF") == OK
        assert await at.ask("AT+BTEVENT?") == value("BTEVENT:DN")


@pytest.mark.asyncio
async def test_both_forms_of_a_query_are_the_same():
    async with bench() as at:
        assert await at.ask("AT+WMAC") == await at.ask("AT+WMAC?") == value("WMAC:BF01ADE2F5CE")
        assert await at.ask("AT+WFVER") == await at.ask("AT+WFVER?")


@pytest.mark.asyncio
async def test_a_command_that_comes_while_another_runs_waits():
    async with bench() as at:
        said = await at.hear(b"AT+WSCAN=lab\rAT+WDHCP?\r", 1)
        assert said == b"\r\n+WSCAN:1\r\nlab,-42\r\nOK\r\n" + value("WDHCP:ON")


@pytest.mark.asyncio
async def test_events_may_stand_inside_an_answer():
    async with bench() as at:
        at.module.faults.set(FWVER, events=[StationDown()])
        assert await at.ask("AT+FWVER?") == b"\r\n+FWVER:basic_AT_v2.1.4\r\n" + DOWN + b"OK\r\n"


@pytest.mark.asyncio
async def test_data_that_come_before_a_late_prompt_are_its_data():
    async with bench(joined=True) as at:
        far = await at.open()
        at.module.faults.set(CIPSEND, delay=0.5)
        assert await at.hear(b"AT+CIPSEND=0,5\r") == b""
        assert await at.hear(b"\nabcd", 1) == b">" + OK
        assert far.received == b"\nabcd"


@pytest.mark.asyncio
async def test_a_lf_before_other_prompts_is_no_data():
    async with bench(joined=True, profile="emw3239") as at:
        await at.ask("AT+BTDISCOVERY=ON")
        peer = at.module.bluetooth.connect()
        await at.settle()
        assert await at.hear(b"AT+BTSEND=2\r\nab") == b">" + OK
        assert peer.received == b"ab"
        assert await at.hear(b"AT+BTSEND=2\r") == b">"
        assert await at.hear(b"\nb") == OK
        assert peer.received == b"ab\nb"


@pytest.mark.asyncio
async def test_settings_are_kept_and_echo_is_on_after_a_restart():
    async with bench() as at:
        for line in ("AT+WEVENT=OFF", "AT+UARTFOMAT=512,50", "AT+MQTTCID=a\\,b", "AT+WSCANOPT=1"):
            assert await at.ask(line) == OK
        assert await at.hear(b"AT+REBOOT\r") == OK
        assert await at.hear(b"AT\r", 0.1) == b""
        assert await at.rest(0.2) == b""
        assert await at.ask("AT+WEVENT?") == b"AT+WEVENT?" + value("WEVENT:OFF")
        await at.ask("AT+UARTE=OFF")
        assert await at.ask("AT+UARTFOMAT?") == value("UARTFOMAT:512,50")
        assert await at.ask("AT+MQTTCID=?") == value("MQTTCID:a\\,b")
        assert await at.ask("AT+FACTORY") == OK
        await at.rest(1)
        assert await at.ask("AT+WEVENT?") == b"AT+WEVENT?" + value("WEVENT:ON")
        assert await at.ask("AT+UARTFOMAT?") == b"AT+UARTFOMAT?" + value("UARTFOMAT:1024,100")


@pytest.mark.asyncio
async def test_what_is_set_while_flash_is_locked_is_forgotten():
    async with bench(joined=True) as at:
        assert await at.ask("AT+FLASHLOCK=ON") == OK
        await at.open(1)
        for line in ("AT+WDHCP=OFF", "AT+CIPAUTOCONN=2,0", "AT+SNTPCFG=+8"):
            assert await at.ask(line) == OK
        assert await at.ask("AT+CIPAUTOCONN=2") == value("CIPAUTOCONN:0")
        await at.hear(b"AT+REBOOT\r")
        assert await at.rest(3) == UP
        await at.ask("AT+UARTE=OFF")
        assert await at.ask("AT+FLASHLOCK?") == value("FLASHLOCK:OFF")
        assert await at.ask("AT+WDHCP?") == value("WDHCP:ON")
        assert await at.ask("AT+CIPAUTOCONN=2") == value("CIPAUTOCONN:1")
        assert await at.ask("AT+CIPSTATUS=1") == value("CIPSTATUS:tcp_client,close")


@pytest.mark.asyncio
async def test_a_restart_joins_the_stored_network_and_opens_its_links_unasked():
    async with bench(joined=True) as at:
        await at.open(1)
        await at.open(3)
        await at.ask("AT+CIPAUTOCONN=3,0")
        await at.hear(b"AT+REBOOT\r")
        assert await at.rest(3) == UP + link_event("1,SERVER,CONNECTED")
        assert at.network.far_ends[0].closed
        await at.ask("AT+FACTORY")
        assert await at.rest(3) == b""
        assert await at.ask("AT+WJAP=?") == b"AT+WJAP=?" + value("WJAP:")


@pytest.mark.asyncio
async def test_the_clock_of_the_module_begins_anew_with_each_start():
    async with bench(joined=True) as at:
        before = await at.ask("AT+RTCGET")
        assert before.startswith(b"\r\n+RTCGET:1970-01-01T00:00:0")
        assert await at.ask("AT+SNTPCFG=+15") == ERROR
        assert await at.ask("AT+SNTPCFG=-3:30,ntp.example.com") == OK
        told = await at.ask("AT+SNTPTIME")
        assert told[:12] == b"\r\n+SNTPTIME:"
        assert (await at.ask("AT+RTCGET"))[10:20] == told[12:22]
        await at.ask("AT+WJAPQ")
        assert await at.ask("AT+SNTPTIME") == ERROR
        await at.ask("AT+REBOOT")
        await at.rest(1)
        assert b"RTCGET:1969-12-31T20:30:0" in await at.ask("AT+RTCGET")
        uptime = await at.ask("AT+SYSTIME?")
        assert b"+SYSTIME:1" in uptime


@pytest.mark.asyncio
async def test_the_speed_of_the_line_changes_with_the_next_restart():
    async with bench(baudrate=115200) as at:
        await at.ask("AT+UART=9600,8,1,NONE,NONE")
        assert at.module.outlet.pacer.baudrate == 115200
        await at.ask("AT+REBOOT")
        await at.rest(1)
        assert at.module.outlet.pacer.baudrate == 9600


@pytest.mark.asyncio
async def test_standby_is_deaf_until_the_pin_wakes_the_module():
    async with bench() as at:
        assert await at.ask("AT+STANDBY") == OK
        assert await at.hear(b"AT\r", 10) == b""
        at.module.wake()
        await at.rest(1)
        at.module.wake()
        assert await at.ask("AT") == b"AT" + OK


@pytest.mark.asyncio
async def test_a_module_that_is_mute_has_obeyed_all_the_same():
    async with bench() as at:
        at.module.faults.set(WSCAN, mute=True)
        assert await at.hear(b"AT+WSCAN\r", 20) == b""
        assert await at.ask("AT") == OK


@pytest.mark.asyncio
async def test_each_profile_has_its_version_and_lacks_its_commands():
    lacking = {"v2.0.2": "AT+OTACHECK", "ilop": "AT+OTACHECK", "default": "AT+BTSTATE?", "emw3239": "AT+ENETRAWMODE?"}
    for name, profile in PROFILES.items():
        async with bench(profile=name) as at:
            assert await at.ask("AT+FWVER?") == value(f"FWVER:{profile.version}")
            assert await at.ask(lacking.get(name, "AT+ILOPSTART")) == ERROR
    with pytest.raises(InvalidArgument):
        Virtual(profile="3.0")


@pytest.mark.asyncio
async def test_an_update_changes_the_version_and_restarts():
    async with bench(joined=True) as at:
        assert await at.ask("AT+OTACHECK") == value("OTACHECK:fog_v3_AT_v2.0.4")
        assert await at.ask("AT+OTASTART=new_v9") == OK + b"\r\n+OTAEVENT:START\r\n"
        assert await at.rest(15) == b"\r\n+OTAEVENT:SUCCESS\r\n" + UP
        assert await at.ask("AT+FWVER?") == b"AT+FWVER?" + value("FWVER:new_v9")
        at.module.updates.succeeds = False
        await at.ask("AT+OTASTART=lost")
        assert await at.rest(100) == b""
        at.module.updates.succeeds = True
        await at.ask("AT+OTASTART=old")
        at.module.restart()
        await at.rest(20)
        assert b"new_v9" in await at.ask("AT+FWVER?")
        await at.ask("AT+WJAPQ")
        assert (await at.ask("AT+OTASTART=x")).endswith(ERROR)


@pytest.mark.asyncio
async def test_every_command_is_built_in_in_each_of_its_forms():
    async with bench() as at:
        module = at.module
        commands = module.vocabulary.commands.values()
        wanted = {Handling(cls) for cls in commands if cls.declaration.forms and cls not in module.settings}
        for cls in commands:
            asked = {form.form for form in vars(cls).values() if isinstance(form, QueryForm)}
            # Where both forms exist they are the same.
            if not (Handling(cls) in module.handlers and Form.EXECUTE in cls.declaration.forms):
                wanted |= {Handling(cls, form) for form in asked}
        missing = {one for one in wanted if one not in module.handlers}
        assert missing == {Handling(WLPC), Handling(WLPC, Form.QUERY)}
