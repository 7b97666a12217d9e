"""The hold swallows one named final, if it is the very next message."""

from atmodem.wire.hold import Hold


def test_the_named_final_is_swallowed_once():
    hold = Hold(0.05)
    hold.begin(frozenset((b"OK",)), 10.0)
    assert hold.until == 10.05
    assert hold.swallows(b"OK")
    assert hold.until is None
    assert not hold.swallows(b"OK")


def test_another_message_ends_the_hold():
    hold = Hold(0.05)
    hold.begin(frozenset((b"OK",)), 10.0)
    assert not hold.swallows(b"ERROR")
    assert not hold.swallows(b"OK")


def test_a_hold_that_is_over_swallows_nothing():
    hold = Hold(0.05)
    hold.begin(frozenset((b"OK",)), 10.0)
    hold.end()
    assert hold.until is None
    assert not hold.swallows(b"OK")
