"""The virtual MXCHIP module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from ....virtual.air import Air
from ....virtual.clock import Clock
from ....virtual.device import VirtualModule
from ....virtual.flash import Settings
from ....virtual.framing import Framing
from ....virtual.handlers import Handler, Handling
from ....virtual.lines import Line
from ....virtual.network import Network
from ....virtual.results import Refused
from ....virtual.rules import Busy, Echo, LineRules
from ....virtual.station import StationTiming
from ....wire.codecs import Choice
from ....wire.command import Command, Form, Query
from ....wire.parsing import ParseError
from ..commands import mqtt, sockets
from ..commands.ethernet import ENETRAWMODE
from ..commands.net import CIPDOMAIN
from ..commands.sockets import CIPSEND
from ..dialect import DIALECT
from ..values.enums import Switch
from .bluetooth import Bluetooth
from .certificates import Certificates
from .console import FirmwareConsole
from .ethernet import Ethernet
from .ilop import Ilop
from .links import Links
from .mqtt import Mqtt
from .network_time import NetworkTime
from .profile import Profile, profile_named
from .provisioning import Provisioning
from .receiving import Receiving
from .sending import Sending
from .settings import SettingsPart, factory_settings
from .softap import SoftAp
from .system import System
from .transparent import Transparent
from .updates import Updates
from .wifi import Wifi

__all__ = ["Virtual"]

#: A command line and its CR.
_LONGEST_LINE = 1025
#: What does not work while raw Ethernet frames are passed.
_WITH_SOCKETS = frozenset((CIPDOMAIN, *(getattr(part, name) for part in (mqtt, sockets) for name in part.__all__)))


class Virtual(VirtualModule):
    """An MXCHIP module in software, factory-fresh, with an access point ``lab`` (``secret``) in reach.

    Inside ``async with`` it runs, and ``url`` leads to it. Make it in the event loop that it is to live in.

    :param profile: what it is: ``default``; ``no-prompt``, whose CIPSEND does not ask; ``mqtt-ids``, whose events of
        subscribing carry a number; ``join-codes``, whose WJAPS tells why joining failed; ``v2.0.2``, the firmware
        before updates and senders of broadcasts; ``emw3239`` with Bluetooth; ``moc108`` with Ethernet; ``ilop``, the
        firmware of that cloud.
    :param air: its neighbourhood; by default one of its own.
    :param baudrate: speed of its serial line in bits per second, both ways; None for as fast as it goes.
    :param boot_time: seconds from a restart until it answers.
    :param timing: how long its radio takes.
    :param clock: what time it lives by; by default the event loop's.
    :param network: where its sockets are; by default this host.
    :raises InvalidArgument: there is no such profile, or the speed is not above zero.
    """

    dialect = DIALECT
    framing: Framing = Framing(opening=b"\r\n", before_final=b"", prompt=b">")

    def __init__(
        self,
        *,
        profile: str = "default",
        air: Air | None = None,
        baudrate: int | None = None,
        boot_time: float = 0.2,
        timing: StationTiming | None = None,
        clock: Clock | None = None,
        network: Network | None = None,
    ) -> None:
        self.profile: Profile = profile_named(profile)
        self.rules: LineRules = LineRules(
            ends=(b"\r",), limit=_LONGEST_LINE, guard=0.1, busy=Busy.QUEUE, echo=Echo.EACH
        )
        super().__init__(air=air, baudrate=baudrate, boot_time=boot_time, clock=clock, network=network)
        self.console: FirmwareConsole = FirmwareConsole(self, self.clock, self.outlet.write, self.faults)
        self.settings: Settings = Settings(factory_settings(baudrate or 115200))
        self.system: System = System(self)
        self.wifi: Wifi = Wifi(self, timing or StationTiming())
        self.softap: SoftAp = SoftAp(self)
        self.provisioning: Provisioning = Provisioning(self)
        self.certificates: Certificates = Certificates(self)
        self.links: Links = Links(self)
        self.receiving: Receiving = Receiving(self)
        self.transparent: Transparent = Transparent(self)
        self.time: NetworkTime = NetworkTime(self)
        self.mqtt: Mqtt = Mqtt(self)
        self.bluetooth: Bluetooth = Bluetooth(self)
        self.ethernet: Ethernet = Ethernet(self)
        self.updates: Updates = Updates(self)
        self.ilop: Ilop = Ilop(self)
        for part in (
            SettingsPart(self),
            self.system,
            self.certificates,
            self.softap,
            self.provisioning,
            self.links,
            self.receiving,
            Sending(self),
            self.wifi,
            self.time,
            self.mqtt,
            self.bluetooth,
            self.transparent,
            self.ethernet,
            self.updates,
            self.ilop,
        ):
            self.add_part(part)

    # What a test or a user does to it

    def wake(self) -> None:
        """Pull the pin that ends standby."""
        if not self.awake:
            self.restart()

    # For its parts

    def set_frame_time(self, seconds: float) -> None:
        """Let so much silence set a piece of input apart from the next."""
        self.rules = evolve(self.rules, guard=seconds)

    def restore(self) -> None:
        """Go back to the factory's settings, in flash and everywhere."""
        self.settings.restore()
        for part in (self.wifi, self.softap, self.links, self.certificates, self.transparent, self.time):
            part.restore()

    # What the shared part asks of it

    def greet(self) -> None:
        """This firmware prints no banner; a mode that it was in when it stopped goes on."""
        self.transparent.started()

    def sleep(self) -> None:
        """Be deaf until :meth:`wake`."""
        self._power_down()

    def parse(self, line: bytes) -> Command[Any]:
        command = self.vocabulary.parse(line)
        if not isinstance(command, Query):
            arguments = self.vocabulary.grammar.syntax.split(line.partition(b"=")[2])
            _check_words(command, [argument.text for argument in arguments])
        return command

    def handler_of(self, command: Command[Any]) -> Handler | None:
        handling = Handling.of(command)
        if handling.command in self.profile.lacks:
            return None
        if handling.command in _WITH_SOCKETS and self.settings[ENETRAWMODE].mode == Switch.ON:
            return _refuse
        found = self.handlers.get(handling)
        if found is None and isinstance(command, Query) and Form.EXECUTE in handling.command.declaration.forms:
            # Where both forms exist they are the same.
            found = self.handlers.get(Handling(handling.command))
        if found is not None or handling.command not in self.settings:
            return found
        return self.settings.set if handling.asked is None else lambda _: self.settings[handling.command]

    def prompt(self, command: Command[Any]) -> bytes:
        if command.script().stream:
            return b"".join(self.framing.answer((), self.framing.success))
        if isinstance(command, CIPSEND) and not self.profile.send_prompt:
            return b""
        return self.framing.prompt

    def misread(self, line: Line, error: ParseError | None) -> Refused | None:
        return Refused() if line.text else None

    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        return (), self.framing.failure


def _refuse(_: Command[Any]) -> None:
    """Refuse a command while the line passes raw Ethernet frames."""
    raise Refused


def _check_words(command: Command[Any], arguments: Sequence[bytes]) -> None:
    """Refuse words that are not written as the firmware knows them.

    :raises ParseError: for the first of them.
    """
    for index, (parameter, text) in enumerate(zip(command.declaration.parameters, arguments, strict=False)):
        codec = parameter.codec
        if text and isinstance(codec, Choice) and not issubclass(codec.type, int):
            words = {*(member.value for member in codec.type.__members__.values()), *codec.aliases}
            if text.decode("latin-1") not in words:
                raise ParseError("value", index)
