"""The stage for recorded exchanges: the world in which the virtual CC3220 answers as the recording has it.

The recordings tell of no state to start from; it follows from what they ask and what they are answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, cast

from ....virtual.air import AccessPoint, Air, Security
from ....virtual.simulation import FarEnd, SimulatedNetwork
from ....virtual.stage import Stage as SharedStage
from ..values.http import HttpHeader, header_name
from ..values.netapp import MdnsService
from ..values.system import StatusWlan, WlanStatus
from .broker import answers_of, message_of
from .storage import StoredFile
from .virtual import Virtual

__all__ = ["Stage"]

_NOT_PLAYED = {
    "quoting": "the recording answers 'a b' and calls it 'ab'; the module keeps 'ab'",
    "netutil-sign-verify": "the network processor of the recording takes any text for a good signature",
    "secure-client": "the network processor of the recording does not look for the file that it is told",
    "file-list-info-ctl": "its list and its details contradict each other about the same file",
}

_REFUSED_PORTS = frozenset((5999,))
_HOME = "OfficeNet"
_ADDRESS, _GATEWAY = "192.168.178.100", "192.168.178.1"
_BSSID = "c4:6e:1f:09:a0:01"
_STATIONS = ("34:31:c4:4a:eb:5f", "34:31:c4:4a:eb:60")
_DENIED = ("0x34:0x31:0xc4:0x4a:0xeb:0x5f", "0xc4:0x6e:0x1f:0x9:0xa0:0x1")
_PORT = 5001
_IP = re.compile(r"\d+\.\d+\.\d+\.\d+")
_HEADER = re.compile(r"at\+httpgetheader=0,(\w+),", re.IGNORECASE)
_SECURITY = {
    "wpa2": Security.WPA2_PSK,
    "wpa_wpa2": Security.WPA_WPA2_PSK,
    "open": Security.OPEN,
}
#: Exchanges that start without a network.
_OFFLINE = ("wlan-connect", "wlan-scan", "wlan-ap", "noecho-wlan", "http-errors", "manual-scan")
_PRINTER = MdnsService(
    address="192.168.178.55", port=80, name="printer._http._tcp.local", host="printer.local", text="path=/;v=1"
)


class _SimulatedChannel(Protocol):
    far: FarEnd


class Stage(SharedStage):
    """Plays the steps of one exchange to a virtual CC3220.

    :param facts: the exchange as the file has it.
    """

    module: Virtual
    examples: ClassVar[tuple[re.Pattern[bytes], ...]] = (
        re.compile(rb"(?<=\+netutilget:)0x[0-9a-f]+(?::0x[0-9a-f]+)*"),
        re.compile(rb"(?<=\+netutilget:1,124,)[A-Za-z0-9+/=]+"),
    )

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self.network: SimulatedNetwork = SimulatedNetwork(_REFUSED_PORTS)
        self._name: str = facts["name"]
        self._steps: list[Mapping[str, Any]] = facts["step"]
        self._next = 0
        #: What was printed before the recording has it.
        self._ahead = b""

    def make(self) -> Virtual:
        profile: str = self.facts["profile"]
        self._air = Air(self._access_points(), names=self._names())
        return Virtual(profile=profile, air=self._air, clock=self.clock, network=self.network)

    async def open(self) -> str | None:
        reason = await super().open()
        if self._name == "boot-banner":
            self.module.restart()
        return reason or _NOT_PLAYED.get(self._name)

    async def prepare(self) -> None:
        if not self._name.startswith(_OFFLINE):
            await self._say(f"at+wlanconnect={_HOME},,open,,,,")
        if self._name == "get-status-wlan":
            flags = (WlanStatus.CONNECTED_RESPONSE, WlanStatus.STA_CONNECTED)
            self.module.system.dropped[StatusWlan] = flags
        if self._name == "wlan-ap-settings":
            for mac in _DENIED:
                await self._say(f"at+wlanset=ap,access_list_add_mac,{mac}")
        if self._name == "netcfg-get":
            for number, mac in enumerate(_STATIONS):
                self.module.wlan.stations[mac] = f"10.123.45.{2 + number}"
        if self._name == "file-errors":
            self.module.storage.files["x"] = StoredFile(max_size=256)
        if self._name == "manual-scan-semicolons":
            await self._say("at+wlanscan=0,10")
        self.module.names.services.append(_PRINTER)
        await self._open_sockets()
        await self._open_http()
        if self._name == "mqtt-publish-base64":
            await self._say("at+mqttcreate=dev1,ip4,127.0.0.1,18830,,,,,,,v3_1_1,0,1")
            self.module.link_received(b"at+mqttconnect=0\r")
            await self._turn()
            await self._answer_as_broker()

    async def send(self, data: bytes, *, patient: bool = True) -> bytes:
        step = self._steps[self._next]
        following = self._steps[self._next + 1 : self._next + 2]
        if self._name == "http-errors" and b"httpsendreq" in data:
            await self._say("at+httpdisconnect=0")
        # What a stimulus brings about must not be waited for in vain.
        waits = not (following and not following[0]["tx"])
        answers = b"httpsendreq" in data and "error" not in step
        printed = await super().send(data, patient=waits and not answers and b"at+mqtt" not in data)
        if answers:
            printed += await self._serve()
        if b"at+mqtt" in data:
            printed += await self._answer_as_broker()
        if printed != _bytes(step["rx"]):
            self._arrive(step)
        return self._up_to(step, printed + (await self.settle() if waits else await self._turn()))

    async def happen(self, step: Mapping[str, Any]) -> bytes | None:
        if step["stimulus" if "stimulus" in step else "tx"].startswith("a client connects"):
            self._come(step)
        self._arrive(step)
        self._tell(step)
        return self._up_to(step, await self.settle())

    def _up_to(self, step: Mapping[str, Any], printed: bytes) -> bytes:
        """Return what belongs to *step*, and keep the rest for the stimulus behind it."""
        self._next += 1
        printed, self._ahead = self._ahead + printed, b""
        following = self._steps[self._next] if self._next < len(self._steps) else None
        expected = _bytes(step["rx"])
        if following is not None and not following["tx"] and printed.startswith(expected):
            printed, self._ahead = printed[: len(expected)], printed[len(expected) :]
        return printed

    async def _say(self, line: str) -> bytes:
        return await super().send(line.encode("latin-1") + b"\r")

    # What the recording tells of the world

    def _names(self) -> dict[str, str]:
        """Let every address lead to itself, and every name to where the recording says."""
        names = {"127.0.0.1": "127.0.0.1"}
        for step in self._steps:
            names |= {ip: ip for ip in _IP.findall(step["tx"] + step["rx"])}
            for reply in (step.get("reply", {}), *step.get("deferred", ())):
                if "host" in reply:
                    names[reply["host"]] = reply["address"]
        return names

    def _access_points(self) -> list[AccessPoint]:
        networks = [n for step in self._steps for n in step.get("reply", {}).get("networks", ())]
        points = [
            AccessPoint(
                ssid=n["ssid"],
                security=_SECURITY[n["security"]],
                channel=n["channel"],
                rssi=n["rssi"],
                bssid=n["bssid"],
                password="x",  # noqa: S106 - nobody joins
            )
            for n in networks
        ]
        asked = re.match(r'at\+wlanconnect=(?:"(.*?)"|(\w+)),.*?,(\w+),(?:"(.*?)"|(\w*)),', self._steps[0]["tx"])
        ssid, security, key = _HOME, "open", ""
        if asked is not None:
            ssid, security = asked[1] or asked[2], asked[3].lower()
            key = "right" if "fails" in self._name else asked[4] or asked[5]
        return points or [
            AccessPoint(
                ssid=ssid,
                password=key,
                security=_SECURITY.get(security, Security.WPA2_ENTERPRISE),
                bssid=_BSSID,
                address=_ADDRESS,
                gateway=_GATEWAY,
            )
        ]

    async def _open_sockets(self) -> None:
        """Make the sockets that the recording uses without making them, connected."""
        opening = [step for step in self._steps if "+socket=i" in step["tx"].lower() and "reply" in step]
        made = [step["reply"]["socket"] for step in opening]
        texts = [step["tx"] for step in self._steps]
        used = [int(n) for text in texts for n in re.findall(r"(?i)(?:recv|send|connect|opt|close|to|from)=(\d)", text)]
        used += [number for step in self._steps for d in step.get("deferred", ()) for number in d.get("readable", ())]
        if self._name == "error-process":
            return
        kind = "dgram,udp" if any("SendTo" in text for text in texts) else "stream,tcp"
        for number in range(min(made) if made else max(used, default=-1) + 1):
            await self._say(f"at+socket=inet,{kind}")
            if not any("connect=" in text.lower() for text in texts) and kind == "stream,tcp":
                await self._say(f"at+connect={number},inet,{_PORT},127.0.0.1")

    def _arrive(self, step: Mapping[str, Any]) -> None:
        """Let the data arrive that the recording receives in *step*."""
        for told in step.get("events", ()):
            if told["name"] == "EventMqtt.recv" and not step["tx"]:
                self.network.far_ends[-1].send(message_of(told["topic"], _bytes(told["message"])))
        for told in step.get("deferred", ()):
            name, socket = told["name"], told.get("socket")
            if name == "RecvFrom":
                self.network.datagram(_bytes(told["data"]), ("127.0.0.1", 6001))
            elif name == "Recv" and told["length"] == 0:
                self._far_end(socket).close()
            elif name == "Recv":
                self._far_end(socket).send(_bytes(told["data"]))
            elif name == "Select" and told["readable"] and step.get("stimulus"):
                self._far_end(told["readable"][0]).send(b"abc")

    def _far_end(self, number: int) -> FarEnd:
        return cast("_SimulatedChannel", self.module.sockets[number].channel).far

    def _come(self, step: Mapping[str, Any]) -> None:
        """Let a client come from the port that the recording has."""
        self.network.dial()
        told = step["deferred"][0]
        self.module.sockets[0].clients[-1].remote = (told["address"], told["port"])

    def _tell(self, step: Mapping[str, Any]) -> None:
        """Print the events of the network processor."""
        own = any(event["name"] != "EventMqtt.recv" for event in step.get("events", ()))
        for line in re.split(r"(?<=\n\r)|(?<=\r\n)", step["rx"]):
            name, _, text = line.strip().partition(":")
            if own and name.lower().startswith("+event"):
                lower = f"{name.lower()}:{text.strip()}".encode("latin-1")
                event = self.module.vocabulary.event(lower, name[1:].upper().encode(), text.strip().encode("latin-1"))
                if event is not None:
                    self.module.emit(event)

    async def _answer_as_broker(self) -> bytes:
        """Let the broker confirm what has come, and send a message back that is for a topic of its own."""
        printed = b""
        while self.network.far_ends and (received := bytes(self.network.far_ends[-1].received)):
            far = self.network.far_ends[-1]
            far.received.clear()
            for answer in answers_of(received):
                far.send(answer)
            printed += await self._turn()
        return printed

    # HTTP

    async def _open_http(self) -> None:
        if self._name.startswith("http-") and "httpcreate" not in self._steps[0]["tx"] and self._name != "http-errors":
            await self._say("at+httpcreate")
            await self._say("at+httpconnect=0,http://127.0.0.1:8431,,,,")

    async def _serve(self) -> bytes:
        """Answer a request as the following steps have it; return what is printed."""
        status, headers, body, early = self._steps[self._next]["reply"]["status"], "", b"", False
        for step in self._steps[self._next + 1 :]:
            if "httpsendreq" in step["tx"]:
                break
            asked = _HEADER.match(step["tx"])
            if asked is not None:
                headers += f"{header_name(HttpHeader(asked[1]))}: {step['reply']['data']}\r\n"
            body += _bytes(step.get("reply", {}).get("body", ""))
            early |= step.get("error") == "-3008"
        if "content-length" not in headers:
            headers += f"content-length: {len(body)}\r\n"
        head = f"HTTP/1.1 {status} \r\n{headers}\r\n".encode("latin-1")
        far = self.network.far_ends[-1]
        far.send(head + body if early else head)
        printed = await self._turn()
        if not early:
            far.send(body)
        return printed


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
