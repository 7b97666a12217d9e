"""Names and pings."""

import pytest

from atmodem import CommandError, InvalidArgument, Modem, PingResult, Unsupported
from atmodem.virtual.air import Air
from tests.modem.peer import Peer
from tests.sessions.modems import ERROR, OK, WITHOUT_DRIVER, online, scripted, virtual

pytestmark = pytest.mark.asyncio


async def test_names_are_resolved_in_the_version_that_is_asked_for():
    async with online(air=Air(names={"board": "127.0.0.2"})) as (_, modem):
        assert await modem.resolve("board") == ("127.0.0.2",)
        assert await modem.resolve("example.org", version=4) == ("127.0.0.1",)
        assert await modem.resolve("example.org", version=6) == ("::1",)


async def test_an_address_stands_for_itself_and_nothing_is_asked():
    async with scripted() as (peer, modem):
        assert await modem.resolve("192.0.2.1") == ("192.0.2.1",)
        assert await modem.resolve("2001:DB8:0:0::1", version=6) == ("2001:db8::1",)
        with pytest.raises(InvalidArgument, match="host must be a name or an IPv6 address"):
            await modem.resolve("192.0.2.1", version=6)
        assert peer.lines == []


@pytest.mark.parametrize("host", ["", "a b", "a\r\nb"])
async def test_what_no_host_is_called_is_refused(host: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match="host must be a host name or an address"):
            await modem.resolve(host)
        with pytest.raises(InvalidArgument, match="host must be"):
            await modem.ping(host)
        assert peer.lines == []


async def test_an_unknown_name_has_its_own_reason():
    async with online() as (_, modem):
        with pytest.raises(CommandError, match=r"no address is known for 'nowhere\.invalid'") as caught:
            await modem.resolve("nowhere.invalid")
        assert caught.value.name == "NO_SUCH_HOST"


async def test_a_ping_tells_the_round_trip():
    async with online() as (_, modem):
        assert await modem.ping("localhost", count=2) == PingResult(sent=2, received=2, milliseconds=1.0)


async def test_without_a_network_a_ping_is_an_error():
    async with virtual() as (_, modem):
        with pytest.raises(CommandError, match="PING"):
            await modem.ping("localhost")


async def test_several_pings_are_summed_up_and_late_answers_do_not_count():
    async with scripted() as (peer, modem):
        replies = iter(
            [b"+PING:10\r\n" + OK, b"+PING:TIMEOUT\r\n" + ERROR, b"+PING:20\r\n" + OK, b"+PING:2000\r\n" + OK]
        )
        peer.answers[b'AT+PING="h"'] = lambda: peer.say(next(replies))
        assert await modem.ping("h", count=4, timeout=1) == PingResult(sent=4, received=2, milliseconds=15.0)
        assert peer.lines == [b'AT+PING="h"'] * 4


async def test_a_host_that_does_not_answer_is_no_error():
    async with scripted({b'AT+PING="h"': b"+PING:TIMEOUT\r\n" + ERROR}) as (_, modem):
        assert await modem.ping("h") == PingResult(sent=1, received=0, milliseconds=None)


async def test_numbers_of_a_ping_are_checked():
    async with scripted() as (peer, modem):
        for arguments, allowed in (({"count": 0}, "count must be 1 to 1000"), ({"timeout": 0}, "timeout must be more")):
            with pytest.raises(InvalidArgument, match=allowed):
                await modem.ping("h", **arguments)
        assert peer.lines == []


async def test_a_dialect_without_a_driver_refuses_by_name():
    modem = Modem(Peer().link, WITHOUT_DRIVER)
    for call, name in (
        (modem.resolve("h"), "network.resolve"),
        (modem.ping("h"), "network.ping"),
        (modem.clock.read(), "clock.read"),
        (modem.clock.synchronize(), "clock.start_sntp"),
        (modem.mdns.browse("_http"), "mdns.browse"),
        (modem.system.restart(), "system.restart"),
        (modem.power.sleep_until_pin(), "power.sleep_until_pin"),
        (modem.uart.change(9600), "uart.read"),
        (modem.nvs.namespaces(), "nvs.keys"),
        (modem.flash.partitions(), "flash.partitions"),
        (modem.wifi.addresses(), "addresses.read"),
    ):
        with pytest.raises(Unsupported, match=f"espat lacks {name}"):
            await call
