"""What the arguments of a link may be, and how its URL may be shown."""

from __future__ import annotations

import re

from ..errors import InvalidArgument

__all__ = ["checked_baudrate", "redacted"]

_SLOWEST, _FASTEST = 50, 20_000_000
_USER_INFO = re.compile(r"(?<=://).*@")
_SECRET_OPTION = re.compile(r"(?i)([?&][^=&#]*(?:passw|secret|token|key|auth|psk)[^=&#]*=)[^&#]*")


def checked_baudrate(baudrate: int) -> int:
    """Return *baudrate* (bits per second) if a serial line can have it.

    :raises InvalidArgument: it is not an integer, or outside of 50 to 20000000.
    """
    if not isinstance(baudrate, int) or isinstance(baudrate, bool) or not _SLOWEST <= baudrate <= _FASTEST:
        raise InvalidArgument("baudrate", f"an integer from {_SLOWEST} to {_FASTEST}")
    return baudrate


def redacted(url: str) -> str:
    """Return *url* with user, password and secret options replaced by ``***``."""
    return _SECRET_OPTION.sub(r"\1***", _USER_INFO.sub("***@", url))
