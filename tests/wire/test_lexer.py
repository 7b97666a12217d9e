"""Bytes become the same tokens in every split; none is lost, and none is held for ever."""

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
        *(
            b"xyz",
            b"+READ:4,",
            b"+READ:99,",
            b"+DATA:1,99999:",
            b"AT+SEND=1,2\r\n",
            b"+NOTE:x\r\n",
            b"+COUNT:1,2,3\r\n",
        ),
        *(b"\x00\xff", b"1,CLOSED\r\n", b"+DATA:", b'",2,'),
    ],
    "mild": [
        *(
            b"OK\r\n",
            b"\n",
            b"\r",
            b"> ",
            b"+RECV:1,3,",
            b"a\nb",
            b"+RECV : 2 , 1 ,",
            b"+EVENT: UP, 1\n",
            b"AT+CIPSEND=1,2\r",
        ),
        *(b"ERROR\n", b"\x00", b"+RECV:1,5000,", b"+RECV:1,x,"),
    ],
    "plus": [
        *(
            b"+OK\r\n\r\n",
            b"\r\n",
            b"\n",
            b"+OK=5\r\n",
            b"+OK=5",
            b"abcde",
            b"+SKTRPT=1,4\r\n\r\n",
            b"\r\n\r\n",
            b"+TOPIC=a,2,",
        ),
        *(
            b" xy\r\n",
            b"xy\r\n",
            b"+ERR=-4\r\n",
            b"+OK=99\r\n\r\n",
            b"+TOPIC=a,1,b,3,",
            b"+TOPIC=,0,",
            b"+EVENT=x\r\n\r\n",
        ),
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
        assert len(lexer._buffer) <= 4097


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
