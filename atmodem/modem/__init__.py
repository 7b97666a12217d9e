"""The asyncio side: one task per modem that moves bytes, keeps time, resolves replies and fans events out."""
