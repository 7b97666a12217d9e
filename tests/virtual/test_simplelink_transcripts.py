"""Recorded exchanges, played to the virtual CC3220."""

from pathlib import Path

import pytest

from atmodem.testing.exchanges import Exchange, load
from atmodem.testing.playing import play

EXCHANGES = load(Path(__file__).parent.parent / "transcripts" / "simplelink.toml")

#: Exchanges with a stub below the core that does what no network processor does, or that contradict themselves.
NOT_PLAYED = {
    "quoting": "the recording answers 'a b' and calls it 'ab'; the module keeps 'ab'",
    "netutil-sign-verify": "the network processor of the recording takes any text for a good signature",
    "file-list-info-ctl": "its list and its details contradict each other about the same file",
    "secure-client": "the network processor of the recording does not look for the file that it is told",
}


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_the_virtual_module_answers_as_recorded(exchange: Exchange):
    assert play(exchange) == NOT_PLAYED.get(exchange.name)


def test_at_most_one_exchange_in_twenty_is_not_played():
    assert len(NOT_PLAYED) <= len(EXCHANGES) * 0.05
