"""The module's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from atmodem import CommandError, CommandTimeout, InvalidArgument, NetworkTime
from tests.sessions.modems import ERROR, OK, online, scripted, virtual

pytestmark = pytest.mark.asyncio

TEXT = b"+CIPSNTPTIME:Fri Feb 29 23:05:09 2024" + OK


async def test_time_servers_set_the_clock_in_the_zone_that_is_wanted():
    async with online() as (_, modem):
        told = await modem.clock.synchronize(zone=-570, servers=("pool.ntp.org",))
        assert told.synchronized is True
        assert told.time.utcoffset() == timedelta(minutes=-570)
        assert abs(told.time - datetime.now(UTC)) < timedelta(seconds=5)
        assert (await modem.clock.read()).time >= told.time


async def test_a_clock_that_nothing_has_set_says_so():
    async with virtual() as (_, modem):
        told = await modem.clock.read()
        assert (told.synchronized, told.time.year) == (False, 1970)


async def test_without_a_network_no_server_answers_in_time():
    async with virtual() as (_, modem):
        with pytest.raises(CommandTimeout, match=r"no time server has answered within 0\.2 s"):
            await modem.clock.synchronize(timeout=0.2)


async def test_set_by_hand_it_keeps_the_moment_whatever_the_zone():
    async with virtual() as (_, modem):
        moment = datetime(2031, 5, 4, 12, 0, 0, tzinfo=timezone(timedelta(hours=2)))
        await modem.clock.set(moment)
        told = await modem.clock.read()
        assert told.synchronized is None
        assert timedelta(0) <= told.time - moment < timedelta(seconds=30)


@pytest.mark.parametrize(("zone", "minutes"), [(b"0", 0), (b"8", 480), (b"-3", -180), (b"530", 330), (b"-930", -570)])
async def test_the_zone_of_the_module_is_told(zone: bytes, minutes: int):
    answers = {b"AT+CIPSNTPCFG?": b"+CIPSNTPCFG:1," + zone + b',"a"\r\n' + OK, b"AT+CIPSNTPTIME?": TEXT}
    async with scripted(answers) as (_, modem):
        expected = datetime(2024, 2, 29, 23, 5, 9, tzinfo=timezone(timedelta(minutes=minutes)))
        assert await modem.clock.read() == NetworkTime(time=expected, synchronized=True)


async def test_firmware_that_tells_no_time_without_servers_is_asked_otherwise():
    answers = {
        b"AT+CIPSNTPCFG?": b"+CIPSNTPCFG:0\r\n" + OK,
        b"AT+CIPSNTPTIME?": ERROR,
        b"AT+SYSTIMESTAMP?": b"+SYSTIMESTAMP:1700000000" + OK,
    }
    async with scripted(answers) as (peer, modem):
        told = await modem.clock.read()
        assert told == NetworkTime(time=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), synchronized=None)
        peer.answers[b"AT+SYSTIMESTAMP?"] = ERROR
        with pytest.raises(CommandError, match="SYSTIMESTAMP"):
            await modem.clock.read()


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"zone": -721}, "zone must be -720 to 840 minutes"),
        ({"zone": 30}, "zone must be 0, or an hour or more"),
        ({"servers": ("a", "b", "c", "d")}, "servers must be at most 3"),
        ({"servers": ("",)}, "host must be"),
    ],
)
async def test_zones_and_servers_that_no_module_takes_are_refused(arguments: dict[str, object], allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.clock.synchronize(**arguments)
        assert peer.lines == []


@pytest.mark.parametrize(
    ("zone", "line"), [(0, b"AT+CIPSNTPCFG=1,0"), (345, b"AT+CIPSNTPCFG=1,545"), (-210, b"AT+CIPSNTPCFG=1,-330")]
)
async def test_a_zone_is_written_in_hours_or_in_hours_and_minutes(zone: int, line: bytes):
    async with scripted({line: ERROR}) as (peer, modem):
        with pytest.raises(CommandError, match="CIPSNTPCFG"):
            await modem.clock.synchronize(zone=zone)
        assert peer.lines == [line]


async def test_a_time_without_a_zone_is_refused():
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match="time must be a time with its zone"):
            await modem.clock.set(datetime(2030, 1, 1))
        assert peer.lines == []
