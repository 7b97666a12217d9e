"""Commands of every form and with every kind of parameter, in the grammar of the plain toy dialect."""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from atmodem.errors import InvalidArgument
from atmodem.wire.codecs import Choice, Codec, Int, ListOf, OpenIntEnum, Quoting, SecretText, Text, TextOrInt
from atmodem.wire.command import (
    Command,
    Form,
    QueryForm,
    Setting,
    command,
    form_flag,
    length_of,
    param,
    payload,
)
from atmodem.wire.event import Evidence, value
from atmodem.wire.grammar import Grammar
from atmodem.wire.parsing import ParseError
from atmodem.wire.reply import One, Reply
from atmodem.wire.script import Prompt, Script
from atmodem.wire.secret import MASK, Secret
from atmodem.wire.vocabulary import Vocabulary
from tests.wire.toys import PLAIN_GRAMMAR

SECTION = "toys"
QUOTED = Text(Quoting.ALWAYS)


class Proto(OpenIntEnum):
    TCP = 1
    UDP = 2


class Ascii(Codec[bytes]):
    """Bytes that are all ASCII."""

    shape: ClassVar[str] = "[ -~]*"
    allowed: ClassVar[str] = "ASCII"

    def write(self, value: bytes) -> bytes:
        if not value.isascii():
            raise ValueError("ASCII")
        return value

    def read(self, text: bytes) -> bytes:
        return text


class Pair(Codec[tuple[str, Secret[str]]]):
    """A name and a secret, which take the rest of the line and are quoted as one."""

    shape: ClassVar[str] = ".*"
    allowed: ClassVar[str] = "a name and a secret"
    tail: ClassVar[bool] = True
    blanks: ClassVar[bool] = True

    def write(self, value: tuple[str, Secret[str] | str]) -> bytes:
        name, secret = value
        if "=" in name:
            raise ValueError(name)
        if name.startswith(" "):
            raise InvalidArgument("pair[0]", "free of blanks at its beginning")
        return f"{name}={secret.reveal() if isinstance(secret, Secret) else secret}".encode()

    def read(self, text: bytes) -> tuple[str, Secret[str]]:
        name, mark, secret = text.decode().partition("=")
        if not text:
            raise ParseError("count")
        if not mark:
            raise ValueError(text)
        return name, Secret(secret)

    def shown(self, value: tuple[str, Secret[str] | str]) -> bytes:
        return f"{value[0]}={MASK}".encode()

    def secrets(self, value: tuple[str, Secret[str] | str]) -> list[bytes]:
        return [self.write(("", value[1]))[1:]]


@attrs.frozen(kw_only=True)
class Stored:
    text: str = value(QUOTED)


@command("AT", timeout=5, section=SECTION, bare=True)
class At(Command[None]):
    pass


@command("+++", timeout=5, section=SECTION, bare=True, terminated=False)
class Plus(Command[None]):
    pass


@command("OPEN", timeout=5, section=SECTION)
class Open(Command[None]):
    """A link number in some modes only, a text, a choice, and what depends on it."""

    link_id: int | None = param(Int(0, 4), default=None, leading=True)
    host: str = param(QUOTED)
    proto: Proto = param(Choice(Proto))
    keep_alive: int | None = param(Int(0, 99), default=None, when=("proto", (Proto.TCP,)))
    local_port: int | None = param(Int(0, 65535), default=None, when=("proto", (Proto.UDP,)))
    mode: int | None = param(Int(0, 2), default=None)


@command("MODE", timeout=5, section=SECTION)
class Mode(Setting):
    mode: int = param(Int(0, 3))
    save: bool = form_flag()

    asked: ClassVar[Form] = Form.STORED


@command("NAME", timeout=5, section=SECTION, bare_query=True, evidence=Evidence.RUN)
class Name(Command[None]):
    query = QueryForm(One(Stored))
    stored = QueryForm(One(Stored), Form.STORED, timeout=1.5)
    test = QueryForm(One(Stored), Form.TEST)


@command("CLEAR", timeout=5, section=SECTION, execute=True)
class Clear(Command[None]):
    index: int | None = param(Int(0, 9), default=None)


@command("ALPN", timeout=5, section=SECTION)
class Alpn(Command[None]):
    link_id: int = param(Int(0, 4))
    count: int | None = length_of("names", Int(0, 5))
    names: Sequence[str] | None = param(ListOf(QUOTED), default=None, rest=True)


@command("GROUP", timeout=5, section=SECTION)
class Group(Command[None]):
    members: Sequence[str] = param(ListOf(QUOTED), rest=True)


@command("KEY", timeout=5, section=SECTION)
class Key(Command[None]):
    user: str | int = param(TextOrInt())
    key: Secret[str] = param(SecretText(QUOTED))


@command("PUT", timeout=5, section=SECTION, script=Script(prompt=Prompt.REQUIRED, data_end=b"\x1a"))
class Put(Command[None]):
    length: int | None = length_of("data", Int(1, 8))
    data: bytes | None = payload(longest=8, refused=b"\x1a")


@command("HIDE", timeout=5, section=SECTION, script=Script(prompt=Prompt.REQUIRED))
class Hide(Command[None]):
    length: int | None = length_of("data", Int(0, 64))
    data: Secret[bytes] | bytes | None = payload(secret=True, codec=Ascii())


@command("SAY", timeout=5, section=SECTION)
class Say(Command[None]):
    """Data inside the line, in base64 on request; no prompt."""

    encoded: int = param(Int(0, 1))
    length: int | None = length_of("data", Int(0, 64))
    data: bytes | None = payload(inline=True, base64_when="encoded")


@command("TAIL", timeout=5, section=SECTION)
class Tail(Command[None]):
    number: int = param(Int())
    pair: tuple[str, Secret[str]] = param(Pair())


@command("KEEP", timeout=5, section=SECTION, keep_commas=True)
class Keep(Command[None]):
    first: int = param(Int())
    second: str | None = param(QUOTED, default=None)
    third: int | None = param(Int(), default=None)


@command("EITHER", timeout=5, section=SECTION)
class Either(Command[None]):
    """Which parameters stand there shows in the number of arguments."""

    a: int | None = param(Int(), default=None)
    b: int | None = param(Int(), default=None)
    c: int = param(Int())

    @classmethod
    def layout(cls, arguments: Sequence[bytes]) -> Sequence[str] | None:
        return ("c",) if len(arguments) == 1 else ("b", "c") if len(arguments) == 2 else None


@command("RANGE", timeout=5, section=SECTION)
class Range(Command[None]):
    """Two numbers that must be in order."""

    low: int = param(Int())
    high: int = param(Int())

    def __attrs_post_init__(self) -> None:
        if self.low > self.high:
            raise InvalidArgument("high", f"{self.low} or more")


@command("SHAPE", timeout=5, section=SECTION)
class Shape(Command[Stored]):
    """Answers in a way that its parameter chooses."""

    kind: int = param(Int())

    def reply(self) -> Reply[Stored]:
        return One(Stored, "<*>" if self.kind else "none")

    def time_limit(self) -> float:
        return float(self.kind)


FORMS_GRAMMAR: Grammar = attrs.evolve(
    PLAIN_GRAMMAR,
    forms={Form.EXECUTE: "", Form.QUERY: "?", Form.STORED: "=?", Form.TEST: "=??", Form.SAVE: "=!", Form.SET: "="},
    line_limit=80,
)

FORMS = Vocabulary(
    FORMS_GRAMMAR,
    [At, Plus, Open, Mode, Name, Clear, Alpn, Group, Key, Put, Hide, Say, Tail, Keep, Either, Range, Shape],
    [],
)
