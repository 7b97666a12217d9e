"""The rules of the CC3220 AT wire."""

from __future__ import annotations

import re

from ...wire.command import Form
from ...wire.grammar import Banner, Fence, Grammar, LineEnd, Recovery, Startup
from ...wire.template import Spelling
from .errors import meaning
from .syntax import SYNTAX

__all__ = ["GRAMMAR"]

#: The core prints names in small letters and no blank behind the colon, so that a blank there belongs to the value.
#: The manual writes names in capitals too, and blanks around the colon.
_HEAD = rb"\+(?=([A-Za-z][A-Za-z0-9]*) *:)(?:[a-z0-9]+:|[A-Za-z0-9]+ *: *)(.*)"

GRAMMAR = Grammar(
    syntax=SYNTAX,
    spelling=Spelling(separator=" *: *", blanks=True, fold_case=True, answers_quoted=False),
    # A CR alone: the LF of a CR LF would be an empty command.
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.TEST: "=?", Form.SET: "="},
    line_limit=1024,
    lower_names=True,
    # The example application ends its lines with LF CR, others with CR LF or LF.
    line_end=LineEnd.EITHER,
    head=re.compile(_HEAD, re.DOTALL),
    success=re.compile(rb"OK"),
    failure=re.compile(rb"ERROR *: *(?P<text>[^,]*?) *(?:, *(?P<code>-?\d+))?", re.IGNORECASE),
    banner=Banner(first=re.compile(rb"=+"), last=re.compile(rb"Enter AT Command:")),
    # Five workers carry the commands that wait; closing a socket needs one too.
    pending=3,
    recovery=Recovery(
        prelude=b"\r",
        prelude_example=b"\r\n\r",
        settle=0.05,
        # The network processor starts anew without a word.
        startup=Startup(rest=0.05, rounds=10),
        fences=(
            Fence(
                b"at+get=general,persistent\r",
                re.compile(rb"\+get *: *[01]", re.IGNORECASE),
                b"at+get=general,persistent\r\n\r+get:1\n\rOK\n\r",
            ),
            Fence(
                b"at+get=general,version\r",
                re.compile(rb"\+get *: *0x[0-9a-f]+,.*", re.IGNORECASE),
                b"at+get=general,version\r\n\r+get:0x31100019,3.7.0.1,3.1.0.26,4.13.0.2,13107\n\rOK\n\r",
            ),
        ),
    ),
    meaning=meaning,
)
