"""What the module does as a peripheral, and how it pairs, whatever the dialect and the line."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from atmodem import (
    Capability,
    DataLost,
    GattError,
    GattHandle,
    GattWritten,
    InvalidArgument,
    IoCapability,
    ModeConflict,
    PairingEnded,
    PairingFailed,
    PairingKind,
    PairingRequested,
    PairingSettings,
    Property,
    SessionBroken,
    SessionClosed,
)
from atmodem.portable.values import Subscribe
from atmodem.virtual.low_energy import Central
from tests.sessions.bluetooth_bench import LOCATION, OWN, Among, among, band, having

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=having("le"))
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def near(dialect: str, link: str) -> AsyncIterator[Among]:
    """A module of each dialect with low energy on each kind of link, and a wristband."""
    async with among(band(1), dialect=dialect, link=link) as made:
        made.need(Capability.LE_CONNECT)
        yield made


@pytest_asyncio.fixture
async def here(dialect: str) -> AsyncIterator[Among]:
    """The same in memory alone."""
    async with among(band(1), dialect=dialect) as made:
        made.need(Capability.LE_CONNECT)
        yield made


# Pairing


@pytest.mark.parametrize(
    ("own", "other", "kind", "answer"),
    [
        (IoCapability.NONE, IoCapability.DISPLAY, None, None),
        (IoCapability.DISPLAY_YES_NO, IoCapability.KEYBOARD_DISPLAY, PairingKind.CONFIRM, True),
        (IoCapability.KEYBOARD, IoCapability.DISPLAY, PairingKind.PASSKEY, "123456"),
        (IoCapability.DISPLAY, IoCapability.KEYBOARD, PairingKind.SHOW, True),
    ],
)
async def test_a_peer_is_paired_with_as_both_users_can(
    here: Among, own: IoCapability, other: IoCapability, kind: PairingKind | None, answer: object
):
    here.need(Capability.LE_PAIR)
    device = here.air.peripherals[0]
    device.io = other
    asked: list[PairingRequested] = []

    def confirm(request: PairingRequested) -> object:
        asked.append(request)
        return answer

    pairing = PairingSettings(io=own, man_in_the_middle=True)
    async with here.modem.bluetooth.le.connect(device.address, pairing=pairing, confirm=confirm) as peer:
        await peer.pair()
        assert device.links[0].paired is True
    assert [request.kind for request in asked] == ([] if kind is None else [kind])
    if kind in (PairingKind.CONFIRM, PairingKind.SHOW):
        assert asked[0].number is not None
        assert asked[0].number.reveal() == "123456"


@pytest.mark.parametrize("answer", [False, "000000"])
async def test_a_wrong_or_refused_answer_fails_the_pairing(here: Among, answer: object):
    here.need(Capability.LE_PAIR)
    device = here.air.peripherals[0]
    device.io = IoCapability.DISPLAY
    pairing = PairingSettings(io=IoCapability.KEYBOARD, man_in_the_middle=True)
    async with here.modem.bluetooth.le.connect(device.address, pairing=pairing, confirm=lambda _: answer) as peer:
        # Without a word for "no" the connection ends.
        with pytest.raises((PairingFailed, SessionBroken)):
            await peer.pair()


async def test_a_peer_whose_user_refuses_is_not_paired(here: Among):
    here.need(Capability.LE_PAIR)
    device = here.air.peripherals[0]
    device.accepts = False
    async with here.modem.bluetooth.le.connect(device.address) as peer:
        with pytest.raises(PairingFailed):
            await peer.pair()
        assert await peer.read(LOCATION) == b"wrist"


@pytest.mark.parametrize("accept", [True, False])
async def test_a_central_may_ask_to_be_paired(here: Among, accept: bool):
    here.need(Capability.LE_PAIR, Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lock"), here.modem.expect(PairingRequested) as asked:
        link = here.air.connect(Central())
        async with here.modem.expect(PairingEnded) as ended:
            link.pair()
            request = await asked.get()
            assert request.kind is PairingKind.CONSENT
            await here.modem.bluetooth.le.reply(request, accept)
            assert (await ended.get()).succeeded is accept
        assert link.paired is accept


# The module as a peripheral


async def test_centrals_read_write_and_are_told(near: Among):
    near.need(Capability.LE_ADVERTISE)
    async with near.modem.bluetooth.le.advertise(name="lamp", services=["a002"]) as lamp:
        told = next(c for s in lamp.services for c in s.characteristics if Property.NOTIFY in c.properties)
        written = next(c for s in lamp.services for c in s.characteristics if Property.WRITE in c.properties)
        read = next(c for s in lamp.services for c in s.characteristics if Property.READ in c.properties)
        await lamp.set_value(read, b"7")
        phone = Central()
        link = near.air.connect(phone)
        assert link.read(read.uuid) == b"7"
        link.subscribe(told.uuid)
        link.write(written.uuid, b"\r\nOK\r\n\0")
        event = await anext(lamp)
        assert isinstance(event, GattWritten)
        assert (event.handle, event.value) == (written.handle, b"\r\nOK\r\n\0")
        assert list(lamp.connections.values()) == [phone.address]
        assert await lamp.notify(told, b"\r\n>on") == 1
        assert link.told == [(told.uuid, b"\r\n>on")]
        with pytest.raises(InvalidArgument, match="at most 20 bytes"):
            await lamp.notify(told, bytes(21))
        link.exchange_mtu(100)
        link.write(written.uuid, b"larger")
        await anext(lamp)
        assert await lamp.notify(told.uuid, bytes(97)) == 1


async def test_a_central_that_has_not_asked_is_not_told(here: Among):
    here.need(Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lamp") as lamp:
        told = next(c for s in lamp.services for c in s.characteristics if Property.NOTIFY in c.properties)
        assert await lamp.notify(told, b"nobody") == 0
        link = here.air.connect(Central())
        link.subscribe(told.uuid)
        number = await lamp.wait_subscribed(told)
        link.subscribe(told.uuid, Subscribe.OFF)
        link.write(
            next(c.uuid for s in lamp.services for c in s.characteristics if Property.WRITE in c.properties), b""
        )
        await anext(lamp)
        with pytest.raises(GattError) as caught:
            await lamp.notify(told, b"x", connection=number)
        assert caught.value.name == "NOT_SUBSCRIBED"


async def test_after_a_central_has_gone_another_may_come(here: Among):
    here.need(Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lamp") as lamp:
        written = next(c for s in lamp.services for c in s.characteristics if Property.WRITE in c.properties)
        for number in range(3):
            while True:
                try:
                    link = here.air.connect(Central())
                    break
                except LookupError:
                    await asyncio.sleep(0)
            link.write(written.uuid, bytes([number]))
            assert (await anext(lamp)).value == bytes([number])
            link.hang_up()
    with pytest.raises(LookupError):
        here.air.connect(Central())


async def test_what_cannot_be_advertised_is_refused_before_it_is_sent(here: Among):
    here.need(Capability.LE_ADVERTISE)
    le = here.modem.bluetooth.le
    with pytest.raises(InvalidArgument, match="31 bytes"):
        await le.advertise(services=[OWN, "6e40bbbb-b5a3-f393-e0a9-e50e24dcca9e"])
    with pytest.raises(InvalidArgument):
        await le.advertise(name="n" * 40)
    with pytest.raises(InvalidArgument):
        await le.advertise(manufacturer_data={70000: b""})


async def test_what_is_written_and_not_read_in_time_is_counted(here: Among):
    here.need(Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lamp", limit=1) as lamp:
        written = next(c for s in lamp.services for c in s.characteristics if Property.WRITE in c.properties)
        link = here.air.connect(Central())
        for number in range(3):
            link.write(written.uuid, bytes([number]))
        assert await here.bench.is_usable()
        assert (await anext(lamp)).value == b"\0"
        with pytest.raises(DataLost) as caught:
            await anext(lamp)
        assert caught.value.lost == 2


async def test_a_central_may_be_disconnected(here: Among):
    here.need(Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lamp") as lamp:
        phone = Central()
        here.air.connect(phone)
        assert await here.bench.is_usable()
        (number,) = lamp.connections
        await lamp.disconnect(number)
        assert phone.links == []
        await lamp.disconnect(number)
    with pytest.raises(SessionClosed):
        await lamp.notify("c305", b"")
    assert [event async for event in lamp] == []


async def test_own_attributes_are_named_in_any_way(here: Among):
    here.need(Capability.LE_ADVERTISE)
    async with here.modem.bluetooth.le.advertise(name="lamp") as lamp:
        read = next(c for s in lamp.services for c in s.characteristics if Property.READ in c.properties)
        for name in (read, read.handle, read.uuid):
            assert lamp.handle(name) == read.handle
            await lamp.set_value(name, b"1")
        with pytest.raises(GattError) as caught:
            lamp.handle(GattHandle(9, 9))
        assert caught.value.name == "NO_SUCH_ATTRIBUTE"
        with pytest.raises(InvalidArgument, match="512"):
            await lamp.set_value(read, bytes(513))
        with pytest.raises(InvalidArgument):
            await here.modem.bluetooth.le.advertise(limit=0)
    with pytest.raises(ModeConflict):
        async with here.modem.bluetooth.le.advertise(name="one"):
            await here.modem.bluetooth.le.advertise(name="two")


async def test_a_restart_ends_the_peripheral(here: Among):
    here.need(Capability.LE_ADVERTISE)
    lamp = await here.modem.bluetooth.le.advertise(name="lamp")
    waiting = asyncio.ensure_future(anext(lamp))
    await asyncio.sleep(0)
    await here.bench.restart()
    with pytest.raises(SessionBroken, match="started anew"):
        await waiting
    with pytest.raises(SessionBroken, match="started anew"):
        await lamp.set_value("c301", b"")
    await lamp.aclose()
    async with here.modem.bluetooth.le.advertise(name="lamp"):
        here.air.connect(Central())
