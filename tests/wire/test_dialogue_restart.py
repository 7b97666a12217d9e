"""A module may start anew at any moment: what runs, waits and pends fails by name, and the next command works."""

import pytest

from atmodem.errors import ModuleReset
from atmodem.wire.outcomes import Accepted, Completed, Failed, Restarted
from atmodem.wire.states import State
from tests.wire.talk import Talk, of
from tests.wire.test_dialogue_cancel import EXCHANGES, PLACES, PROBES, act
from tests.wire.toys import MILD, PLAIN
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
