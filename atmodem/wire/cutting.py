"""Counted data of which a firmware announces more than it sends: where such a block really ends.

Such firmware goes on with the next message at a known place inside the block; firmware of the same family that sends
all may have bytes there that only look like a message. What tells them apart is what no data can bring about: that the
count is not filled although nothing more comes, or that no message begins where the count says.
"""

from __future__ import annotations

from attrs import frozen

from .counted import Header
from .vocabulary import Vocabulary

__all__ = ["Cuts", "Opened"]

#: Bytes in which a message shows what it is.
_LONGEST = 64


@frozen
class Opened:
    """A block that may be cut, as far as it was received.

    :param header: what announced it.
    :param length: bytes that were announced.
    :param held: those that have come.
    """

    header: Header
    length: int
    held: bytes


class Cuts:
    """Finds out whether a module cuts the blocks that its family may cut, and remembers it.

    :param vocabulary: the dialect's commands and events.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._proven: set[Header] = set()

    def length(self, header: Header, announced: int) -> int:
        """Return how many bytes of a block come, as far as that is known."""
        cut = header.codec.cut
        return announced if cut is None or header not in self._proven else min(announced, cut.limit)

    def is_cut(self, block: Opened, behind: bytes) -> bool | None:
        """Tell whether a block whose count is filled was cut all the same; None when more bytes are needed.

        :param behind: what follows the block by its count.
        """
        cut = block.header.codec.cut
        if cut is None or block.length <= cut.limit:
            return False
        inside = self._begins(block.held[cut.limit :] + behind, cut.lead)
        if not inside:
            return inside
        regular = self._begins(behind, cut.lead)
        return None if regular is None else self._learn(block.header, cut=not regular)

    def was_cut(self, block: Opened) -> bool:
        """Tell whether a block whose count is not filled, and nothing more comes, was cut; else bytes were lost."""
        cut = block.header.codec.cut
        if cut is None or not cut.limit <= len(block.held) < block.length:
            return False
        rest = block.held[cut.limit :]
        return self._learn(block.header, cut=not rest or self._begins(rest, cut.lead) is True)

    def _learn(self, header: Header, *, cut: bool) -> bool:
        if cut:
            self._proven.add(header)
        return cut

    def _begins(self, data: bytes, lead: bytes) -> bool | None:
        """Tell whether a message begins at the start of *data*; None when more bytes are needed."""
        data = data[:_LONGEST]
        event = self._vocabulary.starts_event(data)
        if event:
            return True
        line, end, _ = data.partition(b"\r\n")
        if end:
            grammar = self._vocabulary.grammar
            return bool(grammar.success.fullmatch(line) or grammar.failure.fullmatch(line))
        may_begin = event is None or data.startswith(lead[: len(data)])
        return None if may_begin and len(data) < _LONGEST else False
