"""The modem as programs see it."""

from __future__ import annotations

import ssl
from typing import Literal

from anyio.streams.tls import TLSStream

from ..link import Link
from ..modem.core import ModemCore
from ..portable.dialect import Dialect
from ..portable.opening import Opening
from ..portable.values import Endpoint, MqttOptions, PingResult, TlsOptions, Transport, Will
from ..sessions.bluetooth import Bluetooth
from ..sessions.credentials import Credentials, TlsFiles
from ..sessions.ethernet import Ethernet, EthernetFrames
from ..sessions.files import Files
from ..sessions.http import Headers, Http
from ..sessions.listening import TcpListener
from ..sessions.mqtt import Mqtt, MqttSession
from ..sessions.network import Clock, Mdns, Network
from ..sessions.ota import Ota
from ..sessions.passthrough import Passthrough, PassthroughStream
from ..sessions.sockets import Sockets
from ..sessions.stores import Flash, Nvs
from ..sessions.system import Power, System
from ..sessions.tcp import TcpStream
from ..sessions.uart import Uart
from ..sessions.udp import UdpSocket
from ..sessions.web_server import WebServer, WebServers
from ..sessions.websocket import WebSocket, WebSockets
from ..sessions.wifi import Wifi
from ..wire.secret import Secret

__all__ = ["Modem"]

_VERIFIED = TlsOptions()


class Modem(ModemCore):
    """A module: its commands and events, and the sessions that work whatever its dialect."""

    def __init__(self, link: Link, dialect: Dialect, *, rest: float | None = None, strict_prompt: bool = False) -> None:
        super().__init__(link, dialect, rest=rest, strict_prompt=strict_prompt)
        #: Certificates and keys in the module.
        self.credentials: Credentials = Credentials(self)
        self._sockets = Sockets(self, self.credentials)
        self._passthrough = Passthrough(self)
        self._ethernet = Ethernet(self)
        self._mqtt = Mqtt(self)
        self._websockets = WebSockets(self)
        self._web_servers = WebServers(self)
        self._network = Network(self)
        #: The module's HTTP client.
        self.http: Http = Http(self)
        #: Files in the module.
        self.files: Files = Files(self)
        #: New firmware.
        self.ota: Ota = Ota(self)
        #: Wi-Fi: station, own access point, addresses.
        self.wifi: Wifi = Wifi(self)
        #: Bluetooth, classic and low energy.
        self.bluetooth: Bluetooth = Bluetooth(self)
        #: The module's clock.
        self.clock: Clock = Clock(self)
        #: Services of the local network.
        self.mdns: Mdns = Mdns(self)
        #: Identity, restart, memory.
        self.system: System = System(self)
        #: Sleep and radio power.
        self.power: Power = Power(self)
        #: The serial line.
        self.uart: Uart = Uart(self)
        #: Named values that the module keeps.
        self.nvs: Nvs = Nvs(self)
        #: Partitions of the module's flash.
        self.flash: Flash = Flash(self)

    def connect_tcp(self, host: str, port: int, *, passive: bool | None = None) -> Opening[TcpStream]:
        """Open a TCP connection by the module: ``async with modem.connect_tcp("example.org", 80) as stream``.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param host: name or address of the far end.
        :param port: its port, 1 to 65535.
        :param passive: data wait in the module until they are read here, which holds a fast sender back. Without it the
            module sends data as they come; a program that does not read in time loses the connection. None is with it
            wherever the module can beside the links that are open.
        :raises ConnectFailed: the module could not open it.
        :raises ModeConflict: *passive* is not what the open links of the module have.
        :raises Unsupported: the dialect has no links, or its data cannot wait.
        """
        return self._sockets.connect_tcp(host, port, passive=passive)

    def connect_tls(
        self,
        host: str,
        port: int,
        *,
        options: TlsOptions = _VERIFIED,
        ca: bytes | None = None,
        certificate: bytes | None = None,
        private_key: bytes | None = None,
        passive: bool | None = None,
    ) -> Opening[TcpStream]:
        """Open a TCP connection that the module protects with TLS.

        The server's certificate is verified unless ``options`` spells that off. Many modules need the time for it.
        Cancelled, a connection that comes up all the same is closed in the background.

        :param host: name or address of the far end; the certificate must be for it.
        :param port: its port, 1 to 65535.
        :param options: what is verified, shown and offered; credentials by the names that ``credentials.store`` gives.
        :param ca: the authority to check against, as PEM; it is stored in the module's slot 0 unless it was before.
        :param certificate: client certificate to show, likewise.
        :param private_key: its key, likewise.
        :param passive: as in :meth:`connect_tcp`.
        :raises TlsError: the certificate does not verify, or the two ends have nothing in common.
        :raises ConnectFailed: the far end could not be reached.
        :raises Unsupported: the module has no TLS, or lacks something that *options* ask for.
        """
        files = TlsFiles(ca=ca, certificate=certificate, private_key=private_key)
        return self._sockets.connect_tls(host, port, options=options, files=files, passive=passive)

    def connect_host_tls(self, host: str, port: int, *, context: ssl.SSLContext | None = None) -> Opening[TLSStream]:
        """Open a TCP connection by the module that this program protects with TLS, whatever the module can.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param host: name or address of the far end; the certificate must be for it.
        :param port: its port, 1 to 65535.
        :param context: keys, certificates and what is verified; None for the authorities that this host trusts.
        :raises ConnectFailed: the module could not open it.
        :raises ssl.SSLError: the certificate does not verify, or the two ends have nothing in common.
        :raises Unsupported: the dialect has no links.
        """
        return self._sockets.connect_host_tls(host, port, context=context)

    def listen_tcp(self, port: int, *, backlog: int = 8) -> Opening[TcpListener]:
        """Listen for TCP connections: ``async with modem.listen_tcp(80) as listener``.

        Cancelled, a listener that comes up all the same is closed in the background.

        :param port: the port, 1 to 65535.
        :param backlog: clients that wait to be accepted; those beyond it are closed.
        :raises ConnectFailed: the port cannot be listened on, or the module has no listener left.
        :raises Unsupported: the dialect has no listeners.
        """
        return self._sockets.listen_tcp(port, backlog=backlog)

    def open_udp(
        self, remote: Endpoint | None = None, *, local_port: int | None = None, limit: int = 256
    ) -> Opening[UdpSocket]:
        """Open a socket for datagrams: ``async with modem.open_udp(("10.0.0.1", 123)) as socket``.

        Cancelled, a socket that comes up all the same is closed in the background.

        :param remote: host and port that ``send`` sends to; None for a socket that has no far end of its own.
        :param local_port: own port, 1 to 65535; None lets the module choose.
        :param limit: datagrams that are held for a slow reader.
        :raises ConnectFailed: it cannot be opened.
        :raises Unsupported: the dialect has no datagrams.
        """
        return self._sockets.open_udp(remote, local_port=local_port, limit=limit)

    def passthrough(
        self, host: str, port: int, *, transport: Transport = Transport.TCP, tls: TlsOptions | None = None
    ) -> Opening[PassthroughStream]:
        """Open a connection whose bytes pass the line bare, which no other session can use meanwhile.

        It is left again when the stream or the modem is closed, and when the opening is cancelled.

        :param host: name or address of the far end.
        :param port: its port, 1 to 65535.
        :param transport: what carries it.
        :param tls: how the module protects it, with ``Transport.TLS``; None verifies the server's certificate.
        :raises ConnectFailed: it cannot be opened.
        :raises ModeConflict: links are open, or passthrough is on.
        :raises Unsupported: the dialect has no passthrough.
        """
        return self._passthrough.open(host, port, transport=transport, tls=tls)

    async def set_passthrough_autostart(self, remote: Endpoint | None, *, transport: Transport = Transport.TCP) -> None:
        """Let the module open a connection and enter passthrough at each start, for hosts that know no commands.

        Whoever opens the modem then brings it back to commands first. Cancelled, the setting may be made all the same.

        :param remote: host and port of the far end; None lets it start as usual again.
        :param transport: what carries it.
        :raises InvalidArgument: *remote* is none, or the module cannot store it.
        :raises Unsupported: the dialect has no such setting, or not for that transport.
        """
        await self._passthrough.set_autostart(remote, transport)

    def ethernet(self, *, limit: int = 256) -> Opening[EthernetFrames]:
        """Let raw frames of the wired network pass: ``async with modem.ethernet() as frames``.

        Links and MQTT of the module do not work meanwhile. Cancelled, frames that pass all the same are stopped in the
        background.

        :param limit: frames that are held for a slow reader.
        :raises CommandError: this model has no such mode.
        :raises ModeConflict: links are open, or frames pass to another session.
        :raises Unsupported: the dialect has no raw frames.
        """
        return self._ethernet.open(limit)

    def mqtt(
        self,
        host: str,
        port: int | None = None,
        *,
        client_id: str,
        username: str | None = None,
        password: str | Secret[str] | None = None,
        keep_alive: int | None = None,
        clean_session: bool = True,
        will: Will | None = None,
        tls: TlsOptions | None = None,
        websocket_path: str | None = None,
        reconnect: bool = True,
        limit: int = 1024,
        join: bool = False,
    ) -> Opening[MqttSession]:
        """Connect to an MQTT broker by the module's own client: ``async with modem.mqtt(…) as mqtt``.

        Cancelled, a connection that comes up all the same is closed in the background.

        :param host: name or address of the broker.
        :param port: its port; None for 1883, 8883 with TLS, 80 and 443 for WebSockets.
        :param client_id: the name that the broker knows this client by; 1 to 23 bytes are safe with every broker.
        :param username: user, or None.
        :param password: the user's password, or None.
        :param keep_alive: seconds between signs of life; None for the module's own setting.
        :param clean_session: let the broker forget the session at the end.
        :param will: what the broker publishes when the module vanishes.
        :param tls: how the module protects the connection; None for plain TCP.
        :param websocket_path: path on the server; None for MQTT without WebSocket.
        :param reconnect: when the connection is lost, reach the broker again, however long that takes, and subscribe
            again. Each step is an event: :class:`MqttDisconnected`, :class:`MqttReconnecting`, :class:`MqttConnected`,
            :class:`MqttSubscribed`. Without it the session ends.
        :param limit: messages held for a slow reader; one more ends the session with :class:`DataLost`.
        :param join: put the pieces together in which a module delivers a large message. Where it does not mark them,
            messages of one topic that are just as large as a piece may be taken for one.
        :raises ConnectFailed: the broker was not reached.
        :raises BrokerRefused: it refused; ``name`` tells why, where the module does.
        :raises TlsError: it could not be agreed on how to protect the connection.
        :raises ModeConflict: a session is open already; a module has one client.
        :raises InvalidArgument: a value cannot be carried; the limit is named.
        :raises Unsupported: the dialect has no MQTT, or lacks what an option asks for.
        """
        options = MqttOptions(
            host=host,
            port=_mqtt_port(tls is not None, websocket_path is not None) if port is None else port,
            client_id=client_id,
            username=username,
            password=password,
            keep_alive=keep_alive,
            clean_session=clean_session,
            will=will,
            tls=tls,
            websocket_path=websocket_path,
        )
        return self._mqtt.connect(options, reconnect=reconnect, limit=limit, join=join)

    def websocket(
        self,
        url: str,
        *,
        headers: Headers = (),
        subprotocol: str | None = None,
        tls: TlsOptions | None = None,
        timeout: float = 15,
        limit: int = 256,
    ) -> Opening[WebSocket]:
        """Open a WebSocket by the module's own client: ``async with modem.websocket("ws://…") as socket``.

        Cancelled, a WebSocket that opens all the same is closed in the background.

        :param url: ``ws://`` or ``wss://``, without user and password.
        :param headers: own headers of the request.
        :param subprotocol: the subprotocol to ask for.
        :param tls: how ``wss://`` is protected; None verifies the server's certificate.
        :param timeout: seconds to try.
        :param limit: pieces of data held for a slow reader; one more ends the session with :class:`DataLost`.
        :raises ConnectFailed: the server was not reached, or refuses; or the module has no WebSocket left.
        :raises TlsError: it is not who it should be.
        :raises InvalidArgument: a value cannot be carried; the limit is named.
        :raises Unsupported: the module has no WebSockets.
        """
        return self._websockets.connect(
            url, headers=headers, subprotocol=subprotocol, tls=tls, timeout=timeout, limit=limit
        )

    def web_server(self, port: int = 80) -> Opening[WebServer]:
        """Start the module's own web server: ``async with modem.web_server() as server``.

        Its pages are the maker's. Cancelled, a server that starts all the same is stopped in the background.

        :param port: its port, 1 to 65535.
        :raises CommandError: the module could not start it.
        :raises ModeConflict: it runs already, perhaps for provisioning.
        :raises Unsupported: the module has none.
        """
        return self._web_servers.start(port)

    async def resolve(self, host: str, *, version: Literal[4, 6] | None = None) -> tuple[str, ...]:
        """Return the addresses of a host, as the module knows them; an address stands for itself.

        :param host: name or address.
        :param version: 4 or 6; None for whichever the module prefers.
        :raises CommandError: ``NO_SUCH_HOST`` in ``name`` when there is none.
        :raises InvalidArgument: no name, or an address of the other version; nothing was sent.
        :raises Unsupported: the dialect looks up no names.
        """
        return await self._network.resolve(host, version)

    async def ping(
        self,
        host: str,
        *,
        count: int = 1,
        timeout: float = 5,
    ) -> PingResult:
        """Ping a host by the module; a host that does not answer is no error.

        Cancelled, the ping under way is finished by the module.

        :param host: name or address.
        :param count: how many times, 1 to 1000.
        :param timeout: seconds for each answer; later ones do not count.
        :raises InvalidArgument: a value is out of range; nothing was sent.
        :raises Unsupported: the dialect does not tell what came of a ping.
        """
        return await self._network.ping(host, count, timeout)


def _mqtt_port(tls: bool, websocket: bool) -> int:
    if websocket:
        return 443 if tls else 80
    return 8883 if tls else 1883
