"""A stage for recorded exchanges of ESP-AT: the world that they were recorded in, and what happens there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ....portable.values import AddressKind
from ....virtual.air import AccessPoint, Air, Security
from ....virtual.bluetooth import Bluetooth
from ....virtual.device import VirtualModule
from ....virtual.echo_broker import EchoBroker, WebSocketEnd
from ....virtual.low_energy import Central, Peripheral
from ....virtual.network import Address
from ....virtual.serial_profile import ClassicPeer
from ....virtual.simulation import FarEnd, SimulatedNetwork
from ....virtual.stage import Stage, given, stimulus
from .. import commands as c
from .. import events as e
from .ble_server import factory_services
from .module import Virtual
from .stage_web import Browser, MakerEnd, ReturningEnd, WebEnd

__all__ = ["EspStage"]

_HOST = "127.0.0.1"
_NAMES = ("192.168.3.102", "192.168.200.249", "192.168.0.1", "h", "iot.espressif.cn")
_PORT = 18080
_REFUSED_PORT = 18081
_BROKER_PORT = 8883
_WEBSOCKET_PORT = 8083
_WEB_PORT = 80
_RETURNING_PORT = 8765
_MAKER_PORT = 8000
_PASSWORD = "12345678"  # noqa: S105 - of a made-up network
_GUEST = "3c:22:fb:10:aa:01"
#: Seconds after which a browser looks again.
_LOOK_AGAIN = 0.01
#: Seconds in which the module has joined a network.
_JOIN_TIME = 0.15
_SENDER: Address = ("127.0.0.1", 18090)


def _example(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.MULTILINE)


class EspStage(Stage):
    """The neighbourhood of the recordings: four access points, far ends on this host."""

    examples: ClassVar[tuple[re.Pattern[bytes], ...]] = (
        _example(r"(?<=^AT version:)[^\r]*"),
        _example(r"(?<=^SDK version:)[^\r]*"),
        _example(r"(?<=^compile time)[^\r]*"),
        _example(r"(?<=^Bin version:)[^\r]*"),
        _example(r"(?<=^\+CIPSNTPTIME:)\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}"),
        _example(r"(?<=^\+PING:)\d+"),
        # Name servers of the network it was recorded in.
        _example(r'(?<=^\+CIPDNS:0)(?:,"[\d.]+"){3}'),
        # Local port of a client.
        _example(r'(?<="TCP",\d,"127.0.0.1",18080,)\d+'),
        _example(r'(?<="TCP","127.0.0.1",18080,)\d+'),
        # Port of a client of the server.
        _example(r'(?<="TCP",1,"127.0.0.1",)\d+'),
        _example(r'(?<=^\+BLEADDR:)"[\da-f:]{17}"'),
        # The recording shows the first characteristic of a service alone.
        _example(r'(?<=^\+BLEGATTCCHAR:"desc",0,3,1,1,0x2901\r\n)(?:\+BLEGATTCCHAR:[^\r]*\r\n)*'),
    )

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self._phone = ClassicPeer(address="e0:24:81:47:90:bc")
        self._central = Central(address="24:0a:c4:03:a7:4e", services=factory_services())
        steps = facts["step"]
        # The size is told where the exchange asks for it.
        size = next((s["reply"]["size"] for s in steps if s["tx"].startswith("AT+HTTPGETSIZE")), None)
        self._returning: list[ReturningEnd] = []
        self.network: SimulatedNetwork = SimulatedNetwork(
            refused=frozenset({_REFUSED_PORT}),
            served={
                _BROKER_PORT: lambda far: EchoBroker(far, self.clock),
                _WEBSOCKET_PORT: lambda far: EchoBroker(WebSocketEnd(far), self.clock),
                _MAKER_PORT: MakerEnd,
                _WEB_PORT: lambda far: WebEnd(far, size),
                _RETURNING_PORT: lambda far: self._returning.append(ReturningEnd(far)),
            },
        )
        self.air: Air = Air(
            [
                AccessPoint(ssid="test", password=_PASSWORD, channel=6, rssi=-42, bssid="ca:d7:19:d8:a6:44", wps=True),
                AccessPoint(
                    ssid='a,b"c\\d',
                    password='p,q"r\\s1',  # noqa: S106 - of a made-up network
                    security=Security.WPA_WPA2_PSK,
                    channel=1,
                    rssi=-55,
                    bssid="ca:d7:19:d8:a6:45",
                ),
                AccessPoint(ssid="open", channel=11, rssi=-71, bssid="ca:d7:19:d8:a6:46"),
                AccessPoint(
                    ssid="café",
                    password=_PASSWORD,
                    security=Security.WPA2_WPA3_PSK,
                    channel=13,
                    rssi=-80,
                    bssid="ca:d7:19:d8:a6:47",
                ),
            ],
            names=dict.fromkeys(_NAMES, _HOST),
            services={("refused", _WEB_PORT): (_HOST, _REFUSED_PORT)},
            bluetooth=Bluetooth([*self._peripherals(facts), self._phone]),
        )
        # What is fetched in passive mode, in the order in which it must have come.
        fetched = "".join(s["reply"]["data"] for s in steps if s["tx"].startswith("AT+CIPRECVDATA") and "reply" in s)
        self._fetched = fetched.encode("latin-1")
        # The release in which an error number takes the place of a code, where the exchange shows one.
        self._profile = "5.0" if any("+ERRNO" in s["rx"] for s in steps) else "4.1"

    def make(self) -> VirtualModule:
        self._own = factory_services()
        return Virtual(
            air=self.air,
            profile=self._profile,
            boot_time=1.0,
            clock=self.clock,
            network=self.network,
            services=self._own,
        )

    def _peripherals(self, facts: Mapping[str, Any]) -> list[Peripheral]:
        """Return the devices that the recordings hear and connect to."""
        if facts["name"] == "ble-connect-fails":
            return []
        heard = bytes.fromhex("02011a020a0c0aff4c001005071c3024dc")
        stranger = Peripheral(
            address="5b:3b:6c:51:90:49", rssi=-87, advertisement=heard, kind=AddressKind.RANDOM, connectable=False
        )
        other_module = Peripheral(
            address="24:0a:c4:d6:e4:46", rssi=-29, advertisement=b"", services=factory_services()[:1]
        )
        return [stranger, other_module]

    async def send(self, data: bytes, *, patient: bool = True) -> bytes:
        printed = await super().send(data, patient=patient)
        scan = re.match(rb"AT\+BLESCAN=1,(\d+)", data)
        if scan is not None:
            # The recording goes on to the end of the scan.
            self.clock.advance(float(scan[1]))
            printed += await self.settle()
        return printed

    async def prepare(self) -> None:
        # The recorded module ran on a host, where DHCP was none of its business.
        await self._command("AT+CWDHCP=0,7")
        if not self.facts.get("echo"):
            await self._command("ATE0")

    async def open(self) -> str | None:
        reason = await super().open()
        if reason is None and self.facts["name"] == "notice-inside-a-scan":
            self._arrange_notices()
        return reason

    def _arrange_notices(self) -> None:
        """Let data come before the first record of a scan, and the link close behind it."""
        for point in self.air.access_points[1::2]:
            self.air.switch_off(point.ssid)
        self.clock.call_later(0.01, lambda: self._far_end.send(b"hello"))
        self.module.faults.set(c.CWLAP, events=[e.ClosedMux(link_id=0)])

    async def _command(self, line: str) -> None:
        await self.send(line.encode() + b"\r\n")

    @property
    def _far_end(self) -> FarEnd:
        return self.network.far_ends[-1]

    # What exchanges start from

    @given(r'station joined to "test"')
    async def joined(self) -> None:
        """The station is in the network."""
        await self._command(f'AT+CWJAP="test","{_PASSWORD}"')

    @given("one link open")
    async def one_link(self) -> None:
        """There is one link, without a number."""
        await self._command(f'AT+CIPSTART="TCP","127.0.0.1",{_PORT}')

    @given(r"link (\d) open")
    async def link(self, number: str) -> None:
        """There is a link with that number."""
        await self._command("AT+CIPMUX=1")
        await self._command(f'AT+CIPSTART={number},"TCP","127.0.0.1",{_PORT}')

    @given(r"(CIP\w+=\d)")
    async def setting(self, text: str) -> None:
        """Something is set."""
        await self._command(f"AT+{text}")

    @given("a broker that sends everything back")
    def broker(self) -> None:
        """It is there."""

    @given("broker connected")
    async def broker_connected(self) -> None:
        """The module is connected to the broker."""
        await self._command('AT+MQTTUSERCFG=0,1,"publisher","","",0,0,""')
        await self._command(f'AT+MQTTCONN=0,"192.168.3.102",{_BROKER_PORT},0')

    @given("BLEINIT=1")
    async def low_energy(self) -> None:
        """Low Energy is on, in the role of a client."""
        await self._command("AT+BLEINIT=1")

    @given("BLE connected")
    async def low_energy_connected(self) -> None:
        """A client has connected, whose own attributes were discovered over the same connection."""
        await self._command("AT+BLEINIT=2")
        await self._command("AT+BLEADVSTART")
        self.air.bluetooth.connect(self._central)
        await self._command(f'AT+BLECONN=0,"{self._central.address}"')
        await self._command("AT+BLEGATTCPRIMSRV=0")
        await self._command("AT+BLEGATTCCHAR=0,3")

    @given(r"access point named .* with the password .*")
    def other_network(self) -> None:
        """It is there."""

    # What happens

    @stimulus("power-up")
    def power_up(self, _: Mapping[str, Any]) -> None:
        """The module starts."""
        self.module.restart(after=0)

    @stimulus("about a second later|five seconds later")
    def later(self, step: Mapping[str, Any]) -> None:
        """Time goes by."""
        self.clock.advance(5 if "five" in step["stimulus"] else 1)

    @stimulus(r"the far end sends.*|and 3 more: no new notice|it sends|the far end of link 0 sends")
    def far_end_sends(self, step: Mapping[str, Any]) -> None:
        """Data come in, on the link that the step tells of."""
        far_end = self.network.far_ends[0] if "link 0" in step["stimulus"] else self._far_end
        far_end.send(self._data_of(step))

    def _data_of(self, step: Mapping[str, Any]) -> bytes:
        if step.get("raw"):
            return self._encoded(step["rx"])
        for event in step.get("events", ()):
            if "data" in event:
                return self._encoded(event["data"])
        length = next((event["length"] for event in step.get("events", ())), len(self._fetched))
        data, self._fetched = self._fetched[:length], self._fetched[length:]
        return data

    @staticmethod
    def _encoded(text: str) -> bytes:
        return text.encode("latin-1")

    @stimulus("a browser sends the network data")
    async def use_page(self, _: Mapping[str, Any]) -> None:
        """A browser tells the network, and fetches the result once it is joined."""
        await self._command("AT+CWMODE=3")
        browser = Browser(self.network.dial())
        browser.post("/setstainfo", json.dumps({"ssid": "test", "password": _PASSWORD}).encode())
        self._fetch_result(browser)

    def _fetch_result(self, browser: Browser) -> None:
        if self._has_joined():
            browser.post("/getresult", b"received=1")
        else:
            self.clock.call_later(_LOOK_AGAIN, lambda: self._fetch_result(browser))

    def _has_joined(self) -> bool:
        return isinstance(self.module, Virtual) and self.module.wifi.online

    @stimulus("the server sends it back")
    def server_sends_back(self, _: Mapping[str, Any]) -> None:
        """The WebSocket server returns what it got."""
        self._returning[-1].send_back()

    @stimulus(r"the far end closes|and closes: nothing is said yet|the client closes")
    def far_end_closes(self, _: Mapping[str, Any]) -> None:
        """The far end closes the link."""
        self._far_end.close()

    @stimulus(r"a datagram of 3 bytes comes")
    def datagram(self, step: Mapping[str, Any]) -> None:
        """A datagram comes in."""
        self.network.datagram(self._data_of(step), _SENDER)

    @stimulus("a client connects")
    def client(self, step: Mapping[str, Any]) -> None:
        """Somebody connects to the module's server, by Wi-Fi or Low Energy."""
        if "+BLECONN" in step["rx"]:
            self.air.bluetooth.connect(self._central)
        else:
            self.network.dial()

    @stimulus("it reads a characteristic, .*")
    def client_reads_and_writes(self, step: Mapping[str, Any]) -> None:
        """The client of Low Energy does what the step tells."""
        link = self._central.links[0]
        for event in step["events"]:
            if event["name"] == "READ":
                link.read("c300")
                continue
            characteristic = self._own[event["srv_index"] - 1].characteristics[event["char_index"] - 1]
            if "desc_index" in event:
                descriptor = characteristic.descriptors[event["desc_index"] - 1]
                link.write_descriptor(characteristic, descriptor, self._encoded(event["value"]))
            else:
                link.write(characteristic.uuid, self._encoded(event["value"]))

    @stimulus("the server notifies .*")
    def server_notifies(self, step: Mapping[str, Any]) -> None:
        """The peripheral that the module is connected to notifies."""
        told = step["events"][0]
        server = self.air.bluetooth.peripherals[1]
        # The client finds the two services that every device has first.
        characteristic = server.services[told["srv_index"] - 3].characteristics[told["char_index"] - 1]
        server.notify(characteristic.uuid, self._encoded(told["value"]))

    @stimulus("it hangs up")
    def server_hangs_up(self, _: Mapping[str, Any]) -> None:
        """That peripheral goes."""
        self.air.bluetooth.peripherals[1].hang_up()

    @stimulus("a phone connects")
    async def phone_connects(self, _: Mapping[str, Any]) -> None:
        """A phone opens the serial port."""
        await self.air.bluetooth.call(self._phone)

    @stimulus("the phone sends test")
    def phone_sends(self, step: Mapping[str, Any]) -> None:
        """Data come over it."""
        self._phone.far_ends[-1].send(self._data_of(step))

    @stimulus("the access point is switched off")
    def switch_off(self, _: Mapping[str, Any]) -> None:
        """The network goes."""
        self.air.switch_off("test")

    @stimulus("it comes back")
    def switch_on(self, _: Mapping[str, Any]) -> None:
        """The network comes."""
        self.air.switch_on("test")
        self.clock.advance(2)

    @stimulus("the button of the access point is pressed")
    def press_button(self, _: Mapping[str, Any]) -> None:
        """WPS happens."""
        self.air.press_button("test")

    @stimulus("the phone app is used")
    def use_phone(self, step: Mapping[str, Any]) -> None:
        """A phone tells the network."""
        told = {key: value for event in step["events"] for key, value in event.items()}
        point = self.air.access_points[0]
        point.ssid, point.password = told["ssid"], told["password"]
        if step["events"][0]["name"] != "BLUFICONN":
            self.air.tell_network(point.ssid, point.password)
            return
        phone = self.air.bluetooth.open_blufi()
        phone.tell_network(point.ssid, point.password)
        # Once the network is joined.
        self.clock.call_later(_JOIN_TIME, lambda: phone.send(self._encoded(told["data"])))

    @stimulus("a station joins and gets an address")
    async def guest(self, _: Mapping[str, Any]) -> None:
        """A station joins the module's access point."""
        await self._command("AT+CWMODE=2")
        await self._command(f'AT+CWSAP="module","{_PASSWORD}",5,3')
        self.air.enter("module", _PASSWORD, mac=_GUEST)
