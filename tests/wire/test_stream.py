"""A stream of bare data, and how it is left without ending it by accident."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.grammar import Escape
from atmodem.wire.stream import Stream

ESCAPE = Escape(before=0.5, after=1.0, reply=re.compile(rb"\r\nOK\r\n"), longest=2.0)


def a_stream(lead=b"", escape=ESCAPE):
    return Stream(escape, lead)


def test_data_pass_in_both_directions():
    stream = a_stream()
    assert stream.send(b"hello", 1.0) == [b"hello"]
    assert stream.receive(b"world", 1.0) == b"world"
    assert stream.deadline is None


def test_nothing_to_send_writes_nothing():
    assert a_stream().send(b"", 1.0) == []


@pytest.mark.parametrize("pieces", [[b"\r\n\r\nabc"], [b"\r", b"\n\r", b"\nabc"], [b"\r\n\r\n", b"abc"]])
def test_the_lead_belongs_to_the_reply_and_not_to_the_data(pieces):
    stream = a_stream(lead=b"\r\n\r\n")
    assert b"".join(stream.receive(piece, 1.0) for piece in pieces) == b"abc"


def test_data_that_are_no_lead_end_it():
    stream = a_stream(lead=b"\r\n")
    assert stream.receive(b"\rabc\n", 1.0) == b"abc\n"
    assert stream.receive(b"\n", 1.0) == b"\n"


@pytest.mark.parametrize("pieces", [[b"+++"], [b"++", b"+"], [b"+", b"+", b"+"], [b"+", b"++"]])
def test_three_pluses_alone_are_never_written_in_one_burst(pieces):
    stream = a_stream()
    now = 1.0
    sent = []
    for piece in pieces:
        sent += stream.send(piece, now)
        now += 0.01
    assert b"".join(sent) == b"++"
    assert stream.deadline == pytest.approx(now - 0.01 + 0.5)
    assert stream.tick(stream.deadline - 0.01) == []
    assert stream.tick(stream.deadline) == [b"+"]
    assert stream.deadline is None


def test_the_plus_held_back_goes_with_the_data_that_follow():
    stream = a_stream()
    assert stream.send(b"+++", 1.0) == [b"++"]
    assert stream.send(b"abc", 1.1) == [b"+abc"]
    assert stream.deadline is None


def test_pluses_in_one_write_with_other_data_pass():
    stream = a_stream()
    assert stream.send(b"a+++", 1.0) == [b"a+++"]
    assert stream.send(b"++++", 1.1) == [b"++++"]
    assert stream.deadline is None


@pytest.mark.parametrize("pieces", [[b"a", b"+++"], [b"a", b"+", b"++"], [b"+", b"+++"], [b"a+", b"++", b"+"]])
def test_pluses_behind_a_pause_that_may_be_a_silence_to_the_module_are_kept_apart(pieces):
    stream = a_stream()
    writes = [stream.send(piece, 1.0 + at * 0.4) for at, piece in enumerate(pieces)]
    assert [b"+++"] not in writes
    while stream.deadline is not None:
        writes.append(stream.tick(stream.deadline))

    assert b"".join(piece for pieces in writes for piece in pieces) == b"".join(pieces)


def test_three_pluses_behind_two_that_may_belong_to_them_go_in_two_steps():
    stream = a_stream()
    stream.send(b"+", 1.0)
    stream.send(b"+", 1.1)
    assert stream.send(b"+++", 1.25) == []
    assert stream.tick(1.75) == [b"++"]
    assert stream.tick(2.25) == [b"+"]
    assert stream.deadline is None


def test_pluses_in_two_bursts_pass():
    stream = a_stream()
    assert stream.send(b"++", 1.0) == [b"++"]
    assert stream.send(b"+", 1.5) == [b"+"]
    assert stream.deadline is None


def test_a_held_plus_begins_a_burst_of_its_own_when_it_goes():
    stream = a_stream()
    stream.send(b"+++", 1.0)
    assert stream.tick(1.5) == [b"+"]
    assert stream.send(b"++", 1.6) == [b"+"]
    assert stream.tick(2.1) == [b"+"]


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from([b"+", b"++", b"+++", b"a", b"++++"]), st.floats(0, 1.2)), max_size=12),
    st.floats(0.01, 0.5),
)
def test_no_burst_is_ever_just_the_escape_and_no_byte_is_lost(sends, guard):
    """Whatever pause the module takes for a silence, up to that which the dialect states."""
    stream = a_stream()
    now, writes = 0.0, []
    for data, pause in sends:
        until = now + pause
        while stream.deadline is not None and stream.deadline <= until:
            now = stream.deadline
            writes += [(now, piece) for piece in stream.tick(now)]
        now = until
        writes += [(now, piece) for piece in stream.send(data, now)]
    while stream.deadline is not None:
        now = stream.deadline
        writes += [(now, piece) for piece in stream.tick(now)]

    assert b"".join(piece for _, piece in writes) == b"".join(data for data, _ in sends)
    bursts, last = [], float("-inf")
    for at, piece in writes:
        if at >= last + guard - 1e-9:
            bursts.append(b"")
        bursts[-1] += piece
        last = at
    assert b"+++" not in bursts


def leave(stream, now):
    stream.leave(now)
    writes = []
    while not stream.over:
        assert stream.deadline is not None
        now = stream.deadline
        writes += [(now, piece) for piece in stream.tick(now)]
    return writes, now


def test_leaving_waits_for_silence_on_both_sides_of_the_escape():
    stream = a_stream()
    stream.send(b"abc", 10.0)
    writes, over = leave(stream, 10.2)
    assert writes == [(10.5, b"+++")]
    assert over == 11.5


def test_leaving_a_stream_that_has_been_silent_sends_the_escape_at_once():
    stream = a_stream()
    stream.send(b"abc", 10.0)
    writes, over = leave(stream, 20.0)
    assert writes == [(20.0, b"+++")]
    assert over == 21.0


def test_a_plus_held_back_goes_before_the_escape_with_a_silence_between():
    stream = a_stream()
    stream.send(b"+++", 10.0)
    writes, _ = leave(stream, 10.1)
    assert writes == [(10.5, b"+"), (11.0, b"+++")]


def test_a_tick_before_the_time_writes_nothing():
    stream = a_stream()
    stream.send(b"abc", 10.0)
    stream.leave(10.0)
    assert stream.tick(10.1) == []
    assert not stream.over


def test_data_before_the_escape_are_data_still():
    stream = a_stream()
    stream.send(b"abc", 10.0)
    stream.leave(10.0)
    assert stream.receive(b"last", 10.1) == b"last"


def test_the_reply_to_the_escape_is_cut_off_the_end_of_the_data():
    stream = a_stream()
    stream.leave(10.0)
    assert stream.tick(10.0) == [b"+++"]
    assert stream.receive(b"data\r\nOK\r\nmore", 10.1) == b""
    assert stream.receive(b"\r\nOK\r\n+EV", 10.2) == b""
    assert stream.deadline == 11.2
    assert stream.tick(11.2) == []
    assert stream.over
    assert stream.finish() == (b"data\r\nOK\r\nmore", b"+EV")


def test_without_a_reply_all_that_came_are_data():
    stream = a_stream()
    stream.leave(10.0)
    stream.tick(10.0)
    stream.receive(b"tail", 10.1)
    stream.tick(11.1)
    assert stream.finish() == (b"tail", b"")


def test_a_dialect_without_a_reply_to_the_escape_has_only_data():
    stream = a_stream(escape=Escape(before=0.02, after=1.0))
    stream.leave(10.0)
    stream.tick(10.0)
    stream.receive(b"\r\nOK\r\n", 10.1)
    stream.tick(11.1)
    assert stream.finish() == (b"\r\nOK\r\n", b"")


def test_a_far_end_that_never_rests_cannot_keep_the_stream_open():
    stream = a_stream()
    stream.leave(10.0)
    stream.tick(10.0)
    now = 10.0
    while not stream.over:
        now += 0.3
        stream.receive(b"x", now)
        stream.tick(now)
        assert now < 13.0
    assert stream.finish()[0] == b"x" * round((now - 10.0) / 0.3)
