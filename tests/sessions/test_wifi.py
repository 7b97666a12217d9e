"""The station, whatever the dialect and the link."""

import pytest

import atmodem
from atmodem import Capability
from atmodem.api.virtual import make_device
from atmodem.dialects import find_dialect
from atmodem.errors import InvalidArgument, JoinFailed, Unsupported
from atmodem.link import memory_pair
from atmodem.portable.values import Security
from atmodem.virtual.air import AccessPoint, Trouble
from atmodem.virtual.air import Security as AirSecurity
from tests.sessions.bench import NETWORK, PASSWORD, Bench, only
from tests.sessions.modems import WITHOUT_DRIVER

pytestmark = pytest.mark.asyncio


#: What a scan tells of networks with WPA2 or WPA3, with WPA2, and without a password.
SEEN_SECURITY = {
    "espat": [Security.WPA2_WPA3, Security.WPA2, Security.OPEN],
    "mxchip": [None, None, None],
    "air602": [None, None, Security.OPEN],
    "simplelink": [Security.WPA3, Security.WPA2, Security.OPEN],
}
#: Modules that tell neither channel nor signal of the network that they are in.
SILENT_SIGNAL = ("simplelink",)
#: Why an access point that refuses a station cannot be joined, where the module does not tell it from a wrong password.
REFUSED = {"mxchip": "WRONG_PASSWORD", "air602": "WRONG_PASSWORD", "simplelink": "WRONG_PASSWORD"}


def points(bench: Bench) -> list[AccessPoint]:
    return bench.device.air.access_points


async def test_the_station_joins_tells_its_state_and_leaves(on_each_link: Bench):
    wifi = on_each_link.modem.wifi
    assert await wifi.status() == atmodem.StationStatus(joined=False)
    await wifi.join(NETWORK, PASSWORD)
    status = await wifi.status()
    point = points(on_each_link)[0]
    assert (status.joined, status.ssid, status.bssid) == (True, NETWORK, point.bssid)
    signal = (None, None) if on_each_link.modem.dialect.name in SILENT_SIGNAL else (point.channel, point.rssi)
    assert (status.channel, status.rssi) == signal
    assert (status.address, status.gateway, status.netmask) == (point.address, point.gateway, point.netmask)
    async with on_each_link.modem.expect(atmodem.WifiDisconnected) as left:
        await wifi.leave()
        await left.get()
    assert await wifi.status() == atmodem.StationStatus(joined=False)


async def test_leaving_where_nothing_is_joined_does_nothing(each: Bench):
    await each.modem.wifi.leave()
    await each.modem.wifi.leave()
    assert not (await each.modem.wifi.status()).joined


async def test_a_scan_lists_what_is_in_reach_the_strongest_first(on_each_link: Bench):
    points(on_each_link).extend(
        [
            AccessPoint(ssid="near", rssi=-20, channel=1, password="12345678", security=AirSecurity.WPA2_WPA3_PSK),
            AccessPoint(ssid="far", rssi=-90, channel=11),
        ]
    )
    found = await on_each_link.modem.wifi.scan()
    assert [(p.ssid, p.rssi, p.channel) for p in found] == [("near", -20, 1), ("lab", -42, 6), ("far", -90, 11)]
    assert [p.security for p in found] == SEEN_SECURITY[on_each_link.modem.dialect.name]
    assert [p.bssid for p in found] == [point.bssid for point in (points(on_each_link)[n] for n in (1, 0, 2))]


async def test_a_scan_for_one_name_lists_that_alone(each: Bench):
    points(each).append(AccessPoint(ssid="other"))
    assert [point.ssid for point in await each.modem.wifi.scan("other")] == ["other"]
    assert await each.modem.wifi.scan("nobody") == ()


async def test_joining_tells_its_steps_as_events(on_each_link: Bench):
    async with on_each_link.modem.events(atmodem.WifiAssociated, atmodem.WifiAddressAcquired) as events:
        await on_each_link.join()
        told = [await anext(events)]
        # Not every module tells that it is associated and has no address yet.
        if isinstance(told[0], atmodem.WifiAssociated):
            told.append(await anext(events))
        assert isinstance(told[-1], atmodem.WifiAddressAcquired)


@pytest.mark.parametrize(
    ("ssid", "password", "trouble", "why"),
    [
        (NETWORK, "hunter22", None, "WRONG_PASSWORD"),
        ("nobody", PASSWORD, None, "NO_SUCH_NETWORK"),
        (NETWORK, PASSWORD, Trouble.REFUSES, "CONNECT_FAILED"),
    ],
)
async def test_each_failure_to_join_has_its_name(
    each: Bench, ssid: str, password: str, trouble: Trouble | None, why: str
):
    await each.modem.wifi.leave()
    points(each)[0].trouble = trouble
    with pytest.raises(JoinFailed, match=f"could not join '{ssid}'") as caught:
        await each.modem.wifi.join(ssid, password)
    if trouble is Trouble.REFUSES:
        why = REFUSED.get(each.modem.dialect.name, why)
    assert caught.value.name == why
    assert password not in str(caught.value)
    assert await each.is_usable()


async def test_a_dialect_without_wifi_says_so_before_anything_is_sent():
    peer, link = memory_pair()
    modem = atmodem.Modem(link, WITHOUT_DRIVER)
    for call in (modem.wifi.join(NETWORK), modem.wifi.scan(), modem.wifi.leave(), modem.wifi.status()):
        with pytest.raises(Unsupported, match=r"espat lacks wifi\."):
            await call
    with pytest.raises(Unsupported, match=r"espat lacks sockets\.open_tcp"):
        await modem.connect_tcp("example.org", 80)
    await modem.aclose()
    await peer.aclose()


async def test_one_access_point_can_be_named_by_its_address(each: Bench):
    each.need(Capability.WIFI_BSSID)
    twin = AccessPoint(ssid=NETWORK, password=PASSWORD, rssi=-80)
    points(each).append(twin)
    await each.modem.wifi.join(NETWORK, PASSWORD, bssid=twin.bssid)
    assert (await each.modem.wifi.status()).bssid == twin.bssid


async def test_an_open_network_needs_no_password(each: Bench):
    points(each).append(AccessPoint(ssid="cafe"))
    await each.modem.wifi.join("cafe")
    assert (await each.modem.wifi.status()).ssid == "cafe"


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        (("", PASSWORD), "ssid"),
        (("x" * 33, PASSWORD), "ssid"),
        (("ü" * 17, PASSWORD), "ssid"),
        ((NETWORK, "x" * 65), "password"),
    ],
)
async def test_a_name_or_password_out_of_range_is_refused_before_anything_is_sent(
    each: Bench, arguments: tuple[str, str], parameter: str
):
    commands = each.modem.statistics.commands
    with pytest.raises(InvalidArgument) as caught:
        await each.modem.wifi.join(*arguments)
    assert caught.value.parameter == parameter
    if parameter == "ssid":
        with pytest.raises(InvalidArgument, match="ssid must be 1 to 32 bytes"):
            await each.modem.wifi.scan(arguments[0])
    assert each.modem.statistics.commands == commands


@pytest.mark.parametrize("profile", ["2.2", "2.4", "5.1"])
async def test_every_release_can_be_opened_scanned_and_joined(profile: str):
    async with make_device(find_dialect("espat"), profile=profile) as device, atmodem.connect(device.url) as modem:
        assert [point.ssid for point in await modem.wifi.scan()] == [NETWORK]
        await modem.wifi.join(NETWORK, PASSWORD)
        assert (await modem.wifi.status()).address is not None


@only("espat")
async def test_a_module_that_is_an_access_point_stays_one_when_it_becomes_a_station(each: Bench):
    await each.modem.send_raw("AT+CWMODE=2")
    await each.modem.wifi.scan()
    assert await each.modem.send_raw("AT+CWMODE?") == ["+CWMODE:3"]
    await each.modem.send_raw("AT+CWMODE=0")
    await each.join()
    assert await each.modem.send_raw("AT+CWMODE?") == ["+CWMODE:1"]
