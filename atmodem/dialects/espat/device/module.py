"""The virtual ESP-AT module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....virtual.air import Air
from ....virtual.clock import Clock
from ....virtual.device import VirtualModule
from ....virtual.flash import Settings
from ....virtual.framing import Framing
from ....virtual.gatt import Service
from ....virtual.handlers import Handler, Handling
from ....virtual.lines import Line
from ....virtual.network import Network
from ....virtual.results import Refused
from ....virtual.rules import Busy, LineRules
from ....virtual.station import StationTiming
from ....wire.command import Command, Form
from ....wire.parsing import ParseError
from .. import commands as c
from .. import events as e
from ..dialect import DIALECT
from ..values.sockets import LinkMode
from .a2dp import A2dp
from .addresses import Addresses
from .arguments import check_arguments, is_number, split_arguments, with_decimals
from .ble import Ble
from .ble_client import BleClient
from .ble_links import BleLinks
from .ble_pairing import BlePairing
from .ble_profiles import BleOta, Hid
from .ble_server import BleServer, factory_services
from .blufi import BluFi
from .classic import Classic
from .files import Files
from .http import Http
from .links import Links
from .memory import Memory
from .mqtt import Mqtt
from .ota import Ota
from .profile import Profile, profile_named
from .provisioning import Provisioning
from .receiving import Receiving
from .sending import Sending
from .server import Server
from .sntp import Sntp
from .softap import SoftAp
from .spp import Spp
from .station import WifiStation
from .system import System
from .tls import TlsSettings
from .web_server import WebServer
from .websocket import WebSockets

__all__ = ["Virtual"]

#: Silence that sets a piece of input apart: what follows within it belongs to the same piece.
_GUARD = 0.02

_NO_AT = 0x01030000
_OUT_OF_RANGE = 0x01070000
_NOT_PARSED = 0x01080000
_UNKNOWN = 0x01090000
_BUSY = 0x010B0000


class Virtual(VirtualModule):
    """An ESP-AT module in software: an ESP32-C3, or an ESP8266 up to release 2.3.

    Inside ``async with`` it runs, and ``url`` leads to it. Make it in the event loop that it is to live in.

    :param air: its neighbourhood; by default one of its own with the access point ``lab`` and the password ``secret``.
    :param profile: release of the firmware, ``"2.0"`` to ``"5.1"``.
    :param baudrate: speed of its serial line in bits per second, both ways; None for as fast as it goes.
    :param boot_time: seconds from a restart until ``ready``.
    :param timing: how long the radio takes.
    :param clock: what time it lives by; by default the event loop's.
    :param network: where its sockets are; by default this host.
    :param services: the GATT services that its image describes; by default those of the factory.
    :raises InvalidArgument: there is no such profile, or the speed is not above zero.
    """

    dialect = DIALECT
    rules: LineRules = LineRules(ends=(b"\r\n",), limit=256, guard=_GUARD, busy=Busy.REFUSE)
    framing: Framing = Framing()

    def __init__(
        self,
        *,
        air: Air | None = None,
        profile: str = "4.1",
        baudrate: int | None = None,
        boot_time: float = 0.2,
        timing: StationTiming | None = None,
        clock: Clock | None = None,
        network: Network | None = None,
        services: Sequence[Service] | None = None,
    ) -> None:
        super().__init__(air=air, baudrate=baudrate, boot_time=boot_time, clock=clock, network=network)
        self.profile: Profile = profile_named(profile)
        self.settings: Settings = Settings(
            {
                **System.defaults(baudrate or 115200),
                **WifiStation.defaults(),
                **SoftAp.defaults(),
                **Addresses.defaults(),
                **Links.defaults(),
                **Sending.defaults(),
                **Receiving.defaults(),
                **Server.defaults(),
                **Sntp.defaults(),
            }
        )
        self.system: System = System(self)
        self.memory: Memory = Memory(self)
        self.wifi: WifiStation = WifiStation(self, timing or StationTiming())
        self.softap: SoftAp = SoftAp(self)
        self.provisioning: Provisioning = Provisioning(self)
        self.addresses: Addresses = Addresses(self)
        self.tls: TlsSettings = TlsSettings(self)
        self.links: Links = Links(self)
        self.sending: Sending = Sending(self)
        self.receiving: Receiving = Receiving(self)
        self.server: Server = Server(self)
        self.sntp: Sntp = Sntp(self)
        self.mqtt: Mqtt = Mqtt(self)
        self.ble_links: BleLinks = BleLinks(self)
        self.ble_client: BleClient = BleClient(self)
        self.ble_server: BleServer = BleServer(self, factory_services() if services is None else services)
        self.ble_pairing: BlePairing = BlePairing(self)
        self.ble: Ble = Ble(self)
        self.hid: Hid = Hid(self)
        self.ble_ota: BleOta = BleOta(self)
        self.blufi: BluFi = BluFi(self)
        self.spp: Spp = Spp(self)
        self.a2dp: A2dp = A2dp(self)
        self.classic: Classic = Classic(self)
        self.http: Http = Http(self)
        self.websockets: WebSockets = WebSockets(self)
        self.files: Files = Files(self)
        self.ota: Ota = Ota(self)
        self.web_server: WebServer = WebServer(self)
        for part in (
            self.system,
            self.memory,
            self.wifi,
            self.softap,
            self.provisioning,
            self.addresses,
            self.tls,
            self.links,
            self.sending,
            self.receiving,
            self.server,
            self.sntp,
            self.mqtt,
            self.ble,
            self.ble_links,
            self.ble_client,
            self.ble_server,
            self.ble_pairing,
            self.hid,
            self.ble_ota,
            self.blufi,
            self.classic,
            self.spp,
            self.a2dp,
            self.http,
            self.websockets,
            self.files,
            self.ota,
            self.web_server,
        ):
            self.add_part(part)

    @property
    def numbered(self) -> bool:
        """Whether links have numbers (CIPMUX=1)."""
        return self.settings[c.CIPMUX].mode is LinkMode.MULTIPLE

    def restore(self) -> None:
        """Go back to the factory's settings; certificates and other manufacturing data stay."""
        self.settings.restore()
        self.wifi.forget_network()
        self.sending.forget_start()

    def greet(self) -> None:
        self.emit(e.Ready())
        self.sending.started()

    # The command line

    def has(self, handling: Handling) -> bool:
        """Tell whether this module has a command in that form."""
        if not self.profile.has(handling.command):
            return False
        built_in = handling in self.handlers
        return built_in or (handling.command in self.settings and handling.asked in (None, Form.QUERY))

    def handler_of(self, command: Command[Any]) -> Handler | None:
        handling = Handling.of(command)
        if not self.has(handling):
            return None
        found = self.handlers.get(handling)
        if found is not None:
            return found
        return self.settings.set if handling.asked is None else lambda _: self.settings[handling.command]

    def parse(self, line: bytes) -> Command[Any]:
        text = line.partition(b"=")[2]
        try:
            # Whether the first argument is the number of a link depends on the mode alone.
            command = self.vocabulary.parse(line, leading=self.numbered)
        except ParseError as error:
            if error.reason in ("unknown", "form"):
                raise
            check_arguments(text)
            decimal = None if error.index is None else with_decimals(line, error.index)
            if decimal is None:
                raise
            return self.parse(decimal)
        if text:
            check_arguments(text)
        return command

    def misread(self, line: Line, error: ParseError | None) -> Refused:
        if line.too_long or not line.text.upper().startswith(b"AT"):
            return Refused(_NO_AT)
        if error is None or error.reason == "unknown":
            return Refused(_UNKNOWN)
        if error.index is None or error.reason == "count":
            return Refused()
        arguments = split_arguments(line.text.partition(b"=")[2])
        if len(arguments) > len(self.vocabulary.commands[self.vocabulary.name_of(line.text)].declaration.parameters):
            # Their number is looked at first.
            return Refused()
        if error.reason == "value" and is_number(arguments[error.index]):
            return Refused(_OUT_OF_RANGE + 1 + error.index)
        return Refused(_NOT_PARSED + error.index)

    def failure(self, refused: Refused) -> tuple[Sequence[bytes], bytes]:
        lines = list(refused.lines)
        if refused.code is not None and self.tells_causes:
            lines.append(b"ERR CODE:0x%08x" % refused.code)
        return lines, refused.final or self.framing.failure

    @property
    def tells_causes(self) -> bool:
        """Whether the module tells why a command fails (SYSLOG=1)."""
        return self.settings[c.SYSLOG].status

    def tell_busy(self) -> None:
        if self.tells_causes:
            self.write(b"ERR CODE:0x%08x\r\n" % _BUSY)
        self.emit(e.Busy())

    def preempts(self, command: Command[Any]) -> bool:
        if not isinstance(command, c.RST):
            return False
        self.emit(e.ForceRestart())
        return True
