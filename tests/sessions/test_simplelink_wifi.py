"""Wi-Fi of the CC3220: what its wire alone has."""

import asyncio

import pytest

import atmodem
from atmodem import (
    EapMethod,
    EnterpriseSettings,
    Interface,
    InterfaceAddresses,
    InvalidArgument,
    Ipv4Settings,
    ModeConflict,
    ModuleReady,
    ProvisioningMethod,
    ProvisioningStep,
    Secret,
    Security,
    SoftApSettings,
    SoftApStatus,
    Station,
    StationStatus,
)
from atmodem.dialects import simplelink as sl
from atmodem.errors import JoinFailed
from atmodem.portable.events import WifiAddressLost
from atmodem.virtual.air import AccessPoint, Trouble
from atmodem.virtual.air import Security as AirSecurity
from tests.sessions.bench import cancelled_after
from tests.sessions.simplelink_bench import Heard, module, online, reach

pytestmark = pytest.mark.asyncio

LAB = sl.Security
GUEST = "02:00:00:00:00:0a"
AP = SoftApSettings(ssid="board", password="12345678", channel=5)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for what does not come."""
    driver = "atmodem.dialects.simplelink.driver_wifi.SlWifi."
    for name, seconds in (("patience", 0.6), ("doubt", 0.3), ("scan_pause", 0.05)):
        monkeypatch.setattr(driver + name, seconds)


# Joining


async def test_the_first_scan_only_starts_one_and_results_come_page_by_page():
    points = [AccessPoint(ssid=f"net{n:02}", rssi=-40 - n) for n in range(30)]
    async with module(air=reach(*points)) as (device, modem):
        found = await modem.wifi.scan()
        assert [point.ssid for point in found] == [point.ssid for point in points]
        asked = [(scan.index, scan.count) for scan in device.all(sl.WlanScan)]
        assert asked[-4:] == [(0, 8), (8, 8), (16, 8), (24, 6)]
        assert len(asked) > 4


@pytest.mark.parametrize(
    ("security", "told", "used"),
    [
        (AirSecurity.OPEN, Security.OPEN, LAB.OPEN),
        (AirSecurity.WEP, Security.WEP, LAB.WEP),
        (AirSecurity.WPA_PSK, Security.WPA, LAB.WPA_WPA2),
        (AirSecurity.WPA_WPA2_PSK, Security.WPA_WPA2, LAB.WPA_WPA2),
        (AirSecurity.WPA3_PSK, Security.WPA3, LAB.WPA3),
        (AirSecurity.WPA2_ENTERPRISE, Security.ENTERPRISE, LAB.WPA_ENT),
    ],
)
async def test_a_network_is_joined_by_the_security_that_a_scan_has_told(
    security: AirSecurity, told: Security, used: sl.Security
):
    password = "" if security is AirSecurity.OPEN else "password"
    point = AccessPoint(ssid="net", password=password, security=security)
    async with module(air=reach(point)) as (device, modem):
        assert [found.security for found in await modem.wifi.scan("net")] == [told]
        await modem.wifi.join("net", password or None)
        assert device.last(sl.WlanConnect).security == used


class Strict(Heard):
    """Joins a network only by the security that it has."""

    def parse(self, line: bytes) -> object:
        command = super().parse(line)
        if isinstance(command, sl.WlanConnect) and command.security == LAB.WPA_WPA2:
            return sl.WlanConnect(ssid=command.ssid, security=command.security, key="not the key")
        return command


async def test_without_a_scan_the_other_security_is_found_by_trying(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.sessions.simplelink_bench.Heard", Strict)
    point = AccessPoint(ssid="net", password="password", security=AirSecurity.WPA3_PSK)
    async with module(air=reach(point)) as (device, modem):
        await modem.wifi.join("net", "password")
        assert [command.security for command in device.all(sl.WlanConnect)] == [LAB.WPA_WPA2, LAB.WPA3]
        assert (await modem.wifi.status()).joined


@pytest.mark.parametrize(
    ("point", "ssid", "password", "why"),
    [
        (AccessPoint(ssid="lab", password="secret"), "lab", "other", "WRONG_PASSWORD"),
        (AccessPoint(ssid="lab", password="secret"), "home", "secret", "NO_SUCH_NETWORK"),
        (AccessPoint(ssid="lab", trouble=Trouble.REFUSES), "lab", None, "CONNECT_FAILED"),
        (AccessPoint(ssid="lab", trouble=Trouble.SILENT), "lab", None, "TIMEOUT"),
        (AccessPoint(ssid="lab", trouble=Trouble.NO_ADDRESS), "lab", None, "TIMEOUT"),
    ],
)
async def test_why_joining_failed_has_a_name_and_the_module_tries_no_more(
    point: AccessPoint, ssid: str, password: str | None, why: str
):
    async with module(air=reach(point)) as (device, modem):
        with pytest.raises(JoinFailed, match=f"could not join '{ssid}'") as caught:
            await modem.wifi.join(ssid, password)
        assert caught.value.name == why
        assert isinstance(device.heard[-1], sl.WlanDisconnect)


async def test_a_network_without_a_dhcp_server_is_told_at_once():
    async with module(air=reach(AccessPoint(ssid="lab", trouble=Trouble.NO_ADDRESS))) as (device, modem):
        async with modem.expect(atmodem.WifiAssociated) as associated:
            joining = asyncio.create_task(modem.wifi.join("lab"))
            await associated.get()
        device.emit(sl.EventNetAppDhcpIpv4AcquireTimeout(status=-1))
        with pytest.raises(JoinFailed, match="no DHCP server has answered") as caught:
            await joining
        assert caught.value.name == "TIMEOUT"


async def test_a_stored_network_that_the_module_joins_meanwhile_is_not_the_one_that_is_wanted():
    async with module(air=reach(AccessPoint(ssid="lab", trouble=Trouble.SILENT))) as (device, modem):
        joining = asyncio.create_task(modem.wifi.join("lab"))
        while not device.all(sl.WlanConnect):
            await asyncio.sleep(0)
        await modem.wifi.status()
        device.emit(sl.EventWlanConnect(ssid="home", bssid=GUEST))
        device.emit(sl.EventNetAppIpv4Acquired(ip="10.0.0.2", gateway="10.0.0.1", dns="10.0.0.1"))
        device.emit(sl.EventWlanDisconnect(ssid="home", bssid=GUEST, reason=1))
        with pytest.raises(JoinFailed) as caught:
            await joining
        assert caught.value.name == "TIMEOUT"


async def test_a_join_cancelled_anywhere_leaves_the_module_free_for_another():
    async with module(air=reach(AccessPoint(ssid="lab", password="secret"), AccessPoint(ssid="cafe"))) as (_, modem):
        for turns in range(0, 120, 8):
            await cancelled_after(turns, modem.wifi.join("lab", "secret"))
            await modem.wifi.join("cafe")
            assert (await modem.wifi.status()).ssid == "cafe"


async def test_the_role_does_not_change_while_a_network_is_joined():
    async with module() as (_, modem):
        joining = asyncio.create_task(modem.wifi.join("lab", "secret"))
        await asyncio.sleep(0)
        while (await modem.wifi.status()).joined is False and not joining.done():
            with pytest.raises(ModeConflict, match="joining a network"):
                await modem.wifi.access_point(AP)
        await joining


async def test_an_access_point_cancelled_anywhere_leaves_a_station():
    async with module() as (_, modem):
        for turns in range(0, 120, 8):

            async def open_and_close() -> None:
                async with modem.wifi.access_point(AP):
                    pass

            await cancelled_after(turns, open_and_close())
            while True:
                # What was cancelled is undone in the background.
                try:
                    await modem.wifi.join("lab", "secret")
                except ModeConflict:
                    await modem.wifi.status()
                else:
                    break
            await modem.wifi.leave()


async def test_an_empty_password_is_none():
    async with module(air=reach(AccessPoint(ssid="cafe"))) as (device, modem):
        await modem.wifi.join("cafe", Secret(""))
        sent = device.last(sl.WlanConnect)
        assert (sent.security, sent.key) == (LAB.OPEN, None)


async def test_an_attempt_that_the_module_refuses_is_told(monkeypatch: pytest.MonkeyPatch):
    async with module() as (device, modem):
        with pytest.raises(InvalidArgument, match="ssid"):
            await modem.wifi.join('odd",name', "secret")
        assert not device.all(sl.WlanConnect)


async def test_a_scan_that_never_ends_and_a_command_that_is_refused_are_told():
    async with module() as (device, modem):
        device.refused[sl.WlanScan] = [-2073] * 5
        with pytest.raises(atmodem.CommandError) as caught:
            await modem.wifi.scan()
        assert caught.value.name == "SCAN_NOT_READY"
        device.refused[sl.WlanScan] = [-1]
        with pytest.raises(atmodem.CommandError):
            await modem.wifi.scan()
        device.refused[sl.WlanConnect] = [-2014]
        with pytest.raises(JoinFailed, match="provisioning is running") as refused:
            await modem.wifi.join("lab", "secret")
        assert (refused.value.name, refused.value.code) == ("CONNECT_FAILED", "-2014")


async def test_an_access_point_that_cannot_be_set_up_leaves_a_station():
    async with module() as (device, modem):
        device.refused[sl.WlanSet] = [-2168]
        with pytest.raises(atmodem.CommandError, match="password of the own network"):
            await modem.wifi.access_point(AP)
        await modem.wifi.join("lab", "secret")
        device.refused[sl.WlanConnect] = [-2014]
        await modem.wifi.leave()
        with pytest.raises(atmodem.CommandError):
            await modem.wifi.provision(ProvisioningMethod.WPS_BUTTON)
        await modem.wifi.join("lab", "secret")


async def test_a_hidden_network_is_joined_though_no_scan_shows_it():
    async with module(air=reach(AccessPoint(ssid="shy", password="secret", hidden=True))) as (_, modem):
        await modem.wifi.join("shy", "secret")
        assert (await modem.wifi.status()).ssid == "shy"


@pytest.mark.parametrize(
    ("method", "eap"),
    [
        (EapMethod.TLS, sl.Eap.TLS),
        (EapMethod.PEAP, sl.Eap.PEAP0_MSCHAPV2),
        (EapMethod.TTLS, sl.Eap.TTLS_MSCHAPV2),
    ],
)
async def test_an_enterprise_network_is_joined_as_its_settings_say(method: EapMethod, eap: sl.Eap):
    point = AccessPoint(ssid="firm", password="word", security=AirSecurity.WPA2_ENTERPRISE)
    settings = EnterpriseSettings(
        ssid="firm", method=method, identity="anonymous", username="user", password=Secret("word"), verify=False
    )
    async with module(air=reach(point)) as (device, modem):
        await modem.wifi.join_enterprise(settings)
        sent = device.last(sl.WlanConnect)
        assert (sent.security, sent.eap, sent.ext_user, sent.ext_anon_user) == (LAB.WPA_ENT, eap, "user", "anonymous")
        assert device.last(sl.WlanSet).option == sl.GeneralDisableEntServerAuth(disable=True)
        assert (await modem.wifi.status()).ssid == "firm"


async def test_a_client_certificate_goes_with_tls_alone():
    settings = EnterpriseSettings(ssid="firm", method=EapMethod.PEAP, client_certificate=True)
    async with module() as (device, modem):
        with pytest.raises(InvalidArgument, match="client_certificate"):
            await modem.wifi.join_enterprise(settings)
        assert device.heard == []


async def test_loss_of_network_and_address_are_events_with_their_cause():
    kinds = (atmodem.WifiAddressAcquired, WifiAddressLost, atmodem.WifiDisconnected)
    async with online() as (device, modem), modem.events(*kinds) as events:
        device.emit(sl.EventNetAppIpv6Acquired(ip="fe80::1", dns="::"))
        device.emit(sl.EventNetAppIpv4Lost(status=0))
        device.emit(sl.EventNetAppIpv6Lost(ip="fe80::1"))
        device.air.switch_off("lab")
        told = [await anext(events) for _ in range(4)]
    assert (told[0].address, told[0].version) == ("fe80::1", 6)
    assert [event.version for event in told[1:3]] == [4, 6]
    assert told[3].reason == 1
    assert isinstance(told[3].cause, sl.EventWlanDisconnect)


async def test_the_module_joins_again_by_a_profile_of_what_is_joined():
    async with online() as (device, modem):
        await modem.wifi.set_auto_reconnect(True)
        assert device.last(sl.WlanProfileAdd).key == Secret("secret")
        assert device.last(sl.WlanPolicySet).option == sl.ConnectionPolicy(option=(sl.ConnectionOption.AUTO,))
        async with modem.events(atmodem.WifiDisconnected, atmodem.WifiAddressAcquired) as events:
            device.air.switch_off("lab")
            await anext(events)
            device.air.switch_on("lab")
            assert isinstance(await anext(events), atmodem.WifiAddressAcquired)
        # Another network takes the place of the one that is stored.
        device.air.add(AccessPoint(ssid="cafe"))
        await modem.wifi.join("cafe")
        assert (await modem.send(sl.WlanProfileGet(index=0))).ssid == "cafe"
        await modem.wifi.set_auto_reconnect(False)
        assert device.last(sl.WlanPolicySet).option == sl.ConnectionPolicy(option=())
        with pytest.raises(atmodem.CommandError) as caught:
            await modem.send(sl.WlanProfileGet(index=0))
        assert caught.value.name == "NO_PROFILE"


async def test_a_profile_is_forgotten_although_its_storing_was_cancelled():
    async with online() as (_, modem):
        for turns in range(0, 60, 3):
            await cancelled_after(turns, modem.wifi.set_auto_reconnect(True))
        await modem.wifi.set_auto_reconnect(True)
        await modem.wifi.set_auto_reconnect(False)
        for index in range(7):
            with pytest.raises(atmodem.CommandError):
                await modem.send(sl.WlanProfileGet(index=index))


@pytest.mark.parametrize(("code", "known"), [("de", "EU"), ("us", "US"), ("CA", "US"), ("JP", "JP")])
async def test_a_country_becomes_the_one_of_three_that_has_its_channels(code: str, known: str):
    async with module() as (_, modem):
        await modem.wifi.set_country(code)
        assert (await modem.send(sl.WlanGet(option=sl.GeneralCountryCode))).code == known
        await modem.wifi.set_hostname("board-7")
        assert (await modem.send(sl.NetAPPGet(option=sl.DeviceUrn))).name == "board-7"


# The module's own access point


async def test_the_access_point_takes_the_place_of_the_station():
    async with module() as (_, modem):
        async with modem.wifi.access_point(AP) as ap:
            assert await ap.status() == SoftApStatus(running=True, ssid="board", channel=5, address="10.123.45.1")
            for refused in (modem.wifi.scan, lambda: modem.wifi.join("lab", "secret")):
                with pytest.raises(ModeConflict, match="the module is an access point"):
                    await refused()
            with pytest.raises(ModeConflict, match="the module is an access point"):
                await modem.wifi.provision(ProvisioningMethod.WPS_BUTTON)
        await modem.wifi.join("lab", "secret")
        with pytest.raises(ModeConflict, match="a station in a network"):
            await modem.wifi.access_point(AP)
        assert (await modem.wifi.status()).joined
        # What is volatile is gone with a start: the settings were kept for that alone.
        assert not (await modem.send(sl.Get(option=sl.GeneralPersistent))).enabled


async def test_stations_come_get_addresses_and_go():
    kinds = (atmodem.StationJoined, atmodem.StationAddressed, atmodem.StationLeft)
    async with module() as (device, modem), modem.events(*kinds) as events, modem.wifi.access_point(AP) as ap:
        others = [f"02:00:00:00:00:0{n}" for n in range(1, 4)]
        for number, mac in enumerate((GUEST, *others)):
            device.air.enter("board", "12345678", mac=mac)
            joined, addressed = await anext(events), await anext(events)
            assert (joined.mac, addressed.mac, addressed.address) == (mac, mac, f"10.123.45.{2 + number}")
        # The firmware tells the first of them four times.
        assert {station.mac for station in await ap.stations()} == {GUEST, *others}
        device.air.exit(GUEST)
        assert (await anext(events)).mac == GUEST
        assert GUEST not in {station.mac for station in await ap.stations()}
        await ap.disconnect(others[0].upper())
        assert (await anext(events)).mac == others[0]
        await ap.disconnect()
        assert {(await anext(events)).mac for _ in range(2)} == set(others[1:])
        assert await ap.stations() == ()
        with pytest.raises(atmodem.CommandError):
            await ap.disconnect(GUEST)


async def test_all_settings_reach_the_module_and_others_addresses_are_given_out():
    own = Ipv4Settings(address="192.168.9.1", netmask="255.255.255.0", gateway="192.168.9.1")
    settings = SoftApSettings(ssid="free", hidden=True, stations=2, ipv4=own)
    async with module() as (device, modem), modem.wifi.access_point(settings) as ap:
        assert (await ap.status()).address == "192.168.9.1"
        send = modem.send
        assert (await send(sl.WlanGet(option=sl.ApSecurity))).security == sl.ApSecurityType.OPEN
        assert (await send(sl.WlanGet(option=sl.ApHiddenSsid))).mode == 1
        assert (await send(sl.WlanGet(option=sl.ApMaxStations))).stations == 2
        async with modem.expect(atmodem.StationAddressed) as addressed:
            device.air.enter("free", "", mac=GUEST)
            assert (await addressed.get()).address == "192.168.9.2"
        assert await ap.stations() == (Station(mac=GUEST, address="192.168.9.2"),)
        assert (await modem.wifi.addresses(Interface.SOFTAP)).gateway == "192.168.9.1"


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        (SoftApSettings(ssid="a", channel=12), "channel must be 1 to 11"),
        (SoftApSettings(ssid="a", stations=5), "stations must be 1 to 4"),
        (SoftApSettings(ssid="a", security=Security.WPA2), "password must be given"),
        (SoftApSettings(ssid="a", password="12345678", security=Security.WPA2), "security must be WPA_WPA2"),
    ],
)
async def test_what_no_access_point_can_be_is_refused_before_anything_is_sent(settings: SoftApSettings, allowed: str):
    async with module() as (device, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.access_point(settings)
        assert device.heard == []


async def test_an_access_point_that_another_program_left_makes_room_for_the_station():
    async with module() as (device, modem):
        await modem.wifi.access_point(AP)
        await modem.aclose()
        async with atmodem.connect(device.url, "simplelink") as again:
            assert await again.wifi.status() == StationStatus(joined=False)
            await again.wifi.join("lab", "secret")


async def test_a_restart_ends_the_access_point_and_the_module_may_be_a_station():
    async with module() as (device, modem):
        ap = await modem.wifi.access_point(AP)
        async with modem.expect(ModuleReady) as ready:
            device.restart()
            await ready.get()
        with pytest.raises(atmodem.SessionBroken):
            await ap.status()
        await modem.wifi.join("lab", "secret")


# WPS


@pytest.mark.parametrize(
    ("method", "key"), [(ProvisioningMethod.WPS_BUTTON, None), (ProvisioningMethod.WPS_PIN, "12345670")]
)
async def test_a_button_or_a_pin_brings_the_network(method: ProvisioningMethod, key: str | None):
    point = AccessPoint(ssid="lab", password="secret", wps=True)
    async with module(air=reach(point)) as (device, modem):
        async with modem.wifi.provision(method, key=key) as provisioning:
            device.air.press_button("lab")
            told = [(progress.step, progress.ssid) async for progress in provisioning]
        assert told == [(ProvisioningStep.NETWORK_KNOWN, "lab"), (ProvisioningStep.JOINED, "lab")]
        assert (await modem.wifi.status()).joined
        with pytest.raises(ModeConflict, match="in a network already"):
            await modem.wifi.provision(method, key=key)


async def test_left_early_the_module_looks_no_more_and_a_failure_is_told():
    point = AccessPoint(ssid="lab", password="secret", wps=True)
    async with module(air=reach(point)) as (device, modem):
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON):
            with pytest.raises(ModeConflict, match="being told a network"):
                await modem.wifi.access_point(AP)
        device.air.press_button("lab")
        assert not (await modem.wifi.status()).joined
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON) as provisioning:
            device.emit(sl.EventWlanDisconnect(ssid="lab", bssid=point.bssid, reason=202))
            assert [progress.step async for progress in provisioning] == [ProvisioningStep.FAILED]
        with pytest.raises(InvalidArgument, match="key"):
            await modem.wifi.provision(ProvisioningMethod.WPS_PIN)


# Addresses


async def test_addresses_are_told_as_far_as_there_are_any():
    async with module() as (_, modem):
        mac = "08:00:28:5b:55:e0"
        local = "fe80::a00:28ff:fe5b:55e0"
        assert await modem.wifi.addresses() == InterfaceAddresses(mac=mac, ipv6=(local,), dhcp=True)
        await modem.wifi.join("lab", "secret")
        await modem.send(sl.NetCfgSet(option=sl.Ipv4DnsClient(address="9.9.9.9")))
        told = await modem.wifi.addresses()
        assert (told.address, told.netmask, told.gateway) == ("192.168.3.112", "255.255.255.0", "192.168.3.1")
        assert told.dns == ("192.168.3.1", "9.9.9.9")
        own = await modem.wifi.addresses(Interface.SOFTAP)
        assert (own.address, own.dhcp) == ("10.123.45.1", False)


async def test_a_fixed_address_keeps_the_name_server_and_dhcp_takes_it_away():
    fixed = Ipv4Settings(address="192.168.3.7", netmask="255.255.0.0", gateway="192.168.3.1")
    async with online() as (device, modem):
        assert await modem.wifi.set_ipv4(fixed)
        assert device.last(sl.NetCfgSet).option.dns == "192.168.3.1"
        told = await modem.wifi.addresses()
        assert (told.address, told.netmask, told.dhcp) == ("192.168.3.7", "255.255.0.0", False)
        assert await modem.wifi.set_ipv4(None)
        assert (await modem.wifi.addresses()).dhcp
        assert not await modem.wifi.set_ipv4(fixed, interface=Interface.SOFTAP)
        assert (await modem.wifi.addresses(Interface.SOFTAP)).address == "192.168.3.7"


async def test_ipv6_and_the_hardware_address_can_be_set():
    async with module() as (_, modem):
        await modem.wifi.set_ipv6(True)
        state = (await modem.send(sl.NetCfgGet(id=sl.IfState))).flags
        assert {sl.InterfaceState.IPV6_STA_LOCAL, sl.InterfaceState.IPV6_STA_GLOBAL} <= set(state)
        await modem.wifi.set_ipv6(False)
        state = (await modem.send(sl.NetCfgGet(id=sl.IfState))).flags
        assert not {sl.InterfaceState.IPV6_STA_LOCAL, sl.InterfaceState.IPV6_STA_GLOBAL} & set(state)
        await modem.send(sl.NetCfgSet(option=sl.IfState(flags=(sl.InterfaceState.IPV6_STA_LOCAL,))))
        await modem.wifi.set_ipv6(False)
        assert (await modem.send(sl.NetCfgGet(id=sl.IfState))).flags == (sl.InterfaceState.DISABLE_IPV4_LLA,)
        await modem.wifi.set_mac("02:00:00:00:00:77")
        assert (await modem.wifi.addresses()).mac == "02:00:00:00:00:77"
