"""Commands whose value comes after their success: pending beside others, told apart by key, never taken for another."""

import pytest

from atmodem.errors import CommandError, CommandTimeout, ModuleReset
from atmodem.wire.outcomes import Accepted, Completed, Progress, Restarted
from atmodem.wire.states import State
from tests.wire.talk import Talk, of, unknown, written
from tests.wire.toys_late import (
    EITHER,
    Connect,
    Connected,
    EitherProbe,
    Got,
    Ping,
    PingHost,
    Recv,
    Resolve,
    Value,
)

OK = b"OK\n\r"


def connect(port):
    return Connect(sd=port, port=port, host="h")


def connected(port):
    return Connected(port=port, host="h")


def test_success_frees_the_line_and_the_value_comes_later():
    talk = Talk(EITHER)
    ticket = talk.send(connect(5))
    talk.hear(OK)
    assert of(talk.out, Accepted) == [Accepted(ticket)]
    assert talk.state is State.IDLE
    assert not talk.idle
    probe = talk.send(EitherProbe())
    talk.hear(OK)
    assert talk.reply(probe) is None
    talk.hear(b"+connect:5,h\n\r", OK)

    assert talk.reply(ticket) == connected(5)
    assert talk.idle
    assert unknown(talk.out) == []


def test_a_dialogue_is_idle_while_nothing_runs_waits_or_pends():
    talk = Talk(EITHER)
    assert talk.dialogue.idle
    ticket = talk.send(connect(5))
    assert not talk.dialogue.idle
    talk.hear(OK)
    assert not talk.dialogue.idle
    talk.cancel(ticket)
    talk.wait(60.0)
    assert talk.dialogue.idle
    talk.start()
    assert not talk.dialogue.idle


@pytest.mark.parametrize(
    "wire",
    [
        OK + b"+connect:5,h\n\r" + OK,
        OK + b"+connect:5,h\n\r",
        b"+connect:5,h\n\r" + OK,
        OK + b"+Connect : 5,h\r\n" + OK,
        OK + b"\n\r\n+connect:5,h\n\r\n\r" + OK,
    ],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_success_and_value_come_in_any_order_and_number(wire, step):
    talk = Talk(EITHER)
    ticket = talk.send(connect(5))
    talk.hear(*(wire[at : at + step] for at in range(0, len(wire), step)))
    talk.wait(0.05)

    assert talk.reply(ticket) == connected(5)
    assert unknown(talk.out) == []
    assert talk.idle


def test_a_value_before_the_success_waits_for_it():
    talk = Talk(EITHER)
    ticket = talk.send(connect(5))
    talk.hear(b"+connect:5,h\n\r")
    assert not talk.ended(ticket)
    assert talk.state is State.WAIT
    talk.hear(OK)

    assert talk.reply(ticket) == connected(5)
    assert of(talk.out, Accepted) == []


def test_nothing_is_written_while_a_second_success_may_come():
    talk = Talk(EITHER)
    talk.send(connect(5))
    talk.hear(OK, b"+connect:5,h\n\r")
    probe = talk.send(EitherProbe())
    assert len(written(talk.out)) == 1
    talk.hear(OK)
    assert written(talk.out)[1:] == [b"at+test\r"]
    talk.hear(OK)

    assert talk.reply(probe) is None


def test_a_second_success_that_does_not_come_is_waited_for_a_moment():
    talk = Talk(EITHER)
    talk.send(connect(5))
    talk.hear(OK, b"+connect:5,h\n\r")
    probe = talk.send(EitherProbe())
    talk.wait(0.05)
    talk.hear(OK)

    assert talk.reply(probe) is None


def test_values_are_told_apart_by_their_keys():
    talk = Talk(EITHER)
    tickets = [talk.send(connect(port)) for port in (1, 2, 3)]
    talk.hear(OK, OK, OK)
    talk.hear(b"+connect:2,h\n\r", OK, b"+connect:3,h\n\r", OK, b"+connect:1,h\n\r", OK)

    assert [talk.reply(ticket) for ticket in tickets] == [connected(1), connected(2), connected(3)]


def test_a_value_with_a_key_of_nobody_is_told():
    talk = Talk(EITHER)
    ticket = talk.send(connect(1))
    talk.hear(OK, b"+connect:9,h\n\r")

    assert not talk.ended(ticket)
    assert unknown(talk.out) == [b"+connect:9,h"]


def test_counted_values_are_told_apart_by_their_keys():
    talk = Talk(EITHER)
    first, second = (talk.send(Recv(sd=sd, format=0, length=9)) for sd in (1, 2))
    talk.hear(OK, OK)
    talk.hear(b"+recv:2,0,4,\n\rOK\n\r", OK, b"+recv:1,1,4,QUI=\n\r", OK)

    assert talk.reply(second) == Got(sd=2, format=0, length=4, data=b"\n\rOK")
    assert talk.reply(first) == Got(sd=1, format=1, length=4, data=b"AB")


def test_counted_values_of_nobody_are_told():
    talk = Talk(EITHER)
    talk.send(Recv(sd=1, format=0, length=9))
    talk.hear(OK, b"+recv:7,0,2,ab\n\r")

    assert unknown(talk.out) == [b"ab"]


def test_a_counted_value_before_the_success_waits_for_it():
    talk = Talk(EITHER)
    ticket = talk.send(Recv(sd=1, format=0, length=9))
    talk.hear(b"+recv:1,0,2,ab\n\r")
    assert not talk.ended(ticket)
    talk.hear(OK)

    assert talk.reply(ticket).data == b"ab"


def test_commands_that_could_not_be_told_apart_wait_for_one_another_and_let_others_by():
    talk = Talk(EITHER)
    first, second, probe = (talk.send(command) for command in (Resolve(host="a"), Resolve(host="b"), EitherProbe()))
    talk.hear(OK)
    assert written(talk.out) == [b"at+resolve=a\r", b"at+test\r"]
    talk.hear(OK)
    talk.hear(b"+resolve:1\n\r", OK)
    assert written(talk.out)[2:] == [b"at+resolve=b\r"]
    talk.hear(OK, b"+resolve:2\n\r", OK)

    assert talk.reply(first) == Value(number=1)
    assert talk.reply(second) == Value(number=2)
    assert talk.reply(probe) is None


def test_no_more_pend_than_the_dialect_bears():
    talk = Talk(EITHER)
    tickets = [talk.send(connect(port)) for port in (1, 2, 3, 4)]
    talk.hear(OK, OK, OK)
    assert len(written(talk.out)) == 3
    talk.hear(b"+connect:2,h\n\r", OK)
    assert len(written(talk.out)) == 4
    talk.hear(OK, b"+connect:4,h\n\r", OK)

    assert talk.reply(tickets[3]) == connected(4)


# Several lines


def test_progress_is_told_up_to_the_last_line():
    talk = Talk(EITHER)
    ticket = talk.send(PingHost(host="h", count=3))
    talk.hear(OK, b"+ping:1,1\n\r", b"+ping:2,1\n\r")
    assert [o.reply for o in of(talk.out, Progress)] == [Ping(sent=1, received=1), Ping(sent=2, received=1)]
    probe = talk.send(EitherProbe())
    talk.hear(b"+ping:3,2\n\r", OK)

    assert talk.reply(ticket) == Ping(sent=3, received=2)
    # No success follows this one, so the next belongs to the next command.
    assert talk.reply(probe) is None


def test_progress_may_come_before_the_success():
    talk = Talk(EITHER)
    ticket = talk.send(PingHost(host="h", count=2))
    talk.hear(b"+ping:1,1\n\r", OK, b"+ping:2,2\n\r")

    assert len(of(talk.out, Progress)) == 1
    assert talk.reply(ticket) == Ping(sent=2, received=2)


# Failures


def test_a_failure_belongs_to_the_command_that_has_the_line():
    talk = Talk(EITHER)
    pending, probe = talk.send(connect(1)), None
    talk.hear(OK)
    probe = talk.send(EitherProbe())
    talk.hear(b"ERROR: x,-1\n\r")

    assert isinstance(talk.error(probe), CommandError)
    assert not talk.ended(pending)


def test_else_a_failure_belongs_to_the_oldest_that_pends():
    talk = Talk(EITHER)
    tickets = [talk.send(connect(port)) for port in (1, 2)]
    talk.hear(OK, OK, b"ERROR: process command,-111\n\r")

    assert talk.error(tickets[0]).code == "-111"
    assert not talk.ended(tickets[1])
    talk.hear(b"+connect:1,h\n\r")
    assert unknown(talk.out) == [b"+connect:1,h"]


def test_a_failure_before_the_success_ends_the_command():
    talk = Talk(EITHER)
    ticket = talk.send(connect(1))
    talk.hear(b"+connect:1,h\n\rERROR: allocate,0\n\r")

    assert talk.error(ticket).reply == connected(1)
    assert talk.idle


# Time


def test_a_value_that_does_not_come_times_out_and_is_not_given_to_the_next_one():
    talk = Talk(EITHER)
    lost = talk.send(Resolve(host="a"))
    talk.hear(OK)
    talk.wait(20.0)
    assert isinstance(talk.error(lost), CommandTimeout)
    assert talk.state is State.IDLE
    after = talk.send(Resolve(host="b"))
    talk.hear(b"+resolve:1\n\r", OK, OK, b"+resolve:2\n\r", OK)

    assert talk.errors(lost) == [talk.error(lost)]
    assert talk.reply(after) == Value(number=2)
    assert unknown(talk.out) == [b"***"]


def test_a_command_that_was_lost_before_its_success_is_not_answered_by_the_next_value():
    talk = Talk(EITHER)
    lost = talk.send(Resolve(host="a"))
    talk.wait(20.0)
    assert isinstance(talk.error(lost), CommandTimeout)
    talk.play()
    after = talk.send(Resolve(host="b"))
    talk.hear(b"+resolve:1\n\r", OK, OK, b"+resolve:2\n\r", OK)

    assert talk.reply(after) == Value(number=2)


def test_what_nobody_waits_for_any_more_does_not_fill_the_table_for_ever():
    talk = Talk(EITHER)
    for port in (1, 2, 3):
        talk.send(connect(port))
        talk.hear(OK)
    talk.wait(60.0)
    waiting = talk.send(connect(4))
    assert len(written(talk.out)) == 3
    talk.wait(60.0)

    assert len(written(talk.out)) == 4 or talk.ended(waiting)
    last = talk.send(connect(5))
    talk.hear(OK, b"+connect:5,h\n\r", OK, OK, b"+connect:5,h\n\r", OK)
    talk.wait(200.0)
    assert talk.ended(waiting)
    assert talk.ended(last)


def test_a_command_for_which_there_is_no_place_times_out():
    talk = Talk(EITHER)
    for sd in (1, 2, 3):
        talk.send(Recv(sd=sd, format=0, length=1))
        talk.hear(OK)
    waiting = talk.send(connect(4))
    talk.wait(60.0)

    assert isinstance(talk.error(waiting), CommandTimeout)
    assert len(written(talk.out)) == 3


def test_a_pending_command_without_a_limit_pends_as_long_as_it_takes():
    talk = Talk(EITHER)
    ticket = talk.send(Recv(sd=1, format=0, length=1))
    talk.hear(OK)
    assert talk.dialogue.deadline is None
    talk.wait(1e5)
    talk.hear(b"+recv:1,0,1,x\n\r")

    assert talk.reply(ticket).data == b"x"


def test_an_endless_command_for_which_there_is_no_place_waits_for_one():
    talk = Talk(EITHER)
    first = talk.send(Recv(sd=1, format=0, length=1))
    second = talk.send(Recv(sd=1, format=0, length=1))
    talk.hear(OK)
    talk.wait(1e5)
    talk.hear(b"+recv:1,0,1,x\n\r", OK, OK, b"+recv:1,0,1,y\n\r")

    assert talk.reply(first).data == b"x"
    assert talk.reply(second).data == b"y"


# Cancelling


def test_a_cancelled_command_stays_and_what_it_brings_is_told_as_late():
    talk = Talk(EITHER)
    ticket = talk.send(Resolve(host="a"))
    talk.hear(OK)
    talk.cancel(ticket)
    after = talk.send(Resolve(host="b"))
    talk.hear(b"+resolve:1\n\r", OK, OK, b"+resolve:2\n\r", OK)

    assert not talk.ended(ticket)
    assert talk.reply(after) == Value(number=2)
    assert [o.reason for o in talk.out if getattr(o, "reason", "")] == ["late answer to at+resolve=a"]


def test_progress_of_a_cancelled_command_is_told_as_late():
    talk = Talk(EITHER)
    ticket = talk.send(PingHost(host="h", count=2))
    talk.hear(OK)
    talk.cancel(ticket)
    talk.hear(b"+ping:1,1\n\r+ping:2,2\n\r")

    assert of(talk.out, Progress) == []
    assert unknown(talk.out) == [b"***", b"***"]
    assert talk.idle


def test_a_cancelled_command_is_forgotten_in_the_end():
    talk = Talk(EITHER)
    ticket = talk.send(Recv(sd=1, format=0, length=1))
    talk.hear(OK)
    talk.cancel(ticket)
    talk.wait(10.0)
    assert talk.idle
    again = talk.send(Recv(sd=1, format=0, length=1))
    talk.hear(OK, b"+recv:1,0,1,x\n\r")

    assert talk.reply(again).data == b"x"


def test_what_was_given_up_is_told_apart_while_its_place_is_not_needed():
    talk = Talk(EITHER)
    for sd in (1, 2):
        ticket = talk.send(Recv(sd=sd, format=0, length=9))
        talk.hear(OK)
        talk.cancel(ticket)
    talk.wait(1000.0)
    probe = talk.send(EitherProbe())
    talk.hear(b"+recv:1,0,6,\n\rOK\n\r\n\r", OK, OK)

    assert talk.reply(probe) is None
    assert [o.reason for o in talk.out if getattr(o, "reason", "")] == ["late answer to at+recv=1,0,9"]
    again = talk.send(Recv(sd=2, format=0, length=9))
    talk.hear(OK, b"+recv:2,0,1,x\n\r", OK)
    assert talk.reply(again).data == b"x"


def test_what_was_given_up_makes_room():
    talk = Talk(EITHER)
    for sd in (1, 2, 3):
        ticket = talk.send(Recv(sd=sd, format=0, length=9))
        talk.hear(OK)
        talk.cancel(ticket)
    talk.wait(10.0)
    later = talk.send(Recv(sd=4, format=0, length=9))
    talk.hear(OK, b"ERROR: x,-1\n\r")

    assert isinstance(talk.error(later), CommandError)
    talk.hear(b"ERROR: x,-1\n\r")
    assert unknown(talk.out) == [b"ERROR: x,-1"]


def test_a_command_that_is_cancelled_before_its_success_pends_all_the_same():
    talk = Talk(EITHER)
    ticket = talk.send(connect(1))
    talk.cancel(ticket)
    talk.hear(OK, b"+connect:1,h\n\r", OK)

    assert of(talk.out, Accepted) == []
    assert of(talk.out, Completed) == []
    assert unknown(talk.out) == [b"***"]
    assert talk.idle


def test_the_failure_of_a_cancelled_command_is_its_own():
    talk = Talk(EITHER)
    first, second = talk.send(connect(1)), talk.send(connect(2))
    talk.hear(OK, OK)
    talk.cancel(first)
    talk.hear(b"ERROR: x,-1\n\r")

    assert not talk.ended(first)
    assert not talk.ended(second)


# Restarts


def test_a_suspected_restart_ends_what_pends_and_not_what_runs():
    talk = Talk(EITHER, echo=False)
    pending = talk.send(connect(1))
    talk.hear(OK)
    probe = talk.send(EitherProbe())
    talk.hear(b"at+test\r\n\rOK\n\r")

    assert of(talk.out, Restarted) == [Restarted(suspected=True)]
    assert isinstance(talk.error(pending), ModuleReset)
    assert talk.reply(probe) is None
