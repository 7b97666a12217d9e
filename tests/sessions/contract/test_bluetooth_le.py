"""What Bluetooth low energy does, whatever the dialect and the line."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from atmodem import (
    AddressKind,
    Capability,
    ConnectFailed,
    DataLost,
    GattError,
    GattHandle,
    InvalidArgument,
    ModeConflict,
    Property,
    SessionBroken,
    SessionClosed,
)
from atmodem.portable.values import Subscribe
from tests.sessions.bench import cancelled_after
from tests.sessions.bluetooth_bench import (
    CONTROL,
    HEART_RATE,
    LOCATION,
    MEASUREMENT,
    OWN,
    PAYLOADS,
    Among,
    among,
    band,
    digest,
    having,
)
from tests.sessions.contract.rig import pattern

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=having("le"))
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def near(dialect: str, link: str) -> AsyncIterator[Among]:
    """A module of each dialect with low energy on each kind of link, and two wristbands."""
    async with among(band(1), band(2), dialect=dialect, link=link) as made:
        made.need(Capability.LE_CONNECT)
        yield made


@pytest_asyncio.fixture
async def here(dialect: str) -> AsyncIterator[Among]:
    """The same in memory alone."""
    async with among(band(1), band(2), dialect=dialect) as made:
        made.need(Capability.LE_CONNECT)
        yield made


# Scanning


async def test_a_scan_tells_what_advertisers_say(near: Among):
    async with near.modem.bluetooth.le.scan() as scan:
        heard = {(await anext(scan)).address: None for _ in range(2)}
        assert heard.keys() == {"aa:bb:cc:00:00:01", "aa:bb:cc:00:00:02"}
        near.air.advertise(near.air.peripherals[0])
        found = await anext(scan)
    assert (found.name, found.service_uuids, found.rssi) == ("hr-1", ("180d",), -50)
    assert found.manufacturer_data == {0x02E5: b"\x01\xaa"}
    assert found.flags == 6


async def test_a_scan_may_look_for_one_name_or_service(here: Among):
    here.air.peripherals[0].advertisement = b""
    async with here.modem.bluetooth.le.scan(name="hr-2") as scan:
        assert (await anext(scan)).address == "aa:bb:cc:00:00:02"
    async with here.modem.bluetooth.le.scan(service=HEART_RATE) as scan:
        assert (await anext(scan)).address == "aa:bb:cc:00:00:02"


async def test_there_is_one_scan_at_a_time(here: Among):
    async with here.modem.bluetooth.le.scan():
        with pytest.raises(ModeConflict):
            await here.modem.bluetooth.le.scan()
    async with here.modem.bluetooth.le.scan() as scan:
        assert await anext(scan)


async def test_a_slow_reader_of_a_scan_misses_the_oldest_and_is_told_how_many(here: Among):
    async with here.modem.bluetooth.le.scan(limit=1, name="hr-2") as scan:
        await anext(scan)
        async with here.modem.expect(*here.modem.dialect.vocabulary.events) as told:
            here.air.peripherals[1].rssi = -1
            here.air.advertise(here.air.peripherals[1])
            await told.get()
        async with here.modem.expect(*here.modem.dialect.vocabulary.events) as told:
            here.air.peripherals[1].rssi = -2
            here.air.advertise(here.air.peripherals[1])
            await told.get()
        assert ((await anext(scan)).rssi, scan.missed) == (-2, 1)


# Connections


async def test_a_peer_tells_its_services(near: Among):
    async with near.modem.bluetooth.le.connect("aa:bb:cc:00:00:01") as peer:
        services = {service.uuid: service for service in await peer.services()}
        assert peer.mtu == 247
        heart_rate = {c.uuid: c.properties for c in services[HEART_RATE].characteristics}
        assert heart_rate[MEASUREMENT] == Property.NOTIFY | Property.INDICATE
        assert heart_rate[LOCATION] == Property.READ | Property.WRITE
        assert services[OWN].characteristics[0].uuid == OWN
    assert near.air.peripherals[0].links == []


@pytest.mark.parametrize("value", PAYLOADS.values(), ids=PAYLOADS)
async def test_any_value_can_be_written_read_and_told(near: Among, value: bytes):
    device = near.air.peripherals[0]
    async with near.modem.bluetooth.le.connect(device.address) as peer:
        await peer.write(LOCATION, value)
        assert device.characteristic(LOCATION).value == value
        assert await peer.read(LOCATION) == value
        async with peer.notifications(MEASUREMENT) as values:
            device.notify(MEASUREMENT, value)
            assert await anext(values) == value
        async with peer.notifications(MEASUREMENT, indicate=True) as values:
            device.notify(MEASUREMENT, value, confirmed=True)
            assert await anext(values) == value


async def test_what_an_address_is_a_scan_has_told(here: Among):
    here.air.peripherals[0].kind = AddressKind.RANDOM
    le = here.modem.bluetooth.le
    async with le.scan(name="hr-1") as scan:
        found = await anext(scan)
    assert found.kind is AddressKind.RANDOM
    async with le.connect(found.address) as peer:
        assert await peer.read(LOCATION) == b"wrist"
    async with le.connect(found.address.upper(), kind=AddressKind.RANDOM) as peer:
        assert await peer.read(LOCATION) == b"wrist"


async def test_a_value_may_be_as_long_as_the_packet_allows(here: Among):
    device = here.air.peripherals[0]
    async with here.modem.bluetooth.le.connect(device.address) as peer:
        longest = pattern(peer.longest_value)
        await peer.write(LOCATION, longest)
        assert device.characteristic(LOCATION).value == longest
        with pytest.raises(InvalidArgument, match="at most 244 bytes"):
            await peer.write(LOCATION, longest + b"x")
        assert device.characteristic(LOCATION).value == longest
        assert await peer.read(OWN) == bytes(range(200))


async def test_a_smaller_packet_may_be_agreed_on(here: Among):
    async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01", mtu=None) as peer:
        assert peer.longest_value == 20
        with pytest.raises(InvalidArgument, match="exchange_mtu"):
            await peer.write(LOCATION, bytes(21))
        assert await peer.exchange_mtu(100) == 100
        await peer.write(LOCATION, bytes(97))


async def test_what_is_not_there_or_not_allowed_has_its_error(here: Among):
    async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01") as peer:
        for missing in ("2a00", GattHandle(9, 9)):
            with pytest.raises(GattError) as caught:
                await peer.read(missing)
            assert caught.value.name == "NO_SUCH_ATTRIBUTE"
        with pytest.raises(GattError) as caught:
            await peer.read(CONTROL)
        assert caught.value.name == "NOT_PERMITTED"
        with pytest.raises(GattError):
            await peer.notifications(LOCATION)
        # The peer itself refuses: it holds four bytes.
        with pytest.raises(GattError):
            await peer.write(CONTROL, b"12345")
        assert await peer.read(LOCATION) == b"wrist"


async def test_descriptors_are_read_and_written_by_their_handles(here: Among):
    async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01") as peer:
        (service,) = [service for service in await peer.services() if service.uuid == HEART_RATE]
        (descriptor,) = service.characteristics[0].descriptors
        assert await peer.read(descriptor) == b"\0\0"
        await peer.write(descriptor, b"\1\0")
        assert await peer.read(descriptor.handle) == b"\1\0"


async def test_who_is_not_there_cannot_be_connected(here: Among):
    here.air.peripherals[0].connectable = False
    with pytest.raises(ConnectFailed):
        await here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01")
    async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:02") as peer:
        assert peer.is_connected


async def test_a_peer_that_goes_ends_what_is_under_way(near: Among):
    device = near.air.peripherals[0]
    async with near.modem.bluetooth.le.connect(device.address) as peer:
        async with peer.notifications(MEASUREMENT) as values:
            device.notify(MEASUREMENT, b"last")
            device.hang_up()
            assert await anext(values) == b"last"
            with pytest.raises(SessionBroken, match="has gone"):
                await anext(values)
        await peer.wait_gone()
        with pytest.raises(SessionBroken, match="has gone"):
            await peer.read(LOCATION)
        with pytest.raises(SessionBroken, match="has gone"):
            await peer.write(LOCATION, b"x")
    assert await near.bench.is_usable()


async def test_what_was_closed_here_says_so(here: Among):
    peer = await here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01")
    values = await peer.notifications(MEASUREMENT)
    await peer.aclose()
    with pytest.raises(SessionClosed):
        await peer.read(LOCATION)
    assert [value async for value in values] == []
    await peer.aclose()


async def test_two_peers_tell_as_fast_as_they_can(near: Among):
    await _both_tell(near, 200)


@pytest.mark.parametrize("baudrate", [115200, 921600])
async def test_two_peers_tell_at_the_rate_of_the_line(dialect: str, baudrate: int):
    async with among(band(1), band(2), dialect=dialect, baudrate=baudrate) as near:
        near.need(Capability.LE_CONNECT)
        await _both_tell(near, 150)


async def _both_tell(near: Among, count: int) -> None:
    first, second = near.air.peripherals
    le = near.modem.bluetooth.le
    async with (
        le.connect(first.address) as one,
        le.connect(second.address) as other,
        one.notifications(MEASUREMENT, limit=count) as ones,
        other.notifications(MEASUREMENT, limit=count) as others,
    ):
        for number in range(count):
            first.notify(MEASUREMENT, number.to_bytes(2, "big") + b"\r\n+NOTIFY:1,")
            second.notify(MEASUREMENT, number.to_bytes(2, "big") + b"\r\nOK\r\n>")
        # Commands go on between them.
        await one.write(LOCATION, b"left")
        told = [await anext(ones) for _ in range(count)]
        assert told == [number.to_bytes(2, "big") + b"\r\n+NOTIFY:1," for number in range(count)]
        told = [await anext(others) for _ in range(count)]
        assert told == [number.to_bytes(2, "big") + b"\r\nOK\r\n>" for number in range(count)]
        assert first.characteristic(LOCATION).value == b"left"


async def test_values_that_are_not_read_in_time_are_counted(here: Among):
    device = here.air.peripherals[0]
    async with (
        here.modem.bluetooth.le.connect(device.address) as peer,
        peer.notifications(MEASUREMENT, limit=2) as values,
    ):
        async with peer.notifications(MEASUREMENT) as witness:
            for number in range(5):
                device.notify(MEASUREMENT, bytes([number]))
            for _ in range(5):
                await anext(witness)
        assert [await anext(values), await anext(values)] == [b"\0", b"\1"]
        with pytest.raises(DataLost) as caught:
            await anext(values)
        assert caught.value.lost == 3


async def test_a_subscription_lasts_as_long_as_its_last_reader(here: Among):
    device = here.air.peripherals[0]
    wanted = device.characteristic(MEASUREMENT)
    async with here.modem.bluetooth.le.connect(device.address) as peer:
        one, other = await peer.notifications(MEASUREMENT), await peer.notifications(MEASUREMENT)
        with pytest.raises(ModeConflict):
            await peer.notifications(MEASUREMENT, indicate=True)
        await one.aclose()
        assert device.links[0].subscriptions[wanted] is Subscribe.NOTIFY
        await other.aclose()
        assert device.links[0].subscriptions[wanted] is Subscribe.OFF
        async for value in _told(peer.notifications(MEASUREMENT), device):
            assert value == b"by itself"
            break


async def _told(values, device):
    iterator = aiter(values)
    waiting = asyncio.ensure_future(anext(iterator))
    while not device.notify(MEASUREMENT, b"by itself"):
        await asyncio.sleep(0)
    yield await waiting
    await iterator.aclose()


# Cancelling


async def test_connecting_may_be_cancelled_at_any_point(here: Among):
    device = here.air.peripherals[0]
    turns = 0
    while await cancelled_after(turns, _connect_and_close(here)):
        assert await here.bench.is_usable()
        turns += 1
        async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:02"):
            # The turn of this connection comes behind the end of the one before.
            assert device.links == []
    assert turns > 5
    assert device.links == []


async def test_scanning_by_itself_lasts_as_long_as_the_iteration(here: Among):
    scanning = aiter(here.modem.bluetooth.le.scan(name="hr-2"))
    assert (await anext(scanning)).address == "aa:bb:cc:00:00:02"
    with pytest.raises(ModeConflict):
        await here.modem.bluetooth.le.scan()
    await scanning.aclose()
    async with here.modem.bluetooth.le.scan():
        pass


async def test_scanning_and_advertising_may_be_cancelled_at_any_point(here: Among):
    here.need(Capability.LE_ADVERTISE)
    le = here.modem.bluetooth.le
    for opening in (le.scan, lambda: le.advertise(name="lamp"), lambda: le.connect("aa:bb:cc:00:00:01")):
        turns = 0
        while await cancelled_after(turns, _open_and_close(opening)):
            turns += 1
        assert turns > 3
    async with le.scan() as scan:
        assert await anext(scan)


async def _open_and_close(opening) -> None:
    async with opening():
        pass


async def _connect_and_close(here: Among) -> None:
    async with here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01") as peer:
        await peer.services()


async def test_reads_writes_and_subscriptions_may_be_cancelled_at_any_point(here: Among):
    device = here.air.peripherals[0]
    async with here.modem.bluetooth.le.connect(device.address) as peer:
        await peer.services()
        for work in (lambda: peer.read(LOCATION), lambda: peer.write(LOCATION, b"cut"), lambda: _listen(peer)):
            turns = 0
            while await cancelled_after(turns, work()):
                turns += 1
            await peer.write(LOCATION, b"whole")
            assert await peer.read(LOCATION) == b"whole"
        async with peer.notifications(MEASUREMENT) as values:
            device.notify(MEASUREMENT, b"x")
            assert await anext(values) == b"x"
        assert device.links[0].subscriptions[device.characteristic(MEASUREMENT)] is Subscribe.OFF


async def _listen(peer) -> None:
    async with peer.notifications(MEASUREMENT):
        pass


# The end of the module


async def test_a_restart_ends_sessions_and_new_ones_can_be_opened(here: Among):
    le = here.modem.bluetooth.le
    peer = await le.connect("aa:bb:cc:00:00:01")
    scan = await le.scan()
    await here.bench.restart()
    with pytest.raises(SessionBroken, match="started anew"):
        await peer.read(LOCATION)
    with pytest.raises(SessionBroken, match="started anew"):
        [heard async for heard in scan]
    await scan.aclose()
    await peer.aclose()
    async with le.connect("aa:bb:cc:00:00:01") as peer:
        assert await peer.read(LOCATION) == b"wrist"


async def test_the_end_of_the_modem_ends_sessions(here: Among):
    peer = await here.modem.bluetooth.le.connect("aa:bb:cc:00:00:01")
    await here.modem.aclose()
    with pytest.raises(SessionBroken):
        await peer.read(LOCATION)
    await peer.aclose()


async def test_much_passes_by_notifications_unchanged(here: Among):
    device = here.air.peripherals[0]
    data = pattern(64 * 1024)
    async with here.modem.bluetooth.le.connect(device.address) as peer:
        size = peer.longest_value
        async with peer.notifications(MEASUREMENT, limit=len(data) // size + 1) as values:
            for start in range(0, len(data), size):
                device.notify(MEASUREMENT, data[start : start + size])
            received = b""
            while len(received) < len(data):
                received += await anext(values)
    assert digest(received) == digest(data)
