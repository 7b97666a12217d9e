"""Why a command was refused: lines that tell causes, and the error made of them."""

from __future__ import annotations

import re

from ..errors import CommandError
from .grammar import Grammar
from .ticket import Ticket

__all__ = ["note_cause", "note_told_cause", "refusal"]

#: A shared cause is more telling than a command's own.
_SHARED, _OWN = 0, 1


def note_cause(grammar: Grammar, ticket: Ticket, line: bytes) -> bool:
    """Remember the cause of a failure to come; False when the line is none."""
    for source in ticket.request.script.causes:
        match = re.fullmatch(source, line)
        if match is not None:
            ticket.causes.append((_OWN, match[1].decode("latin-1")))
            return True
    for pattern in grammar.causes:
        match = pattern.fullmatch(line)
        if match is not None:
            ticket.causes.append((_SHARED, match[1].decode("latin-1")))
            return True
    return False


def note_told_cause(grammar: Grammar, ticket: Ticket, line: bytes) -> None:
    """Remember a cause that is an event too; a busy notice takes back the cause before it, which was its own."""
    busy = grammar.recovery.busy
    if busy is not None and busy.fullmatch(line):
        ticket.causes.clear()
    for pattern in grammar.told_causes:
        match = pattern.fullmatch(line)
        if match is not None:
            ticket.causes.append((_SHARED, match[1].decode("latin-1")))


def refusal(grammar: Grammar, ticket: Ticket, line: bytes, code: bytes | None, text: bytes | None) -> CommandError:
    """Return the error for the final *line*, which carried *code* and *text* where it has them."""
    word = ""
    if code is not None:
        word = code.decode("latin-1")
    elif text is None:
        word = line.decode("latin-1")
    if ticket.causes:
        word = min(ticket.causes, key=lambda cause: cause[0])[1]
    said = text.decode("utf-8", "replace") if text is not None else None
    meaning = ticket.request.script.meanings.get(word) or grammar.meaning(word, said or "")
    try:
        reply = ticket.collector.result(None)
    except ValueError:
        reply = None
    if meaning is None:
        return CommandError(
            said or f"refused with {word}", code=word, text=said, reply=reply or None, command=ticket.request.label
        )
    return CommandError(
        meaning.text,
        code=word,
        name=meaning.name,
        text=said if said is not None else meaning.text,
        reply=reply or None,
        command=ticket.request.label,
        advice=meaning.advice,
    )
