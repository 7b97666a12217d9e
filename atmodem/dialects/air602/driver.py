"""The Air602 under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...errors import CommandError
from ...portable.capabilities import Capability, Support
from ...portable.drivers import (
    AddressDriver,
    HttpDriver,
    MqttDriver,
    NetworkDriver,
    OtaDriver,
    PassthroughDriver,
    PlainDriver,
    PowerDriver,
    ProvisioningDriver,
    SocketDriver,
    SoftApDriver,
    SystemDriver,
    UartDriver,
    WebServerDriver,
    WifiDriver,
)
from ...portable.events import PortableEvent
from ...portable.modem_api import ModemAPI
from ...wire.event import Event
from .capabilities import CAPABILITIES, capabilities_of
from .commands.provisioning import ONEMODE
from .driver_http import AirHttp, AirWebServer
from .driver_mqtt import AirMqtt
from .driver_network import AirNetwork
from .driver_ota import AirOta
from .driver_passthrough import AirPassthrough
from .driver_provisioning import AirProvisioning
from .driver_sockets import AirSockets
from .driver_softap import AirSoftAp
from .driver_system import AirPower, AirSystem, AirUart
from .driver_wifi import AirAddresses, AirWifi
from .events import MQD, MQTT, MTOPIC, SKTRPT

__all__ = ["AirDriver"]


class AirDriver(PlainDriver):
    """Does with the commands of the Air602 what every module can do."""

    translates: tuple[type[Event], ...] = (SKTRPT, *AirMqtt.translates)

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities: Mapping[Capability, Support] = CAPABILITIES
        self._station = AirWifi(modem)
        self.wifi: WifiDriver | None = self._station
        self.softap: SoftApDriver | None = AirSoftAp(modem, self._station)
        self._provisioning = AirProvisioning(modem)
        self.provisioning: ProvisioningDriver | None = self._provisioning
        self.addresses: AddressDriver | None = AirAddresses(modem)
        self._links = AirSockets(modem)
        self.sockets: SocketDriver | None = self._links
        self.passthrough: PassthroughDriver | None = AirPassthrough(modem, self._links)
        self._broker = AirMqtt(modem, self._links)
        self.mqtt: MqttDriver | None = self._broker
        self.http: HttpDriver | None = AirHttp(modem)
        self.web_server: WebServerDriver | None = AirWebServer(modem)
        self.ota: OtaDriver | None = AirOta(modem)
        self.network: NetworkDriver | None = AirNetwork(modem)
        self.system: SystemDriver | None = AirSystem(modem)
        self.power: PowerDriver | None = AirPower(modem)
        self.uart: UartDriver | None = AirUart(modem)

    async def prepare(self) -> None:
        """Let data be reported, without sockets of anybody else."""
        self._station.reset()
        self._provisioning.reset()
        self._broker.reset()
        await self._links.reset()

    async def probe(self) -> None:
        """Ask for what firmware of 2020 alone has."""
        try:
            await self._modem.send(ONEMODE.query())
        except CommandError:
            self.capabilities = capabilities_of(one_key_modes=False)
        else:
            self.capabilities = capabilities_of(one_key_modes=True)

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        match event:
            case SKTRPT():
                yield from self._links.translate(event)
            case MQTT() | MTOPIC() | MQD():
                yield from self._broker.translate(event)
            case _:
                pass
