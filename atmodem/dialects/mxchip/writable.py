"""Commands as they are written: refusing what cannot be before anything is sent, and naming them in errors."""

from __future__ import annotations

from typing import Any

from ...wire.command import Command
from ...wire.encoding import Encoder
from .grammar import GRAMMAR

__all__ = ["check", "label"]

_ENCODER = Encoder(GRAMMAR, lambda line: (line.decode("latin-1"), ()))


def check(*commands: Command[Any]) -> None:
    """Raise where one of the commands cannot be written; nothing is sent.

    :raises InvalidArgument: it names the parameter and the rule that it breaks.
    """
    for command in commands:
        _ENCODER.request(command)


def label(command: Command[Any]) -> str:
    """Return how a command may be shown: its secrets are masked."""
    return _ENCODER.request(command).label
