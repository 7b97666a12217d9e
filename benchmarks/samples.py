"""Repeats two rivals in turn and compares their medians."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable

__all__ = ["compare"]


async def compare(
    ours: Callable[[], Awaitable[float]], theirs: Callable[[], Awaitable[float]], rounds: int
) -> tuple[float, float]:
    """Return the medians of what the two return, measured in turn so that both meet the same weather."""
    one: list[float] = []
    other: list[float] = []
    for _ in range(rounds):
        one.append(await ours())
        other.append(await theirs())
    return statistics.median(one), statistics.median(other)
