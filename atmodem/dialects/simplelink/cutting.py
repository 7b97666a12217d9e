"""Cutting data into pieces that a line can carry in base64."""

from __future__ import annotations

import base64
from collections.abc import Iterator

__all__ = ["cut"]

#: What the example application takes for a command of its own, wherever in a line it stands.
_TAKEN = b"+send"


def cut(data: bytes, limit: int) -> Iterator[bytes]:
    """Yield *data* in pieces of at most *limit* bytes, cut inside whatever would be taken for a command."""
    start = 0
    while start < len(data):
        piece = data[start : start + limit]
        while (place := base64.b64encode(piece).find(_TAKEN)) >= 0:
            piece = piece[: max(1, (place + len(_TAKEN) - 1) * 3 // 4)]
        yield piece
        start += len(piece)
