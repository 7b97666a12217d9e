"""The virtual MXCHIP module and the networks around it."""

import pytest

from atmodem.virtual.air import AccessPoint, Security, Trouble
from tests.virtual.mxchip_bench import DOWN, ERROR, OK, UP, bench, link_event, value

AP_UP, AP_DOWN = b"\r\n+WEVENT:AP_UP\r\n", b"\r\n+WEVENT:AP_DOWN\r\n"
NOWHERE = value("WJAPIP:0.0.0.0,0.0.0.0,0.0.0.0,0.0.0.0")


@pytest.mark.asyncio
async def test_the_answer_to_a_join_says_only_that_it_has_begun():
    async with bench() as at:
        assert await at.hear(b"AT+WJAP=lab,12345678\r") == OK
        assert await at.hear(b"AT+WJAPS\r") == value("WJAPS:CONNECTING")
        assert await at.rest(1) == UP
        assert await at.ask("AT+WJAPS") == value("WJAPS:STATION_UP")
        assert await at.ask("AT+WJAP?") == value("WJAP:lab,02005E000001,6,-42")
        assert await at.ask("AT+WJAPIP?") == value("WJAPIP:192.168.3.112,255.255.255.0,192.168.3.1,0.0.0.0")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("network", "trouble", "code"),
    [
        ("lab,wrong123", None, 1),
        ("nowhere,12345678", None, 2),
        ("lab", None, 1),
        ("lab,12345678", Trouble.REFUSES, 0),
        ("lab,12345678", Trouble.NO_ADDRESS, 0),
    ],
)
async def test_a_join_that_fails_is_told_with_its_cause_where_the_profile_has_it(
    network: str, trouble: Trouble | None, code: int
):
    async with bench(profile="join-codes") as at:
        at.air.access_points[0].trouble = trouble
        assert await at.hear(b"AT+WJAP=%b\r" % network.encode(), 30) == OK + DOWN
        assert await at.ask("AT+WJAPS") == value(f"WJAPS:STATION_DOWN,{code}")
    async with bench() as at:
        assert await at.ask("AT+WJAPS") == value("WJAPS:STATION_DOWN")
        assert await at.ask("AT+WJAP?") == value("WJAP:0,0,0,0")


@pytest.mark.asyncio
async def test_commas_are_escaped_in_names_and_keys():
    async with bench() as at:
        at.air.add(AccessPoint(ssid="a,b", password="c,d,e,f,g"))
        assert await at.ask("AT+WJAP=a\\,b,c\\,d\\,e\\,f\\,g") == OK + UP
        assert await at.ask("AT+WJAP=?") == value("WJAP:a\\,b,c\\,d\\,e\\,f\\,g")
        assert (await at.ask("AT+WJAP?")).startswith(b"\r\n+WJAP:a,b,")


@pytest.mark.asyncio
async def test_leaving_is_told_behind_the_answer_and_the_network_stays_stored():
    async with bench(joined=True) as at:
        assert await at.ask("AT+WJAPQ") == OK + DOWN
        assert await at.ask("AT+WJAPQ") == OK
        assert await at.ask("AT+WJAPIP?") == NOWHERE
        assert await at.hear(b"AT+REBOOT\r", 2) == OK + UP


@pytest.mark.asyncio
async def test_another_network_takes_the_place_of_the_old_one_without_a_word():
    async with bench(joined=True) as at:
        far = await at.open()
        at.air.add(AccessPoint(ssid="cafe"))
        assert await at.hear(b"AT+WJAP=cafe\r", 0.03) == OK + link_event("0,SERVER,DISCONNECTED")
        assert far.closed
        assert await at.rest(2) == UP + link_event("0,SERVER,CONNECTED")


@pytest.mark.asyncio
async def test_events_of_the_radio_can_be_switched_off():
    async with bench() as at:
        await at.ask("AT+WEVENT=OFF")
        assert await at.ask("AT+WJAP=lab,12345678") == OK
        assert await at.ask("AT+WSAP=mine,12345678") == OK
        assert await at.ask("AT+WJAPS") == value("WJAPS:STATION_UP")


@pytest.mark.asyncio
async def test_a_lost_network_is_found_again_and_its_links_too():
    async with bench(joined=True) as at:
        await at.open(0)
        await at.open(1)
        await at.ask("AT+CIPSTART=2,udp_unicast,peer,9,9")
        await at.ask("AT+CIPSTART=3,tcp_server,8080")
        at.network.dial()
        await at.settle()
        await at.ask("AT+CIPAUTOCONN=1,0")
        at.air.switch_off("lab")
        said = await at.settle()
        assert said.startswith(DOWN + link_event("0,SERVER,DISCONNECTED") + link_event("1,SERVER,DISCONNECTED"))
        assert said.count(b"+CIPEVENT:2,UDP,CLOSED") == said.count(b"+CIPEVENT:CLIENT,CLOSED,127.0.0.1,") == 1
        assert await at.ask("AT+CIPSTATUS=3") == value("CIPSTATUS:tcp_server,start")
        at.air.switch_on("lab")
        assert await at.rest(5) == UP + link_event("0,SERVER,CONNECTED") + link_event("2,UDP,CONNECTED")
        assert await at.ask("AT+CIPSTATUS=3") == value("CIPSTATUS:tcp_server,connected")
        assert await at.ask("AT+CIPSTATUS=1") == value("CIPSTATUS:tcp_client,disconnected")


@pytest.mark.asyncio
async def test_the_stored_network_is_looked_for_until_it_is_there():
    async with bench(joined=True) as at:
        at.air.switch_off("lab")
        assert await at.settle() == DOWN
        assert await at.hear(b"AT+REBOOT\r", 30) == OK + DOWN
        at.air.switch_on("lab")
        assert await at.rest(10) == UP


@pytest.mark.asyncio
async def test_a_fixed_address_counts_from_the_next_start_on():
    async with bench(joined=True) as at:
        await at.ask("AT+WDHCP=OFF")
        await at.ask("AT+WJAPIP=10.0.0.9,255.0.0.0,10.0.0.1")
        assert b"192.168.3.112" in await at.ask("AT+WJAPIP?")
        await at.hear(b"AT+REBOOT\r", 2)
        assert await at.ask("AT+WJAPIP?") == b"AT+WJAPIP?" + value("WJAPIP:10.0.0.9,255.0.0.0,10.0.0.1,0.0.0.0")


@pytest.mark.asyncio
async def test_a_full_scan_tells_how_each_network_is_kept():
    async with bench() as at:
        at.air.access_points.clear()
        for number, security in enumerate(Security):
            at.air.add(AccessPoint(ssid=f"n{number}", security=security, bssid=f"02:00:00:00:00:0{number}"))
        await at.ask("AT+WSCANOPT=1")
        rows = (await at.ask("AT+WSCAN")).split(b"\r\n")[2:-2]
        assert [row.split(b",")[2] for row in rows] == [b"0", b"1", b"3", b"5", b"6", b"7", b"7", b"7"]


@pytest.mark.asyncio
async def test_stations_join_the_access_point_of_the_module():
    async with bench() as at:
        assert await at.ask("AT+WSAP=?") == value("WSAP:")
        assert await at.ask("AT+WSAPQ") == OK
        assert await at.ask("AT+WSAP=mine,12345678") == OK + AP_UP
        for number in range(8):
            at.air.enter("mine", "12345678", mac=f"02:00:00:00:00:{number:02x}")
        with pytest.raises(PermissionError, match="room"):
            at.air.enter("mine", "12345678", mac="02:00:00:00:00:99")
        at.air.exit("02:00:00:00:00:07")
        assert await at.ask("AT+WSAP=open,short") == OK + AP_UP
        at.air.enter("open")
        with pytest.raises(LookupError):
            at.air.enter("mine", "12345678")
        assert await at.ask("AT+CIPSTART=0,tcp_server,8080") == OK
        at.network.dial()
        assert (await at.settle()).startswith(b"\r\n+CIPEVENT:CLIENT,CONNECTED,127.0.0.1,")
        said = await at.ask("AT+WSAPQ")
        assert said.startswith(OK + AP_DOWN + b"\r\n+CIPEVENT:CLIENT,CLOSED,")
        assert await at.ask("AT+WSAP=?") == value("WSAP:open,short")
        await at.hear(b"AT+REBOOT\r", 1)
        assert await at.ask("AT+WSAPS") == b"AT+WSAPS" + value("WSAPS:AP_DOWN")


@pytest.mark.asyncio
async def test_the_own_access_point_keeps_links_when_the_network_of_the_station_goes():
    async with bench(joined=True) as at:
        far = await at.open()
        await at.ask("AT+WSAP=mine,12345678")
        at.air.switch_off("lab")
        assert await at.settle() == DOWN
        assert not far.closed
        at.air.switch_on("lab")
        await at.rest(3)
        assert await at.ask("AT+WSAPQ") == OK + AP_DOWN
        assert not far.closed


@pytest.mark.asyncio
async def test_the_address_of_the_access_point_is_kept():
    async with bench() as at:
        assert await at.ask("AT+WSAPIP=10.1.1.1") == OK
        assert await at.ask("AT+WSAPIP?") == value("WSAPIP:10.1.1.1,0.0.0.0,0.0.0.0")
        assert await at.ask("AT+WSAPIP=10.1.1.1,255.0.0.0") == ERROR


@pytest.mark.asyncio
@pytest.mark.parametrize("way", range(1, 6))
async def test_a_phone_hands_over_the_network(way: int):
    async with bench() as at:
        assert await at.ask("AT+SMARTCFG=dev,orig") == OK
        assert at.module.provisioning.identities is not None
        at.air.tell_network("lab", "12345678")
        assert await at.rest(1) == b""
        assert await at.ask(f"AT+SMARTSTART={way}") == OK
        assert await at.ask(f"AT+SMARTSTOP={way % 5 + 1}") == ERROR
        at.air.access_points[0].wps = True
        at.air.press_button("lab")
        at.air.tell_network("lab", "12345678")
        assert await at.rest(1) == UP
        assert await at.ask(f"AT+SMARTSTOP={way}") == OK
        assert await at.ask("AT+WJAP=?") == value("WJAP:lab,12345678")


@pytest.mark.asyncio
async def test_a_phone_is_heard_no_more_once_listening_was_stopped():
    async with bench() as at:
        for end in ("AT+SMARTSTOP=1", "AT+REBOOT"):
            await at.ask("AT+SMARTSTART=1")
            await at.ask("AT+SMARTSTART=1")
            await at.ask(end)
            at.air.tell_network("lab", "12345678")
            assert await at.rest(1) == b""


@pytest.mark.asyncio
async def test_an_ilop_module_learns_its_network_from_a_phone():
    async with bench(profile="ilop") as at:
        assert await at.ask("AT+ILOPAWSSTART") == OK
        assert await at.ask("AT+ILOPAWSPRESS") == OK
        at.air.add(AccessPoint(ssid="cafe"))
        at.air.tell_network("cafe", "")
        assert await at.rest(1) == UP


@pytest.mark.asyncio
async def test_names_are_resolved_only_in_a_network():
    async with bench() as at:
        assert await at.ask("AT+CIPDOMAIN=peer") == ERROR
        await at.join()
        assert await at.ask("AT+CIPDOMAIN=peer") == b"\r\n+CIPDOMAIN:1\r\n127.0.0.1\r\nOK\r\n"
        assert await at.ask("AT+CIPDOMAIN=nowhere.invalid") == ERROR
