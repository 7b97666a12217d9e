"""The replay and the comparison notice everything that can differ."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import atmodem.wire
from atmodem.testing import playing, transcripts
from atmodem.testing.compare import differences
from atmodem.testing.exchanges import Exchange, Mismatch
from atmodem.testing.playing import play
from atmodem.testing.transcripts import replay
from atmodem.wire.dialogue import Dialogue
from atmodem.wire.outcomes import Outcome, Write
from atmodem.wire.vocabulary import Vocabulary

OK = "\r\nOK\r\n"
PROMPT = "\r\nOK\r\n\r\n>"
INTO_PASSTHROUGH = {"tx": "AT+CIPSEND\r\n", "rx": PROMPT, "prompt": True}
SEND = {"tx": "AT+CIPSEND=5\r\n", "rx": PROMPT, "prompt": True}
SENT = {"tx": "hello", "rx": "\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n", "raw": True}
CONNECT = {"tx": "at+connect=0,inet,5001,127.0.0.1\r", "rx": "OK\n\r"}
VALUE = "+connect:5001,127.0.0.1\n\rOK\n\r"


def exchange(*steps: dict[str, Any], dialect: str = "espat", **facts: Any) -> Exchange:
    return Exchange(dialect, "made up", {"name": "made up", "step": list(steps), **facts})


def test_pieces_and_streams_that_agree_pass():
    replay(exchange(SEND, SENT))
    replay(exchange(INTO_PASSTHROUGH, {"tx": "ping", "rx": "pong\r\nOK\r\n", "raw": True}))
    replay(exchange({**SEND, "rx": PROMPT}))


def test_a_step_without_an_answer_says_nothing():
    replay(exchange({"tx": "AT+GSLP=1\r\n", "rx": ""}))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"tx": "AT+CWMODE=9\r\n", "rx": OK}], "the declaration of CWMODE does not take b'AT.CWMODE=9'"),
        ([{**SEND, "rx": OK}, SENT], r"wrote \[\] behind the prompt, not b'hello'"),
        ([SEND, {"tx": "hel", "rx": ""}, {"tx": "AT\r\n", "rx": OK}], "step 3: wrote .*, not b'AT\\\\r"),
        ([{"tx": "AT\r\n", "rx": OK, "prompt": True}], "the command ended at the prompt"),
        ([{"tx": "AT\r\n", "rx": "\r\n"}], "0 commands ended, not one"),
        ([{"tx": "AT+CWMODE?\r\n", "rx": "+CWMODE:1\r\n" + OK}], "reply .* where plain success is stated"),
        ([{"tx": "AT+CWMODE?\r\n", "rx": "\r\n", "reply": {"mode": 1}}], "0 commands ended, not one"),
        ([{"tx": "", "rx": "3,CLOSED\r\n", "events": [{"name": "CLOSED", "link_id": 2}]}], "link_id is 3, not 2"),
        (
            [
                {
                    "tx": "AT+X\r\n",
                    "rx": "ERR CODE:0x01090000\r\n\r\nERROR\r\n",
                    "error": "0x01090000",
                    "error_text": "no",
                }
            ],
            "error text 'this firmware does not have the command', not 'no'",
        ),
        (
            [{"tx": "AT+X\r\n", "rx": "\r\nready\r\n", "error": "1", "events": [{"name": "ready"}]}],
            r"failed with ModuleReset",
        ),
        ([{"tx": "", "rx": "\r\n+IPD,0,99999:\r\n"}], "fault: count of 99999"),
        ([{"tx": "AT\r\n", "rx": OK}, {"tx": "AT\r\n", "rx": "AT\r\n" + OK}], "a restart was suspected"),
    ],
)
def test_what_differs_from_the_file_is_told(steps: list[dict[str, Any]], said: str):
    with pytest.raises(Mismatch, match=said):
        replay(exchange(*steps))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{**CONNECT, "rx": "OK\n\r" + VALUE}], "not merely accepted"),
        ([CONNECT, {"tx": "", "rx": VALUE}], "ended unasked"),
        ([CONNECT, {"tx": "", "rx": VALUE, "deferred": []}], "1 deferred values, not 0"),
        ([CONNECT, {"tx": "", "rx": VALUE, "deferred": [{"name": "Recv"}]}], "value of connect, not of Recv"),
        ([CONNECT, {"tx": "", "rx": VALUE, "deferred": [{"name": "Connect", "port": 1}]}], "port is 5001, not 1"),
    ],
)
def test_late_answers_that_differ_are_told(steps: list[dict[str, Any]], said: str):
    with pytest.raises(Mismatch, match=f"(?i){said}"):
        replay(exchange(*steps, dialect="simplelink"))


def test_the_reply_of_a_command_that_is_not_declared_is_not_compared():
    assert replay(exchange({"tx": "AT+MYSTERY?\r\n", "rx": "+MYSTERY:1\r\n" + OK, "reply": {"any": 1}})) == 1


class Doubling(Dialogue):
    """Writes everything twice."""

    def submit(self, request: Any, now: float) -> Any:
        ticket, out = super().submit(request, now)
        return ticket, [
            o for outcome in out for o in ((outcome, outcome) if isinstance(outcome, Write) else (outcome,))
        ]


class DoublingInStream(Dialogue):
    """Writes everything twice in a stream."""

    def write(self, data: bytes, now: float) -> list[Outcome]:
        return 2 * super().write(data, now)


class Deaf(Dialogue):
    """Hears nothing once it is in a stream."""

    def receive(self, data: bytes, now: float) -> list[Outcome]:
        return [] if data in b"pong" else super().receive(data, now)


class Lifeless(Dialogue):
    """Waits for nothing."""

    @property
    def deadline(self) -> None:
        return None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Doubling, "wrote .*, not b'AT\\+CIPSEND"),
        (DoublingInStream, "into the stream, not b'ping'"),
        (Deaf, "stream data b'', not b'pong'"),
        (Lifeless, "the dialogue waits for nothing"),
    ],
)
def test_a_dialogue_that_goes_wrong_is_noticed(wrong: type[Dialogue], said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transcripts, "Dialogue", wrong)
    with pytest.raises(Mismatch, match=said):
        replay(exchange(INTO_PASSTHROUGH, {"tx": "ping", "rx": "pong", "raw": True}, {"tx": "+++", "rx": ""}))


def test_a_command_that_is_not_read_back_as_it_was_written_is_noticed(monkeypatch: pytest.MonkeyPatch):
    parse = Vocabulary.parse
    lines = iter([b"AT", b"AT+GMR"])
    monkeypatch.setattr(Vocabulary, "parse", lambda self, line: parse(self, next(lines)))
    with pytest.raises(Mismatch, match="which means GMR"):
        replay(exchange({"tx": "AT\r\n", "rx": OK}))


@pytest.mark.parametrize(
    ("wanted", "found", "said"),
    [
        ({"a": 1}, {}, ["a is missing"]),
        ({"a": ""}, {}, []),
        ({"a": 1}, {"a": 1, "b": 5}, ["b = 5 is not stated"]),
        ({"a": 1}, {"a": 1, "b": "left out", "c": [], "d": False}, []),
        ({"a": [1, 2]}, {"a": [1]}, ["a is [1], not [1, 2]"]),
        ({"a": {"b": 1}}, {"a": {"b": 1}}, []),
        ({"a": "1"}, {"a": 1}, []),
        ({"a": "AABBCCDDEEFF"}, {"a": "aa:bb:cc:dd:ee:ff"}, []),
        ({"a": "x"}, {"a": "y"}, ["a is 'y', not 'x'"]),
        ({"values": ["1", "x"]}, {"p": True, "q": "x"}, []),
        ({"values": [""]}, {}, []),
    ],
)
def test_values_are_compared_as_a_file_states_them(wanted: dict[str, Any], found: dict[str, Any], said: list[str]):
    assert list(differences(wanted, found)) == said


def test_an_exchange_of_a_dialect_without_a_virtual_module_is_not_played(monkeypatch: pytest.MonkeyPatch):
    # A package without a ``device``.
    bare = SimpleNamespace(package=atmodem.wire)
    monkeypatch.setattr(playing, "find_dialect", lambda name: bare)
    assert play(exchange({"tx": "AT\r", "rx": OK})) == "the dialect has no virtual module"


def test_the_replay_is_a_program(tmp_path: Path):
    path = tmp_path / "espat.toml"
    path.write_text(
        '[[exchange]]\nname = "at"\n[[exchange.step]]\ntx = "AT\\r\\n"\nrx = "\\r\\nOK\\r\\n"\n'
        '[[exchange]]\nname = "not for us"\nfor = "emulator"\n[[exchange.step]]\ntx = "X"\nrx = "Y"\n'
    )
    command = [sys.executable, "-m", "atmodem.testing.transcripts", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)
    assert (done.returncode, done.stdout) == (0, "1 passed, 0 failed, 0 steps with undeclared commands\n")
