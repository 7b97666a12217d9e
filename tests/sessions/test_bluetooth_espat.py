"""What Bluetooth of ESP-AT excludes, and what its drivers send."""

import asyncio

import pytest

from atmodem import (
    AddressKind,
    AdvertisingSettings,
    Capability,
    CommandError,
    CommandTimeout,
    ConnectFailed,
    DataLost,
    GattError,
    GattHandle,
    InvalidArgument,
    IoCapability,
    ModeConflict,
    PairingSettings,
    ProvisioningMethod,
    ProvisioningStep,
    ScanSettings,
    Support,
    TransferIncomplete,
    Unsupported,
)
from atmodem.dialects.espat import driver_classic
from atmodem.portable.values import LeRole, Property
from atmodem.virtual.bridge import Uart, on_tcp
from atmodem.virtual.low_energy import Central
from tests.sessions.bench import HOST
from tests.sessions.bluetooth_bench import LOCATION, MEASUREMENT, among, band, uart_band
from tests.sessions.far import server
from tests.sessions.modems import ERROR, OK, scripted

pytestmark = pytest.mark.asyncio

BAND = "aa:bb:cc:00:00:01"


# Roles and modes


async def test_before_5_0_one_role_excludes_the_other():
    async with among(band(), profile="4.1") as near:
        le = near.modem.bluetooth.le
        async with le.advertise(name="lamp"):
            with pytest.raises(ModeConflict, match="central or peripheral"):
                await le.scan()
            near.air.connect(Central())
            with pytest.raises(ModeConflict):
                await le.connect(BAND)
        async with le.connect(BAND), le.scan():
            with pytest.raises(ModeConflict, match="another role"):
                await le.advertise(name="lamp")
        async with le.advertise(name="lamp"):
            pass


async def test_from_5_0_on_both_roles_go_together():
    async with among(band(), profile="5.0") as near:
        le = near.modem.bluetooth.le
        async with le.advertise(name="lamp") as lamp, le.connect(BAND) as peer:
            phone = near.air.connect(Central())
            assert await peer.read(LOCATION) == b"wrist"
            phone.write("c302", b"on")
            assert (await anext(lamp)).value == b"on"


async def test_own_services_come_before_connections():
    async with among(band(), profile="5.0") as near:
        async with near.modem.bluetooth.le.connect(BAND):
            with pytest.raises(ModeConflict, match="come first"):
                await near.modem.bluetooth.le.advertise(name="lamp")
        async with near.modem.bluetooth.le.advertise(name="lamp"):
            pass


async def test_low_energy_and_the_passthrough_of_links_exclude_each_other():
    async with among(band()) as near, server() as far:
        await near.bench.join()
        async with near.modem.bluetooth.le.connect(BAND):
            with pytest.raises(ModeConflict, match="Low Energy"):
                await near.modem.passthrough(HOST, far.port)
        async with near.modem.passthrough(HOST, far.port):
            with pytest.raises(ModeConflict):
                await near.modem.bluetooth.le.connect(BAND)


async def test_blufi_tells_the_network_and_excludes_other_uses():
    async with among(band()) as near:
        modem = near.modem
        async with modem.bluetooth.le.connect(BAND):
            with pytest.raises(ModeConflict, match="BluFi"):
                await modem.wifi.provision(ProvisioningMethod.BLUFI)
        async with modem.wifi.provision(ProvisioningMethod.BLUFI) as told:
            with pytest.raises(ModeConflict):
                await modem.bluetooth.le.connect(BAND)
            phone = near.air.open_blufi()
            phone.tell_network("lab", "secret")
            steps = [event async for event in told]
        assert [event.step for event in steps] == [
            ProvisioningStep.STARTED,
            ProvisioningStep.NETWORK_KNOWN,
            ProvisioningStep.JOINED,
        ]
        assert steps[1].ssid == "lab"
        assert (await modem.wifi.status()).joined
        async with modem.bluetooth.le.connect(BAND) as peer:
            assert await peer.read(LOCATION) == b"wrist"


async def test_firmware_without_bluetooth_says_so():
    async with among(profile="2.3") as near:
        with pytest.raises(CommandError) as caught:
            await near.modem.bluetooth.le.scan()
        assert caught.value.name == "UNKNOWN_COMMAND"
        with pytest.raises(CommandError) as caught:
            await near.modem.bluetooth.classic.listen_serial()
        assert caught.value.name == "UNKNOWN_COMMAND"


async def test_what_a_firmware_has_can_be_asked_for():
    async with among(profile="2.3") as near:
        await near.modem.probe()
        with pytest.raises(Unsupported):
            await near.modem.bluetooth.le.scan()
        with pytest.raises(Unsupported):
            await near.modem.bluetooth.classic.listen_serial()
    async with among(band(), profile="4.1") as near:
        await near.modem.probe()
        assert near.modem.capabilities[Capability.LE_SCAN] is Support.YES
        async with near.modem.bluetooth.le.scan() as scan:
            assert await anext(scan)


async def test_three_connections_are_all():
    async with among(*(band(number) for number in range(1, 5))) as near:
        le = near.modem.bluetooth.le
        peers = [await le.connect(f"aa:bb:cc:00:00:0{number}") for number in range(1, 4)]
        with pytest.raises(ConnectFailed, match="all connections"):
            await le.connect("aa:bb:cc:00:00:04")
        with pytest.raises(ModeConflict, match="already"):
            await le.connect(BAND)
        await peers[1].aclose()
        async with le.connect("aa:bb:cc:00:00:04") as peer:
            assert peer.connection == 1


async def test_other_values_are_refused_before_they_are_sent():
    async with among(band(), band(2)) as near:
        le, classic = near.modem.bluetooth.le, near.modem.bluetooth.classic
        for opening in (
            le.connect("x"),
            le.connect(BAND, mtu=600),
            le.connect(BAND, timeout=31),
            le.connect(BAND, pairing=PairingSettings(pin="secret")),
            le.scan(settings=ScanSettings(interval=10, window=20)),
            le.scan(settings=ScanSettings(address="x")),
            le.scan(limit=0),
            le.advertise(settings=AdvertisingSettings(data=bytes(32))),
            le.advertise(settings=AdvertisingSettings(data=b"", interval_min=200, interval_max=100)),
            classic.listen_serial(pairing=PairingSettings(io=IoCapability.KEYBOARD_DISPLAY)),
            classic.listen_serial(name="n" * 40),
        ):
            with pytest.raises(InvalidArgument):
                await opening
        async with le.connect(BAND, timeout=1, kind=AddressKind.PUBLIC) as peer:
            with pytest.raises(InvalidArgument):
                await peer.notifications(MEASUREMENT, limit=0)
            with pytest.raises(InvalidArgument):
                await peer.exchange_mtu(10)
            assert await peer.signal() == -50
            assert await le.address() == "58:cf:79:00:11:2a"


async def test_the_own_stream_wants_characteristics_that_carry_it():
    device = uart_band()
    receive = device.services[0].characteristics[1].uuid
    async with among(device) as near, on_tcp(Uart(device, send=receive, receive=receive), HOST, 0):
        with pytest.raises(GattError):
            await near.modem.bluetooth.le.open_uart(device.address, send="2a00", passthrough=True)
        assert device.links == []
        async with near.modem.bluetooth.le.open_uart(device.address, send=receive) as stream:
            with pytest.raises(TransferIncomplete):
                await stream.send(b"it does not take this")


async def test_advertisers_that_are_not_connectable_and_their_responses():
    async with among() as near:
        settings = AdvertisingSettings(data=b"\x02\x01\x06", scan_response=b"\x03\x09hi", connectable=False)
        async with near.modem.bluetooth.le.advertise(settings=settings) as lamp:
            assert lamp.services == ()
            assert near.bench.device.ble.advertising
            assert (near.bench.device.ble.advertisement, near.bench.device.ble.scan_response) == (
                b"\x02\x01\x06",
                b"\x03\x09hi",
            )
            with pytest.raises(LookupError):
                near.air.connect(Central())
        assert not near.bench.device.ble.advertising


# What is sent, and what odd firmware answers


BLE_UP = {
    b"AT+BLEINIT=0": OK,
    b"AT+BLEINIT=3": ERROR,
    b"AT+BLEINIT=1": OK,
    b"AT+BLEINIT=2": OK,
    b'AT+BLECONN=0,"aa:bb:cc:00:00:01",0,10': b'+BLECONN:0,"aa:bb:cc:00:00:01"\r\n' + OK,
    b"AT+BLECFGMTU=0,247": OK + b"+BLECFGMTU:0,-1\r\n",
    b"AT+BLEDISCONN=0": OK + b'+BLEDISCONN:0,"aa:bb:cc:00:00:01"\r\n',
    b"AT+BLEGATTCPRIMSRV=0": b"+BLEGATTCPRIMSRV:0,1,0x180D,1\r\n" + OK,
    b"AT+BLEGATTCCHAR=0,1": b'+BLEGATTCCHAR:"char",0,1,1,0x2A37,0x12\r\n+BLEGATTCCHAR:"desc",0,1,1,1,0x2902\r\n' + OK,
}


async def test_commands_of_a_connection_in_their_order():
    async with scripted(BLE_UP) as (peer, modem):
        async with modem.bluetooth.le.connect(BAND) as band:
            assert band.mtu == 23
            await band.services()
        assert peer.lines == [
            b"AT+BLEINIT=0",
            b"AT+BLEINIT=3",
            b"AT+BLEINIT=1",
            b'AT+BLECONN=0,"aa:bb:cc:00:00:01",0,10',
            b"AT+BLECFGMTU=0,247",
            b"AT+BLEGATTCPRIMSRV=0",
            b"AT+BLEGATTCCHAR=0,1",
            b"AT+BLEDISCONN=0",
            b"AT+BLEINIT=0",
        ]


async def test_discovery_is_tried_again_where_it_fails_at_first():
    async with scripted(BLE_UP) as (peer, modem):
        tries = []

        def discover() -> None:
            tries.append(peer.say(ERROR if len(tries) < 2 else BLE_UP[b"AT+BLEGATTCPRIMSRV=0"]))

        peer.answers[b"AT+BLEGATTCPRIMSRV=0"] = discover
        async with modem.bluetooth.le.connect(BAND) as band:
            (service,) = await band.services()
            assert len(tries) == 3
            assert service.characteristics[0].properties == Property.READ | Property.NOTIFY


async def test_services_that_stay_hidden_are_an_error():
    hidden = {**BLE_UP, b"AT+BLEGATTCPRIMSRV=0": ERROR}
    async with scripted(hidden) as (_, modem), modem.bluetooth.le.connect(BAND) as band:
        with pytest.raises(GattError):
            await band.services()


async def test_a_central_may_be_faster_to_get_a_number():
    async with scripted({**BLE_UP, b"AT+BLEINIT=3": OK}) as (peer, modem):
        taken = b'+BLECONN:0,"24:0a:c4:03:a7:4e"\r\n'
        peer.answers[b'AT+BLECONN=0,"aa:bb:cc:00:00:01",0,10'] = taken + ERROR
        peer.answers[b'AT+BLECONN=1,"aa:bb:cc:00:00:01",0,10'] = b'+BLECONN:1,"aa:bb:cc:00:00:01"\r\n' + OK
        peer.answers[b"AT+BLEDISCONN=1"] = OK + b'+BLEDISCONN:1,"aa:bb:cc:00:00:01"\r\n'
        async with modem.bluetooth.le.connect(BAND, mtu=None) as band:
            assert band.connection == 1


async def test_after_services_have_changed_they_are_discovered_again():
    async with scripted(BLE_UP) as (peer, modem):
        async with modem.bluetooth.le.connect(BAND) as band:
            await band.services()
            await band.services()
            peer.say(b"+SRV_CHG:0\r\n")
            await modem.send_raw("ATE0")
            await band.services()
        assert peer.lines.count(b"AT+BLEGATTCPRIMSRV=0") == 2


async def test_a_value_that_comes_in_part_ends_the_iteration():
    answers = {
        **BLE_UP,
        b"AT+BLEGATTCWR=0,1,1,1,2": b">",
    }
    async with scripted(answers) as (peer, modem), modem.bluetooth.le.connect(BAND) as band:
        opening = asyncio.ensure_future(_entered(band.notifications(MEASUREMENT)))
        await peer.heard_data(b"\1\0")
        peer.say(OK)
        values = await opening
        peer.say(b"+NOTIFY:0,1,1,2,ab\r\n+NOTIFY:0,1,1,9,abc")
        assert await anext(values) == b"ab"
        with pytest.raises(DataLost):
            await anext(values)
        closing = asyncio.ensure_future(values.aclose())
        await peer.heard_data(b"\0\0")
        peer.say(OK)
        await closing


async def _entered(opening):
    return await opening


async def test_old_firmware_tells_no_uuids_of_descriptors():
    old = b'+BLEGATTCCHAR:"char",0,1,1,0x2A37,0x10\r\n+BLEGATTCCHAR:"desc",0,1,1,1\r\n' + OK
    answers = {**BLE_UP, b"AT+BLEGATTCCHAR=0,1": old}
    async with scripted(answers) as (_, modem), modem.bluetooth.le.connect(BAND) as band:
        (service,) = await band.services()
        assert service.characteristics[0].descriptors[0].uuid == ""
        with pytest.raises(GattError) as caught:
            await band.notifications(GattHandle(1, 1))
        assert caught.value.name == "NO_SUCH_ATTRIBUTE"


async def test_a_signal_that_cannot_be_read_and_a_peer_that_agrees_on_no_mtu():
    answers = {**BLE_UP, b"AT+BLERDRSSI=0": b"+BLERDRSSI:0,Fail\r\n" + OK, b"AT+BLECFGMTU=0,100": OK}
    async with scripted(answers) as (peer, modem), modem.bluetooth.le.connect(BAND) as band:
        with pytest.raises(CommandError) as caught:
            await band.signal()
        assert caught.value.name == "NO_SIGNAL"
        asking = asyncio.ensure_future(band.exchange_mtu(100))
        await peer.heard(b"AT+BLECFGMTU=0,100")
        peer.say(b'+BLEDISCONN:0,"aa:bb:cc:00:00:01"\r\n')
        with pytest.raises(Exception, match="has gone"):
            await asking


async def test_what_another_program_has_left_on_is_switched_off_first():
    async with scripted({**BLE_UP, b"AT+BLESCANPARAM=1,0,0,160,80": OK, b"AT+BLESCAN=1": OK}) as (peer, modem):
        peer.answers[b"AT+BLESCAN=0"] = OK + b"+BLESCANDONE\r\n"
        async with modem.bluetooth.le.scan() as scan:
            peer.say(b'+BLESCAN:"5b:3b:6c:51:90:49",-87,02011a0,,1\r\n')
            heard = await anext(scan)
            assert (heard.kind, heard.flags) == (AddressKind.RANDOM, 0x1A)
            peer.say(b"+BLESCANDONE\r\n")
            assert [more async for more in scan] == []
        assert peer.lines[:3] == [b"AT+BLEINIT=0", b"AT+BLEINIT=3", b"AT+BLEINIT=1"]


@pytest.mark.parametrize("narrows", [True, False])
async def test_a_scan_for_one_advertiser_is_narrowed_where_the_firmware_can(narrows: bool):
    answers = {
        **BLE_UP,
        b"AT+BLESCANPARAM=1,0,0,160,80": OK,
        b'AT+BLESCAN=1,0,1,"aa:bb:cc:00:00:01"': OK if narrows else ERROR,
        b"AT+BLESCAN=1": OK,
        b"AT+BLESCAN=0": OK + b"+BLESCANDONE\r\n",
    }
    async with scripted(answers) as (peer, modem):
        async with modem.bluetooth.le.scan(settings=ScanSettings(address=BAND.upper())) as scan:
            peer.say(b'+BLESCAN:"5b:3b:6c:51:90:49",-87,,,1\r\n+BLESCAN:"aa:bb:cc:00:00:01",-50,,,0\r\n')
            assert (await anext(scan)).address == BAND
        assert (b"AT+BLESCAN=1" in peer.lines) is not narrows


BT_UP = {
    b"AT+BTINIT=1": OK,
    b"AT+BTINIT=0": OK,
    b'AT+BTSECPARAM=3,0,""': OK,
    b"AT+BTSPPINIT=0": ERROR,
    b"AT+BTSPPINIT=1": OK,
    b'AT+BTSPPCONN=0,0x0000,"aa:bb:cc:00:00:01"': OK + b"+BTSPPCONN:-1\r\n",
}


async def test_a_serial_port_that_does_not_answer():
    async with scripted(BT_UP) as (peer, modem):
        with pytest.raises(ConnectFailed) as caught:
            await modem.bluetooth.classic.connect_serial(BAND)
        assert caught.value.name == "SPP_CONNECT_FAILED"
        peer.answers[b'AT+BTSPPCONN=0,0x0000,"aa:bb:cc:00:00:01"'] = ERROR
        with pytest.raises(ConnectFailed):
            await modem.bluetooth.classic.connect_serial(BAND)


async def test_devices_may_be_told_by_events_too():
    found = b'+BTSTARTDISC:"10:f6:05:f9:bc:4f",realme V11 5G,0x2,0x3,0x2d0,-34\r\n'
    async with scripted({**BT_UP, b"AT+BTSTARTDISC=0,8,0": found + OK}) as (peer, modem):
        inquiry = modem.bluetooth.classic.inquire(10)
        device = await anext(inquiry)
        assert (device.address, device.name, device.rssi) == ("10:f6:05:f9:bc:4f", "realme V11 5G", -34)
        assert device.device_class == 0x2D0 << 13 | 0x2 << 8 | 0x3 << 2
        assert [more async for more in inquiry] == []
        peer.answers[b"AT+BTSTARTDISC=0,1,0"] = ERROR
        with pytest.raises(CommandError):
            await anext(modem.bluetooth.classic.inquire(1))


async def test_roles_can_be_taken_together_only_where_the_firmware_can():
    async with scripted(BLE_UP) as (_, modem):
        driver = modem.driver.le
        assert driver is not None
        with pytest.raises(ModeConflict, match="not both"):
            await driver.open(LeRole.CENTRAL | LeRole.PERIPHERAL, None, None)
        await driver.open(LeRole.CENTRAL, None, None)
        with pytest.raises(ModeConflict, match="not both"):
            await driver.open(LeRole.CENTRAL | LeRole.PERIPHERAL, None, None)


async def test_a_connection_whose_outcome_is_never_told_times_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(driver_classic, "_CONNECT_LIMIT", 0.01)
    async with scripted({**BT_UP, b'AT+BTSPPCONN=0,0x0000,"aa:bb:cc:00:00:01"': OK}) as (_, modem):
        with pytest.raises(CommandTimeout):
            await modem.bluetooth.classic.connect_serial(BAND)
