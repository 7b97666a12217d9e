"""The serial line of a module: its speed, its clock, and who is held back when."""

import asyncio

import pytest

from atmodem.errors import InvalidArgument
from atmodem.link import memory_pair
from atmodem.virtual.clock import ManualClock, sleep
from atmodem.virtual.outlet import Outlet
from atmodem.virtual.pacing import Pacer


class Arrivals:
    """What has arrived, and when."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.pieces: list[tuple[float, bytes]] = []

    def take(self, data: bytes) -> None:
        self.pieces.append((round(self._clock.time(), 6), data))

    @property
    def data(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)


def paced(baudrate: int | None) -> tuple[ManualClock, Arrivals, Pacer]:
    clock = ManualClock()
    arrivals = Arrivals(clock)
    return clock, arrivals, Pacer(clock, arrivals.take, baudrate)


def test_without_a_speed_bytes_arrive_at_once():
    _, arrivals, pacer = paced(None)
    pacer.write(b"abc")
    assert arrivals.pieces == [(0.0, b"abc")]


@pytest.mark.parametrize(("baudrate", "length"), [(115200, 16384), (921600, 131072), (9600, 960), (300, 30)])
def test_a_byte_takes_ten_bits_of_line_time(baudrate: int, length: int):
    clock, arrivals, pacer = paced(baudrate)
    pacer.write(bytes(length))
    clock.advance(length * 10 / baudrate - 1e-6)
    assert len(arrivals.data) < length
    clock.advance(2e-6)
    assert len(arrivals.data) == length


def test_a_short_answer_arrives_in_one_piece_when_its_last_bit_would():
    clock, arrivals, pacer = paced(115200)
    pacer.write(b"\r\nOK\r\n")
    clock.advance(1)
    assert arrivals.pieces == [(round(60 / 115200, 6), b"\r\nOK\r\n")]


def test_the_line_is_free_again_after_a_pause():
    clock, arrivals, pacer = paced(1000)
    pacer.write(b"a")
    clock.advance(5)
    pacer.write(b"b")
    clock.advance(1)
    assert arrivals.pieces == [(0.01, b"a"), (5.01, b"b")]


def test_pieces_queue_behind_one_another_and_are_counted():
    clock, arrivals, pacer = paced(1000)
    pacer.write(b"ab")
    pacer.write(b"")
    pacer.write(b"c")
    assert pacer.waiting == 3
    clock.advance(0.03)
    assert (arrivals.data, pacer.waiting) == (b"abc", 0)


def test_a_new_speed_holds_for_what_comes_after_it():
    clock, arrivals, pacer = paced(1000)
    pacer.write(b"a")
    pacer.after(lambda: setattr(pacer, "baudrate", 10_000))
    pacer.write(b"b")
    clock.advance(1)
    assert arrivals.pieces == [(0.01, b"a"), (0.011, b"b")]


def test_a_speed_can_be_taken_away():
    clock, arrivals, pacer = paced(1000)
    pacer.write(b"a")
    pacer.after(lambda: setattr(pacer, "baudrate", None))
    pacer.write(b"b")
    clock.advance(1)
    assert arrivals.pieces == [(0.01, b"a"), (0.01, b"b")]


def test_a_callback_comes_at_once_when_nothing_waits():
    _, _, pacer = paced(1000)
    called: list[bool] = []
    pacer.after(lambda: called.append(True))
    assert called == [True]


def test_what_was_cleared_never_arrives():
    clock, arrivals, pacer = paced(1000)
    pacer.write(b"abc")
    pacer.clear()
    clock.advance(1)
    assert (arrivals.data, pacer.waiting) == (b"", 0)


def test_a_speed_of_nothing_is_refused():
    with pytest.raises(InvalidArgument, match="baudrate must be above 0"):
        paced(0)


# Clock


def test_a_manual_clock_calls_in_order_and_forgets_what_was_cancelled():
    clock = ManualClock()
    called: list[tuple[str, float]] = []
    clock.call_later(2, lambda: called.append(("late", clock.time())))
    clock.call_later(1, lambda: called.append(("early", clock.time())))
    clock.call_later(1, lambda: called.append(("second", clock.time())))
    clock.call_later(1.5, lambda: called.append(("never", clock.time()))).cancel()
    assert clock.due == 1
    clock.advance(1.7)
    assert called == [("early", 1), ("second", 1)]
    clock.advance(1)
    assert called[2:] == [("late", 2)]
    assert clock.due is None


@pytest.mark.asyncio
async def test_sleeping_goes_by_the_clock_and_leaves_nothing_when_cancelled():
    clock = ManualClock()
    task = asyncio.create_task(sleep(clock, 5))
    await asyncio.sleep(0)
    clock.advance(5)
    await task
    task = asyncio.create_task(sleep(clock, 5))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.due is None


# Outlet


class Reader:
    def __init__(self) -> None:
        self.data = bytearray()

    def link_received(self, data: bytes) -> None:
        self.data += data

    def link_lost(self, cause: Exception) -> None:
        raise cause


@pytest.mark.asyncio
async def test_a_slow_line_congests_the_outlet_until_half_of_it_has_left():
    clock = ManualClock()
    cleared: list[float] = []
    outlet = Outlet(clock, 10_000, lambda: cleared.append(round(clock.time(), 2)))
    outlet.write(bytes(4096))
    assert not outlet.congested
    outlet.write(bytes(1000))
    assert outlet.congested
    clock.advance(3.0)
    assert cleared == []
    assert outlet.congested
    clock.advance(0.1)
    assert cleared == [3.05]
    assert not outlet.congested


@pytest.mark.asyncio
async def test_a_reader_that_does_not_read_congests_the_outlet():
    near, far = memory_pair()
    cleared = asyncio.Event()
    outlet = Outlet(asyncio.get_running_loop(), None, cleared.set)
    outlet.attach(far)
    cleared.clear()
    written = 0
    while not (outlet.congested and written > 100_000):
        outlet.write(bytes(1000))
        written += 1000
        await asyncio.sleep(0)
    assert not cleared.is_set()
    reader = Reader()
    near.start(reader)
    await cleared.wait()
    assert not outlet.congested
    assert len(reader.data) == written
    outlet.stop()
    await near.aclose()
    await far.aclose()


@pytest.mark.asyncio
async def test_with_nobody_attached_bytes_are_lost():
    outlet = Outlet(asyncio.get_running_loop(), None, lambda: None)
    outlet.write(bytes(1_000_000))
    assert not outlet.congested
