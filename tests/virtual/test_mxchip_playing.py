"""Recorded exchanges of MXCHIP AT, played to the virtual module."""

from pathlib import Path
from typing import Any

import pytest

from atmodem.testing.exchanges import Exchange, Mismatch, load
from atmodem.testing.playing import play

EXCHANGES = load(Path(__file__).parent.parent / "transcripts" / "mxchip.toml")

#: Besides what no module does by default.
NOT_PLAYED = {
    "scan-with-event-between-rows": "scripted events fill the gaps of an answer from the first on",
}


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_the_virtual_module_answers_as_recorded(exchange: Exchange):
    by_default = exchange.facts.get("emulator") is not False
    assert play(exchange) == (NOT_PLAYED.get(exchange.name) if by_default else "a virtual module does not do this")


def test_at_most_one_in_twenty_is_not_played():
    eligible = [exchange for exchange in EXCHANGES if exchange.facts.get("emulator") is not False]
    assert len(NOT_PLAYED) <= len(eligible) / 20


@pytest.mark.parametrize(
    ("steps", "given", "said"),
    [
        ([{"tx": "AT\r", "rx": "\r\nERROR\r\n"}], "", "step 1"),
        ([{"tx": "AT\r", "rx": ""}], "", "step 1"),
        ([{"tx": "AT+CIPSTART=0,tcp_client,192.168.1.100,8000\r", "rx": "\r\nOK\r\n"}], "joined", "CONNECTED"),
        ([{"tx": "", "rx": "\r\n+WEVENT:AP_UP\r\n", "events": [{"name": "WEVENT", "kind": "AP_UP"}]}], "", "b''"),
    ],
)
def test_a_difference_is_noticed(steps: list[dict[str, Any]], given: str, said: str):
    with pytest.raises(Mismatch, match=said):
        play(Exchange("mxchip", "made up", {"name": "made up", "given": given, "step": steps}))


def test_it_is_told_why_an_exchange_is_not_played():
    facts = {"name": "made up", "given": "the moon is full", "step": [{"tx": "AT\r", "rx": "\r\nOK\r\n"}]}
    assert play(Exchange("mxchip", "made up", facts)) == "nothing brings about 'the moon is full'"
