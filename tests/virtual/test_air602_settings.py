"""What the virtual Air602 keeps in memory and in flash; restarts, power, updates."""

import pytest

from atmodem.dialects.air602.device import firmware_image
from atmodem.errors import InvalidArgument
from tests.virtual.air602_bench import OK, bench, errs


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("UART", b"115200,0,0,0,0"),
        ("WPRT", b"0"),
        ("ATM", b"1"),
        ("ATRM", b"0,1,0,60000"),
        ("ENCRY", b"0"),
        ("NIP", b"0,192.168.1.1,255.255.255.0,192.168.1.1,192.168.1.1"),
        ("APNIP", b"1,192.168.0.1,255.255.255.0,192.168.0.1,192.168.0.1"),
        ("APCHL", b"1,11"),
        ("CHLL", b"3fff"),
        ("CHL", b"0"),
        ("BRDSSID", b"1"),
        ("WEBS", b"1,80"),
        ("PASS", b'"000000"'),
        ("DNS", b'"local.winnermicro"'),
        ("PORTM", b"0"),
        ("ESPC", b"0x2b"),
        ("WARC", b"255"),
        ("CUSTDATA", b'""'),
        ("SKRPTM", b"0\n"),
    ],
)
async def test_a_new_module_has_the_parameters_of_the_factory(name: str, told: bytes):
    async with bench() as at:
        assert await at.ask(f"AT+{name}=?") == b"+OK=%b\r\n\r\n" % told


@pytest.mark.asyncio
async def test_a_value_in_memory_is_gone_after_a_restart_and_one_in_flash_is_not():
    async with bench() as at:
        await at.ask("AT+SSID=!kept")
        await at.ask("AT+SSID=lost")
        assert await at.ask("AT+SSID=?") == b"+OK=lost\r\n\r\n"
        assert (await at.hear(b"AT+Z\r", 1)).endswith(b"ready\r\n")
        assert await at.ask("AT+SSID=?") == b"+OK=kept\r\n\r\n"


@pytest.mark.asyncio
async def test_the_join_takes_the_key_from_flash_and_everything_else_from_memory():
    async with bench() as at:
        await at.ask("AT+SSID=lab")
        await at.ask("AT+KEY=1,0,12345678")
        assert await at.ask("AT+KEY=?") == b"+OK=1,0,\r\n\r\n"
        assert await at.ask("AT+WJOIN") == errs(-10)
        await at.ask("AT+PMTF")
        assert await at.ask("AT+WJOIN") == b'+OK=02005e000001,0,6,1,"lab",42\r\n\r\n'


@pytest.mark.asyncio
async def test_open_security_erases_the_key():
    async with bench() as at:
        await at.ask("AT+KEY=!1,0,12345678")
        await at.ask("AT+ENCRY=!0")
        assert await at.ask("AT+KEY=?") == b"+OK=1,0,\r\n\r\n"


@pytest.mark.asyncio
async def test_the_factory_values_are_in_flash_at_once_and_in_memory_after_a_restart():
    async with bench() as at:
        await at.ask("AT+WPRT=!2")
        await at.ask("AT+SSID=!mine")
        await at.ask("AT+RSTF")
        assert await at.ask("AT+WPRT=?") == b"+OK=0\r\n\r\n"
        assert await at.ask("AT+SSID=?") == b"+OK=mine\r\n\r\n"
        await at.hear(b"AT+Z\r", 1)
        assert await at.ask("AT+SSID=?") == b"+OK=\r\n\r\n"


@pytest.mark.asyncio
async def test_while_user_defaults_are_edited_nothing_that_runs_changes():
    async with bench() as at:
        await at.ask("AT+&UPDP=1")
        assert await at.ask("AT+SSID=!other") == OK
        await at.ask("AT+&UPDP=0")
        assert await at.ask("AT+SSID=?") == b"+OK=\r\n\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("set_line", "told"),
    [
        ("AT+ATRM=!1,1,,8080", b"1,1,,8080"),
        ("AT+ATRM=!0,0,host.lan,80", b'0,0,"host.lan",80'),
        ("AT+WEBS=!0", b"0"),
        ("AT+BSSID=!1,001EE3A34455", b"1,001ee3a34455"),
        ("AT+APCHL=!0", b"1,11"),
        ("AT+UART=!9600,0,2,1", b"9600,0,2,1,0"),
        ("AT+WBGR=!1,3", b"1,3"),
        ("AT+&MAC=0200deadbeef", b"0200deadbeef"),
    ],
)
async def test_a_setting_is_told_as_the_firmware_prints_it(set_line: str, told: bytes):
    async with bench() as at:
        assert await at.ask(set_line) == OK
        assert await at.ask(set_line.split("=", maxsplit=1)[0] + "=?") == b"+OK=%b\r\n\r\n" % told


@pytest.mark.asyncio
async def test_standby_ends_by_timer_in_a_start():
    async with bench() as at:
        assert await at.hear(b"AT+ENTS=1,1,100,1000\r", 0.5) == OK
        assert await at.ask("AT+") == b""
        assert await at.rest(1) == b"ready\r\n"


@pytest.mark.asyncio
async def test_sleep_without_a_timer_ends_by_the_pin():
    async with bench() as at:
        assert await at.hear(b"AT+ENTS=2,0,100,1000\r", 100) == OK
        at.module.wake()
        assert await at.rest(1) == b"ready\r\n"
        at.module.wake()
        assert await at.rest(1) == b""


@pytest.mark.asyncio
async def test_switching_the_radio_off_leaves_the_network_and_keeps_the_line():
    async with bench(joined=True) as at:
        assert await at.hear(b"AT+ENTS=0,1,100,1000\r", 1) == OK
        assert await at.ask("AT+LKSTT") == b"+OK=0\r\n\r\n"
        assert await at.ask("AT+ENTS=0,0,100,1000") == OK
        await at.ask("AT+ATM=0")
        assert await at.ask("AT+ENTS=0,1,100,1000") == errs(-3)


@pytest.mark.asyncio
async def test_an_update_takes_blocks_by_count():
    async with bench() as at:
        assert await at.ask("AT+&UPDD=3") == errs(-3)
        assert await at.ask("AT+&UPDM=1") == OK
        assert await at.ask("AT+&UPDD=3") == b"+OK=1\r\n\r\n"
        assert await at.hear(b"abc") == b"+OK=1\r\n\r\n"
        assert await at.ask("AT+&UPDD=1") == b"+OK=2\r\n\r\n"
        assert await at.hear(b"dAT+\r") == b"+OK=1\r\n\r\n" + OK


@pytest.mark.asyncio
async def test_fetching_firmware_tells_of_progress_and_starts_it():
    async with bench(joined=True) as at:
        assert await at.ask("AT+FWUP=http://peer/y") == OK
        far = at.network.far_ends[-1]
        far.send(b"HTTP/1.1 200 OK\r\n\r\n" + firmware_image("V009", 3000))
        far.close()
        assert await at.settle() + await at.rest(1) == b"firmware update: 100%\r\nready\r\n"
        assert await at.ask("AT+QVER") == b"+OK=V009\r\n\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 404 Not Found\r\n\r\n" + firmware_image("V009"),
        b"HTTP/1.1 200 OK\r\n\r\nno firmware",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + firmware_image("V009", 4000),
        b"nonsense",
    ],
)
async def test_what_is_no_firmware_is_dropped_without_a_word(response: bytes):
    async with bench(joined=True) as at:
        assert await at.ask("AT+FWUP=http://peer/y") == OK
        at.network.far_ends[-1].send(response)
        at.network.far_ends[-1].close()
        assert await at.rest(1) == b""
        assert await at.ask("AT+QVER") == b"+OK=AirM2M_Luat_WiFi_V008_WM\r\n\r\n"


@pytest.mark.parametrize(("version", "size"), [("", 100), ("x" * 65, 100), ("a\0b", 100), ("V1", 67)])
def test_a_firmware_that_cannot_be_made_is_refused(version: str, size: int):
    with pytest.raises(InvalidArgument):
        firmware_image(version, size)


@pytest.mark.asyncio
async def test_the_speed_in_flash_counts_from_the_next_start_on():
    async with bench(baudrate=115200) as at:
        assert await at.hear(b"AT+UART=!9600,0,0,0\r", 1) == OK
        assert at.module.outlet.pacer.baudrate == 115200
        await at.hear(b"AT+Z\r", 2)
        assert at.module.outlet.pacer.baudrate == 9600


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("profile", "line", "answer"),
    [
        ("manual", "AT+UART=?", b"+OK=115200,0,0,0\r\n\r\n"),
        ("manual", "AT+DNAME=x", OK),
        ("default", "AT+DNAME=?", OK),
        ("default", "AT+ONEMODE=?", errs(-2)),
        ("w600-2020", "AT+ONEMODE=?", b"+OK=0\r\n\r\n"),
        ("w600-2020", "AT+APWJOIN", OK),
        ("w600-2020", "AT+QMAC2", errs(-2)),
        ("w600-2020", "AT+QVER", b"+OK=H1.00.00.0000,G3.02.00@ 11:20:45 Mar 18 2019\r\n\r\n"),
        ("default", "AT+QVER=?", b"+OK=AirM2M_Luat_WiFi_V008_WM\r\n\r\n"),
        ("default", "AT+APMAC=?", b"+OK=2a6dcd004e7d\r\n\r\n"),
        ("default", "AT+TEM", b"+OK=25.00\r\n\r\n"),
        ("default", "AT+&HWV=?", b"+OK=000000000100\r\n\r\n"),
        ("default", "AT+PING=a.b,1,1,1", OK),
        ("default", "AT+APENCRY=0", OK),
    ],
)
async def test_firmwares_differ_in_what_they_have_and_tell(profile: str, line: str, answer: bytes):
    async with bench(profile=profile) as at:
        assert await at.ask(line) == answer


@pytest.mark.asyncio
async def test_waking_up_replaces_a_sleep_that_had_not_begun():
    async with bench() as at:
        await at.ask("AT+ENTS=1,1,1000,1000")
        assert await at.hear(b"AT+Z\r", 5) == OK + b"ready\r\n"
        assert await at.ask("AT+") == OK
