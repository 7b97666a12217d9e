"""The stage for recorded exchanges: the world in which the virtual Air602 answers as the recording has it.

The recordings tell of no state to start from; it follows from what they ask and what they are answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any, ClassVar, Protocol, TypeAlias, cast

from ....errors import InvalidArgument
from ....virtual.air import AccessPoint, Air, Security
from ....virtual.echo_broker import EchoBroker
from ....virtual.mqtt_packets import PacketType, packet, text
from ....virtual.simulation import FarEnd, SimulatedNetwork
from ....virtual.stage import Stage as SharedStage
from ....wire.command import Command, Query, Setting
from ....wire.vocabulary import ParseError
from ..commands.mqtt import MCONNECT, MPUB, MSERVER, MSUB
from ..commands.net import APNIP, LKSTT, SKGHBN
from ..commands.provisioning import CNTPARAM, CUSTDATA, ONESHOT
from ..commands.socket import SKCLS, SKCT, SKRCV, SKRPTM, SKSDF, SKSND, SKSRCIP, SKSTT
from ..commands.system import Z
from ..commands.wifi import BSSID, KEY, SLIST, SSID, WJOIN, WPRT, WSCAN
from ..values import AddressMode, KeyFormat, NetworkType, Selection, Switch
from .virtual import Virtual

__all__ = ["Stage"]

_NOT_PLAYED = {
    "error-1": "the firmware has no such failure, as it ends a line by itself",
    "syntax-example-3-set": "the firmware refuses this stop bit code",
    "socket-session": "the recording asks for local port 1000 and is told 1024",
}

#: Events that come by themselves once their command was sent, or with another.
_LATER = frozenset(("MQTT", "MSUB", "MPUB", "MTOPIC"))
#: Failures that the firmware has for reasons of its own.
_FROM_INSIDE = {"-1", "-5", "-6", "-7", "-8", "-62", "-63", "-64"}
_REFUSED_PORTS = frozenset((1, 81))
_HOME = "192.168.1.109"
_HOME_SSID = "home"
_SOCKET_COMMANDS = (SKCLS, SKRCV, SKSDF, SKSND, SKSTT)
_MOST_SOCKETS = 20
_HOST, _PORT = "10.0.0.1", 1000
_BROKER_PORT = 1883
#: Address and port of a peer, and the local port; 0 for any.
_Peer: TypeAlias = tuple[str, int, int]
_ANYBODY: _Peer = (_HOST, _PORT, 0)
_NOTHING: Mapping[str, Any] = {}
_IP = re.compile(r"\d+\.\d+\.\d+\.\d+")


class _SimulatedChannel(Protocol):
    far: FarEnd


class Stage(SharedStage):
    """Plays the steps of one exchange to a virtual Air602.

    :param facts: the exchange as the file has it.
    """

    module: Virtual
    #: The manual prints a blank in one place and none in another.
    examples: ClassVar[tuple[re.Pattern[bytes], ...]] = (re.compile(rb"(?<=CONNECTED) ?(?=\r\n)"),)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self.network: SimulatedNetwork = SimulatedNetwork(
            _REFUSED_PORTS, {_BROKER_PORT: lambda far: EchoBroker(far, self.clock)}
        )
        self._steps: list[Mapping[str, Any]] = facts["step"]
        self._next = 0
        #: What was printed before the recording has it, and still may come.
        self._ahead = b""
        #: How much of what each socket receives has been sent.
        self._delivered: set[int] = set()

    def make(self) -> Virtual:
        source: str = self.facts["source"]
        profile = "w600-2020" if "2020" in source else "w600-2018" if "2018" in source else "manual"
        self._air = Air(self._access_points(), names=self._names())
        return Virtual(profile=profile, air=self._air, clock=self.clock, network=self.network)

    async def open(self) -> str | None:
        reason = await super().open()
        return reason or _NOT_PLAYED.get(self.facts["name"])

    async def prepare(self) -> None:
        module = self.module
        # Where the recording subscribes and is not told, this firmware tells nothing.
        module.mqtt.tells_subscriptions = "MSUB" in self._told("name")
        self._set_what_is_asked()
        joins = any(isinstance(command, WJOIN) for _, command in self._commands())
        for step, command in self._commands():
            if step.get("error") in _FROM_INSIDE:
                module.fail(type(command), int(step["error"]))
        if joins:
            return
        stations = self._first_reply(SLIST).get("stations")
        if stations:
            first = str(IPv4Address(stations[0]["ip"]) - 1)
            module.parameters.set(APNIP(type=AddressMode.STATIC, ip=first))
        if stations or self._first_reply(LKSTT).get("status") == 0:
            # Sockets need a network, but not the station's.
            module.parameters.set(WPRT(type=NetworkType.AP), save=True)
        module.parameters.set(SSID(ssid=_HOME_SSID))
        await self._say(b"AT+WJOIN")
        module.parameters.restart()
        await self._open_sockets()
        await self._open_sessions()
        await self._open_broker()

    def _told(self, field: str) -> set[object]:
        """Return the values of a field of all events in the recording."""
        return {event[field] for step in self._steps for event in step.get("events", ()) if field in event}

    async def _open_broker(self) -> None:
        """Connect to a broker, where the recording is connected already; let it be silent where it does not answer."""
        sent = {type(command) for _, command in self._commands()}
        results, states = self._told("result"), self._told("state")
        used = bool(sent & {MSUB, MPUB}) or "MQD" in self._told("name")
        if MSERVER in sent or "FAIL" in states or "-11" in results or not (used or states):
            return
        await self._say(b"AT+MSERVER=%d,%b" % (_BROKER_PORT, _HOST.encode()))
        if MCONNECT not in sent:
            await self._say(b"AT+MCONNECT")
        if "-3" in results:
            self.network.far_ends[-1].heard = lambda: None

    async def send(self, data: bytes, *, patient: bool = True) -> bytes:
        step = self._steps[self._next]
        await self._before(step)
        rx: str = step["rx"]
        early, late = _events(step, rx)
        for event in early:
            self._arrive(event)
        printed = await super().send(data)
        for event in late:
            self._arrive(event)
        return self._up_to(step, printed + await self.settle())

    async def happen(self, step: Mapping[str, Any]) -> bytes | None:
        for event in step.get("events", ()):
            if event["name"] == "READY" and not self._ahead and not self._restarting():
                self.module.write(step["rx"].encode("latin-1").split(b"ready")[0])
                self.module.restart()
            elif event["name"] == "HTTPCRPT":
                far = self.network.far_ends[-1]
                far.send(b"HTTP/1.1 200 OK\r\n\r\n" + _bytes(event["data"]))
                far.close()
            elif event["name"] in ("SKTRPT", "DATA"):
                self._arrive(event)
            elif event["name"] == "MQD":
                topic = next(e["topic"] for e in step["events"] if e["name"] == "MTOPIC")
                self.network.far_ends[-1].send(packet(PacketType.PUBLISH, text(topic), _bytes(event["data"])))
            elif event["name"] == "MPUB" and (due := self.clock.due) is not None and not self._ahead:
                self.clock.advance_to(due)
            elif event["name"] not in _LATER and event["name"] not in ("READY", "HTTPCERRRPT"):
                return None
        return self._up_to(step, await self.settle() + await self.settle())

    def _up_to(self, step: Mapping[str, Any], printed: bytes) -> bytes:
        """Return what belongs to *step*, and keep the rest for steps in which the module speaks by itself."""
        self._next += 1
        printed, self._ahead = self._ahead + printed, b""
        following = self._steps[self._next] if self._next < len(self._steps) else None
        expected = _bytes(step["rx"])
        if following is not None and not following["tx"] and printed.startswith(expected):
            printed, self._ahead = printed[: len(expected)], printed[len(expected) :]
        return printed

    def _restarting(self) -> bool:
        return any(isinstance(command, Z) for _, command in self._commands())

    # What the recording tells of the world

    def _commands(self) -> Iterator[tuple[Mapping[str, Any], Command[Any]]]:
        """Yield the steps that are commands."""
        for step in self._steps:
            try:
                yield step, self.module.parse(_line(step["tx"]))
            except (ParseError, InvalidArgument):
                continue

    def _first_reply(self, command: type[Command[Any]]) -> Mapping[str, Any]:
        """Return the first reply to *command* in any form; an empty one where there is none."""
        replies = (step["reply"] for step, sent in self._commands() if _is(sent, command) and "reply" in step)
        return next(replies, _NOTHING)

    def _names(self) -> dict[str, str]:
        """Let every address lead to itself, and every name to where the recording says."""
        names = {_HOST: _HOST}
        for step in self._steps:
            names |= {ip: ip for ip in _IP.findall(step["tx"] + step["rx"])}
            host = re.match(rf"AT\+{SKGHBN.declaration.wire}=(.*)\r", step["tx"])
            if host is not None and "reply" in step:
                names[host[1]] = step["reply"]["ip"]
        return names

    def _access_points(self) -> list[AccessPoint]:
        points: dict[str, AccessPoint] = {}
        password = ""
        address: Mapping[str, Any] = next(
            (s["reply"] for s in self._steps if "gateway" in s.get("reply", _NOTHING)), _NOTHING
        )
        for step in self._steps:
            key = re.match(r'AT\+KEY=!?1,\d,"?(.*?)"?\r', step["tx"])
            password = key[1] if key is not None else password
            reply = step.get("reply", _NOTHING)
            found: list[Mapping[str, Any]] = (
                reply.get("records", [reply]) if step["tx"] in ("AT+WJOIN\r", "AT+WSCAN\r") else []
            )
            for record in (r for r in found if r.get("bssid")):
                points[record["bssid"]] = AccessPoint(
                    ssid=record["ssid"],
                    password=password if record["encry"] else "",
                    security=Security.WPA2_PSK if record["encry"] else Security.OPEN,
                    channel=record["channel"],
                    rssi=-record["rssi"],
                    bssid=":".join(re.findall("..", record["bssid"].lower())),
                    address=address.get("ip", _HOME),
                    gateway=address.get("gateway", "192.168.1.1"),
                )
        scans = any(step["tx"] == f"AT+{WSCAN.declaration.wire}\r" for step in self._steps)
        return (
            list(points.values())
            if points or scans
            else [AccessPoint(ssid=_HOME_SSID, security=Security.OPEN, address=_HOME)]
        )

    def _set_what_is_asked(self) -> None:
        """Set what the recording asks for before it sets it, or joins without having set."""
        parameters = self.module.parameters
        known: set[type[Command[Any]]] = set()
        for step, command in self._commands():
            known.add(type(command))
            reply = step.get("reply", _NOTHING)
            if isinstance(command, Query) and issubclass(command.of, Setting) and command.of not in known:
                known.add(command.of)
                value = self._read_reply(command, step)
                if command.of is SKRPTM:
                    self.module.sockets.reporting = value.mode == Switch.ON
                elif value is not None:
                    parameters.set(value, save=True)
            elif isinstance(command, WJOIN) and SSID not in known and reply:
                parameters.set(SSID(ssid=reply["ssid"]), save=True)
            elif _is(command, CUSTDATA):
                parameters.set(ONESHOT(status=Switch.ON))
                self.module.wifi.provision("", "", reply["data"])
            elif _is(command, CNTPARAM):
                self._configure(reply)

    def _configure(self, reply: Mapping[str, Any]) -> None:
        parameters = self.module.parameters
        parameters.set(KEY(format=KeyFormat.ASCII, index=0, key=reply["key"]), save=True)
        if reply["bssid_en"]:
            parameters.set(BSSID(mode=Selection.FIXED, bssid=reply["ssid_or_bssid"]), save=True)
        else:
            parameters.set(SSID(ssid=reply["ssid_or_bssid"]), save=True)

    def _read_reply(self, command: Command[Any], step: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the reply's type
        text = re.match(rb"\+OK(?:=(.*?))?\n?\r\n", _bytes(step["rx"]), re.DOTALL)
        if text is None:
            return None
        spelling = self.module.vocabulary.grammar.spelling
        return command.reply().collector("", spelling).result(text[1])

    # Sockets

    async def _say(self, line: bytes) -> bytes:
        return await super().send(line + b"\r")

    async def _open_sockets(self) -> None:
        """Open the sockets that the recording uses without opening them, and those whose numbers it skips."""
        peers = {**self._peers_in_commands(), **self._peers_in_reports()}
        sender = self._first_reply(SKSRCIP).get("ip")
        if sender is not None:
            peers[1] = (sender, _PORT, 0)
        for number in range(1, max(peers, default=0) + 1):
            host, port, local = peers.get(number, _ANYBODY)
            port = _PORT if port in _REFUSED_PORTS else port
            await self._say(b"AT+SKCT=0,0,%b,%d%b" % (host.encode(), port, b",%d" % local if local else b""))
        if sender is not None:
            self._far_end(1).send(b"x")

    def _peers_in_commands(self) -> dict[int, _Peer]:
        """Return the peers of the sockets that commands use, by number."""
        peers: dict[int, _Peer] = {}
        opened: set[int] = set()
        for step, command in self._commands():
            reply = step.get("reply", _NOTHING)
            if isinstance(command, SKCT):
                opened.add(reply.get("socket", 0))
                taken = range(1, _MOST_SOCKETS + 1 if step.get("error") == "-11" else reply.get("socket", 0))
                peers |= {number: _ANYBODY for number in taken if number not in opened}
            elif isinstance(command, _SOCKET_COMMANDS) and "error" not in step:
                states = reply.get("records", [{}])
                if command.socket not in opened:
                    known = states[0]
                    peer = (known.get("host", _HOST), known.get("host_port", _PORT), known.get("local_port", 0))
                    peers.setdefault(command.socket, peer)
                # What is listed besides are clients of a server, which come by themselves.
                opened |= {state["socket"] for state in states[1:]}
        return peers

    def _peers_in_reports(self) -> dict[int, _Peer]:
        """Return the peers of the sockets that reports tell of, and switch reports on where there are any."""
        events = [event for step in self._steps for event in step.get("events", ()) if "socket" in event]
        self.module.sockets.reporting |= bool(events)
        return {event["socket"]: (event["ip"], event["port"], 0) for event in events}

    async def _open_sessions(self) -> None:
        """Use up the HTTP sessions before the one that the recording tells of."""
        failed = [e for step in self._steps for e in step.get("events", ()) if e["name"] == "HTTPCERRRPT"]
        for event in failed:
            for _ in range(1, event["session"]):
                await self._say(b"AT+HTTPC=http://%b:%d/,0" % (_HOST.encode(), min(_REFUSED_PORTS)))
            self.module.sockets.reporting = True

    def _far_end(self, number: int) -> FarEnd:
        """Return the far end of a socket that a client has opened or a server accepted."""
        remote = self.module.sockets[number].channel
        return cast("_SimulatedChannel", remote).far

    def _arrive(self, event: Mapping[str, Any]) -> None:
        """Let the data of a report or of the stream arrive."""
        number = event.get("socket", self.module.sockets.default)
        if event["name"] in ("SKTRPT", "DATA"):
            self._far_end(number).send(_bytes(event["data"]))

    async def _before(self, step: Mapping[str, Any]) -> None:
        """Let happen in the world what the reply to *step* shows."""
        try:
            command = self.module.parse(_line(step["tx"]))
        except (ParseError, InvalidArgument):
            return
        reply = step.get("reply", _NOTHING)
        if isinstance(command, SKRCV) and reply.get("size"):
            self._deliver(command.socket)
        elif isinstance(command, SKSND) and reply.get("actualsize", command.size) != command.size:
            self.module.sockets.grants.append(reply["actualsize"])
        elif isinstance(command, SKSTT):
            for record in reply.get("records", ()):
                self._come(record)
        elif isinstance(command, SLIST):
            for station in reply.get("stations", ()):
                self._air.enter(self._own_ssid(), self._own_password(), mac=station["mac"])

    def _come(self, record: Mapping[str, Any]) -> None:
        """Let the client of a server that SKSTT lists be there."""
        try:
            self.module.sockets[record["socket"]]
        except KeyError:
            self.network.dial(record["local_port"])
            self.module.sockets[record["socket"]].remote = (record["host"], record["host_port"])
        if record["rx_data"]:
            self._deliver(record["socket"])

    def _deliver(self, number: int) -> None:
        """Let arrive what the recording receives next on a socket."""
        for index, (step, command) in enumerate(self._commands()):
            if isinstance(command, SKRCV) and command.socket == number and index not in self._delivered:
                self._delivered.add(index)
                socket = self.module.sockets[number]
                data = _bytes(step["reply"]["data"])
                if socket.datagrams is not None:
                    self.network.datagram(data, socket.remote, socket.local_port)
                else:
                    self._far_end(number).send(data)
                return

    def _own_ssid(self) -> str:
        return self._air.hotspots[-1].ssid

    def _own_password(self) -> str:
        return self._air.hotspots[-1].password


def _is(sent: Command[Any], command: type[Command[Any]]) -> bool:
    return (sent.of if isinstance(sent, Query) else type(sent)) is command


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


def _line(tx: str) -> bytes:
    """Return the command line at the beginning of *tx*."""
    return re.split(rb"[\r\n]", _bytes(tx), maxsplit=1)[0]


def _events(step: Mapping[str, Any], rx: str) -> tuple[list[Any], list[Any]]:
    """Return the reports in a step that come before the answer, and those that come after it."""
    reports = [event for event in step.get("events", ()) if event["name"] == "SKTRPT"]
    return (reports, []) if rx.startswith("+SKTRPT") else ([], reports)
