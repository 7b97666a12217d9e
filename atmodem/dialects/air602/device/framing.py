"""How this firmware sets its answers."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ....virtual.framing import Framing

__all__ = ["InlineFraming"]


@frozen(kw_only=True)
class InlineFraming(Framing):
    """Values stand in the final itself: ``+OK=values``. A bare final has no end of its own.

    What asks for data tells how many, and is printed by the command that wants them.
    """

    end: bytes = b"\r\n\r\n"
    before_final: bytes = b""
    event_lead: bytes = b""
    success: bytes = b"+OK"
    prompt: bytes = b""

    def answer(self, lines: Sequence[bytes], final: bytes, *, glued: bool = False, bare: bool = False) -> list[bytes]:
        values = b"=" + b"\r\n".join(lines) if lines else b""
        return [final + values + (b"" if bare else self.end)]
