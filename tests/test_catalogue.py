"""The catalogue of everything that is declared, as ``atmodem commands`` prints it."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from atmodem.cli.catalogue import catalogue
from atmodem.dialects import find_dialect, names
from atmodem.wire.command import Command

KEYS = {"dialect", "type", "name", "forms", "params", "reply", "section", "summary", "evidence"}
#: How documentation may write a unit that a parameter has on the wire.
UNITS = {
    "s": r"\bs\b|seconds?",
    "ms": r"\bms\b|milliseconds?",
    "min": r"\bmin\b|minutes?",
    "µs": r"µs|microseconds?",
    "bytes": r"bytes?|length of",
    "baud": r"baud|bits per second|per second",
    "x 0.1 s": r"tenths? of a second",
    "x 0.25 dBm": r"quarters? of a dBm",
}
COMMANDS = [command for name in names() for command in find_dialect(name).vocabulary.commands.values()]


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
    (policy,) = of(entries, "simplelink", "WlanPolicySet")
    assert len(policy["options"]) == 15
    assert {"connection auto", "scan disable_scan", "pm long_sleep", "p2p negotiate"} <= set(policy["options"])
    (operations,) = of(entries, "simplelink", "FileCtl")
    assert "bundle_commit" in operations["options"]


def test_an_event_is_listed_in_each_spelling_of_its_kind(entries):
    kinds = {entry.get("kind") for entry in of(entries, "mxchip", "MQTTEVENT")}
    assert {"SUBSCRIBE,SUCCESS", "<id>,SUBSCRIBE,SUCCESS"} <= kinds


def told_of(command: type[Command[Any]]) -> str:
    return inspect.getdoc(command) or ""


def lacks(command: type[Command[Any]]) -> Iterator[str]:
    told = told_of(command)
    if not re.search(r"^Source: \S", told, re.MULTILINE):
        yield "source"
    if not re.search(r"^:raises \w+: \S", told, re.MULTILINE):
        yield "errors"
    for parameter in command.declaration.parameters:
        found = re.search(rf"^:param {parameter.name}: (.*?)(?=^:|^$|\Z)", told, re.DOTALL | re.MULTILINE)
        if found is None:
            yield parameter.name
            continue
        unit = getattr(parameter.codec, "unit", "")
        if unit and not re.search(UNITS.get(unit, re.escape(unit)), found[1]):
            yield f"{parameter.name}: unit {unit}"


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda c: f"{c.__module__.split('.')[2]}-{c.declaration.name or 'null'}"
)
def test_a_command_tells_its_parameters_with_units_its_errors_and_its_source(command: type[Command[Any]]):
    assert list(lacks(command)) == []


def test_a_docstring_that_lacks_something_is_noticed():
    class Command:
        """Do something."""

        declaration = find_dialect("espat").vocabulary.commands["CIPTCPOPT"].declaration

    found = list(lacks(Command))  # type: ignore[arg-type]
    assert found[:2] == ["source", "errors"]
    assert "link_id" in found
