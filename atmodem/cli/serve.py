"""The verb ``virtual``: a virtual module for other programs."""

from __future__ import annotations

import asyncio
import signal
import sys

from ..api.virtual import make_device, serve_pty, serve_tcp
from ..dialects import find_dialect
from ..errors import InvalidArgument

__all__ = ["run_virtual"]


async def run_virtual(dialect: str, profile: str | None, baudrate: int | None, pty: str | None, tcp: str | None) -> int:
    """Serve a virtual module until the process is told to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with (
        make_device(find_dialect(dialect), profile=profile, baudrate=baudrate) as device,
        serve_pty(device, pty) if pty is not None else serve_tcp(device, *_address(tcp or "")) as where,
    ):
        sys.stdout.write(f"virtual {dialect} on {where}\n")
        sys.stdout.flush()
        await stop.wait()
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise InvalidArgument("--tcp", "HOST:PORT, such as 127.0.0.1:4000")
    return host.strip("[]"), int(port)
