"""A module that says what a test tells it to say, at the other end of a link in memory."""

import asyncio
from collections.abc import Callable

from atmodem.errors import LinkError
from atmodem.link import Link, memory_pair

#: What an ESP-AT module answers while a modem is set up on it.
SET_UP = {
    b"": b"\r\nERROR\r\n",
    b"AT+CIPMUX?": b"+CIPMUX:1\r\n\r\nOK\r\n",
    b"ATE0": b"\r\nOK\r\n",
    b"AT+SYSSTORE=0": b"\r\nOK\r\n",
    b"AT+SYSLOG=1": b"\r\nOK\r\n",
    b"AT+CIPCLOSE=5": b"\r\nERROR\r\n",
    b"AT+CIPDINFO=0": b"\r\nOK\r\n",
}

Answer = bytes | Callable[[], None]


class Peer:
    """Answers lines by a table; what the table lacks stays unanswered, and can be waited for."""

    def __init__(self) -> None:
        self.link: Link
        self.link, self._end = memory_pair()
        self.answers: dict[bytes, Answer] = dict(SET_UP)
        self.lines: list[bytes] = []
        self.lost: LinkError | None = None
        self.raw = bytearray()
        self._held = b""
        self._arrived = asyncio.Event()
        self._end.start(self)

    def link_received(self, data: bytes) -> None:
        self.raw += data
        *lines, self._held = (self._held + data).split(b"\r\n")
        for line in lines:
            self.lines.append(line)
            answer = self.answers.get(line)
            if isinstance(answer, bytes):
                self.say(answer)
            elif answer is not None:
                answer()
        self._arrived.set()

    def link_lost(self, cause: LinkError) -> None:
        self.lost = cause
        self._arrived.set()

    def say(self, data: bytes) -> None:
        self._end.write(data)

    async def heard(self, line: bytes) -> None:
        """Wait until *line* has come."""
        while line not in self.lines:
            self._arrived.clear()
            await self._arrived.wait()

    async def heard_data(self, data: bytes) -> None:
        """Wait until *data* have come behind a prompt, and take them off the line."""
        while not self._held.startswith(data):
            self._arrived.clear()
            await self._arrived.wait()
        self._held = self._held[len(data) :]

    async def let_go(self) -> None:
        """Wait until the other end has closed the link."""
        while self.lost is None:
            self._arrived.clear()
            await self._arrived.wait()

    async def hang_up(self) -> None:
        await self._end.aclose()
