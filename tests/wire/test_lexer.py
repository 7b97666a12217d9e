"""Bytes become the same tokens in every split; none is lost, none that was announced is searched, none is held for ever."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from atmodem.wire.counted import Block
from atmodem.wire.lexer import Answer, EchoSeen, EventBlock, Garbage, Lexer, Mark
from tests.wire.toys import MILD, PLAIN, Chunk, Read
from tests.wire.toys_late import EITHER, PLUS, Bytes, Recv, Skrcv

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


def lexer_of(name, *, blanks=False, prompt=False, echo=b"", awaited=True):
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
        return (token.header.name, tuple(token.values.items()), token.data, token.short)
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
    {"blanks": True},
    {"prompt": True},
    {"awaited": False},
    {"echo": b"AT+SEND=1,2\r\n"},
    {"echo": b"AT+CIPSEND=1,2\r", "prompt": True},
    {"echo": b"at+get=a\r"},
]


@st.composite
def traffic(draw, name):
    """Bytes that look like what a module sends, some of them broken off or run together, and a way to split them."""
    parts = draw(st.lists(st.sampled_from(PARTS[name]) | st.binary(max_size=3), max_size=12))
    data = b"".join(parts)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    return data, [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=250)
@given(data=st.data(), context=st.sampled_from(CONTEXTS))
def test_any_split_gives_the_same_tokens(name, data, context):
    whole, pieces = data.draw(traffic(name))
    expected = feed(lexer_of(name, **context), whole)

    assert feed(lexer_of(name, **context), *pieces) == expected
    assert feed(lexer_of(name, **context), *(bytes((byte,)) for byte in whole)) == expected


def length_of(token):
    """Return how many bytes of content stand in a token at least."""
    if isinstance(token, bytes):
        return len(token)
    if isinstance(token, Garbage):
        return len(token.data)
    if isinstance(token, EchoSeen):
        return token.count
    if isinstance(token, EventBlock):
        return len(token.block.data)
    if isinstance(token, Block):
        return len(token.data)
    return 1


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=150)
@given(data=st.data(), context=st.sampled_from(CONTEXTS))
def test_every_byte_is_in_a_token_or_a_header_or_a_line_end_or_held(name, data, context):
    whole, _ = data.draw(traffic(name))
    lexer = lexer_of(name, **context)
    lexer.feed(whole)
    rest = whole
    while (token := lexer.next()) is not None:
        rest = follow(rest, token)
    while (token := lexer.give_up()) is not None:
        rest = follow(rest, token)
        while (token := lexer.next()) is not None:
            rest = follow(rest, token)
    assert not rest.strip(b"\r\n ")
    assert not lexer.incomplete


def follow(rest, token):
    """Return what is left of the bytes behind a token, which has to stand at their start behind line ends."""
    block = token.block if isinstance(token, EventBlock) else token
    if token is Mark.BLANK:
        assert rest.lstrip(b"\n")[:2] == b"\r\n"
        return rest.lstrip(b"\n")[2:]
    if isinstance(token, EchoSeen):
        return rest.lstrip(b"\r\n")[token.count :] if len(rest.lstrip(b"\r\n")) >= token.count else b""
    if token is Mark.PROMPT:
        assert rest.lstrip(b"\r\n ")[:1] == b">"
        return rest.lstrip(b"\r\n ")[1:]
    if isinstance(block, Block):
        header, found, behind = rest.partition(block.data) if block.data else (b"", b"", rest)
        assert found == block.data
        if not block.data:
            start = behind.upper().index(block.header.name) if block.header.name in behind.upper() else 0
            return behind[start:].split(b",")[-1] if False else behind[start + len(block.header.name) :]
        return behind
    text = token.data if isinstance(token, Garbage) else token
    index = rest.index(text)
    assert not rest[:index].strip(b"\r\n >")
    return rest[index + len(text) :]
