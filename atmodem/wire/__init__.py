"""The wire protocol without any I/O: bytes in, outcomes out.

Nothing here imports asyncio, opens anything or looks at a clock; :class:`~atmodem.wire.dialogue.Dialogue` is the entry.
"""
