"""Answers without values, and answers that no declaration describes."""

from __future__ import annotations

from attrs import frozen

from ..template import Spelling
from .base import Collector, Reply

__all__ = ["NoReply", "RawReply"]


class _NoneCollector(Collector[None]):
    def result(self, inline: bytes | None) -> None:
        return None


@frozen
class NoReply(Reply[None]):
    """Nothing but the final."""

    def collector(self, name: str, spelling: Spelling) -> Collector[None]:
        return _NoneCollector()

    def lines(self, name: str, spelling: Spelling, value: None) -> list[bytes]:
        return []


class _RawCollector(Collector[tuple[bytes, ...]]):
    def __init__(self, name: str) -> None:
        self._name = name.upper().encode()
        self._lines: list[bytes] = []

    def line(self, name: bytes, text: bytes, line: bytes) -> bool:
        if name and name == self._name:
            self._lines.append(line)
            return True
        return False

    def row(self, line: bytes) -> bool:
        self._lines.append(line)
        return True

    def result(self, inline: bytes | None) -> tuple[bytes, ...]:
        return tuple(self._lines) if inline is None else (inline, *self._lines)


@frozen
class RawReply(Reply[tuple[bytes, ...]]):
    """Every line up to the final that is no event, as it came."""

    def collector(self, name: str, spelling: Spelling) -> Collector[tuple[bytes, ...]]:
        return _RawCollector(name)

    def lines(self, name: str, spelling: Spelling, value: tuple[bytes, ...]) -> list[bytes]:
        return list(value)
