"""The virtual CC3220."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from ....errors import InvalidArgument
from ....virtual.air import Air
from ....virtual.clock import Clock
from ....virtual.device import Part, VirtualModule
from ....virtual.framing import Framing
from ....virtual.handlers import Handler
from ....virtual.lines import Line
from ....virtual.network import Network
from ....virtual.results import Answer, Refused, Silence
from ....virtual.rules import Busy, Echo, LineRules
from ....virtual.station import StationTiming
from ....wire.command import Command, Query
from ....wire.vocabulary import ParseError
from ..dialect import DIALECT
from .applications import ApplicationsPart
from .console import LINE_LIMIT, ApplicationConsole
from .crypto import CryptoPart
from .files import FilesPart
from .http import HttpPart
from .mqtt import MqttPart
from .names import NamesPart
from .netcfg import NetCfgPart
from .profile import PROFILES, Profile
from .reading import CoreParser
from .refusals import Code, CoreRefused, Misread
from .sockets import SocketsPart
from .spelling import CoreFraming, ManualFraming
from .storage import Storage
from .system import BANNER, SystemPart
from .wlan import WlanPart

__all__ = ["Virtual"]

#: Commands that wait, or that the core gives away, at once.
_WORKERS = 5
_UNKNOWN = CoreRefused(b"command not exist")


class Virtual(VirtualModule):
    """A CC3220 in software, factory-fresh, with an access point ``lab`` (``secret``) in reach.

    Inside ``async with`` it runs. A restart keeps files, profiles and settings.

    :param profile: the application around the AT core: ``demo``, the example of the development kit, with echo and
        banner; ``noecho-crlf`` and ``noecho-lf``, without; ``manual``, which prints what the manual shows.
    :param air: its neighbourhood; by default one of its own.
    :param baudrate: speed of its serial line in bits per second, both ways; None for as fast as it goes.
    :param boot_time: seconds from power-up or restart until it answers.
    :param clock: what time it lives by; by default the event loop's.
    :param network: where its sockets are; by default this host.
    :param timing: how long its radio takes.
    :raises InvalidArgument: there is no such profile.
    """

    dialect = DIALECT

    def __init__(
        self,
        *,
        profile: str = "demo",
        air: Air | None = None,
        baudrate: int | None = None,
        boot_time: float = 0.2,
        clock: Clock | None = None,
        network: Network | None = None,
        timing: StationTiming | None = None,
    ) -> None:
        if profile not in PROFILES:
            raise InvalidArgument("profile", f"one of {', '.join(PROFILES)}")
        self.profile: Profile = PROFILES[profile]
        self.rules: LineRules = LineRules(
            ends=(b"\r", b"\n"), limit=LINE_LIMIT, guard=0.0, busy=Busy.QUEUE, echo=Echo.EACH, workers=_WORKERS
        )
        self.framing: Framing = (ManualFraming if self.profile.manual else CoreFraming)(end=self.profile.end)
        super().__init__(air=air, baudrate=baudrate, boot_time=boot_time, clock=clock, network=network)
        self._parser = CoreParser(self.vocabulary)
        self.console: ApplicationConsole = ApplicationConsole(self, self.outlet.write)
        #: Its files.
        self.storage: Storage = Storage()
        self.system: SystemPart = SystemPart(self)
        self.wlan: WlanPart = WlanPart(self, StationTiming() if timing is None else timing)
        self.sockets: SocketsPart = SocketsPart(self)
        self.http: HttpPart = HttpPart(self)
        self.mqtt: MqttPart = MqttPart(self)
        self.netcfg: NetCfgPart = NetCfgPart(self)
        self.names: NamesPart = NamesPart(self)
        self.applications: ApplicationsPart = ApplicationsPart(self)
        parts: list[Part] = [self.system, self.wlan, self.sockets, self.http, self.mqtt, self.netcfg, self.names]
        for part in (*parts, self.applications, FilesPart(self), CryptoPart(self)):
            self.add_part(part)

    # For its parts

    def accept(self) -> None:
        """Print the acceptance of a command whose value comes later."""
        self.write(self.framing.success + self.framing.end)

    def tell(self, command: Command[Any], value: object) -> None:
        """Print a value that comes by itself, without a final."""
        for line in self.console.written(command, value):
            self.write(line + self.framing.end)

    def later(self, command: Command[Any], work: Awaitable[object], *, accepted: bool) -> Awaitable[Answer]:
        """Return the answer to a command whose value comes later.

        :param work: brings the value.
        :param accepted: the core accepts the command before; the manual shows that of every command.
        """
        if accepted or self.profile.manual:
            self.accept()
        return self._finish(command, work)

    async def _finish(self, command: Command[Any], work: Awaitable[object]) -> Answer:
        value = await work
        if not self.profile.manual:
            return value
        self.tell(command, value)
        return Silence()

    # What the shared part asks of it

    def greet(self) -> None:
        if self.profile.banner:
            self.write(BANNER)

    def parse(self, line: bytes) -> Command[Any]:
        return self._parser.parse(line)

    def handler_of(self, command: Command[Any]) -> Handler | None:
        return self.system.usage if isinstance(command, Query) else super().handler_of(command)

    def misread(self, line: Line, error: ParseError | None) -> Refused | None:
        if isinstance(error, Misread):
            return error.refused
        return _UNKNOWN if line.text and not line.too_long else None

    def crowded(self) -> Refused:
        return CoreRefused(b"allocate")

    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        text = refused.text if isinstance(refused, CoreRefused) else b"process command"
        if isinstance(refused, CoreRefused) and refused.code is None:
            # The application says so by itself, on a line of its own.
            return (b"",), b"ERROR: " + text
        code = Code.REFUSED if refused.code is None else refused.code
        return (), (b"ERROR:%b, %d" if self.profile.manual else b"ERROR: %b,%d") % (text, code)
