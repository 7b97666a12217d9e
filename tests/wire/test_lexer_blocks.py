"""Counted data are cut out by their count alone: where their header ends, and what may follow them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from atmodem.wire.lexer import Garbage
from tests.wire.test_lexer import answers_of, feed, lexer_of, told
from tests.wire.toys import PLAIN, Read
from tests.wire.toys_late import EITHER, PLUS, Recv, Skrcv


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([b"\r\nOK\r\n", b"+DATA:1,2:", b"> ", b"ready\r\n", b"\r\n"]) | st.binary(max_size=4)),
    st.data(),
)
def test_announced_data_are_never_searched(parts, data):
    held = b"".join(parts)
    wire = b"+DATA:1,%d:%sOK\r\n" % (len(held), held)
    cut = data.draw(st.integers(0, len(wire)))

    event, line = feed(lexer_of("plain", prompt=True, echo=b"AT+SEND=1,2"), wire[:cut], wire[cut:])

    assert (event.link_id, event.length, event.data, event.short) == (1, len(held), held, False)
    assert line == b"OK"


def test_a_block_is_told_with_its_last_byte_and_waits_for_nothing_behind_it():
    lexer = lexer_of("plain")

    assert feed(lexer, b"+DATA:1,3:ab") == []
    assert not lexer.at_start
    [event] = feed(lexer, b"c")
    assert event.data == b"abc"
    assert lexer.at_start


def test_an_empty_block_is_told_with_its_header():
    [event] = feed(lexer_of("plain"), b"+DATA:1,0:")

    assert event.data == b""


def test_two_blocks_may_stand_without_anything_between():
    events = feed(lexer_of("plus"), b"+SKTRPT=1,2\r\n\r\nab+SKTRPT=2,2\r\n\r\n\r\n+ERR=1\r\n")

    assert [event.data for event in events[:2]] == [b"ab", b"\r\n"]
    assert events[2:] == [b"+ERR=1"]


def test_data_behind_a_header_that_ends_its_line_may_begin_with_a_line_end():
    [block] = feed(lexer_of("plus"), b"+OK=4\r\n\r\n", b"\r\nab")

    assert block == (b"OK", (4,), b"\r\nab", False)


def test_the_header_of_an_answer_counts_only_while_the_answer_is_awaited():
    lexer = lexer_of("plus", awaited=False)

    assert feed(lexer, b"+OK=4\r\n\r\nabcd\r\n") == [b"+OK=4", b"abcd"]
    lexer.answers(answers_of(PLUS, Skrcv(handle=1, size=10)))
    assert feed(lexer, b"+OK=4\r\n\r\nabcd") == [(b"OK", (4,), b"abcd", False)]
    lexer.answers([])
    assert feed(lexer, b"+OK=4\r\n") == [b"+OK=4"]


def test_a_value_that_ends_like_a_header_but_goes_on_is_a_line():
    assert feed(lexer_of("plus"), b"+OK=4\r\nx\r\n") == [b"+OK=4", b"x"]


def test_a_line_with_the_name_of_a_header_may_be_none():
    assert feed(lexer_of("plain"), b"+DATA:none\r\n") == [b"+DATA:none"]
    assert feed(lexer_of("plain"), b"+DATA:" + b"x" * 2000) == []


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize("count", [b"3001", b"99999999", b"-1", b"9" * 900])
def test_a_count_out_of_bounds_is_garbage_and_nothing_is_reserved_for_it(count, step):
    lexer = lexer_of("plain")
    data = b"+DATA:1," + count + b":abc\r\nOK\r\n"

    header, rest, line = feed(lexer, *(data[at : at + step] for at in range(0, len(data), step)))

    assert header.data == b"+DATA:1," + count + b":"
    assert header.fault
    assert "at most 3000" in header.reason
    assert rest == Garbage(b"abc", "out of step")
    assert line == b"OK"


def test_an_answer_may_be_no_longer_than_was_asked_for():
    lexer = lexer_of("plain", awaited=False)
    lexer.answers(answers_of(PLAIN, Read(size=3)))

    [garbage] = feed(lexer, b"+READ:4,")
    assert "count of 4, at most 3" in garbage.reason


def test_of_two_commands_of_one_name_the_larger_answer_may_come():
    lexer = lexer_of("either", awaited=False)
    lexer.answers(answers_of(EITHER, Recv(sd=1, format=0, length=1), Recv(sd=2, format=0, length=9)))

    assert feed(lexer, b"+recv:2,0,18," + b"x" * 18) == [(b"RECV", (2, 0, 18), b"x" * 18, False)]


def test_nothing_stands_behind_a_count_out_of_bounds_but_a_line_end():
    assert feed(lexer_of("plain"), b"+DATA:1,99999:\r\n", b"OK\r\n")[1:] == [b"OK"]


def test_silence_ends_the_skipping_of_a_broken_line():
    lexer = lexer_of("plain")
    feed(lexer, b"+DATA:1,99999:")

    assert lexer.incomplete
    assert lexer.give_up() is None
    assert lexer.at_start
    assert feed(lexer, b"OK\r\n") == [b"OK"]


def test_silence_in_the_midst_of_a_broken_line_tells_what_was_skipped():
    lexer = lexer_of("plain")
    feed(lexer, b"+DATA:1,99999:", b"abc")

    assert lexer.give_up() == Garbage(b"abc", "incomplete line", fault=False)
    assert lexer.at_start


def test_a_block_that_stays_short_is_told_as_such():
    lexer = lexer_of("plain")
    feed(lexer, b"+DATA:1,5:ab")

    assert told(lexer.give_up()).short
    assert feed(lexer, b"OK\r\n") == [b"OK"]


def test_an_answer_that_stays_short_is_told_as_such():
    lexer = lexer_of("plain")
    feed(lexer, b"+READ:5,ab")

    assert told(lexer.give_up()) == (b"READ", (5,), b"ab", True)


def test_a_line_that_stays_without_end_is_told():
    lexer = lexer_of("plain")
    feed(lexer, b"abc")

    assert lexer.give_up() == Garbage(b"abc", "incomplete line", fault=False)
    assert lexer.give_up() is None


def test_a_certain_trailer_that_does_not_come_means_loss_of_step_up_to_the_line_end():
    tokens = feed(lexer_of("either"), b"+recv:1,0,2,abcd\n\rOK\n\r")

    assert tokens == [(b"RECV", (1, 0, 2), b"ab", False), Garbage(b"cd", "out of step"), b"OK"]


@pytest.mark.parametrize("end", [b"\n\r", b"\r\n", b"\n", b"\r"])
def test_a_certain_trailer_may_come_late(end):
    lexer = lexer_of("either")

    assert feed(lexer, b"+recv:1,0,2,ab") == [(b"RECV", (1, 0, 2), b"ab", False)]
    assert feed(lexer, end, b"OK\n\r") == [b"OK"]


# Headers with free text


MESSAGES = [
    (b'+MSG:0,"t",3,abc\r\n', "t", b"abc"),
    (b'+MSG:0,"a",5,b",3,xyz\r\n', 'a",5,b', b"xyz"),
    (b'+MSG:0,"a",1,b",3,xyz\r\n', 'a",1,b', b"xyz"),
    (b'+MSG:0,"a",9999,b",3,xyz\r\n', 'a",9999,b', b"xyz"),
    (b'+MSG:0,"t",8,x",3,abc\r\n', "t", b'x",3,abc'),
    (b'+MSG:0,"",0,\r\n', "", b""),
    (b'+MSG:0,"t",4,\r\n\r\n\r\n', "t", b"\r\n\r\n"),
]


@pytest.mark.parametrize(("wire", "topic", "data"), MESSAGES)
@pytest.mark.parametrize("step", [1, 2, 1000])
def test_of_the_ways_to_read_a_header_the_first_that_the_trailer_follows_is_taken(wire, topic, data, step):
    message = feed(lexer_of("plain"), *(wire[at : at + step] for at in range(0, len(wire), step)))[0]

    assert (message.topic, message.data) == (topic, data)


@settings(max_examples=150)
@example('",11,', b"", [])
@given(st.text('a",1:', max_size=6), st.binary(max_size=6), st.lists(st.integers(0, 40), max_size=4))
def test_a_header_with_free_text_is_read_the_same_in_every_split(topic, data, cuts):
    wire = b'+MSG:0,"%s",%d,%s\r\nOK\r\n' % (topic.encode(), len(data), data)
    cuts = sorted(min(cut, len(wire)) for cut in cuts)
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    expected = feed(lexer_of("plain"), wire)

    assert feed(lexer_of("plain"), *pieces) == expected
    # A topic that reads like the end of a header may announce more bytes than there are yet.
    assert expected[-1:] == [b"OK"] or re.search('",[0-9]+,', topic)


@pytest.mark.parametrize(
    ("wire", "data"), [(b"+TOPIC=t,2, ab\r\n", b"ab"), (b"+TOPIC=t,2,ab\r\n", b"ab"), (b"+TOPIC=a,1,b,2,cd\r\n", b"cd")]
)
@pytest.mark.parametrize("step", [1, 1000])
def test_a_stray_blank_before_the_data_is_not_counted(wire, data, step):
    [topic] = feed(lexer_of("plus"), *(wire[at : at + step] for at in range(0, len(wire), step)))

    assert topic.data == data


def test_free_text_whose_message_never_becomes_whole_is_told_after_a_silence():
    lexer = lexer_of("plain")
    feed(lexer, b'+MSG:0,"a",5,bcd')

    assert lexer.give_up() == Garbage(b'+MSG:0,"a",5,bcd', "incomplete line", fault=False)


def test_without_any_trailer_the_data_that_are_whole_are_told_after_a_silence():
    lexer = lexer_of("plain")
    assert feed(lexer, b'+MSG:0,"a",3,bcd') == []

    assert told(lexer.give_up()).data == b"bcd"
    assert lexer.at_start


def test_when_no_way_to_read_a_header_is_followed_by_a_trailer_the_first_is_taken():
    tokens = feed(lexer_of("plain"), b'+MSG:0,"a",1,bcd\r\nOK\r\n')

    assert tokens[0].data == b"b"
    assert tokens[1:] == [Garbage(b"cd", "out of step"), b"OK"]


def test_a_count_out_of_bounds_behind_free_text_is_garbage():
    tokens = feed(lexer_of("plain"), b'+MSG:0,"a",9999,bcd\r\nOK\r\n')

    assert tokens == [
        Garbage(b'+MSG:0,"a",9999,', "count of 9999, at most 3000 can be"),
        Garbage(b"bcd", "out of step"),
        b"OK",
    ]


def test_a_header_with_free_text_that_goes_on_too_long_is_decided_by_what_is_there():
    lexer = lexer_of("plain")
    tokens = feed(lexer, b'+MSG:0,"a",1,b' + b"x" * 2000)

    assert tokens[0].data == b"b"
