"""The virtual Air602."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ....errors import InvalidArgument
from ....virtual.air import Air
from ....virtual.clock import Clock
from ....virtual.device import VirtualModule
from ....virtual.framing import Framing
from ....virtual.handlers import Handler
from ....virtual.lines import Line
from ....virtual.network import Network
from ....virtual.results import Final, Refused
from ....virtual.rules import Busy, LineRules
from ....virtual.station import StationTiming
from ....wire.command import Command, Form, Query
from ....wire.vocabulary import ParseError
from ..commands.net import APNIP, NIP
from ..commands.socket import ATRM, SKCLS, SKCT
from ..commands.wifi import APCHL, BSSID, CHL
from ..dialect import DIALECT
from .codes import Code
from .console import FirmwareConsole
from .framing import InlineFraming
from .http import HttpPart
from .mqtt import MqttPart
from .parameters import Parameters
from .profile import PROFILES, Profile
from .reading import FirmwareParser, argument_count
from .settings import SettingsPart
from .sockets import SocketsPart
from .system import DO_NOTHING, SystemPart
from .transparent import TransparentPart
from .updates import UpdatePart
from .wifi import WifiPart

__all__ = ["Virtual"]

#: "AT+", 512 bytes and the line's end.
_LONGEST_LINE = 516
_LONGEST_NAME = 9
_MOST_ARGUMENTS = 9
#: Seconds of silence after which what was received is a piece of its own.
_PAUSE = 0.049
#: Commands for which a wrong number of arguments is a bad parameter, not an unknown form.
_COUNTS_ARGUMENTS = frozenset(cls.declaration.name for cls in (NIP, APNIP, SKCT, ATRM, BSSID, CHL, APCHL))
_BUSY = {"discard": Busy.DISCARD, "queue": Busy.QUEUE}


class Virtual(VirtualModule):
    """An Air602 in software, factory-fresh, with an access point ``lab`` (``secret``) in reach.

    Inside ``async with`` it runs. A restart keeps what is in its flash.

    :param profile: the firmware that it plays: ``default``, which loses nothing that it reports; ``w600-2018``, whose
        reports hold 511 bytes of longer segments; ``w600-2020``; ``manual``, which answers as the manual says.
    :param busy: what becomes of a command that comes while another runs: ``discard`` or ``queue``.
    :param air: its neighbourhood; by default one of its own.
    :param baudrate: speed of its serial line in bits per second, both ways; None for as fast as it goes.
    :param boot_time: seconds from power-up or restart until it answers.
    :param clock: what time it lives by; by default the event loop's.
    :param network: where its sockets are; by default this host.
    :param timing: how long its radio takes.
    :raises InvalidArgument: there is no such profile or behaviour.
    """

    dialect = DIALECT

    def __init__(
        self,
        *,
        profile: str = "default",
        busy: str = "discard",
        air: Air | None = None,
        baudrate: int | None = None,
        boot_time: float = 0.2,
        clock: Clock | None = None,
        network: Network | None = None,
        timing: StationTiming | None = None,
    ) -> None:
        if profile not in PROFILES:
            raise InvalidArgument("profile", f"one of {', '.join(PROFILES)}")
        if busy not in _BUSY:
            raise InvalidArgument("busy", f"one of {', '.join(_BUSY)}")
        self.profile: Profile = PROFILES[profile]
        self.rules: LineRules = LineRules(ends=(b"\r", b"\n"), limit=_LONGEST_LINE, guard=_PAUSE, busy=_BUSY[busy])
        self.framing: Framing = InlineFraming()
        super().__init__(air=air, baudrate=baudrate, boot_time=boot_time, clock=clock, network=network)
        self._parser = FirmwareParser(self.vocabulary)
        self.console: FirmwareConsole = FirmwareConsole(self, self.clock, self.outlet.write, self.faults)
        self._failures: defaultdict[type[Command[Any]], list[int]] = defaultdict(list)
        self._settings = SettingsPart(self)
        self.wifi: WifiPart = WifiPart(self, StationTiming() if timing is None else timing)
        self.sockets: SocketsPart = SocketsPart(self)
        self.transparent: TransparentPart = TransparentPart(self)
        self.mqtt: MqttPart = MqttPart(self)
        self.http: HttpPart = HttpPart(self)
        self.updates: UpdatePart = UpdatePart(self)
        parts = (SystemPart(self), self.wifi, self.sockets, self.http, self.mqtt, self.transparent, self.updates)
        for part in (self._settings, *parts):
            self.add_part(part)

    # What a test or a user does to it

    @property
    def parameters(self) -> Parameters:
        """Its parameters in memory and in flash."""
        return self._settings.parameters

    def fail(self, command: type[Command[Any]], code: int) -> None:
        """Let the next run of *command* that has no such failure waiting before it fail with *code*."""
        self._failures[command].append(code)

    def sleep(self, seconds: float | None) -> None:
        """Power down now; a restart ends it.

        :param seconds: when that comes by itself; None for never, see :meth:`wake`.
        """
        if seconds is None:
            self._power_down()
        else:
            self.restart(after=seconds)

    def wake(self) -> None:
        """Pull the pin that ends standby and sleep."""
        if not self.awake:
            self.restart()

    # For its parts

    def written(self, command: Command[Any], value: object) -> Sequence[bytes]:
        """Return the lines that answer *command* with *value*."""
        return command.reply().lines(command.declaration.wire, self.vocabulary.grammar.spelling, value)

    def listed(self, command: Command[Any], records: Sequence[object]) -> Final:
        """Return the answer to a command that lists *records*."""
        lines = self.written(command, tuple(records))
        return Final(b"+OK=" + b"\r\n".join(lines) + (self.profile.list_end if lines else b""))

    def accept(self, value: int | None = None) -> None:
        """Print the answer to a command that goes on behind it, with what it grants."""
        granted = b"" if value is None else b"=%d" % value
        self.write(self.framing.success + granted + self.framing.end)

    # What the shared part asks of it

    def greet(self) -> None:
        self.write(b"ready\r\n")
        self.transparent.started()

    def parse(self, line: bytes) -> Command[Any]:
        return self._parser.parse(line)

    def handler_of(self, command: Command[Any]) -> Handler | None:
        cls = command.of if isinstance(command, Query) else type(command)
        if cls in self.profile.lacks:
            return None
        if self._failures[cls]:
            return self._fail_once
        if cls in DO_NOTHING:
            return _do_nothing
        if isinstance(command, Query) and Form.EXECUTE in cls.declaration.forms:
            # Where both forms exist they are the same.
            return super().handler_of(cls())
        return super().handler_of(command) or self._settings.handler_of(command)

    def _fail_once(self, command: Command[Any]) -> None:
        cls = command.of if isinstance(command, Query) else type(command)
        raise Refused(self._failures[cls].pop(0))

    def misread(self, line: Line, error: ParseError | None) -> Refused | None:
        text = line.text
        if line.too_long or text[:3].upper() != b"AT+":
            return None
        name = self.vocabulary.name_of(text)
        if len(name) > _LONGEST_NAME:
            self._refuse_line(Code.UNSUPP)
            return None
        if argument_count(text, self.vocabulary) > _MOST_ARGUMENTS:
            self._refuse_line(Code.INV_PARAMS)
            return None
        if error is None or error.reason == "unknown":
            return Refused(Code.UNSUPP)
        if error.reason == "form":
            return Refused(Code.UNSUPP if name else Code.OPS)
        if error.reason == "count" and error.index is not None and name not in _COUNTS_ARGUMENTS:
            return Refused(Code.UNSUPP)
        if error.reason == "value" and error.index == 0 and name == SKCLS.declaration.name:
            return Refused(self.profile.bad_socket)
        return Refused(Code.INV_PARAMS)

    def _refuse_line(self, code: Code) -> None:
        # A line that cannot be taken apart is answered with one line end alone.
        self.write(b"+ERR=%d\r\n" % code)

    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        return (), b"+ERR=%d" % (Code.UNDEFINE if refused.code is None else refused.code)


def _do_nothing(_: Command[Any]) -> None:
    """Answer that it is done."""
