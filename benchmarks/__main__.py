"""``python -m benchmarks`` prints every measurement."""

import asyncio

from . import events, memory, round_trip

if __name__ == "__main__":
    asyncio.run(events.measure())
    asyncio.run(round_trip.measure())
    asyncio.run(memory.measure())
