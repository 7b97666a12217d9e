"""What a syntax writes, it reads back; what it cannot write, it refuses: no value becomes anything else on the wire."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.codecs import Quoting
from atmodem.wire.syntax import Argument, Syntax
from tests.wire.toys import MILD_GRAMMAR, PLAIN_GRAMMAR
from tests.wire.toys_late import EITHER_GRAMMAR, PLUS_GRAMMAR

SYNTAXES = {
    "plain": PLAIN_GRAMMAR.syntax,
    "mild": MILD_GRAMMAR.syntax,
    "plus": PLUS_GRAMMAR.syntax,
    "either": EITHER_GRAMMAR.syntax,
}
IN_COMMANDS = [Quoting.ALWAYS, Quoting.NEEDED, Quoting.NEVER]
VALUES = st.lists(
    st.tuples(st.text('a1 ,"\\\\+send\r\n\x00\x1aé', max_size=8), st.sampled_from(IN_COMMANDS)), min_size=1, max_size=4
)


def written(syntax, values):
    """Return the arguments as one text, or None where one of them is refused."""
    # Without quotes an escape at the end would take the comma behind it, which the encoder refuses.
    if not syntax.quote and any(text.encode().endswith(syntax.escape) for text, _ in values[:-1]):
        return None
    try:
        return syntax.join(syntax.text(text.encode(), quoting) for text, quoting in values)
    except ValueError:
        return None


@pytest.mark.parametrize("name", SYNTAXES)
@settings(max_examples=250)
@given(values=VALUES)
def test_what_can_be_written_is_read_back_argument_by_argument(name, values):
    syntax = SYNTAXES[name]
    text = written(syntax, values)
    if text is not None:
        assert [argument.text.decode() for argument in syntax.split(text)] == [value for value, _ in values]


@pytest.mark.parametrize("name", SYNTAXES)
@settings(max_examples=150)
@given(values=VALUES)
def test_no_value_can_end_the_line(name, values):
    text = written(SYNTAXES[name], values)
    if text is not None:
        assert not set(text) & set(b"\r\n\x00")


@pytest.mark.parametrize("name", SYNTAXES)
@pytest.mark.parametrize("quoting", IN_COMMANDS)
@pytest.mark.parametrize("end", ["\r", "\n", "\x00", "a\r\nAT+RST", "\r\nOK"])
def test_bytes_that_end_a_line_are_refused(name, quoting, end):
    with pytest.raises(ValueError, match="free of"):
        SYNTAXES[name].text(end.encode(), quoting)


@pytest.mark.parametrize("name", SYNTAXES)
@pytest.mark.parametrize("quoting", IN_COMMANDS)
@pytest.mark.parametrize("text", ["plain", "0", "-12", "a.b/c", "ümlaut"])
def test_plain_words_can_be_written_in_every_syntax(name, quoting, text):
    assert written(SYNTAXES[name], [(text, quoting)]) is not None


@settings(max_examples=150)
@given(
    values=st.lists(
        st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=8), max_size=4
    )
)
def test_a_syntax_with_quotes_and_escapes_writes_every_text(values):
    quoted = [(value, Quoting.ALWAYS) for value in values]
    assert written(PLAIN_GRAMMAR.syntax, quoted) is not None


@pytest.mark.parametrize(
    ("name", "quoting", "value", "text"),
    [
        ("plain", Quoting.ALWAYS, 'a,"b\\', b'"a\\,\\"b\\\\"'),
        ("plain", Quoting.ALWAYS, "", b'""'),
        ("plain", Quoting.NEEDED, "", b'""'),
        ("plain", Quoting.NEEDED, "abc", b"abc"),
        ("plain", Quoting.NEEDED, "a,b", b'"a\\,b"'),
        ("plain", Quoting.NEVER, "abc", b"abc"),
        ("mild", Quoting.NEVER, "a,b", b"a\\,b"),
        ("mild", Quoting.ALWAYS, 'a"b', b'a"b'),
        ("plus", Quoting.NEEDED, "a b", b"a b"),
        ("plus", Quoting.NEEDED, 'a"b', b'"a\\"b"'),
        ("either", Quoting.NEEDED, "a b", b'"a b"'),
        ("either", Quoting.NEEDED, 'a"b"c', b'"a"b"c"'),
    ],
)
def test_quotes_and_escapes_stand_where_the_dialect_wants_them(name, quoting, value, text):
    assert SYNTAXES[name].text(value.encode(), quoting) == text


@pytest.mark.parametrize(
    ("name", "quoting", "value", "why"),
    [
        ("plain", Quoting.NEVER, "a,b", "commas"),
        ("mild", Quoting.NEVER, "a\x1a", "free of"),
        ("either", Quoting.NEEDED, "a+SEND=", r"'\+send'"),
        ("either", Quoting.NEEDED, 'a"b', "with an even number"),
        ("either", Quoting.ALWAYS, 'a",b"', "no escape"),
    ],
)
def test_what_the_dialect_cannot_write_is_refused_with_the_reason(name, quoting, value, why):
    with pytest.raises(ValueError, match=why):
        SYNTAXES[name].text(value.encode(), quoting)


@pytest.mark.parametrize(
    ("name", "text", "arguments"),
    [
        ("plain", b"", [Argument(b"")]),
        ("plain", b"1,,", [Argument(b"1"), Argument(b""), Argument(b"")]),
        ("plain", b'"a,b",2', [Argument(b"a,b", quoted=True), Argument(b"2")]),
        ("plain", b'"\\x"', [Argument(b"x", quoted=True)]),
        ("plain", b"\\x", [Argument(b"\\x")]),
        ("plain", b'a"b"', [Argument(b'a"b"')]),
        ("plus", b'"\\x\\""', [Argument(b'\\x"', quoted=True)]),
        ("mild", b"a\\,b,\\x", [Argument(b"a,b"), Argument(b"\\x")]),
        ("mild", b"a\\", [Argument(b"a\\")]),
        ("either", b'  a b , "c d"', [Argument(b"ab"), Argument(b"c d", quoted=True)]),
    ],
)
def test_lines_are_read_as_the_module_reads_them(name, text, arguments):
    assert SYNTAXES[name].split(text) == arguments


@pytest.mark.parametrize("text", [b'"a', b'"', b'1,"a\\"', b'"a"b'])
def test_a_quotation_mark_that_is_not_closed_is_an_error(text):
    with pytest.raises(ValueError, match="not closed"):
        PLAIN_GRAMMAR.syntax.split(text)


@pytest.mark.parametrize(
    ("text", "count", "first", "rest"),
    [
        (b"1,2,a,b", 2, [b"1", b"2"], b"a,b"),
        (b"1,2,", 2, [b"1", b"2"], b""),
        (b"1,2", 2, [b"1", b"2"], None),
        (b"1", 2, [b"1"], None),
        (b'"a,b",\r\n,', 1, [b"a,b"], b"\r\n,"),
        (b"abc", 0, [], b"abc"),
    ],
)
def test_the_rest_behind_some_arguments_is_not_looked_into(text, count, first, rest):
    arguments, left = PLAIN_GRAMMAR.syntax.cut(text, count)
    assert [argument.text for argument in arguments] == first
    assert left == rest


def test_a_syntax_without_an_escape_leaves_everything_as_it_is():
    assert Syntax(quote=b"", escape=b"", escaped=b"").text(b"a\\b", Quoting.NEVER) == b"a\\b"
