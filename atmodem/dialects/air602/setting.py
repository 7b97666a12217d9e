"""What the parameter commands have in common."""

from __future__ import annotations

from typing import Self

from ...wire.command import Form, Query, Setting
from ...wire.reply import Inline

__all__ = ["InlineSetting"]


class InlineSetting(Setting):
    """A setting whose value is read back in the reply itself, ``+OK=values``."""

    __slots__ = ()

    @classmethod
    def answer(cls) -> Inline[Self]:
        """Return the shape of the values; a setting that is printed in its own way overrides it."""
        return Inline(cls)

    @classmethod
    def query(cls) -> Query[Self]:
        """Ask for the value that is set."""
        return Query(cls, Form.QUERY, cls.answer(), cls.declaration.timeout)
