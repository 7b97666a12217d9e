"""Every recorded exchange ends as its file states, however its bytes are split."""

from pathlib import Path
from typing import Any

import pytest

from atmodem.testing import transcripts
from atmodem.testing.exchanges import Exchange, Mismatch, load
from atmodem.testing.transcripts import main, replay
from atmodem.wire.request import Request

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.toml"))
EXCHANGES = [exchange for path in FILES for exchange in load(path) if exchange.for_client]


#: Exchanges that contradict others of their file, with what a client finds instead of what they state.
DISPUTED = {
    # Its last query answers "a b" and is stated to mean "ab"; in wlan-ap-settings the answer "My AP" means "My AP".
    ("simplelink", "quoting"): "values is ['a b'], not ['ab']",
}


def disputed(exchange: Exchange) -> str | None:
    return DISPUTED.get((exchange.dialect, exchange.name))


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: f"{exchange.dialect}-{exchange.name}")
def test_exchange_ends_as_stated(exchange: Exchange):
    found = disputed(exchange)
    if found is None:
        replay(exchange)
    else:
        with pytest.raises(Mismatch) as caught:
            replay(exchange)
        assert found in str(caught.value)


def test_only_requests_that_no_declaration_can_write_run_untyped(monkeypatch: pytest.MonkeyPatch):
    untyped: list[dict[str, Any]] = []
    undeclared = transcripts._Player._undeclared

    def noting(player: transcripts._Player, step: dict[str, Any], tx: bytes) -> Request[Any]:
        untyped.append(step)
        return undeclared(player, step, tx)

    monkeypatch.setattr(transcripts, "SPLITS", -1)
    monkeypatch.setattr(transcripts._Player, "_undeclared", noting)
    for exchange in EXCHANGES:
        if disputed(exchange) is None:
            replay(exchange)
    assert [step["tx"] for step in untyped if "error" not in step] == ["+++", "+++"]


def test_every_dialect_has_its_exchanges():
    assert {exchange.dialect for exchange in EXCHANGES} == {"air602", "espat", "mxchip", "simplelink"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('tx = "AT\\r"\nrx = "\\r\\nERROR\\r\\n"', "failed with"),
        ('tx = "AT\\r"\nrx = "\\r\\nOK\\r\\nstray"', "incomplete line"),
        ('tx = "AT\\r"\nrx = "\\r\\nOK\\r\\nwhat\\r\\n"', "not recognised"),
        ('tx = "AT+FWVER?\\r"\nrx = "\\r\\n+FWVER:1\\r\\nOK\\r\\n"\nreply = { fwver = "2" }', "fwver is '1', not '2'"),
        ('tx = ""\nrx = "\\r\\n+WEVENT:AP_UP\\r\\n"', "events"),
        ('tx = "AT+X\\r"\nrx = "\\r\\nERROR\\r\\n"\nerror = "7"', "error code 'ERROR', not '7'"),
        ('tx = "AT+X\\r"\nrx = "\\r\\nOK\\r\\n"\nerror = "7"', "succeeded"),
    ],
)
def test_the_replay_notices_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str], step: str, said: str):
    path = tmp_path / "mxchip.toml"
    path.write_text(f'[[exchange]]\nname = "wrong"\n[[exchange.step]]\n{step}\n')
    assert main([str(path)]) == 1
    out = capsys.readouterr().out
    assert said in out
    assert "0 passed, 1 failed" in out


def test_the_replay_passes_what_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "mxchip.toml"
    path.write_text('[[exchange]]\nname = "right"\n[[exchange.step]]\ntx = "AT\\r"\nrx = "\\r\\nOK\\r\\n"\n')
    assert main([str(path)]) == 0
    assert "1 passed, 0 failed, 0 steps with undeclared commands" in capsys.readouterr().out
