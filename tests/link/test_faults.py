"""The link that goes wrong as told."""

import asyncio
import random
from collections.abc import Iterable

import pytest

from atmodem.errors import InvalidArgument, LinkLost
from atmodem.link import Link, memory_pair
from atmodem.testing.faults import FaultCount, Faults, FaultyLink
from tests.link.ends import Receiver

pytestmark = pytest.mark.asyncio

DATA = random.Random(0).randbytes(2000)
ALL_KINDS = Faults(drop=0.05, double=0.05, corrupt=0.05)


class Pieces(Receiver):
    """Also keeps how the bytes were cut."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def link_received(self, data: bytes) -> None:
        super().link_received(data)
        self.pieces.append(data)


class Setup:
    """A faulty link and the far end of the one below it, both started."""

    def __init__(self, *, seed: int = 1, **faults: Faults) -> None:
        below, self.far = memory_pair()
        self.link = FaultyLink(below, seed=seed, **faults)
        self.near_end, self.far_end = Pieces(), Pieces()
        self.far.start(self.far_end)
        self.link.start(self.near_end)


async def turns(count: int = 10) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def spoiled(faults: Faults, *, seed: int = 1, cuts: Iterable[int] = ()) -> bytes:
    """Return what arrives of DATA, sent in pieces that end at *cuts*."""
    setup = Setup(seed=seed, received=faults)
    start = 0
    for end in (*cuts, len(DATA)):
        setup.far.write(DATA[start:end])
        start = end
        await turns(2)
    await turns()
    return bytes(setup.near_end.received)


async def test_without_faults_everything_passes_both_ways():
    setup = Setup()
    setup.link.write(DATA)
    setup.far.write(DATA)
    assert await setup.far_end.take(len(DATA)) == DATA
    assert await setup.near_end.take(len(DATA)) == DATA
    assert setup.link.url == "memory://"
    assert setup.link.sent_faults == setup.link.received_faults == FaultCount()


async def test_the_same_seed_hits_the_same_bytes_however_they_are_cut():
    whole = await spoiled(ALL_KINDS)
    assert whole != DATA
    assert await spoiled(ALL_KINDS, cuts=[1, 2, 700, 701, 1999]) == whole
    assert await spoiled(ALL_KINDS, cuts=range(1, len(DATA))) == whole


async def test_another_seed_hits_other_bytes():
    assert await spoiled(ALL_KINDS, seed=1) != await spoiled(ALL_KINDS, seed=2)


async def test_the_two_directions_are_hit_differently():
    setup = Setup(sent=ALL_KINDS, received=ALL_KINDS)
    setup.link.write(DATA)
    setup.far.write(DATA)
    await turns()
    assert setup.far_end.received != setup.near_end.received


async def test_a_fault_of_one_direction_leaves_the_other_alone():
    setup = Setup(sent=Faults(drop=1))
    setup.link.write(DATA)
    setup.far.write(DATA)
    assert await setup.near_end.take(len(DATA)) == DATA
    assert setup.far_end.received == b""
    assert setup.link.sent_faults == FaultCount(dropped=len(DATA))


async def test_doubled_bytes_come_twice():
    setup = Setup(received=Faults(double=1))
    setup.far.write(b"abc")
    assert await setup.near_end.take(6) == b"aabbcc"
    assert setup.link.received_faults == FaultCount(doubled=3)


async def test_a_corrupted_byte_has_one_bit_turned():
    setup = Setup(received=Faults(corrupt=1))
    setup.far.write(DATA)
    arrived = await setup.near_end.take(len(DATA))
    assert {(one ^ other).bit_count() for one, other in zip(DATA, arrived, strict=True)} == {1}
    assert setup.link.received_faults == FaultCount(corrupted=len(DATA))


async def test_faults_hit_about_as_often_as_told():
    setup = Setup(received=Faults(drop=0.1, double=0.2, corrupt=0.3))
    setup.far.write(DATA)
    await turns()
    count = setup.link.received_faults
    assert 100 < count.dropped < 300
    assert 300 < count.doubled < 500
    assert 500 < count.corrupted < 700
    assert len(setup.near_end.received) == len(DATA) - count.dropped + count.doubled


async def test_cut_bytes_come_one_by_one_both_ways():
    setup = Setup(sent=Faults(cut_to=1), received=Faults(cut_to=3))
    setup.link.write(b"hello")
    setup.far.write(b"hello")
    await turns()
    assert setup.far_end.pieces == [b"h", b"e", b"l", b"l", b"o"]
    assert setup.near_end.pieces == [b"hel", b"lo"]


async def test_delayed_bytes_keep_their_order():
    setup = Setup(received=Faults(delay=0.005, cut_to=100))
    setup.far.write(DATA)
    assert await setup.near_end.take(len(DATA)) == DATA


async def test_delayed_bytes_are_held_back_and_a_close_drops_them():
    setup = Setup(sent=Faults(delay=3600), received=Faults(delay=3600))
    setup.link.write(DATA)
    setup.far.write(DATA)
    await turns()
    changing = asyncio.create_task(setup.link.set_baudrate(9600))
    await turns()
    assert not changing.done()
    await setup.link.aclose()
    await changing
    assert setup.near_end.received == setup.far_end.received == b""


@pytest.mark.parametrize("cuts", [[], [3], [2, 4]])
async def test_a_stall_lets_exactly_so_many_bytes_pass_until_it_ends(cuts: list[int]):
    setup = Setup(sent=Faults(stall_after=3))
    start = 0
    for end in (*cuts, 6):
        setup.link.write(b"abcdef"[start:end])
        start = end
    await turns()
    assert setup.far_end.received == b"abc"
    setup.link.resume()
    assert await setup.far_end.take(6) == b"abcdef"


async def test_a_line_may_stall_from_the_start():
    setup = Setup(received=Faults(stall_after=0))
    setup.far.write(b"abc")
    await turns()
    assert setup.near_end.received == b""
    setup.link.resume()
    assert await setup.near_end.take(3) == b"abc"


async def test_a_stall_with_a_duration_ends_by_itself():
    setup = Setup(received=Faults(stall_after=1, stall_for=0.005))
    setup.far.write(b"abc")
    assert await setup.near_end.take(3) == b"abc"


async def test_a_stall_at_will_holds_both_directions():
    setup = Setup()
    setup.link.stall()
    setup.link.write(b"out")
    setup.far.write(b"in")
    await turns()
    assert setup.near_end.received == setup.far_end.received == b""
    setup.link.resume()
    assert await setup.far_end.take(3) == b"out"
    assert await setup.near_end.take(2) == b"in"


async def fills(link: Link) -> asyncio.Task[None]:
    """Write until a drain() waits, and return that."""
    for _ in range(10):
        link.write(bytes(50_000))
        drained = asyncio.create_task(link.drain())
        await turns()
        if not drained.done():
            return drained
    pytest.fail("nothing holds the writer back")


async def test_a_stalled_line_holds_the_senders_back():
    setup = Setup(sent=Faults(stall_after=0), received=Faults(stall_after=0))
    drains = [await fills(setup.link), await fills(setup.far)]
    setup.link.resume()
    await asyncio.gather(*drains)


async def test_the_line_hangs_up_after_exactly_so_many_bytes():
    setup = Setup(received=Faults(hang_up_after=3))
    setup.far.write(b"ab")
    setup.far.write(b"cdef")
    assert isinstance(await setup.near_end.loss(), LinkLost)
    assert setup.near_end.received == b"abc"
    await setup.far_end.loss()
    setup.link.write(b"into the void")
    await setup.link.drain()
    await setup.link.aclose()
    assert len(setup.near_end.losses) == 1


async def test_the_line_may_hang_up_on_a_byte_sent():
    setup = Setup(sent=Faults(hang_up_after=2))
    setup.link.write(b"abc")
    assert setup.near_end.losses == []  # told in a turn of its own, not inside of write()
    await setup.near_end.loss()
    await setup.far_end.loss()
    assert setup.far_end.received == b"ab"


async def test_a_stall_and_a_hang_up_at_the_same_byte_come_in_this_order():
    setup = Setup(received=Faults(stall_after=1, hang_up_after=1))
    setup.far.write(b"ab")
    await turns()
    assert (setup.near_end.received, setup.near_end.losses) == (b"a", [])
    setup.link.resume()
    await setup.near_end.loss()
    assert setup.near_end.received == b"a"


async def test_a_hang_up_at_will_before_the_start_is_told_after_it():
    below, _ = memory_pair()
    link = FaultyLink(below, seed=1)
    link.hang_up()
    receiver = Receiver()
    link.start(receiver)
    assert "hung up as told" in str(await receiver.loss())


async def test_nothing_arrives_between_a_hang_up_and_its_report():
    setup = Setup()
    setup.far.write(b"too late")
    setup.link.hang_up()
    await setup.near_end.loss()
    assert setup.near_end.received == b""
    await setup.link.aclose()


async def test_a_close_right_after_a_hang_up_is_no_loss():
    setup = Setup()
    setup.link.hang_up()
    await setup.link.aclose()
    await turns()
    assert setup.near_end.losses == []


async def test_a_loss_below_comes_after_what_was_held_back_and_ends_a_stall():
    setup = Setup(received=Faults(stall_after=1))
    setup.far.write(b"abc")
    await setup.far.aclose()
    loss = await setup.near_end.loss()
    assert setup.near_end.received == b"abc"
    assert "was closed" in str(loss)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("drop", -0.1),
        ("double", 1.1),
        ("corrupt", float("nan")),
        ("delay", -1),
        ("cut_to", 0),
        ("stall_after", -1),
        ("stall_for", -1),
        ("hang_up_after", -1),
    ],
)
async def test_a_setting_out_of_range_is_refused_by_name(setting: str, value: float):
    with pytest.raises(InvalidArgument) as error:
        Faults(**{setting: value})
    assert error.value.parameter == setting


async def test_probabilities_above_one_together_are_refused():
    with pytest.raises(InvalidArgument, match="at most 1 together"):
        Faults(drop=0.5, double=0.3, corrupt=0.3)
