"""Two small dialects that are harder to follow: CR LF CR LF with grants (*plus*), and either line end with replies that
come after the success (*either*).
"""

import re

import attrs

from atmodem.wire.codecs import Choice, Int, Mac, OpenStrEnum, Quoting, Text
from atmodem.wire.command import Command, Form, QueryForm, command, length_of, param, payload
from atmodem.wire.counted import Data, Trailer
from atmodem.wire.event import Event, event, value
from atmodem.wire.grammar import Banner, Escape, Fence, Grammar, LineEnd, Recovery
from atmodem.wire.reply import Counted, Inline, InlineList, Many, MaybeInline, One, Usage
from atmodem.wire.script import Deferred, Prompt, Script
from atmodem.wire.syntax import Syntax
from atmodem.wire.template import Spelling
from atmodem.wire.vocabulary import Vocabulary

SECTION = "toys"
BARE = Text(Quoting.NEVER)

# Plus: +OK=… and +ERR=…, each line ended by CR LF and most replies by one more.


@attrs.frozen(kw_only=True)
class Handle:
    handle: int = value(Int())


@attrs.frozen(kw_only=True)
class Station:
    mac: str = value(Mac(separator=""))
    rssi: int = value(Int())


@attrs.frozen(kw_only=True)
class Bytes:
    length: int = value(Int())
    data: bytes = value(Data(maximum=512))


@command("NULL", timeout=2, section=SECTION)
class PlusProbe(Command[None]):
    pass


@command("OPEN", timeout=2, section=SECTION, reply=Inline(Handle))
class Open(Command[Handle]):
    port: int = param(Int(1, 65535))


@command("MAC", timeout=2, section=SECTION)
class Address(Command[Handle]):
    query = QueryForm(MaybeInline(Handle))


@command("WSCAN", timeout=5, section=SECTION, reply=InlineList(Station))
class Wscan(Command[tuple[Station, ...]]):
    pass


@command("SKSND", timeout=2, section=SECTION, script=Script(prompt=Prompt.GRANT, final=False))
class Sksnd(Command[None]):
    handle: int = param(Int(1, 20))
    length: int | None = length_of("data", Int(1, 512))
    data: bytes | None = payload(longest=512)


@command("UPDATE", timeout=2, section=SECTION, reply=Inline(Handle), script=Script(prompt=Prompt.GRANT))
class Update(Command[Handle]):
    length: int | None = length_of("data", Int(1, 512))
    data: bytes | None = payload(longest=512)


@command("SKRCV", timeout=2, section=SECTION, reply=Counted(Bytes, "+OK=<length>\r\n\r\n"))
class Skrcv(Command[Bytes]):
    handle: int = param(Int(1, 20))
    size: int = param(Int(1, 512))

    def script(self) -> Script:
        return Script(asked=self.size)


@command("TRANS", timeout=2, section=SECTION, script=Script(stream=True))
class PlusStream(Command[None]):
    pass


@event("+EVENT=<what>", name="event")
class PlusEvent(Event):
    what: str = value(BARE)


@event("+BOOT=<reason>", name="boot", restarts=True)
class PlusBoot(Event):
    reason: int = value(Int())


@event("+SKTRPT=<handle>,<length>\r\n\r\n<data>", name="report")
class Report(Event):
    handle: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(maximum=512))
    short: bool = False


@event("+TOPIC=<topic>,<length>,<data>", name="topic")
class Topic(Event):
    topic: str = value(Text(Quoting.NEVER, free=True))
    length: int = value(Int())
    data: bytes = value(Data(maximum=512, trailer=Trailer(b"\r\n"), stray_blank=True))
    short: bool = False


PLUS_ESCAPE = Escape(before=0.2, after=0.2, reply=re.compile(rb"\+OK\r\n\r\n"))

PLUS_GRAMMAR = Grammar(
    syntax=Syntax(quote=b'"', escape=b"\\", escaped=b'"\\', needs_quotes=b',"\\', unescape_any=False),
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.SET: "=", Form.SAVE: "=!", Form.QUERY: "=?"},
    line_limit=128,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+([A-Za-z]+)[:=](.*)", re.DOTALL),
    success=re.compile(rb"\+OK(?:=(?P<value>.*))?", re.DOTALL),
    failure=re.compile(rb"\+ERR=(?P<code>-?\d+)"),
    gap=0.3,
    echoes=False,
    stream_escape=PLUS_ESCAPE,
    stream_lead=b"\r\n",
    blank_after_event=True,
    recovery=Recovery(
        prelude=b"AT+\r",
        prelude_example=b"+OK\r\n\r\n",
        settle=0.05,
        feed=b"\x00" * 16,
        fences=(Fence(b"AT+QMAC\r", re.compile(rb"[0-9a-f]{12}"), b"+OK=0011223344ff\r\n\r\n", in_final=True),),
        rounds=2,
        escape=PLUS_ESCAPE,
    ),
)

PLUS = Vocabulary(
    PLUS_GRAMMAR,
    [PlusProbe, Open, Address, Wscan, Sksnd, Update, Skrcv, PlusStream],
    [PlusEvent, PlusBoot, Report, Topic],
)

# Either: any line end, echo of everything, deferred replies, a banner, data inside the line.


class Word(OpenStrEnum):
    TCP = "tcp"
    UDP = "udp"


@attrs.frozen(kw_only=True)
class Value:
    number: int = value(Int())


@attrs.frozen(kw_only=True)
class Ping:
    sent: int = value(Int())
    received: int = value(Int())


@attrs.frozen(kw_only=True)
class Connected:
    port: int = value(Int())
    host: str = value(BARE)


@attrs.frozen(kw_only=True)
class Entry:
    name: str = value(Text(Quoting.NEVER, free=True))
    size: int = value(Int())


@attrs.frozen(kw_only=True)
class Got:
    sd: int = value(Int())
    format: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(base64_when="format", trailer=Trailer(certain=True), maximum=2048))


@command("Test", timeout=2, section=SECTION)
class EitherProbe(Command[None]):
    pass


@command("Get", timeout=2, section=SECTION, reply=Many(Value))
class Get(Command[tuple[Value, ...]]):
    what: str = param(BARE)

    test = QueryForm(Usage(), Form.TEST)


@command("Socket", timeout=2, section=SECTION, reply=One(Value))
class Socket(Command[Value]):
    kind: Word = param(Choice(Word))


@command("Connect", timeout=60, section=SECTION, reply=One(Connected), script=Script(deferred=Deferred()))
class Connect(Command[Connected]):
    sd: int = param(Int(0, 15))
    port: int = param(Int(1, 65535))
    host: str = param(BARE)

    def script(self) -> Script:
        return Script(deferred=Deferred(key={"port": self.port, "host": self.host}))


@command("Recv", timeout=0, section=SECTION, reply=Counted(Got, "+{name}:<sd>,<format>,<length>,"))
class Recv(Command[Got]):
    sd: int = param(Int(0, 15))
    format: int = param(Int(0, 1))
    length: int = param(Int(1, 1000))

    def script(self) -> Script:
        return Script(deferred=Deferred(key={"sd": self.sd}), asked=2 * self.length)


@command("Resolve", timeout=20, section=SECTION, reply=One(Value), script=Script(deferred=Deferred()))
class Resolve(Command[Value]):
    host: str = param(Text(Quoting.NEEDED))


@command("Ping", timeout=30, section=SECTION, reply=One(Ping))
class PingHost(Command[Ping]):
    host: str = param(BARE)
    count: int = param(Int(1, 10))

    def script(self) -> Script:
        return Script(deferred=Deferred(lines=self.count, final_follows=False))


@command("Send", timeout=2, section=SECTION, keep_commas=True)
class EitherSend(Command[None]):
    sd: int = param(Int(0, 15))
    format: int = param(Int(0, 1))
    length: int | None = length_of("data", Int(1, 1000))
    data: bytes | None = payload(inline=True, base64_when="format")


@command("SendTo", timeout=2, section=SECTION, wire="SendTo")
class SendTo(Command[None]):
    sd: int = param(Int(0, 15))


@command("List", timeout=5, section=SECTION, reply=Many(Entry, separator=b";"))
class ListFiles(Command[tuple[Entry, ...]]):
    pass


@command("Open", timeout=5, section=SECTION, keep_commas=True)
class OpenFile(Command[None]):
    name: str = param(Text(Quoting.NEEDED))
    mode: str | None = param(BARE, default=None)


@event("+eventwlan:connect,<ssid>,<bssid>", name="eventwlan", kind="connect")
class WlanConnected(Event):
    ssid: str = value(Text(Quoting.NEVER, free=True))
    bssid: str = value(Mac(prefix="0x"))


@event("+eventwlan:disconnect[,<reason>]", name="eventwlan", kind="disconnect")
class WlanDisconnected(Event):
    reason: int | None = value(Int(), default=None)


EITHER_SEPARATOR = r" *(?::|=)"

EITHER_GRAMMAR = Grammar(
    syntax=Syntax(
        quote=b'"',
        escape=b"",
        needs_quotes=b', "',
        balanced_quotes=True,
        refused_words=(b"+send",),
        blanks_vanish=True,
    ),
    spelling=Spelling(separator=EITHER_SEPARATOR, blanks=True, fold_case=True, answers_quoted=False),
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.SET: "=", Form.TEST: "=?"},
    line_limit=256,
    lower_names=True,
    line_end=LineEnd.EITHER,
    head=re.compile(rb"\+?([A-Za-z]+)" + EITHER_SEPARATOR.encode() + rb"(.*)", re.DOTALL),
    success=re.compile(rb"(?i:ok)"),
    failure=re.compile(rb"(?i:error): *(?P<text>[^,]*)(?:, *(?P<code>-?\d+))?"),
    banner=Banner(re.compile(rb"Toy Ver: \d+"), re.compile(rb"Enter AT Command:")),
    recovery=Recovery(
        prelude=b"\r",
        prelude_example=b"\r\n\r",
        settle=0.05,
        fences=(Fence(b"at+get=fence\r", re.compile(rb"\+get: *7\d"), b"+get:71\n\rOK\n\r"),),
        rounds=2,
    ),
    pending=3,
)

EITHER = Vocabulary(
    EITHER_GRAMMAR,
    [EitherProbe, Get, Socket, Connect, Recv, Resolve, PingHost, EitherSend, SendTo, ListFiles, OpenFile],
    [WlanConnected, WlanDisconnected],
)
