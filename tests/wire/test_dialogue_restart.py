"""A module may start anew at any moment: what runs, waits and pends fails by name, and the next command works."""

import pytest

from atmodem.errors import ModuleReset, OutOfSync
from atmodem.wire.outcomes import Accepted, Completed, Down, Failed, Restarted, Synchronized
from atmodem.wire.states import State
from tests.wire.talk import Talk, of, written
from tests.wire.test_dialogue_cancel import EXCHANGES, PLACES, PROBES, act
from tests.wire.toys import MILD, PLAIN, Leaving, MildProbe, Reboot
from tests.wire.toys_late import EITHER, PLUS

STARTS = {
    PLAIN: b"\x00\xffrst:0x1\xe0\r\n\r\nready\r\n",
    PLUS: b"+BOOT=1\r\n\r\n",
    EITHER: b"\n\n\rToy Ver: 1\n\rCHIP: 1\n\r\n\rEnter AT Command:\n\r",
}
#: The one without a word for it is told apart by its echo alone.
RESTARTED = [(name, at) for name, at in PLACES if EXCHANGES[name][0] is not MILD]


@pytest.mark.parametrize(("name", "at"), RESTARTED)
@pytest.mark.parametrize("cut", [0, 3, 12])
def test_a_restart_at_any_step_fails_what_is_on_its_way(name, at, cut):
    vocabulary, asked, steps = EXCHANGES[name]
    probe, answer = PROBES[vocabulary]
    talk = Talk(vocabulary, echo=None)
    ticket = talk.send(asked)
    for step in steps[:at]:
        act(talk, step)
    if talk.dialogue.incomplete:
        # What was half received stays short.
        talk.wait(vocabulary.grammar.gap)
    queued = [] if talk.ended(ticket) else [talk.send(probe), talk.send(probe)]
    waiting = [each for each in [ticket, *queued] if not talk.ended(each)]
    talk.hear(STARTS[vocabulary][:cut], STARTS[vocabulary][cut:])

    assert of(talk.out, Restarted) == [Restarted()]
    assert talk.dialogue.echo is None
    for each in waiting:
        error = talk.error(each)
        assert isinstance(error, ModuleReset)
        assert error.command == each.request.label
    talk.play()
    following = talk.send(probe)
    talk.wait(0.05)
    talk.hear(answer)
    assert talk.reply(following) is None
    assert talk.idle


def test_nothing_is_told_twice_of_what_a_restart_has_failed():
    talk = Talk(EITHER)
    for name in ("deferred", "several lines"):
        talk.send(EXCHANGES[name][1])
        talk.hear(b"OK\n\r")
    talk.hear(STARTS[EITHER])
    before = len(talk.out)
    talk.hear(b"+connect:5,h\n\r+ping:1,1\n\r")
    talk.wait(200.0)

    assert len(of(talk.out, Accepted)) == 2
    assert len(of(talk.out, Failed)) == 2
    assert of(talk.out[before:], Completed) == []
    assert talk.state is State.IDLE


# A module that starts without a word

OK = b"\r\nOK\r\n"
STARTUP = MILD.grammar.recovery.startup
ECHO_IS_ON = b"AT+ECHO?\r\r\n+ECHO:ON\r\nOK\r\n"


def rebooted() -> Talk:
    talk = Talk(MILD)
    ticket = talk.send(Reboot())
    talk.hear(OK)
    assert talk.reply(ticket) is None
    return talk


def test_a_restart_without_a_word_is_told_behind_the_answer_to_its_command():
    talk = rebooted()
    assert [type(outcome) for outcome in talk.out[-2:]] == [Completed, Restarted]
    assert talk.state is State.RESYNC


def test_the_module_is_given_time_to_go_down_and_then_asked_until_it_answers():
    talk = rebooted()
    assert written(talk.wait(STARTUP.rest - 0.01)) == []
    # Its first questions go to a module that is still down.
    asked = written(talk.wait(3.0))
    assert asked[:2] == [b"AT\r", b"AT+ECHO?\r"]
    assert asked.count(b"AT+ECHO?\r") == 2
    before = len(talk.out)
    talk.play()
    assert of(talk.out[before:], Synchronized) == [Synchronized()]
    assert of(talk.out, Restarted) == [Restarted()]


def test_a_command_that_comes_meanwhile_waits_and_gets_its_own_reply():
    talk = rebooted()
    following = talk.send(MildProbe())
    talk.wait(4.0)
    assert not talk.ended(following)
    talk.play()
    talk.wait(0.05)
    talk.hear(OK)
    assert talk.reply(following) is None


def test_a_known_state_that_is_wanted_meanwhile_is_the_one_that_is_waited_for():
    talk = rebooted()
    talk.start()
    assert written(talk.wait(STARTUP.rest - 0.01)) == []
    talk.play()
    assert talk.state is State.IDLE


def test_the_echo_that_is_on_again_is_learnt_and_is_no_further_restart():
    talk = rebooted()
    talk.wait(STARTUP.rest)
    talk.hear(b"AT\r" + OK)
    talk.wait(0.1)
    talk.hear(ECHO_IS_ON)
    assert talk.dialogue.echo is True
    assert of(talk.out, Restarted) == [Restarted()]


def test_an_answer_of_the_module_that_goes_down_is_not_that_of_the_one_that_has_started():
    talk = Talk(MILD)
    lost = talk.send(MildProbe())
    talk.wait(2.0)
    assert talk.error(lost)
    talk.wait(0.2)  # the fence is out
    talk.hear(b"+EVENT:LEAVING\r\n", b"+ECHO:OFF\r\nOK\r\n")
    assert talk.state is State.RESYNC
    assert written(talk.wait(STARTUP.rest - 0.01)) == []
    talk.play()
    assert talk.state is State.IDLE


def test_an_event_by_which_the_module_leaves_is_waited_for_as_well():
    talk = Talk(MILD)
    running = talk.send(MildProbe())
    out = talk.hear(b"\r\n+EVENT:LEAVING\r\n")
    assert out[:2] == [Leaving(), Restarted()]
    assert isinstance(talk.error(running), ModuleReset)
    assert written(talk.wait(STARTUP.rest - 0.01)) == []
    talk.play()
    assert talk.state is State.IDLE


def test_a_module_that_does_not_come_back_is_told_after_all_its_rounds():
    talk = rebooted()
    following = talk.send(MildProbe())
    asked = written(talk.wait(30.0))
    assert asked.count(b"AT+ECHO?\r") == STARTUP.rounds
    assert isinstance(talk.error(following), OutOfSync)
    assert len(of(talk.out, Down)) == 1
    # The next command tries it again, by the ordinary rounds and at once.
    late = talk.send(MildProbe())
    assert written(talk.out)[-1] == b"AT\r"
    talk.play()
    talk.wait(0.05)
    talk.hear(OK)
    assert talk.reply(late) is None


def test_a_reboot_that_nobody_waits_for_is_followed_all_the_same():
    talk = Talk(MILD)
    talk.cancel(talk.send(Reboot()))
    talk.hear(OK)
    assert of(talk.out, Restarted) == [Restarted()]
    talk.play()
    assert talk.state is State.IDLE
