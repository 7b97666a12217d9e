"""Streams of bare data: where they begin, what passes, and how commands are possible again."""

import pytest

from atmodem.errors import CommandError
from atmodem.wire.outcomes import Completed, Restarted, StreamData, StreamEnded, StreamStarted, Synchronized
from atmodem.wire.states import State
from tests.wire.talk import Talk, events, of, unknown, written
from tests.wire.toys import MILD, PLAIN, MildProbe, MildStream, Note, Probe, Transparent
from tests.wire.toys_late import PLUS, PlusProbe, PlusStream

BEGINNINGS = {
    "behind the prompt": (PLAIN, Transparent, b"\r\nOK\r\n\r\n>"),
    "behind the line end": (MILD, MildStream, b"\r\nOK\r\n"),
    "behind the whole end of the reply": (PLUS, PlusStream, b"+OK\r\n\r\n"),
}


def streaming(where="behind the prompt", **options):
    vocabulary, asked, reply = BEGINNINGS[where]
    talk = Talk(vocabulary, **options)
    talk.send(asked())
    talk.hear(reply)
    return talk


def streamed(talk):
    return b"".join(o.data for o in of(talk.out, StreamData))


@pytest.mark.parametrize("where", BEGINNINGS)
@pytest.mark.parametrize("step", [1, 2, 1000])
@pytest.mark.parametrize("data", [b"data", b" data", b"> +++\r\nOK\r\n+NOTE:x\r\nready\r\n", b"\x00\xff"])
def test_everything_behind_the_beginning_is_data(where, step, data):
    vocabulary, asked, reply = BEGINNINGS[where]
    talk = Talk(vocabulary)
    ticket = talk.send(asked())
    wire = reply + data
    talk.hear(*(wire[at : at + step] for at in range(0, len(wire), step)))

    assert talk.reply(ticket) is None
    assert [type(o) for o in talk.out[1:3]] == [Completed, StreamStarted]
    assert streamed(talk) == data
    assert talk.state is State.STREAM
    assert events(talk.out) == []


def test_a_stream_may_be_refused():
    talk = Talk(PLAIN)
    ticket = talk.send(Transparent())
    talk.hear(b"\r\nERROR\r\n")

    assert isinstance(talk.error(ticket), CommandError)
    assert of(talk.out, StreamStarted) == []


def test_data_are_written_and_not_shown():
    talk = streaming()
    [write] = talk.write(b"abc")

    assert (write.data, write.label) == (b"abc", "<3 bytes>")


def test_three_pluses_are_never_written_at_once():
    talk = streaming()
    talk.write(b"+++")
    assert written(talk.out)[1:] == [b"++"]
    assert talk.dialogue.deadline == pytest.approx(talk.now + 0.02)
    talk.wait(0.02)

    assert written(talk.out)[1:] == [b"++", b"+"]
    assert talk.dialogue.deadline is None


def test_nothing_can_be_written_where_no_stream_is_on():
    talk = Talk(PLAIN)
    with pytest.raises(ValueError, match="no stream"):
        talk.write(b"x")
    talk = streaming()
    talk.leave()
    with pytest.raises(ValueError, match="no stream"):
        talk.write(b"x")


def test_leaving_where_no_stream_is_on_does_nothing():
    talk = Talk(PLAIN)

    assert talk.leave() == []
    assert talk.state is State.IDLE


def test_a_stream_is_left_between_silences_and_a_known_state_follows():
    talk = streaming("behind the whole end of the reply")
    talk.write(b"abc")
    queued = talk.send(PlusProbe())
    begin = talk.now
    talk.leave()
    assert talk.state is State.LEAVING
    talk.leave()
    assert written(talk.wait(0.19)) == []
    assert written(talk.wait(0.01)) == [b"+++"]
    talk.hear(b"last", b"+OK\r\n\r\n")
    talk.wait(0.2)
    assert streamed(talk) == b"last"
    assert of(talk.out, StreamEnded) == [StreamEnded()]
    assert talk.state is State.RESYNC
    assert talk.now == pytest.approx(begin + 0.4)
    talk.play()
    assert of(talk.out, Synchronized) == [Synchronized()]
    talk.hear(b"+OK\r\n\r\n")

    assert talk.reply(queued) is None


def test_what_follows_the_reply_to_the_escape_is_read_as_messages():
    talk = streaming("behind the line end")
    talk.leave()
    talk.wait(0)
    talk.hear(b"tail\r\nOK\r\n\r\n+EVENT:UP,1\r\n")
    talk.wait(0.2)

    assert streamed(talk) == b"tail"
    assert len(events(talk.out)) == 1


def test_where_the_escape_has_no_reply_all_that_comes_before_the_silence_are_data():
    talk = streaming()
    talk.leave()
    talk.wait(0.5)
    talk.hear(b"tail\r\nOK\r\n")
    talk.wait(1.0)

    assert streamed(talk) == b"tail\r\nOK\r\n"
    assert talk.state is State.RESYNC
    talk.play()
    assert talk.state is State.IDLE


def test_a_far_end_that_never_rests_does_not_keep_the_stream():
    talk = streaming("behind the line end")
    talk.leave()
    for _ in range(30):
        talk.hear(b"x")
        talk.wait(0.1)
        if talk.state is State.RESYNC:
            break

    assert of(talk.out, StreamEnded)
    assert set(streamed(talk)) == {0x78}


def test_commands_wait_for_the_end_of_the_stream():
    talk = streaming()
    ticket = talk.send(Probe())
    talk.wait(100)

    assert written(talk.out) == [b"AT+STREAM\r\n"]
    assert not talk.ended(ticket)
    assert talk.dialogue.deadline is None


def test_a_waiting_command_may_be_cancelled_in_a_stream():
    talk = streaming()
    ticket = talk.send(Probe())
    talk.cancel(ticket)
    talk.leave()
    talk.wait(2.0)
    talk.play()

    assert b"AT\r\n" not in written(talk.out)


def test_a_word_that_tells_a_start_is_data_in_a_stream():
    talk = streaming()
    talk.hear(b"\r\nready\r\n")

    assert of(talk.out, Restarted) == []
    assert streamed(talk) == b"\r\nready\r\n"


def test_a_cancelled_command_begins_its_stream_all_the_same():
    talk = Talk(MILD)
    ticket = talk.send(MildStream())
    talk.cancel(ticket)
    talk.hear(b"\r\nOK\r\n")

    assert not talk.ended(ticket)
    assert of(talk.out, StreamStarted) == [StreamStarted()]
    talk.leave()
    talk.play()
    probe = talk.send(MildProbe())
    talk.hear(b"OK\r\n")
    assert talk.reply(probe) is None


def test_events_are_told_again_behind_a_stream():
    talk = streaming()
    talk.leave()
    talk.wait(1.5)
    talk.play()
    talk.hear(b"+NOTE:x\r\n")

    assert events(talk.out) == [Note(text="x")]
    assert unknown(talk.out) == []
