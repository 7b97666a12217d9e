"""Late replies of the CC3220 under a flood of events: each reaches the command that caused it."""

import random
from collections.abc import Iterator

import attrs
import pytest

from atmodem.dialects import find_dialect
from atmodem.dialects import simplelink as sl
from atmodem.wire.command import Command
from atmodem.wire.event import Event
from atmodem.wire.ticket import Ticket
from tests.wire.talk import Talk, events, unknown, written

VOCABULARY = find_dialect("simplelink").vocabulary
EVENTS = 10_000
OK = b"OK\n\r"

FLOOD: tuple[tuple[bytes, Event], ...] = (
    (
        b"+eventwlan:disconnect,OK,home,0xc4:0x6e:0x1f:0x9:0xa0:0x1,200\n\r",
        sl.EventWlanDisconnect(ssid="OK,home", bssid="c4:6e:1f:09:a0:01", reason=200),
    ),
    (b"+eventsock:tx_failed,3,-104\n\r", sl.EventSockTxFailed(socket=3, status=-104)),
    (b"+eventnetapp:ipv4_lost,0\n\r", sl.EventNetAppIpv4Lost(status=0)),
    (b"+eventmqtt:operation,puback,0\n\r", sl.EventMqttOperationPuback(id=0)),
    (
        b"+eventmqtt:recv,a,qos0,0,0,0,24,\n\rOK\n\r+recv:1,0,4,ab\n\rOK\n\r",
        sl.EventMqttRecv(
            topic="a",
            qos=sl.Qos.QOS0,
            retain=False,
            dup=False,
            format=sl.DataFormat.BINARY,
            length=24,
            message=b"\n\rOK\n\r+recv:1,0,4,ab\n\rOK",
        ),
    ),
)


@attrs.define
class Owed:
    """What the module has still to print for a command, piece by piece; a piece is not broken by another line."""

    ticket: Ticket
    pieces: list[bytes]
    reply: object
    error: str | None = None


def plan(chance: random.Random) -> Command[object]:
    number = chance.randrange(4)
    return chance.choice(
        [
            sl.Recv(socket=number, length=100),
            sl.RecvFrom(socket=4 + number, family=sl.Family.INET, port=0, address="0.0.0.0", length=100),
            sl.Connect(socket=8 + number, family=sl.Family.INET, port=5000 + number, address="10.0.0.1"),
            sl.Accept(socket=12, family=sl.Family.INET),
            sl.Select(nfds=1, readsds=(0,), timeout_sec=1, timeout_usec=0),
            sl.NetAPPGetHostByName(host=f"host{number}", family=sl.Family.INET),
            sl.NetAPPPing(
                family=sl.Family.INET,
                destination="10.0.0.1",
                size=20,
                delay_ms=10,
                timeout_ms=10,
                count=3,
                flags=sl.PingFlag.EACH,
            ),
            sl.Get(option=sl.GeneralPersistent),
            sl.Send(socket=number, data=bytes(number + 1)),
            sl.WlanProfileGet(index=9),
        ]
    )


def answers(command: Command[object], serial: int) -> tuple[list[bytes], object, str | None]:
    """Return what the module prints for a command, its reply, and its error where it is refused."""
    match command:
        case sl.Recv(socket=number):
            data = b"\n\rOK\n\r%d" % serial
            line = b"+recv:%d,0,%d,%b\n\r" % (number, len(data), data)
            told = sl.ReceivedData(socket=number, format=sl.DataFormat.BINARY, length=len(data), data=data)
            return [OK, line + OK], told, None
        case sl.RecvFrom(socket=number):
            data = b"%d" % serial
            line = b"+recvfrom:%d,0,%d,%b\n\r" % (number, len(data), data)
            return (
                [OK, line + OK],
                sl.Datagram(socket=number, format=sl.DataFormat.BINARY, length=len(data), data=data),
                None,
            )
        case sl.Connect(port=port):
            return [OK, b"+connect:%d,10.0.0.1\n\r" % port + OK], sl.ConnectedPeer(port=port, address="10.0.0.1"), None
        case sl.Accept():
            told = sl.AcceptedSocket(socket=serial % 16, family=sl.Family.INET, port=serial % 65536, address="10.0.0.2")
            return [OK, b"+accept:%d,inet,%d,10.0.0.2\n\r" % (told.socket, told.port) + OK], told, None
        case sl.Select():
            return [OK, b"+select:0\n\r" + OK], sl.ReadableSockets(readable=(0,)), None
        case sl.NetAPPGetHostByName(host=host):
            line = b"+netappgethostbyname:%b,10.0.0.%d\n\r" % (host.encode(), serial % 256)
            return [line + OK], sl.HostAddress(host=host, address=f"10.0.0.{serial % 256}"), None
        case sl.NetAPPPing():
            reports = [b"+netappping:%d,%d,4\n\r" % (number, number) for number in (1, 2, 3)]
            return [OK, *reports], sl.PingReport(sent=3, received=3, rtt=4), None
        case sl.Get():
            return [b"+get:1\n\r", OK], sl.GeneralPersistent(enabled=True), None
        case sl.WlanProfileGet():
            return [b"ERROR: process command,-2074\n\r"], None, "-2074"
    return [OK], None, None


class Played:
    """A module that answers in an order of its own, with events wherever a line may stand."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.talk = Talk(VOCABULARY)
        self.owed: list[Owed] = []
        self.accepting: Owed | None = None
        self.sent: dict[bytes, list[tuple[Ticket, Command[object]]]] = {}
        self.heard = 0
        self.serial = 0
        self.told: list[Event] = []
        self.ended: list[Owed] = []

    def submit(self) -> None:
        command = plan(self.chance)
        line = VOCABULARY.request(command).line
        self.sent.setdefault(line, []).append((self.talk.send(command), command))

    def say(self, data: bytes) -> None:
        cut = self.chance.randrange(len(data) + 1)
        self.talk.hear(data[:cut], data[cut:])

    def flood(self) -> None:
        wire, event = self.chance.choice(FLOOD)
        self.told.append(event)
        self.say(wire)

    def take(self) -> None:
        """Read the commands that were written since."""
        for line in written(self.talk.out)[self.heard :]:
            self.heard += 1
            self.serial += 1
            ticket, command = self.sent[line].pop(0)
            pieces, reply, error = answers(command, self.serial)
            assert self.accepting is None, "one command in acceptance at a time"
            self.accepting = Owed(ticket, pieces, reply, error)

    def choices(self) -> Iterator[Owed]:
        if self.accepting is not None:
            yield self.accepting
        yield from self.owed

    def step(self) -> None:
        waiting = list(self.choices())
        if not waiting:
            return
        one = self.chance.choice(waiting)
        # A command in acceptance that answers late keeps the line; others may end meanwhile.
        self.say(one.pieces.pop(0))
        if one is self.accepting:
            final = not one.pieces or isinstance(one.reply, sl.GeneralPersistent)
            if final and one.pieces:
                self.say(one.pieces.pop(0))
            self.accepting = None
            if one.pieces:
                self.owed.append(one)
        elif not one.pieces:
            self.owed.remove(one)
        if not one.pieces:
            self.ended.append(one)


@pytest.mark.parametrize("seed", range(4))
def test_late_replies_are_right_under_ten_thousand_events(seed: int):
    played = Played(seed)
    while len(played.told) < EVENTS // 4 or not played.talk.idle:
        if len(played.told) < EVENTS // 4 and played.chance.random() < 0.3:
            played.submit()
        played.take()
        for _ in range(played.chance.randrange(3)):
            played.flood()
        played.step()
        played.take()
        # The module prints a value and the OK behind it in one burst, and is silent then.
        played.talk.wait(0.05 if played.chance.random() < 0.5 else 0)
    for one in played.ended:
        if one.error is None:
            assert played.talk.reply(one.ticket) == one.reply
        else:
            assert played.talk.error(one.ticket).code == one.error
    assert len(played.ended) > 300
    assert events(played.talk.out) == played.told
    assert unknown(played.talk.out) == []
