"""Why a command was refused: the cause before the final, the code in it, and what they mean."""

import pytest

from atmodem.errors import CommandError
from tests.wire.talk import Talk, events, unknown
from tests.wire.toys import PLAIN, Join, LinkKind, Links, LinkState, Probe, Why
from tests.wire.toys_late import EITHER, PLUS, Connect, EitherProbe, Open


def test_a_bare_failure_is_its_own_code():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"\r\nERROR\r\n")

    error = talk.error(ticket)
    assert isinstance(error, CommandError)
    assert (error.code, error.name, error.text, error.command) == ("ERROR", None, None, "AT")


def test_the_code_in_the_failure_is_told():
    talk = Talk(PLUS)
    ticket = talk.send(Open(port=5))
    talk.hear(b"+ERR=-4\r\n")

    assert talk.error(ticket).code == "-4"


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        (b"ERROR: process command,-2073", "-2073", "process command"),
        (b"error:process command, -5", "-5", "process command"),
        (b"ERROR: too small", "", "too small"),
    ],
)
def test_the_text_in_the_failure_is_told(line, code, text):
    talk = Talk(EITHER)
    ticket = talk.send(EitherProbe())
    talk.hear(line + b"\n\r")

    error = talk.error(ticket)
    assert (error.code, error.text) == (code, text)
    assert text in str(error)


def test_a_cause_of_the_command_itself_means_what_its_declaration_says():
    talk = Talk(PLAIN)
    ticket = talk.send(Join(ssid="lab", key="hunter2"))
    talk.hear(b"+JOIN:2\r\n\r\nERROR\r\n")

    error = talk.error(ticket)
    assert (error.code, error.name, error.text) == ("2", "WRONG_PASSWORD", "the password is wrong")
    assert error.advice == "check the password"
    assert "hunter2" not in str(error)
    assert unknown(talk.out) == []


def test_a_shared_cause_outranks_that_of_the_command():
    talk = Talk(PLAIN)
    ticket = talk.send(Join(ssid="lab"))
    talk.hear(b"+JOIN:2\r\nERR CODE:0x01\r\n\r\nERROR\r\n")

    assert talk.error(ticket).code == "0x01"


def test_of_two_causes_of_one_rank_the_first_counts():
    talk = Talk(PLAIN)
    ticket = talk.send(Join(ssid="lab"))
    talk.hear(b"+JOIN:2\r\n+JOIN:3\r\n\r\nERROR\r\n")

    assert talk.error(ticket).code == "2"


def test_a_cause_that_is_an_event_too_is_both():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"+WHY:7\r\n\r\nERROR\r\n")

    assert events(talk.out) == [Why(code=7)]
    error = talk.error(ticket)
    assert (error.code, error.name, error.text) == ("7", "NO_LINK", "there is no such link")


def test_a_busy_notice_takes_back_the_cause_before_it():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"+WHY:7\r\nbusy p...\r\n\r\nERROR\r\n")

    assert talk.error(ticket).code == "ERROR"


def test_a_cause_of_nobody_is_not_recognised():
    talk = Talk(PLAIN)
    talk.hear(b"ERR CODE:0x01\r\n")

    assert unknown(talk.out) == [b"ERR CODE:0x01"]


def test_a_cause_does_not_outlive_its_command():
    talk = Talk(PLAIN)
    talk.send(Join(ssid="lab"))
    talk.hear(b"+JOIN:2\r\n\r\nOK\r\n")
    ticket = talk.send(Join(ssid="lab"))
    talk.hear(b"\r\nERROR\r\n")

    assert talk.error(ticket).code == "ERROR"


def test_what_was_decoded_before_the_refusal_is_kept():
    talk = Talk(PLAIN)
    ticket = talk.send(Links())
    talk.hear(b'+LINKS:0,1,"h"\r\n\r\nERROR\r\n')

    assert talk.error(ticket).reply == (LinkState(link_id=0, kind=LinkKind.TCP, host="h"),)


def test_an_answer_that_is_not_whole_is_none():
    talk = Talk(PLAIN)
    ticket = talk.send(Join.query())
    talk.hear(b"\r\nERROR\r\n")
    assert talk.error(ticket).reply is None
    other = Talk(PLUS)
    ticket = other.send(Open(port=1))
    other.hear(b"+ERR=-1\r\n")

    assert other.error(ticket).reply is None


def test_a_deferred_command_is_refused_with_its_own_label():
    talk = Talk(EITHER)
    ticket = talk.send(Connect(sd=1, port=5, host="h"))
    talk.hear(b"OK\n\r", b"ERROR: process command,-111\n\r")

    error = talk.error(ticket)
    assert (error.code, error.command) == ("-111", "at+connect=1,5,h")
