"""The rules of the Air602 wire."""

from __future__ import annotations

import re

from ...wire.command import Form
from ...wire.grammar import Escape, Fence, Grammar, LineEnd, Recovery
from ...wire.syntax import Syntax
from .errors import meaning

__all__ = ["GRAMMAR"]

#: The module takes ``+++`` only as three bytes by themselves.
_ESCAPE = Escape(before=0.2, after=0.2, reply=re.compile(rb"\+OK\r\n\r\n"))

GRAMMAR = Grammar(
    # Behind "=", a bare text that begins with "!" or "?" would be taken for an operator.
    syntax=Syntax(quote=b'"', escape=b"\\", escaped=b'"\\', needs_quotes=b',"\\!?', unescape_any=False),
    # A LF behind the CR could become the first byte of the data that SKSND asks for.
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.SET: "=", Form.SAVE: "=!", Form.QUERY: "=?"},
    # "AT+" and 512 bytes; a longer line is thrown away without a reply.
    line_limit=515,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+([A-Za-z]+)[:=](.*)", re.DOTALL),
    success=re.compile(rb"\+OK(?:=(?P<value>.*))?", re.DOTALL),
    failure=re.compile(rb"\+ERR=(?P<code>-?\d+)"),
    gap=0.3,
    ready=(b"ready",),
    stream_escape=_ESCAPE,
    stream_lead=b"\r\n",
    blank_after_event=True,
    recovery=Recovery(
        # What is half typed ends here; two replies may come, so the null command itself proves nothing.
        prelude=b"AT+\r",
        prelude_example=b"+OK\r\n\r\n",
        settle=0.05,
        # No other command answers in these forms, and no SSID is long enough for the second.
        fences=(
            Fence(
                line=b"AT+UART=?\r",
                answer=re.compile(rb"\d{3,7},\d,\d,\d(?:,\d)?"),
                example=b"+OK=115200,0,0,0,0\r\n\r\n",
                in_final=True,
            ),
            Fence(
                line=b"AT+NIP=?\r",
                answer=re.compile(rb"[01](?:,\d{1,3}(?:\.\d{1,3}){3}){4}"),
                example=b"+OK=0,192.168.1.1,255.255.255.0,192.168.1.1,192.168.1.1\r\n\r\n",
                in_final=True,
            ),
        ),
        # A module in transparent or automatic mode is silent too.
        escape=_ESCAPE,
        # So is one that waits for the data of an SKSND whose sender is gone.
        feed=bytes(512),
    ),
    meaning=meaning,
)
