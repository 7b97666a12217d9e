"""The catalogue of everything that is declared, as ``atmodem commands`` prints it."""

import pytest

from atmodem.cli.catalogue import catalogue

KEYS = {"dialect", "type", "name", "forms", "params", "reply", "section", "summary", "evidence"}


@pytest.fixture(scope="module")
def entries():
    return catalogue()


def of(entries, dialect, name):
    return [entry for entry in entries if (entry["dialect"], entry["name"]) == (dialect, name)]


def test_each_entry_tells_the_same_things(entries):
    assert all(entry.keys() - {"kind", "options"} == KEYS for entry in entries)


def test_each_entry_tells_what_it_is_for(entries):
    assert [entry["name"] for entry in entries if not entry["summary"]] == []


def test_nothing_is_listed_twice(entries):
    keys = [(e["dialect"], e["type"], e["name"], e.get("kind")) for e in entries]
    assert len(keys) == len(set(keys))


def test_a_command_has_its_forms_parameters_and_reply(entries):
    (mode,) = of(entries, "espat", "CIPMUX")
    assert (mode["type"], mode["params"], mode["reply"]) == ("command", ["mode"], ["mode"])
    assert {"query", "set"} <= set(mode["forms"])


def test_a_command_with_an_option_table_lists_its_rows(entries):
    (setting,) = of(entries, "simplelink", "Set")
    assert setting["options"] == ["general time", "general persistent"]
    (operations,) = of(entries, "simplelink", "FileCtl")
    assert "bundle_commit" in operations["options"]


def test_an_event_is_listed_in_each_spelling_of_its_kind(entries):
    kinds = {entry.get("kind") for entry in of(entries, "mxchip", "MQTTEVENT")}
    assert {"SUBSCRIBE,SUCCESS", "<id>,SUBSCRIBE,SUCCESS"} <= kinds
