"""The verbs that talk to a module: ``send`` and ``events``."""

from __future__ import annotations

import sys

from ..api import connect
from ..errors import CommandError

__all__ = ["run_events", "run_send"]


async def run_send(url: str, dialect: str | None, baudrate: int, line: str, timeout: float) -> int:
    """Send one line and print the lines that answer it; the status is 1 when the module refuses it."""
    async with connect(url, dialect, baudrate=baudrate) as modem:
        try:
            answer = await modem.send_raw(line, timeout=timeout)
        except CommandError as error:
            sys.stdout.write(f"refused: {error}\n")
            return 1
    for text in answer:
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.write("OK\n")
    return 0


async def run_events(url: str, dialect: str | None, baudrate: int) -> int:
    """Print each event, until interrupted."""
    async with connect(url, dialect, baudrate=baudrate) as modem, modem.events() as events:
        async for event in events:
            sys.stdout.write(f"{event!r}\n")
            sys.stdout.flush()
    return 0
