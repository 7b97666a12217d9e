"""The table of deferred commands: bounded, told apart by name and key, never in the way for ever."""

import pytest

from atmodem.wire.pending import Pending
from atmodem.wire.ticket import Ticket
from tests.wire.toys import PLAIN, Gmr
from tests.wire.toys_late import EITHER, Connect, Recv, Resolve


def ticket(command, vocabulary=EITHER):
    return Ticket(vocabulary.request(command))


def test_a_command_that_is_not_deferred_needs_no_place():
    pending = Pending(0)

    assert pending.takes(ticket(Gmr(), PLAIN))


def test_there_are_no_more_places_than_the_dialect_has():
    pending = Pending(2)
    for port in (1, 2):
        assert pending.takes(ticket(Connect(sd=1, port=port, host="h")))
        pending.add(ticket(Connect(sd=1, port=port, host="h")))

    assert not pending.takes(ticket(Connect(sd=1, port=3, host="h")))


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        (Resolve(host="a"), Resolve(host="b"), False),
        (Connect(sd=1, port=5, host="h"), Connect(sd=2, port=5, host="h"), False),
        (Connect(sd=1, port=5, host="h"), Connect(sd=1, port=6, host="h"), True),
        (Recv(sd=1, format=0, length=1), Recv(sd=2, format=0, length=1), True),
        (Recv(sd=1, format=0, length=1), Recv(sd=1, format=0, length=9), False),
        (Recv(sd=1, format=0, length=1), Resolve(host="a"), True),
    ],
)
def test_two_that_could_not_be_told_apart_do_not_pend_together(first, second, fits):
    pending = Pending(3)
    pending.add(ticket(first))

    assert pending.takes(ticket(second)) is fits


def test_the_oldest_goes_first():
    pending = Pending(3)
    first, second, third = (ticket(Connect(sd=1, port=port, host="h")) for port in (1, 2, 3))
    for each in (first, second, third):
        pending.add(each)
    assert list(pending) == [first, second, third]
    assert pending

    pending.remove(second)
    assert pending.pop_oldest() is first
    assert pending.clear() == [third]
    assert not pending
