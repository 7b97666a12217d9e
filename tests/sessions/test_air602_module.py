"""Wi-Fi and the module itself on the Air602: what its wire alone has."""

import asyncio

import pytest

import atmodem
from atmodem import (
    CommandError,
    Interface,
    InvalidArgument,
    Ipv4Settings,
    ModeConflict,
    Modem,
    ModuleReady,
    PowerSaving,
    ProvisioningMethod,
    ProvisioningStep,
    Secret,
    Security,
    SoftApSettings,
    SoftApStatus,
    Station,
    Support,
    Transport,
    Unsupported,
)
from atmodem.dialects import air602
from atmodem.dialects.air602.device import Virtual, firmware_image
from atmodem.errors import JoinFailed, UpdateFailed
from atmodem.portable.capabilities import Capability
from atmodem.portable.values import FlowControl, UartSettings
from atmodem.virtual.air import AccessPoint, Air, Trouble
from tests.sessions.far import HOST, server
from tests.sessions.modems import opened
from tests.sessions.speeds import SpeedLine
from tests.sessions.test_air602_links import AIR602, module, online
from tests.sessions.web import web_server

pytestmark = pytest.mark.asyncio

GUEST = "02:00:00:00:00:0a"
AP = SoftApSettings(ssid='air "602"', password="12345678", channel=5)


# Joining


async def test_joining_uses_the_new_key_and_writes_flash_only_where_it_differs():
    air = Air([AccessPoint(ssid="one", password="password1"), AccessPoint(ssid="two", password="password2")])
    async with module(air=air) as (device, modem):
        for ssid, password in (("one", "password1"), ("two", "password2")):
            await modem.wifi.join(ssid, password)
            assert (await modem.wifi.status()).ssid == ssid
        assert (await modem.send(air602.KEY.query())).key == Secret("password2")
        commands = modem.statistics.commands
        await modem.wifi.leave()
        left = modem.statistics.commands - commands
        await modem.wifi.join("two", "password2")
        # Asked five times, nothing set: join and lease are what is left.
        assert modem.statistics.commands - commands <= left + 10
        device.restart()
        async with modem.expect(ModuleReady) as ready:
            await ready.get()
        assert (await modem.send(air602.SSID.query())).ssid == "two"


async def test_a_key_of_64_digits_is_the_key_itself():
    key = "0123456789abcdef" * 4
    async with module(air=Air([AccessPoint(ssid="raw", password=key)])) as (_, modem):
        await modem.wifi.join("raw", key)
        assert (await modem.send(air602.KEY.query())).format is air602.KeyFormat.HEX


async def test_names_that_come_unescaped_are_joined_and_told():
    odd = 'odd,"na\\me'
    async with module(air=Air([AccessPoint(ssid=odd, password='a,b\\c"d!')])) as (_, modem):
        assert [point.ssid for point in await modem.wifi.scan()] == [odd]
        await modem.wifi.join(odd, 'a,b\\c"d!')
        assert (await modem.wifi.status()).ssid == odd


@pytest.mark.parametrize(
    ("point", "ssid", "password", "why"),
    [
        (AccessPoint(ssid="lab", password="secret"), "lab", "other", "WRONG_PASSWORD"),
        (AccessPoint(ssid="lab", password="secret"), "lab", None, "WRONG_PASSWORD"),
        (AccessPoint(ssid="lab", password="secret"), "home", None, "NO_SUCH_NETWORK"),
        (AccessPoint(ssid="lab", password="secret", hidden=True), "home", None, "CONNECT_FAILED"),
        (AccessPoint(ssid="lab", trouble=Trouble.REFUSES), "lab", None, "CONNECT_FAILED"),
    ],
)
async def test_why_joining_failed_is_told_by_who_is_in_reach(
    point: AccessPoint, ssid: str, password: str | None, why: str
):
    async with module(air=Air([point])) as (_, modem):
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join(ssid, password)
        assert caught.value.name == why


async def test_a_network_without_addresses_is_left_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_wifi._LEASE_LIMIT", 0.1)
    air = Air([AccessPoint(ssid="lab", trouble=Trouble.NO_ADDRESS)])
    async with module(air=air) as (device, modem):
        with pytest.raises(JoinFailed, match="the network gives no address") as caught:
            await modem.wifi.join("lab")
        assert caught.value.name == "TIMEOUT"
        assert not device.wifi.station.joined


async def test_a_lost_network_is_told_when_the_state_is_asked_for():
    async with online() as (device, modem), modem.expect(atmodem.WifiDisconnected) as left:
        device.air.switch_off("lab")
        assert not (await modem.wifi.status()).joined
        assert (await left.get()).cause is None


async def test_a_network_of_another_program_is_told_as_far_as_the_module_knows_it():
    async with online() as (device, modem):
        await modem.aclose()
        async with atmodem.connect(device.url, AIR602) as again:
            status = await again.wifi.status()
            assert (status.joined, status.ssid, status.bssid, status.rssi) == (True, "lab", None, None)


# Addresses


async def test_a_fixed_address_comes_with_the_next_joining():
    fixed = Ipv4Settings(address="192.168.3.7", netmask="255.255.255.0", gateway="192.168.3.1")
    async with online() as (_, modem):
        assert await modem.wifi.set_ipv4(fixed) is False
        await modem.wifi.join("lab", "secret")
        told = await modem.wifi.addresses()
        assert (told.address, told.gateway, told.dns, told.dhcp) == (
            "192.168.3.7",
            "192.168.3.1",
            ("192.168.3.1",),
            False,
        )
        assert await modem.wifi.set_ipv4(None) is False
        await modem.wifi.join("lab", "secret")
        assert (await modem.wifi.addresses()).dhcp is True


async def test_the_hardware_address_is_the_station_s():
    async with module() as (_, modem):
        await modem.wifi.set_mac("02:11:22:33:44:55")
        assert (await modem.wifi.addresses()).mac == "02:11:22:33:44:55"
        with pytest.raises(InvalidArgument, match="interface"):
            await modem.wifi.set_mac("02:11:22:33:44:55", interface=Interface.SOFTAP)


# The access point


@pytest.mark.parametrize("profile", ["w600-2018", "w600-2020"])
async def test_an_access_point_has_stations(profile: str):
    async with module(profile=profile) as (device, modem):
        async with modem.wifi.access_point(AP) as ap:
            assert await ap.status() == SoftApStatus(running=True, ssid=AP.ssid, channel=5, address="192.168.0.1")
            assert await ap.stations() == ()
            device.air.enter(AP.ssid, "12345678", mac=GUEST)
            assert await ap.stations() == (Station(mac=GUEST, address="192.168.0.2"),)
            with pytest.raises(Unsupported, match=r"softap\.disconnect"):
                await ap.disconnect()
            assert (await modem.wifi.addresses(Interface.SOFTAP)).address == "192.168.0.1"
        assert not (await modem.driver.softap.status()).running


@pytest.mark.parametrize("profile", ["w600-2018", "w600-2020"])
async def test_an_access_point_opens_beside_the_station_and_one_is_kept_when_it_joins(profile: str):
    async with online(profile=profile) as (_, modem):
        async with modem.wifi.access_point(AP) as ap:
            assert (await modem.wifi.status()).joined
            await modem.wifi.join("lab", "secret")
            assert (await ap.status()).running
            assert (await modem.wifi.status()).joined
        assert (await modem.wifi.status()).joined


async def test_an_open_access_point_has_its_own_address():
    own = Ipv4Settings(address="10.1.1.1", netmask="255.255.255.0", gateway="10.1.1.1")
    settings = SoftApSettings(ssid="open", hidden=True, ipv4=own)
    async with module() as (device, modem), modem.wifi.access_point(settings) as ap:
        assert (await ap.status()).address == "10.1.1.1"
        device.air.enter("open")
        assert (await modem.send(air602.BRDSSID.query())).enable is False


@pytest.mark.parametrize(
    ("settings", "parameter"),
    [
        (SoftApSettings(ssid="x", stations=2), "stations"),
        (SoftApSettings(ssid="x", security=Security.WPA2), "password"),
        (SoftApSettings(ssid="x", password="12345678", security=Security.WPA3), "security"),
    ],
)
async def test_what_the_access_point_cannot_be_is_refused(settings: SoftApSettings, parameter: str):
    async with module() as (_, modem):
        commands = modem.statistics.commands
        with pytest.raises(InvalidArgument) as caught:
            await modem.wifi.access_point(settings)
        assert caught.value.parameter == parameter
        assert modem.statistics.commands == commands


# Provisioning


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atmodem.dialects.air602.driver_provisioning.PAUSE", 0.01)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("method", [ProvisioningMethod.SMARTCONFIG, ProvisioningMethod.ACCESS_POINT])
async def test_one_key_configuration_tells_network_and_data_and_joins(method: ProvisioningMethod):
    async with module(profile="w600-2020") as (device, modem):
        await modem.probe()
        assert modem.capabilities[Capability.PROVISIONING_ACCESS_POINT] is Support.YES
        async with modem.wifi.provision(method) as provisioning:
            device.wifi.provision("lab", "secret", "room 5")
            told = [progress async for progress in provisioning]
        assert [progress.step for progress in told] == [
            ProvisioningStep.NETWORK_KNOWN,
            ProvisioningStep.DATA,
            ProvisioningStep.JOINED,
        ]
        assert (told[0].ssid, told[0].password, told[1].data) == ("lab", Secret("secret"), b"room 5")
        assert (await modem.wifi.status()).joined
        with pytest.raises(ModeConflict, match="in a network already"):
            await modem.wifi.provision(method)


@pytest.mark.usefixtures("quick")
async def test_where_nothing_is_told_of_it_the_joined_network_is_the_end():
    async with module() as (device, modem):
        async with modem.wifi.provision() as provisioning:
            device.fail(air602.ONESHOT, -2)
            device.fail(air602.CNTPARAM, -2)
            device.wifi.provision("lab", "secret")
            told = [(progress.step, progress.ssid) async for progress in provisioning]
        assert told == [(ProvisioningStep.JOINED, None)]


async def test_older_firmware_has_one_kind_of_one_key_configuration():
    async with module() as (_, modem):
        await modem.probe()
        with pytest.raises(Unsupported, match=r"provisioning\.access_point"):
            await modem.wifi.provision(ProvisioningMethod.ACCESS_POINT)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("method", "key"), [(ProvisioningMethod.WPS_BUTTON, None), (ProvisioningMethod.WPS_PIN, "12345670")]
)
async def test_wps_joins(method: ProvisioningMethod, key: str | None):
    air = Air([AccessPoint(ssid="wps", password="password", wps=True)])
    async with module(air=air) as (_, modem), modem.wifi.provision(method, key=key) as provisioning:
        told = [progress async for progress in provisioning]
        assert [(progress.step, progress.ssid) for progress in told] == [(ProvisioningStep.JOINED, "wps")]


@pytest.mark.usefixtures("quick")
async def test_wps_without_an_access_point_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_provisioning._WPS_LIMIT", 0.05)
    async with module() as (_, modem), modem.wifi.provision(ProvisioningMethod.WPS_BUTTON) as provisioning:
        assert [progress.step async for progress in provisioning] == [ProvisioningStep.FAILED]


@pytest.mark.usefixtures("quick")
async def test_listening_ends_with_the_session_with_a_restart_and_with_the_modem():
    async with module() as (device, modem):
        async with modem.wifi.provision():
            assert device.parameters[air602.ONESHOT].status is air602.Switch.ON
        assert device.parameters[air602.ONESHOT].status is air602.Switch.OFF
        async with modem.wifi.provision() as provisioning, modem.expect(ModuleReady) as ready:
            device.restart(after=0)
            with pytest.raises(atmodem.SessionBroken, match="started anew"):
                await anext(provisioning)
            await ready.get()
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON):
            await modem.aclose()
    assert not [task for task in asyncio.all_tasks() if "provisioning" in task.get_name()]


# The module itself


async def test_the_module_tells_what_it_is_and_how_warm():
    async with module() as (device, modem):
        told = await modem.system.identity()
        assert (told.firmware, told.model, told.mac) == ("AirM2M_Luat_WiFi_V008_WM", "W600", "28:6d:cd:00:4e:7d")
        assert told.details == {"hardware": "000000000100"}
        device.fail(air602.HWV, -2)
        assert (await modem.system.identity()).details == {}
        assert await modem.system.temperature() == 25.0
        with pytest.raises(Unsupported, match=r"system\.memory"):
            await modem.system.memory()


async def test_restoring_brings_back_the_factory_s_settings():
    async with online() as (_, modem):
        await modem.system.restore()
        assert (await modem.send(air602.KEY.query())).key == Secret("")
        assert not (await modem.wifi.status()).joined


async def test_the_radio_sleeps_between_beacons_or_not():
    async with online() as (_, modem):
        await modem.power.set_saving(PowerSaving.MODEM)
        assert (await modem.send(air602.WPSM.query())).enable is True
        await modem.power.set_saving(PowerSaving.OFF)
        assert (await modem.send(air602.WPSM.query())).enable is False
        with pytest.raises(InvalidArgument, match="mode must be OFF or MODEM"):
            await modem.power.set_saving(PowerSaving.LIGHT)


async def test_sleep_is_over_when_the_module_was_set_up_again():
    async with online() as (_, modem):
        await modem.power.sleep(1)
        assert not (await modem.wifi.status()).joined
        for seconds in (0.9, 66):
            with pytest.raises(InvalidArgument, match="seconds must be 1 to 65"):
                await modem.power.sleep(seconds)


async def test_the_pin_ends_sleep():
    async with module() as (device, modem), modem.expect(ModuleReady) as ready:
        await modem.power.sleep_until_pin()
        while device.awake:
            await asyncio.sleep(0.01)
        device.wake()
        await ready.get()


async def test_the_line_is_stored_for_the_next_start():
    async with module() as (_, modem):
        assert await modem.uart.read() == UartSettings(baudrate=115200)
        both = FlowControl.RTS | FlowControl.CTS
        assert await modem.uart.store(UartSettings(baudrate=921600, flow_control=both)) is False
        assert await modem.uart.read() == UartSettings(baudrate=921600, flow_control=both)
        for settings in (UartSettings(baudrate=74880), UartSettings(baudrate=9600, flow_control=FlowControl.RTS)):
            with pytest.raises(InvalidArgument):
                await modem.uart.store(settings)
        with pytest.raises(Unsupported, match=r"uart\.change"):
            await modem.uart.change(921600)


async def test_a_stored_speed_is_that_of_both_ends_from_the_next_start_on():
    async with Virtual(boot_time=0.01, baudrate=115200) as device:
        line = SpeedLine(device)
        async with opened(Modem(line, AIR602)) as modem:
            await modem.uart.store(UartSettings(baudrate=921600))
            assert line.speeds == (115200, 115200)
            await modem.system.restart()
            assert line.speeds == (921600, 921600)
            assert (await modem.uart.read()).baudrate == 921600


# Automatic mode


async def test_a_module_in_automatic_mode_is_found_and_brought_back():
    async with online() as (device, modem), server() as far:
        await modem.set_passthrough_autostart((HOST, far.port))
        await modem.aclose()
        device.restart(after=0)
        end = await far.connection()
        await end.send(b"bare data\r\n+OK\r\n")
        async with atmodem.connect(device.url, AIR602) as again:
            await again.set_passthrough_autostart(None)
            await again.system.restart()
            assert not (await again.wifi.status()).joined
            with pytest.raises(Unsupported, match=r"passthrough\.tls"):
                await again.set_passthrough_autostart((HOST, 80), transport=Transport.TLS)


async def test_a_failed_entry_into_passthrough_leaves_no_socket():
    async with online() as (device, modem), server() as far:
        device.fail(air602.ENTM, -5)
        with pytest.raises(atmodem.ConnectFailed, match="could not pass through"):
            await modem.passthrough(HOST, far.port)
        await (await far.connection()).gone()
        with pytest.raises(CommandError):
            await modem.send(air602.SKSTT(socket=1))


# New firmware


async def test_new_firmware_is_fetched_and_started():
    async with online() as (_, modem), web_server() as server:
        server.data = firmware_image("V009", 20_000)
        async with modem.ota.update(url=f"{server.url}/bytes/20000") as update:
            assert (await update.wait()).firmware == "V009"


async def test_firmware_that_does_not_start_has_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.air602.driver_ota._LIMIT", 0.1)
    async with online() as (device, modem), web_server() as server:
        for url in (f"{server.url}/status/404", "http://nowhere.invalid/"):
            with pytest.raises(UpdateFailed, match="has not started the firmware"):
                await (await modem.ota.update(url=url)).wait()
        device.fail(air602.FWUP, -3)
        with pytest.raises(UpdateFailed, match="was not fetched"):
            await (await modem.ota.update(url=server.url)).wait()
        with pytest.raises(InvalidArgument):
            await (await modem.ota.update(url="http://example.org/a,b")).wait()
