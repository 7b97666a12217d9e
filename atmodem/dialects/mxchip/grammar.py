"""The rules of the MXCHIP AT v2 wire."""

from __future__ import annotations

import re

from ...wire.command import Form
from ...wire.grammar import Escape, Fence, Grammar, LineEnd, Recovery, Startup
from ...wire.syntax import Syntax
from ...wire.template import Spelling
from .errors import meaning

__all__ = ["ESCAPE", "GRAMMAR"]

#: What stands between a name and its values: the colon that firmware sends, and what the manual prints as well. The
#: three bytes are a full-width colon.
_SEPARATOR = r"\?? *(?::|=|\xef\xbc\x9a)"

#: The three pluses stand alone when twice the framing time of UARTFOMAT (100 ms unless set) is silent on both sides.
ESCAPE = Escape(before=0.2, after=0.2, reply=re.compile(rb"\r\nOK\r\n"))

GRAMMAR = Grammar(
    # 0x1A ends an upload, so it is refused like the bytes that end a line. Nothing but the comma has an escape.
    syntax=Syntax(quote=b"", escape=b"\\", escaped=b",", refused=b"\r\n\x00\x1a", unescape_any=False),
    spelling=Spelling(separator=_SEPARATOR + " *", blanks=True, answers_quoted=False),
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.STORED: "=?", Form.SET: "="},
    line_limit=1024,
    any_case=False,
    line_end=LineEnd.LF,
    head=re.compile(rb"\+?([A-Z][A-Z0-9]*)" + _SEPARATOR.encode("latin-1") + rb"(.*)", re.DOTALL),
    success=re.compile(rb"\+?OK"),
    failure=re.compile(rb"ERROR|\+CME ERROR: *(?P<code>\d+)"),
    causes=(re.compile(rb"ERR CODE: *(0x[0-9a-fA-F]+)"),),
    prompt_wait=0.3,
    rest=0.02,
    stream_escape=ESCAPE,
    recovery=Recovery(
        # Ends a half-typed line, or the three pluses that a module in command mode took for one.
        prelude=b"AT\r",
        prelude_example=b"\r\nOK\r\n",
        # A module that waits for a certificate waits for its end; one that waits for a count gives up after a minute.
        feed=b"\x1a",
        settle=0.1,
        fences=(
            Fence(
                b"AT+UARTE?\r",
                re.compile(rb"\+?UARTE" + _SEPARATOR.encode("latin-1") + rb" *(ON|OFF)"),
                b"\r\n+UARTE:OFF\r\nOK\r\n",
                echo_on=b"ON",
            ),
            Fence(
                b"AT+SYSTIME?\r",
                re.compile(rb"\+?SYSTIME" + _SEPARATOR.encode("latin-1") + rb" *\d+"),
                b"\r\n+SYSTIME:1291\r\nOK\r\n",
            ),
        ),
        rounds=5,
        escape=ESCAPE,
        # No banner. It is silent for 2 to 5 s, after FACTORY for up to 16 s; a round takes 1.5 s.
        startup=Startup(rest=1.0, rounds=12),
    ),
    meaning=meaning,
)
