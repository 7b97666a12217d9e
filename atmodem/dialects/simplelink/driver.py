"""CC3220 under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...errors import CommandError
from ...portable.capabilities import Capability, Support
from ...portable.drivers import (
    AddressDriver,
    ClockDriver,
    CredentialDriver,
    FileDriver,
    HttpDriver,
    MdnsDriver,
    MqttDriver,
    NetworkDriver,
    PlainDriver,
    PowerDriver,
    ProvisioningDriver,
    SocketDriver,
    SoftApDriver,
    SystemDriver,
    WebServerDriver,
    WifiDriver,
)
from ...portable.events import (
    MessageReceived,
    MqttConnected,
    MqttDisconnected,
    PortableEvent,
    StationAddressed,
    StationJoined,
    StationLeft,
    WifiAddressAcquired,
    WifiAddressLost,
    WifiAssociated,
    WifiDisconnected,
)
from ...portable.modem_api import ModemAPI
from ...portable.values import Message
from ...wire.event import Event
from .capabilities import CAPABILITIES
from .commands.system import Set, Start
from .driver_addresses import SlAddresses
from .driver_files import SlFiles
from .driver_http import SlHttp, SlWebServer
from .driver_mqtt import SlMqtt, code_of
from .driver_network import SlClock, SlMdns, SlNetwork
from .driver_provisioning import SlProvisioning
from .driver_role import Role
from .driver_sockets import SlSockets
from .driver_softap import SlSoftAp
from .driver_system import SlPower, SlSystem
from .driver_tls import SlCredentials
from .driver_wifi import SlWifi
from .events import (
    EventMqttDisconnect,
    EventMqttOperationConnack,
    EventMqttOperationPuback,
    EventMqttOperationSuback,
    EventMqttOperationUnsuback,
    EventMqttRecv,
    EventNetAppDhcpv4Leased,
    EventNetAppIpv4Acquired,
    EventNetAppIpv4Lost,
    EventNetAppIpv6Acquired,
    EventNetAppIpv6Lost,
    EventSockTxFailed,
    EventWlanConnect,
    EventWlanDisconnect,
    EventWlanStaAdded,
    EventWlanStaRemoved,
)
from .values.system import GeneralPersistent

__all__ = ["SlDriver"]


class SlDriver(PlainDriver):
    """Does with commands of the AT core what every module can do."""

    translates: tuple[type[Event], ...] = (
        EventMqttDisconnect,
        EventMqttOperationConnack,
        EventMqttOperationPuback,
        EventMqttOperationSuback,
        EventMqttOperationUnsuback,
        EventMqttRecv,
        EventNetAppDhcpv4Leased,
        EventNetAppIpv4Acquired,
        EventNetAppIpv4Lost,
        EventNetAppIpv6Acquired,
        EventNetAppIpv6Lost,
        EventSockTxFailed,
        EventWlanConnect,
        EventWlanDisconnect,
        EventWlanStaAdded,
        EventWlanStaRemoved,
    )

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities: Mapping[Capability, Support] = CAPABILITIES
        self._role = Role(modem)
        self._station = SlWifi(modem, self._role)
        self.wifi: WifiDriver | None = self._station
        self._own = SlSoftAp(modem, self._role)
        self.softap: SoftApDriver | None = self._own
        self._provisioning = SlProvisioning(modem, self._role)
        self.provisioning: ProvisioningDriver | None = self._provisioning
        self.addresses: AddressDriver | None = SlAddresses(modem)
        self._sockets = SlSockets(modem)
        self.sockets: SocketDriver | None = self._sockets
        files = SlFiles(modem)
        self.files: FileDriver | None = files
        self.credentials: CredentialDriver | None = SlCredentials(files)
        self.network: NetworkDriver | None = SlNetwork(modem)
        self.clock: ClockDriver | None = SlClock(modem)
        self.mdns: MdnsDriver | None = SlMdns(modem)
        self._mqtt = SlMqtt(modem)
        self.mqtt: MqttDriver | None = self._mqtt
        self._http = SlHttp(modem)
        self.http: HttpDriver | None = self._http
        self.web_server: WebServerDriver | None = SlWebServer(modem)
        self.system: SystemDriver | None = SlSystem(modem)
        self.power: PowerDriver | None = SlPower(modem)

    async def prepare(self) -> None:
        """Keep settings out of flash, and close what another program has left open."""
        volatile = Set(option=GeneralPersistent(enabled=False))
        try:
            await self._modem.send(volatile)
        except CommandError:
            # The example application has started the network processor before its banner; others may not.
            await self._modem.send(Start())
            await self._modem.send(volatile)
        self._role.reset()
        self._station.reset()
        self._own.reset()
        self._provisioning.reset()
        self._sockets.reset()
        self._http.reset()
        self._mqtt.reset()
        await self._sockets.close_all()
        await self._mqtt.disconnect()

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        match event:
            case EventWlanConnect():
                yield WifiAssociated(cause=event)
            case EventNetAppIpv4Acquired() if not self._role.hosting:
                yield WifiAddressAcquired(address=event.ip, version=4, cause=event)
            case EventNetAppIpv6Acquired() if not self._role.hosting:
                yield WifiAddressAcquired(address=event.ip, version=6, cause=event)
            case EventNetAppIpv4Lost():
                yield WifiAddressLost(version=4, cause=event)
            case EventNetAppIpv6Lost():
                yield WifiAddressLost(version=6, cause=event)
            case EventWlanDisconnect():
                self._sockets.cut_off()
                yield WifiDisconnected(reason=event.reason, cause=event)
            case EventWlanStaAdded():
                self._own.joined(event.mac)
                yield StationJoined(mac=event.mac, cause=event)
            case EventNetAppDhcpv4Leased():
                self._own.joined(event.mac, event.ip)
                yield StationAddressed(mac=event.mac, address=event.ip, cause=event)
            case EventWlanStaRemoved():
                self._own.left(event.mac)
                yield StationLeft(mac=event.mac, cause=event)
            case EventMqttOperationConnack() if code_of(event) == 0:
                yield MqttConnected(cause=event)
            case EventMqttDisconnect():
                yield MqttDisconnected(cause=event)
            case EventMqttRecv():
                yield MessageReceived(message=_message(event), damaged=event.short, cause=event)
            case EventSockTxFailed():
                self._sockets.failed(event.socket, event.status)
            case _:
                pass
        self._mqtt.note(event)
        yield from self._provisioning.translate(event)


def _message(event: EventMqttRecv) -> Message:
    return Message(topic=event.topic, payload=event.message, qos=int(event.qos), retain=event.retain, continues=False)
