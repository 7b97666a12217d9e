"""Bluetooth serial, updates and raw Ethernet frames of MXCHIP modules."""

import asyncio

import anyio
import pytest

import atmodem
from atmodem import (
    CommandError,
    InvalidArgument,
    ModeConflict,
    ModuleReady,
    SessionBroken,
    SessionClosed,
    TransferIncomplete,
    UpdateFailed,
)
from atmodem.dialects import mxchip
from atmodem.portable.drivers import ClassicDriver, OtaDriver
from atmodem.portable.events import (
    BluetoothData,
    BluetoothDisconnected,
    EthernetFrame,
    UpdateProgress,
)
from atmodem.portable.values import IoCapability, PairingSettings, UpdateStep
from tests.sessions.contract.rig import pattern
from tests.sessions.far import HOST, server
from tests.sessions.mxchip_modems import ERROR, OK, module, online, scripted

pytestmark = pytest.mark.asyncio

# Bluetooth


def classic(modem: atmodem.Modem) -> ClassicDriver:
    driver = modem.driver.classic
    assert driver is not None
    return driver


async def test_the_module_tells_its_address_and_takes_name_and_passkey():
    async with module(profile="emw3239") as (device, modem):
        assert await modem.bluetooth.classic.address() == "c8:93:46:00:11:22"
        pairing = PairingSettings(pin="123456")
        async with modem.bluetooth.classic.listen_serial(name="bo,ard", pairing=pairing):
            assert device.settings[mxchip.BTNAME].name == "bo,ard"
            with pytest.raises(PermissionError):
                device.bluetooth.connect("000000")
        with pytest.raises(LookupError):
            device.bluetooth.connect("123456")


async def test_hosts_are_served_one_after_the_other_as_byte_streams():
    data = pattern(50_000)
    async with (
        module(profile="emw3239") as (device, modem),
        modem.bluetooth.classic.listen_serial(name="board", pairing=PairingSettings(pin="123456")) as listener,
    ):
        with pytest.raises(atmodem.Unsupported):
            await modem.bluetooth.classic.connect_serial("00:11:22:33:44:55")
        for passkey in ("123456", None):
            host = device.bluetooth.connect(passkey)
            stream = await listener.accept()
            assert stream.address is None
            host.send(data)
            received = b""
            while len(received) < len(data):
                received += await stream.receive()
            assert received == data
            await stream.send(data)
            assert bytes(host.received) == data
            host.disconnect()
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            with pytest.raises(TransferIncomplete):
                await stream.send(b"late")
            # The listener lets the next one see the module again.
            while (await modem.send(mxchip.BTSTATE.query())).state != mxchip.BluetoothState.DISCOVERABLE:
                pass


async def test_a_host_that_goes_in_the_middle_ends_a_send_by_its_count():
    answers = {b"AT+BTSEND=255": b">", b"AT+BTSEND=90": b""}
    async with scripted(answers) as (peer, modem), modem.bluetooth.classic.listen_serial() as listener:
        peer.say(b"\r\n+BTEVENT:CONNECTION,ON\r\n")
        stream = await listener.accept()
        sending = asyncio.create_task(stream.send(bytes(600)))
        for _ in range(2):
            await peer.heard_data(bytes(255))
            peer.say(OK)
        await peer.heard(b"AT+BTSEND=90")
        peer.say(b"\r\n+BTEVENT:CONNECTION,OFF\r\n" + ERROR)
        with pytest.raises(TransferIncomplete) as caught:
            await sending
        assert caught.value.transferred == 510


async def test_data_and_farewells_of_nobody_mean_nothing():
    async with scripted() as (peer, modem), modem.events(BluetoothData, BluetoothDisconnected) as events:
        peer.say(b"\r\n+BTEVENT:DATA,3,abc\r\n+BTEVENT:CONNECTION,OFF\r\n")
        await modem.send(mxchip.AT())
        await modem.aclose()
        assert [event async for event in events] == []


@pytest.mark.parametrize(
    ("name", "pairing"),
    [
        ("board", PairingSettings(pin="12345")),
        ("bo\rard", PairingSettings()),
        (None, PairingSettings(io=IoCapability.DISPLAY)),
        (None, PairingSettings(man_in_the_middle=True)),
    ],
)
async def test_a_name_or_a_pairing_that_the_module_cannot_have_is_refused_before_anything_is_sent(
    name: str | None, pairing: PairingSettings
):
    async with module(profile="emw3239") as (_, modem):
        sent = modem.statistics.commands
        with pytest.raises(InvalidArgument):
            await classic(modem).open(name, pairing)
        with pytest.raises(InvalidArgument, match="discoverable"):
            await classic(modem).listen_serial(discoverable=False)
        assert modem.statistics.commands == sent


# Updates


def updates(modem: atmodem.Modem) -> OtaDriver:
    driver = modem.driver.ota
    assert driver is not None
    return driver


async def test_an_update_tells_its_steps_and_the_module_comes_back_with_the_new_version():
    async with online() as (device, modem):
        device.updates.duration = 0.01
        async with modem.events(UpdateProgress) as steps, modem.expect(ModuleReady) as ready:
            assert await updates(modem).check() == "fog_v3_AT_v2.0.4"
            await updates(modem).update(None)
            await ready.get()
            told = [(await anext(steps)).step for _ in range(2)]
        assert told == [UpdateStep.STARTED, UpdateStep.INSTALLED]
        assert (await modem.system.identity()).firmware == "fog_v3_AT_v2.0.4"
        assert (await modem.send(mxchip.UARTE.query())).option == mxchip.Switch.OFF


async def test_an_update_is_followed_until_the_new_version_runs():
    async with online() as (device, modem):
        device.updates.duration = 0.01
        assert await modem.ota.check() == "fog_v3_AT_v2.0.4"
        async with modem.ota.update(version="basic_AT_v2.0.1") as update:
            steps = [step.step async for step in update]
            after = await update.wait()
        assert steps[:2] == [UpdateStep.STARTED, UpdateStep.INSTALLED]
        assert after.firmware == "basic_AT_v2.0.1"
        for absent in (modem.ota.update(url="http://example.org/x"), modem.ota.update(image=b"x")):
            with pytest.raises(atmodem.Unsupported):
                await absent


async def test_an_update_that_never_ends_has_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("atmodem.dialects.mxchip.driver_ota._LIMIT", 0.05)
    async with online() as (device, modem):
        device.updates.succeeds = False
        with pytest.raises(UpdateFailed, match=r"v9 was not installed within") as caught:
            await updates(modem).update("v9")
        assert caught.value.name == "TIMEOUT"


async def test_a_module_without_a_network_cannot_be_updated():
    async with module() as (_, modem):
        with pytest.raises(UpdateFailed, match="v9 is not loaded") as caught:
            await updates(modem).update("v9")
        assert caught.value.name == "NOT_JOINED"
        with pytest.raises(CommandError):
            await updates(modem).update(None)


async def test_the_steps_of_custom_firmware_are_told():
    async with scripted() as (peer, modem), modem.events(UpdateProgress) as steps:
        peer.say(b"\r\n+OTAEVENT:DOWNLOADING\r\n\r\n+OTAEVENT:INSTALLING\r\n")
        assert [(await anext(steps)).step for _ in range(2)] == [UpdateStep.LOADING, UpdateStep.INSTALLING]


# Raw Ethernet frames

FRAME = bytes(range(14)) + b"\r\n+ENETEVENT:5,abcde\r\nOK\r\n"


async def test_frames_pass_both_ways_while_they_are_open():
    async with module(profile="moc108") as (device, modem):
        async with modem.ethernet() as frames, modem.expect(EthernetFrame) as told:
            for size in (14, 60, 1518):
                await frames.send(FRAME[:14] + bytes(size - 14))
            assert [len(frame) for frame in device.ethernet.sent] == [14, 60, 1518]
            for frame in (FRAME, bytes(1518)):
                device.ethernet.receive(frame)
            assert [await anext(frames) for _ in range(2)] == [FRAME, bytes(1518)]
            assert (await told.get()).data == FRAME
            with pytest.raises(InvalidArgument):
                await frames.send(bytes(13))
        assert device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF
        for use in (frames.receive(), frames.send(FRAME)):
            with pytest.raises(SessionClosed):
                await use
        assert [frame async for frame in frames] == []


async def test_frames_that_nobody_reads_are_counted_and_those_behind_them_come():
    async with module(profile="moc108") as (device, modem), modem.ethernet(limit=2) as frames:
        for number in range(5):
            device.ethernet.receive(bytes([number]) * 14)
        await modem.send(mxchip.AT())
        assert [await frames.receive() for _ in range(2)] == [bytes(14), b"\1" * 14]
        assert frames.missed == 3
        device.ethernet.receive(FRAME)
        assert await frames.receive() == FRAME
        with pytest.raises(InvalidArgument):
            await modem.ethernet(limit=0)


async def test_frames_pass_to_one_session_at_a_time():
    async with module(profile="moc108") as (device, modem):
        async with modem.ethernet():
            with pytest.raises(ModeConflict, match="another session"):
                await modem.ethernet()
        async with modem.ethernet() as frames:
            await frames.send(FRAME)
        assert device.ethernet.sent == [FRAME]


async def test_a_cancelled_opening_lets_no_frames_pass():
    async with module(profile="moc108") as (device, modem):
        for turns in range(0, 60, 3):
            opening = asyncio.ensure_future(modem.ethernet().__aenter__())
            for _ in range(turns):
                await asyncio.sleep(0)
            opening.cancel()
            await asyncio.wait([opening])
            if not opening.cancelled():
                await opening.result().aclose()
            async with modem.ethernet() as frames:
                await frames.send(FRAME)
            assert device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF


async def test_a_restart_breaks_the_frames_but_not_the_next_ones():
    async with module(profile="moc108") as (_, modem), modem.ethernet() as frames:
        await modem.system.restart()
        for use in (frames.receive(), frames.send(FRAME)):
            with pytest.raises(SessionBroken, match="started anew"):
                await use
        async with modem.ethernet() as again:
            await again.send(FRAME)


async def test_the_end_of_the_modem_ends_the_frames():
    async with module(profile="moc108") as (_, modem):
        frames = await modem.ethernet()
        await modem.aclose()
        with pytest.raises(SessionBroken, match="the modem has ended"):
            await frames.receive()
        await frames.aclose()


async def test_a_frame_that_came_incomplete_is_none():
    async with scripted() as (peer, modem), modem.ethernet() as frames:
        peer.say(b"\r\n+ENETEVENT:20,short")
        async with modem.expect(mxchip.EthernetFrame) as cut:
            await cut.get()
        peer.say(b"\r\n+ENETEVENT:14,abcdefghijklmn\r\n")
        assert await frames.receive() == b"abcdefghijklmn"
        assert frames.missed == 1


async def test_open_links_exclude_frames():
    async with (
        online(profile="moc108") as (device, modem),
        server() as far,
        modem.connect_tcp(HOST, far.port) as stream,
    ):
        with pytest.raises(ModeConflict, match="one is open"):
            await modem.ethernet()
        assert device.settings[mxchip.ENETRAWMODE].mode == mxchip.Switch.OFF
        await stream.send(b"unharmed")
        assert await (await far.connection()).read(8) == b"unharmed"


async def test_a_model_without_ethernet_refuses_frames():
    async with module() as (_, modem):
        with pytest.raises(CommandError):
            await modem.ethernet()
