"""ESP-AT under the portable sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from ...errors import CommandError
from ...portable.capabilities import Capability, Support
from ...portable.drivers import (
    AddressDriver,
    ClassicDriver,
    ClockDriver,
    CredentialDriver,
    FileDriver,
    FlashDriver,
    HttpDriver,
    LeDriver,
    MdnsDriver,
    MqttDriver,
    NetworkDriver,
    NvsDriver,
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
    WebSocketDriver,
    WifiDriver,
)
from ...portable.events import (
    MessageReceived,
    MqttConnected,
    MqttDisconnected,
    PortableEvent,
    SocketAccepted,
    SocketClosed,
    SocketConnected,
    SocketData,
    SocketReadable,
    StationAddressed,
    StationJoined,
    StationLeft,
    UpdateProgress,
    WebSocketClosed,
    WebSocketData,
    WifiAddressAcquired,
    WifiAssociated,
    WifiDisconnected,
)
from ...portable.modem_api import ModemAPI
from ...portable.values import Message
from ...wire.event import Event, Unrecognized
from .capabilities import CAPABILITIES, capabilities_by
from .commands.links import CIPDINFO, CIPMUX
from .commands.sending import CIPMODE
from .commands.system import ATE0, CMD, SYSLOG, SYSSTORE
from .driver_addresses import EspAddresses
from .driver_classic import EspClassic
from .driver_files import EspFiles
from .driver_http import EspHttp
from .driver_le import EspLe
from .driver_mqtt import EspMqtt
from .driver_network import EspClock, EspMdns, EspNetwork
from .driver_ota import EspOta, step_of, step_of_page
from .driver_passthrough import EspPassthrough
from .driver_provisioning import EspProvisioning
from .driver_sockets import LISTENER, EspSockets
from .driver_softap import EspSoftAp
from .driver_stores import EspFlash, EspNvs
from .driver_system import EspPower, EspSystem, EspUart
from .driver_tls import EspCredentials, EspTls
from .driver_web_server import EspWebServer
from .driver_websocket import EspWebSocket
from .driver_wifi import EspWifi
from .events import (
    CipUpdate,
    ClosedMux,
    ConnectMux,
    DistStaIp,
    HttpcGet,
    HttpClient,
    HttpcPost,
    HttpcPut,
    IpdMux,
    IpdMuxInfo,
    IpdNoticeMux,
    IpdSingle,
    LinkConn,
    MqttSubRecv,
    StaConnected,
    StaDisconnected,
    WebServerRsp,
    WifiConnected,
    WifiDisconnect,
    WifiGotIp,
    WifiGotIpv6Gl,
    WsClosed,
    WsConnected,
    WsData,
    WsDisconnected,
)
from .events import MqttConnected as BrokerConnected
from .events import MqttDisconnected as BrokerDisconnected
from .values.sockets import LinkMode, LinkRole, SendMode

__all__ = ["EspDriver"]


class EspDriver(PlainDriver):
    """Does with ESP-AT commands what every module can do."""

    translates: tuple[type[Event], ...] = (
        CipUpdate,
        ClosedMux,
        ConnectMux,
        DistStaIp,
        HttpClient,
        HttpcGet,
        HttpcPost,
        HttpcPut,
        IpdMux,
        IpdMuxInfo,
        IpdNoticeMux,
        IpdSingle,
        LinkConn,
        BrokerConnected,
        BrokerDisconnected,
        MqttSubRecv,
        StaConnected,
        StaDisconnected,
        WifiConnected,
        WifiDisconnect,
        WifiGotIp,
        WifiGotIpv6Gl,
        WsClosed,
        WsConnected,
        WsData,
        WsDisconnected,
        *EspProvisioning.translates,
        *EspLe.translates,
        *EspClassic.translates,
    )

    def __init__(self, modem: ModemAPI) -> None:
        super().__init__(modem)
        self.capabilities: Mapping[Capability, Support] = CAPABILITIES
        self._tls = EspTls(modem)
        self._links = EspSockets(modem, self._tls)
        self.sockets: SocketDriver | None = self._links
        self._le = EspLe(modem)
        self.le: LeDriver | None = self._le
        self._classic = EspClassic(modem)
        self.classic: ClassicDriver | None = self._classic
        certificates = EspCredentials(modem)
        self.credentials: CredentialDriver | None = certificates
        self.passthrough: PassthroughDriver | None = EspPassthrough(modem, self._links, self._tls, self._le)
        self.mqtt: MqttDriver | None = EspMqtt(modem, self._links)
        self._http = EspHttp(modem, self._links, certificates)
        self.http: HttpDriver | None = self._http
        self._websockets = EspWebSocket(modem, self._links, certificates)
        self.websocket: WebSocketDriver | None = self._websockets
        self.ota: OtaDriver | None = EspOta(modem)
        self._files = EspFiles(modem)
        self.files: FileDriver | None = self._files
        self._station = EspWifi(modem)
        self.wifi: WifiDriver | None = self._station
        self.softap: SoftApDriver | None = EspSoftAp(modem)
        self._web_server = EspWebServer(modem)
        self.web_server: WebServerDriver | None = self._web_server
        self._provisioning = EspProvisioning(modem, self._web_server, self._le)
        self.provisioning: ProvisioningDriver | None = self._provisioning
        self.addresses: AddressDriver | None = EspAddresses(modem)
        self.network: NetworkDriver | None = EspNetwork(modem)
        self.clock: ClockDriver | None = EspClock(modem)
        self._services = EspMdns(modem)
        self.mdns: MdnsDriver | None = self._services
        self.system: SystemDriver | None = EspSystem(modem)
        self.power: PowerDriver | None = EspPower(modem)
        self.uart: UartDriver | None = EspUart(modem)
        self.nvs: NvsDriver | None = EspNvs(modem)
        self.flash: FlashDriver | None = EspFlash(modem)

    async def prepare(self) -> None:
        """Switch echo off and several links on; settings stay out of flash, refusals tell their cause."""
        send = self._modem.send
        await send(ATE0())
        for newer in (SYSSTORE(store=False), SYSLOG(status=True)):
            with suppress(CommandError):  # firmware before 2.1 has neither
                await send(newer)
        self._links.reset()
        self._tls.reset()
        self._station.reset()
        self._provisioning.reset()
        self._services.reset()
        self._le.reset()
        self._classic.reset()
        self._files.reset()
        self._http.reset()
        self._websockets.reset()
        self._web_server.reset()
        mode = (await send(CIPMUX.query())).mode
        await self._links.close_all(mode)
        if mode is not LinkMode.MULTIPLE:
            await send(CIPMODE(mode=SendMode.NORMAL))  # the other one excludes several links
            await send(CIPMUX(mode=LinkMode.MULTIPLE))
        await send(CIPDINFO(mode=False))

    async def probe(self) -> None:
        """Ask for the firmware's commands. Before 2.2 it does not tell them, and the table stays as it is."""
        with suppress(CommandError):
            told = await self._modem.send(CMD.query())
            self.capabilities = capabilities_by({command.name.removeprefix("AT+") for command in told})

    def translate(self, event: Event) -> Iterable[PortableEvent]:
        """Return the portable events that a wire event stands for."""
        match event:
            case IpdMux() | IpdMuxInfo() | IpdSingle():
                lost = event.length - len(event.data) if event.short else 0
                ip, port = event.remote_ip, event.remote_port
                sender = None if ip is None or port is None else (ip, port)
                yield SocketData(link=event.link_id, data=event.data, lost=lost, sender=sender, cause=event)
            case IpdNoticeMux():
                yield SocketReadable(link=event.link_id, length=event.length, cause=event)
            case ConnectMux() | LinkConn():
                yield self._opened(event)
            case ClosedMux():
                self._links.closed(event.link_id)
                yield SocketClosed(link=event.link_id, cause=event)
            case MqttSubRecv():
                yield MessageReceived(
                    message=Message(topic=event.topic, payload=event.data), damaged=event.short, cause=event
                )
            case HttpClient() | HttpcGet() | HttpcPost() | HttpcPut():
                self._http.take(event)
            case Unrecognized(fault=True):
                self._http.garbled(len(event.data))
            case CipUpdate():
                step = step_of(event.state)
                if step is not None:
                    yield UpdateProgress(step=step, cause=event)
            case WebServerRsp():
                step = step_of_page(event.n)
                if step is not None:
                    yield UpdateProgress(step=step, cause=event)
                yield from self._provisioning.translate(event)
            case WsConnected():
                self._websockets.connected(event.link_id)
            case WsData() if self._websockets.is_open(event.link_id):
                lost = event.length - len(event.data) if event.short else 0
                yield WebSocketData(socket=event.link_id, data=event.data, lost=lost, cause=event)
            case WsClosed() | WsDisconnected() if self._websockets.gone(event.link_id):
                yield WebSocketClosed(socket=event.link_id, cause=event)
            case BrokerConnected():
                yield MqttConnected(cause=event)
            case BrokerDisconnected():
                yield MqttDisconnected(cause=event)
            case WifiConnected():
                yield WifiAssociated(cause=event)
            case WifiGotIp():
                yield WifiAddressAcquired(version=4, cause=event)
                yield from self._provisioning.translate(event)
            case WifiGotIpv6Gl():
                yield WifiAddressAcquired(version=6, cause=event)
            case WifiDisconnect():
                yield WifiDisconnected(cause=event)
            case StaConnected():
                yield StationJoined(mac=event.mac, cause=event)
            case DistStaIp():
                yield StationAddressed(mac=event.mac, address=event.ip, cause=event)
            case StaDisconnected():
                yield StationLeft(mac=event.mac, cause=event)
            case _ if isinstance(event, EspLe.translates):
                yield from self._le.translate(event)
            case _ if isinstance(event, EspClassic.translates):
                yield from self._classic.translate(event)
            case _:
                yield from self._provisioning.translate(event)

    def _opened(self, event: ConnectMux | LinkConn) -> PortableEvent:
        if isinstance(event, ConnectMux):
            client = self._links.opened(event.link_id)
        else:
            client = self._links.opened(
                event.link_id,
                client=event.tetype is LinkRole.SERVER,
                remote=(event.remote_ip, event.remote_port),
                local_port=event.local_port,
            )
        if client is None:
            return SocketConnected(link=event.link_id, cause=event)
        return SocketAccepted(link=client, listener=LISTENER, cause=event)
