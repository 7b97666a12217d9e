"""Links: byte pipes to a module over a serial device, TCP, any pyserial URL, or memory."""

from __future__ import annotations

from .base import Link, LinkReceiver
from .memory import memory_pair
from .opening import Backend, open_link
from .wrapper import LinkWrapper

__all__ = ["Backend", "Link", "LinkReceiver", "LinkWrapper", "memory_pair", "open_link"]
