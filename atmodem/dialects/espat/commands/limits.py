"""Time limits of commands that have one of their own."""

from __future__ import annotations

__all__ = ["beyond"]

#: Seconds for the answer behind the module's own limit.
_MARGIN = 5.0


def beyond(limit: float, timeout_ms: int | None) -> float:
    """Return the seconds to wait for a command: *limit*, or more where the module itself may take *timeout_ms*."""
    return limit if timeout_ms is None else max(limit, timeout_ms / 1000 + _MARGIN)
