"""How a module takes the data behind a command: by count, or up to a byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["Counted", "Intake", "Passed", "Until"]


class Intake(Protocol):
    """Takes data until it has all."""

    @property
    def complete(self) -> bool:
        """Whether nothing more is wanted."""
        ...

    @property
    def data(self) -> bytes:
        """What was taken and kept."""
        ...

    def take(self, data: bytes) -> bytes:
        """Take what belongs to it; return the rest."""
        ...


class Counted:
    """Takes *length* bytes."""

    def __init__(self, length: int) -> None:
        self._missing = length
        self._kept = bytearray()

    @property
    def complete(self) -> bool:
        """Whether it has all."""
        return self._missing == 0

    @property
    def data(self) -> bytes:
        """What was taken."""
        return bytes(self._kept)

    def take(self, data: bytes) -> bytes:
        """Take what is missing; return the rest."""
        taken, rest = data[: self._missing], data[self._missing :]
        self._missing -= len(taken)
        self._keep(taken)
        return rest

    def _keep(self, data: bytes) -> None:
        self._kept += data


class Passed(Counted):
    """Takes *length* bytes and passes them on as they come, keeping none."""

    def __init__(self, length: int, forward: Callable[[bytes], object]) -> None:
        super().__init__(length)
        self._forward = forward

    def _keep(self, data: bytes) -> None:
        self._forward(data)


class Until:
    """Takes everything up to the byte *end*, which is not kept.

    :param limit: most bytes kept; more are dropped.
    """

    def __init__(self, end: bytes, limit: int) -> None:
        self._end = end
        self._limit = limit
        self._kept = bytearray()
        self.complete: bool = False

    @property
    def data(self) -> bytes:
        """What was kept."""
        return bytes(self._kept[: self._limit])

    def take(self, data: bytes) -> bytes:
        """Take everything up to the end; return what is behind it."""
        taken, found, rest = data.partition(self._end)
        self.complete = bool(found)
        if len(self._kept) < self._limit:
            self._kept += taken
        return rest
