"""A known state is reached by a query that was answered for certain, whatever was lost, late or thrown away before."""

import attrs
import pytest

from atmodem.errors import CommandTimeout, OutOfSync
from atmodem.wire.grammar import Grammar
from atmodem.wire.outcomes import Down, Failed, Restarted, Synchronized
from atmodem.wire.states import State
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.talk import Talk, events, of, unknown, written
from tests.wire.toys import MILD, PLAIN, Busy, Gmr, MildProbe, MildStream, Name, Note, Probe
from tests.wire.toys_late import EITHER, PLUS, Connect, EitherProbe, Open, PlusProbe

FENCE = b"AT+FENCE?\r\n"
OTHER = b"AT+OTHER?\r\n"


def changed(vocabulary: Vocabulary, **facts) -> Vocabulary:
    """Return the vocabulary with another recovery."""
    grammar: Grammar = attrs.evolve(vocabulary.grammar, recovery=attrs.evolve(vocabulary.grammar.recovery, **facts))
    return Vocabulary(grammar, vocabulary.commands.values(), vocabulary.events)


def synchronized(talk):
    return len(of(talk.out, Synchronized))


# One run


def test_a_run_sends_prelude_and_fence_and_ends_with_the_final_behind_its_value():
    talk = Talk(PLAIN)
    assert written(talk.start()) == [b"\r\n"]
    talk.hear(b"\r\nERROR\r\n")
    assert talk.wait(0.02)[0].data == FENCE
    talk.hear(b"+FENCE:3\r\n")
    assert talk.state is State.RESYNC
    talk.hear(b"\r\nOK\r\n")

    assert talk.state is State.IDLE
    assert synchronized(talk) == 1
    assert unknown(talk.out) == []
    assert talk.dialogue.deadline is None


def test_a_value_in_the_final_itself_ends_the_run():
    talk = Talk(PLUS)
    talk.start()
    talk.hear(b"+OK\r\n\r\n")
    talk.wait(0.05)
    talk.hear(b"+OK=99\r\n\r\n")
    assert talk.state is State.RESYNC
    talk.hear(b"+OK=0011223344ff\r\n\r\n")

    assert talk.state is State.IDLE


def test_the_prelude_is_followed_by_a_silence_that_what_comes_prolongs():
    talk = Talk(PLAIN)
    talk.start()
    for _ in range(10):
        talk.wait(0.015)
        talk.hear(b"late\r\n")

    assert written(talk.out) == [b"\r\n"]
    assert written(talk.wait(0.02)) == [FENCE]


def test_events_without_end_do_not_prolong_the_silence_without_end():
    talk = Talk(PLAIN)
    talk.start()
    heard = 0
    while len(written(talk.out)) < 2:
        talk.hear(b"+NOTE:x\r\n")
        talk.wait(0.01)
        heard += 1
    assert 90 < heard < 110
    assert len(events(talk.out)) == heard


def test_without_a_prelude_the_fence_goes_at_once():
    talk = Talk(changed(PLAIN, prelude=b""))

    assert written(talk.start()) == [FENCE]


def test_the_fence_tells_of_the_echo():
    for line, echo in ((b"+ECHO:ON\r\n", True), (b"ECHO = OFF\r\n", False)):
        talk = Talk(MILD, echo=None)
        talk.start()
        talk.wait(0.1)
        talk.hear(b"\r\n" + line + b"OK\r\n")
        assert talk.dialogue.echo is echo


def test_a_fence_that_tells_nothing_of_the_echo_leaves_it():
    talk = Talk(PLAIN, echo=None)
    talk.start()
    talk.play()

    assert talk.dialogue.echo is None
    assert talk.state is State.IDLE


def test_after_a_run_a_rest_precedes_the_next_command():
    talk = Talk(MILD, rest=0.5)
    talk.start()
    talk.send(MildProbe())
    talk.wait(0.1)
    talk.hear(b"\r\n+ECHO:OFF\r\nOK\r\n")

    assert talk.dialogue.deadline == pytest.approx(talk.now + 0.5)
    assert written(talk.wait(0.5)) == [b"AT\r"]


def test_the_echo_of_prelude_and_fence_is_taken():
    talk = Talk(EITHER, echo=True)
    talk.start()
    talk.hear(b"\r\n\r")
    talk.wait(0.05)
    talk.hear(b"at+get=fence\r\n\r+get:71\n\rOK\n\r")

    assert talk.state is State.IDLE
    assert unknown(talk.out) == []


# Rounds


def test_a_silent_module_is_asked_as_often_as_the_dialect_says_and_then_given_up():
    talk = Talk(PLAIN)
    waiting = talk.send(Probe())
    talk.hear(b"OK\r\n")
    talk.start()
    queued = [talk.send(Gmr()), talk.send(Name.query())]
    talk.wait(10)

    assert written(talk.out)[1:] == [b"\r\n", FENCE, b"\r\n", OTHER]
    assert talk.state is State.DOWN
    [down] = of(talk.out, Down)
    assert isinstance(down.error, OutOfSync)
    assert talk.ended(waiting)
    for ticket in queued:
        assert isinstance(talk.error(ticket), OutOfSync)
        assert ticket.request.label in str(talk.error(ticket))
    assert talk.dialogue.deadline is None


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_number_of_rounds_can_be_given(rounds):
    talk = Talk(PLAIN)
    talk.start(rounds=rounds)
    talk.wait(10)

    assert written(talk.out).count(b"\r\n") == rounds


def test_when_the_module_is_silent_the_escape_is_tried_between_silences():
    talk = Talk(MILD)
    talk.start()
    begin = talk.now
    writes = []
    while talk.state is State.RESYNC:
        got = written(talk.wait(0.05))
        writes += [(round(talk.now - begin, 2), data) for data in got]

    assert [data for _, data in writes] == [b"AT+ECHO?\r", b"+++", b"AT\r", b"AT+ECHO?\r"]
    assert [at for at, _ in writes] == pytest.approx([0.1, 1.3, 1.5, 1.6], abs=0.06)


def test_in_the_last_round_bytes_are_fed_to_a_module_that_may_wait_for_data():
    talk = Talk(PLUS)
    talk.start()
    talk.wait(10)

    assert written(talk.out) == [b"AT+\r", b"AT+QMAC\r", b"+++", b"\x00" * 16, b"AT+\r", b"AT+QMAC\r"]
    [fed] = [o for o in talk.out if getattr(o, "data", b"") == b"\x00" * 16]
    assert fed.label == "<16 bytes>"


def test_a_dialect_without_prelude_or_escape_asks_again_after_its_wait():
    talk = Talk(changed(PLAIN, prelude=b"", rounds=3))
    talk.start()
    talk.wait(2.5)

    assert written(talk.out) == [FENCE, OTHER, OTHER]


def test_a_module_that_is_down_is_asked_again_for_the_next_command():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(10)
    ticket = talk.send(Probe())
    assert talk.state is State.RESYNC
    talk.play()
    talk.hear(b"OK\r\n")

    assert talk.reply(ticket) is None


def test_a_module_that_is_down_may_be_started():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(10)

    assert talk.dialogue.startable
    talk.start()
    talk.play()
    assert talk.state is State.IDLE


def test_a_module_that_is_down_still_tells_events_and_a_restart_wakes_it():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(10)
    talk.hear(b"+NOTE:1\r\n", b"OK\r\n")
    assert events(talk.out) == [Note(text="1")]
    assert unknown(talk.out) == [b"OK"]
    talk.hear(b"ready\r\n")
    assert talk.state is State.RESYNC
    talk.play()

    assert talk.state is State.IDLE


def test_a_restart_begins_the_run_anew():
    talk = Talk(PLAIN)
    talk.start()
    talk.wait(0.02)
    talk.hear(b"+FENCE:1\r\nready\r\n")

    assert of(talk.out, Restarted)
    assert written(talk.out) == [b"\r\n", FENCE, b"\r\n"]
    talk.hear(b"OK\r\n")
    assert talk.state is State.RESYNC
    talk.play()
    assert synchronized(talk) == 1


@pytest.mark.parametrize("state", ["command", "stream"])
def test_a_run_cannot_be_started_while_something_runs(state):
    talk = Talk(MILD)
    if state == "command":
        talk.send(MildProbe())
    else:
        talk.send(MildStream())
        talk.hear(b"OK\r\n")

    assert not talk.dialogue.startable
    with pytest.raises(ValueError, match="cannot start"):
        talk.start()


# Busy


def test_a_module_that_is_busy_is_waited_for_and_asked_again():
    talk = Talk(PLAIN)
    talk.send(Gmr())
    talk.wait(5.0)
    talk.hear(b"busy p...\r\n")
    talk.wait(15.0)
    assert talk.state is State.RESYNC
    assert written(talk.out) == [b"AT+GMR\r\n", b"\r\n"]
    talk.hear(b"\r\nOK\r\n")
    assert written(talk.out)[2:] == [FENCE]
    talk.hear(b"+FENCE:1\r\n\r\nOK\r\n")

    assert talk.state is State.IDLE
    assert Busy() in events(talk.out)
    assert unknown(talk.out) == []


def test_a_module_that_stays_busy_is_asked_again_after_a_while():
    talk = Talk(PLAIN)
    talk.start()
    talk.hear(b"busy p...\r\n")
    talk.wait(19.9)
    assert written(talk.out) == [b"\r\n"]
    talk.wait(0.1)

    assert written(talk.out) == [b"\r\n", b"\r\n"]


def test_a_busy_notice_without_an_event_explains_itself():
    vocabulary = Vocabulary(PLAIN.grammar, [Probe], [])
    talk = Talk(vocabulary)
    talk.start()
    talk.hear(b"busy p...\r\n")

    assert unknown(talk.out) == []


# Other lines


def test_unknown_lines_meanwhile_are_told():
    talk = Talk(PLAIN)
    talk.start()
    talk.hear(b"what\r\n+READ:3,abc\r\n")

    assert unknown(talk.out) == [b"what", b"+READ:3,abc"]


def test_events_meanwhile_are_told():
    talk = Talk(PLAIN)
    talk.start()
    talk.hear(b"+NOTE:1\r\n+COUNT:1,2,3\r\n")

    assert len(events(talk.out)) == 2


def test_pending_commands_outlast_a_run():
    talk = Talk(EITHER)
    pending = talk.send(Connect(sd=1, port=5, host="h"))
    talk.hear(b"OK\n\r")
    lost = talk.send(EitherProbe())
    talk.wait(2.0)
    talk.hear(b"+connect:5,h\n\rOK\n\r")
    assert talk.reply(pending).port == 5
    talk.play()

    assert talk.state is State.IDLE
    assert isinstance(talk.error(lost), CommandTimeout)


def test_a_failure_meanwhile_is_nobodys():
    talk = Talk(EITHER)
    pending = talk.send(Connect(sd=1, port=5, host="h"))
    talk.hear(b"OK\n\r")
    talk.start()
    talk.hear(b"ERROR: command not exist,0\n\r")

    assert not talk.ended(pending)


def test_a_module_that_is_given_up_ends_what_pends():
    talk = Talk(EITHER)
    pending = talk.send(Connect(sd=1, port=5, host="h"))
    talk.hear(b"OK\n\r")
    talk.start()
    talk.wait(10)

    assert talk.state is State.DOWN
    assert isinstance(talk.error(pending), OutOfSync)


def test_a_lost_command_that_is_cancelled_tells_nothing_more():
    talk = Talk(PLUS)
    ticket = talk.send(Open(port=1))
    talk.cancel(ticket)
    talk.wait(2.0)

    assert of(talk.out, Failed) == []
    assert talk.state is State.RESYNC
    talk.play()
    other = talk.send(PlusProbe())
    talk.hear(b"+OK\r\n\r\n")
    assert talk.reply(other) is None
