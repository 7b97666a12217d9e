"""The receive buffer finds the same things, however bytes arrived."""

from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.buffer import ReceiveBuffer

MARKS = [b"\r\n", b"\n", b"+++"]


def test_taken_bytes_are_gone_and_the_rest_stays():
    buffer = ReceiveBuffer()
    buffer.append(b"abc")
    assert buffer.take(2) == b"ab"
    assert len(buffer) == 1
    buffer.append(b"de")
    assert buffer.take_all() == b"cde"
    assert buffer.take(5) == b""


def test_bytes_behind_the_position_are_let_go():
    buffer = ReceiveBuffer()
    buffer.append(b"a" * 1000)
    buffer.take(1000)
    buffer.append(b"b")
    assert buffer.data == b"b"


def test_what_was_received_may_be_changed_afterwards():
    received = bytearray(b"abc")
    buffer = ReceiveBuffer()
    buffer.append(received)
    received[0] = 0
    assert buffer.take_all() == b"abc"


def test_bytes_that_were_searched_in_vain_are_not_searched_again():
    starts = []

    class Counting(bytes):
        def find(self, mark, start=0):
            starts.append(start)
            return super().find(mark, start)

        def __add__(self, more):
            return Counting(bytes(self) + more)

    buffer = ReceiveBuffer()
    buffer.data = Counting(b"")
    for _ in range(100):
        buffer.append(b"x" * 10)
        if not isinstance(buffer.data, Counting):
            buffer.data = Counting(buffer.data)
        assert buffer.find(b"\r\n") == -1
    assert starts == [max(0, 10 * n - 1) for n in range(100)]


@settings(max_examples=60)
@given(st.lists(st.text("a+\r\n", max_size=6), max_size=8), st.sampled_from(MARKS), st.data())
def test_find_tells_the_same_as_a_search_of_everything(pieces, mark, data):
    buffer = ReceiveBuffer()
    for piece in pieces:
        buffer.append(piece.encode())
        buffer.take(data.draw(st.integers(0, 2)))
        assert buffer.find(mark) == buffer.data.find(mark, buffer.position)


@settings(max_examples=60)
@given(st.lists(st.text("a\r\n", max_size=6), max_size=8), st.data())
def test_find_either_tells_the_first_of_both_line_ends(pieces, data):
    buffer = ReceiveBuffer()
    for piece in pieces:
        buffer.append(piece.encode())
        buffer.take(data.draw(st.integers(0, 2)))
        rest = buffer.data[buffer.position :]
        ends = [index for index, byte in enumerate(rest) if byte in b"\r\n"]
        assert buffer.find_either() == (buffer.position + ends[0] if ends else -1)
