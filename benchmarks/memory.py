"""Memory of one more open modem."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import atmodem

COUNT = 20


async def measure() -> None:
    """Print the KiB that one more modem, open on a link in memory, costs this process."""
    dialect = "espat"
    first = await atmodem.connect(f"virtual://{dialect}")
    await first.aclose()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    modems = [await atmodem.connect(f"virtual://{dialect}") for _ in range(COUNT)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for modem in modems:
        await modem.aclose()
    print(f"memory: {(after - before) / COUNT / 1024:.0f} KiB for one more modem with its virtual module")


if __name__ == "__main__":
    asyncio.run(measure())
