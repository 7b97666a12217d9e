"""The modem itself: commands, events, restarts, and the one task that owns everything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast, overload

import anyio
from anyio.abc import TaskGroup
from attrs import frozen

from ..errors import (
    AtmodemError,
    InvalidArgument,
    LinkError,
    LinkLost,
    ModeConflict,
    ModuleReset,
    SessionClosed,
    Unsupported,
)
from ..link import Link
from ..portable.capabilities import Capabilities, Capability, Support, unsupported
from ..portable.dialect import Dialect
from ..portable.drivers import Driver
from ..portable.events import ModuleReady, ModuleRestarted, PortableEvent
from ..wire.command import Command, Raw
from ..wire.dialogue import Dialogue
from ..wire.event import Event, Unrecognized
from ..wire.outcomes import Down, Outcome, Restarted, StreamData
from ..wire.request import Request
from ..wire.script import Prompt
from .engine import Engine
from .hub import DEFAULT_LIMIT, EventHub, Expectation, Subscription
from .speed import LineSpeed

__all__ = ["ModemCore", "Statistics"]

R = TypeVar("R")
E = TypeVar("E", bound=Event)
P = TypeVar("P")

#: Seconds until a module that fell silent is tried again.
_RETRY = 5.0


@frozen(kw_only=True)
class Statistics:
    """What has passed over the line.

    :param commands: commands written.
    :param sent: bytes sent.
    :param received: bytes received.
    :param unrecognized: messages that no rule of the dialect explains.
    """

    commands: int
    sent: int
    received: int
    unrecognized: int


class ModemCore:
    """A module that takes commands and tells events. Made by :func:`atmodem.connect`.

    One task owns every scope and every background job, so that a modem opened in one place can be closed in another.
    """

    def __init__(self, link: Link, dialect: Dialect, *, rest: float | None = None, strict_prompt: bool = False) -> None:
        self._link = link
        self._dialect = dialect
        self._hub = EventHub()
        dialogue = Dialogue(dialect.vocabulary, rest=rest, strict_prompt=strict_prompt)
        self._engine = Engine(link, dialogue, self._outcome, self._lost)
        self._speed = LineSpeed(link, self._engine)
        self._driver: Driver = dialect.driver(_Line(self))
        self._listeners: list[Callable[[PortableEvent], None]] = []
        self._end_listeners: list[Callable[[AtmodemError], None]] = []
        self._tasks: TaskGroup | None = None
        self._main: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._restarted = asyncio.Event()
        self._closing = asyncio.Event()
        self._stream: Callable[[bytes], None] | None = None
        self._end_stream: Callable[[], Coroutine[object, object, None]] | None = None
        self._failure: AtmodemError | None = None
        #: Counts starts of the module; a handle from before never touches a link opened after.
        self.generation: int = 0
        self._unrecognized = 0
        self._notable: tuple[type[Event], ...] = (Unrecognized, *self._driver.translates)

    @property
    def url(self) -> str:
        """The link's URL without credentials."""
        return self._link.url

    @property
    def dialect(self) -> Dialect:
        """The dialect that the module speaks."""
        return self._dialect

    @property
    def driver(self) -> Driver:
        """The dialect's driver, for sessions."""
        return self._driver

    @property
    def capabilities(self) -> Capabilities:
        """What the module can do: yes, no, or unknown until :meth:`probe` has asked."""
        return self._driver.capabilities

    @property
    def closed(self) -> bool:
        """Whether the modem is closed or its link lost."""
        return self._failure is not None

    @property
    def statistics(self) -> Statistics:
        """What has passed over the line so far."""
        engine = self._engine
        return Statistics(
            commands=engine.commands, sent=engine.sent, received=engine.received, unrecognized=self._unrecognized
        )

    def __repr__(self) -> str:
        state = "closed" if self._failure is not None else "open"
        return f"<{type(self).__name__} {self._dialect.name} on {self.url}, {state}>"

    # Commands

    async def send(self, command: Command[R], *, timeout: float | None = None) -> R:
        """Send a command and return its reply.

        Commands run one after another in the order of their sending. Cancelled before it is written, a command is never
        sent; cancelled after that, it is finished in the background and its reply dropped, and the modem stays usable.

        :param command: the command, such as ``espat.GMR()``.
        :param timeout: seconds for the reply, where the command's own limit is too short; 0 for no limit.
        :raises InvalidArgument: a value cannot be sent, or the command would make the line a stream; nothing was sent.
        :raises CommandError: the module refused it.
        :raises CommandTimeout: no reply came in time.
        :raises ModuleReset: the module started anew meanwhile.
        :raises LinkLost: the link broke.
        :raises ModeConflict: passthrough is on.
        :raises SessionClosed: this modem is closed.
        """
        await self._ready.wait()
        self._check_stream()
        request = self._request(command, timeout)
        if request.script.stream:
            advice = "a session such as passthrough() begins a stream, and leaves it again"
            raise InvalidArgument("command", "one that begins no stream", command=request.label, advice=advice)
        return await self._run(request)

    async def send_raw(self, line: str, *, timeout: float = 10.0) -> list[str]:
        """Send a line that no class describes and return the lines that answer it, events left out.

        Bytes that are not UTF-8 are surrogate escapes. Cancelling is as in :meth:`send`.

        :param line: the command without its line end, such as ``"AT+SYSRAM?"``.
        :param timeout: seconds for the reply; 0 for no limit.
        :raises InvalidArgument: the line holds CR, LF or NUL, or its command wants data behind a prompt.
        """
        data = line.encode("utf-8", "surrogateescape")
        if self._dialect.vocabulary.wants_data(data):
            raise InvalidArgument(
                "line", "a command without data behind it", advice="send() takes its class, with the data"
            )
        command = Raw(data, self._dialect.vocabulary.name_of(data))
        lines = await self.send(command, timeout=timeout)
        return [text.decode("utf-8", "surrogateescape") for text in lines]

    def _request(self, command: Command[R], timeout: float | None) -> Request[R]:
        if timeout is not None and not 0 <= timeout < float("inf"):
            raise InvalidArgument("timeout", "0 or more seconds")
        request = self._dialect.vocabulary.request(command, timeout)
        script = request.script
        if script.prompt is not Prompt.NONE and not script.stream and request.data is None:
            # Without them the module would wait for data, and take the next command for them.
            raise InvalidArgument("the data", "given with this command", command=request.label)
        return request

    async def _run(self, request: Request[R]) -> R:
        await self._speed.turn()
        if self._failure is not None:
            raise self._failure
        if self._speed.blind:
            self._engine.write(request.line)
            return cast(R, None)
        ticket, future = self._engine.submit(request)
        try:
            reply: R = await future
        except asyncio.CancelledError:
            self._engine.cancel(ticket)
            raise
        return reply

    # Events

    @overload
    def events(self, *, limit: int = DEFAULT_LIMIT) -> Subscription[Event]: ...
    @overload
    def events(self, *types: type[E], limit: int = DEFAULT_LIMIT) -> Subscription[E]: ...
    def events(self, *types: type[Event], limit: int = DEFAULT_LIMIT) -> Subscription[Any]:
        """Return a stream of events, of these types or of all.

        ::

            async with modem.events(atmodem.WifiDisconnected) as events:
                async for event in events: ...

        :param types: the dialect's own events or portable ones, with their subclasses; none for every event.
        :param limit: events held for a slow reader; what comes beyond is dropped, counted and told by
            :class:`~atmodem.errors.EventsMissed`.
        :raises Unsupported: on entry, for a type that this dialect can never raise.
        """
        return Subscription(self._hub, types, limit, self._check_types)

    def expect(self, *types: type[E]) -> Expectation[E]:
        """Return an expectation of one event: enter it, act, then await :meth:`Expectation.get`.

        :raises Unsupported: on entry, for a type that this dialect can never raise.
        """
        return Expectation(self.events(*types), lambda: self._failure or SessionClosed("the modem is closed"))

    def _check_types(self, types: tuple[type[E], ...]) -> None:
        own = set(self._dialect.vocabulary.events)
        for kind in types:
            if issubclass(kind, PortableEvent):
                if kind.needs is not None and self.capabilities[kind.needs] is Support.NO:
                    raise unsupported(kind.needs, self._dialect.name)
                continue
            if kind in (Event, Unrecognized):
                continue
            if not any(issubclass(event, kind) for event in own):
                raise Unsupported(f"{self._dialect.name} never raises {kind.__name__}")

    def publish(self, event: PortableEvent) -> None:
        """Tell an event to sessions and subscribers."""
        for listener in self._listeners:
            listener(event)
        self._hub.publish(event)

    async def probe(self) -> None:
        """Ask the module for what is unknown in :attr:`capabilities`, as far as it can tell.

        Cancelled, nothing is learnt.

        :raises ModeConflict: passthrough is on.
        :raises CommandTimeout: it did not answer.
        :raises LinkLost: the link broke.
        """
        await self._ready.wait()
        self._check_stream()
        await self._driver.probe()

    # For sessions

    def require(self, part: P | None, *capabilities: Capability) -> P:
        """Return a part of the driver, sure that the module is not known to lack what is asked of it.

        :param part: the part; None where the dialect has none.
        :param capabilities: what is asked of it.
        :raises Unsupported: it lacks one; the error names it.
        :raises ModeConflict: passthrough is on.
        """
        for capability in capabilities:
            if part is None or self.capabilities[capability] is Support.NO:
                raise unsupported(capability, self._dialect.name)
        if part is None:
            raise Unsupported(f"{self._dialect.name} lacks a part of its driver")
        self._check_stream()
        return part

    def listen(self, listener: Callable[[PortableEvent], None]) -> None:
        """Call *listener* with each portable event, before subscribers see it."""
        self._listeners.append(listener)

    def on_end(self, listener: Callable[[AtmodemError], None]) -> None:
        """Call *listener* once, when the modem is closed or its link lost."""
        self._end_listeners.append(listener)

    async def change_speed(self, now: int, new: int, at_start: int, command: Callable[[bool], Awaitable[bool]]) -> None:
        """Change the speed of the line on both sides, and prove it; see :meth:`LineSpeed.change`.

        Cancelled, the two sides may be left at different speeds: run it by :meth:`spawn`.
        """
        await self._speed.change(now, new, at_start, command)

    async def follow_restart(self) -> None:
        """Turn the link to the speed of the module's starts, once the module was told to start anew."""
        await self._speed.started()

    def spawn(self, work: Callable[[], Coroutine[object, object, None]], name: str) -> None:
        """Run *work* in the background; it ends with the modem."""
        if self._tasks is None:
            raise self._failure or SessionClosed("the modem is closed")
        self._tasks.start_soon(work, name=f"atmodem[{self.url}].{name}")

    def reserve_stream(
        self, taken: Callable[[bytes], None], end: Callable[[], Coroutine[object, object, None]]
    ) -> None:
        """Keep the line for a stream; commands of others are refused until it is released.

        :param taken: gets the bytes of the stream.
        :param end: leaves it; called when the modem is closed.
        :raises ModeConflict: a stream has it.
        """
        self._check_stream()
        self._stream, self._end_stream = taken, end

    def release_stream(self) -> None:
        """Let commands pass again."""
        self._stream = self._end_stream = None

    async def write_stream(self, data: bytes) -> None:
        """Send bare bytes into the stream that is on, and wait until the link has room for more.

        Cancelled, they are sent all the same.
        """
        self._engine.write_stream(data)
        await self._link.drain()

    async def leave_stream(self) -> None:
        """Leave the stream, if one is on, behind everything that was written to it.

        Cancelled, it may be on still.

        :raises OutOfSync: the module does not answer.
        :raises LinkLost: the link broke.
        """
        await self._engine.leave_stream()

    def _check_stream(self) -> None:
        if self._stream is not None:
            raise ModeConflict("passthrough is on: the line carries bare data", advice="leave it first")

    # Life

    async def start(self) -> None:
        """Bring the module to a known state and set it up.

        Cancelled or failed, everything is closed.

        :raises OutOfSync: the module does not answer in this dialect.
        """
        started = asyncio.get_running_loop().create_future()
        self._main = asyncio.create_task(self._life(started), name=f"atmodem[{self.url}]")
        try:
            await asyncio.shield(started)
        except BaseException:
            started.cancel()
            self._closing.set()
            with anyio.CancelScope(shield=True):
                await asyncio.wait([self._main])
            raise

    async def aclose(self) -> None:
        """Close the modem: sessions end, the link is released. Idempotent.

        Cancelled, the close goes on in the background.
        """
        self._closing.set()
        if self._main is None:
            await self._link.aclose()
        else:
            await asyncio.shield(asyncio.wait([self._main]))

    async def _life(self, started: asyncio.Future[None]) -> None:
        """Own the modem from opening to close."""
        try:
            async with anyio.create_task_group() as tasks:
                self._tasks = tasks
                self._link.start(self._engine)
                tasks.start_soon(self._supervise, started)
                await self._closing.wait()
                if self._end_stream is not None:
                    # The module would take no commands from whoever opens it next.
                    await self._end_stream()
                # Sessions learn of the end before the work that they wait for is cancelled.
                self._fail(SessionClosed("the modem is closed"))
                tasks.cancel_scope.cancel()
        finally:
            self._tasks = None
            self._fail(SessionClosed("the modem is closed"))
            if not started.done():
                started.set_exception(SessionClosed("the modem is closed"))
            await self._link.aclose()

    async def _supervise(self, started: asyncio.Future[None]) -> None:
        """Set the module up, now and after each restart."""
        try:
            await self._prepare()
        except AtmodemError as error:
            if not started.done():
                started.set_exception(error)
            self._closing.set()
            return
        if not started.done():
            started.set_result(None)
        while True:
            await self._restarted.wait()
            try:
                await self._prepare()
            except LinkError:
                return
            except AtmodemError:
                # The module is silent. Commands are let through again and tell so; meanwhile the attempt is repeated.
                self._ready.set()
                self._restarted.set()
                await anyio.sleep(_RETRY)
            else:
                self.publish(ModuleReady())

    async def _prepare(self) -> None:
        """Reach a known state and set the module up; begin anew when it restarts meanwhile."""
        while True:
            self._restarted = asyncio.Event()
            await self._speed.synchronize()
            try:
                await self._driver.prepare()
            except ModuleReset:
                continue
            if not self._restarted.is_set():
                break
        self._ready.set()

    def _outcome(self, outcome: Outcome) -> None:
        if isinstance(outcome, Event):
            self._hub.publish(outcome)
            if isinstance(outcome, self._notable):
                self._notice(outcome)
        elif isinstance(outcome, StreamData):
            if self._stream is not None:
                self._stream(outcome.data)
        elif isinstance(outcome, Restarted):
            self._begin_anew(outcome.suspected)
        elif isinstance(outcome, Down) and self._ready.is_set() and self._speed.volatile:
            # It may have started anew, at a speed at which it was not heard to say so.
            self._begin_anew(suspected=True)

    def _begin_anew(self, suspected: bool) -> None:
        self._restarted.set()
        if suspected and not self._ready.is_set():
            return  # it is being set up in any case
        # No command may slip in before the module is set up again.
        self._ready.clear()
        self.generation += 1
        self.publish(ModuleRestarted(suspected=suspected))

    def _notice(self, event: Event) -> None:
        if isinstance(event, Unrecognized):
            self._unrecognized += 1
        for meaning in self._driver.translate(event):
            self.publish(meaning)

    def _lost(self, cause: LinkError) -> None:
        self._fail(cause if isinstance(cause, LinkLost) else LinkLost(str(cause), url=self.url))
        self._closing.set()

    def _fail(self, error: AtmodemError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        self.generation += 1
        self._engine.stop(error)
        for listener in self._end_listeners:
            listener(error)
        self._hub.end(error)
        self._ready.set()


class _Line:
    """The modem as its driver sees it: commands go out while the module is still being set up."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    @property
    def generation(self) -> int:
        return self._core.generation

    async def send(self, command: Command[R], *, timeout: float | None = None) -> R:
        return await self._core._run(self._core._request(command, timeout))

    @overload
    def events(self, *, limit: int = DEFAULT_LIMIT) -> Subscription[Event]: ...
    @overload
    def events(self, *types: type[E], limit: int = DEFAULT_LIMIT) -> Subscription[E]: ...
    def events(self, *types: type[Event], limit: int = DEFAULT_LIMIT) -> Subscription[Any]:
        return self._core.events(*types, limit=limit)

    def expect(self, *types: type[E]) -> Expectation[E]:
        return self._core.expect(*types)

    def publish(self, event: PortableEvent) -> None:
        self._core.publish(event)
