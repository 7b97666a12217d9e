"""Data behind a prompt, a grant or in the line; finals of their own, and finals that come twice."""

import pytest

from atmodem.errors import CommandError, CommandTimeout
from atmodem.wire.outcomes import Write
from atmodem.wire.states import State
from tests.wire.talk import Talk, events, of, unknown, written
from tests.wire.toys import (
    MILD,
    PLAIN,
    Arrived,
    Closed,
    MildProbe,
    MildSend,
    Probe,
    Publish,
    Send,
    Sent,
    Upload,
)
from tests.wire.toys_late import (
    EITHER,
    PLUS,
    EitherSend,
    Handle,
    PlusProbe,
    Sksnd,
    Update,
)


@pytest.mark.parametrize("prompt", [b"\r\nOK\r\n\r\n>", b"\r\nOK\r\n\r\n> ", b">", b"\r\n> \r\n"])
def test_data_follow_the_prompt_and_a_final_of_their_own_follows_them(prompt):
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"\r\nOK\r\n"))
    talk.hear(prompt)
    assert written(talk.out) == [b"AT+SEND=1,6\r\n", b"\r\nOK\r\n"]
    assert talk.state is State.DATA
    talk.hear(b"\r\nRecv 6 bytes\r\n", b"\r\nSEND OK\r\n")

    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []


def test_data_are_not_shown():
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b">")

    assert [o.label for o in of(talk.out, Write)] == ["AT+SEND=1,3", "<3 bytes>"]


def test_nothing_is_sent_without_a_prompt_that_is_required():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b"\r\nOK\r\n")
    talk.wait(5.0)

    assert b"abc" not in written(talk.out)
    assert isinstance(talk.error(ticket), CommandTimeout)


def test_the_time_limit_begins_again_with_the_data():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.wait(4.0)
    talk.hear(b">")
    talk.wait(4.0)
    assert not talk.ended(ticket)
    talk.wait(1.0)

    assert isinstance(talk.error(ticket), CommandTimeout)


def test_the_common_success_does_not_end_a_command_with_a_final_of_its_own():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b">", b"\r\nOK\r\n")
    assert not talk.ended(ticket)
    assert unknown(talk.out) == [b"OK"]
    talk.hear(b"SEND OK\r\n")

    assert talk.reply(ticket) is None


def test_a_final_of_its_own_means_nothing_before_the_data():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b"SEND OK\r\n")

    assert not talk.ended(ticket)
    assert unknown(talk.out) == [b"SEND OK"]


def test_progress_means_nothing_before_the_data():
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b"Recv 3 bytes\r\n")

    assert unknown(talk.out) == [b"Recv 3 bytes"]


@pytest.mark.parametrize("final", [b"SEND FAIL", b"ERROR"])
def test_data_may_be_refused(final):
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b">", final + b"\r\n")

    assert talk.error(ticket).code == final.decode()
    assert talk.state is State.IDLE


def test_a_command_may_be_refused_before_the_prompt():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b"\r\nERROR\r\n", b">")

    assert isinstance(talk.error(ticket), CommandError)
    assert b"abc" not in written(talk.out)


def test_events_and_data_come_during_the_data_phase():
    talk = Talk(PLAIN)
    ticket = talk.send(Send(link_id=1, data=b"abc"))
    talk.hear(b"OK\r\n> +DATA:1,2:xy", b"1,CLOSED\r\nSEND OK\r\n")

    assert events(talk.out) == [Arrived(link_id=1, length=2, data=b"xy"), Closed(link_id=1)]
    assert talk.reply(ticket) is None


def test_data_end_as_the_command_says():
    talk = Talk(MILD)
    ticket = talk.send(Upload(kind=1, data=b"abc"))
    talk.hear(b"\r\n>")
    assert written(talk.out)[1:] == [b"abc\x1a"]
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(ticket) is None


def test_a_command_may_have_no_data_after_all():
    talk = Talk(MILD)
    ticket = talk.send(Upload(kind=1))
    talk.hear(b"\r\n>")
    assert len(written(talk.out)) == 1
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(ticket) is None


def test_data_may_ride_in_the_line():
    talk = Talk(EITHER)
    ticket = talk.send(EitherSend(sd=1, format=1, data=b"\x00\xff"))
    talk.hear(b"OK\n\r")

    assert written(talk.out) == [b"at+send=1,1,4,AP8=\r"]
    assert talk.reply(ticket) is None


# A prompt that may not come


def test_data_go_without_a_prompt_after_a_while():
    talk = Talk(MILD)
    ticket = talk.send(MildSend(link_id=1, data=b"abc"))
    talk.wait(0.29)
    assert len(written(talk.out)) == 1
    talk.wait(0.01)
    assert written(talk.out)[1:] == [b"abc"]
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(ticket) is None


def test_data_go_with_the_prompt_when_it_comes():
    talk = Talk(MILD)
    ticket = talk.send(MildSend(link_id=1, data=b"abc"))
    talk.wait(0.1)
    talk.hear(b"\r\n>")
    assert written(talk.out)[1:] == [b"abc"]
    talk.wait(1.0)
    assert len(written(talk.out)) == 2
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(ticket) is None


def test_a_prompt_that_comes_late_is_dropped():
    talk = Talk(MILD)
    ticket = talk.send(MildSend(link_id=1, data=b"abc"))
    talk.wait(0.3)
    talk.hear(b"\r\n> \r\nOK\r\n")

    assert written(talk.out)[1:] == [b"abc"]
    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []


def test_in_strict_mode_nothing_goes_without_a_prompt():
    talk = Talk(MILD, strict_prompt=True)
    ticket = talk.send(MildSend(link_id=1, data=b"abc"))
    talk.wait(5.0)

    assert b"abc" not in written(talk.out)
    assert isinstance(talk.error(ticket), CommandTimeout)


def test_no_data_go_into_a_message_that_is_half_received():
    talk = Talk(MILD)
    talk.send(MildSend(link_id=1, data=b"abc"))
    talk.hear(b"+RECV:1,5,ab")
    talk.wait(0.3)
    assert len(written(talk.out)) == 1
    talk.hear(b"cde")
    talk.wait(0.05)

    assert written(talk.out)[1:] == [b"abc"]


def test_an_error_before_the_data_goes_stops_them():
    talk = Talk(MILD)
    ticket = talk.send(MildSend(link_id=1, data=b"abc"))
    talk.hear(b"\r\nERROR\r\n")
    talk.wait(1.0)

    assert written(talk.out) == [b"AT+CIPSEND=1,3\r"]
    assert isinstance(talk.error(ticket), CommandError)
    assert talk.state is State.IDLE


def test_an_error_behind_data_that_went_without_a_prompt_means_that_they_were_read_as_commands():
    talk = Talk(MILD)
    ticket, queued = talk.send(MildSend(link_id=1, data=b"abc")), talk.send(MildProbe())
    talk.wait(0.3)
    talk.hear(b"\r\nERROR\r\n")
    assert isinstance(talk.error(ticket), CommandError)
    assert talk.state is State.RESYNC
    talk.hear(b"\r\nERROR\r\n")
    talk.play()
    talk.hear(b"\r\nOK\r\n")

    assert talk.reply(queued) is None


# Grants


def test_as_many_bytes_go_as_are_granted():
    talk = Talk(PLUS)
    ticket = talk.send(Sksnd(handle=1, data=b"abcdef"))
    talk.hear(b"+OK=4\r\n\r\n")

    assert written(talk.out)[1:] == [b"abcd"]
    assert talk.reply(ticket) is None
    assert talk.state is State.IDLE


def test_no_more_bytes_go_than_there_are():
    talk = Talk(PLUS)
    talk.send(Sksnd(handle=1, data=b"abc"))
    talk.hear(b"+OK=400\r\n\r\n")

    assert written(talk.out)[1:] == [b"abc"]


@pytest.mark.parametrize("grant", [b"+OK=0\r\n\r\n", b"+OK\r\n\r\n", b"+OK=x\r\n\r\n"])
def test_a_grant_of_nothing_leads_to_a_known_state(grant):
    talk = Talk(PLUS)
    ticket, queued = talk.send(Sksnd(handle=1, data=b"abc")), talk.send(PlusProbe())
    talk.hear(grant)

    assert talk.state is State.RESYNC
    assert b"abc" not in written(talk.out)
    assert talk.reply(ticket) is None
    talk.play()
    talk.hear(b"+OK\r\n\r\n")
    assert talk.reply(queued) is None


def test_a_grant_may_be_followed_by_a_final():
    talk = Talk(PLUS)
    ticket = talk.send(Update(data=b"abc"))
    talk.hear(b"+OK=17\r\n\r\n")
    assert written(talk.out)[1:] == [b"abc"]
    assert not talk.ended(ticket)
    talk.hear(b"+OK=1\r\n\r\n")

    assert talk.reply(ticket) == Handle(handle=17)


def test_a_grant_may_be_refused():
    talk = Talk(PLUS)
    ticket = talk.send(Sksnd(handle=1, data=b"abc"))
    talk.hear(b"+ERR=-4\r\n")

    assert isinstance(talk.error(ticket), CommandError)
    assert len(written(talk.out)) == 1


# Results told by events


def test_an_event_may_stand_in_for_a_final_that_does_not_come():
    talk = Talk(PLAIN)
    ticket = talk.send(Publish(data=b"x"))
    talk.hear(b">+SENT:1\r\n")
    assert not talk.ended(ticket)
    talk.wait(2.0)

    assert talk.reply(ticket) is None
    assert events(talk.out) == [Sent(link_id=1)]


def test_the_final_may_come_behind_the_event_all_the_same():
    talk = Talk(PLAIN)
    ticket = talk.send(Publish(data=b"x"))
    talk.hear(b">+SENT:1\r\n+PUB:OK\r\n")

    assert talk.reply(ticket) is None
    talk.wait(3.0)
    assert talk.state is State.IDLE


def test_an_event_before_the_data_stands_in_for_nothing():
    talk = Talk(PLAIN)
    ticket = talk.send(Publish(data=b"x"))
    talk.hear(b"+SENT:1\r\n>")
    talk.wait(4.0)

    assert not talk.ended(ticket)


# Finals that come twice


def test_a_second_final_behind_a_failure_is_swallowed():
    talk = Talk(PLAIN)
    ticket, queued = talk.send(Send(link_id=1, data=b"x")), talk.send(Probe())
    talk.hear(b">SEND FAIL\r\n")
    assert isinstance(talk.error(ticket), CommandError)
    assert len(written(talk.out)) == 2
    talk.hear(b"SEND OK\r\n")
    assert written(talk.out)[2:] == [b"AT\r\n"]
    talk.hear(b"OK\r\n")

    assert talk.reply(queued) is None
    assert unknown(talk.out) == []


def test_the_hold_behind_a_failure_ends_by_itself():
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"x"))
    talk.send(Probe())
    talk.hear(b">SEND FAIL\r\n")
    assert talk.dialogue.deadline == pytest.approx(talk.now + 0.05)
    talk.wait(0.05)

    assert written(talk.out)[2:] == [b"AT\r\n"]


@pytest.mark.parametrize("message", [b"+NOTE:x\r\n", b"+DATA:1,1:x", b"what\r\n"])
def test_another_message_ends_the_hold(message):
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"x"))
    talk.send(Probe())
    talk.hear(b">SEND FAIL\r\n", message)
    assert written(talk.out)[2:] == [b"AT\r\n"]
    talk.hear(b"SEND OK\r\n")

    assert unknown(talk.out)[-1:] == [b"SEND OK"]


def test_success_holds_nothing_up():
    talk = Talk(PLAIN)
    talk.send(Send(link_id=1, data=b"x"))
    talk.send(Probe())
    talk.hear(b">SEND OK\r\n")

    assert written(talk.out)[2:] == [b"AT\r\n"]
