"""Finds what outlives a test: file descriptors, tasks, virtual modules."""

import asyncio
import os
from pathlib import Path

from atmodem.virtual import registry

__all__ = ["census", "settled"]

DESCRIPTORS = Path("/dev/fd")


def census() -> set[str]:
    """Return everything that is open now, apart from the running task."""
    found = {f"virtual module {url}" for url in registry._modules}
    found |= {f"task {task.get_name()}" for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    for name in os.listdir(DESCRIPTORS):
        try:
            found.add(f"{name} -> {os.readlink(DESCRIPTORS / name)}")
        except OSError:  # the one that listed them
            continue
    return found


async def settled(before: set[str]) -> set[str]:
    """Return what is left beyond *before*, once what is about to end has ended; give up after ten seconds."""
    deadline = asyncio.get_running_loop().time() + 10
    while (left := census() - before) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.005)
    return left
