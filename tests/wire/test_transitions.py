"""Every row of the table of transitions is reached, by what its signal says."""

from collections.abc import Callable

import pytest

from atmodem.wire.states import TRANSITIONS, Signal, State
from tests.wire.talk import Talk
from tests.wire.toys import MILD, PLAIN, MildStream, Probe, Send
from tests.wire.toys_late import EITHER, PLUS, Connect, Wscan

LISTING = b"+OK=001122334455,60\r\n"


def waiting() -> Talk:
    talk = Talk(PLAIN)
    talk.send(Probe())
    return talk


def with_data() -> Talk:
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"x"))
    talk.hear(b">")
    return talk


def listing() -> Talk:
    talk = Talk(PLUS)
    talk.send(Wscan())
    talk.hear(LISTING)
    return talk


def streaming() -> Talk:
    talk = Talk(MILD)
    talk.send(MildStream())
    talk.hear(b"OK\r\n")
    return talk


def leaving() -> Talk:
    talk = streaming()
    talk.leave()
    return talk


def synchronizing() -> Talk:
    talk = Talk(PLAIN)
    talk.start()
    return talk


def down() -> Talk:
    talk = synchronizing()
    talk.wait(10)
    return talk


def unlisted() -> Talk:
    talk = Talk(PLUS)
    talk.send(Wscan())
    return talk


def unstreamed() -> Talk:
    talk = Talk(MILD)
    talk.send(MildStream())
    return talk


def undeferred() -> Talk:
    talk = Talk(EITHER)
    talk.send(Connect(sd=1, port=1, host="h"))
    return talk


def prompted() -> Talk:
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"x"))
    return talk


def idle(vocabulary=PLAIN) -> Talk:
    return Talk(vocabulary)


#: How a row is reached: the dialogue in its state, and what the signal is.
ROWS: dict[tuple[State, Signal], tuple[Callable[[], Talk], Callable[[Talk], object]]] = {
    (State.IDLE, Signal.WRITE): (idle, lambda talk: talk.send(Probe())),
    (State.IDLE, Signal.START): (idle, lambda talk: talk.start()),
    (State.IDLE, Signal.RESTART): (idle, lambda talk: talk.hear(b"ready\r\n")),
    (State.WAIT, Signal.FINAL): (waiting, lambda talk: talk.hear(b"OK\r\n")),
    (State.WAIT, Signal.ACCEPT): (undeferred, lambda talk: talk.hear(b"OK\r\n")),
    (State.WAIT, Signal.DATA): (prompted, lambda talk: talk.hear(b">")),
    (State.WAIT, Signal.ROWS): (unlisted, lambda talk: talk.hear(LISTING)),
    (State.WAIT, Signal.STREAM): (unstreamed, lambda talk: talk.hear(b"OK\r\n")),
    (State.WAIT, Signal.LOST): (waiting, lambda talk: talk.wait(5.0)),
    (State.WAIT, Signal.RESTART): (waiting, lambda talk: talk.hear(b"ready\r\n")),
    (State.DATA, Signal.FINAL): (with_data, lambda talk: talk.hear(b"SEND OK\r\n")),
    (State.DATA, Signal.LOST): (with_data, lambda talk: talk.wait(5.0)),
    (State.DATA, Signal.RESTART): (with_data, lambda talk: talk.hear(b"ready\r\n")),
    (State.LIST, Signal.FINAL): (listing, lambda talk: talk.hear(b"\r\n")),
    (State.LIST, Signal.LOST): (listing, lambda talk: talk.wait(5.0)),
    (State.LIST, Signal.RESTART): (listing, lambda talk: talk.hear(b"+BOOT=1\r\n")),
    (State.STREAM, Signal.LEAVE): (streaming, lambda talk: talk.leave()),
    (State.LEAVING, Signal.LEFT): (leaving, lambda talk: talk.wait(0.5)),
    (State.RESYNC, Signal.CLEAN): (
        synchronizing,
        lambda talk: [talk.wait(0.02), talk.hear(b"+FENCE:1\r\n\r\nOK\r\n")],
    ),
    (State.RESYNC, Signal.SPENT): (synchronizing, lambda talk: talk.wait(10)),
    (State.RESYNC, Signal.START): (synchronizing, lambda talk: talk.start()),
    (State.RESYNC, Signal.RESTART): (synchronizing, lambda talk: talk.hear(b"ready\r\n")),
    (State.DOWN, Signal.START): (down, lambda talk: talk.send(Probe())),
    (State.DOWN, Signal.RESTART): (down, lambda talk: talk.hear(b"ready\r\n")),
}


def test_every_row_has_its_scenario():
    assert set(ROWS) == set(TRANSITIONS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0].value} {row[1].name}")
def test_a_row_is_reached(row):
    state, _ = row
    prepare, act = ROWS[row]
    talk = prepare()
    assert talk.state is state
    act(talk)

    assert talk.state is TRANSITIONS[row]
