"""What holds for every kind of link."""

import asyncio
import hashlib
import random
import termios
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from atmodem.errors import InvalidArgument, LinkLost
from atmodem.link import Link, push
from tests.link.conftest import Wire
from tests.link.ends import Receiver
from tests.link.kinds import Kind, Line, each_kind

pytestmark = [
    pytest.mark.asyncio,
    # pyserial's RFC 2217 client still starts its thread in the old way.
    pytest.mark.filterwarnings("ignore:set(Daemon|Name)\\(\\) is deprecated:DeprecationWarning"),
]

EACH_BYTE = bytes(range(256))
FILLING = bytes(65536)


async def turns(count: int = 10) -> None:
    """Let everything that is ready in the loop run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def fill(link: Link) -> tuple[asyncio.Task[None], int]:
    """Write until a drain() waits; return it and the number of bytes written."""
    for count in range(1, 1000):
        link.write(FILLING)
        drained = asyncio.create_task(link.drain())
        await turns()
        if not drained.done():
            return drained, count * len(FILLING)
    pytest.fail("nothing holds the writer back")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@each_kind()
async def test_each_byte_value_passes_both_ways(wire: Wire):
    wire.link.write(EACH_BYTE)
    assert await wire.far.read(256) == EACH_BYTE
    await wire.far.write(EACH_BYTE)
    assert await wire.receiver.take(256) == EACH_BYTE


@each_kind()
async def test_a_large_transfer_arrives_intact_both_ways(wire: Wire, kind: Kind):
    data = random.Random(1).randbytes(kind.bulk)
    for start in range(0, len(data), 5000):
        wire.link.write(data[start : start + 5000])
    sent = asyncio.create_task(wire.far.read(len(data)))
    await wire.link.drain()
    assert digest(await sent) == digest(data)

    received = asyncio.create_task(wire.receiver.take(len(data)))
    await wire.far.write(data)
    assert digest(await received) == digest(data)


@each_kind("slow")
async def test_one_big_write_arrives_whole_and_drains(wire: Wire, kind: Kind):
    data = random.Random(2).randbytes(kind.bulk)
    arriving = asyncio.create_task(wire.far.read(len(data)))
    wire.link.write(data)
    await wire.link.drain()
    assert digest(await arriving) == digest(data)


@each_kind("own end", "slow")
async def test_what_arrives_before_the_start_is_kept(line: Line):
    link = await line.open()
    link.write(b"?")
    assert await line.far.read(1) == b"?"
    await line.far.write(b"first ")
    await turns()
    receiver = Receiver()
    link.start(receiver)
    await line.far.write(b"second")
    assert await receiver.take(12) == b"first second"
    await link.aclose()


@each_kind("slow")
async def test_a_link_starts_once(wire: Wire):
    with pytest.raises(RuntimeError):
        wire.link.start(Receiver())


@each_kind("own end", "slow")
async def test_nothing_is_delivered_while_paused(wire: Wire):
    wire.link.pause_reading()
    await wire.far.write(EACH_BYTE)
    # A round trip of another kind: what was going to arrive has had its time.
    wire.link.write(b"ping")
    assert await wire.far.read(4) == b"ping"
    assert wire.receiver.received == b""
    wire.link.resume_reading()
    assert await wire.receiver.take(256) == EACH_BYTE


@each_kind("own end", "unbounded", "slow")
async def test_a_paused_link_holds_the_sender_back(wire: Wire):
    wire.link.pause_reading()
    sent = 0
    for _ in range(500):
        sent += len(FILLING)
        writing = asyncio.create_task(wire.far.write(FILLING))
        # Not to wait for something, but to give a link that does not hold back the time to take everything.
        await asyncio.wait([writing], timeout=0.2)
        if not writing.done():
            break
    else:
        pytest.fail("nothing holds the sender back")
    assert wire.receiver.received == b""
    wire.link.resume_reading()
    assert await wire.receiver.take(sent) == bytes(sent)
    await writing


@each_kind("own end", "slow")
async def test_a_receiver_may_pause_its_own_link(line: Line):
    link = await line.open()

    class OneAtATime(Receiver):
        def link_received(self, data: bytes) -> None:
            assert not self.received
            super().link_received(data)
            link.pause_reading()

    receiver = OneAtATime()
    link.start(receiver)
    for part in (b"one", b"two", b"three"):
        await line.far.write(part)
    arrived = b""
    while arrived != b"onetwothree":
        arrived += await receiver.take(1)
        arrived += await receiver.take(len(receiver.received))
        link.resume_reading()
    await link.aclose()


@each_kind("own end", "slow")
async def test_drain_waits_until_the_far_end_takes_bytes(wire: Wire):
    drained, size = await fill(wire.link)
    assert await wire.far.read(size) == bytes(size)
    await drained


@each_kind("own end", "slow")
async def test_a_cancelled_drain_leaves_the_queue_as_it_is(wire: Wire):
    drained, size = await fill(wire.link)
    drained.cancel()
    wire.link.write(b"end")
    assert await wire.far.read(size + 3) == bytes(size) + b"end"


@each_kind("own end")
async def test_a_hang_up_is_reported_once(wire: Wire):
    wire.link.write(b"x")
    assert await wire.far.read(1) == b"x"
    await wire.far.hang_up()
    loss = await wire.receiver.loss()
    assert isinstance(loss, LinkLost)
    assert isinstance(loss, anyio.BrokenResourceError)
    assert loss.url == wire.link.url
    wire.link.write(b"into the void")
    await wire.link.drain()
    await wire.link.aclose()
    assert wire.receiver.losses == [loss]


@each_kind("own end")
async def test_a_hang_up_while_bytes_are_queued_is_reported_once(wire: Wire):
    drained, _ = await fill(wire.link)
    await wire.far.hang_up()
    loss = await wire.receiver.loss()
    await drained
    await wire.link.aclose()
    assert wire.receiver.losses == [loss]


@each_kind("own end", "slow")
async def test_a_hang_up_before_the_start_is_reported_after_it(line: Line):
    link = await line.open()
    link.write(b"x")
    assert await line.far.read(1) == b"x"
    await line.far.hang_up()
    await turns()
    receiver = Receiver()
    link.start(receiver)
    assert isinstance(await receiver.loss(), LinkLost)
    await link.aclose()


@each_kind()
async def test_closing_is_no_loss_and_may_be_repeated(wire: Wire):
    await asyncio.gather(wire.link.aclose(), wire.link.aclose())
    await wire.link.aclose()
    wire.link.write(b"ignored")
    await wire.link.drain()
    await wire.link.set_baudrate(9600)
    await turns()
    assert wire.receiver.losses == []


@each_kind("own end", "slow")
async def test_nothing_is_delivered_after_the_close(wire: Wire):
    await wire.far.write(EACH_BYTE)
    await wire.link.aclose()
    received = bytes(wire.receiver.received)
    await turns()
    assert wire.receiver.received == received


@each_kind("own end", "slow", "forgets")
async def test_close_sends_what_is_queued(wire: Wire, kind: Kind):
    data = random.Random(3).randbytes(min(kind.bulk, 100_000))
    wire.link.write(data)
    arriving = asyncio.create_task(wire.far.read(len(data)))
    await wire.link.aclose()
    assert digest(await arriving) == digest(data)


@each_kind("own end")
async def test_close_gives_up_on_an_end_that_takes_nothing(wire: Wire, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(push, "LINGER", 0.0)
    drained, _ = await fill(wire.link)
    await wire.link.aclose()
    await drained


@each_kind("own end")
async def test_a_cancelled_close_still_closes(wire: Wire, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(push, "LINGER", 3600.0)
    drained, _ = await fill(wire.link)
    closing = asyncio.create_task(wire.link.aclose())
    await turns()
    closing.cancel()
    await asyncio.wait([closing])
    await drained
    await wire.link.aclose()


@each_kind()
@pytest.mark.parametrize("moment", [1, 3])
async def test_a_cancelled_open_leaves_nothing(line: Line, moment: int):
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1, "asyncio_only"))
    opening = asyncio.create_task(line.open())
    await turns(moment)
    opening.cancel()
    await asyncio.wait([opening])
    if not opening.cancelled():
        await opening.result().aclose()
    # The only worker thread may still be talking to the far end, and then have something to close.
    for _ in range(2):
        await loop.run_in_executor(None, int)


@each_kind("no speed")
async def test_the_speed_changes_once_everything_queued_has_left(wire: Wire, line: Line, kind: Kind):
    data = random.Random(4).randbytes(kind.bulk)
    wire.link.write(data)
    arriving = asyncio.create_task(wire.far.read(len(data)))
    if "flushes" in kind.quirks:
        await asyncio.wait([arriving])
    await wire.link.set_baudrate(57600)
    assert line.speed() == termios.B57600
    assert digest(await arriving) == digest(data)
    wire.link.write(EACH_BYTE)
    assert await wire.far.read(256) == EACH_BYTE


@each_kind("no speed", "slow")
async def test_a_speed_that_no_line_has_is_refused(wire: Wire, line: Line):
    for baudrate in (0, 49, 20_000_001, 9600.0, "9600", True):
        with pytest.raises(InvalidArgument) as error:
            await wire.link.set_baudrate(baudrate)
        assert error.value.parameter == "baudrate"


@each_kind("speed", "slow")
async def test_a_link_without_speed_ignores_a_new_one(wire: Wire, line: Line):
    await wire.link.set_baudrate(57600)
    wire.link.write(EACH_BYTE)
    assert await wire.far.read(256) == EACH_BYTE


@each_kind("no speed", "slow")
async def test_a_new_speed_for_a_lost_line_raises_the_loss(wire: Wire, line: Line):
    await wire.far.hang_up()
    loss = await wire.receiver.loss()
    with pytest.raises(LinkLost) as error:
        await wire.link.set_baudrate(9600)
    assert error.value is loss
