"""Bytes become the same tokens in every split; none is lost, none that was announced is searched, none is held for ever."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.counted import Block
from atmodem.wire.lexer import Answer, EchoSeen, EventBlock, Garbage, Lexer, Mark
from tests.wire.toys import MILD, PLAIN, Read
from tests.wire.toys_late import EITHER, PLUS, Recv, Skrcv

VOCABULARIES = {"plain": PLAIN, "mild": MILD, "plus": PLUS, "either": EITHER}


def answers_of(vocabulary, *commands):
    """Return the headers that may answer these commands."""
    found = []
    for command in commands:
        request = vocabulary.request(command)
        found += [Answer(header, request.script.asked or 100) for header in request.collector().headers]
    return found


#: Commands whose counted answers are awaited while a test feeds bytes.
AWAITED = {
    "plain": [Read(size=50)],
    "mild": [],
    "plus": [Skrcv(handle=1, size=20)],
    "either": [Recv(sd=1, format=0, length=50)],
}


def lexer_of(name, /, *, blanks=False, prompt=False, echo=b"", awaited=True):
    vocabulary = VOCABULARIES[name]
    lexer = Lexer(vocabulary)
    lexer.blanks, lexer.prompt = blanks, prompt
    if awaited:
        lexer.answers(answers_of(vocabulary, *AWAITED[name]))
    if echo:
        lexer.expect_echo(echo)
    return lexer


def told(token):
    """Return a token as a value that can be compared."""
    if isinstance(token, EventBlock):
        return token.event()
    if isinstance(token, Block):
        return (token.header.name, tuple(token.values.values()), token.data, token.short)
    return token


def take(lexer):
    tokens = []
    while (token := lexer.next()) is not None:
        tokens.append(told(token))
    return tokens


def feed(lexer, *pieces):
    tokens = []
    for piece in pieces:
        lexer.feed(piece)
        tokens += take(lexer)
    return tokens


def finish(lexer):
    """Give up what is held, as after a long silence."""
    tokens = []
    while (token := lexer.give_up()) is not None:
        tokens += [told(token), *take(lexer)]
    return tokens


PARTS = {
    "plain": [
        *(b"OK\r\n", b"\r\n", b"\n", b"\r", b"> ", b">", b"ERROR\r\n", b"+DATA:1,5:", b"ab\r\nc", b'+MSG:0,"', b'",3,'),
        *(b"xyz", b"+READ:4,", b"+READ:99,", b"+DATA:1,99999:", b"AT+SEND=1,2\r\n", b"+NOTE:x\r\n", b"+COUNT:1,2,3\r\n"),
        *(b"\x00\xff", b"1,CLOSED\r\n", b"+DATA:", b'",2,'),
    ],
    "mild": [
        *(b"OK\r\n", b"\n", b"\r", b"> ", b"+RECV:1,3,", b"a\nb", b"+RECV : 2 , 1 ,", b"+EVENT: UP, 1\n", b"AT+CIPSEND=1,2\r"),
        *(b"ERROR\n", b"\x00", b"+RECV:1,5000,", b"+RECV:1,x,"),
    ],
    "plus": [
        *(b"+OK\r\n\r\n", b"\r\n", b"\n", b"+OK=5\r\n", b"+OK=5", b"abcde", b"+SKTRPT=1,4\r\n\r\n", b"\r\n\r\n", b"+TOPIC=a,2,"),
        *(b" xy\r\n", b"xy\r\n", b"+ERR=-4\r\n", b"+OK=99\r\n\r\n", b"+TOPIC=a,1,b,3,", b"+TOPIC=,0,", b"+EVENT=x\r\n\r\n"),
    ],
    "either": [
        *(b"\n\r", b"\r\n", b"\n", b"OK\n\r", b"+recv:1,0,3,", b"a\rb", b"+Recv : 1,1,4,", b"QUJD", b"ERROR: x,-1\n\r"),
        *(b"at+get=a\r", b"+eventwlan:connect,a,b,0x1:0x2:0x3:0x4:0x5:0x6\n\r", b"+recv:1,0,999,"),
    ],
}
CONTEXTS = [
    {},
    {"blanks": True, "name": "plus"},
    {"prompt": True},
    {"awaited": False},
    {"echo": b"AT+SEND=1,2\r\n"},
    {"echo": b"AT+CIPSEND=1,2\r", "prompt": True},
    {"echo": b"at+get=a\r"},
]


def contexts(name):
    """What may be awaited in a dialect; empty lines mean something in one of them alone."""
    fitting = [context for context in CONTEXTS if context.get("name", name) == name]
    return [{key: value for key, value in context.items() if key != "name"} for context in fitting]


@st.composite
def traffic(draw, name):
    """Bytes that look like what a module sends, some of them broken off or run together, and a way to split them."""
    parts = draw(st.lists(st.sampled_from(PARTS[name]) | st.binary(max_size=3), max_size=12))
    data = b"".join(parts)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    return data, [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=250)
@given(data=st.data())
def test_any_split_gives_the_same_tokens(name, data):
    context = data.draw(st.sampled_from(contexts(name)))
    whole, pieces = data.draw(traffic(name))
    expected = feed(lexer_of(name, **context), whole)

    assert feed(lexer_of(name, **context), *pieces) == expected
    assert feed(lexer_of(name, **context), *(bytes((byte,)) for byte in whole)) == expected


def spelled(token):
    """Return the bytes that a token stands for, as a module would print them."""
    block = token.block if isinstance(token, EventBlock) else token
    if isinstance(block, Block):
        return block.header.template.write(block.values) + block.data
    if isinstance(token, Mark):
        return b">" if token is Mark.PROMPT else b""
    return token.data if isinstance(token, Garbage) else token


def content(data):
    """Return what is left of bytes when line ends, blanks and capitals count for nothing."""
    return data.translate(None, b"\r\n ").upper()


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=200)
@given(data=st.data())
def test_every_byte_ends_in_a_token_or_is_a_line_end_or_blank(name, data):
    context = data.draw(st.sampled_from([context for context in contexts(name) if "echo" not in context]))
    whole, _ = data.draw(traffic(name))
    lexer = lexer_of(name, **context)
    lexer.feed(whole)
    tokens = []
    while lexer.incomplete:
        while (token := lexer.next()) is not None:
            tokens.append(token)
        if (token := lexer.give_up()) is not None:
            tokens.append(token)

    assert content(b"".join(map(spelled, tokens))) == content(whole)


# Lines


@pytest.mark.parametrize(
    ("name", "data", "lines"),
    [
        ("plain", b"\r\nOK\r\n\r\n\nERROR\r\n", [b"OK", b"ERROR"]),
        ("plain", b"a\nb\rc\r\n", [b"a\nb\rc"]),
        ("plain", b"a\r\r\n", [b"a"]),
        ("mild", b"\r\nOK\r\nERROR\n\nx\r\r\n", [b"OK", b"ERROR", b"x"]),
        ("mild", b"a\rb\n", [b"a\rb"]),
        ("either", b"\n\ra\n\rb\rc\nd\r\n", [b"a", b"b", b"c", b"d"]),
    ],
)
def test_lines_end_as_the_dialect_says_and_empty_ones_are_skipped(name, data, lines):
    assert feed(lexer_of(name), data) == lines


def test_a_line_is_not_told_before_its_end():
    lexer = lexer_of("plain")

    assert feed(lexer, b"O", b"K", b"\r") == []
    assert lexer.incomplete
    assert not lexer.at_start
    assert feed(lexer, b"\n") == [b"OK"]
    assert lexer.at_start
    assert not lexer.incomplete


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        (b"a\r\n\r\nb\r\n", [b"a", Mark.BLANK, b"b"]),
        (b"\n\r\n", [Mark.BLANK]),
        (b"\r\n\r\n", [Mark.BLANK, Mark.BLANK]),
        (b"\n", []),
    ],
)
def test_empty_lines_are_told_where_the_reply_needs_them(data, tokens):
    assert feed(lexer_of("plus", blanks=True), data) == tokens


ENDS = {"plain": b"\r\n", "mild": b"\n", "plus": b"\r\n", "either": b"\n\r"}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("size", [4095, 4096])
def test_a_line_up_to_the_limit_is_a_line(name, size):
    assert feed(lexer_of(name), b"x" * size + ENDS[name]) == [b"x" * size]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("size", [4097, 4098, 4099, 8192, 8193, 10000])
@pytest.mark.parametrize("step", [1, 4000, 20000])
def test_a_longer_line_is_told_in_pieces_as_garbage_and_the_next_one_is_read(name, size, step):
    data = bytes(range(0x61, 0x7B)) * (size // 26 + 1)
    data = data[:size] + b"\r\nEND\r\n"
    lexer = lexer_of(name)

    tokens = feed(lexer, *(data[at : at + step] for at in range(0, len(data), step)))

    assert tokens.pop() == b"END"
    assert b"".join(token.data for token in tokens) == data[:size]
    assert all(token.fault and len(token.data) <= 4096 for token in tokens)


def test_bytes_without_any_end_are_not_kept():
    lexer = lexer_of("plain")
    for _ in range(100):
        feed(lexer, b"x" * 1000)
        assert len(lexer._buffer) <= 4097  # noqa: SLF001 - what is kept is not visible otherwise


# Prompts


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("behind", [b"", b" ", b"\r\n", b" \r\n", b"  "])
def test_a_prompt_is_told_at_once_and_what_stands_behind_it_is_dropped(name, behind):
    lexer = lexer_of(name, prompt=True)

    assert feed(lexer, b"\r\n>") == [Mark.PROMPT]
    lexer.prompt = False
    assert feed(lexer, behind, b"END\r\n") == [b"END"]


def test_a_prompt_that_nobody_awaits_is_a_line():
    assert feed(lexer_of("plain"), b"> \r\n>x\r\n") == [b"> ", b">x"]


def test_a_prompt_inside_a_line_is_text():
    assert feed(lexer_of("plain", prompt=True), b"a>\r\n") == [b"a>"]


def test_what_is_held_can_be_taken_for_a_stream():
    lexer = lexer_of("plain", prompt=True)
    lexer.feed(b"> \r\nraw")

    assert lexer.next() is Mark.PROMPT
    assert lexer.take_all() == b" \r\nraw"
    assert feed(lexer, b" OK\r\n") == [b" OK"]
    assert lexer.at_start


# Counted data


@settings(max_examples=100)
@given(st.lists(st.sampled_from([b"\r\nOK\r\n", b"+DATA:1,2:", b"> ", b"ready\r\n", b"\r\n"]) | st.binary(max_size=4)), st.data())
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
@given(st.text('a",1:', max_size=6), st.binary(max_size=6), st.data())
def test_a_header_with_free_text_is_read_the_same_in_every_split(topic, data, draw):
    wire = b'+MSG:0,"%s",%d,%s\r\nOK\r\n' % (topic.encode(), len(data), data)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(wire)), max_size=4)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    expected = feed(lexer_of("plain"), wire)

    assert feed(lexer_of("plain"), *pieces) == expected
    assert expected[-1] == b"OK"


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


# Context


def test_a_restart_ends_everything_that_was_half_done():
    lexer = lexer_of("plain", blanks=True, prompt=True, echo=b"AT+SEND")
    feed(lexer, b"+DATA:1,5:ab")
    lexer.reset()

    assert lexer.at_start
    assert not lexer.prompt
    assert not lexer.blanks
    assert feed(lexer, b"+READ:4,ab\r\nAT+SEND\r\n\r\n>\r\n") == [b"+READ:4,ab", b"AT+SEND", b">"]


def test_a_restart_ends_the_skipping_of_a_broken_line():
    lexer = lexer_of("plain")
    feed(lexer, b"+DATA:1,99999:")
    lexer.reset()

    assert feed(lexer, b"OK\r\n") == [b"OK"]


@pytest.mark.parametrize("context", [{"blanks": True}, {"prompt": True}, {"echo": b"AT"}])
def test_runs_of_events_are_read_at_once_only_where_nothing_else_is_awaited(context):
    run = b"+COUNT:1,2,3\r\n" * 3
    free, bound = lexer_of("plain"), lexer_of("plain", **context)
    free.feed(run)
    bound.feed(run)

    assert [event.c for event in free.burst()] == [3, 3, 3]
    assert free.at_start
    assert bound.burst() == []
    assert len(take(bound)) == 3


def test_no_run_begins_inside_of_data():
    lexer = lexer_of("plain")
    feed(lexer, b"+DATA:1,50:")
    lexer.feed(b"+COUNT:1,2,3\r\n")

    assert lexer.burst() == []


def test_the_echo_of_this_block_is_not_looked_for_in_its_data():
    lexer = lexer_of("plain", echo=b"AT+SEND=1,2\r\n")

    event, echo = feed(lexer, b"+DATA:1,7:AT+SEND", b"AT+SEND=1,2\r\n")

    assert event.data == b"AT+SEND"
    assert isinstance(echo, EchoSeen)
