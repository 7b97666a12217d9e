"""How a command line of the CC3220 is written."""

from __future__ import annotations

from ...wire.syntax import Syntax

__all__ = ["SYNTAX"]

#: Texts stand in quotes where a comma, a blank or a quotation mark is in them; nothing has an escape, so a quotation
#: mark before a comma cannot be written. The module counts the marks of a line and wants an even number. The example
#: application looks for ``+send`` anywhere in a line. Blanks outside quotes get lost.
SYNTAX = Syntax(
    quote=b'"',
    escape=b"",
    needs_quotes=b', "',
    balanced_quotes=True,
    refused_words=(b"+send",),
    blanks_vanish=True,
)
