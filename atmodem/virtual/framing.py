"""How a virtual module sets its answers and events: line ends, blank lines, finals."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ..wire.counted import Data
from ..wire.event import Event, fields_of
from ..wire.vocabulary import Vocabulary

__all__ = ["Framing"]


@frozen(kw_only=True)
class Framing:
    """What stands between the lines that a module prints.

    :param end: what ends a line.
    :param opening: what stands before the first line of an answer.
    :param before_final: what stands before the final besides that.
    :param event_lead: what stands before an event that is declared with a lead.
    :param success: the common success.
    :param failure: the common failure.
    :param prompt: what asks for data, where the command does not do with a bare ``>``.
    """

    end: bytes = b"\r\n"
    opening: bytes = b""
    before_final: bytes = b"\r\n"
    event_lead: bytes = b"\r\n"
    success: bytes = b"OK"
    failure: bytes = b"ERROR"
    prompt: bytes = b"\r\nOK\r\n\r\n>"

    def answer(self, lines: Sequence[bytes], final: bytes, *, glued: bool = False, bare: bool = False) -> list[bytes]:
        """Return an answer as pieces, between any two of which an event may stand.

        :param glued: the last line has no end of its own, only what stands before the final.
        :param bare: nothing stands before the final.
        """
        pieces = [line + self.end for line in lines]
        last = (b"" if bare else self.before_final) + final + self.end
        if glued and lines:
            # Nothing fits between: the line would not be complete before the final.
            pieces[-1:] = [lines[-1] + last]
        else:
            pieces.append(last)
        pieces[0] = self.opening + pieces[0]
        return pieces

    def event(self, vocabulary: Vocabulary, event: Event) -> bytes:
        """Return an event as it is printed."""
        declaration = type(event).declaration
        fields = fields_of(type(event))
        data = fields[-1].codec if fields else None
        end = data.trailer.text if isinstance(data, Data) else self.end
        return (self.event_lead if declaration.lead else b"") + vocabulary.event_text(event) + end
