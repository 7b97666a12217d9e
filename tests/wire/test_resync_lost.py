"""No late reply is taken for another: what was lost, slow or thrown away is proved to be over first."""

from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.errors import CommandTimeout, OutOfSync
from atmodem.wire.states import State
from tests.wire.talk import Talk, written
from tests.wire.test_resync import FENCE, OTHER, changed, synchronized
from tests.wire.toys import MILD, PLAIN, FenceValue, Gmr, MildProbe, Name, Probe, Switch
from tests.wire.toys_late import EITHER, PLUS, Skrcv


def test_a_command_without_a_reply_times_out_and_the_next_one_waits_for_the_fence():
    talk = Talk(PLAIN)
    lost, queued = talk.send(Gmr()), talk.send(Probe())
    talk.wait(4.99)
    assert not talk.ended(lost)
    talk.wait(0.01)

    error = talk.error(lost)
    assert isinstance(error, CommandTimeout)
    assert "AT+GMR" in str(error)
    assert "5 s" in str(error)
    assert written(talk.out) == [b"AT+GMR\r\n", b"\r\n"]
    talk.play()
    talk.hear(b"OK\r\n")
    assert talk.reply(queued) is None


def test_the_late_reply_of_a_lost_command_is_told_and_answers_nothing():
    talk = Talk(PLAIN)
    lost, queued = talk.send(Gmr()), talk.send(Name.query())
    talk.wait(5.0)
    talk.hear(b"AT version:1\r\n\r\nOK\r\n\r\nERROR\r\n")
    talk.play()
    talk.hear(b'+NAME:"x"\r\n\r\nOK\r\n')

    assert len(talk.errors(lost)) == 1
    assert talk.reply(queued) == Name(text="x")
    assert [(o.data, o.reason) for o in talk.out if getattr(o, "reason", "")] == [(b"***", "late answer to AT+GMR")]


def test_the_fence_is_another_one_when_the_lost_command_was_the_fence_itself():
    talk = Talk(PLAIN)
    talk.send(FenceValue.query())
    talk.wait(5.02)

    assert written(talk.out) == [FENCE, b"\r\n", OTHER]
    talk.hear(b"+FENCE:1\r\n\r\nOK\r\n\r\nERROR\r\n")
    assert talk.state is State.RESYNC
    talk.hear(b"+OTHER:1\r\n\r\nOK\r\n")
    assert talk.state is State.IDLE


ANSWERS = {
    b"\r\n": b"\r\nERROR\r\n",
    FENCE: b"+FENCE:1\r\n\r\nOK\r\n",
    OTHER: b"+OTHER:1\r\n\r\nOK\r\n",
    b"AT+NAME?\r\n": b'+NAME:"mine"\r\n\r\nOK\r\n',
    b"AT+GMR\r\n": b"AT version:1\r\n\r\nOK\r\n",
    b"AT\r": b"\r\nOK\r\n",
    b"AT+ECHO?\r": b"\r\n+ECHO:OFF\r\nOK\r\n",
    b"AT+SETTING?\r": b"\r\n+SETTING:ON\r\nOK\r\n",
    b"AT+SETTING=ON\r": b"\r\nERROR\r\n",
    b"+++": b"",
}


def in_order(talk, delays, default, seconds=40.0):
    """Play a module that answers everything in order, each line so long after it was read and done with the last."""
    todo = [(talk.now, data) for data in written(talk.out)]
    seen, free, delays = len(talk.out), talk.now, list(delays)
    end = talk.now + seconds
    while talk.now < end and (todo or talk.dialogue.deadline is not None):
        if todo:
            came, data = todo[0]
            at = max(free, came) + (delays[0] if delays else default)
        else:
            at = end
        deadline = talk.dialogue.deadline
        if deadline is not None and deadline < at:
            talk.wait(max(deadline - talk.now, 0))
        elif todo:
            talk.wait(max(at - talk.now, 0))
            todo.pop(0)
            delays = delays[1:]
            free = talk.now
            talk.hear(ANSWERS[data])
        else:
            break
        todo += [(talk.now, data) for data in written(talk.out[seen:])]
        seen = len(talk.out)


@settings(max_examples=150)
@given(delays=st.lists(st.floats(0, 9), max_size=12), lost=st.sampled_from([Gmr(), FenceValue.query()]))
def test_whatever_the_delay_no_late_reply_answers_the_next_command(delays, lost):
    talk = Talk(PLAIN)
    talk.send(lost)
    asked = [talk.send(command) for command in (Name.query(), Gmr(), Name.query())]
    in_order(talk, delays, 0.01, 200.0)

    for ticket, answer in zip(asked, ("mine", "1", "mine"), strict=True):
        for reply in talk.replies(ticket):
            assert answer in (getattr(reply, "text", None), getattr(reply, "at", None))
        assert all(isinstance(error, CommandTimeout | OutOfSync) for error in talk.errors(ticket))
        assert talk.ended(ticket)
    assert talk.state in (State.IDLE, State.DOWN)


@settings(max_examples=60)
@given(delay=st.floats(0, 3))
def test_with_one_query_alone_an_even_delay_is_borne(delay):
    talk = Talk(MILD)
    talk.send(MildProbe())
    asked = [talk.send(command) for command in (Switch.query(), MildProbe())]
    in_order(talk, [], delay, 100.0)

    for ticket in asked:
        assert not any(getattr(reply, "mode", None) == "OFF" for reply in talk.replies(ticket))
        assert all(isinstance(error, CommandTimeout | OutOfSync) for error in talk.errors(ticket))
        assert talk.ended(ticket)


def test_answers_that_come_round_after_round_do_not_go_on_for_ever():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(1.5)
    in_order(talk, [], 0.0, 10.0)

    assert talk.state is State.IDLE
    assert len(written(talk.out)) <= 6


def test_a_query_that_was_asked_twice_and_answered_once_is_waited_for_and_then_taken_for_lost():
    talk = Talk(EITHER)
    talk.start()
    talk.wait(1.2)
    assert written(talk.out).count(b"at+get=fence\r") == 2
    talk.hear(b"+get:71\n\rOK\n\r")
    assert talk.state is State.RESYNC
    talk.wait(1.0)

    assert talk.state is State.IDLE
    assert synchronized(talk) == 1


def test_a_query_that_was_asked_twice_and_answered_twice_ends_the_run_at_once():
    talk = Talk(EITHER)
    talk.start()
    talk.wait(1.2)
    talk.hear(b"+get:71\n\rOK\n\r+get:71\n\r")
    assert talk.state is State.RESYNC
    talk.hear(b"OK\n\r")

    assert talk.state is State.IDLE


def test_an_answer_that_may_be_an_older_one_is_not_the_last():
    talk = Talk(changed(PLAIN, rounds=3))
    talk.start()
    talk.wait(2.2)
    assert [data for data in written(talk.out) if data != b"\r\n"] == [FENCE, OTHER, OTHER]
    talk.hear(b"\r\nERROR\r\n\r\nERROR\r\n+OTHER:1\r\n\r\nOK\r\n")
    assert talk.state is State.RESYNC
    talk.hear(b"\r\nERROR\r\n+OTHER:1\r\n\r\nOK\r\n")

    assert talk.state is State.IDLE


def test_a_late_answer_while_a_new_round_settles_does_not_end_the_run():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(1.02)
    assert written(talk.out) == [b"\r\n", FENCE, b"\r\n"]
    talk.hear(b"\r\nERROR\r\n+FENCE:1\r\n\r\nOK\r\n")
    assert talk.state is State.RESYNC
    talk.hear(b"\r\nERROR\r\n")
    assert written(talk.wait(0.02)) == [FENCE]
    talk.hear(b"+FENCE:1\r\n\r\nOK\r\n")

    assert talk.state is State.IDLE


def test_pluses_that_were_written_are_ended_before_the_next_command():
    talk = Talk(MILD)
    ticket = talk.send(MildProbe())
    talk.wait(2.0)
    while b"+++" not in written(talk.out):
        talk.wait(0.05)
    talk.send(Switch.query())
    talk.hear(b"\r\nOK\r\n\r\nOK\r\n\r\n+ECHO:OFF\r\nOK\r\n")

    assert talk.errors(ticket)
    assert talk.state is State.RESYNC
    assert written(talk.wait(0.35))[:2] == [b"AT\r", b"AT+ECHO?\r"]


def test_where_the_last_query_was_thrown_away_one_of_another_kind_proves_the_line_clean():
    talk = Talk(changed(PLAIN, rounds=3))
    talk.start()
    talk.wait(2.2)
    talk.hear(b"\r\nERROR\r\n+OTHER:1\r\n\r\nOK\r\n")
    talk.wait(1.02)
    assert talk.state is State.RESYNC
    assert written(talk.out)[-1] == FENCE
    talk.hear(b"\r\nERROR\r\n+FENCE:1\r\n\r\nOK\r\n")

    assert talk.state is State.IDLE


def test_a_module_that_answers_every_other_query_earns_no_rounds_without_end():
    talk = Talk(changed(PLAIN, rounds=2))
    talk.start()
    for _ in range(40):
        lines = [data for data in written(talk.out) if data != b"\r\n"]
        talk.wait(1.02)
        if len(lines) > 1:
            talk.hear(ANSWERS[lines[-2]])

    assert talk.state is State.DOWN
    assert len(written(talk.out)) < 20


def test_what_an_earlier_run_sent_may_still_be_answered():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(10)
    assert talk.state is State.DOWN
    ticket = talk.send(Probe())
    talk.hear(b"\r\nERROR\r\n+FENCE:1\r\n\r\nOK\r\n")
    talk.wait(0.02)
    talk.hear(b"\r\nERROR\r\n+OTHER:1\r\n\r\nOK\r\n")
    assert b"AT\r\n" not in written(talk.out)
    talk.hear(b"\r\nERROR\r\n+FENCE:1\r\n\r\nOK\r\n")
    assert written(talk.out)[-1] == b"AT\r\n"
    talk.hear(b"OK\r\n")

    assert talk.reply(ticket) is None


def test_a_module_that_has_answered_is_not_fed():
    fence = PLUS.grammar.recovery.fences[0]
    talk = Talk(PLUS)
    talk.start()
    talk.wait(1.3)
    assert written(talk.out)[-1] == b"+++"
    talk.hear(fence.example)
    talk.wait(0.3)
    assert written(talk.out)[-3:] == [b"+++", b"AT+\r", fence.line]
    talk.hear(fence.example)

    assert talk.state is State.IDLE


def test_where_no_other_kind_is_left_the_rest_is_given_its_time():
    talk = Talk(changed(EITHER, rounds=3))
    talk.start()
    talk.wait(2.3)
    assert written(talk.out).count(b"at+get=fence\r") == 3
    talk.hear(b"+get:71\n\rOK\n\r")
    talk.wait(0.9)
    assert talk.state is State.RESYNC
    talk.wait(0.1)

    assert talk.state is State.IDLE
    assert written(talk.out).count(b"at+get=fence\r") == 3


def test_the_counted_answer_of_a_lost_command_is_data_still_and_told_as_late():
    talk = Talk(PLUS)
    lost = talk.send(Skrcv(handle=1, size=20))
    talk.wait(2.0)
    talk.hear(b"+OK=17\r\n\r\n+OK=0011223344ff\r\n")
    assert talk.state is State.RESYNC
    assert isinstance(talk.error(lost), CommandTimeout)
    assert [o.reason for o in talk.out if getattr(o, "reason", "")] == ["late answer to AT+SKRCV=1,20"]
    talk.play()

    assert talk.state is State.IDLE
