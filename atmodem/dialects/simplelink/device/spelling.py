"""How answers and events are set: as the core prints them, or as the manual does."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ....virtual.framing import Framing
from ....wire.command import CommandDeclaration
from ....wire.event import Event
from ....wire.vocabulary import Vocabulary
from ..commands.socket import Connect
from ..commands.wlan import WlanScan

__all__ = ["CoreFraming", "ManualFraming", "manual_lines"]


@frozen(kw_only=True)
class CoreFraming(Framing):
    """Every line has one end, and nothing stands between lines."""

    before_final: bytes = b""
    event_lead: bytes = b""

    def event(self, vocabulary: Vocabulary, event: Event) -> bytes:
        return vocabulary.event_text(event) + self.end


@frozen(kw_only=True)
class ManualFraming(CoreFraming):
    """Names in capitals and small letters, a blank behind the colon, the ID of an event in capitals."""

    def event(self, vocabulary: Vocabulary, event: Event) -> bytes:
        _, _, text = vocabulary.event_text(event).partition(b":")
        word, comma, rest = text.partition(b",")
        family = type(event).declaration.name.partition(".")[0]
        return b"+%b: %b%b%b" % (family.encode(), word.upper(), comma, rest) + self.end


def manual_lines(declaration: CommandDeclaration, lines: Sequence[bytes]) -> list[bytes]:
    """Return answer lines of the core as the manual prints them."""
    name = declaration.name.encode()
    texts = [line.partition(b":")[2] for line in lines]
    if declaration is Connect.declaration:
        return [b"+%b : %b" % (name, text.replace(b",", b", ")) for text in texts]
    if declaration is WlanScan.declaration:
        return [b"+%b: %b" % (name, b"".join(_network(text) + b";" for text in texts))]
    return [b"+%b: %b" % (name, text) for text in texts]


def _network(text: bytes) -> bytes:
    """Return an entry of a scan with its words in capitals; only ``None`` is written small."""
    before, security, hidden, *words = text.rsplit(b",", 4)
    spelled = [b"None" if word == b"none" else word.upper() for word in words]
    return b",".join((before, security.upper(), hidden, *spelled))
