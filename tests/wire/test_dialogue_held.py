"""Deferred commands that keep the line until their end, so that their failure is nobody else's."""

import attrs
import pytest

from atmodem.wire.script import Script
from tests.wire.talk import Talk, unknown, written
from tests.wire.test_dialogue_deferred import OK, connect, connected
from tests.wire.toys_late import EITHER, Connect, EitherProbe, Recv


def alone(script):
    return attrs.evolve(script, deferred=attrs.evolve(script.deferred, holds=True))


class LoneConnect(Connect):
    """Keeps the line until its end."""

    def script(self) -> Script:
        return alone(super().script())


class LoneRecv(Recv):
    """Keeps the line until its end."""

    def script(self) -> Script:
        return alone(super().script())


@pytest.mark.parametrize("finals", [(OK, b"", OK), (OK, b"", b""), (b"", b"", OK)])
def test_one_that_keeps_the_line_lets_nothing_by_before_its_end(finals):
    talk = Talk(EITHER)
    ticket = talk.send(LoneConnect(sd=1, port=5, host="h"))
    probe = talk.send(EitherProbe())
    talk.hear(finals[0])
    assert len(written(talk.out)) == 1
    assert not talk.ended(ticket)
    talk.hear(b"+eventwlan:disconnect,1\n\r", finals[1])
    assert len(written(talk.out)) == 1
    talk.hear(b"+connect:5,h\n\r", finals[2])
    talk.wait(0.05)

    assert talk.reply(ticket) == connected(5)
    assert written(talk.out)[1:] == [b"at+test\r"]
    talk.hear(OK)
    assert talk.reply(probe) is None
    assert unknown(talk.out) == []


def test_the_failure_of_one_that_keeps_the_line_is_its_own_though_others_pend():
    talk = Talk(EITHER)
    older = talk.send(connect(1))
    talk.hear(OK)
    ticket = talk.send(LoneConnect(sd=2, port=2, host="h"))
    talk.hear(OK, b"ERROR: process command,-111\n\r")

    assert talk.error(ticket).code == "-111"
    talk.hear(b"+connect:1,h\n\r", OK)
    assert talk.reply(older) == connected(1)
    assert talk.idle


def test_counted_values_end_one_that_keeps_the_line():
    talk = Talk(EITHER)
    ticket = talk.send(LoneRecv(sd=1, format=0, length=9))
    talk.hear(OK, b"+recv:1,0,4,\n\rOK\n\r", OK)

    assert talk.reply(ticket).data == b"\n\rOK"
    assert talk.idle
    assert unknown(talk.out) == []


def test_one_that_keeps_the_line_is_finished_though_nobody_wants_it():
    talk = Talk(EITHER)
    ticket = talk.send(LoneConnect(sd=1, port=5, host="h"))
    talk.hear(OK)
    talk.cancel(ticket)
    probe = talk.send(EitherProbe())
    assert len(written(talk.out)) == 1
    talk.hear(b"+connect:5,h\n\r", OK, OK)

    assert talk.reply(probe) is None
    assert unknown(talk.out) == []
