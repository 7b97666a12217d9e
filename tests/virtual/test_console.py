"""The console of a module: lines, busy, data, streams and what may go wrong."""

import asyncio

import attrs
import pytest

from atmodem.virtual.framing import Framing
from atmodem.virtual.rules import Busy, Echo
from tests.virtual.toy import LEVEL, PING, ROWS, RULES, SLOW, Told, Toy

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
PROMPT = b"\r\nOK\r\n\r\n>"
#: The answer has one line end before its final.
LEVEL_3 = b"+LEVEL:3" + OK
BUSY = b"\r\nbusy\r\n"


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_plain_command_is_answered_with_the_final_alone():
    assert Toy().hear(b"AT+PING\r\n") == OK


def test_a_line_may_come_byte_by_byte():
    toy = Toy()
    assert b"".join(toy.hear(bytes((byte,))) for byte in b"AT+LEVEL?\r\n") == LEVEL_3


def test_a_query_is_answered_by_its_own_handler():
    toy = Toy()
    assert toy.hear(b"AT+LEVEL=7\r\n") == OK
    assert toy.hear(b"AT+LEVEL?\r\n") == b"+LEVEL:7" + OK


def test_a_list_has_a_line_for_each_record_and_none_when_it_is_empty():
    toy = Toy()
    assert toy.hear(b"AT+ROWS=2\r\n") == b"+ROWS:0\r\n+ROWS:1\r\n" + OK
    assert toy.hear(b"AT+ROWS=0\r\n") == OK


def test_lines_that_no_declaration_writes_are_printed_as_they_are():
    assert Toy().hear(b"AT+EXACT\r\n") == b"one\r\ntwo\r\n" + OK


def test_a_refusal_prints_its_lines_before_the_final():
    assert Toy().hear(b"AT+LEVEL=0\r\n") == b"+LEVEL:too low\r\n" + ERROR


@pytest.mark.parametrize("line", [b"AT+NONE", b"AT+LEVEL=x", b"AT+LEVEL=10", b"AT+PING=1", b"AT+LEVEL=1,2", b"PING"])
def test_a_line_that_cannot_be_read_is_refused(line: bytes):
    assert Toy().hear(line + b"\r\n") == ERROR


def test_a_command_that_is_declared_but_not_built_in_is_refused():
    toy = Toy()
    toy.handlers.clear()
    assert toy.hear(b"AT+PING\r\n") == ERROR


def test_a_line_that_is_too_long_is_refused_whatever_its_length():
    toy = Toy()
    for length in (31, 1000, 100_000):
        assert toy.hear(b"A" * length + b"\r\n") == b"too long\r\n" + ERROR
    assert toy.hear(b"AT+PING\r\n") == OK


def test_an_endless_line_is_refused_when_it_ends_and_takes_no_memory_meanwhile():
    toy = Toy()
    for _ in range(1000):
        assert toy.hear(b"A" * 1000) == b""
    assert toy.hear(b"\r") == b""
    assert toy.hear(b"\n") == b"too long\r\n" + ERROR
    assert toy.hear(b"AT+PING\r\n") == OK


def test_the_end_of_a_line_may_come_in_two_pieces():
    toy = Toy()
    assert toy.hear(b"AT+PING\r") == b""
    assert toy.hear(b"\n") == OK
    assert toy.hear(b"AT\rAT+PING\r\n") == ERROR


def test_the_whole_line_is_echoed_when_it_is_complete():
    toy = Toy()
    toy.console.echo = True
    assert toy.hear(b"AT+PI") == b""
    assert toy.hear(b"NG\r\n") == b"AT+PING\r\n" + OK


def test_each_byte_is_echoed_as_it_comes():
    toy = Toy(attrs.evolve(RULES, echo=Echo.EACH, ends=(b"\r", b"\n"), echo_end=b"\r\n\r"))
    toy.console.echo = True
    assert toy.hear(b"AT+PI") == b"AT+PI"
    assert toy.hear(b"NG\r") == b"NG\r\n\r" + OK


def test_an_empty_line_of_which_nothing_is_said_prints_nothing():
    toy = Toy(attrs.evolve(RULES, ends=(b"\r", b"\n"), busy=Busy.DISCARD))
    assert toy.hear(b"\n\nAT+PING\r\n\r\n") == OK


# Busy


@pytest.mark.asyncio
async def test_what_comes_while_a_command_runs_is_refused_once_for_each_piece():
    toy = Toy()
    assert toy.hear(b"AT+SLOW=1\r\n") == b""
    await settle()
    assert toy.rest(0.1) == b""
    assert toy.hear(b"AT+P") == BUSY
    assert toy.hear(b"ING\r\n") == b""
    toy.rest(0.1)
    assert toy.hear(b"AT+PING\r\n") == BUSY
    toy.rest(1)
    await settle()
    assert toy.said() == OK
    assert toy.hear(b"AT+PING\r\n") == OK


def test_of_two_commands_in_one_piece_the_second_is_refused_before_the_first_is_answered():
    assert Toy().hear(b"AT+LEVEL?\r\nAT+PING\r\n") == BUSY + LEVEL_3


def test_behind_a_line_that_is_refused_itself_the_rest_of_the_piece_is_refused_too():
    assert Toy().hear(b"AT+NONE\r\nAT+PING\r\n") == BUSY + ERROR


@pytest.mark.asyncio
async def test_a_module_may_drop_silently_what_comes_too_early():
    toy = Toy(attrs.evolve(RULES, busy=Busy.DISCARD))
    toy.hear(b"AT+SLOW=1\r\n")
    await settle()
    assert toy.hear(b"AT+PING\r\n") == b""
    toy.rest(1)
    await settle()
    assert toy.said() == OK


@pytest.mark.asyncio
async def test_a_module_may_keep_what_comes_too_early_up_to_its_limit():
    toy = Toy(attrs.evolve(RULES, busy=Busy.QUEUE, queue=22))
    toy.hear(b"AT+SLOW=1\r\n")
    await settle()
    toy.hear(b"AT+PING\r\nAT+LEVEL?\r\nAT+PING\r\n")
    toy.rest(1)
    await settle()
    assert toy.said() == OK + OK + LEVEL_3


@pytest.mark.asyncio
async def test_a_command_that_preempts_ends_the_one_that_runs_without_an_answer():
    toy = Toy()
    toy.hear(b"AT+SLOW=1\r\n")
    await settle()
    assert toy.hear(b"AT+RESET\r\n") == OK
    toy.rest(5)
    await settle()
    assert toy.said() == b""


def test_a_command_that_preempts_may_come_in_the_same_piece():
    assert Toy().hear(b"AT+LEVEL?\r\nAT+RESET\r\n") == OK


@pytest.mark.asyncio
async def test_workers_run_beside_other_commands_and_are_limited():
    toy = Toy(attrs.evolve(RULES, workers=2))
    toy.hear(b"AT+SLOW=2\r\n")
    toy.hear(b"AT+SLOW=1\r\n")
    await settle()
    assert toy.console.busy
    assert toy.hear(b"AT+PING\r\n") == OK
    assert toy.hear(b"AT+SLOW=1\r\n") == b"\r\nERROR: no worker\r\n"
    toy.rest(1)
    await settle()
    assert toy.said() == OK
    toy.rest(1)
    await settle()
    assert toy.said() == OK
    assert not toy.console.busy


# Data


def test_counted_data_come_in_any_pieces():
    toy = Toy()
    assert toy.hear(b"AT+TAKE=5\r\n") == PROMPT
    assert toy.hear(b"a\r") == b""
    assert toy.hear(b"\nOK") == b"got 5\r\n\r\nTAKEN\r\n"
    assert toy.taken == [b"a\r\nOK"]


def test_bytes_behind_the_data_are_refused_before_the_answer():
    toy = Toy()
    toy.hear(b"AT+TAKE=2\r\n")
    assert toy.hear(b"ab\r\n") == BUSY + b"got 2\r\n\r\nTAKEN\r\n"


def test_a_module_that_refuses_nothing_reads_on_behind_the_data():
    toy = Toy(attrs.evolve(RULES, busy=Busy.DISCARD))
    assert toy.hear(b"AT+TAKE=2\r\nabAT+PING\r\n") == PROMPT + b"got 2\r\n\r\nTAKEN\r\n" + OK


def test_data_up_to_a_byte_are_kept_up_to_the_limit():
    toy = Toy()
    assert toy.hear(b"AT+TEXT\r\n") == b">"
    toy.hear(b"123456789")
    assert toy.hear(b"0\x1a") == b"got 8\r\n\r\nTAKEN\r\n"
    assert toy.taken == [b"12345678"]


def test_pluses_alone_between_silences_cancel_the_data():
    toy = Toy()
    toy.hear(b"AT+TAKE=9\r\n")
    toy.rest(0.1)
    assert toy.hear(b"+++") == b""
    assert toy.rest(0.02) == b"GIVEN UP\r\n"
    assert toy.hear(b"AT+PING\r\n") == OK


@pytest.mark.parametrize(
    "pieces",
    [
        [(0.1, b"a+++")],
        [(0.1, b"++")],
        [(0.1, b"+++"), (0.01, b"b")],
        [(0.1, b"+"), (0.1, b"++")],
        [(0.1, b"a"), (0.01, b"+++")],
        [(0.1, b"+++\r\n")],
    ],
)
def test_pluses_in_other_company_are_data(pieces: list[tuple[float, bytes]]):
    toy = Toy()
    toy.hear(b"AT+STREAM\r\n")
    for seconds, data in pieces:
        assert toy.rest(seconds) == b""
        assert toy.hear(data) == b""
    assert toy.rest(1) == b""
    assert bytes(toy.streamed) == b"".join(data for _, data in pieces)
    assert toy.console.streaming


def test_pluses_that_come_one_by_one_without_a_silence_are_the_escape():
    toy = Toy()
    assert toy.hear(b"AT+STREAM\r\n") == PROMPT
    toy.rest(0.1)
    for _ in range(3):
        toy.hear(b"+")
        toy.rest(0.01)
    assert toy.rest(0.02) == b"\r\nleft\r\n"
    assert not toy.console.streaming
    assert toy.streamed == b""
    assert toy.hear(b"AT+PING\r\n") == OK


# Answers, events and faults


def test_what_is_told_behind_an_answer_comes_behind_it():
    assert Toy().hear(b"AT+LATER\r\n") == OK + b"+TOLD:later\r\n"


def test_what_is_told_with_no_command_under_way_comes_at_once():
    toy = Toy()
    toy.console.after_answer(lambda: toy.write(b"now"))
    assert toy.said() == b"now"


def test_a_silent_command_leaves_the_line_free():
    toy = Toy()
    assert toy.hear(b"AT+MUTE\r\n") == b""
    assert toy.hear(b"AT+PING\r\n") == OK


def test_another_family_sets_its_answers_in_its_own_way():
    toy = Toy(framing=Framing(opening=b"\r\n", before_final=b""))
    assert toy.hear(b"AT+PING\r\n") == OK
    assert toy.hear(b"AT+ROWS=1\r\n") == b"\r\n+ROWS:0\r\nOK\r\n"


def test_events_can_be_set_between_the_lines_of_an_answer():
    toy = Toy()
    toy.faults.set(ROWS, events=[Told(word="a"), Told(word="b"), Told(word="c")])
    assert toy.hear(b"AT+ROWS=2\r\n") == (b"+ROWS:0\r\n+TOLD:a\r\n+ROWS:1\r\n+TOLD:b\r\n+TOLD:c\r\n\r\nOK\r\n")
    assert toy.hear(b"AT+ROWS=1\r\n") == b"+ROWS:0\r\n" + OK


def test_an_answer_can_be_delayed_and_the_module_is_busy_meanwhile():
    toy = Toy()
    toy.faults.set(LEVEL, delay=1)
    assert toy.hear(b"AT+LEVEL?\r\n") == b""
    toy.rest(0.5)
    assert toy.hear(b"AT+PING\r\n") == BUSY
    assert toy.rest(0.5) == LEVEL_3


def test_a_command_can_be_obeyed_without_an_answer():
    toy = Toy()
    toy.faults.set(LEVEL, mute=True)
    toy.faults.set(LEVEL, mute=True)
    assert toy.hear(b"AT+LEVEL=5\r\n") == b""
    assert toy.hear(b"AT+LEVEL=0\r\n") == b""
    assert toy.hear(b"AT+LEVEL?\r\n") == b"+LEVEL:5" + OK


def test_a_fault_waits_for_its_own_command():
    toy = Toy()
    toy.faults.set(PING, mute=True)
    assert toy.hear(b"AT+LEVEL?\r\n") == LEVEL_3
    assert toy.hear(b"AT+PING\r\n") == b""


@pytest.mark.asyncio
async def test_a_reset_forgets_everything_and_turns_the_echo_on():
    toy = Toy()
    toy.faults.set(SLOW, delay=1)
    toy.hear(b"AT+SLOW=1\r\n")
    toy.console.reset()
    assert toy.rest(5) == b""
    toy.hear(b"AT+SLOW=1\r\n")
    await settle()
    await toy.console.aclose()
    assert toy.rest(5) == b""
    assert toy.hear(b"AT+PING\r\n") == b"AT+PING\r\n" + OK


def test_a_reset_ends_a_stream_that_waits_for_an_escape():
    toy = Toy()
    toy.hear(b"AT+STREAM\r\n")
    toy.rest(0.1)
    toy.hear(b"+++")
    toy.console.reset()
    assert toy.rest(1) == b""
    assert not toy.console.streaming
