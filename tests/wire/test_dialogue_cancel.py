"""A command may be cancelled at every step of its way: it tells nothing more, and the next command works."""

import pytest

from atmodem.wire.outcomes import Accepted, Completed, Failed, Progress, Write
from atmodem.wire.states import State
from tests.wire.talk import Talk, of, written
from tests.wire.toys import MILD, PLAIN, Forever, Gmr, MildSend, Probe, Publish, Read, Send, Toggle, Upload
from tests.wire.toys_late import (
    EITHER,
    PLUS,
    Connect,
    EitherProbe,
    EitherSend,
    PingHost,
    PlusProbe,
    Recv,
    Sksnd,
    Update,
    Wscan,
)

OK = b"OK\n\r"
#: Whole exchanges, in steps: bytes that are heard, or seconds that pass. Each step is a place to cancel at.
EXCHANGES = {
    "plain": (PLAIN, Gmr(), [b"AT+GMR\r\n", b"AT version:1\r\n", b"\r\nOK\r\n"]),
    "refused": (PLAIN, Gmr(), [b"AT+", b"GMR\r\n", b"\r\nERROR\r\n"]),
    "counted": (PLAIN, Read(size=9), [b"+READ:5,", b"ab", b"cde", b"\r\n", b"\r\nOK\r\n"]),
    "data": (PLAIN, Send(link_id=1, data=b"abc"), [b"\r\nOK\r\n", b">", b"Recv 3 bytes\r\n", b"SEND OK\r\n"]),
    "data refused": (PLAIN, Send(link_id=1, data=b"abc"), [b"OK\r\n", b"> ", b"SEND FAIL\r\n", b"SEND OK\r\n"]),
    "stands in": (PLAIN, Publish(data=b"x"), [b">", b"+SENT:1\r\n", 2.0]),
    "endless": (PLAIN, Forever(), [b"AT+HANG\r\n", b"OK\r\n"]),
    "no prompt": (MILD, MildSend(link_id=1, data=b"abc"), [0.1, 0.2, b"\r\n> ", b"\r\nOK\r\n"]),
    "end mark": (MILD, Upload(kind=1, data=b"abc"), [b"\r\n", b">", b"\r\nOK\r\n"]),
    "grant": (PLUS, Sksnd(handle=1, data=b"abc"), [b"+OK=", b"3\r\n", b"\r\n"]),
    "grant and final": (PLUS, Update(data=b"abc"), [b"+OK=1\r\n\r\n", b"+OK=1\r\n\r\n"]),
    "list": (PLUS, Wscan(), [b"+OK=001122334455,60\r\n", b"001122334455,61\r\n", b"\r\n"]),
    "inline data": (EITHER, EitherSend(sd=1, format=0, data=b"a\r\n"), [b"at+send=1,0,3,a", b"\r\n\r\n\r", OK]),
    "deferred": (
        EITHER,
        Connect(sd=1, port=5, host="h"),
        [b"at+connect=1,5,h\r\n\r", OK, b"+connect:5,h\n\r", OK, 0.05],
    ),
    "value first": (EITHER, Connect(sd=1, port=5, host="h"), [b"+connect:5,h\n\r", OK]),
    "counted deferred": (EITHER, Recv(sd=1, format=0, length=9), [OK, b"+recv:1,0,4,a", b"bcd", b"\n\r", OK, 0.05]),
    "several lines": (EITHER, PingHost(host="h", count=2), [OK, b"+ping:1,1\n\r", b"+ping:2,2\n\r"]),
}
PROBES = {
    PLAIN: (Probe(), b"\r\nOK\r\n"),
    MILD: (Toggle(), b"\r\nOK\r\n"),
    PLUS: (PlusProbe(), b"+OK\r\n\r\n"),
    EITHER: (EitherProbe(), b"\n\r" + OK),
}
PLACES = [(name, at) for name, (_, _, steps) in EXCHANGES.items() for at in range(len(steps) + 1)]


def act(talk, step):
    if isinstance(step, float):
        talk.wait(step)
    else:
        talk.hear(step)


def told_of(talk, ticket):
    kinds = (Completed, Failed, Accepted, Progress)
    return [o for kind in kinds for o in of(talk.out, kind) if o.ticket is ticket]


@pytest.mark.parametrize(("name", "at"), PLACES)
def test_after_a_cancel_at_any_step_nothing_is_told_and_the_next_command_works(name, at):
    vocabulary, asked, steps = EXCHANGES[name]
    probe, answer = PROBES[vocabulary]
    talk = Talk(vocabulary, echo=None)
    ticket = talk.send(asked)
    for step in steps[:at]:
        act(talk, step)
    before = told_of(talk, ticket)
    talk.cancel(ticket)
    following = talk.send(probe)
    for step in steps[at:]:
        act(talk, step)
    # The module may answer the next one only once it was written.
    talk.wait(0.05)
    assert written(talk.out)[-1] == vocabulary.request(probe).line
    talk.hear(answer)

    assert told_of(talk, ticket) == before
    assert talk.reply(following) is None
    assert talk.idle


@pytest.mark.parametrize(("name", "at"), PLACES)
def test_after_a_cancel_the_module_may_as_well_fall_silent(name, at):
    vocabulary, asked, steps = EXCHANGES[name]
    probe, answer = PROBES[vocabulary]
    talk = Talk(vocabulary, echo=None)
    ticket = talk.send(asked)
    for step in steps[:at]:
        act(talk, step)
    before = told_of(talk, ticket)
    talk.cancel(ticket)
    following = talk.send(probe)
    while written(talk.out)[-1] != vocabulary.request(probe).line:
        assert talk.dialogue.deadline is not None
        talk.play()
        talk.wait(0.02)
    talk.hear(answer)

    assert told_of(talk, ticket) == before
    assert talk.reply(following) is None


def test_the_engine_hands_over_the_data_of_a_command_that_is_cancelled_behind_its_line():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.cancel(ticket)
    talk.hear(b"\r\nOK\r\n\r\n>")

    assert written(talk.out) == [b"AT+SEND=1,3\r\n", b"abc"]


def test_a_command_that_was_not_written_yet_never_is():
    talk = Talk(PLAIN)
    talk.send(Probe())
    waiting = talk.send(Gmr())
    talk.cancel(waiting)
    talk.hear(b"OK\r\n")

    assert written(talk.out) == [b"AT\r\n"]
    assert told_of(talk, waiting) == []
    assert talk.idle


def test_cancelling_a_command_that_has_ended_does_nothing():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"OK\r\n")

    assert talk.cancel(ticket) == []
    assert talk.idle


def test_a_cancelled_command_without_a_limit_is_waited_for_only_so_long():
    talk = Talk(PLAIN)
    ticket = talk.send(Forever())
    talk.wait(1000)
    talk.cancel(ticket)
    following = talk.send(Probe())
    talk.wait(10.0)
    assert talk.state is State.RESYNC
    talk.play()
    talk.hear(b"OK\r\n")

    assert told_of(talk, ticket) == []
    assert talk.reply(following) is None


def test_a_cancelled_command_with_a_limit_keeps_it():
    talk = Talk(PLAIN)
    ticket = talk.send(Gmr())
    talk.wait(4.0)
    talk.cancel(ticket)
    talk.wait(1.0)

    assert talk.state is State.RESYNC
    assert of(talk.out, Failed) == []


def test_a_cancel_while_the_line_is_put_in_order_takes_the_command_out_of_the_queue():
    talk = Talk(PLAIN)
    talk.start()
    ticket = talk.send(Gmr())
    talk.cancel(ticket)
    talk.play()

    assert b"AT+GMR\r\n" not in written(talk.out)
    assert [o.label for o in of(talk.out, Write)][-1] == "AT+FENCE?"


def test_a_cancelled_command_is_told_nothing_when_the_module_is_given_up():
    talk = Talk(PLAIN)
    talk.start()
    first, second = talk.send(Gmr()), talk.send(Gmr())
    talk.cancel(first)
    talk.wait(10)

    assert told_of(talk, first) == []
    assert len(told_of(talk, second)) == 1
