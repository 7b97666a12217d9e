"""The virtual Air602 and the networks around it."""

import pytest

from atmodem.virtual.air import AccessPoint, Security, Trouble
from tests.virtual.air602_bench import OK, bench, errs


@pytest.mark.asyncio
async def test_the_answer_to_a_join_comes_before_the_address():
    async with bench() as at:
        at.air.access_points[0].trouble = Trouble.NO_ADDRESS
        await at.join()
        assert await at.ask("AT+LKSTT") == b"+OK=0\r\n\r\n"
        assert await at.hear(b"", 30) == b""
        await at.ask("AT+NIP=1,10.0.0.2,255.0.0.0,10.0.0.1,10.0.0.3")
        assert await at.ask("AT+LKSTT=?") == b'+OK=1,"10.0.0.2","255.0.0.0","10.0.0.1","10.0.0.3","0.0.0.0"\r\n\r\n'


@pytest.mark.asyncio
async def test_an_address_that_was_leased_is_told():
    async with bench(joined=True) as at:
        address = b'"192.168.3.112","255.255.255.0","192.168.3.1","192.168.3.1","0.0.0.0"'
        assert await at.ask("AT+LKSTT") == b"+OK=1,%b\r\n\r\n" % address
        assert await at.ask("AT+WLEAV") == OK
        assert await at.ask("AT+LKSTT") == b"+OK=0\r\n\r\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "prepare", [["AT+SSID=!none"], ["AT+KEY=!1,0,wrong123"], ["AT+BSSID=!1,001122334455"]], ids=lambda lines: lines[0]
)
async def test_a_network_that_cannot_be_joined_is_told_as_such(prepare: list[str]):
    async with bench() as at:
        for line in ["AT+SSID=!lab", "AT+KEY=!1,0,12345678", *prepare]:
            await at.ask(line)
        assert await at.ask("AT+WJOIN") == errs(-10)


@pytest.mark.asyncio
async def test_a_wep_key_may_be_given_in_digits():
    async with bench() as at:
        at.air.add(AccessPoint(ssid="old", password="abcde", security=Security.WEP))
        await at.ask("AT+SSID=!old")
        await at.ask("AT+KEY=!0,1,6162636465")
        assert (await at.ask("AT+WJOIN")).startswith(b"+OK=")


@pytest.mark.asyncio
async def test_a_scan_lists_what_is_on_the_channels_chosen_in_flash():
    async with bench() as at:
        at.air.add(AccessPoint(ssid='a,"b', channel=1, rssi=-70, bssid="02:aa:bb:cc:dd:ee"))
        at.air.add(AccessPoint(ssid="x", channel=14, rssi=-71, hidden=True, bssid="02:aa:bb:cc:dd:ef"))
        await at.ask("AT+CHLL=!2001")
        first = b'02AABBCCDDEE,2,1,0,"a,"b",70\r\n'
        assert await at.ask("AT+WSCAN") == b"+OK=" + first + b'02AABBCCDDEF,2,14,0,"",71' + b"\r\n" * 3
        await at.ask("AT+CHLL=!2")
        assert await at.ask("AT+WSCAN") == b"+OK=\r\n\r\n"


@pytest.mark.asyncio
async def test_a_join_while_the_module_joins_by_itself_is_busy():
    async with bench() as at:
        at.air.access_points[0].trouble = Trouble.SILENT
        await at.ask("AT+SSID=!lab")
        await at.ask("AT+ATM=!0")
        await at.hear(b"AT+Z\r", 1)
        assert await at.hear(b"+++", 0.2) == OK
        assert await at.ask("AT+WJOIN") == errs(-8)


@pytest.mark.asyncio
async def test_stations_join_the_access_point_of_the_module():
    async with bench() as at:
        for line in ("AT+WPRT=!2", "AT+APSSID=!mine", "AT+APENCRY=!6", "AT+APKEY=!1,0,87654321"):
            await at.ask(line)
        assert await at.ask("AT+WJOIN") == b'+OK=2a6dcd004e7d,2,11,1,"mine",30\r\n\r\n'
        at.air.enter("mine", "87654321", mac="94:fe:22:9a:b5:28")
        assert await at.ask("AT+SLIST") == b"+OK=1,,94-FE-22-9A-B5-28,192.168.0.2\r\n\r\n"
        at.air.exit("94:fe:22:9a:b5:28")
        assert await at.ask("AT+SLIST=?") == b"+OK=0\r\n\r\n"
        assert (await at.ask("AT+APLKSTT")).startswith(b'+OK=1,"192.168.0.1"')
        assert await at.ask("AT+WLEAV=2") == OK
        assert await at.ask("AT+APLKSTT") == b"+OK=0\r\n\r\n"
        with pytest.raises(LookupError):
            at.air.enter("mine", "87654321")


@pytest.mark.asyncio
async def test_a_full_access_point_takes_no_more_stations():
    async with bench() as at:
        await at.ask("AT+WPRT=!3")
        await at.ask("AT+APSSID=!mine")
        await at.join()
        for number in range(8):
            at.air.enter("mine", mac=f"02:00:00:00:00:{number:02x}")
        with pytest.raises(PermissionError, match="room"):
            at.air.enter("mine", mac="02:00:00:00:00:99")


@pytest.mark.asyncio
async def test_an_ad_hoc_network_is_opened_where_none_is_found_if_so_configured():
    async with bench() as at:
        await at.ask("AT+WPRT=!1")
        assert await at.ask("AT+WJOIN") == errs(-10)
        await at.ask("AT+WATC=1")
        assert (await at.ask("AT+WJOIN")).startswith(b"+OK=2a6dcd004e7d,1,")


@pytest.mark.asyncio
async def test_a_phone_configures_the_module_and_leaves_data():
    async with bench() as at:
        with pytest.raises(LookupError):
            at.module.wifi.provision("lab", "12345678")
        await at.ask("AT+ONESHOT=1")
        at.module.wifi.provision("lab", "12345678", "site=7")
        await at.rest(1)
        assert await at.ask("AT+CUSTDATA") == b'+OK="site=7"\r\n\r\n'
        assert await at.ask("AT+CNTPARAM") == b"+OK=0,lab,12345678\r\n\r\n"
        assert (await at.ask("AT+LKSTT")).startswith(b"+OK=1,")
        assert await at.ask("AT+ONESHOT=?") == b"+OK=0\r\n\r\n"


@pytest.mark.asyncio
async def test_wps_learns_the_network_that_offers_it():
    async with bench() as at:
        assert await at.ask("AT+WWPS=get_pin") == b"+OK=" + b"\0" * 8 + b"\r\n\r\n"
        assert await at.ask("AT+WWPS=set_pin") == errs(-4)
        assert await at.ask("AT+WWPS=set_pin,12345670") == OK
        assert await at.ask("AT+WWPS=get_pin") == b"+OK=12345670\r\n\r\n"
        assert await at.ask("AT+WWPS=start_pbc") == OK
        assert await at.ask("AT+LKSTT") == b"+OK=0\r\n\r\n"
        at.air.access_points[0].wps = True
        assert await at.ask("AT+WWPS=start_pin") == OK
        assert (await at.ask("AT+LKSTT")).startswith(b"+OK=1,")


@pytest.mark.asyncio
async def test_the_network_that_is_configured_by_address_is_told_so():
    async with bench() as at:
        await at.ask("AT+BSSID=!1,001EE3A34455")
        assert await at.ask("AT+CNTPARAM=?") == b"+OK=1,001ee3a34455,\r\n\r\n"


@pytest.mark.asyncio
async def test_a_lost_network_is_joined_again_unless_that_is_switched_off():
    async with bench(joined=True) as at:
        for attempts, status in ((255, b"1,"), (0, b"0")):
            await at.ask(f"AT+WARC=!{attempts}")
            await at.ask("AT+WJOIN")
            at.air.switch_off("lab")
            assert await at.ask("AT+LKSTT") == b"+OK=0\r\n\r\n"
            at.air.switch_on("lab")
            await at.rest(3)
            assert (await at.ask("AT+LKSTT")).startswith(b"+OK=" + status)


@pytest.mark.asyncio
async def test_sockets_of_the_own_access_point_outlive_the_network_of_the_station():
    async with bench() as at:
        await at.ask("AT+WPRT=!3")
        await at.join()
        far = await at.open()
        at.air.switch_off("lab")
        await at.settle()
        assert not far.closed
