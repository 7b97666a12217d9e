"""Shapes of answers: which lines and blocks belong to a command, and what they mean.

Each shape reads an answer for the client, line by line, and writes one for the virtual module.
"""

from .base import Collector, Reply, named
from .blocks import Counted
from .inline import Inline, InlineList, MaybeInline
from .lines import Last, Many, Maybe, One
from .plain import NoReply, RawReply
from .tables import Table
from .text import FreeText, Labelled, Usage

__all__ = [
    "Collector",
    "Counted",
    "FreeText",
    "Inline",
    "InlineList",
    "Labelled",
    "Last",
    "Many",
    "Maybe",
    "MaybeInline",
    "NoReply",
    "One",
    "RawReply",
    "Reply",
    "Table",
    "Usage",
    "named",
]
