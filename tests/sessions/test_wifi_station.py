"""The station: reasons of a failed join, and what can be set."""

import asyncio

import pytest

import atmodem
from atmodem import (
    CommandError,
    EapMethod,
    EnterpriseSettings,
    InvalidArgument,
    JoinFailed,
    Secret,
    StationStatus,
    Unsupported,
)
from atmodem.dialects import espat
from atmodem.virtual.air import AccessPoint, Air, Trouble
from tests.sessions.modems import ERROR, OK, online, scripted, virtual

pytestmark = pytest.mark.asyncio

MODE = {b"AT+CWMODE?": b"+CWMODE:1\r\n" + OK}


@pytest.mark.parametrize(
    ("ssid", "password", "trouble", "name"),
    [
        ("lab", "wrong", None, "WRONG_PASSWORD"),
        ("nowhere", "secret", None, "NO_SUCH_NETWORK"),
        ("lab", "secret", Trouble.REFUSES, "CONNECT_FAILED"),
    ],
)
async def test_each_reason_of_a_failed_join_has_its_name(ssid: str, password: str, trouble: Trouble | None, name: str):
    air = Air([AccessPoint(ssid="lab", password="secret", trouble=trouble)])
    async with virtual(air=air) as (_, modem):
        with pytest.raises(JoinFailed, match=f"could not join '{ssid}'") as caught:
            await modem.wifi.join(ssid, password)
        assert caught.value.name == name
        assert not (await modem.wifi.status()).joined


@pytest.mark.parametrize(
    ("line", "name"), [(b"+CWJAP:1\r\n", "TIMEOUT"), (b"+CWJAP:7\r\n", "CONNECT_FAILED"), (b"", "CONNECT_FAILED")]
)
async def test_a_join_without_an_answer_is_a_timeout_and_an_unknown_reason_is_told_as_such(line: bytes, name: str):
    async with scripted({**MODE, b'AT+CWJAP="lab","secret"': line + ERROR}) as (_, modem):
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join("lab", Secret("secret"))
        assert caught.value.name == name
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("",), "ssid must be 1 to 32 bytes"),
        (("é" * 17,), "ssid must be 1 to 32 bytes"),
        (("lab", "x" * 65), "password must be at most 64 bytes"),
        (("lab", None, "nonsense"), "bssid must be a hardware address"),
    ],
)
async def test_what_no_network_has_is_refused_before_anything_is_sent(arguments: tuple[str, ...], allowed: str):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.wifi.join(*arguments[:2], bssid=arguments[2] if len(arguments) > 2 else None)
        with pytest.raises(InvalidArgument, match="ssid"):
            await modem.wifi.scan("x" * 33)
        assert peer.lines == []


async def test_an_ssid_with_the_signs_of_the_syntax_is_joined():
    air = Air([AccessPoint(ssid='a,b"c\\d', password='p,q"r\\s1')])
    async with virtual(air=air) as (_, modem):
        await modem.wifi.join('a,b"c\\d', 'p,q"r\\s1')
        assert (await modem.wifi.status()).ssid == 'a,b"c\\d'
        await modem.wifi.leave()
        assert [point.ssid for point in await modem.wifi.scan('a,b"c\\d')] == ['a,b"c\\d']


async def test_without_auto_reconnect_a_lost_network_stays_lost():
    async with virtual() as (device, modem):
        await modem.wifi.set_auto_reconnect(False)
        await modem.wifi.join("lab", "secret")
        async with modem.expect(atmodem.WifiDisconnected) as lost:
            device.air.switch_off("lab")
            await lost.get()
        assert (await modem.send(espat.CWRECONNCFG.query())).interval_s == 0
        assert (await modem.send(espat.CWSTATE.query())).state == espat.StationState.DISCONNECTED


async def test_with_auto_reconnect_a_network_that_comes_back_is_joined_again():
    async with online() as (device, modem):
        await modem.wifi.set_auto_reconnect(True)
        async with modem.events(atmodem.WifiDisconnected, atmodem.WifiAddressAcquired) as events:
            device.air.switch_off("lab")
            assert isinstance(await anext(events), atmodem.WifiDisconnected)
            device.air.switch_on("lab")
            assert isinstance(await anext(events), atmodem.WifiAddressAcquired)


async def test_what_was_set_for_joins_ends_with_the_module_s_restart():
    async with virtual() as (_, modem):
        await modem.wifi.set_auto_reconnect(False)
        await modem.system.restart()
        await modem.wifi.join("lab", "secret")
        assert (await modem.send(espat.CWRECONNCFG.query())).interval_s == 1


async def test_hostname_and_country_reach_the_module():
    async with virtual() as (_, modem):
        await modem.wifi.set_hostname("meter-7")
        assert (await modem.send(espat.CWHOSTNAME.query())).hostname == "meter-7"
    async with scripted({b'AT+CWCOUNTRY=1,"US",1,11': OK, b'AT+CWCOUNTRY=1,"DE",1,13': OK}) as (peer, modem):
        await modem.wifi.set_country("us")
        await modem.wifi.set_country("DE")
        assert peer.lines == [b'AT+CWCOUNTRY=1,"US",1,11', b'AT+CWCOUNTRY=1,"DE",1,13']


async def test_names_that_are_none_are_refused():
    async with scripted() as (peer, modem):
        for name in ("", "x" * 33, "a b", "höhe", 'a"b'):
            with pytest.raises(InvalidArgument, match="name must be 1 to 32 letters"):
                await modem.wifi.set_hostname(name)
        for code in ("", "D", "DEU", "D1", "ÄÖ"):
            with pytest.raises(InvalidArgument, match="code must be two letters"):
                await modem.wifi.set_country(code)
        assert peer.lines == []


async def test_the_station_is_switched_on_beside_the_access_point():
    answers = {b"AT+CWMODE?": b"+CWMODE:2\r\n" + OK, b"AT+CWMODE=3": OK, b'AT+CWHOSTNAME="m"': OK}
    async with scripted(answers) as (peer, modem):
        await modem.wifi.set_hostname("m")
        assert peer.lines == [b"AT+CWMODE?", b"AT+CWMODE=3", b'AT+CWHOSTNAME="m"']


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            EnterpriseSettings(ssid="corp", method=EapMethod.TLS, identity="dev"),
            b'AT+CWJEAP="corp",0,"dev",,,3',
        ),
        (
            EnterpriseSettings(ssid="corp", method=EapMethod.PEAP, username="u", password="p", verify=False),
            b'AT+CWJEAP="corp",1,"","u","p",0',
        ),
        (
            EnterpriseSettings(
                ssid="corp", method=EapMethod.TTLS, username="u", password=Secret("p"), client_certificate=True
            ),
            b'AT+CWJEAP="corp",2,"","u","p",3',
        ),
    ],
)
async def test_an_enterprise_network_is_joined_with_what_its_method_takes(settings: EnterpriseSettings, line: bytes):
    async with scripted({**MODE, line: OK}) as (peer, modem):
        await modem.wifi.join_enterprise(settings)
        assert peer.lines == [b"AT+CWMODE?", line]


async def test_a_refused_login_has_its_own_name():
    line = b'AT+CWJEAP="corp",1,"","u","p",2'
    answers = {**MODE, line: b"+CWJEAP:Timeout\r\n" + ERROR}
    settings = EnterpriseSettings(ssid="corp", method=EapMethod.PEAP, username="u", password="p")
    async with scripted(answers) as (peer, modem):
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join_enterprise(settings)
        assert caught.value.name == "TIMEOUT"
        peer.answers[line] = b"ERR CODE:0x010a8001\r\n" + ERROR
        with pytest.raises(JoinFailed) as caught:
            await modem.wifi.join_enterprise(settings)
        assert (caught.value.name or "").startswith("EAP_")
        with pytest.raises(InvalidArgument, match="ssid"):
            await modem.wifi.join_enterprise(EnterpriseSettings(ssid="", method=EapMethod.TLS))


async def test_what_the_firmware_is_known_to_lack_is_refused_before_anything_is_sent():
    lacks = {b"AT+CMD?": b'+CMD:0,"AT",0,0,0,1\r\n' + OK}
    async with scripted(lacks) as (peer, modem):
        await modem.probe()
        peer.lines.clear()
        for call in (
            modem.wifi.set_auto_reconnect(True),
            modem.wifi.set_country("DE"),
            modem.wifi.set_ipv6(True),
            modem.wifi.join_enterprise(EnterpriseSettings(ssid="x", method=EapMethod.TLS)),
            modem.system.temperature(),
            modem.nvs.namespaces(),
        ):
            with pytest.raises(Unsupported, match="espat lacks "):
                await call
        assert peer.lines == []


async def test_a_cancelled_join_leaves_a_module_that_takes_commands():
    air = Air([AccessPoint(ssid="lab", password="secret", trouble=Trouble.SILENT), AccessPoint(ssid="open")])
    async with virtual(air=air) as (_, modem):
        joining = asyncio.create_task(modem.send(espat.CWJAP(ssid="lab", password="secret", timeout_s=3)))
        await asyncio.sleep(0)
        joining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await joining
        await modem.wifi.join("open")
        assert (await modem.wifi.status()).ssid == "open"


async def test_a_command_that_the_station_refuses_while_off_is_told():
    async with scripted({**MODE, b'AT+CWHOSTNAME="m"': ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="CWHOSTNAME"):
            await modem.wifi.set_hostname("m")


async def test_a_station_that_is_off_is_in_no_network_and_leaves_none():
    async with scripted({b"AT+CWJAP?": ERROR, b"AT+CWQAP": ERROR}) as (peer, modem):
        assert await modem.wifi.status() == StationStatus(joined=False)
        await modem.wifi.leave()
        assert peer.lines == [b"AT+CWJAP?", b"AT+CWQAP"]
