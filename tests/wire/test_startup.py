"""Noise before the first words of a module, and its banner."""

import re

import pytest

from atmodem.errors import ModuleReset
from atmodem.wire.grammar import Banner
from atmodem.wire.outcomes import Restarted
from atmodem.wire.startup import BannerReader, without_noise
from atmodem.wire.states import State
from tests.wire.talk import Talk, events, of, unknown, written
from tests.wire.toys import PLAIN, PLAIN_GRAMMAR, Count, Note, Probe, Ready, Reset
from tests.wire.toys_late import EITHER, EITHER_GRAMMAR, Connect, EitherProbe, Get

BANNER = Banner(re.compile(rb"Toy Ver: \d+"), re.compile(rb"Enter AT Command:"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"+NOTE:1", None),
        (b"\x00\x01\x1f+NOTE:1", b"+NOTE:1"),
        (b"\xff\x7f\x80OK", b"OK"),
        (b"\x00", None),
        (b"\x00\xff\x00", None),
        (b"", None),
        (b"x\xff\x00ready", b"ready"),
        (b"not ready", None),
        (b"ready", None),
        (b"\xffnot ready", b"not ready"),
        (b"a\xff", None),
    ],
)
def test_noise_stands_before_a_message_or_before_the_word_that_tells_a_start(line, message):
    assert without_noise(line, PLAIN_GRAMMAR) == message


def test_a_dialect_without_such_a_word_looks_only_at_the_beginning():
    assert without_noise(b"x\xffready", EITHER_GRAMMAR) is None


def test_a_banner_lasts_from_its_first_line_to_its_last():
    banner = BannerReader(BANNER)

    assert not banner.takes(b"CHIP: 1")
    assert banner.begins(b" Toy Ver: 12 ")
    assert banner.takes(b"CHIP: 1")
    assert banner.takes(b"Enter AT Command:")
    assert not banner.takes(b"CHIP: 1")


def test_the_first_line_may_come_again_in_the_same_banner():
    banner = BannerReader(BANNER)

    assert banner.begins(b"Toy Ver: 12")
    assert not banner.begins(b"Toy Ver: 12")
    assert banner.takes(b"Toy Ver: 12")
    assert banner.takes(b"Enter AT Command:")
    assert banner.begins(b"Toy Ver: 12")


def test_a_banner_whose_last_line_is_lost_ends_when_something_else_is_told():
    banner = BannerReader(BANNER)
    banner.begins(b"Toy Ver: 12")
    banner.end()

    assert not banner.takes(b"CHIP: 1")


def test_a_dialect_without_a_banner_has_none():
    banner = BannerReader(None)

    assert not banner.begins(b"Toy Ver: 12")
    assert not banner.takes(b"Enter AT Command:")


# The dialogue


@pytest.mark.parametrize("noise", [b"\x00", b"\xfc\xff\x01", b"\x7f"])
def test_noise_before_a_known_message_is_dropped_with_it(noise):
    talk = Talk(PLAIN)
    talk.hear(noise + b"+NOTE:1\r\n", noise + b"+COUNT:1,2,3\r\n")

    assert talk.out == [Note(text="1"), Count(a=1, b=2, c=3)]


def test_noise_before_an_answer_is_dropped_with_it():
    talk = Talk(PLAIN)
    ticket = talk.send(Probe())
    talk.hear(b"\x00\xffOK\r\n")

    assert talk.reply(ticket) is None
    assert unknown(talk.out) == []


@pytest.mark.parametrize("line", [b"\x00foo", b"\xff", b"\x00\x00", b"rl\x00l\x9c\x9e|"])
def test_noise_before_nothing_known_is_told_whole(line):
    talk = Talk(PLAIN)
    talk.hear(line + b"\r\n")

    assert unknown(talk.out) == [line]


def test_noise_is_told_whole_also_while_the_line_is_put_in_order():
    talk = Talk(PLAIN)
    talk.start()
    talk.hear(b"\x00foo\r\n")

    assert unknown(talk.out) == [b"\x00foo"]


def test_a_word_that_tells_a_start_counts_at_the_end_of_noise():
    talk = Talk(PLAIN, echo=False)
    ticket = talk.send(Probe())
    talk.hear(b"ets Jun\xff\x00 8ready\r\n")

    assert talk.out[1:3] == [Ready(), Restarted()]
    assert isinstance(talk.error(ticket), ModuleReset)
    assert talk.dialogue.echo is None


def test_a_banner_is_told_once_as_a_restart():
    talk = Talk(EITHER)
    talk.hear(b"\n\n\r\t ====\n\r\tToy Ver: 3\n\r\t ====\n\rCHIP: 1\n\rMAC:  3\n\r\n\rEnter AT Command:\n\r")

    assert of(talk.out, Restarted) == [Restarted()]
    assert unknown(talk.out) == [b"\t ===="]


def test_a_banner_fails_what_runs_what_waits_and_what_pends():
    talk = Talk(EITHER)
    pending = talk.send(Connect(sd=1, port=5, host="h"))
    talk.hear(b"OK\n\r")
    slot, waiting = talk.send(EitherProbe()), talk.send(Get(what="x"))
    talk.hear(b"Toy Ver: 1\n\rEnter AT Command:\n\r")

    for ticket in (pending, slot, waiting):
        assert isinstance(talk.error(ticket), ModuleReset)
        assert ticket.request.label in str(talk.error(ticket))
    talk.play()
    assert talk.idle


def test_a_banner_that_breaks_off_hides_nothing_that_comes_later():
    talk = Talk(EITHER)
    talk.hear(b"Toy Ver: 1\n\rCHIP: 1\n\r")
    ticket = talk.send(EitherProbe())
    talk.hear(b"what\n\rOK\n\r")

    assert talk.reply(ticket) is None
    assert unknown(talk.out) == [b"what"]


def test_a_second_banner_behind_the_first_is_told():
    talk = Talk(EITHER)
    talk.hear(b"Toy Ver: 1\n\rEnter AT Command:\n\rToy Ver: 1\n\r")

    assert len(of(talk.out, Restarted)) == 2


def test_events_in_a_banner_are_told():
    talk = Talk(EITHER)
    talk.hear(b"Toy Ver: 1\n\r+eventwlan:disconnect\n\rEnter AT Command:\n\r")

    assert len(events(talk.out)) == 1


def test_a_command_that_restarts_the_module_ends_with_the_first_sign_of_it():
    talk = Talk(PLAIN)
    ticket = talk.send(Reset())
    talk.hear(b"ready\r\n")

    assert talk.reply(ticket) is None
    assert of(talk.out, Restarted) == [Restarted()]


def test_a_command_that_restarts_the_module_may_be_answered_first():
    talk = Talk(PLAIN)
    ticket = talk.send(Reset())
    talk.hear(b"\r\nOK\r\n", b"\x00\xffready\r\n")

    assert talk.reply(ticket) is None
    assert talk.dialogue.echo is None


def test_a_cancelled_command_that_restarts_the_module_tells_nothing():
    talk = Talk(PLAIN)
    ticket = talk.send(Reset())
    talk.cancel(ticket)
    talk.hear(b"ready\r\n")

    assert not talk.ended(ticket)
    assert of(talk.out, Restarted) == [Restarted()]


def test_the_next_command_waits_until_the_line_is_proved_clean_where_one_was_cut_off():
    talk = Talk(PLAIN)
    talk.send(Probe())
    talk.hear(b"ready\r\n")
    ticket = talk.send(Probe())
    assert talk.state is State.RESYNC
    talk.play()
    talk.hear(b"OK\r\n")

    assert talk.reply(ticket) is None


def test_the_next_command_is_written_at_once_where_none_was():
    talk = Talk(PLAIN)
    talk.hear(b"ready\r\n")
    ticket = talk.send(Probe())
    talk.hear(b"OK\r\n")

    assert written(talk.out) == [b"AT\r\n"]
    assert talk.reply(ticket) is None
