"""The neighbourhood of a module: access points, joining, losing, guests, names."""

import asyncio

import pytest

from atmodem.errors import InvalidArgument
from atmodem.virtual.air import AccessPoint, Air, Security, Trouble, UnknownHost
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.station import JoinFailure, JoinRefused, Station, StationState, StationTiming


class Journal:
    """What a station tells."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def station_associated(self) -> None:
        self.entries.append("associated")

    def station_online(self) -> None:
        self.entries.append("online")

    def station_disconnected(self) -> None:
        self.entries.append("disconnected")


class World:
    """A station in a neighbourhood, on a clock of its own."""

    def __init__(self, *points: AccessPoint) -> None:
        self.air = Air(points)
        self.clock = ManualClock()
        self.journal = Journal()
        self.station = Station(self.air, self.clock, self.journal, StationTiming())

    async def join(self, ssid: str, password: str = "", **options: object) -> JoinFailure | None:
        """Join, letting as much time go by as it takes; return why it failed."""
        task = asyncio.create_task(self.station.join(ssid, password, **options))
        while not task.done():
            for _ in range(3):
                await asyncio.sleep(0)
            if self.clock.due is not None:
                self.clock.advance_to(self.clock.due)
        try:
            await task
        except JoinRefused as refused:
            return refused.why
        return None


LAB = {"ssid": "lab", "password": "secret12"}


def test_a_neighbourhood_has_an_access_point_called_lab_by_default():
    point = Air().find("lab")
    assert point is not None
    assert (point.password, point.security) == ("secret", Security.WPA2_PSK)
    assert "secret" not in repr(point)


def test_without_a_password_an_access_point_is_open():
    assert AccessPoint(ssid="cafe").security is Security.OPEN


def test_a_name_of_more_than_32_bytes_is_refused():
    assert AccessPoint(ssid="é" * 16).ssid
    with pytest.raises(InvalidArgument, match="ssid must be at most 32 bytes"):
        AccessPoint(ssid="é" * 17)


def test_of_two_access_points_with_one_name_the_stronger_is_found_unless_one_is_named():
    far, near = AccessPoint(**LAB, rssi=-80), AccessPoint(**LAB, rssi=-30)
    air = Air([far, near])
    assert air.find("lab") is near
    assert air.find("lab", far.bssid) is far


@pytest.mark.asyncio
async def test_a_station_joins_and_gets_an_address():
    world = World(AccessPoint(**LAB))
    assert await world.join("lab", "secret12") is None
    assert world.journal.entries == ["associated", "online"]
    assert world.station.online


@pytest.mark.parametrize(
    ("point", "ssid", "password", "why"),
    [
        (AccessPoint(**LAB), "lab", "wrong", JoinFailure.WRONG_PASSWORD),
        (AccessPoint(**LAB), "nowhere", "", JoinFailure.NOT_FOUND),
        (AccessPoint(**LAB, trouble=Trouble.SILENT), "lab", "secret12", JoinFailure.TIMEOUT),
        (AccessPoint(**LAB, trouble=Trouble.REFUSES), "lab", "secret12", JoinFailure.REFUSED),
        (AccessPoint(**LAB, trouble=Trouble.NO_ADDRESS), "lab", "secret12", JoinFailure.TIMEOUT),
    ],
)
@pytest.mark.asyncio
async def test_each_reason_why_a_network_cannot_be_joined_is_its_own(
    point: AccessPoint, ssid: str, password: str, why: JoinFailure
):
    world = World(point)
    assert await world.join(ssid, password) is why
    assert not world.station.online


@pytest.mark.asyncio
async def test_a_network_that_is_not_secure_enough_is_not_seen():
    world = World(AccessPoint(ssid="cafe"))
    assert await world.join("cafe", weakest=Security.WPA_PSK) is JoinFailure.NOT_FOUND


@pytest.mark.asyncio
async def test_joining_another_network_leaves_the_first():
    world = World(AccessPoint(**LAB), AccessPoint(ssid="cafe"))
    await world.join("lab", "secret12")
    await world.join("cafe")
    assert world.journal.entries == ["associated", "online", "disconnected", "associated", "online"]


@pytest.mark.asyncio
async def test_a_network_that_goes_while_it_is_joined_is_a_refusal():
    world = World(AccessPoint(**LAB))
    task = asyncio.create_task(world.station.join("lab", "secret12"))
    await asyncio.sleep(0)
    world.air.switch_off("lab")
    world.clock.advance(1)
    with pytest.raises(JoinRefused, match="refused"):
        await task


@pytest.mark.asyncio
async def test_a_lost_network_is_told_and_found_again():
    world = World(AccessPoint(**LAB))
    await world.join("lab", "secret12")
    world.air.switch_off("lab")
    assert world.station.state is StationState.REJOINING
    assert world.clock.due is None
    world.air.switch_on("lab")
    world.clock.advance(2)
    assert world.journal.entries[2:] == ["disconnected", "associated", "online"]


@pytest.mark.asyncio
async def test_a_network_that_comes_back_with_another_password_stays_lost():
    point = AccessPoint(**LAB)
    world = World(point)
    await world.join("lab", "secret12")
    world.air.switch_off("lab")
    point.password = "changed1"
    world.air.switch_on("lab")
    world.clock.advance(5)
    assert world.station.state is StationState.REJOINING


@pytest.mark.asyncio
async def test_a_network_that_comes_and_goes_again_is_not_joined():
    world = World(AccessPoint(**LAB))
    await world.join("lab", "secret12")
    world.air.switch_off("lab")
    world.air.switch_on("lab")
    world.air.switch_off("lab")
    world.clock.advance(5)
    assert world.journal.entries[2:] == ["disconnected"]


@pytest.mark.asyncio
async def test_without_retries_a_lost_network_stays_lost():
    world = World(AccessPoint(**LAB))
    await world.join("lab", "secret12")
    world.station.retry_interval = 0
    world.air.switch_off("lab")
    world.air.switch_on("lab")
    world.clock.advance(5)
    assert world.station.state is StationState.DISCONNECTED


@pytest.mark.asyncio
async def test_leaving_is_told_once_and_forgetting_is_silent():
    world = World(AccessPoint(**LAB))
    await world.join("lab", "secret12")
    world.station.leave()
    world.station.leave()
    assert world.journal.entries == ["associated", "online", "disconnected"]
    await world.join("lab", "secret12")
    world.station.forget()
    assert len(world.journal.entries) == 5
    assert world.station.state is StationState.IDLE


@pytest.mark.asyncio
async def test_a_closed_station_hears_nothing_of_the_neighbourhood():
    world = World(AccessPoint(**LAB))
    await world.join("lab", "secret12")
    world.station.close()
    world.air.switch_off("lab")
    world.air.add(AccessPoint(ssid="new"))
    assert world.journal.entries == ["associated", "online"]


def test_switching_something_unknown_is_an_error():
    with pytest.raises(LookupError, match="nowhere"):
        Air().switch_off("nowhere")


# Guests of an access point that a module has opened


class Cafe:
    ssid = "module"
    password = "12345678"

    def __init__(self) -> None:
        self.guests: list[str] = []

    def entered(self, mac: str) -> bool:
        self.guests.append(mac)
        return len(self.guests) < 3

    def left(self, mac: str) -> None:
        self.guests.remove(mac)


def test_a_station_enters_and_leaves_what_a_module_has_opened():
    air, cafe = Air(), Cafe()
    air.hotspots.append(cafe)
    air.enter("module", "12345678", mac="a")
    air.enter("module", "12345678", mac="b")
    air.exit("a")
    assert cafe.guests == ["b"]
    air.enter("module", "12345678", mac="c")
    with pytest.raises(PermissionError, match="no room"):
        air.enter("module", "12345678", mac="d")


def test_a_station_is_turned_away_for_a_wrong_name_or_password():
    air = Air()
    with pytest.raises(LookupError):
        air.enter("module")
    air.hotspots.append(Cafe())
    with pytest.raises(PermissionError, match="wrong password"):
        air.enter("module", "nonsense")
    with pytest.raises(LookupError):
        air.exit("a")


# Hosts


@pytest.mark.asyncio
async def test_known_names_and_loopback_addresses_lead_here():
    air = Air(names={"192.168.3.102": "127.0.0.1", "other": "127.0.0.2"})
    assert await air.resolve("example.org") == ["127.0.0.1"]
    assert await air.resolve("example.org", 6) == ["::1"]
    assert await air.route("192.168.3.102", 80) == ("127.0.0.1", 80)
    assert await air.resolve("other") == ["127.0.0.2"]
    assert await air.resolve("127.0.0.5") == ["127.0.0.5"]
    assert await air.resolve("::1", 6) == ["::1"]


@pytest.mark.asyncio
async def test_a_service_has_a_port_of_its_own_on_this_host():
    air = Air(services={("example.org", 80): ("127.0.0.1", 43210)})
    assert await air.route("example.org", 80) == ("127.0.0.1", 43210)
    assert await air.route("example.org", 81) == ("127.0.0.1", 81)


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "2001:db8::1"])
@pytest.mark.asyncio
async def test_nothing_leads_out_of_this_host_unless_it_was_allowed(host: str):
    with pytest.raises(UnknownHost):
        await Air().route(host, 80)


@pytest.mark.asyncio
async def test_an_allowed_address_is_reached_as_it_is():
    assert await Air(allowed={"192.0.2.1"}).resolve("192.0.2.1") == ["192.0.2.1"]
    with pytest.raises(UnknownHost):
        await Air(allowed={"not..a.name"}).resolve("not..a.name")
