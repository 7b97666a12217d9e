"""What a module prints when it starts: noise before its first words, and a banner."""

from __future__ import annotations

from .grammar import Banner, Grammar

__all__ = ["BannerReader", "without_noise"]


def _is_noise(byte: int) -> bool:
    return byte < 0x20 or byte >= 0x7F


def without_noise(line: bytes, grammar: Grammar) -> bytes | None:
    """Return the message that stands behind noise in *line*, or None where there is no noise to drop.

    Control bytes and bytes from 0x7F in front of a line are dropped; a word that tells a start counts even at the end
    of a line of noise.
    """
    start = 0
    while start < len(line) and _is_noise(line[start]):
        start += 1
    if start:
        return line[start:] or None
    for word in grammar.ready:
        before = line.removesuffix(word)
        if before != line and any(_is_noise(byte) for byte in before):
            return word
    return None


class BannerReader:
    """Takes the lines of a banner, from its first distinctive one to its last.

    :param banner: what the dialect prints; None where it prints nothing.
    """

    def __init__(self, banner: Banner | None) -> None:
        self._banner = banner
        self._inside = False

    def begins(self, line: bytes) -> bool:
        """Tell whether *line* begins a banner."""
        if self._banner is None or self._inside or self._banner.first.fullmatch(line.strip()) is None:
            return False
        self._inside = True
        return True

    def end(self) -> None:
        """The module speaks of something else: the banner is over, whole or not."""
        self._inside = False

    def takes(self, line: bytes) -> bool:
        """Tell whether *line* belongs to the banner that has begun."""
        if self._banner is None or not self._inside:
            return False
        self._inside = self._banner.last.fullmatch(line.strip()) is None
        return True
