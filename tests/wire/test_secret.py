"""A secret shows nothing until it is asked to."""

import pytest

from atmodem.wire.secret import MASK, Secret, hide, reveal


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{!r:>20}".format, lambda secret: f"{secret}", lambda s: f"{[s]}"]
)
def test_no_way_to_print_a_secret_shows_it(show):
    text = show(Secret("hunter2"))

    assert "hunter2" not in text
    assert MASK in text


def test_a_secret_has_no_dictionary_that_a_debugger_or_logger_would_print():
    assert not hasattr(Secret("hunter2"), "__dict__")


def test_a_secret_comes_out_by_reveal():
    assert Secret("hunter2").reveal() == "hunter2"


def test_secrets_are_equal_when_their_values_are():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("a"))
    assert {Secret("a"), Secret("a"), Secret("b")} == {Secret("a"), Secret("b")}


def test_hide_wraps_once_and_leaves_none():
    assert hide("a") == Secret("a")
    assert hide(Secret("a")) == Secret("a")
    assert hide(None) is None


def test_reveal_takes_plain_values_too():
    assert reveal(Secret("a")) == "a"
    assert reveal("a") == "a"
