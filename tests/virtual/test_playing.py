"""Recorded exchanges, played to the virtual module of their dialect."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from atmodem.testing.exchanges import Exchange, Mismatch, load
from atmodem.testing.playing import main, play

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"

#: What is not played to the virtual ESP module: what no module should do, and commands that are not built in.
NOT_PLAYED = {
    **dict.fromkeys(("boot-with-rom-text", "deep-sleep", "open-twice-with-text"), "a virtual module does not do this"),
}


@attrs.frozen
class Recording:
    facts: dict[str, Any]
    dialect: str = "espat"


def recording(*steps: dict[str, Any], **facts: Any) -> Recording:
    return Recording({"name": "made up", "step": list(steps), **facts})


@pytest.mark.parametrize("exchange", load(TRANSCRIPTS / "espat.toml"), ids=lambda exchange: exchange.name)
def test_the_virtual_module_answers_as_recorded(exchange: Exchange):
    assert play(exchange) == NOT_PLAYED.get(exchange.name)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"tx": "AT\r\n", "rx": "\r\nERROR\r\n"}, "step 1: the module answers b'\\r\\nOK\\r\\n'"),
        ({"tx": "AT\r\n", "rx": ""}, "step 1"),
        ({"tx": "AT+CIPMUX?\r\n", "rx": "+CIPMUX:1\r\n\r\nOK\r\n"}, "step 1"),
        ({"tx": "AT+GMR\r\n", "rx": "AT version:4.1\r\n\r\nOK\r\n"}, "step 1"),
        ({"tx": "", "stimulus": "power-up", "rx": ""}, "ready"),
    ],
)
def test_a_difference_is_noticed(step: dict[str, Any], said: str):
    with pytest.raises(Mismatch) as caught:
        play(recording(step))
    assert said in str(caught.value)


def test_examples_may_differ():
    lines = ("AT version:1(x)", "SDK version:2", "compile time(3):4", "Bin version:5")
    step = {"tx": "AT+GMR\r\n", "rx": "".join(f"{line}\r\n" for line in lines) + "\r\nOK\r\n"}
    assert play(recording(step)) is None


def test_it_is_told_why_an_exchange_is_not_played():
    step = {"tx": "AT\r\n", "rx": "\r\nOK\r\n"}
    assert play(recording(step, given="the moon is full")) == "nothing brings about 'the moon is full'"
    assert play(recording(step, emulator=False)) == "a virtual module does not do this"
    moon = {"tx": "", "stimulus": "the moon rises", "rx": ""}
    assert play(recording(moon)) == "step 1: nothing brings about 'the moon rises'"
    unknown = {"tx": "AT+DRVADC=0,0\r\n", "rx": "\r\nOK\r\n"}
    assert play(recording(unknown)) == "AT+DRVADC is not built in"


def test_states_may_be_listed():
    step = {"tx": "AT+CIPMUX?\r\n", "rx": "+CIPMUX:1\r\n\r\nOK\r\n"}
    assert play(recording(step, given='station joined to "test", CIPMUX=1, link 0 open')) is None


def test_the_program_lists_what_it_does_not_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    recorded = tmp_path / "espat.toml"
    recorded.write_text(
        """
[[exchange]]
name = "probe"
step = [{tx = "AT\\r\\n", rx = "\\r\\nOK\\r\\n"}]
[[exchange]]
name = "moon"
given = "the moon is full"
step = [{tx = "AT\\r\\n", rx = "\\r\\nOK\\r\\n"}]
[[exchange]]
name = "wrong"
step = [{tx = "AT\\r\\n", rx = "\\r\\nERROR\\r\\n"}]
"""
    )
    assert main([str(recorded)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "espat moon not played: nothing brings about 'the moon is full'",
        "espat wrong: step 1: the module answers b'\\r\\nOK\\r\\n', not b'\\r\\nERROR\\r\\n'",
        "1 played, 1 failed, 1 not played",
    ]
