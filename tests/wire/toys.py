"""Two small dialects with plain finals, declared as the real ones are: CRLF (*plain*) and LF (*mild*).

``toys_late`` has two more. Each is as small as the rules allow that it stands for.
"""

import enum
import re

import attrs

from atmodem.wire.codecs import Choice, Int, OpenIntEnum, Quoting, SecretText, Text
from atmodem.wire.command import Command, Form, QueryForm, Setting, command, length_of, param, payload
from atmodem.wire.counted import Data, Trailer
from atmodem.wire.event import Event, event, value
from atmodem.wire.grammar import Escape, Fence, Grammar, LineEnd, Recovery, Startup
from atmodem.wire.reply import Counted, FreeText, Labelled, Many, Maybe, Table
from atmodem.wire.script import EchoEffect, Meaning, Prompt, Script
from atmodem.wire.secret import Secret
from atmodem.wire.syntax import Syntax
from atmodem.wire.template import Spelling
from atmodem.wire.vocabulary import Vocabulary

SECTION = "toys"
QUOTED = Text(Quoting.ALWAYS)

# Plain: CRLF, OK and ERROR, a prompt, counted events and answers, a stream behind a prompt.


class LinkKind(OpenIntEnum):
    TCP = 1
    UDP = 2


@attrs.frozen(kw_only=True)
class Version:
    at: str | None = value(Text(), default=None, label="AT version")
    sdk: str | None = value(Text(), default=None, label="SDK version:")
    others: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class LinkState:
    link_id: int = value(Int())
    kind: LinkKind = value(Choice(LinkKind))
    host: str = value(QUOTED)


@attrs.frozen(kw_only=True)
class Joined:
    ssid: str = value(QUOTED)
    rssi: int | None = value(Int(), default=None)


@attrs.frozen(kw_only=True)
class Chunk:
    length: int = value(Int())
    data: bytes = value(Data(trailer=Trailer(b"\r\n"), maximum=2000))


@attrs.frozen(kw_only=True)
class Page:
    text: str = value(Text(Quoting.NEVER, free=True))


@command("AT", timeout=5, section=SECTION, bare=True)
class Probe(Command[None]):
    pass


@command("ATE1", timeout=5, section=SECTION, bare=True, script=Script(echo=EchoEffect.ON))
class EchoOn(Command[None]):
    pass


@command("ATE0", timeout=5, section=SECTION, bare=True, script=Script(echo=EchoEffect.OFF))
class EchoOff(Command[None]):
    pass


@command("GMR", timeout=5, section=SECTION, reply=Labelled(Version))
class Gmr(Command[Version]):
    pass


@command("NAME", timeout=5, section=SECTION)
class Name(Setting):
    text: str = param(Text(Quoting.ALWAYS, longest=20))


@command("LOGIN", timeout=5, section=SECTION)
class Login(Setting):
    user: str = param(QUOTED)
    key: Secret[str] = param(SecretText(QUOTED))


@command("FENCE", timeout=5, section=SECTION)
class FenceValue(Setting):
    number: int = param(Int(0, 9))


@command("OTHER", timeout=5, section=SECTION)
class OtherValue(Setting):
    number: int = param(Int(0, 9))


JOIN_MEANINGS = {"2": Meaning("WRONG_PASSWORD", "the password is wrong", "check the password")}


@command(
    "JOIN",
    timeout=20,
    section=SECTION,
    script=Script(causes=(rb"\+JOIN:(\d)",), meanings=JOIN_MEANINGS),
)
class Join(Command[None]):
    ssid: str = param(Text(Quoting.ALWAYS, longest=32))
    key: Secret[str] | None = param(SecretText(Text(Quoting.ALWAYS)), default=None)

    query = QueryForm(Maybe(Joined))


@command("LINKS", timeout=5, section=SECTION, reply=Many(LinkState))
class Links(Command[tuple[LinkState, ...]]):
    pass


@command(
    "SEND",
    timeout=5,
    section=SECTION,
    script=Script(
        prompt=Prompt.REQUIRED,
        done=(b"SEND OK",),
        fail=(b"SEND FAIL",),
        progress=(rb"Recv \d+ bytes",),
        swallow=(b"SEND OK",),
    ),
)
class Send(Command[None]):
    link_id: int = param(Int(0, 4))
    length: int | None = length_of("data", Int(1, 64))
    data: bytes | None = payload(longest=64)


@command("READ", timeout=5, section=SECTION, reply=Counted(Chunk, "+{name}:<length>,", needed=False))
class Read(Command[Chunk | None]):
    size: int = param(Int(1, 2000))

    def script(self) -> Script:
        return Script(asked=self.size)


@command("SHOW", timeout=5, section=SECTION, reply=FreeText(Page, "text"))
class Show(Command[Page]):
    pass


@command(
    "PUB",
    timeout=5,
    section=SECTION,
    script=Script(prompt=Prompt.REQUIRED, done=(b"+PUB:OK",), stands_in=(rb"\+SENT:\d",)),
)
class Publish(Command[None]):
    length: int | None = length_of("data", Int(1, 64))
    data: bytes | None = payload(longest=64)


@command("STREAM", timeout=5, section=SECTION, script=Script(prompt=Prompt.REQUIRED, stream=True))
class Transparent(Command[None]):
    pass


@command("RST", timeout=5, section=SECTION, script=Script(restarts=True))
class Reset(Command[None]):
    pass


@command("HANG", timeout=0, section=SECTION)
class Forever(Command[None]):
    pass


@event("ready", name="ready", restarts=True)
class Ready(Event):
    pass


@event("<link_id>,CLOSED", name="closed")
class Closed(Event):
    link_id: int = value(Int())


@event("+NOTE:<text>", name="note")
class Note(Event):
    text: str = value(Text(Quoting.NEVER, free=True))


@event("+COUNT:<a>,<b>,<c>", name="count", variants=("COUNT <a>/<b>/<c>",))
class Count(Event):
    a: int = value(Int())
    b: int = value(Int())
    c: int = value(Int())


@event("+SENT:<link_id>", name="sent")
class Sent(Event):
    link_id: int = value(Int())


@event("+WHY:<code>", name="why")
class Why(Event):
    code: int = value(Int())


@event("busy p...", name="busy", variants=("busy s...",))
class Busy(Event):
    pass


@event("+DATA:<link_id>,<length>:<data>", name="data")
class Arrived(Event):
    link_id: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(maximum=3000))
    short: bool = False


@event('+MSG:<link_id>,"<topic>",<length>,<data>', name="msg")
class Message(Event):
    link_id: int = value(Int())
    topic: str = value(Text(Quoting.NEVER, free=True))
    length: int = value(Int())
    data: bytes = value(Data(maximum=3000, trailer=Trailer(b"\r\n", certain=True)))
    short: bool = False


PLAIN_SYNTAX = Syntax(quote=b'"', escape=b"\\", escaped=b',"\\', refused=b"\r\n\x00")
ESCAPE = Escape(before=0.02, after=1.0, longest=2.0)


def plain_meaning(code: str, text: str) -> Meaning | None:
    return Meaning("NO_LINK", "there is no such link") if code == "7" else None


PLAIN_GRAMMAR = Grammar(
    syntax=PLAIN_SYNTAX,
    terminator=b"\r\n",
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.SET: "=", Form.TEST: "=?"},
    line_limit=128,
    line_end=LineEnd.CRLF,
    head=re.compile(rb"\+?([A-Za-z][A-Za-z0-9_ ]*):(.*)", re.DOTALL),
    success=re.compile(rb"OK"),
    failure=re.compile(rb"ERROR"),
    causes=(re.compile(rb"ERR CODE:(0x[0-9a-f]+)"),),
    told_causes=(re.compile(rb"\+WHY:(\d+)"),),
    ready=(b"ready",),
    stream_escape=ESCAPE,
    recovery=Recovery(
        prelude=b"\r\n",
        prelude_example=b"\r\nERROR\r\n",
        settle=0.02,
        fences=(
            Fence(b"AT+FENCE?\r\n", re.compile(rb"\+FENCE:\d"), b"+FENCE:0\r\n\r\nOK\r\n"),
            Fence(b"AT+OTHER?\r\n", re.compile(rb"\+OTHER:\d"), b"+OTHER:0\r\n\r\nOK\r\n"),
        ),
        rounds=2,
        busy=re.compile(rb"busy [ps]\.\.\."),
        busy_wait=20.0,
    ),
    meaning=plain_meaning,
)

PLAIN = Vocabulary(
    PLAIN_GRAMMAR,
    [
        *(Probe, EchoOn, EchoOff, Gmr, Name, Login, FenceValue, OtherValue, Join, Links, Send, Read, Show, Publish),
        *(Transparent, Reset, Forever),
    ],
    [Ready, Closed, Note, Count, Sent, Why, Busy, Arrived, Message],
)

# Mild: LF, no quotes, a prompt that may not come, an echo that a command toggles, rows below a head, starts in silence.


class Mode(enum.StrEnum):
    ON = "ON"
    OFF = "OFF"


@attrs.frozen(kw_only=True)
class Network:
    ssid: str = value(Text(Quoting.NEVER, free=True))
    bssid: str = value(Text(Quoting.NEVER, pattern="[0-9A-F:]{17}"))
    rssi: int = value(Int())


@attrs.frozen(kw_only=True)
class Scan:
    count: int = value(Int())
    rows: tuple[Network, ...] = ()


@command("AT", timeout=2, section=SECTION, bare=True)
class MildProbe(Command[None]):
    pass


@command("ECHO", timeout=2, section=SECTION, script=Script(echo=EchoEffect.TOGGLE))
class Toggle(Command[None]):
    pass


@command("SETTING", timeout=2, section=SECTION)
class Switch(Setting):
    mode: Mode = param(Choice(Mode, closed=True))


@command("PAIR", timeout=2, section=SECTION, keep_commas=True)
class Pair(Command[None]):
    first: str = param(Text(Quoting.NEVER))
    second: str | None = param(Text(Quoting.NEVER), default=None)


@command("SCAN", timeout=5, section=SECTION, reply=Table(Scan, Network))
class ScanNow(Command[Scan]):
    pass


@command(
    "CIPSEND",
    timeout=5,
    section=SECTION,
    script=Script(prompt=Prompt.OPTIONAL),
)
class MildSend(Command[None]):
    link_id: int = param(Int(0, 4))
    length: int | None = length_of("data", Int(1, 100))
    data: bytes | None = payload()


@command("UPLOAD", timeout=5, section=SECTION, script=Script(prompt=Prompt.REQUIRED, data_end=b"\x1a"))
class Upload(Command[None]):
    kind: int = param(Int(0, 9))
    data: bytes | None = payload(refused=b"\x1a")


@command("TRANS", timeout=5, section=SECTION, script=Script(stream=True))
class MildStream(Command[None]):
    pass


@command("REBOOT", timeout=2, section=SECTION, script=Script(restarts=True))
class Reboot(Command[None]):
    pass


@event("+EVENT:LEAVING", name="leaving", kind="LEAVING", restarts=True)
class Leaving(Event):
    pass


@event("+SETTING:<what>", name="setting")
class SettingChanged(Event):
    what: str = value(Text(Quoting.NEVER))


@event("+EVENT:<kind>", name="event", fallback=True)
class AnyEvent(Event):
    kind: str = value(Text(Quoting.NEVER))


@event("+EVENT:UP,<link_id>", name="up", kind="UP")
class Up(Event):
    link_id: int = value(Int())


@event("+RECV:<link_id>,<length>,<data>", name="recv")
class Received(Event):
    link_id: int = value(Int())
    length: int = value(Int())
    data: bytes = value(Data(maximum=1000))
    short: bool = False


MILD_SEPARATOR = r" *(?::|=)"
MILD_ESCAPE = Escape(before=0.2, after=0.2, reply=re.compile(rb"\r\nOK\r\n"))

MILD_GRAMMAR = Grammar(
    syntax=Syntax(quote=b"", escape=b"\\", escaped=b",", refused=b"\r\n\x00\x1a", unescape_any=False),
    spelling=Spelling(separator=MILD_SEPARATOR, blanks=True, answers_quoted=False),
    terminator=b"\r",
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.STORED: "=?", Form.SET: "="},
    line_limit=128,
    any_case=False,
    line_end=LineEnd.LF,
    head=re.compile(rb"\+?([A-Z][A-Z0-9]*)" + MILD_SEPARATOR.encode() + rb"(.*)", re.DOTALL),
    success=re.compile(rb"\+?OK"),
    failure=re.compile(rb"ERROR|\+CME ERROR: *(?P<code>\d+)"),
    prompt_wait=0.3,
    rest=0.02,
    stream_escape=MILD_ESCAPE,
    stream_lead=b"",
    recovery=Recovery(
        prelude=b"AT\r",
        prelude_example=b"\r\nOK\r\n",
        settle=0.1,
        fences=(
            Fence(
                b"AT+ECHO?\r",
                re.compile(rb"\+?ECHO" + MILD_SEPARATOR.encode() + rb" *(ON|OFF)"),
                b"\r\n+ECHO:OFF\r\nOK\r\n",
                echo_on=b"ON",
            ),
        ),
        rounds=2,
        escape=MILD_ESCAPE,
        startup=Startup(rest=1.0, rounds=4),
    ),
)

MILD = Vocabulary(
    MILD_GRAMMAR,
    [MildProbe, Toggle, Switch, Pair, ScanNow, MildSend, Upload, MildStream, Reboot],
    [SettingChanged, AnyEvent, Up, Leaving, Received],
)
