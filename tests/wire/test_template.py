"""One template reads and writes: free text is split off from the right, optional parts may be missing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Choice, Int, ListOf, Mac, OpenStrEnum, Quoting, SecretText, Text
from atmodem.wire.secret import Secret
from atmodem.wire.template import Field, Spelling, Template

BARE = Text(Quoting.NEVER)
FREE = Text(Quoting.NEVER, free=True)
QUOTED_FREE = Text(Quoting.ALWAYS, free=True)
PLAIN = Spelling()
#: As in a dialect whose blanks and separators vary.
LOOSE = Spelling(separator=r" *(?::|=)", blanks=True, fold_case=True, plus_optional=True, answers_quoted=False)


def template(text, spelling=PLAIN, /, **codecs):
    fields = [Field(name.removesuffix("_"), codec, name.endswith("_")) for name, codec in codecs.items()]
    return Template(text, fields, spelling)


@pytest.mark.parametrize("ssid", ["lab", "a,b", 'odd,"na\\me', ",,,", "", "-60,1", "x,aa:bb:cc:dd:ee:ff,-1"])
def test_free_text_between_typed_fields_is_taken_from_both_ends(ssid):
    scan = template("<*>", security=Int(), ssid=FREE, mac=Mac(), rssi=Int())
    text = b"3," + ssid.encode() + b",aa:bb:cc:dd:ee:ff,-60"

    assert scan.read(text) == {"security": 3, "ssid": ssid, "mac": "aa:bb:cc:dd:ee:ff", "rssi": -60}


@pytest.mark.parametrize("ssid", ["lab", 'a","b', 'quote"', '"', ""])
def test_quoted_free_text_may_hold_quotes_that_nobody_escaped(ssid):
    joined = template("<*>", ssid=QUOTED_FREE, rssi=Int())

    assert joined.read(b'"' + ssid.encode() + b'",-60') == {"ssid": ssid, "rssi": -60}


@settings(max_examples=100)
@given(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12),
    st.integers(),
    st.integers(-99, 0),
)
def test_free_text_comes_back_as_it_was_written(text, first, last):
    record = template("<first>,<text>,<last>", first=Int(), text=FREE, last=Int())
    values = {"first": first, "text": text, "last": last}

    assert record.read(record.write(values)) == values


def test_a_bare_text_that_is_not_free_holds_no_separator():
    pair = template("<*>", first=BARE, second=BARE)

    assert pair.read(b"a,b") == {"first": "a", "second": "b"}
    assert pair.read(b"a,b,c") is None


def test_a_line_break_in_free_text_does_not_end_it():
    assert template("<text>", text=FREE).read(b"a\nb") == {"text": "a\nb"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b"1", {"a": 1}),
        (b"1,2", {"a": 1, "b": 2}),
        (b"1,2,3", {"a": 1, "b": 2, "c": 3}),
        (b"", None),
        (b"1,", None),
        (b"1,2,3,4", None),
        (b"1,x", None),
    ],
)
def test_fields_at_the_end_may_be_missing(text, values):
    assert template("<*>", a=Int(), b_=Int(), c_=Int()).read(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b'"lab"', {"ssid": "lab"}),
        (b'4,"lab"', {"id": 4, "ssid": "lab"}),
        (b'4,5,"lab"', {"id": 4, "channel": 5, "ssid": "lab"}),
        (b'4"lab"', None),
    ],
)
def test_fields_at_the_beginning_may_be_missing(text, values):
    spread = template("<*>", id_=Int(), channel_=Int(), ssid=Text(Quoting.ALWAYS))

    assert spread.read(text) == values


def test_optional_fields_in_the_middle_are_told_apart_by_their_shape():
    record = template("<*>", id=Int(), mac_=Mac(), last=Int())

    assert record.read(b"1,aa:bb:cc:dd:ee:ff,2") == {"id": 1, "mac": "aa:bb:cc:dd:ee:ff", "last": 2}
    assert record.read(b"1,2") == {"id": 1, "last": 2}


@pytest.mark.parametrize(
    "values",
    [
        {"a": 1, "b": None, "c": None},
        {"a": 1, "b": 2, "c": None},
        {"a": 1, "b": None, "c": 3},
        {"a": 1, "b": 2, "c": 3},
    ],
)
def test_a_part_in_brackets_is_left_out_when_a_field_in_it_has_no_value(values):
    record = template("X <a>[,b=<b>][/<c>]", a=Int(), b=Int(), c=Int())
    text = record.write(values)

    assert record.read(text) == {name: value for name, value in values.items() if value is not None}
    assert (b"b=" in text) is (values["b"] is not None)


def test_brackets_stand_in_brackets():
    record = template("<a>[,<b>[,<c>]]", a=Int(), b=Int(), c=Int())

    assert record.read(b"1,2") == {"a": 1, "b": 2}
    assert record.read(b"1,2,3") == {"a": 1, "b": 2, "c": 3}
    assert record.write({"a": 1, "b": 2, "c": None}) == b"1,2"
    assert record.write({"a": 1, "b": None, "c": 3}) == b"1"


def test_a_bracket_that_is_not_closed_is_a_mistake_of_the_declaration():
    with pytest.raises(re.error):
        template("<a>[,<b>", a=Int(), b=Int())


def test_nothing_is_written_for_a_field_without_a_value_outside_of_brackets():
    assert template("X<a>", a=Int()).write({"a": None}) == b""


def test_values_that_cannot_be_read_are_no_match():
    assert template("<mac>", mac=Mac()).read(b"0") is None
    assert template("<text>", text=BARE).read(b"a") == {"text": "a"}


def test_texts_are_quoted_as_the_answers_of_the_dialect_are():
    codec = Text(Quoting.ALWAYS)

    assert template("<*>", a=codec).write({"a": "x"}) == b'"x"'
    assert template("<*>", LOOSE, a=codec).write({"a": "x"}) == b"x"
    assert template("<*>", a=Text(Quoting.NEEDED)).write({"a": "x"}) == b'"x"'
    assert template("<*>", a=Text(Quoting.LENIENT)).write({"a": "x"}) == b"x"
    asked = Template("<a>", [Field("a", codec, answer_quoting=Quoting.NEVER)], PLAIN)
    assert asked.write({"a": "x"}) == b"x"
    assert asked.read(b"x") == {"a": "x"}


@pytest.mark.parametrize("quoting", [Quoting.NEEDED, Quoting.LENIENT])
@pytest.mark.parametrize(
    ("text", "value"), [(b'"x"', "x"), (b"x", "x"), (b'""', ""), (b"", ""), (b'"', '"'), (b'"x', '"x')]
)
def test_quotes_that_may_be_missing_are_taken_off_in_pairs(quoting, text, value):
    assert template("<a>", a=Text(quoting)).read(text) == {"a": value}


def test_secrets_are_written_plain_and_read_as_secrets():
    key = template("<*>", key=SecretText(Text(Quoting.ALWAYS)))

    assert key.write({"key": Secret("hunter2")}) == b'"hunter2"'
    assert key.read(b'"hunter2"') == {"key": Secret("hunter2")}


def test_a_list_takes_what_is_left_of_a_record():
    record = template("<*>", id=Int(), flags=ListOf(Int()))

    assert record.read(b"1,2,3") == {"id": 1, "flags": (2, 3)}
    assert record.write({"id": 1, "flags": (2, 3)}) == b"1,2,3"
    quoted = template("<*>", names=ListOf(Text(Quoting.ALWAYS)))
    assert quoted.read(b'"a","b"') == {"names": ("a", "b")}


@pytest.mark.parametrize(
    "text", [b"+EVENT:UP,1", b"EVENT:UP,1", b"+EVENT = UP , 1 ", b"+event: up,1", b"+EVENT :UP, 1", b"+EVENT: UP ,1"]
)
def test_a_loose_dialect_varies_separator_plus_case_and_blanks(text):
    assert template("+EVENT:UP,<id>", LOOSE, id=Int()).read(text) == {"id": 1}


@pytest.mark.parametrize("text", [b"EVENT:UP,1", b"+EVENT=UP,1", b"+event:UP,1", b"+EVENT: UP,1", b"+EVENT:UP, 1"])
def test_a_strict_dialect_varies_nothing(text):
    assert template("+EVENT:UP,<id>", id=Int()).read(text) is None


@settings(max_examples=60)
@given(st.text(" a", max_size=5), st.text(" b", max_size=5))
def test_blanks_of_bare_text_are_never_taken_for_typography(first, second):
    record = template("X:<first>,<id>,<second>", LOOSE, first=BARE, id=Int(), second=BARE)
    values = {"first": first, "id": 5, "second": second}

    assert record.read(record.write(values)) == values


def test_blanks_stand_around_the_comma_between_quoted_texts():
    spelling = Spelling(blanks=True)
    pair = template("<a>,<b>", spelling, a=Text(Quoting.ALWAYS), b=Text(Quoting.ALWAYS))

    assert pair.read(b'"x" , "y"') == {"a": "x", "b": "y"}
    assert pair.write({"a": "x", "b": "y"}) == b'"x","y"'
    listed = template("X:UP,<*>", spelling, a=Text(Quoting.ALWAYS))
    assert listed.read(b'X:UP , "x"') == {"a": "x"}


class Word(OpenStrEnum):
    UP = "up"


def test_a_long_run_of_blanks_is_read_in_time():
    # The time limit of every test is the check: a pattern that tries all ways to share the blanks out takes hours.
    pair = template("<*>", LOOSE, first=Choice(Word), second=Choice(Word))

    assert pair.read(b" " * 10_000) is None
    assert pair.read(b" two words , up ") == {"first": Word("two words"), "second": Word.UP}


def test_the_fields_of_a_template_are_those_that_it_names():
    record = template("<b>-<a>", a=Int(), b=Int(), c=Int())

    assert [field.name for field in record.fields] == ["b", "a"]
    assert record.read(b"1-2") == {"b": 1, "a": 2}


@pytest.mark.parametrize("text", ["a.b", "(x)", "a+b", "[*]"])
def test_fixed_text_means_itself(text):
    assert template("+X:" + text.replace("[*]", "*"), a=Int()).read(("+X:" + text.replace("[*]", "*")).encode()) == {}
