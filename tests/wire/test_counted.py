"""Counted data: where the header ends, how many bytes follow it, and what they mean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Int, Quoting, Text
from atmodem.wire.counted import LONGEST_HEADER, Data, Header, Trailer
from atmodem.wire.template import Field, Spelling

NUMBER = Field("length", Int())
FORMAT = Field("format", Int())
TOPIC = Field("topic", Text(Quoting.NEVER, free=True))


def header(text, *fields, codec=None, spelling=None):
    return Header(text, [*fields], "data", codec or Data(), spelling or Spelling())


def places(found):
    return [(candidate.start, candidate.length) for candidate in found]


def test_a_header_tells_where_its_data_begin_and_how_many_they_are():
    found = header("+IPD,<length>:", NUMBER).candidates(b"..+IPD,12:abc", 2, 13)

    assert places(found) == [(10, 12)]
    assert found[0].values == {"length": 12}


def test_no_header_stands_where_the_text_differs_or_is_not_whole():
    ipd = header("+IPD,<length>:", NUMBER)

    assert ipd.candidates(b"+IPD,x:", 0, 7) == []
    assert ipd.candidates(b"+IPD,12", 0, 7) == []
    assert ipd.candidates(b"+IPD,12:", 0, 7) == []


def test_a_header_without_a_readable_length_is_none():
    odd = header("+X:<length>:", Field("length", Text(Quoting.NEVER)))

    assert odd.candidates(b"+X:12:", 0, 6) == []


def test_a_header_whose_values_cannot_be_read_is_none():
    long = b"+X:" + b"9" * 5000 + b":"

    assert header("+X:<length>:", NUMBER).candidates(long, 0, len(long)) == []


def test_every_place_where_free_text_may_end_is_a_candidate_leftmost_first():
    message = header('+MSG:"<topic>",<length>,', TOPIC, NUMBER)
    data = b'+MSG:"a",5,b",3,xyz'

    found = message.candidates(data, 0, len(data))

    assert places(found) == [(11, 5), (16, 3)]
    assert [candidate.values["topic"] for candidate in found] == ["a", 'a",5,b']
    assert message.ambiguous


def test_free_text_needs_its_beginning_and_its_end():
    message = header('+MSG:"<topic>",<length>,', TOPIC, NUMBER)

    assert message.candidates(b'+MSG:a",5,', 0, 10) == []
    assert message.candidates(b'+MSG:"a,5,', 0, 10) == []


def test_what_looks_like_the_end_inside_of_quotes_is_no_candidate():
    message = header("+MSG:<topic>,<length>,", Field("topic", Text(Quoting.ALWAYS, free=True)), NUMBER)

    [candidate] = message.candidates(b'+MSG:"a,5,b",3,xyz', 0, 18)

    assert (candidate.start, candidate.length) == (15, 3)
    assert candidate.values["topic"] == "a,5,b"


def test_free_text_may_stand_behind_other_fields_and_be_empty():
    message = header("+M:<id>,<topic>,<length>,", Field("id", Int()), TOPIC, NUMBER)

    assert places(message.candidates(b"+M:1,,7,", 0, 8)) == [(8, 7)]
    assert places(message.candidates(b"+M:1,7,8,", 0, 9)) == [(9, 8)]


def test_a_stray_blank_doubles_the_candidates():
    message = header("+T=<topic>,<length>,", TOPIC, NUMBER, codec=Data(stray_blank=True))

    assert places(message.candidates(b"+T=a,2, xy", 0, 10)) == [(7, 2), (8, 2)]


@pytest.mark.parametrize(
    ("text", "name"), [("+IPD,<length>:", b"IPD"), ("+eventmqtt:recv,<length>,", b"EVENTMQTT"), ("<length>:", b"")]
)
def test_the_name_of_a_header_is_told_in_capitals_without_its_plus(text, name):
    assert header(text, NUMBER).name == name


def test_only_a_header_that_ends_with_its_line_is_whole():
    assert header("+OK=<length>\r\n\r\n", NUMBER).whole
    assert not header("+IPD,<length>:", NUMBER).whole


@settings(max_examples=60)
@given(st.binary(max_size=20), st.integers(0, 1))
def test_what_a_module_writes_a_client_reads(data, form):
    block = header("+R:<format>,<length>,", FORMAT, NUMBER, codec=Data(base64_when="format"))
    wire = block.written({"format": form}, data)

    [candidate] = block.candidates(wire, 0, len(wire))
    assert candidate.start + candidate.length == len(wire)
    assert block.decoded(candidate.values, wire[candidate.start :]) == data


def test_data_that_are_no_base64_after_all_stay_as_they_are():
    block = header("+R:<format>,<length>,", FORMAT, NUMBER, codec=Data(base64_when="format"))

    assert block.decoded({"format": 1}, b"***") == b"***"


PREFIXED = Data(prefix="<ip>:")
IP = Field("ip", Int())


def test_values_before_the_data_are_not_counted():
    block = header("+R,<length>,", NUMBER, IP, codec=PREFIXED)

    [candidate] = block.candidates(b"+R,3,7:abc", 0, 10)

    assert (candidate.start, candidate.length) == (7, 3)
    assert candidate.values == {"length": 3, "ip": 7}
    assert block.written({"ip": 7}, b"abc") == b"+R,3,7:abc"


def test_the_values_before_the_data_may_still_come():
    block = header("+R,<length>,", NUMBER, IP, codec=PREFIXED)

    assert block.candidates(b"+R,3,7", 0, 6) == []
    assert block.candidates(b"+R,3", 0, 4) == []


def test_the_values_before_the_data_may_be_missing():
    block = header("+R,<length>,", NUMBER, IP, codec=PREFIXED)

    assert places(block.candidates(b"+R,3,abc\r\n", 0, 10)) == [(5, 3)]
    assert places(block.candidates(b"+R,99," + b"x" * 99, 0, 105)) == [(6, 99)]


@pytest.mark.parametrize(
    ("trailer", "data", "size", "follows"),
    [
        (Trailer(), b"x", 0, True),
        (Trailer(b"\r\n"), b"\r\n", 2, True),
        (Trailer(b"\r\n"), b"\r", 2, False),
        (Trailer(certain=True), b"\nx", 1, True),
        (Trailer(certain=True), b"\rx", 1, True),
        (Trailer(certain=True), b"x", 1, False),
        (Trailer(certain=True), b"", 1, False),
    ],
)
def test_a_trailer_tells_whether_it_follows(trailer, data, size, follows):
    assert trailer.size == size
    assert trailer.follows(data, 0) is follows


def test_data_are_written_and_read_as_they_are():
    assert Data().write(bytearray(b"\r\n\x00")) == b"\r\n\x00"
    assert Data().read(b"\r\n\x00") == b"\r\n\x00"
    assert LONGEST_HEADER > 256
