"""The verb ``commands``: everything that is declared, of all dialects."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Sequence
from typing import Any

from ..dialects import find_dialect, names
from ..wire.command import Command
from ..wire.event import Event, fields_of
from ..wire.parsing import forms_of

__all__ = ["catalogue", "print_catalogue"]

_BEFORE_KIND = re.compile(r"\+\w+:\[(<\w+>,)\]")


def catalogue() -> list[dict[str, Any]]:
    """Return one entry for each command and each event, as plain values."""
    entries: list[dict[str, Any]] = []
    for name in names():
        vocabulary = find_dialect(name).vocabulary
        entries += [_command(name, command) for command in vocabulary.commands.values()]
        entries += [_event(name, event, kind) for event in vocabulary.events for kind in _kinds(event)]
    return entries


def print_catalogue(*, as_json: bool) -> int:
    """Print the catalogue, as JSON or as a table: dialect, name, how well it is known, and what it is."""
    entries = catalogue()
    if as_json:
        sys.stdout.write(json.dumps(entries, indent=1) + "\n")
        return 0
    for entry in entries:
        mark = "!" if entry["type"] == "event" else " "
        name = " ".join(filter(None, (entry["name"] or "(null)", entry.get("kind"))))
        sys.stdout.write(f"{entry['dialect']:<10} {mark} {name:<28} {entry['evidence']:<13} {entry['summary']}\n")
    return 0


def _summary(cls: type) -> str:
    return (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")


def _command(dialect: str, cls: type[Command[Any]]) -> dict[str, Any]:
    declaration = cls.declaration
    asking = forms_of(cls)
    replies = [declaration.reply, *(getattr(cls, maker)().reply() for maker in asking.values())]
    forms = [form.value for form in (*asking, *declaration.forms)]
    entry: dict[str, Any] = {
        "dialect": dialect,
        "type": "command",
        "name": declaration.name,
        "forms": list(dict.fromkeys(forms)),
        "params": [parameter.name for parameter in declaration.parameters if not parameter.flag],
        "reply": list(dict.fromkeys(field for reply in replies for field in reply.fields)),
        "section": declaration.section,
        "summary": _summary(cls),
        "evidence": declaration.evidence.value,
    }
    options = [name for parameter in declaration.parameters if parameter.codec for name in parameter.codec.options]
    if options:
        entry["options"] = options
    return entry


def _kinds(cls: type[Event]) -> Sequence[str | None]:
    """Return the kind of an event; in two spellings where a value may stand before it."""
    kind = cls.declaration.kind
    before = _BEFORE_KIND.match(cls.declaration.template)
    return [kind] if kind is None or before is None else [kind, before[1] + kind]


def _event(dialect: str, cls: type[Event], kind: str | None) -> dict[str, Any]:
    declaration = cls.declaration
    entry: dict[str, Any] = {
        "dialect": dialect,
        "type": "event",
        "name": declaration.name,
        "forms": [],
        "params": [],
        "reply": [field.name for field in fields_of(cls)],
        "section": declaration.section,
        "summary": _summary(cls),
        "evidence": declaration.evidence.value,
    }
    if kind is not None:
        entry["kind"] = kind
    return entry
