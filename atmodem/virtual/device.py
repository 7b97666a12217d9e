"""What all virtual modules share: power, a serial line on one side, and parts that obey commands on the other."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, ClassVar, Self

from ..errors import LinkError, PortBusy
from ..link.base import Link
from ..link.memory import memory_pair
from ..portable.dialect import Dialect
from ..wire.command import Command
from ..wire.event import Event
from ..wire.vocabulary import Vocabulary
from . import registry
from .air import Air
from .clock import Clock, Timer
from .console import Console, Family
from .faults import Faults
from .handlers import Handler, Handling, handlers_of
from .network import Network
from .outlet import Outlet
from .pacing import Pacer
from .sockets import HostNetwork

__all__ = ["Part", "VirtualModule"]

#: Bytes of input that wait for a slow line before the sender is held back.
_INPUT_BUFFER = 4096


class Part:
    """One part of a module: what it remembers, and methods marked with the commands that they obey."""

    def power_up(self) -> None:
        """Begin anew: called at each start of the module."""

    def power_down(self) -> None:
        """Let go of everything, without a word on the line: called before a restart and at the end."""

    def dispose(self) -> None:
        """Be gone for good: called when the module is switched off."""

    def outlet_cleared(self) -> None:
        """Go on printing: called when the module's output is congested no more."""


class VirtualModule(Family):
    """A module in software. Inside ``async with`` it runs, and :attr:`url` leads to it.

    Make it in the event loop that it is to live in.

    :param air: its neighbourhood; by default one of its own.
    :param baudrate: speed of its serial line in bits per second, both ways; None for as fast as it goes.
    :param boot_time: seconds from power-up or restart until it answers.
    :param clock: what time it lives by; by default the event loop's.
    :param network: where its sockets are; by default this host.
    """

    dialect: ClassVar[Dialect]

    def __init__(
        self,
        *,
        air: Air | None = None,
        baudrate: int | None = None,
        boot_time: float = 0.2,
        clock: Clock | None = None,
        network: Network | None = None,
    ) -> None:
        self.air: Air = Air() if air is None else air
        self.clock: Clock = asyncio.get_running_loop() if clock is None else clock
        self.network: Network = HostNetwork() if network is None else network
        self.faults: Faults = Faults()
        self.boot_time = boot_time
        self.outlet: Outlet = Outlet(self.clock, baudrate, self._outlet_cleared)
        self.vocabulary: Vocabulary = self.dialect.vocabulary
        self.url: str = ""
        self._inlet = Pacer(self.clock, self._received, baudrate)
        self._input_holds: set[object] = set()
        self._input_held = False
        self._link: Link | None = None
        self._awake = False
        self._booting: Timer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.handlers: dict[Handling, Handler] = {}
        self._parts: list[Part] = []
        self.console: Console = Console(self, self.clock, self.outlet.write, self.faults)

    # What a family fills in

    @abstractmethod
    def greet(self) -> None:
        """Print what this family prints when it has started."""

    def add_part(self, part: Part) -> None:
        """Let *part* obey the commands that its methods are marked with."""
        self._parts.append(part)
        self.handlers.update(handlers_of(part))

    # Life

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def start(self) -> None:
        """Switch the module on; it answers at once, as if it had been on for a while."""
        self.url = registry.register(self.dialect.name, self)
        self._boot()

    async def aclose(self) -> None:
        """Switch the module off and lose whoever is attached. Cancelled, it is off all the same."""
        registry.unregister(self.url)
        self._power_down()
        for part in self._parts:
            part.dispose()
        link = self._link
        self._detach()
        try:
            await self.console.aclose()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            if link is not None:
                await link.aclose()

    def restart(self, after: float | None = None) -> None:
        """Start anew, as after a crash: everything that is not in flash is forgotten.

        :param after: seconds until it is up again; by default the time that it takes to boot.
        """
        self._power_down()
        self._booting = self.clock.call_later(self.boot_time if after is None else after, self._boot)

    @property
    def awake(self) -> bool:
        """Whether it has started and listens."""
        return self._awake

    def _boot(self) -> None:
        self._booting = None
        self._awake = True
        for part in self._parts:
            part.power_up()
        self.greet()

    def _power_down(self) -> None:
        self._awake = False
        if self._booting is not None:
            self._booting.cancel()
            self._booting = None
        self.console.reset()
        for part in self._parts:
            part.power_down()
        for task in self._tasks:
            task.cancel()
        self._input_holds.clear()
        self._regulate_input()

    # The line

    @property
    def attached(self) -> bool:
        """Whether somebody is attached to its line."""
        return self._link is not None

    def attach(self, link: Link) -> None:
        """Connect the module's serial line to *link*, until that is lost.

        :raises PortBusy: another link is attached.
        """
        if self._link is not None:
            raise PortBusy(f"somebody is attached to {self.url} already", url=self.url, advice="close that link first")
        self._link = link
        self._input_held = False
        self.outlet.attach(link)
        link.start(self)

    def open_link(self) -> Link:
        """Attach a link in memory and return the host's end.

        :raises PortBusy: another link is attached.
        """
        near, far = memory_pair(self.url)
        self.attach(far)
        return near

    def link_received(self, data: bytes) -> None:
        """Take bytes from the line."""
        self._inlet.write(data)
        self._regulate_input()

    def link_lost(self, cause: LinkError) -> None:
        """Learn that nobody is attached any more; the module runs on."""
        self._detach()

    async def disconnect(self, link: Link) -> None:
        """Close *link*; the module runs on. Cancelled, it is closed all the same."""
        if self._link is link:
            self._detach()
        await link.aclose()

    def _detach(self) -> None:
        self._link = None
        self._inlet.clear()
        self.outlet.attach(None)

    def set_baudrate(self, baudrate: int) -> None:
        """Change the line's speed once everything printed so far has left. A line without a speed stays so."""
        if self.outlet.pacer.baudrate is not None:
            self.outlet.pacer.after(lambda: self._switch_baudrate(baudrate))

    def _switch_baudrate(self, baudrate: int) -> None:
        self.outlet.pacer.baudrate = self._inlet.baudrate = baudrate

    def hold_input(self, holder: object) -> None:
        """Take no more input until *holder* releases it."""
        self._input_holds.add(holder)
        self._regulate_input()

    def release_input(self, holder: object) -> None:
        """Take input again, unless others hold it."""
        self._input_holds.discard(holder)
        self._regulate_input()

    def _received(self, data: bytes) -> None:
        if self._awake:
            self.console.received(data)
        self._regulate_input()

    def _regulate_input(self) -> None:
        hold = bool(self._input_holds) or self._inlet.waiting > _INPUT_BUFFER
        if self._link is None or hold == self._input_held:
            return
        self._input_held = hold
        if hold:
            self._link.pause_reading()
        else:
            self._link.resume_reading()

    def _outlet_cleared(self) -> None:
        for part in self._parts:
            part.outlet_cleared()

    # For its parts

    def handler_of(self, command: Command[Any]) -> Handler | None:
        return self.handlers.get(Handling.of(command))

    def emit(self, event: Event) -> None:
        """Print *event* now; a module that is not awake prints nothing."""
        if self._awake:
            self.console.event(event)

    def emit_after(self, event: Event) -> None:
        """Print *event* behind the answer to the command under way; now when there is none."""
        self.console.after_answer(lambda: self.emit(event))

    def write(self, data: bytes) -> None:
        """Print bare bytes."""
        if self._awake:
            self.outlet.write(data)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run *work* beside the command line, until the module restarts or is switched off."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
