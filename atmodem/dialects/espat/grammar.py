"""The rules of the ESP-AT wire."""

from __future__ import annotations

import re

from ...wire.command import Form
from ...wire.grammar import Escape, Fence, Grammar, LineEnd, Recovery
from ...wire.syntax import Syntax
from ...wire.template import Spelling
from .errors import meaning

__all__ = ["GRAMMAR"]

#: Any ``\x`` in quotes becomes ``x``; a bare comma splits the arguments even there, so it is escaped too.
_SYNTAX = Syntax(quote=b'"', escape=b"\\", escaped=b',"\\', refused=b"\r\n\x00", unescape_any=True)

_ESCAPE_BEFORE = 0.03
_ESCAPE_AFTER = 1.0

_RECOVERY = Recovery(
    # Ends a half-typed line; an empty one is answered with ERROR.
    prelude=b"\r\n",
    prelude_example=b"\r\nERROR\r\n",
    settle=0.03,
    fences=(
        Fence(b"AT+CIPMUX?\r\n", re.compile(rb"\+CIPMUX:\d"), b"+CIPMUX:0\r\n\r\nOK\r\n"),
        Fence(b"AT+SYSSTORE?\r\n", re.compile(rb"\+SYSSTORE:\d"), b"+SYSSTORE:1\r\n\r\nOK\r\n"),
    ),
    escape=Escape(before=_ESCAPE_BEFORE, after=_ESCAPE_AFTER),
    busy=re.compile(rb"busy [ps]\.\.\."),
)

GRAMMAR = Grammar(
    syntax=_SYNTAX,
    spelling=Spelling(),
    terminator=b"\r\n",
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.SET: "=", Form.TEST: "=?"},
    line_limit=256,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+?([A-Za-z][A-Za-z0-9_ ]*):(.*)", re.DOTALL),
    success=re.compile(rb"OK"),
    # FAIL is what firmware before ESP-AT says to a join.
    failure=re.compile(rb"ERROR|FAIL"),
    causes=(re.compile(rb"ERR CODE:(0x[0-9a-fA-F]+)"),),
    told_causes=(re.compile(rb"\+ERRNO:(0x[0-9a-fA-F]+)"),),
    ready=(b"ready",),
    # Only with SYSMSG bit 0 does the module tell that a stream has ended; the notice is an event as well.
    stream_escape=Escape(before=_ESCAPE_BEFORE, after=_ESCAPE_AFTER, reply=re.compile(rb"(?=\r\n\+QUITT\r\n\Z)")),
    recovery=_RECOVERY,
    meaning=meaning,
)
