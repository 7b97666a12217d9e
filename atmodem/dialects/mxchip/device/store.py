"""Tables in memory and in flash, for what is set per link, per place or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from ....virtual.flash import Settings

__all__ = ["Store"]

K = TypeVar("K")
V = TypeVar("V")


class Store(Generic[K, V]):
    """A table that is written to flash with each change, unless flash is locked.

    :param settings: knows whether flash is locked.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory: dict[K, V] = {}
        self._flash: dict[K, V] = {}

    def __iter__(self) -> Iterator[K]:
        return iter(tuple(self._memory))

    def get(self, key: K) -> V | None:
        """Return what stands at *key*, or None."""
        return self._memory.get(key)

    def set(self, key: K, value: V) -> None:
        """Put *value* at *key*."""
        self._memory[key] = value
        if self._settings.storing:
            self._flash[key] = value

    def remove(self, key: K) -> None:
        """Have nothing at *key*."""
        self._memory.pop(key, None)
        if self._settings.storing:
            self._flash.pop(key, None)

    def restart(self) -> None:
        """Forget what was not written to flash."""
        self._memory = dict(self._flash)

    def restore(self) -> None:
        """Be empty, as from the factory."""
        self._flash.clear()
        self._memory.clear()
