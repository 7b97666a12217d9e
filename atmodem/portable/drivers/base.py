"""A whole driver: its parts, and how it joins them to the modem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ...wire.event import Event
from ..capabilities import Capabilities, declare
from ..events import PortableEvent
from ..modem_api import ModemAPI
from .bluetooth import ClassicDriver, LeDriver
from .files import FileDriver
from .http import HttpDriver, WebServerDriver, WebSocketDriver
from .mqtt import MqttDriver
from .network import ClockDriver, MdnsDriver, NetworkDriver
from .ota import OtaDriver
from .sockets import CredentialDriver, EthernetDriver, PassthroughDriver, SocketDriver
from .system import FlashDriver, NvsDriver, PowerDriver, SystemDriver, UartDriver
from .wifi import AddressDriver, ProvisioningDriver, SoftApDriver, WifiDriver

__all__ = ["Driver", "PlainDriver"]


class Driver(Protocol):
    """One dialect's way to do what every module can do. A part that the dialect lacks is None."""

    @property
    def translates(self) -> tuple[type[Event], ...]:
        """The wire events, bases included, for which :meth:`translate` may return something."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the module can do, as far as it is known now."""
        ...

    @property
    def wifi(self) -> WifiDriver | None:
        """The station."""
        ...

    @property
    def softap(self) -> SoftApDriver | None:
        """The module's own access point."""
        ...

    @property
    def provisioning(self) -> ProvisioningDriver | None:
        """Being told what to join."""
        ...

    @property
    def addresses(self) -> AddressDriver | None:
        """Addresses of the interfaces."""
        ...

    @property
    def sockets(self) -> SocketDriver | None:
        """Links."""
        ...

    @property
    def credentials(self) -> CredentialDriver | None:
        """Certificates and keys."""
        ...

    @property
    def passthrough(self) -> PassthroughDriver | None:
        """A link whose bytes pass bare."""
        ...

    @property
    def ethernet(self) -> EthernetDriver | None:
        """Raw frames."""
        ...

    @property
    def network(self) -> NetworkDriver | None:
        """Names and pings."""
        ...

    @property
    def clock(self) -> ClockDriver | None:
        """The module's clock."""
        ...

    @property
    def mdns(self) -> MdnsDriver | None:
        """Services of the local network."""
        ...

    @property
    def system(self) -> SystemDriver | None:
        """The module as a whole."""
        ...

    @property
    def power(self) -> PowerDriver | None:
        """Sleep and radio power."""
        ...

    @property
    def uart(self) -> UartDriver | None:
        """The serial line."""
        ...

    @property
    def nvs(self) -> NvsDriver | None:
        """Named values."""
        ...

    @property
    def flash(self) -> FlashDriver | None:
        """Partitions."""
        ...

    @property
    def mqtt(self) -> MqttDriver | None:
        """The module's MQTT client."""
        ...

    @property
    def classic(self) -> ClassicDriver | None:
        """Classic Bluetooth."""
        ...

    @property
    def le(self) -> LeDriver | None:
        """Bluetooth low energy."""
        ...

    @property
    def http(self) -> HttpDriver | None:
        """The module's HTTP client."""
        ...

    @property
    def web_server(self) -> WebServerDriver | None:
        """The module's web server."""
        ...

    @property
    def websocket(self) -> WebSocketDriver | None:
        """The module's WebSocket client."""
        ...

    @property
    def files(self) -> FileDriver | None:
        """Files."""
        ...

    @property
    def ota(self) -> OtaDriver | None:
        """New firmware."""
        ...

    async def prepare(self) -> None:
        """Set the module up, after opening the line and after each restart."""
        ...

    async def probe(self) -> None:
        """Find out what is unknown in :attr:`capabilities`, as far as asking can tell."""
        ...

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        ...


class PlainDriver:
    """The driver of a dialect that has none of its own: commands and events only. Others build on it."""

    translates: tuple[type[Event], ...] = ()
    capabilities: Capabilities = declare()
    wifi: WifiDriver | None = None
    softap: SoftApDriver | None = None
    provisioning: ProvisioningDriver | None = None
    addresses: AddressDriver | None = None
    sockets: SocketDriver | None = None
    credentials: CredentialDriver | None = None
    passthrough: PassthroughDriver | None = None
    ethernet: EthernetDriver | None = None
    network: NetworkDriver | None = None
    clock: ClockDriver | None = None
    mdns: MdnsDriver | None = None
    system: SystemDriver | None = None
    power: PowerDriver | None = None
    uart: UartDriver | None = None
    nvs: NvsDriver | None = None
    flash: FlashDriver | None = None
    mqtt: MqttDriver | None = None
    classic: ClassicDriver | None = None
    le: LeDriver | None = None
    http: HttpDriver | None = None
    web_server: WebServerDriver | None = None
    websocket: WebSocketDriver | None = None
    files: FileDriver | None = None
    ota: OtaDriver | None = None

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def prepare(self) -> None:
        """Leave the module as it is."""

    async def probe(self) -> None:
        """Ask nothing: nothing is unknown."""

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return nothing: no event has a portable meaning."""
        return ()
