"""A stage for recorded exchanges of MXCHIP AT: the world that they tell of, and what happens there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, cast

from ....virtual.air import AccessPoint, Air
from ....virtual.clock import ManualClock, sleep
from ....virtual.device import VirtualModule
from ....virtual.echo_broker import EchoBroker
from ....virtual.mqtt_packets import PacketType, packet, text
from ....virtual.network import Accept, Address, Channel, DatagramSocket, Listener, Psk, Tls
from ....virtual.simulation import FarEnd, SimulatedNetwork
from ....virtual.stage import Stage, given
from ....virtual.station import StationTiming
from ....wire.event import Event
from ..commands.net import WJAPIP
from ..commands.uart import UARTFOMAT
from ..events import clouds
from ..events.sockets import SocketData
from .bluetooth import BluetoothHost
from .module import Virtual

__all__ = ["MxStage"]

_KEY = "12345678"
_PORT = 8000
_SERVER_PORT = 8080
_NOBODY = 9
_BROKER_PORT = 1883
_PEER: Address = ("192.168.1.7", 54590)
_SENDER: Address = ("192.168.1.50", 5000)
_IP = re.compile(r"\d+\.\d+\.\d+\.\d+")
#: Seconds that it takes to open a socket.
_OPENING = 0.05
#: Seconds of the module's time after which what belongs to a step has come.
_LONGEST = 30.0
#: A certificate of nobody: its bytes only have to be those of one.
_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBETCBuaADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB2V4YW1wbGUw
IBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBIxEDAOBgNVBAMMB2V4
YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT5JdRuOYE1wrBnUx9S/lPK
/JzyjByLw0Opq1jC4tTjjHT/ONx9yGK4Y1mkqHH0LZlrRpwd5wRJ1P8LuAajKjD3
MAoGCCqGSM49BAMCA0cAMEQCIC+1/nRC3R62hNywOvYaT6nxrZKTV++qOXw5E3XW
ORp+AiAvsswfVnrFsIhj89l3uNosUfed/1NnpNP1vMIvFEicLw==
-----END CERTIFICATE-----
"""

_CLOUD_EVENTS: Mapping[str, type[Event]] = {
    str(cls.declaration.kind): cls
    for cls in (
        clouds.GomeConnecting,
        clouds.IlopCloudConnected,
        clouds.IlopCloudDisconnected,
        clouds.IlopData,
        clouds.IlopLocalConnected,
        clouds.IlopLocalDisconnected,
        clouds.IlopSet,
    )
}
_NOT_PLAYED = {
    "scan-with-event-between-rows": "scripted events fill the gaps of an answer from the first on",
}
_PROFILES = {"EMW3239": "emw3239", "moc108": "moc108", "ILOP": "ilop"}
#: Exchanges that begin in a state which they do not tell.
_UNTOLD = {
    "leave": "joined",
    "stored-network": "joined",
    "mqtt-list-subscriptions": "two subscriptions",
    "mqtt-connect-fails": "a broker that is not there",
}


class _Air(Air):
    """A neighbourhood in which a host may have several addresses."""

    hosts: Mapping[str, list[str]]

    async def resolve(self, host: str, version: int = 4) -> list[str]:
        return self.hosts.get(host) or await super().resolve(host, version)


class _Network(SimulatedNetwork):
    """A network that takes its time, and in which whoever connects to the module comes from one address."""

    clock: ManualClock

    async def connect(self, remote: Address, *, local_port: int | None = None, tls: Tls | Psk | None = None) -> Channel:
        await sleep(self.clock, _OPENING)
        return await super().connect(remote, local_port=local_port, tls=tls)

    async def datagrams(self, local: Address, received: Callable[[bytes, Address], None]) -> DatagramSocket:
        await sleep(self.clock, _OPENING)
        return await super().datagrams(local, received)

    async def listen(self, local: Address, accept: Accept, *, tls: Tls | None = None) -> Listener:
        def renamed(channel: Any) -> None:  # noqa: ANN401 - a simulated channel, whose address may be set
            channel.remote = _PEER
            accept(channel)

        return await super().listen(local, renamed, tls=tls)


class _SimulatedChannel(Protocol):
    far: FarEnd


class MxStage(Stage):
    """Plays the steps of one exchange to a virtual MXCHIP module.

    :param facts: the exchange as the file has it.
    """

    module: Virtual

    examples: ClassVar[tuple[re.Pattern[bytes], ...]] = (
        re.compile(rb"(?<=\+SYSTIME:)\d+"),
        re.compile(rb"(?<=TIME:)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"),
        re.compile(rb"(?<=RTCGET:)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"),
    )

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        network = _Network(frozenset({_NOBODY}), {_BROKER_PORT: lambda far: EchoBroker(far, self.clock)})
        network.clock = self.clock
        self.network: SimulatedNetwork = network
        self._steps: list[Mapping[str, Any]] = facts["step"]
        self._next = 0
        self._broker = f"example.com,{_BROKER_PORT}"
        self._bluetooth: BluetoothHost | None = None

    # The world

    def make(self) -> VirtualModule:
        told: str = self.facts.get("given", "")
        profile = next((name for word, name in _PROFILES.items() if word in told), "default")
        self._air = _Air(self._access_points(), names=self._names())
        self._air.hosts = {
            step["tx"].split("=")[1].rstrip(): [row["ip"] for row in step["reply"]["rows"]]
            for step in self._steps
            if step["tx"].startswith("AT+CIPDOMAIN=") and "reply" in step
        }
        return Virtual(
            profile=profile,
            air=self._air,
            boot_time=2.0,
            timing=StationTiming(scan=1.0, associate=0.5, address=0.5, notice=1.0),
            clock=self.clock,
            network=self.network,
        )

    def _access_points(self) -> list[AccessPoint]:
        scans = [step["reply"]["rows"] for step in self._steps if step["tx"].startswith(("AT+WSCAN=", "AT+WSCAN\r"))]
        scanned = [_point(row) for rows in scans for row in rows]
        if scanned:
            return scanned
        home = AccessPoint(
            ssid="TestAP",
            password=_KEY,
            bssid="34:15:13:20:98:55",
            channel=11,
            rssi=-74,
            address="192.168.2.22",
            gateway="192.168.2.1",
        )
        return [home, AccessPoint(ssid="cafe"), AccessPoint(ssid="bar, grill", password="pass,word")]  # noqa: S106

    def _names(self) -> dict[str, str]:
        """Let every address lead to itself."""
        names = {"example.com": "127.0.0.1", _PEER[0]: _PEER[0], "192.168.1.100": "192.168.1.100"}
        return names | {ip: ip for step in self._steps for ip in _IP.findall(step["tx"]) if ip != "255.255.255.255"}

    async def open(self) -> str | None:
        return _NOT_PLAYED.get(self.facts["name"]) if self.facts["name"] in _NOT_PLAYED else await super().open()

    async def aclose(self) -> None:
        if self.facts["name"] not in _NOT_PLAYED:
            await super().aclose()

    async def prepare(self) -> None:
        await self._say("AT+UARTE=OFF")
        match _UNTOLD.get(self.facts["name"]):
            case "joined":
                await self.joined()
            case "two subscriptions":
                await self.joined()
                await self.mqtt_connected()
                await self._say("AT+MQTTSUB=0,dev/1/in,1")
                await self._say("AT+MQTTSUB=5,all/#,0")
            case "a broker that is not there":
                await self.joined()
                await self._say(f"AT+MQTTSOCK=example.com,{_NOBODY}")
            case _:
                pass
        if self.facts.get("echo"):
            await self._say("AT+UARTE=ON")

    async def _say(self, line: str) -> None:
        """Send a command and let everything take its course."""
        self.module.link_received(line.encode() + b"\r")
        for _ in range(20):
            await self.settle()

    # What exchanges start from

    @given(r"joined(, network lost at this moment)?(; nobody listens)?(?=, |$)")
    async def joined(self, *_: str) -> None:
        """The station is in the network."""
        await self._say(f"AT+WJAP=TestAP,{_KEY}")

    @given("a network is stored")
    async def stored(self) -> None:
        """The station is in the network, which is stored thereby."""
        await self.joined()

    @given(r"not joined|link \d closed|link \d never opened|CIPAUTOCONN 1|EMW3239|moc108|ILOP firmware")
    def as_made(self) -> None:
        """So it is from the factory, or by the profile."""

    @given(r"(WSCANOPT=\d)")
    async def setting(self, text: str) -> None:
        """Something is set."""
        await self._say(f"AT+{text}")

    @given(r"links? (\d)(?: and (\d))? connected(?: to port 8000; 11 bytes arrive after the mode is set)?")
    async def connected(self, *numbers: str | None) -> None:
        """There are such links."""
        if not self.module.wifi.online:
            await self.joined()
        for number in filter(None, numbers):
            await self._say(f"AT+CIPSTART={number},tcp_client,192.168.1.100,{_PORT}")

    @given("server on link 0 with that peer")
    async def server(self) -> None:
        """There is a server, and somebody has connected to it."""
        await self.joined()
        await self._say(f"AT+CIPSTART=0,tcp_server,{_SERVER_PORT}")
        self.network.dial()
        await self.settle()

    @given("(?:the certificate of certificate-upload is|root certificate) stored")
    async def certificate(self) -> None:
        """A certificate is stored: the one of the recording where its text is asked for."""
        asked = next((step["reply"]["cert"] for step in self._steps if "cert" in step.get("reply", {})), _CERTIFICATE)
        await self._say("AT+SSLCERTSET=0")
        self.module.link_received(asked.encode() + b"\r\n\x1a")
        await self.settle()

    @given("host connected")
    async def host(self) -> None:
        """A Bluetooth host is connected."""
        await self._say("AT+BTDISCOVERY=ON")
        self._bluetooth = self.module.bluetooth.connect()

    @given("broker set")
    async def broker(self) -> None:
        """It is known where the broker is."""
        await self._say(f"AT+MQTTSOCK={self._broker}")

    @given(r"MQTT connected(, MQTTRECONN ON)?|MQTT connection just lost")
    async def mqtt_connected(self, *_: str) -> None:
        """The module is connected to the broker, or was a moment ago."""
        if not self.module.wifi.online:
            await self.joined()
        await self.broker()
        await self._say("AT+MQTTPUB=dev/1/out,1")
        await self._say("AT+MQTTSTART")
        if "lost" in self.facts.get("given", ""):
            self._far_end.close()
            await self.settle()

    # What happens

    @property
    def _far_end(self) -> FarEnd:
        return self.network.far_ends[-1]

    async def send(self, data: bytes, *, patient: bool = True) -> bytes:
        step = self._take_step()
        expected = _bytes(step["rx"])
        if data == b"+++":
            # What was sent before is a frame of its own.
            self.clock.advance(2 * self.module.settings[UARTFOMAT].time / 1000)
        while not self.module.awake and (due := self.clock.due) is not None:
            self.clock.advance_to(due)
            await self._turn()
        self._before(step, expected)
        self.module.link_received(data)
        printed = await self._until(expected)
        if step.get("raw"):
            self._arrive_raw(step)
        for event in _arriving(step)[1]:
            self._arrive(event)
        return printed + await self._until(expected[len(printed) :])

    async def happen(self, step: Mapping[str, Any]) -> bytes | None:
        self._take_step()
        expected = _bytes(step["rx"])
        if step.get("raw"):
            self._arrive_raw(step)
        for event in step.get("events", ()):
            self._happen(event)
        return await self._until(expected)

    def _take_step(self) -> Mapping[str, Any]:
        self._next += 1
        return self._steps[self._next - 1]

    async def _until(self, expected: bytes) -> bytes:
        """Let time go by until as much as *expected* was printed; behind the last step until all is quiet."""
        end = self.clock.time() + _LONGEST
        printed = await self._turn()
        while len(printed) < len(expected) and (due := self.clock.due) is not None and due <= end:
            self.clock.advance_to(due)
            printed += await self._turn()
        if self._next == len(self._steps) and self.module.awake:
            printed += await self.settle()
        return printed

    def _before(self, step: Mapping[str, Any], expected: bytes) -> None:
        """Let happen what the recording has before the answer to a command, or inside it."""
        first, _ = _arriving(step)
        for event in first:
            self._arrive(event)
        inside = [event for event in step.get("events", ()) if event not in first and event.get("name") == "CIPEVENT"]
        if step["tx"].startswith("AT+WJAPIP?") and inside:
            data = _bytes(inside[0]["data"])
            self.module.faults.set(WJAPIP, events=[SocketData(id=inside[0]["id"], length=len(data), data=data)])
        if "lost at this moment" in self.facts.get("given", ""):
            self._air.switch_off("TestAP")
        if step["tx"].startswith("AT+CIPRECV=") and step["reply"]["data"]:
            self._far_end.send(_bytes(step["reply"]["data"]))

    def _happen(self, event: Mapping[str, Any]) -> None:
        """Let the world do what an event of the module tells; what the module does by itself is only waited for."""
        match event["name"], event.get("kind"):
            case "WEVENT", "STATION_UP" if self._air.learners:
                self._air.tell_network("TestAP", _KEY)
            case "CIPEVENT", "CLIENT,CONNECTED":
                self.network.dial()
            case "CIPEVENT", "CLIENT,CLOSED" | "SERVER,DISCONNECTED":
                self._far_end.close()
            case "MQTTEVENT", "CONNECT,RECONNECTING":
                self._far_end.close()
            case "BTEVENT", "CONNECTION,ON":
                self._bluetooth = self.module.bluetooth.connect()
            case "BTEVENT", "CONNECTION,OFF" if self._bluetooth is not None:
                self._bluetooth.disconnect()
            case "ENETEVENT", _:
                self.module.ethernet.receive(_bytes(event["data"]))
            case "ILOPEVENT" | "GOMEEVENT", _:
                self._tell_of_cloud(event)
            case _:
                self._arrive(event)

    def _arrive(self, event: Mapping[str, Any]) -> None:
        """Let data come in, where the event tells of some."""
        if "data" not in event:
            return
        data = _bytes(event["data"])
        match event["name"], event.get("kind"):
            case "CIPEVENT", "UDP_BROADCAST":
                self.network.datagram(data, (event["ip"], event["port"]))
            case "CIPEVENT", _:
                self._arrive_on_link(event["id"], data)
            case "BTEVENT", _ if self._bluetooth is not None:
                self._bluetooth.send(data)
            case "MQTTRECV", _:
                self._far_end.send(packet(PacketType.PUBLISH, text("dev/1/in"), data))

    def _arrive_on_link(self, number: int, data: bytes) -> None:
        link = self.module.links.get(number)
        end = None if link is None else next(iter(link.ends.values()), None)
        if end is None:
            self.network.datagram(data, _SENDER)
        else:
            cast("_SimulatedChannel", end.channel).far.send(data)

    def _arrive_raw(self, step: Mapping[str, Any]) -> None:
        """Let bytes come in that are passed on bare."""
        data = _bytes(step["raw"])
        if self._bluetooth is not None:
            self._bluetooth.send(data)
        else:
            self._far_end.send(data)

    def _tell_of_cloud(self, event: Mapping[str, Any]) -> None:
        cls = _CLOUD_EVENTS[event["kind"]]
        values = {key: value for key, value in event.items() if key not in ("name", "kind")}
        if "data" in values:
            values["data"] = _bytes(values["data"])
        self.module.ilop.tell(cls(**values))


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


def _point(row: Mapping[str, Any]) -> AccessPoint:
    """Return the access point that a row of a scan tells of."""
    return AccessPoint(
        ssid=row["ssid"] or "unseen",
        password=_KEY,
        hidden=not row["ssid"],
        channel=row.get("channel", 1),
        rssi=row["rssi"],
        bssid=":".join(re.findall("..", row.get("bssid", "02005E000001").lower())),
    )


def _arriving(step: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the events of arriving data that come before the answer of a step, and those that come behind it."""
    before, behind = [], []
    for event in step.get("events", ()):
        told = f"+CIPEVENT:SOCKET,{event.get('id')},{event.get('length')},{event.get('data')}\r\n"
        if step["rx"].startswith("\r\n" + told):
            before.append(event)
        elif step["rx"].endswith(told):
            behind.append(event)
    return before, behind
