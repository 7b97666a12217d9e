"""Blocks that some firmware cuts: each byte ends where it belongs, and no data decide which firmware it is."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmodem.dialects import find_dialect
from atmodem.dialects.air602 import SKTRPT
from atmodem.wire.lexer import EventBlock, Garbage, Lexer, Token

VOCABULARY = find_dialect("air602").vocabulary
LIMIT = 511
OK = b"+OK=5\r\n\r\n"


def data(length: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(length)


def report(length: int, held: bytes, socket: int = 1) -> bytes:
    return b"+SKTRPT=%d,%d,10.0.0.1,80\r\n\r\n%b" % (socket, length, held)


def told(token: Token) -> object:
    if isinstance(token, EventBlock):
        event = token.event()
        assert isinstance(event, SKTRPT)
        return (event.length, event.data, event.short)
    return token


def read(lexer: Lexer, *pieces: bytes, silent: bool = True) -> list[object]:
    """Feed pieces, and let silence follow."""
    found: list[object] = []

    def take() -> None:
        while (token := lexer.next()) is not None:
            found.append(told(token))

    for piece in pieces:
        lexer.feed(piece)
        take()
    while silent and lexer.incomplete and (token := lexer.give_up()) is not None:
        found.append(told(token))
        take()
    return found


def split(text: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(ends)]


SPLITS = st.lists(st.integers(0, 10_000), max_size=8)


@given(places=SPLITS)
@pytest.mark.parametrize(
    "lengths", [[1460], [1000, 1460], [1460, 1460, 1460, 1460, 80], [512, 3], [540, 540], [1460, 20]]
)
def test_what_is_cut_ends_at_the_next_message_however_it_is_split(lengths: list[int], places: list[int]):
    blocks = [(length, data(min(length, LIMIT), length), length > LIMIT) for length in lengths]
    text = b"".join(report(length, held) for length, held, _ in blocks) + OK
    assert read(Lexer(VOCABULARY), *split(text, places)) == [*blocks, b"+OK=5"]


@given(places=SPLITS)
@pytest.mark.parametrize("inside", [OK, report(5, b"12345", socket=2), b"+ERR=-4\r\n\r\n"])
@pytest.mark.parametrize(
    "behind", [OK, report(600, data(600, 9)), b"ready\r\n", b""], ids=["reply", "report", "start", "silence"]
)
def test_data_that_look_like_a_message_are_data_where_nothing_is_cut(inside: bytes, behind: bytes, places: list[int]):
    held = data(LIMIT) + inside + b"+OK\r\n\r\n" + data(300, 1)
    found = read(Lexer(VOCABULARY), *split(report(len(held), held) + behind, places))
    assert found[0] == (len(held), held, False)
    assert not any(isinstance(token, Garbage) for token in found)


def test_once_it_is_proven_nobody_waits():
    lexer = Lexer(VOCABULARY)
    assert read(lexer, report(1460, data(LIMIT))) == [(1460, data(LIMIT), True)]
    assert read(lexer, report(512, data(LIMIT)), silent=False) == [(512, data(LIMIT), True)]
    assert read(lexer, report(LIMIT, data(LIMIT)), silent=False) == [(LIMIT, data(LIMIT), False)]


@pytest.mark.parametrize("held", [0, 5, LIMIT - 1, LIMIT + 1, 1459])
def test_bytes_that_the_line_has_lost_prove_nothing(held: int):
    lexer = Lexer(VOCABULARY)
    assert read(lexer, report(1460, data(held))) == [(1460, data(held), True)]
    whole = data(1460)
    assert read(lexer, report(1460, whole), silent=False) == [(1460, whole, False)]


def test_a_whole_block_is_told_at_once_unless_it_looks_cut():
    lexer = Lexer(VOCABULARY)
    assert read(lexer, report(600, bytes(600)), silent=False) == [(600, bytes(600), False)]
    suspicious = bytes(LIMIT) + OK
    assert read(lexer, report(len(suspicious), suspicious), silent=False) == []
    assert read(lexer, OK, silent=False) == [(len(suspicious), suspicious, False), b"+OK=5"]
