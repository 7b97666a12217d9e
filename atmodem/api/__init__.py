"""The entry: :func:`connect` and what it opens."""

from .connecting import connect
from .modem import Modem

__all__ = ["Modem", "connect"]
