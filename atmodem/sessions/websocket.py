"""WebSockets by the module's own client."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Self

import anyio

from ..errors import AtmodemError, DataLost, InvalidArgument, ModuleReset, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import WebSocketDriver
from ..portable.events import ModuleRestarted, PortableEvent, WebSocketClosed, WebSocketData
from ..portable.opening import Opening
from ..portable.values import Frame, FrameKind, TlsOptions
from .background import Ending, open_whole
from .finishing import finish
from .http import Headers, check_headers, check_url

__all__ = ["WebSocket", "WebSockets"]


class WebSocket:
    """A WebSocket of the module: an async iterator of what comes.

    A module may cut what the server sends into pieces without marking them; ``kind`` and ``final`` are None then.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: WebSocketDriver,
        number: int,
        limit: int,
        released: Callable[[WebSocket], None],
    ) -> None:
        #: The module's number for it.
        self.number: int = number
        self._core = core
        self._driver = driver
        self._limit = limit
        self._released = released
        self._held: deque[WebSocketData] = deque()
        self._changed = asyncio.Event()
        self._receiving = False
        self._sending = asyncio.Lock()
        #: The last frame was not the end of its message.
        self._unfinished = False
        self._over = False
        self._gone = False
        self._closed = False
        self._lost = 0
        self._error: SessionBroken | None = None
        self._ending = Ending(core, self._close)

    # Receiving

    async def receive(self) -> WebSocketData:
        """Return the next data.

        Cancelled, none are lost.

        :raises anyio.EndOfStream: the server has closed the WebSocket, or it was lost, and all data were read.
        :raises anyio.BusyResourceError: another task receives already.
        :raises DataLost: data could not be held; it counts the bytes.
        :raises SessionBroken: the module started anew, or its line was lost.
        :raises SessionClosed: it was closed here.
        """
        if self._receiving:
            raise anyio.BusyResourceError("receiving from")
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._receiving = True
        try:
            while not self._held or self._closed:
                self._check_open()
                if self._error is not None:
                    raise self._why()
                if self._over:
                    raise anyio.EndOfStream
                self._changed.clear()
                await self._changed.wait()
            return self._held.popleft()
        finally:
            self._receiving = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> WebSocketData:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    def tell(self, event: WebSocketData | WebSocketClosed) -> None:
        """Take an event of this WebSocket."""
        if isinstance(event, WebSocketClosed):
            self._over = True
            self._ending.begin()
        elif self._error is not None:
            self._lost += len(event.data)
        elif len(self._held) >= self._limit:
            self._lost += len(event.data)
            self._error = SessionBroken("data were lost")
            self._ending.begin()
        elif not self._closed:
            self._held.append(event)
            if event.lost:
                self._lost += event.lost
                self._error = SessionBroken("data were lost")
                self._ending.begin()
        self._changed.set()

    def _why(self) -> SessionBroken:
        assert self._error is not None
        if self._lost:
            advice = "read faster, or raise the limit"
            return DataLost(f"{self._lost} bytes could not be held", lost=self._lost, advice=advice)
        return self._error

    def fail(self, error: SessionBroken) -> None:
        """End it for a reason: the module has forgotten it."""
        self._gone = True
        if self._error is None:
            self._error = error
        self._changed.set()

    # Sending

    async def send(self, data: bytes | str, *, final: bool = True) -> None:
        """Send a message, or a part of one.

        It is cut into frames of what the module takes. Cancelled, it is sent all the same.

        :param data: bytes for a binary message, a text for a text message.
        :param final: the message ends with it; what is sent next goes on with it otherwise.
        :raises InvalidArgument: the module cannot send it, as an empty message; nothing was sent.
        :raises SessionBroken: the WebSocket is over; how much arrived is not known.
        :raises SessionClosed: it was closed here.
        """
        kind = FrameKind.TEXT if isinstance(data, str) else FrameKind.BINARY
        content = data.encode() if isinstance(data, str) else bytes(data)
        limit = self._driver.frame_limit
        pieces = [content[start : start + limit] for start in range(0, len(content), limit)] or [b""]

        async def work() -> None:
            async with self._sending:
                for index, piece in enumerate(pieces):
                    ends = final and index == len(pieces) - 1
                    part = FrameKind.CONTINUATION if self._unfinished else kind
                    await self._send(Frame(data=piece, kind=part, final=ends))
                    self._unfinished = not ends

        self._check_open()
        await finish(self._core, work, "send")

    async def send_frame(self, frame: Frame) -> None:
        """Send one frame as it is, such as a ping.

        Cancelled before it is sent, it is not; cancelled after that, it is.

        :raises InvalidArgument: it is larger than what the module takes; nothing was sent.
        :raises SessionBroken: the WebSocket is over.
        :raises SessionClosed: it was closed here.
        """
        if len(frame.data) > self._driver.frame_limit:
            raise InvalidArgument("data", f"at most {self._driver.frame_limit} bytes in one frame")
        async with self._sending:
            await self._send(frame)

    async def _send(self, frame: Frame) -> None:
        self._check_open()
        if self._error is not None:
            raise self._why()
        if self._over:
            raise SessionBroken("the WebSocket was closed by the server, or lost")
        try:
            await self._driver.send(self.number, frame)
        except InvalidArgument:
            raise
        except AtmodemError as error:
            raise SessionBroken(f"the module could not send: {error}") from error

    # Closing

    async def aclose(self) -> None:
        """Close the WebSocket; idempotent.

        Cancelled, the close goes on in the background.
        """
        self._closed = True
        self._held.clear()
        self._changed.set()
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if not self._gone:
                await self._driver.close(self.number)
        finally:
            self._gone = True
            self._released(self)

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed("the WebSocket was closed here")


class WebSockets:
    """The WebSockets of one modem: hands each one's events to the session that has it open."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._open: dict[int, WebSocket] = {}
        #: Openings under way, and what came meanwhile for numbers that no session has yet.
        self._opening = 0
        self._early: dict[int, list[WebSocketData | WebSocketClosed]] = {}
        core.listen(self._event)
        core.on_end(self._ended)

    def connect(
        self,
        url: str,
        *,
        headers: Headers,
        subprotocol: str | None,
        tls: TlsOptions | None,
        timeout: float,
        limit: int,
    ) -> Opening[WebSocket]:
        """Open a WebSocket; see :meth:`atmodem.Modem.websocket`."""

        async def open() -> WebSocket:
            core = self._core
            driver = core.require(core.driver.websocket, Capability.WEBSOCKET)
            check_url(url, "ws", "wss")
            told = check_headers(headers)
            if subprotocol is not None and not check_headers({"x": subprotocol})[0][1]:
                raise InvalidArgument("subprotocol", "a name, or left out")
            if not 0 < timeout < float("inf"):
                raise InvalidArgument("timeout", "more than 0 seconds")
            if limit < 1:
                raise InvalidArgument("limit", "1 or more")
            return await open_whole(core, lambda: self._work(driver, url, told, subprotocol, tls, timeout, limit))

        return Opening(open)

    async def _work(
        self,
        driver: WebSocketDriver,
        url: str,
        headers: tuple[tuple[str, str], ...],
        subprotocol: str | None,
        tls: TlsOptions | None,
        timeout: float,
        limit: int,
    ) -> WebSocket:
        generation = self._core.generation
        self._opening += 1
        try:
            number = await driver.open(url.partition("#")[0], headers, subprotocol, tls, timeout)
            if generation != self._core.generation:
                raise ModuleReset("the module started anew", advice="open the WebSocket again")
            made = WebSocket(self._core, driver, number, limit, self._forget)
            self._open[number] = made
            for event in self._early.pop(number, ()):
                made.tell(event)
            return made
        finally:
            self._opening -= 1
            if not self._opening:
                self._early.clear()

    def _forget(self, socket: WebSocket) -> None:
        if self._open.get(socket.number) is socket:
            del self._open[socket.number]

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, WebSocketData | WebSocketClosed):
            socket = self._open.get(event.socket)
            if socket is not None:
                socket.tell(event)
            elif self._opening:
                self._early.setdefault(event.socket, []).append(event)
        elif isinstance(event, ModuleRestarted):
            self._break(SessionBroken("the module started anew", advice="open the WebSocket again"))

    def _ended(self, error: AtmodemError) -> None:
        self._break(SessionBroken(f"the modem has ended: {error}"))

    def _break(self, error: SessionBroken) -> None:
        broken, self._open = self._open, {}
        self._early.clear()
        for socket in broken.values():
            socket.fail(error)
