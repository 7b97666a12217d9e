"""Being told by a phone or a button what to join."""

import asyncio

import pytest

from atmodem import (
    CommandError,
    InvalidArgument,
    LinkLost,
    ModeConflict,
    Provisioning,
    ProvisioningMethod,
    ProvisioningProgress,
    ProvisioningStep,
    Secret,
    SessionBroken,
    SessionClosed,
    SoftApSettings,
    Unsupported,
)
from atmodem.dialects import espat
from atmodem.virtual.air import AccessPoint, Air
from tests.sessions.modems import ERROR, OK, OTHER, online, scripted, virtual

pytestmark = pytest.mark.asyncio

STARTED, KNOWN, DATA, JOINED = (
    ProvisioningStep.STARTED,
    ProvisioningStep.NETWORK_KNOWN,
    ProvisioningStep.DATA,
    ProvisioningStep.JOINED,
)
IDLE = {b"AT+CWMODE?": b"+CWMODE:1\r\n" + OK, b"AT+CWJAP?": OK}


async def steps(provisioning: Provisioning) -> list[ProvisioningProgress]:
    return [progress async for progress in provisioning]


def told(progress: list[ProvisioningProgress]) -> list[ProvisioningStep]:
    return [step.step for step in progress]


@pytest.mark.parametrize(
    ("method", "protocol"),
    [
        (ProvisioningMethod.SMARTCONFIG, "ESPTOUCH"),
        (ProvisioningMethod.ESPTOUCH, "ESPTOUCH"),
        (ProvisioningMethod.AIRKISS, "AIRKISS"),
    ],
)
async def test_a_phone_tells_the_network_and_the_module_joins_it(method: ProvisioningMethod, protocol: str):
    async with virtual() as (device, modem):
        modem.driver.provisioning.farewell = 0
        async with modem.wifi.provision(method) as provisioning:
            device.air.tell_network("lab", "secret")
            progress = await steps(provisioning)
            assert told(progress) == [STARTED, KNOWN, JOINED]
            assert progress[0].protocol == protocol
            assert (progress[1].ssid, progress[1].password) == ("lab", Secret("secret"))
            assert progress[2].ssid == "lab"
            assert "secret" not in repr(progress)
        assert (await modem.wifi.status()).ssid == "lab"
        with pytest.raises(StopAsyncIteration):
            await anext(provisioning)


async def test_a_pressed_button_brings_the_network():
    air = Air([AccessPoint(ssid="lab", password="secret", wps=True)])
    async with virtual(air=air) as (_, modem):
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON) as provisioning:
            air.press_button("lab")
            assert told(await steps(provisioning)) == [JOINED]
        assert (await modem.wifi.status()).ssid == "lab"


async def test_the_phone_is_given_time_to_hear_that_the_network_is_joined():
    async with scripted({**IDLE, b"AT+CWSTARTSMART=3": OK, b"AT+CWSTOPSMART": OK, b"AT": OK}) as (peer, modem):
        provisioning = await modem.wifi.provision()
        peer.say(b"smartconfig connected wifi\r\n")
        assert told(await steps(provisioning)) == [JOINED]
        closing = asyncio.create_task(provisioning.aclose())
        await modem.send(espat.AT())
        assert peer.lines[-1] == b"AT"
        # The end of the modem cuts the wait off.
        await modem.aclose()
        await closing
        assert b"AT+CWSTOPSMART" not in peer.lines


async def test_left_early_the_module_listens_no_more():
    async with virtual() as (device, modem):
        async with modem.wifi.provision():
            assert len(device.air.learners) == 1
        assert device.air.learners == []
        provisioning = await modem.wifi.provision()
        await provisioning.aclose()
        await provisioning.aclose()
        with pytest.raises(SessionClosed, match="stopped here"):
            await anext(provisioning)


async def test_a_reader_that_waits_learns_of_the_close():
    async with virtual() as (_, modem):
        provisioning = await modem.wifi.provision()
        reading = asyncio.create_task(anext_of(provisioning))
        await asyncio.sleep(0)
        await provisioning.aclose()
        with pytest.raises(SessionClosed, match="stopped here"):
            await reading


async def anext_of(provisioning: Provisioning) -> ProvisioningProgress:
    return await anext(provisioning)


async def test_a_restart_of_the_module_breaks_it():
    async with virtual() as (device, modem):
        async with modem.wifi.provision() as provisioning:
            device.restart()
            with pytest.raises(SessionBroken, match="started anew"):
                await anext(provisioning)
        async with modem.wifi.provision():
            pass


async def test_the_end_of_the_modem_and_of_the_line_end_it():
    async with virtual() as (_, modem):
        provisioning = await modem.wifi.provision()
        await modem.aclose()
        with pytest.raises(SessionClosed, match="the modem is closed"):
            await anext(provisioning)
        await provisioning.aclose()
    async with scripted({**IDLE, b"AT+CWSTARTSMART=3": OK}) as (peer, modem):
        provisioning = await modem.wifi.provision()
        await peer.hang_up()
        with pytest.raises(LinkLost):
            await anext(provisioning)


async def test_a_module_in_a_network_or_told_already_is_not_told():
    async with online() as (_, modem):
        with pytest.raises(ModeConflict, match="in a network already"):
            await modem.wifi.provision()
        await modem.wifi.leave()
        async with modem.wifi.provision():
            with pytest.raises(ModeConflict, match="being told"):
                await modem.wifi.provision(ProvisioningMethod.WPS_BUTTON)


@pytest.mark.parametrize(
    ("method", "key", "allowed"),
    [
        (ProvisioningMethod.SMARTCONFIG, "x", "key must be None for smartconfig"),
        (ProvisioningMethod.ESPTOUCH_V2, "short", "key must be 16 to 16 bytes"),
    ],
)
async def test_a_key_that_the_method_does_not_take_is_refused(method: ProvisioningMethod, key: str, allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.provision(method, key=key)
        assert peer.lines == []


@pytest.mark.parametrize(
    "method", [ProvisioningMethod.WPS_PIN, ProvisioningMethod.EASYLINK, ProvisioningMethod.ALIBABA]
)
async def test_a_method_of_other_families_is_refused_by_name(method: ProvisioningMethod):
    async with scripted() as (peer, modem):
        with pytest.raises(Unsupported, match=f"espat lacks provisioning.{method.value}"):
            await modem.wifi.provision(method)
        assert peer.lines == []


async def test_a_pin_has_eight_digits():
    async with scripted(dialect=OTHER) as (peer, modem):
        for key in ("1234567", "123456789", "1234567x"):
            with pytest.raises(InvalidArgument, match="key must be the eight digits of a PIN"):
                await modem.wifi.provision(ProvisioningMethod.WPS_PIN, key=key)
        assert peer.lines == []


async def test_a_module_that_does_not_listen_need_not_be_stopped():
    async with scripted() as (peer, modem):
        await modem.driver.provisioning.stop()
        assert peer.lines == []


async def test_esptouch_v2_takes_its_key_and_brings_data_of_its_own():
    line = b'AT+CWSTARTSMART=4,,"0123456789abcdef"'
    async with scripted({**IDLE, line: OK, b"AT+CWSTOPSMART": OK}) as (peer, modem):
        modem.driver.provisioning.farewell = 0
        async with modem.wifi.provision(ProvisioningMethod.ESPTOUCH_V2, key=Secret("0123456789abcdef")) as provisioning:
            peer.say(b"smartconfig type:ESPTOUCH_V2\r\nSmart get wifi info\r\nssid:lab\r\npassword:pw\r\n")
            peer.say(b"+SCRD:5,hello\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\nsmartconfig connected wifi\r\n")
            progress = await steps(provisioning)
        assert told(progress) == [STARTED, KNOWN, DATA, JOINED]
        assert progress[2].data == b"hello"
        assert peer.lines[-1] == b"AT+CWSTOPSMART"


async def test_blufi_tells_its_peer_its_network_and_its_data():
    async with scripted({**IDLE, b"AT+BLUFI=1": OK, b"AT+BLUFI=0": OK}) as (peer, modem):
        async with modem.wifi.provision(ProvisioningMethod.BLUFI) as provisioning:
            peer.say(b"+BLUFICONN\r\n+BLUFIDATA:3,\x00\r\n\r\n+SSID:lab\r\n+PASSWORD:pw\r\nWIFI GOT IP\r\n")
            progress = await steps(provisioning)
        assert told(progress) == [STARTED, DATA, KNOWN, JOINED]
        assert (progress[0].protocol, progress[1].data, progress[3].ssid) == ("BLUFI", b"\x00\r\n", "lab")
        assert peer.lines[-1] == b"AT+BLUFI=0"


async def test_the_page_needs_the_access_point_and_tells_what_happens_on_it():
    answers = {
        b"AT+CWMODE?": b"+CWMODE:3\r\n" + OK,
        b"AT+WEBSERVER=1,80,60": OK,
        b"AT+WEBSERVER=0": OK,
    }
    async with scripted(answers) as (peer, modem):
        async with modem.wifi.provision(ProvisioningMethod.ACCESS_POINT) as provisioning:
            peer.say(b"+WEBSERVERRSP:1\r\n+WEBSERVERRSP:2\r\nWIFI GOT IP\r\n")
            assert told(await steps(provisioning)) == [KNOWN, JOINED]
        assert peer.lines[-1] == b"AT+WEBSERVER=0"
    async with virtual() as (_, modem):
        with pytest.raises(ModeConflict, match="behind the module's access point"):
            await modem.wifi.provision(ProvisioningMethod.ACCESS_POINT)
    # A firmware without the page.
    async with virtual(profile="2.0") as (_, modem), modem.wifi.access_point(SoftApSettings(ssid="esp")):
        for _ in range(2):
            with pytest.raises(CommandError, match="WEBSERVER"):
                await modem.wifi.provision(ProvisioningMethod.ACCESS_POINT)


async def test_refused_by_the_module_another_method_can_be_tried():
    async with scripted({**IDLE, b"AT+CWSTARTSMART=3": ERROR, b"AT+WPS=1": OK, b"AT+WPS=0": ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="CWSTARTSMART"):
            await modem.wifi.provision()
        async with modem.wifi.provision(ProvisioningMethod.WPS_BUTTON):
            pass


async def test_what_is_told_while_the_module_does_not_listen_is_no_progress():
    async with virtual() as (device, modem), modem.events(ProvisioningProgress, espat.SmartPassword) as events:
        await modem.send(espat.CWSTARTSMART())
        device.air.tell_network("lab", "secret")
        assert isinstance(await anext(events), espat.SmartPassword)


async def test_a_cancelled_start_leaves_the_module_idle():
    async with scripted({**IDLE, b"AT+CWSTOPSMART": OK}) as (peer, modem):
        opening = asyncio.create_task(opened_by(modem))
        await peer.heard(b"AT+CWSTARTSMART=3")
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        peer.say(OK)
        await peer.heard(b"AT+CWSTOPSMART")


async def opened_by(modem):
    return await modem.wifi.provision()
