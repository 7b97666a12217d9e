"""The verb ``demo``: a virtual module on a pty, driven as if it were hardware."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import connect
from ..api.virtual import make_device, make_wristband, serve_pty
from ..dialects import find_dialect
from ..errors import AtmodemError
from ..portable.capabilities import Support
from ..portable.dialect import Dialect
from ..portable.events import PortableEvent
from ..wire.event import Event

try:
    from rich.console import Console
    from rich.markup import escape
except ImportError:  # the extra is not installed
    sys.stderr.write("The command line tool needs the extra: pip install 'atmodem[cli]'\n")
    raise

if TYPE_CHECKING:
    from .scenes import Scene, Setting

__all__ = ["run_demo"]


def run_demo(dialect: str) -> int:
    """Play all scenes that the module can play; show the events as they come and sum up."""
    try:
        from .far_ends import serve_far_ends
        from .scenes import SCENES, Setting
    except ImportError:  # trustme is in another extra
        sys.stderr.write("The demo needs another extra: pip install 'atmodem[cli,virtual]'\n")
        return 1

    async def play(family: Dialect, port: str) -> int:
        async with make_device(family) as device, serve_pty(device, port):
            console.print(f"[bold]{family.title}[/bold], virtual, on the pty {port}")
            device.air.bluetooth.add(make_wristband())
            # Only hardware needs a rest between commands.
            async with connect(port, family, rest=0) as modem, serve_far_ends() as far:
                return await _Demo(Setting(console, modem, far), SCENES).run()

    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="atmodem-") as folder:
        return asyncio.run(play(find_dialect(dialect), str(Path(folder, "modem"))))


class _Demo:
    """One run, with what it counts."""

    def __init__(self, setting: Setting, scenes: Sequence[Scene]) -> None:
        self._setting = setting
        self._scenes = scenes
        self._console = setting.console
        self._modem = setting.modem
        self._began = time.perf_counter()
        self._events = 0

    async def run(self) -> int:
        teller = asyncio.create_task(self._tell_events())
        try:
            failed = [scene.title for scene in self._scenes if not await self._play(scene)]
        finally:
            teller.cancel()
            await asyncio.wait([teller])
        self._sum_up()
        for title in failed:
            self._console.print(f"[red]went wrong: {title}[/red]")
        return 1 if failed else 0

    async def _play(self, scene: Scene) -> bool:
        """Play a scene, or tell that the module cannot; return whether nothing went wrong."""
        if self._modem.capabilities[scene.needs] is Support.NO:
            self._console.print(f"[dim]{scene.title}: {self._modem.dialect.name} cannot[/dim]")
            return True
        self._console.print(f"[bold]{scene.title}[/bold]")
        try:
            return await scene.play(self._setting)
        except AtmodemError as error:
            self._setting.tell(escape(str(error)))
            return False

    async def _tell_events(self) -> None:
        async with self._modem.events() as events:
            async for event in events:
                self._events += 1
                if _is_worth_telling(event):
                    self._console.print(f"  [dim]event[/dim] {escape(repr(event))}")

    def _sum_up(self) -> None:
        statistics = self._modem.statistics
        self._console.print(
            f"{statistics.commands} commands, {self._events} events, "
            f"{statistics.sent} bytes to the module and {statistics.received} from it, "
            f"{time.perf_counter() - self._began:.1f} s in all"
        )


def _is_worth_telling(event: Event) -> bool:
    """Data notices come by the hundred; the rest tells a story."""
    return not isinstance(event, PortableEvent) and not hasattr(event, "length")
