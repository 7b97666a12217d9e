"""What serial connections of classic Bluetooth do, whatever the dialect and the line."""

import asyncio
from collections.abc import AsyncIterator

import anyio
import pytest
import pytest_asyncio

from atmodem import (
    Capability,
    ConnectFailed,
    InvalidArgument,
    IoCapability,
    ModeConflict,
    PairingKind,
    PairingRequested,
    PairingSettings,
    SessionBroken,
    SessionClosed,
    TransferIncomplete,
    Unsupported,
)
from atmodem.sessions.bluetooth import pairing as desk
from atmodem.sessions.bluetooth import received
from atmodem.virtual.serial_profile import ClassicPeer
from tests.sessions.bench import cancelled_after
from tests.sessions.bluetooth_bench import Among, among, digest, having
from tests.sessions.contract.rig import pattern

pytestmark = pytest.mark.asyncio


def phone(**options: object) -> ClassicPeer:
    return ClassicPeer(**{"address": "e0:24:81:47:90:bc", "name": "phone", **options})


@pytest.fixture(params=having("classic"))
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture
async def near(dialect: str, link: str) -> AsyncIterator[Among]:
    """A module of each dialect with classic Bluetooth on each kind of link, and a phone."""
    async with among(phone(), dialect=dialect, link=link) as made:
        made.need(Capability.CLASSIC_LISTEN_SERIAL)
        yield made


@pytest_asyncio.fixture
async def here(dialect: str) -> AsyncIterator[Among]:
    """The same in memory alone."""
    async with among(phone(), dialect=dialect) as made:
        made.need(Capability.CLASSIC_LISTEN_SERIAL)
        yield made


async def received_exactly(stream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += await stream.receive()
    return bytes(data)


# Taking connections


async def test_a_peer_connects_and_both_send(near: Among):
    async with near.modem.bluetooth.classic.listen_serial(name="lab") as listener:
        far = await near.air.call(near.air.peers[0])
        async with await listener.accept() as stream:
            for data in (b"hello", b"\r\nOK\r\n", b"+BTDATA:3,abc\r\n", b">", bytes(range(256)), b"+++"):
                far.send(data)
                assert await received_exactly(stream, len(data)) == data
                del far.received[:]
                await stream.send(data)
                assert far.received == data


async def test_a_megabyte_passes_unchanged_both_ways(near: Among, link: str):
    # Some modules want a rest between two commands, of which many small pieces are made.
    slow = link != "memory" and near.modem.dialect.grammar.rest > 0
    data = pattern(64 * 1024 if slow else 1024 * 1024)
    async with near.modem.bluetooth.classic.listen_serial() as listener:
        far = await near.air.call(near.air.peers[0])
        async with await listener.accept() as stream:
            far.send(data)
            assert digest(await received_exactly(stream, len(data))) == digest(data)
            await stream.send(data)
            assert digest(far.received) == digest(data)


async def test_the_end_comes_behind_the_last_byte(near: Among):
    async with near.modem.bluetooth.classic.listen_serial() as listener:
        far = await near.air.call(near.air.peers[0])
        stream = await listener.accept()
        far.send(b"last words")
        far.close()
        assert await received_exactly(stream, 10) == b"last words"
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        with pytest.raises(TransferIncomplete) as caught:
            await stream.send(b"too late")
        assert caught.value.transferred == 0
        await stream.aclose()
        with pytest.raises(SessionClosed):
            await stream.receive()


async def test_one_peer_comes_after_another(here: Among):
    async with here.modem.bluetooth.classic.listen_serial() as listener:
        for number in range(3):
            while True:
                try:
                    far = await here.air.call(here.air.peers[0])
                    break
                except LookupError:
                    await asyncio.sleep(0)
            far.send(bytes([number]))
            async with await listener.accept() as stream:
                assert await stream.receive() == bytes([number])
                far.close()
                with pytest.raises(anyio.EndOfStream):
                    await stream.receive()


async def test_a_listener_that_is_closed_takes_nobody(here: Among):
    listener = await here.modem.bluetooth.classic.listen_serial()
    with pytest.raises(ModeConflict):
        await here.modem.bluetooth.classic.listen_serial()
    accepting = asyncio.ensure_future(listener.accept())
    await asyncio.sleep(0)
    await listener.aclose()
    with pytest.raises(SessionClosed):
        await accepting
    with pytest.raises(LookupError):
        await here.air.call(here.air.peers[0])
    async with here.modem.bluetooth.classic.listen_serial() as again:
        await here.air.call(here.air.peers[0])
        await (await again.accept()).aclose()


async def test_accepting_may_be_cancelled_without_losing_a_peer(here: Among):
    async with here.modem.bluetooth.classic.listen_serial() as listener:
        accepting = asyncio.ensure_future(listener.accept())
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await listener.accept()
        accepting.cancel()
        await asyncio.wait([accepting])
        far = await here.air.call(here.air.peers[0])
        async with await listener.accept() as stream:
            far.send(b"x")
            assert await stream.receive() == b"x"


async def test_listening_may_be_cancelled_at_any_point(here: Among):
    turns = 0
    while await cancelled_after(turns, _listen_and_close(here)):
        assert await here.bench.is_usable()
        turns += 1
    assert turns > 3
    async with here.modem.bluetooth.classic.listen_serial() as listener:
        await here.air.call(here.air.peers[0])
        await (await listener.accept()).aclose()


async def _listen_and_close(here: Among) -> None:
    async with here.modem.bluetooth.classic.listen_serial():
        pass


async def test_what_is_not_read_in_time_is_counted(here: Among, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(received, "LIMIT", 1000)
    async with here.modem.bluetooth.classic.listen_serial() as listener:
        far = await here.air.call(here.air.peers[0])
        stream = await listener.accept()
        far.send(bytes(2000))
        assert len(await received_exactly(stream, 512)) <= 1000
        with pytest.raises(SessionBroken, match="not read in time"):
            [data async for data in stream]


async def test_a_restart_ends_the_connection_and_the_listener(here: Among):
    listener = await here.modem.bluetooth.classic.listen_serial()
    await here.air.call(here.air.peers[0])
    stream = await listener.accept()
    await here.bench.restart()
    with pytest.raises(SessionBroken, match="started anew"):
        await stream.receive()
    with pytest.raises(SessionBroken, match="started anew"):
        await listener.accept()
    await stream.aclose()
    await listener.aclose()
    async with here.modem.bluetooth.classic.listen_serial() as again:
        await here.air.call(here.air.peers[0])
        await (await again.accept()).aclose()


async def test_one_half_cannot_be_closed(here: Among):
    async with here.modem.bluetooth.classic.listen_serial() as listener:
        await here.air.call(here.air.peers[0])
        async with await listener.accept() as stream:
            with pytest.raises(Unsupported):
                await stream.send_eof()


# Connecting


async def test_the_module_connects_and_both_send(near: Among):
    near.need(Capability.CLASSIC_CONNECT_SERIAL)
    near.air.peers[0].play = lambda far: far.send(b"welcome\r\nOK\r\n")
    async with near.modem.bluetooth.classic.connect_serial(near.air.peers[0].address) as stream:
        assert stream.address == near.air.peers[0].address
        assert await received_exactly(stream, 13) == b"welcome\r\nOK\r\n"
        await stream.send(b"thanks")
        assert near.air.peers[0].far_ends[-1].received == b"thanks"
    assert near.air.peers[0].far_ends[-1].closed


async def test_who_has_no_serial_port_cannot_be_connected(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL)
    here.air.peers[0].serial = False
    with pytest.raises(ConnectFailed):
        await here.modem.bluetooth.classic.connect_serial(here.air.peers[0].address)
    with pytest.raises(InvalidArgument):
        await here.modem.bluetooth.classic.connect_serial("phone")


async def test_connecting_may_be_cancelled_at_any_point(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL)
    peer = here.air.peers[0]
    turns = 0
    while await cancelled_after(turns, _connect_and_close(here)):
        assert await here.bench.is_usable()
        turns += 1
    assert turns > 5
    async with here.modem.bluetooth.classic.connect_serial(peer.address) as stream:
        await stream.send(b"x")
        assert peer.far_ends[-1].received == b"x"
    assert all(far.closed for far in peer.far_ends)


async def _connect_and_close(here: Among) -> None:
    async with here.modem.bluetooth.classic.connect_serial(here.air.peers[0].address):
        pass


async def test_sending_may_be_cancelled_at_any_point(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL)
    peer = here.air.peers[0]
    data = pattern(3000)
    async with here.modem.bluetooth.classic.connect_serial(peer.address) as stream:
        far = peer.far_ends[-1]
        turns = 0
        while True:
            del far.received[:]
            cut = await cancelled_after(turns, stream.send(data))
            await stream.send(b"behind")
            # Whole pieces, from the first on.
            assert far.received.endswith(b"behind")
            assert data.startswith(far.received[:-6])
            if not cut:
                break
            turns += 1
    assert turns > 5


async def test_a_peer_that_goes_while_data_are_sent_is_told_with_what_was_taken(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL)
    peer = here.air.peers[0]

    def play(far):
        far.heard = lambda: len(far.received) < 1500 or far.close()

    peer.play = play
    async with here.modem.bluetooth.classic.connect_serial(peer.address) as stream:
        with pytest.raises(TransferIncomplete) as caught:
            await stream.send(bytes(100_000))
        assert caught.value.transferred == len(peer.far_ends[-1].received)
        assert 1500 <= caught.value.transferred < 100_000


async def test_listening_and_connecting_exclude_each_other(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL)
    classic = here.modem.bluetooth.classic
    async with classic.listen_serial():
        with pytest.raises(ModeConflict):
            await classic.connect_serial(here.air.peers[0].address)
    async with classic.connect_serial(here.air.peers[0].address):
        with pytest.raises(ModeConflict):
            await classic.connect_serial(here.air.peers[0].address)
        with pytest.raises(ModeConflict):
            await classic.listen_serial()
    async with classic.listen_serial():
        pass


# Looking for devices


async def test_an_inquiry_tells_each_device_once(here: Among):
    here.need(Capability.CLASSIC_INQUIRE)
    here.air.add(ClassicPeer(address="00:11:22:33:44:55", name='a,"b"', device_class=0x240404, rssi=-70))
    here.air.add(ClassicPeer(discoverable=False))
    found = {device.address: device async for device in here.modem.bluetooth.classic.inquire(1)}
    assert found.keys() == {"e0:24:81:47:90:bc", "00:11:22:33:44:55"}
    other = found["00:11:22:33:44:55"]
    assert (other.name, other.device_class, other.rssi) == ('a,"b"', 0x240404, -70)


async def test_one_inquiry_runs_at_a_time(here: Among):
    here.need(Capability.CLASSIC_INQUIRE)
    classic = here.modem.bluetooth.classic
    running = asyncio.ensure_future(anext(classic.inquire(1)))
    await asyncio.sleep(0)
    other = classic.inquire(1)
    with pytest.raises(ModeConflict):
        await anext(other)
    assert (await running).name == "phone"
    while True:
        try:
            assert (await anext(other)).name == "phone"
            break
        except ModeConflict:
            await asyncio.sleep(0)
    with pytest.raises(InvalidArgument):
        classic.inquire(100)
    first = classic.inquire(1)
    assert (await anext(first)).name == "phone"
    again = classic.inquire(1)
    assert [device.name async for device in again] == ["phone"]


# Pairing


async def test_an_old_peer_is_paired_with_by_its_pin(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    peer = phone(address="00:00:00:00:00:01", pin="1234")
    here.air.add(peer)
    classic = here.modem.bluetooth.classic
    asked: list[PairingRequested] = []

    def confirm(request: PairingRequested) -> str:
        asked.append(request)
        return "0000" if len(asked) == 1 else "1234"

    with pytest.raises(ConnectFailed):
        await classic.connect_serial(peer.address, confirm=confirm)
    async with classic.connect_serial(peer.address, confirm=confirm):
        pass
    assert [(request.kind, request.address) for request in asked] == [(PairingKind.PIN, peer.address)] * 2
    # From now on the two know each other.
    async with classic.connect_serial(peer.address):
        pass


async def test_a_fixed_pin_asks_nobody(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    here.air.peers[0].pin = "4711"
    pairing = PairingSettings(pin="4711")
    async with here.modem.bluetooth.classic.connect_serial(here.air.peers[0].address, pairing=pairing):
        pass


@pytest.mark.parametrize(
    ("own", "other", "kind", "answer"),
    [
        (IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO, PairingKind.CONFIRM, True),
        (IoCapability.KEYBOARD, IoCapability.DISPLAY, PairingKind.PASSKEY, "123456"),
        (IoCapability.DISPLAY, IoCapability.KEYBOARD, PairingKind.SHOW, True),
    ],
)
@pytest.mark.parametrize("incoming", [False, True])
async def test_a_peer_is_paired_with_as_both_users_can(
    here: Among, own: IoCapability, other: IoCapability, kind: PairingKind, answer: object, incoming: bool
):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    peer = here.air.peers[0]
    peer.pairs, peer.io = True, other
    asked: list[PairingRequested] = []

    async def confirm(request: PairingRequested):
        asked.append(request)
        return answer

    classic, pairing = here.modem.bluetooth.classic, PairingSettings(io=own, man_in_the_middle=True)
    if incoming:
        async with classic.listen_serial(pairing=pairing, confirm=confirm) as listener:
            await here.air.call(peer)
            await (await listener.accept()).aclose()
    else:
        async with classic.connect_serial(peer.address, pairing=pairing, confirm=confirm):
            pass
    assert [request.kind for request in asked] == [kind]
    if kind is not PairingKind.PASSKEY:
        assert asked[0].number is not None
        assert asked[0].number.reveal() == "123456"


async def test_questions_may_be_answered_as_events(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    peer = here.air.peers[0]
    peer.pairs, peer.io = True, IoCapability.DISPLAY_YES_NO
    classic, pairing = here.modem.bluetooth.classic, PairingSettings(io=IoCapability.DISPLAY_YES_NO)
    async with here.modem.expect(PairingRequested) as expected:
        connecting = asyncio.ensure_future(_connected(classic.connect_serial(peer.address, pairing=pairing)))
        request = await expected.get()
        await classic.reply(request, True)
        await connecting
    with pytest.raises(InvalidArgument):
        await classic.reply(request, True)


async def _connected(opening) -> None:
    async with opening:
        pass


async def test_a_question_that_nobody_answers_is_refused(here: Among, monkeypatch: pytest.MonkeyPatch):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    monkeypatch.setattr(desk, "REPLY_LIMIT", 0)
    peer = here.air.peers[0]
    peer.pairs, peer.io = True, IoCapability.DISPLAY_YES_NO
    pairing = PairingSettings(io=IoCapability.DISPLAY_YES_NO)
    with pytest.raises(ConnectFailed):
        await here.modem.bluetooth.classic.connect_serial(peer.address, pairing=pairing)
    assert peer.bonded == set()


async def test_a_function_that_fails_refuses_the_pairing(here: Among):
    here.need(Capability.CLASSIC_CONNECT_SERIAL, Capability.CLASSIC_PAIRING)
    peer = here.air.peers[0]
    peer.pin = "1234"
    told: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def confirm(request: PairingRequested) -> str:
        raise KeyError(request.address)

    async with here.modem.expect(PairingRequested) as asked:
        connecting = asyncio.ensure_future(
            _connected(here.modem.bluetooth.classic.connect_serial(peer.address, confirm=confirm))
        )
        await asked.get()
        assert await here.bench.is_usable()
    connecting.cancel()
    await asyncio.wait([connecting])
    assert [type(context["exception"]) for context in told] == [KeyError]


async def test_the_own_address_is_told(here: Among):
    async with here.modem.bluetooth.classic.listen_serial():
        assert len(await here.modem.bluetooth.classic.address()) == 17
