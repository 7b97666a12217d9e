"""The WLAN of the virtual CC3220, its addresses, and the settings of the device."""

import pytest

from atmodem.dialects import simplelink as sl
from atmodem.virtual.air import AccessPoint, Air, Security, Trouble
from tests.virtual.simplelink_bench import BSSID, OK, bench, client, refused

MAC = "0x2:0x0:0x5e:0x0:0x0:0x1"
PHONE = "3c:22:fb:10:aa:01"
CONNECTED = f"+eventwlan:connect,lab,{MAC}\r\n".encode()
ACQUIRED = b"+eventnetapp:ipv4_acquired,192.168.3.112,192.168.3.1,192.168.3.1\r\n"


def left(reason: int) -> bytes:
    return f"+eventwlan:disconnect,lab,{MAC},{reason}\r\n".encode()


@pytest.mark.asyncio
async def test_a_network_is_joined_left_lost_and_found_again():
    async with bench(joined=True) as at:
        assert await at.ask("at+wlanget=connection,") == (
            f"+wlanget:sta,station_connected,wpa_wpa2,lab,{MAC}\r\n".encode() + OK
        )
        at.air.switch_off("lab")
        assert await at.rest(1) == left(1)
        at.air.switch_on("lab")
        assert await at.rest(3) == CONNECTED + ACQUIRED
        assert await at.ask("at+wlandisconnect") == OK + left(200)
        assert await at.ask("at+wlandisconnect") == refused(-2071)
        assert await at.ask("at+wlanget=connection,") == b"+wlanget:sta,disconnected\r\n" + OK


@pytest.mark.asyncio
async def test_without_the_policy_a_lost_network_is_not_looked_for():
    async with bench(joined=True) as at:
        assert await at.ask("at+wlanpolicyset=connection,,") == OK
        at.air.switch_off("lab")
        assert await at.rest(1) == left(1)
        at.air.switch_on("lab")
        assert await at.rest(60) == b""


@pytest.mark.asyncio
async def test_joining_another_network_leaves_the_first():
    async with bench(joined=True) as at:
        at.air.add(AccessPoint(ssid="cafe", bssid="02:00:5e:00:00:02"))
        said = await at.ask("at+wlanconnect=cafe,,open,,,,")
        assert said.startswith(OK + left(200))
        assert b"+eventwlan:connect,cafe" in said


@pytest.mark.asyncio
async def test_a_wrong_key_is_told_and_a_missing_network_is_looked_for_until_it_comes():
    async with bench() as at:
        assert await at.ask("at+wlanconnect=lab,,wpa_wpa2,wrong,,,") == OK + left(202)
        assert await at.ask("at+wlanconnect=later,,open,,,,", 5) == OK
        at.air.add(AccessPoint(ssid="later"))
        assert b"+eventwlan:connect,later" in await at.rest(2)


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["wps_pbc,", "wps_pin,12345670"])
async def test_a_pressed_button_brings_the_network(way: str):
    air = Air([AccessPoint(ssid="lab", password="secret", bssid=BSSID, wps=True)])
    async with bench(air=air) as at:
        assert await at.ask(f"at+wlanconnect=any,,{way},,,", 5) == OK
        air.press_button("lab")
        assert await at.settle() + await at.rest(1) == CONNECTED + ACQUIRED
        assert await at.ask(f"at+wlanconnect=any,,{way},,,", 5) == OK + left(200)
        assert await at.ask("at+wlandisconnect") == OK
        air.press_button("lab")
        assert await at.settle() + await at.rest(1) == b""
        assert await at.ask("at+wlandisconnect") == refused(-2071)


@pytest.mark.asyncio
async def test_an_attempt_is_given_up_by_another_and_by_leaving():
    async with bench() as at:
        assert await at.ask("at+wlanconnect=none,,open,,,,", 5) == OK
        assert await at.ask("at+wlandisconnect") == OK
        at.air.add(AccessPoint(ssid="none"))
        assert await at.rest(5) == b""


@pytest.mark.asyncio
async def test_a_network_that_gives_no_address_is_left():
    air = Air([AccessPoint(ssid="mute", trouble=Trouble.NO_ADDRESS, bssid=BSSID)])
    async with bench(air=air) as at:
        said = await at.ask("at+wlanconnect=mute,,open,,,,", 20)
        assert said == OK + f"+eventwlan:connect,mute,{MAC}\r\n+eventwlan:disconnect,mute,{MAC},202\r\n".encode()


@pytest.mark.asyncio
async def test_the_first_scan_is_refused_and_a_later_one_tells_how_networks_are_secured():
    points = [AccessPoint(ssid=security.value, security=security, channel=1 + n) for n, security in enumerate(Security)]
    async with bench(air=Air([*points, AccessPoint(ssid="unseen", hidden=True)])) as at:
        assert await at.ask("at+wlanscan=0,30") == refused(-2073)
        lines = (await at.ask("at+wlanscan=0,30")).decode().splitlines()
        assert [line.rsplit(",", 4)[1:] for line in lines[:-1]] == [
            ["open", "0", "none", "none"],
            ["wep", "0", "wep104", "none"],
            ["wpa", "0", "tkip", "psk"],
            ["wpa2", "0", "ccmp", "psk"],
            ["wpa_wpa2", "0", "tkip_ccmp", "psk"],
            ["wpa2", "0", "ccmp", "802_1_x"],
            ["wpa3", "0", "ccmp", "psk_sae"],
            ["wpa3", "0", "ccmp", "psk_sae"],
        ]
        assert (await at.ask("at+wlanscan=6,1")).count(b"+wlanscan:") == 1


@pytest.mark.asyncio
async def test_a_stored_profile_is_joined_at_the_start():
    async with bench() as at:
        assert await at.ask("at+wlanprofileadd=other,,open,,,,,1") == b"+wlanprofileadd:0\r\n" + OK
        assert await at.ask("at+wlanprofileadd=lab,,wpa_wpa2,secret,,,,9") == b"+wlanprofileadd:1\r\n" + OK
        at.module.restart()
        assert await at.rest(2) == CONNECTED + ACQUIRED
        assert await at.ask("at+wlanprofiledel=1") == OK
        assert await at.ask("at+wlanprofiledel=1") == refused(-2074)
        for _ in range(6):
            await at.ask("at+wlanprofileadd=x,,open,,,,,1")
        assert await at.ask("at+wlanprofileadd=x,,open,,,,,1") == refused(-2062)


@pytest.mark.asyncio
async def test_as_access_point_it_tells_who_comes_and_goes():
    async with bench() as at:
        for line in (
            'at+wlanset=ap,ssid,"my, net"',
            "at+wlanset=ap,security,wpa_wpa2",
            "at+wlanset=ap,password,12345678",
            "at+wlanset=ap,max_stations,1",
            "at+wlansetmode=ap",
            "at+stop=0",
            "at+start",
            "at+start",
        ):
            assert await at.ask(line) == OK
        assert await at.ask("at+wlanget=connection,") == b"+wlanget:ap,disconnected\r\n" + OK
        at.air.enter("my, net", "12345678", mac=PHONE)
        assert await at.settle() == (
            b"+eventwlan:sta_added,0x3c:0x22:0xfb:0x10:0xaa:0x1\r\n"
            b"+eventnetapp:dhcpv4_leased,10.123.45.2,86400,0x3c:0x22:0xfb:0x10:0xaa:0x1\r\n"
        )
        with pytest.raises(PermissionError, match="room"):
            at.air.enter("my, net", "12345678", mac="3c:22:fb:10:aa:02")
        assert await at.ask("at+wlanget=connection,") == b"+wlanget:ap,ap_connected_stations\r\n" + OK
        assert await at.ask("at+netcfgget=ap_stations_info") == (
            b"+netcfgget:10.123.45.2,0x3c:0x22:0xfb:0x10:0xaa:0x1,\r\n" + OK
        )
        assert await at.ask("at+netcfgset=ap_station_disconnect,,0x3c:0x22:0xfb:0x10:0xaa:0x1") == (
            b"+eventnetapp:dhcpv4_released,10.123.45.2,0x3c:0x22:0xfb:0x10:0xaa:0x1,0\r\n"
            b"+eventwlan:sta_removed,0x3c:0x22:0xfb:0x10:0xaa:0x1\r\n" + OK
        )
        assert await at.ask("at+netcfgset=ap_station_disconnect,,0x3c:0x22:0xfb:0x10:0xaa:0x1") == refused(-2182)
        assert await at.ask("at+wlanset=ap,access_list_add_mac,0x3c:0x22:0xfb:0x10:0xaa:0x1") == OK
        with pytest.raises(PermissionError, match="room"):
            at.air.enter("my, net", "12345678", mac=PHONE)
        assert await at.ask("at+wlanset=ap,security,open") == OK
        at.air.enter("my, net", mac="3c:22:fb:10:aa:03")
        at.module.wlan.left("3c:22:fb:10:aa:09")
        await at.ask("at+stop=0")
        assert at.air.hotspots == []


@pytest.mark.asyncio
async def test_the_access_list_is_edited_by_address_and_place():
    async with bench() as at:
        for number in range(8):
            assert await at.ask(f"at+wlanset=ap,access_list_add_mac,1:2:3:4:5:{number}") == OK
        assert await at.ask("at+wlanset=ap,access_list_add_mac,1:2:3:4:5:9") == refused(-2179)
        assert await at.ask("at+wlanget=ap,access_list_num_entries") == b"+wlanget:8\r\n" + OK
        assert await at.ask("at+wlanset=ap,access_list_del_idx,0") == OK
        assert await at.ask("at+wlanset=ap,access_list_del_idx,7") == refused(-2178)
        assert await at.ask("at+wlanset=ap,access_list_del_mac,1:2:3:4:5:7") == OK
        assert await at.ask("at+wlanset=ap,access_list_del_mac,1:2:3:4:5:7") == refused(-2178)
        assert await at.ask("at+wlanget=access_list,5") == b"+wlanget:0x1:0x2:0x3:0x4:0x5:0x6\r\n" + OK


@pytest.mark.asyncio
async def test_addresses_are_given_or_set():
    async with client() as at:
        held = await at.send(sl.NetCfgGet(id=sl.Ipv4StaAddr))
        assert (held.mode, held.address, held.mask) == (sl.Ipv4Mode.DHCP, "192.168.3.112", "255.255.255.0")
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4DhcpClient))).state == sl.DhcpState.BOUND
        static = sl.Ipv4StaAddrStatic(address="10.1.1.2", mask="255.0.0.0", gateway="10.1.1.1", dns="10.1.1.3")
        await at.send(sl.NetCfgSet(option=static))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4StaAddr))).address == "10.1.1.2"
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4DhcpClient))).state == sl.DhcpState.DISABLED
        await at.send(sl.NetCfgSet(option=sl.Ipv4StaAddrDhcpLla()))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4StaAddr))).mode == sl.Ipv4Mode.DHCP_LLA
        own = sl.Ipv4ApAddrStatic(address="10.2.2.1", mask="255.0.0.0", gateway="10.2.2.1", dns="10.2.2.1")
        await at.send(sl.NetCfgSet(option=own))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4ApAddr))).address == "10.2.2.1"
        for option in (
            sl.Ipv4StaAddrReleaseIpSet(),
            sl.Ipv6AddrGlobalStateful(),
            sl.Ipv6AddrGlobalStateless(),
            sl.Ipv6AddrLocalStatic(address="fe80::7"),
        ):
            await at.send(sl.NetCfgSet(option=option))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv6AddrLocal))).address == "fe80::7"
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv6AddrGlobal))).mode == sl.Ipv6Mode.STATELESS
        await at.send(sl.NetCfgSet(option=sl.Ipv6AddrLocalStateful()))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv6AddrLocal))).address == "fe80::a00:28ff:fe5b:55e0"
        await at.send(sl.NetCfgSet(option=sl.Ipv6AddrGlobalStatic(address="2001:db8::1", dns="2001:db8::2")))
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv6AddrGlobal))).address == "2001:db8::1"
        await at.send(sl.NetCfgSet(option=sl.SetMacAddr(mac="08:00:28:01:02:03")))
        assert (await at.send(sl.NetCfgGet(id=sl.GetMacAddr))).mac == "08:00:28:01:02:03"


@pytest.mark.asyncio
async def test_without_a_network_there_is_no_address_and_settings_have_defaults():
    async with client(joined=False) as at:
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4StaAddr))).address == "0.0.0.0"
        assert (await at.send(sl.NetCfgGet(id=sl.Ipv4DhcpClient))).state == sl.DhcpState.ENABLED
        assert (await at.send(sl.WlanGet(option=sl.ApChannel))).channel == 6
        assert (await at.send(sl.WlanPolicyGet(type=sl.ConnectionPolicy))).option == (sl.ConnectionOption.AUTO,)
        assert (await at.send(sl.NetAPPGet(option=sl.DeviceDomain))).domain == "mysimplelink.net"
        assert len((await at.send(sl.Get(option=sl.IotUdid))).udid) == 16
        assert (await at.send(sl.Get(option=sl.StatusBsd))).flags == ()


@pytest.mark.asyncio
async def test_the_clock_goes_on_from_where_it_was_set():
    async with bench() as at:
        assert await at.ask("at+set=general,time,23,59,59,31,12,2025", 0) == OK
        await at.rest(2.5)
        assert await at.ask("at+get=general,time") == b"+get:0,0,1,1,1,2026\r\n" + OK
