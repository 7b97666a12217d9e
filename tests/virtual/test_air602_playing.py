"""Recorded exchanges, played to the virtual Air602."""

from pathlib import Path

import pytest

from atmodem.testing.exchanges import Exchange, load
from atmodem.testing.playing import play

EXCHANGES = load(Path(__file__).parent.parent / "transcripts" / "air602.toml")

#: Examples that the firmware contradicts.
NOT_PLAYED = {
    "syntax-example-3-set": "the firmware refuses this stop bit code",
    "socket-session": "the recording asks for local port 1000 and is told 1024",
    "error-1": "the firmware has no such failure, as it ends a line by itself",
}


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_the_virtual_module_answers_as_recorded(exchange: Exchange):
    assert play(exchange) == NOT_PLAYED.get(exchange.name)
