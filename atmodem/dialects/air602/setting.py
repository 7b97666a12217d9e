"""What the parameter commands have in common."""

from __future__ import annotations

from typing import Any

from ...wire.command import Setting
from ...wire.reply import Inline, Reply

__all__ = ["InlineSetting"]


class InlineSetting(Setting):
    """A setting whose value is read back in the reply itself, ``+OK=values``."""

    __slots__ = ()

    @classmethod
    def answer(cls) -> Reply[Any]:
        return Inline(cls)
