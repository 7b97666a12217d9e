"""A fifth dialect is one folder: what finds, replays and opens dialects takes it with nothing else touched."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import atmodem
from atmodem import dialects
from atmodem.dialects import find_dialect, names
from atmodem.errors import CommandError, InvalidArgument
from atmodem.testing.exchanges import Mismatch, load
from atmodem.testing.transcripts import main, replay

NAME = "toyfifth"

FOLDER = {
    "__init__.py": '''
"""A toy: every line begins with a hash."""

from .commands import *
from .events import *
''',
    "grammar.py": """
import re

from ...wire.command import Form
from ...wire.grammar import Fence, Grammar, LineEnd, Recovery
from ...wire.syntax import Syntax

GRAMMAR = Grammar(
    syntax=Syntax(quote=b"'", escape=b"^", escaped=b"'^"),
    prefix="TOY.",
    terminator=b"\\n",
    forms={Form.EXECUTE: "", Form.SET: " ", Form.QUERY: "?"},
    line_limit=64,
    line_end=LineEnd.LF,
    head=re.compile(rb"#([A-Z]+) (.*)", re.DOTALL),
    success=re.compile(rb"#yes"),
    failure=re.compile(rb"#no(?: (?P<code>\\d+))?"),
    echoes=False,
    recovery=Recovery(fences=(Fence(b"TOY.TURN?\\n", re.compile(rb"#TURN \\d+"), b"#TURN 0\\n#yes\\n"),)),
)
""",
    "commands.py": '''
from ...wire.codecs import Int, Quoting, Text
from ...wire.command import Command, Setting, command, length_of, param, payload
from ...wire.script import Prompt, Script

__all__ = ["Say", "Turn"]


@command("TURN", timeout=5, section="1")
class Turn(Setting):
    """Turn it by some degrees."""

    degrees: int = param(Int(0, 359))


@command("SAY", timeout=5, section="2", script=Script(prompt=Prompt.REQUIRED))
class Say(Command[None]):
    """Let it say something."""

    voice: str = param(Text(Quoting.ALWAYS))
    length: int | None = length_of("data", Int(1, 32))
    data: bytes | None = payload(longest=32)
''',
    "events.py": '''
from ...wire.codecs import Int
from ...wire.counted import Data
from ...wire.event import Event, event, value

__all__ = ["Bumped", "Heard"]


@event("#bumped <side>", name="bumped")
class Bumped(Event):
    """It ran into something."""

    side: int = value(Int())


@event("HEARD <length>:<data>", name="heard")
class Heard(Event):
    """It heard something."""

    length: int = value(Int())
    data: bytes = value(Data(maximum=64))
    short: bool = False
''',
    "dialect.py": """
import sys

from ...portable.dialect import Dialect
from .grammar import GRAMMAR

DIALECT = Dialect("toyfifth", "A toy", GRAMMAR, sys.modules[__name__.rpartition(".")[0]])
""",
}

TRANSCRIPT = """
dialect = "toyfifth"

[[exchange]]
name = "turn"
source = "the test"
[[exchange.step]]
tx = "TOY.TURN 90\\n"
rx = "#yes\\n"
[[exchange.step]]
tx = "TOY.TURN?\\n"
rx = "#bumped 3\\n#TURN 90\\n#yes\\n"
reply = { degrees = 90 }
events = [{ name = "bumped", side = 3 }]

[[exchange]]
name = "say"
source = "the test"
[[exchange.step]]
tx = "TOY.SAY 'low',5\\n"
rx = ">"
prompt = true
[[exchange.step]]
tx = "hello"
rx = "HEARD 4:#no\\n#yes\\n"
raw = true
events = [{ name = "heard", length = 4, data = "#no\\n" }]

[[exchange]]
name = "refused"
source = "the test"
[[exchange.step]]
tx = "TOY.TURN 400\\n"
rx = "#no 7\\n"
error = "7"
"""


def forget() -> None:
    """Let the dialects be looked for again."""
    names.cache_clear()
    find_dialect.cache_clear()
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.startswith(f"{dialects.__name__}.{NAME}")]:
        del sys.modules[name]
    vars(dialects).pop(NAME, None)


@pytest.fixture
def fifth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One more place where dialects are looked for, with one folder in it."""
    folder = tmp_path / "more" / NAME
    folder.mkdir(parents=True)
    for name, text in FOLDER.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(dialects, "__path__", [*dialects.__path__, str(folder.parent)])
    forget()
    yield folder
    forget()


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "recorded.toml"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    return path


def test_it_is_found_beside_the_others(fifth):
    assert NAME in names()
    assert len(names()) == 5
    dialect = find_dialect(NAME)

    assert dialect.name == NAME
    assert set(dialect.vocabulary.commands) == {"TURN", "SAY"}
    assert {event.declaration.name for event in dialect.vocabulary.events} == {"bumped", "heard"}


def test_it_is_gone_with_its_folder():
    assert NAME not in names()
    with pytest.raises(InvalidArgument, match="espat"):
        find_dialect(NAME)


def test_its_transcripts_are_replayed(fifth, transcript):
    exchanges = load(transcript)

    assert [(exchange.dialect, exchange.name) for exchange in exchanges] == [
        (NAME, "turn"),
        (NAME, "say"),
        (NAME, "refused"),
    ]
    for exchange in exchanges:
        replay(exchange)
    assert main([str(transcript)]) == 0


def test_a_transcript_that_states_something_else_fails(fifth, transcript):
    transcript.write_text(TRANSCRIPT.replace("degrees = 90", "degrees = 91"), encoding="utf-8")
    [turn, *_] = load(transcript)

    with pytest.raises(Mismatch, match="degrees"):
        replay(turn)
    assert main([str(transcript)]) == 1


@pytest.mark.asyncio
async def test_a_module_that_speaks_it_can_be_opened(fifth):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        degrees = b"0"
        while line := await reader.readline():
            if line == b"TOY.TURN?\n":
                writer.write(b"#TURN " + degrees + b"\n#yes\n")
            elif line.startswith(b"TOY.TURN "):
                degrees = line[9:].strip()
                writer.write(b"#bumped 1\n#yes\n")
            elif line.startswith(b"TOY.SAY "):
                writer.write(b">")
                said = await reader.readexactly(int(line.rpartition(b",")[2]))
                writer.write(b"HEARD %d:%s#no 3\n" % (len(said), said))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, atmodem.connect(f"tcp://127.0.0.1:{port}", NAME) as modem:
        toy = importlib.import_module(f"{dialects.__name__}.{NAME}")
        async with modem.events(toy.Bumped, toy.Heard) as events:
            await modem.send(toy.Turn(degrees=90))
            assert await modem.send(toy.Turn.query()) == toy.Turn(degrees=90)
            with pytest.raises(CommandError) as caught:
                await modem.send(toy.Say(voice="it's", data=b"#yes\n"))
            told = [await anext(events), await anext(events)]

    assert caught.value.code == "3"
    assert told == [toy.Bumped(side=1), toy.Heard(length=5, data=b"#yes\n")]
